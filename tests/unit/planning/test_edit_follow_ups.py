"""Follow-ups as people say them, and the edits that somebody who listens would make of them."""

from __future__ import annotations

import pytest

from clappper.core.errors import PlanRejectedError
from clappper.core.planning.follow_ups.memory import find_said_before
from clappper.core.planning.follow_ups.reader import EditReader
from clappper.core.planning.rule_planner import RulePlanner
from clappper.core.units import Vec3
from support.edit_sentences import OFFICE, WAREHOUSE, parse_all, read, tell
from support.fake_catalog import FakeCatalog

IN_WAREHOUSE = {
    "there is only one forklift": "set_count item=forklift count=1",
    "with a drum next to the door": (
        "add item=drum noun=drum count=1 relation=next_to object=roll_up_door"
    ),
    "that's two pallets too many": "remove item=pallet count=2",
    "limit it to four pallets": "set_count item=pallet count=4",
    "I'll have two more drums": "add item=drum noun=drum count=2 relation=scatter object=room",
    "the boss wants two drums": "add item=drum noun=drum count=2 relation=scatter object=room",
    "give him a box": "add item=cardboard_box count=1",
    "I said boxes but I meant drums": "swap item=cardboard_box noun=drum which=all",
    "less pallets. four is good": "set_count item=pallet count=4",
    "we could use another drum": "add item=drum noun=drum count=1 relation=scatter object=room",
    "take the camera right down": "camera shot=low",
    "don't move the camera": "camera move=static",
    "I want it brighter": "lighting mood=bright",
    "let's see what it looks like from above": "camera shot=overhead",
    "it's an office now": "environment kind=office",
    "set the room to 20 x 15 m": "environment width_m=20 depth_m=15",
    "I want high ceilings": "environment height_m=7.5",
    "a slow spin around the forklifts": "camera targets=['forklift'] move=orbit",
    "less space": "environment width_m=16 depth_m=19.2",
    "center the forklifts in the room": (
        "relate item=forklift which=all relation=centered object=room"
    ),
    "line the pallets up along the left wall": (
        "relate item=pallet which=all relation=along_wall object=room side=left"
    ),
    "set up the pallets along the left wall": (
        "relate item=pallet which=all relation=along_wall object=room side=left"
    ),
    "let me have the boxes next to the door": (
        "relate item=cardboard_box which=all relation=next_to object=roll_up_door"
    ),
    "can I have the boxes next to the door": (
        "relate item=cardboard_box which=all relation=next_to object=roll_up_door"
    ),
    "it's four pallets, not ten": "set_count item=pallet count=4",
    "no drums yet, just two pallets": "set_count item=pallet count=2",
    "remove the boxes lol": "remove item=cardboard_box which=all",
    "remove the boxes for heaven's sake": "remove item=cardboard_box which=all",
    "lemme get two more drums": "add item=drum noun=drum count=2 relation=scatter object=room",
    "add please two drums": "add item=drum noun=drum count=2 relation=scatter object=room",
    "put the boxes by the door instead of wherever they are": (
        "relate item=cardboard_box which=all relation=near object=roll_up_door"
    ),
    "do the room bigger": "environment width_m=25 depth_m=30",
    "switch on the lights": "lighting mood=bright",
    "we need fewer boxes, make it four": "set_count item=cardboard_box count=4",
    "we need more pallets, make it twelve": "set_count item=pallet count=12",
    "That's too crowded, take out two pallets": "remove item=pallet count=2",
    "Too many pallets, five would do": "set_count item=pallet count=5",
    "There are too many boxes, three is plenty": "set_count item=cardboard_box count=3",
    "four pallets are enough": "set_count item=pallet count=4",
    "one forklift will do": "set_count item=forklift count=1",
    "half the pallets is plenty": "set_count item=pallet count=5",
    "the boxes can go": "remove item=cardboard_box which=all",
    "the workers have to go": "remove item=person which=all",
    "one of the forklifts can go": "remove item=forklift count=1",
    "lose the boxes": "remove item=cardboard_box which=all",
    "ditch the workers": "remove item=person which=all",
    "scrap the boxes": "remove item=cardboard_box which=all",
    "kill the boxes please": "remove item=cardboard_box which=all",
    "forget the workers": "remove item=person which=all",
    "skip the boxes": "remove item=cardboard_box which=all",
    "no need for the workers": "remove item=person which=all",
    "I don't want anybody in there": "remove item=person which=all",
    "nobody should be in the picture": "remove item=person which=all",
    "the boxes are not needed": "remove item=cardboard_box which=all",
    "We could do without the boxes": "remove item=cardboard_box which=all",
    "Scrap the idea with the workers": "remove item=person which=all",
    "I'd rather have drums than boxes": "swap item=cardboard_box noun=drum which=all",
    "I'd prefer drums to the boxes": "swap item=cardboard_box noun=drum which=all",
    "drums rather than boxes": "swap item=cardboard_box noun=drum which=all",
    "the boxes should be drums": "swap item=cardboard_box noun=drum which=all",
    "let's replace the boxes with drums": "swap item=cardboard_box noun=drum which=all",
    "trade the boxes for drums": "swap item=cardboard_box noun=drum which=all",
    "could you swap out the boxes for drums?": "swap item=cardboard_box noun=drum which=all",
    "how about a drum next to the door?": (
        "add item=drum noun=drum count=1 relation=next_to object=roll_up_door"
    ),
    "What about two more workers?": "add item=person count=2",
    "why not add a drum next to the door": (
        "add item=drum noun=drum count=1 relation=next_to object=roll_up_door"
    ),
    "maybe a drum next to the door?": (
        "add item=drum noun=drum count=1 relation=next_to object=roll_up_door"
    ),
    "a drum next to the door would be nice": (
        "add item=drum noun=drum count=1 relation=next_to object=roll_up_door"
    ),
    "It would be great to have a drum next to the door": (
        "add item=drum noun=drum count=1 relation=next_to object=roll_up_door"
    ),
    "I'm missing a drum next to the door": (
        "add item=drum noun=drum count=1 relation=next_to object=roll_up_door"
    ),
    "and one worker standing next to the door": (
        "add item=person_2 noun=person count=1 relation=next_to object=roll_up_door"
    ),
    "have the workers stand behind the pallets": (
        "relate item=person which=all relation=behind object=pallet"
    ),
    "let the workers wait in front of the door": (
        "relate item=person which=all relation=in_front_of object=roll_up_door"
    ),
    "I want the workers in front of the door": (
        "relate item=person which=all relation=in_front_of object=roll_up_door"
    ),
    "the workers would look better in front of the door": (
        "relate item=person which=all relation=in_front_of object=roll_up_door"
    ),
    "can the workers be in front of the door?": (
        "relate item=person which=all relation=in_front_of object=roll_up_door"
    ),
    "could the forklifts stand in a line?": (
        "relate item=forklift which=all relation=line object=room"
    ),
    "I'd like the pallets stacked": "relate item=pallet which=all relation=stack object=room",
    "get the boxes off the floor and onto the pallets": (
        "relate item=cardboard_box which=all relation=on_top_of object=pallet"
    ),
    "boxes belong on the pallets": (
        "relate item=cardboard_box which=all relation=on_top_of object=pallet"
    ),
    "the boxes need to be on the pallets": (
        "relate item=cardboard_box which=all relation=on_top_of object=pallet"
    ),
    "the pallets should form a grid": (
        "relate item=pallet which=all relation=grid object=room rows=3 per_row=4"
    ),
    "the boxes should form a circle around the workers": (
        "relate item=cardboard_box which=all relation=around object=person"
    ),
    "have the workers look into the camera": (
        "rotate item=person which=all relation=facing object=camera"
    ),
    "let the forklifts face the door": (
        "rotate item=forklift which=all relation=facing object=roll_up_door"
    ),
    "I want the workers to look at the camera": (
        "rotate item=person which=all relation=facing object=camera"
    ),
    "the workers should be facing the camera": (
        "rotate item=person which=all relation=facing object=camera"
    ),
    "the forklifts should point at the door": (
        "rotate item=forklift which=all relation=facing object=roll_up_door"
    ),
    "all forklifts facing the door please": (
        "rotate item=forklift which=all relation=facing object=roll_up_door"
    ),
    "turn one forklift towards the door and the others towards the camera": (
        "rotate item=forklift count=1 relation=facing object=roll_up_door; "
        "rotate item=forklift which=all relation=facing object=camera"
    ),
    "turn the leftmost forklift to the door and the rightmost to the camera": (
        "rotate item=forklift count=1 which=leftmost relation=facing object=roll_up_door; "
        "rotate item=forklift count=1 which=rightmost relation=facing object=camera"
    ),
    "move one worker to the door and the other one behind the forklifts": (
        "relate item=person count=1 relation=near object=roll_up_door; "
        "relate item=person which=all relation=behind object=forklift"
    ),
    "keep one forklift and remove the others": "set_count item=forklift count=1",
    "remove all but two pallets": "set_count item=pallet count=2",
    "everything except the forklifts can go": (
        "remove item=industrial_shelving which=all; "
        "remove item=pallet which=all; "
        "remove item=cardboard_box which=all; "
        "remove item=person which=all; "
        "remove item=roll_up_door which=all"
    ),
    "sunset light would be nicer": "lighting mood=golden_hour",
    "I'd prefer it at night": "lighting mood=night",
    "how about night time?": "lighting mood=night",
    "what about a sunset mood": "lighting mood=golden_hour",
    "let's try golden hour": "lighting mood=golden_hour",
    "it's too dark": "lighting mood=bright",
    "way too bright": "lighting mood=soft",
    "too gloomy, give me bright light": "lighting mood=bright",
    "way too bright, make it darker": "lighting mood=soft",
    "the light could be a bit softer": "lighting mood=soft",
    "go for a night look": "lighting mood=night",
    "switch to night": "lighting mood=night",
    "night instead of day": "lighting mood=night",
    "more light please": "lighting mood=bright",
    "could we see it at night?": "lighting mood=night",
    "show me the scene at dusk": "lighting mood=golden_hour",
    "could we look straight down on it?": "camera shot=overhead",
    "can I see it from above?": "camera shot=overhead",
    "show it from above": "camera shot=overhead",
    "let me see it from the top": "camera shot=overhead",
    "try an isometric view": "camera shot=isometric",
    "how about a low angle?": "camera shot=low",
    "Nah, too far away, give me a close-up": "camera shot=close_up",
    "I can't see the boxes, zoom in on them": "camera targets=['cardboard_box'] move=dolly_in",
    "the camera should be lower": "camera height_m=1",
    "the camera is too low": "camera height_m=2.6",
    "the camera is too high": "camera height_m=1",
    "lower the camera to 1.2 m": "camera height_m=1.2",
    "I want the camera to circle the forklifts": "camera targets=['forklift'] move=orbit",
    "let the camera orbit around the forklifts for 12 seconds": (
        "camera targets=['forklift'] move=orbit duration_s=12"
    ),
    "the camera should slowly push in": "camera move=dolly_in",
    "push in slowly over 8 seconds": "camera move=dolly_in duration_s=8",
    "shoot it with an 85 mm lens": "camera focal_length_mm=85",
    "use a longer lens, 85 mm": "camera focal_length_mm=85",
    "try a 24 mm wide angle": "camera focal_length_mm=24",
    "let the film run 12 seconds": "camera duration_s=12",
    "let the film run twice as long": "camera duration_s=16",
    "half as long would do": "camera duration_s=4",
    "the clip should be 15 seconds long": "camera duration_s=15",
    "make the clip longer, 15 seconds": "camera duration_s=15",
    "shorten the film to 5 seconds": "camera duration_s=5",
    "no camera move, keep it still": "camera move=static",
    "stop the camera": "camera move=static",
    "render it in 4K": "camera width=3840 height=2160",
    "feels cramped, go for 30 by 20 metres": "environment width_m=30 depth_m=20",
    "The hall is too small, make it 40 x 30 m": "environment width_m=40 depth_m=30",
    "go for 30 by 25 metres with an 8 m ceiling": "environment width_m=30 depth_m=25 height_m=8",
    "the room could be bigger": "environment width_m=25 depth_m=30",
    "more space please": "environment width_m=25 depth_m=30",
    "the room is too small": "environment width_m=25 depth_m=30",
    "let's set this in a loading dock": "environment kind=loading_dock",
    "make this a loading dock": "environment kind=loading_dock",
    "spread the pallets out a bit more": (
        "relate item=pallet which=all relation=scatter object=room"
    ),
    "spread the pallets out": "relate item=pallet which=all relation=scatter object=room",
    "add three more pallets and stack them": (
        "add item=pallet count=3; relate item=pallet which=all relation=stack object=room"
    ),
    "get me two extra forklifts": "add item=forklift count=2",
    "throw in a couple of drums": "add item=drum noun=drum count=2 relation=scatter object=room",
    "stick a drum in the corner": "add item=drum noun=drum count=1 relation=in_corner object=room",
    "also put in a drum": "add item=drum noun=drum count=1 relation=scatter object=room",
    "a drum as well": "add item=drum noun=drum count=1 relation=scatter object=room",
    "and a drum too": "add item=drum noun=drum count=1 relation=scatter object=room",
    "plus a drum": "add item=drum noun=drum count=1 relation=scatter object=room",
    "we should have 12 pallets": "set_count item=pallet count=12",
    "I only need one forklift": "set_count item=forklift count=1",
    "there need to be 12 pallets": "set_count item=pallet count=12",
    "bring the number of pallets down to 6": "set_count item=pallet count=6",
    "fill up to 12 pallets": "set_count item=pallet count=12",
    "the left forklift should face the door": (
        "rotate item=forklift count=1 which=leftmost relation=facing object=roll_up_door"
    ),
    "the forklift on the right should be turned by 90 degrees": (
        "rotate item=forklift count=1 which=rightmost yaw_deg=90"
    ),
    "move both workers closer to the door": (
        "move item=person which=all relation=near object=roll_up_door"
    ),
    "the workers a bit further left": "move item=person which=all side=left distance_m=0.3",
    "the door should move 2 m to the left": (
        "move item=roll_up_door which=all side=left distance_m=2"
    ),
    "door a bit more to the left": "move item=roll_up_door which=all side=left distance_m=0.3",
}

