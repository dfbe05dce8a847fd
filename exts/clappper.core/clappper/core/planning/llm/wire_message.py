"""An assistant's message, put together from a whole answer or from its pieces."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, TypeGuard

from clappper.core.planning.llm.transport import TokenUsage, ToolCall

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Message", "is_object", "strip_thinking"]

_MAX_CALLS, _MAX_TOKENS = 32, 1_000_000_000
_ID = re.compile(r"[!-~]{1,200}")
_OPEN, _CLOSE = "<think>", "</think>"


class Message:
    """The assistant's message as far as it has come."""

    def __init__(self, id_prefix: str) -> None:
        """Begin one; ids of calls that have none begin with ``id_prefix``."""
        self._id_prefix = id_prefix
        self.refusal = ""
        self.reason: str | None = None
        self.usage: TokenUsage | None = None
        #: Choices seen, and characters of text and arguments.
        self.count = self.length = 0
        self._calls: list[_Call] = []
        self._shown = _Shown()
        self._parts: list[str] = []

    def add(self, document: Mapping[str, Any]) -> str:
        """Add what a whole answer or a piece of one says; return the new text to be shown."""
        usage = _read_usage(document.get("usage"))
        self.usage = usage or self.usage
        choices = document.get("choices") or []
        if not choices:
            return ""
        choice = choices[0]
        self.count += 1
        delta = choice.get("delta")
        message = delta or choice.get("message") or {}
        reason = choice.get("finish_reason")
        self.reason = reason if isinstance(reason, str) and reason else self.reason
        refusal = message.get("refusal")
        if isinstance(refusal, str):
            self.refusal += refusal
            self.length += len(refusal)
        for call in message.get("tool_calls") or []:
            self._add_call(call, is_whole=not delta)
        piece = _join_parts(message.get("content"))
        self.length += len(piece)
        self._parts.append(piece)
        return _join_letters(self._shown.add(piece))

    @property
    def text(self) -> str:
        """All that was said, thinking included."""
        return _join_letters("".join(self._parts))

    def list_calls(self) -> tuple[ToolCall, ...]:
        """Return the calls that have a name; ids that are missing are made up."""
        calls, taken = [], set()
        for number, call in enumerate(self._calls, 1):
            if not call.name:
                continue
            identity = call.id if _ID.fullmatch(call.id) else f"{self._id_prefix}-{number}"
            while identity in taken:
                identity += "-2"
            taken.add(identity)
            arguments = _join_letters("".join(call.pieces)) or "{}"
            calls.append(ToolCall(identity, _join_letters(call.name[:200]), arguments))
        return tuple(calls)

    def _add_call(self, piece: Mapping[str, Any], *, is_whole: bool) -> None:
        function = piece.get("function") or {}
        index, identity, name = piece.get("index"), piece.get("id"), function.get("name")
        identity = identity if isinstance(identity, str) else ""
        name = name if isinstance(name, str) else ""
        key = index if isinstance(index, int) else None
        arguments = function.get("arguments")
        if arguments is not None and not isinstance(arguments, str):
            arguments = json.dumps(arguments)  # some servers send the object itself
        call = None if is_whole else self._find_call(key, identity, name if arguments else "")
        if call is None:
            if len(self._calls) == _MAX_CALLS:
                return
            call = _Call(key)
            self._calls.append(call)
        call.id = call.id or identity
        call.name = call.name or name
        if arguments:
            call.pieces.append(arguments)
            self.length += len(arguments)

    def _find_call(self, key: int | None, identity: str, name: str) -> _Call | None:
        """Return the call a piece belongs to, or None for a new one.

        A number is not enough: some servers give all calls the same one, or none.
        """
        for call in reversed(self._calls):
            if key != call.key or (identity and call.id and identity != call.id):
                continue
            if name and not identity and call.is_whole():
                continue
            return call
        return None


class _Call:
    """A tool's call as far as it has come."""

    def __init__(self, key: int | None) -> None:
        self.key = key
        self.id = self.name = ""
        self.pieces: list[str] = []

    def is_whole(self) -> bool:
        """Tell whether the arguments are complete."""
        is_at_end = bool(self.pieces) and self.pieces[-1].rstrip().endswith("}")
        return is_at_end and is_object("".join(self.pieces))


class _Shown:
    """Lets text through in pieces, but not what a model thinks before it speaks."""

    def __init__(self) -> None:
        self._held = ""
        self._is_thinking = self._is_speaking = False

    def add(self, piece: str) -> str:
        """Return what may be shown now."""
        if self._is_speaking:
            return piece
        self._held += piece
        while not self._is_speaking:
            if self._is_thinking:
                before, found, after = self._held.partition(_CLOSE)
                self._is_thinking = not found
                self._held = after if found else before[-len(_CLOSE) :]
                if not found:
                    return ""
            self._held = self._held.lstrip()
            if self._held.startswith(_OPEN):
                self._is_thinking = True
            elif _OPEN.startswith(self._held):
                return ""
            else:
                self._is_speaking = True
        return self._held


def strip_thinking(text: str) -> str:
    """Return what a model says after it has thought."""
    head = text.lstrip()
    if _CLOSE in head:
        return head.rpartition(_CLOSE)[2].strip()
    return "" if head.startswith(_OPEN) else head.strip()


def _join_letters(text: str) -> str:
    """Return text that can be sent again: halves of letters put together, single ones replaced."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _join_parts(content: object) -> str:
    if isinstance(content, list):
        texts = [part.get("text") for part in content if isinstance(part, dict)]
        return "".join(text for text in texts if isinstance(text, str))
    return content if isinstance(content, str) else ""


def _read_usage(value: object) -> TokenUsage | None:
    if not isinstance(value, dict):
        return None
    prompt, completion = value.get("prompt_tokens"), value.get("completion_tokens")
    if not (_is_count(prompt) and _is_count(completion)):
        return None
    details = value.get("prompt_tokens_details")
    cached = details.get("cached_tokens") if isinstance(details, dict) else 0
    return TokenUsage(prompt, completion, cached if _is_count(cached) else 0)


def _is_count(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and 0 <= value <= _MAX_TOKENS


def is_object(text: str) -> bool:
    """Tell whether a text is one JSON object."""
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False
