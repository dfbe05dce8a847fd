"""The capability ladder: how much of the protocol an endpoint speaks, learnt from its refusals.

Rungs go from strict tools, streamed, down to plain text. A refusal that names a parameter drops it,
or goes down where the rung stands on it. Nothing is learnt from a refused key, a limit or a fault.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["REFUSING", "RUNGS", "Capability", "learn_from_refusal", "step_down"]

#: Names of the rungs, best first.
RUNGS = (
    "strict_tools_streamed",
    "tools_streamed",
    "tools",
    "json_schema",
    "json_object",
    "text",
)
#: Statuses with which servers refuse a way of asking.
REFUSING = (400, 404, 422, 501)
#: Ways to make a model call a tool, the most forceful first; None leaves it to the server.
_TOOL_CHOICES = ("named", "required", "auto", None)
_LIMITS = ("max_tokens", "max_completion_tokens")
#: How refusals name what they refuse, the most particular first.
_NAMES = {
    "parallel_tool_calls": r"parallel[ _-]?(tool|function)",
    "tool_choice": r"tool[ _-]?choice",
    "stream_options": r"stream[ _-]?options|include_usage",
    "strict": r"\bstrict\b|invalid schema|invalid_function_parameters",
    "json_schema": r"json[ _-]?schema|invalid schema|\bgrammar\b|guided",
    "response_format": r"response[ _-]?format|json[ _-]?(mode|object)",
    "max_tokens": r"\bmax[ _]tokens\b",
    "max_completion_tokens": r"\bmax_completion_tokens\b",
    "temperature": r"\btemperature\b",
    "seed": r"\bseed\b",
    "stream": r"\bstream(ing|ed)?\b",
    "tools": r"\btools?\b|\bfunction[ _-]?call|\bfunctions\b",
}
_PATTERNS = {name: re.compile(pattern, re.IGNORECASE) for name, pattern in _NAMES.items()}
#: A prompt that fits, but not together with the longest answer that was asked for.
_NO_ROOM = re.compile(r"context.*\b(in the|for the|max\w*) (completion|output)", re.IGNORECASE)


@dataclass(frozen=True)
class Capability:
    """How an endpoint can be asked.

    Attributes:
        rung: One of ``RUNGS``.
        tool_choice: How a call is demanded: ``named``, ``required``, ``auto``, or None.
        limit_name: Parameter for the longest answer, or None.
        dropped: Parameters that are left out.
    """

    rung: str = RUNGS[0]
    tool_choice: str | None = "named"
    limit_name: str | None = "max_tokens"
    dropped: frozenset[str] = frozenset()

    @property
    def has_tools(self) -> bool:
        """Whether tools can be called."""
        return self.rung in RUNGS[:3]

    @property
    def is_streamed(self) -> bool:
        """Whether answers come in pieces."""
        return self.rung in RUNGS[:2]

    @property
    def is_strict(self) -> bool:
        """Whether the schemas of tools are binding."""
        return self.rung == RUNGS[0]


def step_down(capability: Capability) -> Capability | None:
    """Return the next rung down, or None on the last."""
    below = RUNGS.index(capability.rung) + 1
    return replace(capability, rung=RUNGS[below]) if below < len(RUNGS) else None


def learn_from_refusal(
    capability: Capability, detail: str, sent: Mapping[str, Any]
) -> Capability | None:
    """Return how to ask instead, or None when a refusal is not about the way of asking.

    Every step takes something away for good, so that steps come to an end.

    Args:
        capability: How it was asked.
        detail: What the server said, the name of the parameter included.
        sent: The parameters that were sent.
    """
    if capability.limit_name and _NO_ROOM.search(detail):
        return replace(capability, limit_name=None)
    present = set(sent)
    if capability.is_strict or (
        capability.rung == "json_schema" and "strict" not in capability.dropped
    ):
        present.add("strict")
    if capability.rung == "json_schema":
        present.add("json_schema")
    for name, pattern in _PATTERNS.items():
        if name in present and pattern.search(detail):
            if name == "tool_choice":
                return _choose_weaker(capability, sent[name])
            return _take_away(capability, name)
    if "tools" in present and _PATTERNS["tool_choice"].search(detail):
        return replace(capability, rung="json_schema")
    return None


def _choose_weaker(capability: Capability, sent: object) -> Capability:
    known = sent if sent in _TOOL_CHOICES else "named"
    return replace(capability, tool_choice=_TOOL_CHOICES[_TOOL_CHOICES.index(known) + 1])


def _take_away(capability: Capability, name: str) -> Capability:
    if name in _LIMITS:
        other = _LIMITS[1 - _LIMITS.index(name)]
        dropped = capability.dropped | {name}
        return replace(capability, limit_name=None if other in dropped else other, dropped=dropped)
    rungs = {
        "strict": "tools_streamed" if capability.is_strict else None,
        "stream": "tools",
        "tools": "json_schema",
        "json_schema": "json_object",
        "response_format": "json_object" if capability.rung == "json_schema" else "text",
    }
    rung = rungs.get(name)
    if rung is not None:
        return replace(capability, rung=rung)
    return replace(capability, dropped=capability.dropped | {name})
