"""The place a prompt describes: kind, size, style, density, walls; else what the things suggest."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from clappper.core.planning.clause import Mark
from clappper.core.planning.corrections import describe_correction
from clappper.core.planning.lexicon import Place, load_places, load_words
from clappper.core.planning.lighting import find_adjective_mood
from clappper.core.planning.models import Density, Environment
from clappper.core.planning.noun_phrase import NounPhrase
from clappper.core.units import Vec3

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from clappper.core.planning.items import ItemDraft
    from clappper.core.planning.lexer import Transcript
    from clappper.core.planning.models import Mood, Side

__all__ = ["EnvironmentWish", "complete_environment", "infer_place", "read_environment"]


_LARGE = {
    "large": 1.5,
    "big": 1.5,
    "spacious": 1.5,
    "huge": 2.2,
    "giant": 2.2,
    "massive": 2.2,
    "vast": 2.2,
}
_SMALL = ("small", "tiny", "compact", "little", "cramped")
#: Width over depth of a room of which only the area is said.
_AREA_RATIO = 4.0 / 3.0
_HEIGHT = re.compile(
    r"\b(?:ceiling|room|clear|wall|roof|building) heights?(?: of| is| :)? \d+(?:\.\d+)?_m\b"
    r"|\bceilings?(?: of| at| is| :)? \d+(?:\.\d+)?_m\b"
    r"|\b\d+(?:\.\d+)?_m (?:of )?(?:(?:clear|ceiling|room|inside|free) height|clearance|headroom)\b"
)
#: Words by which a place is told more about: a workshop where two people work.
_PLACE_CLAUSES = ("where", "which", "that", "during")
_SIDE_AXES = {"width": "x", "length": "y", "depth": "y", "height": "z"}
_SIDE_SAID = re.compile(
    r"(?<!camera )\b(?P<side>width|length|depth|height)(?: of| is| :)? \d+(?:\.\d+)?_m\b"
)
#: What can stand between words that take something back and the place that is meant.
_TAKING = ("claim", "comma", "verb", "pronoun", "joint", "create", "place", "copula", "relation")
_TAKING_MAX = 6
#: What is little or long itself, not the place: a little clip.
_FILM = ("clip", "video", "film", "movie", "animation", "loop", "bit", "while", "presentation")
_WITHOUT_WALLS = ("studio", "yard", "open")
_MIN_M, _MAX_M = 1.0, 500.0


@dataclass
class EnvironmentWish:
    """What a prompt says about the place; null where it says nothing.

    Attributes:
        place: Kind of environment, or null.
        phrase: Index of the phrase that names it, or null.
        unknown: A place that was named and cannot be built, or empty.
        sides_m: Sides that were said, by axis x, y, z [m].
        notes: Sentences for the user.
        contradictions: Sentences about what cannot hold together.
    """

    place: Place | None = None
    phrase: int | None = None
    unknown: str = ""
    style: str | None = None
    density: Density | None = None
    walls: Literal["all", "back", "none"] | None = None
    mood: Mood | None = None
    sides_m: dict[str, float] = field(default_factory=dict)
    factor: float = 1.0
    is_small: bool = False
    notes: list[str] = field(default_factory=list)
    contradictions: list[str] = field(default_factory=list)


def read_environment(
    transcript: Transcript, elements: Sequence[NounPhrase | Mark]
) -> EnvironmentWish:
    """Return what the prompt says about the place."""
    wish = EnvironmentWish()
    _choose_place(elements, wish)
    for adjectives in _floating_adjectives(elements, wish):
        _read_adjectives(wish, adjectives)
    _read_styles(elements, wish)
    _read_sizes(elements, wish)
    for _, span in transcript.find(_HEIGHT):
        wish.sides_m.setdefault(
            "z",
            next(t.value for t in transcript.tokens[span.start : span.stop] if t.kind == "length"),
        )
    for match, span in transcript.find(_SIDE_SAID):
        token = next(t for t in transcript.tokens[span.start : span.stop] if t.kind == "length")
        wish.sides_m.setdefault(_SIDE_AXES[match["side"]], token.value)
    _read_walls(elements, wish)
    return wish


def infer_place(drafts: Iterable[ItemDraft]) -> Place:
    """Return the place most of the things belong to, or the studio."""
    votes: dict[str, float] = {}
    for draft in drafts:
        words = f"{draft.asked.lower()} {draft.noun}"
        named = next(
            (p for p in load_places().values() if any(name in words for name in p.names)), None
        )
        for place in load_places().values():
            if draft.noun in place.hints or draft.head in place.hints or place is named:
                is_weak = draft.item_class.name == "opening" and place is not named
                weight = 0.5 if is_weak else 1.0
                votes[place.kind] = votes.get(place.kind, 0.0) + weight
    best = max(votes, key=lambda kind: votes[kind], default="studio")
    return load_places()[best]


def complete_environment(
    wish: EnvironmentWish, place: Place, *, is_filled: bool, opening_sides: Sequence[Side | None]
) -> Environment:
    """Return the environment of a plan.

    Args:
        wish: What the prompt says.
        place: The kind of place.
        is_filled: Whether the place is said to be full of things.
        opening_sides: Sides of the walls doors are asked in; a place without walls gets them.
    """
    density = wish.density
    if is_filled:
        if density == "sparse":
            wish.contradictions.append(
                f"The {place.title.lower()} cannot be empty and full at once: it is filled."
            )
        density = "dense"
    walls = wish.walls
    if opening_sides and (walls == "none" or (walls is None and place.kind in _WITHOUT_WALLS)):
        walls = "back" if set(opening_sides) <= {"north", "back", None} else "all"
    return Environment(
        kind=place.kind,
        size_m=_make_size(wish, place),
        walls=walls,
        style=wish.style,
        density=density,
    )


def _choose_place(elements: Sequence[NounPhrase | Mark], wish: EnvironmentWish) -> None:
    chosen = _find_place(elements)
    if chosen is not None:
        phrase = elements[chosen]
        assert isinstance(phrase, NounPhrase)
        wish.phrase, wish.place = chosen, phrase.place
        if phrase.is_nearest and phrase.place is not None:
            name = _name_place(phrase)
            stand_in = phrase.place.phrase
            wish.notes.append(f"There is no place called “{name}”: {stand_in} stands in for it.")
        _read_adjectives(wish, phrase.adjectives)
        _note_other_places(elements, chosen, wish)
        return
    for element in elements:
        if isinstance(element, NounPhrase) and element.kind == "unknown_place":
            wish.unknown = wish.unknown or " ".join(
                word for word in (*element.modifiers, element.head) if word
            )


def _find_place(elements: Sequence[NounPhrase | Mark]) -> int | None:
    """Return the phrase that names the place: one we build, else what stands or is said as one."""
    named: int | None = None
    chosen: int | None = None
    spoken: int | None = None
    for index, element in enumerate(elements):
        is_place = isinstance(element, NounPhrase) and element.kind == "place"
        if not isinstance(element, NounPhrase) or not is_place or _is_denied(elements, index):
            continue
        if not element.is_nearest:
            named = index if named is None or _is_taken(elements, index) else named
        elif chosen is None and _is_place_position(elements, index):
            chosen = index
        elif spoken is None and _is_spoken_of(elements, index):
            spoken = index
    wishers = (
        index
        for index, element in enumerate(elements)
        if isinstance(element, NounPhrase) and element.kind == "talk" and element.place is not None
    )
    candidates = (named, chosen, spoken, next(wishers, None))
    return next((place for place in candidates if place is not None), None)


def _is_taken(elements: Sequence[NounPhrase | Mark], index: int) -> bool:
    """Whether a place takes another's: a bedroom, no, a living room; sorry, move it to a yard."""
    for element in reversed(elements[max(0, index - _TAKING_MAX) : index]):
        if not isinstance(element, Mark) or element.kind not in _TAKING:
            return False
        if element.kind == "claim":
            return element.word == "correction"
    return False