IN_OFFICE = {
    "remove two desks and their chairs": "remove item=desk count=2; remove noun=chair count=2",
    "take out one desk with its chair and monitor": (
        "remove item=desk count=1; remove noun=chair count=1"
    ),
    "one of the desks should have no monitor": "remove item=monitor count=1",
    "one desk doesn't need a monitor": "remove item=monitor count=1",
    "One of the desks should stay empty, take its monitor away": "remove item=monitor count=1",
    "the plants belong in the corners": (
        "relate item=potted_plant which=all relation=in_corner object=room"
    ),
    "the plant on the left should go": "remove item=potted_plant count=1 which=leftmost",
    "one plant is enough": "set_count item=potted_plant count=1",
    "the cabinet looks better against the back wall": (
        "relate item=cabinet which=all relation=along_wall object=room side=back"
    ),
    "each desk gets a plant": "add item=potted_plant count=5",
    "swap the cabinet and the table": "swap item=cabinet which=all object=meeting_table",
    "let's have the meeting table in the middle": (
        "relate item=meeting_table which=all relation=centered object=room"
    ),
    "a sixth desk please": "add item=desk count=1",
    "it needs a whiteboard": (
        "add item=whiteboard noun=whiteboard count=1 relation=along_wall object=room"
    ),
    "this office needs a whiteboard": (
        "add item=whiteboard noun=whiteboard count=1 relation=along_wall object=room"
    ),
    "whiteboard is missing": (
        "add item=whiteboard noun=whiteboard count=1 relation=along_wall object=room"
    ),
    "focus on the meeting table": "camera targets=['meeting_table']",
    "I like it, but the light is too cold, make it warm": "lighting mood=soft",
    "great, now turn the cabinet so it faces the table": (
        "rotate item=cabinet which=all relation=facing object=meeting_table"
    ),
}

