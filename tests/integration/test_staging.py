"""From a prompt to a certified scene on stages as users have them, measured where it then stands.

The scene is authored on the live stage by ``LiveEdit`` and judged together with what stood there
before, with triangles of the composed stage.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from pxr import Gf, Sdf, Usd, UsdGeom, UsdLux

from clappper.core import events
from clappper.core.errors import AssetUnresolvedError, StagingStoppedError
from clappper.core.filming import Format
from clappper.core.make_request import MakeRequest
from clappper.core.pipeline import plan_scene
from clappper.core.sources import open_sources
from clappper.core.stage import prefetch
from clappper.core.stage.collision import CollisionWorld
from clappper.core.stage.inspect import Body, compute_to_layout
from clappper.core.stage.live_edit import LiveEdit
from clappper.core.stage.triangles import TriangleReader
from clappper.core.staging import StagingRequest, stage_scene
from support.live_stages import dump, run_to_end
from support.user_stages import INCH_M, UserStage, make_empty, make_y_cm, survey_stage

if TYPE_CHECKING:
    from clappper.core.staging import StagedScene

PROMPTS = {
    "warehouse": (
        "Create a warehouse scene with 3 forklifts and industrial shelving. Camera at eye level."
    ),
    "office": ("Build an office scene with 5 desks, 5 chairs, and a meeting table. Modern style."),
    "dock": (
        "Create a loading dock scene with 2 forklifts, a warehouse door, "
        "and 3 characters standing near the door."
    ),
}
COUNTS = {
    "warehouse": {"forklift": 3, "industrial shelving": 8},
    "office": {"desk": 5, "chair": 5, "meeting table": 1},
    "dock": {"forklift": 2, "roll-up door": 1, "person": 3},
}
FORM = Format(frames=48, fps=30, width=640, height=360)


def make_z_m() -> UserStage:
    user = UserStage("z_m", default_prim="/Set")
    user.add_plane("/Set/Ground", [(-30, -30, 0), (30, -30, 0), (30, 30, 0), (-30, 30, 0)])
    user.add_box("/Set/Wall", (0.3, 12, 5), (2, 0, 0))
    UsdLux.DistantLight.Define(user.stage, "/Set/Sun").CreateIntensityAttr(3000.0)
    return user


def make_inch() -> UserStage:
    user = UserStage("z_inch")
    user.add_box("/World/Machine", (3, 2, 2), (0.5, 0, 0))
    user.stage.SetTimeCodesPerSecond(60.0)
    return user


USERS = {"empty": make_empty, "y_cm": make_y_cm, "z_m": make_z_m, "inch": make_inch}


@dataclass
class Case:
    """A scene on a stage, and what was told on the way."""

    prompt: str
    user: UserStage
    survey: Any
    scene: StagedScene
    told: list[events.Event]
    before: dict[str, str]
    edit: LiveEdit

    @property
    def stage(self) -> Usd.Stage:
        return self.user.stage

    @property
    def root(self) -> Usd.Prim:
        return self.stage.GetPrimAtPath(self.scene.scene_path)

    def list_instances(self) -> list[Usd.Prim]:
        return [p for p in Usd.PrimRange(self.root) if p.GetCustomDataByKey("clappper:item")]


def stage_prompt(prompt: str, user: UserStage, **options: Any) -> tuple[Any, StagedScene, list]:
    catalog, resolver, _ = open_sources(None, ())
    told: list[events.Event] = []
    plan = plan_scene(catalog, MakeRequest(PROMPTS[prompt]), told.append).plan
    survey = survey_stage(user.stage)
    options = {"on_event": told.append, "stop": threading.Event(), **options}
    request = StagingRequest(plan, FORM, **options.pop("request", {}))
    return survey, stage_scene(request, survey, catalog, resolver, **options), told


@pytest.fixture(scope="module", params=list(product(PROMPTS, USERS)), ids="-".join)
def case(request: pytest.FixtureRequest) -> Case:
    prompt, name = request.param
    user = USERS[name]()
    layer = user.stage.GetRootLayer()
    before = {
        str(p.GetPath()): dump(layer, p.GetPath())
        for p in user.stage.TraverseAll()
        if p.IsA(UsdGeom.Gprim) or p.HasAPI(UsdLux.LightAPI)
    }
    survey, scene, told = stage_prompt(prompt, user)
    edit = LiveEdit(
        user.stage, scene.layer, Sdf.Path(scene.scene_path), root_metadata=scene.root_metadata
    )
    run_to_end(edit.iterate_author())
    return Case(prompt, user, survey, scene, told, before, edit)


def read_body(stage: Usd.Stage, prim: Usd.Prim) -> Body:
    mesh = TriangleReader(compute_to_layout(stage)).read(prim, np.eye(4))
    assert mesh is not None
    return Body(str(prim.GetPath()), "other", mesh, np.eye(4))


def test_staged_scene_is_certified_with_the_asked_counts(case: Case) -> None:
    certificate = case.scene.certificate
    errors = [issue for issue in certificate.issues if issue.severity == "error"]
    assert certificate.ok, errors
    assert {c.noun: c.placed for c in certificate.counts} == COUNTS[case.prompt]
    assert all(c.placed == c.asked for c in certificate.counts)
    assert certificate.stage == case.scene.scene_path
    nouns = [p.GetCustomDataByKey("clappper:noun") for p in case.list_instances()]
    assert {n: nouns.count(n) for n in nouns} == COUNTS[case.prompt]


def test_staged_scene_says_which_floor_it_stands_on(case: Case) -> None:
    anchor = case.scene.certificate.anchor
    floor, height = {
        "empty": ("own", 0.0),
        "y_cm": ("largest_surface", 0.01),
        "z_m": ("largest_surface", 0.0),
        "inch": ("own", 0.0),
    }[get_name(case)]
    assert anchor.floor == floor
    assert anchor.height_m == pytest.approx(height, abs=1e-5)


def get_name(case: Case) -> str:
    return next(
        name
        for name, value in {
            "empty": case.survey.is_empty,
            "y_cm": case.survey.up_axis == "Y",
            "inch": case.survey.meters_per_unit == INCH_M,
            "z_m": True,
        }.items()
        if value
    )


def test_scene_on_the_stage_collides_with_nothing_that_was_there(case: Case) -> None:
    own = [read_body(case.stage, prim) for prim in case.list_instances()]
    environment = case.root.GetChild("Environment")
    own += [
        read_body(case.stage, prim)
        for prim in Usd.PrimRange(environment) if prim.IsA(UsdGeom.Gprim)
    ] if environment else []  # fmt: skip
    others = [
        read_body(case.stage, case.stage.GetPrimAtPath(path))
        for path in case.before
        if case.stage.GetPrimAtPath(path).IsA(UsdGeom.Gprim)
    ]
    world, lift = CollisionWorld(), np.array([0.0, 0.0, 0.002])

    hits = [
        (a.prim_path, b.prim_path)
        for a, b in product(own, others)
        # Things touch the floor they stand on; a roll-up door's threshold reaches into it.
        if "/Threshold" not in a.prim_path and world.is_overlapping(a, b, lift)
    ]

    assert hits == []
    assert len(others) == {"empty": 0, "y_cm": 2, "z_m": 2, "inch": 1}[get_name(case)]


def test_things_stand_on_the_floor_and_have_their_size_in_metres(case: Case) -> None:
    height = case.scene.certificate.anchor.height_m
    sizes = {
        "forklift": (0.8, 4.0, 1.8, 3.0),
        "industrial shelving": (0.3, 4.0, 1.5, 6.0),
        "desk": (0.5, 2.5, 0.6, 1.3),
        "chair": (0.35, 1.0, 0.6, 1.4),
        "meeting table": (0.9, 6.0, 0.6, 0.9),
        "roll-up door": (0.05, 6.0, 2.0, 6.0),
        "person": (0.2, 1.2, 1.4, 2.1),
    }
    for prim in case.list_instances():
        low, high = read_body(case.stage, prim).bound
        assert low[2] == pytest.approx(height, abs=2e-3), prim.GetPath()
        low_flat, high_flat, low_tall, high_tall = sizes[prim.GetCustomDataByKey("clappper:noun")]
        assert low_flat < (high - low)[:2].min(), prim.GetPath()
        assert (high - low)[:2].max() < high_flat * 1.5, prim.GetPath()
        assert low_tall < (high - low)[2] < high_tall, prim.GetPath()


def test_things_have_the_size_the_catalog_measured(case: Case) -> None:
    catalog, resolver, _ = open_sources(None, ())
    for prim in case.list_instances():
        (asset,) = catalog.get([prim.GetCustomDataByKey("clappper:assetId")])
        measure, _ = resolver.measure(asset)
        cache = UsdGeom.BBoxCache(Usd.TimeCode.Default(), ["default", "render"])
        size = cache.ComputeRelativeBound(prim.GetChild("asset"), prim).ComputeAlignedRange()
        extent = np.array(size.GetSize()) * case.survey.meters_per_unit
        if case.survey.up_axis == "Y":
            extent = extent[[0, 2, 1]]
        expected = (measure.size_m.x, measure.size_m.y, measure.size_m.z)
        assert extent == pytest.approx(np.array(expected), abs=2e-3)


def test_what_was_there_is_unchanged_and_undo_leaves_it_alone(case: Case) -> None:
    layer = case.stage.GetRootLayer()
    assert {path: dump(layer, Sdf.Path(path)) for path in case.before} == case.before
    after = layer.ExportToString()
    case.edit.undo()
    assert not case.stage.GetPrimAtPath(case.scene.scene_path)
    assert {path: dump(layer, Sdf.Path(path)) for path in case.before} == case.before
    case.edit.redo()
    assert layer.ExportToString() == after


def test_time_stays_the_stages_own_and_the_camera_moves_over_the_clip(case: Case) -> None:
    stage, clip = case.stage, case.scene.clip
    rate, first, span, time_range = {
        "empty": (30.0, 1.0, 47.0, (1.0, 48.0)),
        # Frame 1 at 30 fps is at 1/30 s, 0.8 of a time code at 24 per second.
        "y_cm": (24.0, 0.8, 37.6, (0.0, 100.0)),
        "z_m": (24.0, 0.8, 37.6, (0.8, 38.4)),
        "inch": (60.0, 2.0, 94.0, (2.0, 96.0)),
    }[get_name(case)]
    assert stage.GetTimeCodesPerSecond() == rate
    assert (stage.GetStartTimeCode(), stage.GetEndTimeCode()) == pytest.approx(time_range)
    assert clip.first_time_code == pytest.approx(first)
    assert clip.last_time_code == pytest.approx(first + span)
    camera = stage.GetPrimAtPath(case.scene.camera_path)
    assert camera.IsA(UsdGeom.Camera)
    times = sorted({t for a in camera.GetAttributes() for t in a.GetTimeSamples()})
    if times:
        assert (times[0], times[-1]) == pytest.approx((first, first + span))
    samples = case.scene.certificate.cameras[0].samples
    assert samples[0].time == pytest.approx(first)
    assert samples[-1].time == pytest.approx(first + span)


def test_camera_stands_at_the_asked_height_above_the_floor_of_the_stage(case: Case) -> None:
    # Only one prompt says how high; the others stand anywhere above the floor.
    low, high = (1.6, 1.7) if case.prompt == "warehouse" else (0.2, 40.0)
    camera = UsdGeom.Xformable(case.stage.GetPrimAtPath(case.scene.camera_path))
    world = camera.ComputeLocalToWorldTransform(case.scene.clip.first_time_code)
    eye = compute_to_layout(case.stage) @ np.array([*world.ExtractTranslation(), 1.0])
    assert low <= eye[2] - case.scene.certificate.anchor.height_m <= high


def test_place_and_lights_are_built_only_where_there_are_none(case: Case) -> None:
    name = get_name(case)
    environment = case.root.GetChild("Environment")
    has_own_floor = name in ("empty", "inch")
    assert bool(environment and environment.GetChild("Floor")) == has_own_floor
    assert bool(environment and environment.GetChild("Ground")) <= (name == "empty")
    assert bool(case.root.GetChild("Lights")) == (name != "z_m")
    if not has_own_floor:
        # A door needs its wall; nothing else of the place is built on somebody's floor.
        assert bool(environment) == (case.prompt == "dock")
        if environment:
            assert {c.GetName() for c in environment.GetChildren()} == {"Walls", "Openings"}
            assert len(environment.GetChild("Walls").GetChildren()) == 1


def test_default_prim_is_set_on_an_empty_stage_only(case: Case) -> None:
    expected = {"empty": "World", "y_cm": "World", "z_m": "Set", "inch": "World"}[get_name(case)]
    assert case.stage.GetDefaultPrim().GetName() == expected
    assert ("defaultPrim" in case.scene.root_metadata) == (get_name(case) == "empty")
    assert case.scene.scene_path == f"/{expected}/Clappper/Scene_001"


def test_events_come_in_order(case: Case) -> None:
    kinds = [type(event) for event in case.told]
    order = [events.Found, events.Planned, events.Opening, events.Solving, events.Solved]
    places = [kinds.index(kind) for kind in [*order, events.Certified]]
    assert places == sorted(places)
    opened = [event for event in case.told if isinstance(event, events.Opening)]
    assert opened[-1].done == opened[-1].total > 0


def test_second_scene_stands_beside_the_first_and_not_in_it() -> None:
    user = make_y_cm()
    bodies: list[list[Body]] = []
    for number in (1, 2):
        survey, scene, _ = stage_prompt("office", user)
        assert survey.scene_name == f"Scene_{number:03d}"
        run_to_end(LiveEdit(user.stage, scene.layer, Sdf.Path(scene.scene_path)).iterate_author())
        root = user.stage.GetPrimAtPath(scene.scene_path)
        prims = [p for p in Usd.PrimRange(root) if p.GetCustomDataByKey("clappper:item")]
        bodies.append([read_body(user.stage, prim) for prim in prims])
    world = CollisionWorld()
    assert not any(world.is_overlapping(a, b, np.zeros(3)) for a, b in product(*bodies))
    assert len(bodies[1]) == 11


def test_scene_below_a_scaled_world_has_its_true_size() -> None:
    user = make_z_m()
    UsdGeom.Xformable(user.stage.GetPrimAtPath("/Set")).AddScaleOp().Set(Gf.Vec3f(2))
    _, scene, _ = stage_prompt("office", user)
    run_to_end(LiveEdit(user.stage, scene.layer, Sdf.Path(scene.scene_path)).iterate_author())
    root = user.stage.GetPrimAtPath(scene.scene_path)
    chair = next(p for p in Usd.PrimRange(root) if p.GetCustomDataByKey("clappper:noun") == "chair")
    low, high = read_body(user.stage, chair).bound
    assert 0.6 < (high - low)[2] < 1.4
    assert low[2] == pytest.approx(0.0, abs=2e-3)


@pytest.mark.parametrize(
    ("prompt", "has_floor", "deck_m"), [("dock", True, 2.5), ("warehouse", False, 4.0)]
)
def test_high_scene_does_not_reach_into_what_hangs_above(
    prompt: str, has_floor: bool, deck_m: float
) -> None:
    """A door's wall, and walls and ceiling of a place of its own, are higher than a person."""
    user = UserStage()
    if has_floor:
        user.add_box("/World/Floor", (90, 90, 0.2), (0, 0, -0.2))
    user.add_box("/World/Deck", (5, 5, 0.2), (0, 0, deck_m))
    deck = read_body(user.stage, user.stage.GetPrimAtPath("/World/Deck"))
    _, scene, _ = stage_prompt(prompt, user)
    run_to_end(LiveEdit(user.stage, scene.layer, Sdf.Path(scene.scene_path)).iterate_author())

    # Whatever is built must not stand under the deck, walls included.
    root = user.stage.GetPrimAtPath(scene.scene_path)
    low, high = read_body(user.stage, root).bound
    assert high[2] > deck_m
    assert (
        low[0] > deck.bound[1][0]
        or high[0] < deck.bound[0][0]
        or (low[1] > deck.bound[1][1] or high[1] < deck.bound[0][1])
    )
    assert scene.certificate.anchor.floor == ("largest_surface" if has_floor else "own")


