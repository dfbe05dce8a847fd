"""The transport against a real HTTP server on loopback: good answers, bad ones, no answer."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import random
import subprocess
import sys
import threading
import traceback

import pytest

from clappper.core.errors import PlanTransportError
from clappper.core.planning.llm import openai_exchange, openai_transport
from clappper.core.planning.llm.endpoint import EndpointSettings
from clappper.core.planning.llm.ladder_memory import LadderMemory
from clappper.core.planning.llm.openai_exchange import MAX_REQUESTS
from clappper.core.planning.llm.openai_transport import ModelInfo, OpenAITransport
from clappper.core.planning.llm.transport import (
    ChatMessage,
    ChatRequest,
    TokenUsage,
    ToolCall,
    ToolSpec,
)
from clappper.core.planning.llm.transport_error import make_transport_error
from support import chat_server
from support.chat_models import submit
from support.chat_scenarios import FAULTS, SERVERS, answer, fail_first, refuse, without
from support.chat_server import list_workers, make_tool_message, serve
from support.source import CORE_FOLDER

KEY = "sk-very-secret-0123456789"
SCHEMA = {
    "type": "object",
    "properties": {"n": {"type": "integer"}},
    "required": ["n"],
    "additionalProperties": False,
}
SUBMIT = ToolSpec("submit_plan", "Submit it.", SCHEMA)
SEARCH = ToolSpec("search_assets", "Search.", {**SCHEMA, "properties": {"q": {"type": "string"}}})
TURN_1 = (ChatMessage("system", "Be terse."), ChatMessage("user", "{}"))
REQUEST = ChatRequest(messages=TURN_1, answer=SUBMIT, max_tokens=100)
#: A conversation in which a tool was called.
TALK = ChatRequest(
    messages=(
        *TURN_1,
        ChatMessage("assistant", "", tool_calls=(ToolCall("c1", "search_assets", '{"q": "cat"}'),)),
        ChatMessage("tool", '{"rows": ["a"]}', tool_call_id="c1"),
    ),
    answer=SUBMIT,
    tools=(SEARCH,),
)
SAID = {"n": 1, "note": "Gr\u00fc\u00dfe \u20ac"}
GOOD = chat_server.answer_tool({"n": 1})
WORKER = "clappper-worker-loop"
#: Names of scenarios and the rung on which each server gives its answer.
RUNGS = dict.fromkeys(SERVERS, "strict_tools_streamed") | {
    "nim_strict_reader": "tools_streamed",
    "no_strict": "tools_streamed",
    "no_stream": "tools",
    "llama_cpp_no_jinja": "json_schema",
    "ollama_no_tools": "json_schema",
    "ollama_plain_error": "json_schema",
    "router_no_tools": "json_schema",
    "ignores_tools": "json_schema",
    "llama_cpp_grammar": "json_object",
    "json_object_only": "json_object",
    "lm_studio_no_tools": "text",
    "text_only": "text",
    "text_in_a_fence": "text",
}


@pytest.fixture(autouse=True)
def _local(monkeypatch):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setattr(openai_exchange, "_BACKOFF_S", (0.01, 0.02))
    monkeypatch.setattr(openai_exchange, "_LINGER_S", 0.1)


def make_transport(base_url, memory=None, *, model="test-model"):
    settings = EndpointSettings(base_url, model, KEY, "OPENAI_API_KEY")
    return OpenAITransport(settings, memory=memory or LadderMemory())


def complete(base_url, request=REQUEST, *, deadline_s=20.0, model="test-model", **options):
    transport = make_transport(base_url, model=model)
    return asyncio.run(transport.complete(request, deadline_s=deadline_s, **options))


def read_answer(reply):
    """Return what a reply submits, as a planner reads it."""
    return json.loads(reply.tool_calls[0].arguments if reply.tool_calls else reply.text)


def test_complete_asks_for_the_tool_and_returns_its_arguments():
    with serve(answer(submit({"n": 1}))) as server:
        reply = complete(server.base_url)

    assert reply.tool_calls == (ToolCall("call_2", "submit_plan", '{"n": 1}'),)
    assert reply.text is None
    assert reply.usage == TokenUsage(1200, 340)
    assert (reply.rung, reply.request_count) == ("strict_tools_streamed", 1)
    assert server.paths == ["/v1/chat/completions"]
    assert server.headers[0]["Authorization"] == f"Bearer {KEY}"
    function = {"name": "submit_plan", "description": "Submit it.", "parameters": SCHEMA}
    assert server.requests[0] == {
        "model": "test-model",
        "messages": [
            {"role": "system", "content": "Be terse."},
            {"role": "user", "content": "{}"},
        ],
        "max_tokens": 100,
        "temperature": 0,
        "seed": 0,
        "stream": True,
        "stream_options": {"include_usage": True},
        "tools": [{"type": "function", "function": {**function, "strict": True}}],
        "tool_choice": {"type": "function", "function": {"name": "submit_plan"}},
        "parallel_tool_calls": False,
    }
    assert list_workers() == []


@pytest.mark.parametrize("name", SERVERS)
def test_complete_server_that_can_answer_does(name):
    with serve(SERVERS[name](submit(SAID))) as server:
        reply = complete(server.base_url)

    assert read_answer(reply) == SAID
    assert reply.rung == RUNGS[name]
    assert bool(reply.tool_calls) == ("tools" in reply.rung)
    assert {call.name for call in reply.tool_calls} <= {"submit_plan"}
    assert len({call.id for call in reply.tool_calls}) == len(reply.tool_calls)
    assert reply.usage.is_estimated == (name in ("no_usage", "no_stream_options"))
    assert reply.usage.prompt_tokens > 0
    assert reply.usage.completion_tokens > 0
    assert reply.request_count == len(server.requests) <= MAX_REQUESTS
    assert list_workers() == []


@pytest.mark.parametrize("name", SERVERS)
def test_complete_conversation_with_tools_ends_on_every_server(name):
    with serve(SERVERS[name](submit(SAID))) as server:
        memory = LadderMemory()
        reply = asyncio.run(make_transport(server.base_url, memory).complete(TALK, deadline_s=20))
        first = len(server.requests)
        again = asyncio.run(make_transport(server.base_url, memory).complete(TALK, deadline_s=20))

    assert read_answer(reply) == SAID == read_answer(again)
    assert reply.request_count == first <= MAX_REQUESTS
    assert (again.rung, again.request_count) == (reply.rung, 1)
    asked = server.requests[-1]
    roles = [message["role"] for message in asked["messages"]]
    if "tools" in asked:
        assert roles == ["system", "user", "assistant", "tool"]
        call = asked["messages"][2]["tool_calls"][0]
        assert (call["id"], call["function"]["name"]) == ("c1", "search_assets")
        assert asked["messages"][3]["tool_call_id"] == "c1"
        assert [t["function"]["name"] for t in asked["tools"]] == ["search_assets", "submit_plan"]
        assert asked.get("tool_choice") in ("required", "auto", None)
    else:
        assert roles == ["system", "user", "assistant", "user"]
        told = json.dumps(asked["messages"])
        assert "search_assets" in told
        assert json.dumps(json.dumps(SCHEMA, separators=(",", ":")))[1:-1] in told
        assert asked["messages"][3]["content"] == 'Result of search_assets: {"rows": ["a"]}'


@pytest.mark.parametrize(
    ("name", "is_there"),
    [
        ("json_schema", {"type": "json_schema", "json_schema": {"name", "schema", "strict"}}),
        ("json_object", {"type": "json_object"}),
        ("text", None),
    ],
)
def test_complete_rung_without_tools_says_the_form_it_wants(name, is_there):
    server_name = {"json_schema": "ollama_no_tools", "json_object": "json_object_only"}
    with serve(SERVERS[server_name.get(name, "text_only")](submit(SAID))) as server:
        assert complete(server.base_url).rung == name
    asked = server.requests[-1]
    form = asked.get("response_format")
    if form and "json_schema" in form:
        assert form["json_schema"] == {"name": "submit_plan", "schema": SCHEMA, "strict": True}
        form = {**form, "json_schema": set(form["json_schema"])}
    assert form == is_there
    assert not set(asked) & {"tools", "tool_choice", "parallel_tool_calls", "stream"}
    assert "JSON" in asked["messages"][0]["content"]


@pytest.mark.parametrize(("scenario", "words"), FAULTS.values(), ids=FAULTS.keys())
def test_complete_fault_is_one_sentence_without_the_key(scenario, words, caplog):
    caplog.set_level(logging.DEBUG)
    never_ends = words == ("did not answer within",)
    with serve(scenario) as server, pytest.raises(PlanTransportError) as caught:
        complete(server.base_url, deadline_s=0.7 if never_ends else 20)
    text = str(caught.value)
    for word in words:
        assert word in text
    assert len(text) < 400
    assert text.isprintable()
    assert text.endswith(".")
    assert 1 <= len(server.requests) <= MAX_REQUESTS
    told = "".join(traceback.format_exception(caught.value))
    assert KEY not in text + repr(caught.value) + told + caplog.text
    assert list_workers() == []


RETRIED = ("rate_limited", "out_of_order", "gateway_page", "hangs_up", "huge_error")
RETRYABLE = (
    *RETRIED,
    "rate_limited_for_long",
    "no_credit",
    "page",
    "broken_json",
    "cut",
    "cut_stream",
    "cut_chunked",
    "error_in_stream",
    "empty_message",
    "hangs",
)


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("unauthorized", 1),
        ("forbidden", 1),
        ("unknown_model", 1),
        ("rate_limited", 3),
        ("rate_limited_for_long", 1),
        ("no_credit", 1),
        ("out_of_order", 3),
        ("gateway_page", 3),
        ("hangs_up", 3),
        ("context_too_small", 1),
        ("redirect", 1),
        ("cut_stream", 1),
        ("error_in_stream", 1),
        ("page", 1),
        ("refusal", 1),
        ("length", 1),
        ("huge_error", 1),
        ("empty_message", 7),
    ],
)
def test_complete_fault_is_asked_again_only_where_it_may_pass(name, count):
    with serve(FAULTS[name][0]) as server, pytest.raises(PlanTransportError) as caught:
        complete(server.base_url)
    assert len(server.requests) == count
    assert caught.value.retryable == (name in RETRYABLE and name != "huge_error")


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
def test_complete_never_goes_down_when_it_is_not_about_the_way(status):
    scenario = chat_server.answer_status(status, "tools tool_choice strict response_format")
    with serve(scenario) as server, pytest.raises(PlanTransportError):
        complete(server.base_url)
    assert all(request == server.requests[0] for request in server.requests)


def test_complete_refusals_without_end_stop_at_the_limit():
    scenario = chat_server.answer_status(400, " ".join(("strict", "stream", "tools", "seed")))
    with serve(scenario) as server, pytest.raises(PlanTransportError, match=r"refused .*\(400\)"):
        complete(server.base_url)
    assert 1 < len(server.requests) <= MAX_REQUESTS
    assert len({json.dumps(request) for request in server.requests}) == len(server.requests)


@pytest.mark.parametrize("model", ["tools", "a", "qwen/tools-7b"])
def test_complete_name_of_the_model_is_no_reason_to_go_down(model):
    scenario = chat_server.answer_status(400, f"{model} is busy, said {model}.")
    with serve(scenario) as server, pytest.raises(PlanTransportError, match=r"\(400\)"):
        complete(server.base_url, model=model)
    assert len(server.requests) == 1


def test_complete_short_name_of_a_model_does_not_hide_what_is_refused():
    with serve(SERVERS["no_max_tokens"](submit(SAID))) as server:
        reply = complete(server.base_url, model="m")
    assert read_answer(reply) == SAID


def test_complete_silence_to_the_end_does_not_blame_an_early_refusal():
    chat = submit(SAID)

    def say_nothing(body):
        return {"content": "Sure."} if "response_format" in body else chat(body)

    refusals = [without(name, 400, f"no {name}") for name in ("seed", "temperature")]
    refusals += [without("stream_options", 400, "no stream_options")]
    refusals += [without("parallel_tool_calls", 400, "no parallel_tool_calls")]
    refusals += [without("tools", 400, "no tools"), without("max_tokens", 400, "no max_tokens")]
    problem = pytest.raises(PlanTransportError, match="neither with a tool nor with JSON")
    with serve(refuse(say_nothing, *refusals)) as server, problem:
        complete(server.base_url)
    assert len(server.requests) == MAX_REQUESTS


def test_complete_key_in_an_error_is_cut_out(caplog):
    caplog.set_level(logging.DEBUG)
    said = f"bad header Bearer {KEY}\n\x1b[31m \u202eolleh {'x' * 900}"
    for scenario in (
        chat_server.answer_status(400, said),
        chat_server.answer_message({"refusal": f"I will not. {KEY}"}),
        chat_server.answer_bytes(json.dumps({"error": {"message": KEY}}).encode()),
    ):
        with serve(scenario) as server, pytest.raises(PlanTransportError) as caught:
            complete(server.base_url)
        told = "".join(traceback.format_exception(caught.value))
        assert "[key]" in str(caught.value)
        assert str(caught.value).isprintable()
        assert KEY not in told + repr(caught.value) + caplog.text


def test_complete_odd_retry_after_is_not_repeated_to_the_user():
    scenario = chat_server.answer_status(429, "slow", **{"Retry-After": "\x1b[1mtomorrow"})
    with serve(scenario) as server, pytest.raises(PlanTransportError, match=r"for this key\.$"):
        complete(server.base_url)


def test_complete_waits_no_longer_than_there_is_time():
    scenario = chat_server.answer_status(429, "slow", **{"Retry-After": "9"})
    with serve(scenario) as server, pytest.raises(PlanTransportError, match="wait 9 s"):
        complete(server.base_url, deadline_s=5)
    assert len(server.requests) == 1


def test_complete_streams_text_on_the_callers_thread_in_order():
    heard = []

    def hear(piece):
        heard.append((piece, threading.current_thread()))

    message = {**make_tool_message('{"n": 1}'), "content": "<think>Hm. </think>\nLet me plan " * 3}
    with serve(chat_server.answer_message(message)) as server:
        complete(server.base_url, on_text=hear)
    assert "".join(piece for piece, _ in heard).startswith("Let me plan <think>")
    assert len(heard) > 2
    assert {thread for _, thread in heard} == {threading.main_thread()}


def test_relay_tells_nothing_after_the_end():
    async def tell_late():
        heard = []
        with openai_transport._relay(heard.append) as tell:
            tell("in time")
            await asyncio.sleep(0)
        tell("too late")
        await asyncio.sleep(0)
        return heard, tell

    heard, tell = asyncio.run(tell_late())
    tell("when the loop is closed")
    assert heard == ["in time"]


def test_complete_without_tools_streams_no_json_to_the_user():
    heard = []
    with serve(SERVERS["ollama_no_tools"](submit(SAID))) as server:
        complete(server.base_url, on_text=heard.append)
    assert heard == []


def test_complete_returns_several_calls_and_unknown_names_as_they_are():
    calls = [
        {"id": identity, "type": "function", "function": {"name": name, "arguments": "{}"}}
        for identity, name in (("c1", "search_assets"), ("c1", "run_code"), ("", "submit_plan"))
    ]
    for is_stream in (True, False):
        scenario = answer(lambda body: {"tool_calls": calls})
        if not is_stream:
            scenario = SERVERS["ignores_stream"](lambda body: {"tool_calls": calls})
        with serve(scenario) as server:
            reply = complete(server.base_url, TALK)
        assert [c.name for c in reply.tool_calls] == ["search_assets", "run_code", "submit_plan"]
        assert len({c.id for c in reply.tool_calls}) == 3


def test_complete_counts_the_tokens_of_answers_that_were_not_what_was_asked():
    def chat_then_call(body, seen=[]):  # noqa: B006
        seen.append(body)
        return {"content": "Sure!"} if len(seen) == 1 else make_tool_message('{"n": 1}')

    with serve(answer(chat_then_call)) as server:
        reply = complete(server.base_url)
    assert (reply.rung, reply.request_count) == ("strict_tools_streamed", 2)
    assert reply.usage == TokenUsage(2400, 680)


def test_complete_with_free_choice_text_is_an_answer():
    refusal = without("tool_choice", 400, "Unknown parameter: 'tool_choice'.")
    with serve(refuse(lambda body: {"content": "We have two."}, refusal)) as server:
        reply = complete(server.base_url, TALK)
    assert (reply.text, reply.tool_calls) == ("We have two.", ())


def test_complete_cached_tokens_are_told():
    usage = {
        "prompt_tokens": 9,
        "completion_tokens": 2,
        "prompt_tokens_details": {"cached_tokens": 5},
    }
    with serve(chat_server.answer_tool({"n": 1}, usage=usage)) as server:
        assert complete(server.base_url).usage == TokenUsage(9, 2, 5)


def test_complete_after_a_fault_forgets_what_it_learnt():
    memory = LadderMemory()
    refused = chat_server.answer_status(400, "tools are not supported")
    broken = chat_server.answer_bytes(b"{}")
    with serve(fail_first(submit({"n": 1}), refused, broken)) as server:
        transport = make_transport(server.base_url, memory)
        with pytest.raises(PlanTransportError):
            asyncio.run(transport.complete(REQUEST, deadline_s=20))
        reply = asyncio.run(transport.complete(REQUEST, deadline_s=20))
    assert reply.rung == "strict_tools_streamed"


@pytest.mark.parametrize(
    ("models", "expected"),
    [
        (None, None),
        (
            [{"id": "a", "max_model_len": 8192}, {"id": "b", "meta": {"n_ctx_train": 4096}}],
            (ModelInfo("a", 8192), ModelInfo("b", 4096)),
        ),
        ([{"id": "a", "context_length": "many"}], (ModelInfo("a", None),)),
        ([{"id": 7}], ()),
        (["nonsense"], None),
    ],
)
def test_list_models(models, expected):
    with serve(GOOD, models=models) as server:
        found = asyncio.run(make_transport(server.base_url).list_models(deadline_s=20))
    assert found == expected


def test_complete_good_answer_leaves_the_key_in_no_log(caplog):
    caplog.set_level(logging.DEBUG)
    with serve(GOOD) as server:
        transport = make_transport(server.base_url)
        asyncio.run(transport.complete(REQUEST, deadline_s=20))

    assert "chat/completions" in caplog.text
    assert "Be terse." not in caplog.text
    assert KEY not in caplog.text
    assert KEY not in repr(transport) + repr(make_transport("https://x/v1")._settings)


@pytest.mark.parametrize("name", ["hangs", "drips", "hangs_in_stream", "comments_forever"])
def test_complete_deadline_ends_it_and_the_connection(name):
    with serve(FAULTS[name][0]) as server:
        with pytest.raises(PlanTransportError, match="did not answer within") as caught:
            complete(server.base_url, deadline_s=0.7)
        assert caught.value.retryable
        assert server.disconnected.wait(5)
    assert list_workers() == []


def complete_once(scenario):
    with serve(scenario) as server:
        return complete(server.base_url)


@pytest.mark.parametrize("name", ["hangs", "hangs_in_stream", "comments_forever"])
def test_complete_cancelled_closes_the_connection_and_leaves_nothing(name):
    async def cancel_while_asking(server):
        transport = make_transport(server.base_url)
        task = asyncio.ensure_future(transport.complete(REQUEST, deadline_s=60))
        await asyncio.to_thread(server.asked.wait, 20)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return [other for other in asyncio.all_tasks() if other is not asyncio.current_task()]

    with serve(FAULTS[name][0]) as server:
        left = asyncio.run(cancel_while_asking(server))
        assert server.disconnected.wait(5)
    assert left == []
    assert list_workers() == []


@pytest.mark.parametrize("seed", range(10))
def test_complete_cancelled_at_any_moment_leaves_nothing(seed):
    names = ["openai", "ollama_no_tools", "broken_twice", "split_bytes", "ignores_tools"]
    chance = random.Random(seed)
    heard = []

    async def cancel_some_time(server):
        transport = make_transport(server.base_url)
        work = transport.complete(REQUEST, deadline_s=60, on_text=heard.append)
        task = asyncio.ensure_future(work)
        await asyncio.sleep(chance.random() * 0.05)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        heard.clear()
        await asyncio.sleep(0)
        return [other for other in asyncio.all_tasks() if other is not asyncio.current_task()]

    for name in names:
        with serve(SERVERS[name](submit(SAID))) as server:
            assert asyncio.run(cancel_some_time(server)) == []
            assert list_workers() == []
    assert heard == []


def test_complete_cancelled_at_once_asks_nobody():
    async def cancel_at_once(server):
        task = asyncio.ensure_future(
            make_transport(server.base_url).complete(REQUEST, deadline_s=60)
        )
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    complete_once(GOOD)
    with serve(FAULTS["hangs"][0]) as server:
        asyncio.run(cancel_at_once(server))
        assert list_workers() == []
        assert not server.asked.is_set() or server.disconnected.wait(5)


def test_complete_without_a_server_says_so():
    with serve(GOOD) as server:
        url = server.base_url
    with pytest.raises(PlanTransportError, match="cannot be reached") as caught:
        complete(url)
    assert caught.value.retryable


def test_complete_without_the_package_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "openai", None)
    with pytest.raises(PlanTransportError, match=r"clappper-core\[llm\]"):
        complete("http://127.0.0.1:9/v1")


def test_complete_with_a_package_that_does_not_fit_says_so(monkeypatch):
    import openai

    def fail(*arguments, **options):
        raise TypeError(f"argument 'by_alias' {KEY}")

    monkeypatch.setattr(openai.AsyncOpenAI, "post", fail)
    with pytest.raises(PlanTransportError, match=r"does not fit .*by_alias") as caught:
        complete("http://127.0.0.1:9/v1")
    assert KEY not in str(caught.value)


def test_every_error_of_the_package_has_a_sentence():
    import openai

    names = [name for name in openai.__all__ if name.endswith("Error")]
    assert len(names) >= 15
    settings = EndpointSettings("https://host/v1", "m", KEY)
    for name in names:
        error_class = getattr(openai, name)
        error = make_transport_error(error_class.__new__(error_class), settings)
        assert str(error).startswith("The language model at host "), name
        assert str(error).endswith("."), name


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("api.openai.com", "max_completion_tokens"),
        ("me.openai.azure.com", "max_completion_tokens"),
        ("openai.com.example.org", "max_tokens"),
        ("integrate.api.nvidia.com", "max_tokens"),
    ],
)
def test_token_limit_has_the_name_the_host_knows(host, name):
    assert make_transport(f"https://{host}/v1").capability.limit_name == name


def test_complete_imports_and_parses_off_the_main_thread():
    """Whatever gets imported for the exchange is imported by the worker thread."""
    script = """
