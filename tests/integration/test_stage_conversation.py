"""A conversation about a scene on an open stage: changed in place, undone, saved, reopened.

The studio plans and stages, ``LiveEdit`` authors, as the panel does; what is asserted is read off
the stage.
"""

from __future__ import annotations

import asyncio
import os
import threading
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from pxr import Gf, Sdf, Tf, Usd, UsdGeom, UsdLux

from clappper.core.errors import ClappperError, PlanRejectedError, StageError, UsageError
from clappper.core.session.models import FilmSettings
from clappper.core.session.ports import OpenStage
from clappper.core.stage.carried import find_carried
from clappper.core.stage.live_edit import LiveEdit
from clappper.core.stage.standing import iterate_standing
from clappper.core.studio import Studio, StudioSettings
from support.live_stages import dump, run_to_end
from support.user_stages import UserStage, make_empty, make_y_cm, survey_stage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clappper.core.staging import StagedScene

FIRST = "Create a warehouse scene with 3 forklifts and industrial shelving. Camera at eye level."
SCENE = "/World/Clappper/Scene_001"


def make_sunny() -> UserStage:
    user = make_y_cm()
    UsdLux.DistantLight.Define(user.stage, "/World/Sun").CreateIntensityAttr(3000.0)
    return user


def make_no_floor() -> UserStage:
    user = UserStage("z_inch")
    user.add_box("/World/Machine", (3, 2, 2), (0.5, 0, 0))
    return user


USERS = {"empty": make_empty, "y_cm": make_sunny, "no_floor": make_no_floor}


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("CLAPPPER_LLM")]:
        monkeypatch.delenv(name)


class Talk:
    """Somebody who talks about a stage."""

    def __init__(self, stage: Usd.Stage) -> None:
        self.stage = stage
        self.studio = Studio(StudioSettings())
        self.selected: list[str] = []
        self.spoken_of: str | None = None
        self.edits: list[LiveEdit] = []
        self.scene: StagedScene

    def look(self) -> OpenStage:
        found = find_carried(self.stage, selected=self.selected, preferred=self.spoken_of)
        if found is None:
            return OpenStage("stage")
        standing = None

        def keep() -> Iterator[None]:
            nonlocal standing
            standing = yield from iterate_standing(self.stage, found[0])

        run_to_end(keep())
        return OpenStage("stage", *found, standing)

    def plan(self, prompt: str) -> Any:
        return asyncio.run(self.studio.plan(prompt, self.look(), lambda _: None))

    def say(self, prompt: str) -> StagedScene:
        planning = self.plan(prompt)
        self.notes = planning.notes
        survey = survey_stage(self.stage, self.selected, replaced=planning.scene)
        film = FilmSettings(frames=24, fps=24, width=640, height=360)
        self.scene = self.studio.stage(
            planning, survey, film, on_event=lambda _: None, stop=threading.Event()
        )
        edit = LiveEdit(
            self.stage,
            self.scene.layer,
            Sdf.Path(self.scene.scene_path),
            root_metadata=self.scene.root_metadata,
            replaced=self.scene.replaced,
        )
        run_to_end(edit.iterate_author())
        self.edits.append(edit)
        self.spoken_of = self.scene.scene_path
        return self.scene

    def list_instances(self, scene_path: str = SCENE) -> dict[str, Usd.Prim]:
        prims = Usd.PrimRange(self.stage.GetPrimAtPath(scene_path))
        return {p.GetName(): p for p in prims if p.GetCustomDataByKey("clappper:item")}

    def count(self, noun: str, scene_path: str = SCENE) -> int:
        prims = self.list_instances(scene_path).values()
        return sum(prim.GetCustomDataByKey("clappper:noun") == noun for prim in prims)

    def list_parts(self) -> dict[str, list[str]]:
        """Return the names of what surrounds the things, and of the lights."""
        root = self.stage.GetPrimAtPath(SCENE)
        parts = {name: root.GetChild(name) for name in ("Environment", "Lights")}
        return {name: sorted(part.GetChildrenNames()) for name, part in parts.items() if part}

    def locate(self) -> dict[str, Any]:
        return {
            name: np.array(UsdGeom.Xformable(prim).ComputeLocalToWorldTransform(1.0))
            for name, prim in self.list_instances().items()
        }

    def dump(self) -> str:
        return self.stage.GetRootLayer().ExportToString()


@pytest.fixture(params=USERS)
def talk(request: pytest.FixtureRequest) -> Talk:
    talk = Talk(USERS[request.param]().stage)
    talk.say(FIRST)
    return talk


