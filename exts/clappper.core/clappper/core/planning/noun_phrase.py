"""One noun phrase: determiner, number, adjectives, noun, and what kind of thing its noun is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from clappper.core.planning.inflection import singularize
from clappper.core.planning.lexicon import Place, load_places, load_words
from clappper.core.planning.word_run import WordRun

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clappper.core.planning.lexer import Token, Transcript

__all__ = ["Determiner", "NounPhrase", "PhraseKind", "find_place", "read_noun_phrase"]

Determiner = Literal["none", "indefinite", "definite", "distributive"]
PhraseKind = Literal[
    "thing",
    "place",
    "unknown_place",
    "room",
    "camera",
    "style",
    "talk",
    "attribute",
    "size",
    "ones",
    "member",
]

_COUNTABLE_TALK = ("light", "lamp", "picture", "photo", "camera", "frame", "image", "video")
#: Parts of a room that stay parts of it in any number; two columns are things.
_COUNTABLE_ROOM = ("aisle", "walkway", "row", "line", "side", "corner", "wall", "zone", "area")
#: Parts that stand for their whole place: a street corner, a warehouse aisle.
_PLACE_PARTS = ("corner", "aisle", "area", "zone", "entrance", "floor", "side", "end")
_POSSESSIVES = frozenset(("my", "our", "your", "his", "her", "their"))
_PLACE_WORDS_MAX = 4
_DETERMINERS_MAX = 5


@dataclass(frozen=True)
class NounPhrase:
    """What one noun phrase says.

    Attributes:
        start: First token.
        end: One past the last token.
        kind: What the noun is, as far as grammar tells.
        determiner: How the noun is introduced.
        is_possessed: Whether it is somebody's: my, our, your.
        is_its: Whether it belongs to a thing that was said: its, their.
        count: How many were said, or null.
        vague: The words a number was guessed from (several), or empty.
        adjectives: Describing words, lower case, in order.
        modifiers: Nouns before the head (meeting in meeting table), lower case.
        head: Singular head noun, lower case; empty when there is none.
        is_plural: Whether the head was said in the plural.
        asked: The user's words without determiner and number.
        place: Kind of environment the phrase names, or null.
        is_nearest: The place is only the nearest to what was named.
        sizes: Dimension, extent and area tokens in the phrase.
        measure: Row, stack, grid or group it was counted by (2 rows of desks), or empty.
        measure_count: How many of them, or null.
        per_measure: How many in each of them, or null.
        member_of: The group it is a part of, by its index among the elements, or null.
    """

    start: int
    end: int
    kind: PhraseKind = "thing"
    determiner: Determiner = "none"
    is_possessed: bool = False
    is_its: bool = False
    count: int | None = None
    vague: str = ""
    adjectives: tuple[str, ...] = ()
    modifiers: tuple[str, ...] = ()
    head: str = ""
    is_plural: bool = False
    asked: str = ""
    place: Place | None = None
    is_nearest: bool = False
    sizes: tuple[Token, ...] = ()
    measure: str = ""
    measure_count: int | None = None
    per_measure: int | None = None
    member_of: int | None = None

    @property
    def is_said(self) -> bool:
        """Whether grammar marks it as a thing that is asked for: a number, or an article."""
        return self.count is not None or self.determiner != "none"

    @property
    def words(self) -> tuple[str, ...]:
        """Adjectives, modifiers and head in order."""
        return (*self.adjectives, *self.modifiers, self.head)


@lru_cache(maxsize=1)
def _load_place_names() -> dict[str, tuple[Place, bool]]:
    names: dict[str, tuple[Place, bool]] = {}
    for is_nearest in (False, True):
        for place in load_places().values():
            for name in place.nearest if is_nearest else place.names:
                names.setdefault(name, (place, is_nearest))
    return names


def find_place(words: tuple[str, ...]) -> tuple[Place, bool] | None:
    """Return the place the last words name, longest name first, and whether it is a stand-in."""
    names = _load_place_names()
    for length in range(min(_PLACE_WORDS_MAX, len(words)), 0, -1):
        found = names.get(" ".join(words[-length:]).replace("-", " ")) or names.get(
            "-".join(words[-length:])
        )
        if found is not None:
            return found
    return None


def read_noun_phrase(
    transcript: Transcript, index: int, claimed: Mapping[int, str], *, is_measured: bool = False
) -> NounPhrase | None:
    """Return the noun phrase that starts at a token, or null when none does.

    Args:
        transcript: The prompt.
        index: Token to start at.
        claimed: Tokens already read as camera, light or format talk; a phrase stops before them.
        is_measured: The phrase follows a row of or a stack of: no other such word may begin it.
    """
    tokens = transcript.tokens
    determiner, position = _read_determiner(tokens, index, claimed)
    is_another = any(token.norm == "another" for token in tokens[index:position])
    count, vague, position = _read_count(tokens, position, claimed)
    if is_another and count is None:
        count = 1
    if count is not None and position + 1 < len(tokens) and tokens[position].norm == "of":
        inner_determiner, after = _read_determiner(tokens, position + 1, claimed)
        if inner_determiner == "definite":
            determiner, position, count = "definite", after, None
    has_start = determiner != "none" or count is not None
    measured = None if is_measured else _read_measure(transcript, index, position, count, claimed)
    if measured is not None:
        return measured
    run = WordRun(tokens, claimed, is_introduced=has_start, count=count)
    run.read(position)
    if run.first < 0:
        return None
    phrase = NounPhrase(
        start=index,
        end=run.end,
        determiner=determiner,
        is_its=any(token.norm in ("its", "their") for token in tokens[index:position]),
        is_possessed=any(token.norm in _POSSESSIVES for token in tokens[index:position]),
        count=count,
        vague=vague,
        adjectives=tuple(dict.fromkeys(run.adjectives)),
        sizes=tuple(run.sizes),
        asked=transcript.words(run.first, run.end)[:200],
    )
    return _read_trailing_count(tokens, _classify(phrase, run.nouns), claimed)


def _read_determiner(
    tokens: tuple[Token, ...], index: int, claimed: Mapping[int, str]
) -> tuple[Determiner, int]:
    words = load_words()
    determiner: Determiner = "none"
    limit = min(len(tokens), index + _DETERMINERS_MAX)
    while index < limit and index not in claimed:
        word = tokens[index].norm
        if word in words.distributive:
            determiner = "distributive"
        elif word in words.definite:
            determiner = "definite" if determiner == "none" else determiner
        elif word in words.indefinite:
            determiner = "indefinite"
        elif not (
            word == "of"
            and determiner in ("definite", "distributive")
            and _is_definite(tokens, index + 1)
        ):
            break
        index += 1
    return determiner, index


def _is_definite(tokens: tuple[Token, ...], index: int) -> bool:
    if index >= len(tokens):
        return False
    return tokens[index].norm in load_words().definite or tokens[index].kind == "number"


def _read_count(
    tokens: tuple[Token, ...], index: int, claimed: Mapping[int, str]
) -> tuple[int | None, str, int]:
    if index >= len(tokens) or index in claimed or tokens[index].kind != "number":
        return None, "", index
    token = tokens[index]
    index += 1
    if index < len(tokens) and tokens[index].norm in ("x", "*") and index not in claimed:
        index += 1
    note = token.note or (token.text if token.value != int(token.value) else "")
    return int(token.value), note, index


def _read_measure(
    transcript: Transcript, start: int, index: int, count: int | None, claimed: Mapping[int, str]
) -> NounPhrase | None:
    """Read a row of 6 desks, 3 rows of shelving, a 3 x 4 grid of cones."""
    tokens = transcript.tokens
    grid: Token | None = None
    while index < len(tokens) and (
        tokens[index].kind == "dimension" or tokens[index].norm in load_words().adjectives
    ):
        grid = tokens[index] if tokens[index].kind == "dimension" else grid
        index += 1
    if index + 1 >= len(tokens) or index in claimed or tokens[index + 1].norm != "of":
        return None
    measure = singularize(tokens[index].norm)
    if tokens[index].norm not in load_words().measure_nouns:
        return None
    inner = read_noun_phrase(transcript, index + 2, claimed, is_measured=True)
    if inner is None or inner.kind != "thing":
        return None
    is_plural = tokens[index].norm != measure
    measure_count = count if count is not None else (None if is_plural else 1)
    per_measure = inner.count
    if measure == "grid" and grid is not None:
        measure_count, per_measure = int(grid.values[0]), int(grid.values[1])
    total = per_measure * measure_count if per_measure and measure_count else inner.count
    return replace(
        inner,
        start=start,
        count=total,
        measure=measure,
        measure_count=measure_count,
        per_measure=per_measure,
    )


def _classify(phrase: NounPhrase, nouns: list[Token]) -> NounPhrase:
    """Tell places, room parts and talk about the picture from things."""
    words = load_words()
    spelled = [token.text.lower().removesuffix("'s") for token in nouns]
    if not spelled:
        place = find_place(phrase.adjectives)
        if place is not None:
            return replace(phrase, kind="place", place=place[0], is_nearest=place[1])
        return replace(phrase, kind="attribute" if phrase.adjectives else "size")
    last = spelled[-1]
    head = singularize(last)
    phrase = replace(phrase, modifiers=tuple(spelled[:-1]), head=head, is_plural=head != last)
    is_one = (phrase.count or 1) == 1
    found = find_place((*phrase.adjectives, *spelled)) if is_one else None
    if found is not None:
        return replace(phrase, kind="place", place=found[0], is_nearest=found[1])
    if last in words.scene_talk and (is_one or head not in _COUNTABLE_TALK):
        return _classify_talk(phrase, spelled)
    kind: PhraseKind = "thing"
    if last in ("one", "ones"):
        kind = "ones"
    elif last in words.room_words and (is_one or head in _COUNTABLE_ROOM):
        part_of = find_place((*phrase.adjectives, *phrase.modifiers)) if phrase.modifiers else None
        if part_of is not None and head in _PLACE_PARTS and phrase.determiner != "definite":
            return replace(phrase, kind="place", place=part_of[0], is_nearest=part_of[1])
        kind = "room"
    elif {last, head} & words.abstract:
        kind = "talk"
    return replace(phrase, kind=kind)


def _classify_talk(phrase: NounPhrase, spelled: list[str]) -> NounPhrase:
    words = load_words()
    rest = list(spelled)
    while rest and rest[-1] in words.scene_talk:
        rest.pop()
    if rest and phrase.modifiers[-1:] == ("security",):
        return phrase
    named = (*phrase.adjectives, *rest)
    found = find_place(named) if named else None
    if found is not None:
        return replace(
            phrase,
            kind="place",
            place=found[0],
            is_nearest=found[1],
            head=rest[-1] if rest else "",
            modifiers=tuple(rest[:-1]),
        )
    talk = spelled[len(rest)]
    if talk in words.style_heads:
        return replace(phrase, kind="style", modifiers=tuple(rest))
    if talk in words.camera_heads:
        return replace(phrase, kind="camera")
    if rest and singularize(rest[-1]) not in words.room_words | words.abstract:
        return replace(phrase, kind="unknown_place", head=rest[-1], modifiers=tuple(rest[:-1]))
    return replace(phrase, kind="talk")


def _read_trailing_count(
    tokens: tuple[Token, ...], phrase: NounPhrase, claimed: Mapping[int, str]
) -> NounPhrase:
    """Read the number of forklifts: 3, forklifts (3), forklifts x3."""
    if phrase.kind != "thing" or phrase.count is not None or phrase.determiner != "none":
        return phrase
    index = phrase.end
    if index < len(tokens) and tokens[index].norm in (":", "(", "=", "x"):
        index += 1
    elif index < len(tokens) and not tokens[index].text.lower().startswith("x"):
        return phrase
    if index >= len(tokens) or index in claimed or tokens[index].kind != "number":
        return phrase
    end = index + 1
    is_marked = tokens[index].text.lower().startswith("x")
    if (
        end < len(tokens)
        and not is_marked
        and tokens[end].kind not in ("mark",)
        and tokens[end].norm not in ("and", "with")
    ):
        return phrase
    if end < len(tokens) and tokens[end].norm == ")":
        end += 1
    return replace(phrase, count=int(tokens[index].value), vague=tokens[index].note, end=end)
