"""What holds for every prompt, whatever it says."""

from __future__ import annotations

import string

from hypothesis import example, given, settings
from hypothesis import strategies as st

from clappper.core.errors import PlanRejectedError, UsageError
from clappper.core.planning.models import ScenePlan
from clappper.core.planning.plan_result import PlanResult
from clappper.core.planning.rule_planner import RulePlanner
from support.fake_catalog import FakeCatalog

CATALOG = FakeCatalog()
PLANNER = RulePlanner(CATALOG)

#: Noun, plural and item id of things every generated list may name.
NOUNS = [
    ("forklift", "forklifts", "forklift"),
    ("pallet", "pallets", "pallet"),
    ("cardboard box", "cardboard boxes", "cardboard_box"),
    ("traffic cone", "traffic cones", "traffic_cone"),
    ("desk", "desks", "desk"),
    ("whiteboard", "whiteboards", "whiteboard"),
    ("person", "people", "person"),
    ("pallet rack", "pallet racks", "pallet_rack"),
    ("drum", "drums", "drum"),
]
WORDS = [
    "a",
    "an",
    "the",
    "three",
    "12",
    "dozen",
    "no",
    "without",
    "each",
    "every",
    "some",
    "near",
    "next",
    "to",
    "on",
    "top",
    "of",
    "between",
    "behind",
    "facing",
    "in",
    "corner",
    "wall",
    "with",
    "and",
    "or",
    ",",
    ".",
    ";",
    ":",
    "(",
    ")",
    "forklift",
    "forklifts",
    "desk",
    "desks",
    "chairs",
    "table",
    "unicorn",
    "door",
    "people",
    "warehouse",
    "office",
    "camera",
    "eye",
    "level",
    "at",
    "2",
    "m",
    "apart",
    "rows",
    "row",
    "grid",
    "stack",
    "it",
    "them",
    "itself",
    "20",
    "x",
    "30",
    "them",
    "big",
    "yellow",
    "modern",
    "style",
    "put",
    "create",
    "is",
    "are",
    "there",
    "place",
    "shot",
    "of",
    "per",
    "half",
    "couple",
    "pair",
    "one",
    "ones",
    "0",
    "5-seater",
    "27-inch",
    "1080p",
    "fps",
    "frames",
    "night",
    "light",
    "left",
    "right",
    "north",
]


def plan_or_reject(prompt: str) -> PlanResult | None:
    try:
        return PLANNER.plan(prompt)
    except (UsageError, PlanRejectedError):
        return None


def check(result: PlanResult) -> None:
    """Everything a plan must hold, beyond what its schema checks."""
    scene = ScenePlan.model_validate_json(result.plan.model_dump_json())
    assert scene == result.plan
    for item in scene.items:
        assert set(item.asset_ids) <= CATALOG.asset_ids
        assert item.asset_ids
    for miss in scene.misses:
        assert set(miss.suggestions) <= CATALOG.asset_ids
    for relation in scene.relations:
        if relation.verb == "rows":
            count = next(item.count for item in scene.items if item.id == relation.subject)
            assert relation.rows is not None
            assert relation.per_row is not None
            assert relation.rows * relation.per_row >= count


@given(st.text(max_size=400))
@example("²")
@example("٣ desks")
@example("desk\u2019s \u201cchair\u201d \u2014 3 \u00d7 4 m")
@example("3 desks\u0000\u202e in an office")
@example("9" * 400 + " desks")
@example("''''\"\"\"\" 3' x 4' desks")
@example("3-" + "a" * 400 + " desk")
@example("2 " + "b" * 400)
@example("İstanbul ﬁve desks")
@settings(max_examples=300, deadline=None)
def test_plan_any_text_never_crashes(text: str) -> None:
    result = plan_or_reject(text)
    if result is not None:
        check(result)


@given(st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join))
@settings(max_examples=400, deadline=None)
def test_plan_any_words_give_a_valid_plan_or_a_sentence(prompt: str) -> None:
    result = plan_or_reject(prompt)
    if result is not None:
        check(result)


@given(st.text(alphabet=string.printable, max_size=200))
@settings(max_examples=200, deadline=None)
def test_plan_any_ascii_never_crashes(text: str) -> None:
    result = plan_or_reject(text + " 2 desks")
    if result is not None:
        check(result)


@given(
    st.lists(
        st.tuples(st.sampled_from(NOUNS), st.integers(1, 99)),
        min_size=1,
        max_size=9,
        unique_by=lambda pair: pair[0][2],
    ),
    st.sampled_from([", ", " and ", ", and ", "; ", " + ", "\n- ", " as well as ", ". Also "]),
    st.sampled_from(
        [
            "Create a warehouse with ",
            "",
            "In a warehouse: ",
            "I want ",
            "a warehouse scene. There are ",
        ]
    ),
    st.sampled_from(
        ["", ".", " in a warehouse.", ", camera at eye level", ". Top view. 10 seconds."]
    ),
)
@settings(max_examples=300, deadline=None)
def test_plan_listed_numbers_are_exact(
    wanted: list[tuple[tuple[str, str, str], int]], joint: str, start: str, end: str
) -> None:
    phrases = [f"{count} {noun[0] if count == 1 else noun[1]}" for noun, count in wanted]

    scene = PLANNER.plan(start + joint.join(phrases) + end).plan

    assert {item.id: item.count for item in scene.items} == {
        noun[2]: count for noun, count in wanted
    }
    assert scene.misses == []


@given(st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join), st.integers(0, 5))
@settings(max_examples=100, deadline=None)
def test_plan_same_prompt_gives_same_plan(prompt: str, seed: int) -> None:
    first, second = plan_or_reject(prompt), plan_or_reject(prompt)

    assert (first is None) == (second is None)
    if first is not None and second is not None:
        again = RulePlanner(FakeCatalog()).plan(prompt, seed=seed)
        assert (
            first.plan.model_dump_json()
            == second.plan.model_dump_json()
            == again.plan.model_dump_json()
        )


@given(st.integers(1, 1000), st.integers(1, 1000))
@settings(max_examples=50, deadline=None)
def test_plan_chairs_stay_exact_when_split(desks: int, chairs: int) -> None:
    scene = PLANNER.plan(f"{desks} desks, {chairs} chairs and a meeting table").plan

    split = [item.count for item in scene.items if item.noun == "chair"]
    assert sum(split) == chairs
    assert split[0] <= desks
