"""Quantities with units: lengths, durations, areas, and the sides of a place."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from clappper.core.planning.lexer import Token, TokenKind
from clappper.core.planning.lexicon import load_numbers, load_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    Reading = tuple[Token, int] | None

__all__ = [
    "TENS",
    "join_tokens",
    "read_dimension",
    "read_extent",
    "read_feet_and_inches",
    "read_mixed",
    "read_part_of_unit",
    "read_small",
    "read_unit",
]

TENS = range(20, 100, 10)
_FEET = ("ft", "feet", "foot", "'")
#: Words before a unit that say a part of one: half a minute, a quarter of a minute.
_PARTS: dict[tuple[str, ...], float] = {
    ("half", "a"): 0.5,
    ("a", "quarter", "of", "a"): 0.25,
    ("quarter", "of", "a"): 0.25,
    ("a", "third", "of", "a"): 1 / 3,
    ("3", "quarters", "of", "a"): 0.75,
}
#: Words of the shortest such quantity: a metre from.
_MIXED_MIN = 3
#: Units of which one is said with an article, and what follows such a distance.
_SINGLE_UNITS = ("metre", "meter", "foot")
_AFTER_DISTANCE = frozenset(
    (
        *("above", "apart", "away", "before", "behind", "beside", "from", "high", "in", "left"),
        *("off", "of", "right", "tall", "to", "up", "wide", "long", "deep"),
    )
)
#: What is measured behind a number of tens and second; else it counts: the twenty-second desk.
_TAKES = frozenset(("loop", "take", "run", "orbit", "pan", "cut", "teaser", "spot", "long"))


def join_tokens(
    tokens: Sequence[Token], kind: TokenKind, values: tuple[float, ...], note: str
) -> Token:
    """Return one token for several, worth the values."""
    suffixes = {"number": "", "length": "_m", "duration": "_s", "measure": "_u"}
    norm = f"{values[0]:.10g}{suffixes[kind]}" if kind in suffixes else f"<{kind}>"
    return Token(
        text=" ".join(token.text for token in tokens),
        norm=norm,
        kind=kind,
        start=tokens[0].start,
        end=tokens[-1].end,
        values=values,
        note=note,
        is_glued=tokens[0].is_glued,
    )


def read_small(word: str) -> float | None:
    """Return the value of one, twenty, or twenty four said with a hyphen."""
    small = load_numbers().small
    tens, _, ones = word.partition(" ")
    if ones and small.get(tens, 0) in TENS and 0 < small.get(ones, 0) < 10:
        return float(small[tens] + small[ones])
    return float(small[word]) if word in small else None


def read_unit(tokens: Sequence[Token], index: int) -> Reading:
    """Read 3 m, 35mm, 27-inch, 10 seconds, 200 square metres, 3.5 t."""
    token = tokens[index]
    if token.kind == "word" and token.text[0].isdecimal() and "-" in token.text:
        number, _, unit = token.text.lower().partition("-")
        return _measure([token], float(number.replace(",", ".")), unit, index + 1)
    if token.kind == "word" and "-" in token.text:
        return _read_spelled_unit(tokens, index)
    if token.kind != "number" or token.note or index + 1 >= len(tokens):
        return None
    following = tokens[index + 1]
    if following.norm in ("square", "sq"):
        return _read_area(tokens, index)
    if following.kind == "mark" and not following.is_glued:
        return None
    is_inch = following.norm == "in" and following.is_glued
    unit = "inch" if is_inch else following.norm
    return _measure(tokens[index : index + 2], token.value, unit, index + 2)


def _read_spelled_unit(tokens: Sequence[Token], index: int) -> Reading:
    """Read ten-second, two-metre, twenty-five-foot."""
    token = tokens[index]
    number, _, unit = token.norm.rpartition(" ")
    value = read_small(number)
    if value is None:
        return None
    after = tokens[index + 1].norm if index + 1 < len(tokens) else "."
    is_ordinal = unit == "second" and value in TENS
    if is_ordinal and after not in _TAKES and after not in load_words().scene_talk:
        return None
    return _measure([token], value, unit, index + 1)


def read_mixed(tokens: Sequence[Token], index: int) -> Reading:
    """Read four and a half feet, a metre and a half, one point five metres, a metre from."""
    first = tokens[index]
    words = [token.norm for token in tokens[index : index + 5]]
    is_number = first.kind == "number" and not first.note
    if len(words) < _MIXED_MIN or not (is_number or words[0] in ("a", "an")):
        return None
    value = first.value if is_number else 1.0
    numbers = load_numbers()
    unit, end = words[1], index + 2
    if is_number and words[1:4] == ["and", "a", "half"]:
        value, unit, end = value + 0.5, words[-1], index + 5
    elif is_number and words[1] == "point" and tokens[index + 2].kind == "number":
        value, end = value + tokens[index + 2].value / 10, index + 4
        unit = words[3] if len(words) > _MIXED_MIN else ""
    elif words[2:5] == ["and", "a", "half"]:
        value, end = value + 0.5, index + 5
    # A yard, a foot and a second are things and numbers too: only where a distance can stand.
    elif is_number or unit not in _SINGLE_UNITS or words[2] not in _AFTER_DISTANCE:
        return None
    is_unit = unit in numbers.lengths_m or unit in numbers.durations_s
    return _measure(tokens[index:end], value, unit, end) if is_unit else None


def read_part_of_unit(tokens: Sequence[Token], index: int) -> Reading:
    """Read half a minute, a quarter of a minute."""
    for words, part in _PARTS.items():
        end = index + len(words)
        if end >= len(tokens) or tuple(token.norm for token in tokens[index:end]) != words:
            continue
        unit = tokens[end].norm
        numbers = load_numbers()
        if unit in numbers.durations_s or unit in numbers.lengths_m:
            return _measure(tokens[index : end + 1], part, unit, end + 1)
    return None


def read_feet_and_inches(tokens: Sequence[Token], index: int) -> Reading:
    """Read 5'6", 5 ft 6 in, 20 feet 6 inches as one length."""
    feet = tokens[index]
    if feet.kind != "length" or feet.note not in _FEET or index + 1 >= len(tokens):
        return None
    after = tokens[index + 1]
    inch_m = load_numbers().lengths_m["inch"]
    end = index + 2
    is_inches = after.kind == "number" and [t.norm for t in tokens[end : end + 1]] == ["in"]
    if after.kind == "length" and after.note in ("inch", "inches", '"', "in"):
        inches_m = after.value
    elif after.kind == "number" and (after.is_glued or is_inches) and after.value < 12:
        inches_m = after.value * inch_m
        end += is_inches
    else:
        return None
    total_m = round(feet.value + inches_m, 6)
    return join_tokens(tokens[index:end], "length", (total_m,), feet.note), end


