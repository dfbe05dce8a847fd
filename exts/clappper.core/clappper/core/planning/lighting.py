"""The mood of the light as the prompt says it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clappper.core.planning.corrections import describe_correction

if TYPE_CHECKING:
    from clappper.core.planning.lexer import Transcript
    from clappper.core.planning.models import Mood

__all__ = ["find_adjective_mood", "read_mood"]

_LIGHTS = "light|lighting|lights|lit|illumination|mood|atmosphere|ambience|ambiance|feel"
_LIGHT = rf"(?:{_LIGHTS})"
_MOODS: dict[Mood, tuple[str, ...]] = {
    "night": (
        r"\b(?:at|by|during|in the|late at) night(?: time)?\b",
        rf"\bnight(?: ?time)?(?: (?:scene|shot|{_LIGHTS}))?\b",
        r"\bmidnight\b|\bmoon(?:light|lit)\b|\bafter dark\b",
    ),
    "golden_hour": (
        r"\b(?:at |during |in the )?(?:the )?(?:golden hour|sunset|sunrise|dusk|dawn|twilight)"
        r"(?: (?:light|lighting|glow|scene|sun))?\b",
        r"\b(?:late afternoon|warm evening)(?: (?:sun|light|lighting))?\b",
        r"\bin the evening\b|\b(?:it is|it was|it be|always) evening\b",
        r"\b(?:(?:look|feel) like|make it|make that) (?:an? |the )?evening\b",
        rf"\b(?:early|late|this) evening\b|\bevening (?:sun|glow|scene|{_LIGHTS})\b",
        r"(?:(?<=[.,;] )|^)evening(?= ?(?:[.,;]|$))",
    ),
    "bright": (
        rf"\bbright(?:ly)? {_LIGHT}\b",
        r"\bwell lit\b",
        rf"\bhigh key(?: {_LIGHT})?\b",
        r"\bbright and airy\b",
        r"\b(?:keep|make|want|like|have|leave) (?:it|this|that|everything|things) "
        r"(?:(?:all|very|really|quite|nice|and|nicely) ){0,3}bright\b",
    ),
    "soft": (
        r"\b(?:soft|softly|moody|dim|dimly|gentle|warm|diffused?|dark|dramatic|co[sz]y|low key)"
        rf" {_LIGHT}\b",
        r"\bcandle ?light\b",
    ),
    "studio": (
        rf"\bstudio {_LIGHT}\b",
        r"\bsoft ?box(?:es)?\b",
        rf"\b(?:three|3) point {_LIGHT}\b",
    ),
    "industrial": (rf"\b(?:industrial|fluorescent|neon|harsh|sodium|high bay) {_LIGHT}\b",),
    "day": (
        r"\b(?:in |at |by |during )?(?:broad |bright |natural |full )?"
        r"(?:daylight|day ?time|midday|noon|sunshine|sunlight)\b",
        rf"\bnatural {_LIGHT}\b|\bday (?:scene|{_LIGHTS})\b",
        r"\bmake (?:it|that|this) (?:a )?(?:bright |sunny )?day\b",
        r"\b(?:early|late|mid) morning\b",
        r"\bon a sunny day\b|\bduring the day\b|\bin the (?:morning|afternoon)\b",
        rf"\bmorning (?:sun|scene|{_LIGHTS})\b|(?:(?<=[.,;] )|^)morning(?= ?(?:[.,;]|$))",
        rf"\bsunny(?: (?:day|weather|morning|afternoon|{_LIGHTS}))?\b",
    ),
}
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
_TIMES: tuple[Mood, ...] = ("night", "golden_hour", "day")
_PATTERNS = tuple((re.compile("|".join(said)), mood) for mood, said in _MOODS.items())
_ADJECTIVES: dict[str, Mood] = {
    "bright": "bright",
    "sunny": "day",
    "sunlit": "day",
    "dark": "night",
    "dim": "soft",
    "moody": "soft",
    "dramatic": "soft",
}


def read_mood(
    transcript: Transcript, claimed: dict[int, str], contradictions: list[str] | None = None
) -> Mood | None:
    """Return the mood of the light that was said first, and claim the tokens of all such talk.

    Another time of day that is said after it counts instead.

    Args:
        transcript: The prompt.
        claimed: Tokens already read as talk about the picture, and what they belong to.
        contradictions: Takes the sentence for the user when another time of day was said.
    """
    said: list[tuple[int, Mood, str]] = []
    for pattern, mood in _PATTERNS:
        for _, span in transcript.find(pattern):
            if any(index in claimed for index in span):
                continue
            claimed.update(dict.fromkeys(span, "light"))
            if not _is_denied(transcript, span.start):
                said.append((span.start, mood, transcript.words(span.start, span.stop)))
    if not said:
        return None
    said.sort()
    _, first, words = said[0]
    times = [entry for entry in said if entry[1] in _TIMES]
    if first not in _TIMES or times[-1][1] == first:
        return first
    if contradictions is not None:
        contradictions.append(describe_correction(f"“{words}”", f"“{times[-1][2]}”"))
    return times[-1][1]


def _is_denied(transcript: Transcript, start: int) -> bool:
    """Whether the words right before deny what is said of the light: no night, not too dark."""
    is_of_its_own = transcript.tokens[start].norm in _TIME_PREPOSITIONS
    for token in reversed(transcript.tokens[max(0, start - _DENIAL_MAX) : start]):
        if token.norm in _UNWANTED or token.norm.endswith("n't"):
            return True
        if token.norm in ("no", "without"):
            return not is_of_its_own
        if token.kind == "mark" or token.norm in ("but", "and", "with"):
            return False
    return False


def find_adjective_mood(adjectives: tuple[str, ...]) -> Mood | None:
    """Return the mood that adjectives of a place tell (a dark warehouse), or null."""
    return next((_ADJECTIVES[word] for word in adjectives if word in _ADJECTIVES), None)
