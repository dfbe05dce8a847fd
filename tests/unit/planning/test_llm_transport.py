"""The transport against a real HTTP server on loopback: good answers, bad ones, no answer."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import subprocess
import sys
import threading
import time
import traceback

import pytest

from clappper.core.errors import PlanTransportError
from clappper.core.planning.endpoint import EndpointSettings
from clappper.core.planning.transport import (
    MAX_REPLY_BYTES,
    AnswerFormat,
    ChatMessage,
    ChatRequest,
    OpenAITransport,
    TokenUsage,
)
from clappper.core.planning.transport_error import make_transport_error
from support import chat_server
from support.chat_server import ChatServer, make_tool_message
from support.source import CORE_FOLDER

KEY = "sk-very-secret-0123456789"
SCHEMA = {
    "type": "object",
    "properties": {"n": {"type": "integer"}},
    "required": ["n"],
    "additionalProperties": False,
}
REQUEST = ChatRequest(
    messages=(ChatMessage("system", "Be terse."), ChatMessage("user", "{}")),
    answer=AnswerFormat("submit_plan", "Submit it.", SCHEMA),
    max_tokens=100,
)
GOOD = chat_server.answer_tool({"n": 1})
GOOD_JSON = chat_server.answer_message({"content": '{"n": 2}'})
WORKER = "clappper-worker-loop"


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def make_transport(base_url):
    return OpenAITransport(EndpointSettings(base_url, "test-model", KEY, "OPENAI_API_KEY"))


def complete(base_url, *, deadline_s=20.0):
    return asyncio.run(make_transport(base_url).complete(REQUEST, deadline_s=deadline_s))


def list_workers():
    """Return the transport's threads that are still there after a moment."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        names = [thread.name for thread in threading.enumerate() if thread.name == WORKER]
        if not names:
            return []
        time.sleep(0.01)
    return names


def test_complete_asks_for_the_tool_and_returns_its_arguments():
    with ChatServer(GOOD) as server:
        reply = complete(server.base_url)

    assert json.loads(reply.tool_arguments) == {"n": 1}
    assert reply.usage == TokenUsage(1200, 340)
    assert server.paths == ["/v1/chat/completions"]
    assert server.headers[0]["Authorization"] == f"Bearer {KEY}"
    asked = server.requests[0]
    assert asked["model"] == "test-model"
    assert asked["messages"] == [
        {"role": "system", "content": "Be terse."},
        {"role": "user", "content": "{}"},
    ]
    assert asked["max_tokens"] == 100
    assert asked["tool_choice"] == {"type": "function", "function": {"name": "submit_plan"}}
    assert asked["tools"][0]["function"] == {
        "name": "submit_plan",
        "description": "Submit it.",
        "parameters": SCHEMA,
        "strict": True,
    }
    assert list_workers() == []


@pytest.mark.parametrize(
    ("status", "message"),
    [
        pytest.param(400, "registry/x does not support tools", id="ollama"),
        pytest.param(400, '"auto" tool choice requires --enable-auto-tool-choice', id="vllm"),
        pytest.param(404, "No endpoints found that support tool use", id="router"),
        pytest.param(422, "tools.0.function.strict: Extra inputs are not permitted", id="extra"),
    ],
)
def test_complete_when_tools_are_refused_asks_once_for_json(status, message):
    scenario = chat_server.refuse_tools(GOOD_JSON, status=status, message=message)
    with ChatServer(scenario) as server:
        reply = complete(server.base_url)

    assert json.loads(reply.text) == {"n": 2}
    assert reply.tool_arguments is None
    assert len(server.requests) == 2
    assert "tools" not in server.requests[1]
    assert server.requests[1]["response_format"] == {
        "type": "json_schema",
        "json_schema": {"name": "submit_plan", "schema": SCHEMA, "strict": True},
    }


