"""Where a prompt takes back what it said: no wait, make that 5; the office has 6 desks.

Of two statements that cannot both hold the later one counts, and a sentence tells the user so.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from clappper.core.planning.clause import Mark
from clappper.core.planning.noun_phrase import NounPhrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clappper.core.planning.lexer import Transcript

__all__ = ["Restated", "claim_corrections", "describe_correction", "find_restated"]

#: What tokens of a correction belong to, among the claims.
_OWNER = "correction"
_MARKERS = re.compile(
    r"(?:(?<=[.,;!?] )|^)(?:(?:no|oh|oops|ah|hm{1,4}|well|sorry|but) (?:, )?){0,4}"
    r"(?:wait(?: no(?= [,.]| \d))?|scratch that|forget that|correction|(?:or )?rather"
    r"|let me (?:correct|rephrase)(?: that| this| myself)?|then again"
    r"|i mean(?:t)?|actually|sorry|on second thoughts?|better still|no(?= [,.])"
    r"|(?:er|uh|um|erm)(?= (?:, )?(?:\d|make|no|i mean))|well(?= (?:, )?\d)|hold on|oops"
    r"|my (?:mistake|bad)|nah|nope|(?:or )?let(?: us)? say(?= \d)|never mind|forget it"
    r"|come to think of it|on reflection|cancel that|strike that|i changed my mind"
    r"|or (?:even )?better(?: yet)?|(?:even )?better(?: yet)?(?= [,:\d])"
    r"|(?:so|that makes)(?= \d))"
    r"(?:(?: [,:])? (?:no(?= [,.]| \d)|wait|actually|i mean(?:t)?|i miscounted|that is wrong"
    r"|rather|let us say|(?:please )?make (?:it|that)(?= \d))){0,4}(?: [,:])?(?= )"
    r"|\bmake (?:it|that)(?= \d+ )"
    # Of two or more there is no none: a forklift no two forklifts.
    r"|(?<![.,;!?] )\b(?:no|no wait|sorry|i mean)(?= (?:[2-9]|\d\d+) )"
)
#: Words before a number that only says how many there are of what was named: forklifts, say 3.
_AMOUNTS = re.compile(
    r"(?<=, )(?:say|maybe|perhaps|call it|let us say|let's say)(?= \d+ ?(?:[.,;]|$))"
)
_SENTENCE_ENDS = (".", ";", "!", "?")
#: How many tokens before and after a phrase are looked at for its sentence.
_REACH = 100
#: A sentence that begins with such a word says another number.
_CHANGING = frozenset(("change", "reduce", "increase", "raise", "lower", "bump", "cut"))
#: A sentence with such a word adds to what was said before.
_ADDING = frozenset(
    ("also", "more", "another", "additional", "further", "extra", "add", "plus", "other")
)


class Restated(NamedTuple):
    """Phrases that can say again how many there are, by their index.

    Attributes:
        taken_back: Those after words that take something back, and those of a sentence that says
            what the place has (the office has 6 desks), up to the end of the sentence.
        sentences: Number of the sentence of each counted phrase that adds nothing.
    """

    taken_back: frozenset[int]
    sentences: dict[int, int]


def claim_corrections(transcript: Transcript, claimed: dict[int, str]) -> None:
    """Claim the words that take something back, so that they are read as nothing else."""
    for owner, pattern in (("to", _AMOUNTS), (_OWNER, _MARKERS)):
        for _, span in transcript.find(pattern):
            if not any(index in claimed for index in span):
                claimed.update(dict.fromkeys(span, owner))


def find_restated(transcript: Transcript, elements: Sequence[NounPhrase | Mark]) -> Restated:
    """Return the phrases that say again how many there are."""
    taken_back: set[int] = set()
    sentences: dict[int, int] = {}
    number = 0
    is_restating = False
    sentence: list[int] = []
    for index, element in enumerate(elements):
        if isinstance(element, Mark):
            if element.kind == "end":
                is_restating, sentence, number = False, [], number + 1
                continue
            is_taken_back = element.kind == "claim" and element.word == _OWNER
            is_restating = is_restating or is_taken_back or _has(elements, sentence, element)
        elif element.member_of is not None:
            pass
        elif element.count is not None and not _adds(transcript, element):
            sentences[index] = number
            if is_restating or _replaces(transcript, element):
                taken_back.add(index)
        sentence.append(index)
    return Restated(frozenset(taken_back), sentences)


def describe_correction(first: str, later: str) -> str:
    """Return the sentence for the user about two statements of which the later counts."""
    return f"The prompt says {first} and, later, {later}: the later one counts."


def _has(elements: Sequence[NounPhrase | Mark], sentence: Sequence[int], element: Mark) -> bool:
    """Whether a sentence begins with the place that was named before, and that it has something."""
    if element.word not in ("has", "have", "contains", "holds") or len(sentence) != 1:
        return False
    subject = elements[sentence[0]]
    if not isinstance(subject, NounPhrase) or subject.determiner != "definite":
        return False
    return subject.kind in ("place", "room", "talk")


def _replaces(transcript: Transcript, phrase: NounPhrase) -> bool:
    """Whether its sentence changes a number: 6 racks instead, change the racks to 6."""
    if transcript.tokens[_find_start(transcript, phrase)].norm in _CHANGING:
        return True
    words = [token.norm for token in transcript.tokens[phrase.end : phrase.end + 2]]
    return words[:1] == ["instead"] and words[1:] != ["of"]


def _adds(transcript: Transcript, phrase: NounPhrase) -> bool:
    """Whether words of its sentence say that a phrase comes on top of what there is."""
    before = transcript.tokens[_find_start(transcript, phrase) : phrase.start]
    if any(token.norm in _ADDING for token in before):
        return True
    for token in transcript.tokens[phrase.start : phrase.start + _REACH]:
        if token.norm in _SENTENCE_ENDS or token.norm == ",":
            return False
        if token.norm in _ADDING:
            return True
    return False


def _find_start(transcript: Transcript, phrase: NounPhrase) -> int:
    """Return the first token of the sentence of a phrase, or the furthest that is looked at."""
    first = max(0, phrase.start - _REACH)
    starts = range(phrase.start, first, -1)
    return next((i for i in starts if transcript.tokens[i - 1].norm in _SENTENCE_ENDS), first)
