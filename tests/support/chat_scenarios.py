"""Every quirk and failure of a language model's server that is known, each with a name.

``SERVERS`` take a model and answer rightly in the end, each with its own restrictions and forms;
their errors are worded as real ones are. ``FAULTS`` never give an answer.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from typing import Any

from support.chat_models import Model
from support.chat_server import (
    ChatHandler,
    Scenario,
    answer_bytes,
    answer_message,
    answer_status,
    answer_tool,
    cut_connection,
    drip,
    hang,
    make_chunks,
    make_completion,
    send_endless,
)

__all__ = ["FAULTS", "SERVERS", "answer", "fail_first", "refuse", "serve_chunks"]

Body = dict[str, Any]
Refusal = Callable[[Body], tuple[int, object] | None]


def answer(model: Model) -> Scenario:
    """Answer as OpenAI does."""
    return lambda handler, body: handler.answer(body, model(body))


def refuse(model: Model, *refusals: Refusal) -> Scenario:
    """Answer what no refusal is about."""

    def serve(handler: ChatHandler, body: Body) -> None:
        for refusal in refusals:
            refused = refusal(body)
            if refused is not None:
                status, content = refused
                handler.send(status, content)
                return
        handler.answer(body, model(body))

    return serve


def without(name: str, status: int, content: object) -> Refusal:
    """Refuse whatever has a parameter; text becomes an error in OpenAI's form."""
    if isinstance(content, str):
        content = {"error": {"message": content, "type": "invalid_request_error"}}
    return lambda body: (status, content) if name in body else None


def without_format(kind: str, status: int, message: str) -> Refusal:
    """Refuse one type of ``response_format``."""
    content = {"error": {"message": message, "type": "invalid_request_error"}}
    return lambda body: (
        (status, content) if body.get("response_format", {}).get("type") == kind else None
    )


def without_strict_tools(body: Body) -> tuple[int, object] | None:
    """Refuse binding schemas of tools as strict readers of requests do."""
    if any("strict" in tool["function"] for tool in body.get("tools", ())):
        loc = ["body", "tools", 0, "function", "strict"]
        detail = [{"type": "extra_forbidden", "loc": loc, "msg": "Extra inputs are not permitted"}]
        return 422, {"detail": detail}
    return None


def without_object_choice(body: Body) -> tuple[int, object] | None:
    """Refuse a tool's name as a choice, as LM Studio does."""
    if isinstance(body.get("tool_choice"), dict):
        text = "Invalid tool_choice type: 'object'. Supported string values: none, auto, required"
        return 400, {"error": text}
    return None


def without_auto_choice(body: Body) -> tuple[int, object] | None:
    """Refuse tools without a parser, as vLLM does, unless one tool is named."""
    if "tools" in body and not isinstance(body.get("tool_choice"), dict):
        text = (
            '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set'
        )
        return 400, {"object": "error", "message": text, "type": "BadRequestError", "code": 400}
    return None


def without_room(body: Body) -> tuple[int, object] | None:
    """Refuse a long answer on top of the prompt, as vLLM does."""
    if "max_tokens" in body:
        text = (
            "This model's maximum context length is 4096 tokens. However, you requested 9000 "
            "tokens (808 in the messages, 8192 in the completion). Please reduce the length of "
            "the messages or completion."
        )
        return 400, {"object": "error", "message": text, "type": "BadRequestError", "code": 400}
    return None


def without_other_temperature(body: Body) -> tuple[int, object] | None:
    """Refuse a temperature, as OpenAI's reasoning models do."""
    if "temperature" in body:
        text = (
            "Unsupported value: 'temperature' does not support 0 with this model. Only the "
            "default (1) value is supported."
        )
        return 400, {"error": {"message": text, "param": "temperature"}}
    return None


def serve_chunks(
    model: Model, change: Callable[[list[Body]], list[Any]], *, has_done: bool = True
) -> Scenario:
    """Answer in pieces that are changed; bytes among them are sent as they are."""

    def serve(handler: ChatHandler, body: Body) -> None:
        message = model(body)
        if not body.get("stream"):
            handler.answer(body, message)
            return
        handler.start_stream()
        for chunk in change(make_chunks(message)):
            if isinstance(chunk, bytes):
                handler.send_data(chunk)
            else:
                handler.send_event(chunk)
        if has_done:
            handler.send_data(b"data: [DONE]\n\n")

    return serve


