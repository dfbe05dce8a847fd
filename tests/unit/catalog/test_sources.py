"""Reading sources: each kind told by its content, what cannot be read, unchanged parts."""

from __future__ import annotations

import json
import os
import sys
import threading

import pytest

from clappper.core.catalog.building import folders, sources
from clappper.core.catalog.building.entries import compute_asset_id
from clappper.core.catalog.building.ledger import Ledger
from clappper.core.catalog.building.sources import SourceMemory, read_source
from clappper.core.catalog.index.mounts import find_network_mount
from clappper.core.catalog.ingest import ingest_readings, read_sources
from clappper.core.errors import CatalogError, CatalogSchemaError
from support.master_index import (
    dump_index,
    dump_listing,
    make_entry,
    write_index,
    write_individual,
    write_tree,
)

PATHS = (
    "Pack/Desks/Desk_01.usd",
    "Pack/Chairs/My Chair 02.usdc",
    "Other/Racks/Rack_A/Rack_A01.usdz",
)
MEMORY = SourceMemory(Ledger(None), Ledger(None), lambda *_: None)


def list_paths(source, **kwargs):
    rows = ingest_readings([read_source(source, MEMORY, **kwargs)]).rows
    return {row.asset_path for row in rows}


def write_listing(path, text, encoding="utf-16"):
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-8", "utf-8-sig"])
def test_read_source_listing_gives_usd_files_with_their_sizes(tmp_path, encoding):
    source = write_listing(tmp_path / "list.txt", dump_listing(PATHS, size_bytes=901_775), encoding)

    reading = read_source(source, MEMORY)

    rows = ingest_readings([reading]).rows
    assert reading.kind == "listing"
    assert {row.asset_path for row in rows} == set(PATHS)
    assert {row.file_size_mb for row in rows} == {0.86}
    assert {row.asset_id for row in rows} == set(map(compute_asset_id, PATHS))


def test_read_source_listing_has_keys_for_urls_until_the_bucket_is_named(tmp_path):
    source = write_listing(tmp_path / "list.txt", dump_listing(PATHS[:1]))
    key = f"omniverse_assets/packs/{PATHS[0]}"

    urls = [
        ingest_readings([read_source(source, MEMORY, bucket=bucket)]).rows[0].source_url
        for bucket in (None, "my-bucket")
    ]

    assert urls == [key, f"s3://my-bucket/{key}"]


def test_read_source_listing_other_lines_are_passed_over_or_counted(tmp_path):
    text = dump_listing([*PATHS, "Pack/Desks/Desk_01.png", "Pack/Desks/../x.usd"]) + (
        "2025-11-10 08:00:00          0 omniverse_assets/packs/Pack/\r\n"
        "2025-11-10 08:00:00         10 omniverse_assets/scenes/last.usd\r\n"
        "an error occurred\r\n\r\nTotal Objects: 9\r\n   Total Size: 1.5 MiB\r\n"
    )

    result = ingest_readings([read_source(write_listing(tmp_path / "list.txt", text), MEMORY)])

    assert {row.asset_path for row in result.rows} == set(PATHS)
    assert result.dropped == {"not USD": 1, "outside packs": 1, "broken": 2}
    assert [issue.message.partition(" was")[0] for issue in result.issues] == ["Line 10", "Line 14"]


def test_read_source_listing_line_without_end_is_bounded(tmp_path):
    text = dump_listing(PATHS) + "2025-11-10 08:00:00 1 omniverse_assets/packs/" + "a" * 3_000_000

    result = ingest_readings(
        [read_source(write_listing(tmp_path / "l.txt", text, "utf-8"), MEMORY)]
    )

    assert {row.asset_path for row in result.rows} == set(PATHS)
    assert len(result.issues[0].message) < 300


def test_read_source_folder_finds_usd_files_and_skips_hidden_things(tmp_path):
    hidden = ("Pack/.thumbs/Desk_02.usd", "Pack/Desks/.SubUSDs/leg.usd", "Pack/Desks/SubUSDs/a.usd")
    others = ("Pack/Desks/Desk_01.png", "Pack/readme.json", ".hidden.usd")
    write_tree(tmp_path / "drive" / "packs", (*PATHS, *hidden, *others), content=b"x" * (3 << 18))

    reading = read_source(tmp_path / "drive", MEMORY)

    rows = {row.asset_path: row for row in ingest_readings([reading]).rows}
    assert reading.kind == "folder"
    assert rows.keys() == set(PATHS)
    assert rows[PATHS[0]].pack == "Pack"
    assert rows[PATHS[0]].file_size_mb == 0.75
    assert rows[PATHS[0]].asset_id == compute_asset_id(PATHS[0])
    assert rows[PATHS[0]].source_url == (tmp_path / "drive" / "packs" / PATHS[0]).as_posix()


