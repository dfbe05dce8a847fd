"""What there is for each thing a prompt wants, and the one sentence that says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from clappper.core.catalog.finding.meaning import understand
from clappper.core.catalog.finding.query import make_kind_match, quote
from clappper.core.catalog.finding.ranking import list_contraries, rank
from clappper.core.catalog.finding.suggest import suggest_assets
from clappper.core.catalog.index.stored import RowFilter
from clappper.core.catalog.language.words import load_words
from clappper.core.catalog.models import Availability, AvailabilityEntry
from clappper.core.catalog.search import find_candidates

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clappper.core.catalog.finding.meaning import Reading
    from clappper.core.catalog.index.rows import AssetIndex
    from clappper.core.catalog.language.nouns import NounTable
    from clappper.core.catalog.language.phrase import Phrase
    from clappper.core.catalog.models import Wanted

__all__ = ["compute_availability"]

#: Most assets of one entry; the sentence counts all.
_ASSET_LIMIT = 200
#: Longest wish that is repeated to the user [characters].
_ASKED_LIMIT = 80
_PLACEABLE = RowFilter(placeable_only=True)


class _Found(NamedTuple):
    entry: AvailabilityEntry
    phrase: Phrase
    rows: set[int]
    traits: tuple[str, ...]  # asked describing words that left some out


def compute_availability(
    index: AssetIndex, table: NounTable, wanted: Sequence[Wanted]
) -> Availability:
    """Return what exists for each wanted noun, with one sentence for the user."""
    found = [_find_entry(index, table, item) for item in wanted]
    return Availability(
        entries=tuple(item.entry for item in found), sentence=_describe(found, table)
    )


def _find_entry(index: AssetIndex, table: NounTable, wanted: Wanted) -> _Found:
    text = " ".join((*wanted.attributes, wanted.noun))
    reading = understand(index, table, text, is_strict=True, placeable_only=True)
    phrase = reading.phrase
    rows = _list_rows(index, reading)
    if not rows:
        entry = AvailabilityEntry(
            wanted=wanted, noun=None, assets=(), suggestions=suggest_assets(index, table, phrase)
        )
        return _Found(entry, phrase, rows, ())
    rows, traits = _narrow(index, rows, reading)
    candidates = {
        *find_candidates(index, reading, limit=_ASSET_LIMIT, row_filter=_PLACEABLE),
        *index.fetch_candidates(sorted(rows)[:_ASSET_LIMIT]),
    }
    best = rank(
        (found for found in candidates if found.row_id in rows),
        phrase,
        reading.nouns,
        lengths_m=reading.lengths_m,
        codes=reading.codes,
    )
    noun = phrase.noun
    if noun is None or not table.is_kind_of(best[0][0].noun, noun):
        noun = best[0][0].noun
    assets = index.fetch_assets([found.asset_id for found, _ in best[:_ASSET_LIMIT]])
    entry = AvailabilityEntry(
        wanted=wanted, noun=noun, assets=tuple(assets), count_found=len(rows), suggestions=()
    )
    return _Found(entry, phrase, rows, traits)


def _list_rows(index: AssetIndex, reading: Reading) -> set[int]:
    """Return the rows that answer; by words only those that are the thing, not merely named so."""
    if not reading.match:
        return index.list_rows(list(reading.nouns))
    nouns = {
        found.noun
        for found in find_candidates(index, reading, limit=_ASSET_LIMIT, row_filter=_PLACEABLE)
        if found.noun.split()[-1:] == [reading.phrase.head]
    }
    return index.list_rows(sorted(nouns)) & index.list_matching_rows(reading.match)


def _narrow(
    index: AssetIndex, rows: set[int], reading: Reading
) -> tuple[set[int], tuple[str, ...]]:
    """Keep what has each describing word, else what is not its opposite; never keep nothing.

    Returns:
        The rows, and the words that all of them have and others had not.
    """
    scope = f"({reading.match or make_kind_match(reading.nouns)})"
    traits: list[str] = []
    styles = load_words().styles  # of the whole place as a rule, never a reason to leave one out
    for attribute in reading.phrase.attributes:
        if attribute in styles:
            continue
        match = f"{scope} AND {{attribute}} : {quote([attribute])}"
        having = rows & index.list_matching_rows(match)
        if having and having != rows:
            traits.append(attribute)
        contrary = sorted(list_contraries([attribute]))
        if not having and contrary:
            match = f"{scope} AND {{attribute}} : ({quote(contrary)})"
            having = rows - index.list_matching_rows(match)
        rows = having or rows
    return rows, tuple(traits)


def _describe(found: Sequence[_Found], table: NounTable) -> str:
    """Say what there is, what stands in for what, and what there is not; each wish once."""
    groups: dict[str, list[_Found]] = {}
    missing = [item.entry for item in found if item.entry.noun is None]
    for item in found:
        if item.entry.noun is not None:
            groups.setdefault(item.entry.noun, []).append(item)
    parts = []
    for noun, items in groups.items():
        stood_for = [item.entry.wanted.asked for item in items if _is_stand_in(item, table)]
        for entry in list(missing):
            # The planner took what was asked for without its first words: a table for meeting.
            if any(_ask(entry).endswith(f" {_ask(item.entry)}") for item in items):
                stood_for.append(entry.wanted.asked)
                missing.remove(entry)
        text = _count(noun, items, table)
        names = " and ".join(dict.fromkeys(name[:_ASKED_LIMIT] for name in stood_for))
        parts.append(f"{text} (in place of {names})" if names else text)
    sentences = [f"Found {', '.join(parts)}."] if parts else []
    if missing:
        listed = dict.fromkeys(_name_nearest(entry, table) for entry in missing)
        sentences.append(f"Not in the catalog: {', '.join(listed)}.")
    return " ".join(sentences) or "Nothing was asked for."


def _ask(entry: AvailabilityEntry) -> str:
    return (entry.wanted.noun or entry.wanted.asked)[:_ASKED_LIMIT]


def _is_stand_in(item: _Found, table: NounTable) -> bool:
    noun = item.phrase.noun
    return noun is not None and not table.is_kind_of(item.entry.noun or "", noun)


def _count(noun: str, items: Sequence[_Found], table: NounTable) -> str:
    """Return how many objects there are, with the describing words that hold for all of them."""
    count = len(set().union(*(item.rows for item in items)))
    label = table.label(noun, count)
    traits = [
        trait
        for trait in items[0].traits
        if all(trait in item.traits for item in items) and trait not in label.split()
    ]
    return " ".join((str(count), *traits, label))


def _name_nearest(entry: AvailabilityEntry, table: NounTable) -> str:
    near = ", ".join(dict.fromkeys(table.label(asset.noun, 1) for asset in entry.suggestions))
    return f"{_ask(entry)} (nearest: {near})" if near else _ask(entry)
