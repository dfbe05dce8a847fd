"""Quantities in a prompt: number words, ranges, units and sizes become one token each.

Numbers are read here, what has a unit in ``measure``.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from clappper.core.planning.lexicon import load_numbers, load_words
from clappper.core.planning.measure import (
    TENS,
    join_tokens,
    read_dimension,
    read_extent,
    read_feet_and_inches,
    read_mixed,
    read_part_of_unit,
    read_small,
    read_unit,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from clappper.core.planning.lexer import Token
    from clappper.core.planning.measure import Reading

    Reader = Callable[[Sequence[Token], int], Reading]

__all__ = ["merge_quantities"]

_ARTICLES = ("a", "an")
_GROUPS = {"couple": 2.0, "pair": 2.0, "pairs": 2.0, "duo": 2.0, "trio": 3.0, "trios": 3.0}
_STARTS = (*_ARTICLES, "half", *_GROUPS)
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
        read_part_of_unit,
        read_mixed,
        read_unit,
        read_feet_and_inches,
        read_dimension,
        read_extent,
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


def _read_number(tokens: Sequence[Token], index: int) -> Reading:
    """Read five, twenty-four, a couple of, several, x3."""
    first = tokens[index]
    is_asked = first.norm == "many" and index > 0 and tokens[index - 1].norm in ("how", "too")
    if first.kind == "mark" or is_asked or not (first.kind == "number" or _may_count(first.norm)):
        return None
    words = [token.norm for token in tokens[index : index + _NUMBER_WORDS_MAX]]
    for phrase, count in load_numbers().vague.get(words[0], ()):
        if tuple(words[: len(phrase)]) == phrase:
            end = index + len(phrase)
            return join_tokens(tokens[index:end], "number", (float(count),), " ".join(phrase)), end
    if words[0][0] == "x" and words[0][1:].isdecimal():
        times = min(float(words[0][1:]), _MOST)
        return join_tokens([tokens[index]], "number", (times,), ""), index + 1
    found = _read_pair(words) or _read_spelled(words, first)
    if found is None:
        return None
    value, length = found
    return join_tokens(tokens[index : index + length], "number", (value,), ""), index + length


def _may_count(word: str) -> bool:
    """Whether a quantity can begin with a word."""
    numbers = load_numbers()
    is_known = word in numbers.vague or word in numbers.scales or word in _STARTS
    return is_known or word[0] == "x" or word.partition(" ")[0] in numbers.small


def _read_pair(words: Sequence[str]) -> tuple[float, int] | None:
    """Read a couple (of), a pair of, three pairs of, a couple dozen: value and length in words."""
    times = 1.0 if words[0] in _ARTICLES else read_small(words[0])
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
        grown = _grow(current, read_small(word))
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
    is_open = (current % 100 in TENS and small < 10) or (current % 100 == 0 and current != 0)
    return current + small if is_open or current == 0 else None


def _is_and_within(words: Sequence[str], position: int) -> bool:
    """Whether and stands inside a number: a hundred and six."""
    if words[position] != "and" or position == 0 or position + 1 >= len(words):
        return False
    is_after_scale = words[position - 1] in ("hundred", "thousand")
    return is_after_scale and read_small(words[position + 1]) is not None


def _read_range(tokens: Sequence[Token], index: int) -> Reading:
    """Read 3-5, three to five, 3 or 4 as the middle, rounded up; 15 or so as 15."""
    if tokens[index].kind != "number" or index + 2 >= len(tokens):
        return None
    if tuple(token.norm for token in tokens[index + 1 : index + 3]) in _OR_SO:
        number = tokens[index]
        return join_tokens(
            tokens[index : index + 3], "number", number.values, number.note
        ), index + 3
    low, link, high = tokens[index : index + 3]
    is_range = link.norm in ("to", "or") or (link.text in ("-", "\u2013") and link.is_glued)
    if high.kind != "number" or not is_range or not low.value < high.value:
        return None
    middle = float(-(-(low.value + high.value) // 2))
    note = f"{low.text} {link.text} {high.text}"
    return join_tokens(tokens[index : index + 3], "number", (middle,), note), index + 3


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
    return join_tokens(tokens[index:end], "number", (count,), ""), end


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
            joined = join_tokens(tokens[index : end + 1], "number", number.values, number.note)
            return joined, end + 1
    return None
