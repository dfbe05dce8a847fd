"""Which sentences describe a scene of their own, and which speak of the one that is there."""

from __future__ import annotations

import pytest

from clappper.core.catalog.demo import open_demo_catalog
from clappper.core.errors import ClappperError
from clappper.core.planning.rule_planner import RulePlanner
from clappper.core.planning.scene_wish import find_scene_wish
from clappper.core.scene_change import wants_new_scene
from clappper.core.units import Vec3
from support.prompt_cases import load_cases

SIZE = Vec3(x=20.0, y=15.0, z=6.0)
CATALOG = open_demo_catalog()
RULES = RulePlanner(CATALOG)
WAREHOUSE = RULES.plan("A warehouse with 3 forklifts and industrial shelving").plan
LIVING_ROOM = RULES.plan("A living room with a sofa").plan


def is_new(sentence, current=WAREHOUSE):
    return wants_new_scene(sentence, CATALOG, current, SIZE)


@pytest.mark.parametrize(
    "sentence",
    [
        "Create a warehouse scene with 3 forklifts and industrial shelving. Camera at eye level.",
        "Create an office with 4 desks and a table",
        "Loading dock with two forklifts and a pallet of boxes",
        "a workshop with a bench",
        "Show a conference room",
        "Lagerhalle mit drei Gabelstaplern",
        "Now a kitchen with a table and 4 chairs",
        "Build me a big yard full of drums",
        "I need a meeting room for eight people, seen from above",
        "warehouse, 3 forklifts, night",
        "3 forklifts in an office",
        "Put three people in a kitchen",
    ],
)
def test_scene_of_its_own(sentence):
    assert is_new(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "add two chairs",
        "studio lighting would be nice too",
        "this should be a meeting room, not a dining room",
        "put the whole thing outside in a yard",
        "make it night",
        "bigger room",
        "make the warehouse busier",
        "turn this into an office with 2 desks",
        "change the room to an office",
        "fill the warehouse with pallets",
        "the warehouse should look abandoned",
        "Make it a busy Monday morning in the warehouse",
        "make the office feel lived in",
        "put something in the corner of the warehouse",
        "add a workspace near the wall",
        "it should look like a real warehouse",
        "make it night in the warehouse",
        "in the warehouse, add some life near the shelves",
        "add 2 pallets in a warehouse",
        "",
    ],
)
def test_about_the_scene_that_is_there(sentence):
    assert not is_new(sentence)


@pytest.mark.parametrize(
    "name", ["tuned", "blind", "fresh", *(f"talk_{letter}" for letter in "abcdefgh")]
)
def test_prompts_are_told_from_follow_ups(name):
    told, named = 0, 0
    for case in load_cases(name):
        try:
            plan = RULES.plan(case.prompt).plan
            place = RULES.read_draft(case.prompt).environment.place
        except ClappperError:
            continue
        for sentence in case.follow_ups:
            assert not is_new(sentence, plan), sentence
        if place is not None:
            named += 1
            other = WAREHOUSE if plan.environment.kind == "living_room" else LIVING_ROOM
            told += is_new(case.prompt, other)
    assert named > 20
    assert told / named > 0.9


def test_opening_is_told_from_a_place_that_may_be_there():
    assert find_scene_wish("A warehouse with 2 forklifts") == ("warehouse", True)
    assert find_scene_wish("2 forklifts in a warehouse") == ("warehouse", False)
    assert find_scene_wish("2 forklifts") is None
