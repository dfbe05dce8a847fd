"""Opening files before they are needed: all of what they are composed of, within a deadline."""

from __future__ import annotations

import threading
import time

import pytest
from pxr import Sdf, Usd, UsdGeom

from clappper.core.stage import prefetch
from clappper.core.stage.prefetch import open_layers


def write_layer(path, *, references=(), sublayers=(), payloads=()):
    path.parent.mkdir(parents=True, exist_ok=True)
    stage = Usd.Stage.CreateInMemory()
    root = UsdGeom.Xform.Define(stage, "/Root").GetPrim()
    stage.SetDefaultPrim(root)
    stage.GetRootLayer().subLayerPaths = list(sublayers)
    for target in references:
        root.GetReferences().AddReference(target, "/Root")
    for target in payloads:
        root.GetPayloads().AddPayload(target, "/Root")
    layer = Sdf.Layer.CreateAnonymous("written.usda")
    layer.TransferContent(stage.GetRootLayer())
    layer.Export(str(path))
    return path


@pytest.fixture
def hanging(monkeypatch):
    """Files whose name starts with ``slow`` do not answer until the test ends."""
    release, real = threading.Event(), prefetch._open

    def open_slowly(identifier):
        if "/slow" in identifier:
            release.wait(30)
        return real(identifier)

    monkeypatch.setattr(prefetch, "_open", open_slowly)
    yield release
    release.set()


def test_open_layers_opens_references_payloads_and_sublayers_of_each_file(tmp_path):
    write_layer(tmp_path / "d/deep.usda")
    write_layer(tmp_path / "d/part.usda", references=["./deep.usda"])
    write_layer(tmp_path / "load.usda")
    write_layer(tmp_path / "sub.usda")
    one = write_layer(
        tmp_path / "one.usda",
        references=["./d/part.usda"],
        payloads=["./load.usda"],
        sublayers=["./sub.usda"],
    )
    reports = []

    done = open_layers([one], deadline_s=20, on_progress=lambda *count: reports.append(count))

    names = {layer.GetDisplayName() for layer in done.layers}
    assert names == {"one.usda", "part.usda", "deep.usda", "load.usda", "sub.usda"}
    assert (done.failed, done.unanswered) == ((), ())
    assert reports[-1] == (5, 5)
    assert [r[0] for r in reports] == sorted({r[0] for r in reports})
    assert all(Sdf.Layer.Find(str(path)) for path in tmp_path.rglob("*.usda"))


def test_open_layers_files_that_refer_to_each_other_end(tmp_path):
    write_layer(tmp_path / "a.usda", references=["./b.usda"])
    write_layer(tmp_path / "b.usda", references=["./a.usda"])
    done = open_layers([tmp_path / "a.usda", tmp_path / "a.usda"], deadline_s=20)
    assert sorted(layer.GetDisplayName() for layer in done.layers) == ["a.usda", "b.usda"]


def test_open_layers_missing_and_broken_files_are_named(tmp_path):
    (tmp_path / "broken.usda").write_text("#usda 1.0\ndef {{{")
    whole = write_layer(tmp_path / "whole.usda", references=["./gone.usda", "./broken.usda"])

    done = open_layers([whole], deadline_s=20)

    assert [layer.GetDisplayName() for layer in done.layers] == ["whole.usda"]
    assert sorted(name.rpartition("/")[2] for name in done.failed) == ["broken.usda", "gone.usda"]


def test_open_layers_nothing_to_open_is_done_at_once():
    done = open_layers([], deadline_s=20)
    assert (done.layers, done.failed, done.unanswered) == ((), (), ())


def test_open_layers_drive_that_hangs_costs_its_file_only_and_the_deadline(tmp_path, hanging):
    slow = write_layer(tmp_path / "slow.usda")
    quick = [write_layer(tmp_path / f"quick_{n}.usda") for n in range(20)]
    start = time.monotonic()

    done = open_layers([slow, *quick], deadline_s=1.0)

    assert 0.9 < time.monotonic() - start < 5.0
    assert done.unanswered == (slow.as_posix(),)
    assert len(done.layers) == 20


def test_open_layers_more_hanging_files_than_threads_still_ends(tmp_path, hanging):
    slow = [write_layer(tmp_path / f"slow_{n}.usda") for n in range(12)]
    done = open_layers(slow, deadline_s=0.5)
    assert sorted(done.unanswered) == sorted(path.as_posix() for path in slow)


def test_open_layers_stop_is_heard_at_once(tmp_path, hanging):
    slow = write_layer(tmp_path / "slow.usda")
    stop = threading.Event()
    threading.Timer(0.2, stop.set).start()
    start = time.monotonic()

    done = open_layers([slow], deadline_s=60, stop=stop)

    assert time.monotonic() - start < 5.0
    assert done.unanswered == (slow.as_posix(),)


def test_open_layers_leaves_no_thread_behind_when_all_answered(tmp_path):
    paths = [write_layer(tmp_path / f"{n}.usda") for n in range(10)]
    open_layers(paths, deadline_s=20)
    end = time.monotonic() + 5
    while time.monotonic() < end:
        if not any(t.name == "clappper-prefetch" for t in threading.enumerate()):
            return
        time.sleep(0.01)
    pytest.fail("a thread waits for ever")
