"""Parts of a group that was named before."""

from __future__ import annotations

import pytest

from clappper.core.planning.anaphora import resolve_ones
from clappper.core.planning.clause import read_elements
from clappper.core.planning.lexer import Transcript, clean_text, tokenize
from clappper.core.planning.noun_phrase import NounPhrase
from clappper.core.planning.numbers import merge_quantities
from clappper.core.planning.rule_planner import RulePlanner
from support.fake_catalog import FakeCatalog


def read(text: str) -> list[tuple[str, int | None]]:
    """Return head and number of the things of a text."""
    cleaned = clean_text(text)
    transcript = Transcript(cleaned, tuple(merge_quantities(tokenize(cleaned))))
    elements = resolve_ones(read_elements(transcript, {}))
    phrases = [e for e in elements if isinstance(e, NounPhrase) and e.kind == "thing"]
    return [(phrase.head, phrase.count) for phrase in phrases]


def plan(prompt: str) -> tuple[dict[str, int], set[str]]:
    """Return the numbers of the items and the relations of a plan."""
    scene = RulePlanner(FakeCatalog()).plan(prompt).plan
    relations = {f"{r.verb} {r.subject} {r.object}" for r in scene.relations}
    return {item.id: item.count for item in scene.items}, relations


@pytest.mark.parametrize(
    ("text", "things"),
    [
        # The first part is the group where nothing is left of it.
        ("2 sofas, one by the wall and the other facing it", [("sofa", 1), ("sofa", None),
         ("sofa", 1)]),
        ("3 drums: one behind the desk, two by the wall", [("drum", 1), ("drum", None),
         ("desk", None), ("drum", 2)]),
        ("6 drums, two of them near the desk", [("drum", 4), ("drum", 2), ("desk", None)]),
        ("10 drums, half of them near the desk", [("drum", 5), ("drum", 5), ("desk", None)]),
        ("3 drums, one red, one blue and one green", [("drum", 1), ("drum", None), ("drum", 1),
         ("drum", 1)]),
        ("3 drums, the first near the desk, the others near the sofa", [("drum", 1),
         ("drum", None), ("desk", None), ("drum", 2), ("sofa", None)]),
        # One more, and one more row.
        ("five people sit while a sixth stands at the desk", [("people", 5), ("people", 1),
         ("desk", None)]),
        ("2 blue drums and a red one", [("drum", 2), ("drum", 1)]),
        ("a desk near the sofa and another near the door", [("desk", None), ("sofa", None),
         ("desk", 1), ("door", None)]),
        ("a row of five cones and another of three", [("cone", 5), ("cone", 3)]),
        ("2 groups of drums, one of four on the left, the other of six on the right",
         [("drum", 4), ("drum", None), ("drum", 6)]),
        ("5 drums on the left, another five on the right", [("drum", 5), ("drum", 5)]),
        # What each part has.
        ("2 tables; one has six chairs, the other four", [("table", 1), ("table", None),
         ("chair", 6), ("table", 1), ("chair", 4)]),
        # No parts at all.
        ("15 boxes on 3 pallets, five on each", [("box", 15), ("pallet", 3)]),
        ("a yard, 2 stacked pallets", [("pallet", 2)]),
        ("a yard, 2 parked forklifts", [("forklift", 2)]),
        ("3 drums, six in total", [("drum", 3)]),
        ("2 drums, the other two drums", [("drum", 2), ("drum", 2)]),
        ("one by the wall", []),
    ],
)  # fmt: skip
def test_resolve_ones_reads_parts_of_a_group(
    text: str, things: list[tuple[str, int | None]]
) -> None:
    found = [("people" if head == "person" else head, count) for head, count in read(text)]
    assert found == things


@pytest.mark.parametrize(
    ("prompt", "counts", "relations"),
    [
        (
            "2 cabinets, one across from the other, with a plant between them",
            {"cabinet": 1, "cabinet_2": 1, "potted_plant": 1},
            {"across_from cabinet cabinet_2", "between potted_plant cabinet"},
        ),
        (
            "2 forklifts: one carrying a pallet, the other empty, facing each other",
            {"forklift": 1, "forklift_2": 1, "pallet": 1},
            {"facing forklift forklift_2", "facing forklift_2 forklift"},
        ),
        (
            "2 plants, one to the left and one to the right of the desk",
            {"potted_plant": 1, "potted_plant_2": 1, "desk": 1},
            {"left_of potted_plant desk", "right_of potted_plant_2 desk"},
        ),
        (
            "2 drums next to a forklift, one red and one blue",
            {"drum": 1, "drum_2": 1, "forklift": 1},
            {"next_to drum forklift", "next_to drum_2 forklift"},
        ),
        (
            "a dining room with 2 tables; one has six chairs around it, the other four",
            {"meeting_table": 1, "meeting_table_2": 1, "chair": 6, "chair_2": 4},
            {
                "around chair meeting_table",
                "around chair_2 meeting_table_2",
            },
        ),
    ],
)
def test_plan_parts_of_a_group_stand_on_their_own(
    prompt: str, counts: dict[str, int], relations: set[str]
) -> None:
    found = plan(prompt)
    assert relations <= found[1]
    assert {k: v for k, v in found[0].items() if k in counts} == counts


@pytest.mark.parametrize("words", ["one by the wall, ", "the other only ", "another of 3, "])
def test_plan_many_parts_are_read_soon(words: str) -> None:
    counts, _ = plan("a yard with 400 drums, " + words * (9_000 // len(words)))
    assert sum(counts.values()) >= 400
