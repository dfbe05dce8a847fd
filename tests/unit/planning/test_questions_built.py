"""Questions about a scene that was built are told from placements, certificate and measures."""

from __future__ import annotations

import asyncio
import json
from types import SimpleNamespace
from typing import get_args

import pytest

from clappper.core.catalog.demo import open_demo_catalog
from clappper.core.catalog.models import AssetMeasure, Part, Shelf
from clappper.core.chat_run import ChatOptions, ChatRun
from clappper.core.interrupt import InterruptGuard
from clappper.core.issue import Issue
from clappper.core.layout.box import Box
from clappper.core.layout.models import Opening, Placement, Placements, Room
from clappper.core.layout.shot import compute_camera_path
from clappper.core.make_request import MakeRequest
from clappper.core.pipeline import make
from clappper.core.planning.models import Shot
from clappper.core.planning.planner_choice import choose_planner
from clappper.core.planning.questions.answering import answer_question
from clappper.core.planning.questions.film import USUAL_LENSES_MM
from clappper.core.planning.questions.ground import Evidence
from clappper.core.run_folder import RunFolder
from clappper.core.session.ports import OpenStage
from clappper.core.stage.models import (
    CameraReport,
    CameraSample,
    CountReport,
    RelationReport,
)
from clappper.core.studio import Studio, StudioSettings
from clappper.core.units import Vec3
from support.fake_catalog import FakeCatalog
from support.fake_session import make_certificate
from support.plans import make_item, make_plan, make_relation

CATALOG = open_demo_catalog()
IDS = {
    hit.asset.name: hit.asset.asset_id
    for noun in ("forklift", "desk", "person", "monitor", "roll-up door")
    for hit in CATALOG.search(noun).hits
}
OAK, MODERN = IDS["Desk_Oak_B01"], IDS["Desk_Modern_A01"]
PLAN = make_plan(
    "warehouse",
    [
        make_item("forklift", asset_ids=[IDS["Forklift_A01"]]),
        make_item("desk", 3, asked="desks", asset_ids=[OAK, MODERN]),
        make_item("person", asked="worker", asset_ids=[IDS["Worker_A01_Male"]]),
        make_item("monitor", asset_ids=[IDS["Monitor_27in_A01"]]),
        make_item("roll-up door", id="door", asset_ids=[IDS["RollUpDoor_A01"]]),
    ],
    [
        make_relation("along_wall", "forklift", side="north"),
        make_relation("near", "person", "desk", distance_m=3.0),
        make_relation("in_wall", "door", side="south"),
    ],
    camera={"height_m": 1.2, "focal_length_mm": 35.0, "shot": "low", "move": "crane"},
)
#: x, y [m], yaw [deg], support of each instance.
STANDING = {
    "forklift_01": (-4.0, 5.0, 90.0, "floor", "Forklift_A01"),
    "desk_01": (0.0, 0.0, 0.0, "floor", "Desk_Oak_B01"),
    "desk_02": (3.0, 0.0, 0.0, "floor", "Desk_Modern_A01"),
    "person_01": (0.0, -2.0, 0.0, "floor", "Worker_A01_Male"),
    "monitor_01": (0.0, 0.0, 0.0, "desk_01", "Monitor_27in_A01"),
    "door_01": (0.0, -6.0, 180.0, "wall", "RollUpDoor_A01"),
}
OPENING = Opening(
    id="door_01", wall="south", center_m=0.0, width_m=2.0, sill_m=0.0, height_m=2.5, kind="door"
)


def make_placements(**opening):
    placements = tuple(
        Placement(
            id=id_,
            item=id_.rpartition("_")[0],
            asset_id=IDS[name],
            translation_m=Vec3(x=x, y=y, z=0.0),
            yaw_deg=yaw,
            support=support,
        )
        for id_, (x, y, yaw, support, name) in STANDING.items()
    )
    room = Room(
        kind="warehouse",
        size_m=Vec3(x=12.0, y=12.0, z=5.0),
        walls=("south",),
        has_ceiling=True,
        wall_thickness_m=0.3,
        openings=(OPENING.model_copy(update=opening),),
    )
    return Placements(seed=0, room=room, placements=placements, violations=())


def make_sample(height_m, **visible):
    return CameraSample(
        time=1.0, height_m=height_m, clearance_m=1.0, in_frame=visible, visible=visible
    )


