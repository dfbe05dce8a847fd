"""One of several as the place of something else: the plant onto the leftmost desk."""

from __future__ import annotations

import pytest

from clappper.core.planning.edits.text import describe_edits
from clappper.core.planning.rule_planner import RulePlanner
from support.edit_sentences import parse_all, read, tell
from support.fake_catalog import FakeCatalog

OFFICE = (
    "An office with 4 desks, an office chair at each desk, a cabinet in the corner, 2 potted "
    "plants and a whiteboard against the left wall."
)
LEFT = "part item=desk count=1 which=leftmost object=desk_2"

SENTENCES = {
    "put a monitor on the leftmost desk": (
        f"{LEFT}; add item=monitor noun=monitor count=1 relation=on_top_of object=desk_2"
    ),
    "put a monitor on desk 3": (
        "part item=desk count=1 which=index index=3 object=desk_2; "
        "add item=monitor noun=monitor count=1 relation=on_top_of object=desk_2"
    ),
    "add a monitor to the desk nearest the camera": (
        "part item=desk count=1 which=nearest of=camera object=desk_2; "
        "add item=monitor noun=monitor count=1 relation=on_top_of object=desk_2"
    ),
    "move the cabinet next to the leftmost desk": (
        f"{LEFT}; relate item=cabinet which=all relation=next_to object=desk_2"
    ),
    "turn the whiteboard to the leftmost desk": (
        f"{LEFT}; rotate item=whiteboard which=all relation=facing object=desk_2"
    ),
    "move the cabinet 1 m towards the leftmost desk": (
        f"{LEFT}; move item=cabinet which=all relation=near object=desk_2 distance_m=1"
    ),
    "focus on the leftmost desk": f"{LEFT}; camera targets=['desk_2']",
    # Its own chair is another item by then.
    "move the leftmost chair next to the leftmost desk": (
        f"{LEFT}; relate noun=office+chair count=1 which=leftmost relation=next_to object=desk_2"
    ),
    "remove the chair next to the leftmost desk": (
        f"{LEFT}; remove noun=office+chair count=1 which=nearest of=desk_2"
    ),
    # More of what is there, but here: an item of its own.
    "add two chairs at the leftmost desk": (
        f"{LEFT}; add item=office_chair count=2 relation=paired_with object=desk_2"
    ),
    "can the cabinet stand a bit closer to the desk on the right?": (
        "part item=desk count=1 which=rightmost object=desk_2; "
        "move item=cabinet which=all relation=near object=desk_2 distance_m=0.3"
    ),
    "put a monitor on each desk": (
        "add item=monitor noun=monitor count=4 relation=on_top_of object=desk"
    ),
    "move the whiteboard next to the cabinet": (
        "relate item=whiteboard which=all relation=next_to object=cabinet"
    ),
}


@pytest.mark.parametrize(("sentence", "expected"), SENTENCES.items())
def test_singled_one_of_several_is_parted_before(sentence: str, expected: str) -> None:
    assert [tell(edit) for edit in read(sentence, OFFICE)] == parse_all(expected)


@pytest.mark.parametrize("sentence", ["clear the leftmost pallet", "empty the leftmost pallet"])
def test_singled_one_of_several_is_emptied(sentence: str) -> None:
    edits = read(sentence, "A warehouse with 4 pallets with a box on each pallet")
    assert [tell(edit) for edit in edits] == parse_all(
        "part item=pallet count=1 which=leftmost object=pallet_2; "
        "remove which=all relation=on_top_of object=pallet_2"
    )


def test_singled_what_is_in_the_way_is_no_place() -> None:
    edits = read("the plants are in the way, move them along the left wall", OFFICE)
    assert [tell(edit) for edit in edits] == parse_all(
        "relate item=potted_plant which=all relation=along_wall object=room side=left"
    )


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("put a monitor on the leftmost desk", "Added 1 monitor on the leftmost desk."),
        ("move the cabinet next to desk 3", "Put the cabinet next to desk 3."),
        ("focus on the leftmost desk", "Camera: on the leftmost desk."),
    ],
)
def test_singled_one_is_told_as_it_was_said(sentence: str, expected: str) -> None:
    plan = RulePlanner(FakeCatalog()).plan(OFFICE).plan
    assert describe_edits(read(sentence, OFFICE), plan) == expected
