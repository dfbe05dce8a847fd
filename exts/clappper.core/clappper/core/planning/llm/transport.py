"""The seam to language models: one request, one answer, whoever is asked.

Nothing of a package that talks to servers appears here; ``openai_transport`` implements it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = [
    "ChatMessage",
    "ChatReply",
    "ChatRequest",
    "PlanTransport",
    "TokenUsage",
    "ToolCall",
    "ToolSpec",
]


@dataclass(frozen=True)
class ToolCall:
    """A tool a model calls; ``arguments`` is JSON text as the model sent it, not to be believed."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True)
class ToolSpec:
    """A tool a model may call: its name, what it does, strict JSON schema of its arguments."""

    name: str
    description: str
    schema: Mapping[str, Any]


@dataclass(frozen=True)
class ChatMessage:
    """One message of a conversation.

    Attributes:
        role: Who speaks; a tool speaks with the result of a call.
        text: What is said.
        tool_calls: The calls an assistant made.
        tool_call_id: Id of the call whose result this is; of a tool's message only.
    """

    role: Literal["system", "user", "assistant", "tool"]
    text: str
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str | None = None


@dataclass(frozen=True)
class ChatRequest:
    """What a model is asked.

    Attributes:
        messages: The conversation, oldest first.
        answer: The tool whose call ends the conversation.
        tools: Further tools that may be called; without any, the call of ``answer`` is forced.
        max_tokens: Longest answer [tokens].
    """

    messages: tuple[ChatMessage, ...]
    answer: ToolSpec
    tools: tuple[ToolSpec, ...] = ()
    max_tokens: int = 8192


@dataclass(frozen=True)
class TokenUsage:
    """Tokens an exchange took, as the server counted them or, if it did not, as estimated."""

    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int = 0
    is_estimated: bool = False


@dataclass(frozen=True)
class ChatReply:
    """What a model answered; nothing of it is believed.

    Attributes:
        text: What it said; on a rung without tools the answer as JSON, perhaps in a fence.
        tool_calls: The tools it calls; empty on a rung without tools.
        usage: Tokens of the exchange, answers that were asked for again included.
        rung: Name of the rung of the ladder it was asked on.
        request_count: HTTP requests it took, refused and repeated ones included.
    """

    text: str | None
    tool_calls: tuple[ToolCall, ...]
    usage: TokenUsage
    rung: str
    request_count: int


class PlanTransport(Protocol):
    """Asks a language model."""

    @property
    def model(self) -> str:
        """Name of the model that is asked."""
        ...

    @property
    def host(self) -> str:
        """Host that is asked, for sentences."""
        ...

    async def complete(
        self,
        request: ChatRequest,
        *,
        deadline_s: float,
        on_text: Callable[[str], None] | None = None,
    ) -> ChatReply:
        """Return the answer.

        Cancelling closes the connection.

        Args:
            request: What is asked.
            deadline_s: Longest time for everything [s].
            on_text: Called on the caller's loop with pieces of text as they come.

        Raises:
            PlanTransportError: There is no answer, with a sentence why.
        """
        ...
