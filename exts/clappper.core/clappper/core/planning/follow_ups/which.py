"""Words before a noun that say how many or which of the things are meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clappper.core.planning.follow_ups.target import read_phrase
from clappper.core.planning.wording.clause import load_edit_words

if TYPE_CHECKING:
    from clappper.core.planning.edits.models import Which
    from clappper.core.planning.lexer import Token

__all__ = ["read_part", "read_share", "read_which"]


def read_part(tokens: tuple[Token, ...]) -> tuple[int | None, tuple[Token, ...]]:
    """Return how many of them are meant, and the words after it: two of the."""
    if len(tokens) > 2 and tokens[0].kind == "number" and tokens[1].norm == "of":
        return max(1, int(tokens[0].value)), tokens[2:]
    return None, tokens


def read_share(tokens: tuple[Token, ...]) -> tuple[float, tuple[Token, ...]]:
    """Return which share of them is meant, and the words after it: half of the, a third of the."""
    words = [token.norm for token in tokens[:3]]
    for start, share in (("half", 0.5), ("third", 1 / 3), ("quarter", 0.25)):
        skip = 1 if words[:1] in (["a"], ["1"]) else 0
        if words[skip : skip + 1] == [start] and len(tokens) > skip + 1:
            after = skip + 1 + (words[skip + 1 : skip + 2] == ["of"])
            return share, tokens[after:]
    return 0.0, tokens


def read_which(
    tokens: tuple[Token, ...],
) -> tuple[Which | None, int | None, tuple[Token, ...]]:
    """Return which are meant or which number, and the words without it: two rightmost pallets."""
    words = load_edit_words()
    for position, token in enumerate(tokens[:3]):
        before, after = tokens[:position], tokens[position + 1 :]
        if not all(t.kind == "number" or t.norm in ("the", "that", "of") for t in before):
            break
        pair = " ".join(t.norm for t in tokens[position : position + 2])
        if pair in words.which and len(after) > 1:
            return words.which[pair], None, (*before, *after[1:])  # type: ignore[return-value]
        if not after or not _names_thing(after):
            continue
        if token.norm in words.which:
            return words.which[token.norm], None, (*before, *after)  # type: ignore[return-value]
        if token.norm in words.ordinals and before and before[0].norm == "the":
            number = words.ordinals[token.norm]
            if number == 1:
                return "first", None, (*before, *after)
            return "index", number, (*before, *after)
    return None, None, tokens


def _names_thing(tokens: tuple[Token, ...]) -> bool:
    phrase = read_phrase(tokens)
    return phrase is not None and phrase.kind in ("thing", "ones") and phrase.determiner == "none"
