"""Each verb on a stage where it holds and one where it does not."""

from __future__ import annotations

import pytest
from pxr import Gf, UsdGeom

from clappper.core.planning.models import Verb
from clappper.core.stage.access import find_in_walls
from clappper.core.stage.collision import CollisionWorld
from clappper.core.stage.coverage import read_pose
from clappper.core.stage.inspect import read_scene
from clappper.core.stage.relations import Measurements, measure_relations
from clappper.core.stage.support import find_supports
from support.stages import TABLE, SceneStage, make_item, make_plan, make_relation

S = (0.5, 0.5, 0.5)


def judge(scene_stage, *relations, items=()):
    scene, world = read_scene(scene_stage.stage), CollisionWorld()
    in_walls = find_in_walls(scene)
    colliding = {
        path
        for body in scene.instances
        for other in scene.surroundings
        if world.compute_depth(body, other) > 0.0
        for path in (body.prim_path, other.prim_path)
    }
    measurements = Measurements(
        scene=scene,
        world=world,
        supports=find_supports(scene, world, in_walls),
        in_walls=in_walls,
        colliding=frozenset(colliding),
        camera=read_pose(scene, scene.cameras[0], 5.0) if scene.cameras else None,
    )
    names = {body.item for body in scene.instances} | set(items)
    plan = make_plan([make_item(name) for name in sorted(names)], relations)
    return measure_relations(measurements, plan)


def holds(places, *relations, **room):
    """Judge the first relation on 0.5 m cubes: item -> list of (x, y, z) or (x, y, z, yaw_deg)."""
    scene = SceneStage(**room)
    for item, spots in places.items():
        for x, y, z, *yaw_deg in spots:
            scene.add(item, (x, y, z), size=S, yaw_deg=yaw_deg[0] if yaw_deg else 0.0)
    return judge(scene, *relations)[0].holds


def test_every_verb_of_the_plan_is_measured():
    scene = SceneStage()
    scene.add("a", (0.0, 0.0, 0.0))
    scene.add("b", (2.0, 0.0, 0.0))
    verbs = list(Verb.__args__)

    reports = judge(scene, *(make_relation(verb, "a", "b") for verb in verbs))

    assert [report.verb for report in reports] == verbs
    assert all(report.measured for report in reports)


@pytest.mark.parametrize(
    ("verb", "gap_m", "fields", "expected"),
    [
        ("next_to", 0.0, {}, True),
        ("next_to", 0.5, {}, True),
        ("next_to", 0.6, {}, False),
        ("near", 1.5, {}, True),
        ("near", 1.6, {}, False),
        ("near", 2.9, {"distance_m": 3.0}, True),
        ("near", 3.1, {"distance_m": 3.0}, False),
        ("near", 0.6, {"distance_m": 0.5}, False),
        ("across_from", 1.4, {}, False),
        ("across_from", 2.5, {}, True),
        ("across_from", 4.1, {}, False),
        ("far_from", 3.9, {}, False),
        ("far_from", 4.1, {}, True),
        ("far_from", 2.1, {"distance_m": 2.0}, True),
    ],
)
@pytest.mark.parametrize("yaw_deg", [0.0, 90.0])
def test_distance_verbs_judge_the_gap_between_surfaces(verb, gap_m, fields, expected, yaw_deg):
    places = {"a": [(-3.0, 0.0, 0.0, yaw_deg)], "b": [(-2.5 + gap_m, 0.0, 0.0)]}

    assert holds(places, make_relation(verb, "a", "b", **fields)) is expected


def test_near_takes_the_nearest_of_several_objects_for_every_subject():
    b = [(-3.0, 0.0, 0.0), (3.0, 0.0, 0.0)]

    assert holds(
        {"a": [(-2.0, 0.0, 0.0), (2.0, 0.0, 0.0)], "b": b}, make_relation("near", "a", "b")
    )
    assert not holds(
        {"a": [(-2.0, 0.0, 0.0), (0.0, 2.5, 0.0)], "b": b}, make_relation("near", "a", "b")
    )


def test_near_the_room_measures_walls_and_near_the_camera_the_camera():
    scene = SceneStage()
    scene.add("a", (3.0, 0.0, 0.0), size=S)
    scene.add_camera((3.0, -2.0, 1.0), (3.0, 0.0, 0.3))

    reports = judge(
        scene,
        make_relation("near", "a", "room"),
        make_relation("near", "a", "room", side="west"),
        make_relation("near", "a", "camera", distance_m=2.0),
        make_relation("near", "a", "camera", distance_m=1.0),
    )

    assert [report.holds for report in reports] == [True, False, True, False]
    assert reports[0].measured == "gap 0.75 m"


