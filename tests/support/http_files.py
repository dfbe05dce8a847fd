"""A real HTTP server on loopback that serves files, well and badly, as web servers and S3 do."""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

__all__ = [
    "Answer",
    "FileServer",
    "answer_status",
    "cut_body",
    "drip",
    "hang",
    "promise_length",
    "redirect",
    "send_endless",
    "serve",
]

#: Answers one GET.
Answer = Callable[["FileHandler"], None]


class FileHandler(BaseHTTPRequestHandler):
    """Notes a request and lets the server's answer reply."""

    server: FileServer
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer one request."""
        self.server.paths.append(self.path)
        self.server.headers.append({name.lower(): value for name, value in self.headers.items()})
        try:
            self.server.answer(self)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""

    def send(self, status: int, body: bytes = b"", **headers: str) -> None:
        """Send a whole answer; underscores in names of headers become hyphens."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class FileServer(ThreadingHTTPServer):
    """Gives one answer, which may be exchanged, on a free port; a context manager."""

    daemon_threads = True

    def __init__(self, answer: Answer) -> None:
        super().__init__(("127.0.0.1", 0), FileHandler)
        self.answer = answer
        self.paths: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.closing = threading.Event()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        """Address without a final slash."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def __enter__(self) -> FileServer:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.closing.set()
        self.shutdown()
        self.server_close()
        self._thread.join()


def serve(body: bytes, *, has_etag: bool = True, is_packed: bool = False) -> Answer:
    """Serve a file as S3 does: with an ETag, and 304 to whoever has it already."""
    etag = f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'

    def answer(handler: FileHandler) -> None:
        headers = {"ETag": etag} if has_etag else {}
        if is_packed:
            headers["Content_Encoding"] = "gzip"
        if has_etag and handler.headers.get("If-None-Match") == etag:
            handler.send(304, **headers)
        else:
            handler.send(200, gzip.compress(body) if is_packed else body, **headers)

    return answer


def answer_status(status: int) -> Answer:
    """Answer with an error."""
    return lambda handler: handler.send(status, b"<Error/>", Content_Type="application/xml")


def redirect(*targets: str) -> Answer:
    """Lead on to the targets one after another, the last one for ever."""

    def answer(handler: FileHandler) -> None:
        number = min(len(handler.server.paths), len(targets)) - 1
        handler.send(302, Location=targets[number])

    return answer


def cut_body(body: bytes) -> Answer:
    """Promise a whole file, send half of it and close."""

    def answer(handler: FileHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body[: len(body) // 2])
        handler.close_connection = True

    return answer


def promise_length(length: int) -> Answer:
    """Promise so many bytes and send none of them."""

    def answer(handler: FileHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(length))
        handler.end_headers()
        handler.close_connection = True

    return answer


def hang(handler: FileHandler) -> None:
    """Never answer."""
    handler.server.closing.wait(30)
    handler.close_connection = True


def drip(handler: FileHandler) -> None:
    """Send an endless file, one blank at a time, so that no read times out."""
    _start_endless(handler)
    while not handler.server.closing.wait(0.02):
        handler.wfile.write(b" ")
        handler.wfile.flush()


def send_endless(handler: FileHandler) -> None:
    """Send blanks for as long as the client takes them."""
    _start_endless(handler)
    while not handler.server.closing.is_set():
        handler.wfile.write(b" " * 65_536)


def _start_endless(handler: FileHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.end_headers()
    handler.close_connection = True
