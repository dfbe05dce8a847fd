import math
from itertools import pairwise

import pytest

from clappper.core.layout.box import Box, compute_box_gap_m
from clappper.core.layout.models import Room
from clappper.core.layout.shot import compute_camera_path, compute_viewpoint, rate_framing
from clappper.core.units import Vec3, compute_heading
from support.plans import make_item, make_plan, make_relation

ROOM = Room(
    kind="warehouse",
    size_m=Vec3(x=16.0, y=20.0, z=6.0),
    walls=("north", "south", "east", "west"),
    has_ceiling=True,
    wall_thickness_m=0.3,
    openings=(),
)
BOXES = {
    "forklift": [
        Box(-2.0, -1.0, 0.6, 1.3, 30.0, 0.0, 2.2),
        Box(2.5, 0.0, 0.6, 1.3, 330.0, 0.0, 2.2),
    ],
    "shelving": [Box(x, y, 0.3, 0.9, 0.0, 0.0, 2.1) for x in (-2.0, 2.0) for y in (3.0, 5.0, 7.0)],
}
MOVES = ["static", "orbit", "dolly_in", "dolly_out", "truck", "crane", "pan", "fly_through"]
SHOTS = [
    "eye_level",
    "wide",
    "close_up",
    "low",
    "high",
    "overhead",
    "three_quarter",
    "isometric",
]


def compute(boxes=BOXES, room=ROOM, **camera):
    plan = make_plan(items=[make_item(noun) for noun in boxes], camera=camera)
    return compute_camera_path(plan, room, boxes, aspect=16 / 9)


def walk(path, steps=24):
    """Return eye and heading along the move, as the two keys of the authored camera give them."""
    for i in range(steps + 1):
        t = i / steps
        if path.pivot is None:
            eye = tuple(a + t * (b - a) for a, b in zip(path.first.eye, path.last.eye, strict=True))
            yield eye, path.first.heading_deg + t * (path.last.heading_deg - path.first.heading_deg)
            continue
        angle = math.radians(t * path.turn_deg)
        x, y = (path.first.eye[k] - path.pivot[k] for k in (0, 1))
        yield (
            (
                path.pivot[0] + x * math.cos(angle) - y * math.sin(angle),
                path.pivot[1] + x * math.sin(angle) + y * math.cos(angle),
                path.first.eye[2],
            ),
            path.first.heading_deg + t * path.turn_deg,
        )


def assert_whole(pose, focal_length_mm, boxes):
    """Assert that every corner of every box is in the picture at a pose."""
    tan_x = 18.0 / focal_length_mm
    heading, pitch = math.radians(pose.heading_deg), math.radians(pose.pitch_deg)
    for box in (b for bs in boxes.values() for b in bs):
        for x, y in box.compute_corners():
            for z in (box.z_min, box.z_max):
                dx, dy, dz = x - pose.eye[0], y - pose.eye[1], z - pose.eye[2]
                ahead = dy * math.cos(heading) - dx * math.sin(heading)
                depth = ahead * math.cos(pitch) + dz * math.sin(pitch)
                across = (dx * math.cos(heading) + dy * math.sin(heading)) / depth / tan_x
                up = (dz * math.cos(pitch) - ahead * math.sin(pitch)) / depth / tan_x * 16 / 9
                assert depth > 0.0
                assert max(abs(across), abs(up)) <= 1.0


def test_compute_camera_path_eye_level_stands_at_eye_height_and_looks_nearly_level():
    path = compute(shot="eye_level", move="dolly_in")
    for pose in (path.first, path.last):
        assert 1.6 <= pose.eye[2] <= 1.7
        assert abs(pose.pitch_deg) < 6.0


@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("shot", SHOTS)
def test_compute_camera_path_any_shot_and_move_stays_clear_and_inside(shot, move):
    for (x, y, z), _ in walk(compute(shot=shot, move=move)):
        assert abs(x) <= 7.7
        assert abs(y) <= 9.7
        assert 0.0 < z < (6.0 if shot != "isometric" else 40.0)
        probe = Box(x, y, 0.01, 0.01, 0.0, z - 0.2, z + 0.2)
        for box in (b for bs in BOXES.values() for b in bs):
            assert not probe.overlaps_height(box) or compute_box_gap_m(probe, box) >= 0.3


