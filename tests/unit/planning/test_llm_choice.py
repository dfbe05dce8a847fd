"""Which planner is taken, and where the model is reached, by name, environment and setting."""

from __future__ import annotations

import asyncio
import importlib.util

import pytest

from clappper.core.errors import PlanRejectedError, UsageError
from clappper.core.planning.llm.endpoint import EndpointSettings, read_endpoint
from clappper.core.planning.llm.planner import LlmPlanner
from clappper.core.planning.planner_choice import AsyncRulePlanner, choose_planner
from clappper.core.planning.rule_planner import RulePlanner
from clappper.core.units import Vec3
from support import chat_server
from support.chat_server import ChatServer
from support.fake_catalog import FakeCatalog

KEY = "sk-very-secret-0123456789"
PROMPT = "A warehouse with 3 forklifts."
OPENAI = ("https://api.openai.com/v1", "gpt-4.1-mini")
NIM = ("https://integrate.api.nvidia.com/v1", "meta/llama-3.3-70b-instruct")


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"OPENAI_API_KEY": KEY}, EndpointSettings(*OPENAI, KEY, "OPENAI_API_KEY")),
        ({"NVIDIA_API_KEY": KEY}, EndpointSettings(*NIM, KEY, "NVIDIA_API_KEY")),
        (
            {"NVIDIA_API_KEY": "n", "OPENAI_API_KEY": "o", "CLAPPPER_LLM_API_KEY": f" {KEY}\n"},
            EndpointSettings(*OPENAI, KEY, "CLAPPPER_LLM_API_KEY"),
        ),
        (
            {"CLAPPPER_LLM_API_KEY": "  ", "NVIDIA_API_KEY": KEY, "CLAPPPER_LLM_MODEL": "m"},
            EndpointSettings(NIM[0], "m", KEY, "NVIDIA_API_KEY"),
        ),
        (
            {
                "CLAPPPER_LLM_API_KEY": KEY,
                "CLAPPPER_LLM_BASE_URL": "http://localhost:11434/v1/",
                "CLAPPPER_LLM_MODEL": "qwen3",
            },
            EndpointSettings("http://localhost:11434/v1", "qwen3", KEY, "CLAPPPER_LLM_API_KEY"),
        ),
        ({"OPENAI_API_KEY": ""}, None),
        ({"CLAPPPER_LLM_BASE_URL": "nonsense"}, None),
    ],
)
def test_read_endpoint(environment, expected):
    assert read_endpoint(environment) == expected


def test_read_endpoint_given_key_goes_first():
    found = read_endpoint({"CLAPPPER_LLM_API_KEY": "other"}, api_key=KEY)
    assert found == EndpointSettings(*OPENAI, KEY, "the key in the settings")


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("CLAPPPER_LLM_API_KEY", f"{KEY} and more", "copy it anew"),
        ("CLAPPPER_LLM_API_KEY", f"{KEY}\u2026", "copy it anew"),
        ("CLAPPPER_LLM_API_KEY", f"{KEY}\r\nX: 1", "copy it anew"),
        ("CLAPPPER_LLM_BASE_URL", "ftp://host/v1", "CLAPPPER_LLM_BASE_URL"),
        ("CLAPPPER_LLM_BASE_URL", "host/v1", "CLAPPPER_LLM_BASE_URL"),
        ("CLAPPPER_LLM_BASE_URL", "https://[::1/v1", "CLAPPPER_LLM_BASE_URL"),
        ("CLAPPPER_LLM_BASE_URL", "https://host:99999/v1", "CLAPPPER_LLM_BASE_URL"),
        ("CLAPPPER_LLM_BASE_URL", f"https://me:{KEY}@host/v1", "leave out user"),
        ("CLAPPPER_LLM_BASE_URL", f"https://host/v1?key={KEY}", "leave out user"),
        ("CLAPPPER_LLM_BASE_URL", "https://host/v1", "CLAPPPER_LLM_MODEL"),
    ],
)
def test_read_endpoint_that_cannot_be_used_is_a_sentence_without_the_key(name, value, word):
    with pytest.raises(UsageError, match=word) as caught:
        read_endpoint({"CLAPPPER_LLM_API_KEY": KEY, name: value})
    assert KEY not in str(caught.value)


def test_settings_do_not_show_the_key():
    settings = EndpointSettings(*OPENAI, KEY)
    assert KEY not in repr(settings) + str(settings) + f"{settings}"
    assert settings.host == "api.openai.com"


def choose(name, environment, **options):
    return choose_planner(name, FakeCatalog(), environment=environment, **options)


def plan(planner):
    return asyncio.run(planner.plan(PROMPT, seed=3))


def test_rules_are_the_rules_even_with_a_key():
    planner = choose("rules", {"OPENAI_API_KEY": KEY})
    assert isinstance(planner, AsyncRulePlanner)
    assert plan(planner) == RulePlanner(FakeCatalog()).plan(PROMPT)


