"""A change replaces a run's results as a whole, and keeps what was before."""

from __future__ import annotations

import pytest

from clappper.core.errors import OutputError
from clappper.core.run_folder import RunFolder
from clappper.core.run_history import (
    redo_change,
    replacing_run,
    restore_interrupted,
    undo_change,
)


@pytest.fixture
def folder(tmp_path):
    run = RunFolder(tmp_path / "run")
    run.prepare()
    for path in (run.plan, run.placements, run.scene, run.certificate, run.movie, run.report):
        path.write_text(f"old {path.name}")
    run.frames.mkdir()
    (run.frames / "0001.png").write_text("old frame")
    (run.path / "assets").mkdir()
    (run.path / "assets" / "box.usd").write_text("box")
    return run


def read_all(folder):
    files = sorted(p for p in folder.path.rglob("*") if p.is_file())
    return {p.relative_to(folder.path).as_posix(): p.read_text() for p in files}


def write_new(folder):
    folder.plan.write_text("new plan")
    folder.scene.write_text("new scene")
    (folder.path / "assets" / "cone.usd").write_text("cone")


def test_replacing_run_keeps_what_was_before(folder):
    before = read_all(folder)
    with replacing_run(folder):
        assert not folder.plan.exists()
        write_new(folder)
    after = read_all(folder)
    assert after["plan.json"] == "new plan"
    assert not folder.movie.exists(), "a film of the scene before is no film of this one"
    kept = {k.removeprefix("history/0001/"): v for k, v in after.items() if "history" in k}
    assert kept == {k: v for k, v in before.items() if not k.startswith("assets")}


def test_replacing_run_numbers_changes(folder):
    for number in range(3):
        with replacing_run(folder):
            folder.plan.write_text(f"plan {number}")
    names = sorted(p.name for p in folder.history.iterdir())
    assert names == ["0001", "0002", "0003"]
    assert (folder.history / "0003" / "plan.json").read_text() == "plan 1"


def test_replacing_run_numbers_changes_after_a_folder_of_another_width(folder):
    (folder.history / "10").mkdir(parents=True)
    with replacing_run(folder):
        folder.plan.write_text("new plan")
    assert sorted(p.name for p in folder.history.iterdir()) == ["0011", "10"]
    assert not any(folder.history.rglob(".complete"))


def test_replacing_run_with_a_full_history_says_so(folder):
    (folder.history / "9999").mkdir(parents=True)
    before = read_all(folder)
    with pytest.raises(OutputError, match="is full"), replacing_run(folder):
        write_new(folder)
    assert read_all(folder) == before


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_replacing_run_failure_leaves_every_byte_as_it_was(folder, error):
    before = read_all(folder)

    def change():
        with replacing_run(folder):
            write_new(folder)
            raise error

    with pytest.raises(error):
        change()
    assert read_all(folder) == before
    assert not folder.history.exists()


def test_restore_interrupted_brings_back_a_run_that_was_cut_off(folder):
    before = read_all(folder)
    change = replacing_run(folder)
    change.__enter__()
    write_new(folder)
    # The process ends here: nothing is tidied up.
    restore_interrupted(folder)
    after = read_all(folder)
    assert after.pop("assets/cone.usd") == "cone"
    assert after == before


def test_restore_interrupted_loses_nothing_when_cut_off_while_putting_aside(folder):
    before = read_all(folder)
    pending = folder.history / "pending"
    pending.mkdir(parents=True)
    folder.plan.rename(pending / folder.plan.name)
    restore_interrupted(folder)
    assert read_all(folder) == before


def test_restore_interrupted_without_interruption_changes_nothing(folder):
    before = read_all(folder)
    restore_interrupted(folder)
    assert read_all(folder) == before


def test_replacing_run_where_history_cannot_be_made_says_so(folder):
    folder.history.write_text("a file")
    before = read_all(folder)
    with pytest.raises(OutputError, match="Close what has its files open"), replacing_run(folder):
        pytest.fail("nothing may be written")
    assert read_all(folder) == before


def test_prepare_clears_the_history_of_an_earlier_run(folder):
    with replacing_run(folder):
        folder.plan.write_text("new plan")
    folder.prepare()
    assert not folder.history.exists()


def change(folder, name):
    with replacing_run(folder):
        folder.plan.write_text(f"plan {name}")
        folder.frames.mkdir()
        (folder.frames / "0001.png").write_text(f"frame {name}")


def read_results(folder):
    return {k: v for k, v in read_all(folder).items() if not k.startswith("history/")}


def test_undo_and_redo_go_through_every_state_and_back(folder):
    states = [read_results(folder)]
    for name in ("a", "b", "c"):
        change(folder, name)
        states.append(read_results(folder))
    for state in reversed(states[:-1]):
        assert undo_change(folder)
        assert read_results(folder) == state
    assert not undo_change(folder)
    for state in states[1:]:
        assert redo_change(folder)
        assert read_results(folder) == state
    assert not redo_change(folder)
    assert sorted(p.name for p in folder.history.iterdir()) == ["0001", "0002", "0003"]


def test_redo_after_a_new_change_is_over(folder):
    change(folder, "a")
    undo_change(folder)
    change(folder, "b")
    after = read_all(folder)

    assert not redo_change(folder)
    assert read_all(folder) == after
    assert undo_change(folder)
    assert folder.plan.read_text() == "old plan.json"


def test_undo_that_fails_leaves_every_byte_as_it_was(folder):
    change(folder, "a")
    before = read_all(folder)
    (folder.history / "undone").write_text("a file in the way")
    with pytest.raises(OutputError, match="Close what has its files open"):
        undo_change(folder)
    (folder.history / "undone").unlink()
    assert read_all(folder) == before


def test_undo_that_was_cut_off_at_its_end_is_not_done_twice(folder):
    states = [read_results(folder)]
    for name in ("a", "b"):
        change(folder, name)
        states.append(read_results(folder))
    kept = {p.name: p.read_bytes() for p in (folder.history / "0002").iterdir() if p.is_file()}
    undo_change(folder)
    # What the last step of the undo took away is still there.
    (folder.history / "0002").mkdir()
    for name, content in kept.items():
        (folder.history / "0002" / name).write_bytes(content)

    assert undo_change(folder)
    assert read_results(folder) == states[0]
    assert redo_change(folder)
    assert redo_change(folder)
    assert read_results(folder) == states[2]


def test_replacing_run_failure_leaves_no_empty_folder(folder):
    def fail():
        with replacing_run(folder):
            (folder.path / "assets" / "pack" / "props").mkdir(parents=True)
            (folder.path / "assets" / "pack" / "props" / "cone.usd").write_text("cone")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert [p.name for p in (folder.path / "assets").iterdir()] == ["box.usd"]
