"""What cameras see, with hand-placed occluders."""

from __future__ import annotations

import numpy as np
import pytest
from pxr import Gf, UsdGeom

from clappper.core.stage import coverage
from clappper.core.stage.collision import CollisionWorld
from clappper.core.stage.coverage import find_enclosure, measure_cameras, read_pose
from clappper.core.stage.inspect import read_scene
from support.stages import SceneStage

FRAMES = pytest.mark.parametrize(("up_axis", "unit"), [("Z", 1.0), ("Y", 0.01)])


def measure(scene_stage):
    return measure_cameras(read_scene(scene_stage.stage), CollisionWorld())


@FRAMES
def test_sample_tells_height_clearance_and_shares_per_noun(up_axis, unit):
    scene = SceneStage(up_axis, unit)
    scene.add("box", (0.0, 0.0, 0.0), size=(0.5, 0.5, 0.5))
    scene.add("box", (0.0, -2.9, 0.0), size=(0.1, 0.1, 0.1))
    scene.add_camera((0.0, -2.0, 1.6), (0.0, 0.0, 0.3))

    (report,) = measure(scene)

    assert [sample.time for sample in report.samples] == [1.0, 3.0, 5.0, 7.0, 9.0]
    sample = report.samples[0]
    assert sample.height_m == pytest.approx(1.6, abs=1e-3)
    # The south wall is 1 m behind the camera; ceiling, floor and box are farther.
    assert sample.clearance_m == pytest.approx(1.0, abs=1e-3)
    # The second box lies behind the camera.
    assert (sample.in_frame, sample.visible) == ({"box": 0.5}, {"box": 0.5})


@pytest.mark.parametrize(
    ("screen", "visible"),
    [((3.0, 0.1, 2.5), 0.0), ((0.3, 0.1, 2.5), 1.0), (None, 1.0)],
    ids=["hidden", "partly hidden", "free"],
)
def test_visible_share_counts_other_bodies_in_the_way(screen, visible):
    scene = SceneStage()
    scene.add("box", (0.0, 2.0, 0.0))
    if screen:
        scene.add("screen", (0.0, 0.0, 0.0), size=screen)
    scene.add_camera((0.0, -2.0, 1.2), (0.0, 2.0, 0.5))

    sample = measure(scene)[0].samples[2]

    assert (sample.in_frame["box"], sample.visible["box"]) == (1.0, visible)


@pytest.mark.parametrize("triangles", [1, 5, 100])
@pytest.mark.parametrize("rays", [1, 7])
def test_samples_do_not_depend_on_how_bodies_are_split(monkeypatch, triangles, rays):
    scene = SceneStage()
    scene.add("box", (0.0, 2.0, 0.0))
    scene.add("crate", (0.4, 1.0, 0.0), size=(0.3, 0.4, 0.5), yaw_deg=30.0)
    scene.add("screen", (0.3, 0.1, 0.0), size=(0.3, 0.1, 2.5))
    scene.add("crate", (-1.2, 0.5, 0.0), size=(0.3, 0.4, 0.5))
    scene.add("box", (0.64, 2.7, 0.0), size=(0.2, 0.1, 0.2))
    scene.add_camera((0.0, -2.0, 1.2), (0.0, 2.0, 0.5))
    (whole,) = measure(scene)
    monkeypatch.setattr(coverage, "SCENE_TRIANGLES", triangles)
    monkeypatch.setattr(coverage, "CAST_RAYS", rays)

    (split,) = measure(scene)

    assert split == whole
    # The screen hides the first crate and the last box, so that a hit missed or made up shows.
    assert whole.samples[0].in_frame == {"box": 1.0, "crate": 1.0, "screen": 1.0}
    assert whole.samples[0].visible == {"box": 0.5, "crate": 0.5, "screen": 1.0}


def test_rays_tell_how_far_they_go_and_whose_body_they_meet(monkeypatch):
    monkeypatch.setattr(coverage, "SCENE_TRIANGLES", 3)
    scene = SceneStage()
    scene.add("box", (0.0, 0.0, 0.0))
    scene.add("box", (0.0, 2.0, 0.0))
    bodies = read_scene(scene.stage).instances
    camera = scene.stage.GetPrimAtPath(scene.add_camera((0.1, -3.0, 0.5), (0.1, 4.0, 0.5)))
    pose = read_pose(read_scene(scene.stage), camera, 1.0)
    # Through the first box, beside both, at the first's far side, short of the first.
    points = np.array([[0.1, 4.0, 0.5], [3.0, 4.0, 0.5], [0.1, 0.5, 0.5], [0.1, -1.0, 0.5]])

    reach, owners = coverage._RayCaster(bodies).find_nearest(pose, points)

    assert reach[:3] == pytest.approx([2.5, np.inf, 2.5])
    assert owners[:3].tolist() == [0, -1, 0]
    # What is met beyond a point is told or not, but never as nearer than it is.
    assert reach[3] >= 2.5 - 1e-6


