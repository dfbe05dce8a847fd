"""Where assets are known and found: a request's catalog and the folders they are looked up in."""

from __future__ import annotations

import importlib.resources
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from clappper.core.catalog.demo import demo_root, load_demo_records, open_demo_catalog
from clappper.core.catalog.measuring.measure_cache import find_cache_path, read_records
from clappper.core.catalog.measuring.measure_override import find_overrides
from clappper.core.catalog.resolve import RootResolver
from clappper.core.catalog.store import open_catalog
from clappper.core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clappper.core.catalog.models import AssetResolver, Catalog

__all__ = ["Sources", "find_data", "open_sources"]


class Sources(NamedTuple):
    """Where assets are known and found, and the folders they lie in."""

    catalog: Catalog
    resolver: AssetResolver
    roots: tuple[Path, ...]


def open_sources(catalog_path: Path | None, asset_roots: Sequence[str | Path]) -> Sources:
    """Return catalog, resolver and the folders of the asset roots; the demo pack's when none named.

    Sizes that were measured before are taken from beside the catalog.

    Raises:
        CatalogError: The catalog cannot be used.
        UsageError: An asset root is missing or does not answer.
    """
    if catalog_path is None:
        catalog, records, overrides = open_demo_catalog(), load_demo_records(), None
        asset_roots = (*asset_roots, demo_root())
    else:
        catalog = open_catalog(catalog_path)
        records = read_records(find_cache_path(catalog_path))
        overrides = find_overrides(catalog_path)
    resolver = RootResolver(asset_roots, records=records, overrides=overrides)
    dead = resolver.list_dead_roots() if asset_roots else []
    if dead:
        raise UsageError(dead[0])
    folders = (root.folder for root in resolver.roots)
    return Sources(catalog, resolver, tuple(folder for folder in folders if folder is not None))


def find_data() -> Path:
    """Return the folder of the data that comes with the core."""
    return Path(str(importlib.resources.files("clappper.core") / "data"))
