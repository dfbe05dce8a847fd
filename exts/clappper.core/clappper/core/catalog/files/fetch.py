"""Fetches a file from a disk, the web or S3 unless it is the same as before.

Each fetcher raises the built-in ``ConnectionError`` when its source cannot be reached now, so that
the caller goes on with what it has, and ``CatalogError`` when the user has to do something.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit
from urllib.request import url2pathname

from clappper.core.catalog.files.address import find_scheme, redact_address
from clappper.core.errors import CatalogError

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Order", "Validator", "fetch_file"]


class Validator(NamedTuple):
    """What a source says about the state of a file, to be asked for changes with."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True)
class Order:
    """One fetch: what, from where, and how much of it at most."""

    #: Address or path; a presigned address must not get into a log.
    source: str = field(repr=False)
    #: What was said about the state that is here already.
    known: Validator
    #: Where it is written.
    to: Path
    deadline_s: float
    max_bytes: int
    _start_s: float = field(default_factory=time.monotonic, init=False)

    @property
    def name(self) -> str:
        """What messages call the source."""
        return redact_address(self.source)

    def check_size(self, size_bytes: int) -> None:
        """Refuse what is too large.

        Raises:
            CatalogError: It is.
        """
        if size_bytes > self.max_bytes:
            raise CatalogError(
                f"{self.name} has more than {self.max_bytes >> 20} MiB: split the index."
            )

    def write(self, chunks: Iterable[bytes]) -> None:
        """Write what comes.

        Raises:
            ConnectionError: It takes too long.
            CatalogError: It is too much.
        """
        count = 0
        with self.to.open("wb") as file:
            for chunk in chunks:
                count += len(chunk)
                self.check_size(count)
                if time.monotonic() - self._start_s > self.deadline_s:
                    raise ConnectionError(
                        f"{self.name} was not complete after {self.deadline_s:g} s"
                    )
                file.write(chunk)


def fetch_file(order: Order) -> Validator | None:
    """Copy a file, given by path or ``file://`` address, for example from a mounted drive.

    Returns:
        What tells this state from later ones; null when nothing has changed.

    Raises:
        ConnectionError: It cannot be read.
        CatalogError: It is too large.
    """
    is_address = find_scheme(order.source) == "file"
    path = Path(url2pathname(urlsplit(order.source).path) if is_address else order.source)
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            validator = Validator(f'"{status.st_size}-{status.st_mtime_ns}"')
            if validator == order.known:
                return None
            order.write(iter(lambda: file.read(1 << 20), b""))
    except ConnectionError:
        raise
    except (OSError, ValueError) as exc:  # not mounted, not there, no path at all
        raise ConnectionError(f"{order.name} cannot be read") from exc
    return validator
