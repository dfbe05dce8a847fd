"""Whether words of a prompt deny what follows them: not at night, anything but a top view."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clappper.core.planning.lexer import Transcript

__all__ = ["is_denied", "is_ruled_out"]

#: Words that rule out what follows as not does.
_UNWANTED = frozenset(
    (
        *("not", "never", "avoid", "avoids", "avoiding", "hate", "hates", "hated", "dislike"),
        *("dislikes", "detest", "detests", "loathe", "loathes", "despise", "despises"),
    )
)
#: Words before a time that what is ruled out before them ends at: no people at night.
_TIME_PREPOSITIONS = ("at", "by", "during", "in", "on")
#: How many words a denial may stand before what it denies.
_DENIAL_MAX = 3
#: Words between a denial and what it denies right after it.
_BETWEEN = frozenset(
    (
        *(
            "a",
            "an",
            "any",
            "the",
            "that",
            "this",
            "too",
            "so",
            "very",
            "use",
            "do",
            "want",
            "like",
        ),
        *("from", "in", "with", "be", "is", "more", "1", "another", "usual"),
    )
)
#: Two words that rule out what follows them.
_PAIRS = frozenset(
    (
        *(("anything", "but"), ("everything", "but"), ("instead", "of"), ("rather", "than")),
        *(("no", "more"), ("other", "than"), ("apart", "from"), ("except", "for")),
    )
)


def is_denied(transcript: Transcript, start: int) -> bool:
    """Whether the words right before deny what is said of the light: no night, not too dark."""
    if is_ruled_out(transcript, start):
        return True
    is_of_its_own = transcript.tokens[start].norm in _TIME_PREPOSITIONS
    for token in reversed(transcript.tokens[max(0, start - _DENIAL_MAX) : start]):
        if token.norm in _UNWANTED or token.norm.endswith("n't"):
            return True
        if token.norm in ("no", "without"):
            return not is_of_its_own
        if token.kind == "mark" or token.norm in ("but", "and", "with"):
            return False
    return False


def is_ruled_out(transcript: Transcript, start: int) -> bool:
    """Whether nothing but an article stands between a denial and a word: no more top views."""
    norms = [token.norm for token in transcript.tokens[max(0, start - _DENIAL_MAX - 2) : start]]
    for place in reversed(range(len(norms))):
        word = norms[place]
        if place and (norms[place - 1], word) in _PAIRS:
            return True
        if word in _UNWANTED or word in ("no", "without") or word.endswith("n't"):
            return True
        if word not in _BETWEEN:
            return False
    return False
