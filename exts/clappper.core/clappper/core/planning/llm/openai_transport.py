"""Asks language models over any OpenAI-compatible endpoint, down the ladder as far as need be.

Only this module and its two helpers import ``openai`` and ``httpx``, and only in a worker thread:
the import takes over a second. None of their types appear outside.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from clappper.core.errors import PlanTransportError
from clappper.core.planning.llm.ladder import Capability
from clappper.core.planning.llm.ladder_memory import open_memory
from clappper.core.planning.llm.openai_exchange import Exchange
from clappper.core.planning.llm.openai_http import open_http
from clappper.core.planning.llm.transport_error import (
    ReplyTooLongError,
    make_transport_error,
    redact,
)
from clappper.core.planning.llm.worker_loop import run_on_worker_loop

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator, Mapping
    from typing import TypeVar

    import openai

    from clappper.core.planning.llm.endpoint import EndpointSettings
    from clappper.core.planning.llm.ladder_memory import LadderMemory
    from clappper.core.planning.llm.transport import ChatReply, ChatRequest

    _T = TypeVar("_T")
    Work = Callable[[openai.AsyncOpenAI], Coroutine[Any, Any, _T]]

__all__ = ["ModelInfo", "OpenAITransport"]

#: Hosts that want ``max_completion_tokens``; all others know ``max_tokens``.
_NEW_LIMIT_HOSTS = ("openai.com", "openai.azure.com")
_CONTEXT_NAMES = ("max_model_len", "context_length", "max_context_length", "context_window")


@dataclass(frozen=True)
class ModelInfo:
    """A model of a server; ``context_tokens`` is None where the server does not say."""

    name: str
    context_tokens: int | None


class OpenAITransport:
    """Asks one endpoint through the ``openai`` package; implements ``PlanTransport``."""

    def __init__(self, settings: EndpointSettings, *, memory: LadderMemory | None = None) -> None:
        """Ask an endpoint; ``memory`` is the process's own when left out."""
        self._settings = settings
        self._memory = memory or open_memory({})

    @property
    def model(self) -> str:
        """Name of the model that is asked."""
        return self._settings.model

    @property
    def host(self) -> str:
        """Host that is asked, for sentences."""
        return self._settings.host

    @property
    def capability(self) -> Capability:
        """How the endpoint is asked, as far as is known."""
        known = self._memory.recall(self._settings.base_url, self._settings.model)
        host = self._settings.host
        is_new = any(host == name or host.endswith(f".{name}") for name in _NEW_LIMIT_HOSTS)
        limit_name = "max_completion_tokens" if is_new else "max_tokens"
        return known or Capability(limit_name=limit_name)

    async def complete(
        self,
        request: ChatRequest,
        *,
        deadline_s: float,
        on_text: Callable[[str], None] | None = None,
    ) -> ChatReply:
        """Return the answer, from the highest rung of the ladder on which there is one.

        Cancelling closes the connection.

        Args:
            request: What is asked.
            deadline_s: Longest time for everything [s].
            on_text: Called on the caller's loop with pieces of text as they come.

        Raises:
            PlanTransportError: There is no answer, with a sentence why.
        """
        end_s = time.monotonic() + deadline_s
        exchanges: list[Exchange] = []
        with _relay(on_text) as tell:

            async def ask(client: openai.AsyncOpenAI) -> ChatReply:
                exchange = Exchange(self._settings, client, request, end_s=end_s, on_text=tell)
                exchanges.append(exchange)
                reply, learnt = await exchange.complete(self.capability)
                if learnt is not None:
                    self._memory.keep(self._settings.base_url, self._settings.model, learnt)
                return reply

            try:
                return await self._run(ask, deadline_s)
            except PlanTransportError as exc:
                exc.usage = next((e.usage for e in exchanges if e.usage.prompt_tokens), None)
                raise

    async def list_models(self, *, deadline_s: float) -> tuple[ModelInfo, ...] | None:
        """Return the models the server says it has, or None when it does not say.

        Args:
            deadline_s: Longest time [s].

        Raises:
            PlanTransportError: It cannot be reached or refuses the key.
        """
        return await self._run(self._list_models, deadline_s)

    async def _list_models(self, client: openai.AsyncOpenAI) -> tuple[ModelInfo, ...] | None:
        import openai

        try:
            response = await client.models.with_raw_response.list()
            return _read_models(response.content)
        except openai.APIStatusError as exc:
            if exc.status_code in (404, 405, 501):
                return None
            raise

    async def _run(self, work: Work[_T], deadline_s: float) -> _T:
        """Run work with a client in a worker thread, and say in our words what goes wrong."""
        host = self.host
        try:
            return await run_on_worker_loop(
                lambda: self._work(work, deadline_s), deadline_s=deadline_s
            )
        except TimeoutError as exc:
            text = f"The language model at {host} did not answer within {deadline_s:g} s."
            raise PlanTransportError(text, retryable=True) from exc
        except (OSError, RuntimeError, ValueError) as exc:
            text = f"Talking to the language model at {host} failed ({type(exc).__name__})."
            raise PlanTransportError(text, retryable=True) from exc

    async def _work(self, work: Work[_T], deadline_s: float) -> _T:
        settings = self._settings
        try:
            import httpx
            import openai
        except ImportError as exc:
            raise PlanTransportError(
                'The package openai cannot be used here: install "clappper-core[llm]".'
            ) from exc
        # On DEBUG it logs the user's words, and fails with the pydantic of Kit 106.
        logging.getLogger("openai").setLevel(logging.INFO)
        async with open_http(deadline_s) as http:
            client = openai.AsyncOpenAI(
                api_key=settings.api_key,
                base_url=settings.base_url,
                http_client=http,
                max_retries=0,
            )
            try:
                return await work(client)
            except (openai.OpenAIError, httpx.HTTPError, ReplyTooLongError) as exc:
                # A server that quotes the key back must not get it into a traceback.
                cause = None if settings.api_key in str(exc) else exc
                raise make_transport_error(exc, settings) from cause
            except (AttributeError, TypeError) as exc:
                text = f"The package openai does not fit the packages it meets here ({exc})."
                raise PlanTransportError(redact(text, settings, limit=240)) from exc


@contextlib.contextmanager
def _relay(on_text: Callable[[str], None] | None) -> Iterator[Callable[[str], None] | None]:
    """Give a function that calls another on the loop of now, from any thread, until the end."""
    if on_text is None:
        yield None
        return
    loop, is_over = asyncio.get_running_loop(), False

    def tell(piece: str) -> None:
        if not is_over:
            on_text(piece)

    def tell_from_thread(piece: str) -> None:
        with contextlib.suppress(RuntimeError):  # the loop may be closed by now
            loop.call_soon_threadsafe(tell, piece)

    try:
        yield tell_from_thread
    finally:
        is_over = True


def _read_models(body: bytes) -> tuple[ModelInfo, ...] | None:
    try:
        document = json.loads(body)
        rows = [row for row in document["data"][:2000] if isinstance(row["id"], str)]
        return tuple(ModelInfo(row["id"][:200], _read_context(row)) for row in rows)
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError):
        return None


def _read_context(row: Mapping[str, Any]) -> int | None:
    meta = row.get("meta")
    values = [row.get(name) for name in _CONTEXT_NAMES]
    values += [meta.get("n_ctx"), meta.get("n_ctx_train")] if isinstance(meta, dict) else []
    return next((v for v in values if isinstance(v, int) and 0 < v < 1_000_000_000), None)
