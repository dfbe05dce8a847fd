"""The later of two statements that cannot both hold counts, and a sentence says so."""

from __future__ import annotations

import pytest

from clappper.core.planning.models import ScenePlan
from clappper.core.planning.rule_planner import RulePlanner
from support.fake_catalog import FakeCatalog


def plan(prompt: str) -> ScenePlan:
    return RulePlanner(FakeCatalog()).plan(prompt).plan


def count(scene: ScenePlan) -> dict[str, int]:
    return {item.id: item.count for item in scene.items}


def is_noted(scene: ScenePlan) -> bool:
    return any("the later one counts" in text for text in scene.assumptions)


COUNTS = {
    "A warehouse with 2 forklifts. No wait, 4 forklifts.": {"forklift": 4},
    "A warehouse with 2 forklifts. Actually, make that 5 forklifts.": {"forklift": 5},
    "A warehouse with 2 forklifts, sorry, I meant 3 forklifts.": {"forklift": 3},
    "An office with 5 desks. The office has 6 desks.": {"desk": 6},
    "An office with no desks. Add 3 desks after all.": {"desk": 3},
    "A warehouse with 2 forklifts, er, 3 forklifts.": {"forklift": 3},
    "A warehouse with 2 forklifts. Let me correct that: 3 forklifts.": {"forklift": 3},
    "A warehouse with 2 forklifts. I changed my mind, 3 forklifts.": {"forklift": 3},
    "A warehouse with 2 forklifts, or rather 5.": {"forklift": 5},
    "A warehouse with 2 forklifts. Let me rephrase: 3 forklifts.": {"forklift": 3},
    "A warehouse with 2 forklifts. Change the forklifts to 4.": {"forklift": 4},
    "Put 5 forklifts in a warehouse, er, make that 3.": {"forklift": 3},
    "A warehouse with a forklift, well, 2 forklifts actually.": {"forklift": 2},
    "Ten forklifts in a warehouse. Hold on, ten is too many, 8 forklifts.": {"forklift": 8},
    "Eight forklifts in a warehouse - wait, I miscounted, nine.": {"forklift": 9},
}


@pytest.mark.parametrize(("prompt", "expected"), COUNTS.items())
def test_plan_later_number_counts(prompt: str, expected: dict[str, int]) -> None:
    scene = plan(prompt)
    assert count(scene) == expected
    assert is_noted(scene)


ADDITIONS = {
    "A warehouse with 2 forklifts. Add 3 more forklifts.": {"forklift": 5},
    "A warehouse with 2 forklifts. Actually, add another forklift.": {"forklift": 3},
    "2 desks and a chair, and 3 desks, in an office": {"desk": 5, "chair": 1},
}


@pytest.mark.parametrize(("prompt", "expected"), ADDITIONS.items())
def test_plan_more_is_added(prompt: str, expected: dict[str, int]) -> None:
    scene = plan(prompt)
    assert count(scene) == expected
    assert not is_noted(scene)


PLACES = {
    "A warehouse, 6 drums left of a forklift. Sorry, I meant to the right of it.": "right_of",
    "A worker to the left of a forklift, no, to its right.": "right_of",
    "Two drums in front of a forklift, or better behind it.": "behind",
    "A drum in front of... no, behind a forklift.": "behind",
    "A worker left of a forklift... no, standing behind it": "behind",
    "Two drums in front of a forklift, no, along the back wall.": "along_wall",
}


@pytest.mark.parametrize(("prompt", "verb"), PLACES.items())
def test_plan_later_place_counts(prompt: str, verb: str) -> None:
    scene = plan(prompt)
    subject = scene.items[0].id
    assert [r.verb for r in scene.relations if r.subject == subject] == [verb]


def test_plan_later_place_is_told() -> None:
    assert is_noted(plan("Two drums in front of a forklift. Oops, I meant behind the forklift."))


def test_plan_same_number_in_a_later_sentence_speaks_of_the_same_things() -> None:
    scene = plan("We want ten chairs. A table stands in the middle, ten chairs go around it.")
    assert count(scene)["chair"] == 10
    assert not is_noted(scene)


def test_plan_later_camera_light_and_size_count() -> None:
    scene = plan(
        "A 10 x 8 m office with 3 desks at night, camera at eye level. The room is 12 x 9 m. "
        "Camera from above, in daylight."
    )
    size = scene.environment.size_m
    assert size is not None
    assert (size.x, size.y) == (12.0, 9.0)
    assert (scene.camera.shot, scene.lighting.mood) == ("overhead", "day")
    assert sum("the later one counts" in text for text in scene.assumptions) == 4


def test_plan_statements_that_go_together_are_no_contradiction() -> None:
    scene = plan("An office with 3 desks, soft light at night, wide shot at eye level")
    assert (scene.camera.shot, scene.lighting.mood) == ("eye_level", "soft")
    assert not is_noted(scene)


def test_plan_not_at_night_is_not_night() -> None:
    assert plan("A warehouse with a forklift, not at night").lighting.mood != "night"


NEGATIONS = {
    "An office with 2 desks, free of chairs": {"desk": 2},
    "An office with 2 desks and leave out the chairs": {"desk": 2},
    "An office, not too full, 2 desks": {"desk": 2},
    "My boss wants an office with 2 desks because people like desks": {"desk": 2},
    "3 desks 3 chairs whiteboard": {"desk": 3, "chair": 3, "whiteboard": 1},
}


@pytest.mark.parametrize(("prompt", "expected"), NEGATIONS.items())
def test_plan_what_is_not_asked_for_is_not_there(prompt: str, expected: dict[str, int]) -> None:
    assert count(plan(prompt)) == expected
