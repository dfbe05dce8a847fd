"""What the index gives back, and what a row must be to be given: values and their columns."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from clappper.core.catalog.finding.ranking import Candidate
from clappper.core.catalog.language.nouns import SURROUNDINGS
from clappper.core.catalog.models import Asset

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clappper.core.units import Vec3

__all__ = [
    "ASSET_COLUMNS",
    "CANDIDATE_COLUMNS",
    "NO_FILTER",
    "PLACEABLE",
    "PackCount",
    "RowFilter",
    "StoredObject",
    "make_asset",
    "make_candidate",
    "mark",
]

ASSET_COLUMNS = (
    "asset_id, name, noun, category, pack, asset_path, source_url, tags, attributes, file_size_mb"
)
CANDIDATE_COLUMNS = "row_id, asset_id, name, noun, attributes, words, twin_of"
#: Condition on ``asset`` for what can be placed.
PLACEABLE = f"category NOT IN {SURROUNDINGS!r}"
#: Lengths are about the same within this share.
_SAME_LENGTH = 0.01


class RowFilter(NamedTuple):
    """What a row must be, whatever was asked."""

    packs: tuple[str, ...] | None = None
    categories: tuple[str, ...] | None = None
    min_size_m: float | None = None  # of the longest side
    max_size_m: float | None = None
    placeable_only: bool = False

    def narrow(self, length_m: float) -> RowFilter:
        """Return the filter that also wants a longest side of about this length [m]."""
        low, high = (1.0 - _SAME_LENGTH) * length_m, (1.0 + _SAME_LENGTH) * length_m
        if self.min_size_m is not None:
            low = max(low, self.min_size_m)
        if self.max_size_m is not None:
            high = min(high, self.max_size_m)
        return self._replace(min_size_m=low, max_size_m=high)

    def to_sql(self) -> tuple[str, list[Any]]:
        """Return a condition on ``asset`` and its values; what cannot be used is never a hit.

        Of an object of several packs only the row that stands for it is given, but the own one of
        each pack that is asked for.
        """
        terms = ["unusable IS NULL"]
        values: list[Any] = []
        if self.packs is None:
            terms.append("twin_of IS NULL")
        if self.placeable_only:
            terms.append(PLACEABLE)
        for column, allowed in (("pack", self.packs), ("category", self.categories)):
            if allowed is not None:
                terms.append(f"{column} IN ({mark(allowed)})")
                values.extend(allowed)
        for sign, bound in ((">=", self.min_size_m), ("<=", self.max_size_m)):
            if bound is not None:
                terms.append(f"MAX(size_x, size_y, size_z) {sign} ?")
                values.append(bound)
        return " AND ".join(terms), values


NO_FILTER = RowFilter()


class PackCount(NamedTuple):
    """How many objects of a pack are known in which way."""

    pack: str
    objects: int
    measured: int
    unusable: int


class StoredObject(NamedTuple):
    """An object with what the index knows beside its asset."""

    asset: Asset
    size_m: Vec3
    is_measured: bool
    variants: tuple[str, ...]


def make_candidate(row: Sequence[Any]) -> Candidate:
    """Return the candidate of the values of ``CANDIDATE_COLUMNS``."""
    row_id, asset_id, name, noun, attributes, words, twin_of = row
    return Candidate(
        row_id,
        asset_id,
        name,
        noun,
        frozenset(attributes.split()),
        frozenset(words.split()),
        row_id if twin_of is None else twin_of,
    )


def make_asset(row: Sequence[Any]) -> Asset:
    """Return the asset of the values of ``ASSET_COLUMNS``."""
    return Asset(
        asset_id=row[0],
        name=row[1],
        noun=row[2],
        category=row[3],
        pack=row[4],
        asset_path=row[5],
        source_url=row[6],
        tags=tuple(json.loads(row[7])),
        attributes=tuple(row[8].split()),
        file_size_mb=row[9],
    )


def mark(values: Sequence[Any]) -> str:
    """Return the place holders of a list of values."""
    return ",".join("?" * len(values))
