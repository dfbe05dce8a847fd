"""Ranked search: noun first, then words, one hit per object; nothing rather than something wrong.

A query whose noun the table knows is answered by that noun alone, its kinds, or its stated
stand-ins. Other queries go to the full-text index: all words, then longer words that begin like
them, then without the commonest describing words; the word that says what the thing is must be in
the name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clappper.core.catalog.models import Hit, SearchResult
from clappper.core.catalog.phrase import Phrase, read_phrase
from clappper.core.catalog.suggest import suggest_assets
from clappper.core.catalog.words import load_words, split_query

if TYPE_CHECKING:
    from clappper.core.catalog.nouns import NounTable
    from clappper.core.catalog.rows import AssetIndex, Candidate

__all__ = ["find_by_words", "list_matching_nouns", "rank", "read_query", "search"]

#: Objects the full-text index hands to the ranking.
MATCH_LIMIT = 200
_TERM_LIMIT = 40
#: Shortest word that longer words may complete, and the share of the longer word it must cover.
_PREFIX_LENGTH = 4
_PREFIX_SHARE = 0.6


def read_query(text: str, table: NounTable) -> Phrase:
    """Read a query or noun phrase; run-together words are split where they are known."""
    words = [part for word in split_query(text) for part in table.split_run(word)]
    return read_phrase(split_query(" ".join(words)), table)


def search(index: AssetIndex, table: NounTable, query: str, *, limit: int) -> SearchResult:
    """Return the best matches of a free-text query, or none and the nearest real things."""
    phrase = read_query(query, table)
    scores = dict.fromkeys(index.find_by_name(query.strip()[:255]), 10.0)
    for candidate, score in _score(index, table, phrase):
        scores.setdefault(candidate, score)
    best = sorted(
        scores.items(), key=lambda pair: (-pair[1], pair[0].name.lower(), pair[0].asset_id)
    )[: max(limit, 0)]
    assets = index.fetch_assets([candidate.asset_id for candidate, _ in best])
    hits = tuple(
        Hit(asset=asset, score=round(score, 6))
        for asset, (_, score) in zip(assets, best, strict=True)
    )
    suggestions = () if hits else suggest_assets(index, table, phrase)
    return SearchResult(query=query, hits=hits, suggestions=suggestions)


def list_matching_nouns(index: AssetIndex, table: NounTable, noun: str) -> dict[str, float]:
    """Return the nouns that are in the catalog and answer a wanted noun, with the score each gives.

    The noun itself and its kinds, most typical first; its stand-ins only when there is none.
    """
    own = _keep_present(index, [noun, *table.narrower(noun)], 3.0)
    entry = table.nouns.get(noun)
    for stand_in in () if own or entry is None else entry.fallback:
        own = _keep_present(index, [stand_in, *table.narrower(stand_in)], 1.0)
        if own:
            break
    return own


def rank(
    candidates: list[Candidate], phrase: Phrase, nouns: dict[str, float]
) -> list[tuple[Candidate, float]]:
    """Score candidates by what they are and by the asked words they have; best first."""
    lists = load_words()
    asked = frozenset(phrase.words)
    wanted = frozenset(phrase.attributes)
    contrary = frozenset().union(*(lists.opposites.get(attribute, ()) for attribute in wanted))
    scored = []
    for candidate in candidates:
        score = nouns.get(candidate.noun, 0.5)
        score += 0.5 * len(wanted & candidate.attributes)
        score += 0.25 * len(asked.intersection(phrase.others) & candidate.words)
        score += 0.1 * bool(candidate.words.intersection(candidate.noun.split()))
        score -= 0.02 * len(candidate.words - asked)
        score -= 0.2 * len((candidate.attributes & lists.unusual) - wanted)
        score -= 0.3 * len((candidate.attributes & contrary) - wanted)
        scored.append((candidate, score))
    return sorted(scored, key=lambda pair: (-pair[1], pair[0].name.lower(), pair[0].asset_id))


def find_by_words(index: AssetIndex, phrase: Phrase, *, is_strict: bool = False) -> list[Candidate]:
    """Return objects by their words alone, for a phrase whose noun is not in the table.

    Args:
        index: What is searched.
        phrase: The wanted thing.
        is_strict: Only whole words count.
    """
    lists = load_words()
    if phrase.head is None or lists.places.issuperset(phrase.core):
        return []
    head = _expand(index, phrase.head, is_strict=is_strict)
    required = [
        word
        for word in phrase.words
        if word not in lists.determiners and word not in lists.prepositions
    ]
    modifiers = [word for word in dict.fromkeys(required) if word != phrase.head]
    soft = lists.attributes.keys() | lists.neutral | lists.places
    by_rarity = sorted(
        (word for word in modifiers if word in soft), key=lambda word: (_count(index, word), word)
    )
    hard = [word for word in modifiers if word not in soft]
    for kept in range(len(by_rarity), -1, -1):
        match = _make_match(
            head, [_expand(index, word, is_strict=is_strict) for word in (*hard, *by_rarity[:kept])]
        )
        found = index.find_by_match(match, limit=MATCH_LIMIT) if match else []
        if found:
            return found
    return []


def _score(index: AssetIndex, table: NounTable, phrase: Phrase) -> list[tuple[Candidate, float]]:
    if phrase.noun is not None:
        nouns = list_matching_nouns(index, table, phrase.noun)
        return rank(index.find_by_noun(list(nouns)), phrase, nouns)
    return rank(find_by_words(index, phrase), phrase, {})


def _keep_present(index: AssetIndex, nouns: list[str], score: float) -> dict[str, float]:
    """Return the nouns the catalog has, the first with the score, its kinds some way behind it."""
    places = enumerate(nouns)
    scores = {noun: score - (0.1 + 0.05 * place if place else 0.0) for place, noun in places}
    return {noun: value for noun, value in scores.items() if noun in index.noun_counts}


def _count(index: AssetIndex, word: str) -> int:
    return next((count for term, count in index.find_terms(word, limit=1) if term == word), 0)


def _expand(index: AssetIndex, word: str, *, is_strict: bool) -> list[str]:
    """Return the indexed words a word stands for: itself, else longer ones it is most of."""
    terms = [term for term, _ in index.find_terms(word, limit=_TERM_LIMIT)]
    if word in terms:
        return [word]
    if is_strict or len(word) < _PREFIX_LENGTH:
        return []
    return [term for term in terms if len(word) >= _PREFIX_SHARE * len(term)]


def _make_match(head: list[str], modifiers: list[list[str]]) -> str:
    """Return a quoted FTS5 expression, or nothing when a word is not in the index at all."""
    if not head or not all(modifiers):
        return ""
    groups = [f"{{name noun}} : ({_quote(head)})", *(f"({_quote(words)})" for words in modifiers)]
    return " AND ".join(groups)


def _quote(words: list[str]) -> str:
    return " OR ".join('"' + word.replace('"', '""') + '"' for word in words)