def list_foreign(stage: Usd.Stage) -> Iterator[tuple[str, str]]:
    layer = stage.GetRootLayer()
    for prim in stage.Traverse():
        path = prim.GetPath()
        if not path.HasPrefix(SCENE) and not Sdf.Path(SCENE).HasPrefix(path):
            yield str(path), dump(layer, path)


def test_follow_ups_change_what_they_name_and_nothing_else(talk: Talk) -> None:
    foreign = dict(list_foreign(talk.stage))
    states = [talk.dump()]
    before = talk.locate()
    parts = talk.list_parts()
    for sentence, counts in (
        ("add 2 pallets near the shelves", {"forklift": 3, "pallet": 2}),
        ("remove one forklift", {"forklift": 2, "pallet": 2}),
        ("make it night", {"forklift": 2, "pallet": 2}),
        ("move the camera 1 m up", {"forklift": 2, "pallet": 2}),
    ):
        scene = talk.say(sentence)

        assert scene.scene_path == SCENE
        assert scene.certificate.ok, scene.certificate.issues
        assert {noun: talk.count(noun) for noun in counts} == counts
        now = talk.locate()
        for name in before.keys() & now.keys():
            np.testing.assert_allclose(now[name], before[name], atol=1e-9)
        assert dict(list_foreign(talk.stage)) == foreign
        assert talk.list_parts() == parts
        states.append(talk.dump())
        before = now
    assert len(set(states)) == len(states)

    for edit, state in zip(reversed(talk.edits[1:]), reversed(states[:-1]), strict=True):
        edit.undo()
        assert talk.dump() == state
    for edit, state in zip(talk.edits[1:], states[1:], strict=True):
        edit.redo()
        assert talk.dump() == state


def test_what_is_named_nowhere_is_not_even_written_again(talk: Talk) -> None:
    written: list[str] = []
    listener = Usd.Notice.ObjectsChanged

    def note(notice: Any, _stage: Usd.Stage) -> None:
        written.extend(map(str, notice.GetResyncedPaths()))

    key = Tf.Notice.Register(listener, note, talk.stage)
    talk.say("add 2 pallets near the shelves")
    key.Revoke()

    assert any("/Items/pallet" in path for path in written)
    assert not any("/Items/forklift" in path or "/Items/shel" in path for path in written), written


def test_after_undo_the_next_request_is_about_what_stands_there(talk: Talk) -> None:
    talk.say("add 2 pallets near the shelves")
    talk.edits[-1].undo()
    assert talk.count("pallet") == 0

    talk.say("remove one forklift")

    assert (talk.count("forklift"), talk.count("pallet")) == (2, 0)


def test_scene_is_changed_after_it_was_saved_and_reopened(talk: Talk, tmp_path: Any) -> None:
    talk.stage.GetRootLayer().Export(str(tmp_path / "saved.usda"))
    later = Talk(Usd.Stage.Open(str(tmp_path / "saved.usda")))
    before = later.locate()

    scene = later.say("add 2 pallets near the shelves")

    assert scene.certificate.ok
    assert (later.count("forklift"), later.count("pallet")) == (3, 2)
    for name, matrix in before.items():
        np.testing.assert_allclose(later.locate()[name], matrix, atol=1e-9)


def test_what_others_put_into_the_scene_stays(talk: Talk) -> None:
    lamp = f"{SCENE}/Items/forklift/Lamp"
    UsdLux.SphereLight.Define(talk.stage, lamp).CreateIntensityAttr(5.0)
    cube = f"{SCENE}/My_Cube"
    UsdGeom.Cube.Define(talk.stage, cube)

    talk.say("remove the forklifts")

    assert talk.count("forklift") == 0
    assert talk.stage.GetPrimAtPath(lamp).GetAttribute("inputs:intensity").Get() == 5.0
    assert talk.stage.GetPrimAtPath(cube).IsA(UsdGeom.Cube)


def test_what_was_moved_by_hand_stays_where_it_is_now(talk: Talk) -> None:
    prims = talk.list_instances()
    unit = UsdGeom.GetStageMetersPerUnit(talk.stage)
    lorry = next(prim for name, prim in prims.items() if name.startswith("forklift"))
    move, turn = UsdGeom.Xformable(lorry).GetOrderedXformOps()
    step = Gf.Vec3d(0.31 / unit, 0, 0)
    move.Set(move.Get() + step)
    turn.Set(turn.Get() + 5.0)
    before = talk.locate()

    scene = talk.say("add 2 pallets near the shelves")

    now = talk.locate()
    for name, matrix in before.items():
        np.testing.assert_allclose(now[name], matrix, atol=1e-5 / unit)
    assert talk.notes == ("1 thing was moved by hand since: that is kept.",)
    placed = next(p for p in scene.placements.placements if p.id == lorry.GetName())
    assert placed.support == "floor"
    assert talk.count("pallet") == 2