def serve_message(model: Model, change: Callable[[Body], Body], **options: Any) -> Scenario:
    """Answer with a message that is changed."""
    return lambda handler, body: handler.answer(body, change(model(body)), **options)


def ignore_stream(model: Model) -> Scenario:
    """Answer whole whatever was asked."""
    return lambda handler, body: handler.send(200, make_completion(model(body)))


def ignore_tools(model: Model) -> Scenario:
    """Chat about it where there are tools; answer with JSON where there are none."""

    def serve(handler: ChatHandler, body: Body) -> None:
        message = {"content": "Sure! I would love to."} if "tools" in body else model(body)
        handler.answer(body, message)

    return serve


def write_calls(model: Model) -> Scenario:
    """Write calls out as text, as a server without a parser for its model does."""

    def change(message: Body) -> Body:
        if "tool_calls" not in message:
            return message
        function = message["tool_calls"][0]["function"]
        call = {"name": function["name"], "arguments": json.loads(function["arguments"])}
        return {"content": f"<tool_call>\n{json.dumps(call)}\n</tool_call>"}

    return serve_message(model, change)


def stay_open(model: Model) -> Scenario:
    """End the answer, but neither the stream nor the connection."""

    def serve(handler: ChatHandler, body: Body) -> None:
        if not body.get("stream"):
            handler.answer(body, model(body))
            return
        handler.start_stream()
        for chunk in make_chunks(model(body)):
            handler.send_event(chunk)
        handler.wait_for_disconnect()

    return serve


def fail_first(model: Model, *failures: Scenario) -> Scenario:
    """Fail once in each way, then answer."""
    left, lock = list(failures), threading.Lock()

    def serve(handler: ChatHandler, body: Body) -> None:
        with lock:
            scenario = left.pop(0) if left else answer(model)
        scenario(handler, body)

    return serve


def hang_up(handler: ChatHandler, body: Body) -> None:
    """Close the connection without a word."""
    del body
    handler.close_connection = True


def _strip_calls(chunks: list[Body], *names: str) -> list[Body]:
    """Take fields out of the pieces of calls."""
    for chunk in chunks:
        for choice in chunk["choices"]:
            for call in choice["delta"].get("tool_calls", ()):
                for name in names:
                    call.pop(name, None)
    return chunks


def _use_one_delta(chunks: list[Body]) -> list[Body]:
    """Send each call whole, in the last piece, as Ollama does."""
    calls: list[Body] = []
    for chunk in chunks:
        for choice in chunk["choices"]:
            for call in choice["delta"].pop("tool_calls", ()):
                if "id" in call:
                    calls.append(call)
                else:
                    calls[-1]["function"]["arguments"] += call["function"]["arguments"]
    if calls:
        chunks[-2]["choices"][0]["delta"]["tool_calls"] = calls
    return chunks


def _as_objects(chunks: list[Body]) -> list[Body]:
    chunks = _use_one_delta(chunks)
    for call in chunks[-2]["choices"][0]["delta"].get("tool_calls", ()):
        call["function"]["arguments"] = json.loads(call["function"]["arguments"])
    return chunks


def _encode(chunks: list[Body], line_end: str = "\n\n", mark: str = "data: ") -> list[bytes]:
    return [f"{mark}{json.dumps(chunk)}{line_end}".encode() for chunk in chunks]


def _split_bytes(chunks: list[Body]) -> list[bytes]:
    """Cut pieces anywhere, also within letters."""
    text = "".join(f"data: {json.dumps(c, ensure_ascii=False)}\n\n" for c in chunks)
    data = text.encode()
    return [data[i : i + 7] for i in range(0, len(data), 7)]


def _without_reason(chunks: list[Body]) -> list[Body]:
    return [c for c in chunks if not (c["choices"] and c["choices"][0]["finish_reason"])]


_AZURE = {"choices": [], "prompt_filter_results": [{"prompt_index": 0}]}
_NO_TOOLS = without("tools", 400, "registry.ollama.ai/library/gemma2:2b does not support tools")

