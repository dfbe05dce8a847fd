"""The private stage: it measures and counts like the live one and holds the scene alone."""

from __future__ import annotations

import pytest
from pxr import Gf, Sdf, UsdGeom

from clappper.core.make_request import MakeRequest
from clappper.core.pipeline import plan_scene
from clappper.core.sources import open_sources
from clappper.core.stage import dry_run as dry_run_module
from clappper.core.stage.certificate import compute_certificate
from clappper.core.stage.clip import plan_clip
from clappper.core.stage.dry_run import author_dry_run
from clappper.core.stage.ground import Spot
from support.live_stages import dump
from support.user_stages import FRAMES, UserStage, survey_stage

SCENE = Sdf.Path("/World/Clappper/Scene_001")


@pytest.fixture(scope="module")
def office():
    """The plan and parts of a small scene."""
    from clappper.core import scene_fit
    from clappper.core.casting import cast_assets
    from clappper.core.filming import Format
    from clappper.core.layout.solver import solve_layout

    catalog, resolver, _ = open_sources(None, ())
    plan = plan_scene(catalog, MakeRequest("An office with 2 desks and 2 chairs."), ignore).plan
    cast = cast_assets(plan, catalog, resolver)
    placements = solve_layout(plan, cast.compute_footprints(), seed=0)
    paths = scene_fit.resolve_paths(plan, catalog, resolver)

    def make(survey, spot):
        form = Format(48, 30, 640, 360)
        return plan, scene_fit.make_parts(
            plan, placements, cast, survey, paths, spot=spot, form=form
        )

    return make


def ignore(_):
    """Take an event."""


def run(user, office, spot, **changes):
    survey = survey_stage(user.stage)
    plan, parts = office(survey, spot)
    clip = plan_clip(
        48, 30, time_codes_per_second=survey.time_codes_per_second,
        authored_range=survey.time_range,
    )  # fmt: skip
    return survey, clip, author_dry_run(survey, plan, parts, spot=spot, clip=clip, **changes)


@pytest.mark.parametrize("frame", FRAMES)
def test_dry_run_measures_and_counts_time_like_the_live_stage(frame, office):
    user = UserStage(frame)
    user.stage.SetTimeCodesPerSecond(60.0)
    user.stage.SetStartTimeCode(100.0)
    user.stage.SetEndTimeCode(200.0)

    _, clip, dry_run = run(user, office, Spot(0, 0, 0, needs_floor=True))

    stage = dry_run.stage
    assert (UsdGeom.GetStageUpAxis(stage), UsdGeom.GetStageMetersPerUnit(stage)) == FRAMES[frame]
    assert stage.GetTimeCodesPerSecond() == 60.0
    assert stage.GetStartTimeCode() == clip.first_time_code == 100.0
    assert stage.GetEndTimeCode() == clip.last_time_code == 100.0 + 47 * 2.0


@pytest.mark.parametrize("rate", [24.0, 30.0, 60.0])
def test_dry_run_camera_moves_over_the_clip_whatever_the_stage_counts(rate, office):
    """A layer without time codes per second would be scaled from 24 to the stage's."""
    user = UserStage()
    user.stage.SetTimeCodesPerSecond(rate)

    _, clip, dry_run = run(user, office, Spot(0, 0, 0, needs_floor=True))

    camera = dry_run.stage.GetPrimAtPath(dry_run.camera_path)
    times = sorted({t for a in camera.GetAttributes() for t in a.GetTimeSamples()})
    assert times[0] == pytest.approx(clip.first_time_code)
    assert times[-1] == pytest.approx(clip.last_time_code)
    own = sorted({t for a in camera.GetAttributes()
                  for t in dry_run.layer.ListTimeSamplesForPath(a.GetPath())})  # fmt: skip
    assert own == pytest.approx(times)


