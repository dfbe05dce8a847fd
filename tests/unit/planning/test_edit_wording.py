"""What people say between the lines, and the plain commands it stands for; written by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clappper.core.planning.wording.correction import correct
from clappper.core.planning.wording.plainly import put_plainly
from clappper.core.planning.wording.remarks import drop_reason, read_remark
from clappper.core.planning.wording.sayings import read_sayings
from clappper.core.planning.wording.sentence import put_sentence_plainly
from clappper.core.planning.wording.statement import find_spoken_things, is_statement
from clappper.core.planning.wording.tidy import tidy

PLAIN = {
    "I'd rather have a sofa than the cabinet": "replace the cabinet with a sofa",
    "we would prefer drums to the boxes": "replace the boxes with drums",
    "drums rather than boxes": "replace boxes with drums",
    "15 seconds rather than the usual length": "film 15 seconds",
    "I'd rather have night than day": "night",
    "the boxes should be replaced with drums": "replace the boxes with drums",
    "the boxes should be drums": "replace the boxes with drums",
    "can the cabinet be a sofa instead": "replace the cabinet with a sofa",
    "the boxes can go": "remove the boxes",
    "one of the forklifts has to go": "remove one of the forklifts",
    "the boxes are not needed": "remove the boxes",
    "we could do without the boxes": "remove the boxes",
    "no need for the boxes": "remove the boxes",
    "scrap the idea with the workers": "remove the workers",
    "I don't want anybody in there": "remove all people",
    "I don't want boxes in this scene": "remove boxes",
    "one of the desks should have no monitor": "remove one monitor",
    "one desk doesn't need a monitor": "remove one monitor",
    "throw the boxes out": "remove the boxes",
    "take one of them away": "remove one of them",
    "bin the drums": "remove the drums",
    "one of the desks should stay empty": "empty one of the desks",
    "each desk should get a monitor": "each desk gets a monitor",
    "8 seconds should be enough": "film 8 seconds",
    "four pallets are enough": "only four pallets",
    "one forklift's plenty": "only one forklift",
    "five would do": "only five",
    "half as many boxes is plenty": "half as many boxes",
    "half as long would do": "make the film half as long",
    "one plant in the corner will do": "one plant in the corner",
    "I only need one forklift": "only one forklift",
    "there need to be 12 pallets": "there should be 12 pallets",
    "we should have 12 pallets": "there should be 12 pallets",
    "fill up to 12 pallets": "there should be 12 pallets",
    "the whiteboard is missing": "add the whiteboard",
    "I'm missing a whiteboard": "add a whiteboard",
    "this office needs a whiteboard": "add a whiteboard",
    "could do with a whiteboard": "a whiteboard",
    "get me two extra forklifts": "add two extra forklifts",
    "give me a close-up of the boxes": "a close-up of the boxes",
    "put in a drum": "add a drum",
    "could we look straight down on it": "camera from above",
    "let me see it from above": "camera from above",
    "keep it still": "static camera",
    "stop the camera": "static camera",
    "I want the camera to circle the forklifts": "camera orbit around the forklifts",
    "the camera should slowly push in": "camera slowly push in",
    "slowly pull the camera back": "camera slowly pulls back",
    "let the film run twice as long": "make the film twice as long",
    "the clip should last 12 seconds": "make the clip 12 seconds",
    "render it in 4K": "film in 4K",
    "a 24 mm wide angle": "24 mm lens",
    "camera overhead": "overhead shot",
    "height 1 meter": "camera at 1 meter",
    "kill the lights": "lights off",
    "give me bright light": "bright light",
    "switch to night": "make it night",
    "switch to a 50 mm lens": "a 50 mm lens",
    "show me the scene at dusk": "at dusk",
    "let's set this in a loading dock": "make it a loading dock",
    "this should be a meeting room": "make it a meeting room",
    "more space please": "bigger room",
    "the chairs should not be next to the desks": "move the chairs away from the desks",
    "have the workers look into the camera": "turn the workers to the camera",
    "the forklifts should face the door": "turn the forklifts to the door",
    "the two desks should face each other": "turn the two desks to face each other",
    "the workers are facing the camera": "turn the workers to the camera",
    "turn the cabinet so it faces the table": "turn the cabinet to the table",
    "the left forklift should be turned by 90 degrees": "turn the left forklift by 90 degrees",
    "the pallets should form a grid": "arrange the pallets in a grid",
    "the cones should form a circle around the forklift": "put the cones around the forklift",
    "I want the workers in front of the door": "put the workers in front of the door",
    "can the workers be in front of the door": "put the workers in front of the door",
    "the door should move 2 m to the left": "move the door 2 m to the left",
    "have the worker stand behind the pallets": "put the worker behind the pallets",
    "what if the pallets were next to the door": "put the pallets next to the door",
    "the cabinet looks better against the back wall": "put the cabinet against the back wall",
    "I'd like the pallets stacked": "stack the pallets",
    "pallets stacked": "stack the pallets",
    "get the boxes off the floor and onto the pallets": "put the boxes onto the pallets",
    "the workers a bit further left": "move the workers a bit further left",
    "pop a plant in the corner": "put a plant in the corner",
    "put for each desk one office chair": "add one office chair for each desk",
    "turn one forklift towards the door and the others towards the camera": (
        "turn one forklift towards the door. turn the others towards the camera"
    ),
    "move one worker to the door and the other one behind the forklifts": (
        "move one worker to the door. move the other one behind the forklifts"
    ),
    "Maybe we could add a drum, please": "add a drum",
    "how about adding a drum": "add a drum",
    "I think the boxes can go": "remove the boxes",
    "would it be possible to add a drum": "add a drum",
    "it would be great to have a drum": "a drum",
    "a drum would be nice": "a drum",
    "go back to two rows": "two rows",
    "remove the boxes": "remove the boxes",
    "add 4 pallets near the door": "add 4 pallets near the door",
    "move the forklifts 2 m back": "move the forklifts 2 m back",
    "make the room bigger": "make the room bigger",
    "camera from above": "camera from above",
}

#: A remark, the wish in it when nothing else is said, and the things it is about.
REMARKS = {
    "it's too dark": ("brighter", ""),
    "way too bright": ("darker", ""),
    "too gloomy": ("brighter", ""),
    "That's too crowded": ("bigger room", ""),
    "the room is too small": ("bigger room", ""),
    "the camera is too low": ("camera higher", ""),
    "the camera is too high up": ("camera lower", ""),
    "it's not bright enough": ("brighter", ""),
    "not big enough": ("bigger room", ""),
    "we're too far away": ("camera closer", ""),
    "a bit dark": ("brighter", ""),
    "the light is a bit harsh": ("softer light", ""),
    "the film is too short": ("longer film", ""),
    "the ceiling is too low": ("higher ceiling", ""),
    "there are too many boxes": ("fewer boxes", "boxes"),
    "too few chairs": ("more chairs", "chairs"),
    "not enough light": ("more light", ""),
    "three cabinets is too many": ("fewer cabinets", "cabinets"),
    "I can't see the boxes": ("look at the boxes", "the boxes"),
    "the boxes are hidden": ("look at the boxes", "the boxes"),
    "looks too tidy": ("", ""),
    "The table looks lonely with only four chairs": ("", "chairs"),
    "I like it": ("", ""),
    "keep it": ("", ""),
    "thank you so much": ("", ""),
    "That's a lovely start": ("", ""),
    "The pallets are in the way": ("", "The pallets"),
    "change the camera": ("", ""),
}

NO_REMARKS = (
    "the push in is great, keep it",
    "very dark",
    "make it dark",
    "night",
    "add two boxes",
    "the boxes should go",
    "a bit brighter",
    "darker",
    "close-up",
)

#: Statements and the things that it and them after them mean.
STATEMENTS: dict[str, tuple[str, ...]] = {
    "My boss says it needs some green": (),
    "I showed this to the safety people": (),
    "the bollards are all over the place": ("the bollards",),
    "There's nothing on these desks": ("desks",),
    "it only takes up space": (),
    "we only see its back": (),
    "let me think": (),
    "still not happy": (),
    "odd numbers never look right to me": (),
    "The plant is much too far away from the sofa": ("The plant", "the sofa"),
    "do that": (),
}
ASKED = {
    "Who puts a trash can in a living room": ("trash can",),
    "Why are there only eight drums": ("drums",),
}
WISHES = (
    "I want two boxes",
    "we need more light",
    "the boxes should go",
    "the room is 30 by 20 feet",
    "two more pallets",
    "can we add a drum",
)

TIDY = {
    "uh add a drum um please": "add a drum please",
    "add a drum period": "add a drum.",
    "three chairs comma so six in total": "three chairs, so six in total",
    "gimme a drum": "give me a drum",
    "lemme see it from above": "let me see it from above",
    "gonna need chairs": "we need chairs",
    "stack 'em": "stack them",
    "chuck a drum smack in the middle": "chuck a drum in the middle",
    "the light should be more soft": "the light should be softer",
    "racks -> 10": "there should be 10 racks. ",
    "chairs 10 -> 12": "there should be 12 chairs. ",
    "light = bright": "light bright",
    "film: 20 s": "film 20 s",
    "v2: camera 6 m high": "camera 6 m high",
    "whiteboard out, cabinet in (against wall)": (
        "remove the whiteboard, add a cabinet, against wall"
    ),
    "zoom out": "zoom out",
    "25 meters for 15 meters": "25 x 15 meters",
    "one point six metres": "1.6 metres",
    "turn it round, would you?": "turn it round?",
    "I need also 6 pallets": "I need 6 pallets",
    "add other 2 chairs": "add 2 more chairs",
}

SENTENCES = {
    "take them off again and put them next to the pallet": "put them next to the pallet",
    "instead of just looking at it, the camera should fly through": "the camera should fly through",
    "Instead of the two drums I'd prefer three bollards": (
        "replace the two drums with three bollards"
    ),
    "whoever that is, they should leave": "they should leave",
    "we need more people, five in total, and the camera should pan": (
        "there should be five people, and the camera should pan"
    ),
    "6 chairs rather than 4": "there should be 6 chairs",
    "the plant and the trash can should switch places": "swap the plant and the trash can",
    "swap the places of the sofa and the desk": "swap the sofa and the desk",
    "this should be a meeting room, not a dining room": "this should be a meeting room",
    "the two desks, hmm, they should face each other": "the two desks should face each other",
    "the shelving, maybe six units in total": "there should be six shelving",
    "not in a line, 2 rows": "2 rows",
    "three more chairs, so six in total": "three more chairs",
    "gonna need chairs too, one per desk": "add one chair for each desk",
    "chair per desk": "add a chair for each desk",
    "remove the boxes": "remove the boxes",
}

#: The command before, what is said then, that put plainly, and the command it makes of both.
CORRECTIONS = (
    ("five drums", "no, seven", "seven", "seven drums"),
    ("a worker", "no, two workers", "there should be two workers", "two workers"),
    (
        "a forklift next to the shelving",
        "no, behind the worker",
        "behind the worker",
        "a forklift behind the worker",
    ),
    ("add five drums", "sorry, seven drums", "there should be seven drums", "add seven drums"),
    ("add five drums", "seven cones", "there should be seven cones", None),
    ("add five drums", "no, make it night", "make it night", None),
)

#: Requests as the plain clauses that are read of them.
SAYINGS = {
    "Too many pallets, five would do": ["only five pallets"],
    "That's too crowded, take out two pallets": ["take out two pallets"],
    "We also want to draw in there, so give us a whiteboard": ["add a whiteboard"],
    "The pallets are in the way. Put them along the wall.": ["Put the pallets along the wall"],
    "It looks lonely with only four chairs, make it eight and put them around the table.": [
        "only eight chairs",
        "put the chairs around the table",
    ],
    "The plant is much too far away from the sofa, it should be right next to it.": [
        "put the plant right next to the sofa"
    ],
    "There's nothing on these desks. Put a monitor on each of them.": [
        "Put a monitor on each of the desks"
    ],
    "Six bollards, and the trash can has to go": [
        "there should be Six bollards",
        "remove the trash can",
    ],
    "plant in the corner, sofa against the wall": ["plant in the corner", "sofa against the wall"],
    "remove the forklifts, the workers and two boxes": [
        "remove the forklifts, the workers and two boxes"
    ],
    "the boxes and the pallets can go": ["remove the boxes and the pallets"],
    "replace the drums with pallets, so swap those out": ["replace the drums with pallets"],
    "a forklift next to the shelving... no, behind the worker": ["a forklift behind the worker"],
    "it's too dark": ["brighter"],
    "The boxes are on the pallets": ["put The boxes on the pallets"],
    "The boxes are on the pallets. Remove them.": ["Remove the boxes"],
    "- one forklift only\n- pallets stacked\n- add 3 bollards": [
        "there should be one forklift",
        "stack the pallets",
        "add 3 bollards",
    ],
    "add a drum because it looks empty": ["add a drum"],
    "thanks, now add a drum": ["add a drum"],
}


@pytest.mark.parametrize("clause", PLAIN)
def test_put_plainly_wish_is_the_command_it_means(clause: str) -> None:
    assert put_plainly(clause) == PLAIN[clause]


@pytest.mark.parametrize("clause", REMARKS)
def test_read_remark_fault_has_its_wish(clause: str) -> None:
    remark = read_remark(clause)
    assert remark is not None
    assert (remark.wish, remark.things) == REMARKS[clause]


@pytest.mark.parametrize("clause", NO_REMARKS)
def test_read_remark_wish_is_no_remark(clause: str) -> None:
    assert read_remark(clause) is None


@pytest.mark.parametrize("clause", STATEMENTS)
def test_is_statement_telling_wishes_for_nothing(clause: str) -> None:
    assert is_statement(clause)
    assert find_spoken_things(clause) == STATEMENTS[clause]


@pytest.mark.parametrize("clause", ASKED)
def test_is_statement_question_wishes_for_nothing(clause: str) -> None:
    assert is_statement(clause, is_asked=True)
    assert find_spoken_things(clause) == ASKED[clause]


@pytest.mark.parametrize("clause", WISHES)
def test_is_statement_wish_is_none(clause: str) -> None:
    assert not is_statement(clause, is_asked=clause.startswith("can"))


@pytest.mark.parametrize("text", TIDY)
def test_tidy_notes_and_speech_are_written_english(text: str) -> None:
    assert tidy(text) == TIDY[text]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_put_sentence_plainly_clauses_are_read_together(sentence: str) -> None:
    assert put_sentence_plainly(sentence) == SENTENCES[sentence]


@pytest.mark.parametrize(("before", "said", "plain", "both"), CORRECTIONS)
def test_correct_what_is_taken_back_is_replaced(
    before: str, said: str, plain: str, both: str | None
) -> None:
    assert correct(before, said, plain) == both


@pytest.mark.parametrize("request_", SAYINGS)
def test_read_sayings_request_is_its_plain_clauses(request_: str) -> None:
    assert [saying.plain for saying in read_sayings(request_)] == SAYINGS[request_]


def test_drop_reason_keeps_what_is_wished() -> None:
    assert drop_reason("turn the cabinet so it faces the table") == (
        "turn the cabinet so it faces the table"
    )
    assert drop_reason("a sofa along the wall, somewhere people can sit") == "a sofa along the wall"


@given(st.text(max_size=2000))
def test_read_sayings_any_text_keeps_what_was_said(text: str) -> None:
    said = " ".join(saying.said for saying in read_sayings(text))
    assert len(said) <= 3 * len(text) + 100


WORDS = (
    *("the", "a", "two", "boxes", "forklift", "door", "should", "can", "go", "is", "are", "too"),
    *("many", "put", "next", "to", "and", ",", ".", "no", "not", "it", "them", "i", "want", "we"),
    *("need", "instead", "of", "rather", "than", "would", "be", "nice", "turn", "camera", "dark"),
    *("so", "each", "one", "other"),
)


@given(st.lists(st.sampled_from(WORDS), max_size=120))
def test_read_sayings_any_mix_of_its_words_is_read(words: list[str]) -> None:
    for saying in read_sayings(" ".join(words)):
        assert saying.plain