CASES = [
    pytest.param(prompt, sentence, expected, id=f"{name}-{sentence[:60]}")
    for name, prompt, table in (("w", WAREHOUSE, IN_WAREHOUSE), ("o", OFFICE, IN_OFFICE))
    for sentence, expected in table.items()
]


#: A scene, a request about it, and the edits.
IN_OTHERS = {
    ("A warehouse with 2 forklifts", "put one forklift in the middle of the hall"): (
        "relate item=forklift count=1 relation=centered object=room"
    ),
    ("A warehouse with 8 cardboard boxes and a drum", "there should be 12 cardboard boxes"): (
        "set_count item=cardboard_box count=12"
    ),
    ("An office with 4 desks and 4 chairs", "make it 6 tables"): "set_count item=desk count=6",
    ("A warehouse with 8 boxes and a drum", "too many boxes, remove them all"): (
        "remove item=cardboard_box which=all"
    ),
    ("An office with 4 desks", "give 2 of the desks a monitor"): (
        "add item=monitor noun=monitor count=2 relation=on_top_of object=desk"
    ),
    ("A warehouse with a forklift", "get the camera down low"): "camera shot=low",
    ("A warehouse with a forklift", "something soft please"): "lighting mood=soft",
    ("An office with 3 desks and 3 monitors on the desks", "our team uses two monitors per desk"): (
        "set_count item=monitor count=6"
    ),
    ("An office with 3 desks and 3 chairs", "make that six of each"): (
        "set_count item=desk count=6; set_count item=chair count=6"
    ),
    ("An office with 4 desks and 4 chairs", "I need two more desks, each with its own chair"): (
        "add item=desk count=2; add item=chair count=2"
    ),
    ("A warehouse with a forklift", "add six pallets stacked in the corner"): (
        "add item=pallet noun=pallet count=6 relation=stack object=room; "
        "relate item=pallet which=all relation=in_corner object=room"
    ),
    ("A warehouse with 8 boxes", "pile them up on a pallet"): (
        "add item=pallet noun=pallet count=1 relation=scatter object=room; "
        "relate item=cardboard_box which=all relation=on_top_of object=pallet"
    ),
}

