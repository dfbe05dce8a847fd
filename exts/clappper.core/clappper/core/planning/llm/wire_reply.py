"""What a Chat Completions endpoint sends back, whole or in pieces, read with much patience.

Servers differ in every detail of the form. What can be understood is; what cannot is one sentence.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from clappper.core.errors import PlanTransportError
from clappper.core.planning.llm.transport_error import LONG_ANSWER, redact
from clappper.core.planning.llm.wire_message import Message, is_object, strip_thinking

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from clappper.core.planning.llm.endpoint import EndpointSettings
    from clappper.core.planning.llm.transport import TokenUsage, ToolCall

__all__ = ["MAX_REPLY_BYTES", "Answer", "AnswerReader", "list_objects"]

#: Longest answer [bytes], and most that is read of one in pieces: each piece comes in an envelope.
MAX_REPLY_BYTES, _MAX_STREAM_BYTES = 2_000_000, 16_000_000
_MAX_OBJECTS = 64
#: What may come before an answer; servers keep connections open with it.
_BLANKS = b"\xef\xbb\xbf \t\r\n"
_NO_ANSWER = "sent something that is no answer: check the address of the server."


@dataclass(frozen=True)
class Answer:
    """What a model said, without its thinking, and the tools it calls."""

    text: str
    calls: tuple[ToolCall, ...]
    usage: TokenUsage | None


class AnswerReader:
    """Puts one answer together from the bytes of a body."""

    def __init__(
        self,
        settings: EndpointSettings,
        *,
        id_prefix: str = "call",
        on_text: Callable[[str], None] | None = None,
    ) -> None:
        """Begin to read.

        Args:
            settings: The endpoint, for sentences.
            id_prefix: Beginning of the ids of calls that have none.
            on_text: Called with pieces of text as they come, thinking left out.
        """
        self._settings = settings
        self._on_text = on_text
        self._body = bytearray()
        self._event: list[bytes] = []
        self._read_bytes = 0
        self._is_stream: bool | None = None
        self._message = Message(id_prefix)
        #: Whether nothing more needs to be read.
        self.is_done = False

    @property
    def has_reason(self) -> bool:
        """Whether the answer has ended, though numbers of tokens may follow."""
        return self._message.reason is not None

    def feed(self, data: bytes) -> None:
        """Take the next bytes.

        Raises:
            PlanTransportError: It is too long, or no answer.
        """
        self._read_bytes += len(data)
        self._body += data
        if self._is_stream is None:
            data = bytes(self._body).lstrip(_BLANKS)
            self._body = bytearray(data)
            if not data:
                return self._check_length(MAX_REPLY_BYTES)
            self._is_stream = data[:1] in b"dei:r"  # data, event, id, comment, retry
        self._check_length(_MAX_STREAM_BYTES if self._is_stream else MAX_REPLY_BYTES)
        if self._is_stream and (b"\n" in data or b"\r" in data):
            *lines, rest = re.split(rb"\r\n|\n|\r(?!\n|\Z)", bytes(self._body))
            self._body = bytearray(rest)
            for line in lines:
                self._take_line(line)
        return None

    def finish(self) -> Answer:
        """Return the answer once the body has ended.

        Raises:
            PlanTransportError: It says nothing, was cut short, or is a refusal.
        """
        if self._is_stream:
            self._take_line(bytes(self._body).rstrip(b"\r"))
            self._take_line(b"")
        else:
            self._take_document(bytes(self._body))
        message, who = self._message, f"The language model {self._settings.model}"
        if message.count == 0:
            raise self._make_error(_NO_ANSWER)
        if message.reason == "length":
            raise PlanTransportError(f"{who} was cut off: {LONG_ANSWER}")
        if message.refusal or message.reason == "content_filter":
            said = "its filter stopped it"
            if message.refusal:
                said = redact(message.refusal, self._settings, limit=160)
            raise PlanTransportError(f"{who} declined: {said}.".replace("..", "."))
        calls = message.list_calls()
        text = strip_thinking(message.text)
        if calls:
            is_whole = all(is_object(call.arguments) for call in calls)
        else:
            is_whole = any(list_objects(text))
        if self._is_stream and not (self.is_done or message.reason) and not is_whole:
            raise self._make_error("closed the connection before its answer was complete.")
        return Answer(text, calls, message.usage)

    def _check_length(self, limit: int) -> None:
        longest = max(len(self._body), self._message.length)
        if self._read_bytes > limit or longest > MAX_REPLY_BYTES:
            where = f"The language model at {self._settings.host}"
            raise PlanTransportError(f"{where} sent far too long an answer.")

    def _make_error(self, what: str) -> PlanTransportError:
        return PlanTransportError(
            f"The language model {self._settings.model} {what}", retryable=True
        )

    def _take_line(self, line: bytes) -> None:
        """Take a line of a stream; an event ends with a blank line, or where its JSON does."""
        if line.startswith(b"data:"):
            data = line[5:].strip()
            if self._event and _is_json(b"\n".join(self._event)):
                self._end_event()
            self._event.append(data)
        elif not line.strip():
            self._end_event()

    def _end_event(self) -> None:
        data = b"\n".join(self._event)
        self._event = []
        if data == b"[DONE]":
            self.is_done = True
        elif data and not self.is_done:
            self._take_document(data)

    def _take_document(self, data: bytes) -> None:
        try:
            document = json.loads(data)
            error = document if document.get("object") == "error" else document.get("error")
            if error:
                raise self._describe_error(error)
            piece = self._message.add(document)
        except (ValueError, RecursionError, LookupError, TypeError, AttributeError) as exc:
            raise self._make_error(_NO_ANSWER) from exc
        self._check_length(_MAX_STREAM_BYTES)
        if piece and self._on_text is not None:
            self._on_text(piece)

    def _describe_error(self, error: object) -> PlanTransportError:
        said = error.get("message") if isinstance(error, dict) else error
        detail = redact(str(said or "no reason given"), self._settings, limit=160)
        return self._make_error(f"stopped with an error: {detail.rstrip('.')}.")


def list_objects(text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the JSON objects in a text, in fences or between words, each as written and as read."""
    decoder = json.JSONDecoder()
    position = text.find("{")
    for _ in range(_MAX_OBJECTS):
        if position < 0:
            return
        try:
            value, end = decoder.raw_decode(text, position)
        except ValueError:
            end = position + 1
        except RecursionError:
            return
        else:
            yield text[position:end], value
        position = text.find("{", end)


def _is_json(data: bytes) -> bool:
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return data == b"[DONE]"
    return True