CERTIFICATE = make_certificate(
    Issue(code="COUNT_SHORT", severity="error", message="Only 2 of 3 desks."), collisions=2
).model_copy(
    update={
        "counts": (CountReport(noun="desk", asked=3, placed=2),),
        "relations": (
            RelationReport(
                verb="near", subject="person", object="desk", holds=False, measured="3.4 m away"
            ),
        ),
        "cameras": (
            CameraReport(
                prim_path="/World/Cameras/Shot_01",
                samples=(make_sample(1.0, desk=0.5, forklift=1.0), make_sample(2.5, desk=1.0)),
            ),
        ),
    }
)
#: Width, depth, height [m] of what is measured.
SIZES = {
    "Forklift_A01": (1.2, 3.0, 2.2),
    "Desk_Oak_B01": (1.6, 0.8, 0.74),
    "Desk_Modern_A01": (1.4, 0.7, 0.72),
    "Monitor_27in_A01": (0.6, 0.2, 0.5),
    "RollUpDoor_A01": (2.0, 0.2, 2.5),
    "SteelDrum_A01": (0.6, 0.6, 0.7),
    "StorageCabinet_A01": (1.0, 0.5, 1.8),
    "CubeBox_A01_40cm": (0.4, 0.4, 0.4),
    "CardboardBox_B02_60x40x40cm": (0.6, 0.4, 0.4),
    "WoodPallet_A01": (1.2, 0.8, 0.14),
}
#: A desk's top and two sides; what stands under it has 1.5 m x 0.7 m.
DESK_PARTS = (
    Part(x_min=-0.8, y_min=-0.4, z_min=0.7, x_max=0.8, y_max=0.4, z_max=0.74),
    Part(x_min=-0.8, y_min=-0.4, z_min=0.0, x_max=-0.75, y_max=0.4, z_max=0.7),
    Part(x_min=0.75, y_min=-0.4, z_min=0.0, x_max=0.8, y_max=0.4, z_max=0.7),
)
SHELF = Shelf(z_m=0.74, clear_m=None, x_min=-0.8, y_min=-0.4, x_max=0.8, y_max=0.4)


def measure(asset):
    is_desk = asset.name == "Desk_Oak_B01"
    x, y, z = SIZES.get(asset.name, (1.0, 1.0, 1.0))
    found = AssetMeasure(
        asset_id=asset.asset_id,
        is_measured=asset.name in SIZES,
        size_m=Vec3(x=x, y=y, z=z),
        origin_m=Vec3(x=0.0, y=0.0, z=0.0),
        surface_m=0.14 if asset.name == "WoodPallet_A01" else None,
        up_axis="Z",
        meters_per_unit=1.0,
        front_yaw_deg=0.0,
        default_prim=None,
        triangle_count=12,
        parts=DESK_PARTS if is_desk else (),
        shelves=(SHELF,) if is_desk else (),
    )
    return found, []


EVIDENCE = Evidence(
    placements=make_placements(),
    certificate=CERTIFICATE,
    film=SimpleNamespace(frames=121, fps=30, width=1280, height=720),
    measure=measure,
)

TOLD = {
    "how many desks are there?": (
        "There are 2 desks in the scene. 1 more is planned and could not be placed."
    ),
    "how many wooden desks are there?": "There is 1 wooden desk in the scene.",
    "which monitor is in the scene?": "Used: Monitor_27in_A01.",
    "where is the forklift?": (
        "The forklift is along the back wall. It stands at the back left, 4 m left of the room's "
        "centre and 5 m behind it."
    ),
    "where is the worker?": (
        "The person is near one of the 3 desks (within 3 m) (asked for, but not so: 3.4 m away). "
        "It stands in the middle, 0 m right of the room's centre and 2 m in front of it."
    ),
    "where is the monitor?": "The plan does not say where the monitor is. It stands in the middle",
    "what is on the desk?": "1 monitor (as placed).",
    "is anybody next to the forklift?": (
        "No: by the plan nobody is next to the forklift. As placed, the nearest (person) is 8.06 m"
    ),
    "is the monitor next to the worker?": (
        "The plan does not say so. The plan does not say where the monitor is. As placed, the "
        "nearest (monitor) is 2 m away"
    ),
    "how far is the worker from the desks?": "there are, where nearest, 2 m from centre to centre",
    "which way is the forklift facing?": "as placed, the forklift is turned to the right of the",
    "how big is the room?": "The room is 12 m wide, 12 m deep and 5 m high (144 square metres): no",
    "how long is the film?": (
        "The film is 4.03 s long: 121 frames at 30 frames per second, 1280 x 720 pixels. No length"
    ),
    "how high is the camera?": (
        "The camera is between 1 m and 2.5 m above the floor (1.2 m was asked for). It is a low"
    ),
    "what lens is used?": "The lens is 35 mm",
    "what does the camera see?": "desk 50% to 100%, forklift 0% to 100%.",
    "is the forklift visible?": "forklift 0% to 100%.",
    "is everything ok?": (
        "The scene has errors (2 collisions, 0 out of bounds and 0 unsupported). error: Only 2 of"
    ),
    "what is missing?": "Only 2 of 3 desks could be placed.",
    "how big is the forklift?": "Forklift_A01 is 1.2 m wide, 3 m deep and 2.2 m high (measured).",
    "does the forklift fit through the roll-up door?": (
        "That cannot be told for certain from the sizes that are known, as the frame takes some of "
        "it: Forklift_A01 is 1.2 m wide at its narrow side and 2.2 m high, the opening for "
        "RollUpDoor_A01 is 2 m wide and 2.5 m high."
    ),
    "does the desk fit through the door?": "Yes, by its size it fits: Desk_Oak_B01 is 0.8 m wide",
    "does the cabinet fit under the desk?": "No, by its size it does not fit.",
    "does the drum fit under the wooden desk?": "Yes, by its size it fits.",
    "does the box fit under the drum?": "That cannot be told for certain",
    "does the monitor fit on the wooden desk?": "Yes, by its size it fits.",
    "does the forklift fit on the pallet?": "No, by its size it does not fit.",
    "does the drum fit on the pallet?": "Yes, by its size it fits.",
    "does the forklift fit into the box?": "No, by its size it does not fit.",
    "does the forklift fit in the room?": "It is smaller than the room (12 x 12 x 5 m).",
}


