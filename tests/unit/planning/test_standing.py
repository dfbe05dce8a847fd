"""Things told by where they stand: the desk by the cabinet, the plant that is in the corner."""

from __future__ import annotations

import pytest

from clappper.core.errors import PlanRejectedError
from clappper.core.planning.languages.translate import translate
from support.edit_sentences import parse_all, read, tell

#: desk 4, office_chair 4, cabinet 1 in a corner, potted_plant 1 next to it, whiteboard 1 at a wall.
OFFICE = (
    "An office with 4 desks, an office chair at each desk, a cabinet in the corner, a potted plant "
    "next to the cabinet and a whiteboard against the left wall."
)
#: cardboard_box 2 on the pallet, cardboard_box_2 3 in the corner.
BOXES = "A warehouse with 2 boxes on a pallet, a forklift and 3 boxes in the corner."

SENTENCES = {
    "remove the plant that's next to the cabinet": "remove item=potted_plant which=all",
    "remove the plant next to the cabinet": "remove item=potted_plant which=all",
    "remove the whiteboard against the left wall": "remove item=whiteboard which=all",
    "remove the plant, which stands by the cabinet": "remove item=potted_plant which=all",
    "remove the chairs that are by the desks": "remove item=office_chair which=all",
    "move the cabinet that is in the corner to the middle of the room": (
        "relate item=cabinet which=all relation=centered object=room"
    ),
    "move the plant next to the cabinet to the middle of the room": (
        "relate item=potted_plant which=all relation=centered object=room"
    ),
    "move the plant next to the whiteboard": (
        "relate item=potted_plant which=all relation=next_to object=whiteboard"
    ),
    "the cabinet that's in the corner should go next to the whiteboard": (
        "relate item=cabinet which=all relation=next_to object=whiteboard"
    ),
    "replace the cabinet in the corner with a drum": "swap item=cabinet noun=drum which=all",
    "turn the whiteboard that is along the wall around": (
        "rotate item=whiteboard which=all yaw_deg=180"
    ),
    "remove the desk that stands by the cabinet": (
        "remove item=desk count=1 which=nearest of=cabinet"
    ),
    "remove the desk standing at the whiteboard": (
        "remove item=desk count=1 which=nearest of=whiteboard"
    ),
    "take out the desk that's closest to the camera": (
        "remove item=desk count=1 which=nearest of=camera"
    ),
    "remove the desk which is on the left": "remove item=desk count=1 which=leftmost",
    "the plant, delete it": "remove item=potted_plant which=all",
    "get rid of everything that isn't a desk or a chair": (
        "remove item=cabinet which=all; remove item=potted_plant which=all; "
        "remove item=whiteboard which=all"
    ),
    "is there any way to remove the plant?": "remove item=potted_plant which=all",
    "any chance you could remove the plant?": "remove item=potted_plant which=all",
}


@pytest.mark.parametrize(("sentence", "expected"), SENTENCES.items())
def test_standing_tells_which_one_is_meant(sentence: str, expected: str) -> None:
    assert [tell(edit) for edit in read(sentence, OFFICE)] == parse_all(expected)


@pytest.mark.parametrize(
    ("sentence", "item"),
    [
        ("remove the boxes on the pallet", "cardboard_box"),
        ("remove the boxes that are in the corner", "cardboard_box_2"),
        ("swap the boxes in the corner for drums", "cardboard_box_2"),
        ("move the boxes in the corner next to the forklift", "cardboard_box_2"),
    ],
)
def test_standing_parts_things_of_one_kind(sentence: str, item: str) -> None:
    assert [edit.item for edit in read(sentence, BOXES)] == [item]


@pytest.mark.parametrize(
    "sentence",
    ["remove the desk that is in the corner", "move the desk that is in the corner to the left"],
)
def test_standing_of_none_of_several_asks_which(sentence: str) -> None:
    with pytest.raises(PlanRejectedError, match="There are 4 desks: say which"):
        read(sentence, OFFICE)


def test_standing_by_what_is_not_there_says_what_is() -> None:
    with pytest.raises(PlanRejectedError, match="There is no forklift in this scene"):
        read("remove the plant that stands by the forklift", OFFICE)


@pytest.mark.parametrize(
    "sentence",
    [
        "Stell den Schrank, der in der Ecke steht, in die Mitte des Raums.",
        "Mueve el armario que está en la esquina al centro.",
    ],
)
def test_standing_is_read_in_other_languages(sentence: str) -> None:
    expected = parse_all("relate item=cabinet which=all relation=centered object=room")
    assert [tell(edit) for edit in read(translate(sentence).text, OFFICE)] == expected
