"""Tokens of a Japanese sentence by longest match: known forms, quantities, and unknown nouns."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clappper.core.planning.languages.translation_lexicon import JapaneseLexicon

__all__ = ["JapaneseToken", "read_numerals", "tokenize_japanese"]

_BREAKS = "\u3001,"
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_DIMENSION = re.compile(r"(\d+(?:\.\d+)?)(?:m|メートル)?[x\u00d7*](\d+(?:\.\d+)?)(?:m|メートル)")
_SCRIPTS = (
    re.compile("[\u30a1-\u30fa\u30fc]+"),
    re.compile("[\u4e00-\u9fff]+"),
    re.compile("[A-Za-z]+"),
)


@dataclass(frozen=True)
class JapaneseToken:
    """One form: its kind, what it means, and how it was written."""

    kind: str
    english: str
    text: str


def tokenize_japanese(text: str, lexicon: JapaneseLexicon) -> list[JapaneseToken]:
    """Return the tokens of a sentence; what says nothing is left out.

    Args:
        text: One sentence, NFKC.
        lexicon: What its forms mean.
    """
    tokens: list[JapaneseToken] = []
    index = 0
    while index < len(text):
        token = _read_quantity(text, index, lexicon) or _read_form(text, index, lexicon)
        if token is None:
            token = _read_unknown(text, index, lexicon)
        if token.kind:
            tokens.append(token)
        index += len(token.text)
    return tokens


def _read_quantity(text: str, index: int, lexicon: JapaneseLexicon) -> JapaneseToken | None:
    """Read 20x15m, 3台, 三台, 2m, 12."""
    size = _DIMENSION.match(text, index)
    if size is not None:
        return JapaneseToken("dimension", f"{size[1]} x {size[2]} m", size.group())
    digits = _NUMBER.match(text, index)
    end = index
    while end < len(text) and text[end] in lexicon.numerals:
        end += 1
    if digits is None and end == index:
        return None
    said = digits.group() if digits is not None else text[index:end]
    value = said if digits is not None else str(read_numerals(said, lexicon.numerals))
    after = text[index + len(said) :]
    unit = next((unit for unit in lexicon.metres if after.startswith(unit)), "")
    if unit:
        return JapaneseToken("length", f"{value} m", said + unit)
    if after.startswith("秒"):
        return JapaneseToken("lines", f"{value} seconds", f"{said}秒")
    counter = next((c for c in lexicon.counters if after.startswith(c)), "")
    form = _read_form(text, index, lexicon)
    is_spot = form is not None and form.kind == "spots"
    if is_spot or (digits is None and not counter):
        return None
    return JapaneseToken("count", value, said + counter)


def read_numerals(said: str, numerals: dict[str, int]) -> int:
    """Return the value of numerals: 二十四 is 24."""
    total, current = 0, 0
    for sign in said:
        value = numerals[sign]
        if value >= 10:
            total += (current or 1) * value
            current = 0
        else:
            current = current * 10 + value
    return total + current


def _read_form(text: str, index: int, lexicon: JapaneseLexicon) -> JapaneseToken | None:
    for length in range(min(lexicon.longest, len(text) - index), 0, -1):
        form = text[index : index + length]
        if form in lexicon.forms:
            kind, english = lexicon.forms[form]
            if kind == "relations" and _begins_spot(text, index + 1, length - 1, lexicon):
                return None
            return JapaneseToken(kind, english, form)
    if text[index] in _BREAKS:
        return JapaneseToken("break", "", text[index])
    return None


def _begins_spot(text: str, index: int, length: int, lexicon: JapaneseLexicon) -> bool:
    """Whether a longer spot of the room is said: the left wall of, not left of."""
    after = _read_form(text, index, lexicon)
    return after is not None and after.kind == "spots" and len(after.text) > length


def _read_unknown(text: str, index: int, lexicon: JapaneseLexicon) -> JapaneseToken:
    """Read a run of one script as an unknown noun; kana between words says nothing here."""
    for script in _SCRIPTS:
        run = script.match(text, index)
        if run is not None:
            end = run.end() if script is _SCRIPTS[0] else index + 1
            while end < run.end() and _read_form(text, end, lexicon) is None:
                end += 1
            said = text[index:end]
            return JapaneseToken("noun" if len(said) > 1 else "", said, said)
    return JapaneseToken("", "", text[index])
