"""One process at a time changes a run; nothing is left of the lock, whatever ends it."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import sys

import pytest

from clappper.core import file_lock
from clappper.core.errors import OutputError, RunBusyError
from clappper.core.run_folder import RunFolder
from clappper.core.run_lock import locking_run

HOLD = (
    "import sys; from pathlib import Path\n"
    "from clappper.core.run_folder import RunFolder\n"
    "from clappper.core.run_lock import locking_run\n"
    "with locking_run(RunFolder(Path(sys.argv[1]))): print('locked', flush=True); sys.stdin.read()"
)


@pytest.fixture
def folder(tmp_path):
    run = RunFolder(tmp_path / "run")
    run.path.mkdir()
    run.plan.write_text("{}")
    return run


def list_names(path):
    return sorted(p.name for p in path.iterdir())


def test_locking_run_twice_is_refused_with_who_has_it(folder):
    with locking_run(folder):
        with pytest.raises(RunBusyError, match=rf"\(process {os.getpid()}\)"), locking_run(folder):
            pytest.fail("it is taken")
        assert folder.lock.exists()

    with locking_run(folder):
        pass
    assert list_names(folder.path) == ["plan.json"]


def test_locking_run_of_another_process_ends_with_it(folder):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == b"locked"
        with pytest.raises(RunBusyError, match=f"process {process.pid}"), locking_run(folder):
            pytest.fail("it is taken")
        process.kill()

    with locking_run(folder):
        pass
    assert list_names(folder.path) == ["plan.json"]


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_locking_run_that_fails_leaves_nothing(folder, error):
    with pytest.raises(error), locking_run(folder):
        raise error
    assert list_names(folder.path) == ["plan.json"]


def test_locking_run_makes_a_folder_and_takes_it_away_when_it_stays_empty(tmp_path):
    folder = RunFolder(tmp_path / "out" / "run")
    with locking_run(folder):
        assert folder.path.is_dir()
    assert list_names(tmp_path) == []

    with locking_run(folder):
        folder.plan.write_text("{}")
    assert list_names(folder.path) == ["plan.json"]


def test_locking_run_below_a_file_is_a_sentence(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match="--out"), locking_run(RunFolder(tmp_path / "file" / "a")):
        pytest.fail("there is no such place")


def test_locking_run_with_a_name_that_is_far_too_long_is_a_sentence(tmp_path):
    with pytest.raises(OutputError, match="--out"), locking_run(RunFolder(tmp_path / ("x" * 5000))):
        pytest.fail("there is no such place")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "another Clappper: wait"),
        (b"\xff\xfe", "another Clappper: wait"),
        (b"12 elsewhere\n", r"another Clappper \(process 12 on elsewhere\): wait"),
        (b"12 \x1b[31m\n", r"another Clappper \(process 12\): wait"),
        (f"12 {socket.gethostname()}\n".encode(), r"another Clappper \(process 12\): wait"),
    ],
    ids=["empty", "no-text", "other-host", "control", "this-host"],
)
def test_locking_run_tells_the_owner_as_far_as_it_is_known(content, words, folder):
    with locking_run(folder):
        folder.lock.write_bytes(content)
        with pytest.raises(RunBusyError, match=words), locking_run(folder):
            pytest.fail("it is taken")


@pytest.mark.parametrize("content", [b"", b"1 elsewhere\n"])
def test_lock_file_that_was_left_behind_holds_nobody_up(folder, content):
    folder.lock.write_bytes(content)
    with locking_run(folder):
        assert folder.lock.read_bytes().startswith(str(os.getpid()).encode())
    assert list_names(folder.path) == ["plan.json"]


def test_drive_that_knows_no_locks_can_be_written_all_the_same(folder, monkeypatch):
    def refuse(_file):
        raise OSError(errno.ENOTSUP, "not supported")

    monkeypatch.setattr(file_lock, "_lock", refuse)
    with locking_run(folder):
        folder.scene.write_text("")
    assert list_names(folder.path) == ["plan.json", "scene.usda"]
