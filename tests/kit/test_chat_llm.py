"""The panel with a language model: a real HTTP server on loopback answers, well and badly."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from clappper.core.catalog.demo import open_demo_catalog
from clappper.core.planning.rule_planner import RulePlanner
from kit.rig.runner import start_scenario
from support.chat_models import answer_user, ask_user, read_data, read_plan, submit
from support.chat_scenarios import answer as reply_as
from support.chat_server import ChatServer, answer_status, answer_tool, hang

pytestmark = pytest.mark.kit

KEY = "sk-test-0123456789abcdef"


def answer(handler, body):
    """Answer as the prompt asks for."""
    data = read_data(body)
    prompt = data["request"]
    if data["task"] != "plan":
        reply_as(converse(data))(handler, body)
    elif "please hang" in prompt:
        hang(handler, body)
    elif "please fail" in prompt:
        answer_status(500, "out of order")(handler, body)
    elif "please refuse" in prompt:
        answer_status(401, f"Incorrect API key provided: {KEY}")(handler, body)
    else:
        plan = RulePlanner(open_demo_catalog()).plan("A warehouse with 2 forklifts.").plan
        reply = plan.model_dump(mode="json")
        reply["items"][0]["count"] = 3
        reply["assumptions"] = ["Three forklifts look busier."]
        answer_tool(json.dumps(reply))(handler, body)


def converse(data):
    """Return the model that changes a scene, asks, and answers."""
    if data["task"] == "answer":
        return answer_user("The tall one, of the two.")
    if "please ask" in data["request"]:
        return ask_user("Which corner?", "left", "right")
    plan = read_plan(data["current"]).model_dump(mode="json")
    has_asked = any("Which corner?" in line for line in data["earlier"])
    plan["items"][0]["count"] += 1 if has_asked else 2
    return submit(plan)


@pytest.fixture(scope="module")
def server():
    with ChatServer(answer) as running:
        yield running


@pytest.fixture(scope="module")
def report(tmp_path_factory, driver_folder, server):
    folder = tmp_path_factory.mktemp("chat_llm")
    return start_scenario(
        "chat_llm",
        folder=folder,
        pictures=Path(os.environ.get("CLAPPPER_SCREENSHOTS") or folder),
        driver_folder=driver_folder,
        args=["plan well", "fail", "refuse"],
        env={
            "CLAPPPER_LLM_API_KEY": KEY,
            "CLAPPPER_LLM_BASE_URL": server.base_url,
            "CLAPPPER_LLM_MODEL": "test-model",
        },
    )


def test_send_with_a_model_plans_falls_back_and_stops(report, server):
    cases = report["cases"]

    assert cases["plan well"]["instances"] == 3
    assert any("Three forklifts look busier." in line for line in cases["plan well"]["history"])

    took = "The language model test-model took 1 answer, "
    assert any(line.startswith(took) for line in cases["plan well"]["history"])

    for name in ("fail", "refuse"):
        assert cases[name]["instances"] == 2, cases[name]["history"]
    fallback = [line for line in cases["refuse"]["history"] if "The rules made the plan." in line]
    assert len(fallback) == 2

    assert cases["busy_while_hanging"]
    assert cases["hang"]["status"] == "Stopped. The stage is as it was."
    assert server.disconnected.wait(5)

    assert all(cases[name]["same"] for name in ("plan well", "fail", "refuse", "hang"))
    assert KEY not in json.dumps(report)


def test_conversation_with_a_model_changes_asks_and_answers(report):
    cases = report["cases"]

    assert cases["changed"]["instances"] == 5
    assert any(
        line.startswith("The language model changed: 5 forklifts (3 before)")
        for line in cases["changed"]["history"]
    )
    assert cases["asked"]["history"][-1] == "Which corner? (left, right)"
    assert cases["asked"]["status"] == "Answer, or say it another way. Nothing was built."
    assert cases["asked"]["instances"] == 5
    assert cases["answered"]["instances"] == 6
    assert cases["question"]["history"][-1] == "The tall one, of the two."
    assert cases["question"]["instances"] == 6
    assert cases["conversation_undone"]
