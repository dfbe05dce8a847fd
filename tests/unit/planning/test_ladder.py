"""The ladder: what is learnt from a refusal, that learning ends, and what is remembered."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clappper.core.planning.llm.ladder import RUNGS, Capability, learn_from_refusal, step_down
from clappper.core.planning.llm.ladder_memory import LadderMemory, open_memory
from clappper.core.planning.llm.transport import ChatMessage, ChatRequest, ToolSpec
from clappper.core.planning.llm.wire import build_parameters

TOP = Capability()
SUBMIT = ToolSpec("submit_plan", "Submit it.", {"type": "object", "properties": {}})
SEARCH = ToolSpec("search_assets", "Search.", {"type": "object", "properties": {}})
ASK = ChatRequest((ChatMessage("user", "x"),), SUBMIT)
TALK = ChatRequest((ChatMessage("user", "x"),), SUBMIT, (SEARCH,))
URL, MODEL = "https://host/v1", "m"
WORDS = (
    "tools",
    "tool choice",
    "tool_choice",
    "parallel_tool_calls",
    "strict",
    "Invalid schema",
    "response_format",
    "json_schema",
    "stream",
    "stream_options",
    "seed",
    "temperature",
    "max_tokens",
    "max_completion_tokens",
    "maximum context length, 90 in the completion",
    "grammar",
    "nothing of this",
)


def learn(capability, detail, request=ASK):
    return learn_from_refusal(capability, detail, build_parameters(request, MODEL, capability))


def at(rung, **fields):
    return Capability(rung, **fields)


@pytest.mark.parametrize(
    ("before", "detail", "after"),
    [
        (TOP, "model does not support tools", at("json_schema")),
        (TOP, "Function calling is not enabled", at("json_schema")),
        (TOP, "tools.0.function.strict: Extra inputs", at("tools_streamed")),
        (TOP, "Invalid schema for function 'submit_plan'", at("tools_streamed")),
        (TOP, "Streaming is not supported with tools", at("tools")),
        (at("tools_streamed"), "stream must be false", at("tools")),
        (at("tools"), "unknown field: tools", at("json_schema")),
        (TOP, "no stream_options", at(RUNGS[0], dropped=frozenset({"stream_options"}))),
        (
            TOP,
            "parallel_tool_calls: unknown",
            at(RUNGS[0], dropped=frozenset({"parallel_tool_calls"})),
        ),
        (TOP, "'temperature' does not support 0", at(RUNGS[0], dropped=frozenset({"temperature"}))),
        (TOP, "seed: not permitted", at(RUNGS[0], dropped=frozenset({"seed"}))),
        (TOP, "Invalid tool_choice type: 'object'", at(RUNGS[0], tool_choice="required")),
        (
            at("json_schema"),
            "Unrecognized key: strict",
            at("json_schema", dropped=frozenset({"strict"})),
        ),
        (at("json_schema"), "json_schema is unavailable", at("json_object")),
        (at("json_schema"), "unknown parameter response_format", at("json_object")),
        (at("json_object"), "unknown parameter response_format", at("text")),
        (at("json_schema"), "failed to parse grammar", at("json_object")),
        (
            TOP,
            "'max_tokens' is not supported. Use 'max_completion_tokens' instead.",
            at(
                RUNGS[0],
                limit_name="max_completion_tokens",
                dropped=frozenset({"max_tokens"}),
            ),
        ),
        (TOP, "maximum context length is 9 (1 in the messages, 8 in the completion)",
         at(RUNGS[0], limit_name=None)),
        (
            at(RUNGS[0], tool_choice=None),
            "tool_choice may only be none",
            at("json_schema", tool_choice=None),
        ),
        (TOP, "the prompt is rude", None),
        (at("json_schema"), "does not support tools", None),
        (at("text"), "response_format, json_schema, strict, tools, stream", None),
    ],
)  # fmt: skip
def test_learn_from_refusal(before, detail, after):
    assert learn(before, detail) == after


def test_learn_tool_choice_grows_weaker_until_tools_are_given_up():
    capability, seen = TOP, []
    while capability.has_tools:
        seen.append(build_parameters(TALK, MODEL, capability).get("tool_choice"))
        capability = learn(capability, '"auto" tool choice requires a flag', TALK)
    assert seen == ["required", "auto", None]
    assert capability.rung == "json_schema"


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=4), st.booleans())
def test_learn_always_changes_what_is_sent_and_ends(words, has_tools):
    capability, request = TOP, TALK if has_tools else ASK
    sent = [build_parameters(request, MODEL, capability)]
    while (lesson := learn(capability, " ".join(words), request)) is not None:
        assert RUNGS.index(lesson.rung) >= RUNGS.index(capability.rung)
        capability = lesson
        sent.append(build_parameters(request, MODEL, capability))
        assert sent[-1] not in sent[:-1]
        assert len(sent) < 20


def test_step_down_goes_through_all_rungs_and_ends():
    names, capability = [], TOP
    while capability is not None:
        names.append(capability.rung)
        capability = step_down(capability)
    assert tuple(names) == RUNGS


LEARNT = Capability("tools", "auto", "max_completion_tokens", frozenset({"seed"}))


def test_memory_keeps_each_endpoint_and_model_apart(tmp_path):
    memory = LadderMemory()
    memory.keep(URL, MODEL, LEARNT)
    assert memory.recall(URL, MODEL) == LEARNT
    assert memory.recall(URL, "other") is None
    assert memory.recall("https://host/v2", MODEL) is None


def test_memory_in_a_file_outlives_the_process_and_names_nobody(tmp_path):
    LadderMemory(tmp_path).keep("https://secret-host/v1", "secret-model", LEARNT)
    assert LadderMemory(tmp_path).recall("https://secret-host/v1", "secret-model") == LEARNT
    (file,) = tmp_path.iterdir()
    assert "secret" not in file.read_text()


@pytest.mark.parametrize("cache_folder", [None, "folder"])
def test_memory_forgets_after_a_day(tmp_path, cache_folder):
    folder, now = tmp_path if cache_folder else None, [1e9]
    memory = LadderMemory(folder, clock=lambda: now[0])
    memory.keep(URL, MODEL, LEARNT)
    now[0] += 24 * 3600 - 1
    assert memory.recall(URL, MODEL) == LEARNT
    now[0] += 2
    assert memory.recall(URL, MODEL) is None
    now[0] = 1.0  # a clock that was set back
    assert memory.recall(URL, MODEL) is None


def test_memory_is_bounded_and_keeps_the_newest(tmp_path):
    now = [1e9]
    memory = LadderMemory(tmp_path, clock=lambda: now[0])
    for number in range(200):
        now[0] += 1
        memory.keep(URL, str(number), LEARNT)
    again = LadderMemory(tmp_path, clock=lambda: now[0])
    known = [number for number in range(200) if again.recall(URL, str(number))]
    assert known == list(range(136, 200))
    (file,) = tmp_path.iterdir()
    assert len(json.loads(file.read_text())["endpoints"]) == 64


def make_file(**fields):
    entry = {
        "learnt_s": 1.0,
        "rung": "tools",
        "tool_choice": None,
        "limit_name": None,
        "dropped": [],
    }
    return json.dumps({"endpoints": {"k": {**entry, **fields}}})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "[" * 50_000,
        '{"endpoints": 7}',
        '{"endpoints": {"k": 7}}',
        make_file(rung="heaven"),
        make_file(rung=["tools"]),
        make_file(tool_choice="run_code"),
        make_file(limit_name="no"),
        make_file(dropped="seed"),
        make_file(dropped=[7]),
        make_file(dropped=["x"] * 99),
        make_file(learnt_s="soon"),
        make_file(learnt_s=float("nan")),
        " " * 100_000,
    ],
)
def test_memory_broken_file_is_an_empty_one(tmp_path, text):
    path = tmp_path / "llm-endpoints.json"
    path.write_text(text)
    memory = LadderMemory(tmp_path)
    assert memory.recall(URL, MODEL) is None
    memory.keep(URL, MODEL, LEARNT)
    assert LadderMemory(tmp_path).recall(URL, MODEL) == LEARNT


def test_memory_that_cannot_be_written_still_remembers(tmp_path):
    (tmp_path / "file").write_text("")
    memory = LadderMemory(tmp_path / "file" / "folder")
    memory.keep(URL, MODEL, LEARNT)
    assert memory.recall(URL, MODEL) == LEARNT


def test_open_memory_is_one_for_the_process_or_for_each_folder(tmp_path):
    assert open_memory({}) is open_memory({"CLAPPPER_LLM_CACHE": " "})
    kept = open_memory({"CLAPPPER_LLM_CACHE": str(tmp_path)})
    assert kept is not open_memory({})
    kept.keep(URL, MODEL, LEARNT)
    assert [path.name for path in tmp_path.iterdir()] == ["llm-endpoints.json"]