def _is_spoken_of(elements: Sequence[NounPhrase | Mark], index: int) -> bool:
    """Whether a place is spoken of as the scene's, wherever: the customer has a workshop."""
    before, phrase = elements[index - 1] if index else None, elements[index]
    is_one = isinstance(phrase, NounPhrase) and phrase.count is None
    if isinstance(before, Mark):
        is_listed = before.kind in ("comma", "join", "or", "not", "relation", "per", "each")
        return is_one and not is_listed and before.word != "with"
    return is_one


def _is_place_position(elements: Sequence[NounPhrase | Mark], index: int) -> bool:
    """Whether a phrase stands where a prompt names its place: in a X, or create a X with."""
    before, phrase = elements[index - 1] if index else None, elements[index]
    if isinstance(before, Mark) and before.kind == "relation":
        return before.word in ("in", "inside", "inside of", "within", "at", "on")
    after = elements[index + 1] if index + 1 < len(elements) else None
    is_first = not any(
        isinstance(e, NounPhrase) and e.kind in ("thing", "place") for e in elements[:index]
    )
    is_open = after is None or (
        isinstance(after, Mark)
        and (
            after.kind in ("with", "end", "comma", "claim")
            or after.word in _PLACE_CLAUSES
            or (after.kind == "join" and isinstance(phrase, NounPhrase) and bool(phrase.sizes))
        )
    )
    is_made = isinstance(before, Mark) and before.kind == "create"
    return (is_open and (is_first or is_made)) or _stands_alone(before, phrase, after)


