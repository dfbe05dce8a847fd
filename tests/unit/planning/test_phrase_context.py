"""What stands before a noun decides whether it asks for a thing."""

from __future__ import annotations

import pytest

from clappper.core.planning.models import ScenePlan
from clappper.core.planning.rule_planner import RulePlanner
from support.fake_catalog import FakeCatalog


def plan(prompt: str) -> ScenePlan:
    return RulePlanner(FakeCatalog()).plan(prompt).plan


@pytest.mark.parametrize(
    "prompt",
    [
        "We train a pose estimator, so an office with 2 desks",
        "We are benchmarking a counting algorithm: an office with 2 desks",
        "The client wants an office with 2 desks",
        "The city wants an office with 2 desks",
        "My boss says an office with 2 desks",
        "Our trainee forgot it all, an office with 2 desks",
        "An office with 2 desks so that we can put the picture in the newsletter",
        "An office with 2 desks, the lens where a security camera would be",
        "An office with 2 desks, no drums whatsoever",
        "Everything but people: an office with 2 desks",
    ],
)
def test_plan_talk_asks_for_nothing(prompt: str) -> None:
    scene = plan(prompt)
    assert [(item.id, item.count) for item in scene.items] == [("desk", 2)]
    assert scene.environment.kind == "office"
    assert scene.misses == []


@pytest.mark.parametrize(
    ("prompt", "missing"),
    [
        ("An office. Fridge, 2 desks.", ["Fridge"]),
        ("An office with 2 desks, lamp", ["lamp"]),
        ("An office with 2 desks and a pose estimator", ["pose estimator"]),
        ("I need a pose estimator and 2 desks", ["pose estimator"]),
    ],
)
def test_plan_what_is_listed_is_asked_for(prompt: str, missing: list[str]) -> None:
    assert [miss.asked for miss in plan(prompt).misses] == missing


@pytest.mark.parametrize(
    ("prompt", "verbs"),
    [
        ("A warehouse with 6 boxes stacked on a pallet", ["on_top_of"]),
        ("A warehouse with 30 boxes stacked on a pallet", ["stack", "on_top_of"]),
        ("A warehouse with 6 boxes stacked 3 high on a pallet", ["stack", "on_top_of"]),
        ("A warehouse with 6 boxes stacked", ["stack"]),
    ],
)
def test_plan_stacked_on_a_pallet_rests_on_it(prompt: str, verbs: list[str]) -> None:
    relations = [r for r in plan(prompt).relations if r.subject == "cardboard_box"]
    assert [relation.verb for relation in relations] == verbs


def test_plan_rows_said_in_two_parts_hold_both() -> None:
    scene = plan("A warehouse, 2 rows of racks, 5 per row")
    assert [(item.id, item.count) for item in scene.items] == [("pallet_rack", 10)]