def test_complete_when_tools_and_json_are_refused_stops_after_two():
    scenario = chat_server.answer_status(400, "strict is not supported")
    with ChatServer(scenario) as server, pytest.raises(PlanTransportError):
        complete(server.base_url)
    assert len(server.requests) == 2


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
def test_complete_never_asks_differently_when_it_is_not_about_the_way(status):
    scenario = chat_server.answer_status(status, "tools tool_choice strict")
    with ChatServer(scenario) as server, pytest.raises(PlanTransportError):
        complete(server.base_url)
    assert len(server.requests) == 1


FAULTS = {
    "401": (
        chat_server.answer_status(401, f"Incorrect API key provided: {KEY}"),
        ("refused the key", "OPENAI_API_KEY"),
        False,
    ),
    "403": (chat_server.answer_status(403, "no"), ("does not let", "test-model"), False),
    "404": (
        chat_server.answer_status(404, "The model `test-model` does not exist"),
        ("no model test-model", "CLAPPPER_LLM_MODEL"),
        False,
    ),
    "429": (
        chat_server.answer_status(429, "slow down", **{"Retry-After": "7"}),
        ("no more requests", "wait 7 s"),
        True,
    ),
    "429-odd-wait": (
        chat_server.answer_status(429, "slow down", **{"Retry-After": "\x1b[1mtomorrow"}),
        ("for this key.",),
        True,
    ),
    "500": (chat_server.answer_status(500, "boom"), ("out of order (500)",), True),
    "400-echo": (
        chat_server.answer_status(
            400, f"bad header Bearer {KEY}\n\x1b[31m \u202eolleh {'x' * 900}"
        ),
        ("refused the request (400)", "[key]"),
        False,
    ),
    "400-page": (
        chat_server.answer_bytes(b"<html>nope</html>", status=400, kind="text/html"),
        ("refused the request (400).",),
        False,
    ),
    "301": (chat_server.answer_status(301, "", Location="/x"), ("moved (301)",), False),
    "cut": (chat_server.cut_connection, ("closed the connection",), True),
    "broken-json": (chat_server.answer_bytes(b'{"choices": ['), ("no answer",), True),
    "page": (chat_server.answer_bytes(b"<html>hi</html>", kind="text/html"), ("no answer",), True),
    "no-choices": (chat_server.answer_bytes(b'{"choices": []}'), ("no answer",), True),
    "null": (chat_server.answer_bytes(b"null"), ("no answer",), True),
    "deep": (chat_server.answer_bytes(b"[" * 200_000), ("no answer",), True),
    "empty": (chat_server.answer_message({"content": " "}), ("empty answer",), True),
    "other-tool": (
        chat_server.answer_message(make_tool_message("{}", name="run_code")),
        ("empty answer",),
        True,
    ),
    "refusal": (
        chat_server.answer_message({"refusal": f"I will not. {KEY}"}),
        ("declined: I will not. [key].",),
        False,
    ),
    "filter": (
        chat_server.answer_message({"content": "{"}, reason="content_filter"),
        ("declined", "filter"),
        False,
    ),
    "length": (
        chat_server.answer_tool('{"n": ', reason="length"),
        ("cut off", "fewer kinds"),
        False,
    ),
    "huge": (
        chat_server.answer_bytes(b'"' + b"x" * (MAX_REPLY_BYTES + 10) + b'"'),
        ("far too long",),
        False,
    ),
    "huge-error": (
        chat_server.answer_bytes(b"x" * (MAX_REPLY_BYTES + 10), status=500, kind="text/plain"),
        ("far too long",),
        False,
    ),
    "bomb": (chat_server.send_endless, ("far too long",), False),
}


@pytest.mark.parametrize(("scenario", "words", "retryable"), FAULTS.values(), ids=FAULTS.keys())
def test_complete_fault_is_one_sentence_without_the_key(scenario, words, retryable, caplog):
    caplog.set_level(logging.DEBUG)
    with ChatServer(scenario) as server:
        start_s = time.monotonic()
        with pytest.raises(PlanTransportError) as caught:
            complete(server.base_url)
        assert time.monotonic() - start_s < 15
    text = str(caught.value)
    for word in words:
        assert word in text
    assert caught.value.retryable is retryable
    assert len(text) < 400
    assert text.isprintable()
    assert text.endswith(".")
    assert len(server.requests) == 1
    told = "".join(traceback.format_exception(caught.value))
    assert KEY not in text + repr(caught.value) + told + caplog.text
    assert list_workers() == []