@pytest.mark.parametrize(
    ("yaw_deg", "expected"),
    [(90.0, True), (65.0, True), (115.0, True), (50.0, False), (270.0, False)],
)
def test_facing_allows_thirty_degrees(yaw_deg, expected):
    # At 90 degrees a thing faces +x, where its object stands far away.
    places = {"a": [(-3.0, 0.0, 0.0, yaw_deg)], "b": [(3.0, 0.0, 0.0)]}

    assert holds(places, make_relation("facing", "a", "b")) is expected


def test_facing_a_long_table_from_its_end_seat_looks_at_the_edge_before_it():
    scene = SceneStage()
    scene.add("table", (0.0, 0.0, 0.0), size=(4.0, 1.0, 0.7))
    scene.add("chair", (1.8, -1.0, 0.0), size=S, yaw_deg=180.0)

    assert judge(scene, make_relation("facing", "chair", "table"))[0].holds


def test_facing_with_pairs_means_the_own_partner():
    # Each chair is nearest to its own desk, but the second looks at the first one's desk.
    places = {
        "chair": [(-2.0, -0.8, 0.0, 180.0), (0.0, -0.8, 0.0, 270.0)],
        "desk": [(-2.0, 0.0, 0.0), (0.0, 0.0, 0.0)],
    }
    paired = make_relation("paired_with", "chair", "desk")

    assert not holds(places, make_relation("facing", "chair", "desk"), paired)
    places["chair"][1] = (0.0, -0.8, 0.0, 180.0)
    assert holds(places, make_relation("facing", "chair", "desk"), paired)


@pytest.mark.parametrize(
    ("object_", "side", "yaw_deg", "expected"),
    [
        ("room", None, 90.0, True),
        ("room", None, 0.0, False),
        ("room", "north", 180.0, True),
        ("room", "north", 90.0, False),
        ("room", "west", 270.0, True),
        (None, "south", 0.0, True),
        ("camera", None, 0.0, True),
        ("camera", None, 180.0, False),
    ],
)
def test_facing_the_room_a_side_or_the_camera(object_, side, yaw_deg, expected):
    scene = SceneStage()
    scene.add("a", (-3.0, 0.0, 0.0), size=S, yaw_deg=yaw_deg)
    scene.add_camera((-3.0, -2.5, 1.5), (-3.0, 0.0, 0.5))

    assert judge(scene, make_relation("facing", "a", object_, side=side))[0].holds is expected


@pytest.mark.parametrize(
    ("spots", "expected"),
    [
        ([(1.0, 0.0, 0.0), (-1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, -1.0, 0.0)], True),
        ([(1.0, 0.0, 0.0), (1.0, 0.6, 0.0), (1.0, -0.6, 0.0)], False),
        ([(1.0, 0.0, 0.0), (-3.0, 0.0, 0.0)], False),
        ([(1.0, 0.0, 0.0), (-1.0, 0.0, 0.0)], True),
        ([(1.0, 0.0, 0.0), (1.0, 0.6, 0.0)], False),
        ([(1.0, 0.0, 0.0)], True),
    ],
    ids=["ring", "all on one side", "one too far", "opposite", "side by side", "one alone"],
)
def test_around_needs_a_ring_within_reach(spots, expected):
    assert (
        holds({"a": spots, "b": [(0.0, 0.0, 0.0)]}, make_relation("around", "a", "b")) is expected
    )


DESKS = [(-2.0, 0.0, 0.0), (0.0, 0.0, 0.0), (2.0, 0.0, 0.0)]


@pytest.mark.parametrize(
    ("chairs", "side", "expected"),
    [
        ([(x, -0.7, 0.0) for x in (-2.0, 0.0, 2.0)], "front", True),
        ([(x, -0.7, 0.0) for x in (-2.0, 0.0, 2.0)], "back", False),
        ([(x, 0.7, 0.0) for x in (-2.0, 0.0, 2.0)], "back", True),
        ([(x, -0.7, 0.0) for x in (-2.0, 0.0, 2.0)], "south", True),
        ([(-2.0, -0.7, 0.0), (0.0, -0.7, 0.0), (0.0, 0.7, 0.0)], None, False),
        ([(-2.0, -0.7, 0.0), (0.0, -0.7, 0.0), (2.0, -2.0, 0.0)], None, False),
        ([(-2.6, -0.2, 0.0), (-1.2, 0.0, 0.0), (0.8, 0.0, 0.0)], None, True),
    ],
    ids=[
        "in front",
        "wrong side",
        "behind",
        "side of the room",
        "two at one desk",
        "too far",
        "shifted",
    ],
)
def test_paired_with_needs_an_own_partner_for_everyone(chairs, side, expected):
    relation = make_relation("paired_with", "chair", "desk", side=side)

    assert holds({"chair": chairs, "desk": DESKS}, relation) is expected


