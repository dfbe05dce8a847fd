"""Wishes taken back in the same breath: five drums, no, seven; next to the door, no, behind it."""

from __future__ import annotations

import re

from clappper.core.planning.wording.form import NUMBER

__all__ = ["correct"]

_TAKING_BACK = re.compile(
    r"^(?:(?:hm+|oh|well|ok|okay|but|and|yeah)[, ]+)*(?:no|nope|sorry|wait|or rather|i mean"
    r"|make that"
    r"|scratch that|actually no|no wait|correction)\b[, ]*",
    re.IGNORECASE,
)
_NUMBER = re.compile(rf"^(?:(?:only|make it|make that|just) )*(?P<count>{NUMBER})$", re.IGNORECASE)
_COUNTED = re.compile(
    rf"^(?:(?:only|make it|there should be|add) )*(?P<count>{NUMBER}) (?P<np>[a-z][a-z -]*)$",
    re.IGNORECASE,
)
_ANY_NUMBER = re.compile(rf"\b{NUMBER}\b(?= [a-z])", re.IGNORECASE)
_PLACE = re.compile(
    r"^(?:in front of|in|on|at|behind|next to|near|beside|between|against|along|under|around"
    r"|left of"
    r"|right of|to the (?:left|right) of|opposite|across from|inside|away from)\b",
    re.IGNORECASE,
)
_ANY_PLACE = re.compile(rf"\s{_PLACE.pattern.removeprefix('^')}", re.IGNORECASE)


def correct(before: str, said: str, plain: str) -> str | None:
    """Return the command before as a clause corrects it, or None where it does not.

    Args:
        before: The command before, put plainly.
        said: The clause as it was said.
        plain: The clause put plainly.
    """
    mark = _TAKING_BACK.match(said)
    if mark is None:
        return None
    number = _NUMBER.match(plain)
    if number is not None:
        return _replace_last(_ANY_NUMBER, before, number["count"])
    counted = _COUNTED.match(plain)
    if counted is not None:
        head = counted["np"].split()[-1].lower().rstrip("s")
        own = re.compile(rf"\b{NUMBER} (?:[a-z-]+ ){{0,2}}?{re.escape(head)}s?\b", re.IGNORECASE)
        return _replace_last(own, before, f"{counted['count']} {counted['np']}")
    rest = said[mark.end() :]
    if _PLACE.match(rest):
        return _cut_last(_ANY_PLACE, before, rest)
    return None


def _replace_last(pattern: re.Pattern[str], text: str, new: str) -> str | None:
    found = list(pattern.finditer(text))
    return text[: found[-1].start()] + new + text[found[-1].end() :] if found else None


def _cut_last(pattern: re.Pattern[str], text: str, new: str) -> str | None:
    found = list(pattern.finditer(text))
    return f"{text[: found[-1].start()]} {new}" if found else None
