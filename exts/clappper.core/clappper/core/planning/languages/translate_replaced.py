"""Which commands of a text are taken back or made exact by a later one."""

from __future__ import annotations

import re

__all__ = ["is_replaced"]

#: What a later command says exactly, and what said less of it before.
_EXACT = (
    (
        re.compile(r"film \d"),
        re.compile(r"(?:make it |film )?(?:shorter|longer|slower|faster)(?: film)?$"),
    ),
    (
        re.compile(r"camera at \d"),
        re.compile(r"camera (?:higher|lower|rises|descends|moves (?:up|down))$"),
    ),
    (
        re.compile(r"make (?:the|it) ?[\w ]*\d"),
        re.compile(
            r"(?:make (?:the (?:room|ceiling|storage hall|warehouse)|it) |change the ceiling to )"
            r"(?:bigger|smaller|larger|higher|lower|wider|narrower|longer|shorter)$"
        ),
    ),
    (
        re.compile(r"(?:keep only|make it|there should be) \d"),
        re.compile(r"(?:fewer|more|add) [a-z][\w ]+s$"),
    ),
)
_UNDO = "undo"


def is_replaced(before: str, later: str) -> bool:
    """Whether an English command says nothing any more when another follows it.

    Args:
        before: The earlier command.
        later: The later one; to undo takes back all.
    """
    if later == _UNDO:
        return True
    return any(exact.match(later) and loose.match(before) for exact, loose in _EXACT)