def test_paired_with_moves_an_earlier_partner_on_when_that_helps():
    # The first chair is nearest to the right desk, the only one the second can reach.
    places = {
        "chair": [(0.1, 0.9, 0.0), (1.8, 0.0, 0.0)],
        "desk": [(-1.0, 0.0, 0.0), (0.8, 0.0, 0.0)],
    }

    assert holds(places, make_relation("paired_with", "chair", "desk"))


def grid(xs, ys):
    return [(x, y, 0.0) for y in ys for x in xs]


@pytest.mark.parametrize(
    ("spots", "rows", "expected"),
    [
        (grid((-2, -1, 0, 1), (-1, 1)), 2, True),
        (grid((-2, -1, 0, 1), (-1, 1)), 5, False),
        ([(-3, -2, 0), (-2, 0.3, 0), (-1, -1, 0), (0, 2, 0), (1, -0.4, 0), (2, 1.1, 0)], 2, False),
        (
            [(x, -1.0 + 0.02 * index, 0) for index, x in enumerate((-2, -1, 0))]
            + grid((-2, -1, 0), (1,)),
            2,
            True,
        ),
    ],
    ids=["two rows", "fewer than asked", "scattered", "collinear within 5 cm"],
)
def test_rows_counts_collinear_groups(spots, rows, expected):
    assert holds({"a": spots}, make_relation("rows", "a", "room", rows=rows)) is expected


@pytest.mark.parametrize(
    ("spots", "expected"),
    [
        (grid((-2, 0, 2), (-1, 1)), True),
        (grid((-2, 0, 2), (-1, 1))[:5], True),
        ([(-3, -2, 0), (-2, 0.3, 0), (-1, -1, 0), (0, 2, 0), (1, -0.4, 0)], False),
        (grid((-3, -2, -1, 0, 1), (0,)), False),
    ],
    ids=["full", "one short", "scattered", "one line"],
)
def test_grid_has_rows_and_columns(spots, expected):
    assert holds({"a": spots}, make_relation("grid", "a", "room", rows=2, per_row=3)) is expected


LINE = [(-1.0, -1.0, 0.0), (0.0, 0.0, 0.0), (1.0, 1.0, 0.0)]
BENT = [(-1.0, -1.0, 0.0), (0.0, 0.4, 0.0), (1.0, 1.0, 0.0)]


@pytest.mark.parametrize(
    ("verb", "spots", "expected"),
    [
        ("line", LINE, True),
        ("line", BENT, False),
        ("line", BENT[:2], True),
        ("scatter", BENT, True),
        ("scatter", LINE, False),
        ("scatter", LINE[:2], True),
    ],
)
def test_line_and_scatter_tell_whether_centres_share_a_line(verb, spots, expected):
    assert holds({"a": spots}, make_relation(verb, "a", None)) is expected


@pytest.mark.parametrize(
    ("spots", "expected"),
    [([(0, 0, 0), (0, 0, 0.5), (0, 0, 1.0)], True), ([(0, 0, 0), (1, 0, 0), (2, 0, 0)], False)],
)
def test_stack_needs_one_upon_another(spots, expected):
    assert holds({"a": spots}, make_relation("stack", "a", None)) is expected


@pytest.mark.parametrize(("z", "expected"), [(0.5, True), (0.52, False)])
def test_on_top_of_needs_contact(z, expected):
    places = {"a": [(0.0, 0.0, z)], "b": [(0.0, 0.0, 0.0)]}

    assert holds(places, make_relation("on_top_of", "a", "b")) is expected


def test_on_top_of_needs_the_named_object():
    places = {"a": [(0.0, 0.0, 0.5)], "b": [(2.0, 0.0, 0.0)], "c": [(0.0, 0.0, 0.0)]}

    assert not holds(places, make_relation("on_top_of", "a", "b"))