def _stands_alone(
    before: NounPhrase | Mark | None, phrase: NounPhrase | Mark, after: NounPhrase | Mark | None
) -> bool:
    """Whether a place is a part of a list of its own: 3 drums, workshop, dusk."""
    is_bare = isinstance(phrase, NounPhrase) and phrase.determiner == "none"
    ends = ("comma", "end") if is_bare else ("end",)
    return all(e is None or (isinstance(e, Mark) and e.kind in ends) for e in (before, after))


def _note_other_places(
    elements: Sequence[NounPhrase | Mark], chosen: int, wish: EnvironmentWish
) -> None:
    for index, element in enumerate(elements):
        if not isinstance(element, NounPhrase) or element.kind != "place" or index == chosen:
            continue
        if wish.place is None or element.place is wish.place:
            continue
        if index < chosen and _is_taken(elements, chosen):
            later = elements[chosen]
            assert isinstance(later, NounPhrase)
            wish.contradictions.append(
                describe_correction(f"“{element.asked}”", f"“{later.asked}”")
            )
        elif not element.is_nearest:
            text = f"A scene has one place: {wish.place.phrase} is built, no {element.asked}."
            wish.notes.append(text)


def _floating_adjectives(
    elements: Sequence[NounPhrase | Mark], wish: EnvironmentWish
) -> Iterator[tuple[str, ...]]:
    """Yield adjectives of the scene as a whole: modern and bright; the warehouse is busy."""
    holder: int | None = None
    for index, element in enumerate(elements):
        if isinstance(element, Mark):
            holder = None if element.kind == "end" else holder
            continue
        if element.kind == "attribute":
            is_free = holder is None or holder == wish.phrase
            if is_free and not _is_denied(elements, index):
                yield element.adjectives
        elif element.kind == "talk" and element.head in _FILM:
            continue
        elif element.kind in ("style", "talk", "unknown_place") or (
            element.place is wish.place and element.place is not None
        ):
            if index != wish.phrase and not _is_denied(elements, index):
                yield element.adjectives
            holder = wish.phrase
        else:
            holder = index


def _is_denied(elements: Sequence[NounPhrase | Mark], index: int) -> bool:
    """Whether an adjective is said of what is not so: it must not be dark."""
    for element in reversed(elements[max(0, index - 2) : index]):
        if not isinstance(element, Mark):
            return False
        if element.kind == "not":
            return True
    return False


def _read_adjectives(wish: EnvironmentWish, adjectives: Sequence[str]) -> None:
    words = load_words()
    for word in adjectives:
        if word in words.styles and wish.style is None:
            wish.style = word
        density: Density | None = (
            "dense" if word in words.dense else "sparse" if word in words.sparse else None
        )
        if density is not None:
            if wish.density is not None and wish.density != density:
                wish.contradictions.append(
                    f"The place cannot be {wish.density} and {word} at once: “{word}” is ignored."
                )
            else:
                wish.density = density
        wish.factor = max(wish.factor, _LARGE.get(word, 1.0))
        wish.is_small = wish.is_small or word in _SMALL
    wish.mood = wish.mood or find_adjective_mood(tuple(adjectives))