def test_dry_run_layer_holds_the_scene_and_the_floor_of_the_live_stage_is_elsewhere(office):
    user = UserStage("y_cm")
    user.add_box("/World/Floor", (30, 30, 0.2), (0, 0, -0.18))

    survey, _, dry_run = run(user, office, Spot(2, 3, 0.02, needs_floor=False))

    floor = dry_run.stage.GetPrimAtPath(SCENE.AppendPath("Environment/Floor"))
    assert survey.scene_path == str(dry_run.scene_path) == str(SCENE)
    assert floor
    assert not dry_run.layer.GetPrimAtPath(floor.GetPath())
    assert [p.name for p in dry_run.layer.rootPrims] == ["World"]
    assert dry_run.camera_path.HasPrefix(SCENE)
    assert dry_run.layer.GetPrimAtPath(dry_run.camera_path)
    # Layout (2, 3, 0.02) m is (200, 2, -300) on a Y-up stage in centimetres.
    place = UsdGeom.Xformable(dry_run.stage.GetPrimAtPath(SCENE)).GetLocalTransformation()
    assert place.ExtractTranslation() == Gf.Vec3d(200, 2, -300)


def test_dry_run_own_floor_is_in_the_scene(office):
    _, _, dry_run = run(UserStage(), office, Spot(0, 0, 0, needs_floor=True))
    assert dry_run.layer.GetPrimAtPath(SCENE.AppendPath("Environment/Floor"))
    assert not UsdGeom.Xformable(dry_run.stage.GetPrimAtPath(SCENE)).GetXformOpOrderAttr().Get()


@pytest.mark.parametrize("is_transformed", [False, True])
def test_dry_run_scene_does_not_inherit_a_transform_above_it(is_transformed, office):
    user = UserStage()
    if is_transformed:
        UsdGeom.Xformable(user.stage.GetPrimAtPath("/World")).AddScaleOp().Set(Gf.Vec3f(3))

    _, _, dry_run = run(user, office, Spot(1, 0, 0, needs_floor=True))

    root = UsdGeom.Xformable(dry_run.stage.GetPrimAtPath(SCENE))
    assert root.GetResetXformStack() == is_transformed


def test_dry_run_says_what_is_placed(office):
    counts = []
    run(
        UserStage(), office, Spot(0, 0, 0, needs_floor=True),
        on_progress=lambda *count: counts.append(count),
    )  # fmt: skip
    assert counts == [(n, 4) for n in (1, 2, 3, 4)]


def test_dry_run_same_inputs_give_the_same_scene(office):
    texts = {
        dump(run(UserStage(), office, Spot(0, 0, 0, needs_floor=True))[2].layer, SCENE)
        for _ in range(2)
    }
    assert len(texts) == 1


@pytest.mark.parametrize("frame", FRAMES)
def test_dry_run_is_measured_against_what_the_stage_has(frame, office):
    """A plate through the whole scene: nobody would choose that spot, but nobody must miss it."""
    user = UserStage(frame)
    user.add_box("/World/Floor", (40.0, 40.0, 0.2), (0.0, 0.0, -0.2))
    free, *_ = measure(user, office)
    assert [c.b for c in free.geometry.collisions] == []

    user.add_box("/World/Plate", (30.0, 30.0, 0.05), (0.0, 0.0, 0.3))
    blocked, dry_run = measure(user, office)

    assert blocked.geometry.collisions
    assert {c.b.split("/")[1] for c in blocked.geometry.collisions} == {"Existing"}
    assert not dry_run.layer.GetPrimAtPath("/Existing")


def test_dry_run_has_the_nearest_of_what_the_stage_has_and_nothing_far(office, monkeypatch):
    user = UserStage()
    user.add_box("/World/Far", (1.0, 1.0, 1.0), (60.0, 0.0, 0.0))
    user.add_box("/World/Near", (1.0, 1.0, 1.0), (14.0, 0.0, 0.0))
    user.add_box("/World/Nearer", (2.0, 2.0, 2.0), (0.0, 8.0, 0.0))

    def list_widths():
        *_, dry_run = run(user, office, Spot(0.0, 0.0, 0.0, needs_floor=True))
        meshes = dry_run.stage.GetPrimAtPath("/Existing").GetChildren()
        points = [UsdGeom.Mesh(mesh).GetPointsAttr().Get() for mesh in meshes]
        return [max(p[0] for p in own) - min(p[0] for p in own) for own in points]

    assert list_widths() == pytest.approx([2.0, 1.0])
    monkeypatch.setattr(dry_run_module, "_MAX_TRIANGLES", 12)
    assert list_widths() == pytest.approx([2.0])


def measure(user, office):
    *_, dry_run = run(user, office, Spot(0.0, 0.0, 0.0, needs_floor=False))
    return compute_certificate(dry_run.stage, plan=None, validate=False), dry_run
