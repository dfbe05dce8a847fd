"""What goes under, into and onto hollow things, and how far a seat goes in."""

from __future__ import annotations

import pytest

from clappper.core.catalog.models import Part, Shelf
from clappper.core.layout.solver import solve_layout
from clappper.core.layout.space import make_member
from support.plans import make_footprint, make_footprints, make_item, make_plan, make_relation


def part(x0, y0, z0, x1, y1, z1):
    return Part(x_min=x0, y_min=y0, z_min=z0, x_max=x1, y_max=y1, z_max=z1)


TABLE = make_footprint(
    "desk",
    parts=(
        part(-0.8, -0.4, 0.7, 0.8, 0.4, 0.74),
        part(-0.8, -0.4, 0.0, -0.75, 0.4, 0.7),
        part(0.75, -0.4, 0.0, 0.8, 0.4, 0.7),
    ),
)
CHAIR = make_footprint(
    "chair",
    parts=(
        part(-0.32, -0.32, 0.0, 0.32, 0.32, 0.48),
        part(-0.32, 0.22, 0.48, 0.32, 0.32, 1.0),
    ),
)
RACK = make_footprint(
    "pallet rack",
    shelves=(
        Shelf(z_m=1.2, clear_m=1.0, x_min=-1.2, y_min=-0.4, x_max=1.2, y_max=0.4),
        Shelf(z_m=3.4, clear_m=None, x_min=-1.2, y_min=-0.4, x_max=1.2, y_max=0.4),
    ),
    surface_m=None,
)
FOOTPRINTS = {
    **make_footprints(),
    TABLE.asset_id: TABLE,
    CHAIR.asset_id: CHAIR,
    RACK.asset_id: RACK,
}


def solve(plan, footprints=FOOTPRINTS):
    return solve_layout(plan, footprints, seed=0)


def by_item(layout, item):
    return [p for p in layout.placements if p.item == item]


def assert_shapes_keep_apart(layout, footprints=FOOTPRINTS):
    members = [make_member(p, footprints) for p in layout.placements]
    for index, a in enumerate(members):
        for b in members[:index]:
            assert a.id == b.support or b.id == a.support or not a.collides(b), (a.id, b.id)


def test_seat_goes_in_under_its_desk_without_touching_it():
    relations = [make_relation("paired_with", "chair", "desk", side="front")]
    layout = solve(make_plan("office", [make_item("desk"), make_item("chair")], relations))
    (desk,), (chair,) = by_item(layout, "desk"), by_item(layout, "chair")

    gap = abs(chair.translation_m.y - desk.translation_m.y) - 0.4 - 0.325
    assert -0.3 < gap < -0.1
    assert_shapes_keep_apart(layout)


def test_person_does_not_stand_in_a_desk():
    relations = [make_relation("paired_with", "person", "desk", side="front")]
    layout = solve(make_plan("office", [make_item("desk"), make_item("person")], relations))
    (desk,), (person,) = by_item(layout, "desk"), by_item(layout, "person")

    assert abs(person.translation_m.y - desk.translation_m.y) >= 0.4 + 0.2


def test_boxes_stand_beneath_a_desk_between_its_legs():
    relations = [make_relation("under", "box", "desk")]
    layout = solve(make_plan("office", [make_item("desk"), make_item("box", 3)], relations))
    (desk,) = by_item(layout, "desk")

    assert layout.violations == ()
    for box in by_item(layout, "box"):
        assert abs(box.translation_m.x - desk.translation_m.x) < 0.6
        assert abs(box.translation_m.y - desk.translation_m.y) < 0.4
        assert box.translation_m.z == 0.0
    assert_shapes_keep_apart(layout)


def test_what_is_too_high_for_it_stands_beside_and_that_is_said():
    relations = [make_relation("under", "cabinet", "desk")]
    layout = solve(make_plan("office", [make_item("desk"), make_item("cabinet")], relations))

    assert [v.code for v in layout.violations] == ["RELATION_UNMET"]
    assert len(by_item(layout, "cabinet")) == 1


