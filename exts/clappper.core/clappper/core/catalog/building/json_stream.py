"""Reads the list ``assets`` of a large JSON object entry by entry, in bounded memory."""

from __future__ import annotations

import codecs
import json
import re
from typing import TYPE_CHECKING

from clappper.core.errors import CatalogSchemaError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["decode_chunks", "detect_encoding", "iterate_assets"]

#: Longest text of one value [characters].
VALUE_LIMIT = 8 << 20
_BLANKS = re.compile(r"[ \t\r\n]*")
_MOST_DIGITS = 18


def _read_int(text: str) -> float:
    # Thousands of digits are an error of Python's int and would end the whole reading.
    return int(text) if len(text) <= _MOST_DIGITS else float(text)


_DECODER = json.JSONDecoder(parse_int=_read_int)


def detect_encoding(head: bytes) -> str:
    """Return the Unicode encoding the first bytes of a text tell, by BOM or by zero bytes."""
    return json.detect_encoding(head)


def decode_chunks(chunks: Iterable[bytes]) -> Iterator[str]:
    """Decode text piece by piece; bytes that are no UTF-8 become lone surrogates, and refused.

    Raises:
        CatalogSchemaError: UTF-16 or UTF-32 that is cut off or no text.
    """
    decoder: codecs.IncrementalDecoder | None = None
    try:
        for chunk in chunks:
            if decoder is None:
                encoding = detect_encoding(chunk)
                errors = "surrogateescape" if encoding.startswith("utf-8") else "surrogatepass"
                decoder = codecs.getincrementaldecoder(encoding)(errors=errors)
            yield decoder.decode(chunk)
        if decoder is not None:
            yield decoder.decode(b"", final=True)
    except UnicodeError as exc:
        raise CatalogSchemaError(f"the text is damaged ({exc})") from exc


def iterate_assets(pieces: Iterable[str]) -> Iterator[object]:
    """Give the members of the list ``assets``; everything else in the object is passed over.

    Raises:
        CatalogSchemaError: The text is no JSON, is cut off, or has no such list.
    """
    cursor = _Cursor(pieces)
    found = False
    if cursor.peek() != "{":
        cursor.read_value()  # says what is wrong with it, if it is no JSON
        raise CatalogSchemaError('it has no list "assets"')
    for _ in cursor.iterate("{", "}"):
        key = cursor.read_value()
        cursor.expect(":")
        if key == "assets":
            if cursor.peek() != "[":
                raise CatalogSchemaError('it has no list "assets"')
            found = True
            for _ in cursor.iterate("[", "]"):
                yield cursor.read_value()
        else:
            cursor.read_value()
    if cursor.peek():
        raise CatalogSchemaError("text follows the end of the JSON")
    if not found:
        raise CatalogSchemaError('it has no list "assets"')


class _Cursor:
    """A place in a text of which only a window is in memory."""

    def __init__(self, pieces: Iterable[str]) -> None:
        self._pieces = iter(pieces)
        self._text = ""
        self._position = 0

    def peek(self) -> str:
        """Return the next character that is not blank, or nothing at the end."""
        while True:
            blanks = _BLANKS.match(self._text, self._position)
            self._position = blanks.end() if blanks else self._position
            if self._position < len(self._text):
                return self._text[self._position]
            if not self._read_more():
                return ""

    def expect(self, character: str) -> None:
        if self.peek() != character:
            where = repr(self._text[self._position : self._position + 20]) or "the end"
            raise CatalogSchemaError(
                f"it is not readable as JSON ({character!r} missing at {where})"
            )
        self._position += 1

    def iterate(self, opening: str, closing: str) -> Iterator[None]:
        """Stop before each member of a list or object; the caller reads it."""
        self.expect(opening)
        if self.peek() != closing:
            yield
            while self.peek() == ",":
                self.expect(",")
                yield
        self.expect(closing)

    def read_value(self) -> object:
        self.peek()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._position)
            except (ValueError, RecursionError) as exc:
                pending = len(self._text) - self._position
                if isinstance(exc, RecursionError) or pending > VALUE_LIMIT:
                    raise CatalogSchemaError(f"it is not readable as JSON ({exc})") from exc
                if not self._read_more(pending):
                    raise CatalogSchemaError(f"it is not readable as JSON ({exc})") from exc
                continue
            # A number may go on: of "1.5e-3" a window may end after 1, 1., 1.5, 1.5e and 1.5e-.
            if len(self._text) - end <= 2 and self._read_more():
                continue
            self._position = end
            return value

    def _read_more(self, least: int = 1) -> bool:
        """Append at least this many characters, as long as there are any; else change nothing."""
        found: list[str] = []
        missing = max(least, 1)
        for piece in self._pieces:
            found.append(piece)
            missing -= len(piece)
            if missing <= 0:
                break
        if not any(found):
            return False
        self._text = self._text[self._position :] + "".join(found)
        self._position = 0
        return True