@pytest.mark.parametrize("limit", [0, 10**6])
@pytest.mark.parametrize("seed", range(8))
def test_rays_meet_what_they_would_meet_if_every_body_were_asked(monkeypatch, limit, seed):
    monkeypatch.setattr(coverage, "BATCH_TRIANGLES", limit)
    monkeypatch.setattr(coverage, "SCENE_TRIANGLES", 12)
    random = np.random.default_rng(seed)
    scene = SceneStage()
    for size in random.uniform(0.05, 2.0, (25, 3)):
        place = random.uniform(-3.0, 3.0, 3)
        scene.add("box", place, size=size, yaw_deg=float(random.uniform(0.0, 90.0)))
    # Bodies beside the camera reach from behind it into the picture.
    scene.add_camera((0.0, -1.0, 1.0), (0.5, 3.0, 1.0), focal_length_mm=12.0)
    read = read_scene(scene.stage)
    pose = read_pose(read, read.cameras[0], 1.0)
    points = random.uniform(-6.0, 6.0, (2000, 3))
    points = points[pose.find_in_frame(points)]
    caster, (_, _, lengths) = coverage._RayCaster(read.instances), pose.compute_rays(points)

    reach, owners = caster.find_nearest(pose, points)

    every = np.arange(len(points))
    monkeypatch.setattr(caster, "_iterate_rays", lambda *_: [every] * len(caster._targets))
    all_reach, all_owners = caster.find_nearest(pose, points)
    hidden = all_reach < lengths - coverage.HIDE_M
    assert hidden.any()
    assert (reach < lengths - coverage.HIDE_M).tolist() == hidden.tolist()
    assert owners[hidden].tolist() == all_owners[hidden].tolist()


@pytest.mark.parametrize("limit", [0, 10**6])
@pytest.mark.parametrize("turn_deg", [0.0, 33.0])
def test_rays_to_shared_meshes_meet_them_where_each_stands(monkeypatch, limit, turn_deg):
    monkeypatch.setattr(coverage, "BATCH_TRIANGLES", limit)
    scene = SceneStage()
    for index in range(3):
        scene.add("box", (1.5 * index - 1.5, 1.0 * index, 0.0), yaw_deg=turn_deg)
    bodies = read_scene(scene.stage).instances
    camera = scene.stage.GetPrimAtPath(scene.add_camera((0.0, -2.8, 0.5), (0.0, 2.0, 0.5)))
    pose = read_pose(read_scene(scene.stage), camera, 1.0)
    middles = np.array([body.bound.mean(axis=0) for body in bodies])

    reach, owners = coverage._RayCaster(bodies).find_nearest(pose, middles)

    assert owners.tolist() == [0, 1, 2]
    assert (reach < np.linalg.norm(middles - pose.position, axis=1) - 0.49).all()


def test_visible_share_does_not_hold_hidden_parts_against_their_own_body():
    # Of what is drawn only the front of the shell can be seen, far less than a tenth.
    scene = SceneStage()
    inner = [((0.9, 0.9, 0.9), (0.0, 0.0, 0.05))] * 12
    scene.add("crate", (0.0, 0.0, 0.0), boxes=[((1.0, 1.0, 1.0), (0.0, 0.0, 0.0)), *inner])
    scene.add_camera((0.0, -2.5, 0.5), (0.0, 0.0, 0.5))

    assert measure(scene)[0].samples[0].visible == {"crate": 1.0}


def test_things_outside_the_picture_are_neither_in_frame_nor_visible():
    scene = SceneStage()
    scene.add("box", (3.2, -1.5, 0.0))
    scene.add_camera((-2.0, -2.0, 1.2), (-2.0, 2.0, 1.2), focal_length_mm=50.0)

    sample = measure(scene)[0].samples[0]

    assert (sample.in_frame, sample.visible) == ({"box": 0.0}, {"box": 0.0})


