"""What the words of a slot are: a thing, a place, a light, a view, a number, how much."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clappper.core.planning.languages.translate_european import read_pieces, translate_words
from clappper.core.planning.languages.translate_kind import is_english_of_kind, read_way
from clappper.core.planning.lexicon import load_classes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clappper.core.planning.languages.translate_european import Piece
    from clappper.core.planning.languages.translate_frame import ClauseRules
    from clappper.core.planning.languages.translate_order import SaidWord
    from clappper.core.planning.languages.translation_lexicon import EuropeanLexicon

__all__ = ["DETERMINERS", "THINGS", "SlotReader", "drop_personal", "is_bare", "join_said"]

#: How a phrase for a thing may begin.
DETERMINERS = frozenset(
    ("a", "the", "my", "our", "some", "several", "many", "all", "each", "another", "few", "this",
     "both", "more", "its", "their", "half", "every", "other", "these", "rather", "it", "them",
     "everything", "no", "1")
)  # fmt: skip
#: How a phrase for a place begins.
_PREPOSITIONS = frozenset(
    ("at", "on", "in", "next", "near", "behind", "under", "over", "between", "around", "opposite",
     "along", "against", "left", "right", "to", "above", "below", "inside", "towards", "facing",
     "beside", "side", "through", "stacked", "scattered", "forward", "backward", "closer",
     "outdoors")
)  # fmt: skip
#: Where a thing is that is told from others by it: las sillas de la izquierda.
_SIDES = frozenset(("on the left", "on the right", "at the back", "at the front"))
#: Kinds of phrases for things.
_PHRASES = frozenset(("phrase", "noun", "known", "fresh", "plain", "counted", "more"))
#: Kinds that may stand for what was spoken of.
_COUNTED = ("bare", "counted")
_BOTH_WORDS, _SHORT = 2, 2
THINGS = _PHRASES | {"bare", "loc", "any", "all"}


class SlotReader:
    """Tells of which kinds the words of one clause are.

    Args:
        words: The clause.
        lexicon: Words of its language.
        rules: How its language asks for a change.
        known: What was told already, by kind and words; readers of one text share it.
    """

    def __init__(
        self,
        words: Sequence[SaidWord],
        lexicon: EuropeanLexicon,
        rules: ClauseRules,
        known: dict[tuple[str, tuple[str, ...]], bool] | None = None,
    ) -> None:
        self._words = words
        self._texts = tuple(word.text for word in words)
        self._lexicon = lexicon
        self._rules = rules
        self._known = {} if known is None else known

    def fits(self, kind: str, first: int, end: int) -> bool:
        """Whether the words from one to before another are of a kind."""
        key = (kind, self._texts[first:end])
        if key not in self._known:
            self._known[key] = self._read(kind, self._words[first:end])
        return self._known[key]

    def _read(self, kind: str, words: Sequence[SaidWord]) -> bool:
        folded = [word.folded for word in words]
        rules = self._rules
        if kind in ("all", "rest"):
            is_free = rules.links.isdisjoint(folded) and rules.verbs.isdisjoint(folded)
            return kind == "all" or is_free
        if kind == "way":
            return is_english_of_kind(kind, translate_words(join_said(words), self._lexicon))
        referring = self._refers(kind, folded)
        if referring is not None:
            return referring
        return self._is_whole(kind, folded) and (kind == "any" or self._is_of_kind(kind, words))

    def _refers(self, kind: str, folded: Sequence[str]) -> bool | None:
        """Whether words that stand for a thing are of a kind, or null when they stand for none."""
        rules = self._rules
        if len(folded) == 1 and folded[0] in {*rules.pronouns, *rules.ones}:
            return kind in ("phrase", "known") or (kind in _COUNTED and folded[0] in rules.ones)
        is_number = kind in _COUNTED and is_bare(folded, rules, self._lexicon)
        if kind == "bare" or is_number:
            return is_number
        if len(folded) <= _BOTH_WORDS and folded[-1] in rules.boths:
            return kind in ("phrase", "known")
        return None

    def _is_whole(self, kind: str, folded: Sequence[str]) -> bool:
        """Whether words are no part of a phrase, and nothing of the clause around them."""
        rules = self._rules
        is_other = len(folded) > 1 and folded[-1] in rules.others and folded[-2] in rules.definite
        is_open = folded[-1] in rules.bound and not is_other
        if is_open or {folded[0], folded[-1]} & rules.links or not rules.verbs.isdisjoint(folded):
            return False
        is_list = "," in folded and kind not in ("phrase", "fresh")
        return not is_list and (kind == "any" or rules.never.isdisjoint(folded))

    def _is_of_kind(self, kind: str, words: Sequence[SaidWord]) -> bool:
        if kind in _PHRASES:
            return self._is_phrase(kind, words)
        if kind == "view" and not self._rules.links.isdisjoint(word.folded for word in words):
            return False
        english = translate_words(join_said(words), self._lexicon)
        if kind == "loc":
            pieces = [p for p in read_pieces(join_said(words), self._lexicon) if p.text]
            has_verb = any(piece.kind == "verb" for piece in pieces)
            return not has_verb and self._is_said_whole(pieces) and self._is_loc(english)
        return is_english_of_kind(kind, english)

    def _is_loc(self, english: str) -> bool:
        return english.split(" ", 1)[0] in _PREPOSITIONS or read_way(english) is not None

    def _is_said_whole(self, pieces: Sequence[Piece]) -> bool:
        """Tell an unknown thing from a word of the clause: a noun is written with a capital."""
        if self._lexicon.is_adjective_after:
            return True
        strange = [i for i, p in enumerate(pieces) if p.kind == "unknown" and p.text.islower()]
        before = pieces[strange[0] - 1].kind if strange and strange[0] else ""
        is_last = strange == [len(pieces) - 1] and before in ("word", "number", "adjective")
        return not strange or is_last

    def _is_phrase(self, kind: str, words: Sequence[SaidWord]) -> bool:
        folded = [word.folded for word in words]
        rules = self._rules
        pieces = [p for p in read_pieces(join_said(words), self._lexicon) if p.text]
        has_verb = any(piece.kind == "verb" for piece in pieces)
        if not pieces or has_verb or not self._is_said_whole(pieces) or not self._is_list(words):
            return False
        if not self._begins(pieces, folded) or not self._ends(pieces, folded):
            return False
        is_known = folded[0] in rules.definite or folded[0] in rules.others
        if kind == "more":
            return re.search(r"^(?:another|more|\d+ more)\b|\bmore$", _join(pieces)) is not None
        if kind == "counted":
            return pieces[0].kind == "number"
        if kind == "plain":
            inner = (piece.text.split(" ", 1)[0] for piece in pieces[1:])
            return not is_known and _PREPOSITIONS.isdisjoint(inner)
        return kind in ("phrase", "noun") or is_known == (kind == "known")

    def _is_list(self, words: Sequence[SaidWord]) -> bool:
        """Whether what is on each side of a comma is a phrase; without one it need not be."""
        cut = next((i for i, word in enumerate(words) if word.text == ","), None)
        parts = () if cut is None else (words[:cut], words[cut + 1 :])
        return all(part and self._is_phrase("phrase", part) for part in parts)

    def _begins(self, pieces: Sequence[Piece], folded: Sequence[str]) -> bool:
        head = pieces[0].text.split()[0]
        is_said = pieces[0].kind in ("noun", "adjective", "number", "unknown")
        return is_said or head.isdecimal() or head in DETERMINERS or folded[0] in self._rules.others

    def _ends(self, pieces: Sequence[Piece], folded: Sequence[str]) -> bool:
        last, others = pieces[-1], self._rules.others
        if last.text == "more":
            return len(pieces) > 1
        is_other = folded[-1] in others or (
            last.kind == "number" and folded[-2:-1] != [] and folded[-2] in others
        )
        is_unknown = last.kind == "unknown" and len(last.text) > _SHORT
        is_adjective = last.kind == "adjective" and self._lexicon.is_adjective_after
        is_noun = last.kind == "noun" or last.text in _SIDES
        return is_noun or is_other or is_unknown or is_adjective


def join_said(words: Sequence[SaidWord]) -> str:
    """Return words as a text."""
    said = ""
    for word in words:
        said += word.text if word.text == "," or not said else f" {word.text}"
    return said


def _join(pieces: Sequence[Piece]) -> str:
    return " ".join(piece.text for piece in pieces)


def is_bare(folded: Sequence[str], rules: ClauseRules, lexicon: EuropeanLexicon) -> bool:
    """Whether words count what was spoken of before, without naming it: four, one."""
    if len(folded) != 1:
        return False
    pieces = read_pieces(folded[0], lexicon)
    return folded[0] in rules.ones or (len(pieces) == 1 and pieces[0].kind == "number")


def drop_personal(
    words: list[SaidWord], lexicon: EuropeanLexicon, rules: ClauseRules
) -> list[SaidWord]:
    """Leave out the a that Spanish says between a verb and people: pon a un trabajador."""
    if not lexicon.is_adjective_after:
        return words
    people = load_classes()["person"].words
    for index in range(1, len(words) - 1):
        if words[index].folded != "a" or words[index - 1].folded not in rules.verbs:
            continue
        pieces = read_pieces(join_said(words[index + 1 : index + 4]), lexicon)
        noun = next((piece.text for piece in pieces if piece.kind == "noun"), "")
        if noun in people:
            return [*words[:index], *words[index + 1 :]]
    return words