def test_what_was_removed_by_hand_stays_away(talk: Talk) -> None:
    layer = talk.stage.GetRootLayer()
    del layer.GetPrimAtPath(f"{SCENE}/Items/forklift").nameChildren["forklift_02"]
    assert "2" in talk.plan("How many forklifts are there?").answer

    scene = talk.say("add 2 pallets")

    assert talk.notes == ("1 thing was removed by hand since: that is kept.",)
    assert (talk.count("forklift"), talk.count("pallet")) == (2, 2)
    assert "forklift_02" not in talk.list_instances()
    counts = {c.noun: (c.asked, c.placed) for c in scene.certificate.counts}
    assert (counts["forklift"], counts["pallet"]) == ((2, 2), (2, 2))


def test_copy_that_was_made_by_hand_counts(talk: Talk) -> None:
    layer = talk.stage.GetRootLayer()
    group = Sdf.Path(f"{SCENE}/Items/forklift")
    free = UsdGeom.Xformable(talk.list_instances()["forklift_02"]).GetOrderedXformOps()[0].Get()
    assert Sdf.CopySpec(layer, group.AppendChild("forklift_01"), layer, group.AppendChild("mine"))
    del layer.GetPrimAtPath(group).nameChildren["forklift_02"]
    copy = talk.stage.GetPrimAtPath(group.AppendChild("mine"))
    UsdGeom.Xformable(copy).GetOrderedXformOps()[0].Set(free)

    scene = talk.say("add 2 pallets")

    assert talk.notes == (
        "1 thing was removed by hand since: that is kept.",
        "1 thing was added by hand since: that is kept.",
    )
    assert (talk.count("forklift"), talk.count("pallet")) == (3, 2)
    assert {"forklift_01", "forklift_03", "mine"} <= set(talk.list_instances())
    assert UsdGeom.Xformable(copy).GetOrderedXformOps()[0].Get() == free
    assert {c.noun: c.placed for c in scene.certificate.counts}["forklift"] == 3
    assert scene.certificate.ok, scene.certificate.issues
    talk.say("remove all forklifts")
    assert talk.count("forklift") == 0


def test_scene_that_was_moved_as_a_whole_is_changed_where_it_is() -> None:
    talk = Talk(make_empty().stage)
    talk.say(FIRST)
    root = UsdGeom.Xformable(talk.stage.GetPrimAtPath(SCENE))
    root.AddTranslateOp().Set(Gf.Vec3d(40, -7, 0))
    before = talk.locate()

    scene = talk.say("remove one forklift")

    assert scene.certificate.ok
    assert len(talk.locate()) == len(before) - 1
    for name, matrix in talk.locate().items():
        np.testing.assert_allclose(matrix, before[name], atol=1e-6)

    UsdGeom.Xformable(talk.stage.GetPrimAtPath(SCENE)).AddRotateZOp().Set(30.0)
    with pytest.raises(StageError, match="turned or scaled as a whole"):
        talk.say("remove one forklift")


def test_door_that_was_taken_out_of_its_wall_is_put_back_and_that_is_told() -> None:
    talk = Talk(make_empty().stage)
    talk.say("A loading dock with a warehouse door and 2 people near the door")
    door = next(p for n, p in talk.list_instances().items() if "door" in n)
    op = UsdGeom.Xformable(door).GetOrderedXformOps()[0]
    place = op.Get()
    op.Set(place + Gf.Vec3d(0.0, -2.0, 0.0))

    scene = talk.say("make it night")

    assert talk.notes == (
        "1 thing tilted, scaled or taken out of a wall by hand: this is put right again; Undo "
        "brings it back.",
    )
    assert op.Get() == place
    assert scene.certificate.ok


def test_camera_that_was_changed_by_hand_is_told(talk: Talk) -> None:
    camera = UsdGeom.Camera(talk.stage.GetPrimAtPath(talk.scene.camera_path))
    camera.GetFocalLengthAttr().Set(70.0)
    state = talk.dump()
    talk.say("make it night")
    assert talk.notes == (
        "The camera was changed by hand since: it is set anew; Undo brings that back.",
    )
    assert camera.GetFocalLengthAttr().Get() != 70.0
    talk.edits[-1].undo()
    assert talk.dump() == state
    talk.edits[-1].redo()
    talk.say("make it bright")
    assert talk.notes == ()