import asyncio, json, sys, threading
sys.path[:0] = json.loads(sys.argv[1])
from support import chat_server
from clappper.core.planning.llm.endpoint import EndpointSettings
from clappper.core.planning.llm.openai_transport import OpenAITransport
from clappper.core.planning.llm.transport import ChatMessage, ChatRequest, ToolSpec
assert "openai" not in sys.modules and "httpx" not in sys.modules
seen = {}
class Spy:
    def find_spec(self, name, path=None, target=None):
        top = name.split(".")[0]
        if top in ("openai", "httpx", "httpcore", "anyio", "jiter"):
            seen.setdefault(top, set()).add(threading.current_thread().name)
sys.meta_path.insert(0, Spy())
request = ChatRequest((ChatMessage("user", "{}"),), ToolSpec("submit_plan", "", {}))
async def main(url):
    settings = EndpointSettings(url, "m", "k")
    return await OpenAITransport(settings).complete(request, deadline_s=60)
with chat_server.ChatServer(chat_server.answer_tool({"n": 1})) as server:
    asyncio.run(main(server.base_url))
print(json.dumps({top: sorted(names) for top, names in seen.items()}))
"""
    tests = str(CORE_FOLDER.parent.parent / "tests")
    done = subprocess.run(
        [sys.executable, "-c", script, json.dumps([str(CORE_FOLDER), tests])],
        capture_output=True,
        check=False,
        env=os.environ.copy(),
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    threads = json.loads(done.stdout)
    assert {"openai", "httpx", "httpcore"} <= set(threads)
    assert {name for names in threads.values() for name in names} == {WORKER}