@pytest.mark.parametrize(("x", "expected"), [(0.0, True), (0.9, False)])
def test_under_needs_a_quarter_below_the_object(x, expected):
    scene = SceneStage()
    scene.add("table", (0.0, 0.0, 0.0), boxes=TABLE)
    scene.add("bin", (x + 0.05, 0.0, 0.0), size=(0.3, 0.3, 0.4))

    assert judge(scene, make_relation("under", "bin", "table"))[0].holds is expected


@pytest.mark.parametrize(("size", "expected"), [((0.3, 0.3, 0.3), True), ((0.3, 0.3, 3.0), False)])
def test_inside_needs_the_whole_bound_in_the_object(size, expected):
    scene = SceneStage()
    walls = [((1.0, 0.02, 1.0), (0.0, y, 0.0)) for y in (-0.5, 0.5)]
    scene.add("crate", (0.0, 0.0, 0.0), boxes=[((1.0, 1.0, 0.02), (0.0, 0.0, 0.0)), *walls])
    scene.add("ball", (0.0, 0.0, 0.02), size=size)

    assert judge(scene, make_relation("inside", "ball", "crate"))[0].holds is expected


def test_inside_takes_no_notice_of_points_that_no_face_uses():
    scene = SceneStage()
    scene.add("crate", (0.0, 0.0, 0.0), boxes=TABLE)
    path = scene.add("ball", (0.0, 0.0, 0.02), size=(0.3, 0.3, 0.3))
    points = UsdGeom.Mesh(scene.stage.GetPrimAtPath(f"{path}/asset/mesh")).GetPointsAttr()
    points.Set([*points.Get(), Gf.Vec3f(5.0, 0.0, 0.0)])

    assert judge(scene, make_relation("inside", "ball", "crate"))[0].holds


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ((0.0, 0.0, 0.0), True),
        ((0.0, 0.4, 0.0), True),
        ((0.0, 1.0, 0.0), False),
        ((3.5, 0.0, 0.0), False),
    ],
)
def test_between_is_on_the_line_of_two_objects(at, expected):
    places = {"a": [at], "b": [(-2.0, 0.0, 0.0)], "c": [(2.0, 0.0, 0.0)]}

    assert holds(places, make_relation("between", "a", "b", object2="c")) is expected


def test_between_two_instances_of_one_item():
    places = {"a": [(0.0, 0.0, 0.0)], "b": [(-2.0, 0.0, 0.0), (2.0, 0.0, 0.0)]}

    assert holds(places, make_relation("between", "a", "b"))


@pytest.mark.parametrize(
    ("spots", "object_", "expected"),
    [
        ([(0.3, 0.3, 0.0)], "room", True),
        ([(-2.0, 0.0, 0.0), (2.0, 0.0, 0.0)], "room", True),
        ([(1.5, 0.0, 0.0)], "room", False),
        ([(1.5, 0.0, 0.0)], None, False),
    ],
)
def test_centered_in_the_room_is_about_the_group(spots, object_, expected):
    assert holds({"a": spots}, make_relation("centered", "a", object_)) is expected


@pytest.mark.parametrize(("x", "expected"), [(0.1, True), (0.4, False)])
def test_centered_on_an_object_is_about_each(x, expected):
    places = {"a": [(x, 0.0, 0.5)], "b": [(0.0, 0.0, 0.0)]}

    assert holds(places, make_relation("centered", "a", "b")) is expected


@pytest.mark.parametrize(
    ("at", "side", "expected"),
    [
        ((0.0, 2.7, 0.0), None, True),
        ((0.0, 2.7, 0.0), "north", True),
        ((0.0, 2.7, 0.0), "east", False),
        ((0.0, 2.0, 0.0), None, False),
        ((3.6, 0.0, 0.0), "east", True),
    ],
)
def test_along_wall_is_within_thirty_centimetres(at, side, expected):
    assert holds({"a": [at]}, make_relation("along_wall", "a", "room", side=side)) is expected


def test_along_wall_needs_a_wall():
    places = {"a": [(0.0, 2.7, 0.0)]}

    assert not holds(places, make_relation("along_wall", "a", "room"), walls=("south",))


@pytest.mark.parametrize(
    ("at", "walls", "expected"),
    [
        ((3.2, 2.2, 0.0), ("north", "east"), True),
        ((3.2, 2.2, 0.0), ("north",), False),
        ((3.2, 0.0, 0.0), ("north", "east"), False),
    ],
)
def test_in_corner_is_near_two_walls_that_meet(at, walls, expected):
    assert holds({"a": [at]}, make_relation("in_corner", "a", "room"), walls=walls) is expected


