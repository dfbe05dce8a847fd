"""Kinds of English words that a request has: a light, a step, a way, a room, a size."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from clappper.core.planning.lexicon import load_places

__all__ = [
    "find_opposite",
    "is_english_of_kind",
    "list_rooms",
    "read_light",
    "read_step",
    "read_way",
]

_LIGHTS = (
    "night|evening|morning|afternoon|noon|day|daylight|dusk|dawn|sunset|sunrise|golden hour"
    "|moonlight"
)
_LIGHT = re.compile(
    rf"(?:(?:at|in|by|during|with|of) )?(?:the |a )?(?:light of )?(?:the )?(?P<time>{_LIGHTS})"
    r"(?P<light> light| mood)?"
)
_QUALITY = re.compile(
    r"(?:with |in )?(?:a )?(?P<light>(?:soft|warm|natural|bright|dim|studio) light)"
)
_VIEW = re.compile(
    r".*\b(?:above|below|top|view|shot|close-up|angle|eye level|top down|the front|the side)\b.*"
)
_STEPS = {
    "bigger": "smaller", "larger": "smaller", "smaller": "bigger", "wider": "narrower",
    "narrower": "wider", "longer": "shorter", "shorter": "longer", "brighter": "darker",
    "darker": "brighter", "softer": "brighter", "warmer": "colder", "higher": "lower",
    "lower": "higher", "closer": "further away", "further away": "closer", "slower": "faster",
    "faster": "slower", "deeper": "shorter", "taller": "lower",
}  # fmt: skip
_COMPARED = {
    "large": "bigger", "small": "smaller", "high": "higher", "low": "lower", "dark": "darker",
    "bright": "brighter", "wide": "wider", "narrow": "narrower", "long": "longer",
    "short": "shorter", "slow": "slower", "slowly": "slower", "fast": "faster",
    "quickly": "faster", "warm": "warmer", "soft": "softer", "close": "closer", "near": "closer",
    "far": "further away", "deep": "deeper",
}  # fmt: skip
_OPPOSITES = {
    **_STEPS,
    "small": "bigger", "large": "smaller", "narrow": "wider", "wide": "narrower",
    "long": "shorter", "short": "longer", "bright": "darker", "dark": "brighter",
    "high": "lower", "low": "higher", "close": "further away", "near": "further away",
    "far away": "closer", "far": "closer", "slow": "faster", "slowly": "faster", "fast": "slower",
    "quickly": "slower", "huge": "smaller", "dim": "brighter",
}  # fmt: skip
_DEGREE = re.compile(r"^(?:(?:some|a bit|much|a lot|quite|very|even|more) )+(?=\w)")
_WAY = re.compile(
    r"(?P<far>(?:\d+(?:\.\d+)? c?m|a bit) )?(?:further |more )?"
    r"(?P<way>to the (?:left|right|front|back|side)|at the (?:front|back)|forwards?|backwards?)"
    r"(?P<by> \d+(?:\.\d+)? c?m)?"
)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_HIGH = re.compile(r"\d+(?:[.,]\d+)? m (?:high|wide|deep|long)")
_METRES = re.compile(r"\d+(?:[.,]\d+)? m")
_SIZE = re.compile(
    r"\d+(?:[.,]\d+)?(?: m)? (?:x|by|on|for|times) \d+(?:[.,]\d+)?(?: m)?(?: large| high| wide)?"
)


#: Places that are said and not built as such: what is nearest to them is.
_OTHER_ROOMS = frozenset(
    ("factory", "workshop", "garage", "laboratory", "classroom", "lobby", "waiting room", "street",
     "restaurant", "museum", "corridor", "construction site", "alley", "road", "garden", "park")
)  # fmt: skip
_BESIDE = re.compile(r"(?:next to|behind|in front of|on|on top of|under|above) (?:it|them)")
_EACH = re.compile(r"(?:(?:to|for|per|with) )?(?:the )?each (?!of\b)[\w -]+")


def read_light(english: str) -> str | None:
    """Return the command for a light, or null when words are none."""
    quality = _QUALITY.fullmatch(english)
    if quality is not None:
        return quality["light"]
    light = _LIGHT.fullmatch(english)
    return None if light is None else f"make it {light['time']}"


def read_step(english: str) -> str | None:
    """Return bigger of a bit bigger, or null when words compare nothing."""
    step = _DEGREE.sub("", english)
    if step not in _STEPS and "more " in english:
        step = _COMPARED.get(step, step)
    return step if step in _STEPS else None


def find_opposite(english: str) -> str | None:
    """Return what is asked for when something is too much of this."""
    return _OPPOSITES.get(_DEGREE.sub("", english))


def read_way(english: str) -> str | None:
    """Return a way as a move says it, or null when words are none: 1 m to the left."""
    way = _WAY.fullmatch(english)
    if way is None:
        return None
    where = {
        "at the front": "to the front",
        "at the back": "to the back",
        "forward": "to the front",
        "forwards": "to the front",
        "backward": "to the back",
        "backwards": "to the back",
    }.get(way["way"], way["way"])
    return f"{way['far'] or ''}{(way['by'] or '').strip()} {where}".strip().replace("  ", " ")


@lru_cache(maxsize=1)
def list_rooms() -> frozenset[str]:
    """Return the English names of places that can be built."""
    names = (place.names for place in load_places().values())
    known = frozenset(" ".join(name.split()) for group in names for name in group)
    return (known | _OTHER_ROOMS) - {"room"}


def _is_room(english: str) -> bool:
    return english.removeprefix("a ").removeprefix("in ").removeprefix("a ") in list_rooms()


def _is_place(english: str) -> bool:
    """Whether words name the room that is there."""
    bare = re.sub(r"^(?:from )?(?:the|this|my|our) ", "", english)
    return bare == "room" or bare in list_rooms()


#: How the kinds of which English words are the test are told.
_KINDS: dict[str, Callable[[str], object]] = {
    "room": _is_room,
    "place": _is_place,
    "light": read_light,
    "step": read_step,
    "excess": find_opposite,
    "way": read_way,
    "beside": _BESIDE.fullmatch,
    "each": _EACH.fullmatch,
    "view": _VIEW.fullmatch,
    "num": _NUMBER.fullmatch,
    "high": _HIGH.fullmatch,
    "metres": _METRES.fullmatch,
    "size": _SIZE.fullmatch,
}


def is_english_of_kind(kind: str, english: str) -> bool:
    """Whether English words are of a kind.

    Args:
        kind: The kind: room, place, light, step, excess, way, beside, each, view, num, high,
            metres or size.
        english: The words.
    """
    return bool(_KINDS[kind](english))
