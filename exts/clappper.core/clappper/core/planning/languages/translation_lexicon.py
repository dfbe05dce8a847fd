"""The words the planner reads in other languages, read once from the package data."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from clappper.core.planning.inflection import pluralize
from clappper.core.planning.lexicon import read_table

__all__ = [
    "EuropeanLexicon",
    "JapaneseLexicon",
    "Word",
    "fold",
    "load_european",
    "load_japanese",
    "say_noun",
]

#: Consonants after which Spanish has es; loan words on others have an s: palets.
_PLURAL_ES = "dljnrxy"
WordKind = Literal["noun", "adjective", "word", "number"]
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


@dataclass(frozen=True)
class Word:
    """What a foreign word or phrase is in English.

    Attributes:
        english: The English words; empty where English says nothing.
        kind: What they are.
        is_singular: Whether the foreign form can be a singular.
        is_plural: Whether it can be a plural.
    """

    english: str
    kind: WordKind
    is_singular: bool = True
    is_plural: bool = False


@dataclass(frozen=True)
class EuropeanLexicon:
    """A language written in words: phrases by their folded words.

    Attributes:
        title: Name of the language in English.
        is_adjective_after: Whether adjectives follow their noun.
        endings: What may follow the stem of an adjective.
        words: Meaning of each phrase, by its folded words.
        adjectives: Meaning of each stem of an adjective.
        modifiers: Meaning of the first part of a compound noun.
        relatives: Pronouns after a comma that begin a clause with its verb at the end.
        longest: Words of the longest phrase.
    """

    title: str
    is_adjective_after: bool
    endings: tuple[str, ...]
    words: dict[tuple[str, ...], Word]
    adjectives: dict[str, str]
    modifiers: dict[str, str]
    relatives: frozenset[str]
    longest: int


@dataclass(frozen=True)
class JapaneseLexicon:
    """Japanese: what each written form is, by its kind; the longest form that fits is read.

    Attributes:
        title: Name of the language in English.
        forms: Kind and meaning of each form.
        counters: Words after a number that count things.
        metres: Words after a number that make it a length.
        numerals: Values of the numerals.
        longest: Characters of the longest form.
    """

    title: str
    forms: dict[str, tuple[str, str]]
    counters: tuple[str, ...]
    metres: tuple[str, ...]
    numerals: dict[str, int]
    longest: int


@lru_cache(maxsize=1)
def _load() -> dict[str, Any]:
    return read_table("translations")


def fold(word: str) -> str:
    """Return a word as it is looked up: lower case, umlauts spelled out, no accents."""
    spelled = unicodedata.normalize("NFC", word).lower().translate(_UMLAUTS)
    marked = unicodedata.normalize("NFD", spelled)
    return "".join(c for c in marked if not unicodedata.combining(c))


@lru_cache(maxsize=2)
def load_european(language: Literal["german", "spanish"]) -> EuropeanLexicon:
    """Return the lexicon of a language."""
    data = _load()[language]
    words: dict[tuple[str, ...], Word] = {}
    for english, (one, many) in data["nouns"].items():
        singulars = _split(one)
        plurals = _split(many)
        if data["is_adjective_after"]:
            plurals = [*plurals, *map(_pluralize_spanish, singulars)]
        for form in dict.fromkeys([*singulars, *plurals]):
            word = Word(english, "noun", form in singulars, form in plurals)
            words.setdefault(_key(form), word)
    for form, english in {**data["words"], **data["phrases"]}.items():
        words.setdefault(_key(form), Word(english, "word"))
    for form, value in data["numbers"].items():
        words.setdefault(_key(form), Word(str(value), "number", value == 1, value != 1))
    adjectives = {fold(stem): english for stem, english in data["adjectives"].items()}
    for stem, english in adjectives.items():
        if " " in stem:
            words.setdefault(_key(stem), Word(english, "adjective"))
    return EuropeanLexicon(
        title=data["title"],
        is_adjective_after=data["is_adjective_after"],
        endings=tuple(data["endings"]),
        words=words,
        adjectives=adjectives,
        modifiers={fold(part): english for part, english in data["modifiers"].items()},
        relatives=frozenset(data["relatives"]),
        longest=max(map(len, words)),
    )


@lru_cache(maxsize=1)
def load_japanese() -> JapaneseLexicon:
    """Return the lexicon of Japanese."""
    data = _load()["japanese"]
    forms: dict[str, tuple[str, str]] = {}
    for kind, group in (("noun", data["nouns"]), ("place", data["places"])):
        for english, said in group.items():
            forms.update(dict.fromkeys(_split(said), (kind, english)))
    groups = (
        "relations",
        "spots",
        "lines",
        "moves",
        "verbs",
        "vague",
        "sizes",
        "adjectives",
        "manners",
    )
    for kind in groups:
        for form, english in data[kind].items():
            forms.setdefault(form, (kind, english))
    forms.update(dict.fromkeys(data["negations"], ("negations", "no")))
    for kind in ("silent", "each", "ands"):
        for form in _split(data[kind]):
            forms.setdefault(form, (kind, ""))
    return JapaneseLexicon(
        title=data["title"],
        forms=forms,
        counters=tuple(_split(data["counters"])),
        metres=tuple(_split(data["metres"])),
        numerals=data["numerals"],
        longest=max(map(len, forms)),
    )


def say_noun(noun: str, *, is_plural: bool) -> str:
    """Return an English noun of the lexicon in the number that is meant."""
    return pluralize(noun) if is_plural and noun not in ("m", "cm") else noun


def _split(text: str) -> list[str]:
    return [form.strip() for form in text.split(",") if form.strip()]


def _key(form: str) -> tuple[str, ...]:
    return tuple(fold(word) for word in form.split())


def _pluralize_spanish(noun: str) -> str:
    """Return the plural of a noun: every word up to a preposition takes it (cajas de cartón)."""
    words = noun.split()
    for index, word in enumerate(words):
        if word in ("de", "del", "en", "para"):
            break
        if word[-1] in "aeiouáéó":
            words[index] = f"{word}s"
        elif word[-1] == "z":
            words[index] = f"{word[:-1]}ces"
        elif word[-1] in _PLURAL_ES:
            words[index] = f"{word}es"
        elif word[-1] != "s":
            words[index] = f"{word}s"
    return " ".join(words)
