"""Ways to say things that the sets of tests/data/prompts showed when they were first read."""

from __future__ import annotations

from contextlib import suppress

import pytest

from clappper.core.errors import ClappperError
from clappper.core.planning.models import ScenePlan
from clappper.core.planning.rule_planner import RulePlanner
from support.fake_catalog import FakeCatalog


def plan(prompt: str) -> ScenePlan:
    return RulePlanner(FakeCatalog()).plan(prompt).plan


def count(scene: ScenePlan) -> dict[str, int]:
    return {item.id: item.count for item in scene.items}


def relate(scene: ScenePlan) -> set[str]:
    return {f"{r.verb} {r.subject} {r.object}" for r in scene.relations}


COUNTS = {
    # Each of several has its own.
    "office, 2 desks, a monitor on each of them": {"desk": 2, "monitor": 2},
    "an office with 3 desks, each of which has a monitor": {"desk": 3, "monitor": 3},
    "4 desks, and for every desk one monitor": {"desk": 4, "monitor": 4},
    "2 desks in an office, monitor + chair each": {"desk": 2, "monitor": 2, "chair": 2},
    "9 desks in an office and one monitor apiece": {"desk": 9, "monitor": 9},
    "2 desks in an office with a chair and a monitor for each desk": {
        "desk": 2,
        "chair": 2,
        "monitor": 2,
    },
    "6 desks, each desk with its monitor": {"desk": 6, "monitor": 6},
    "8 pallets, and every pallet should carry 6 boxes": {"pallet": 8, "cardboard_box": 48},
    "3 pallets, each holding 2 boxes": {"pallet": 3, "cardboard_box": 6},
    "a dock with 3 doors, and in front of each door a pallet with 4 boxes": {
        "roll_up_door": 3,
        "pallet": 3,
        "cardboard_box": 12,
    },
    "3 desks, on each a monitor": {"desk": 3, "monitor": 3},
    "2 desks in an office, both with a monitor": {"desk": 2, "monitor": 2},
    "72 boxes stacked on 6 pallets, twelve boxes per pallet": {"cardboard_box": 72, "pallet": 6},
    "3 stacks of 6 boxes each in a warehouse with one forklift": {
        "cardboard_box": 18,
        "forklift": 1,
    },
    "a plant each corner in an office": {"potted_plant": 4},
    "52 boxes on 13 pallets, four on each": {"cardboard_box": 52, "pallet": 13},
    # Numbers.
    "warehouse, 15 or so boxes": {"cardboard_box": 15},
    "warehouse, just pallets, 8 of them": {"pallet": 8},
    "a yard, some bollards along the left side, maybe eight": {"bollard": 8},
    "a yard with 5 cones, or rather 7": {"traffic_cone": 7},
    "a warehouse with 6 drums, er, 8 drums": {"drum": 8},
    "see how many drums fit: 4 drums in a warehouse": {"drum": 4},
    "a dozen desks, a chair at each desk and half as many plants": {
        "desk": 12,
        "chair": 12,
        "potted_plant": 6,
    },
    "4 rows of 3 desks, one chair per desk, and double that many monitors": {
        "desk": 12,
        "chair": 12,
        "monitor": 24,
    },
    "2 drums and, let's say, a pallet": {"drum": 2, "pallet": 1},
    "a cabinet, let's say 2 cabinets": {"cabinet": 2},
    # What is a thing at all.
    "a warehouse with 2 stacked pallets": {"pallet": 2},
    "a yard with a person crossing": {"person": 1},
    "a warehouse with 2 pedestrians and a technician": {"person": 2, "person_2": 1},
    "I was a student. A warehouse with 2 drums.": {"drum": 2},
    "the manager wants a warehouse with 2 drums": {"drum": 2},
    "an empty dock, forklift parked dead center": {"forklift": 1},
    "garage, 2 drums, worker center": {"drum": 2, "person": 1},
    "an office with 2 desks, whiteboard left wall": {"desk": 2, "whiteboard": 1},
    "a desk with a plant, because there is always a plant": {"desk": 1, "potted_plant": 1},
    # What is ruled out.
    "an office with 2 desks, leave the plants and the whiteboard out": {"desk": 2},
    "a warehouse with a forklift that is not carrying a pallet": {"forklift": 1},
    "an office with 2 desks, and skip the plants": {"desk": 2},
    "an office with 2 desks. People are not needed either.": {"desk": 2},
    "an office with a desk, chairs are not necessary": {"desk": 1},
    "a warehouse with 2 drums. Forklifts must not be visible.": {"drum": 2},
    "keep people out of the shot: a warehouse with 2 drums": {"drum": 2},
    "warehouse but with the racks removed, just 5 drums": {"drum": 5},
    "I'd rather not have any people in the warehouse; just 2 drums": {"drum": 2},
    "an office with 3 desks, don't put monitors on the desks": {"desk": 3},
    "Do not put any forklifts in the warehouse, just 2 drums": {"drum": 2},
    "an office with 2 desks, minus the plant, without the cabinet": {"desk": 2},
    "a warehouse that has 3 forklifts but lacks pallets": {"forklift": 3},
    "a warehouse with 2 drums. Please avoid people and forklifts.": {"drum": 2},
    "an office with 3 desks, none with a monitor": {"desk": 3},
    "an office, empty except for one desk": {"desk": 1},
    "an office without people, a desk at the back wall": {"desk": 1},
    "4 pallets in a warehouse but nothing on the pallets": {"pallet": 4},
    "2 workers and 5 pallets. Nobody should be in the picture.": {"pallet": 5},
    # What is said again.
    "12 pallet racks in a warehouse, a forklift between the shelves": {
        "pallet_rack": 12,
        "forklift": 1,
    },
    "4 racks in a warehouse. 6 racks instead.": {"pallet_rack": 6},
    "an office with 5 desks. Or better: 6 desks.": {"desk": 6},
    "an office with 5 desks. Change the desks to 8.": {"desk": 8},
    "an office with 2 chairs, or let's say 4 chairs": {"chair": 4},
    "2 drums against the left wall. 2 drums against the right wall.": {"drum": 2, "drum_2": 2},
    # Each row, each side, each that has or carries something.
    "3 groups of 4 chairs in an office, a plant next to each group": {
        "chair": 12,
        "potted_plant": 3,
    },
    "6 desks in two rows and a plant at the end of each row": {"desk": 6, "potted_plant": 2},
    "a table with four chairs on either side": {"meeting_table": 1, "chair": 8},
    "2 bollards, one on each side of the door": {"bollard": 2, "roll_up_door": 1},
    "a plant in each of the four corners, a desk": {"potted_plant": 4, "desk": 1},
    "a plant in both corners, a desk": {"potted_plant": 2, "desk": 1},
    "6 desks, and each one gets a monitor and a chair": {"desk": 6, "monitor": 6, "chair": 6},
    "8 desks, chairs at all of them": {"desk": 8, "chair": 8},
    "2 tables, each of them with 8 chairs, and a cabinet between the tables": {
        "meeting_table": 2,
        "chair": 16,
        "cabinet": 1,
    },
    "every one of the 6 desks has a chair and oh yeah a whiteboard on the wall": {
        "desk": 6,
        "chair": 6,
        "whiteboard": 1,
    },
    "on each of the 5 pallets 3 boxes and then a forklift": {
        "pallet": 5,
        "cardboard_box": 15,
        "forklift": 1,
    },
    "4 desks, each with a chair, and a whiteboard hangs on the wall": {
        "desk": 4,
        "chair": 4,
        "whiteboard": 1,
    },
    "3 tables, at every table 4 chairs and a plant in the corner": {
        "meeting_table": 3,
        "chair": 12,
        "potted_plant": 1,
    },
    "4 rows of racks with six racks per row": {"pallet_rack": 24},
    # What is spoken.
    "a yard with uh 4 drums and um a forklift": {"drum": 4, "forklift": 1},
    "a yard comma four drums comma a forklift period": {"drum": 4, "forklift": 1},
    "a warehouse with, let me think, 5 pallets": {"pallet": 5},
    "There'd be six desks and a plant": {"desk": 6, "potted_plant": 1},
    "in the yard there's a forklift no two forklifts": {"forklift": 2},
    "4 drums, that's too many, make it 2 drums": {"drum": 2},
    "6 drums. Hmm, make it ten.": {"drum": 10},
    # Who is somebody else.
    "the woman at the desk talks to a man": {"person": 1, "desk": 1, "person_2": 1},
    "an office, no need to show any forklift, a desk": {"desk": 1},
}