def test_samples_follow_an_animated_camera():
    scene = SceneStage()
    scene.add("box", (0.0, 2.0, 0.0))
    path = scene.add_camera((0.0, -2.0, 1.2), (0.0, 2.0, 1.2))
    op = UsdGeom.Xformable(scene.stage.GetPrimAtPath(path)).GetOrderedXformOps()[0]
    for time, y in ((1.0, -2.0), (9.0, 0.0)):
        matrix = Gf.Matrix4d(op.Get())
        matrix.SetTranslateOnly(Gf.Vec3d(0.0, y, 1.2 + (y + 2.0) / 4.0))
        op.Set(matrix, time)

    heights = [sample.height_m for sample in measure(scene)[0].samples]

    assert heights == pytest.approx([1.2, 1.325, 1.45, 1.575, 1.7], abs=1e-3)


def test_parallel_camera_sees_within_its_window():
    scene = SceneStage()
    scene.add("box", (0.0, 2.0, 0.0))
    scene.add("post", (3.0, 2.0, 0.0), size=(0.2, 0.2, 1.0))
    # Close before the camera: it would hide all from a point, and hides little from a window.
    scene.add("plate", (0.0, -1.9, 0.35), size=(0.3, 0.02, 0.3))
    path = scene.add_camera((0.0, -2.0, 0.5), (0.0, 2.0, 0.5))
    camera = UsdGeom.Camera(scene.stage.GetPrimAtPath(path))
    camera.GetProjectionAttr().Set("orthographic")
    # Apertures are tenths of a stage unit: 4 m wide and high.
    camera.GetHorizontalApertureAttr().Set(40.0)
    camera.GetVerticalApertureAttr().Set(40.0)

    sample = measure(scene)[0].samples[0]

    assert sample.in_frame == {"box": 1.0, "plate": 1.0, "post": 0.0}
    assert sample.visible == {"box": 1.0, "plate": 1.0, "post": 0.0}


@FRAMES
def test_pose_projects_points_into_right_up_and_depth(up_axis, unit):
    scene = SceneStage(up_axis, unit)
    scene.add("box", (0.0, 0.0, 0.0))
    scene.add_camera((0.0, -2.0, 1.0), (0.0, 0.0, 1.0), focal_length_mm=18.0)
    read = read_scene(scene.stage)

    pose = read_pose(read, read.cameras[0], 1.0)

    assert pose.position == pytest.approx([0.0, -2.0, 1.0], abs=1e-5)
    assert pose.to_view(np.array([[0.3, 0.0, 1.2]]))[0] == pytest.approx([0.3, 0.2, 2.0], abs=1e-5)
    # 36 mm at 18 mm focal length: half the width is as far as the depth.
    assert pose.find_in_frame(np.array([[1.99, 0, 1], [2.01, 0, 1], [0, -3, 1]])).tolist() == [
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("at", "found"),
    [
        ((2.0, 0.0, 1.0), None),
        ((0.0, 0.0, 0.5), "/World/Items/box/box_01"),
        ((4.1, 0.0, 1.0), "/World/Environment/Walls/East/Panel"),
        ((4.5, 0.0, 1.0), "the east wall"),
        ((0.0, 0.0, 3.5), "the ceiling"),
        ((0.0, 0.0, -0.5), "the floor"),
    ],
)
def test_enclosure_names_what_a_point_is_in_or_beyond(at, found):
    scene = SceneStage()
    scene.add("box", (0.0, 0.0, 0.0))

    assert find_enclosure(read_scene(scene.stage), np.array(at)) == found


def test_cameras_of_a_stage_without_any_are_none():
    scene = SceneStage()
    scene.add("box", (0.0, 0.0, 0.0))

    assert measure(scene) == []


def test_cameras_of_a_place_without_instances_still_tell_height_and_clearance():
    scene = SceneStage()
    scene.add_camera((0.0, 0.0, 1.0), (1.0, 0.0, 1.0))

    sample = measure(scene)[0].samples[0]

    assert (sample.height_m, sample.in_frame) == (1.0, {})
    assert sample.clearance_m == pytest.approx(1.0, abs=1e-3)


def test_enclosure_over_the_walls_of_a_room_without_ceiling_is_the_open():
    scene = SceneStage(ceiling=False)
    scene.add("box", (0.0, 0.0, 0.0))

    assert find_enclosure(read_scene(scene.stage), np.array((6.0, 0.0, 9.0))) is None
    assert find_enclosure(read_scene(scene.stage), np.array((6.0, 0.0, 1.0))) == "the east wall"