@pytest.mark.parametrize(
    ("y", "side", "has_opening", "expected"),
    [
        (3.1, None, True, True),
        (3.1, "north", True, True),
        (3.1, "east", True, False),
        (2.5, None, True, False),
        (3.1, None, False, False),
    ],
    ids=[
        "in the opening",
        "in the asked wall",
        "in another wall",
        "before it",
        "in the solid wall",
    ],
)
def test_in_wall_is_in_the_thickness_of_an_open_wall(y, side, has_opening, expected):
    scene = SceneStage(door=(0.0, 1.2, 2.1) if has_opening else None)
    scene.add("door", (0.0, y, 0.0), size=(1.19, 0.1, 2.095))

    assert judge(scene, make_relation("in_wall", "door", "room", side=side))[0].holds is expected


@pytest.mark.parametrize(
    ("yaw_deg", "at", "verb"),
    [
        (0.0, (0.0, -1.0, 0.0), "in_front_of"),
        (0.0, (0.0, 1.0, 0.0), "behind"),
        (0.0, (1.0, 0.0, 0.0), "left_of"),
        (0.0, (-1.0, 0.0, 0.0), "right_of"),
        (90.0, (1.0, 0.0, 0.0), "in_front_of"),
        (90.0, (0.0, 1.0, 0.0), "left_of"),
        (180.0, (0.0, 1.0, 0.0), "in_front_of"),
        (180.0, (-1.0, 0.0, 0.0), "left_of"),
    ],
)
def test_sides_are_told_in_the_frame_of_the_object(yaw_deg, at, verb):
    places = {"a": [at], "b": [(0.0, 0.0, 0.0, yaw_deg)]}

    found = {
        other: holds(places, make_relation(other, "a", "b"))
        for other in ("left_of", "right_of", "in_front_of", "behind")
    }

    assert found == {other: other == verb for other in found}


@pytest.mark.parametrize(
    ("object_", "verbs"),
    [("room", {"left_of", "behind"}), ("camera", {"right_of", "in_front_of"})],
)
def test_sides_of_the_room_and_of_the_picture(object_, verbs):
    # North-west in the room; the camera in the north looks south, so that west is right of the
    # picture.
    scene = SceneStage()
    scene.add("a", (-2.0, 1.0, 0.0), size=S)
    scene.add_camera((0.0, 2.5, 1.5), (0.0, -2.0, 1.0))

    reports = judge(
        scene,
        *(
            make_relation(verb, "a", object_)
            for verb in ("left_of", "right_of", "in_front_of", "behind")
        ),
    )

    assert {report.verb for report in reports if report.holds} == verbs


@pytest.mark.parametrize(
    ("at", "yaw_deg", "expected"),
    [
        ((2.0, 0.02, 0.0), 0.0, True),
        ((2.0, 0.02, 0.0), 90.0, True),
        ((2.0, 0.2, 0.0), 0.0, False),
        ((2.0, 0.0, 0.0), 30.0, False),
    ],
)
def test_aligned_with_shares_a_line_and_a_direction(at, yaw_deg, expected):
    places = {"a": [(*at, yaw_deg)], "b": [(0.0, 0.0, 0.0)]}

    assert holds(places, make_relation("aligned_with", "a", "b")) is expected


def test_relations_to_what_is_not_there_do_not_hold():
    scene = SceneStage(floor=False)
    scene.add("a", (0.0, 0.0, 0.0))

    reports = judge(
        scene,
        make_relation("near", "a", "gone"),
        make_relation("near", "gone", "a"),
        make_relation("near", "a", "room"),
        make_relation("facing", "a", "camera"),
        make_relation("in_corner", "a", None),
        make_relation("centered", "a", None),
        make_relation("near", "a", None),
        items=["gone"],
    )

    assert [report.holds for report in reports] == [False] * 7
    assert [report.measured for report in reports[:4]] == [
        "no gone on the stage",
        "no gone on the stage",
        "the stage has no floor of its own to measure the room on",
        "the stage has no camera",
    ]


def test_on_top_of_counts_a_stack_as_a_whole():
    places = {"a": [(0.0, 0.0, 0.5), (0.0, 0.0, 1.0)], "b": [(0.0, 0.0, 0.0)]}
    floating = {"a": [(0.0, 0.0, 0.5), (3.0, 0.0, 1.0)], "b": [(0.0, 0.0, 0.0)]}

    assert holds(places, make_relation("on_top_of", "a", "b"))
    assert not holds(floating, make_relation("on_top_of", "a", "b"))
