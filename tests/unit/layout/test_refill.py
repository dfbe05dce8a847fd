"""After an edit what was not touched stands where it stood, and what is new finds a place."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clappper.core.layout.box import compute_box_gap_m
from clappper.core.layout.refill import refill_layout
from clappper.core.layout.shift import find_company, shift_instances
from clappper.core.layout.solver import solve_layout
from clappper.core.layout.space import make_member
from support.plans import make_footprints, make_item, make_plan, make_relation

FOOTPRINTS = make_footprints()

DESKS = [
    make_relation("grid", "desk", rows=2, per_row=3),
    make_relation("paired_with", "chair", "desk", side="front"),
    make_relation("facing", "chair", "desk"),
]


def make_office(desks=4, chairs=4, **counts):
    others = [make_item(noun, count) for noun, count in counts.items() if count]
    return make_plan(
        "office", [make_item("desk", desks), make_item("chair", chairs), *others], DESKS
    )


def solve(plan, seed=0):
    return solve_layout(plan, FOOTPRINTS, seed=seed)


def refill(plan, before, released=(), seed=0):
    return refill_layout(plan, FOOTPRINTS, before, released=released, seed=seed)


def assert_sound(layout):
    members = [make_member(p, FOOTPRINTS) for p in layout.placements]
    boxes = [m.compute_box() for m in members]
    for index, a in enumerate(members):
        for number in range(index):
            b = members[number]
            if boxes[index].overlaps_height(boxes[number]) and a.id not in (b.support, b.id):
                gap = compute_box_gap_m(boxes[index], boxes[number])
                assert gap >= 0.01 - 1e-5, (a.id, b.id)


def get_kept(before, after):
    poses = {p.id: p for p in before.placements}
    return [p for p in after.placements if poses.get(p.id) == p]


def count(layout, item):
    return sum(p.item == item for p in layout.placements)


def test_refill_layout_same_plan_changes_nothing():
    before = solve(make_office(plant=2))

    assert refill(make_office(plant=2), before) == before


def test_refill_layout_more_of_something_keeps_the_rest_to_the_last_digit():
    before = solve(make_office(plant=1))
    after = refill(make_office(plant=3, person=2), before)

    assert len(get_kept(before, after)) == len(before.placements)
    assert (count(after, "plant"), count(after, "person")) == (3, 2)
    assert after.room == before.room
    assert after.violations == ()
    assert_sound(after)


def test_refill_layout_new_chairs_go_to_the_desks_that_have_none():
    before = solve(make_office(desks=4, chairs=2))
    after = refill(make_office(desks=4, chairs=4), before)

    assert len(get_kept(before, after)) == 6
    desks = [p for p in after.placements if p.item == "desk"]
    owners = [
        min(
            desks,
            key=lambda d: (
                (d.translation_m.x - c.translation_m.x) ** 2
                + (d.translation_m.y - c.translation_m.y) ** 2
            ),
        ).id
        for c in after.placements
        if c.item == "chair"
    ]
    assert sorted(owners) == [d.id for d in desks]
    assert_sound(after)


def test_refill_layout_fewer_leaves_gaps_and_ids():
    before = solve(make_office(plant=4))
    after = refill(make_office(plant=2), before, released=["plant_01", "plant_03"])

    assert [p.id for p in after.placements if p.item == "plant"] == ["plant_02", "plant_04"]
    assert len(get_kept(before, after)) == len(before.placements) - 2


def test_refill_layout_released_instance_finds_another_place_under_its_id():
    before = solve(make_office(plant=2))
    after = refill(make_office(plant=2), before, released=["plant_02"])

    assert {p.id for p in after.placements} == {p.id for p in before.placements}
    assert len(get_kept(before, after)) >= len(before.placements) - 1


def test_refill_layout_what_stood_on_something_gone_goes_to_another():
    plan = make_plan(
        items=[make_item("pallet", 2), make_item("box", 4)],
        relations=[make_relation("on_top_of", "box", "pallet")],
    )
    before = solve(plan)
    fewer = make_plan(
        items=[make_item("pallet", 1), make_item("box", 4)],
        relations=[make_relation("on_top_of", "box", "pallet")],
    )
    after = refill(fewer, before, released=["pallet_01"])

    assert {p.support for p in after.placements if p.item == "box"} <= {
        "pallet_02",
        *(p.id for p in after.placements if p.item == "box"),
    }
    assert count(after, "box") == 4
    assert_sound(after)


def test_refill_layout_next_shelf_continues_its_row():
    rows = [make_relation("rows", "shelving", rows=2)]
    before = solve(make_plan(items=[make_item("shelving", 6)], relations=rows))
    after = refill(make_plan(items=[make_item("shelving", 8)], relations=rows), before)

    assert len(get_kept(before, after)) == 6
    assert len({p.translation_m.x for p in after.placements}) == 2
    assert_sound(after)


def test_refill_layout_racks_beyond_their_rows_start_a_row_at_the_aisle_or_are_short():
    rows = [make_relation("rows", "pallet_rack", rows=2, distance_m=3.0)]
    size = (16.0, 8.5, 6.0)
    before = solve(make_plan(items=[make_item("pallet rack", 4)], relations=rows, size_m=size))
    after = refill(
        make_plan(items=[make_item("pallet rack", 12)], relations=rows, size_m=size), before
    )

    assert len(get_kept(before, after)) == 4
    assert count(after, "pallet_rack") > 4
    racks = [make_member(p, FOOTPRINTS) for p in after.placements]
    for index, a in enumerate(racks):
        for b in racks[:index]:
            # In one row, back to back, or an aisle apart.
            across = abs(a.x - b.x) - a.footprint.depth_m
            assert across < 0.2 or across >= 3.0
    assert [v.code for v in after.violations] == ["COUNT_SHORT"]
    assert_sound(after)


def test_refill_layout_chairs_that_come_one_by_one_spread_around_the_table():
    around = [make_relation("around", "chair", "table")]
    layout = solve(make_plan("office", [make_item("table"), make_item("chair", 1)], around))
    for number in range(2, 7):
        layout = refill(
            make_plan("office", [make_item("table"), make_item("chair", number)], around), layout
        )

    (table,) = [p for p in layout.placements if p.item == "table"]
    sides = [
        p.translation_m.y > table.translation_m.y for p in layout.placements if p.item == "chair"
    ]
    assert (sides.count(True), sides.count(False)) == (3, 3)
    assert layout.violations == ()
    assert_sound(layout)


def test_refill_layout_another_door_gives_all_doors_their_wall_anew():
    relations = [make_relation("in_wall", "door", side="north")]
    before = solve(make_plan("loading_dock", [make_item("door", 1)], relations))
    after = refill(make_plan("loading_dock", [make_item("door", 2)], relations), before)

    assert count(after, "door") == len([o for o in after.room.openings if o.kind == "door"]) == 2
    assert after.room.size_m == before.room.size_m


def test_refill_layout_room_without_space_says_what_is_short():
    plan = make_plan(items=[make_item("pallet", 2)], size_m=(3.0, 3.0, 3.0))
    before = solve(plan)
    after = refill(make_plan(items=[make_item("pallet", 30)], size_m=(3.0, 3.0, 3.0)), before)

    assert len(get_kept(before, after)) == 2
    assert [v.code for v in after.violations] == ["COUNT_SHORT"]
    assert_sound(after)


def test_shift_instances_table_takes_its_chairs_and_what_is_on_it_along():
    plan = make_plan(
        "meeting_room",
        [make_item("table"), make_item("chair", 4), make_item("box"), make_item("plant")],
        [
            make_relation("centered", "table"),
            make_relation("around", "chair", "table"),
            make_relation("on_top_of", "box", "table"),
        ],
        size_m=(10.0, 10.0, 3.0),
    )
    before = solve(plan)
    assert set(find_company(plan, before, "table_01")) == {
        "chair_01", "chair_02", "chair_03", "chair_04", "box_01",
    }  # fmt: skip
    after, shares = shift_instances(plan, FOOTPRINTS, before, ["table_01"], shift_m=(-1.0, 0.0))

    assert shares == {"table_01": 1.0}
    moved = {p.id: p.translation_m for p in after.placements}
    for placement in before.placements:
        expected = placement.translation_m.x - (placement.item != "plant")
        assert moved[placement.id].x == pytest.approx(expected, abs=1e-6)
    assert_sound(after)


def test_shift_instances_stops_short_of_what_stands_in_the_way():
    plan = make_plan(items=[make_item("pallet", 1)], size_m=(6.0, 6.0, 3.0))
    before = solve(plan)
    after, shares = shift_instances(plan, FOOTPRINTS, before, ["pallet_01"], shift_m=(5.5, 0.0))

    assert 0.0 <= shares["pallet_01"] < 1.0
    assert_sound(after)


@settings(max_examples=30, deadline=None)
@given(
    st.integers(0, 5), st.integers(0, 5), st.integers(0, 4), st.integers(0, 4), st.integers(0, 99)
)
def test_refill_layout_any_change_of_counts_keeps_all_that_stays(a, b, c, d, seed):
    before = solve(make_office(plant=a, person=b), seed)
    after = refill(make_office(plant=c, person=d, box=2), before, seed=seed)

    expected = 8 + min(a, c) + min(b, d)
    assert len(get_kept(before, after)) == expected
    assert count(after, "plant") == c
    assert count(after, "person") == d
    assert_sound(after)
