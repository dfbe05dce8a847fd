"""Quantities in a prompt: number words, ranges, units and sizes become one token each."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from clappper.core.planning.lexer import Token, TokenKind
from clappper.core.planning.lexicon import load_numbers, load_words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Reading = tuple[Token, int] | None
    Reader = Callable[[Sequence[Token], int], Reading]

__all__ = ["merge_quantities"]

_TENS = range(20, 100, 10)
_ARTICLES = ("a", "an")
_GROUPS = {"couple": 2.0, "pair": 2.0, "pairs": 2.0, "duo": 2.0, "trio": 3.0, "trios": 3.0}
_STARTS = (*_ARTICLES, "half", *_GROUPS)
_FEET = ("ft", "feet", "foot", "'")
_FACTORS = {"half": 0.5, "twice": 2.0, "double": 2.0, "thrice": 3.0}
_OR_SO = (("or", "so"), ("or", "thereabouts"))
#: How far behind a number per and each may stand.
_PER_WITHIN = 5
_NUMBER_WORDS_MAX = 8
_MOST = 1e9


def merge_quantities(tokens: Sequence[Token]) -> list[Token]:
    """Return the tokens with number words, ranges, units and sizes merged into quantity tokens."""
    merged = list(tokens)
    readers = (
        _read_number,
        _read_range,
        _read_unit,
        _read_feet_and_inches,
        _read_dimension,
        _read_extent,
        _read_bound,
        _read_as_many,
    )
    for reader in readers:
        merged = _rewrite(merged, reader)
    return merged


def _rewrite(tokens: list[Token], read: Reader) -> list[Token]:
    result: list[Token] = []
    index = 0
    while index < len(tokens):
        token, index = read(tokens, index) or (tokens[index], index + 1)
        result.append(token)
    return result


def _join(tokens: Sequence[Token], kind: TokenKind, values: tuple[float, ...], note: str) -> Token:
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


def _read_number(tokens: Sequence[Token], index: int) -> Reading:
    """Read five, twenty-four, a couple of, several, x3."""
    first = tokens[index]
    is_asked = first.norm == "many" and index > 0 and tokens[index - 1].norm == "how"
    if first.kind == "mark" or is_asked or not (first.kind == "number" or _may_count(first.norm)):
        return None
    words = [token.norm for token in tokens[index : index + _NUMBER_WORDS_MAX]]
    for phrase, count in load_numbers().vague.get(words[0], ()):
        if tuple(words[: len(phrase)]) == phrase:
            end = index + len(phrase)
            return _join(tokens[index:end], "number", (float(count),), " ".join(phrase)), end
    if words[0][0] == "x" and words[0][1:].isdecimal():
        times = min(float(words[0][1:]), _MOST)
        return _join([tokens[index]], "number", (times,), ""), index + 1
    found = _read_pair(words) or _read_spelled(words, first)
    if found is None:
        return None
    value, length = found
    return _join(tokens[index : index + length], "number", (value,), ""), index + length


def _may_count(word: str) -> bool:
    """Whether a quantity can begin with a word."""
    numbers = load_numbers()
    is_known = word in numbers.vague or word in numbers.scales or word in _STARTS
    return is_known or word[0] == "x" or word.partition(" ")[0] in numbers.small


def _read_pair(words: Sequence[str]) -> tuple[float, int] | None:
    """Read a couple (of), a pair of, three pairs of, a couple dozen: value and length in words."""
    times = 1.0 if words[0] in _ARTICLES else _read_small(words[0])
    start = 0 if times is None else 1
    if len(words) <= start or words[start] not in _GROUPS:
        return None
    has_of = words[start + 1 : start + 2] == ["of"]
    if words[start] != "couple" and not has_of:
        return None
    value, end = _GROUPS[words[start]] * (times or 1.0), start + 1 + has_of
    scale = load_numbers().scales.get(words[end]) if end < len(words) else None
    if scale is None:
        return value, end
    return min(value * scale, _MOST), end + 1 + (words[end + 1 : end + 2] == ["of"])


def _read_spelled(words: Sequence[str], first: Token) -> tuple[float, int] | None:
    """Read a hundred and six, half a dozen, two dozen, 3 hundred: value and length in words."""
    if words[:3] == ["half", "a", "dozen"]:
        return 6.0, 3 + (words[3:4] == ["of"])
    scales = load_numbers().scales
    total = 0.0
    current: float | None = None
    position = 0
    if words[1:2] and words[1] in scales and (first.kind == "number" or words[0] in _ARTICLES):
        current = first.value if first.kind == "number" else 1.0
        position = 1
    while position < len(words):
        word = words[position]
        grown = _grow(current, _read_small(word))
        if grown is not None:
            current = grown
        elif word in scales and (current is not None or position == 0):
            current = (current or 1.0) * scales[word]
            if word == "thousand":
                total, current = total + current, 0.0
            elif tuple(words[position + 1 : position + 4]) == ("and", "a", "half"):
                current += scales[word] / 2
                position += 3
        elif not _is_and_within(words, position):
            break
        position += 1
    if current is None:
        return None
    has_of = words[position - 1] in ("dozen", "half") and words[position : position + 1] == ["of"]
    return min(total + current, _MOST), position + has_of


def _grow(current: float | None, small: float | None) -> float | None:
    """Add a small number to what was read, where grammar allows it: twenty one, a hundred five."""
    if small is None or current is None:
        return small
    is_open = (current % 100 in _TENS and small < 10) or (current % 100 == 0 and current != 0)
    return current + small if is_open or current == 0 else None


def _is_and_within(words: Sequence[str], position: int) -> bool:
    """Whether and stands inside a number: a hundred and six."""
    if words[position] != "and" or position == 0 or position + 1 >= len(words):
        return False
    is_after_scale = words[position - 1] in ("hundred", "thousand")
    return is_after_scale and _read_small(words[position + 1]) is not None


def _read_small(word: str) -> float | None:
    """Return the value of one, twenty, or twenty four said with a hyphen."""
    small = load_numbers().small
    tens, _, ones = word.partition(" ")
    if ones and small.get(tens, 0) in _TENS and 0 < small.get(ones, 0) < 10:
        return float(small[tens] + small[ones])
    return float(small[word]) if word in small else None


def _read_range(tokens: Sequence[Token], index: int) -> Reading:
    """Read 3-5, three to five, 3 or 4 as the middle, rounded up; 15 or so as 15."""
    if tokens[index].kind != "number" or index + 2 >= len(tokens):
        return None
    if tuple(token.norm for token in tokens[index + 1 : index + 3]) in _OR_SO:
        number = tokens[index]
        return _join(tokens[index : index + 3], "number", number.values, number.note), index + 3
    low, link, high = tokens[index : index + 3]
    is_range = link.norm in ("to", "or") or (link.text in ("-", "\u2013") and link.is_glued)
    if high.kind != "number" or not is_range or not low.value < high.value:
        return None
    middle = float(-(-(low.value + high.value) // 2))
    note = f"{low.text} {link.text} {high.text}"
    return _join(tokens[index : index + 3], "number", (middle,), note), index + 3


def _read_unit(tokens: Sequence[Token], index: int) -> Reading:
    """Read 3 m, 35mm, 27-inch, 10 seconds, 200 square metres, 3.5 t."""
    token = tokens[index]
    if token.kind == "word" and token.text[0].isdecimal() and "-" in token.text:
        number, _, unit = token.text.lower().partition("-")
        return _measure([token], float(number.replace(",", ".")), unit, index + 1)
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


def _read_feet_and_inches(tokens: Sequence[Token], index: int) -> Reading:
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
    return _join(tokens[index:end], "length", (total_m,), feet.note), end


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
        length = _join(tokens, "length", (round(value * numbers.lengths_m[unit], 6),), unit)
        is_mm = numbers.lengths_m[unit] == 0.001
        return (replace(length, norm=f"{value:.10g}_mm") if is_mm else length), end
    if unit in numbers.durations_s:
        return _join(tokens, "duration", (value * numbers.durations_s[unit],), unit), end
    if unit in numbers.areas_m2:
        return _join(tokens, "area", (value * numbers.areas_m2[unit],), unit), end
    if unit in numbers.other_units:
        return _join(tokens, "measure", (value,), unit), end
    return None


def _read_dimension(tokens: Sequence[Token], index: int) -> Reading:
    """Read 20 x 30 m, 12 by 8 metres, 3 x 4; a unit said once counts for all sides."""
    sides = [tokens[index]]
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
    return _join(tokens[index:end], "dimension", values, ""), end


def _read_extent(tokens: Sequence[Token], index: int) -> Reading:
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
    return _join(tokens[index : index + 2], "extent", values, axis), index + 2


def _read_as_many(tokens: Sequence[Token], index: int) -> Reading:
    """Read as many, twice as many, double that many by the number said before."""
    factor, start = _FACTORS.get(tokens[index].norm), index + 1
    if tokens[index].kind == "number" and [t.norm for t in tokens[start : start + 1]] == ["times"]:
        factor, start = tokens[index].value, index + 2
    if factor is None:
        factor, start = 1.0, index
    end = start + 2
    if len(tokens) <= end or tokens[start + 1].note != "many":
        return None
    if tokens[start].norm not in ("as", "that"):
        return None
    before = next((i for i in reversed(range(index)) if _counts_all(tokens, i)), None)
    if before is None or tokens[end].norm == "as":
        return None
    count = min(float(math.ceil(_total(tokens, before) * factor)), _MOST)
    return _join(tokens[index:end], "number", (count,), ""), end


def _total(tokens: Sequence[Token], index: int) -> float:
    """Return a number, times the rows it was said of: four rows of three desks are 12."""
    before = tokens[max(0, index - 3) : index]
    is_rows = len(before) == 3 and before[0].kind == "number" and before[2].norm == "of"
    is_rows = is_rows and before[1].norm in load_words().measure_nouns
    return tokens[index].value * (before[0].value if is_rows else 1.0)


def _counts_all(tokens: Sequence[Token], index: int) -> bool:
    """Whether a number is not one of what each of something has: one chair per desk."""
    if tokens[index].kind != "number" or tokens[index].note:
        return False
    after = [token.norm for token in tokens[index + 1 : index + _PER_WITHIN]]
    part = after[: after.index(",")] if "," in after else after
    return not {"per", "each", "every"} & set(part)


def _read_bound(tokens: Sequence[Token], index: int) -> Reading:
    """Read at most 4, about 4 and a total of 4 as 4."""
    for bound in load_numbers().bounds.get(tokens[index].norm, ()):
        end = index + len(bound)
        words = tuple(token.norm for token in tokens[index:end])
        if words == bound and end < len(tokens) and tokens[end].kind == "number":
            number = tokens[end]
            joined = _join(tokens[index : end + 1], "number", number.values, number.note)
            return joined, end + 1
    return None
