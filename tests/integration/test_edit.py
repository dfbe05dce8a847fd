"""Editing runs: what is not named keeps its place, in the layout and on the authored stage."""

from __future__ import annotations

import json
import shutil

import pytest
from pxr import UsdGeom

from clappper.core import editing
from clappper.core.editing import EditRequest, edit_run
from clappper.core.errors import OutputError, PlanRejectedError, UsageError
from clappper.core.make_request import MakeRequest
from clappper.core.pipeline import make
from clappper.core.run_documents import load_run
from clappper.core.run_folder import RunFolder
from clappper.core.stage.target import open_stage

WAREHOUSE = (
    "A warehouse with 3 forklifts, 8 industrial shelving units, 10 pallets, 6 boxes, 2 workers "
    "and a warehouse door."
)
OFFICE = "An office with 5 desks, 5 chairs, a meeting table, 2 plants, a cabinet and 5 monitors."

#: Sentence, nouns it names or takes along, and the counts after it.
IN_WAREHOUSE = [
    ("remove one forklift", {"forklift"}, {"forklift": 2}),
    ("two more pallets", {"pallet"}, {"pallet": 12}),
    ("move the leftmost forklift 1 m to the right", {"forklift"}, {"forklift": 2}),
    ("rotate forklift 1 by 90 degrees", {"forklift"}, {"forklift": 2}),
    ("make it night", set(), {"person": 2}),
    ("replace the boxes with drums", {"cardboard box", "drum"}, {"drum": 6}),
    ("only 7 pallets", {"pallet"}, {"pallet": 7}),
    ("add a traffic cone and remove two drums", {"traffic cone", "drum"}, {"drum": 4}),
    ("put one worker behind the forklifts", {"person"}, {"person": 2}),
    ("swap the forklifts", {"forklift"}, {"forklift": 2}),
    ("camera from above", set(), {"traffic cone": 1}),
    ("make the room bigger", {"roll-up door"}, {"roll-up door": 1}),
    ("remove the door", {"roll-up door"}, {"pallet": 7}),
    ("eye level", set(), {"pallet": 7}),
    ("turn the people to the camera", {"person"}, {"person": 2}),
]
IN_OFFICE = [
    ("remove one monitor", {"monitor"}, {"monitor": 4}),
    ("remove the leftmost desk", {"desk", "chair", "monitor"}, {"desk": 4, "chair": 5}),
    ("remove one chair", {"chair"}, {"chair": 4}),
    ("move the table a bit to the left", {"meeting table"}, {"meeting table": 1}),
    ("add 4 chairs around the table", {"chair"}, {"chair": 8}),
    ("rotate the table 180 degrees", {"meeting table", "chair"}, {"chair": 8}),
    ("replace the cabinet with a potted plant", {"cabinet", "potted plant"}, {"potted plant": 3}),
    ("one more plant", {"potted plant"}, {"potted plant": 4}),
    ("wider room", {"potted plant"}, {"desk": 4}),
    ("golden hour light", set(), {"desk": 4}),
    ("remove the plants", {"potted plant"}, {"desk": 4}),
    ("close-up of the meeting table", set(), {"meeting table": 1}),
    (
        "add a plant next to the leftmost desk",
        {"desk", "chair", "monitor", "potted plant"},
        {"potted plant": 1, "desk": 4, "monitor": 3},
    ),
    (
        "move the plant next to the rightmost desk",
        {"desk", "chair", "monitor", "potted plant"},
        {"potted plant": 1, "desk": 4},
    ),
]


def edit(folder, sentence, **more):
    request = EditRequest(sentence, **{"is_filming": False, "validate": False, **more})
    return edit_run(request, folder, lambda _: None, out=None)


def read_placements(folder):
    return {p["id"]: p for p in json.loads(folder.placements.read_text())["placements"]}


