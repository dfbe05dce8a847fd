"""How fast the catalog is: an index of 3,092 entries, against a search of its tags by substring.

Run: ``PYTHONPATH=exts/clappper.core:tests python tests/bench/bench_catalog.py [MASTER_INDEX]``
(without a file: a mixed library of that size).
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clappper.core.catalog.store import build_index, open_catalog
from support.master_index import MIXED_PATHS, make_entry, make_wanted, write_index

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["make_library", "search_tags"]

ENTRY_COUNT = 3092
QUERIES = (
    "forklift", "lift truck", "industrial shelving", "pallet rack", "office chair", "meeting table",
    "warehouse door", "warehouse worker", "traffic cone", "plastic drum", "cardboard box",
    "unicorn", "typewriter", "costello", "grand piano", "desk lamp", "wooden pallet", "tyre rack",
    "table", "big yellow forklift",
)  # fmt: skip


def make_library(count: int) -> list[dict[str, Any]]:
    """Return entries that repeat the mixed library in other folders, tagged as the user's are."""
    entries = []
    for number in range(count):
        path = MIXED_PATHS[number % len(MIXED_PATHS)]
        pack, _, rest = path.partition("/")
        folder, _, name = rest.rpartition("/")
        low = name.lower()
        tags = [pack.lower(), "warehouse", "industrial", "logistics"]
        tags += [word for word in ("forklift", "door", "window", "table", "chair") if word in low]
        tags += ["shelving"] if "shel" in low or "rack" in low else []
        copy = number // len(MIXED_PATHS)
        entries.append(make_entry(f"{pack}/{folder}/Set_{copy}/{name}", tags=tags))
    return entries


def search_tags(assets: list[dict[str, Any]], query: str) -> list[dict[str, Any]]:
    """Return what the search this replaces finds: every word is part of a tag or of the name."""
    words = query.lower().split()
    return [
        asset
        for asset in assets
        if all(any(word in text for text in (*asset["tags"], asset["name"])) for word in words)
    ]


def time_ms(call: Callable[[], object], *, rounds: int = 5) -> float:
    """Return the best time of a call [ms]; other work on the machine only adds to it."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        call()
        times.append((time.perf_counter() - start) * 1000.0)
    return min(times)


def time_queries(search: Callable[[str], object]) -> tuple[float, float]:
    """Return median and 99th percentile [ms] of a thousand queries."""
    times = []
    for number in range(1000):
        start = time.perf_counter()
        search(QUERIES[number % len(QUERIES)])
        times.append((time.perf_counter() - start) * 1000.0)
    return statistics.median(times), statistics.quantiles(times, n=100)[98]


def main() -> None:
    """Print the figures and their ratio."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        given = [Path(argument) for argument in sys.argv[1:2]]
        source = given[0] if given else folder / "index.json"
        if not given:
            write_index(source, make_library(ENTRY_COUNT))
        built = folder / "index.db"
        start = time.perf_counter()
        catalog = open_catalog(source)
        first_ms = (time.perf_counter() - start) * 1000.0
        print(f"{catalog.summary['entries']} entries, {catalog.summary['objects']} objects")
        print(f"first load of the JSON, word tables included {first_ms:8.1f} ms")
        print(f"load the JSON          {time_ms(lambda: open_catalog(source)):8.1f} ms")
        print(f"parse the JSON alone   {time_ms(lambda: json.loads(source.read_bytes())):8.1f} ms")
        print(f"build the index file   {time_ms(lambda: build_index([source], built)):8.1f} ms")
        print(f"open the index file    {time_ms(lambda: open_catalog(built)):8.1f} ms")
        opened = open_catalog(built)
        assets = json.loads(source.read_bytes())["assets"]
        results = {
            "search in memory": time_queries(catalog.search),
            "search in the file": time_queries(opened.search),
            "substring of tags": time_queries(lambda query: search_tags(assets, query)),
        }
        for label, (median, worst) in results.items():
            print(f"{label:19} median {median:7.3f} ms, 99 % {worst:7.3f} ms")
        ratio = results["substring of tags"][0] / results["search in memory"][0]
        print(f"in memory {ratio:.1f} times as fast as substrings of tags")
        wanted = [make_wanted(text) for text in ("forklift", "industrial shelving", "unicorn")]
        print(f"availability of three  {time_ms(lambda: catalog.availability(wanted)):8.1f} ms")
        opened.close()


if __name__ == "__main__":
    main()
