"""What is nearest to a thing the catalog does not have: up to three real nouns."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from clappper.core.catalog.words import load_words

if TYPE_CHECKING:
    from clappper.core.catalog.models import Asset
    from clappper.core.catalog.nouns import NounTable
    from clappper.core.catalog.phrase import Phrase
    from clappper.core.catalog.rows import AssetIndex

__all__ = ["suggest_assets", "suggest_nouns"]

SUGGESTION_LIMIT = 3
#: Similarity of spelling from which a word may be a mistyped one.
_SPELLING_CUTOFF = 0.75


def suggest_nouns(index: AssetIndex, table: NounTable, phrase: Phrase) -> list[str]:
    """Return up to three nouns of the same class, with a shared word, or spelled alike."""
    scores: dict[str, float] = {}
    wanted = table.nouns.get(phrase.noun or "")
    spelled = _find_spelled_alike(index, table, phrase)
    lists = load_words()
    telling = set(phrase.core).difference(lists.places, lists.attributes, lists.neutral)
    for place, noun in enumerate(noun for noun in table.nouns if noun in index.noun_counts):
        score = spelled.get(noun, 0.0)
        if wanted is not None:
            score += _compute_kinship(table, wanted.noun, noun)
        score += 0.5 * len(telling.intersection(noun.split()))
        if score > 0.0:
            scores[noun] = score - 1e-4 * place
    for noun in index.noun_counts:
        if noun not in table.nouns and (noun in spelled or telling.intersection(noun.split())):
            scores[noun] = spelled.get(noun, 0.4)
    return sorted(scores, key=lambda noun: (-scores[noun], noun))[:SUGGESTION_LIMIT]


def suggest_assets(index: AssetIndex, table: NounTable, phrase: Phrase) -> tuple[Asset, ...]:
    """Return the plainest object of each suggested noun."""
    ids = []
    for noun in suggest_nouns(index, table, phrase):
        candidates = index.find_by_noun([noun])
        best = min(
            candidates,
            key=lambda candidate: (
                len(candidate.words),
                candidate.name.lower(),
                candidate.asset_id,
            ),
        )
        ids.append(best.asset_id)
    return tuple(index.fetch_assets(ids))


def _compute_kinship(table: NounTable, wanted: str, noun: str) -> float:
    """Return how near two nouns are by broader term, category and group; 0 for strangers."""
    asked, other = table.nouns[wanted], table.nouns[noun]
    if {*asked.broader, wanted} & {*other.broader, noun}:
        return 2.0
    if asked.category == other.category:
        return 1.0
    asked_group = table.categories[asked.category].group
    return 0.3 if asked_group == table.categories[other.category].group else 0.0


def _find_spelled_alike(index: AssetIndex, table: NounTable, phrase: Phrase) -> dict[str, float]:
    if phrase.noun is not None or not phrase.core:
        return {}
    text = " ".join(phrase.core)[:80]
    names: dict[str, str] = {}
    for noun in index.noun_counts:
        entry = table.nouns.get(noun)
        for alias in (noun, *(entry.aliases if entry else ())):
            names.setdefault(alias.lower(), noun)
    alike = difflib.get_close_matches(
        text, list(names), n=SUGGESTION_LIMIT, cutoff=_SPELLING_CUTOFF
    )
    head = difflib.get_close_matches(
        phrase.core[-1], list(names), n=SUGGESTION_LIMIT, cutoff=_SPELLING_CUTOFF
    )
    scores: dict[str, float] = {}
    for name in (*alike, *head):
        ratio = max(
            difflib.SequenceMatcher(None, word, name).ratio() for word in (text, phrase.core[-1])
        )
        scores[names[name]] = max(scores.get(names[name], 0.0), 3.0 * ratio)
    return scores
