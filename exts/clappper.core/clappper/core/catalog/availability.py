"""What there is for each thing a prompt wants, and the one sentence that says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clappper.core.catalog.models import Availability, AvailabilityEntry
from clappper.core.catalog.search import find_by_words, list_matching_nouns, rank, read_query
from clappper.core.catalog.suggest import suggest_assets
from clappper.core.catalog.words import load_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clappper.core.catalog.models import Wanted
    from clappper.core.catalog.nouns import NounTable
    from clappper.core.catalog.phrase import Phrase
    from clappper.core.catalog.rows import AssetIndex, Candidate

__all__ = ["compute_availability"]


def compute_availability(
    index: AssetIndex, table: NounTable, wanted: Sequence[Wanted]
) -> Availability:
    """Return what exists for each wanted noun, with one sentence for the user."""
    phrases = [read_query(" ".join((*item.attributes, item.noun)), table) for item in wanted]
    entries = tuple(
        _find_entry(index, table, item, phrase)
        for item, phrase in zip(wanted, phrases, strict=True)
    )
    return Availability(entries=entries, sentence=_describe(entries, phrases, table))


def _find_entry(
    index: AssetIndex, table: NounTable, wanted: Wanted, phrase: Phrase
) -> AvailabilityEntry:
    nouns: dict[str, float] = {}
    if phrase.noun is not None:
        nouns = list_matching_nouns(index, table, phrase.noun)
        candidates = index.find_by_noun(list(nouns))
    else:
        candidates = [
            found
            for found in find_by_words(index, phrase, is_strict=True)
            if _is_named(found, phrase.head)
        ]
    if not candidates:
        return AvailabilityEntry(
            wanted=wanted, noun=None, assets=(), suggestions=suggest_assets(index, table, phrase)
        )
    best = [
        candidate for candidate, _ in rank(_narrow(candidates, phrase.attributes), phrase, nouns)
    ]
    noun = phrase.noun
    if noun is None or not table.is_kind_of(best[0].noun, noun):
        noun = best[0].noun
    assets = index.fetch_assets([candidate.asset_id for candidate in best])
    return AvailabilityEntry(wanted=wanted, noun=noun, assets=tuple(assets), suggestions=())


def _is_named(candidate: Candidate, head: str | None) -> bool:
    """Tell whether the wanted thing is what the object is, not merely a word of its name."""
    return head is not None and candidate.noun.split()[-1:] == [head]


def _narrow(candidates: list[Candidate], attributes: Sequence[str]) -> list[Candidate]:
    """Keep what has each describing word, else what is not its opposite; never keep nothing."""
    opposites = load_words().opposites
    for attribute in attributes:
        having = [candidate for candidate in candidates if attribute in candidate.attributes]
        if not having:
            contrary = opposites.get(attribute, frozenset())
            having = [candidate for candidate in candidates if not contrary & candidate.attributes]
        candidates = having or candidates
    return candidates


def _describe(
    entries: Sequence[AvailabilityEntry], phrases: Sequence[Phrase], table: NounTable
) -> str:
    found: dict[str, set[str]] = {}
    instead: dict[str, str] = {}
    missing: dict[str, None] = {}
    for entry, phrase in zip(entries, phrases, strict=True):
        if entry.noun is None:
            near = ", ".join(
                dict.fromkeys(table.label(asset.noun, 1) for asset in entry.suggestions)
            )
            asked = (entry.wanted.noun or entry.wanted.asked)[:80]
            missing[f"{asked} (nearest: {near})" if near else asked] = None
            continue
        found.setdefault(entry.noun, set()).update(asset.asset_id for asset in entry.assets)
        if phrase.noun is not None and not table.is_kind_of(entry.noun, phrase.noun):
            instead[entry.noun] = phrase.noun
    parts = []
    for noun, ids in found.items():
        text = f"{len(ids)} {table.label(noun, len(ids))}"
        parts.append(f"{text} (in place of {instead[noun]})" if noun in instead else text)
    sentences = [f"Found {', '.join(parts)}."] if parts else []
    if missing:
        sentences.append(f"Not in the catalog: {', '.join(missing)}.")
    return " ".join(sentences) or "Nothing was asked for."