#: Servers that answer in the end; each takes the model that stands behind it.
SERVERS: dict[str, Callable[[Model], Scenario]] = {
    "openai": answer,
    "openai_reasoning": lambda m: refuse(
        m,
        without(
            "max_tokens",
            400,
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use "
            "'max_completion_tokens' instead.",
        ),
        without_other_temperature,
    ),
    "azure": lambda m: serve_chunks(m, lambda chunks: [_AZURE, *chunks]),
    "anthropic": lambda m: serve_message(m, lambda msg: {"content": "Planning.", **msg}),
    "nim_strict_reader": lambda m: refuse(
        m,
        without_strict_tools,
        without(
            "parallel_tool_calls",
            422,
            {"detail": [{"type": "extra_forbidden", "loc": ["body", "parallel_tool_calls"]}]},
        ),
    ),
    "vllm_no_parser": lambda m: refuse(m, without_auto_choice),
    "vllm_short_context": lambda m: refuse(m, without_room),
    "llama_cpp_no_jinja": lambda m: refuse(
        m,
        without("tools", 400, "tools param requires --jinja flag"),
    ),
    "llama_cpp_grammar": lambda m: refuse(
        m,
        without("tools", 501, "This server does not support tools."),
        without_format(
            "json_schema", 400, 'Either "json_schema" or "grammar" can be specified, but not both'
        ),
    ),
    "lm_studio": lambda m: refuse(m, without_object_choice),
    "lm_studio_no_tools": lambda m: refuse(
        m,
        _NO_TOOLS,
        without_format("json_schema", 400, "json_schema is not supported by this engine"),
        without_format(
            "json_object", 400, "'response_format.type' must be 'json_schema' or 'text'"
        ),
    ),
    "ollama_no_tools": lambda m: refuse(m, _NO_TOOLS),
    "ollama_plain_error": lambda m: (
        lambda handler, body: (
            handler.send(400, b"model does not support tools\n", content_type="text/plain")
            if "tools" in body
            else handler.answer(body, m(body))
        )
    ),
    "router_no_tools": lambda m: refuse(
        m, without("tools", 404, "No endpoints found that support tool use.")
    ),
    "no_strict": lambda m: refuse(m, without_strict_tools),
    "no_stream": lambda m: refuse(m, without("stream", 400, "Streaming is not supported.")),
    "no_stream_options": lambda m: refuse(
        m, without("stream_options", 400, "Unknown parameter: 'stream_options'.")
    ),
    "no_tool_choice": lambda m: refuse(
        m, without("tool_choice", 400, "Unrecognized request argument supplied: tool_choice")
    ),
    "no_seed": lambda m: refuse(m, without("seed", 422, "seed: Extra inputs are not permitted")),
    "no_max_tokens": lambda m: refuse(
        m,
        without("max_tokens", 400, "max_tokens is too large: 8192."),
        without("max_completion_tokens", 400, "Unknown parameter: 'max_completion_tokens'."),
    ),
    "json_object_only": lambda m: refuse(
        m,
        _NO_TOOLS,
        without_format("json_schema", 400, "response_format json_schema is unavailable now"),
    ),
    "text_only": lambda m: refuse(
        m,
        _NO_TOOLS,
        without("response_format", 400, "Unknown parameter: 'response_format'."),
    ),
    "text_in_a_fence": lambda m: refuse(
        lambda body: {"content": f"Here you {{are}}:\n```json\n{m(body).get('content')}\n```\n:)"},
        _NO_TOOLS,
        without("response_format", 400, "Unknown parameter: 'response_format'."),
    ),
    "ignores_tools": ignore_tools,
    "ignores_stream": ignore_stream,
    "writes_calls": write_calls,
    "stays_open": stay_open,
    "one_delta": lambda m: serve_chunks(m, _use_one_delta),
    "arguments_as_object": lambda m: serve_chunks(m, _as_objects),
    "no_index": lambda m: serve_chunks(m, lambda chunks: _strip_calls(chunks, "index")),
    "no_id": lambda m: serve_chunks(m, lambda chunks: _strip_calls(chunks, "id")),
    "no_index_no_id": lambda m: serve_chunks(m, lambda c: _strip_calls(c, "index", "id")),
    "no_usage": lambda m: serve_chunks(m, lambda chunks: chunks[:-1]),
    "no_done": lambda m: serve_chunks(m, lambda chunks: chunks, has_done=False),
    "no_reason": lambda m: serve_chunks(m, _without_reason),
    "no_reason_no_done": lambda m: serve_chunks(m, _without_reason, has_done=False),
    "empty_choices": lambda m: serve_chunks(m, lambda c: [x for y in c for x in (_AZURE, y)]),
    "comments": lambda m: serve_chunks(
        m, lambda chunks: [x for c in _encode(chunks) for x in (b": still thinking\n\n", c)]
    ),
    "named_events": lambda m: serve_chunks(
        m, lambda chunks: [b"event: message\nid: 7\n" + c for c in _encode(chunks)]
    ),
    "crlf": lambda m: serve_chunks(m, lambda chunks: _encode(chunks, "\r\n\r\n")),
    "no_blank_lines": lambda m: serve_chunks(m, lambda chunks: _encode(chunks, "\n", "data:")),
    "split_bytes": lambda m: serve_chunks(m, _split_bytes),
    "thinks_first": lambda m: serve_message(
        m,
        lambda msg: {
            **msg,
            "content": f'<think>Maybe {{"n": 0}}?</think>\n{msg.get("content") or "Here."}',
        },
    ),
    "stop_with_calls": lambda m: serve_message(m, lambda msg: msg, reason="stop"),
    "text_parts": lambda m: (
        lambda handler, body: handler.send(
            200,
            make_completion(
                msg
                if "tool_calls" in (msg := m(body))
                else {"content": [{"type": "text", "text": msg["content"]}]}
            ),
        )
    ),
    "rate_limited_once": lambda m: fail_first(
        m, answer_status(429, "slow down", **{"Retry-After": "0"})
    ),
    "broken_twice": lambda m: fail_first(m, answer_status(503, "busy"), answer_status(500, "")),
    "hangs_up_once": lambda m: fail_first(m, hang_up),
}


