"""Which known word a mistyped one stands for, when one is clearly nearest.

Owns distances between words. Which words are known, and which of them are in the catalog, is the
caller's business.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Speller", "compute_distance", "list_single_edits"]

#: Shortest word that is taken for a mistyped one.
_MIN_LENGTH = 4
#: From this length on a word may have two mistakes, and one in its first letter.
_LONG = 8
#: Costs of mistakes: a letter doubled or not, two swapped, a vowel for another, all others.
_DOUBLED, _SWAPPED, _VOWEL, _OTHER = 0.5, 0.9, 0.95, 1.0
_VOWELS = frozenset("aeiouy")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


class Speller:
    """Finds the known words near a mistyped one."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words: dict[tuple[str, int], list[tuple[int, str]]] = {}
        for word in words:
            if len(word) >= _MIN_LENGTH - 1 and word.isascii() and word.isalpha():
                self._words.setdefault((word[0], len(word)), []).append((_mask(word), word))
        #: Returns cost and known word of each that is near enough, nearest first. One mistake is
        #: forgiven, two from eight letters on; in four letters none that changes a letter.
        self.find_near = functools.lru_cache(maxsize=1024)(self._find_near)

    def _find_near(self, word: str) -> tuple[tuple[float, str], ...]:
        if len(word) < _MIN_LENGTH or not (word.isascii() and word.isalpha()):
            return ()
        is_long = len(word) >= _LONG
        allowed = 2 if is_long else 1
        starts = _LETTERS if is_long else dict.fromkeys(word[:2])
        mask = _mask(word)
        near = []
        for length in range(len(word) - allowed, len(word) + allowed + 1):
            for start in starts:
                for other, known in self._words.get((start, length), ()):
                    if (mask ^ other).bit_count() > 2 * allowed:
                        continue
                    cost = compute_distance(word, known)
                    if cost <= allowed and _is_likely(word, known, cost):
                        near.append((cost, known))
        return tuple(sorted(near))


def compute_distance(typed: str, known: str) -> float:
    """Return the cost of the mistakes between two words: Damerau-Levenshtein with kinder swaps."""
    before: list[float] = []
    row = [float(place) for place in range(len(known) + 1)]
    for index, letter in enumerate(typed):
        older, before, row = before, row, [index + 1.0]
        for place, other in enumerate(known):
            if letter == other:
                change = before[place]
            else:
                change = before[place] + (_VOWEL if _VOWELS.issuperset((letter, other)) else _OTHER)
            twice = index > 0 and typed[index - 1] == letter
            surplus = before[place + 1] + (_DOUBLED if twice else _OTHER)
            twice = place > 0 and known[place - 1] == other
            missing = row[place] + (_DOUBLED if twice else _OTHER)
            cost = min(change, surplus, missing)
            if (
                index
                and place
                and letter == known[place - 1]
                and typed[index - 1] == other
                and letter != other
            ):
                cost = min(cost, older[place - 1] + _SWAPPED)
            row.append(cost)
    return row[-1]


def list_single_edits(word: str) -> list[str]:
    """Return every string one mistake away, swapped letters first, then left-out ones."""
    splits = [(word[:index], word[index:]) for index in range(len(word) + 1)]
    swaps = [a + b[1] + b[0] + b[2:] for a, b in splits if len(b) > 1]
    inserts = [a + letter + b for a, b in splits for letter in _LETTERS]
    removes = [a + b[1:] for a, b in splits if b]
    changes = [a + letter + b[1:] for a, b in splits if b for letter in _LETTERS]
    return [*swaps, *inserts, *removes, *changes]


def _mask(word: str) -> int:
    mask = 0
    for letter in word:
        mask |= 1 << (ord(letter) & 31)
    return mask


def _is_likely(word: str, known: str, cost: float) -> bool:
    """Tell whether so near a word is meant: not one with another first letter, or of four."""
    if word[0] != known[0] and (len(word) < _LONG or cost > _OTHER) and word[1::-1] != known[:2]:
        return False
    return len(word) > _MIN_LENGTH or len(known) > len(word) or cost < _VOWEL
