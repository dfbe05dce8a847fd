"""From a language model's text to a document: bounded, and whatever is around the JSON left out."""

from __future__ import annotations

import json
import re
import types
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel

from clappper.core.errors import PlanRejectedError

__all__ = ["MAX_ANSWER_CHARS", "fill_nulls", "read_json"]

#: Longest answer that is read [characters].
MAX_ANSWER_CHARS = 60_000
_FENCE = re.compile(r"```[a-z]*\s*\n(.*?)\n?\s*```", re.DOTALL)
_THINKING = re.compile(r"<think>.*?</think>", re.DOTALL)
_UNIONS = (Union, types.UnionType)


def read_json(text: str) -> object:
    """Return the document in a text: the whole text, a fenced part of it, or its first object.

    Raises:
        PlanRejectedError: There is none, or it is far too long.
    """
    if len(text) > MAX_ANSWER_CHARS:
        raise PlanRejectedError("its answer is far too long")
    text = _THINKING.sub("", text)
    fenced = _FENCE.search(text)
    text = (fenced[1] if fenced else text).strip()
    begin = 0 if text[:1] in ("{", "[") else max(0, text.find("{"))
    try:
        document: object = json.JSONDecoder().raw_decode(text, begin)[0]
    except (ValueError, RecursionError) as exc:
        raise PlanRejectedError("its answer is not valid JSON") from exc
    return document


def fill_nulls(model: type[BaseModel], value: dict[str, Any]) -> dict[str, Any]:
    """Return a document with null for nullable fields, and no entries for lists, that are left out.

    Models that are not held to the schema leave out what they have nothing to say about.
    """
    filled = dict(value)
    for name, field in model.model_fields.items():
        if name in filled:
            continue
        annotation = field.annotation
        if get_origin(annotation) in _UNIONS and type(None) in get_args(annotation):
            filled[name] = None
        elif get_origin(annotation) is list:
            filled[name] = []
    return filled
