"""What the words of a slot are: a thing, a place, a light, a view, a number, how much."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from clappper.core.planning.lexicon import load_places
from clappper.core.planning.translate_european import read_pieces, translate_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clappper.core.planning.translate_european import Piece
    from clappper.core.planning.translate_frame import ClauseRules
    from clappper.core.planning.translate_order import SaidWord
    from clappper.core.planning.translation_lexicon import EuropeanLexicon

__all__ = ["SlotReader", "find_opposite", "join_said", "read_light", "read_step", "read_way"]

#: How a phrase for a thing may begin.
_DETERMINERS = frozenset(
    ("a", "the", "my", "our", "some", "several", "many", "all", "each", "another", "few", "this",
     "both", "more", "its", "their", "half", "every", "other", "these", "rather")
)  # fmt: skip
#: How a phrase for a place begins.
_PREPOSITIONS = frozenset(
    ("at", "on", "in", "next", "near", "behind", "under", "over", "between", "around", "opposite",
     "along", "against", "left", "right", "to", "above", "below", "inside", "towards", "facing",
     "beside", "side", "stacked", "scattered", "forward", "backward", "closer", "outdoors")
)  # fmt: skip
_LIGHTS = (
    "night|evening|morning|afternoon|noon|day|daylight|dusk|dawn|sunset|sunrise|golden hour"
    "|moonlight"
)
_LIGHT = re.compile(
    rf"(?:(?:at|in|by|during|with|of) )?(?:the |a )?(?:light of )?(?:the )?(?P<time>{_LIGHTS})"
    r"(?P<light> light)?"
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
_SIZE = re.compile(r"\d+(?:[.,]\d+)?(?: m)? (?:x|by) \d+(?:[.,]\d+)?(?: m)?(?: large| high| wide)?")


class SlotReader:
    """Tells of which kinds the words of one clause are."""

    def __init__(
        self, words: Sequence[SaidWord], lexicon: EuropeanLexicon, rules: ClauseRules
    ) -> None:
        self._words = words
        self._lexicon = lexicon
        self._rules = rules
        self._known: dict[tuple[str, int, int], bool] = {}

    def fits(self, kind: str, first: int, end: int) -> bool:
        """Whether the words from one to before another are of a kind."""
        key = (kind, first, end)
        if key not in self._known:
            self._known[key] = self._read(kind, self._words[first:end])
        return self._known[key]

    def _read(self, kind: str, words: Sequence[SaidWord]) -> bool:
        folded = [word.folded for word in words]
        rules = self._rules
        if kind == "all":
            return True
        if len(words) == 1 and folded[0] in {*rules.pronouns, *rules.ones}:
            return kind in ("phrase", "known") or (kind == "counted" and folded[0] in rules.ones)
        is_whole = folded[-1] not in rules.bound and not {folded[0], folded[-1]} & rules.links
        if not is_whole or any(word in rules.verbs for word in folded):
            return False
        return kind == "any" or self._is_of_kind(kind, words)

    def _is_of_kind(self, kind: str, words: Sequence[SaidWord]) -> bool:
        if kind in ("phrase", "known", "fresh", "counted", "more"):
            return self._is_phrase(kind, words)
        english = translate_words(join_said(words), self._lexicon)
        if kind == "loc":
            return english.split(" ", 1)[0] in _PREPOSITIONS or read_way(english) is not None
        return _is_of_kind(kind, english)

    def _is_phrase(self, kind: str, words: Sequence[SaidWord]) -> bool:
        folded = [word.folded for word in words]
        rules = self._rules
        pieces = [p for p in read_pieces(join_said(words), self._lexicon) if p.text]
        if not pieces:
            return False
        first, last = pieces[0], pieces[-1]
        starts = first.kind in ("noun", "adjective", "number", "unknown")
        starts = starts or first.text.split()[0].isdecimal()
        starts = starts or first.text.split()[0] in _DETERMINERS or folded[0] in rules.others
        ends = last.kind == "noun" or folded[-1] in rules.others
        ends = ends or (last.kind == "unknown" and len(last.text) > 2) or last.text == "more"
        ends = ends or (last.kind == "adjective" and self._lexicon.is_adjective_after)
        if not starts or not ends or (len(pieces) == 1 and last.text == "more"):
            return False
        is_known = folded[0] in rules.definite or folded[0] in rules.others
        if kind == "more":
            return re.search(r"^(?:another|more|\d+ more)\b|\bmore$", _join(pieces)) is not None
        if kind == "counted":
            return first.kind == "number"
        return kind == "phrase" or is_known == (kind == "known")


def join_said(words: Sequence[SaidWord]) -> str:
    """Return words as a text."""
    said = ""
    for word in words:
        said += word.text if word.text == "," or not said else f" {word.text}"
    return said


def _join(pieces: Sequence[Piece]) -> str:
    return " ".join(piece.text for piece in pieces)


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
def _list_rooms() -> frozenset[str]:
    names = (place.names for place in load_places().values())
    return frozenset(" ".join(name.split()) for group in names for name in group) - {"room"}


def _is_of_kind(kind: str, english: str) -> bool:
    if kind == "room":
        return english.removeprefix("a ").removeprefix("in ").removeprefix("a ") in _list_rooms()
    if kind == "light":
        return read_light(english) is not None
    if kind == "step":
        return read_step(english) is not None
    if kind == "excess":
        return find_opposite(english) is not None
    if kind == "way":
        return read_way(english) is not None
    patterns = {"view": _VIEW, "num": _NUMBER, "high": _HIGH, "metres": _METRES, "size": _SIZE}
    return patterns[kind].fullmatch(english) is not None
