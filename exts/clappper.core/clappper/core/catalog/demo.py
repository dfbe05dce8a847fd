"""The demo pack that ships inside the package: its index and where its files are."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from clappper.core.catalog.store import CatalogStore, open_catalog

__all__ = ["demo_index_path", "demo_root", "open_demo_catalog"]


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
