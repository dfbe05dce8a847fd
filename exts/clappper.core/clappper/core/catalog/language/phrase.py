"""Reads a noun phrase as a person types it: the noun, the describing words, the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from clappper.core.catalog.language.synonyms import load_synonyms
from clappper.core.catalog.language.words import load_words, split_query

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clappper.core.catalog.language.nouns import NounMatch, NounTable

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

    A compound that English has and the table has not is a kind of its own, without a noun here: a
    power plant is no plant.

    Args:
        words: Singular words, as ``split_query`` gives them.
        table: Canonical nouns.
    """
    lists = load_words()
    words = _drop_participle(_drop_determiners(words, table), table)
    cut = next(
        (index for index in range(1, len(words)) if words[index] in lists.prepositions), len(words)
    )
    end = cut
    while end > 1 and words[end - 1] in lists.soft:
        end -= 1
    match = _find_head(words, table, cut=cut, end=end)
    if match is None:  # lockable storage as locked storage
        plain = tuple(lists.attributes.get(word, (word,))[0] for word in words)
        match = _find_head(plain, table, cut=cut, end=end)
    if match is None or _is_own_kind(words, match):
        core = _find_unlisted_core(words[:cut])
        described = core[:-1] + words[len(core) :]
        return Phrase(words, core, None, lists.find_attributes(described), _list_others(described))
    own = split_query(match.noun)
    attributes = dict.fromkeys(
        (*lists.find_attributes(tuple(word for word in words if word not in own)), *match.implied)
    )
    others = _list_others(words[: match.start] + words[match.end :])
    noun = _find_turned(words, match, table, cut=cut) or match.noun
    return Phrase(words, words[: match.end], noun, tuple(attributes), others)


def _drop_participle(words: tuple[str, ...], table: NounTable) -> tuple[str, ...]:
    """Return boxes stacked on a pallet as boxes on a pallet, where the table has that."""
    lists = load_words()
    for place in range(1, len(words) - 1):
        if words[place] in lists.attributes and words[place + 1] in lists.prepositions:
            plain = words[:place] + words[place + 1 :]
            if any(match.start < place < match.end for match in table.find(plain)):
                return plain
    return words


def _drop_determiners(words: Sequence[str], table: NounTable) -> tuple[str, ...]:
    """Return words without those before the noun, but for its own: a two seater is no seater."""
    determiners = load_words().determiners
    own = {match.start for match in table.find(words) if match.end > match.start + 1}
    start = 0
    while start < len(words) - 1 and words[start] in determiners and start not in own:
        start += 1
    return tuple(words[start:])


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


def _find_unlisted_core(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words up to the one that says what the thing is, or none when none does."""
    lists = load_words()
    if all(word in lists.neutral or word in lists.places for word in words):
        return ()
    end = len(words)
    while end > 1 and (words[end - 1] in lists.attributes or words[end - 1] in lists.neutral):
        end -= 1
    return words[:end]


def _is_own_kind(words: tuple[str, ...], match: NounMatch) -> bool:
    """Tell whether the next word makes another thing of it: fire door, box office."""
    lists = load_words()
    before = words[match.start - 1 : match.start]
    soft = (lists.attributes, lists.places, lists.prepositions)
    if before and not any(before[0] in group for group in soft):
        return load_synonyms().is_known(" ".join((*before, *words[match.start : match.end])))
    is_followed = match.end < len(words) and words[match.end] in lists.places
    return is_followed and load_synonyms().is_known(" ".join(words[match.start : match.end + 1]))


def _find_turned(
    words: tuple[str, ...], match: NounMatch, table: NounTable, *, cut: int
) -> str | None:
    """Return the noun of a phrase said the other way round: a shelf for tires is a tire shelf."""
    if match.end != cut or words[cut : cut + 1] not in (("for",), ("of",)):
        return None
    before = _drop_determiners(words[cut + 1 :], table)
    head = words[match.start : match.end]
    terms = map(split_query, table.nouns[match.noun].aliases)
    heads = [head, *(term for term in terms if len(term) == 1)]
    while before:
        noun = next(filter(None, (table.find_exact((*before, *other)) for other in heads)), None)
        if noun is not None or before[0] not in load_words().soft:
            return noun
        before = before[1:]  # a rack for metal bars is a bar rack
    return None


def _list_others(words: tuple[str, ...]) -> tuple[str, ...]:
    lists = load_words()
    ignored = (lists.attributes, lists.neutral, lists.determiners, lists.prepositions)
    return tuple(word for word in words if not any(word in group for group in ignored))
