"""How fast an index is built, and in how much memory, against the plainest way to have one.

The alternative reads the JSON whole and inserts name, pack, path and tags into one table: no nouns,
no siblings, no full text, nothing checked. Each is run in a process of its own.

Run: ``PYTHONPATH=exts/clappper.core:tests python tests/bench/bench_ingest.py [MASTER_INDEX...]``
(without files: mixed libraries of 3,092 and of 100,000 entries).
"""

from __future__ import annotations

import json
import os
import platform
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from clappper.core.catalog.building.build import build_index
from support.master_index import make_entry, write_index
from support.sample_index import make_sample_entries

COUNTS = (3092, 100_000)
ROUNDS = 3


def make_library(count: int) -> list[dict[str, Any]]:
    """Return entries of a library like the user's, repeated with other names and folders."""
    sample = list(make_sample_entries())
    entries = []
    for number in range(count):
        entry, copy = sample[number % len(sample)], number // len(sample)
        path = entry["s3_path"].partition("/packs/")[2]
        if copy:
            folder, _, file_name = path.rpartition("/")
            stem, _, suffix = file_name.rpartition(".")
            end = next((e for e in ("_inst_base", "_inst", "_base") if stem.endswith(e)), "")
            stem = f"{stem.removesuffix(end)}_{copy:03}{end}"
            path = f"{folder}/Set_{copy}/{stem}.{suffix}"
        size_mb = entry["file_size_mb"]
        entries.append(make_entry(path, tags=entry["tags"], file_size_mb=size_mb))
    return entries


def build_plainly(source: Path, out: Path) -> None:
    """Do what the alternative does."""
    out.unlink(missing_ok=True)
    assets = json.loads(source.read_bytes())["assets"]
    connection = sqlite3.connect(out)
    connection.execute("CREATE TABLE asset (id PRIMARY KEY, name, pack, path, tags, size)")
    connection.executemany(
        "INSERT INTO asset VALUES (?, ?, ?, ?, ?, ?)",
        (
            (
                asset["asset_id"], asset["name"], asset["pack"], asset["s3_path"],
                " ".join(asset["tags"]), asset["file_size_mb"],
            )
            for asset in assets
        ),
    )  # fmt: skip
    connection.commit()
    connection.close()


def read_peak_mib() -> float:
    """Return the most memory this process has had [MiB]; not a number where nobody tells."""
    try:
        # ru_maxrss would also tell of the process this one was started by.
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return float("nan")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024.0


def run_child(way: str, source: Path, out: Path) -> None:
    """Do one way once and print seconds and peak memory as JSON."""
    start = time.perf_counter()
    if way == "plain":
        build_plainly(source, out)
    else:
        build_index([source], out, force=way == "build")
    seconds = time.perf_counter() - start
    print(json.dumps([seconds, read_peak_mib()]))


def measure(way: str, source: Path, out: Path) -> tuple[float, float]:
    """Return the best time [s] and the peak memory [MiB] of some rounds."""
    results = []
    for _ in range(ROUNDS):
        done = subprocess.run(
            [sys.executable, __file__, "--child", way, str(source), str(out)],
            check=True,
            capture_output=True,
            text=True,
        )
        results.append(json.loads(done.stdout))
    return min(result[0] for result in results), max(result[1] for result in results)


def report(source: Path, folder: Path) -> None:
    """Print the figures of one index and their ratios."""
    count = len(json.loads(source.read_bytes())["assets"])
    ways = {
        "json.loads and one plain table": measure("plain", source, folder / "plain.db"),
        "build": measure("build", source, folder / "index.db"),
        "build again, nothing changed": measure("again", source, folder / "index.db"),
    }
    print(f"\n{count} entries, {source.stat().st_size / (1 << 20):.1f} MiB")
    base_s, base_mib = next(iter(ways.values()))
    for label, (seconds, peak_mib) in ways.items():
        print(
            f"  {label:32} {seconds:8.3f} s ({seconds / base_s:6.2f} x)"
            f" {peak_mib:8.1f} MiB peak ({peak_mib / base_mib:5.2f} x)"
        )


def main() -> None:
    """Print machine, load and the figures."""
    if sys.argv[1:2] == ["--child"]:
        run_child(sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]))
        return
    load = ", ".join(f"{value:.2f}" for value in os.getloadavg()) if os.name == "posix" else "?"
    print(f"{platform.machine()}, {os.cpu_count()} cores, load {load}")
    print(f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, best of {ROUNDS}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sources = [Path(argument) for argument in sys.argv[1:]]
        sources += [
            write_index(folder / f"{count}.json", make_library(count))
            for count in (() if sources else COUNTS)
        ]
        for source in sources:
            report(source, folder)


if __name__ == "__main__":
    main()
