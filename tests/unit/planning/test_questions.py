"""Questions are told from requests and answered from catalog and scene, or not at all."""

from __future__ import annotations

import pytest

from clappper.core.catalog.demo import open_demo_catalog
from clappper.core.planning.questions import answer_question, is_question
from clappper.core.planning.rule_planner import RulePlanner

CATALOG = open_demo_catalog()
PLAN = (
    RulePlanner(CATALOG)
    .plan("An office with 4 desks, an office chair at each desk and 2 plants")
    .plan
)

ANSWERED = {
    "Which forklifts do you have?": "The catalog has 2 forklifts: Forklift_A01, Forklift_B01.",
    "hi, which boxes do you have, please?": (
        "The catalog has 2 cardboard boxes: CardboardBox_B02_60x40x40cm, CubeBox_A01_40cm."
    ),
    "What kinds of racks are available?": (
        "The catalog has 2 pallet racks: PalletRack_A01_Empty, PalletRack_A02_Loaded."
    ),
    "list all pallets you have": "The catalog has 1 pallet: WoodPallet_A01.",
    "do you have a wooden desk?": "The catalog has 1 desk: Desk_Oak_B01.",
    "do you have any unicorns?": "The catalog has no unicorn.",
    "how many desks do you have?": "The catalog has 2 desks: Desk_Modern_A01, Desk_Oak_B01.",
    "How many desks are there?": "There are 4 desks in the scene.",
    "how many office chairs are in the scene?": "There are 4 office chairs in the scene.",
    "how many forklifts are in the scene?": "There is no forklift in the scene.",
    "Is there a sofa?": "The catalog has 1 sofa: Sofa_TwoSeat_A01.",
    "What is in the scene?": (
        "The scene is of the kind office and has 4 desks, 4 office chairs, 2 potted plants."
    ),
}


@pytest.mark.parametrize(("question", "answer"), ANSWERED.items())
def test_question_is_answered(question, answer):
    assert is_question(question)
    assert answer_question(question, CATALOG, PLAN) == answer


@pytest.mark.parametrize(
    "question",
    [
        "why is the camera so low?",
        "how big is the room?",
        "Which forklift is best for a narrow aisle?",
        "what wooden things are there?",
        "is there a door in the back wall?",
        "which of the desks is oak?",
    ],
)
def test_question_rules_cannot_tell_has_no_answer(question):
    assert is_question(question)
    assert answer_question(question, CATALOG, PLAN) is None


@pytest.mark.parametrize(
    "request_",
    [
        "A warehouse with 3 forklifts",
        "add a forklift",
        "Can you add a desk?",
        "How about a desk?",
        "what about night?",
        "Remove two chairs",
        "make it night",
        "show me a warehouse with 3 forklifts",
        "list",
        "",
        "?",
        "which forklifts do you have " * 40,
    ],
)
def test_request_is_no_question(request_):
    assert not is_question(request_)
    assert answer_question(request_, CATALOG, PLAN) is None


def test_question_about_a_scene_there_is_not():
    assert answer_question("What is in the scene?", CATALOG) == "There is no scene yet."
    assert answer_question("how many desks are in the scene?", CATALOG) == "There is no scene yet."
    answer = answer_question("how many desks are there?", CATALOG)
    assert answer.startswith("The catalog has 2 desks")


def test_question_what_there_is_names_kinds():
    answer = answer_question("What do you have?", CATALOG)
    assert "forklift" in answer
    assert "pallet rack" in answer
