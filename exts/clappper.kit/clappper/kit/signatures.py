"""Whether a function of Kit takes the call that our code makes."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["UnknownSignatureError", "find_call_problem"]

_ANYTHING = object()


class UnknownSignatureError(Exception):
    """A native function tells neither its parameters nor enough in its documentation."""


def find_call_problem(function: Any, positional: int, keywords: Sequence[str]) -> str:
    """Return what is wrong with a call, or nothing; parameters with defaults may come on top.

    Native functions have no signature: their documentation is read instead.

    Raises:
        UnknownSignatureError: Nothing tells.
    """
    if not callable(function):
        return f"it is {type(function).__name__} and cannot be called"
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return _read_documentation(function, positional, keywords)
    try:
        signature.bind(*[_ANYTHING] * positional, **dict.fromkeys(keywords, _ANYTHING))
    except TypeError as exc:
        return f"{exc}; it takes {_shorten(str(signature))}"
    return ""


def _read_documentation(function: Any, positional: int, keywords: Sequence[str]) -> str:
    """Judge a native function, as pybind11 makes them, by the first line of its documentation."""
    text = _find_documentation(function)
    missing = [
        keyword
        for keyword in keywords
        if not re.search(rf"\b{re.escape(keyword)}\b", text)
        and not hasattr(function, keyword)
        and not hasattr(function, f"set_{keyword}")
    ]
    if not text:
        if positional or missing:
            raise UnknownSignatureError
        return ""
    first = text.splitlines()[0]
    if missing and ("*" in first or "Overloaded" in text):
        raise UnknownSignatureError
    if missing:
        return f"{', '.join(missing)} is no parameter of {_shorten(first)}"
    required = _count_required(first)
    if required is None or "Overloaded" in text:
        return ""
    given = positional + len(keywords)
    if required > given:
        return f"it wants {required} arguments and gets {given}: {_shorten(first)}"
    return ""


def _find_documentation(function: Any) -> str:
    if isinstance(function, type):
        return getattr(function.__init__, "__doc__", None) or ""  # type: ignore[misc]
    return getattr(function, "__doc__", None) or ""


def _count_required(line: str) -> int | None:
    """Return how many arguments ``name(self: X, arg0: str, order: int = 0) -> Y`` needs."""
    inside = re.match(r"^\w+\((.*)\)(?: -> .*)?$", line.strip())
    if inside is None:
        return None
    # Commas inside of brackets part no parameters.
    flat, text = "", inside.group(1)
    while flat != text:
        flat, text = text, re.sub(r"\[[^\[\]]*\]|\([^()]*\)|<[^<>]*>|\{[^{}]*\}", "", text)
    names = [part.strip() for part in flat.split(",") if part.strip()]
    return sum(not (n.startswith(("self", "*", "/")) or "=" in n) for n in names)


def _shorten(text: str, limit: int = 240) -> str:
    return text if len(text) <= limit else f"{text[:limit]} …"
