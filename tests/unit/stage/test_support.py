"""What things rest on, in small rooms with known answers."""

from __future__ import annotations

import pytest

from clappper.core.stage.access import find_in_walls
from clappper.core.stage.collision import CollisionWorld
from clappper.core.stage.inspect import read_scene
from clappper.core.stage.support import find_supports
from support.stages import TABLE, SceneStage


def measure(scene_stage):
    """Per instance name: names of what it rests on, and the problem."""
    scene = read_scene(scene_stage.stage)
    supports = find_supports(scene, CollisionWorld(), find_in_walls(scene))
    return {
        body.name: ([held.name for held in support.bodies], support.problem)
        for body, support in supports.items()
    }


@pytest.mark.parametrize("yaw_deg", [0.0, 30.0])
def test_support_of_a_stack_goes_down_to_the_floor(yaw_deg):
    scene = SceneStage()
    for level in range(3):
        scene.add("crate", (0.5, 0.2, float(level)), yaw_deg=yaw_deg)

    assert measure(scene) == {
        "crate_01": (["Floor"], None),
        "crate_02": (["crate_01"], None),
        "crate_03": (["crate_02"], None),
    }


def test_support_of_a_plank_on_two_trestles_is_both():
    scene = SceneStage()
    for x in (-1.0, 1.0):
        scene.add("trestle", (x, 0.0, 0.0), size=(0.2, 0.6, 0.7))
    scene.add("plank", (0.0, 0.0, 0.7), size=(2.4, 0.4, 0.04))

    assert measure(scene)["plank_01"] == (["trestle_01", "trestle_02"], None)


@pytest.mark.parametrize("x", [0.5, 0.50001, 0.499])
def test_support_is_not_what_only_touches_from_the_side(x):
    scene = SceneStage()
    scene.add("tower", (0.0, 0.0, 0.0), size=(0.5, 0.5, 2.0))
    scene.add("box", (x, 0.0, 1.0), size=(0.5, 0.5, 0.5))

    assert measure(scene)["box_01"] == ([], "floats 1.00 m above the floor")


def test_support_of_a_box_in_a_corner_is_the_shelf_it_also_touches_sideways():
    scene = SceneStage()
    scene.add(
        "bracket",
        (0.0, 0.0, 0.0),
        boxes=[((1.0, 1.0, 0.5), (0.0, 0.0, 0.0)), ((0.1, 1.0, 2.0), (-0.55, 0.0, 0.0))],
    )
    scene.add("box", (-0.25, 0.0, 0.5), size=(0.5, 0.5, 0.5))

    assert measure(scene)["box_01"] == (["bracket_01"], None)


def test_support_of_something_above_a_table_tells_the_gap_to_its_top():
    scene = SceneStage()
    scene.add("table", (0.0, 0.0, 0.0), boxes=TABLE)
    scene.add("cup", (0.2, 0.1, 0.79), size=(0.1, 0.1, 0.1))

    assert measure(scene)["cup_01"] == ([], "floats 50 mm above table_01")


def test_support_of_something_sunk_into_a_table_tells_the_depth():
    scene = SceneStage()
    scene.add("table", (0.0, 0.0, 0.0), boxes=TABLE)
    scene.add("cup", (0.2, 0.1, 0.73), size=(0.1, 0.1, 0.1))

    assert measure(scene)["cup_01"] == ([], "sinks 10 mm into table_01")


@pytest.mark.parametrize(
    ("y", "held"),
    [(2.95, True), (2.9495, True), (2.94, False)],
    ids=["touching", "0.5 mm", "10 mm"],
)
def test_support_of_a_picture_is_the_wall_it_hangs_on(y, held):
    scene = SceneStage()
    scene.add("picture", (0.0, y, 1.4), size=(0.8, 0.1, 0.6))

    names, problem = measure(scene)["picture_01"]

    assert (names == ["Panel"]) is held
    assert problem == (None if held else "floats 1.40 m above the floor")


def test_support_of_a_thing_stuck_in_a_wall_tells_how_deep():
    scene = SceneStage()
    scene.add("picture", (0.0, 2.96, 1.4), size=(0.8, 0.1, 0.6))

    assert measure(scene)["picture_01"] == ([], "sinks 10 mm into the north wall")


def test_support_of_a_lamp_is_the_ceiling_it_hangs_from():
    scene = SceneStage()
    scene.add("lamp", (0.0, 0.0, 2.8), size=(0.3, 0.3, 0.2))

    assert measure(scene)["lamp_01"] == (["Ceiling"], None)


def test_support_of_a_door_is_its_threshold():
    scene = SceneStage(door=(0.0, 1.0, 2.1))
    scene.add("door", (0.0, 3.1, 0.0), size=(0.99, 0.1, 2.095))

    assert measure(scene)["door_01"] == (["Threshold"], None)


def test_support_of_a_window_is_the_opening_it_fills_with_five_millimetres_play():
    scene = SceneStage(door=(0.0, 1.0, 2.1))
    scene.add("window", (0.0, 3.1, 0.9), size=(0.99, 0.1, 1.195))

    names, problem = measure(scene)["window_01"]

    assert names == ["Panel"]
    assert problem is None


def test_support_of_a_thing_beside_the_floor_is_nothing():
    scene = SceneStage()
    scene.add("box", (30.0, 0.0, 1.0))

    assert measure(scene)["box_01"] == ([], "has nothing below it")