#: The sentence before, what is said then, and the edits.
MEMORIES = {
    ("have the workers stand behind the pallets", "no, in front of them"): (
        "relate item=person which=all relation=in_front_of object=pallet"
    ),
    ("add another forklift", "turn it around"): (
        "rotate item=forklift which=last count=1 yaw_deg=180"
    ),
    ("remove two pallets", "two more"): "set_count item=pallet count=12",
    ("remove two pallets", "one more, please"): "set_count item=pallet count=11",
    ("stack the boxes", "put them in the corner"): (
        "relate item=cardboard_box which=all relation=in_corner object=room"
    ),
    ("move the workers to the door", "a bit more to the left"): (
        "move item=person which=all side=left distance_m=0.3"
    ),
    ("replace the boxes with drums", "make it night"): "lighting mood=night",
}

#: Requests that nothing in the scene or before tells the meaning of.
UNKNOWN = {
    "turn them around": "Say what",
    "in front of them": "not understood",
    "a bit more to the left": "not understood",
    "how about a rug?": "The catalog has no rug",
    "clear the left side": "Nothing is said to stand on the left",
}


@pytest.mark.parametrize(("prompt", "sentence", "expected"), CASES)
def test_follow_up_gives_the_edits_a_listener_would_make(
    prompt: str, sentence: str, expected: str
) -> None:
    assert [tell(edit) for edit in read(sentence, prompt)] == parse_all(expected)