def test_complete_good_answer_leaves_the_key_in_no_log(caplog):
    caplog.set_level(logging.DEBUG)
    with ChatServer(GOOD) as server:
        transport = make_transport(server.base_url)
        asyncio.run(transport.complete(REQUEST, deadline_s=20))

    assert "chat/completions" in caplog.text
    assert "Be terse." not in caplog.text
    assert KEY not in caplog.text
    assert KEY not in repr(transport) + repr(make_transport("https://x/v1")._settings)


@pytest.mark.parametrize("scenario", [chat_server.hang, chat_server.drip], ids=["hang", "drip"])
def test_complete_deadline_ends_it_and_the_connection(scenario):
    complete_once(GOOD)  # the import is not what is measured
    with ChatServer(scenario) as server:
        start_s = time.monotonic()
        with pytest.raises(PlanTransportError, match="did not answer") as caught:
            complete(server.base_url, deadline_s=0.7)
        assert 0.5 < time.monotonic() - start_s < 5
        assert caught.value.retryable
        assert server.disconnected.wait(5)
    assert list_workers() == []


def complete_once(scenario):
    with ChatServer(scenario) as server:
        return complete(server.base_url)


def test_complete_cancelled_closes_the_connection_and_leaves_nothing():
    async def cancel_while_asking(server):
        transport = make_transport(server.base_url)
        task = asyncio.ensure_future(transport.complete(REQUEST, deadline_s=60))
        await asyncio.to_thread(server.asked.wait, 20)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return [other for other in asyncio.all_tasks() if other is not asyncio.current_task()]

    with ChatServer(chat_server.hang) as server:
        left = asyncio.run(cancel_while_asking(server))
        assert server.disconnected.wait(5)
    assert left == []
    assert list_workers() == []


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
    with ChatServer(chat_server.hang) as server:
        asyncio.run(cancel_at_once(server))
        assert list_workers() == []
        assert not server.asked.is_set() or server.disconnected.wait(5)


def test_complete_without_a_server_says_so():
    with ChatServer(GOOD) as server:
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
    assert make_transport(f"https://{host}/v1")._make_parameters(REQUEST)[name] == 100


@pytest.mark.parametrize(
    "message",
    [
        pytest.param(make_tool_message({"n": 1}), id="object-for-text"),
        pytest.param({**make_tool_message('{"n": 1}'), "content": "Here it is."}, id="with-text"),
    ],
)
def test_complete_bears_with_other_servers_forms(message):
    with ChatServer(chat_server.answer_message(message, usage=None)) as server:
        reply = complete(server.base_url)
    assert json.loads(reply.tool_arguments) == {"n": 1}
    assert reply.usage is None


def test_complete_imports_and_parses_off_the_main_thread():
    """Whatever gets imported for the exchange is imported by the worker thread."""
    script = """
import asyncio, json, sys, threading
sys.path[:0] = json.loads(sys.argv[1])
from support import chat_server
from clappper.core.planning.endpoint import EndpointSettings
from clappper.core.planning.transport import (
    AnswerFormat, ChatMessage, ChatRequest, OpenAITransport)
assert "openai" not in sys.modules and "httpx" not in sys.modules
seen = {}
class Spy:
    def find_spec(self, name, path=None, target=None):
        top = name.split(".")[0]
        if top in ("openai", "httpx", "httpcore", "anyio", "jiter"):
            seen.setdefault(top, set()).add(threading.current_thread().name)
sys.meta_path.insert(0, Spy())
request = ChatRequest((ChatMessage("user", "{}"),), AnswerFormat("submit_plan", "", {}))
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
