"""The mood of the light as the prompt says it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clappper.core.planning.corrections import describe_correction
from clappper.core.planning.denial import is_denied

if TYPE_CHECKING:
    from clappper.core.planning.lexer import Transcript
    from clappper.core.planning.models import Mood

__all__ = ["find_adjective_mood", "read_mood"]

_LIGHTS = "light|lighting|lights|lit|illumination|mood|atmosphere|ambience|ambiance|feel"
_LIGHT = rf"(?:{_LIGHTS})"
_MOODS: dict[Mood, tuple[str, ...]] = {
    "night": (
        r"\b(?:at|by|during|in the|late at|in the middle of the|in the dead of) night(?: time)?\b",
        rf"\bnight(?: ?time)?(?: (?:scene|shot|{_LIGHTS}))?\b",
        r"\b(?:[1-4]|12) (?:in the morning|a \. ?m|am)\b|\b(?:9|10|11) (?:pm|in the evening)\b",
        r"\bmidnight\b|\bmoon ?(?:light|lit)\b|\bafter (?:dark|hours)\b|\bnocturnal\b",
        r"\b(?:lights?|lighting|lamps) (?:(?:is|are|all|switched|turned) ){0,3}(?:off|out)\b",
        r"\b(?:under|in) (?:the )?(?:moon|stars|street ?lights?|street lamps)\b",
        r"\bpitch (?:dark|black)\b|(?:(?<=[.,;:/] )|^)dark(?= ?(?:[.,;/]|$))",
    ),
    "golden_hour": (
        r"\b(?:at |during |in the )?(?:the )?(?:golden hour|sunset|sunrise|dusk|dawn|twilight)"
        r"(?: (?:light|lighting|glow|scene|sun))?\b",
        r"\b(?:last|first) (?:rays|light)(?: of (?:the )?(?:sun|day|light))?\b",
        r"\b(?:the )?(?:setting|rising|low) sun\b|\bsun (?:is )?(?:just )?(?:nearly |almost )?"
        r"(?:setting|sets|going down|goes down|coming up|rising|low)\b",
        r"\b(?:late afternoon|warm evening)(?: (?:sun|light|lighting))?\b",
        r"\bits? (?:is )?(?:already )?evening\b|\b(?:in|at) (?:the )?evening\b",
        r"\b(?:it is|it was|it be|always) evening\b",
        r"\b(?:(?:look|feel) like|make it|make that) (?:an? |the )?evening\b",
        rf"\b(?:early|late|this) evening\b|\bevening (?:sun|glow|scene|{_LIGHTS})\b",
        r"(?:(?<=[.,;] )|^)evening(?= ?(?:[.,;]|$))",
    ),
    "bright": (
        rf"\bbright(?:ly)? {_LIGHT}\b",
        r"\b(?:well|brightly|brilliantly) (?:lit|illuminated)\b",
        rf"\b{_LIGHT} (?:(?:is|should|be|are|nice|and|very|really|quite|rather) ){{0,3}}bright\b",
        r"(?:(?<=[.,;:/] )|^)bright(?= ?(?:[.,;/]|$))|\b(?:crisp|light|clean) and bright\b",
        r"\blots of light\b|\bplenty of light\b",
        rf"\bhigh key(?: {_LIGHT})?\b",
        r"\bbright and airy\b",
        r"\b(?:keep|make|want|like|have|leave) (?:it|this|that|everything|things) "
        r"(?:(?:all|very|really|quite|nice|and|nicely) ){0,3}bright\b",
    ),
    "soft": (
        r"\b(?:soft|softly|moody|dim|dimly|gentle|warm|diffused?|dark|dramatic|co[sz]y|low key)"
        rf" {_LIGHT}\b",
        rf"\b(?:soft|gentle|diffused?|even) (?:(?:and )?\w+ ){{0,1}}{_LIGHT}\b",
        r"\b(?:lit|illuminated) (?:softly|gently|dimly|warmly|moodily)\b",
        rf"\b{_LIGHT} (?:(?:is|should|be|are|nice|and|very|really|quite|rather) ){{0,3}}"
        r"(?:soft|gentle|diffused?|dim|warm|moody)\b",
        r"\bover ?cast\b|\b(?:cloudy|grey|gray|foggy|misty) (?:day|sky|skies|weather|morning)\b",
        r"(?:(?<=[.,;:/] )|^)(?:cloudy|foggy|misty)(?= ?(?:[.,;/]|$))",
        r"\bcandle ?light\b",
    ),
    "studio": (
        rf"\bstudio {_LIGHT}\b",
        r"\bsoft ?box(?:es)?\b|\blike (?:in )?a (?:photo )?studio\b|\bproduct (?:shot|lighting)\b",
        rf"\b(?:three|3) point {_LIGHT}\b",
    ),
    "industrial": (
        rf"\b(?:industrial|fluorescent|neon|harsh|sodium|high bay|strip|led)"
        rf" {_LIGHT}\b",
        r"\b(?:fluorescent|neon|led|strip) (?:tubes?|lamps?|strips?|bulbs?)\b",
        r"\b(?:floodlights?|flood lights?|high bays|work lights?|overhead lights?)\b",
    ),
    "day": (
        r"\b(?:in |at |by |during )?(?:broad |bright |natural |full )?"
        r"(?:daylight|day ?time|midday|noon(?! (?:tomorrow|today|on|next))|sunshine|sunlight)\b",
        r"(?:(?<=[.,;:/] )|^)day(?= ?(?:[.,;/]|$))",
        r"\b(?:blue|clear) (?:sky|skies)\b|\bin the (?:bright |full )?sun\b",
        rf"\b{_LIGHT} (?:(?:is|should|be|are|all|and|very) ){{0,3}}natural\b",
        rf"\bnatural {_LIGHT}\b|\bday (?:scene|{_LIGHTS})\b",
        r"\bmake (?:it|that|this) (?:a )?(?:bright |sunny )?day\b",
        r"\b(?:early|late|mid) morning\b",
        r"\bon a sunny day\b|\bduring the day\b|\bin the (?:morning|afternoon)\b",
        rf"\bmorning (?:sun|scene|{_LIGHTS})\b|(?:(?<=[.,;] )|^)morning(?= ?(?:[.,;]|$))",
        rf"\bsunny(?: (?:day|weather|morning|afternoon|{_LIGHTS}))?\b",
    ),
}
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
            if not is_denied(transcript, span.start):
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


def find_adjective_mood(adjectives: tuple[str, ...]) -> Mood | None:
    """Return the mood that adjectives of a place tell (a dark warehouse), or null."""
    return next((_ADJECTIVES[word] for word in adjectives if word in _ADJECTIVES), None)