@pytest.mark.parametrize(("prompt", "expected"), COUNTS.items())
def test_plan_counts(prompt: str, expected: dict[str, int]) -> None:
    assert count(plan(prompt)) == expected


RELATIONS = {
    "4 drums, 2x2 grid, in a warehouse": {"grid drum room"},
    "6 desks (2 rows of 3) in an office": {"rows desk room"},
    "12 cones forming a circle around a forklift": {"around traffic_cone forklift"},
    "60 cones in five equal rows": {"rows traffic_cone room"},
    "a cabinet in the left back corner": {"in_corner cabinet room"},
    "2 desks face to face": {"facing desk desk"},
    "meeting room, a table, 12 chairs around, bright": {"around chair meeting_table"},
    "a cabinet; a table in front": {"in_front_of meeting_table cabinet"},
    "a table, seven chairs down each side and nothing else": {"around chair meeting_table"},
    "6 pallets, each carrying 2 boxes": {"on_top_of cardboard_box pallet"},
    "a worker next to a row of five drums": {"line drum room", "next_to person drum"},
    "4 drums and behind those a row of 6 bollards": {"behind bollard drum"},
    "5 bollards and behind is a forklift": {"behind forklift bollard"},
    "5 racks and before them stands a forklift": {"in_front_of forklift pallet_rack"},
    "a worker at a desk and a whiteboard behind him": {"behind whiteboard person"},
    "2 cabinets, a plant between the two": {"between potted_plant cabinet"},
    "8 racks in two rows, a forklift between the rows": {"between forklift pallet_rack"},
    "2 plants, L + R of the desk": {"next_to potted_plant desk"},
    "a desk, two plants flanking it": {"next_to potted_plant desk"},
    "4 pallets with two boxes each to the right of a forklift": {"right_of pallet forklift"},
    "2 roll-up doors, a forklift in front of the left one": {"in_front_of forklift roll_up_door"},
    "workers: 2, L of forklift": {"left_of person forklift"},
    "a drum, SE corner": {"in_corner drum room"},
    "3 drums L, 1 forklift mid": {"left_of drum room", "centered forklift room"},
    "an office, 8 traffic cones in a lien": {"line traffic_cone room"},
    "a table, 2 whiteboards opposite each other": {"facing whiteboard whiteboard"},
    "a desk and 2 plants to either side of it": {"next_to potted_plant desk"},
    "an office with 2 desks, whiteboard left wall": {"along_wall whiteboard room"},
    "8 desks in an office, plus a table in the middle": {"centered meeting_table room"},
    "a desk with 2 monitors, a chair behind it, a cabinet in the left corner": {
        "in_corner cabinet room"
    },
    "2 desks facing each other, a plant in between": {"between potted_plant desk"},
    "a pallet with 4 drums on top": {"on_top_of drum pallet"},
    "an office with a desk, on the left a plant": {"left_of potted_plant room"},
    "a worker next to a pallet, and on that pallet there is a box": {
        "next_to person pallet",
        "on_top_of cardboard_box pallet",
    },
    "a pallet loaded with 12 boxes stands in front of the door": {
        "on_top_of cardboard_box pallet",
        "in_front_of pallet roll_up_door",
    },
    "put 6 pallets in the middle of the warehouse and a worker behind them": {
        "centered pallet room",
        "behind person pallet",
    },
    "a forklift behind 4 pallets. No, the forklift goes in front of the pallets.": {
        "in_front_of forklift pallet"
    },
}
GONE = {
    "Never place the drums in the corner; three drums": "in_corner drum room",
    "a forklift behind 4 pallets. No, the forklift goes in front of the pallets.": (
        "behind forklift pallet"
    ),
    "a trash can left of the desk": "left_of desk room",
    "a cabinet that isn't against the wall, in an office": "along_wall cabinet room",
}


