"""What the words of a request stand for: pronouns, the other ones, one of them, four of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from clappper.core.planning.inflection import pluralize, singularize
from clappper.core.planning.languages.translate_european import (
    read_pieces,
    say_pieces,
    translate_words,
)
from clappper.core.planning.languages.translate_order import SaidWord
from clappper.core.planning.languages.translate_slot import DETERMINERS, is_bare, join_said
from clappper.core.planning.lexicon import load_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clappper.core.planning.languages.translate_frame import ClauseRules
    from clappper.core.planning.languages.translation_lexicon import EuropeanLexicon

__all__ = ["ReferenceReader", "add_article", "strip_article"]

#: Nouns that are measured, not spoken of.
_MEASURES = ("m", "cm", "second")
_OF = ("der", "von", "den", "de", "los", "las")
#: So many things are remembered, the last ones first.
_SPOKEN_MAX = 6
_BOTH_WORDS, _BARE_WORDS = 2, 3


class _Spoken(NamedTuple):
    """A noun that was spoken of, and the word before it."""

    noun: str
    is_plural: bool
    article: str


class ReferenceReader:
    """Says phrases in English, and remembers which things a text was about."""

    def __init__(self, lexicon: EuropeanLexicon, rules: ClauseRules) -> None:
        self._lexicon = lexicon
        self._rules = rules
        self._spoken: list[_Spoken] = []
        self._parts: set[str] = set()

    @property
    def topic(self) -> str:
        """The noun that was spoken of last, or nothing."""
        return self._spoken[0].noun if self._spoken else ""

    def resolve(self) -> str:
        """Return what was spoken of last, with its article, or nothing."""
        if not self._spoken or self.topic in ("camera", "room", "light", "film"):
            return ""
        spoken = self._spoken[0]
        return f"the {pluralize(spoken.noun) if spoken.is_plural else spoken.noun}"

    def find_other(self, thing: str) -> str:
        """Return what was spoken of beside a thing, with its article, or nothing."""
        if not self._spoken or singularize(self.topic) not in singularize(thing):
            return ""
        others = [s for s in self._spoken[1:] if s.noun not in (self.topic, "camera")]
        if not others:
            return ""
        return f"the {pluralize(others[0].noun) if others[0].is_plural else others[0].noun}"

    def note(self, words: Sequence[SaidWord]) -> None:
        """Remember the things of some words."""
        pieces = [p for p in read_pieces(join_said(words), self._lexicon) if p.text]
        nouns = say_pieces(pieces)
        spoken = []
        for index, piece in enumerate(pieces):
            if piece.text.startswith("camera "):
                spoken.append(_Spoken("camera", False, ""))
            elif piece.kind == "noun" and piece.text not in _MEASURES:
                before = [
                    p.said for p in pieces[max(0, index - 3) : index] if p.kind != "adjective"
                ]
                is_plural = nouns[index] != piece.text
                spoken.append(_Spoken(piece.text, is_plural, before[-1] if before else ""))
        named = {said.noun for said in spoken}
        older = [said for said in self._spoken if said.noun not in named]
        self._spoken = [*spoken, *older][:_SPOKEN_MAX]

    def is_part(self, thing: str) -> bool:
        """Whether an English phrase was said of some of the things that are there."""
        return thing in self._parts

    def say(self, words: Sequence[SaidWord]) -> str | None:
        """Return a phrase in English, or null when what it stands for was not said."""
        folded = [word.folded for word in words]
        rules = self._rules
        if len(words) == 1 and folded[0] in rules.pronouns:
            return self._resolve(folded[0])
        if is_bare(folded, rules, self._lexicon):
            return self._count(words)
        if len(words) <= _BOTH_WORDS and folded[-1] in rules.boths:
            spoken = self._spoken[0].noun if self._spoken else ""
            return f"both {pluralize(spoken)}" if spoken else "both of them"
        other = next((i for i, word in enumerate(folded) if word in rules.others), None)
        if other is not None and not self._is_before_noun(words, other):
            return self._say_other(words, other)
        part = self._leave_out_of(words)
        said = self.translate(part)
        if part is not words:
            self._parts.add(said)
        return said

    def _count(self, words: Sequence[SaidWord]) -> str | None:
        """Say one or four of what was spoken of."""
        if not self._spoken:
            return None
        one = words[0].folded in self._rules.ones
        number = "1" if one else self.translate(words)
        noun = "second" if self.topic == "film" else self.topic
        return f"{number} {noun if number == '1' else pluralize(noun)}"

    def _say_other(self, words: Sequence[SaidWord], other: int) -> str:
        folded = [word.folded for word in words]
        has_article = other > 0 and folded[other - 1] in self._rules.definite
        article = folded[other - 1] if has_article else ""
        one = (article, folded[other]) in self._rules.other_ones
        before, after = words[: other - has_article], words[other + 1 :]
        noun = self.topic
        if noun in ("", "camera", "room", "light", "film"):
            said = "the other one" if one else "the others"
        else:
            said = f"the other {noun if one else pluralize(noun)}"
        return " ".join(f"{self.translate(before)} {said} {self.translate(after)}".split())

    def _leave_out_of(self, words: Sequence[SaidWord]) -> Sequence[SaidWord]:
        """Say one of the workers as one worker, and two of them by their name."""
        folded = [word.folded for word in words]
        rules = self._rules
        start = 1
        while start < len(folded) and folded[start] in _OF:
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

    def translate(self, words: Sequence[SaidWord]) -> str:
        """Return words in English, whatever they stand for."""
        return translate_words(join_said(words), self._lexicon) if words else ""

    def _resolve(self, pronoun: str) -> str:
        articles = self._rules.pronouns[pronoun]
        found = next((s for s in self._spoken if s.article in articles), None)
        found = found or (self._spoken[0] if self._spoken else None)
        if found is None:
            return "them" if "plural" in articles else "it"
        return f"the {pluralize(found.noun) if found.is_plural else found.noun}"


def strip_article(thing: str) -> str:
    """Return an English phrase without its article."""
    return re.sub(r"^(?:the|a|an|my|our) ", "", thing)


def add_article(thing: str, article: str) -> str:
    """Return an English phrase for one thing with an article where it has none."""
    words = thing.split()
    is_one = len(words) <= _BARE_WORDS and words == [word for word in words if word.isalpha()]
    head = words[-1] if words else ""
    is_plural = singularize(head) != head or head in load_words().mass_nouns or head == "people"
    if not is_one or is_plural or words[0] in DETERMINERS:
        return thing
    return f"{article} {thing}"
