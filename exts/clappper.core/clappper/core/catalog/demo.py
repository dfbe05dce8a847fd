"""The demo pack that ships inside the package: its index, where its files are, their sizes."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from clappper.core.catalog.models import MeasureRecord
from clappper.core.catalog.store import CatalogStore, open_catalog

__all__ = ["demo_index_path", "demo_root", "load_demo_records", "open_demo_catalog"]

_RECORDS = TypeAdapter(list[MeasureRecord])


def demo_root() -> Path:
    """Return the folder that holds ``packs/`` of the demo pack."""
    return Path(str(files("clappper.core") / "data" / "demo_pack"))


def demo_index_path() -> Path:
    """Return the demo pack's master index."""
    return demo_root() / "master_index.json"


def open_demo_catalog() -> CatalogStore:
    """Open the catalog of the demo pack.

    Raises:
        CatalogError: The installation lacks it.
    """
    return open_catalog(demo_index_path())


def load_demo_records() -> dict[str, MeasureRecord]:
    """Return what the pack's files measure, by asset path; nothing where the list is missing.

    It was made with the pack, so that the first scene needs to read no geometry.
    """
    try:
        records = _RECORDS.validate_json((demo_root() / "measures.json").read_bytes())
    except (OSError, ValidationError):
        return {}
    return {record.asset_path: record for record in records}
