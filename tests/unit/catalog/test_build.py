"""Building an index: nothing for what did not change, nothing lost by what fails, resuming."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from clappper.core.catalog.building import folders
from clappper.core.catalog.building.build import build_index, merge_measures
from clappper.core.catalog.index import generations
from clappper.core.catalog.measuring.measure_cache import MeasureCache, find_cache_path
from clappper.core.catalog.models import AssetMeasure, MeasureRecord
from clappper.core.catalog.store import open_catalog
from clappper.core.errors import CatalogError, CatalogSchemaError, OutputError, UsageError
from clappper.core.units import Vec3
from support.master_index import (
    MIXED_PATHS,
    dump_listing,
    make_entry,
    make_old,
    write_index,
    write_individual,
    write_tree,
)

DESKS = tuple(f"Pack/Desks/Set_{number}/Desk_{number:02}.usd" for number in range(6))


@pytest.fixture
def out(tmp_path):
    (tmp_path / "out").mkdir()
    return tmp_path / "out" / "index.db"


@pytest.fixture
def tree(tmp_path):
    return write_tree(tmp_path / "drive" / "packs", DESKS)


@pytest.fixture
def index_json(tmp_path):
    return write_index(tmp_path / "master_index.json", map(make_entry, MIXED_PATHS))


@pytest.fixture
def listed(monkeypatch):
    """Return the folders that were listed, as they are."""
    names = []
    real = folders.list_folder

    def list_folder(path, suffixes):
        names.append(path.name)
        return real(path, suffixes)

    monkeypatch.setattr(folders, "list_folder", list_folder)
    return names


def list_paths(path):
    with closing(open_catalog(path)) as catalog:
        return {
            hit.asset.asset_path
            for query in ("desk", "chair", "forklift", "sofa")
            for hit in catalog.search(query, limit=100).hits
        }


def list_names(path):
    return sorted(file.name for file in path.parent.iterdir())


def make_record(path, *, size_m=(9.0, 8.0, 7.0), unusable=None):
    measure = AssetMeasure(
        asset_id="x",
        is_measured=True,
        size_m=Vec3(x=size_m[0], y=size_m[1], z=size_m[2]),
        origin_m=Vec3(x=0.0, y=0.0, z=0.0),
        surface_m=None,
        up_axis="Z",
        meters_per_unit=1.0,
        front_yaw_deg=0.0,
        default_prim="Root",
        triangle_count=12,
    )
    return MeasureRecord(
        asset_path=path,
        size_bytes=1,
        mtime_ns=1,
        measure=None if unusable else measure,
        unusable=unusable,
    )


def put_records(out, *records):
    with MeasureCache.open(find_cache_path(out)) as cache:
        cache.put(records)


def test_build_index_unchanged_sources_write_nothing(out, tree, index_json):
    first = build_index([index_json, tree], out)
    before = out.stat()

    second = build_index([index_json, tree], out)

    assert not first.is_up_to_date
    assert second.is_up_to_date
    assert (out.stat().st_ino, out.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert second._replace(is_up_to_date=False, sources=()) == first._replace(sources=())
    assert list_names(out) == ["index.db"]


def test_build_index_touched_file_of_the_same_content_is_unchanged(out, index_json):
    build_index([index_json], out)
    make_old(index_json)

    assert build_index([index_json], out).is_up_to_date


def test_build_index_forced_writes_again(out, index_json):
    first = build_index([index_json], out)

    second = build_index([index_json], out, force=True)

    assert not second.is_up_to_date
    assert second.revision == first.revision


@pytest.mark.parametrize("change", ["content", "sources", "bucket", "measures", "index"])
def test_build_index_anything_that_changed_is_seen(out, tmp_path, index_json, change):
    listing = tmp_path / "list.txt"
    listing.write_bytes(dump_listing(DESKS).encode("utf-16"))
    sources = [index_json, listing]
    build_index(sources, out)
    if change == "content":
        write_index(index_json, map(make_entry, MIXED_PATHS[1:]))
    elif change == "sources":
        sources.pop()
    elif change == "measures":
        put_records(out, make_record(DESKS[0]))
    elif change == "index":
        content = bytearray(out.read_bytes())
        content[4096:] = b"\x00" * (len(content) - 4096)
        out.write_bytes(content)

    report = build_index(sources, out, bucket="b" if change == "bucket" else None)

    assert not report.is_up_to_date
    assert open_catalog(out).revision == report.revision


def test_build_index_new_file_costs_its_folder_only(out, tree, listed):
    build_index([tree], out)
    write_tree(tree, [*DESKS, "Pack/Desks/Set_3/Sofa_01.usd"])
    os.utime(tree / "Pack" / "Desks" / "Set_3", (1_700_000_500, 1_700_000_500))
    listed.clear()

    report = build_index([tree], out)

    assert listed == ["Set_3"]
    assert report.asset_count == len(DESKS) + 1
    assert "Pack/Desks/Set_3/Sofa_01.usd" in list_paths(out)


def test_build_index_folder_on_a_network_drive_is_listed_each_time(out, tree, listed, monkeypatch):
    monkeypatch.setattr(
        "clappper.core.catalog.building.sources.find_network_filesystem", lambda path: "fuse.rclone"
    )
    build_index([tree], out)
    listed.clear()

    report = build_index([tree], out)

    assert set(listed) >= {"Set_0", "Set_5"}
    assert report.is_up_to_date
    write_tree(tree, ["Pack/Desks/Set_3/Sofa_01.usd"])  # the folders' times stay as they were
    assert "Pack/Desks/Set_3/Sofa_01.usd" in list_paths(build_index([tree], out).path)


def test_build_index_removed_file_is_not_in_the_next_index(out, tree):
    build_index([tree], out)
    (tree / DESKS[0]).unlink()
    make_old(tree)
    folder = (tree / DESKS[0]).parent
    folder.rmdir()

    assert build_index([tree], out).asset_count == len(DESKS) - 1


def test_build_index_unchanged_individual_files_are_not_read_again(out, tmp_path, monkeypatch):
    root = write_individual(tmp_path / "individual", map(make_entry, DESKS))
    build_index([root], out)
    changed = root / "Pack" / "Desk_02.json"
    changed.write_bytes(json.dumps(make_entry("Pack/Sofa_01.usd", name="Sofa_0001")).encode())
    make_old(root)
    read = []
    real = folders.read_item
    monkeypatch.setattr(folders, "read_item", lambda path: (read.append(path.name), real(path))[1])

    report = build_index([root], out)

    assert read == ["Desk_02.json"]
    assert report.asset_count == len(DESKS)
    assert "Pack/Sofa_01.usd" in list_paths(out)


@pytest.mark.parametrize("is_gone", [True, False], ids=["missing", "cut off"])
def test_build_index_failed_source_keeps_what_it_gave(out, tmp_path, index_json, is_gone):
    other = write_index(tmp_path / "other.json", map(make_entry, DESKS))
    before = build_index([index_json, other], out)
    if is_gone:
        other.unlink()
    else:
        other.write_bytes(other.read_bytes()[:-10])
    write_index(index_json, map(make_entry, (*MIXED_PATHS, "Pack/Sofa_01.usd")))

    report = build_index([index_json, other], out)

    assert report.failed_sources == (str(other),)
    assert [(issue.code, issue.severity) for issue in report.issues] == [
        ("CATALOG_SOURCE", "error")
    ]
    assert str(other) in report.issues[0].message
    assert report.asset_count == before.asset_count + 1
    assert list_paths(out) >= {*DESKS, "Pack/Sofa_01.usd"}


def test_build_index_failed_source_alone_changes_nothing(out, tmp_path, index_json):
    other = write_index(tmp_path / "other.json", map(make_entry, DESKS))
    build_index([index_json, other], out)
    before = out.read_bytes()
    other.write_bytes(b"")

    report = build_index([index_json, other], out)

    assert report.failed_sources == (str(other),)
    assert out.read_bytes() == before


def test_build_index_failed_source_that_was_never_read_leaves_the_others(out, index_json, tmp_path):
    report = build_index([tmp_path / "absent.json", index_json], out)

    assert report.failed_sources == (str(tmp_path / "absent.json"),)
    assert report.asset_count == build_index([index_json], out).asset_count


def test_build_index_drive_that_is_gone_keeps_its_objects(out, tree, index_json):
    before = build_index([index_json, tree], out)
    tree.rename(tree.with_name("elsewhere"))
    tree.mkdir()  # the empty place where the drive was mounted

    report = build_index([index_json, tree], out, force=True)

    assert report.failed_sources == (str(tree),)
    assert report.revision == before.revision


def test_build_index_folder_that_cannot_be_read_keeps_its_objects(out, tree, monkeypatch):
    before = build_index([tree], out)
    real = folders.list_folder

    def list_folder(path, suffixes):
        if path.name == "Set_4":
            raise PermissionError(13, "Permission denied", str(path))
        return real(path, suffixes)

    monkeypatch.setattr(folders, "list_folder", list_folder)

    report = build_index([tree], out, force=True)

    assert report.revision == before.revision
    assert report.failed_sources == ()
    assert "Set_4" in report.issues[0].message
    assert "Permission denied" in report.issues[0].message


def test_build_index_no_usable_source_leaves_the_old_index(out, tmp_path, index_json):
    build_index([index_json], out)
    before = out.read_bytes()
    broken = [tmp_path / "a.json", tmp_path / "b.json"]
    broken[0].write_bytes(b"{")

    with pytest.raises(CatalogError, match=r"None of 2 sources.*a\.json.*b\.json"):
        build_index(broken, out)
    with pytest.raises(CatalogSchemaError, match=r"a\.json"):
        build_index(broken[:1], out)
    with pytest.raises(CatalogError, match="No source"):
        build_index([], out)

    assert out.read_bytes() == before
    assert list_names(out) == ["index.db"]


def test_build_index_empty_index_is_valid_and_said(out, tmp_path):
    report = build_index([write_index(tmp_path / "empty.json", [])], out)

    assert (report.asset_count, report.entry_count) == (0, 0)
    assert "holds no assets" in report.issues[0].message
    assert open_catalog(out).search("forklift").hits == ()


def test_build_index_many_broken_entries_are_counted(out, tmp_path):
    entries = [*([None] * 500), make_entry(DESKS[0])]

    report = build_index([write_index(tmp_path / "index.json", entries)], out)

    assert report.dropped == {"broken": 500}
    assert len(report.issues) == 201
    assert report.issues[-1].message == "300 more broken entries were left out."
    assert build_index([tmp_path / "index.json"], out).issues == report.issues


@pytest.mark.parametrize(
    ("content", "error"), [(b"my notes", OutputError), (None, OutputError)], ids=["file", "folder"]
)
def test_build_index_other_things_at_its_place_are_left_alone(out, index_json, content, error):
    out.mkdir() if content is None else out.write_bytes(content)

    with pytest.raises(error):
        build_index([index_json], out)

    assert list_names(out) == ["index.db"]
    assert content is None or out.read_bytes() == content


def test_build_index_damaged_index_is_replaced(out, index_json):
    expected = build_index([index_json], out).revision
    for kept in (0, 50, 3000, 9000):
        out.write_bytes(out.read_bytes()[:kept])

        assert build_index([index_json], out).revision == expected


def test_build_index_database_locked_by_another_is_replaced(out, index_json):
    expected = build_index([index_json], out).revision
    with closing(sqlite3.connect(out, isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")

        report = build_index([index_json], out, force=True)

    assert report.revision == open_catalog(out).revision == expected


def test_build_index_open_index_answers_as_before_until_reopened(out, index_json, tmp_path):
    build_index([index_json], out)
    catalog = open_catalog(out)
    revision, hits = catalog.revision, catalog.search("forklift").hits

    build_index([write_index(tmp_path / "b.json", map(make_entry, DESKS))], out)

    assert (catalog.revision, catalog.search("forklift").hits) == (revision, hits)
    assert open_catalog(out).search("forklift").hits == ()


def test_build_index_where_windows_keeps_the_old_one_open(out, index_json, tmp_path, monkeypatch):
    build_index([index_json], out)
    real = Path.replace

    def replace(self, target):
        if Path(target) == out:
            raise PermissionError(13, "The process cannot access the file", str(target))
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    sources = [write_index(tmp_path / "b.json", map(make_entry, DESKS))]

    report = build_index(sources, out)

    assert report.path.name == "index.db.g1"
    assert open_catalog(out).revision == report.revision
    assert build_index(sources, out).is_up_to_date
    put_records(out, make_record(DESKS[0]))
    assert merge_measures(out) == 1
    monkeypatch.undo()
    assert build_index(sources, out, force=True).path == out
    assert build_index(sources, out).is_up_to_date
    assert list_names(out) == ["index.db", "index.db.measures"]


def test_build_index_on_a_network_drive_is_refused(out, index_json, monkeypatch):
    monkeypatch.setattr(generations, "find_network_filesystem", lambda path: "cifs")

    with pytest.raises(UsageError, match="network drive"):
        build_index([index_json], out)
    assert list_names(out) == []


def test_build_index_second_one_at_once_is_refused(out, index_json):
    with generations.locked(out), pytest.raises(CatalogError, match="Another process"):
        build_index([index_json], out)


def test_build_index_disk_full_leaves_the_old_index(out, index_json, monkeypatch):
    expected = build_index([index_json], out).revision

    def fail(*args):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("clappper.core.catalog.index.rows.write_index", fail)
    with pytest.raises(CatalogError, match="disk is full"):
        build_index([index_json], out, force=True)

    assert open_catalog(out).revision == expected
    assert list_names(out) == ["index.db"]


def test_build_index_killed_walk_goes_on_where_it_was(out, tree, listed, monkeypatch):
    monkeypatch.setattr("clappper.core.catalog.building.partial.COMMIT_S", 0.0)
    real = folders.list_folder

    def list_folder(path, suffixes):
        if path.name == "Set_3":
            raise KeyboardInterrupt
        return real(path, suffixes)

    with monkeypatch.context() as context:
        context.setattr(folders, "list_folder", list_folder)
        with pytest.raises(KeyboardInterrupt):
            build_index([tree], out)
    assert list_names(out) == ["index.db.partial"]
    listed.clear()

    report = build_index([tree], out)

    assert listed == ["Set_3", "Set_4", "Set_5"]
    assert report.asset_count == len(DESKS)
    assert not report.is_up_to_date
    assert build_index([tree], out).is_up_to_date
    assert list_names(out) == ["index.db"]


@pytest.mark.parametrize("is_old", [True, False], ids=["old", "damaged"])
def test_build_index_useless_partial_is_not_used(out, tree, listed, is_old):
    partial = out.with_name("index.db.partial")
    if is_old:
        with closing(sqlite3.connect(partial)) as connection:
            connection.execute("CREATE TABLE ledger_fact (key, value)")
        make_old(partial)
    else:
        partial.write_bytes(b"not a database" * 1000)

    report = build_index([tree], out)

    assert "Set_5" in listed
    assert report.asset_count == len(DESKS)
    assert list_names(out) == ["index.db"]


def test_build_index_reports_progress_up_to_the_end(out, index_json, tree):
    told = {}

    build_index([index_json, tree], out, on_progress=lambda *now: told.setdefault(now[0], now[1:]))
    seen = []
    build_index([index_json, tree], out, force=True, on_progress=lambda *now: seen.append(now))

    assert list(told) == ["Reading master_index.json", "Reading packs", "Reading names", "Writing"]
    assert all(0 <= done <= total for _, done, total in seen)
    assert seen[-1] == ("Writing", 1, 1)


def test_build_index_keeps_what_was_measured(out, index_json):
    put_records(
        out,
        make_record(MIXED_PATHS[0]),
        make_record(MIXED_PATHS[1], unusable="It holds nothing."),
        make_record("Gone/x.usd"),
    )

    report = build_index([index_json], out)

    with closing(open_catalog(out)) as catalog:
        (hit,) = catalog.search("forklift").hits
        packs = {pack.pack: pack for pack in catalog.info().packs}
    assert (hit.asset.asset_path, hit.is_measured) == (MIXED_PATHS[0], True)
    assert (hit.size_m.x, hit.size_m.y, hit.size_m.z) == (9.0, 8.0, 7.0)
    assert report.measured_count == 1
    assert (packs["Warehouse_Assets"].measured, packs["Warehouse_Assets"].unusable) == (1, 1)


def test_merge_measures_gives_the_index_a_build_would_give(out, index_json, tmp_path):
    before = build_index([index_json], out)
    put_records(out, make_record(MIXED_PATHS[0]))

    count = merge_measures(out)

    merged = build_index([index_json], out)
    assert count == 1
    assert merged.is_up_to_date
    assert merged.measured_count == 1
    assert merged.revision != before.revision
    assert build_index([index_json], out, force=True).revision == merged.revision
    assert list_names(out) == ["index.db", "index.db.measures"]


def test_merge_measures_without_an_index_raises_catalog_error(out):
    with pytest.raises(CatalogError, match="There is no index"):
        merge_measures(out)


def test_build_index_damaged_measures_never_stop_it(out, index_json):
    find_cache_path(out).write_bytes(b"garbage" * 1000)

    assert build_index([index_json], out).measured_count == 0
