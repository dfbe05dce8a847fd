"""Misspelt words of English prompts: those no dictionary knows, next to one the planner knows.

A word that means something, a name and a number are left alone; things of the catalog that are
misspelt find their asset by the catalog's own search.
"""

from __future__ import annotations

import gzip
import json
import re
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any, NamedTuple

from clappper.core.planning.english import is_english, list_english_words
from clappper.core.planning.inflection import pluralize, singularize
from clappper.core.planning.lexicon import (
    load_classes,
    load_numbers,
    load_phrases,
    load_places,
    load_words,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["MAX_WORDS", "Correction", "correct_spelling"]

#: Different words of one text that are looked at; more is no prompt.
MAX_WORDS = 400
_WORD = re.compile(r"(?<![\w'-])[a-zA-Z]{3,24}(?![\w'-])")
_NEXT_WORD = re.compile(r"\s+([a-zA-Z]+)")
_SENTENCE_START = re.compile(r"(?:^|[.!?;:]\s*)$")
_BRIEF, _SHORT, _LONG = 3, 4, 10
#: Shortest word in which a wrong letter is mended: in short ones it makes another word.
_SUBSTITUTION_MIN = 8
_DOUBLED = re.compile(r"(.)\1")
_SUFFIXES = ("s", "es", "d", "ed", "ing", "er", "ers", "ly", "est", "y", "ies", "ness", "al")


class Correction(NamedTuple):
    """A text without misspelt words, and a sentence for the user about each of them."""

    text: str
    notes: list[str]


def correct_spelling(text: str) -> Correction:
    """Return an English text with the misspelt words the planner needs mended."""
    notes: list[str] = []
    looked_up: set[str] = set()

    def mend(match: re.Match[str]) -> str:
        said = match.group()
        looked_up.add(said)
        if len(looked_up) > MAX_WORDS:
            return said
        before = text[: match.start()]
        is_start = _SENTENCE_START.search(before) is not None
        after = _NEXT_WORD.match(text, match.end())
        meant = _mend_word(said, after[1].lower() if after else "", is_start=is_start)
        if meant is None:
            return said
        notes.append(f"“{said}” is read as “{meant}”.")
        return meant

    return Correction(_WORD.sub(mend, text), list(dict.fromkeys(notes)))


def _mend_word(said: str, after: str, *, is_start: bool) -> str | None:
    """Return what a word was meant to be, or null when it can stand as it is."""
    word = said.lower()
    confused = _find_confusion(word, after)
    if confused is not None:
        return confused
    is_name = not (said.islower() or said.isupper() or (is_start and said[1:].islower()))
    if is_english(word) or is_name or (said.isupper() and len(said) <= _SHORT):
        return None
    return _find_target(word, is_start=is_start)


@lru_cache(maxsize=2 * MAX_WORDS)
def _find_target(word: str, *, is_start: bool) -> str | None:
    """Return the word nearest to one no dictionary knows, or null when the planner needs none."""
    ranked = sorted(_list_candidates(word, is_start=is_start))
    if not ranked or ranked[0][-1] not in _list_targets() or _is_known(word):
        return None
    return ranked[0][-1]


def _find_confusion(word: str, after: str) -> str | None:
    """Return the word meant by another word that stands where it makes no sense."""
    for confusion in _load()["confusions"]:
        if confusion["said"] != word:
            continue
        is_fitting = after in confusion["before"]
        if not confusion["before"]:
            singular = singularize(after)
            is_fitting = singular != after and singular in _list_things()
        if is_fitting:
            return str(confusion["meant"])
    return None


def _list_candidates(word: str, *, is_start: bool) -> Iterator[tuple[int, int, int, str]]:
    """Yield the targets a word may be, with how far away and how likely they are.

    A letter is left out more often than one is added: the longer target comes first.
    """
    words = load_words()
    most = 2 if len(word) >= _LONG else 1
    letters = set(word)
    for target, own_letters in _list_neighbours():
        is_far = abs(len(target) - len(word)) > most or len(letters ^ own_letters) > 2 * most
        if is_far or not _is_alike(word, target):
            continue
        distance = _count_errors(word, target)
        if not 0 < distance <= most:
            continue
        is_command = target in words.creators or target in words.placers
        is_likely = (is_start and is_command) or target in load_numbers().small
        yield distance, 0 if is_likely else 1, -len(target), target


def _is_alike(word: str, target: str) -> bool:
    """Whether two words a letter apart look like a slip: no other first letter, no other word."""
    is_swapped = word[:2] == target[1::-1]
    if word[0] != target[0] and not is_swapped:
        return False
    if len(word) <= _SHORT and len(target) < len(word):
        return False
    if len(word) != len(target) or sorted(word) == sorted(target):
        return True
    is_other_doubled = _DOUBLED.sub(r"\1", word) == _DOUBLED.sub(r"\1", target)
    return is_other_doubled or len(word) >= _SUBSTITUTION_MIN


def _count_errors(word: str, target: str) -> int:
    """Return the letters to add, drop, change or swap with the next one.

    Source:
        Optimal string alignment distance.
    """
    rows = [list(range(len(target) + 1))]
    for i, letter in enumerate(word, 1):
        row = [i]
        for j, wanted in enumerate(target, 1):
            cost = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (letter != wanted))
            if i > 1 and j > 1 and (letter, word[i - 2]) == (target[j - 2], wanted):
                cost = min(cost, rows[-2][j - 2] + 1)
            row.append(cost)
        rows.append(row)
    return rows[-1][-1]


