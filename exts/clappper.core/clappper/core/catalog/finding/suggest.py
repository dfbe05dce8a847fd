"""What is nearest to a thing the catalog does not have: up to three real things of its kind.

Nothing is suggested for being spelled alike, unless the word may be a mistyped one.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from clappper.core.catalog.finding.query import list_near_words, quote
from clappper.core.catalog.language.synonyms import load_synonyms
from clappper.core.catalog.language.words import load_words

if TYPE_CHECKING:
    from clappper.core.catalog.index.rows import AssetIndex
    from clappper.core.catalog.language.nouns import NounTable
    from clappper.core.catalog.language.phrase import Phrase
    from clappper.core.catalog.models import Asset

__all__ = ["suggest_assets", "suggest_nouns"]

SUGGESTION_LIMIT = 3
_TERM_KIN, _ENGLISH_KIN, _CATEGORY_KIN, _GROUP_KIN = 2.0, 1.5, 1.0, 0.3
_MISTYPED, _SHARED_WORD = 3.0, 0.5
#: Categories that hold things of all sorts: they share a size, not a purpose.
_MIXED_CATEGORIES = frozenset(
    {
        "object", "structure", "building", "booth", "beam", "slab", "machine", "toy", "tool",
        "long_tool", "stationery", "ornament", "small_device", "wall_sign", "small_safety", "craft",
        "small_appliance", "appliance", "canopy", "ceiling_light",
    }
)  # fmt: skip
#: Groups whose categories stand in for each other.
_LIKE_GROUPS = frozenset(
    {"storage", "packaging", "receptacle", "furniture", "opening", "access", "plant", "lighting"}
)
#: Nearest broader English terms that make two things kin, each the less.
_BROADER_LIMIT, _BROADER_STEP = 4, 0.1
#: Terms beside those of ``synonyms`` under which things are not of one kind any more.
_TOO_BROAD = frozenset({"vehicle", "wheeled vehicle", "tool"})
#: Objects whose noun has the wanted head that are looked at.
_NAMESAKE_LIMIT = 20


def suggest_nouns(index: AssetIndex, table: NounTable, phrase: Phrase) -> list[str]:
    """Return up to three nouns of the catalog: meant, of the same class, or with the same head."""
    scores = _score_kin(index, table, phrase)
    for noun in _list_namesakes(index, phrase):
        scores.setdefault(noun, _SHARED_WORD)
    if phrase.noun is None and phrase.head is not None:
        for word in list_near_words(index, table, phrase.head):
            noun = table.find_exact([word]) or word
            if noun in index.noun_counts:
                scores[noun] = _MISTYPED
    if max(scores.values(), default=0.0) >= _CATEGORY_KIN:
        scores = {noun: score for noun, score in scores.items() if score > _GROUP_KIN}
    return sorted(scores, key=lambda noun: -scores[noun])[:SUGGESTION_LIMIT]  # else as listed


def suggest_assets(index: AssetIndex, table: NounTable, phrase: Phrase) -> tuple[Asset, ...]:
    """Return the plainest object of each suggested noun."""
    return tuple(index.fetch_plainest(suggest_nouns(index, table, phrase)))


def _score_kin(index: AssetIndex, table: NounTable, phrase: Phrase) -> dict[str, float]:
    """Return the listed nouns that are kin of the wanted thing, or end in the same word."""
    wanted = phrase.noun or _find_broader(table, phrase)
    telling = _list_telling(phrase)
    scores: dict[str, float] = {}
    for noun in table.nouns:
        if noun not in index.noun_counts:
            continue
        words = noun.split()
        kinship = 0.0 if wanted is None else _compute_kinship(table, wanted, noun)
        if kinship > 0.0 or (words[-1] == phrase.head and phrase.head in telling):
            scores[noun] = kinship + _SHARED_WORD * len(telling.intersection(words))
    return scores


def _list_namesakes(index: AssetIndex, phrase: Phrase) -> list[str]:
    """Return nouns of the catalog that end in the same word, also those no table lists."""
    if phrase.head is None or phrase.head not in _list_telling(phrase):
        return []
    match = f"{{noun}} : ({quote([phrase.head])})"
    nouns = (found.noun for found in index.find_by_match(match, limit=_NAMESAKE_LIMIT))
    return [noun for noun in nouns if noun.split()[-1] == phrase.head]


def _list_telling(phrase: Phrase) -> set[str]:
    return set(phrase.core) - load_words().soft


def _find_broader(table: NounTable, phrase: Phrase) -> str | None:
    """Return the nearest noun of the table that an unlisted thing is a kind of, or called.

    A term that is only an alias of a noun may be so in another sense.
    """
    entry = load_synonyms().find(phrase.core)
    return next((term for term in (*entry.synonyms, *entry.broader) if term in table.nouns), None)


def _compute_kinship(table: NounTable, wanted: str, noun: str) -> float:
    """Return how near two nouns are by broader term, category and group; 0 for strangers."""
    asked, other = table.nouns[wanted], table.nouns[noun]
    if not {*asked.broader, wanted}.isdisjoint((*other.broader, noun)):
        return _TERM_KIN
    group = table.categories[asked.category].group
    if group != table.categories[other.category].group:
        return 0.0
    others = {noun, *_list_broader(table, noun)}
    for step, term in enumerate((wanted, *_list_broader(table, wanted)[:_BROADER_LIMIT])):
        if term in others:
            return _ENGLISH_KIN - _BROADER_STEP * step
    if asked.category == other.category and asked.category not in _MIXED_CATEGORIES:
        return _CATEGORY_KIN
    return _GROUP_KIN if group in _LIKE_GROUPS else 0.0


@functools.lru_cache(maxsize=4096)
def _list_broader(table: NounTable, noun: str) -> tuple[str, ...]:
    """Return broader terms, nearest first: the table's, then those of English."""
    english = load_synonyms()
    broader = table.nouns[noun].broader
    terms = [term for word in (noun, *broader) for term in english.find(word.split()).broader]
    return tuple(term for term in dict.fromkeys((*broader, *terms)) if term not in _TOO_BROAD)
