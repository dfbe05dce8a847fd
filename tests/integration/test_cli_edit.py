"""``clappper edit`` and ``clappper script`` as their users meet them."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from pxr import Usd

from support.command_line import assert_refused, run

PROMPT = "An office with 4 desks, 4 chairs and 2 plants"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    done = run("make", PROMPT, "--no-render", "--json", "--out", "run", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder


def read_placements(folder):
    layout = json.loads((folder / "placements.json").read_text(encoding="utf-8"))
    return {p["id"]: p for p in layout["placements"]}


def test_make_leaves_a_plan_view_and_a_script_beside_the_scene(made):
    names = {path.name for path in (made / "run").iterdir()}

    assert names >= {"plan_view.svg", "plan_view.png", "scene_script.py"}
    assert str(made) not in (made / "run" / "scene_script.py").read_text(encoding="utf-8")


def test_edit_into_another_folder_leaves_the_run_and_what_is_not_named(made):
    before = (made / "run" / "placements.json").read_bytes()
    done = run(
        "edit", "run", "remove one plant and add a whiteboard", "--no-render", "--json",
        "--out", "edited", cwd=made,
    )  # fmt: skip
    result = json.loads(done.stdout)
    old, new = read_placements(made / "run"), read_placements(made / "edited")

    assert done.returncode == 0, done.stderr
    assert (made / "run" / "placements.json").read_bytes() == before
    assert {c["noun"]: c["placed"] for c in result["counts"]} == {
        "desk": 4, "chair": 4, "potted plant": 1, "whiteboard": 1,
    }  # fmt: skip
    same = [id_ for id_, placement in old.items() if new.get(id_) == placement]
    assert len(same) == len(old) - 1
    assert "plant" in result["said"]


def test_edit_in_place_keeps_what_was_there_before(made):
    for sentence in ("remove one chair", "make it night"):
        done = run("edit", "run", sentence, "--no-render", cwd=made)
        assert done.returncode == 0, done.stderr

    assert len(list((made / "run" / "history").iterdir())) == 2
    assert sum(i.startswith("chair") or "chair" in i for i in read_placements(made / "run")) == 3


def test_script_builds_the_scene_in_a_plain_interpreter(made, tmp_path):
    done = run("script", "run", "--out", tmp_path / "scene.py", cwd=made)
    assert done.returncode == 0, done.stderr
    built = subprocess.run(
        [sys.executable, str(tmp_path / "scene.py"), str(tmp_path / "built.usda")],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert built.returncode == 0, built.stderr
    stage = Usd.Stage.Open(str(tmp_path / "built.usda"))
    assert stage.GetPrimAtPath("/World/Items/desk/desk_01").GetTypeName() == "Xform"
    assert run("script", "run", cwd=made).stdout == (tmp_path / "scene.py").read_text()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("edit", "run", "sing a song"), 1, ["remove two chairs"]),
        (("edit", "run", ""), 2, ["remove two chairs"]),
        (("edit", "run", "remove the sofa"), 1, ["sofa"]),
        (("edit", "gone", "remove a chair"), 2, ["gone"]),
        (("script", "gone"), 2, ["gone"]),
        (("script", "run", "--out", "run"), 1, ["run"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_bad_input_is_told_and_changes_nothing(arguments, code, words, made):
    before = {p: p.read_bytes() for p in (made / "run").iterdir() if p.is_file()}
    done = run(*arguments, cwd=made)

    assert_refused(done, code, *words)
    assert {p: p.read_bytes() for p in (made / "run").iterdir() if p.is_file()} == before
