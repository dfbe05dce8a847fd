"""An item keeps all its relations, also those that the order of placing cannot see."""

from __future__ import annotations

import random

import pytest

from clappper.core.layout.cluster import Cluster, Member
from clappper.core.layout.compose import Group
from clappper.core.layout.judge import Judge
from clappper.core.layout.repair import repair_relations
from clappper.core.layout.room import build_room
from clappper.core.layout.solver import solve_layout
from clappper.core.layout.space import Space
from support.plans import make_footprint, make_footprints, make_item, make_plan, make_relation

FOOTPRINTS = make_footprints()


def make_scene(relations, **poses):
    """Return plan, space and groups of single things at poses ``(x, y, yaw)`` in 12 x 10 m."""
    plan = make_plan("office", [make_item(noun) for noun in poses], relations)
    room = build_room(plan.environment, width_m=12.0, depth_m=10.0, height_m=3.0, openings=())
    space, groups = Space(room), []
    for item in plan.items:
        cluster = Cluster((Member(f"{item.id}_01", item.id, make_footprint(item.noun)),))
        space.add(cluster.move(*poses[item.noun]))
        own = [r for r in plan.relations if r.subject == item.id]
        facing = next((r for r in own if r.verb == "facing"), None)
        placing = next((r for r in own if r.verb != "facing"), None)
        groups.append(Group(item, (cluster,), placing, facing))
    return plan, space, groups


@pytest.mark.parametrize("verb", ["near", "left_of", "in_front_of", "far_from", "aligned_with"])
def test_repair_moves_what_stands_otherwise_than_its_verb_wants(verb):
    at = (1.5, 1.2, 30.0) if verb == "far_from" else (5.0, 4.0, 30.0)
    relations = [make_relation(verb, "plant", "desk")]
    plan, space, groups = make_scene(relations, desk=(0.0, 0.0, 0.0), plant=at)
    judge = Judge(plan, space)
    assert judge.list_unmet("plant")

    assert repair_relations(space, groups, judge, random.Random(1))

    assert judge.list_unmet("plant") == []
    (desk,) = space.get_members("desk")
    assert (desk.x, desk.y) == (0.0, 0.0)


def test_repair_leaves_what_holds_where_it_is():
    relations = [make_relation("near", "plant", "desk")]
    plan, space, groups = make_scene(relations, desk=(0.0, 0.0, 0.0), plant=(0.0, -1.5, 0.0))
    before = list(space.members)

    assert not repair_relations(space, groups, Judge(plan, space), random.Random(1))

    assert space.members == before


def test_repair_puts_back_what_finds_no_better_place():
    # Near to both is impossible: they are 10 m apart.
    relations = [make_relation("near", "plant", "desk"), make_relation("near", "plant", "cabinet")]
    plan, space, groups = make_scene(
        relations, desk=(-5.0, 0.0, 0.0), cabinet=(4.9, 0.0, 0.0), plant=(-5.0, -1.5, 0.0)
    )
    before = list(space.members)

    assert not repair_relations(space, groups, Judge(plan, space), random.Random(1))

    assert [m.id for m in space.members] == [m.id for m in before]
    for now, then in zip(space.members, before, strict=True):
        assert (now.x, now.y, now.yaw_deg) == pytest.approx((then.x, then.y, then.yaw_deg))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    "pair",
    [
        ("near", "left_of"),
        ("near", "behind"),
        ("next_to", "right_of"),
        ("far_from", "facing"),
        ("across_from", "facing"),
        ("left_of", "aligned_with"),
    ],
)
def test_solve_layout_keeps_two_relations_of_one_item(pair, seed):
    plan = make_plan(
        "office",
        [make_item("cabinet"), make_item("person")],
        [make_relation(verb, "person", "cabinet") for verb in pair],
    )

    layout = solve_layout(plan, FOOTPRINTS, seed=seed)

    assert layout.violations == ()
    space = Space(layout.room)
    for placement in layout.placements:
        member = Member(
            placement.id,
            placement.item,
            FOOTPRINTS[placement.asset_id],
            placement.translation_m.x,
            placement.translation_m.y,
            placement.translation_m.z,
            placement.yaw_deg,
        )
        space.add(Cluster((member,)))
    assert Judge(plan, space).list_unmet("person") == []


def test_solve_layout_tells_which_relation_finds_no_room():
    plan = make_plan(
        "office",
        [make_item("cabinet"), make_item("person")],
        [
            make_relation("near", "person", "cabinet"),
            make_relation("far_from", "person", "cabinet"),
        ],
    )

    layout = solve_layout(plan, FOOTPRINTS, seed=0)

    (issue,) = layout.violations
    assert issue.code == "RELATION_UNMET"
    assert issue.message == "1 x person found no room far from cabinet: placed elsewhere."
