"""Foreign text made harmless: one line, bounded, without control characters and without keys."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["TextStream", "clean_list", "clean_words", "drop_surrogates", "hide_keys"]

_KEY_LIKE = re.compile(
    r"\b(?:sk|nvapi|gsk|xai)-[\w-]{10,}|\bBearer\s+[\w.+/=-]{10,}", re.IGNORECASE
)
_LAST_WORD = re.compile(r"\S+\s+\Z")
#: Most text that is shown of one answer, and longest word that is waited for [characters].
_MAX_SHOWN, _MAX_HELD = 20_000, 400


def hide_keys(text: str) -> str:
    """Return text in which whatever looks like a key is replaced."""
    return _KEY_LIKE.sub("[key]", text)


def drop_surrogates(text: str) -> str:
    """Return text that can be encoded: half surrogates, which JSON can hold, become ?."""
    return text.encode("utf-8", "replace").decode("utf-8")


def clean_words(text: str, *, limit: int) -> str:
    """Return text on one line without control, format and bidirectional characters, bounded.

    Args:
        text: Foreign text.
        limit: Longest result [characters].
    """
    text = "".join(" " if unicodedata.category(c)[0] == "C" else c for c in text[: 2 * limit])
    return hide_keys(re.sub(r"\s+", " ", text).strip())[:limit].strip()


def clean_list(texts: Iterable[str], *, limit: int) -> list[str]:
    """Return cleaned texts of at most ``limit`` characters, each once, without empty ones."""
    cleaned = (clean_words(text, limit=limit) for text in texts)
    return list(dict.fromkeys(text for text in cleaned if text))


class TextStream:
    """Hands on text that comes in pieces, cleaned; a word is held back until it is complete."""

    def __init__(self, on_text: Callable[[str], None]) -> None:
        self._on_text = on_text
        self._held = ""
        self._shown = 0

    def feed(self, piece: str) -> None:
        """Take the next piece."""
        if self._shown >= _MAX_SHOWN:
            return
        *words, rest = re.split(r"(?<=\s)(?=\S)|(?<=\s)\Z", self._held + piece[:_MAX_SHOWN])
        # The last whole word may be the first of two that are a key.
        text = hide_keys("".join(words))
        last = _LAST_WORD.search(text)
        cut = last.start() if last else len(text)
        self._show(text[:cut])
        # No word is as long as that: it is not shown at all.
        self._held = text[cut:] + (rest if len(rest) < _MAX_HELD else "")

    def end(self) -> None:
        """Hand on what is held back: nothing more comes."""
        self._show(self._held)
        self._held = ""

    def _show(self, text: str) -> None:
        keeps = ("\n", "\t")
        text = "".join(
            " " if unicodedata.category(c)[0] == "C" and c not in keeps else c
            for c in hide_keys(text)[: _MAX_SHOWN - self._shown]
        )
        self._shown += len(text)
        if text.strip():
            self._on_text(text)
