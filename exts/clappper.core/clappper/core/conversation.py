"""What was said and done about one run, kept beside it and compacted for whoever reads it later.

The file is bounded and holds no keys.
"""

from __future__ import annotations

import json
import re
import unicodedata
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from clappper.core.files import write_json
from clappper.core.planning.llm.endpoint import KEY_NAMES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

__all__ = [
    "MAX_TURNS",
    "Conversation",
    "Deed",
    "Turn",
    "clean_line",
    "compact_history",
    "load_conversation",
]

#: Turns that are kept; the oldest go first.
MAX_TURNS = 200
#: Longest text of a turn that is kept, and longest one-line summary of what was asked [characters].
_TEXT_CHARS, _SUMMARY_CHARS = 4_000, 60
#: Largest file that is read [bytes].
_MAX_BYTES = 8_000_000
#: Shortest value of a key variable that is looked for: the placeholder of a local server may be
#: a word.
_KEY_CHARS = 12
_KEY_LIKE = re.compile(r"\b(?:sk|nvapi)-[\w*.-]{8,}|\bBearer\s+[\w.~+/-]{8,}=*", re.IGNORECASE)

Deed = Literal["made", "edited", "answered", "asked", "undone", "redone", "filmed", "failed"]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Turn(_Model):
    """What the user said, and what came of it."""

    user: str = Field(max_length=_TEXT_CHARS)
    did: Deed
    said: str = Field(max_length=_TEXT_CHARS, description="The answer in a few sentences.")
    plan_sha256: str | None = Field(
        default=None, description="SHA-256 of plan.json after it, or null without a scene."
    )

    def describe(self) -> str:
        """Return the turn in full, on a line for each who speaks."""
        return f"You: {self.user}\n{self.did}: {self.said}"

    def summarize(self) -> str:
        """Return the turn on one short line."""
        text = " ".join(self.user.split())
        if len(text) > _SUMMARY_CHARS:
            text = f"{text[: _SUMMARY_CHARS - 1]}…"
        return f"You: {text} ({self.did})"


class Conversation(_Model):
    """All turns about one run, the oldest first."""

    schema_version: Literal[1] = 1
    turns: tuple[Turn, ...] = Field(default=(), max_length=MAX_TURNS)

    def add(
        self, user: str, did: Deed, said: str, *, plan_sha256: str | None = None
    ) -> Conversation:
        """Return the conversation with one turn more; what is too long is cut."""
        turn = Turn(user=_shorten(user), did=did, said=_shorten(said), plan_sha256=plan_sha256)
        return Conversation(turns=(*self.turns, turn)[-MAX_TURNS:])

    def save(self, path: Path) -> None:
        """Write it, whole or not at all.

        Raises:
            OutputError: The file cannot be written.
        """
        write_json(path, self.model_dump(mode="json"))


def load_conversation(path: Path) -> Conversation | None:
    """Return the conversation in a file, an empty one without file, or None if it is not sound."""
    try:
        if not path.is_file():
            return Conversation()
        if path.stat().st_size > _MAX_BYTES:
            return None
        return Conversation.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, RecursionError, ValidationError):
        return None


def compact_history(turns: Sequence[Turn], budget_chars: int) -> tuple[str, ...]:
    """Return turns as texts that fit a budget, the oldest first.

    From the oldest on, turns shrink to one line each; if that is not enough, they are dropped.

    Args:
        turns: What was said, the oldest first.
        budget_chars: Most characters of all texts, one for the line end of each included.
    """
    texts = [turn.describe() for turn in turns]
    total = sum(len(text) + 1 for text in texts)
    for index, turn in enumerate(turns):
        if total <= budget_chars:
            break
        short = turn.summarize()
        if len(short) < len(texts[index]):
            total -= len(texts[index]) - len(short)
            texts[index] = short
    dropped = 0
    while total > budget_chars and dropped < len(texts):
        total -= len(texts[dropped]) + 1
        dropped += 1
    return tuple(texts[dropped:])


def clean_line(text: str, environment: Mapping[str, str]) -> str:
    """Return a line of the user without keys and control characters.

    Args:
        text: As it was typed or piped.
        environment: Variables whose keys must not be repeated, for example ``os.environ``.
    """
    for name in KEY_NAMES:
        key = environment.get(name, "").strip()
        if len(key) >= _KEY_CHARS:
            text = text.replace(key, "[key]")
    text = _KEY_LIKE.sub("[key]", text)
    return "".join(" " if unicodedata.category(c) in ("Cc", "Cs") else c for c in text).strip()


def _shorten(text: str) -> str:
    return text if len(text) <= _TEXT_CHARS else f"{text[: _TEXT_CHARS - 1]}…"
