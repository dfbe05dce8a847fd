"""Rooms the user made too small, too low or too narrow: what is given up, in which order."""

from __future__ import annotations

import math

import pytest

from clappper.core.catalog.models import Part, Shelf
from clappper.core.layout.solver import solve_layout
from clappper.core.layout.space import make_member
from support.plans import make_footprint, make_footprints, make_item, make_plan, make_relation

FOOTPRINTS = make_footprints()


def solve(plan, footprints=FOOTPRINTS, seed=0):
    return solve_layout(plan, footprints, seed=seed)


def by_item(layout, item):
    return [p for p in layout.placements if p.item == item]


def tell(layout):
    return [(v.code, v.message) for v in layout.violations]


def test_solve_layout_racks_beyond_the_room_are_short_and_never_without_an_aisle():
    plan = make_plan(
        "warehouse",
        [make_item("pallet rack", 12)],
        [make_relation("rows", "pallet_rack", rows=2)],
        size_m=(9.0, 9.0, 6.0),
    )

    layout = solve(plan)

    racks = [make_member(p, FOOTPRINTS) for p in layout.placements]
    assert tell(layout) == [
        ("COUNT_SHORT", f"12 x pallet rack of 2.8 x 1.1 m do not fit 9 x 9 m: {len(racks)} placed.")
    ]
    assert len(racks) >= 9
    for a in racks:
        for b in racks:
            across = abs(a.x - b.x) - a.footprint.depth_m
            assert across < 0.2 or across >= 2.4


@pytest.mark.parametrize(("noun", "verb"), [("pallet rack", "rows"), ("door", "in_wall")])
def test_solve_layout_what_is_higher_than_the_room_is_short_for_its_height(noun, verb):
    id_ = noun.replace(" ", "_")
    plan = make_plan(
        "warehouse", [make_item(noun, 2)], [make_relation(verb, id_)], size_m=(14.0, 12.0, 3.0)
    )

    ((code, message),) = tell(solve(plan))

    assert code == "COUNT_SHORT"
    assert "m height do not fit a height of 3 m: 0 placed." in message


def test_solve_layout_things_on_a_host_without_a_place_are_short_too():
    plan = make_plan(
        "warehouse",
        [make_item("pallet rack", 2, asset_ids=["open"]), make_item("box", 2)],
        [make_relation("on_top_of", "box", "pallet_rack")],
        size_m=(14.0, 12.0, 3.0),
    )
    low = make_footprint("pallet rack", asset_id="open", category="table", surface_m=4.0)

    messages = [message for _, message in tell(solve(plan, {**FOOTPRINTS, "open": low}))]

    assert [m.rpartition(": ")[2] for m in messages] == ["0 placed.", "0 placed."]


def test_solve_layout_doors_without_a_side_go_to_other_walls_when_the_back_is_full():
    plan = make_plan(
        "loading_dock",
        [make_item("door", 4)],
        [make_relation("in_wall", "door")],
        size_m=(9.0, 9.0, 5.0),
    )

    layout = solve(plan)

    assert layout.violations == ()
    assert {o.wall for o in layout.room.openings} == {"north", "west"}


def test_solve_layout_line_in_a_narrow_room_closes_up_or_turns():
    plan = make_plan(
        "office",
        [make_item("chair", 10)],
        [make_relation("line", "chair")],
        size_m=(6.0, 12.0, 3.0),
    )

    layout = solve(plan)

    assert layout.violations == ()
    assert len({p.translation_m.x for p in layout.placements}) == 1


def test_solve_layout_small_things_share_a_corner():
    bin_ = make_footprint("box", asset_id="bin", category="trash_can")
    plan = make_plan(
        "office",
        [make_item("box", 6, asset_ids=["bin"])],
        [make_relation("in_corner", "box")],
        size_m=(6.0, 6.0, 3.0),
    )

    layout = solve(plan, {"bin": bin_})

    assert layout.violations == ()
    for placement in layout.placements:
        at = placement.translation_m
        assert 3.0 - max(abs(at.x), abs(at.y)) <= 0.2 + 0.8
        assert 3.0 - min(abs(at.x), abs(at.y)) <= 0.2 + 0.8


def test_solve_layout_full_wall_is_filled_from_end_to_end():
    plan = make_plan(
        "office",
        [make_item("cabinet", 5)],
        [make_relation("along_wall", "cabinet", side="north")],
        size_m=(5.5, 5.0, 3.0),
    )

    layout = solve(plan)

    assert [p.yaw_deg for p in layout.placements] == [0.0] * 5
    assert layout.violations == ()


