"""What is sent to a Chat Completions endpoint, on each rung of the ladder."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clappper.core.planning.llm.ladder import Capability
    from clappper.core.planning.llm.transport import ChatMessage, ChatRequest, ToolSpec

__all__ = ["build_parameters"]


def build_parameters(request: ChatRequest, model: str, capability: Capability) -> dict[str, Any]:
    """Return the parameters of one request.

    Args:
        request: What is asked.
        model: Name of the model.
        capability: How the endpoint can be asked.
    """
    has_tools = capability.has_tools
    optional: dict[str, Any] = {"temperature": 0, "seed": 0}
    if has_tools:
        specs = (*request.tools, request.answer)
        optional["tools"] = [_describe_tool(spec, capability.is_strict) for spec in specs]
        optional["tool_choice"] = _choose(request, capability)
        optional["parallel_tool_calls"] = False
    else:
        optional["response_format"] = _describe_format(request.answer, capability)
    if capability.is_streamed:
        optional["stream"] = True
        optional["stream_options"] = {"include_usage": True}
    if capability.limit_name:
        optional[capability.limit_name] = request.max_tokens
    messages = list(_write_messages(request) if has_tools else _write_plain_messages(request))
    parameters = {"model": model, "messages": messages}
    parameters.update(
        (name, value)
        for name, value in optional.items()
        if value is not None and name not in capability.dropped
    )
    return parameters


def _describe_tool(spec: ToolSpec, is_strict: bool) -> dict[str, Any]:
    function: dict[str, Any] = {
        "name": spec.name,
        "description": spec.description,
        "parameters": spec.schema,
    }
    if is_strict:
        function["strict"] = True
    return {"type": "function", "function": function}


def _choose(request: ChatRequest, capability: Capability) -> object:
    if capability.tool_choice == "named" and not request.tools:
        return {"type": "function", "function": {"name": request.answer.name}}
    if capability.tool_choice in ("named", "required"):
        return "required"
    return capability.tool_choice


def _describe_format(answer: ToolSpec, capability: Capability) -> dict[str, Any] | None:
    if capability.rung == "json_object":
        return {"type": "json_object"}
    if capability.rung != "json_schema":
        return None
    schema: dict[str, Any] = {"name": answer.name, "schema": answer.schema}
    if "strict" not in capability.dropped:
        schema["strict"] = True
    return {"type": "json_schema", "json_schema": schema}


def _write_messages(request: ChatRequest) -> Iterator[dict[str, Any]]:
    for message in request.messages:
        written: dict[str, Any] = {"role": message.role, "content": message.text}
        if message.tool_calls:
            written["content"] = message.text or None
            written["tool_calls"] = [
                {
                    "id": call.id,
                    "type": "function",
                    "function": {"name": call.name, "arguments": call.arguments},
                }
                for call in message.tool_calls
            ]
        if message.tool_call_id is not None:
            written["tool_call_id"] = message.tool_call_id
        yield written


def _write_plain_messages(request: ChatRequest) -> Iterator[dict[str, Any]]:
    """Tell a conversation with tools to a server without: the schema as text, results as words.

    Roles alternate, as some templates of models demand.
    """
    schema = json.dumps(request.answer.schema, ensure_ascii=False, separators=(",", ":"))
    order = (
        f"You have no tools here. {request.answer.description} Answer with one JSON object and "
        f"nothing else, no explanation and no Markdown. Its JSON schema: {schema}"
    )
    names = {call.id: call.name for m in request.messages for call in m.tool_calls}
    written: list[dict[str, Any]] = []
    for message in request.messages:
        role, text = message.role, _tell(message, names)
        if role == "tool":
            role = "user"
        if written and written[-1]["role"] == role:
            written[-1]["content"] += f"\n\n{text}"
        else:
            written.append({"role": role, "content": text})
    if written and written[0]["role"] == "system":
        written[0]["content"] += f"\n\n{order}"
    else:
        written.insert(0, {"role": "system", "content": order})
    yield from written


def _tell(message: ChatMessage, names: dict[str, str]) -> str:
    if message.role == "tool":
        name = names.get(message.tool_call_id or "", "tool")
        return f"Result of {name}: {message.text}"
    calls = [f"{call.name}({call.arguments})" for call in message.tool_calls]
    return "\n".join(part for part in (message.text, *calls) if part)
