"""Repair, answers and cancelling over HTTP; tests/integration has every server and fault."""

from __future__ import annotations

import asyncio
import threading

import pytest

from clappper.core.catalog.demo import open_demo_catalog
from clappper.core.planning.llm.endpoint import EndpointSettings
from clappper.core.planning.llm.ladder_memory import LadderMemory
from clappper.core.planning.llm.openai_transport import OpenAITransport
from clappper.core.planning.llm.planner import LlmPlanner
from clappper.core.planning.rule_planner import RulePlanner
from support.chat_models import RuleModel
from support.chat_scenarios import answer
from support.chat_server import answer_message, hang, make_tool_message, serve

PROMPT = "A warehouse with 3 forklifts, industrial shelving along the wall and 5 drums."
KEY = "sk-very-secret-0123456789"
CATALOG = open_demo_catalog()
RULES = RulePlanner(CATALOG).plan(PROMPT)


@pytest.fixture(autouse=True)
def direct(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "*")


def open_planner(server):
    settings = EndpointSettings(server.base_url, "test-model", KEY)
    transport = OpenAITransport(settings, memory=LadderMemory())
    return LlmPlanner(CATALOG, transport, environment={})


def test_plan_repairs_over_http():
    def spoil(plan):
        spoil.count += 1
        if spoil.count == 1:
            plan["items"][0]["asset_ids"] = ["f00d"]
        return plan

    spoil.count = 0
    with serve(answer(RuleModel(CATALOG, change=spoil))) as server:
        result = asyncio.run(open_planner(server).plan(PROMPT))

    assert result.plan.items == RULES.plan.items
    assert (result.llm.turn_count, result.llm.repair_count) == (3, 1)
    sent = server.requests[-1]["messages"][-1]
    assert sent["role"] == "tool"
    assert "UNKNOWN_ASSET" in sent["content"]


def test_answer_of_the_model_over_http():
    reply = answer_message(make_tool_message('{"text": "The camera is low."}', "answer_user"))
    with serve(reply) as server:
        result = asyncio.run(open_planner(server).answer("Why is the camera so low?"))

    assert (result.text, result.planner) == ("The camera is low.", "llm")
    assert result.llm.turn_count == 1
    tools = [tool["function"]["name"] for tool in server.requests[0]["tools"]]
    assert "answer_user" in tools
    assert "submit_plan" not in tools


def test_cancel_closes_the_connection_and_leaves_no_task():
    async def cancel(planner, server):
        before = asyncio.all_tasks()
        task = asyncio.ensure_future(planner.plan(PROMPT))
        while not server.asked.is_set():
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return asyncio.all_tasks() - before

    with serve(hang) as server:
        left = asyncio.run(cancel(open_planner(server), server))
        assert server.disconnected.wait(5)
    assert left == set()
    names = [thread.name for thread in threading.enumerate()]
    assert "clappper-worker-loop" not in names