@pytest.mark.parametrize("root", ["", "packs", "packs/Pack"])
def test_read_source_folder_paths_are_below_packs_wherever_the_root_is(tmp_path, root):
    write_tree(tmp_path / "packs", PATHS[:2])

    assert list_paths(tmp_path / root) == set(PATHS[:2])


def test_read_source_folder_without_packs_has_paths_below_itself(tmp_path):
    write_tree(tmp_path / "mine", ["Desk_01.usd", "Chairs/Chair_01.usd"])

    rows = ingest_readings([read_source(tmp_path / "mine", MEMORY)]).rows

    assert {(row.asset_path, row.pack) for row in rows} == {
        ("Desk_01.usd", "mine"),
        ("Chairs/Chair_01.usd", "Chairs"),
    }


def test_read_source_folder_links_in_a_circle_end(tmp_path):
    write_tree(tmp_path / "packs", PATHS)
    (tmp_path / "packs" / "Pack" / "loop").symlink_to(tmp_path / "packs", target_is_directory=True)
    (tmp_path / "packs" / "Again").symlink_to(tmp_path / "packs" / "Pack", target_is_directory=True)
    (tmp_path / "packs" / "nowhere").symlink_to(tmp_path / "absent")

    assert list_paths(tmp_path / "packs") == set(PATHS)


def test_read_source_folder_with_an_index_is_that_index(tmp_path):
    write_tree(tmp_path / "packs", PATHS)
    write_index(tmp_path / "master_index.json", [make_entry("Pack/Sofa_01.usd")])

    assert list_paths(tmp_path) == {"Pack/Sofa_01.usd"}


def test_read_source_individual_folder_is_read_alone(tmp_path):
    write_individual(
        tmp_path / "individual", [make_entry(path, file_size_mb=2.0) for path in PATHS]
    )
    (tmp_path / "individual" / "Pack" / "broken.json").write_bytes(b'{"s3_path": ')

    reading = read_source(tmp_path / "individual", MEMORY)

    result = ingest_readings([reading])
    assert reading.kind == "individual"
    assert {(row.asset_path, row.file_size_mb) for row in result.rows} == {
        (path, 2.0) for path in PATHS
    }
    assert "Pack/broken.json" in result.issues[0].message


def test_ingest_sources_together_index_first_and_sizes_from_whoever_knows(tmp_path):
    given = [
        write_tree(tmp_path / "packs", (*PATHS, "Pack/New/Shelf_01.usd"), content=b"x" * (1 << 20)),
        write_listing(tmp_path / "list.txt", dump_listing(PATHS[1:], size_bytes=2 << 20)),
        write_index(
            tmp_path / "index.json",
            [
                make_entry(PATHS[0], file_size_mb=None, tags=["fine"]),
                make_entry(PATHS[1], file_size_mb=9.0),
            ],
        ),
    ]

    result = read_sources(given)

    assert {row.asset_path: (row.tags, row.file_size_mb) for row in result.rows} == {
        PATHS[0]: (("fine",), 1.0),
        PATHS[1]: ((), 9.0),
        PATHS[2]: ((), 2.0),
        "Pack/New/Shelf_01.usd": ((), 1.0),
    }
    assert result.dropped == {"in another source": 4}
    assert result.rows == read_sources(given[::-1]).rows


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"SQLite format 3\x00",
        b"<html>",
        b"\x00" * 100,
        b"PK\x03\x04",
        b"\xff\xfe\x00",
    ],
)
def test_read_source_other_files_are_refused_by_name(tmp_path, content):
    (tmp_path / "source.x").write_bytes(content)

    with pytest.raises(CatalogSchemaError, match=r"source\.x cannot be used"):
        read_source(tmp_path / "source.x", MEMORY)


def test_read_source_folder_of_nothing_is_refused(tmp_path):
    write_tree(tmp_path, ["notes.txt", "settings/a.json"], content=b"{}")

    with pytest.raises(CatalogSchemaError, match="neither USD files nor a catalog"):
        read_source(tmp_path, MEMORY)


