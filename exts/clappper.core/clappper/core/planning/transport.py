"""The seam to language models: one request, one answer, over any OpenAI-compatible endpoint.

The only module that imports ``openai``, and only in a worker thread: the import takes over a
second. None of its types, and none of ``httpx``'s, appear outside.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol, cast

from clappper.core.errors import PlanTransportError
from clappper.core.planning.transport_error import (
    LONG_ANSWER,
    ReplyTooLongError,
    is_about_tools,
    make_transport_error,
    redact,
)
from clappper.core.planning.worker_loop import run_on_worker_loop

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx

    from clappper.core.planning.endpoint import EndpointSettings

__all__ = [
    "AnswerFormat",
    "ChatMessage",
    "ChatReply",
    "ChatRequest",
    "OpenAITransport",
    "PlanTransport",
    "TokenUsage",
    "read_reply",
]

_CONNECT_S = 5.0
#: Longest answer that is read [bytes, decoded].
MAX_REPLY_BYTES = 2_000_000
#: Hosts that want ``max_completion_tokens``; all others know ``max_tokens``.
_NEW_LIMIT_HOSTS = ("openai.com", "openai.azure.com")


@dataclass(frozen=True)
class ChatMessage:
    """One message of a conversation."""

    role: Literal["system", "user"]
    text: str


@dataclass(frozen=True)
class AnswerFormat:
    """The form the answer must have: a name for it, what it is, its strict JSON schema."""

    name: str
    description: str
    schema: Mapping[str, Any]


@dataclass(frozen=True)
class ChatRequest:
    """What a model is asked.

    Attributes:
        messages: The conversation, oldest first.
        answer: Form of the answer.
        max_tokens: Longest answer [tokens].
    """

    messages: tuple[ChatMessage, ...]
    answer: AnswerFormat
    max_tokens: int = 8192


@dataclass(frozen=True)
class TokenUsage:
    """Tokens an exchange took, as the server counted them."""

    prompt_tokens: int
    completion_tokens: int


@dataclass(frozen=True)
class ChatReply:
    """What a model answered: arguments of the tool (JSON text), or text, or both."""

    text: str | None
    tool_arguments: str | None
    usage: TokenUsage | None = None


class PlanTransport(Protocol):
    """Asks a language model."""

    @property
    def model(self) -> str:
        """Name of the model that is asked."""
        ...

    async def complete(self, request: ChatRequest, *, deadline_s: float) -> ChatReply:
        """Return the answer.

        Cancelling closes the connection.

        Args:
            request: What is asked.
            deadline_s: Longest time for everything [s].

        Raises:
            PlanTransportError: There is no answer, with a sentence why.
        """
        ...


class OpenAITransport:
    """Asks one endpoint through the ``openai`` package; implements ``PlanTransport``."""

    def __init__(self, settings: EndpointSettings) -> None:
        self._settings = settings

    @property
    def model(self) -> str:
        """Name of the model that is asked."""
        return self._settings.model

    async def complete(self, request: ChatRequest, *, deadline_s: float) -> ChatReply:
        """Return the answer; nothing is asked twice but a refused way of asking.

        Raises:
            PlanTransportError: There is no answer, with a sentence why.
        """
        host = self._settings.host
        try:
            return await run_on_worker_loop(
                lambda: self._exchange(request, deadline_s), deadline_s=deadline_s
            )
        except TimeoutError as exc:
            text = f"The language model at {host} did not answer within {deadline_s:g} s."
            raise PlanTransportError(text, retryable=True) from exc
        except (OSError, RuntimeError, ValueError) as exc:
            text = f"Talking to the language model at {host} failed ({type(exc).__name__})."
            raise PlanTransportError(text, retryable=True) from exc

    async def _exchange(self, request: ChatRequest, deadline_s: float) -> ChatReply:
        """Ask for a forced tool call, or for JSON when the server says it cannot call tools."""
        settings = self._settings
        try:
            import openai
        except ImportError as exc:
            raise PlanTransportError(
                'The package openai cannot be used here: install "clappper-core[llm]".'
            ) from exc
        # On DEBUG it logs the user's words, and fails with the pydantic of Kit 106.
        logging.getLogger("openai").setLevel(logging.INFO)
        async with _open_http(deadline_s) as http:
            client = openai.AsyncOpenAI(
                api_key=settings.api_key,
                base_url=settings.base_url,
                http_client=http,
                max_retries=0,
            )
            # Raw: the body is read here, whatever a compatible server makes of the form.
            create = cast("Any", client.chat.completions.with_raw_response.create)
            common = self._make_parameters(request)
            try:
                try:
                    response = await create(**common, **_ask_for_tool(request.answer))
                except openai.APIStatusError as exc:
                    if not is_about_tools(exc):
                        raise
                    response = await create(**common, **_ask_for_json(request.answer))
            except openai.OpenAIError as exc:
                # A server that quotes the key back must not get it into a traceback.
                cause = None if settings.api_key in str(exc) else exc
                raise make_transport_error(exc, settings) from cause
            except (AttributeError, TypeError) as exc:
                text = f"The package openai does not fit the packages it meets here ({exc})."
                raise PlanTransportError(redact(text, settings, limit=240)) from exc
            return read_reply(response.content, request.answer.name, settings)

    def _make_parameters(self, request: ChatRequest) -> dict[str, Any]:
        host = self._settings.host
        is_new = any(host == name or host.endswith(f".{name}") for name in _NEW_LIMIT_HOSTS)
        return {
            "model": self._settings.model,
            "messages": [{"role": m.role, "content": m.text} for m in request.messages],
            "max_completion_tokens" if is_new else "max_tokens": request.max_tokens,
        }


def _ask_for_tool(answer: AnswerFormat) -> dict[str, Any]:
    function = {
        "name": answer.name,
        "description": answer.description,
        "parameters": answer.schema,
        "strict": True,
    }
    return {
        "tools": [{"type": "function", "function": function}],
        "tool_choice": {"type": "function", "function": {"name": answer.name}},
    }


def _ask_for_json(answer: AnswerFormat) -> dict[str, Any]:
    schema = {"name": answer.name, "schema": answer.schema, "strict": True}
    return {"response_format": {"type": "json_schema", "json_schema": schema}}


def _open_http(deadline_s: float) -> httpx.AsyncClient:
    """Return a client that reads no more than ``MAX_REPLY_BYTES`` of any answer."""
    import httpx

    class BoundedClient(httpx.AsyncClient):
        """Counts what it reads, after decompression, error pages included."""

        async def send(
            self,
            request: httpx.Request,
            *,
            stream: bool = False,
            **options: Any,  # noqa: ANN401
        ) -> httpx.Response:
            del stream
            response = await super().send(request, stream=True, **options)
            body = bytearray()
            try:
                async for chunk in response.aiter_bytes():
                    body += chunk
                    if len(body) > MAX_REPLY_BYTES:
                        raise ReplyTooLongError
            finally:
                await response.aclose()
            dropped = ("content-encoding", "content-length", "transfer-encoding")
            headers = [(k, v) for k, v in response.headers.multi_items() if k not in dropped]
            return httpx.Response(
                response.status_code, headers=headers, content=bytes(body), request=request
            )

    # Redirects are not followed: the key goes to the address the user gave and to no other.
    timeout = httpx.Timeout(deadline_s, connect=min(_CONNECT_S, deadline_s))
    return BoundedClient(timeout=timeout, follow_redirects=False)


def read_reply(body: bytes, name: str, settings: EndpointSettings) -> ChatReply:
    """Return what a Chat Completions answer says.

    Args:
        body: The answer.
        name: Name of the tool that had to be called.
        settings: The endpoint, for sentences.

    Raises:
        PlanTransportError: It says nothing, was cut short, or is a refusal.
    """
    who = f"The language model {settings.model}"
    try:
        document = json.loads(body)
        choice = document["choices"][0]
        message = choice["message"]
        calls = message.get("tool_calls") or []
        functions = [call["function"] for call in calls]
        arguments = next((f["arguments"] for f in functions if f["name"] == name), None)
        text, refusal = message.get("content"), message.get("refusal")
        reason = choice.get("finish_reason")
        usage = _read_usage(document.get("usage"))
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError) as exc:
        sentence = f"{who} sent something that is no answer: check the address of the server."
        raise PlanTransportError(sentence, retryable=True) from exc
    if reason == "length":
        raise PlanTransportError(f"{who} was cut off: {LONG_ANSWER}")
    if refusal or reason == "content_filter":
        said = redact(str(refusal), settings, limit=160) if refusal else "its filter stopped it"
        raise PlanTransportError(f"{who} declined: {said}.".replace("..", "."))
    if arguments is not None and not isinstance(arguments, str):
        arguments = json.dumps(arguments)  # some servers send the object itself
    if not isinstance(text, str):
        text = None
    if not (arguments or (text and text.strip())):
        raise PlanTransportError(f"{who} sent an empty answer: try again.", retryable=True)
    return ChatReply(text, arguments, usage)


def _read_usage(value: object) -> TokenUsage | None:
    if not isinstance(value, dict):
        return None
    counts = [value.get(name) for name in ("prompt_tokens", "completion_tokens")]
    if not all(isinstance(count, int) and count >= 0 for count in counts):
        return None
    return TokenUsage(*cast("list[int]", counts))
