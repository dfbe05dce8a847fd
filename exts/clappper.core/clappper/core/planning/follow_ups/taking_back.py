"""Sentences that take a change back, or do it again, in any language that is read."""

from __future__ import annotations

import re
from typing import Literal

from clappper.core.errors import UsageError
from clappper.core.planning.rule_planner import transcribe

__all__ = ["find_taking_back"]

_MAX_CHARS = 80
_WHAT = (
    r"(?: (?:it|that|this|please|again|one step|a step|to (?:how it was|before|the last one)"
    r"|(?:the |that |my )?(?:last|latest|previous)? ?(?:change|edit|step|one|thing|request)))*"
)
_BEFORE = r"(?:(?:no|ok|okay|please|oh|hm+|sorry|wait|actually|can you|could you)[, ]+)*"
_UNDO = re.compile(
    rf"{_BEFORE}(?:undo|revert|go back|step back|roll back|take (?:it|that|this) back"
    rf"|take back){_WHAT}",
    re.IGNORECASE,
)
_REDO = re.compile(rf"{_BEFORE}(?:redo|do (?:it|that) again|re-?apply){_WHAT}", re.IGNORECASE)


def find_taking_back(sentence: str) -> Literal["undo", "redo"] | None:
    """Return whether a sentence asks only to undo or to redo the last change, or None.

    Args:
        sentence: As the user said it.
    """
    if len(sentence) > _MAX_CHARS:
        return None
    try:
        said = " ".join(transcribe(sentence).text.split()).strip(" .!?")
    except UsageError:
        return None
    if _REDO.fullmatch(said):
        return "redo"
    return "undo" if _UNDO.fullmatch(said) else None
