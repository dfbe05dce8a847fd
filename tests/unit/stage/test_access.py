"""Walkable share, aisles and door zones of small rooms with known answers."""

from __future__ import annotations

import numpy as np
import pytest
from pxr import UsdGeom

from clappper.core.stage import access
from clappper.core.stage.access import find_in_walls, label_regions, measure_access
from clappper.core.stage.arrangement import cluster, compute_deviation, find_rows, measure_aisles
from clappper.core.stage.collision import CollisionWorld
from clappper.core.stage.inspect import read_scene
from support.stages import (
    TABLE,
    SceneStage,
    make_item,
    make_plan,
    make_relation,
    write_asset,
)


def measure(scene_stage, plan=None):
    scene = read_scene(scene_stage.stage)
    return measure_access(scene, CollisionWorld(), plan, find_in_walls(scene))


def test_walkable_share_of_an_empty_room_is_whole():
    assert measure(SceneStage()).walkable_share == 1.0


def test_walkable_share_without_a_floor_of_our_own_is_unknown():
    scene = SceneStage(floor=False)
    scene.add("box", (0.0, 0.0, 0.0))

    assert measure(scene).walkable_share is None


@pytest.mark.parametrize(("gap_m", "share"), [(0.0, 0.75), (0.4, 0.75), (0.9, 1.0)])
def test_walkable_share_of_a_divided_room_needs_a_gap_a_person_fits_through(gap_m, share):
    # A divider 0.2 m thick at x = 2 in a room 8 x 6 m: free are 5.3 m and 1.3 m of depth, times 5.4
    # m.
    scene = SceneStage()
    scene.add("divider", (2.0, gap_m / 2.0, 0.0), size=(0.2, 6.0 - gap_m, 1.5))

    measured = measure(scene).walkable_share

    assert measured == pytest.approx(5.3 / (5.3 + 1.3) if share < 1.0 else 1.0, abs=0.02)


@pytest.mark.parametrize("yaw_deg", [90.0, 180.0, -90.0])
def test_walkable_share_of_a_turned_divider_is_that_of_one_built_so(yaw_deg):
    scene = SceneStage()
    size = (0.2, 6.0, 1.5) if yaw_deg == 180.0 else (6.0, 0.2, 1.5)
    scene.add("divider", (2.0, 0.0, 0.0), size=size, yaw_deg=yaw_deg)

    assert measure(scene).walkable_share == pytest.approx(5.3 / (5.3 + 1.3), abs=0.02)


def test_walkable_share_of_a_fallen_pole_is_divided_where_it_lies():
    scene = SceneStage()
    path = scene.add("pole", (2.0, 3.0, 0.5), size=(0.2, 0.2, 6.0))
    UsdGeom.Xformable(scene.stage.GetPrimAtPath(path)).AddRotateXOp().Set(90.0)

    assert measure(scene).walkable_share == pytest.approx(5.3 / (5.3 + 1.3), abs=0.02)


def test_walkable_share_of_one_gate_at_two_heights_is_blocked_where_its_beam_is_low(tmp_path):
    scene = SceneStage()
    gate = [((0.2, 0.2, 0.02), (0.0, 0.0, 0.0)), ((0.2, 6.0, 0.5), (0.0, 0.0, 1.9))]
    asset = write_asset(tmp_path / "gate.usda", gate)
    scene.add("gate", (-2.0, 0.0, 0.3), asset=asset)
    assert measure(scene).walkable_share == 1.0

    scene.add("gate", (2.0, 0.0, 0.0), asset=asset)

    assert measure(scene).walkable_share == pytest.approx(5.3 / (5.3 + 1.3), abs=0.03)


def test_points_of_what_reaches_far_out_are_spread_about_the_room_alone():
    scene = SceneStage()
    scene.add("sail", (0.0, 0.0, 0.5), size=(300.0, 0.1, 1.0))
    read = read_scene(scene.stage)

    points = access._recall_points(read.instances[0], read.room, 0.05, {})

    assert np.abs(points[:, 0]).max() < 4.0 + 1.0 + 0.05 * access.MAX_STEPS


@pytest.mark.parametrize(
    ("z", "height_m", "blocks"),
    [(0.0, 0.04, False), (0.0, 0.1, True), (1.9, 0.5, True), (2.1, 0.5, False)],
)
def test_walkable_share_counts_what_is_between_step_and_head(z, height_m, blocks):
    scene = SceneStage()
    scene.add("bar", (2.0, 0.0, z), size=(0.2, 6.0, height_m))

    assert (measure(scene).walkable_share < 1.0) is blocks


def test_walkable_share_does_not_count_the_inside_of_a_hollow_thing():
    scene = SceneStage()
    walls = [((4.0, 0.1, 2.5), (0.0, y, 0.0)) for y in (-1.45, 1.45)]
    walls += [((0.1, 3.0, 2.5), (x, 0.0, 0.0)) for x in (-1.95, 1.95)]
    scene.add("container", (0.0, 0.0, 0.0), boxes=walls)

    assert measure(scene).walkable_share == 1.0


