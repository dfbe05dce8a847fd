"""The mood of the light as the prompt says it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

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
        r"\bin the evening\b",
    ),
    "bright": (
        rf"\bbright(?:ly)? {_LIGHT}\b",
        r"\bwell lit\b",
        rf"\bhigh key(?: {_LIGHT})?\b",
        r"\bbright (?:and airy|daylight|sunlight)\b",
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
        r"\b(?:in |at |by |during )?(?:broad |natural |full )?"
        r"(?:daylight|day ?time|midday|noon|sunshine|sunlight)\b",
        rf"\bnatural {_LIGHT}\b|\bday (?:scene|{_LIGHTS})\b",
        r"\bon a sunny day\b|\bduring the day\b|\bin the (?:morning|afternoon)\b",
        rf"\bsunny(?: (?:day|weather|morning|afternoon|{_LIGHTS}))?\b",
    ),
}
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


def read_mood(transcript: Transcript, claimed: dict[int, str]) -> Mood | None:
    """Return the mood of the light that was said first, and claim the tokens of all such talk."""
    first: tuple[int, Mood] | None = None
    for pattern, mood in _PATTERNS:
        for _, span in transcript.find(pattern):
            if any(index in claimed for index in span):
                continue
            claimed.update(dict.fromkeys(span, "light"))
            if first is None or span.start < first[0]:
                first = (span.start, mood)
    return first[1] if first else None


def find_adjective_mood(adjectives: tuple[str, ...]) -> Mood | None:
    """Return the mood that adjectives of a place tell (a dark warehouse), or null."""
    return next((_ADJECTIVES[word] for word in adjectives if word in _ADJECTIVES), None)