@lru_cache(maxsize=1)
def _load() -> dict[str, Any]:
    file = resources.files("clappper.core").joinpath("data", "planning", "spelling.json")
    data: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return data


@lru_cache(maxsize=1)
def _list_things() -> frozenset[str]:
    """Return the head nouns of things."""
    return frozenset(word for entry in load_classes().values() for word in entry.words)


@lru_cache(maxsize=1)
def _list_catalog_nouns() -> frozenset[str]:
    """Return the words of the nouns catalogs use: these are left to the catalog's own search."""
    file = resources.files("clappper.core").joinpath("data", "catalog", "nouns.json")
    data: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    singulars = {word for entry in data["nouns"] for word in entry["noun"].split()}
    return frozenset(singulars).union(map(pluralize, singulars))


@lru_cache(maxsize=1)
def _list_targets() -> frozenset[str]:
    """Return the words the planner needs spelt right."""
    words = load_words()
    groups: list[Iterable[str]] = [_load()["targets"], load_numbers().small, load_numbers().scales]
    groups += [_list_things(), map(pluralize, _list_things()), words.creators, words.placers]
    groups += [place.names for place in load_places().values()]
    groups += [phrase.words for group in load_phrases().values() for phrase in group]
    groups += [("room", "wall", "walls", "corner", "floor", "ceiling", "row", "rows", "middle")]
    said = {part for group in groups for word in group for part in re.split(r"[\s-]", word)}
    return frozenset(word for word in said if len(word) >= _BRIEF and word.isascii())


@lru_cache(maxsize=1)
def _list_neighbours() -> tuple[tuple[str, frozenset[str]], ...]:
    """Return every word another may be a slip of, with its letters."""
    return tuple((word, frozenset(word)) for word in _list_targets() | _list_catalog_nouns())


def _is_known(word: str) -> bool:
    """Whether a dictionary has a word or what it is made from."""
    known = _load_dictionary()
    if word in known or singularize(word) in known:
        return True
    for suffix in _SUFFIXES:
        stem = word.removesuffix(suffix)
        stems = {stem, f"{stem}e", f"{stem}y", stem[:-1] if stem[-1:] == stem[-2:-1] else stem}
        if stem != word and len(stem) >= _BRIEF and stems & known:
            return True
    return False


@lru_cache(maxsize=1)
def _load_dictionary() -> frozenset[str]:
    """Return every word of the catalog's synonyms and nouns; only misspelt prompts need it."""
    folder = resources.files("clappper.core").joinpath("data", "catalog")
    text = gzip.decompress(folder.joinpath("synonyms.gz").read_bytes()).decode("utf-8")
    text += folder.joinpath("nouns.json").read_text(encoding="utf-8").lower()
    return frozenset(re.findall(r"[a-z]+", text)) | list_english_words()
