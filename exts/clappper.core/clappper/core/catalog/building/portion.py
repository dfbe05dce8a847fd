"""What one file or folder of a source gave: the unit that is read again only when it changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from clappper.core.catalog.building.entries import Tally, validate_entry
from clappper.core.errors import CatalogError, CatalogSchemaError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clappper.core.catalog.building.entries import Entry

__all__ = ["ENTRY_LIMIT", "ISSUE_LIMIT", "Portion", "PortionBuilder", "SourceReading"]

#: Most entries of one source.
ENTRY_LIMIT = 1_000_000
#: Problems that are reported one by one; the rest is counted.
ISSUE_LIMIT = 200


class Portion(NamedTuple):
    """Entries of one file or folder, and what was left out."""

    key: str  # path below the source; empty for the source itself
    fingerprint: str  # of the content; empty: read it again next time
    entries: Sequence[Entry]
    broken_count: int
    problems: tuple[str, ...]
    dropped: Tally
    folders: tuple[str, ...] = ()  # below a folder, so that it need not be listed again


class SourceReading(NamedTuple):
    """What one source gave, or what an earlier build had from it."""

    path: str
    kind: str  # index, listing, individual, folder; empty: never read
    portions: Sequence[Portion]
    has_changed: bool
    warnings: tuple[str, ...] = ()  # parts that could not be read
    failure: CatalogError | None = None  # why it could not be read

    @property
    def entry_count(self) -> int:
        """Number of entries, broken and dropped ones included."""
        return sum(
            len(portion.entries) + portion.broken_count + portion.dropped.counts.total()
            for portion in self.portions
        )


class PortionBuilder:
    """Collects a portion entry by entry."""

    def __init__(self, key: str = "") -> None:
        self.key = key
        self.entries: list[Entry] = []
        self.dropped = Tally()
        self.folders: tuple[str, ...] = ()
        self._broken_count = 0
        self._problems: list[str] = []

    def add(self, found: Entry | str, *, place: str) -> None:
        """Take an entry, or count what is wrong with it.

        Raises:
            CatalogSchemaError: There are more entries than an index may have.
        """
        if not isinstance(found, str):
            self.entries.append(found)
        else:
            self._broken_count += 1
            if len(self._problems) < ISSUE_LIMIT:
                self._problems.append(f"{place} was left out: {found}.")
        if len(self.entries) + self._broken_count > ENTRY_LIMIT:
            raise CatalogSchemaError(f"it has more than {ENTRY_LIMIT} entries; split it")

    def add_item(self, item: object, *, place: str) -> None:
        """Check an item of the user's schema and take it."""
        self.add(validate_entry(item), place=place)

    def build(self, fingerprint: str) -> Portion:
        """Return the portion."""
        return Portion(
            self.key,
            fingerprint,
            self.entries,
            self._broken_count,
            tuple(self._problems),
            self.dropped,
            self.folders,
        )
