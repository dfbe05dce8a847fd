"""The requests it takes to get one answer: down the ladder, again after a fault, and no further."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from clappper.core.errors import PlanTransportError
from clappper.core.planning.llm.ladder import REFUSING, learn_from_refusal, step_down
from clappper.core.planning.llm.transport import ChatReply, TokenUsage, ToolCall
from clappper.core.planning.llm.transport_error import is_unknown_model, read_detail, read_wait_s
from clappper.core.planning.llm.wire import build_parameters
from clappper.core.planning.llm.wire_reply import AnswerReader, list_objects

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    import openai

    from clappper.core.planning.llm.endpoint import EndpointSettings
    from clappper.core.planning.llm.ladder import Capability
    from clappper.core.planning.llm.transport import ChatRequest
    from clappper.core.planning.llm.wire_reply import Answer

__all__ = ["MAX_REQUESTS", "Exchange"]

#: Most HTTP requests for one answer.
MAX_REQUESTS = 8
#: Waits [s] before a request is repeated that met a fault, unless the server says how long; and the
#: longest wait that is obeyed.
_BACKOFF_S = (0.3, 1.0)
_LONGEST_WAIT_S = 10.0
#: How long numbers of tokens may come after the end of an answer [s]; some servers never hang up.
_LINGER_S = 2.0


class Exchange:
    """The requests it takes to get one answer; lives in the worker thread."""

    def __init__(
        self,
        settings: EndpointSettings,
        client: openai.AsyncOpenAI,
        request: ChatRequest,
        *,
        end_s: float,
        on_text: Callable[[str], None] | None,
    ) -> None:
        """Ask ``client``; ``end_s`` is when there is no time left, by ``time.monotonic`` [s]."""
        self._settings = settings
        self._client = client
        self._request = request
        self._end_s = end_s
        self._on_text = on_text
        self._usage = TokenUsage(0, 0)
        self._fault_count = 0

    @property
    def usage(self) -> TokenUsage:
        """What all answers took so far, those included that were of no use."""
        return self._usage

    async def complete(self, capability: Capability) -> tuple[ChatReply, Capability | None]:
        """Ask until there is an answer; return it, and how to ask from now on if that is known.

        Args:
            capability: How to ask at first.

        Raises:
            PlanTransportError: There is no answer; or an error of ``openai`` or ``httpx`` is why.
        """
        import openai

        silent_count, problem = 0, cast("openai.APIError | None", None)
        for count in range(1, MAX_REQUESTS + 1):
            parameters = build_parameters(self._request, self._settings.model, capability)
            try:
                answer = await self._ask(parameters, capability)
            except openai.APIError as exc:
                problem, lesson = exc, self._learn(exc, parameters, capability)
                if lesson is not None:
                    capability = lesson
                    continue
                if count == MAX_REQUESTS or not await self._wait(exc):
                    raise
                continue
            problem = None
            self._count_tokens(answer, parameters)
            said = _read_said(answer, self._request, capability)
            if said is not None:
                return ChatReply(*said, self._usage, capability.rung, count), capability
            silent_count += 1
            lower = step_down(capability)
            if lower is None:
                return self._give_up(answer, capability, count), None
            # Once a server has kept silent twice there is no need to ask twice on every rung.
            capability = capability if silent_count == 1 else lower
        if problem is not None:
            raise problem
        raise PlanTransportError(
            f"The language model {self._settings.model} answers neither with a tool nor with "
            "JSON: choose another model."
        )

    async def _ask(self, parameters: dict[str, Any], capability: Capability) -> Answer:
        # Raw: the body is read here, whatever a compatible server makes of the form.
        create = cast("Any", self._client.chat.completions.with_streaming_response.create)
        on_text = self._on_text if capability.has_tools else None
        reader = AnswerReader(
            self._settings, id_prefix=f"call-{len(self._request.messages)}", on_text=on_text
        )
        async with create(**parameters) as response:
            body = response.iter_bytes()
            while not reader.is_done and (data := await _read_next(body, reader)):
                reader.feed(data)
        return reader.finish()

    def _learn(
        self,
        error: openai.APIError,
        parameters: dict[str, Any],
        capability: Capability,
    ) -> Capability | None:
        if getattr(error, "status_code", None) not in REFUSING or is_unknown_model(error):
            return None
        named = f"{error.param or ''} {read_detail(error)}"
        model = rf"(?<![\w-]){re.escape(self._settings.model)}(?![\w-])"
        return learn_from_refusal(capability, re.sub(model, "", named), parameters)

    async def _wait(self, error: openai.APIError) -> bool:
        """Wait before a request is repeated; return False when there is no use in it."""
        if self._fault_count == len(_BACKOFF_S):
            return False
        wait_s = read_wait_s(error, _BACKOFF_S[self._fault_count])
        left_s = self._end_s - time.monotonic()
        if wait_s is None or wait_s > min(_LONGEST_WAIT_S, left_s):
            return False
        self._fault_count += 1
        await asyncio.sleep(wait_s)
        return True

    def _count_tokens(self, answer: Answer, parameters: dict[str, Any]) -> None:
        usage = answer.usage
        if usage is None:
            said = len(answer.text) + sum(len(call.arguments) for call in answer.calls)
            sent = len(json.dumps(parameters, ensure_ascii=False, default=dict))
            usage = TokenUsage(-(-sent // 4), -(-said // 4), 0, True)
        total = self._usage
        self._usage = TokenUsage(
            total.prompt_tokens + usage.prompt_tokens,
            total.completion_tokens + usage.completion_tokens,
            total.cached_tokens + usage.cached_tokens,
            total.is_estimated or usage.is_estimated,
        )

    def _give_up(self, answer: Answer, capability: Capability, count: int) -> ChatReply:
        """Return words that are no JSON: on the last rung there is nothing better to come."""
        if not answer.text:
            text = f"The language model {self._settings.model} sent an empty answer: try again."
            raise PlanTransportError(text, retryable=True)
        return ChatReply(answer.text, (), self._usage, capability.rung, count)


def _read_said(
    answer: Answer, request: ChatRequest, capability: Capability
) -> tuple[str | None, tuple[ToolCall, ...]] | None:
    """Return text and calls of an answer, or None when it is not what was asked for."""
    if capability.has_tools and answer.calls:
        return answer.text or None, answer.calls
    written = _find_written_call(answer.text, request)
    if written is not None and capability.has_tools:
        identity = f"call-{len(request.messages)}-1"
        return answer.text, (ToolCall(identity, *written),)
    if written is not None and written[0] == request.answer.name:
        return written[1], ()
    if capability.has_tools and request.tools and capability.tool_choice in ("auto", None):
        return (answer.text, ()) if answer.text else None  # it was free to talk
    return None


def _find_written_call(text: str, request: ChatRequest) -> tuple[str, str] | None:
    """Return name and arguments of a call, or of the answer, that stands in a text as JSON.

    Models whose server does not read their calls write them out.
    """
    names = {spec.name for spec in (*request.tools, request.answer)}
    fields = request.answer.schema.get("properties")
    for written, value in list_objects(text):
        name, arguments = value.get("name"), value.get("arguments", value.get("parameters"))
        if isinstance(name, str) and name in names and isinstance(arguments, Mapping):
            return name, json.dumps(arguments)
        if not fields or set(fields).intersection(value):
            return request.answer.name, written
    return None


async def _read_next(body: AsyncIterator[bytes], reader: AnswerReader) -> bytes:
    """Return the next bytes of a body; none at its end, or when only its end is missing."""
    following = _take(body)
    if not reader.has_reason:
        return await following
    try:
        return await asyncio.wait_for(following, _LINGER_S)
    except asyncio.TimeoutError:
        return b""


async def _take(body: AsyncIterator[bytes]) -> bytes:
    async for data in body:
        if data:
            return data
    return b""