def read_transforms(folder):
    """Return world matrices of all instances on the written stage by their names."""
    stage = open_stage(folder.scene)
    cache = UsdGeom.XformCache()
    return {
        prim.GetName(): cache.GetLocalToWorldTransform(prim)
        for prim in stage.Traverse()
        if prim.GetCustomDataByKey("clappper:assetId") is not None
    }


def read_all(folder):
    files = sorted(p for p in folder.path.rglob("*") if p.is_file())
    return {p.relative_to(folder.path).as_posix(): p.read_bytes() for p in files}


@pytest.fixture(scope="module", params=["warehouse", "office"])
def made(request, tmp_path_factory):
    prompt = {"warehouse": WAREHOUSE, "office": OFFICE}[request.param]
    folder = RunFolder(tmp_path_factory.mktemp("edit") / request.param)
    make(MakeRequest(prompt, is_filming=False), folder, lambda _: None)
    return request.param, folder


@pytest.fixture
def run(made, tmp_path):
    _, folder = made
    shutil.copytree(folder.path, tmp_path / "run")
    return RunFolder(tmp_path / "run")


def test_edit_run_a_dozen_edits_in_a_row_leave_the_rest_in_place(made, tmp_path):
    name, original = made
    shutil.copytree(original.path, tmp_path / "run")
    folder = RunFolder(tmp_path / "run")
    for sentence, named, counts in {"warehouse": IN_WAREHOUSE, "office": IN_OFFICE}[name]:
        nouns = {item.id: item.noun for item in load_run(folder).plan.items}
        before, transforms = read_placements(folder), read_transforms(folder)
        result = edit(folder, sentence)
        nouns |= {item.id: item.noun for item in load_run(folder).plan.items}
        after, now = read_placements(folder), read_transforms(folder)
        assert set(now) == set(after), sentence
        for id_ in {*before, *after}:
            if before.get(id_) != after.get(id_):
                item = (after.get(id_) or before[id_])["item"]
                assert nouns[item] in named, (sentence, id_)
            else:
                assert now[id_] == transforms[id_], (sentence, id_)
        errors = [i for i in result.certificate.issues if i.severity == "error"]
        assert result.certificate.ok, (sentence, errors)
        placed = {c.noun: (c.asked, c.placed) for c in result.certificate.counts}
        assert {n: placed[n] for n in counts} == {n: (c, c) for n, c in counts.items()}, sentence
        assert result.said
        assert result.said == json.loads(folder.report.read_text())["edits"][-1]["said"]


def test_edit_run_keeps_the_run_before_in_its_history(run):
    before = read_all(run)
    edit(run, "make it night")
    after = read_all(run)
    for name in ("plan.json", "placements.json", "scene.usda", "certificate.json", "run.json"):
        assert after[f"history/0001/{name}"] == before[name]
    assert json.loads(after["plan.json"])["lighting"]["mood"] == "night"


def test_edit_run_same_edit_gives_the_same_bytes(run, tmp_path):
    shutil.copytree(run.path, tmp_path / "again")
    again = RunFolder(tmp_path / "again")
    for folder in (run, again):
        edit(folder, "add 3 traffic cones and make the room bigger")
    for name in ("plan.json", "placements.json", "scene.usda"):
        assert (run.path / name).read_bytes() == (again.path / name).read_bytes()


def test_edit_run_to_another_folder_leaves_the_run_alone(run, tmp_path):
    before = read_all(run)
    out = RunFolder(tmp_path / "out")
    request = EditRequest("make it night", is_filming=False, validate=False)
    result = edit_run(request, run, lambda _: None, out=out)
    assert read_all(run) == before
    assert result.folder == out
    assert result.certificate.ok
    assert read_placements(out) == read_placements(run)
    assert not out.history.exists()


@pytest.mark.parametrize(
    "sentence", ["remove the sofas", "undo", "remove one plant and add a unicorn", "blah"]
)
def test_edit_run_refused_edit_leaves_every_byte_as_it_was(run, sentence):
    before = read_all(run)
    with pytest.raises(PlanRejectedError):
        edit(run, sentence)
    assert read_all(run) == before