def test_walkable_share_lets_people_stand_under_nothing_but_a_table_is_in_the_way():
    scene = SceneStage(size=(2.0, 6.0, 3.0))
    scene.add("table", (0.0, 0.0, 0.0), boxes=TABLE)

    # The table leaves 0.2 m on each side: two halves of equal size.
    assert measure(scene).walkable_share == pytest.approx(0.5, abs=0.02)


def test_regions_are_joined_along_edges_and_not_over_corners():
    mask = np.array(
        [[1, 1, 0, 0, 1], [0, 1, 0, 1, 1], [0, 0, 1, 0, 0], [1, 0, 1, 1, 1], [1, 1, 1, 0, 1]],
        dtype=bool,
    )

    labels = label_regions(mask)

    assert (labels[~mask] == -1).all()
    assert labels[0, 0] == labels[1, 1]
    assert labels[0, 4] == labels[1, 3]
    assert labels[2, 2] == labels[4, 0] == labels[3, 0] == labels[4, 4]
    assert len(set(labels[mask].tolist())) == 3


@pytest.mark.parametrize("seed", range(5))
def test_regions_agree_with_a_plain_flood_fill(seed):
    mask = np.random.default_rng(seed).random((23, 31)) < 0.6

    labels = label_regions(mask)

    expected = np.full(mask.shape, -1)
    for number, start in enumerate(zip(*np.nonzero(mask), strict=True)):
        stack = [start]
        while stack:
            i, j = stack.pop()
            inside = 0 <= i < mask.shape[0] and 0 <= j < mask.shape[1]
            if inside and mask[i, j] and expected[i, j] == -1:
                expected[i, j] = number
                stack += [(i + 1, j), (i - 1, j), (i, j + 1), (i, j - 1)]
    pairs = set(zip(labels[mask].tolist(), expected[mask].tolist(), strict=True))
    assert len(pairs) == len({a for a, _ in pairs}) == len({b for _, b in pairs})


@pytest.mark.parametrize("yaw_deg", [0.0, 90.0])
def test_aisles_lie_between_neighbouring_rows(yaw_deg):
    scene = SceneStage(size=(20.0, 20.0, 3.0))
    for y in (-4.0, 0.0, 5.0):
        for x in (-2.0, 0.0, 2.0):
            place = (x, y, 0.0) if yaw_deg == 0.0 else (y, x, 0.0)
            scene.add("rack", place, size=(1.9, 1.0, 2.0), yaw_deg=yaw_deg)
    plan = make_plan([make_item("rack", 9)], [make_relation("rows", "rack", "room", rows=3)])

    widths = sorted(aisle.width_m for aisle in measure(scene, plan).aisles)

    assert widths == pytest.approx([3.0, 4.0], abs=1e-3)


@pytest.mark.parametrize(
    ("turn_deg", "gap_m", "aisles"), [(180.0, 0.1, 1), (0.0, 0.1, 2), (180.0, 0.5, 2)]
)
def test_aisles_do_not_lie_between_rows_back_to_back(turn_deg, gap_m, aisles):
    scene = SceneStage(size=(20.0, 20.0, 3.0))
    # Fronts of the first row look to -y, of the second, behind it, to +y.
    for y, yaw_deg in ((0.0, 0.0), (1.0 + gap_m, turn_deg), (5.0, 0.0)):
        for x in (-2.0, 0.0, 2.0):
            scene.add("rack", (x, y, 0.0), size=(1.9, 1.0, 2.0), yaw_deg=yaw_deg)
    bodies = read_scene(scene.stage).instances

    assert len(measure_aisles(find_rows(bodies, 3))) == aisles


def test_rows_of_nothing_are_none():
    assert find_rows([], 2) == []


def test_cluster_groups_values_in_ascending_order():
    assert cluster([5.0, 1.0, 1.04, 5.02, 1.06], 0.05) == [[1, 2], [4], [0, 3]]


def test_deviation_is_the_distance_to_the_best_line():
    points = np.array([[0.0, 0.0], [1.0, 1.0], [2.0, 2.0]])

    assert compute_deviation(points) == pytest.approx(0.0, abs=1e-9)
    assert compute_deviation(np.array([[0.0, 0.0], [2.0, 0.3], [4.0, 0.0]])) == pytest.approx(
        0.2, abs=0.01
    )


@pytest.mark.parametrize(
    ("at", "clear"),
    [
        ((0.0, 0.0, 0.0), True),
        ((0.0, 2.1, 0.0), False),
        ((1.05, 2.4, 0.0), True),
        ((0.9, 2.4, 0.0), False),
        ((0.0, 2.4, 2.05), True),
    ],
    ids=["behind the zone", "in its end", "beside it", "over its edge", "above heads"],
)
def test_door_is_clear_when_nothing_stands_before_it(at, clear):
    scene = SceneStage(door=(0.0, 1.2, 2.1))
    door = scene.add("door", (0.0, 3.1, 0.0), size=(1.19, 0.1, 2.095))
    scene.add("box", at, size=(0.9, 0.9, 0.5))

    assert [(report.prim_path, report.clear) for report in measure(scene).doors] == [(door, clear)]


def test_window_has_no_door_zone():
    scene = SceneStage(door=(0.0, 1.2, 2.1))
    scene.add("window", (0.0, 3.1, 0.9), size=(1.19, 0.1, 1.195))

    assert measure(scene).doors == ()
