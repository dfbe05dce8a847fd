"""The whole conversation over HTTP: planner, ladder and wire against every server there is.

The rule planner stands behind the server as its model, so that what must come out is known.
"""

from __future__ import annotations

import asyncio
import json

import pytest

from clappper.core.catalog.demo import open_demo_catalog
from clappper.core.planning.llm import openai_exchange
from clappper.core.planning.llm.endpoint import EndpointSettings
from clappper.core.planning.llm.ladder_memory import LadderMemory
from clappper.core.planning.llm.openai_transport import OpenAITransport
from clappper.core.planning.llm.planner import LlmPlanner
from clappper.core.planning.rule_planner import RulePlanner
from support.chat_models import SPOILED, RuleModel
from support.chat_scenarios import FAULTS, SERVERS, answer
from support.chat_server import list_workers, serve

KEY = "sk-very-secret-0123456789"
PROMPT = "A warehouse with 3 forklifts, 2 pallets and a man. Camera at eye level."


@pytest.fixture(autouse=True)
def _local(monkeypatch):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setattr(openai_exchange, "_BACKOFF_S", (0.01, 0.02))
    monkeypatch.setattr(openai_exchange, "_LINGER_S", 0.1)


@pytest.fixture(scope="module")
def catalog():
    return open_demo_catalog()


@pytest.fixture(scope="module")
def model(catalog):
    """Plan as the rules do, with one forklift more, so that it is seen who planned."""

    def change(plan):
        plan["items"][0]["count"] += 1
        return plan

    return RuleModel(catalog, change=change)


def plan(server, catalog, *, deadline_s=30.0, **options):
    settings = EndpointSettings(server.base_url, "test-model", KEY)
    transport = OpenAITransport(settings, memory=LadderMemory())
    planner = LlmPlanner(catalog, transport, environment={})
    return asyncio.run(planner.plan(PROMPT, deadline_s=deadline_s, **options))


def count(made):
    return {item.noun: item.count for item in made.items}


@pytest.mark.parametrize("name", SERVERS)
def test_plan_comes_from_the_model_on_every_server(name, catalog, model):
    rules = count(RulePlanner(catalog).plan(PROMPT).plan)
    with serve(SERVERS[name](model)) as server:
        made = plan(server, catalog)

    assert made.planner == "llm", made.issues
    assert count(made.plan) == {**rules, "forklift": rules["forklift"] + 1}
    has_tools = "tools" in server.requests[-1]
    has_searched = any(m["role"] == "tool" for m in server.requests[-1]["messages"])
    assert has_searched == has_tools
    assert max(server.sizes) <= 24_000
    assert KEY not in repr(made) + json.dumps(server.requests)


@pytest.mark.parametrize("name", FAULTS)
def test_plan_comes_from_the_rules_when_the_server_fails(name, catalog):
    scenario, words = FAULTS[name]
    never_ends = words == ("did not answer within",)
    with serve(scenario) as server:
        made = plan(server, catalog, deadline_s=1.0 if never_ends else 30.0)

    assert made.planner == "rules"
    assert made.plan == RulePlanner(catalog).plan(PROMPT).plan
    (issue,) = [issue for issue in made.issues if issue.code == "PLANNER_FALLBACK"]
    assert all(word in issue.message for word in words)
    assert KEY not in repr(made)
    assert list_workers() == []


def test_plan_takes_two_turns_and_one_request_each(catalog, model):
    heard = []
    with serve(answer(model)) as server:
        plan(server, catalog, on_event=heard.append)
    assert len(server.requests) == 2
    first, second = (json.dumps(request["messages"]) for request in server.requests)
    assert second.startswith(first[:-1])  # what a server may keep of the first is all of it
    assert server.requests[0]["tools"] == server.requests[1]["tools"]
    assert heard


@pytest.mark.parametrize("name", SPOILED)
@pytest.mark.parametrize("server_name", ["openai", "ollama_no_tools", "text_only"])
def test_plan_of_a_model_gone_astray_holds_nothing_foreign(name, server_name, catalog):
    model = RuleModel(catalog, change=SPOILED[name])
    with serve(SERVERS[server_name](model)) as server:
        made = plan(server, catalog)

    rules = RulePlanner(catalog).plan(PROMPT).plan
    used = {asset_id for item in made.plan.items for asset_id in item.asset_ids}
    assert len(catalog.get(sorted(used))) == len(used) > 0
    assert {item.noun for item in made.plan.items} <= {item.noun for item in rules.items}
    assert sum(item.count for item in made.plan.items) <= 2_000
    written = made.plan.model_dump_json()
    assert not any(word in written for word in ("\u202e", "passwd", "evil", "import os"))
    assert len(server.requests) <= 12
