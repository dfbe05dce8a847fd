"""German and Spanish requests clause by clause: what a frame reads is said as an English command.

A text no clause of which is a request is translated word by word, as it is when it is a scene.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from clappper.core.planning.languages.translate_european import read_pieces, translate_words
from clappper.core.planning.languages.translate_frame import load_clause_rules, match_frame
from clappper.core.planning.languages.translate_kind import read_light
from clappper.core.planning.languages.translate_loose import (
    LooseFrame,
    compile_loose,
    reduce_clause,
)
from clappper.core.planning.languages.translate_motion import read_motion
from clappper.core.planning.languages.translate_order import (
    order_clause,
    read_words,
    says_wish,
    split_sentences,
    tidy_clause,
)
from clappper.core.planning.languages.translate_replaced import is_replaced
from clappper.core.planning.languages.translate_say import ClauseSpeaker
from clappper.core.planning.languages.translate_scene import begins_scene, builds_scene
from clappper.core.planning.languages.translate_slot import SlotReader, drop_personal, join_said

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clappper.core.planning.languages.translate_frame import ClauseRules, Frame
    from clappper.core.planning.languages.translate_order import SaidWord
    from clappper.core.planning.languages.translation_lexicon import EuropeanLexicon

__all__ = ["translate_clauses"]

#: A longer text is a scene, not a request; it is bounded in time, too.
_WORDS_MAX, _SENTENCE_MAX, _LINKS_MAX, _SUBJECT_MAX = 120, 32, 6, 6
#: What a complaint says in a frame: it is no request where one follows it.
_COMPLAINT = "too "
#: What only tells something says in a frame.
_REMARK = "remark"
#: What is said of things that are there: one such clause alone describes no scene.
_ABOUT_KNOWN = re.compile(r"^(?:put|move|make) the\b|^[^,]*\beach (?!of\b)(?!.*\bstanding\b)")
#: What is only named: und die Leute?
_NAMED = re.compile(r"(?:and )?(?:the|my|our) [\w-]+(?: [\w-]+)?")
#: What is added nowhere yet, and a place that follows it: noch fünf Fässer, bei den Paletten.
_ADDED = re.compile(r"add (?:another|a|an|\d+)(?: more)?(?: [\w-]+){1,2}")
_PLACE = re.compile(
    r"(?:next to|near|behind|in front of|against|in the corner|on|under|left of|right of|between)"
    r" (?:the|each|both) [^.,;]+$"
)
#: Commands about all numbers: numbers that follow only tell what comes of it.
_ALL_COUNTS = ("halve everything", "double everything")
#: Where what is meant stands, said in German as a clause: der Tisch, der am Fenster steht.
_GERMAN_STANDING = re.compile(
    r",? (?:der|die|das|den|dem) (?P<place>(?:am|an|auf|bei|beim|hinter|im|in|links|neben|rechts"
    r"|unter|vor|zwischen) [^,.;!?]{1,60}?) (?:gerade )?"
    r"(?:steht|stehen|sitzt|sitzen|ist|sind|liegt|liegen|hängt|hängen|lehnt)\b,?"
)
LooseFrames = tuple[LooseFrame, ...]


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
    if language == "german":
        text = _GERMAN_STANDING.sub(r" \g<place>", text)
    words = read_words(text)
    if len(words) > _WORDS_MAX:
        return translate_words(text, lexicon)
    sentences = split_sentences(words)
    is_scene = begins_scene(text, lexicon)
    if is_scene or any(builds_scene(said, lexicon, rules) for said in sentences):
        return translate_words(text, lexicon)
    reader = _ClauseReader(lexicon, rules, _load_loose(language))
    for sentence in sentences:
        reader.read(sentence)
    return reader.render(text)


@lru_cache(maxsize=2)
def _load_loose(language: Literal["german", "spanish"]) -> LooseFrames:
    rules = load_clause_rules(language)
    return tuple(
        compile_loose(pattern, english, rules.sets, rules.negations)
        for pattern, english in rules.loose
    )


class _Line(NamedTuple):
    """What a clause says.

    Attributes:
        text: English.
        kind: A command; what is one beside commands (weak); what is wrong (complaint); what asks
            for nothing (remark); or what was not read (kept).
    """

    text: str
    kind: Literal["command", "weak", "complaint", "remark", "kept"]


class _ClauseReader:
    """Reads sentences one after the other."""

    def __init__(self, lexicon: EuropeanLexicon, rules: ClauseRules, loose: LooseFrames) -> None:
        self._lexicon = lexicon
        self._rules = rules
        self._loose = loose
        self._speaker = ClauseSpeaker(lexicon, rules)
        self._lines: list[_Line] = []
        self._known: dict[tuple[str, tuple[str, ...]], bool] = {}

    def read(self, sentence: Sequence[SaidWord]) -> None:
        """Read one sentence."""
        bounds = [i for i, word in enumerate(sentence) if word.folded in self._rules.links]
        if len(sentence) > _SENTENCE_MAX or len(bounds) > _LINKS_MAX:
            self._keep(sentence)
            return
        start, plain = 0, 0
        ends = [*bounds, len(sentence)]
        while start < len(sentence):
            found = next(
                (
                    (end, line)
                    for end in reversed(ends)
                    if end > start
                    for line in [self._read_clause(sentence[start:end])]
                    if line is not None
                ),
                None,
            )
            if found is None:
                after = next((end for end in ends if end > start), len(sentence))
                self._speaker.reference.note(sentence[start:after])
                start = after
            else:
                self._keep(sentence[plain:start])
                end, line = found
                self._add(line)
                start = plain = end
            start += start < len(sentence) and sentence[start].folded in self._rules.links
        self._keep(sentence[plain:])

    def render(self, text: str) -> str:
        """Return what was read in English; a text without a request as it was written."""
        is_asked = any(line.kind in ("command", "complaint") for line in self._lines)
        if len(self._lines) == 1 and self._lines[0].kind == "weak":
            is_asked = _ABOUT_KNOWN.search(self._lines[0].text) is not None
        if not is_asked:
            return translate_words(text, self._lexicon)
        said = [line.text for line in self._lines if line.kind != "remark" and line.text]
        return ". ".join(line[0].upper() + line[1:] for line in said)

    def _read_clause(self, words: Sequence[SaidWord]) -> _Line | None:
        topic = self._speaker.reference.topic
        tidy = tidy_clause(words, self._rules)
        motion = read_motion(tidy, self._lexicon, self._rules, topic=topic) if tidy else None
        if motion is not None:
            self._speaker.reference.note(words)
            is_wished = motion.is_wished or says_wish(words, self._rules)
            return _Line(motion.english, "command" if is_wished else "weak")
        ordered, is_wish = order_clause(words, self._rules)
        ordered = drop_personal(ordered, self._lexicon, self._rules)
        if not ordered or len(ordered) > _SENTENCE_MAX:
            return None
        line = self._match(ordered, is_wish)
        if line is None and ordered[0].folded.startswith("+") and len(ordered) > 1:
            line = self._match(ordered[1:], is_wish)
        if line is None and ordered[0].folded in self._rules.modals:
            line = self._match(self._put_subject_first(ordered), is_wish)
        return line

    def _put_subject_first(self, ordered: Sequence[SaidWord]) -> Sequence[SaidWord]:
        """Say a question as a wish: could the worker stand there is the worker could."""
        slots = SlotReader(ordered, self._lexicon, self._rules, self._known)
        ends = range(2, min(len(ordered), _SUBJECT_MAX))
        end = next((end for end in ends if slots.fits("phrase", 1, end)), 1)
        return [*ordered[1:end], ordered[0], *ordered[end:]]

    def _match(self, ordered: Sequence[SaidWord], is_wish: bool) -> _Line | None:
        folded = [word.folded for word in ordered]
        present = frozenset(folded)
        slots = SlotReader(ordered, self._lexicon, self._rules, self._known)
        for frame in self._rules.frames:
            if frame.is_wish and not is_wish:
                continue
            if not all(needed & present for needed in frame.needed):
                continue
            found = match_frame(frame, folded, slots.fits)
            if found is not None:
                parts = {name: ordered[a:b] for name, (a, b) in found.items()}
                line = self._say(frame, parts, ordered)
                if line is not None:
                    return line
        return self._match_loose(ordered, present, is_wish)

    def _match_loose(
        self, ordered: Sequence[SaidWord], present: frozenset[str], is_wish: bool
    ) -> _Line | None:
        for loose in self._loose:
            if not all(needed & present for needed in loose.needed):
                continue
            left = reduce_clause(loose, ordered, self._rules.negations)
            if left is None or (loose.orders[0].is_wish and not is_wish):
                continue
            folded = [word.folded for word in left]
            slots = SlotReader(left, self._lexicon, self._rules, self._known)
            for frame in loose.orders:
                found = match_frame(frame, folded, slots.fits)
                parts = {name: left[a:b] for name, (a, b) in (found or {}).items()}
                line = self._say(frame, parts, ordered) if found is not None else None
                if line is not None:
                    return line
        return None

    def _say(
        self, frame: Frame, parts: Mapping[str, Sequence[SaidWord]], words: Sequence[SaidWord]
    ) -> _Line | None:
        is_remark = frame.english == _REMARK
        english = "" if is_remark else self._speaker.say(frame, parts)
        if english is None:
            return None
        for said in (words, *parts.values()):
            self._speaker.reference.note(said)
        if is_remark:
            return _Line("", "remark")
        if english.startswith(_COMPLAINT):
            return _Line(english.removeprefix(_COMPLAINT), "complaint")
        return _Line(english, "weak" if frame.is_weak else "command")

    def _add(self, line: _Line) -> None:
        if line.kind != "remark":
            kept = [said for said in self._lines if not is_replaced(said.text, line.text)]
            if len(kept) < len(self._lines):
                line = line._replace(kind="command")
            self._lines = [said for said in kept if said.kind != "complaint"]
        self._lines.append(line)

    def _keep(self, words: Sequence[SaidWord]) -> None:
        """Keep words that ask for nothing as they are; what names nothing is a remark."""
        kept = tidy_clause(words, self._rules)
        if not kept:
            return
        self._speaker.reference.note(kept)
        english = translate_words(join_said(kept), self._lexicon)
        last = self._lines[-1] if self._lines else None
        if last is not None and _ADDED.fullmatch(last.text) and _PLACE.match(english):
            self._lines[-1] = last._replace(text=f"{last.text} {english}")
            return
        if last is not None and last.text in _ALL_COUNTS and english[:1].isdecimal():
            return
        is_kept = self._names_something(kept) and not _NAMED.fullmatch(english)
        self._lines.append(_Line(english, "kept" if is_kept else "remark"))

    def _names_something(self, words: Sequence[SaidWord]) -> bool:
        """Whether words name what can be in a scene, also one that is not known."""
        pieces = read_pieces(join_said(words), self._lexicon)
        is_german = not self._lexicon.is_adjective_after
        return any(
            piece.kind in ("noun", "number")
            or (piece.kind == "unknown" and is_german and index and piece.text[:1].isupper())
            or read_light(piece.text) is not None
            for index, piece in enumerate(pieces)
        )