@pytest.mark.parametrize("name", ["llm", "auto"])
@pytest.mark.parametrize("options", [{}, {"api_key": KEY}])
def test_llm_and_auto_take_the_model_when_there_is_a_key(name, options):
    environment = {} if options else {"NVIDIA_API_KEY": KEY}
    assert isinstance(choose(name, environment, **options), LlmPlanner)


def test_llm_without_a_key_is_refused():
    with pytest.raises(UsageError, match="set CLAPPPER_LLM_API_KEY or OPENAI_API_KEY"):
        choose("llm", {})


def test_auto_without_a_key_is_the_rules_and_says_so():
    result = plan(choose("auto", {}))
    issue = result.issues[-1]
    assert result.planner == "rules"
    assert (issue.code, issue.severity) == ("PLANNER_FALLBACK", "info")
    assert issue.message == (
        "There is no key for a language model: set CLAPPPER_LLM_API_KEY or OPENAI_API_KEY. "
        "The rules made the plan."
    )


def test_package_missing_is_refused_or_told(monkeypatch):
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "openai" else find_spec(name)
    )
    with pytest.raises(UsageError, match=r"clappper-core\[llm\]"):
        choose("llm", {"OPENAI_API_KEY": KEY})
    assert "clappper-core[llm]" in plan(choose("auto", {"OPENAI_API_KEY": KEY})).issues[-1].message


def test_unknown_name_is_refused():
    with pytest.raises(UsageError, match="rules, llm, auto"):
        choose("oracle", {})


def test_chosen_planner_plans_over_http_and_falls_back_over_http(caplog):
    rules = RulePlanner(FakeCatalog()).plan(PROMPT)
    answer = rules.plan.model_dump(mode="json") | {"title": "From afar"}
    seen = []
    for scenario in (chat_server.answer_tool(answer), chat_server.answer_status(401, KEY)):
        with ChatServer(scenario) as server:
            environment = {
                "CLAPPPER_LLM_API_KEY": KEY,
                "CLAPPPER_LLM_BASE_URL": server.base_url,
                "CLAPPPER_LLM_MODEL": "m",
                "NO_PROXY": "*",
            }
            seen.append(plan(choose("auto", environment)))
    good, refused = seen
    assert (good.planner, good.plan.title) == ("llm", "From afar")
    assert (good.llm.prompt_tokens, good.llm.completion_tokens) == (1200, 340)
    assert (refused.planner, refused.plan) == ("rules", rules.plan)
    assert "refused the key: check CLAPPPER_LLM_API_KEY." in refused.issues[-1].message
    assert KEY not in repr(seen) + caplog.text


@pytest.mark.parametrize("name", ["llm", "openai", "auto"])
def test_choose_planner_takes_address_and_model_before_the_environment(name):
    catalog = FakeCatalog()
    environment = {
        "CLAPPPER_LLM_API_KEY": KEY,
        "CLAPPPER_LLM_BASE_URL": "https://elsewhere.example/v1",
        "CLAPPPER_LLM_MODEL": "other",
    }
    scenario = chat_server.answer_status(401, "no")
    with ChatServer(scenario) as server:
        planner = choose_planner(
            name, catalog, environment=environment, base_url=server.base_url, model="mine"
        )
        result = asyncio.run(planner.plan(PROMPT))

    assert isinstance(planner, LlmPlanner)
    assert server.requests[0]["model"] == "mine"
    assert [i.code for i in result.issues if i.severity == "warning"] == ["PLANNER_FALLBACK"]


@pytest.mark.parametrize("options", [{"base_url": "http://localhost:1/v1"}, {"model": "m"}])
def test_choose_planner_rules_with_an_address_or_a_model_is_refused(options):
    with pytest.raises(UsageError, match="choose the planner"):
        choose_planner("rules", FakeCatalog(), environment={}, **options)


def test_choose_planner_openai_without_a_key_is_refused():
    with pytest.raises(UsageError, match="no key"):
        choose_planner("openai", FakeCatalog(), environment={})


def test_rules_behind_the_seam_edit_and_answer_like_a_model():
    planner = choose_planner("rules", FakeCatalog())
    plan = asyncio.run(planner.plan(PROMPT)).plan
    size = Vec3(x=20.0, y=20.0, z=6.0)
    edited = asyncio.run(planner.plan_edit("remove one forklift", plan, room_size_m=size))

    assert [(e.op, e.item, e.count) for e in edited.edits] == [("remove", "forklift", 1)]
    assert edited.result is None
    assert "3 forklifts" in asyncio.run(planner.answer("what is in the scene?", plan=plan)).text
    with pytest.raises(PlanRejectedError, match="ask what is in the scene"):
        asyncio.run(planner.answer("why is the sky blue?", plan=plan))
