"""Reads a noun phrase as a person types it: the noun, the describing words, the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from clappper.core.catalog.words import load_words, split_query

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clappper.core.catalog.nouns import NounMatch, NounTable

__all__ = ["Phrase", "read_phrase"]


class Phrase(NamedTuple):
    """A noun phrase taken apart."""

    words: tuple[str, ...]  # without determiners
    core: tuple[str, ...]  # up to the first preposition, without trailing words that only describe
    noun: str | None  # canonical noun, when the table has it
    attributes: tuple[str, ...]  # canonical describing words, those in the noun's own name left out
    others: tuple[str, ...]  # words that are neither

    @property
    def head(self) -> str | None:
        """The word that says what the thing is: the last of the core."""
        return self.core[-1] if self.core else None


def read_phrase(words: Sequence[str], table: NounTable) -> Phrase:
    """Take a phrase apart. English is head-final: a desk lamp is a lamp, a box in a van is a box.

    Args:
        words: Singular words, as ``split_query`` gives them.
        table: Canonical nouns.
    """
    lists = load_words()
    start = 0
    while start < len(words) - 1 and words[start] in lists.determiners:
        start += 1
    words = tuple(words[start:])
    cut = next(
        (index for index in range(1, len(words)) if words[index] in lists.prepositions), len(words)
    )
    soft = lists.neutral.union(lists.places, lists.attributes)
    end = cut
    while end > 1 and words[end - 1] in soft:
        end -= 1
    match = _find_head(words, table, cut=cut, end=end)
    if match is None:
        core = words[:end]
        described = core[:-1] + words[end:]
        return Phrase(words, core, None, lists.find_attributes(described), _list_others(described))
    own = split_query(match.noun)
    attributes = dict.fromkeys(
        (*lists.find_attributes(tuple(word for word in words if word not in own)), *match.implied)
    )
    others = _list_others(words[: match.start] + words[match.end :])
    return Phrase(words, words[: match.end], match.noun, tuple(attributes), others)


def _find_head(words: tuple[str, ...], table: NounTable, *, cut: int, end: int) -> NounMatch | None:
    """Return the longest match that ends the core, or that goes on beyond the preposition."""
    lists = load_words()
    best: tuple[tuple[int, bool], NounMatch] | None = None
    for match in table.find(words):
        if match.start >= cut or not (end <= match.end <= cut or match.end > cut):
            continue
        is_thing = match.end - match.start > 1 or words[match.start] not in lists.attributes
        rank = (match.end - match.start, is_thing)
        if best is None or rank > best[0] or (rank == best[0] and match.end <= end):
            best = (rank, match)
    return None if best is None else best[1]


def _list_others(words: tuple[str, ...]) -> tuple[str, ...]:
    lists = load_words()
    ignored = lists.attributes.keys() | lists.neutral | lists.determiners | lists.prepositions
    return tuple(word for word in words if word not in ignored)
