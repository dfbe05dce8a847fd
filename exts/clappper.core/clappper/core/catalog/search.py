"""Ranked search: noun first, then words, one hit per object; nothing rather than something wrong.

A query whose noun the table knows is answered by that noun alone, its kinds, or its stated
stand-ins; one that means a place or an effect by those, one that states a purpose by what serves
it. Other queries go to the full-text index: all words, then longer words that begin like them, then
without the commonest describing words; the word that says what the thing is must be in the name.
Where that finds nothing, other words for the thing are tried.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clappper.core.catalog.finding.coverage import ends_rightly
from clappper.core.catalog.finding.meaning import MATCH_LIMIT, understand
from clappper.core.catalog.finding.query import make_kind_match, quote, strip_courtesy
from clappper.core.catalog.finding.ranking import list_contraries, rank
from clappper.core.catalog.finding.suggest import suggest_assets
from clappper.core.catalog.index.stored import NO_FILTER, RowFilter
from clappper.core.catalog.language.labels import list_spellings
from clappper.core.catalog.language.words import load_words
from clappper.core.catalog.models import Hit, SearchFilters, SearchResult

if TYPE_CHECKING:
    from clappper.core.catalog.finding.meaning import Reading
    from clappper.core.catalog.finding.ranking import Candidate
    from clappper.core.catalog.index.rows import AssetIndex
    from clappper.core.catalog.language.nouns import NounTable
    from clappper.core.catalog.models import Asset

__all__ = ["HIT_LIMIT", "find_candidates", "search"]

#: Most hits of one search.
HIT_LIMIT = 1000
#: Score of an object that was asked for by its own name or id.
_EXACT = 10.0
#: Score of one whose name is that otherwise spelled, and of one with a word that is.
_SPELLED, _JOINED = 9.0, 4.0
#: What tells a sibling from its object at the end of a name.
_SIBLING_WORDS = re.compile(r"[\s_.-]+(?:inst(?:[\s_.-]+base)?|base)\s*$", re.IGNORECASE)
#: Longest text that may be a name [characters].
_NAME_LIMIT = 255
#: Describing words that are looked for.
_TRAIT_LIMIT = 6


def search(
    index: AssetIndex,
    table: NounTable,
    query: str,
    *,
    limit: int,
    filters: SearchFilters | None = None,
) -> SearchResult:
    """Return the best matches of a free-text query, or none and the nearest real things.

    Filters only take hits away: what a query means does not depend on them, but that it cannot mean
    a place or an effect where only what can be placed is wanted. When they take all, the same
    things elsewhere are suggested. There are never more than ``HIT_LIMIT`` hits.
    """
    text = query.encode("utf-8", "replace").decode()  # half surrogates cannot be looked up
    limit = max(0, min(limit, HIT_LIMIT))
    row_filter = _make_row_filter(index, table, filters)
    reading = understand(index, table, text, placeable_only=row_filter.placeable_only)
    hits = _find_hits(index, reading, text, limit, row_filter)
    suggestions: tuple[Asset, ...] = ()
    if not hits and (base := _SIBLING_WORDS.sub("", text)) != text:
        # A file of the object was named, not the object.
        found = search(index, table, base, limit=limit, filters=filters)
        return found.model_copy(update={"query": query})
    if not hits:
        anywhere = RowFilter(placeable_only=row_filter.placeable_only)
        elsewhere = filters and _find_hits(index, reading, text, 3, anywhere)
        suggestions = (
            tuple(hit.asset for hit in elsewhere)
            if elsewhere
            else suggest_assets(index, table, reading.phrase)
        )
    return SearchResult(query=query, hits=hits, suggestions=suggestions)


def find_candidates(
    index: AssetIndex, reading: Reading, *, limit: int, row_filter: RowFilter = NO_FILTER
) -> list[Candidate]:
    """Return the objects among which the best ``limit`` answers are; not all that answer.

    The plainest of each noun, and those that have what was asked for: all of it, all but one
    thing, or one thing.
    """
    most = max(limit, MATCH_LIMIT)
    if reading.match:
        matching = index.find_by_match(reading.match, limit=most, row_filter=row_filter)
        return [candidate for candidate in matching if ends_rightly(candidate, reading.ending)]
    found: list[Candidate] = []
    coded: list[Candidate] = []
    for noun in reading.nouns:
        found += index.find_by_noun(noun, limit=limit, row_filter=row_filter)
        if reading.lengths_m:
            sized = row_filter.narrow(max(reading.lengths_m))
            found += index.find_by_noun(noun, limit=most, row_filter=sized)
    for code in reading.codes if reading.nouns else ():
        kind = f"{make_kind_match(reading.nouns)} OR {{name}} : ({quote(reading.phrase.core[-1:])})"
        match = f"({kind}) AND {{code}} : ({quote([code])})"
        coded += index.find_by_label(match, limit=most, row_filter=row_filter)
    if any(index.noun_counts.get(noun, 0) > limit for noun in reading.nouns):
        for match in _list_trait_matches(index, reading):
            found += index.find_by_match(match, limit=most, row_filter=row_filter)
    found = [candidate for candidate in found if candidate.noun in reading.nouns]
    return list({candidate.row_id: candidate for candidate in (*found, *coded)}.values())


def _find_hits(
    index: AssetIndex, reading: Reading, text: str, limit: int, row_filter: RowFilter
) -> tuple[Hit, ...]:
    scores = _find_named(index, text, limit, row_filter)
    candidates = find_candidates(index, reading, limit=limit, row_filter=row_filter)
    ranked = rank(
        candidates,
        reading.phrase,
        reading.nouns,
        lengths_m=reading.lengths_m,
        codes=reading.codes,
    )
    for candidate, score in ranked:
        scores.setdefault(candidate, score)
    ordered = sorted(
        scores.items(), key=lambda pair: (-pair[1], pair[0].name.lower(), pair[0].asset_id)
    )
    unique: dict[int, tuple[Candidate, float]] = {}
    for candidate, score in ordered:
        unique.setdefault(candidate.object_row, (candidate, score))
    best = list(unique.values())[:limit]
    objects = index.fetch_objects([candidate.row_id for candidate, _ in best])
    return tuple(
        Hit(
            asset=found.asset,
            score=score,
            size_m=found.size_m,
            is_measured=found.is_measured,
            variants=found.variants,
        )
        for found, (_, score) in zip(objects, best, strict=True)
    )


def _find_named(
    index: AssetIndex, text: str, limit: int, row_filter: RowFilter
) -> dict[Candidate, float]:
    """Return the objects whose name or id a query is, however it is spelled, with their scores."""
    determiners = load_words().determiners
    words = strip_courtesy(text[:_NAME_LIMIT]).split()
    while len(words) > 1 and words[0].casefold() in determiners:
        words = words[1:]
    name = " ".join(words)
    named = index.find_by_name(name, limit=limit, row_filter=row_filter)
    scores = dict.fromkeys(named, _EXACT)
    spelled = list_spellings(name)[:1]
    is_joined = sum(any(map(str.isalnum, word)) for word in words) > 1
    columns = {"spelling": _SPELLED, "name": _JOINED} if is_joined else {"spelling": _SPELLED}
    for column, score in columns.items() if spelled else ():
        match = f"{{{column}}} : ({quote(spelled)})"
        for found in index.find_by_label(match, limit=limit, row_filter=row_filter):
            scores.setdefault(found, score)
    return scores


def _make_row_filter(
    index: AssetIndex, table: NounTable, filters: SearchFilters | None
) -> RowFilter:
    if filters is None:
        return NO_FILTER
    packs = categories = None
    if filters.pack is not None:
        pack = filters.pack.casefold()
        packs = tuple(name for name in index.summary["packs"] if name.casefold() == pack)
    if filters.category is not None:
        asked = "_".join(filters.category.casefold().split())
        categories = tuple(
            category.name
            for category in table.categories.values()
            if asked in (category.name, category.group)
        )
    return RowFilter(
        packs, categories, filters.min_size_m, filters.max_size_m, filters.placeable_only
    )


def _list_trait_matches(index: AssetIndex, reading: Reading) -> list[str]:
    """Return expressions for objects with the asked words, and for those without a contrary."""
    phrase = reading.phrase
    kind = make_kind_match(reading.nouns)
    lists = load_words()
    own = frozenset.intersection(*(frozenset(noun.split()) for noun in reading.nouns))
    words = [
        word
        for word in dict.fromkeys(phrase.words)
        if word not in own and word not in lists.prepositions
    ]
    known = index.count_terms(words)
    traits = [f"{{attribute}} : {quote([attribute])}" for attribute in phrase.attributes]
    traits += [f"{{name}} : {quote([word])}" for word in words if word in known]
    traits = traits[:_TRAIT_LIMIT]
    without = [
        " AND ".join([kind, *(other for other in traits if other != trait)]) for trait in traits
    ]
    matches = [" AND ".join([kind, *traits]), *without, *(f"{kind} AND {one}" for one in traits)]
    contrary = sorted(list_contraries(phrase.attributes).difference(phrase.attributes))
    if contrary:
        matches.append(f"({kind}) NOT ({{attribute}} : ({quote(contrary)}))")
    return list(dict.fromkeys(matches)) if traits else []
