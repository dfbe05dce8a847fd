"""A language model that answers from a queue; obeys the PlanTransport protocol."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from clappper.core.planning.llm.transport import ChatReply, TokenUsage, ToolCall

if TYPE_CHECKING:
    from collections.abc import Callable

    from clappper.core.planning.llm.transport import ChatRequest

__all__ = ["FakeTransport", "make_reply"]


def make_reply(
    *calls: tuple[str, Any], text: str | None = None, usage: TokenUsage | None = None
) -> ChatReply:
    """Return a reply that calls tools by name, with arguments as a document or as JSON text."""
    made = tuple(
        ToolCall(f"call-{n}", name, value if isinstance(value, str) else json.dumps(value))
        for n, (name, value) in enumerate(calls)
    )
    rung = "strict_tools_streamed" if calls else "json_object"
    return ChatReply(text, made, usage or TokenUsage(10, 20), rung, 1)


class FakeTransport:
    """Gives one answer after another.

    An answer is a document or text (the plan that is submitted), a whole reply, a function of the
    request that returns one of these, or an error to raise; None never ends. Text of a reply is
    streamed in pieces of three characters.
    """

    def __init__(self, *answers: Any) -> None:
        self._answers = list(answers)
        self.requests: list[ChatRequest] = []
        self.is_cancelled = False

    @property
    def model(self) -> str:
        """A name."""
        return "fake-model"

    @property
    def host(self) -> str:
        """A name."""
        return "fake-host"

    async def complete(
        self,
        request: ChatRequest,
        *,
        deadline_s: float,
        on_text: Callable[[str], None] | None = None,
    ) -> ChatReply:
        """Return the next answer."""
        assert deadline_s > 0
        self.requests.append(request)
        answer = self._answers.pop(0)
        if answer is None:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                self.is_cancelled = True
                raise
        if callable(answer):
            answer = answer(request)
        if isinstance(answer, BaseException):
            raise answer
        if isinstance(answer, ChatReply):
            for start in range(0, len(answer.text or ""), 3):
                if on_text is not None:
                    on_text((answer.text or "")[start : start + 3])
            return answer
        text = answer if isinstance(answer, str) else json.dumps(answer)
        calls = (ToolCall("call-1", request.answer.name, text),)
        return ChatReply(None, calls, TokenUsage(10, 20), "tools", 1)