def test_read_source_huge_file_is_refused_unread(tmp_path, monkeypatch):
    monkeypatch.setattr(sources, "INDEX_SIZE_LIMIT", 100)
    (tmp_path / "index.json").write_bytes(dump_index([make_entry(path) for path in PATHS]))

    with pytest.raises(CatalogError, match="larger than"):
        read_source(tmp_path / "index.json", MEMORY)


class HangingDrive:
    """Stands in for a drive on which some folders never answer."""

    def __init__(self, monkeypatch, *names):
        self._names = names
        self._real = folders.list_folder
        self.end = threading.Event()
        monkeypatch.setattr(folders, "LIST_TIMEOUT_S", 0.2)
        for module in (folders, sources):
            monkeypatch.setattr(module, "list_folder", self)

    def __call__(self, path, suffixes):
        if path.name in self._names:
            self.end.wait(60)
        return self._real(path, suffixes)


def test_read_source_folder_that_does_not_answer_costs_itself_only(tmp_path, monkeypatch):
    write_tree(tmp_path, PATHS)
    drive = HangingDrive(monkeypatch, "Chairs")

    reading = read_source(tmp_path, MEMORY)

    drive.end.set()
    assert {row.asset_path for row in ingest_readings([reading]).rows} == {PATHS[0], PATHS[2]}
    assert "Pack/Chairs" in reading.warnings[0]
    assert "does not answer" in reading.warnings[0]


def test_read_source_drive_that_is_gone_ends_the_reading(tmp_path, monkeypatch):
    write_tree(tmp_path, [f"A{number}/Desk.usd" for number in range(50)])
    drive = HangingDrive(monkeypatch, *(f"A{number}" for number in range(50)))

    with pytest.raises(CatalogError, match="does not answer"):
        read_source(tmp_path, MEMORY)
    drive.end.set()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such pipes")
def test_read_source_file_that_never_answers_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(sources, "LIST_TIMEOUT_S", 0.2)
    os.mkfifo(tmp_path / "index.json")  # opening it waits for a writer

    with pytest.raises(CatalogError, match=r"index\.json: it does not answer"):
        read_source(tmp_path / "index.json", MEMORY)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows names are UTF-16")
def test_read_source_names_that_are_no_text_cost_themselves_only(tmp_path):
    write_tree(tmp_path, PATHS)
    write_tree(tmp_path / "Pack", [os.fsdecode(b"B\xffd/x.usd"), os.fsdecode(b"Ch\xffir.usd")])

    reading = read_source(tmp_path, MEMORY)

    result = ingest_readings([reading])
    assert {row.asset_path for row in result.rows} == set(PATHS)
    assert len(result.issues) == 2
    assert all(issue.message.isascii() for issue in result.issues)


def test_read_source_individual_files_huge_or_of_no_object_are_left_out(tmp_path, monkeypatch):
    monkeypatch.setattr(folders, "ITEM_SIZE_LIMIT", 2000)
    write_individual(tmp_path / "i", [make_entry(path) for path in PATHS])
    write_tree(
        tmp_path / "i" / "x", ["a.json"], content=json.dumps({"s3_path": "a" * 3000}).encode()
    )
    write_tree(tmp_path / "i" / "x", ["b.json"], content=b"null")

    result = ingest_readings([read_source(tmp_path / "i", MEMORY)])

    assert {row.asset_path for row in result.rows} == set(PATHS)
    assert result.dropped == {"broken": 2}


MOUNTS = """\
22 1 0:21 / / rw - overlay overlay rw
30 22 0:40 / /mnt/cloud rw shared:1 - fuse.rclone clappper: rw
31 22 0:41 / /mnt/my\\040share rw - cifs //server/share rw
32 30 0:42 / /mnt/cloud/local rw - ext4 /dev/sdb rw
33 22 0:43 / /home rw - nfs4 server:/home rw
34 22 0:44 / /home rw - ext4 /dev/sdc rw
broken line
"""


@pytest.mark.skipif(sys.platform == "win32", reason="paths of Linux")
@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/mnt/cloud/index.db", "fuse.rclone"),
        ("/mnt/cloud", "fuse.rclone"),
        ("/mnt/my share/a/b", "cifs"),
        ("/mnt/cloudy/index.db", None),
        ("/mnt/cloud/local/index.db", None),
        ("/home/user/index.db", None),
        ("/index.db", None),
    ],
)
def test_find_network_mount_takes_the_innermost_and_last_mount(tmp_path, path, kind):
    assert find_network_mount(type(tmp_path)(path), MOUNTS) == kind
