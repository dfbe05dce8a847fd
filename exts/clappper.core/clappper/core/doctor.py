"""Examines how a language model can be asked and names what is wrong, with what to do about it."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Literal

from clappper.core.errors import PlanTransportError, UsageError
from clappper.core.planning.llm.endpoint import KEY_NAMES, read_endpoint
from clappper.core.planning.llm.ladder_memory import LadderMemory
from clappper.core.planning.llm.openai_transport import OpenAITransport
from clappper.core.planning.llm.transport import ChatMessage, ChatRequest, ToolSpec
from clappper.core.planning.llm.transport_error import redact

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from clappper.core.planning.llm.endpoint import EndpointSettings
    from clappper.core.planning.llm.ladder import Capability
    from clappper.core.planning.llm.openai_transport import ModelInfo
    from clappper.core.planning.llm.transport import ChatReply

__all__ = ["Check", "Examination", "examine"]

_PACKAGES = ("openai", "httpx", "pydantic")
#: Longest request that is planned with, and room for its answer [tokens].
_CONTEXT_TOKENS = 20_000
#: Room for a short answer of a model that thinks first [tokens].
_PROBE_TOKENS = 1024


@dataclass(frozen=True)
class Check:
    """One thing that was looked at: well, worth knowing, or wrong."""

    name: str
    status: Literal["ok", "note", "wrong"]
    text: str


@dataclass(frozen=True)
class Examination:
    """All that was looked at; host and model are None when no endpoint is described."""

    checks: tuple[Check, ...]
    host: str | None
    model: str | None

    @property
    def is_ok(self) -> bool:
        """Whether a model can be asked."""
        return all(check.status != "wrong" for check in self.checks)


async def examine(
    environment: Mapping[str, str],
    *,
    base_url: str | None = None,
    model: str | None = None,
    deadline_s: float = 60.0,
    on_check: Callable[[Check], None] = lambda check: None,
) -> Examination:
    """Look at packages, key, address, model, tools, streaming and context; ask one short question.

    Args:
        environment: Variables with key, address and model.
        base_url: Address; goes before the environment's.
        model: Model; goes before the environment's.
        deadline_s: Longest time for each request [s].
        on_check: Told each check as soon as it is made.
    """
    checks: list[Check] = []

    def note(name: str, status: Literal["ok", "note", "wrong"], text: str) -> None:
        checks.append(Check(name, status, text))
        on_check(checks[-1])

    settings = _check_settings(note, environment, base_url, model)
    if settings is not None and all(check.status != "wrong" for check in checks):
        await _check_endpoint(note, settings, deadline_s)
    host, name = (settings.host, settings.model) if settings else (None, None)
    return Examination(tuple(checks), host, name)


def _check_settings(
    note: Callable[..., None],
    environment: Mapping[str, str],
    base_url: str | None,
    model: str | None,
) -> EndpointSettings | None:
    versions = {name: _find_version(name) for name in _PACKAGES}
    found = ", ".join(f"{name} {number}" for name, number in versions.items() if number)
    if versions["openai"] and versions["httpx"]:
        note("packages", "ok", f"{found}.")
    else:
        text = 'The package openai is missing: install "clappper-core[llm]".'
        note("packages", "wrong", text)
    try:
        settings = read_endpoint(environment, base_url=base_url, model=model)
    except UsageError as exc:
        note("settings", "wrong", str(exc))
        return None
    if settings is None:
        names = " or ".join(KEY_NAMES)
        note("key", "wrong", f"There is no key for a language model: set {names}.")
        return None
    if environment.get(settings.key_name, "").strip():
        note("key", "ok", f"Found in {settings.key_name}.")
    else:
        note("key", "ok", f"None, and {settings.host} is local: servers there need none as a rule.")
    return settings


async def _check_endpoint(
    note: Callable[..., None], settings: EndpointSettings, deadline_s: float
) -> None:
    transport = OpenAITransport(settings, memory=LadderMemory())
    try:
        models = await transport.list_models(deadline_s=deadline_s)
    except PlanTransportError as exc:
        note("address", "wrong", str(exc))
        return
    note("address", "ok", f"{settings.base_url} answers.")
    listed = None if models is None else {found.name: found for found in models}
    nonce = secrets.token_hex(4)
    try:
        reply = await transport.complete(_make_probe(nonce), deadline_s=deadline_s)
    except PlanTransportError as exc:
        hint = ""
        if listed and settings.model not in listed:
            hint = f" It lists {_name_some(listed, settings)}."
        note("model", "wrong", f"{exc}{hint}")
        return
    if nonce not in _read_code(reply):
        note("model", "wrong", f"{settings.model} does not do what it is asked: choose another.")
        return
    if listed is None or settings.model in listed:
        note("model", "ok", f"{settings.model} answers.")
    else:
        note("model", "ok", f"{settings.model} answers, though the server does not list it.")
    _check_rung(note, settings.model, transport.capability)
    _check_context(note, settings.model, listed)
    counted = "estimated" if reply.usage.is_estimated else "as the server counts"
    total = reply.usage.prompt_tokens + reply.usage.completion_tokens
    note("tokens", "ok", f"The question took {total} tokens, {counted}.")


def _check_rung(note: Callable[..., None], model: str, capability: Capability) -> None:
    if capability.has_tools:
        kind = "with binding schemas" if capability.is_strict else "without binding schemas"
        note("tools", "ok", f"{model} calls tools, {kind}.")
    else:
        way = {"json_schema": "as JSON of a schema", "json_object": "as JSON"}
        text = (
            f"{model} calls no tools here: it answers {way.get(capability.rung, 'in plain text')} "
            "and cannot search the catalog. Choose a model with tools, or start the server with "
            "them (vLLM: --enable-auto-tool-choice, llama.cpp: --jinja)."
        )
        note("tools", "note", text)
    if capability.is_streamed:
        note("streaming", "ok", "Answers come in pieces.")
    else:
        note("streaming", "note", "Answers come at once, nothing is shown before.")
    if capability.dropped:
        names = ", ".join(sorted(capability.dropped))
        note("parameters", "note", f"The server does not take {names}; they are left out.")


def _check_context(
    note: Callable[..., None], model: str, listed: Mapping[str, ModelInfo] | None
) -> None:
    info = (listed or {}).get(model)
    tokens = info.context_tokens if info else None
    if tokens is None:
        text = f"The server does not say how much it reads; {_CONTEXT_TOKENS:,} tokens are needed."
        note("context", "note", text)
    elif tokens < _CONTEXT_TOKENS:
        text = (
            f"{model} reads {tokens:,} tokens at once, long requests need {_CONTEXT_TOKENS:,}: "
            "give it a longer context (Ollama: num_ctx, llama.cpp: -c, vLLM: --max-model-len)."
        )
        note("context", "note", text)
    else:
        note("context", "ok", f"{model} reads {tokens:,} tokens at once.")


def _make_probe(nonce: str) -> ChatRequest:
    schema = {
        "type": "object",
        "properties": {"code": {"type": "string", "description": "The code, unchanged."}},
        "required": ["code"],
        "additionalProperties": False,
    }
    return ChatRequest(
        messages=(
            ChatMessage("system", "You test a connection. Report the code you are given."),
            ChatMessage("user", f"The code is {nonce}."),
        ),
        answer=ToolSpec("report_code", "Report the code.", schema),
        max_tokens=_PROBE_TOKENS,
    )


def _read_code(reply: ChatReply) -> str:
    text = reply.tool_calls[0].arguments if reply.tool_calls else reply.text or ""
    try:
        return str(json.loads(text)["code"])
    except (ValueError, LookupError, TypeError, RecursionError):
        return ""


def _name_some(listed: Mapping[str, ModelInfo], settings: EndpointSettings) -> str:
    names = [redact(name, settings, limit=60) for name in list(listed)[:5]]
    more = len(listed) - len(names)
    return ", ".join(names) + (f" and {more} more" if more else "")


def _find_version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
