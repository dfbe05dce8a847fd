"""Questions are told from requests and answered from catalog, plan and what was built, or not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clappper.core.catalog.demo import open_demo_catalog
from clappper.core.planning.questions.answering import answer_question, is_question
from clappper.core.planning.rule_planner import RulePlanner
from support.prompt_cases import load_cases

CATALOG = open_demo_catalog()
PLANNER = RulePlanner(CATALOG)
PLAN = PLANNER.plan("An office with 4 desks, an office chair at each desk and 2 plants").plan
FULL = PLANNER.plan(
    "An office with desks, an office chair at each desk, a visitor chair in the corner, a roll-up "
    "door, a fire extinguisher right of the roll-up door, two forklifts, a worker next to a "
    "forklift and a unicorn. Orbit, 6 seconds"
).plan

ANSWERED = {
    "Which forklifts do you have?": "The catalog has 2 forklifts: Forklift_A01, Forklift_B01.",
    "hi, which boxes do you have, please?": (
        "The catalog has 2 cardboard boxes: CardboardBox_B02_60x40x40cm, CubeBox_A01_40cm."
    ),
    "What kinds of racks are available?": (
        "The catalog has 2 pallet racks: PalletRack_A01_Empty, PalletRack_A02_Loaded."
    ),
    "list all pallets you have": "The catalog has 1 pallet: WoodPallet_A01.",
    "show me the pallets in the catalog": "The catalog has 1 pallet: WoodPallet_A01.",
    "do you have a wooden desk?": "The catalog has 1 desk: Desk_Oak_B01.",
    "do you have any unicorns?": (
        "The catalog has no unicorn. It has, among others: pallet rack, shelving, forklift, "
        "person, desk, chair."
    ),
    "how many desks do you have?": "The catalog has 2 desks: Desk_Modern_A01, Desk_Oak_B01.",
    "How many desks are there?": "There are 4 desks in the scene.",
    "how many desks do we have now?": "There are 4 desks in the scene.",
    "Tell me how many desks there are": "There are 4 desks in the scene.",
    "how many office chairs are in the scene?": "There are 4 office chairs in the scene.",
    "how many forklifts are in the scene?": "There are no forklifts in the scene.",
    "How many pallets are in the scene now?": "There are no pallets in the scene.",
    "Is there a sofa?": (
        "There are no sofas in the scene. The catalog has 1 sofa: Sofa_TwoSeat_A01."
    ),
    "What is in the scene?": (
        "The scene is of the kind office and has 4 desks, 4 office chairs, 2 potted plants."
    ),
    "how many things are in the room?": (
        "There are 10 things. The scene is of the kind office and has 4 desks, 4 office chairs, "
        "2 potted plants."
    ),
}


@pytest.mark.parametrize(("question", "answer"), ANSWERED.items())
def test_question_about_what_there_is_is_answered(question, answer):
    assert is_question(question)
    assert answer_question(question, CATALOG, PLAN) == answer


TOLD = {
    "How many chairs are there?": "There are 5 chairs in the scene. That is 4 office chairs, 1 vis",
    "Which forklift is in the scene?": "Forklift_A01, Forklift_B01",
    "what kind of forklift is it?": "Forklift_A01, Forklift_B01",
    "Who is there?": "There is 1 person in the scene.",
    "Where is the fire extinguisher?": "to the right of the roll-up door.",
    "where did you put the visitor chair?": "The visitor chair is in a corner.",
    "where is one of the forklifts?": "The 2 forklifts are scattered about.",
    "where are the office chairs?": "The 4 office chairs are one at each desk and facing the 4",
    "Where is the pallet?": "There is no pallet in the scene.",
    "Is anybody standing next to the forklift?": "Yes: 1 person (next to one of the 2 forklifts).",
    "Is anyone near the desks?": "No: by the plan nobody is near the 4 desks.",
    "what's next to the desks?": "4 office chairs (one at each desk).",
    "who is next to the forklift?": "1 person (next to one of the 2 forklifts).",
    "what is to the right of the roll-up door?": "1 fire extinguisher (to the right of",
    "is the visitor chair next to the forklift?": "The visitor chair is in a corner.",
    "is there a sofa next to the forklift?": "No: there is no sofa in the scene.",
    "What are the office chairs facing?": "The 4 office chairs are facing the 4 desks.",
    "is the worker facing the camera?": "The plan does not say what the person is facing.",
    "How big is the room?": "No size was given: the room gets one that fits",
    "what kind of place is it?": "The place is an office.",
    "How long is the shot?": "The film was asked to have 6 s.",
    "What lens is the camera using?": "No lens was set: 22 mm is usual for this shot",
    "How high is the camera?": "No height was set: the shot decides it. It is a three-quarter",
    "where is the camera looking?": "It looks at the 2 forklifts and the person and orbits for 6 s",
    "what shot is this?": "The camera takes a three-quarter shot.",
    "what's the lighting?": "The light is day.",
    "is it night?": "No: the light is day.",
    "Is it daytime?": "Yes: the light is day.",
    "Why are there only three desks?": "There are 4 desks in the plan, asked for as “desks”; what "
    "was assumed: No number given for desks: 4.",
    "why are there two forklifts?": "no assumption is noted about it",
    "why is there no unicorn?": "“unicorn” is not in the catalog and was left out.",
    "why is there no sofa?": "The scene has no sofa, and nothing of the kind is asked for",
    "why is it an office?": "The plan says an office",
    "What did you assume that I didn't tell you?": "No number given for desks: 4.",
    "Was there anything you couldn't find?": "“unicorn” is not in the catalog and was left out.",
    "did you find everything?": "“unicorn” is not in the catalog",
    "What camera moves can I choose from?": "static, orbit, dolly in, dolly out, truck, crane, pan",
    "which shots are there?": "eye level, wide, close-up, low angle, high angle, overhead",
    "what moods do you know?": "day, bright, soft, golden hour, night, studio and industrial",
    "what places can you build?": "warehouse, loading dock, office",
    "which lenses can I use?": "from 8 to 300 mm",
    "what can I say?": "“remove two chairs”",
    "help": "“remove two chairs”",
    "Can you do a sunset?": "Yes: say “golden hour”.",
    "can you do orbits?": "Yes, and it is set already: orbit.",
    "What's the difference between the office chair and the visitor chair?": (
        "OfficeChair_A01 is 0.6 m wide, 0.6 m deep and 0.95 m high (usual for its kind, not"
    ),
    "how do the two desks differ?": "Only of Desk_Oak_B01 it is said: wooden.",
    "How tall is the forklift?": "Forklift_A01 is 1.2 m wide, 2.9 m deep and 2.2 m high (usual",
    "is the sofa wider than the desk?": "Sofa_TwoSeat_A01 is wider.",
    "which is smaller, the sofa or the desk?": "Desk_Modern_A01 is smaller.",
    "tell me about the whiteboard": "It is of the kind whiteboard, tagged",
    "Does the forklift fit through the roll-up door?": (
        "Yes, by its size it fits: Forklift_A01 is 1.2 m wide at its narrow side and 2.2 m high, "
        "RollUpDoor_A01 on the outside is 3.1 m wide and 3.3 m high (usual sizes, not all measured)"
    ),
    "does the pallet rack fit under the desk?": "No, by its size it does not fit.",
    "does the drum fit on the pallet?": "That cannot be told for certain",
    "will the office chair fit through the unicorn?": "There is no unicorn to compare with.",
}


@pytest.mark.parametrize(("question", "words"), TOLD.items())
def test_question_about_a_plan_is_answered(question, words):
    assert is_question(question)
    assert words in answer_question(question, CATALOG, FULL)


@pytest.mark.parametrize(
    "question",
    [
        "why is the camera so low?",
        "why is the sky blue?",
        "Which forklift is best for a narrow aisle?",
        "what wooden things are there?",
        "is there a door in the back wall?",
        "which of the desks is oak?",
        "how far is the camera from the desk?",
        "where should I put the sofa?",
        "is there room for a sofa?",
        "who are you?",
        "what is the meaning of life?",
        "how big is it?",
        "how many red desks are there?",
        "where is the red desk?",
        "why are there red desks?",
        "is the red desk next to the chair?",
        "how far is the desk from the plant?",
        "is everything all right?",
    ],
)
def test_question_rules_cannot_tell_has_no_answer(question):
    assert is_question(question)
    assert answer_question(question, CATALOG, PLAN) is None


REQUESTS = [
    "A warehouse with 3 forklifts",
    "add a forklift",
    "Can you add a desk?",
    "could you make it darker?",
    "can we have 3 more drums?",
    "How about a desk?",
    "what about night?",
    "what if there were a sofa?",
    "Why not a second desk?",
    "why don't we make it darker?",
    "would it be possible to add two pallets?",
    "is it possible to make the room bigger?",
    "is there a way to make it brighter?",
    "is there any chance you could add a plant?",
    "do you mind moving the forklift to the left?",
    "do you think you could add a desk?",
    "are you able to add a crane shot?",
    "have you considered a wide shot?",
    "Have the worker stand behind the pallets",
    "how many desks are there? add two more",
    "Is there a sofa? If not, add one.",
    "Does that work? Use 4 desks instead.",
    "where the sofa is, put a chair",
    "what we need is three more pallets",
    "What I have in mind is an office with six desks.",
    "What we're after is clutter: a yard with twenty drums.",
    "can you do a close-up of the forklift?",
    "can you do it at night?",
    "could you do an orbit around the desks?",
    "can the camera go through the door?",
    "could the worker stand next to the forklift?",
    "who-knows-what lying around, boxes and drums",
    "Do the same for the sofa",
    "Remove two chairs",
    "make it night",
    "show me a warehouse with 3 forklifts",
    "show me the scene from above",
    "list",
    "",
    "?",
    "which forklifts do you have " * 40,
]


@pytest.mark.parametrize("request_", REQUESTS)
def test_request_is_no_question(request_):
    assert not is_question(request_)
    assert answer_question(request_, CATALOG, PLAN) is None


COMMANDS = (
    *("add a sofa", "put a drum next to the desk", "remove two chairs", "make it darker"),
    *("move the desk 1 m to the left", "turn the chairs to the camera", "swap the desks"),
)
WISHES = ("{}", "please {}", "Can you {}?", "could you please {}?", "would you {}", "{}, please")


@given(
    question=st.sampled_from(sorted((*ANSWERED, *TOLD))),
    command=st.sampled_from(COMMANDS),
    wish=st.sampled_from(WISHES),
    link=st.sampled_from((" ", " And ", " Then ", " If not, ")),
)
def test_request_with_or_without_a_question_before_it_is_no_question(question, command, wish, link):
    assert not is_question(wish.format(command))
    assert not is_question(f"{question.rstrip(' ?')}?{link}{command}")


@given(st.text(max_size=400))
def test_any_text_is_told_and_answered_without_an_error(text):
    answer = answer_question(text, CATALOG, PLAN)
    assert answer is None or is_question(text)


HOSTILE = (
    *("what is the ", "how many ", "is there a next to ", "does a fit through ", "a between "),
    *("between a and ", "wie viele ", "¿que hay en ", "カメラは", "机は", "? ", "sk-", "not "),
    *("of the size ", "@thing ", "\u3000"),
)


@pytest.mark.timeout(10)
@pytest.mark.parametrize("words", HOSTILE)
@pytest.mark.parametrize("start", ["what is ", "is there ", "wie viele ", "que ", "なぜ"])
def test_hostile_text_is_answered_soon(start, words):
    for text in ((start + words * 10_000)[:10_000], (start + words * 300)[:299] + "?"):
        assert answer_question(text, CATALOG, PLAN) != ""


@pytest.mark.parametrize(
    "question",
    [
        "What is in the scene?",
        "how many desks are in the scene?",
        "how big is the room?",
        "how long is the film?",
        "where is the camera?",
        "which lens is used?",
        "is it night?",
        "where is the desk?",
        "what did you assume?",
        "what could you not find?",
    ],
)
def test_question_about_a_scene_there_is_not(question):
    assert answer_question(question, CATALOG) == "There is no scene yet."


def test_question_without_a_scene_is_answered_from_the_catalog():
    answer = answer_question("how many desks are there?", CATALOG)
    assert answer.startswith("The catalog has 2 desks")


def test_question_what_there_is_names_kinds():
    answer = answer_question("What do you have?", CATALOG)
    assert "forklift" in answer
    assert "pallet rack" in answer


def test_answer_repeats_foreign_words_cleaned():
    miss = FULL.misses[0].model_copy(update={"asked": "x\x1b[31m\u202e sk-abcdefghijklmno " * 5})
    plan = FULL.model_copy(update={"misses": [miss], "assumptions": ["a\nb\x00c"]})
    missed = answer_question("what is missing?", CATALOG, plan)
    assumed = answer_question("what did you assume?", CATALOG, plan)
    assert missed.isprintable()
    assert "sk-" not in missed
    assert assumed == "a b c"


@pytest.mark.parametrize("name", [f"talk_{letter}" for letter in "abcdefgh"])
def test_is_question_follow_ups_of_conversations_are_none(name: str) -> None:
    said = [sentence for case in load_cases(name) for sentence in case.follow_ups]
    assert said
    assert [sentence for sentence in said if is_question(sentence)] == []


def test_is_question_is_one_whatever_is_said_after_it() -> None:
    assert is_question("Why are there only eight drums? Just curious.")
    assert not is_question("Why are there only eight drums? I need a dozen.")
