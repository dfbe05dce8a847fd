"""How fast search is in libraries of 3,092 and 100,000 entries, against a LIKE scan of its rows.

Run: ``PYTHONPATH=exts/clappper.core:tests python tests/bench/bench_search.py [--million]``
"""

from __future__ import annotations

import itertools
import os
import platform
import random
import resource
import sqlite3
import statistics
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clappper.core.catalog.building.entries import IndexRow
from clappper.core.catalog.index.rows import AssetIndex
from clappper.core.catalog.language.names import read_name
from clappper.core.catalog.language.nouns import load_nouns
from clappper.core.catalog.language.words import load_words
from clappper.core.catalog.store import CatalogStore
from support.master_index import make_entry, make_wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["make_paths", "make_queries", "make_rows"]

COUNTS = (3_092, 100_000)
MILLION = 1_000_000
QUERY_COUNT = 1000
PACKS = (
    "Warehouse_Assets", "Warehouse_Collection_1", "Warehouse_Collection_2", "Commercial_Assets",
    "Residential_Assets", "Furniture_Misc", "Industrial_Assets", "Characters1", "Vehicles_1",
    "Vegetation_Assets", "showcase_content", "core_demos", "pixar", "Props_Misc",
)  # fmt: skip
MISSING = ("unicorn", "swimming pool", "flying carpet", "forklfit", "grand piano", "quark gluon")
_SYLLABLES = ("ba", "co", "da", "el", "fi", "ga", "ho", "jo", "ka", "lu", "me", "no", "or", "zi")


def make_paths(count: int) -> Iterator[str]:
    """Give paths below ``packs/`` as the user's are: many names and folders, a third siblings.

    Names are nouns of the table with describing words and vendor suffixes, or say nothing.
    """
    chance = random.Random(4)
    # One noun in seven is missing, as in every library.
    nouns = [entry for place, entry in enumerate(load_nouns().nouns.values()) if place % 7]
    weights = [1.0 / (place + 8) for place in range(len(nouns))]
    traits = sorted(load_words().attributes)
    made = 0
    for number in itertools.count():
        entry = chance.choices(nouns, weights)[0]
        alias = chance.choice((entry.noun, *entry.aliases)).title().replace(" ", "")
        trait = chance.choice(traits).title() if chance.random() < 0.6 else ""
        made_up = "".join(chance.choices(_SYLLABLES, k=3))
        style = chance.random()
        stem = f"{alias.lower()}_{number}"
        ends: tuple[str, ...] = ("",)
        if style < 0.5:
            stem = f"{trait}{alias}_{chance.choice('ABCDE')}{number % 100:02}_{number}_PR_NVD_01"
        elif style < 0.6:
            stem = f"{made_up}_{number}"
        elif style < 0.75:
            stem = f"{trait.lower()}{alias.lower()}_{made_up}"
            ends = ("", "_base", "_inst", "_inst_base")
        folder = f"Assets/{chance.choice(('DigitalTwin', 'ArchVis', 'simready'))}/{alias}s"
        for end in ends:
            yield f"{chance.choice(PACKS)}/{folder}/Set_{number % 997}/{stem}{end}.usd"
            made += 1
            if made == count:
                return


def make_rows(count: int) -> Iterator[IndexRow]:
    """Give the objects of such a library as ingest gives them; siblings are folded."""
    folded = ("_base", "_inst")
    for path in make_paths(count):
        entry = make_entry(path)
        if entry["name"].endswith(folded):
            continue
        reading = read_name(entry["name"], path)
        yield IndexRow(
            asset_id=entry["asset_id"],
            name=entry["name"],
            pack=entry["pack"],
            asset_path=path,
            source_url=entry["s3_path"],
            tags=("warehouse", "industrial", "logistics"),
            file_size_mb=1.0,
            variants=(),
            **reading._asdict(),
        )


