"""Says what a frame read in English: its template with each slot, and what it stands for.

A part of a template in braces is a slot, or what is done with slots: ``{place a b}`` moves, puts
or adds a thing, by what it is and where it is to stand.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clappper.core.planning.inflection import pluralize, singularize
from clappper.core.planning.languages.translate_kind import (
    find_opposite,
    list_rooms,
    read_light,
    read_step,
    read_way,
)
from clappper.core.planning.languages.translate_reference import (
    ReferenceReader,
    add_article,
    strip_article,
)
from clappper.core.planning.languages.translate_slot import THINGS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clappper.core.planning.languages.translate_frame import ClauseRules, Frame
    from clappper.core.planning.languages.translate_order import SaidWord
    from clappper.core.planning.languages.translation_lexicon import EuropeanLexicon

__all__ = ["ClauseSpeaker"]

_PART = re.compile(r"\{(?P<name>\w+)(?: (?P<slots>[\w ]+))?\}")
_FRESH = re.compile(r"^(?:another|more|\d+ more)\b|\bmore$")
_TO = re.compile(r"^(?:to|at|on|in|into|towards|against|facing) (?:to )?")
_WITH = re.compile(r" with (?:the )?(?=\w+s\b)")
_LIGHT_NOUNS = frozenset(("it", "light", "the light", "the scene", "everything", "lights"))
_FILM_NOUNS = frozenset(("film", "video", "clip", "shot", "movie"))
#: Words that a template may have in place of a slot.
_WORDS = {"it": "it"}
#: A number of seconds as a number of things is said.
_LASTS = re.compile(r"^(?:make it|keep only|there should be) (\d+) seconds?$")
_CLOSER = re.compile(r"closer (?:(?:at|to|of|near) )?(?P<what>.+)")
_IT = re.compile(r"^(next to|behind|in front of|under|above|on|near|on top of) (?:it|them)$")
#: What is as close to a wall as can be stands against it.
_TO_WALL = re.compile(r"^move (.+) closer to ((?:the|a) (?:\w+ )?wall)$")
#: A command about things that are there, without their article.
_BARE = re.compile(
    r"^(replace|remove|move .* closer to|move .* away from) (?!(?:the|an?|all|my|our|its?|them|both"
    r"|each|every\w*|some|half|another|more|one|this|these|\d+)\b)"
)


class ClauseSpeaker:
    """Says the frames of one text, and remembers what they were about."""

    def __init__(self, lexicon: EuropeanLexicon, rules: ClauseRules) -> None:
        self.reference = ReferenceReader(lexicon, rules)

    def say(self, frame: Frame, slots: Mapping[str, Sequence[SaidWord]]) -> str | None:
        """Return what a frame says with its slots, or null when they do not go into it.

        Args:
            frame: The frame.
            slots: Words of each slot.
        """
        english = frame.english
        things = {e.slot for e in frame.elements if e.kind in THINGS}
        read = {
            name: self.reference.say(words) if name in things else self.reference.translate(words)
            for name, words in slots.items()
        }
        said = {name: words for name, words in read.items() if words is not None}
        if len(said) < len(read):
            return None
        parts: list[str] = []
        end = 0
        for part in _PART.finditer(english):
            names = (part["slots"] or "").split()
            if part["slots"] is None:
                value: str | None = said.get(part["name"], "")
            else:
                values = [said.get(name, _WORDS.get(name, "")) for name in names]
                value = getattr(self, f"_make_{part['name']}")(*values)
            if value is None:
                return None
            parts += [english[end : part.start()], value]
            end = part.end()
        line = " ".join("".join([*parts, english[end:]]).split())
        line = _LASTS.sub(r"film \1 seconds", line)
        line = _TO_WALL.sub(r"put \1 against \2", line)
        return _BARE.sub(r"\1 the ", line)

    def _make_place(self, thing: str, where: str = "") -> str | None:
        """Say that a thing is to be somewhere: move, add, or put it there."""
        where = self._name_target(thing, where)
        closer = _CLOSER.match(where)
        if closer is not None:
            return f"move {thing} closer to {closer['what']}"
        way = read_way(where)
        if way is not None and not self._is_fresh(thing):
            return f"move {thing} {way}"
        if where.startswith("stacked") and not self._is_fresh(thing):
            return f"stack {thing} {where.removeprefix('stacked').strip()}".strip()
        if not self._is_fresh(thing):
            return f"put {thing} {where}"
        return None if self._is_room(thing) else f"add {thing} {where}"

    def _name_target(self, thing: str, where: str) -> str:
        """Name what it is where a thing cannot stand to itself: put the forklift next to it."""
        other = self.reference.find_other(thing)
        return _IT.sub(rf"\1 {other}", where) if other else where

    def _make_put(self, thing: str, where: str = "") -> str | None:
        is_more = _FRESH.search(thing) is not None
        said = self._make_place(thing, where)
        return said if is_more or said is None else re.sub(r"^add (?=\d|a |an )", "put ", said)

    def _make_keep(self, thing: str) -> str:
        return re.sub(r"^an? ", "1 ", self._make_with(thing))

    def _make_with(self, thing: str) -> str:
        """Say what goes with a thing as what belongs to it."""
        return add_article(_WITH.sub(" and their ", thing), "the")

    def _make_loc(self, thing: str, where: str) -> str | None:
        """Say where a thing that is there is to be; one that is not describes a scene."""
        return None if self._is_fresh(thing) else self._make_place(thing, where)

    def _make_add(self, thing: str) -> str | None:
        """Say that a thing is to be added; one that is none must not be named as known."""
        thing = re.sub(r"^(\d+) ([a-z].*) more$", r"\1 more \2", thing)
        thing = re.sub(r"^(another|\d+ more)\b(.*) more$", r"\1\2", thing)
        return None if self._is_room(thing) else f"add {add_article(thing, 'a')}"

    def _make_step(self, how: str) -> str | None:
        return read_step(how)

    def _make_way(self, way: str) -> str | None:
        return read_way(way)

    def _make_turn(self, thing: str, where: str) -> str:
        target = _TO.sub("", where)
        thing = (self.reference.resolve() or thing) if thing == "it" else thing
        if target in ("it", "them"):
            target = self.reference.find_other(thing) or self.reference.resolve() or target
        return f"turn {thing} to {target}"

    def _make_light(self, light: str) -> str | None:
        return read_light(light)

    def _make_make(self, thing: str, how: str) -> str | None:
        step = read_step(how) or how
        bare = re.sub(r"^(?:the|a|my|our) ", "", thing)
        if bare == "camera":
            return f"camera {step}"
        if bare in _FILM_NOUNS:
            return f"{step} film"
        if thing in _LIGHT_NOUNS or bare in _LIGHT_NOUNS:
            return f"make it {step}"
        if bare == "ceiling" and step[:1].isdecimal():
            return f"make the room {step}"
        return f"make {thing} {step}"

    def _make_excess(self, thing: str, how: str) -> str | None:
        step = find_opposite(how)
        return None if step is None else self._make_make(thing or "it", step)

    def _make_size(self, size: str) -> str:
        said = re.sub(r" (?:large|high|wide)$", "", size)
        said = re.sub(r" (?:by|on|for|times) ", " x ", said)
        return said if said.endswith(" m") else f"{said} m"

    def _make_view(self, view: str) -> str:
        is_place = re.match(r"(?:from|at|in|to) ", view) is not None
        view = re.sub(r"^(?:(?:with|as) )?(?:an? )?", "", view)
        return f"camera {re.sub('^in ', '', view)}" if is_place else view

    def _make_level(self, metres: str) -> str | None:
        """Say a height of what was spoken of: the camera, or the room by its ceiling."""
        if self.reference.topic == "camera":
            return f"camera at {metres}"
        if self.reference.topic in ("ceiling", "room"):
            return f"make the room {metres} high"
        return None

    def _make_own(self, step: str) -> str | None:
        """Say a step of what was spoken of."""
        said = read_step(step)
        topic = self.reference.topic
        if said is None or topic in ("", "light", "scene"):
            return None if said is None else f"make it {said}"
        return self._make_make(topic if topic == "camera" else f"the {topic}", said)

    def _make_spot(self, room: str) -> str:
        bare = re.sub(r"^(?:in |as |into |to )?(?:an? |the )?", "", room)
        return f"a {bare}"

    def _make_each(self, each: str) -> str:
        return re.sub(r"^(?:(?:to|for|per|with) )?(?:the )?each", "each", each)

    def _make_noun(self, thing: str) -> str:
        return re.sub(r"^(?:all )?(?:(?:the|an?|of|my|our|these|\d+) )+", "", thing)

    def _make_all(self, thing: str) -> str:
        return f"all {pluralize(singularize(self._make_noun(thing)))}"

    def _make_number(self, counted: str) -> str:
        return counted.split(" ", 1)[0]

    def _make_more(self, counted: str) -> str:
        """Say four more pallets of four pallets more."""
        number, _, noun = re.sub(r"^an? ", "1 ", counted).removesuffix(" more").partition(" ")
        return f"another {noun}" if number == "1" else f"{number} more {noun}"

    def _make_away(self, thing: str, metres: str) -> str:
        """Say how far away from what was spoken of before."""
        topic = self.reference.topic
        target = "it" if not topic or topic in thing else f"the {topic}"
        return f"move {thing} {metres} away from {target}"

    def _make_the(self, thing: str) -> str:
        return add_article(thing, "the")

    def _make_beside(self, where: str) -> str:
        """Say next to of next to it."""
        return re.sub(r" (?:it|them)$", "", where)

    def _make_ones(self, word: str) -> str:
        """Say the things that were spoken of, without their article."""
        return pluralize(self.reference.topic) if self.reference.topic else word

    def _make_ref(self, word: str) -> str:
        """Say what was spoken of, or a word that stands for it."""
        return self.reference.resolve() or word

    def _make_owner(self, thing: str) -> str | None:
        """Say that each of what was spoken of has a thing."""
        owner = self.reference.topic
        is_thing = owner not in ("", "camera", "room", "light", "film")
        return f"give each {owner} {thing}" if is_thing else None

    def _make_ownernext(self, thing: str) -> str | None:
        """Say that next to each of what was spoken of is a thing."""
        owner = self._make_owner(thing) and self.reference.topic
        return f"add {thing} next to each {owner}" if owner else None

    def _make_go(self, way: str) -> str | None:
        """Say where what was spoken of goes."""
        said, topic = read_way(way), self.reference.resolve()
        return None if said is None or not topic else f"move {topic} {said}"

    def _is_room(self, thing: str) -> bool:
        """Whether a place is said, which is built and not put into one."""
        words = strip_article(thing).split(" with ")[0].split()
        return any(" ".join(words[start:]) in list_rooms() for start in range(len(words)))

    def _is_fresh(self, thing: str) -> bool:
        """Whether a thing is none of the scene."""
        is_counted = re.match(r"(?:a|an|another|some|several|more|\d+)\b", thing) is not None
        return is_counted and not self.reference.is_part(thing)
