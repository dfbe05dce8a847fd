from __future__ import annotations

import pytest

from clappper.core.planning.clause import Mark, read_elements
from clappper.core.planning.lexer import Transcript, clean_text, tokenize
from clappper.core.planning.link import PhraseRole, RelationReading
from clappper.core.planning.noun_phrase import NounPhrase
from clappper.core.planning.numbers import merge_quantities
from clappper.core.planning.relations import read_relations


def read(text: str) -> tuple[list[NounPhrase | Mark], RelationReading]:
    cleaned = clean_text(text)
    elements = read_elements(Transcript(cleaned, tuple(merge_quantities(tokenize(cleaned)))), {})
    known: dict[str, PhraseRole] = {
        "thing": "item",
        "room": "room",
        "place": "place",
        "camera": "camera",
    }
    roles = {
        i: known.get(e.kind, "none") for i, e in enumerate(elements) if isinstance(e, NounPhrase)
    }
    return elements, read_relations(elements, roles)


def list_links(text: str) -> list[str]:
    elements, reading = read(text)

    def name(index: object) -> str:
        element = elements[index] if isinstance(index, int) else None
        return element.head if isinstance(element, NounPhrase) else str(index)

    return [f"{link.verb} {name(link.subject)} {name(link.target)}" for link in reading.links]


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("a desk near a door", ["near desk door"]),
        ("a desk and a chair near a door", ["near chair door"]),
        ("put a desk and a chair near a door", ["near desk door", "near chair door"]),
        ("near a door, a desk", ["near desk door"]),
        (
            "a desk on top of a pallet behind a rack",
            ["on_top_of desk pallet", "behind pallet rack"],
        ),
        ("a desk next to the door behind the rack", ["next_to desk door", "behind desk rack"]),
        ("a man next to a door facing a rack", ["next_to man door", "facing man rack"]),
        ("a table surrounded by chairs", ["around chair table"]),
        ("a desk against the north wall", ["along_wall desk room"]),
        ("a desk in the room", []),
        ("chairs around the room", ["scatter chair room"]),
        ("a worker facing the camera", ["facing worker camera"]),
        ("a desk not near the door", []),
        ("a desk near the door and the rack", ["near desk door", "near desk rack"]),
        ("a desk near the door and a rack", ["near desk door"]),
        ("a desk. It stands behind a rack.", ["behind desk rack"]),
        ("in front of the desk stands a chair", ["in_front_of chair desk"]),
    ],
)
def test_read_relations_attaches_to_the_right_phrases(text: str, links: list[str]) -> None:
    assert list_links(text) == links


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("4 desks with a chair each", [("chair", "desk")]),
        ("4 desks, each with a chair and a monitor", [("chair", "desk"), ("monitor", "desk")]),
        ("2 monitors per desk", [("monitor", "desk")]),
        ("a chair for each desk", [("chair", "desk")]),
        ("a monitor on every desk", [("monitor", "desk")]),
        ("for each desk add a monitor", [("monitor", "desk")]),
        ("4 desks with a chair", []),
    ],
)
def test_read_relations_multiplies_per_thing(text: str, pairs: list[tuple[str, str]]) -> None:
    elements, reading = read(text)

    def head(index: int) -> str:
        element = elements[index]
        assert isinstance(element, NounPhrase)
        return element.head

    assert [(head(thing), head(owner)) for thing, owner in reading.multipliers.items()] == pairs


def test_read_relations_camera_target_is_no_relation() -> None:
    elements, reading = read("camera facing the desk")

    assert reading.links == []
    assert [getattr(elements[i], "head", "") for i in reading.targets] == ["desk"]


def test_read_relations_aisle_and_spacing() -> None:
    _, reading = read("racks with 3.5 m aisles. Cones 2 m apart.")

    assert reading.aisle_m == 3.5
    assert list(reading.spacing_m.values()) == [2.0]


@pytest.mark.parametrize(
    ("text", "links"),
    [
        (
            "to the left of the rack stands a door, to the right of it a desk",
            ["left_of door rack", "right_of desk rack"],
        ),
        (
            "on the desk there is a monitor, and next to it a lamp",
            ["on_top_of monitor desk", "next_to lamp monitor"],
        ),
        ("a pallet flanked by two workers", ["next_to worker pallet"]),
        (
            "a door next to a desk, a lamp on it, and a chair facing it",
            ["next_to door desk", "on_top_of lamp desk", "facing chair desk"],
        ),
    ],
)
def test_read_relations_it_keeps_what_it_meant(text: str, links: list[str]) -> None:
    assert list_links(text) == links


@pytest.mark.parametrize(
    ("text", "owners"),
    [
        (
            "4 desks, two monitors on each, a lamp under each one",
            {"monitor": "desk", "lamp": "desk"},
        ),
        ("3 doors, and in front of every one there is a desk", {"desk": "door"}),
        ("every desk gets a monitor and a chair", {"monitor": "desk", "chair": "desk"}),
        ("3 desks and a monitor on all of them", {"monitor": "desk"}),
        ("5 pallets, every one of them loaded with 8 boxes", {"box": "pallet"}),
        ("the racks and a monitor on them", {}),
    ],
)
def test_read_relations_each_has_its_own(text: str, owners: dict[str, str]) -> None:
    elements, reading = read(text)

    def name(index: int) -> str:
        element = elements[index]
        return element.head if isinstance(element, NounPhrase) else ""

    assert {name(thing): name(owner) for thing, owner in reading.multipliers.items()} == owners