@pytest.mark.parametrize("talk", MEMORIES, ids=[f"{a} - {b}" for a, b in MEMORIES])
def test_follow_up_means_what_was_spoken_of_before(talk: tuple[str, str]) -> None:
    before, sentence = talk
    edits = read(sentence, WAREHOUSE, before)
    assert [tell(edit) for edit in edits] == parse_all(MEMORIES[talk])


@pytest.mark.parametrize("sentence", UNKNOWN)
def test_follow_up_of_nothing_is_refused_in_words(sentence: str) -> None:
    with pytest.raises(PlanRejectedError, match=UNKNOWN[sentence]):
        read(sentence, WAREHOUSE)


def test_follow_up_a_whole_scene_before_is_no_memory() -> None:
    with pytest.raises(PlanRejectedError, match="not understood"):
        read("a bit more to the left", WAREHOUSE, WAREHOUSE)


def test_talk_beside_a_wish_is_left_out_and_told() -> None:
    catalog = FakeCatalog()
    plan = RulePlanner(catalog).plan(WAREHOUSE).plan
    reading = EditReader(catalog).read_request(
        "Purple haze forever: add a drum", plan, room_size_m=Vec3(x=20.0, y=24.0, z=6.0)
    )
    assert [tell(edit)["item"] for edit in reading.edits] == ["drum"]
    assert reading.talk == ("Purple haze forever",)

    with pytest.raises(PlanRejectedError, match="grumpf the boxes"):
        read("grumpf the boxes, and add a drum", WAREHOUSE)


def test_what_is_ruled_out_beside_a_wish_need_not_be_there() -> None:
    assert [tell(e) for e in read("no sofa, and add a drum in the corner", WAREHOUSE)] == parse_all(
        "add item=drum noun=drum count=1 relation=in_corner object=room"
    )
    with pytest.raises(PlanRejectedError, match="There is no sofa"):
        read("no sofa", WAREHOUSE)