def test_floor_without_room_is_told_and_the_scene_stands_beside() -> None:
    user = UserStage()
    user.add_box("/World/Floor", (3, 3, 0.1), (0, 0, -0.1))
    _, scene, _ = stage_prompt("office", user)
    assert scene.certificate.anchor.floor == "own"
    notes = [i.message for i in scene.certificate.issues if i.severity == "info"]
    assert any("beside it on a floor of its own" in note for note in notes)


@pytest.mark.parametrize("kind", [events.Opening, events.Solving, events.Solved, events.Certified])
def test_stop_at_any_moment_ends_the_work(kind: type) -> None:
    stop, told = threading.Event(), []

    def listen(event: events.Event) -> None:
        told.append(event)
        if isinstance(event, kind):
            stop.set()

    with pytest.raises(StagingStoppedError, match="as it was"):
        stage_prompt("office", make_z_m(), on_event=listen, stop=stop)
    assert isinstance(told[-1], kind) or kind is events.Solving


def test_drive_that_does_not_answer_is_told_within_the_deadline(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    release = threading.Event()

    def hang(_: str) -> None:
        release.wait(60)

    monkeypatch.setattr(prefetch, "_open", hang)
    start = time.monotonic()
    with pytest.raises(AssetUnresolvedError, match=r"did not answer within 0.5 s.*mounted"):
        stage_prompt("office", make_z_m(), request={"open_deadline_s": 0.5})
    assert time.monotonic() - start < 10.0
    release.set()


def test_same_request_gives_the_same_scene() -> None:
    scenes = [stage_prompt("office", make_y_cm())[1] for _ in range(2)]
    texts = {dump(scene.layer, Sdf.Path(scene.scene_path)) for scene in scenes}
    assert len(texts) == 1