def _read_styles(elements: Sequence[NounPhrase | Mark], wish: EnvironmentWish) -> None:
    for element in elements:
        if isinstance(element, NounPhrase) and element.kind == "style" and wish.style is None:
            said = [
                word
                for word in (*element.adjectives, *element.modifiers)
                if word not in load_words().noise_adjectives
            ]
            wish.style = " ".join(said)[:80] or None


def _read_sizes(elements: Sequence[NounPhrase | Mark], wish: EnvironmentWish) -> None:
    """Take the sizes that are said of the place or the room, not those of a thing."""
    is_of_thing = False
    for element in elements:
        if isinstance(element, Mark):
            is_of_thing = is_of_thing and element.kind not in ("end", "comma")
            continue
        if element.kind == "size":
            if not is_of_thing:
                _take_sizes(element, wish)
            continue
        is_of_thing = element.kind == "thing"
        if element.kind in ("place", "room", "unknown_place", "talk") and element.head not in (
            "aisle",
            "walkway",
        ):
            _take_sizes(element, wish)


def _take_sizes(phrase: NounPhrase, wish: EnvironmentWish) -> None:
    for token in phrase.sizes:
        if token.kind == "dimension":
            for axis, value in zip("xyz", token.values, strict=False):
                _take_side(wish, axis, value)
        elif token.kind == "extent":
            axis = "z" if phrase.head in ("ceiling", "wall") else token.note
            _take_side(wish, axis, token.value)
        elif token.kind == "area":
            depth = math.sqrt(token.value / _AREA_RATIO)
            wish.sides_m.setdefault("x", round(depth * _AREA_RATIO, 2))
            wish.sides_m.setdefault("y", round(depth, 2))
        elif token.kind == "length" and phrase.head in ("ceiling", "wall"):
            wish.sides_m.setdefault("z", token.value)


def _take_side(wish: EnvironmentWish, axis: str, value_m: float) -> None:
    """Take a side [m]; one that is said again counts instead of the first."""
    before = wish.sides_m.get(axis)
    if before is not None and before != value_m:
        text = describe_correction(f"{before:g} m", f"{value_m:g} m for a side of the place")
        wish.contradictions.append(text)
    wish.sides_m[axis] = value_m


def _read_walls(elements: Sequence[NounPhrase | Mark], wish: EnvironmentWish) -> None:
    for index, element in enumerate(elements):
        if not isinstance(element, NounPhrase) or element.head != "wall" or not index:
            continue
        before = elements[index - 1]
        if isinstance(before, Mark) and before.kind == "not":
            wish.walls = "none"


def _make_size(wish: EnvironmentWish, place: Place) -> Vec3 | None:
    said = dict(wish.sides_m)
    if not said and wish.factor == 1.0:
        if wish.is_small:
            wish.notes.append(
                f"Small: the {place.title.lower()} is made just large enough for what stands in it."
            )
        return None
    usual = dict(zip("xyz", place.usual_size_m, strict=True))
    sides: dict[str, float] = {}
    for axis, value in usual.items():
        wanted = said.get(axis, value if axis == "z" else value * wish.factor)
        sides[axis] = round(min(max(wanted, _MIN_M), _MAX_M), 3)
        if axis in said and sides[axis] != round(wanted, 3):
            wish.notes.append(f"A side of {wanted:g} m is not possible: {sides[axis]:g} m.")
    missing = [axis for axis in "xy" if axis not in said]
    if missing:
        floor = f"{sides['x']:g} x {sides['y']:g} m"
        name = place.title.lower()
        wish.notes.append(f"Size of the {name}: {floor}, {sides['z']:g} m high.")
    return Vec3(x=sides["x"], y=sides["y"], z=sides["z"])


def _name_place(phrase: NounPhrase) -> str:
    """Return the user's words for a place without talk (a spaceship scene)."""
    words = phrase.asked.split()
    while len(words) > 1 and words[-1].lower() in load_words().scene_talk:
        words.pop()
    return " ".join(words)