@pytest.mark.parametrize("move", [m for m in MOVES if m != "static"])
def test_compute_camera_path_move_moves_gently(move):
    steps = list(walk(compute(shot="eye_level", move=move), 48))
    lengths = [math.dist(a, b) for (a, _), (b, _) in pairwise(steps)]
    turns = [abs(a - b) for (_, a), (_, b) in pairwise(steps)]
    assert max(lengths) > 0.001 or max(turns) > 0.1
    assert max(lengths) < 0.3
    assert max(turns) < 2.0


def test_compute_camera_path_orbit_ends_where_its_turn_leads():
    path = compute(shot="three_quarter", move="orbit")
    *_, (eye, heading) = walk(path)
    assert eye == pytest.approx(path.last.eye, abs=1e-9)
    assert heading == pytest.approx(path.last.heading_deg, abs=1e-9)


def test_compute_camera_path_subject_is_in_the_picture():
    path = compute(shot="eye_level", targets=["forklift"])
    pose = path.first
    half_angle = math.degrees(math.atan(18.0 / path.focal_length_mm))
    for box in BOXES["forklift"]:
        bearing = math.degrees(math.atan2(-(box.x - pose.eye[0]), box.y - pose.eye[1]))
        assert abs(bearing - pose.heading_deg) < half_angle


def test_compute_camera_path_tight_room_shows_every_thing_whole():
    room = ROOM.model_copy(update={"size_m": Vec3(x=13.0, y=11.0, z=4.8)})
    boxes = {
        "forklift": [
            Box(-3.4, 0.8, 0.6, 1.6, 80.0, 0.0, 2.2),
            Box(3.9, 1.0, 0.6, 1.6, 40.0, 0.0, 2.2),
        ],
        "door": [Box(0.6, 5.5, 1.6, 0.2, 0.0, 0.0, 3.2)],
        "person": [Box(x, 3.6, 0.3, 0.3, 0.0, 0.0, 1.8) for x in (-1.9, -1.2, -0.4)],
    }
    path = compute(boxes=boxes, room=room, shot="eye_level", targets=["person", "door"])
    assert_whole(path.last, path.focal_length_mm, boxes)


def test_compute_camera_path_user_height_and_lens_are_kept():
    path = compute(shot="eye_level", height_m=2.5, focal_length_mm=50.0)
    assert path.focal_length_mm == 50.0
    assert path.first.eye[2] == path.last.eye[2] == 2.5


def test_compute_camera_path_empty_scene_still_gives_a_camera():
    assert compute(boxes={}, shot="wide").focal_length_mm == 18.0


def test_compute_camera_path_crowded_room_falls_back_to_a_free_point():
    tiny = ROOM.model_copy(update={"size_m": Vec3(x=3.0, y=3.0, z=2.5)})
    boxes = {"table": [Box(0.0, 0.3, 1.0, 0.9, 0.0, 0.0, 0.8)]}
    pose = compute(boxes=boxes, room=tiny, shot="three_quarter").first
    assert abs(pose.eye[0]) <= 1.5
    assert abs(pose.eye[1]) <= 1.5


def test_compute_camera_path_target_without_a_place_films_the_rest():
    boxes = {"forklift": [], "shelving": BOXES["shelving"]}
    path = compute(boxes=boxes, shot="eye_level", targets=["forklift"])
    assert path.first.eye[2] == 1.65


@pytest.mark.parametrize("move", ["static", "fly_through", "truck"])
@pytest.mark.parametrize("yaw", [320.0, 345.0, 15.0, 40.0])
def test_compute_camera_path_stands_before_what_is_to_face_it(yaw, move):
    # Turned a little to one side, the box shows the camera more of itself from the other.
    boxes = {"forklift": [Box(0.0, 6.0, 0.6, 1.6, yaw, 0.0, 2.2)]}
    plan = make_plan(
        items=[make_item("forklift")],
        relations=[make_relation("facing", "forklift", "camera")],
        camera={"shot": "high", "move": move},
    )

    x, y = compute_viewpoint(plan, ROOM, boxes)

    heading_x, heading_y = compute_heading(yaw)
    assert (heading_x * x + heading_y * (y - 6.0)) / math.hypot(x, y - 6.0) > 0.75


