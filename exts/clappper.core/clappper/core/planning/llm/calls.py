"""Calls of tools and their results as they stand in a conversation: read, worded, shortened."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from clappper.core.errors import PlanRejectedError
from clappper.core.planning.llm.answer import fill_nulls, read_json
from clappper.core.planning.llm.finding import Finding
from clappper.core.planning.llm.prompt import dump_json
from clappper.core.planning.llm.text import clean_words
from clappper.core.planning.llm.tools import SUBMIT_PLAN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clappper.core.planning.llm.transport import ChatMessage

__all__ = ["describe_arguments", "make_issue", "read_arguments", "read_call", "shorten_message"]

_ISSUE_CHARS = 200
#: A longer result is shortened once the model has used it [characters].
_LONG_RESULT_CHARS = 600
#: What stands in place of a plan that was submitted again since, and of what was said about it.
_SUPERSEDED, _ISSUES = '{"superseded":true}', '{"issues":'

Model = TypeVar("Model", bound=BaseModel)


def shorten_message(message: ChatMessage) -> ChatMessage:
    """Return an earlier message with what a repair needs: of results ids, of plans nothing."""
    if message.role == "assistant":
        calls = tuple(
            replace(call, arguments=_SUPERSEDED) if call.name == SUBMIT_PLAN.name else call
            for call in message.tool_calls
        )
        return replace(message, text=message.text if calls else _SUPERSEDED, tool_calls=calls)
    if message.role == "tool" and message.text.startswith(_ISSUES):
        return replace(message, text=_SUPERSEDED)
    if message.role != "tool" or len(message.text) < _LONG_RESULT_CHARS:
        return message
    document = json.loads(message.text)
    for result in (document, *document.get("results", ())):
        for name in ("rows", "assets", "suggestions"):
            if isinstance(result.get(name), list):
                ids: dict[str, list[str]] = {}
                for row in result[name]:
                    ids.setdefault(row["noun"], []).append(row["id"])
                result[name] = ids
    return replace(message, text=dump_json(document))


def make_issue(
    code: str, message: str, *, path: str = "", nearest: Sequence[str] = ()
) -> dict[str, Any]:
    """Return the result of a call that went wrong."""
    return Finding(path, code, clean_words(message, limit=_ISSUE_CHARS), tuple(nearest)).to_json()


def describe_arguments(error: ValidationError) -> dict[str, Any]:
    """Return the result of a call with arguments that do not fit."""
    details = error.errors(include_url=False, include_input=False)[:5]
    return {
        "issues": [
            make_issue(
                "BAD_ARGUMENTS",
                str(detail["msg"]),
                path=clean_words(".".join(str(part) for part in detail["loc"]), limit=80),
            )
            for detail in details
        ]
    }


def read_call(arguments: str) -> tuple[object, str | None]:
    """Return the arguments of a call, and as JSON that may be sent again; None for what is none."""
    try:
        document = read_json(arguments or "{}")
    except PlanRejectedError:
        return None, None
    try:
        return document, dump_json(_drop_nulls(document))
    except (ValueError, RecursionError):
        return document, None


def _drop_nulls(value: object) -> object:
    """Return a document without nulls: they say nothing, and are most of a plan."""
    if isinstance(value, dict):
        return {key: _drop_nulls(part) for key, part in value.items() if part is not None}
    if isinstance(value, list):
        return [_drop_nulls(part) for part in value]
    return value


def read_arguments(model: type[Model], document: object) -> Model:
    """Return the arguments of a call; what does not fit is pydantic's error, for the model."""
    value = fill_nulls(model, document) if isinstance(document, dict) else document
    return model.model_validate(value)
