"""A real HTTP server on loopback that speaks Chat Completions, streamed and not, well and badly.

A scenario answers one request. ``chat_scenarios`` has a name for every quirk and failure that is
known of real servers.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

__all__ = [
    "ChatServer",
    "Scenario",
    "answer_bytes",
    "answer_message",
    "answer_status",
    "answer_tool",
    "cut_connection",
    "drip",
    "hang",
    "list_workers",
    "make_chunks",
    "make_completion",
    "make_tool_message",
    "refuse_tools",
    "send_endless",
    "serve",
]

#: Answers one request; ``body`` is what was asked.
Scenario = Callable[["ChatHandler", dict[str, Any]], None]

USAGE = {"prompt_tokens": 1200, "completion_tokens": 340, "total_tokens": 1540}


def make_completion(
    message: dict[str, Any], *, reason: str = "stop", usage: object = USAGE
) -> dict[str, Any]:
    """Return a Chat Completions answer with one message."""
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "test-model",
        "choices": [
            {
                "index": 0,
                "finish_reason": reason,
                "message": {"role": "assistant", "content": None, **message},
            }
        ],
        "usage": usage,
    }


def make_tool_message(arguments: object, name: str = "submit_plan") -> dict[str, Any]:
    call = {"id": "c1", "type": "function", "function": {"name": name, "arguments": arguments}}
    return {"tool_calls": [call]}


def make_chunks(
    message: dict[str, Any], *, reason: str = "stop", usage: object = USAGE, piece_chars: int = 20
) -> list[dict[str, Any]]:
    """Return the same answer in pieces, as OpenAI sends them."""
    deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
    content = message.get("content") or ""
    deltas += [{"content": piece} for piece in _split(content, piece_chars)]
    if message.get("refusal"):
        deltas += [{"refusal": piece} for piece in _split(message["refusal"], piece_chars)]
    for index, call in enumerate(message.get("tool_calls") or ()):
        name, arguments = call["function"]["name"], call["function"]["arguments"]
        head = {**call, "index": index, "function": {"name": name, "arguments": ""}}
        pieces = _split(arguments, piece_chars) if isinstance(arguments, str) else [arguments]
        deltas.append({"tool_calls": [head]})
        deltas += [
            {"tool_calls": [{"index": index, "function": {"arguments": piece}}]} for piece in pieces
        ]
    common = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "model": "test-model"}
    chunks = [
        {**common, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]}
        for delta in deltas
    ]
    chunks.append({**common, "choices": [{"index": 0, "delta": {}, "finish_reason": reason}]})
    if usage is not None:
        chunks.append({**common, "choices": [], "usage": usage})
    return chunks


def _split(text: str, length: int) -> list[str]:
    return [text[i : i + length] for i in range(0, len(text), length)]


class ChatHandler(BaseHTTPRequestHandler):
    """Reads a request, notes it, and lets the server's scenario answer."""

    server: ChatServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        """Answer one request."""
        length = int(self.headers.get("content-length", 0))
        body = json.loads(self.rfile.read(length))
        self.server.requests.append(body)
        self.server.sizes.append(length)
        self.server.headers.append(dict(self.headers.items()))
        self.server.paths.append(self.path)
        self.server.asked.set()
        try:
            self.server.scenario(self, body)
        except (BrokenPipeError, ConnectionResetError):
            self.server.disconnected.set()

    def do_GET(self) -> None:
        """List the models."""
        self.server.headers.append(dict(self.headers.items()))
        self.server.paths.append(self.path)
        if self.server.models is None:
            self.send_error_body(404, "not found")
        else:
            self.send(200, {"object": "list", "data": self.server.models})

    def answer(self, body: dict[str, Any], message: dict[str, Any], **options: Any) -> None:
        """Answer with one message, in pieces if that was asked for."""
        if not body.get("stream"):
            self.send(200, make_completion(message, **options))
            return
        if not (body.get("stream_options") or {}).get("include_usage"):
            options["usage"] = None
        self.start_stream()
        for chunk in make_chunks(message, **options):
            self.send_event(chunk)
        self.send_data(b"data: [DONE]\n\n")

    def start_stream(self) -> None:
        """Send the head of an answer in pieces; the connection ends with it."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True

    def send_event(self, document: object) -> None:
        """Send one piece."""
        self.send_data(b"data: " + json.dumps(document).encode() + b"\n\n")

    def send_data(self, data: bytes) -> None:
        """Send bytes at once."""
        self.wfile.write(data)
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""

    def send(
        self,
        status: int,
        content: object,
        *,
        content_type: str = "application/json",
        headers: dict[str, str] | None = None,
    ) -> None:
        """Send a whole answer; what is not bytes goes as JSON."""
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(data)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def send_error_body(self, status: int, message: str, **headers: str) -> None:
        """Send an error in OpenAI's form."""
        error = {"message": message, "type": "error", "param": None, "code": None}
        self.send(status, {"error": error}, headers=headers)

    def wait_for_disconnect(self) -> None:
        """Answer nothing until the client goes away."""
        self.connection.settimeout(30)
        try:
            gone = self.connection.recv(1) == b""
        except ConnectionResetError:
            gone = True
        except TimeoutError:
            gone = False
        if gone:
            self.server.disconnected.set()
        self.close_connection = True


