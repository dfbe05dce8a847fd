"""Which words spelling is mended with: those the planner needs, and all that are real ones."""

from __future__ import annotations

import gzip
import json
import re
from functools import lru_cache
from importlib import resources
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from clappper.core.planning.english import list_english_words
from clappper.core.planning.inflection import pluralize, singularize
from clappper.core.planning.lexicon import (
    load_classes,
    load_numbers,
    load_phrases,
    load_places,
    load_words,
    read_table,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "is_known",
    "list_catalog_nouns",
    "list_names",
    "list_neighbours",
    "list_pairs",
    "list_relation_words",
    "list_targets",
    "list_things",
    "load_catalog_nouns",
    "load_dictionary",
    "load_spelling",
]

_SUFFIXES = ("s", "es", "d", "ed", "ing", "er", "ers", "ly", "est", "y", "ies", "ness", "al")
#: Letters of the shortest word that is looked at.
_BRIEF = 3


@lru_cache(maxsize=1)
def load_spelling() -> dict[str, Any]:
    """Return the table of words the planner needs, real words near them, and confusions."""
    return read_table("spelling")


@lru_cache(maxsize=1)
def list_relation_words() -> frozenset[str]:
    """Return the words of the phrases that say a relation."""
    phrases = (phrase for group in load_phrases().values() for phrase in group)
    return frozenset(word for phrase in phrases for word in phrase.words)


@lru_cache(maxsize=1)
def list_pairs() -> tuple[tuple[str, str], ...]:
    """Return words that stand next to each other in names of places and things and relations."""
    phrases = (phrase.words for group in load_phrases().values() for phrase in group)
    pairs = (pair for words in phrases for pair in pairwise(words))
    return tuple(dict.fromkeys((*list_names(), *pairs)))


@lru_cache(maxsize=1)
def list_names() -> tuple[tuple[str, str], ...]:
    """Return words that stand next to each other in names of places, things and pictures."""
    names = [name.replace("-", " ").split() for p in load_places().values() for name in p.names]
    names += [entry["noun"].replace("-", " ").split() for entry in load_catalog_nouns()]
    names += [phrase.split() for phrase in load_spelling()["picture"]]
    return tuple(dict.fromkeys(pair for name in names for pair in pairwise(name)))


@lru_cache(maxsize=1)
def list_things() -> frozenset[str]:
    """Return the head nouns of things."""
    return frozenset(word for entry in load_classes().values() for word in entry.words)


@lru_cache(maxsize=1)
def list_catalog_nouns() -> frozenset[str]:
    """Return the words of the nouns catalogs use: these are left to the catalog's own search."""
    singulars = {word for entry in load_catalog_nouns() for word in entry["noun"].split()}
    return frozenset(singulars).union(map(pluralize, singulars))


@lru_cache(maxsize=1)
def load_catalog_nouns() -> list[dict[str, Any]]:
    """Return the nouns catalogs use, with what is known of each."""
    file = resources.files("clappper.core").joinpath("data", "catalog", "nouns.json")
    data: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    nouns: list[dict[str, Any]] = data["nouns"]
    return nouns


@lru_cache(maxsize=1)
def list_targets() -> frozenset[str]:
    """Return the words the planner needs spelt right."""
    words = load_words()
    groups: list[Iterable[str]] = [
        load_spelling()["targets"],
        load_numbers().small,
        load_numbers().scales,
    ]
    groups += [list_things(), map(pluralize, list_things()), words.creators, words.placers]
    groups += [names for p in load_places().values() for names in (p.names, p.nearest)]
    groups += [phrase.words for group in load_phrases().values() for phrase in group]
    groups += [("room", "wall", "walls", "corner", "floor", "ceiling", "row", "rows", "middle")]
    groups += [words.generic_heads, words.measure_nouns, words.mass_nouns]
    said = {part for group in groups for word in group for part in re.split(r"[\s-]", word)}
    return frozenset(word for word in said if len(word) >= _BRIEF and word.isascii())


@lru_cache(maxsize=1)
def list_neighbours() -> tuple[tuple[str, frozenset[str]], ...]:
    """Return every word another may be a slip of, with its letters."""
    return tuple((word, frozenset(word)) for word in list_targets() | list_catalog_nouns())


def is_known(word: str) -> bool:
    """Whether a dictionary has a word or what it is made from."""
    known = load_dictionary()
    if word in known or singularize(word) in known:
        return True
    for suffix in _SUFFIXES:
        stem = word.removesuffix(suffix)
        stems = {stem}
        if suffix[0] not in "sln":
            stems |= {f"{stem}e", f"{stem}y", stem[:-1] if stem[-1:] == stem[-2:-1] else stem}
        if stem != word and len(stem) >= _BRIEF and stems & known:
            return True
    return False


@lru_cache(maxsize=1)
def load_dictionary() -> frozenset[str]:
    """Return every word of the catalog's synonyms and nouns; only misspelt prompts need it."""
    folder = resources.files("clappper.core").joinpath("data", "catalog")
    text = gzip.decompress(folder.joinpath("synonyms.gz").read_bytes()).decode("utf-8")
    text += folder.joinpath("nouns.json").read_text(encoding="utf-8").lower()
    known = frozenset(re.findall(r"[a-z]+", text)) | list_english_words()
    return known.union(load_spelling()["english"])