@pytest.mark.parametrize(("question", "words"), TOLD.items())
def test_question_about_a_built_scene_is_answered(question, words):
    assert words in answer_question(question, CATALOG, PLAN, EVIDENCE)


def test_thing_that_is_larger_than_the_opening_does_not_fit():
    small = Evidence(placements=make_placements(height_m=2.0), measure=measure)
    answer = answer_question("does the forklift fit through the door?", CATALOG, PLAN, small)
    assert answer.startswith("No, it is too large")


def test_usual_size_is_told_as_one():
    answer = answer_question("how big is the whiteboard?", CATALOG, PLAN, EVIDENCE)
    assert "(usual for its kind, not measured)" in answer


def test_size_that_nobody_knows_is_told_as_unknown():
    assert answer_question("how big is the desk?", FakeCatalog()) == (
        "The size of Desk_Modern_A01 is not known. The size of Desk_Oak_B01 is not known."
    )


def test_size_the_plan_says_is_told_before_the_room():
    plan = make_plan("office", [make_item("desk", asset_ids=[OAK])], size_m=(9.0, 7.0, 3.0))
    answer = answer_question("how big is the room?", CATALOG, plan)
    assert answer == (
        "The room is 9 m wide, 7 m deep and 3 m high (63 square metres): as the plan says."
    )


def test_question_about_parts_of_an_item_without_placements_has_no_answer():
    assert answer_question("how many wooden desks are in the scene?", CATALOG, PLAN) is None


@pytest.mark.parametrize("shot", get_args(Shot))
def test_usual_lens_is_the_one_the_camera_gets(shot):
    plan = make_plan("open", [make_item("box")], camera={"shot": shot})
    room = Room(
        kind="open",
        size_m=Vec3(x=60.0, y=60.0, z=30.0),
        walls=(),
        has_ceiling=False,
        wall_thickness_m=0.3,
        openings=(),
    )
    boxes = {"box": [Box(0.0, 0.0, 0.5, 0.5, 0.0, 0.0, 1.0)]}
    focal_mm = compute_camera_path(plan, room, boxes, aspect=16 / 9).focal_length_mm
    assert focal_mm == pytest.approx(USUAL_LENSES_MM[shot])


def test_planner_hands_on_what_is_known_of_the_scene():
    planner = choose_planner("rules", CATALOG)
    answering = planner.answer("how long is the film?", plan=PLAN, evidence=EVIDENCE)
    assert "121 frames" in asyncio.run(answering).text


def test_conversation_about_a_run_tells_what_was_built(tmp_path):
    folder = RunFolder(tmp_path / "run")
    make(MakeRequest("A studio with a desk, 2 seconds", is_filming=False), folder, lambda _: None)
    run = ChatRun(ChatOptions(), folder)
    guard = InterruptGuard()

    def ask(question):
        reply = run.send(question, lambda _: None, guard)
        assert reply.did == "answered"
        return reply.said[-1]

    with guard:
        room = json.loads(folder.placements.read_text(encoding="utf-8"))["room"]["size_m"]
        assert f"{room['x']:g} m wide" in ask("How big is the room?")
        assert "60 frames at 30 frames per second" in ask("How long is the film?")
        assert "above the floor" in ask("Wie hoch ist die Kamera?")
        assert "(measured)" in ask("How big is the desk?")


def test_panel_tells_measured_sizes_without_a_scene():
    planning = Studio(StudioSettings()).plan(
        "How big is the sofa?", OpenStage("stage"), lambda _: None
    )
    assert asyncio.run(planning).answer == (
        "Sofa_TwoSeat_A01 is 1.7 m wide, 0.86 m deep and 0.87 m high (measured)."
    )
