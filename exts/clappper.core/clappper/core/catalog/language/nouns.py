"""Canonical nouns: aliases, broader and stand-in terms, categories with their usual sizes.

The tables are data (``data/catalog/nouns.json`` and ``categories.json``), validated and loaded
once. All words are compared in the singular and in one spelling (see ``words``).
"""

from __future__ import annotations

import functools
from importlib.resources import files
from typing import TYPE_CHECKING, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

from clappper.core.catalog.language.synonyms import load_synonyms
from clappper.core.catalog.language.words import load_words, pluralize, singularize, split_query

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = [
    "OBJECT_CATEGORY",
    "SURROUNDINGS",
    "Category",
    "Mount",
    "Noun",
    "NounMatch",
    "NounTable",
    "load_nouns",
    "load_surroundings",
]

#: Category of things whose noun is not in the table.
OBJECT_CATEGORY = "object"
#: Categories of what is found but never placed: a whole place, and fire or smoke.
SURROUNDINGS = ("effect", "environment")

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
    in_names: str | None = None  # the kind that is meant when an asset is called no more than this
    models: tuple[str, ...] = ()  # model names that do not say what they are: gilbert

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
        #: Nouns by the compact model names of public packs.
        self.models = {model: entry.noun for entry in nouns for model in entry.models}
        for entry in nouns:
            self._phrases[split_query(entry.noun)] = (entry.noun, ())
        for entry in nouns:
            for alias in entry.aliases:
                implied = entry.implies.get(alias)
                self._phrases[split_query(alias)] = (entry.noun, (implied,) if implied else ())
            for folder in entry.folders:
                self._folders[split_query(folder)] = entry.noun
            for broader in entry.broader:
                self._narrower.setdefault(broader, []).append(entry.noun)
        #: Splits a run such as ``industrialsteelshelving`` into known words, or leaves it whole.
        self.split_run = functools.lru_cache(maxsize=16384)(self._split_run)
        self.longest_phrase = max(len(words) for words in self._phrases)
        self._reach: dict[str, int] = {}
        for words in filter(None, self._phrases):
            self._reach[words[0]] = max(self._reach.get(words[0], 0), len(words))
        self.vocabulary = frozenset(word for words in self._phrases for word in words)
        lists = load_words()
        describing = frozenset(
            {
                *lists.neutral,
                *lists.modifiers,
                *lists.attributes,
                *(word for pair in lists.attribute_phrases for word in pair),
            }
        )
        self._segments = self.vocabulary | describing
        #: Short words are too often a stretch of another: cap and rice of Caprice.
        self._starts = describing.union(word for word in self.vocabulary if len(word) > 3)
        self._suffixes = frozenset(
            words[-1]
            for words in self._phrases
            if len(words) == 1 and len(words[0]) >= 4 and words[0].isascii()
        )

    def extended(self, aliases: Mapping[str, str]) -> NounTable:
        """Return a table that knows further words.

        Args:
            aliases: Word or phrase, and what it means: a noun or alias of this table, or the name
                of something else, which becomes a noun. A word that meant another thing before
                means this one now.
        """
        nouns = dict(self.nouns)
        taken = {split_query(alias) for alias in aliases}
        for entry in self.nouns.values():
            kept = tuple(alias for alias in entry.aliases if split_query(alias) not in taken)
            if len(kept) < len(entry.aliases):
                nouns[entry.noun] = entry.model_copy(update={"aliases": kept})
        for alias, meant in aliases.items():
            words = split_query(meant)
            noun = self.find_exact(words) or " ".join(words)
            entry = nouns.get(noun) or Noun(noun=noun, category=OBJECT_CATEGORY)
            nouns[noun] = entry.model_copy(update={"aliases": (*entry.aliases, alias)})
        return NounTable(tuple(nouns.values()), tuple(self.categories.values()))

    def find(self, words: Sequence[str]) -> list[NounMatch]:
        """Return every noun that some of the words mean, those inside a longer one included."""
        found = []
        for start, word in enumerate(words):
            reach = self._reach.get(word, 0)
            for end in range(start + 1, min(len(words), start + reach) + 1):
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

    def is_folder(self, words: Sequence[str]) -> bool:
        """Tell whether a folder's words mean a noun and nothing besides."""
        return tuple(words) in self._folders or tuple(words) in self._phrases

    def group_of(self, noun: str) -> str:
        """Return the group of categories a noun of the table is in."""
        return self.categories[self.nouns[noun].category].group

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
            or token in load_words().false_friends
            or not (token.isascii() and token.isalpha())
            or load_synonyms().is_known(singularize(token))  # a halfback is no half of a back
        ):
            return (token,)
        best: list[tuple[str, ...] | None] = [(), *[None] * len(token)]
        for end in range(2, len(token) + 1):
            for start in range(end - 1):
                head = best[start]
                word = token[start:end]
                segments = self._segments if end == len(token) else self._starts
                known = head is not None and (word in segments or singularize(word) in segments)
                if (
                    known
                    and head is not None
                    and (best[end] is None or len(head) + 1 < len(best[end] or ()))
                ):
                    best[end] = (*head, word)
        whole = best[-1] or ()
        return whole if max(map(len, whole), default=0) > 3 else self._split_suffix(token)

    def _split_suffix(self, token: str) -> tuple[str, ...]:
        """Split ``capricetable`` before the longest known noun, but ``nestable`` not at all."""
        if token.endswith(load_words().false_friends):
            return (token,)
        for start in range(4, len(token) - 3):
            word, *size = self._split_size(token[start:])
            if singularize(word) in self._suffixes:
                return (token[:start], word, *size)
        return (token,)

    def _split_size(self, token: str) -> tuple[str, ...]:
        """Split a size off the end: ``vase`` and ``small`` of ``vasesmall``."""
        for size in ("small", "medium", "large"):
            if token.endswith(size) and token != size:
                return (token[: -len(size)], size)
        return (token,)


@functools.lru_cache(maxsize=1)
def load_nouns() -> NounTable:
    """Return the shipped table of things."""
    return _load_table("nouns.json")


@functools.lru_cache(maxsize=1)
def load_surroundings() -> NounTable:
    """Return the shipped table of what is around things: places, fire, weather."""
    return _load_table("surroundings.json")


def _load_table(name: str) -> NounTable:
    folder = files("clappper.core") / "data" / "catalog"
    nouns = _NounFile.model_validate_json((folder / name).read_text(encoding="utf-8"))
    categories = _CategoryFile.model_validate_json(
        (folder / "categories.json").read_text(encoding="utf-8")
    )
    return NounTable(nouns.nouns, categories.categories)
