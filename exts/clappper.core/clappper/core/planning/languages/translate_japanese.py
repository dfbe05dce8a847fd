"""Japanese prompts into plain English: words by longest match, phrases by their particles.

Each sentence gives its place, its things with what they stand to, and the lines about camera and
light; the order of the words follows English.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from itertools import takewhile
from typing import TYPE_CHECKING

from clappper.core.planning.languages.japanese_camera import (
    CAMERA,
    read_camera_move,
    split_camera_moves,
)
from clappper.core.planning.languages.japanese_phrase import JapaneseSpeaker
from clappper.core.planning.languages.japanese_request import read_japanese_request
from clappper.core.planning.languages.japanese_token import tokenize_japanese
from clappper.core.planning.languages.translate_replaced import is_replaced
from clappper.core.planning.languages.translation_lexicon import say_noun
from clappper.core.planning.lexicon import load_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clappper.core.planning.languages.japanese_token import JapaneseToken
    from clappper.core.planning.languages.translation_lexicon import JapaneseLexicon

__all__ = ["translate_japanese"]

_SENTENCE = re.compile(r"[\u3002!?\n;]+|\.(?!\d)")
#: What a clause about the camera's move can say besides.
_BESIDES_MOVE = frozenset(("lines", "place", "length", "sizes", "dimension"))
#: Where in its place a thing is, by how it would stand to a thing.
_SPOTS_OF_PLACE = {
    "left of": "to the left",
    "right of": "to the right",
    "in front of": "at the front",
    "behind": "at the back",
}
#: A number that is to be reached: 6台に増やして.
_TO_TOTAL = re.compile("(?<=[台個脚枚本人名つ])に(?:増やし|減らし|変更し|変え)")
_BOTH_SIDES = "on both sides of"
#: Words before what each of the things said has, and behind the number of it.
_EACH_OF, _EACH_NUMBER = ("それぞれ", "各々"), "ずつ"


@dataclass
class _Thing:
    """A thing that is asked for, or that something stands to.

    Attributes:
        noun: English, or the user's own word.
        count: How many, as said, or empty.
        adjectives: Before the noun.
        relations: What it stands to: a relation with things, or a spot of the room.
        is_negated: Whether it is ruled out.
        is_joined: Whether it was joined to the one before with and.
    """

    noun: str
    count: str = ""
    adjectives: tuple[str, ...] = ()
    relations: list[tuple[str, tuple[_Thing, ...]]] = field(default_factory=list)
    is_negated: bool = False
    is_joined: bool = False
    is_each: bool = False


def translate_japanese(text: str, lexicon: JapaneseLexicon) -> str:
    """Return a cleaned text in English."""
    plain = unicodedata.normalize("NFKC", text).translate({0x301C: "~", 0x3000: " "})
    plain = _TO_TOTAL.sub("にし", plain)
    known: set[str] = set()
    speaker = JapaneseSpeaker(lexicon)
    sentences = [
        read_japanese_request(part, lexicon, speaker) or _Sentence(tokenize_japanese(part, lexicon))
        for part in _SENTENCE.split(plain)
    ]
    for sentence in sentences:
        if isinstance(sentence, _Sentence):
            known |= {thing.noun for thing in sentence.things}
    said: list[str] = []
    counts: dict[str, str] = {}
    for sentence in sentences:
        if not isinstance(sentence, _Sentence):
            said = [
                line for line in said if not any(is_replaced(line, later) for later in sentence)
            ]
            said += sentence
            continue
        said += sentence.render(known, counts)
        counts |= {thing.noun: thing.count or "1" for thing in sentence.things}
    return ". ".join(line[0].upper() + line[1:] for line in said if line)


class _Sentence:
    """Reads the tokens of one sentence into place, things and lines."""

    def __init__(self, tokens: list[JapaneseToken]) -> None:
        self.things: list[_Thing] = []
        self._place = ""
        self._place_adjectives: tuple[str, ...] = ()
        self._sizes: list[str] = []
        self._lines: list[str] = []
        self._verb = ""
        self._distance = ""
        self._adjectives: list[str] = []
        self._count = ""
        self._location: tuple[str, tuple[_Thing, ...]] | None = None
        self._is_joined = False
        self._is_each = False
        self._owner: _Thing | None = None
        self._counted: _Thing | None = None
        self._axis = ""
        self._is_camera = any(token.text == CAMERA for token in tokens)
        kept, moves = split_camera_moves(tokens)
        for index, token in enumerate(kept):
            self._step(token, kept[index + 1 :])
        for clause in moves:
            self._lines.append(read_camera_move(clause))
            for token in clause:
                if token.kind in _BESIDES_MOVE:
                    self._step(token, [])

    def _step(self, token: JapaneseToken, rest: list[JapaneseToken]) -> None:
        step = getattr(self, f"_step_{token.kind}", None)
        if step is not None:
            step(token, rest)

    def _step_noun(self, token: JapaneseToken, rest: list[JapaneseToken]) -> None:
        is_spot = bool(rest) and rest[0].kind in ("relations", "count", "vague")
        if self._is_each and not is_spot:
            self._owner, self._is_each = _Thing(token.english), False
            return
        thing = _Thing(token.english, self._count, tuple(self._adjectives))
        thing.is_joined = self._is_joined
        thing.is_each = self._is_each
        if self._location is not None:
            thing.relations.append(self._location)
        elif self._is_joined and self.things:
            thing.relations.extend(self.things[-1].relations)
            thing.is_each = thing.is_each or self.things[-1].is_each
        elif self._owner is not None:
            thing.relations.append(("for", (self._owner,)))
            thing.is_each = True
        self._location, self._is_joined = None, False
        self._count, self._adjectives = "", []
        self.things.append(thing)

    def _step_place(self, token: JapaneseToken, _rest: list[JapaneseToken]) -> None:
        if token.english != "room" or not self._place:
            self._place = token.english
        self._place_adjectives += tuple(self._adjectives)
        self._adjectives = []

    def _step_adjectives(self, token: JapaneseToken, _rest: list[JapaneseToken]) -> None:
        self._adjectives.append(token.english)

    def _step_count(self, token: JapaneseToken, rest: list[JapaneseToken]) -> None:
        is_before_noun = bool(rest) and rest[0].kind in ("noun", "adjectives")
        free = bool(self.things) and not self.things[-1].count and self._location is None
        self._counted = None
        if free and not (is_before_noun and self._is_joined):
            self.things[-1].count = token.english
            self._counted = self.things[-1]
        elif is_before_noun:
            self._count = token.english

    _step_vague = _step_count

    def _step_each(self, token: JapaneseToken, rest: list[JapaneseToken]) -> None:
        last = self.things[-1] if self.things else None
        is_noun_next = bool(rest) and rest[0].kind == "noun"
        if token.text in _EACH_OF and last is not None and last.count and is_noun_next:
            self._owner = last
            return
        if token.text == _EACH_NUMBER and last is not None:
            is_both = any(relation == _BOTH_SIDES for relation, _ in last.relations)
            last.is_each = bool(last.relations) and not is_both
            if is_both and last.count.isdecimal():
                last.count = str(2 * int(last.count))
            if not last.relations and last is self._counted:
                self._share(last)
            return
        self._is_each = True
        if last is not None:
            last.is_each = True

    def _share(self, last: _Thing) -> None:
        """Give each of what was joined the number, else each of the things before."""
        before = self.things[-2] if len(self.things) > 1 else None
        if before is not None and last.is_joined and not before.count:
            before.count = last.count
        elif before is not None and before.count:
            last.relations.append(("for", (before,)))
            last.is_each = True

    def _step_ands(self, _token: JapaneseToken, rest: list[JapaneseToken]) -> None:
        self._is_joined = bool(rest)

    def _step_relations(self, token: JapaneseToken, rest: list[JapaneseToken]) -> None:
        if not self.things:
            spot = _SPOTS_OF_PLACE.get(token.english)
            if self._place and spot:
                self._locate((spot, ()), rest)
            return
        last = self.things[-1]
        targets = [_Thing(last.noun) if last.relations else self.things.pop()]
        if token.english == "between" and targets[0].is_joined and self.things:
            targets.insert(0, self.things.pop())
        self._locate((token.english, tuple(targets)), rest)

    def _step_spots(self, token: JapaneseToken, rest: list[JapaneseToken]) -> None:
        self._locate((token.english, ()), rest)

    def _locate(self, location: tuple[str, tuple[_Thing, ...]], rest: list[JapaneseToken]) -> None:
        """Keep a location for the thing after it, or give it to the one before."""
        ahead = next((t.kind for t in rest if t.kind not in ("silent", "each", "length")), "")
        is_ahead = ahead in ("noun", "adjectives", "count", "vague")
        if ahead == "count":
            part = list(takewhile(lambda t: t.kind != "break", rest)) if self.things else rest
            is_ahead = any(t.kind == "noun" for t in part)
        if is_ahead or not self.things:
            self._location = location
        else:
            self.things[-1].relations.append(location)

    def _step_lines(self, token: JapaneseToken, _rest: list[JapaneseToken]) -> None:
        self._lines.append(token.english)

    def _step_moves(self, token: JapaneseToken, _rest: list[JapaneseToken]) -> None:
        if self._is_camera:
            self._lines.append(read_camera_move([token]))

    def _step_sizes(self, token: JapaneseToken, _rest: list[JapaneseToken]) -> None:
        self._axis = token.english

    def _step_length(self, token: JapaneseToken, _rest: list[JapaneseToken]) -> None:
        if self._is_camera and self._axis in ("high", ""):
            self._lines.append(f"camera height {token.english}")
        elif self._axis:
            self._sizes.append(f"{token.english} {self._axis}")
        else:
            self._distance = token.english
        self._axis = ""

    def _step_dimension(self, token: JapaneseToken, _rest: list[JapaneseToken]) -> None:
        self._sizes.append(token.english)

    def _step_verbs(self, token: JapaneseToken, _rest: list[JapaneseToken]) -> None:
        self._verb = token.english

    def _step_negations(self, _token: JapaneseToken, _rest: list[JapaneseToken]) -> None:
        for thing in reversed(self.things):
            thing.is_negated = True
            if not thing.is_joined:
                break

    def render(self, known: set[str], counts: Mapping[str, str]) -> list[str]:
        """Return English sentences.

        Args:
            known: Nouns that are asked for somewhere in the prompt: the others are introduced.
            counts: Number of each noun of the sentences before: it is spoken of again.
        """
        lines = []
        if self._place:
            name = " ".join((*self._place_adjectives, self._place))
            lines.append(f"a {name}" + "".join(f", {size}" for size in self._sizes))
        elif self._sizes:
            lines.append(f"the room is {' and '.join(self._sizes)}")
        lines += [self._say_thing(thing, known, counts) for thing in self.things]
        return [*lines, *self._lines]

    def _say_thing(self, thing: _Thing, known: set[str], counts: Mapping[str, str]) -> str:
        if thing.is_negated:
            return f"no {say_noun(thing.noun, is_plural=True)}"
        said = _say(thing)
        if thing.noun in counts and not thing.count and thing.relations:
            said = f"the {say_noun(thing.noun, is_plural=counts[thing.noun] != '1')}"
        if self._verb == "move":
            said = f"the {say_noun(thing.noun, is_plural=thing.count not in ('', '1'))}"
        if self._verb == "remove" and not thing.count:
            said = f"all {say_noun(thing.noun, is_plural=True)}"
        words = [self._verb, said]
        if self._verb == "move":
            words.append(self._distance)
        for relation, targets in thing.relations:
            words.append(relation)
            words.append(" and ".join(_refer(target, known, thing) for target in targets))
        return " ".join(word for word in words if word)


def _say(thing: _Thing) -> str:
    """Return a thing with its number; one that is not counted is one."""
    adjectives = " ".join(thing.adjectives)
    is_mass = thing.noun.rsplit(" ", 1)[-1] in load_words().mass_nouns
    if not thing.count and is_mass:
        return f"{adjectives} {thing.noun}".strip()
    noun = say_noun(thing.noun, is_plural=thing.count not in ("", "1"))
    return " ".join(word for word in (thing.count or "a", adjectives, noun) if word)


def _refer(target: _Thing, known: set[str], subject: _Thing) -> str:
    """Return what something stands to: introduced with an article where nothing else names it."""
    if subject.is_each:
        return f"each {target.noun}"
    is_known = any(noun == target.noun or noun.endswith(f" {target.noun}") for noun in known)
    if is_known and not target.count:
        return f"the {target.noun}"
    known.add(target.noun)
    return _say(target)
