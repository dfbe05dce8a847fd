"""Phrases that place things without a second noun: in two rows, in the corner, 2 m apart."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from clappper.core.planning.lexer import Transcript
    from clappper.core.planning.models import Side, Verb

__all__ = ["Arrangement", "find_arrangements", "parse_side"]

_SIDES = "left|right|front|back|rear|north|south|east|west|northern|southern|eastern|western"
_PLACE = r"(?:room|scene|space|floor|hall|building|place|picture|frame|image)"
_OF_PLACE = rf"(?: of (?:the |a |an )?{_PLACE})?"
_MANNERS = (
    "neat|straight|tidy|equal|long|short|orderly|single|parallel|regular|even|tall|loose|small"
    "|large"
)
_MANNER = rf"(?:(?:{_MANNERS}) ){{0,4}}"
_A = r"(?:a|an|1)"
_EVERY = r"(?: the| a| 1| each| every| all| all the| both| its)?"
#: Which corners: each of the four, both, every.
_CORNERS = (
    r"(?: (?:each|every 1|all|any) of the(?: \d)?| the \d| all \d| the| a| an| 1| each| every"
    r"| all the| all| both| \d)"
)
_LENGTH = r"\d+(?:\.\d+)?_m"
_WALL = (
    rf"(?:(?P<side>{_SIDES})(?: hand)?(?: side)? "
    r"|(?:far|long|side|entire|whole|main|brick|other|opposite|outer|same) )?walls?"
)
_AT_WALL = (
    "up against|against|along|on|at|by|near|next to|lining|around|to"
    "|lined up against|lined up along"
)
_STOP = (
    r"(?= ?(?:[.,;:!?)]|$|and\b|with\b|is\b|are\b|stands?\b|an? |\d+ "
    r"|(?:next to|near|beside|behind|in front|close to|facing)\b))"
)
_AISLES = r"(?:aisles?|corridors?|walkways?)"


@dataclass(frozen=True)
class Arrangement:
    """How one item is placed in the room, or a measure that belongs to such a placement.

    Attributes:
        verb: The relation, or null when only a distance was said.
        reference: What it relates to: room, camera, self (each other), it (to its left) or empty.
        rows: Number of rows, or null.
        per_row: Units in a row, or high in a stack, or null.
        distance_m: Gap between units or width of aisles [m], or null.
        side: Side of the room, or null.
        is_aisle: The distance is the width of aisles.
        times: How often one thing is meant (in each corner: 4).
    """

    verb: Verb | None
    reference: str = "room"
    rows: int | None = None
    per_row: int | None = None
    distance_m: float | None = None
    side: Side | None = None
    is_aisle: bool = False
    times: int = 1


#: Phrases by what they say: a verb and, after a colon, what it relates to if not to the room.
_PHRASES: dict[str, tuple[str, ...]] = {
    "grid": (
        rf"\b(?:in|into|as) {_A} {_MANNER}grid\b",
        r"(?<=s )grid(?= ?(?:[.,;/)]|$))",
        rf"(?:\b(?:in|into|as) {_A} )?(?P<dimension><dimension>) grid\b(?! of)",
    ),
    "line": (
        rf"\b(?:in|into|on|forming|form) {_A} {_MANNER}(?:line|row|queue|file)\b",
        r"(?<=s )(?:line|row)(?= ?(?:[.,;/)]|$))",
        r"\bin (?:line|single file)(?! with)\b",
        r"\blined up\b(?! (?:against|along))",
        r"\bside by side\b|\bnext to (?:each other|1 another)\b",
        r"\bqueu(?:e|es|ing|eing)(?: up)?\b",
        r"\b(?:standing|waiting) in (?:line|a queue|queue)\b",
    ),
    "rows": (
        rf"\b(?:in|into) (?:(?P<rows>\d+) )?{_MANNER}(?:rows?|columns)"
        r"(?: of (?P<per_row>\d+)(?: each)?)?\b",
        r"\bback to back\b",
        r"\b(?P<rows>\d+) (?:rows?|columns) of (?P<per_row>\d+)(?: each)?(?= ?(?:[.,;:!?)]|$))",
        r"\b(?P<rows>\d+) (?:rows?|columns) with (?:each )?(?P<per_row>\d+)(?: each)?\b",
        r"\b(?P<per_row>\d+) (?:per|in each|in every|to a|a) row\b",
        r"(?<=with )(?P<per_row>\d+) \w+ (?:per|in each|in every|to a|a) row\b",
    ),
    "scatter": (
        r"\b(?:scattered|spread(?: out)?|dotted|distributed|strewn|sprinkled)"
        r"(?: (?:all )?(?:around|about|across|over|throughout|in|on|through)(?: the)?"
        rf"(?: (?:whole|entire))? {_PLACE}| around| about| randomly)?\b",
        r"\bat random\b|\bin random (?:positions|places|order|spots)\b|\bhere and there\b",
        rf"\b(?:throughout|all over|all around|around)(?: the)? {_PLACE}\b",
    ),
    "stack": (
        r"\bstacked(?: (?P<per_row>\d+) (?:high|tall|levels))?"
        r"(?: on (?:top of )?each other| up)?\b(?! with)",
        rf"\b(?:in|into) (?:(?P<rows>\d+) )?{_MANNER}(?:stacks?|piles?)(?: of (?P<per_row>\d+))?\b",
        rf"\bon (?:(?P<rows>\d+) |{_A} ){_MANNER}(?:stacks?|piles?)\b(?! of)",
        rf"\b(?:in|into) {_A} {_MANNER}(?:stack|pile)\b",
        r"\bpiled(?: up)?\b(?! with)",
    ),
    "around": (
        rf"\b(?:in|into|forming|form|as) {_A} (?:(?:wide|small|big|large|half) )?"
        r"(?:circle|ring|semicircle)\b",
    ),
    "centered": (
        r"\b(?:in|at|near)(?: the)? (?:very |exact )?(?:middle|centre|center)"
        rf"(?: of (?:the |a |an )?{_PLACE}\b|\b(?! of))",
        r"\bdead (?:center|centre)\b|\bfront and (?:center|centre)\b",
        r"\b(?:dead )?(?:center|centre|middle)(?= ?(?:[.,;/]|$))",
        rf"\b(?:centered|centred|centrally)(?: in (?:the |a |an )?{_PLACE})?\b",
    ),
    "in_corner": (
        rf"\b(?:in|into|at|near){_CORNERS}?(?: far)?"
        rf"(?: (?P<side>{_SIDES})(?: hand)?)?"
        r"(?: (?:left|right|back|rear|front|far|east|west|eastern|western))?"
        rf" corners?{_OF_PLACE}\b",
        r"\b(?:each|every) corner\b",
        rf"\b(?P<side>{_SIDES})(?: hand)?(?: (?:{_SIDES}))? corner\b",
    ),
    "along_wall": (
        rf"\b(?P<side>{_SIDES})(?: hand)? wall\b",
        rf"\b(?:{_AT_WALL}){_EVERY} {_WALL}{_OF_PLACE}\b",
    ),
    "in_wall": (rf"\b(?:in|into|set into|through){_EVERY} {_WALL}{_OF_PLACE}\b",),
    "on_top_of:it": (r"\bon top\b(?! of)",),
    "near:side": (
        rf"\b(?!in front\b)(?:on|to|at|in)(?: the)? (?:far |very )?(?P<side>{_SIDES})(?: hand)?"
        rf"(?: (?:side|end|part|half))?{_OF_PLACE}{_STOP}",
    ),
    "near:listed": (r"(?<=[a-z] )(?P<side>left|right)(?= ?(?:[,;/)]|$))",),
    "left_of:it": (r"\b(?:to|on|at) (?:its|their|his|her) left(?: (?:hand )?side)?\b",),
    "right_of:it": (r"\b(?:to|on|at) (?:its|their|his|her) right(?: (?:hand )?side)?\b",),
    "far_from:camera": (r"\bin(?: the)? background\b",),
    "near:camera": (r"\bin(?: the)? foreground\b",),
    "facing:self": (
        r"\b(?:fac(?:e|es|ing)|looking at|look at|opposite|across from|talking to)"
        r" (?:each other|1 another)\b|\bface to face\b",
    ),
    ":aisle": (
        rf"\b(?:(?:with |of )?{_LENGTH} (?:wide )?{_AISLES}(?: between(?: them| the \w+)?)?)\b",
        r"\baisles? (?:(?:of|that are|are|at least|width of|width|should be|must be) )?"
        rf"{_LENGTH}(?: wide)?\b",
        rf"(?:with )?<extent> {_AISLES}\b",
        r"\baisles? (?:(?:of|that are|are|at least|should be|must be) )?<extent>",
    ),
    ":gap": (
        rf"\b(?:(?:spaced|placed|set) )?(?:at least |about )?{_LENGTH}"
        r" (?:of (?:space|room|distance) )?"
        r"(?:apart|between (?:them|each(?: (?:1|of them|pair))?|the \w+s(?! and))|spacing|gaps?)\b"
        r"(?: from (?:each other|1 another))?",
        rf"\b(?:spaced|spacing of|spacing|gaps? of) (?:at |by |of )?{_LENGTH}\b",
    ),
}
_PATTERNS = tuple(
    (re.compile(pattern), cast("Verb | None", key.partition(":")[0] or None), key.partition(":")[2])
    for key, patterns in _PHRASES.items()
    for pattern in patterns
)
_SIDE_NAMES = {
    "rear": "back",
    "northern": "north",
    "southern": "south",
    "eastern": "east",
    "western": "west",
}


def parse_side(word: str | None) -> Side | None:
    """Return the side a word names, or null."""
    if not word or word not in _SIDES.split("|"):
        return None
    return cast("Side", _SIDE_NAMES.get(word, word))


def find_arrangements(transcript: Transcript) -> dict[int, tuple[int, Arrangement]]:
    """Return every arrangement phrase by its first token, with the token after it; longest wins."""
    found: dict[int, tuple[int, Arrangement]] = {}
    for pattern, verb, reference in _PATTERNS:
        for match, span in transcript.find(pattern):
            arrangement = _read(transcript, match, span, verb, reference)
            known = found.get(span.start)
            if known is None or known[0] < span.stop:
                found[span.start] = (span.stop, arrangement)
    return found


def _read(
    transcript: Transcript, match: re.Match[str], span: range, verb: Verb | None, reference: str
) -> Arrangement:
    groups = match.groupdict()
    side = parse_side(groups.get("side"))
    rows = _to_int(groups.get("rows"))
    per_row = _to_int(groups.get("per_row"))
    if groups.get("dimension"):
        token = next(transcript.tokens[i] for i in span if transcript.tokens[i].kind == "dimension")
        rows, per_row = _bound(token.values[0]), _bound(token.values[1])
    if reference in ("aisle", "gap"):
        token = next(
            transcript.tokens[i] for i in span if transcript.tokens[i].kind in ("length", "extent")
        )
        return Arrangement(
            None, "", distance_m=min(token.value, 200.0), is_aisle=reference == "aisle"
        )
    if reference in ("side", "listed"):
        by_side: dict[str, Verb] = {"left": "left_of", "right": "right_of"}
        chosen = by_side.get(str(side), "along_wall")
        return Arrangement(chosen, "room", side=None if chosen != "along_wall" else side)
    times = _count_corners(match.group()) if verb == "in_corner" else 1
    return Arrangement(
        verb, reference or "room", rows=rows, per_row=per_row, side=side, times=times
    )


def _count_corners(words: str) -> int:
    """Return how many corners are meant: a corner, both, two of them, each of the four."""
    number = re.search(r"\b[2-4]\b", words)
    if number:
        return int(number.group())
    return 2 if "both" in words else 4 if re.search(r"\b(?:each|every|all)\b", words) else 1


def _to_int(text: str | None) -> int | None:
    return _bound(float(text)) if text else None


def _bound(value: float) -> int | None:
    return int(value) if 1 <= value <= 200 else None