class ChatServer(ThreadingHTTPServer):
    """Serves one scenario on a free port; a context manager."""

    daemon_threads = True

    def __init__(self, scenario: Scenario, *, models: list[dict[str, Any]] | None = None) -> None:
        """Serve a scenario; ``models`` are the rows of GET /models, which is unknown without."""
        super().__init__(("127.0.0.1", 0), ChatHandler)
        self.scenario = scenario
        self.models = models
        self.sizes: list[int] = []
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.asked = threading.Event()
        self.disconnected = threading.Event()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True)

    @property
    def base_url(self) -> str:
        """What a client is given."""
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that go away between requests; else as usual."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)

    def __enter__(self) -> ChatServer:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.shutdown()
        self.server_close()
        self._thread.join()


def list_workers() -> list[str]:
    """Return the transport's threads that are still there after a moment."""
    end_s = time.monotonic() + 5
    while time.monotonic() < end_s:
        names = [t.name for t in threading.enumerate() if t.name == "clappper-worker-loop"]
        if not names:
            return []
        time.sleep(0.01)
    return names


def serve(scenario: Scenario, *, models: list[dict[str, Any]] | None = None) -> ChatServer:
    """Return a server of a scenario, to be used in a ``with``."""
    return ChatServer(scenario, models=models)


def answer_tool(arguments: object, **options: Any) -> Scenario:
    """Call the tool with these arguments; text as it is, anything else as JSON text."""
    text = arguments if isinstance(arguments, str) else json.dumps(arguments)

    def answer(handler: ChatHandler, body: dict[str, Any]) -> None:
        handler.answer(body, make_tool_message(text), **options)

    return answer


def answer_message(message: dict[str, Any], **options: Any) -> Scenario:
    """Answer with one message, whatever was asked."""
    return lambda handler, body: handler.answer(body, message, **options)


def answer_status(status: int, message: str, **headers: str) -> Scenario:
    """Answer with an error."""
    return lambda handler, body: handler.send_error_body(status, message, **headers)


def answer_bytes(content: bytes, *, status: int = 200, kind: str = "application/json") -> Scenario:
    """Answer with these bytes."""
    return lambda handler, body: handler.send(status, content, content_type=kind)


def refuse_tools(then: Scenario, *, status: int, message: str) -> Scenario:
    """Refuse requests with tools; answer others as ``then`` does."""

    def answer(handler: ChatHandler, body: dict[str, Any]) -> None:
        if "tools" in body:
            handler.send_error_body(status, message)
        else:
            then(handler, body)

    return answer


def hang(handler: ChatHandler, body: dict[str, Any]) -> None:
    """Never answer."""
    del body
    handler.wait_for_disconnect()


def cut_connection(handler: ChatHandler, body: dict[str, Any]) -> None:
    """Promise a long answer, send its beginning and close."""
    del body
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", "5000")
    handler.end_headers()
    handler.wfile.write(b'{"choices": [')
    handler.close_connection = True


def drip(handler: ChatHandler, body: dict[str, Any]) -> None:
    """Send an endless answer, one blank at a time, so that no read times out."""
    del body
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.end_headers()
    handler.close_connection = True
    pause = threading.Event()
    while not pause.wait(0.05):
        handler.wfile.write(b" ")
        handler.wfile.flush()


def send_endless(handler: ChatHandler, body: dict[str, Any]) -> None:
    """Send as much as the client takes, compressed so that little goes a long way."""
    import zlib

    del body
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Encoding", "gzip")
    handler.end_headers()
    handler.close_connection = True
    packer = zlib.compressobj(wbits=31)
    blanks = b" " * 1_000_000
    for _ in range(2_000):
        handler.wfile.write(packer.compress(blanks))
        handler.wfile.flush()
