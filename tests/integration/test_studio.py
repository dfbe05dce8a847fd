"""The studio behind the panel tells what it looks for and finds, each once, and in order."""

from __future__ import annotations

import asyncio
import os

import pytest

from clappper.core import events
from clappper.core.session.ports import OpenStage
from clappper.core.studio import Studio, StudioSettings
from support.chat_models import RuleModel
from support.chat_scenarios import answer
from support.chat_server import serve

PROMPT = "A warehouse with 3 forklifts and 2 pallets"


@pytest.fixture(autouse=True)
def _environment(monkeypatch):
    for name in [name for name in os.environ if name.upper().endswith(("_PROXY", "_API_KEY"))]:
        monkeypatch.delenv(name)


def plan(settings):
    heard = []
    result = asyncio.run(Studio(settings).plan(PROMPT, OpenStage("stage"), heard.append))
    return result.result, [type(event) for event in heard], heard


def test_studio_with_rules_tells_what_is_found_and_planned():
    result, kinds, heard = plan(StudioSettings())

    assert result.planner == "rules"
    assert kinds == [events.Found, events.Planned]
    assert heard[0].sentence == "Found 2 forklifts, 1 pallet."


def test_studio_with_a_model_tells_its_searches_and_what_is_found_once(monkeypatch):
    with serve(answer(RuleModel())) as server:
        monkeypatch.setenv("CLAPPPER_LLM_BASE_URL", server.base_url)
        monkeypatch.setenv("CLAPPPER_LLM_MODEL", "test-model")
        settings = StudioSettings(planner="llm", api_key="sk-very-secret-0123456789")
        result, kinds, _ = plan(settings)

    assert result.planner == "llm"
    assert kinds.count(events.Found) == kinds.count(events.Planned) == 1
    assert kinds.index(events.Found) < kinds.index(events.Searching)
    assert kinds[-1] is events.Planned
