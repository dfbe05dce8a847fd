"""What stands at a side of something keeps that side where the free floor does not hold it."""

from __future__ import annotations

import pytest

from clappper.core.layout.cluster import Cluster, Member
from clappper.core.layout.guests import has_guests, seat_guests
from clappper.core.layout.solver import solve_layout
from support.plans import make_footprint, make_footprints, make_item, make_plan, make_relation

FOOTPRINTS = make_footprints()


def make_clusters(noun, count=1):
    id_ = noun.replace(" ", "_")
    return [
        Cluster((Member(f"{id_}_{i + 1:02d}", id_, make_footprint(noun)),)) for i in range(count)
    ]


def seat(plan):
    clusters = {i.id: make_clusters(i.noun, i.count) for i in plan.items}
    placing = [r for r in plan.relations if r.verb != "facing"]
    relations = {i.id: next((r for r in placing if r.subject == i.id), None) for i in plan.items}
    return seat_guests(plan, clusters, relations)


@pytest.mark.parametrize(
    ("verb", "x", "y"),
    # A desk of 1.6 x 0.8 m that faces -Y, and a plant 0.6 m wide: sides as the desk has them.
    [
        ("left_of", 1.35, 0.0),
        ("right_of", -1.35, 0.0),
        ("behind", 0.0, 0.95),
        ("in_front_of", 0.0, -1.2),
        ("aligned_with", -1.35, 0.0),
        ("next_to", -1.2, 0.0),
    ],
)
def test_seat_guests_puts_a_guest_at_the_side_its_verb_means(verb, x, y):
    plan = make_plan(
        "office", [make_item("desk"), make_item("plant")], [make_relation(verb, "plant", "desk")]
    )

    clusters = seat(plan)

    (host,) = clusters["desk"]
    assert clusters["plant"] == []
    assert (host.members[1].x, host.members[1].y) == pytest.approx((x, y))


def test_seat_guests_lines_up_a_guest_between_two_different_things():
    plan = make_plan(
        "warehouse",
        [make_item("forklift"), make_item("pallet rack"), make_item("person")],
        [{**make_relation("between", "person", "forklift"), "object2": "pallet_rack"}],
    )

    clusters = seat(plan)

    (piece,) = clusters["forklift"]
    assert [m.item for m in piece.members] == ["forklift", "person", "pallet_rack"]
    assert piece.members[0].x < piece.members[1].x < piece.members[2].x
    assert {m.y for m in piece.members} == {0.0}
    assert clusters["person"] == clusters["pallet_rack"] == []


def test_seat_guests_leaves_alone_who_stand_by_each_other_in_a_circle():
    relations = [
        make_relation("left_of", "plant", "desk"),
        make_relation("right_of", "desk", "plant"),
    ]
    plan = make_plan("office", [make_item("desk"), make_item("plant")], relations)

    clusters = seat(plan)

    assert sum(len(c.members) for own in clusters.values() for c in own) == 2
    assert sum(bool(own) for own in clusters.values()) == 1


@pytest.mark.parametrize("verb", ["in_wall", "in_corner"])
def test_seat_guests_moves_nothing_into_walls_and_corners(verb):
    noun = "door" if verb == "in_wall" else "cabinet"
    relations = [make_relation(verb, noun), make_relation("left_of", "plant", noun)]
    plan = make_plan("office", [make_item(noun), make_item("plant")], relations)

    assert len(seat(plan)["plant"]) == 1


def test_seat_guests_leaves_free_who_is_to_face_something_else():
    relations = [
        make_relation("left_of", "person", "desk"),
        make_relation("facing", "person", "camera"),
    ]
    plan = make_plan("office", [make_item("desk"), make_item("person")], relations)

    assert len(seat(plan)["person"]) == 1


def test_seat_guests_at_a_wall_have_their_backs_in_line():
    relations = [make_relation("along_wall", "desk"), make_relation("left_of", "plant", "desk")]
    plan = make_plan("office", [make_item("desk"), make_item("plant")], relations)

    (host,) = seat(plan)["desk"]

    assert {round(b.compute_bounds()[3], 6) for b in host.compute_boxes()} == {0.4}


def test_has_guests_only_by_sides_of_things():
    items = [make_item("desk"), make_item("plant")]

    assert has_guests(make_plan("office", items, [make_relation("behind", "plant", "desk")]))
    assert not has_guests(make_plan("office", items, [make_relation("in_front_of", "plant")]))
    assert not has_guests(make_plan("office", items, [make_relation("facing", "plant", "desk")]))


def test_solve_layout_every_desk_of_a_dense_grid_has_its_plant_at_its_left():
    plan = make_plan(
        "office",
        [make_item("desk", 8), make_item("plant", 8)],
        [make_relation("grid", "desk", rows=2), make_relation("left_of", "plant", "desk")],
        density="dense",
    )

    layout = solve_layout(plan, FOOTPRINTS, seed=0)

    assert layout.violations == ()
    assert len(layout.placements) == 16
