"""Follow-ups: the rules first, then the model's whole plan, in which nothing else changes."""

from __future__ import annotations

import asyncio
import copy
import json

import pytest

from clappper.core.casting import cast_assets
from clappper.core.errors import PlanRejectedError, PlanTransportError, UsageError
from clappper.core.layout.solver import solve_layout
from clappper.core.planning.edits.whole import compare_plans
from clappper.core.planning.llm.edit import keep_untouched
from clappper.core.planning.llm.planner import LlmPlanner
from clappper.core.planning.llm.prompt import compact_plan
from clappper.core.planning.models import ScenePlan
from clappper.core.planning.plan_result import PlanQuestion
from clappper.core.planning.planner_choice import AsyncRulePlanner
from clappper.core.planning.rule_planner import RulePlanner
from clappper.core.sources import open_sources
from clappper.core.units import Vec3
from support.fake_transport import FakeTransport, make_reply

CATALOG, RESOLVER, _ = open_sources(None, ())
CURRENT = (
    RulePlanner(CATALOG)
    .plan(
        "A warehouse with 3 forklifts, 4 pallet racks in 2 rows, 6 pallets, 6 boxes on the pallets "
        "and 5 drums"
    )
    .plan
)
ROOM = Vec3(x=20.0, y=20.0, z=6.0)
#: Nothing the rules can read.
ODD = "Somehow it should feel busier over there, you know"


def edit(*answers, prompt=ODD, **options):
    transport = FakeTransport(*answers)
    planner = LlmPlanner(CATALOG, transport, environment={})
    made = asyncio.run(planner.plan_edit(prompt, CURRENT, room_size_m=ROOM, **options))
    return made, transport


def change(**counts):
    document = copy.deepcopy(CURRENT.model_dump(mode="json"))
    for item in document["items"]:
        item["count"] = counts.get(item["id"], item["count"])
    return document


def test_edit_the_rules_can_read_does_not_ask_the_model():
    made, transport = edit(prompt="remove two drums")

    assert [e.op for e in made.edits] == ["remove"]
    assert made.result is None
    assert transport.requests == []


@pytest.mark.parametrize(
    ("prompt", "notes"),
    [("remove two drums", ()), ("Entferne zwei Fässer", ("Read as German.",))],
)
def test_edit_the_rules_can_read_says_how_it_was_read(prompt, notes):
    planners = LlmPlanner(CATALOG, FakeTransport(), environment={}), AsyncRulePlanner(CATALOG)
    for planner in planners:
        made = asyncio.run(planner.plan_edit(prompt, CURRENT, room_size_m=ROOM))
        assert [e.op for e in made.edits] == ["remove"]
        assert made.notes == notes


def test_edit_the_rules_cannot_read_is_the_models():
    answer = change(drum=9)
    answer["items"][0]["asked"] = "my lifts"  # a word of an item it was not to touch
    answer["items"].reverse()

    made, transport = edit(answer, history=("A warehouse.",))

    plan = made.result.plan
    assert made.edits == ()
    assert (made.result.planner, made.result.llm.turn_count) == ("llm", 1)
    changed = [item for item in plan.items if item not in CURRENT.items]
    assert [(item.id, item.count) for item in changed] == [("drum", 9)]
    assert [item.id for item in plan.items] == [item.id for item in CURRENT.items]
    assert plan.relations == CURRENT.relations
    data = json.loads(transport.requests[0].messages[1].text)
    assert data["task"] == "edit"
    assert data["current"] == compact_plan(CURRENT)
    assert data["earlier"] == ["A warehouse."]
    assert data["room_size_m"] == {"x": 20.0, "y": 20.0, "z": 6.0}


#: The rules read the drums and take the rest for talk.
PART = "Purple haze forever: remove two drums"


def test_edit_the_rules_read_in_part_is_the_models():
    made, transport = edit(change(drum=9), prompt=PART)

    assert made.edits == ()
    assert [i.count for i in made.result.plan.items if i.id == "drum"] == [9]
    assert len(transport.requests) == 1


def test_edit_the_rules_read_in_part_is_theirs_when_the_model_fails():
    made, _ = edit(PlanTransportError("It is down."), prompt=PART)

    assert made.result is None
    assert [(e.op, e.item, e.count) for e in made.edits] == [("remove", "drum", 2)]
    assert "taken for no request" in made.notes[0]
    assert "It is down." in made.notes[-1]