def test_collision_made_by_hand_is_told() -> None:
    talk = Talk(make_empty().stage)
    talk.say(FIRST)
    one, two = (
        p for n, p in talk.list_instances().items() if n.startswith("forklift_0") and n[-1] in "12"
    )
    where = UsdGeom.Xformable(one).GetOrderedXformOps()[0].Get()
    UsdGeom.Xformable(two).GetOrderedXformOps()[0].Set(where + Gf.Vec3d(0.2, 0, 0))

    scene = talk.say("make it night")

    assert not scene.certificate.ok
    assert {i.code for i in scene.certificate.issues if i.severity == "error"} == {"COLLISION"}


def test_what_is_put_up_beside_takes_neither_walls_nor_lights_away() -> None:
    talk = Talk(make_empty().stage)
    talk.say(FIRST)
    parts = talk.list_parts()
    assert "Walls" in parts["Environment"]
    assert parts["Lights"]
    UsdLux.SphereLight.Define(talk.stage, "/World/Lamp")
    UsdLux.SphereLight.Define(talk.stage, f"{SCENE}/Lamp")
    UsdGeom.Cube.Define(talk.stage, "/Stray").AddTranslateOp().Set(Gf.Vec3d(90, 0, 0))
    talk.stage.SetDefaultPrim(talk.stage.GetPrimAtPath("/Stray"))

    talk.say("add 2 pallets")

    assert talk.list_parts() == parts
    assert talk.stage.GetDefaultPrim().GetPath() == "/Stray"


def test_what_others_put_into_the_scene_is_in_the_way() -> None:
    talk = Talk(make_empty().stage)
    talk.say(FIRST)
    lorry = next(p for n, p in talk.list_instances().items() if n.startswith("forklift"))
    where = UsdGeom.Xformable(lorry).GetOrderedXformOps()[0].Get()
    cube = UsdGeom.Cube.Define(talk.stage, f"{SCENE}/Items/Cube")
    cube.AddTranslateOp().Set(where + Gf.Vec3d(0, 0, 1))

    scene = talk.say("make it night")

    assert [i.code for i in scene.certificate.issues if i.severity == "error"] == ["COLLISION"]


def test_wish_for_another_place_makes_a_scene_beside_and_selection_tells_which(talk: Talk) -> None:
    other = talk.say("An office with 2 desks and a chair").scene_path
    assert other == "/World/Clappper/Scene_002"
    assert talk.count("forklift") == 3

    talk.say("add a chair")
    assert talk.count("chair", other) == 2
    assert talk.count("chair") == 0

    talk.selected = [str(next(iter(talk.list_instances().values())).GetPath())]
    talk.say("add 2 pallets")
    assert talk.count("pallet") == 2
    assert talk.count("pallet", other) == 0

    talk.selected = []
    talk.say("remove one forklift")  # the one that was spoken of last
    assert talk.count("forklift") == 2
    talk.spoken_of = None
    talk.say("add a chair")  # the last one
    assert talk.count("chair", other) == 3


def test_scene_that_was_renamed_is_changed_where_it_is(talk: Talk) -> None:
    edit = Sdf.BatchNamespaceEdit()
    edit.Add(SCENE, "/World/Clappper/Hall")
    assert talk.stage.GetRootLayer().Apply(edit)
    talk.spoken_of = None

    scene = talk.say("remove one forklift")

    assert scene.scene_path == "/World/Clappper/Hall"
    assert scene.camera_path.startswith("/World/Clappper/Hall/Cameras/")
    assert talk.count("forklift", "/World/Clappper/Hall") == 2
    assert not talk.stage.GetPrimAtPath(SCENE)


def test_film_is_as_long_as_the_change_says_and_the_range_follows_on_a_stage_of_ours() -> None:
    talk = Talk(make_empty().stage)
    talk.say(FIRST)
    assert (talk.stage.GetStartTimeCode(), talk.stage.GetEndTimeCode()) == (1.0, 24.0)

    scene = talk.say("make the film 2 seconds long")

    assert scene.form.frames == 48
    assert (talk.stage.GetStartTimeCode(), talk.stage.GetEndTimeCode()) == (1.0, 48.0)
    talk.say("make the film 1 second long")
    assert (talk.stage.GetStartTimeCode(), talk.stage.GetEndTimeCode()) == (1.0, 24.0)
    talk.stage.SetEndTimeCode(500.0)
    talk.say("make the film 2 seconds long")
    assert (talk.stage.GetStartTimeCode(), talk.stage.GetEndTimeCode()) == (1.0, 500.0)


