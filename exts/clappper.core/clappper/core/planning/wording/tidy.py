"""A request without what speaking, dictating and notes leave in it: uh, gimme, racks -> 10."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clappper.core.planning.wording.form import NUMBER

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["tidy"]

_COMPARED = {
    "soft": "softer", "bright": "brighter", "dark": "darker", "big": "bigger", "large": "larger",
    "wide": "wider", "high": "higher", "low": "lower", "warm": "warmer", "small": "smaller",
    "close": "closer", "near": "nearer", "long": "longer", "short": "shorter", "slow": "slower",
    "fast": "faster",
}  # fmt: skip
_DIGITS = {
    word: str(digit)
    for digit, word in enumerate(
        ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    )
}
_DIGIT = "|".join(_DIGITS)
_LONG = r"(?:m|meters?|metres?|ft|feet|foot)"

_VERBS = frozenset(
    (
        *("zoom", "pull", "push", "dolly", "move", "take", "throw", "get", "put", "spread", "cut"),
        *("go", "leave", "come", "clear", "toss", "kick", "bring", "let", "make", "turn", "fly"),
        *("the", "a", "an", "it", "them", "that", "slowly", "slow", "camera", "track", "in", "out"),
        *("bin", "chuck", "drop", "swap", "switch", "rule", "want", "i", "we", "with", "and", "to"),
        *("add", "remove", "keep", "is", "are", "walk", "ease", "creep", "fade", "lights", "light"),
    )
)
_END = r"(?= ?(?:[,.;\n]|$))"


def _tell_note(match: re.Match[str], command: str) -> str:
    """Return a note as a command: whiteboard out; a verb that goes out or in is left alone."""
    words = match[1].lower().split()
    return match[0] if _VERBS.intersection(words) else f"{command} {match[1]}"


#: What is written otherwise before anything is read; in this order.
_CHANGES: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), plain)
    for pattern, plain in (
        # Spoken and dictated.
        (r"\b(?:u+h+m*|u+m+|erm*|ehm*)\b[,.]*\s*", ""),
        (r"[, ]+(?:full stop|period)\b(?= |$|[.,;])", "."),
        (r"(?<=\w) comma\b", ","),
        (r"\b(?:lol|haha|lmao|mate|buddy|dude,|bro|ta|cheers|pls|plz)\b(?=\s*(?:[.,;!?]|$))", ""),
        (r"\b(?:for (?:heaven|god|christ|goodness)(?:'s)? sake|if you (?:like|will|please))\b", ""),
        (r",? (?:would|will|can|could) (?:you|ya)(?: mind)?(?= ?(?:[.?!]|$))", ""),
        (r"\bgimme\b", "give me"),
        (r"\blemme (?:get|have)\b", "give me"),
        (r"\blemme\b", "let me"),
        (r"\b(?:(?:i'm|i am|we're|we are) )?gonna need\b", "we need"),
        (r"(?<= )'?em\b", "them"),
        (r"\b(?:smack|bang|slap|right) (?=(?:in|on|at) )", ""),
        (r"\b(?:arrange|add|put|make|remove|move|place|turn) please\b", lambda m: m[0][:-7]),
        (rf"\b({_DIGIT}) point ({_DIGIT})\b", lambda m: f"{_DIGITS[m[1]]}.{_DIGITS[m[2]]}"),
        (
            rf"\b(?:and|with) (?:the )?(?:{NUMBER} )?([a-z]+(?: [a-z]+)?) (?:that|which) "
            rf"(?:belongs?|goes?"
            r"|comes?|go) (?:to|with) (?:it|them)\b",
            r"and their \1",
        ),
        (r" instead of (?:wherever|where|how|what) [^,.;]*", ""),
        (r",? (?:like|around|about|at) \d{1,2} ?[ap]\.?m\b\.?", ""),
        (r"^\W*(?:whoa|wow|yikes|blimey|jeez|omg|woah|argh|ugh)\b[,! ]*", ""),
        # Not quite English.
        (
            rf"\bmore ({'|'.join(_COMPARED)})\b(?! (?:light|lights|shot|view|angle))",
            lambda m: _COMPARED[m[1].lower()],
        ),
        (
            r"\b(i|we) (?:also (need|want|would like)|(need|want) also)\b",
            lambda m: f"{m[1]} {m[2] or m[3]}",
        ),
        (r"\bdo the (room|scene|light|camera|hall|place)\b", r"make the \1"),
        (rf"\b(add|put|place) other ({NUMBER}) ", r"\1 \2 more "),
        (
            rf"\b(\d+(?:\.\d+)?) ?{_LONG} (?:for|per|on|by) (\d+(?:\.\d+)?) ?({_LONG})\b",
            r"\1 x \2 \3",
        ),
        # Notes.
        (r"^\W*(?:v\d+|changes?|note|todo|fix(?:es)?|update|next|edit)\s*:\s*", ""),
        (
            r"\b(cam(?:era)?|light(?:ing)?|mood|film|clip|room|shot|lens|view|size|height)\s*[:=]\s*",
            r"\1 ",
        ),
        (
            rf"(?<![\w-])([a-z][a-z -]*?)\s*(?:{NUMBER})?\s*(?:->|=>|\u2192|\u21d2"
            rf"|=)\s*({NUMBER})\b",
            r"there should be \2 \1. ",
        ),
        (r"\s*\(([^()]{1,60})\)", r", \1"),
        (rf"(?<![\w-])([a-z][a-z -]*?) out{_END}", lambda m: _tell_note(m, "remove the")),
        (rf"(?<![\w-])([a-z][a-z -]*?) in{_END}", lambda m: _tell_note(m, "add a")),
    )
)


def tidy(text: str) -> str:
    """Return a request in plain written English.

    Args:
        text: The request in English, as it was said.
    """
    for pattern, plain in _CHANGES:
        text = pattern.sub(plain, text)
    return text
