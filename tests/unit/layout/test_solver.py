import math
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clappper.core.layout.box import Box, compute_box_gap_m
from clappper.core.layout.shot import rate_framing
from clappper.core.layout.solver import solve_layout
from clappper.core.layout.space import compute_boxes
from clappper.core.planning.models import Verb
from clappper.core.units import compute_heading
from support.plans import (
    SIZES,
    make_footprint,
    make_footprints,
    make_item,
    make_plan,
    make_relation,
)

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


@pytest.mark.parametrize(("pallets", "boxes"), [(2, 8), (1, 24)])
def test_solve_layout_things_piled_on_top_stand_on_each_other(pallets, boxes):
    plan = make_plan(
        "warehouse",
        [make_item("pallet", pallets), make_item("box", boxes)],
        [make_relation("on_top_of", "box", "pallet"), make_relation("stack", "box", per_row=2)],
    )
    result = solve(plan)
    assert_sound(result)
    supports = [p.support.split("_")[0] for p in by_item(result, "box")]
    assert set(supports) == {"pallet", "box"}
    assert supports.count("box") >= boxes / 2


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


ROOM_VERBS = (
    *("rows", "grid", "line", "stack", "scatter"),
    *("along_wall", "in_corner", "centered", "in_wall"),
)
ITEM_VERBS = sorted(set(get_args(Verb)) - set(ROOM_VERBS))


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
            relations.append(make_relation(draw(st.sampled_from(ROOM_VERBS)), item["id"]))
    kind = draw(
        st.sampled_from(["warehouse", "office", "loading_dock", "studio", "yard", "bathroom"])
    )
    size = draw(st.none() | st.tuples(st.floats(2, 30), st.floats(2, 30), st.floats(2.2, 9)))
    return make_plan(kind, items, relations, size_m=size), draw(st.integers(0, 99))


# A plan that fits nowhere is tried in sixteen rooms, so that one example may take a second.
@pytest.mark.timeout(1500)
@settings(
    suppress_health_check=[HealthCheck.too_slow],
    deadline=None,
    max_examples=min(600, settings().max_examples),
)
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


def test_solve_layout_surplus_partner_stands_beside_and_is_told():
    plan = make_plan(
        "office",
        [make_item("desk", 2), make_item("plant", 3)],
        [make_relation("paired_with", "plant", "desk")],
    )
    result = solve(plan)
    assert_sound(result)
    assert len(by_item(result, "plant")) == 3
    assert [v.code for v in result.violations] == ["RELATION_UNMET"]


def test_solve_layout_two_kinds_around_one_thing_do_not_collide():
    plan = make_plan(
        "meeting_room",
        [make_item("table"), make_item("chair", 6), make_item("person", 3)],
        [make_relation("around", "chair", "table"), make_relation("around", "person", "table")],
    )
    result = solve(plan)
    assert_sound(result)
    assert len(result.placements) == 10
    assert not result.violations


def test_solve_layout_two_kinds_on_one_desk_share_its_top():
    plan = make_plan(
        "office",
        [make_item("desk", 2), make_item("monitor", 2), make_item("box", 2)],
        [make_relation("on_top_of", "monitor", "desk"), make_relation("on_top_of", "box", "desk")],
    )
    result = solve(plan)
    assert_sound(result)
    supports = [p.support for p in result.placements if p.item != "desk"]
    assert sorted(supports) == ["desk_01", "desk_01", "desk_02", "desk_02"]


def test_solve_layout_what_stands_between_two_of_a_kind_gets_its_space():
    plan = make_plan(
        items=[make_item("pallet rack", 2), make_item("forklift")],
        relations=[make_relation("between", "forklift", "pallet_rack", object2="pallet_rack")],
    )
    result = solve(plan)
    assert_sound(result)
    (forklift,) = by_item(result, "forklift")
    xs = sorted(p.translation_m.x for p in by_item(result, "pallet_rack"))
    assert xs[0] < forklift.translation_m.x < xs[1]


def test_solve_layout_two_people_facing_each_other_do():
    plan = make_plan(
        "studio", [make_item("person", 2)], [make_relation("facing", "person", "person")]
    )
    a, b = by_item(solve(plan), "person")
    assert abs(a.yaw_deg - b.yaw_deg) == pytest.approx(180.0)


def test_solve_layout_drum_on_drum_rests_on_its_rim():
    drum = make_footprint("box", surface_m=0.38)
    footprints = {**FOOTPRINTS, drum.asset_id: drum}
    plan = make_plan(items=[make_item("box", 4)], relations=[make_relation("stack", "box")])
    result = solve_layout(plan, footprints, seed=0)
    heights = {p.translation_m.z for p in result.placements}
    assert max(heights) > 0.0
    assert all(z == pytest.approx(0.4 * round(z / 0.4)) for z in heights)


def test_solve_layout_things_next_to_a_door_find_room_beside_its_free_floor():
    plan = make_plan(
        "loading_dock",
        [make_item("door"), make_item("plant", 2)],
        [make_relation("in_wall", "door", side="north"), make_relation("next_to", "plant", "door")],
    )
    result = solve(plan)
    assert_sound(result)
    assert len(by_item(result, "plant")) == 2


def test_solve_layout_facing_pair_at_a_wall_is_placed_once():
    plan = make_plan(
        "shop",
        [make_item("cabinet", 2), make_item("plant")],
        [
            make_relation("facing", "cabinet", "cabinet"),
            make_relation("along_wall", "cabinet"),
            make_relation("between", "plant", "cabinet", object2="cabinet"),
        ],
    )
    result = solve(plan)
    assert_sound(result)
    assert [p.id for p in result.placements] == ["cabinet_01", "cabinet_02", "plant_01"]


@pytest.mark.parametrize("seed", range(6))
def test_solve_layout_of_equal_layouts_takes_one_that_the_camera_shows_whole(seed):
    plan = make_plan(
        "loading_dock",
        [make_item("forklift", 2), make_item("door"), make_item("person", 3)],
        [make_relation("in_wall", "door"), make_relation("near", "person", "door")],
        camera={"shot": "eye_level", "targets": ["person", "door"], "move": "truck"},
    )

    layout = solve_layout(plan, FOOTPRINTS, seed=seed)

    assert layout.violations == ()
    assert rate_framing(plan, layout.room, compute_boxes(layout, FOOTPRINTS)) > 0.8