@pytest.mark.parametrize("verb", ["on_top_of", "inside"])
def test_boxes_go_onto_the_levels_of_a_rack(verb):
    relations = [make_relation(verb, "box", "pallet_rack")]
    plan = make_plan("warehouse", [make_item("pallet rack"), make_item("box", 6)], relations)
    layout = solve(plan)

    assert layout.violations == ()
    boxes = by_item(layout, "box")
    heights = {b.translation_m.z for b in boxes}
    assert heights <= {1.2, 3.4}
    assert 1.2 in heights
    assert {b.support for b in boxes} == {"pallet_rack_01"}
    assert_shapes_keep_apart(layout)


def test_a_full_rack_leaves_its_boxes_to_the_next():
    full = make_footprint("pallet rack", asset_id="full", surface_m=None)
    footprints = {**FOOTPRINTS, "full": full}
    rack = make_item("pallet rack", 2, asset_ids=[RACK.asset_id, "full"])
    relations = [make_relation("on_top_of", "box", "pallet_rack")]
    layout = solve(make_plan("warehouse", [rack, make_item("box", 8)], relations), footprints)

    assert layout.violations == ()
    (open_rack,) = [p for p in by_item(layout, "pallet_rack") if p.asset_id == RACK.asset_id]
    assert {b.support for b in by_item(layout, "box")} == {open_rack.id}


def test_table_with_its_chairs_stands_on_a_rug_that_is_large_enough():
    rug = make_footprint(
        "plant", asset_id="rug", category="rug", width_m=4.5, depth_m=4.0, height_m=0.02
    )
    footprints = {**FOOTPRINTS, "rug": rug}
    items = [make_item("table"), make_item("chair", 4), make_item("plant", asset_ids=["rug"])]
    relations = [
        make_relation("under", "plant", "table"),
        make_relation("around", "chair", "table"),
        make_relation("centered", "table"),
    ]
    layout = solve(make_plan("living_room", items, relations), footprints)

    assert layout.violations == ()
    assert {p.support for p in layout.placements if p.item != "plant"} == {"plant_01"}
    assert {p.translation_m.z for p in layout.placements if p.item != "plant"} == {0.02}


def test_things_facing_the_camera_do():
    plan = make_plan(
        "studio",
        [make_item("person", 3)],
        [make_relation("facing", "person", "camera")],
    )
    layout = solve(plan)

    assert len(by_item(layout, "person")) == 3
    # The camera stands in the south, where the studio is open.
    assert all(min(p.yaw_deg, 360.0 - p.yaw_deg) < 60.0 for p in by_item(layout, "person"))


def test_a_wall_that_something_stands_at_is_built():
    plan = make_plan(
        "studio",
        [make_item("cabinet")],
        [make_relation("along_wall", "cabinet", side="west")],
    )

    assert "west" in solve(plan).room.walls


def test_what_finds_no_corner_stands_elsewhere_and_the_room_does_not_grow_for_it():
    plan = make_plan("office", [make_item("table", 7)], [make_relation("in_corner", "table")])
    layout = solve(plan)

    assert len(by_item(layout, "table")) == 7
    assert [v.code for v in layout.violations] == ["RELATION_UNMET"]
    assert max(layout.room.size_m.x, layout.room.size_m.y) < 20.0


@pytest.mark.parametrize(
    ("noun", "count", "relations"),
    [("pallet", 300, []), ("pallet rack", 90, [make_relation("rows", "pallet_rack")])],
)
def test_many_things_make_a_hall_and_not_a_corridor(noun, count, relations):
    layout = solve(make_plan("warehouse", [make_item(noun, count)], relations))
    size = layout.room.size_m

    assert len(layout.placements) == count
    assert max(size.x, size.y) / min(size.x, size.y) < 2.0


def test_density_moves_things_together_or_apart():
    widths = []
    for density in ("dense", "normal", "sparse"):
        plan = make_plan(
            "office",
            [make_item("cabinet", 12)],
            [make_relation("grid", "cabinet")],
            density=density,
        )
        xs = [p.translation_m.x for p in solve(plan, make_footprints()).placements]
        widths.append(max(xs) - min(xs))
    assert widths[0] < widths[1] < widths[2]