def _cut_stream(handler: ChatHandler, body: Body) -> None:
    """Stop in the middle of a call."""
    del body
    call = {"index": 0, "id": "c1", "function": {"name": "submit_plan", "arguments": '{"n": '}}
    handler.start_stream()
    handler.send_event({"choices": [{"index": 0, "delta": {"tool_calls": [call]}}]})


def _cut_chunked(handler: ChatHandler, body: Body) -> None:
    """Stop in the middle of a block."""
    del body
    handler.send_response(200)
    handler.send_header("Content-Type", "text/event-stream")
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    handler.send_data(b'ff\r\ndata: {"choices": [')
    handler.close_connection = True


def _hang_in_stream(handler: ChatHandler, body: Body) -> None:
    """Begin to answer, then nothing."""
    del body
    handler.start_stream()
    handler.send_event({"choices": [{"index": 0, "delta": {"content": "Let me"}}]})
    handler.wait_for_disconnect()


def _comment_forever(handler: ChatHandler, body: Body) -> None:
    """Keep the connection alive and say nothing."""
    del body
    handler.start_stream()
    while True:
        handler.send_data(b": still thinking\n\n")
        time.sleep(0.05)


def _stream_forever(handler: ChatHandler, body: Body) -> None:
    """Never come to an end."""
    del body
    handler.start_stream()
    event = {"choices": [{"index": 0, "delta": {"content": "blah " * 2000}}]}
    while True:
        handler.send_event(event)


def _fail_in_stream(handler: ChatHandler, body: Body) -> None:
    """Begin to answer, then report an error."""
    del body
    handler.start_stream()
    handler.send_event({"choices": [{"index": 0, "delta": {"content": "Let me"}}]})
    handler.send_event({"error": {"message": "CUDA out of memory", "code": 500}})


def _send_long_line(handler: ChatHandler, body: Body) -> None:
    """Send one piece without an end."""
    del body
    handler.start_stream()
    handler.send_data(b'data: {"choices": [{"delta": {"content": "')
    while True:
        handler.send_data(b"x" * 65536)