@pytest.mark.parametrize(("prompt", "expected"), RELATIONS.items())
def test_plan_relations(prompt: str, expected: set[str]) -> None:
    assert expected <= relate(plan(prompt))


@pytest.mark.parametrize(("prompt", "relation"), GONE.items())
def test_plan_relation_is_not_there(prompt: str, relation: str) -> None:
    assert relation not in relate(plan(prompt))


PLACES = {
    "3 drums, workshop, dusk": "warehouse",
    "a small workshop where two people work": "warehouse",
    "The customer has a workshop of 15 by 10 metres. 3 drums.": "warehouse",
    "a hallway 12 m long and 3 m wide with a person": "office",
    "2 drums near a desk. A corridor.": "office",
    "a cabinet in a warehouse, no, an office": "office",
    "crossroads with 4 cones": "yard",
    "street corner, 3 bollards": "yard",
    "not a warehouse but an office, with 4 desks": "office",
    "My nephew's furniture shop needs a clip of 3 cabinets": "shop",
    "2 drums in a yard. On second thoughts, move it to a warehouse.": "warehouse",
}


@pytest.mark.parametrize(("prompt", "kind"), PLACES.items())
def test_plan_place(prompt: str, kind: str) -> None:
    assert plan(prompt).environment.kind == kind


