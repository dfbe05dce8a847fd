"""Patterns have the shape that was asked for, in rooms of any shape."""

from __future__ import annotations

import math
from collections import Counter

import pytest

from clappper.core.layout.solver import solve_layout
from support.plans import make_footprints, make_item, make_plan, make_relation

FOOTPRINTS = make_footprints()


def solve(kind, items, relations, *, seed=0, **environment):
    plan = make_plan(kind, items, relations, **environment)
    layout = solve_layout(plan, FOOTPRINTS, seed=seed)
    assert layout.violations == ()
    return layout


def get(layout, item):
    return [p for p in layout.placements if p.item == item]


def count_lines(placements, axis):
    """Return how many things stand on each line along an axis, sorted."""
    lines = Counter(round(getattr(p.translation_m, axis), 2) for p in placements)
    return sorted(lines.values())


@pytest.mark.parametrize(("count", "lengths"), [(9, [2, 2, 2, 3]), (5, [1, 1, 1, 2]), (8, [2] * 4)])
def test_rows_are_as_many_as_asked_and_nearly_equal(count, lengths):
    layout = solve(
        "warehouse", [make_item("pallet", count)], [make_relation("rows", "pallet", rows=4)]
    )

    assert count_lines(get(layout, "pallet"), "x") == lengths


@pytest.mark.parametrize(("size", "axis"), [((30.0, 7.0, 5.0), "x"), ((7.0, 30.0, 5.0), "y")])
def test_rows_run_across_a_room_that_is_too_narrow_for_them(size, axis):
    layout = solve(
        "warehouse",
        [make_item("pallet", 8)],
        [make_relation("rows", "pallet", rows=4)],
        size_m=size,
    )

    assert count_lines(get(layout, "pallet"), axis) == [2] * 4


def test_grid_has_as_many_rows_as_asked():
    layout = solve("warehouse", [make_item("pallet", 9)], [make_relation("grid", "pallet", rows=4)])

    assert count_lines(get(layout, "pallet"), "y") == [2, 2, 2, 3]


def test_what_is_between_racks_stands_in_their_aisle_and_nothing_else_does():
    layout = solve(
        "warehouse",
        [make_item("pallet rack", 6), make_item("person"), make_item("box", 12)],
        [
            make_relation("rows", "pallet_rack", rows=2),
            make_relation("between", "person", "pallet_rack"),
            make_relation("near", "box", "pallet_rack"),
        ],
    )

    racks = get(layout, "pallet_rack")
    west, east = (side(p.translation_m.x for p in racks) for side in (min, max))
    ends = [p.translation_m.y for p in racks]

    def is_in_aisle(placement):
        at = placement.translation_m
        return west < at.x < east and min(ends) - 1.4 < at.y < max(ends) + 1.4

    assert [is_in_aisle(p) for p in get(layout, "person")] == [True]
    assert not any(is_in_aisle(p) for p in get(layout, "box"))


def test_centered_is_the_thing_itself_and_not_what_belongs_to_it():
    layout = solve(
        "warehouse",
        [make_item("forklift"), make_item("pallet rack")],
        [
            make_relation("centered", "forklift"),
            make_relation("paired_with", "pallet_rack", "forklift"),
        ],
        size_m=(7.0, 7.0, 5.0),
    )

    (forklift,) = get(layout, "forklift")
    assert (forklift.translation_m.x, forklift.translation_m.y) == (0.0, 0.0)


@pytest.mark.parametrize("seed", range(6))
def test_what_something_stands_between_is_set_apart_with_free_floor(seed):
    layout = solve(
        "kitchen",
        [make_item("table", 2), make_item("cabinet", 2), make_item("plant")],
        [
            make_relation("aligned_with", "cabinet", "table"),
            make_relation("between", "plant", "cabinet"),
        ],
        size_m=(12.0, 8.0, 3.0),
        seed=seed,
    )

    (plant,) = get(layout, "plant")
    west, east = sorted(
        (p.translation_m for p in get(layout, "cabinet")), key=lambda at: (at.x, at.y)
    )
    middle_x, middle_y = (west.x + east.x) / 2, (west.y + east.y) / 2
    apart = math.dist((west.x, west.y), (east.x, east.y))
    at = plant.translation_m
    assert math.dist((at.x, at.y), (middle_x, middle_y)) < 0.4 * apart


def test_rows_with_too_few_in_a_row_take_the_rest_in():
    layout = solve(
        "warehouse",
        [make_item("pallet", 10)],
        [make_relation("rows", "pallet", rows=3, per_row=2)],
    )

    assert count_lines(get(layout, "pallet"), "x") == [2, 4, 4]
