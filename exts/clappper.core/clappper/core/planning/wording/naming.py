"""The things a clause speaks of by a pronoun, or not at all, put into it by their name."""

from __future__ import annotations

import re

from clappper.core.planning.wording.form import NUMBER

__all__ = ["name_things"]

_EACH = re.compile(r"\b(?:each|every) (?:one of|of) (?:it|them|those|these)\b", re.IGNORECASE)
_EACH_ONE = re.compile(r"\b(?:each|every) one\b", re.IGNORECASE)
_PRONOUN = re.compile(r"\b(?:it|them|those|they)\b(?: (?:all|both)\b)?", re.IGNORECASE)
_NUMBER_ONLY = re.compile(
    r"^(?:only |make it |there should be |just |the |add |(?:cut|bring|take) (?:it|them"
    r"|that) down to "
    rf"|(?:i|we) (?:need |want |would like )|let's have )*(?P<count>{NUMBER})(?: more)?$",
    re.IGNORECASE,
)
_DETERMINER = re.compile(
    rf"^(?:the|these|those|all the|all|my|our|{NUMBER}) (?:of the )?", re.IGNORECASE
)
_SOME_OF = re.compile(rf"\b({NUMBER}) of (?:them|those|these)\b", re.IGNORECASE)
_PART = re.compile(rf"^{NUMBER} of (?:the|these|those|our|my) ", re.IGNORECASE)


def name_things(plain: str, things: tuple[str, ...]) -> str:
    """Return a clause that names the things a remark before it was about.

    Args:
        plain: The clause; so many of them are wanted, or it says it, them, each one.
        things: What the remark was about, and what that was said to be far from or near to.
    """
    if not things:
        return plain
    bare = _DETERMINER.sub("", things[0])
    part = _PART.match(things[0])
    number = _NUMBER_ONLY.match(plain)
    if number is not None:
        return f"only {number['count']} {bare}"
    plain = _EACH_ONE.sub(f"each of the {bare}", _EACH.sub(f"each of the {bare}", plain))
    plain = _SOME_OF.sub(rf"\1 {bare}", plain)
    if plain.lower() == "half as many":
        return f"half as many {bare}"
    named = [things[0] if part is not None else f"the {bare}", *things[1:]]

    def name(match: re.Match[str]) -> str:
        return named.pop(0) if len(named) > 1 else named[0]

    return _PRONOUN.sub(name, plain)
