"""The layout judges what the verbs mean, a little stricter than the certificate."""

from __future__ import annotations

import pytest

from clappper.core.layout.box import Box
from clappper.core.layout.cluster import Cluster, Member
from clappper.core.layout.judge import Judge, find_sector
from clappper.core.layout.room import build_room
from clappper.core.layout.space import Space
from support.plans import make_footprint, make_item, make_plan, make_relation


def make_space(plan, *poses):
    """Return a space of 10 x 8 m with walls all round in which ``(noun, x, y, yaw)`` stand."""
    room = build_room(
        plan.environment.model_copy(update={"walls": "all"}),
        width_m=10.0,
        depth_m=8.0,
        height_m=3.0,
        openings=(),
    )
    space = Space(room)
    for number, (noun, x, y, yaw) in enumerate(poses, start=1):
        member = Member(f"{noun}_{number:02d}", noun, make_footprint(noun))
        space.add(Cluster((member,)).move(x, y, yaw))
    return space


def holds(verb, *poses, target="desk", **relation):
    """Tell whether a plant at the first pose stands as a verb wants it to the others."""
    items = [make_item(noun) for noun in dict.fromkeys(noun for noun, *_ in poses)]
    plan = make_plan("office", items, [{**make_relation(verb, "plant", target), **relation}])
    space = make_space(plan, *poses)
    judge = Judge(plan, space)
    return judge.list_unmet("plant") == []


# A plant of 0.6 m at the side of a desk of 1.6 x 0.8 m that faces -Y.
@pytest.mark.parametrize(
    ("verb", "x", "y", "expected"),
    [
        ("near", 0.0, -1.5, True),
        ("near", 0.0, -2.5, False),
        ("next_to", 1.3, 0.0, True),
        ("next_to", 1.6, 0.0, False),
        ("far_from", 0.0, -3.0, False),
        ("far_from", 4.6, -3.6, True),
        ("across_from", 0.0, -2.5, True),
        ("across_from", 0.0, -1.5, False),
        ("left_of", 1.5, 0.0, True),
        ("left_of", -1.5, 0.0, False),
        ("left_of", 1.5, 0.75, False),  # on the diagonal
        ("right_of", -1.5, 0.0, True),
        ("in_front_of", 0.0, -1.5, True),
        ("in_front_of", 1.5, 0.0, False),
        ("behind", 0.0, 1.5, True),
        ("aligned_with", 2.0, 0.0, True),
        ("aligned_with", 2.0, 0.2, False),
        ("centered", 0.1, 0.1, True),
        ("centered", 0.5, 0.0, False),
    ],
)
def test_judge_measures_a_verb_on_a_desk(verb, x, y, expected):
    assert holds(verb, ("plant", x, y, 0.0), ("desk", 0.0, 0.0, 0.0)) is expected


@pytest.mark.parametrize(
    ("verb", "x", "y", "relation", "expected"),
    [
        ("along_wall", 4.5, 0.0, {}, True),
        ("along_wall", 4.5, 0.0, {"side": "west"}, False),
        ("along_wall", 0.0, 0.0, {}, False),
        ("in_corner", 4.5, 3.5, {}, True),
        ("in_corner", 4.5, 0.0, {}, False),
        ("centered", 0.4, 0.4, {}, True),
        ("centered", 1.2, 0.0, {}, False),
    ],
)
def test_judge_measures_a_verb_on_the_room(verb, x, y, relation, expected):
    assert holds(verb, ("plant", x, y, 0.0), target="room", **relation) is expected


@pytest.mark.parametrize(("yaw", "expected"), [(90.0, True), (70.0, True), (50.0, False)])
def test_judge_measures_facing_by_the_angle(yaw, expected):
    poses = [("plant", 0.0, 0.0, yaw), ("cabinet", 4.0, 0.0, 0.0)]

    assert holds("facing", *poses, target="cabinet") is expected


def test_judge_wants_what_is_between_on_the_way_from_one_to_another():
    sofas = [("cabinet", -2.0, 0.0, 0.0), ("cabinet", 2.0, 0.0, 0.0)]

    assert holds("between", ("plant", 0.5, 0.2, 0.0), *sofas, target="cabinet")
    assert not holds("between", ("plant", 0.5, 0.9, 0.0), *sofas, target="cabinet")
    assert not holds("between", ("plant", 3.5, 0.0, 0.0), *sofas, target="cabinet")


def test_judge_counts_for_an_item_also_what_stands_to_it():
    items = [make_item("desk"), make_item("plant"), make_item("cabinet")]
    plan = make_plan(
        "office",
        items,
        [make_relation("near", "plant", "desk"), make_relation("facing", "cabinet", "desk")],
    )
    space = make_space(
        plan, ("desk", -3.0, 0.0, 0.0), ("plant", 3.0, 0.0, 0.0), ("cabinet", 3.0, 2.0, 0.0)
    )
    judge = Judge(plan, space)

    assert judge.count_concerned("desk") == 2
    assert judge.count_concerned("plant") == 1
    assert [relation.verb for relation, _ in judge.list_unmet("cabinet")] == ["facing"]


#: A box as deep as it is wide, at yaw 0.
TARGET = Box(0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0)


@pytest.mark.parametrize(
    ("x", "y", "side"),
    [(0.0, -3.0, "front"), (3.0, 0.5, "left"), (-3.0, 0.5, "right"), (0.5, 3.0, "back")],
)
def test_find_sector_is_the_side_of_the_diagonals_it_stands_on(x, y, side):
    assert find_sector(Box(x, y, 0.2, 0.2, 0.0, 0.0, 1.0), TARGET) == side


@pytest.mark.parametrize(("x", "y"), [(3.0, 3.05), (-3.0, 2.95), (2.95, -3.0), (-3.0, -3.0)])
def test_find_sector_is_none_so_near_to_a_diagonal(x, y):
    assert find_sector(Box(x, y, 0.2, 0.2, 0.0, 0.0, 1.0), TARGET) is None
    assert find_sector(Box(x * 0.8, y * 1.2, 0.2, 0.2, 0.0, 0.0, 1.0), TARGET) is not None