def test_plan_place_taken_back_is_told() -> None:
    told = plan("A kitchen, no wait, a bathroom, with a cabinet").assumptions
    assert any("“kitchen”" in text and "later one counts" in text for text in told)
    assert not any("no kitchen" in text for text in told)


SIZES = {
    "mtg rm 6x4m, a table": (6.0, 4.0),
    "a 30-by-20-foot loading dock": (9.144, 6.096),
    "a warehouse 30 m long by 20 wide": (20.0, 30.0),
    "warehouse: width 50 ft, length 80 ft": (15.24, 24.384),
}


@pytest.mark.parametrize(("prompt", "sides_m"), SIZES.items())
def test_plan_size(prompt: str, sides_m: tuple[float, float]) -> None:
    size = plan(prompt).environment.size_m
    assert size is not None
    assert (size.x, size.y) == pytest.approx(sides_m, abs=1e-3)


def test_plan_clear_height_is_the_room_s() -> None:
    size = plan("a warehouse with 2 drums, 30 ft clear height").environment.size_m
    assert size is not None
    assert size.z == pytest.approx(9.144)


def test_plan_truck_of_a_pallet_is_no_pallet() -> None:
    scene = plan("a warehouse with 2 drums and a pallet truck")
    assert count(scene) == {"drum": 2}
    assert [miss.asked for miss in scene.misses] == ["pallet truck"]


def test_plan_what_somebody_wears_is_not_missed() -> None:
    assert plan("a warehouse with a worker in a yellow vest").misses == []


def test_plan_what_is_told_of_it_is_not_missed() -> None:
    assert plan("This one is a nuisance. An office with a desk.").misses == []


def test_plan_light_that_is_denied_is_not_set() -> None:
    assert plan("an office with a desk. It must not be dark.").lighting.mood == "day"


def test_rule_planner_same_number_said_again_is_in_no_relation_to_itself():
    scene = plan("a yard. 2 men. 2 women next to 2 men")
    assert not [r for r in scene.relations if r.object == r.subject and r.verb != "facing"]


@pytest.mark.parametrize(
    "prompt",
    [
        "a warehouse with overhead office lights and 2 desks",
        "a warehouse, 4 workers go close to the forklift",
    ],
)
def test_rule_planner_words_of_the_picture_said_of_things_are_no_shot(prompt):
    assert plan(prompt).camera.shot == "eye_level"


def test_rule_planner_what_somebody_has_is_asked_for():
    scene = plan("an office with a man with a harpsichord at a desk")
    assert [miss.asked for miss in scene.misses] == ["harpsichord"]


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "words",
    [
        *("a ", "and ", "each of them ", "oh, ", "very ", "1e9 ", "3 desks and ", "\u673a"),
        *("\u673a\u306e\u6a2a\u306b", "camera at ", "twice as many ", "leave a "),
    ],
)
def test_rule_planner_longest_prompt_of_the_same_words_is_read_soon(words):
    with suppress(ClappperError):
        plan((words * 10_000)[:10_000])
