"""Switching an index to its next state: in place, beside it, interrupted, in the wrong place."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from clappper.core.catalog.index import generations
from clappper.core.catalog.index.generations import (
    check_place,
    is_index,
    locked,
    publish,
    resolve_generation,
    sweep,
    temporary_path,
)
from clappper.core.catalog.index.writing import APPLICATION_ID
from clappper.core.errors import CatalogError, OutputError, UsageError


def make_index(path, value=0):
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"CREATE TABLE value_{value} (x)")
        connection.commit()
    return path


def read_value(path):
    with closing(sqlite3.connect(resolve_generation(path))) as connection:
        return int(connection.execute("SELECT name FROM sqlite_master").fetchone()[0][6:])


@pytest.fixture
def index(tmp_path):
    return make_index(tmp_path / "index.db", 1)


@pytest.fixture
def in_use(index, monkeypatch):
    """Make the index file one that is open elsewhere on Windows."""
    real = Path.replace

    def replace(self, target):
        if Path(target) == index:
            raise PermissionError(13, "The process cannot access the file", str(target))
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    return index


def publish_value(index, value):
    return publish(make_index(temporary_path(index), value), index)


def list_names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_publish_takes_the_place_of_the_index(index):
    assert publish_value(index, 2) == index
    assert read_value(index) == 2
    assert list_names(index.parent) == ["index.db"]


def test_publish_beside_an_index_in_use_switches_the_pointer(in_use):
    before = in_use.read_bytes()

    first, second = publish_value(in_use, 2), publish_value(in_use, 3)

    assert (first.name, second.name) == ("index.db.g1", "index.db.g2")
    assert read_value(in_use) == 3
    assert in_use.read_bytes() == before


def test_sweep_removes_generations_nobody_uses(in_use):
    publish_value(in_use, 2)
    publish_value(in_use, 3)
    (in_use.parent / ".index.db-x1y2.current").write_bytes(b"")  # a pointer half written

    sweep(in_use)

    assert list_names(in_use.parent) == ["index.db", "index.db.current", "index.db.g2"]
    assert read_value(in_use) == 3


def test_publish_in_place_again_ends_the_pointer(in_use, monkeypatch):
    publish_value(in_use, 2)
    monkeypatch.undo()

    assert publish_value(in_use, 3) == in_use
    sweep(in_use)

    assert read_value(in_use) == 3
    assert list_names(in_use.parent) == ["index.db"]


def test_sweep_leaves_what_is_open_elsewhere(in_use, monkeypatch):
    publish_value(in_use, 2)
    publish_value(in_use, 3)

    def unlink(self, missing_ok=False):
        raise PermissionError(13, "The process cannot access the file", str(self))

    monkeypatch.setattr(Path, "unlink", unlink)
    sweep(in_use)

    assert read_value(in_use) == 3


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"file": 5}',
        b'{"file": "index.db.g9", "size_bytes": 8192}',
        b'{"file": "../index.db.g1", "size_bytes": 8192}',
        b'{"file": "other.db", "size_bytes": 8192}',
        b'{"file": "index.db.g1", "size_bytes": 1}',
        b"\xff\xfe",
    ],
)
def test_resolve_generation_broken_pointer_gives_the_newest_whole_one(in_use, content):
    publish_value(in_use, 2)
    publish_value(in_use, 3)
    make_index(in_use.parent / "other.db", 9)
    (in_use.parent / "index.db.g3").write_bytes(b"not whole")
    (in_use.parent / "index.db.current").write_bytes(content)

    assert resolve_generation(in_use).name == "index.db.g2"


def test_resolve_generation_without_any_whole_one_is_the_index_itself(in_use):
    publish_value(in_use, 2).write_bytes(b"")

    assert resolve_generation(in_use) == in_use


def test_resolve_generation_pointer_is_found_without_the_index_itself(in_use):
    publish_value(in_use, 2)
    in_use.unlink()

    assert read_value(in_use) == 2


def test_publish_into_a_closed_folder_raises_output_error(index, monkeypatch):
    def refuse(self, target):
        raise PermissionError(13, "Permission denied", str(target))

    monkeypatch.setattr(Path, "replace", refuse)

    with pytest.raises(OutputError, match="Permission denied"):
        publish_value(index, 2)
    assert read_value(index) == 1


@pytest.mark.parametrize(
    "content",
    [b"my notes", b"{}", b"SQLite format 3\x00" + b"\x01" * 200],
    ids=["text", "json", "db"],
)
def test_check_place_other_files_are_not_overwritten(tmp_path, content):
    (tmp_path / "notes").write_bytes(content)

    with pytest.raises(OutputError, match="no Clappper index"):
        check_place(tmp_path / "notes")


def test_check_place_folder_is_refused(tmp_path):
    with pytest.raises(OutputError, match="is a folder"):
        check_place(tmp_path)


@pytest.mark.parametrize("kept", [0, 20, 99, 100, 5000])
def test_check_place_index_cut_off_may_be_replaced(index, kept):
    index.write_bytes(index.read_bytes()[:kept])

    check_place(index)


def test_check_place_network_drive_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(generations, "find_network_filesystem", lambda path: "fuse.rclone")

    with pytest.raises(UsageError, match=r"network drive \(fuse\.rclone\)"):
        check_place(tmp_path / "index.db")


def test_is_index_tells_by_content(index, tmp_path):
    assert is_index(index)
    assert not is_index(tmp_path)
    assert not is_index(tmp_path / "absent")


def test_locked_twice_is_refused_and_leaves_no_file(index):
    with locked(index):
        with pytest.raises(CatalogError, match="Another process"), locked(index):
            pass
        assert (index.parent / "index.db.lock").exists()

    with locked(index):
        pass
    assert list_names(index.parent) == ["index.db"]


def test_locked_process_that_was_killed_frees_it(index):
    script = (
        "import sys, time; from pathlib import Path; "
        "from clappper.core.catalog.index.generations import locked\n"
        "with locked(Path(sys.argv[1])): print('locked', flush=True); time.sleep(60)"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, "-c", script, str(index)], stdout=subprocess.PIPE, env=environment
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == b"locked"
        with pytest.raises(CatalogError, match="Another process"), locked(index):
            pass
        process.kill()

    with locked(index):
        pass
    assert list_names(index.parent) == ["index.db"]


def test_pointer_names_file_and_size(in_use):
    generation = publish_value(in_use, 2)

    assert json.loads((in_use.parent / "index.db.current").read_bytes()) == {
        "schema_version": 1,
        "file": "index.db.g1",
        "size_bytes": generation.stat().st_size,
    }
