"""A fifth of a library like the user's, and labelled queries to it, from ``tests/data/catalog``."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from support.master_index import make_entry

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clappper.core.catalog.models import SearchResult

__all__ = ["LabelledQuery", "make_sample_entries", "read_labelled_queries"]

_DATA = Path(__file__).parents[1] / "data" / "catalog"
#: What the index's maker added to the tags when one of the words is in the pack's name.
_PACK_TAGS = {
    "warehouse": ("warehouse", "industrial", "logistics"),
    "commercial": ("commercial", "retail", "store"),
    "residential": ("residential", "home", "interior"),
    "character": ("character", "human", "avatar"),
    "furniture": ("furniture", "prop"),
    "environment": ("environment", "outdoor", "landscape"),
}
#: Likewise, when it is anywhere in the asset's name: that is how naive they are.
_NAME_TAGS = {
    "forklift": "forklift", "shelf": "shelving", "rack": "shelving", "door": "door",
    "window": "window", "table": "table", "chair": "chair",
}  # fmt: skip


class LabelledQuery(NamedTuple):
    """A query and what a person who looked at all names accepts as its answer."""

    query: str
    accepted: str  # regular expression on the path below packs/; "-": nothing may be found
    kind: str

    def accepts(self, result: SearchResult, *, limit: int) -> bool:
        """Tell whether one of the first hits is right, or the absence of hits is."""
        if self.accepted == "-":
            return not result.hits
        return any(
            re.search(self.accepted, hit.asset.asset_path, re.IGNORECASE)
            for hit in result.hits[:limit]
        )


def make_sample_entries() -> list[dict[str, Any]]:
    """Return the entries of the sample index, tagged as naively as the user's."""
    return [
        make_entry(path, file_size_mb=size_mb, tags=_make_tags(path))
        for path, size_mb in _read_paths()
    ]


def read_labelled_queries() -> list[LabelledQuery]:
    """Return all labelled queries."""
    with (_DATA / "labelled_queries.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [LabelledQuery(*row) for row in rows][1:]


def _read_paths() -> Iterator[tuple[str, float]]:
    """Read path below packs/ and size [MB]: a folder a line, under it its files, indented."""
    folder = ""
    for line in (_DATA / "sample_index.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("\t"):
            folder = line
            continue
        name, size_mb = line[1:].split("\t")
        yield folder + name, float(size_mb)


def _make_tags(path: str) -> list[str]:
    pack = path.partition("/")[0].lower()
    name = path.rpartition("/")[2].lower()
    tags = {pack}
    tags.update(*(words for word, words in _PACK_TAGS.items() if word in pack))
    tags.update(tag for word, tag in _NAME_TAGS.items() if word in name)
    return sorted(tags)
