"""The words of an asset's name: parts of CamelCase, without codes, sizes and vendor suffixes."""

from __future__ import annotations

import functools
import re
from typing import NamedTuple

from clappper.core.catalog.language.nouns import load_nouns
from clappper.core.catalog.language.words import (
    load_words,
    normalize_text,
    singularize,
    split_camel,
)

__all__ = [
    "SEPARATOR",
    "NameWords",
    "join_products",
    "mask_digits",
    "parse_size",
    "split_name",
    "strip_sizes",
]

#: What stands between the tokens of a name.
SEPARATOR = re.compile(r"[\s_\-.,;:()\[\]{}+&/\\]+")
_SIZE = re.compile(
    r"(?<![A-Za-z0-9])(\d{1,4}(?:x\d{1,4}){0,2})x?(mm|cm|m|in|inch|ft)(?![A-Za-z])", re.IGNORECASE
)
_MILLIMETERS = re.compile(r"(?<![A-Za-z0-9])(\d{3,4})x(\d{3,4})(?:x(\d{2,4}))?(?![A-Za-z0-9])")
_TIMES = re.compile(r"(?<=\d)\s*[x\u00d7]\s*(?=\d)", re.IGNORECASE)
_DIGITS = str.maketrans("123456789", "0" * 9)
_METERS = {"mm": 0.001, "cm": 0.01, "m": 1.0, "in": 0.0254, "inch": 0.0254, "ft": 0.3048}
#: Three lengths of which one is larger are no metres: ``60x50x50m`` means centimetres [m].
_METERS_LIMIT = 20.0


class NameWords(NamedTuple):
    """The words of a name, in order, and where each comes from."""

    words: tuple[str, ...]
    tokens: tuple[int, ...]  # which token of the name each word comes from
    guessed: tuple[bool, ...]  # split out of a run-together token
    plural: tuple[bool, ...]
    breaks: frozenset[int]  # words before which a code stands: Warehouse_A_Door is no such door
    letters: frozenset[str]


def parse_size(name: str) -> tuple[float, ...]:
    """Return the lengths [m] a name states: three of ``Tote_60x40x30cm``, one of ``Cone_71cm``.

    Products of large numbers without a unit are millimetres: ``Pallet_1200x800``.
    """
    match = _SIZE.search(name)
    if match is None:
        bare = _MILLIMETERS.search(name)
        return (
            () if bare is None else tuple(int(number) / 1000 for number in bare.groups() if number)
        )
    numbers = [int(number) for number in match[1].lower().split("x")]
    scale = _METERS[match[2].lower()]
    if scale == 1.0 and len(numbers) == 3 and max(numbers) > _METERS_LIMIT:
        scale = _METERS["cm"]
    return tuple(number * scale for number in numbers)


def strip_sizes(name: str) -> str:
    """Return a name without the lengths it states."""
    return _MILLIMETERS.sub(" ", _SIZE.sub(" ", name))


def join_products(text: str) -> str:
    """Return a text with its products of numbers as names write them: ``60 x 40`` as ``60x40``."""
    return _TIMES.sub("x", text)


@functools.lru_cache(maxsize=1024)
def mask_digits(name: str) -> str:
    """Return a name with all digits alike: which they are tells sizes and looks, never words."""
    return name.translate(_DIGITS)


def split_name(name: str) -> NameWords:
    """Return the words of a name or folder."""
    return _split(mask_digits(name))


@functools.lru_cache(maxsize=2048)
def _split(name: str) -> NameWords:
    words: list[str] = []
    tokens: list[int] = []
    guessed: list[bool] = []
    plural: list[bool] = []
    breaks: list[int] = []
    letters: list[str] = []
    text = strip_sizes(name) if "0" in name else name
    for index, token in enumerate(SEPARATOR.split(normalize_text(text))):
        found = _split_token(token)
        if found.is_code:
            breaks.append(len(words))
        words += found.words
        tokens += [index] * len(found.words)
        guessed += found.guessed
        plural += found.plural
        letters += found.letters
    return NameWords(
        tuple(words),
        tuple(tokens),
        tuple(guessed),
        tuple(plural),
        frozenset(breaks),
        frozenset(letters),
    )


class _Token(NamedTuple):
    words: tuple[str, ...]
    guessed: tuple[bool, ...]
    plural: tuple[bool, ...]
    letters: tuple[str, ...]
    is_code: bool


@functools.lru_cache(maxsize=8192)
def _split_token(token: str) -> _Token:
    table = load_nouns()
    noise = load_words().noise
    rows: list[tuple[str, bool, bool]] = []
    letters: list[str] = []
    for part in split_camel(token):
        if len(part) == 1 and part.isascii():
            letters.append(part)
        elif not part.isdigit() and part not in noise:
            run = table.split_run(part)
            for word in run:
                singular = singularize(word)
                rows.append((singular, len(run) > 1, singular != word))
    words, guessed, plural = zip(*rows, strict=True) if rows else ((), (), ())
    is_code = len(token) <= 3 and (len(token) == 1 or token[1:].isdigit()) and token.isascii()
    return _Token(words, guessed, plural, tuple(letters), is_code)