def test_others_of_what_stays_are_gone_already() -> None:
    edits = read("keep one forklift and remove the others", WAREHOUSE)
    assert [tell(e) for e in edits] == parse_all("set_count item=forklift count=1")


ROWS = "A warehouse with 8 pallet racks in 2 rows"
SIDES = "A living room with a cabinet and a plant to the left of the cabinet"
ON_TOP = "An office with 4 desks, 4 chairs and 4 monitors on the desks"


@pytest.mark.parametrize(
    ("prompt", "sentence", "expected"),
    [
        (ROWS, "add a third row of racks", "set_count item=pallet_rack count=12; relate "
         "item=pallet_rack which=all relation=rows object=room rows=3 per_row=4"),
        (ROWS, "try four rows", "relate item=pallet_rack which=all relation=rows object=room "
         "rows=4 per_row=2 distance_m=1.8"),
        (SIDES, "the plant should be on the other side of the cabinet",
         "relate item=potted_plant which=all relation=right_of object=cabinet"),
        (SIDES, "add another plant on the other side", "add item=potted_plant_2 noun=potted+plant "
         "count=1 relation=right_of object=cabinet"),
        (SIDES, "swap the two", "swap item=cabinet which=all object=potted_plant"),
        (ON_TOP, "remove two desks and their chairs",
         "remove item=desk count=2; remove noun=chair count=2"),
        (ON_TOP, "remove one desk and its monitor", "remove item=desk count=1"),
        (ON_TOP, "empty one of the desks", "remove item=monitor count=1"),
        (ON_TOP, "reduce the desks and chairs to 2 each",
         "set_count item=desk count=2; set_count noun=chair count=2"),
        (ON_TOP, "double everything", "set_count item=desk count=8; set_count item=chair count=8; "
         "set_count item=monitor count=8"),
    ],
)  # fmt: skip
def test_follow_up_counts_on_how_things_stand(prompt: str, sentence: str, expected: str) -> None:
    assert [tell(edit) for edit in read(sentence, prompt)] == parse_all(expected)


def test_pronoun_is_what_it_can_only_be() -> None:
    prompt = "A warehouse with a worker and 5 pallets"
    edits = read("have him look at the camera", prompt, "stack the pallets")
    assert [tell(e) for e in edits] == parse_all(
        "rotate item=person which=all relation=facing object=camera"
    )
    assert [tell(e) for e in read("put him behind them", prompt, "stack the pallets")] == parse_all(
        "relate item=person which=all relation=behind object=pallet"
    )


@pytest.mark.parametrize("case", IN_OTHERS, ids=[sentence for _, sentence in IN_OTHERS])
def test_follow_up_in_other_scenes(case: tuple[str, str]) -> None:
    prompt, sentence = case
    assert [tell(edit) for edit in read(sentence, prompt)] == parse_all(IN_OTHERS[case])


def test_follow_up_means_what_was_named_sentences_ago() -> None:
    prompt = "A warehouse with 2 forklifts and 3 pallets"
    before = ("only two forklifts", "could one of them face the camera?")
    edits = read("and a worker standing next to the other one", prompt, *before)
    assert [tell(e) for e in edits] == parse_all(
        "add item=person noun=person count=1 relation=next_to object=forklift"
    )
    with pytest.raises(PlanRejectedError, match="Say what “the other one” is"):
        read("add a worker next to the other one", prompt)


def test_follow_up_means_the_others_of_the_sentence_before() -> None:
    prompt = "A warehouse with 2 forklifts"
    edits = read("turn the other one to the camera", prompt, "turn one forklift around")
    assert [tell(e) for e in edits] == parse_all(
        "rotate item=forklift count=1 which=last relation=facing object=camera"
    )
    edits = read("turn the other one to the camera", prompt, "remove one forklift")
    assert [tell(e) for e in edits] == parse_all(
        "rotate item=forklift which=all relation=facing object=camera"
    )


def test_find_said_before_are_the_lines_of_the_user() -> None:
    turns = ("You: add a drum\nedited: Added 1 drum.", "You: remove it (edited)", "Certified.")
    assert find_said_before(turns) == ("add a drum", "remove it")
    assert find_said_before(turns[:1]) == ("add a drum",)
    assert find_said_before(()) == ()