def test_edit_run_failure_while_writing_leaves_every_byte_as_it_was(run, monkeypatch):
    before = read_all(run)
    real = editing.author_run

    def fail(*args, **kwargs):
        real(*args, **kwargs)
        raise OutputError("The disk is full.")

    monkeypatch.setattr(editing, "author_run", fail)
    with pytest.raises(OutputError, match="full"):
        edit(run, "add a traffic cone")
    assert read_all(run) == before


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("plan.json", None, "no run folder"),
        ("plan.json", "{", "not valid JSON"),
        ("plan.json", "[" * 100_000, "not valid JSON"),
        ("plan.json", '{"schema_version": 1}', "not sound"),
        ("placements.json", None, "Cannot read"),
        ("placements.json", "null", "not sound"),
        ("placements.json", b"\xff\xfe\x00", "not valid JSON"),
        ("run.json", "[]", "does not hold a report"),
    ],
)
def test_edit_run_broken_file_is_named(run, name, text, words):
    path = run.path / name
    path.unlink()
    if text is not None:
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    before = read_all(run)
    with pytest.raises(UsageError, match=words):
        edit(run, "make it night")
    assert read_all(run) == before


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda p: p.update(item="sofa"), "which the plan does not have"),
        (lambda p: p["translation_m"].update(x=float("nan")), "no place in a room"),
        (lambda p: p["translation_m"].update(x=1e300), "no place in a room"),
        (lambda p: p.update(support="box_99"), "rests on nothing"),
    ],
    ids=["item", "nan", "far", "support"],
)
def test_edit_run_layout_that_makes_no_sense_is_refused(run, change, words):
    layout = json.loads(run.placements.read_text())
    change(layout["placements"][0])
    run.placements.write_text(json.dumps(layout))
    with pytest.raises(UsageError, match=words):
        edit(run, "make it night")


def test_edit_run_unknown_assets_ask_for_the_catalog(run):
    text = run.plan.read_text()
    asset_id = json.loads(text)["items"][0]["asset_ids"][0]
    run.plan.write_text(text.replace(asset_id, "0123456789ab"))
    with pytest.raises(UsageError, match="--catalog"):
        edit(run, "make it night")


@pytest.mark.parametrize("wants_film", [True, False])
def test_edit_run_films_anew_only_what_had_a_film(run, monkeypatch, wants_film):
    filmed = []

    def film(backend, folder, camera_path, form, **_):
        filmed.append((backend, camera_path, form.frames))
        folder.movie.write_bytes(b"new")
        return folder.movie

    monkeypatch.setattr(editing, "open_backend", lambda: "backend")
    monkeypatch.setattr(editing, "film", film)
    assert edit(run, "make it night", is_filming=True).movie_path is None
    assert filmed == []
    run.movie.write_bytes(b"old")
    result = edit(run, "make it day", is_filming=wants_film)
    assert (run.history / "0002" / "movie.mp4").read_bytes() == b"old"
    assert run.movie.exists() is wants_film
    assert result.movie_path == (run.movie if wants_film else None)
    assert filmed == ([("backend", "/World/Cameras/Shot_01", 240)] if wants_film else [])


def test_edit_run_report_tells_what_was_said(run):
    edit(run, "make it night")
    edit(run, "make the room bigger", seed=7)
    report = json.loads(run.report.read_text())
    assert [e["sentence"] for e in report["edits"]] == ["make it night", "make the room bigger"]
    assert report["edits"][0]["edits"] == [{"op": "lighting", "mood": "night"}]
    assert report["prompt"]
    assert report["format"] == {"frames": 240, "fps": 30, "width": 640, "height": 360}


def test_edit_run_means_what_was_said_of_it_before(run):
    item = next(i for i in load_run(run).plan.items if i.noun in ("pallet", "potted plant"))
    edit(run, f"remove one {item.noun}")
    edit(run, "make it night")
    edit(run, "two more of them")
    counts = {i.noun: i.count for i in load_run(run).plan.items}
    assert counts[item.noun] == item.count + 1
