"""Sentences that change a scene and what a reader would expect of them; all written by hand."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from clappper.core.errors import PlanRejectedError, UsageError
from clappper.core.planning.edits.models import PlanEdit
from support.edit_sentences import OFFICE, WAREHOUSE, parse, parse_all, read, tell

IN_WAREHOUSE = {
    # Removing.
    "remove two forklifts": "remove item=forklift count=2",
    "delete the pallets": "remove item=pallet which=all",
    "Please remove all boxes.": "remove item=cardboard_box which=all",
    "take away all boxes": "remove item=cardboard_box which=all",
    "take the boxes away": "remove item=cardboard_box which=all",
    "get rid of the workers": "remove item=person which=all",
    "remove the leftmost forklift": "remove item=forklift which=leftmost count=1",
    "remove the two rightmost pallets": "remove item=pallet which=rightmost count=2",
    "delete the forklift nearest the door": (
        "remove item=forklift which=nearest of=roll_up_door count=1"
    ),
    "remove the forklift closest to the camera": (
        "remove item=forklift which=nearest of=camera count=1"
    ),
    "remove the farthest pallet": "remove item=pallet which=farthest of=camera count=1",
    "remove the last forklift": "remove item=forklift which=last count=1",
    "remove the first forklift": "remove item=forklift which=first count=1",
    "remove the second forklift": "remove item=forklift which=index index=2 count=1",
    "delete forklift 3": "remove item=forklift which=index index=3 count=1",
    "remove forklift number 1": "remove item=forklift which=index index=1 count=1",
    "remove one of the workers": "remove item=person count=1",
    "remove a pallet": "remove item=pallet count=1",
    "remove half of the pallets": "remove item=pallet count=5",
    "remove 12 pallets": "remove item=pallet count=12",
    "remove the door": "remove item=roll_up_door which=all",
    "no workers please": "remove item=person which=all",
    "I don't want any boxes": "remove item=cardboard_box which=all",
    "there should be no forklifts": "remove item=forklift which=all",
    "clear away the boxes and the pallets": (
        "remove item=cardboard_box which=all; remove item=pallet which=all"
    ),
    "remove the forklifts, the workers and two boxes": (
        "remove item=forklift which=all; remove item=person which=all; "
        "remove item=cardboard_box count=2"
    ),
    "remove all forklifts but one": "set_count item=forklift count=1",
    "remove pallets 2 and 3": (
        "remove item=pallet which=index index=2 count=1; "
        "remove item=pallet which=index index=3 count=1"
    ),
    "delete everything except the pallets, the boxes and the shelving": (
        "remove item=forklift which=all; remove item=person which=all; "
        "remove item=roll_up_door which=all"
    ),
    # Adding.
    "add another forklift": "add item=forklift count=1",
    "add one more forklift": "add item=forklift count=1",
    "add 4 more shelving units": "add item=industrial_shelving count=4",
    "add 2 more workers": "add item=person count=2",
    "two more pallets": "add item=pallet count=2",
    "add a few more boxes": "add item=cardboard_box count=3",
    "add forklifts": "add item=forklift count=2",
    "add 4 pallets near the door": (
        "add item=pallet_2 noun=pallet count=4 relation=near object=roll_up_door"
    ),
    "add a traffic cone": (
        "add item=traffic_cone noun=traffic+cone count=1 relation=scatter object=room"
    ),
    "put a drum next to the door": (
        "add item=drum noun=drum count=1 relation=next_to object=roll_up_door"
    ),
    "place 3 cones in front of the door": (
        "add item=traffic_cone noun=traffic+cone count=3 relation=in_front_of object=roll_up_door"
    ),
    "I want two more forklifts": "add item=forklift count=2",
    "we need another worker behind the forklifts": (
        "add item=person_2 noun=person count=1 relation=behind object=forklift"
    ),
    "add 6 boxes on the pallets": (
        "add item=cardboard_box_2 noun=cardboard+box count=6 relation=on_top_of object=pallet"
    ),
    "add a second door in the left wall": (
        "add item=roll_up_door_2 noun=roll-up+door count=1 relation=in_wall object=room side=left"
    ),
    "add a worker near each forklift": (
        "add item=person_2 noun=person count=3 relation=paired_with object=forklift side=front"
    ),
    "give me different forklifts": "swap item=forklift which=all",
    # Counts.
    "add one forklift less": "set_count item=forklift count=2",
    "cut the number of boxes in half": "set_count item=cardboard_box count=3",
    "only one forklift": "set_count item=forklift count=1",
    "just two pallets please": "set_count item=pallet count=2",
    "keep only 4 pallets": "set_count item=pallet count=4",
    "twice as many pallets": "set_count item=pallet count=20",
    "double the number of boxes": "set_count item=cardboard_box count=12",
    "half as many pallets": "set_count item=pallet count=5",
    "bump the pallets up to 12": "set_count item=pallet count=12",
    "make the pallets 8": "set_count item=pallet count=8",
    "can we have two more pallets": "add item=pallet count=2",
    "give me a close-up of the boxes": "camera shot=close_up targets=['cardboard_box']",
    "no camera movement": "camera move=static",
    "set it at dawn": "lighting mood=golden_hour",
    "to each forklift a drum": ("add item=drum noun=drum count=3 relation=scatter object=room"),
    "another five pallets": "add item=pallet count=5",
    "I don't need workers after all": "remove item=person which=all",
    "oh, and two more pallets": "add item=pallet count=2",
    "instead 2 drums in the corner": (
        "add item=drum noun=drum count=2 relation=in_corner object=room"
    ),
    "cabinet on the back wall": (
        "add item=cabinet noun=cabinet count=1 relation=along_wall object=room side=back"
    ),
    "add a drum next to a pallet": (
        "add item=drum noun=drum count=1 relation=next_to object=pallet"
    ),
    "pallets next to the door": (
        "relate item=pallet which=all relation=next_to object=roll_up_door"
    ),
    "the boxes go in the corner": (
        "relate item=cardboard_box which=all relation=in_corner object=room"
    ),
    "replace the boxes with 4 drums": (
        "swap item=cardboard_box which=all noun=drum; set_count noun=drum count=4"
    ),
    "a worker less": "set_count item=person count=1",
    "change the light to daylight": "lighting mood=day",
    "three times as many workers": "set_count item=person count=6",
    "fewer boxes": "set_count item=cardboard_box count=3",
    "more boxes": "set_count item=cardboard_box count=9",
    "I want more workers": "set_count item=person count=3",
    "make it 5 forklifts": "set_count item=forklift count=5",
    "there should be 4 workers": "set_count item=person count=4",
    "reduce the pallets to 3": "set_count item=pallet count=3",
    "change the number of workers to 6": "set_count item=person count=6",
    "increase the number of boxes to twelve": "set_count item=cardboard_box count=12",
    # Moving.
    "move the door to the left": "move item=roll_up_door which=all side=left",
    "move all forklifts back": "move item=forklift which=all side=back",
    "move the forklifts 2 m back": "move item=forklift which=all side=back distance_m=2",
    "move the leftmost forklift 2 m to the right": (
        "move item=forklift which=leftmost count=1 side=right distance_m=2"
    ),
    "move the workers closer to the door": (
        "move item=person which=all relation=near object=roll_up_door"
    ),
    "move the workers 1.5 m away from the door": (
        "move item=person which=all relation=far_from object=roll_up_door distance_m=1.5"
    ),
    "move the boxes away from the wall": (
        "move item=cardboard_box which=all relation=far_from object=room"
    ),
    "push the pallets a bit to the left": "move item=pallet which=all side=left distance_m=0.3",
    "shift the workers to the right by 50 cm": (
        "move item=person which=all side=right distance_m=0.5"
    ),
    "slide the forklifts 3 feet forward": (
        "move item=forklift which=all side=front distance_m=0.9144"
    ),
    "move the nearest forklift towards the camera": (
        "move item=forklift which=nearest of=camera count=1 relation=near object=camera"
    ),
    "move the forklifts north": "move item=forklift which=all side=north",
    "move the forklifts next to the door": (
        "relate item=forklift which=all relation=next_to object=roll_up_door"
    ),
    "move the boxes onto the pallets": (
        "relate item=cardboard_box which=all relation=on_top_of object=pallet"
    ),
    "put the workers in front of the door": (
        "relate item=person which=all relation=in_front_of object=roll_up_door"
    ),
    "put the pallets against the back wall": (
        "relate item=pallet which=all relation=along_wall object=room side=back"
    ),
    "arrange the pallets in 2 rows": (
        "relate item=pallet which=all relation=rows object=room rows=2 per_row=5"
    ),
    "scatter the boxes": "relate item=cardboard_box which=all relation=scatter object=room",
    "stack the boxes": "relate item=cardboard_box which=all relation=stack object=room",
    "line up the forklifts": "relate item=forklift which=all relation=line object=room",
    "put one worker behind the forklifts": (
        "relate item=person count=1 relation=behind object=forklift"
    ),
    "move the door to the left wall": (
        "relate item=roll_up_door which=all relation=in_wall object=room side=left"
    ),
    "move the forklift on the left to the right": (
        "move item=forklift which=leftmost count=1 side=right"
    ),
    "move the workers to the door": (
        "relate item=person which=all relation=near object=roll_up_door"
    ),
    "stack the pallets 3 high": (
        "relate item=pallet which=all relation=stack object=room per_row=3"
    ),
    # Turning.
    "make the people look at each other": (
        "rotate item=person which=all relation=facing object=person"
    ),
    "have the workers look at the door": (
        "rotate item=person which=all relation=facing object=roll_up_door"
    ),
    "turn the people to the camera": ("rotate item=person which=all relation=facing object=camera"),
    "make the workers face the door": (
        "rotate item=person which=all relation=facing object=roll_up_door"
    ),
    "turn the forklifts around": "rotate item=forklift which=all yaw_deg=180",
    "rotate all forklifts by 45 degrees": "rotate item=forklift which=all yaw_deg=45",
    "rotate the leftmost forklift 90° clockwise": (
        "rotate item=forklift which=leftmost count=1 yaw_deg=-90"
    ),
    "the workers should look at the forklifts": (
        "rotate item=person which=all relation=facing object=forklift"
    ),
    # Swapping.
    "swap the forklifts": "swap item=forklift which=all",
    "swap the forklifts for other ones": "swap item=forklift which=all",
    "use different boxes": "swap item=cardboard_box which=all",
    "replace the boxes with drums": "swap item=cardboard_box which=all noun=drum",
    "swap the pallets with traffic cones": "swap item=pallet which=all noun=traffic+cone",
    "change the shelving to pallet racks": (
        "swap item=industrial_shelving which=all noun=pallet+rack"
    ),
    "replace one forklift with a drum": "swap item=forklift count=1 noun=drum",
    "use drums instead of the boxes": "swap item=cardboard_box which=all noun=drum",
    # The place.
    "bigger room": "environment width_m=25 depth_m=30",
    "make the room bigger": "environment width_m=25 depth_m=30",
    "make the warehouse smaller": "environment width_m=16 depth_m=19.2",
    "make it 30 % larger": "environment width_m=26 depth_m=31.2",
    "make the room 20 x 15 m": "environment width_m=20 depth_m=15",
    "make the warehouse 30 m wide": "environment width_m=30",
    "make the room 5 m longer": "environment depth_m=29",
    "raise the ceiling to 8 m": "environment height_m=8",
    "higher ceiling": "environment height_m=7.5",
    "wider please": "environment width_m=25",
    "turn it into a loading dock": "environment kind=loading_dock",
    # Light.
    "make it night": "lighting mood=night",
    "brighter": "lighting mood=bright",
    "darker please": "lighting mood=soft",
    "make it a bit brighter": "lighting mood=bright",
    "at sunset": "lighting mood=golden_hour",
    "turn off the lights": "lighting mood=night",
    "daylight please": "lighting mood=day",
    "make it dark": "lighting mood=night",
    # The picture.
    "camera lower": "camera height_m=1",
    "raise the camera": "camera height_m=2.6",
    "put the camera at 3 m height": "camera height_m=3",
    "from above": "camera shot=overhead",
    "close-up of the forklifts": "camera shot=close_up targets=['forklift']",
    "orbit slowly": "camera move=orbit",
    "orbit around the forklifts": "camera move=orbit targets=['forklift']",
    "look at the workers": "camera targets=['person']",
    "static camera": "camera move=static",
    "wide shot": "camera shot=wide",
    "make the film 10 seconds long": "camera duration_s=10",
    "use a 35mm lens": "camera focal_length_mm=35",
    "film it in full HD at 24 fps": "camera fps=24 width=1920 height=1080",
    # All anew.
    "rearrange everything": "seed",
    "try another layout": "seed",
    "rearrange the pallets": "seed item=pallet",
    "shuffle the boxes": "seed item=cardboard_box",
    # Several at once.
    "remove two forklifts and add a drum": (
        "remove item=forklift count=2; add item=drum noun=drum count=1 relation=scatter object=room"
    ),
    "remove the boxes, then make it night": (
        "remove item=cardboard_box which=all; lighting mood=night"
    ),
    "Add another forklift. Turn the workers around. Camera from above.": (
        "add item=forklift count=1; rotate item=person which=all yaw_deg=180; camera shot=overhead"
    ),
    "move the door to the right and make the room bigger": (
        "move item=roll_up_door which=all side=right; environment width_m=25 depth_m=30"
    ),
    "delete the workers; more boxes": (
        "remove item=person which=all; set_count item=cardboard_box count=9"
    ),
}

IN_OFFICE = {
    "remove two chairs": "remove item=chair count=2",
    "delete the plants": "remove item=potted_plant which=all",
    "remove the cabinet": "remove item=cabinet which=all",
    "two more chairs": "add item=chair count=2",
    "put a plant in the corner": "add item=potted_plant count=1",
    "add a whiteboard": (
        "add item=whiteboard noun=whiteboard count=1 relation=along_wall object=room"
    ),
    "add a chair to each desk": "add item=chair count=5",
    "give every desk a plant": "add item=potted_plant count=5",
    "turn the cabinet 180": "rotate item=cabinet which=all yaw_deg=180",
    "the chairs should be around the table": (
        "relate item=chair which=all relation=around object=meeting_table"
    ),
    "make the light warmer": "lighting mood=soft",
    "add a desk with a chair": "add item=desk count=1; add item=chair count=1",
    "add a plant next to the cabinet": (
        "add item=potted_plant_2 noun=potted+plant count=1 relation=next_to object=cabinet"
    ),
    "move the table to the left": "move item=meeting_table which=all side=left",
    "move the table 2 m to the left": "move item=meeting_table which=all side=left distance_m=2",
    "move the meeting table into the middle": (
        "relate item=meeting_table which=all relation=centered object=room"
    ),
    "move the cabinet into the corner": (
        "relate item=cabinet which=all relation=in_corner object=room"
    ),
    "move the table closer to the cabinet": (
        "move item=meeting_table which=all relation=near object=cabinet"
    ),
    "pull the cabinet away from the wall": (
        "move item=cabinet which=all relation=far_from object=room"
    ),
    "put the table near the plants": (
        "relate item=meeting_table which=all relation=near object=potted_plant"
    ),
    "put the chairs around the table": (
        "relate item=chair which=all relation=around object=meeting_table"
    ),
    "put the cabinet on the left": ("relate item=cabinet which=all relation=left_of object=room"),
    "rotate the table 90 degrees": "rotate item=meeting_table which=all yaw_deg=90",
    "rotate the table": "rotate item=meeting_table which=all yaw_deg=90",
    "turn the cabinet around": "rotate item=cabinet which=all yaw_deg=180",
    "turn the cabinet to the right": "rotate item=cabinet which=all yaw_deg=-90",
    "turn the cabinet towards the table": (
        "rotate item=cabinet which=all relation=facing object=meeting_table"
    ),
    "give the table a quarter turn": "rotate item=meeting_table which=all yaw_deg=90",
    "swap the table and the cabinet": "swap item=meeting_table which=all object=cabinet",
    "replace the cabinet with a whiteboard": "swap item=cabinet which=all noun=whiteboard",
    "replace the plants by cabinets": "swap item=potted_plant which=all noun=cabinet",
    "make the room 12 x 9 m": "environment width_m=12 depth_m=9",
    "make the office twice as big": "environment width_m=24 depth_m=20",
    "remove the walls": "environment walls=none",
    "darker": "lighting mood=day",
    "dim the lights": "lighting mood=soft",
    "softer light": "lighting mood=soft",
    "remove two chairs and add a plant": (
        "remove item=chair count=2; add item=potted_plant count=1"
    ),
    "remove the table and move the cabinet to the left": (
        "remove item=meeting_table which=all; move item=cabinet which=all side=left"
    ),
    "add a cabinet and rotate it 90 degrees": (
        "add item=cabinet count=1; rotate item=cabinet which=last count=1 yaw_deg=90"
    ),
    "the chairs no longer need to face the desks": (
        "unrelate item=chair relation=facing object=desk"
    ),
    "the chairs should face the table": (
        "rotate item=chair which=all relation=facing object=meeting_table"
    ),
    "remove everything": "remove which=all",
}

#: What is refused, with words its sentence must have.
REFUSED = {
    (WAREHOUSE, "remove the sofas"): "There is no sofa in this scene: it has 3 forklifts",
    (WAREHOUSE, "add a unicorn"): "The catalog has no unicorn",
    (WAREHOUSE, "remove two boxes and add a unicorn"): "The catalog has no unicorn",
    (WAREHOUSE, "remove the forklift"): "There are 3 forklifts: say which",
    (WAREHOUSE, "move the forklift 2 m back"): "There are 3 forklifts: say which",
    (OFFICE, "rotate the desk 90 degrees"): "There are 5 desks: say which",
    (WAREHOUSE, "undo that"): "Undo",
    (WAREHOUSE, "move the forklifts"): "Say where",
    (WAREHOUSE, "remove"): "Say what",
    (WAREHOUSE, "how many forklifts are there?"): "Say what to change",
    (WAREHOUSE, "colourless green ideas sleep furiously"): "Say what to change",
    (WAREHOUSE, "replace every second pallet with a drum"): "Say how many",
    (OFFICE, "remove the desk in the corner"): "There are 5 desks: say which",
    (OFFICE, "turn the table upside down"): "upright",
    (OFFICE, "brighter"): "as bright as it gets",
    (WAREHOUSE, "swap the pallets"): "no other pallet",
    (WAREHOUSE, "make the room 900 m wide"): "between 1 and 500",
    (WAREHOUSE, "add 5000 boxes"): "1,000",
    (WAREHOUSE, "put the pallets on the sofa"): "There is no sofa in this scene",
}

CASES = [
    pytest.param(prompt, sentence, expected, id=f"{name}-{sentence[:60]}")
    for name, prompt, table in (("w", WAREHOUSE, IN_WAREHOUSE), ("o", OFFICE, IN_OFFICE))
    for sentence, expected in table.items()
]


@pytest.mark.parametrize(("prompt", "sentence", "expected"), CASES)
def test_edit_reader_sentence_gives_the_edits_a_person_means(prompt, sentence, expected):
    edits = [tell(edit) for edit in read(sentence, prompt)]
    assert edits == parse_all(expected)


@pytest.mark.parametrize(("case", "words"), REFUSED.items(), ids=[s for _, s in REFUSED])
def test_edit_reader_refused_sentence_says_what_can_be_said(case, words):
    prompt, sentence = case
    with pytest.raises(PlanRejectedError) as caught:
        read(sentence, prompt)
    assert words.lower() in str(caught.value).lower()
    assert str(caught.value).rstrip()[-1] in '.”"?'


RACKS = "A warehouse with 4 pallet racks and a forklift"
CHAIRS = "An office with 2 office chairs and 3 visitor chairs"


def read_in(prompt: str, sentence: str) -> list[dict[str, str]]:
    return [tell(edit) for edit in read(sentence, prompt)]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("remove a shelf", "remove item=pallet_rack count=1"),
        ("remove the shelves", "remove item=pallet_rack which=all"),
        ("remove the vehicle", "remove item=forklift which=all"),
        (
            "move the vehicle next to the shelves",
            "relate item=forklift which=all relation=next_to object=pallet_rack",
        ),
    ],
)
def test_edit_reader_general_noun_is_the_only_kind_of_it(sentence: str, expected: str) -> None:
    assert read_in(RACKS, sentence) == [parse(expected)]


def test_edit_reader_name_means_all_of_its_kind_whatever_they_were_asked_as() -> None:
    prompt = "An office with 2 plants in the corners and a potted plant on the meeting table"
    removed = read_in(prompt, "remove the plants")
    assert [edit["item"] for edit in removed] == ["potted_plant", "potted_plant_2"]


@pytest.mark.parametrize(
    ("prompt", "sentence"),
    [(CHAIRS, "remove a seat"), (RACKS, "remove a screen"), (RACKS, "remove a glass shelf case")],
    ids=["two kinds of it", "none of it", "not general"],
)
def test_edit_reader_general_noun_of_no_one_kind_is_refused(prompt: str, sentence: str) -> None:
    with pytest.raises(PlanRejectedError, match="There is no"):
        read_in(prompt, sentence)


@pytest.mark.parametrize(
    "kin", ["the first one", "the other one", "the existing cabinet", "the cabinet"]
)
def test_edit_reader_new_thing_stands_to_what_is_there_of_its_kind(kin: str) -> None:
    placed = "add item=cabinet_2 noun=cabinet count=1 relation=across_from object=cabinet"
    prompt = "An office with a cabinet and a desk"
    assert read_in(prompt, f"add a second cabinet across from {kin}") == [parse(placed)]


def test_edit_reader_new_thing_facing_its_kind_is_turned_to_it() -> None:
    edits = read_in("An office with a cabinet and a desk", "add another cabinet facing the first")
    added = parse("add item=cabinet_2 noun=cabinet count=1")
    turned = parse("rotate item=cabinet_2 which=all relation=facing object=cabinet")
    assert edits == [added, turned]


def test_edit_reader_empty_or_endless_request_is_a_usage_error():
    for request in ("", "  \n", "remove a box " * 1000):
        with pytest.raises(UsageError):
            read(request, WAREHOUSE)


@pytest.mark.timeout(10)
@pytest.mark.parametrize("words", ["oh, ", "sorry, ", "well, oh, ", "and ", "the "])
def test_edit_reader_longest_request_of_the_same_words_is_read_soon(words):
    with suppress(PlanRejectedError):
        read((words * 2_000)[:2_000], WAREHOUSE)


def test_edit_reader_reads_the_same_edits_from_json():
    edits = read("remove two forklifts and make the room bigger", WAREHOUSE)
    assert [PlanEdit.model_validate_json(e.model_dump_json()) for e in edits] == list(edits)


WORDS = sorted({word for table in (IN_WAREHOUSE, IN_OFFICE) for s in table for word in s.split()})


@given(st.one_of(st.text(max_size=80), st.lists(st.sampled_from(WORDS), max_size=10).map(" ".join)))
@example("remove 99999999999999999999 boxes")
@example("move the table 1e400 m to the left")
@example("“remove” 'the' (boxes) [all]")
def test_edit_reader_any_text_gives_edits_or_a_sentence(text):
    with suppress(PlanRejectedError, UsageError):
        assert read(text, WAREHOUSE)
