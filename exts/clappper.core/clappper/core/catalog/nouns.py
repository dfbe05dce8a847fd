"""Canonical nouns: aliases, broader and stand-in terms, categories with their usual sizes.

The tables are data (``data/catalog/nouns.json`` and ``categories.json``), validated and loaded
once. All words are compared in the singular and in one spelling (see ``words``).
"""

from __future__ import annotations

import functools
from importlib.resources import files
from typing import TYPE_CHECKING, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from clappper.core.catalog.words import load_words, pluralize, singularize, split_query

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["OBJECT_CATEGORY", "Category", "Mount", "Noun", "NounMatch", "NounTable", "load_nouns"]

#: Category of things whose noun is not in the table.
OBJECT_CATEGORY = "object"

Mount = Literal["floor", "wall", "in_wall", "surface", "ceiling"]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Category(_Model):
    """A coarse class with the size such a thing usually has."""

    name: str
    group: str
    size_m: tuple[float, float, float]  # width x, depth y, height z [m], facing -Y
    mount: Mount


class Noun(_Model):
    """One canonical noun and the words that mean it."""

    noun: str
    category: str
    plural: str | None = None
    unit: str | None = None
    aliases: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    broader: tuple[str, ...] = ()
    fallback: tuple[str, ...] = ()
    implies: dict[str, str] = {}

    def label(self, count: int) -> str:
        """Return the noun as a sentence counts it: pallet rack, shelving units, people."""
        singular = self.unit or self.noun
        return singular if count == 1 else self.plural or pluralize(singular)


class NounMatch(NamedTuple):
    """Words ``start`` to ``end`` (exclusive) of a phrase that mean a noun."""

    start: int
    end: int
    noun: str
    implied: tuple[str, ...]


class _NounFile(_Model):
    schema_version: Literal[1]
    nouns: tuple[Noun, ...]


class _CategoryFile(_Model):
    schema_version: Literal[1]
    categories: tuple[Category, ...]


class NounTable:
    """Looks nouns up by their words, and their kinship."""

    def __init__(self, nouns: Sequence[Noun], categories: Sequence[Category]) -> None:
        self.nouns = {entry.noun: entry for entry in nouns}
        self.categories = {entry.name: entry for entry in categories}
        self._phrases: dict[tuple[str, ...], tuple[str, tuple[str, ...]]] = {}
        self._folders: dict[tuple[str, ...], str] = {}
        self._narrower: dict[str, list[str]] = {}
        for entry in nouns:
            for alias in (*entry.aliases, entry.noun):
                implied = entry.implies.get(alias)
                self._phrases[split_query(alias)] = (entry.noun, (implied,) if implied else ())
            for folder in entry.folders:
                self._folders[split_query(folder)] = entry.noun
            for broader in entry.broader:
                self._narrower.setdefault(broader, []).append(entry.noun)
        #: Splits a run such as ``industrialsteelshelving`` into known words, or leaves it whole.
        self.split_run = functools.lru_cache(maxsize=16384)(self._split_run)
        self.longest_phrase = max(len(words) for words in self._phrases)
        self.vocabulary = frozenset(word for words in self._phrases for word in words)
        lists = load_words()
        self._segments = self.vocabulary.union(
            lists.neutral,
            lists.modifiers,
            lists.attributes,
            (word for pair in lists.attribute_phrases for word in pair),
        )
        self._suffixes = frozenset(
            words[-1]
            for words in self._phrases
            if len(words) == 1 and len(words[0]) >= 4 and words[0].isascii()
        )

    def find(self, words: Sequence[str]) -> list[NounMatch]:
        """Return every noun that some of the words mean, those inside a longer one included."""
        found = []
        for start in range(len(words)):
            for end in range(start + 1, min(len(words), start + self.longest_phrase) + 1):
                hit = self._phrases.get(tuple(words[start:end]))
                if hit is not None:
                    found.append(NounMatch(start, end, *hit))
        return found

    def find_exact(self, words: Sequence[str]) -> str | None:
        """Return the noun that all the words together mean."""
        hit = self._phrases.get(tuple(words))
        return None if hit is None else hit[0]

    def find_folder(self, words: Sequence[str]) -> str | None:
        """Return the noun a folder's words mean: the longest phrase, the last of equals."""
        best: tuple[int, int, str] | None = None
        for start in range(len(words)):
            for end in range(start + 1, min(len(words), start + self.longest_phrase) + 1):
                noun = (
                    self._folders.get(tuple(words[start:end]))
                    or self._phrases.get(tuple(words[start:end]), (None,))[0]
                )
                if noun is not None and (best is None or (end - start, start) >= best[:2]):
                    best = (end - start, start, noun)
        return None if best is None else best[2]

    def narrower(self, noun: str) -> list[str]:
        """Return the nouns that are kinds of this one, most typical first."""
        found: list[str] = []
        for kind in self._narrower.get(noun, ()):
            found.extend([kind, *self.narrower(kind)])
        return found

    def is_kind_of(self, noun: str, other: str) -> bool:
        """Tell whether the noun is the other one or a kind of it."""
        return noun == other or noun in self.narrower(other)

    def label(self, noun: str, count: int) -> str:
        """Return a noun as a sentence counts it, also one that is not in the table."""
        entry = self.nouns.get(noun)
        if entry is not None:
            return entry.label(count)
        return noun if count == 1 else pluralize(noun)

    def _split_run(self, token: str) -> tuple[str, ...]:
        if (
            not 6 <= len(token) <= 48
            or singularize(token) in self._segments
            or not (token.isascii() and token.isalpha())
        ):
            return (token,)
        best: list[tuple[str, ...] | None] = [(), *[None] * len(token)]
        for end in range(2, len(token) + 1):
            for start in range(end - 1):
                head = best[start]
                word = token[start:end]
                known = head is not None and (
                    word in self._segments or singularize(word) in self._segments
                )
                if (
                    known
                    and head is not None
                    and (best[end] is None or len(head) + 1 < len(best[end] or ()))
                ):
                    best[end] = (*head, word)
        return best[-1] or self._split_suffix(token)

    def _split_suffix(self, token: str) -> tuple[str, ...]:
        """Split ``capricetable`` before the longest known noun, but ``nestable`` not at all."""
        if token.endswith(load_words().false_friends):
            return (token,)
        for start in range(4, len(token) - 3):
            if singularize(token[start:]) in self._suffixes:
                return (token[:start], token[start:])
        return (token,)


@functools.lru_cache(maxsize=1)
def load_nouns() -> NounTable:
    """Return the shipped noun table."""
    folder = files("clappper.core") / "data" / "catalog"
    nouns = _NounFile.model_validate_json((folder / "nouns.json").read_text(encoding="utf-8"))
    categories = _CategoryFile.model_validate_json(
        (folder / "categories.json").read_text(encoding="utf-8")
    )
    return NounTable(nouns.nouns, categories.categories)
