"""``clappper doctor`` against the contract server: what it finds, what it says, never the key."""

from __future__ import annotations

import asyncio
import importlib.metadata
import json
import re

import pytest

from clappper.core import doctor
from clappper.core.cli import main
from clappper.core.doctor import examine
from clappper.core.planning.llm import openai_exchange
from support.chat_scenarios import FAULTS, SERVERS, answer
from support.chat_server import make_tool_message, serve

KEY = "sk-very-secret-0123456789"
MODELS = [{"id": "test-model", "max_model_len": 32768}]


def report_code(body):
    """Report the code as it was asked for."""
    code = re.search(r"The code is (\w+)\.", json.dumps(body["messages"]))[1]
    arguments = json.dumps({"code": code})
    if "tools" not in body:
        return {"content": arguments}
    return make_tool_message(arguments, "report_code")


@pytest.fixture(autouse=True)
def _local(monkeypatch):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name in ("OPENAI_API_KEY", "NVIDIA_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    for name in ("BASE_URL", "MODEL"):
        monkeypatch.delenv(f"CLAPPPER_LLM_{name}", raising=False)
    monkeypatch.setenv("CLAPPPER_LLM_API_KEY", KEY)
    monkeypatch.setattr(openai_exchange, "_BACKOFF_S", (0.01, 0.02))
    monkeypatch.setattr(openai_exchange, "_LINGER_S", 0.1)


def run(scenario, *, models=MODELS, model="test-model", **options):
    with serve(scenario, models=models) as server:
        environment = {"CLAPPPER_LLM_API_KEY": KEY}
        found = asyncio.run(examine(environment, base_url=server.base_url, model=model, **options))
    return found, {check.name: (check.status, check.text) for check in found.checks}


def test_examine_good_server_is_ok_in_every_check():
    told = []
    found, checks = run(answer(report_code), on_check=told.append)
    assert found.is_ok
    assert tuple(told) == found.checks
    assert {name: status for name, (status, _) in checks.items()} == dict.fromkeys(
        ("packages", "key", "address", "model", "tools", "streaming", "context", "tokens"), "ok"
    )
    assert "32,768" in checks["context"][1]
    assert importlib.metadata.version("openai") in checks["packages"][1]
    assert (found.host, found.model) == ("127.0.0.1", "test-model")


@pytest.mark.parametrize("name", SERVERS)
def test_examine_every_server_that_can_answer_is_ok(name):
    found, checks = run(SERVERS[name](report_code))
    assert found.is_ok, found.checks
    can_search = checks["tools"][0] == "ok"
    assert can_search == (name not in NO_TOOLS)
    assert (checks["streaming"][0] == "ok") == (can_search and name != "no_stream")


NO_TOOLS = {
    "llama_cpp_no_jinja",
    "llama_cpp_grammar",
    "lm_studio_no_tools",
    "ollama_no_tools",
    "ollama_plain_error",
    "router_no_tools",
    "json_object_only",
    "text_only",
    "text_in_a_fence",
    "ignores_tools",
}


@pytest.mark.parametrize("name", FAULTS)
def test_examine_fault_is_named_in_one_sentence_without_the_key(name):
    scenario, words = FAULTS[name]
    never_ends = words == ("did not answer within",)
    found, checks = run(scenario, deadline_s=0.7 if never_ends else 20)
    assert not found.is_ok
    status, text = checks["model"]
    assert status == "wrong"
    assert all(word in text for word in words)
    assert KEY not in repr(found)


def test_examine_unknown_model_names_those_there_are():
    _, checks = run(FAULTS["unknown_model"][0], models=[{"id": f"m{n}"} for n in range(8)])
    assert checks["model"][1].endswith("It lists m0, m1, m2, m3, m4 and 3 more.")


def test_examine_model_that_does_not_obey_is_wrong():
    _, checks = run(answer(lambda body: make_tool_message('{"code": "7"}', "report_code")))
    assert checks["model"] == ("wrong", "test-model does not do what it is asked: choose another.")


@pytest.mark.parametrize(
    ("models", "status", "word"),
    [
        (None, "note", "does not say"),
        ([{"id": "test-model"}], "note", "does not say"),
        ([{"id": "test-model", "max_model_len": 4096}], "note", "reads 4,096 tokens"),
        ([{"id": "test-model", "max_model_len": 200_000}], "ok", "200,000"),
    ],
)
def test_examine_context(models, status, word):
    found, checks = run(answer(report_code), models=models)
    assert found.is_ok
    assert checks["context"][0] == status
    assert word in checks["context"][1]


@pytest.mark.parametrize(
    ("environment", "options", "name", "word"),
    [
        ({}, {}, "key", "CLAPPPER_LLM_API_KEY or OPENAI_API_KEY"),
        ({"OPENAI_API_KEY": "two words"}, {}, "settings", "copy it anew"),
        ({"OPENAI_API_KEY": KEY}, {"base_url": "nonsense"}, "settings", "--base-url"),
        ({"OPENAI_API_KEY": KEY}, {"base_url": "https://h/v1"}, "settings", "--model"),
        ({}, {"base_url": "http://127.0.0.1:9/v1", "model": "m"}, "address", "cannot be reached"),
    ],
)
def test_examine_settings_that_cannot_be_used_are_named(environment, options, name, word):
    found = asyncio.run(examine(environment, **options))
    assert [check.name for check in found.checks if check.status == "wrong"] == [name]
    assert word in found.checks[-1].text


def test_examine_without_the_package_says_what_to_install(monkeypatch):
    def find_no_version(package):
        raise importlib.metadata.PackageNotFoundError(package)

    monkeypatch.setattr(doctor, "version", find_no_version)
    found = asyncio.run(examine({"OPENAI_API_KEY": KEY}))
    assert [c.name for c in found.checks if c.status == "wrong"] == ["packages"]
    assert "clappper-core[llm]" in found.checks[0].text


def test_doctor_command_prints_a_line_a_check(capsys):
    with serve(answer(report_code), models=MODELS) as server:
        code = main(["doctor", "--base-url", server.base_url, "--model", "test-model"])
    out, err = capsys.readouterr()
    assert code == 0
    assert [line.split()[:2] for line in out.splitlines()[:3]] == [
        ["ok", "packages"],
        ["ok", "key"],
        ["ok", "address"],
    ]
    assert KEY not in out + err


def test_doctor_command_with_something_wrong_is_exit_code_2(capsys):
    with serve(FAULTS["unauthorized"][0]) as server:
        code = main(["doctor", "--base-url", server.base_url, "--model", "m", "--json"])
    out, err = capsys.readouterr()
    document = json.loads(out)
    assert code == 2
    assert (document["ok"], document["host"], document["model"]) == (False, "127.0.0.1", "m")
    assert document["checks"][-1]["status"] == "wrong"
    assert "refused the key: check CLAPPPER_LLM_API_KEY." in document["checks"][-1]["text"]
    assert KEY not in out + err
