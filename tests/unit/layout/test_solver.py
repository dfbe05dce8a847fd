import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clappper.core.layout.box import Box, compute_box_gap_m
from clappper.core.layout.solver import solve_layout
from clappper.core.units import compute_heading
from support.plans import SIZES, make_footprints, make_item, make_plan, make_relation

FOOTPRINTS = make_footprints()


def solve(plan, seed=0):
    return solve_layout(plan, FOOTPRINTS, seed=seed)


def get_box(placement):
    footprint = FOOTPRINTS[placement.asset_id]
    at = placement.translation_m
    return Box(
        at.x,
        at.y,
        footprint.width_m / 2,
        footprint.depth_m / 2,
        placement.yaw_deg,
        at.z,
        at.z + footprint.height_m,
    )


def by_item(result, item):
    return [p for p in result.placements if p.item == item]


def assert_sound(result):
    """No overlap within 1 cm unless one rests on the other, and everything inside the room."""
    boxes = {p.id: get_box(p) for p in result.placements}
    half_x, half_y = result.room.size_m.x / 2, result.room.size_m.y / 2
    for placement in result.placements:
        box = boxes[placement.id]
        if placement.support != "wall":
            x_min, y_min, x_max, y_max = box.compute_bounds()
            assert -half_x <= x_min <= x_max <= half_x, placement.id
            assert -half_y <= y_min <= y_max <= half_y, placement.id
        if placement.support not in ("floor", "wall"):
            below = boxes[placement.support]
            assert box.z_min == pytest.approx(below.z_max, abs=1e-6)
        elif placement.support == "floor":
            assert placement.translation_m.z == 0.0
    ids = sorted(boxes)
    for index, a in enumerate(ids):
        for b in ids[index + 1 :]:
            if boxes[a].overlaps_height(boxes[b]):
                assert compute_box_gap_m(boxes[a], boxes[b]) >= 0.01 - 1e-5, (a, b)


def test_solve_layout_rows_leave_the_asked_aisle_between_facing_rows():
    plan = make_plan(
        items=[make_item("shelving", 8)],
        relations=[make_relation("rows", "shelving", rows=2, per_row=4, distance_m=3.5)],
    )
    result = solve(plan)
    assert_sound(result)
    units = by_item(result, "shelving")
    west = [p for p in units if p.translation_m.x < 0]
    east = [p for p in units if p.translation_m.x > 0]
    assert len(west) == len(east) == 4
    aisle = min(p.translation_m.x for p in east) - max(p.translation_m.x for p in west) - 0.6
    assert 3.5 <= aisle <= 3.6
    assert {p.yaw_deg for p in west} == {90.0}
    assert {p.yaw_deg for p in east} == {270.0}


def test_solve_layout_paired_chairs_stand_at_their_desks_front_and_face_them():
    plan = make_plan(
        "office",
        [make_item("desk", 5), make_item("chair", 5)],
        [
            make_relation("grid", "desk", rows=2, per_row=3),
            make_relation("paired_with", "chair", "desk", side="front"),
            make_relation("facing", "chair", "desk"),
        ],
    )
    result = solve(plan)
    assert_sound(result)
    desks, chairs = by_item(result, "desk"), by_item(result, "chair")
    assert len(desks) == len(chairs) == 5
    for desk, chair in zip(desks, chairs, strict=True):
        fx, fy = compute_heading(desk.yaw_deg)
        dx = chair.translation_m.x - desk.translation_m.x
        dy = chair.translation_m.y - desk.translation_m.y
        assert dx * fx + dy * fy == pytest.approx(0.4 + 0.05 + 0.325, abs=1e-5)
        cx, cy = compute_heading(chair.yaw_deg)
        assert cx * -dx + cy * -dy > 0.99 * math.hypot(dx, dy)


def test_solve_layout_door_stands_in_its_wall_with_free_floor_before_it():
    plan = make_plan(
        "loading_dock",
        [make_item("door"), make_item("person", 3), make_item("forklift", 2)],
        [
            make_relation("in_wall", "door", side="north"),
            make_relation("near", "person", "door", distance_m=3.0),
        ],
    )
    for seed in range(6):
        result = solve(plan, seed)
        assert_sound(result)
        (door,) = by_item(result, "door")
        assert door.support == "wall"
        assert door.translation_m.y > result.room.size_m.y / 2
        (opening,) = [o for o in result.room.openings if o.kind == "door"]
        assert opening.wall == "north"
        assert opening.width_m == pytest.approx(3.11)
        assert opening.height_m == pytest.approx(3.305)
        zone = Box(door.translation_m.x, result.room.size_m.y / 2 - 0.8, 1.55, 0.75, 0.0, 0.2, 2.0)
        for placement in result.placements:
            if placement.id != door.id:
                assert compute_box_gap_m(get_box(placement), zone) > 0
        for person in by_item(result, "person"):
            assert compute_box_gap_m(get_box(person), get_box(door)) <= 3.0


def test_solve_layout_things_on_top_rest_on_the_top():
    plan = make_plan(
        "warehouse",
        [make_item("pallet", 2), make_item("box", 12)],
        [make_relation("on_top_of", "box", "pallet")],
    )
    result = solve(plan)
    assert_sound(result)
    supports = [p.support for p in by_item(result, "box")]
    assert {s.split("_")[0] for s in supports} == {"pallet"}
    assert supports.count("pallet_01") == supports.count("pallet_02") == 6