def test_solve_layout_cones_around_a_pile_of_pallets_stand_on_the_floor():
    relations = [make_relation("stack", "pallet"), make_relation("around", "chair", "pallet")]
    plan = make_plan("warehouse", [make_item("pallet", 6), make_item("chair", 4)], relations)

    layout = solve(plan)

    assert {p.support for p in by_item(layout, "chair")} == {"floor"}
    assert {p.translation_m.z for p in by_item(layout, "chair")} == {0.0}
    assert sum(p.support == "floor" for p in by_item(layout, "pallet")) == 1


def test_solve_layout_ring_around_a_long_thing_keeps_near_to_its_sides():
    plan = make_plan(
        "warehouse",
        [make_item("forklift"), make_item("person", 4)],
        [make_relation("around", "person", "forklift")],
    )

    layout = solve(plan)

    (truck,) = [make_member(p, FOOTPRINTS).compute_box() for p in by_item(layout, "forklift")]
    for person in by_item(layout, "person"):
        at = person.translation_m
        assert truck.compute_distance_m(at.x, at.y) < 0.9


def test_solve_layout_what_is_paired_with_a_door_stays_in_the_room():
    leveller = make_footprint(
        "pallet",
        asset_id="leveller",
        category="dock_leveller",
        width_m=2.0,
        depth_m=2.3,
        height_m=0.12,
    )
    relations = [make_relation("in_wall", "door"), make_relation("paired_with", "pallet", "door")]
    items = [make_item("door"), make_item("pallet", asset_ids=["leveller"])]
    for side in (None, "left"):
        relations[0] = make_relation("in_wall", "door", side=side)
        layout = solve(
            make_plan("loading_dock", items, relations), {**FOOTPRINTS, "leveller": leveller}
        )

        (placed,) = by_item(layout, "pallet")
        (door,) = by_item(layout, "door")
        footprints = {"leveller": leveller}
        x_min, _, x_max, y_max = make_member(placed, footprints).compute_box().compute_bounds()
        half = layout.room.size_m
        assert -half.x / 2 <= x_min
        assert x_max <= half.x / 2
        assert y_max <= half.y / 2
        near = math.dist(
            (placed.translation_m.x, placed.translation_m.y),
            (door.translation_m.x, door.translation_m.y),
        )
        assert near < 2.0


def test_solve_layout_boxes_on_a_desk_keep_off_what_stands_out_of_it():
    flap = make_footprint(
        "desk",
        height_m=0.7425,
        surface_m=0.74,
        shelves=(Shelf(z_m=0.74, clear_m=None, x_min=-0.7, x_max=0.7, y_min=-0.3, y_max=0.2),),
    )
    plan = make_plan(
        "office",
        [make_item("desk"), make_item("box", 2)],
        [make_relation("on_top_of", "box", "desk")],
    )

    layout = solve(plan, {**FOOTPRINTS, flap.asset_id: flap})

    (desk,) = by_item(layout, "desk")
    for box in by_item(layout, "box"):
        assert box.support == "desk_01"
        # The box is 0.4 m deep and the level part ends 0.2 m behind the middle.
        assert box.translation_m.y - desk.translation_m.y + 0.2 <= 0.2 + 0.03


def test_solve_layout_of_two_bins_the_one_that_goes_under_the_desk_is_taken():
    low = make_footprint("box", asset_id="low", width_m=0.3, depth_m=0.3, height_m=0.3)
    high = make_footprint("box", asset_id="high", height_m=1.1)
    top, left, right = (
        Part(x_min=x0, y_min=-0.4, z_min=z0, x_max=x1, y_max=0.4, z_max=z1)
        for x0, x1, z0, z1 in (
            (-0.8, 0.8, 0.7, 0.74),
            (-0.8, -0.75, 0.0, 0.7),
            (0.75, 0.8, 0.0, 0.7),
        )
    )
    desk = make_footprint("desk", parts=(top, left, right))
    footprints = {f.asset_id: f for f in (low, high, desk)}
    plan = make_plan(
        "office",
        [make_item("desk"), make_item("box", asset_ids=["high", "low"])],
        [make_relation("under", "box", "desk")],
    )

    for seed in range(4):
        layout = solve(plan, footprints, seed)

        assert layout.violations == ()
        assert [p.asset_id for p in by_item(layout, "box")] == ["low"]