def test_edit_means_what_was_spoken_of_before():
    made, transport = edit(prompt="two more", history=("You: remove two drums",))

    assert [(e.op, e.item, e.count) for e in made.edits] == [("set_count", "drum", 7)]
    assert transport.requests == []


def test_edit_may_use_what_a_search_returns():
    cone = CATALOG.search("traffic cone").hits[0].asset.asset_id
    answer = change()
    answer["items"].append(
        {**answer["items"][0], "id": "cone", "noun": "traffic cone", "asset_ids": [cone]}
    )
    call = make_reply(("search_assets", {"queries": [{"query": "traffic cone"}]}))

    made, _ = edit(call, answer)

    assert [i.id for i in made.result.plan.items][-1] == "cone"
    assert made.result.plan.items[:-1] == CURRENT.items


@pytest.mark.parametrize(
    "answer", [PlanTransportError("It is down."), CURRENT.model_dump(mode="json")]
)
def test_edit_nobody_can_do_is_refused_and_says_why(answer):
    with pytest.raises(PlanRejectedError, match="is not understood") as caught:
        edit(answer)
    assert [issue.code for issue in caught.value.issues] == ["PLANNER_FALLBACK"]


def test_edit_that_is_no_request_is_refused_before_anybody_is_asked():
    with pytest.raises(UsageError):
        edit(prompt=" ")


def test_edit_question_leaves_the_plan_as_it_is():
    ask = make_reply(("ask_user", {"question": "Where?", "options": []}))
    made, _ = edit(ask, may_ask=True)
    assert made.result.question == PlanQuestion("Where?")
    assert made.result.plan == CURRENT


def test_keep_untouched_gives_renamed_items_their_ids_back():
    document = change(pallet=8)
    text = (
        json.dumps(document)
        .replace('"drum"', '"barrel_1"')
        .replace('"noun": "barrel_1"', '"noun": "drum"')
    )
    edited = ScenePlan.model_validate(json.loads(text))
    assert "barrel_1" in {item.id for item in edited.items}

    kept = keep_untouched(CURRENT, edited)

    assert [item.id for item in kept.items] == [item.id for item in CURRENT.items]
    assert [i.model_dump() for i in kept.items if i.id != "pallet"] == [
        i.model_dump() for i in CURRENT.items if i.id != "pallet"
    ]
    assert kept.camera == CURRENT.camera
    assert kept.relations == CURRENT.relations
    assert keep_untouched(CURRENT, CURRENT) == CURRENT


def test_compare_plans_names_only_what_changes():
    footprints = cast_assets(CURRENT, CATALOG, RESOLVER).compute_footprints()
    layout = solve_layout(CURRENT, footprints, seed=1)
    assert not any(compare_plans(CURRENT, CURRENT, layout))
    after = change(drum=3, pallet=4)
    rack = next(i for i in after["items"] if i["id"] == "pallet_rack")
    rack["asset_ids"] = rack["asset_ids"][:1]
    forklifts = [r for r in after["relations"] if r["subject"] == "forklift"]
    after["relations"] = [r for r in after["relations"] if r not in forklifts]
    after["relations"].append(
        {
            **after["relations"][0],
            "verb": "near",
            "subject": "forklift",
            "object": "drum",
            "rows": None,
            "per_row": None,
            "distance_m": None,
            "side": None,
        }
    )
    after["environment"]["walls"] = "back"

    found = compare_plans(CURRENT, ScenePlan.model_validate(after), layout)

    assert found.gone == ("drum_04", "drum_05", "pallet_05", "pallet_06")
    boxes = {p.id for p in layout.placements if p.support in ("pallet_05", "pallet_06")}
    assert set(found.released) == {"forklift_01", "forklift_02", "forklift_03", *boxes}
    other = {
        p.id
        for p in layout.placements
        if p.item == "pallet_rack" and p.asset_id not in rack["asset_ids"]
    }
    assert other
    assert {r.id for r in found.recast} == other
    assert {r.asset_id for r in found.recast} == set(rack["asset_ids"])
    assert found.is_room_changed
