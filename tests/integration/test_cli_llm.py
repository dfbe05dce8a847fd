"""``make`` and ``chat`` with a language model, on every server and with every fault there is.

The right scene or one sentence, never a hang, never a traceback, the key nowhere.
"""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path

import pytest

from clappper.core.catalog.demo import open_demo_catalog
from clappper.core.cli import main
from clappper.core.planning.llm import openai_exchange
from support.chat_models import RuleModel
from support.chat_scenarios import FAULTS, SERVERS
from support.chat_server import list_workers, serve

KEY = "sk-very-secret-0123456789"
PROMPT = "A studio with 2 drums and a pallet"
#: The default tier takes each tenth.
SOME = 10


@pytest.fixture(autouse=True)
def _environment(monkeypatch, tmp_path):
    for name in [name for name in os.environ if name.upper().endswith(("_PROXY", "_API_KEY"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setattr(openai_exchange, "_BACKOFF_S", (0.01, 0.02))
    monkeypatch.setattr(openai_exchange, "_LINGER_S", 0.1)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def model():
    """Plan as the rules do, with one more of the first thing, so that it is seen who planned."""

    def change(plan):
        plan["items"][0]["count"] += 1
        return plan

    return RuleModel(open_demo_catalog(), change=change)


def mark_slow(names):
    return [
        pytest.param(name, marks=[] if number % SOME == 0 else [pytest.mark.slow])
        for number, name in enumerate(names)
    ]


def list_options(server):
    return ["--planner", "openai", "--base-url", server.base_url, "--model", "test-model"]


def make(server, capsys):
    """Return exit code, what was printed, and the run folder's documents."""
    code = main(["make", PROMPT, "--out", "run", "--no-render", *list_options(server)])
    return (code, *read_result(capsys))


def chat(server, capsys, monkeypatch, *lines):
    text = "".join(f"{line}\n" for line in lines)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    code = main(["chat", "--out", "run", *list_options(server)])
    return (code, *read_result(capsys))


def read_result(capsys):
    printed = "".join(capsys.readouterr())
    assert "Traceback" not in printed
    assert KEY not in printed
    files = [path for path in Path("run").rglob("*") if path.is_file()]
    assert not [path.name for path in files if KEY.encode() in path.read_bytes()]
    documents = {path.name: json.loads(path.read_bytes()) for path in Path("run").glob("*.json")}
    assert list_workers() == []
    return printed, documents


def count(documents):
    return {item["noun"]: item["count"] for item in documents["plan.json"]["items"]}


@pytest.mark.parametrize("name", mark_slow(SERVERS))
def test_make_builds_the_models_plan_on_every_server(name, model, capsys):
    with serve(SERVERS[name](model)) as server:
        code, printed, documents = make(server, capsys)

    assert code == 0, printed
    assert documents["run.json"]["planner"] == "llm"
    assert count(documents) == {"drum": 3, "pallet": 1}
    assert documents["certificate.json"]["ok"]


@pytest.mark.parametrize("name", mark_slow(FAULTS))
def test_make_says_in_one_sentence_what_is_wrong_with_a_server(name, capsys, monkeypatch):
    scenario, words = FAULTS[name]
    if words == ("did not answer within",):
        monkeypatch.setenv("CLAPPPER_LLM_TIMEOUT", "1")
    with serve(scenario) as server:
        code, printed, documents = make(server, capsys)

    assert code == 0, printed
    assert documents["run.json"]["planner"] == "rules"
    assert count(documents) == {"drum": 2, "pallet": 1}
    (line,) = [line for line in printed.splitlines() if "The rules made the plan." in line]
    assert all(word in line for word in words)


@pytest.mark.parametrize("name", mark_slow(SERVERS))
def test_chat_makes_and_changes_on_every_server(name, model, capsys, monkeypatch):
    with serve(SERVERS[name](model)) as server:
        code, printed, documents = chat(server, capsys, monkeypatch, PROMPT, "add a pallet")

    assert code == 0, printed
    assert count(documents) == {"drum": 3, "pallet": 2}


@pytest.mark.parametrize("name", mark_slow(FAULTS))
def test_chat_goes_on_whatever_is_wrong_with_a_server(name, capsys, monkeypatch):
    scenario, words = FAULTS[name]
    if words == ("did not answer within",):
        monkeypatch.setenv("CLAPPPER_LLM_TIMEOUT", "1")
    with serve(scenario) as server:
        code, printed, documents = chat(
            server, capsys, monkeypatch, PROMPT, "sing a song", "add a pallet"
        )

    assert code == 0, printed
    assert count(documents) == {"drum": 2, "pallet": 2}
    assert sum(all(word in line for word in words) for line in printed.splitlines()) >= 1
    assert "“sing a song” is not understood." in printed