def test_compute_camera_path_tight_room_uses_the_floor_up_to_the_wall():
    room = ROOM.model_copy(update={"size_m": Vec3(x=13.0, y=11.0, z=6.0)})
    boxes = {
        "forklift": [
            Box(-3.9, -1.0, 0.6, 1.6, 45.0, 0.0, 2.2),
            Box(3.5, 0.0, 0.6, 1.6, 315.0, 0.0, 2.2),
        ]
    }

    path = compute(boxes, room, shot="eye_level", move="static")

    assert path.first.eye[1] < -4.9


def test_rate_framing_counts_what_is_wholly_in_the_picture():
    plan = make_plan(items=[make_item("forklift")], camera={"shot": "eye_level", "move": "static"})
    wide = {"forklift": [Box(x, -8.0, 0.6, 1.3, 0.0, 0.0, 2.2) for x in (-7.0, 0.0, 7.0)]}

    assert rate_framing(plan, ROOM, BOXES) == 1.0
    assert rate_framing(plan, ROOM, wide) < 1.0
    assert rate_framing(plan, ROOM, {}) == 1.0


@pytest.mark.parametrize("move", [move for move in MOVES if move not in ("static", "pan")])
@pytest.mark.parametrize("shot", ["eye_level", "wide", "three_quarter", "low"])
def test_compute_camera_path_tight_room_leaves_way_for_the_move(shot, move):
    room = ROOM.model_copy(update={"size_m": Vec3(x=13.0, y=11.0, z=6.0)})
    boxes = {
        "forklift": [
            Box(-2.9, 1.0, 0.6, 1.6, 45.0, 0.0, 2.2),
            Box(2.5, 2.0, 0.6, 1.6, 315.0, 0.0, 2.2),
        ]
    }

    path = compute(boxes, room, shot=shot, move=move)

    eyes = [eye for eye, _ in walk(path)]
    assert sum(math.dist(a, b) for a, b in pairwise(eyes)) > 0.4


@pytest.mark.parametrize("shot", ["three_quarter", "eye_level"])
@pytest.mark.parametrize("move", ["orbit", "truck", "crane", "dolly_out"])
def test_compute_camera_path_shows_every_thing_whole_at_both_ends_of_its_move(move, shot):
    room = ROOM.model_copy(update={"size_m": Vec3(x=11.0, y=9.0, z=3.0)})
    boxes = {
        "table": [Box(-4.2, 2.0, 1.2, 0.6, 0.0, 0.0, 0.74)],
        "desk": [Box(x, 0.6, 0.8, 0.4, 0.0, 0.0, 0.74) for x in (0.3, 2.0, 3.6)],
    }

    path = compute(boxes, room, shot=shot, move=move)

    for pose in (path.first, path.last):
        assert_whole(pose, path.focal_length_mm, boxes)


@pytest.mark.parametrize(
    ("width_m", "depth_m", "x", "y", "move"),
    [
        (13.0, 9.0, 3.2, 0.3, "crane"),
        (12.0, 8.0, 3.2, 0.0, "truck"),
        (12.0, 11.0, 3.6, -1.0, "truck"),
        (10.0, 8.0, 2.6, 0.9, "orbit"),
    ],
)
def test_compute_camera_path_moves_less_rather_than_cut_something(width_m, depth_m, x, y, move):
    room = ROOM.model_copy(update={"size_m": Vec3(x=width_m, y=depth_m, z=5.0)})
    boxes = {
        "forklift": [
            Box(-x, y, 0.6, 1.6, 60.0, 0.0, 2.2),
            Box(x, y, 0.6, 1.6, 300.0, 0.0, 2.2),
        ],
        "person": [Box(at, depth_m / 2 - 1.0, 0.25, 0.2, 0.0, 0.0, 1.8) for at in (-1.0, 1.0)],
    }

    path = compute(boxes, room, shot="eye_level", move=move)

    for pose in (path.first, path.last):
        assert_whole(pose, path.focal_length_mm, boxes)
    eyes = [eye for eye, _ in walk(path)]
    assert sum(math.dist(a, b) for a, b in pairwise(eyes)) > 0.4