def _ok(content: bytes, kind: str = "application/json") -> Scenario:
    return answer_bytes(content, kind=kind)


#: Servers that never give an answer, and words of the sentence that says so.
FAULTS: dict[str, tuple[Scenario, tuple[str, ...]]] = {
    "unauthorized": (answer_status(401, "Incorrect API key provided"), ("refused the key",)),
    "forbidden": (answer_status(403, "no"), ("does not let",)),
    "unknown_model": (
        answer_status(404, 'model "hermes-tools" not found, try pulling it first'),
        ("no model test-model",),
    ),
    "rate_limited": (
        answer_status(429, "slow down", **{"Retry-After": "0"}),
        ("no more requests", "wait 0 s"),
    ),
    "rate_limited_for_long": (
        answer_status(429, "slow down", **{"Retry-After": "3600"}),
        ("no more requests", "wait 3600 s"),
    ),
    "no_credit": (
        answer_status(429, "You exceeded your current quota, check your plan and billing."),
        ("no more requests or credit",),
    ),
    "out_of_order": (answer_status(500, "boom"), ("out of order (500), it says: boom.",)),
    "gateway_page": (
        answer_bytes(b"<html>Bad gateway</html>", status=502, kind="text/html"),
        ("out of order (502).",),
    ),
    "context_too_small": (
        answer_status(
            400,
            "the request exceeds the available context size. try increasing the context size",
        ),
        ("cannot read so much at once", "longer context"),
    ),
    "content_filter_error": (
        answer_status(400, "The response was filtered due to the prompt triggering policy"),
        ("refused the request (400): The response was filtered",),
    ),
    "plain_text_error": (
        answer_bytes(b"no such thing", status=400, kind="text/plain"),
        ("refused the request (400)",),
    ),
    "error_page": (
        answer_bytes(b"<html>nope</html>", status=400, kind="text/html"),
        ("refused the request (400).",),
    ),
    "redirect": (answer_status(307, "", Location="/v2"), ("moved (307)",)),
    "page": (_ok(b"<html>hi</html>", "text/html"), ("is no answer",)),
    "broken_json": (_ok(b'{"choices": ['), ("is no answer",)),
    "null": (_ok(b"null"), ("is no answer",)),
    "no_choices": (_ok(b'{"choices": []}'), ("is no answer",)),
    "deep": (_ok(b"[" * 200_000), ("is no answer",)),
    "empty_body": (_ok(b""), ("is no answer",)),
    "choices_of_numbers": (_ok(b'{"choices": [7]}'), ("is no answer",)),
    "error_with_status_200": (
        _ok(b'{"error": {"message": "model is loading"}}'),
        ("stopped with an error: model is loading.",),
    ),
    "hangs_up": (hang_up, ("closed the connection",)),
    "cut": (cut_connection, ("closed the connection",)),
    "cut_stream": (_cut_stream, ("closed the connection",)),
    "cut_chunked": (_cut_chunked, ("closed the connection",)),
    "error_in_stream": (_fail_in_stream, ("stopped with an error: CUDA out of memory.",)),
    "empty_message": (answer_message({"content": " "}), ("empty answer",)),
    "refusal": (answer_message({"refusal": "I will not."}), ("declined: I will not.",)),
    "content_filter": (answer_message({"content": "{"}, reason="content_filter"), ("filter",)),
    "length": (answer_tool('{"n": ', reason="length"), ("cut off", "fewer kinds")),
    "huge": (_ok(b'"' + b"x" * 2_100_000 + b'"'), ("far too long",)),
    "huge_error": (
        answer_bytes(b"x" * 2_100_000, status=500, kind="text/plain"),
        ("far too long",),
    ),
    "bomb": (send_endless, ("far too long",)),
    "endless_stream": (_stream_forever, ("far too long",)),
    "endless_line": (_send_long_line, ("far too long",)),
    "hangs": (hang, ("did not answer within",)),
    "drips": (drip, ("did not answer within",)),
    "hangs_in_stream": (_hang_in_stream, ("did not answer within",)),
    "comments_forever": (_comment_forever, ("did not answer within",)),
}