def test_solve_layout_chairs_around_table_face_it():
    plan = make_plan(
        "meeting_room",
        [make_item("table"), make_item("chair", 6)],
        [make_relation("around", "chair", "table")],
    )
    result = solve(plan)
    assert_sound(result)
    (table,) = by_item(result, "table")
    for chair in by_item(result, "chair"):
        fx, fy = compute_heading(chair.yaw_deg)
        dx = table.translation_m.x - chair.translation_m.x
        dy = table.translation_m.y - chair.translation_m.y
        assert (fx * dx + fy * dy) / math.hypot(dx, dy) > 0.5


def test_solve_layout_user_room_too_small_tells_conflict_and_keeps_size():
    plan = make_plan(items=[make_item("pallet", 12)], size_m=(3.0, 3.0, 3.0))
    result = solve(plan)
    assert_sound(result)
    assert result.room.size_m.as_tuple() == (3.0, 3.0, 3.0)
    placed = len(result.placements)
    assert placed == 7
    (violation,) = [v for v in result.violations if v.code == "COUNT_SHORT"]
    assert violation.severity == "error"
    assert "12 x pallet of 1.2 x 0.8 m do not fit 3 x 3 m" in violation.message
    assert f"{placed} placed" in violation.message


def test_solve_layout_default_room_grows_until_everything_fits():
    plan = make_plan("office", [make_item("desk", 60)], [make_relation("grid", "desk")])
    result = solve(plan)
    assert_sound(result)
    assert len(result.placements) == 60
    assert not result.violations


def test_solve_layout_room_is_taller_than_what_stands_in_it():
    result = solve(make_plan("office", [make_item("pallet rack")]))
    assert result.room.size_m.z >= 4.3


def test_solve_layout_unusable_asset_is_told_and_the_rest_is_placed():
    plan = make_plan(items=[make_item("forklift", 2), make_item("box", 1, asset_ids=["gone"])])
    result = solve(plan)
    assert len(by_item(result, "forklift")) == 2
    assert [v.code for v in result.violations] == ["COUNT_SHORT"]


def test_solve_layout_circle_of_supports_is_cut_and_told():
    plan = make_plan(
        items=[make_item("pallet"), make_item("box")],
        relations=[
            make_relation("on_top_of", "box", "pallet"),
            make_relation("on_top_of", "pallet", "box"),
        ],
    )
    result = solve(plan)
    assert_sound(result)
    assert len(result.placements) == 2
    assert "CONTRADICTION" in [v.code for v in result.violations]


def test_solve_layout_same_seed_same_text_other_seed_other_layout():
    plan = make_plan(items=[make_item("forklift", 3), make_item("cabinet", 2)])
    assert solve(plan, 7).model_dump_json() == solve(plan, 7).model_dump_json()
    assert solve(plan, 7).placements != solve(plan, 8).placements


VERBS = [
    "rows",
    "grid",
    "line",
    "stack",
    "scatter",
    "along_wall",
    "in_corner",
    "centered",
    "in_wall",
]
ITEM_VERBS = [
    "around",
    "near",
    "next_to",
    "across_from",
    "far_from",
    "left_of",
    "right_of",
    "in_front_of",
    "behind",
    "facing",
    "on_top_of",
    "under",
    "inside",
    "paired_with",
    "aligned_with",
]


@st.composite
def plans(draw):
    nouns = draw(st.lists(st.sampled_from(sorted(SIZES)), min_size=1, max_size=5, unique=True))
    items = [make_item(noun, draw(st.integers(1, 8))) for noun in nouns]
    relations = []
    for index, item in enumerate(items):
        others = [i["id"] for i in items if i["id"] != item["id"]]
        if others and draw(st.booleans()):
            relations.append(
                make_relation(
                    draw(st.sampled_from(ITEM_VERBS)), item["id"], draw(st.sampled_from(others))
                )
            )
        elif index and draw(st.booleans()):
            relations.append(make_relation(draw(st.sampled_from(VERBS)), item["id"]))
    kind = draw(
        st.sampled_from(["warehouse", "office", "loading_dock", "studio", "yard", "bathroom"])
    )
    size = draw(st.none() | st.tuples(st.floats(2, 30), st.floats(2, 30), st.floats(2.2, 9)))
    return make_plan(kind, items, relations, size_m=size), draw(st.integers(0, 99))


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(plans())
def test_solve_layout_any_plan_is_sound_and_tells_what_is_missing(case):
    plan, seed = case
    result = solve(plan, seed)
    assert_sound(result)
    wanted = sum(item.count for item in plan.items)
    if len(result.placements) < wanted:
        assert any(v.code in ("COUNT_SHORT", "RELATION_UNMET") for v in result.violations)
    assert len({p.id for p in result.placements}) == len(result.placements)


def test_solve_layout_person_near_a_scattered_thing_stands_near_it():
    plan = make_plan(
        items=[make_item("person"), make_item("pallet", 2)],
        relations=[make_relation("near", "person", "pallet")],
    )
    result = solve(plan)
    assert_sound(result)
    assert not result.violations
    (person,) = by_item(result, "person")
    gaps = [compute_box_gap_m(get_box(person), get_box(p)) for p in by_item(result, "pallet")]
    assert min(gaps) <= 1.5
