"""The panel with a language model: a real HTTP server on loopback answers, well and badly."""

from __future__ import annotations

import json

import pytest

from clappper.core.catalog.demo import open_demo_catalog
from clappper.core.planning.rule_planner import RulePlanner
from support.chat_server import ChatServer, answer_status, answer_tool, hang

pytestmark = pytest.mark.kit

KEY = "sk-test-0123456789abcdef"


def answer(handler, body):
    """Answer as the prompt asks for."""
    prompt = json.dumps(body["messages"])
    if "please hang" in prompt:
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


@pytest.fixture(scope="module")
def server():
    with ChatServer(answer) as running:
        yield running


@pytest.fixture
def report(run_scenario, server):
    return run_scenario(
        "chat_llm",
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

    assert "Planned by the language model test-model." in cases["plan well"]["history"]

    for name in ("fail", "refuse"):
        assert cases[name]["instances"] == 2, cases[name]["history"]
    fallback = [line for line in cases["refuse"]["history"] if "The rules made the plan." in line]
    assert len(fallback) == 2

    assert cases["busy_while_hanging"]
    assert cases["hang"]["status"] == "Stopped. The stage is as it was."
    assert server.disconnected.wait(5)

    assert all(cases[name]["same"] for name in ("plan well", "fail", "refuse", "hang"))
    assert KEY not in json.dumps(report)
