"""A language model that answers from a queue; obeys the PlanTransport protocol."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from clappper.core.planning.transport import ChatReply, TokenUsage

if TYPE_CHECKING:
    from clappper.core.planning.transport import ChatRequest

__all__ = ["FakeTransport"]


class FakeTransport:
    """Gives one answer after another: a document, text, or an error to raise; None never ends."""

    def __init__(self, *answers: Any) -> None:
        self._answers = list(answers)
        self.requests: list[ChatRequest] = []
        self.is_cancelled = False

    @property
    def model(self) -> str:
        """A name."""
        return "fake-model"

    async def complete(self, request: ChatRequest, *, deadline_s: float) -> ChatReply:
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
        if isinstance(answer, BaseException):
            raise answer
        text = answer if isinstance(answer, str) else json.dumps(answer)
        return ChatReply(None, text, TokenUsage(10, 20))