def test_question_is_answered_from_the_scene(talk: Talk) -> None:
    planning = talk.plan("How many forklifts are there?")
    assert planning.scene is None
    assert "3" in planning.answer


@pytest.mark.parametrize(
    ("sentence", "says"),
    [("sing me a song", "not understood"), ("remove the elephants", "elephant")],
)
def test_what_cannot_be_changed_is_refused_and_changes_nothing(
    talk: Talk, sentence: str, says: str
) -> None:
    before = talk.dump()
    with pytest.raises(PlanRejectedError, match=says):
        talk.say(sentence)
    assert talk.dump() == before


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text[:-20],
        lambda text: "{}",
        lambda text: "[" * 100_000,
        lambda text: text.replace('"fps":24', '"fps":0'),
        lambda text: text.replace('"x":0.0', '"x":NaN', 1).replace(
            '"spot":{"x":0', '"spot":{"x":NaN'
        ),
        lambda text: text.replace("/Cameras/Shot_01", "/../../Elsewhere").replace(SCENE, "/A", 1),
    ],
)
def test_scene_that_carries_nonsense_is_told_and_nothing_is_touched(spoil: Any) -> None:
    talk = Talk(make_empty().stage)
    talk.say(FIRST)
    prim = talk.stage.GetPrimAtPath(SCENE)
    prim.SetCustomDataByKey("clappper:scene", spoil(prim.GetCustomDataByKey("clappper:scene")))
    before = talk.dump()

    with pytest.raises(StageError, match="press New scene"):
        talk.say("remove one forklift")

    assert talk.dump() == before


def test_names_of_prims_that_point_elsewhere_remove_nothing_there() -> None:
    talk = Talk(make_sunny().stage)
    talk.say(FIRST)
    prim = talk.stage.GetPrimAtPath(SCENE)
    prim.SetCustomDataByKey("clappper:prims", "../../Crate /World/Sun .. Items")

    talk.say("remove one forklift")

    assert talk.stage.GetPrimAtPath("/World/Crate")
    assert talk.stage.GetPrimAtPath("/World/Sun")


def test_scene_of_another_catalog_is_not_changed(tmp_path: Any) -> None:
    talk = Talk(make_empty().stage)
    talk.say(FIRST)
    prim = talk.stage.GetPrimAtPath(SCENE)
    text = prim.GetCustomDataByKey("clappper:scene")
    asset_id = talk.scene.plan.items[0].asset_ids[0]
    prim.SetCustomDataByKey("clappper:scene", text.replace(asset_id, "0123456789ab"))

    with pytest.raises(UsageError, match="catalog does not have"):
        talk.say("add 2 pallets")


def test_scene_in_another_layer_than_the_edit_target_says_what_to_do(talk: Talk) -> None:
    other = Sdf.Layer.CreateAnonymous("other.usda")
    talk.stage.GetRootLayer().subLayerPaths.append(other.identifier)
    talk.stage.SetEditTarget(other)
    before = talk.dump(), other.ExportToString()

    with pytest.raises(ClappperError, match="make the layer it was built in the edit target"):
        talk.say("remove one forklift")

    assert (talk.dump(), other.ExportToString()) == before


def test_change_that_is_stopped_half_way_leaves_the_scene_as_it_was(talk: Talk) -> None:
    before = talk.dump()
    planning = talk.plan("add 6 pallets")
    survey = survey_stage(talk.stage, replaced=planning.scene)
    scene = talk.studio.stage(
        planning, survey, FilmSettings(24, 24), on_event=lambda _: None, stop=threading.Event()
    )
    path = Sdf.Path(SCENE)
    copy = Usd.Stage.Open(talk.stage.Flatten())
    count = run_to_end(LiveEdit(copy, scene.layer, path, replaced=scene.replaced).iterate_author())
    for steps in (0, 1, count // 2, count - 1):
        edit = LiveEdit(talk.stage, scene.layer, path, replaced=scene.replaced)
        run_to_end(edit.iterate_author(), steps)
        edit.undo()
        assert talk.dump() == before


def test_key_in_a_prompt_stands_nowhere_on_the_stage(monkeypatch: pytest.MonkeyPatch) -> None:
    key = "sk-very-secret-0123456789"
    monkeypatch.setenv("OPENAI_API_KEY", key)
    talk = Talk(make_empty().stage)
    talk.say(f"A warehouse with 2 forklifts {key}")
    assert key not in talk.dump()