def make_queries() -> list[str]:
    """Return queries of two words: a describing word and a thing, or a thing of two words."""
    chance = random.Random(5)
    nouns = list(load_nouns().nouns.values())
    weights = [1.0 / (place + 8) for place in range(len(nouns))]
    traits = sorted(load_words().attributes)
    queries = []
    while len(queries) < QUERY_COUNT:
        entry = chance.choices(nouns, weights)[0]
        words = chance.choice((entry.noun, *entry.aliases)).split()
        if len(words) == 1:
            words.insert(0, chance.choice(traits))
        if len(words) == 2:
            queries.append(" ".join(words))
    queries[:: QUERY_COUNT // 60] = itertools.islice(
        itertools.cycle(MISSING), len(queries[:: QUERY_COUNT // 60])
    )
    return queries


def time_queries(search: Callable[[str], object], queries: list[str]) -> tuple[float, float]:
    """Return median and 99th percentile [ms]."""
    times = []
    for query in queries:
        start = time.perf_counter()
        search(query)
        times.append((time.perf_counter() - start) * 1000.0)
    return statistics.median(times), statistics.quantiles(times, n=100)[98]


def scan(connection: sqlite3.Connection, query: str) -> list[Any]:
    """Return ten rows in whose text every word stands somewhere; the scan stops at the tenth."""
    words = query.split()
    condition = " AND ".join(["(name || ' ' || noun || ' ' || tags) LIKE ?"] * len(words))
    return connection.execute(
        f"SELECT * FROM asset WHERE {condition} LIMIT 10", [f"%{word}%" for word in words]
    ).fetchall()


def measure(count: int, folder: Path) -> None:
    """Print the figures of one library."""
    path = folder / f"{count}.db"
    rows = list(make_rows(count)) if count < MILLION else make_rows(count)
    start = time.perf_counter()
    AssetIndex.write(rows, {"entries": count}, path=path).close()
    build_s = time.perf_counter() - start
    del rows
    start = time.perf_counter()
    catalog = CatalogStore(AssetIndex.open(path))
    open_ms = (time.perf_counter() - start) * 1000.0
    start = time.perf_counter()
    catalog.search("wooden pallet")
    first_ms = (time.perf_counter() - start) * 1000.0
    queries = make_queries()
    median, worst = time_queries(catalog.search, queries)
    start = time.perf_counter()
    catalog.availability([make_wanted(text) for text in ("forklift", "wooden pallet", "unicorn")])
    availability_ms = (time.perf_counter() - start) * 1000.0
    with closing(sqlite3.connect(path)) as connection:
        like = time_queries(
            lambda query: scan(connection, query), queries[:: max(1, count // 9000)]
        )
    objects = catalog.summary["objects"]
    catalog.close()
    note = "rows ready" if count < MILLION else "reading of names included"
    print(f"{count:,} entries, {objects:,} objects, {path.stat().st_size >> 20} MiB")
    print(f"  write the index   {build_s:8.2f} s ({note})")
    print(f"  open it           {open_ms:8.2f} ms, first query {first_ms:.2f} ms")
    print(f"  two-word queries  p50 {median:8.3f} ms, p99 {worst:8.3f} ms")
    print(f"  LIKE '%word%'     p50 {like[0]:8.3f} ms, p99 {like[1]:8.3f} ms")
    print(f"  ratio             p50 {like[0] / median:8.1f} x,  p99 {like[1] / worst:8.1f} x")
    print(f"  availability of three things {availability_ms:.2f} ms")


def main() -> None:
    """Print the figures of each library, and of the machine they were measured on."""
    load = ", ".join(f"{value:.2f}" for value in os.getloadavg())
    print(f"{platform.machine()}, {os.cpu_count()} CPUs, load {load}", end="; ")
    print(f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}")
    with tempfile.TemporaryDirectory() as name:
        for count in (*COUNTS, *([MILLION] if "--million" in sys.argv[1:] else [])):
            measure(count, Path(name))
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(f"peak memory of the run {peak_mib} MiB")


if __name__ == "__main__":
    main()
