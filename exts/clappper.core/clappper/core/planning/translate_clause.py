"""German and Spanish requests clause by clause: what a frame reads is said as an English command.

A text no clause of which is a request is translated word by word, as it is when it is a scene.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clappper.core.planning.translate_european import translate_words
from clappper.core.planning.translate_frame import load_clause_rules, match_frame
from clappper.core.planning.translate_order import order_clause, read_words, split_sentences
from clappper.core.planning.translate_say import ClauseSpeaker
from clappper.core.planning.translate_slot import SlotReader, join_said

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Literal

    from clappper.core.planning.translate_frame import ClauseRules
    from clappper.core.planning.translate_order import SaidWord
    from clappper.core.planning.translation_lexicon import EuropeanLexicon

__all__ = ["translate_clauses"]

#: A longer text is a scene, not a request; it is bounded in time, too.
_WORDS_MAX, _SENTENCE_MAX, _LINKS_MAX = 120, 32, 6
#: What a complaint says in a frame: it is no request where one follows it.
_COMPLAINT = "too "
_UNDO = "undo"
#: How long a film is to be, and what says less of it.
_LASTS = re.compile(r"film \d")
_LASTING = re.compile(r"(?:make it )?(?:shorter|longer|slower|faster)(?: film)?$")


def translate_clauses(
    text: str, lexicon: EuropeanLexicon, language: Literal["german", "spanish"]
) -> str:
    """Return a text in English, its requests as commands.

    Args:
        text: A cleaned text.
        lexicon: Words of its language.
        language: The language.
    """
    rules = load_clause_rules(language)
    words = read_words(text)
    if len(words) > _WORDS_MAX:
        return translate_words(text, lexicon)
    reader = _ClauseReader(lexicon, rules)
    for sentence in split_sentences(words):
        reader.read(sentence)
    return reader.render(text)


class _ClauseReader:
    """Reads sentences one after the other."""

    def __init__(self, lexicon: EuropeanLexicon, rules: ClauseRules) -> None:
        self._lexicon = lexicon
        self._rules = rules
        self._speaker = ClauseSpeaker(lexicon, rules)
        self._said: list[tuple[str, bool]] = []
        self._is_command = False

    def read(self, sentence: Sequence[SaidWord]) -> None:
        """Read one sentence."""
        bounds = [i for i, word in enumerate(sentence) if word.folded in self._rules.links]
        if len(sentence) > _SENTENCE_MAX or len(bounds) > _LINKS_MAX:
            bounds = []
            self._keep(sentence)
            return
        start, plain = 0, 0
        ends = [*bounds, len(sentence)]
        while start < len(sentence):
            found = next(
                (
                    (end, english)
                    for end in reversed(ends)
                    if end > start
                    for english in [self._read_clause(sentence[start:end])]
                    if english is not None
                ),
                None,
            )
            if found is None:
                start = next((end for end in ends if end > start), len(sentence))
            else:
                self._keep(sentence[plain:start])
                end, english = found
                self._command(english)
                start = plain = end
            start += start < len(sentence) and sentence[start].folded in self._rules.links
        self._keep(sentence[plain:])

    def render(self, text: str) -> str:
        """Return what was read in English; a text without a request as it was written."""
        if not self._is_command:
            return translate_words(text, self._lexicon)
        return ". ".join(said[0].upper() + said[1:] for said, _ in self._said if said)

    def _read_clause(self, words: Sequence[SaidWord]) -> str | None:
        ordered, is_wish = order_clause(words, self._rules)
        if not ordered or len(ordered) > _SENTENCE_MAX:
            return None
        folded = [word.folded for word in ordered]
        present = frozenset(folded)
        slots = SlotReader(ordered, self._lexicon, self._rules)
        for frame in self._rules.frames:
            if frame.is_wish and not is_wish:
                continue
            if not all(needed & present for needed in frame.needed):
                continue
            found = match_frame(frame, folded, slots.fits)
            if found is not None:
                parts = {name: ordered[a:b] for name, (a, b) in found.items()}
                english = self._speaker.say(frame.english, parts)
                if english is not None:
                    return english
        return None

    def _command(self, english: str) -> None:
        is_complaint = english.startswith(_COMPLAINT)
        is_undone = english == _UNDO
        if _LASTS.match(english):
            self._said = [(said, no) for said, no in self._said if not _LASTING.match(said)]
        self._said = [(said, no) for said, no in self._said if not (no or is_undone)]
        self._said.append((english.removeprefix(_COMPLAINT), is_complaint))
        self._is_command = True

    def _keep(self, words: Sequence[SaidWord]) -> None:
        """Keep words that ask for nothing as they are."""
        kept = list(words)
        while kept and kept[0].folded in self._rules.links:
            del kept[0]
        while kept and kept[-1].folded in self._rules.links:
            del kept[-1]
        if kept:
            self._speaker.note(kept)
            self._said.append((translate_words(join_said(kept), self._lexicon), False))
