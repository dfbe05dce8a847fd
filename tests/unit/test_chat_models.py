"""The rules behind the contract server: as a model they change what they are asked for only."""

from __future__ import annotations

import json

import pytest

from clappper.core.catalog.demo import open_demo_catalog
from clappper.core.planning.llm.prompt import make_messages, make_offer
from clappper.core.planning.rule_planner import RulePlanner
from clappper.core.units import Vec3
from support.chat_models import RuleModel, read_plan

CATALOG = open_demo_catalog()
CURRENT = RulePlanner(CATALOG).plan("A studio with 2 drums and a pallet near the drums").plan


def edit(request):
    """Return what the model says to a change, on a rung without tools."""
    size = Vec3(x=10.0, y=10.0, z=4.0)
    messages = make_messages("edit", request, make_offer([]), CURRENT, room_size_m=size)
    body = {"messages": [{"role": m.role, "content": m.text} for m in messages]}
    return RuleModel(CATALOG)(body)["content"]


def count(text):
    return {item["noun"]: item["count"] for item in json.loads(text)["items"]}


def test_plan_that_is_told_is_read_back():
    told = make_messages("edit", "x", make_offer([]), CURRENT)[1].text
    update = {"misses": [], "assumptions": []}
    assert read_plan(json.loads(told)["current"]) == CURRENT.model_copy(update=update)


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ("add a pallet", {"drum": 2, "pallet": 2}),
        ("remove one drum", {"drum": 1, "pallet": 1}),
        ("remove the pallet", {"drum": 2}),
        ("move the pallet 1 m to the left", {"drum": 2, "pallet": 1}),
        ("make it night", {"drum": 2, "pallet": 1}),
        ("remove one drum and add 2 forklifts", {"drum": 1, "pallet": 1, "forklift": 2}),
    ],
)
def test_edit_changes_what_it_names_and_nothing_else(request_, expected):
    assert count(edit(request_)) == expected


def test_edit_of_the_light_is_in_the_plan():
    assert json.loads(edit("make it night"))["lighting"]["mood"] == "night"


@pytest.mark.parametrize("request_", ["sing a song", "remove the sofa", "a studio with 3 pallets"])
def test_edit_the_rules_cannot_read_is_declined(request_):
    assert edit(request_).startswith("I cannot do that: ")
