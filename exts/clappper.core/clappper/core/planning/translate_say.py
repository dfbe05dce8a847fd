"""Says what a frame read in English: its template with each slot, and what it stands for.

A part of a template in braces is a slot, or what is done with slots: ``{place a b}`` moves, puts
or adds a thing, by what it is and where it is to stand.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from clappper.core.planning.inflection import pluralize
from clappper.core.planning.translate_european import read_pieces, say_pieces, translate_words
from clappper.core.planning.translate_order import SaidWord
from clappper.core.planning.translate_slot import (
    find_opposite,
    join_said,
    read_light,
    read_step,
    read_way,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clappper.core.planning.translate_frame import ClauseRules
    from clappper.core.planning.translation_lexicon import EuropeanLexicon

__all__ = ["ClauseSpeaker"]

_PART = re.compile(r"\{(?P<name>\w+)(?: (?P<slots>[\w ]+))?\}")
_FRESH = re.compile(r"^(?:another|more|\d+ more)\b|\bmore$")
_TO = re.compile(r"^(?:to|at|on|in|into|towards|against|facing) (?:to )?")
_WITH = re.compile(r" with (?:the )?(?=\w+s\b)")
_LIGHT_NOUNS = frozenset(("it", "light", "the light", "the scene", "everything", "lights"))
_FILM_NOUNS = frozenset(("film", "video", "clip", "shot", "movie"))
_WORDS = {
    "it": "it", "orbits": "orbits", "orbits_around": "orbits around", "pans": "pans",
    "moves": "moves", "moves_towards": "moves towards", "moves_along": "moves along",
    "moves_closer_to": "moves closer to", "moves_back": "moves back", "rises": "rises",
    "descends": "descends", "flies": "flies",
}  # fmt: skip
_MANNER = re.compile(r"\b(?:slowly|quickly|gently)\b")
_LASTS = re.compile(r",? ?(?:for )?(?P<n>\d+(?:\.\d+)?) seconds?(?: long)?")
_ON = re.compile(r"^(?:on|at|to|in|of) ")


class _Spoken(NamedTuple):
    """A noun that was spoken of, and the word before it."""

    noun: str
    is_plural: bool
    article: str


class ClauseSpeaker:
    """Says the frames of one text, and remembers what they were about."""

    def __init__(self, lexicon: EuropeanLexicon, rules: ClauseRules) -> None:
        self._lexicon = lexicon
        self._rules = rules
        self._spoken: list[_Spoken] = []
        self._parts: set[str] = set()

    def say(self, english: str, slots: Mapping[str, Sequence[SaidWord]]) -> str | None:
        """Return a template with its slots, or null when they do not go into it.

        Args:
            english: The template.
            slots: Words of each slot.
        """
        said = {name: self._say_phrase(words) for name, words in slots.items()}
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
        for words in slots.values():
            self.note(words)
        return " ".join("".join([*parts, english[end:]]).split())

    def note(self, words: Sequence[SaidWord]) -> None:
        """Remember the things of some words."""
        pieces = [p for p in read_pieces(join_said(words), self._lexicon) if p.text]
        nouns = say_pieces(pieces)
        spoken = []
        for index, piece in enumerate(pieces):
            if piece.kind == "noun" and piece.text not in ("m", "cm", "second"):
                before = [
                    p.said for p in pieces[max(0, index - 3) : index] if p.kind != "adjective"
                ]
                is_plural = nouns[index] != piece.text
                spoken.append(_Spoken(piece.text, is_plural, before[-1] if before else ""))
        self._spoken = spoken or self._spoken

    def _say_phrase(self, words: Sequence[SaidWord]) -> str:
        folded = [word.folded for word in words]
        rules = self._rules
        if len(words) == 1 and folded[0] in rules.pronouns:
            return self._resolve(folded[0])
        if folded[0] in rules.ones and len(words) == 1 and self._spoken:
            return f"1 {self._spoken[0].noun}"
        other = next((i for i, word in enumerate(folded) if word in rules.others), None)
        if other is not None and self._spoken and not self._is_before_noun(words, other):
            start = other - 1 if other and folded[other - 1] in rules.definite else other
            noun = pluralize(self._spoken[0].noun)
            before, after = words[:start], words[other + 1 :]
            return f"{self._translate(before)} the other {noun} {self._translate(after)}".strip()
        part = self._leave_out_of(words)
        said = self._translate(part)
        if part is not words:
            self._parts.add(said)
        return said

    def _leave_out_of(self, words: Sequence[SaidWord]) -> Sequence[SaidWord]:
        """Say one of the workers as one worker, and two of them by their name."""
        folded = [word.folded for word in words]
        rules = self._rules
        start = 1
        while start < len(folded) and folded[start] in ("der", "von", "den", "de", "los", "las"):
            start += 1
        pieces = read_pieces(words[0].text, self._lexicon)
        is_number = folded[0] in rules.ones or (len(pieces) == 1 and pieces[0].kind == "number")
        if start == 1 or not is_number or start == len(folded):
            return words
        one = SaidWord("1", "1")
        return [one if folded[0] in rules.ones else words[0], *words[start:]]

    def _is_before_noun(self, words: Sequence[SaidWord], index: int) -> bool:
        pieces = read_pieces(join_said(words[index + 1 :]), self._lexicon)
        return bool(pieces) and pieces[0].kind in ("noun", "adjective", "unknown", "number")

    def _translate(self, words: Sequence[SaidWord]) -> str:
        return translate_words(join_said(words), self._lexicon) if words else ""

    def _resolve(self, pronoun: str) -> str:
        articles = self._rules.pronouns[pronoun]
        found = next((s for s in self._spoken if s.article in articles), None)
        found = found or (self._spoken[0] if self._spoken else None)
        if found is None:
            return "them" if "plural" in articles else "it"
        return f"the {pluralize(found.noun) if found.is_plural else found.noun}"

    def _make_place(self, thing: str, where: str = "") -> str:
        """Say that a thing is to be somewhere: move, add, or put it there."""
        way = read_way(where)
        if way is not None and not self._is_fresh(thing):
            return f"move {thing} {way}"
        if where.startswith("stacked") and not self._is_fresh(thing):
            return f"stack {thing} {where.removeprefix('stacked').strip()}".strip()
        return f"{'add' if self._is_fresh(thing) else 'put'} {thing} {where}"

    def _make_put(self, thing: str, where: str = "") -> str:
        is_more = _FRESH.search(thing) is not None
        said = self._make_place(thing, where)
        return said if is_more else re.sub(r"^add (?=\d|a |an )", "put ", said)

    def _make_keep(self, thing: str) -> str:
        return re.sub(r"^an? ", "1 ", self._make_with(thing))

    def _make_with(self, thing: str) -> str:
        """Say what goes with a thing as what belongs to it."""
        return _WITH.sub(" and their ", thing)

    def _make_loc(self, thing: str, where: str) -> str | None:
        """Say where a thing that is there is to be; one that is not describes a scene."""
        return None if self._is_fresh(thing) else self._make_place(thing, where)

    def _make_add(self, thing: str) -> str:
        """Say that a thing is to be added; one that is none must not be named as known."""
        thing = re.sub(r"^(another|\d+ more)\b(.*) more$", r"\1\2", thing)
        return f"add {thing}"

    def _make_step(self, how: str) -> str | None:
        return read_step(how)

    def _make_way(self, way: str) -> str | None:
        return read_way(way)

    def _make_turn(self, thing: str, where: str) -> str:
        target = _TO.sub("", where)
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
        said = re.sub(r" (?:large|high|wide)$", "", size).replace(" by ", " x ")
        return said if said.endswith(" m") else f"{said} m"

    def _make_view(self, view: str) -> str:
        is_place = re.match(r"(?:from|at|in|to) ", view) is not None
        view = re.sub(r"^(?:(?:with|as) )?(?:an? )?", "", view)
        return f"camera {re.sub('^in ', '', view)}" if is_place else view

    def _make_camera(self, verb: str, what: str = "") -> str:
        """Say how the camera moves, and how long the film is apart from it."""
        manner = _MANNER.search(what)
        if manner is not None:
            what = " ".join(_MANNER.sub("", what).split())
            head, _, tail = verb.partition(" ")
            verb = f"{head} {manner[0]} {tail}".strip()
        lasts = _LASTS.search(what)
        if lasts is not None:
            what = f"{what[: lasts.start()]} {what[lasts.end() :]}".strip()
        if verb.endswith((" towards", " along", " to", " around")):
            what = _ON.sub("", what)
            verb = verb if what else verb.rsplit(" ", 1)[0]
        said = f"camera {verb} {what}".strip()
        return said if lasts is None else f"{said}. Film {lasts['n']} seconds"

    def _is_fresh(self, thing: str) -> bool:
        """Whether a thing is none of the scene."""
        is_counted = re.match(r"(?:a|an|another|some|several|more|\d+)\b", thing) is not None
        return is_counted and thing not in self._parts