def _read_area(tokens: Sequence[Token], index: int) -> Reading:
    skipped = 3 if [token.norm for token in tokens[index + 2 : index + 3]] == ["."] else 2
    if index + skipped >= len(tokens):
        return None
    unit = {"m": "m2", "f": "ft2"}.get(tokens[index + skipped].norm[0], "")
    end = index + skipped + 1
    return _measure(tokens[index:end], tokens[index].value, unit, end)


def _measure(tokens: Sequence[Token], value: float, unit: str, end: int) -> Reading:
    numbers = load_numbers()
    if unit in numbers.lengths_m:
        length = join_tokens(tokens, "length", (round(value * numbers.lengths_m[unit], 6),), unit)
        is_mm = numbers.lengths_m[unit] == 0.001
        return (replace(length, norm=f"{value:.10g}_mm") if is_mm else length), end
    if unit in numbers.durations_s:
        return join_tokens(tokens, "duration", (value * numbers.durations_s[unit],), unit), end
    if unit in numbers.areas_m2:
        return join_tokens(tokens, "area", (value * numbers.areas_m2[unit],), unit), end
    if unit in numbers.other_units:
        return join_tokens(tokens, "measure", (value,), unit), end
    return None


def read_dimension(tokens: Sequence[Token], index: int) -> Reading:
    """Read 20 x 30 m, 12 by 8 metres, 3 x 4, 5 m square; a unit said once counts for all sides."""
    sides = [tokens[index]]
    if sides[0].kind == "length" and [t.norm for t in tokens[index + 1 : index + 2]] == ["square"]:
        side = sides[0].value
        return join_tokens(tokens[index : index + 2], "dimension", (side, side), ""), index + 2
    end = index + 1
    while len(sides) < 3 and end + 1 < len(tokens) and tokens[end].norm in ("x", "by", "*"):
        if tokens[end + 1].kind not in ("number", "length"):
            break
        sides.append(tokens[end + 1])
        end += 2
    is_sized = sides[0].kind in ("number", "length") and all(side.value > 0 for side in sides)
    if len(sides) < 2 or not is_sized:
        return None
    units = [side.note for side in sides if side.kind == "length"]
    if not units and all(side.value >= 100 for side in sides):
        return None
    scale = load_numbers().lengths_m[units[-1]] if units else 1.0
    values = tuple(
        round(side.value if side.kind == "length" else side.value * scale, 6) for side in sides
    )
    return join_tokens(tokens[index:end], "dimension", values, ""), end


def read_extent(tokens: Sequence[Token], index: int) -> Reading:
    """Read 6 m high, 20 m wide, 30 m long; and by 20 wide after it, in the same unit."""
    token = tokens[index]
    if token.kind not in ("length", "number") or index + 1 >= len(tokens):
        return None
    axis = load_numbers().axes.get(tokens[index + 1].norm)
    if axis is None:
        return None
    values = token.values
    if token.kind == "number":
        before = tokens[max(0, index - 3) : index]
        is_after = len(before) == 3 and before[2].norm in ("by", "x", "and", ",")
        if not is_after or before[0].kind != "length" or before[1].norm not in load_numbers().axes:
            return None
        values = (round(token.value * load_numbers().lengths_m[before[0].note], 6),)
    return join_tokens(tokens[index : index + 2], "extent", values, axis), index + 2
