"""English words of asset names and queries: splitting, spelling, singular and plural.

Owns text only: which word is a noun of the catalog is ``nouns``' business. The word lists are data
(``data/catalog/words.json``), loaded once.
"""

from __future__ import annotations

import functools
import json
import re
import unicodedata
from importlib.resources import files
from typing import NamedTuple

__all__ = [
    "WORD_LIMIT",
    "DropRules",
    "WordLists",
    "compact",
    "load_words",
    "normalize_text",
    "pluralize",
    "singularize",
    "split_camel",
    "split_query",
]

#: Words of one text that are looked at; the rest of a longer text is ignored.
WORD_LIMIT = 64

_CAMEL = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+|[^\W\d_A-Za-z]+")
_RUN = re.compile(r"[a-z]+|[0-9]+|[^\W\d_a-z]+")
_SHAPED = re.compile(r"\b([lu])[ _-]?shaped?\b", re.IGNORECASE)
_SIBILANT = re.compile(r"(?:x|ch|sh|ss|zz)es$")


class DropRules(NamedTuple):
    """What in a path or name says that a file cannot be placed; values are the reasons.

    Folders are ``compact``.
    """

    folders: dict[str, str]
    scene_folders: frozenset[str]
    name_endings: dict[str, str]
    name_starts: dict[str, str]
    stop_folders: frozenset[str]


class WordLists(NamedTuple):
    """The word lists of ``words.json``."""

    spelling: dict[str, str]
    irregular_plurals: dict[str, str]
    unchanged: frozenset[str]
    noise: frozenset[str]
    neutral: frozenset[str]
    modifiers: frozenset[str]
    places: frozenset[str]
    determiners: frozenset[str]
    prepositions: frozenset[str]
    false_friends: tuple[str, ...]
    pack_tags: frozenset[str]
    attributes: dict[str, tuple[str, ...]]
    attribute_phrases: dict[tuple[str, str], str]
    opposites: dict[str, frozenset[str]]
    unusual: frozenset[str]
    colors: frozenset[str]
    collectives: frozenset[str]
    given_names: frozenset[str]
    styles: frozenset[str]
    purposes: dict[str, tuple[str, ...]]
    soft: frozenset[str]  # say how, which or where a thing is, never what: attributes, places ...
    drop: DropRules

    def find_attributes(self, words: tuple[str, ...]) -> tuple[str, ...]:
        """Return the describing words among words, in canonical spelling, each once, in order."""
        found: dict[str, None] = {}
        for index, word in enumerate(words):
            phrase = (
                self.attribute_phrases.get((word, words[index + 1]))
                if index + 1 < len(words)
                else None
            )
            if phrase is not None:
                found[phrase] = None
            for attribute in self.attributes.get(word, ()):
                found[attribute] = None
        return tuple(found)


@functools.lru_cache(maxsize=1)
def load_words() -> WordLists:
    """Return the shipped word lists."""
    text = (files("clappper.core") / "data" / "catalog" / "words.json").read_text(encoding="utf-8")
    data = json.loads(text)
    attributes: dict[str, tuple[str, ...]] = {}
    phrases: dict[tuple[str, str], str] = {}
    for attribute, words in data["attributes"].items():
        for word in words:
            first, _, second = word.partition(" ")
            if second:
                phrases[first, second] = attribute
            else:
                attributes[word] = (*attributes.get(word, ()), attribute)
    drop = data["drop"]
    places, neutral = frozenset(data["places"]), frozenset(data["neutral"])
    return WordLists(
        spelling=data["spelling"],
        irregular_plurals=data["irregular_plurals"],
        unchanged=frozenset(data["unchanged"]),
        noise=frozenset(data["noise"]),
        neutral=neutral,
        modifiers=frozenset(data["modifiers"]),
        places=places,
        determiners=frozenset(data["determiners"]),
        prepositions=frozenset(data["prepositions"]),
        false_friends=tuple(data["false_friends"]),
        pack_tags=frozenset(data["pack_tags"]),
        attributes=attributes,
        attribute_phrases=phrases,
        opposites={word: frozenset(others) for word, others in data["opposites"].items()},
        unusual=frozenset(data["unusual"]),
        colors=frozenset(word for color in data["colors"] for word in data["attributes"][color]),
        collectives=frozenset(data["collectives"]),
        given_names=frozenset(data["given_names"]),
        styles=frozenset(data["styles"]),
        purposes={verb: tuple(nouns) for verb, nouns in data["purposes"].items()},
        soft=places | neutral | attributes.keys(),
        drop=DropRules(
            folders={compact(folder): reason for folder, reason in drop["folders"].items()},
            scene_folders=frozenset(map(compact, drop["scene_folders"])),
            name_endings=drop["name_endings"],
            name_starts=drop["name_starts"],
            stop_folders=frozenset(map(compact, drop["stop_folders"])),
        ),
    )


def normalize_text(text: str) -> str:
    """Return the text without accents, apostrophes and compatibility forms; other scripts stay."""
    if text.isascii():
        return text.replace("'", "")
    plain = unicodedata.normalize("NFKD", text)
    return "".join(
        char for char in plain if char not in "'\u2019" and not unicodedata.combining(char)
    )


def compact(text: str) -> str:
    """Return the letters and digits, lower case: ``Sub_USDs`` and ``.subusds`` are the same."""
    return "".join(filter(str.isalnum, text)).lower()


def split_camel(token: str) -> list[str]:
    """Return the lower-case parts of ``HeavyDutyFRPLadder``: heavy, duty, frp, ladder."""
    return [part.lower() for part in _CAMEL.findall(token)]


def split_query(text: str) -> tuple[str, ...]:
    """Return the words a person typed, singular and in one spelling; numbers are left out."""
    text = _SHAPED.sub(r"\1shaped", text[: WORD_LIMIT * 32])
    words = _RUN.findall(normalize_text(text).lower())
    named = [
        singularize(word)
        for word in words
        if not word.isdigit() and (len(word) > 1 or not word.isascii())
    ]
    return tuple(named[:WORD_LIMIT])


@functools.lru_cache(maxsize=8192)
def singularize(word: str) -> str:
    """Return the singular of one lower-case English word, in the spelling of the catalog."""
    lists = load_words()
    word = lists.spelling.get(word, word)
    if word in lists.irregular_plurals:
        return lists.irregular_plurals[word]
    if (
        len(word) <= 3
        or not word.endswith("s")
        or word in lists.unchanged
        or word.endswith(("ss", "us", "is"))
    ):
        return word
    if word.endswith("ies") and len(word) > 4:
        singular = word[:-3] + "y"
    elif _SIBILANT.search(word):
        singular = word[:-2]
    else:
        singular = word[:-1]
    return lists.spelling.get(singular, singular)


def pluralize(phrase: str) -> str:
    """Return the plain English plural of a noun phrase; its last word changes."""
    if phrase.endswith("y") and phrase[-2:-1] not in "aeiou":
        return phrase[:-1] + "ies"
    if phrase.endswith(("s", "x", "z", "ch", "sh")):
        return phrase + "es"
    if phrase.endswith("shelf"):
        return phrase[:-1] + "ves"
    return phrase + "s"
