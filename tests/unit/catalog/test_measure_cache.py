"""Keeping measures: whole records, nothing written by reading, nothing lost by a damaged file."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys

import pytest

from clappper.core.catalog.measuring.measure_cache import (
    MeasureCache,
    Stamp,
    find_cache_path,
    read_records,
)
from clappper.core.catalog.models import AssetMeasure, MeasureRecord
from clappper.core.errors import CatalogError
from clappper.core.issue import Issue
from clappper.core.units import Vec3


def make_record(path="Pack/Box.usd", *, width_m=1.25, size_bytes=10, unusable=None):
    measure = AssetMeasure(
        asset_id="0123456789ab",
        is_measured=True,
        size_m=Vec3(x=width_m, y=0.1, z=1.0 / 3.0),
        origin_m=Vec3(x=0.0, y=-2.0, z=0.5),
        surface_m=0.25,
        up_axis="Y",
        meters_per_unit=0.01,
        front_yaw_deg=0.0,
        default_prim="Box",
        triangle_count=12,
        missing_material_count=2,
        is_animated=True,
    )
    issue = Issue(code="UNITS", severity="warning", message="Größe „?“ 大きさ")
    return MeasureRecord(
        asset_path=path,
        size_bytes=size_bytes,
        mtime_ns=1_700_000_000_123_456_789,
        measure=None if unusable else measure,
        issues=() if unusable else (issue,),
        unusable=unusable,
    )


@pytest.fixture
def path(tmp_path):
    return find_cache_path(tmp_path / "index.db")


def put(path, *records):
    with MeasureCache.open(path) as cache:
        cache.put(records)


def list_names(path):
    return sorted(file.name for file in path.parent.iterdir())


def test_find_cache_path_stands_beside_the_index(tmp_path):
    assert find_cache_path(tmp_path / "index.db") == tmp_path / "index.db.measures"


def test_measure_cache_gives_back_what_was_put(path):
    records = [make_record(), make_record("Pack/机器.usd", unusable="机器.usd is no USD.")]

    put(path, *records)

    assert read_records(path) == {record.asset_path: record for record in records}
    with MeasureCache.open(path) as cache:
        assert cache.get("Pack/Box.usd") == records[0]
        assert cache.get("Pack/Other.usd") is None
        assert cache.read_stamps() == {
            "Pack/Box.usd": Stamp(10, 1_700_000_000_123_456_789, None),
            "Pack/机器.usd": Stamp(10, 1_700_000_000_123_456_789, "机器.usd is no USD."),
        }


def test_measure_cache_same_path_is_replaced(path):
    put(path, make_record(width_m=1.0), make_record("Pack/A.usd"))
    put(path, make_record(width_m=2.0, size_bytes=11))

    records = read_records(path)

    assert list(records) == ["Pack/A.usd", "Pack/Box.usd"]
    assert records["Pack/Box.usd"].measure.size_m.x == 2.0


def test_measure_cache_name_with_bytes_that_are_no_text_is_kept(path):
    put(path, make_record(unusable="\udcff.usd is no USD."))

    assert read_records(path)["Pack/Box.usd"].unusable == "\\udcff.usd is no USD."


def test_read_records_missing_file_is_no_record_and_no_file(path):
    issues = []

    assert read_records(path, issues) == {}

    assert [(issue.code, issue.severity) for issue in issues] == [("UNMEASURED", "info")]
    assert list_names(path) == []


def test_read_records_leaves_every_file_as_it_was(path):
    put(path, make_record())
    before = path.read_bytes()

    read_records(path)

    assert list_names(path) == [path.name]
    assert path.read_bytes() == before


DAMAGES = {
    "empty": lambda content: b"",
    "text": lambda content: b"no database at all",
    "cut": lambda content: content[: len(content) // 2],
    "head": lambda content: b"\xff" * 200 + content[200:],
    "middle": lambda content: content[:4096] + b"\xff" * (len(content) - 4096),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_measure_cache_damaged_file_is_never_fatal(path, damage):
    put(path, *(make_record(f"Pack/{number}.usd") for number in range(50)))
    content = DAMAGES[damage](path.read_bytes())
    path.write_bytes(content)
    issues = []

    assert read_records(path, issues) == {}
    assert [(issue.code, issue.severity) for issue in issues] == [("UNMEASURED", "warning")]
    assert path.read_bytes() == content

    put(path, make_record())
    assert list(read_records(path)) == ["Pack/Box.usd"]
    broken = path.with_name(f"{path.name}.broken")
    assert damage == "empty" or broken.read_bytes() == content


def test_measure_cache_foreign_database_is_set_aside(path):
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE precious (value)")
    connection.close()
    content = path.read_bytes()

    put(path, make_record())

    assert path.with_name(f"{path.name}.broken").read_bytes() == content


def test_measure_cache_of_another_version_is_measured_again(path):
    put(path, make_record())
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 999")
    connection.close()
    issues = []

    assert read_records(path, issues) == {}
    assert "another version" in issues[0].message
    with MeasureCache.open(path) as cache:
        assert cache.read_stamps() == {}


def test_read_records_row_that_is_no_record_is_left_out_and_told(path):
    put(path, make_record(), make_record("Pack/A.usd"))
    with sqlite3.connect(path) as connection:
        connection.execute(
            "UPDATE record SET measure = '{\"size_m\": 1}' WHERE asset_path < 'Pack/B'"
        )
    connection.close()
    issues = []

    assert list(read_records(path, issues)) == ["Pack/Box.usd"]
    assert "1 damaged" in issues[0].message


def test_measure_cache_in_a_folder_that_is_none_says_so(tmp_path):
    with pytest.raises(CatalogError, match="another folder"):
        MeasureCache.open(tmp_path / "nowhere" / "index.db.measures")


HALF_WRITTEN = """
import os, signal, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA cache_size = 2")  # so that pages reach the file before the commit
connection.execute("BEGIN IMMEDIATE")
connection.execute("UPDATE record SET unusable = 'half', issues = '[]', measure = 'null'")
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="kills itself")
def test_read_records_half_written_batch_of_a_killed_writer_does_not_count(path):
    records = [make_record(f"Pack/{number:03}.usd") for number in range(300)]
    put(path, *records)
    subprocess.run([sys.executable, "-c", HALF_WRITTEN, str(path)], check=False, timeout=60)
    journal = path.with_name(f"{path.name}-journal")
    assert journal.is_file()
    before = {file.name: file.read_bytes() for file in path.parent.iterdir()}

    found = read_records(path)

    assert list(found.values()) == records
    assert {file.name: file.read_bytes() for file in path.parent.iterdir()} == before
    with MeasureCache.open(path) as cache:
        assert len(cache.read_stamps()) == 300
        assert cache.get("Pack/007.usd") == records[7]
    assert list_names(path) == [path.name]


def test_read_records_while_another_process_writes(path):
    put(path, make_record())
    with MeasureCache.open(path) as cache:
        cache.put([make_record("Pack/A.usd")])
        assert len(read_records(path)) == 2
