"""What a query means in an index: nouns that answer it, or an expression that finds it by words.

A noun the table knows comes first, then places and effects, purposes, words, and other words for
the thing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from clappper.core.catalog.finding.coverage import find_covering
from clappper.core.catalog.finding.query import quote, read_lengths, read_query, strip_courtesy
from clappper.core.catalog.index.stored import RowFilter
from clappper.core.catalog.language.labels import list_codes
from clappper.core.catalog.language.purposes import list_purpose_nouns
from clappper.core.catalog.language.surroundings import (
    find_surroundings,
    find_unlisted,
    is_surroundings,
)
from clappper.core.catalog.language.synonyms import load_synonyms
from clappper.core.catalog.language.words import load_words, split_query

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clappper.core.catalog.index.rows import AssetIndex
    from clappper.core.catalog.language.nouns import NounTable
    from clappper.core.catalog.language.phrase import Phrase

__all__ = ["MATCH_LIMIT", "Reading", "understand"]

#: Objects found by one expression that are looked at.
MATCH_LIMIT = 200
_TERM_LIMIT = 40
#: Shortest word that longer words may complete, and the share of the longer word it must cover.
_PREFIX_LENGTH = 4
_PREFIX_SHARE = 0.6
#: What is named later in a choice counts less.
_CHOICE, _CHOICE_LIMIT, _LATER = re.compile(r"\s+or\s+", re.IGNORECASE), 3, 0.3


class Reading(NamedTuple):
    """What a query was taken to mean, in the words of the catalog; empty for a miss."""

    phrase: Phrase
    nouns: dict[str, float]  # what may answer, and the score that being one gives
    match: str = ""  # else: the quoted expression that finds it by words
    ending: str = ""  # the word in which what is found by words must end
    lengths_m: tuple[float, ...] = ()  # asked lengths [m]
    codes: tuple[str, ...] = ()  # asked part codes and products of lengths


def understand(
    index: AssetIndex,
    table: NounTable,
    text: str,
    *,
    is_strict: bool = False,
    placeable_only: bool = False,
) -> Reading:
    """Find out which nouns of the catalog answer a query, or which of its words find it.

    Args:
        index: What is searched.
        table: Canonical nouns.
        text: Query or noun phrase.
        is_strict: Only whole words count.
        placeable_only: Places and effects are not meant.
    """
    wanted = RowFilter(placeable_only=placeable_only)
    choices = [
        _understand(index, table, choice, wanted, is_strict=is_strict)
        for choice in _CHOICE.split(text, _CHOICE_LIMIT)
    ]
    if len(choices) == 1:
        return choices[0]
    meant = [choice for choice in choices if choice.nouns]
    if not meant or any(choice.phrase.noun is None for choice in choices):
        return _understand(index, table, text, wanted, is_strict=is_strict)
    nouns = meant[0].nouns.copy()
    for choice in meant[1:]:
        for noun, score in choice.nouns.items():
            nouns.setdefault(noun, score - _LATER)
    return meant[0]._replace(nouns=nouns)


def _understand(
    index: AssetIndex, table: NounTable, text: str, row_filter: RowFilter, *, is_strict: bool
) -> Reading:
    text = strip_courtesy(text)
    phrase = read_query(index, table, text)
    empty = Reading(phrase, {}, lengths_m=read_lengths(text), codes=list_codes(text))
    nouns = _list_useful_nouns(index, table, list_purpose_nouns(split_query(text)))
    is_useful = bool(nouns)
    if not nouns and phrase.noun is not None:
        nouns = _list_own_nouns(index, table, phrase.noun)
    if not is_useful and not row_filter.placeable_only:
        around = _find_around(index, table, phrase, is_here=bool(nouns))
        if around is not None:
            return empty._replace(phrase=around[0], nouns=around[1])
    if nouns:
        return empty._replace(nouns=nouns)
    return _understand_words(index, table, empty, row_filter, is_strict=is_strict)


def _understand_words(
    index: AssetIndex, table: NounTable, empty: Reading, row_filter: RowFilter, *, is_strict: bool
) -> Reading:
    """Find what no noun answers: by all words in a name, as a stand-in, by words, by a synonym."""
    phrase = empty.phrase
    if empty.codes and not phrase.words:
        return empty._replace(match=f"{{code}} : ({quote(empty.codes)})")
    match, ending = find_covering(index, table, phrase, row_filter)
    covering = empty._replace(match=match, ending=ending)
    if phrase.noun is not None:
        nouns = {} if match else _list_stand_ins(index, table, phrase.noun)
        return covering._replace(nouns=nouns)
    ending = _find_ending(phrase)
    by_words = _find_match(index, phrase, ending, row_filter, is_strict=is_strict)
    if by_words:
        return empty._replace(match=by_words, ending=ending)
    nouns = {} if match else _list_synonymous_nouns(index, table, phrase)
    return covering._replace(nouns=nouns)


def _find_around(
    index: AssetIndex, table: NounTable, phrase: Phrase, *, is_here: bool
) -> tuple[Phrase, dict[str, float]] | None:
    """Return the places or effects that are meant, unless a thing is.

    What is the very name of a thing is no place, but where it is the name of one too and there is
    no such thing: a train track is no track to race on, a bridge may be either.
    """
    words = phrase.words
    is_thing = table.find_exact(words) is not None
    if is_here and (is_thing or len(words) < 2 or not is_surroundings(words)):
        return None
    if is_thing and not is_surroundings(words):
        named = split_query(phrase.noun or "")  # the thing's name, where that is a place's too
        if not is_surroundings(named):
            return find_unlisted(index.surroundings, phrase)
        words = named
    return find_surroundings(index.surroundings, words)


def _list_own_nouns(index: AssetIndex, table: NounTable, noun: str) -> dict[str, float]:
    """Return the noun and its kinds, most typical first, as far as the catalog has them."""
    return _keep_present(index, [noun, *table.narrower(noun)], 3.0)


def _list_stand_ins(index: AssetIndex, table: NounTable, noun: str) -> dict[str, float]:
    """Return the first stand-in for a noun that the catalog has, and its kinds."""
    entry = table.nouns.get(noun)
    found = (
        _keep_present(index, [stand_in, *table.narrower(stand_in)], 1.0)
        for stand_in in (() if entry is None else entry.fallback)
    )
    return next(filter(None, found), {})


def _list_useful_nouns(
    index: AssetIndex, table: NounTable, purpose: Sequence[str]
) -> dict[str, float]:
    """Return the nouns of the catalog that serve a purpose, and their kinds."""
    found: dict[str, float] = {}
    for place, noun in enumerate(purpose):
        kinds = _keep_present(index, [noun, *table.narrower(noun)], 3.0 - 0.2 * place)
        found = kinds | found
    return found


def _keep_present(index: AssetIndex, nouns: list[str], score: float) -> dict[str, float]:
    """Return the nouns the catalog has, the first with the score, its kinds some way behind it."""
    places = enumerate(nouns)
    scores = {noun: score - (0.1 + 0.05 * place if place else 0.0) for place, noun in places}
    return {noun: value for noun, value in scores.items() if noun in index.noun_counts}


def _list_synonymous_nouns(index: AssetIndex, table: NounTable, phrase: Phrase) -> dict[str, float]:
    """Return the nouns of the catalog that are another word for the thing, else its kinds."""
    soft = load_words().soft
    start = 0
    entry = load_synonyms().find(phrase.core)
    while not (entry.synonyms or entry.narrower) and start < len(phrase.core) - 1:
        if phrase.core[start] not in soft:
            return {}
        start += 1
        entry = load_synonyms().find(phrase.core[start:])
    for synonym in entry.synonyms:
        # A term that is only an alias of a noun may be so in another sense.
        nouns = _list_own_nouns(index, table, synonym) or _list_stand_ins(index, table, synonym)
        if nouns:
            return nouns
    kinds = [kind for kind in entry.narrower if kind in index.noun_counts]
    return _keep_present(index, kinds, 1.0)


def _find_ending(phrase: Phrase) -> str:
    """Return the head when it is plain English: a wing pallet is no wing. Names may end anyhow."""
    head = phrase.head or ""
    is_thing = head not in load_words().attributes and load_synonyms().is_known(head)
    return head if is_thing else ""


def _find_match(
    index: AssetIndex, phrase: Phrase, ending: str, row_filter: RowFilter, *, is_strict: bool
) -> str:
    """Return the expression with most of the words that finds anything, or nothing."""
    lists = load_words()
    joints = lists.places | lists.determiners | lists.prepositions
    if phrase.head is None or joints.issuperset(phrase.core):
        return ""
    head = _expand(index, phrase.head, is_strict=is_strict)
    modifiers = [
        word
        for word in dict.fromkeys(phrase.words)
        if word != phrase.head and word not in lists.determiners and word not in lists.prepositions
    ]
    soft = [word for word in modifiers if word in lists.soft]
    counts = index.count_terms(soft)
    by_rarity = sorted(soft, key=lambda word: (counts.get(word, 0), word))
    hard = [word for word in modifiers if word not in lists.soft]
    columns = "noun" if ending else "name noun"
    for kept in range(len(by_rarity), -1, -1):
        groups = [_expand(index, word, is_strict=is_strict) for word in (*hard, *by_rarity[:kept])]
        if head and all(groups):
            match = " AND ".join([f"{{{columns}}} : ({quote(head)})", *map(_group, groups)])
            most = MATCH_LIMIT if ending else 1
            found = index.find_by_match(match, limit=most, row_filter=row_filter)
            if any(ending in ("", candidate.noun.split()[-1]) for candidate in found):
                return match
    return ""


def _expand(index: AssetIndex, word: str, *, is_strict: bool) -> list[str]:
    """Return the indexed words a word stands for: itself, else longer ones it is most of."""
    terms = [term for term, _ in index.find_terms(word, limit=_TERM_LIMIT)]
    if word in terms:
        return [word]
    if is_strict or len(word) < _PREFIX_LENGTH or not terms or load_synonyms().is_known(word):
        return []
    return [term for term in terms if len(word) >= _PREFIX_SHARE * len(term)]


def _group(words: list[str]) -> str:
    return f"({quote(words)})"
