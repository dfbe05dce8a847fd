"""The ledger of a reading that is under way, so that one that was killed goes on where it was."""

from __future__ import annotations

import sqlite3
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from clappper.core.catalog.building.ledger import Ledger, LedgerWriter
from clappper.core.catalog.index.generations import remove_database

if TYPE_CHECKING:
    from pathlib import Path

    from clappper.core.catalog.building.portion import Portion

__all__ = ["PartialLedger"]

#: How old the parts of a reading that was killed may be [s].
PARTIAL_AGE_S = 24 * 3600.0
#: How often parts are made to last [s].
COMMIT_S = 1.0


class PartialLedger:
    """Parts of sources that take long to read, kept until the index is built."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with suppress(OSError):
            if time.time() - self._path.stat().st_mtime > PARTIAL_AGE_S:
                remove_database(self._path)
        #: What an earlier reading left, as it was when this one began.
        self.ledger = Ledger(self._path if self._path.exists() else None)
        self._writer: LedgerWriter | None = None
        self._committed_s = time.monotonic()

    def keep(self, source: str, portion: Portion) -> None:
        """Keep a part; it lasts from the next second on, whatever happens to this process."""
        if self._writer is None:
            self._writer = self._open()
        self._writer.put(source, [portion])
        if time.monotonic() - self._committed_s > COMMIT_S:
            self._writer.commit()
            self._committed_s = time.monotonic()

    def discard(self) -> None:
        """Close and remove the file."""
        self.close()
        remove_database(self._path)

    def close(self) -> None:
        """Close the file, which stays for the next reading."""
        self.ledger.close()
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _open(self) -> LedgerWriter:
        try:
            return LedgerWriter(self._path)
        except sqlite3.DatabaseError:
            self.ledger.close()
            remove_database(self._path)
            return LedgerWriter(self._path)
