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
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from clappper.core.planning.english import is_english, list_english_words
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
    from collections.abc import Iterable, Iterator

__all__ = ["MAX_WORDS", "Correction", "correct_spelling"]

#: Different words of one text that are looked at; more is no prompt.
MAX_WORDS = 400
_WORD = re.compile(r"(?<![\w'-])[a-zA-Z]{2,24}(?![\w'-])")
_NEXT_WORD = re.compile(r"\s+([a-zA-Z]+)")
_SENTENCE_START = re.compile(r"(?:^|[.!?;:]\s*)$")
_BRIEF, _SHORT, _LONG = 3, 4, 10
#: Shortest word in which a wrong letter is mended: in short ones it makes another word.
_SUBSTITUTION_MIN = 8
#: Shortest word whose swapped letters weigh more than that a suffix could make it (sunest).
_SWAP_MIN = 5
#: Shortest words written as one that may also hold a slip (infornt).
_GLUED_MIN = 7
#: Words that are said in one, and where they may be parted all the same.
_PARTED = (("sunset", 3), ("sunrise", 3), ("daylight", 3))
_DOUBLED = re.compile(r"(.)\1+")
_SUFFIXES = ("s", "es", "d", "ed", "ing", "er", "ers", "ly", "est", "y", "ies", "ness", "al")


class Correction(NamedTuple):
    """A text without misspelt words, and a sentence for the user about each of them."""

    text: str
    notes: list[str]


class _Around(NamedTuple):
    """The words before and after a word, lower case, and whether it begins a sentence."""

    before: str
    after: str
    is_start: bool


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
        around = _Around(_find_last(before), after[1].lower() if after else "", is_start)
        meant = _mend_word(said, around)
        if meant is None:
            return said
        notes.append(f"“{said}” is read as “{meant}”.")
        return meant

    text = _join_parted(text, notes)
    return Correction(_WORD.sub(mend, text), list(dict.fromkeys(notes)))


def _join_parted(text: str, notes: list[str]) -> str:
    """Return a text with the names of places in one word that were written in two."""
    for pattern, name in _list_parted():
        found = pattern.search(text)
        if found is not None:
            notes.append(f"“{found[0]}” is read as “{name}”.")
            text = pattern.sub(name, text)
    return text


@lru_cache(maxsize=1)
def _list_parted() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return each place of one word as two, where the first means nothing: ware house."""
    names = {name for place in load_places().values() for name in place.names if name.isalpha()}
    names |= {name for name, _ in _PARTED}
    cuts = ((name, cut) for name in sorted(names) for cut in range(_BRIEF, len(name) - _BRIEF + 1))
    return tuple(
        (re.compile(rf"\b{name[:cut]} {name[cut:]}\b", re.IGNORECASE), name)
        for name, cut in cuts
        if (not is_english(name[:cut]) and is_english(name[cut:])) or (name, cut) in _PARTED
    )


def _find_last(text: str) -> str:
    words = text.lower().rsplit(maxsplit=1)
    return words[-1] if words else ""


def _mend_word(said: str, around: _Around) -> str | None:
    """Return what a word was meant to be, or null when it can stand as it is."""
    word = said.lower()
    confused = _find_confusion(word, around)
    if confused is not None:
        return confused
    if len(word) < _BRIEF:
        return None
    is_capital = around.is_start and said[1:].islower()
    is_name = not (said.islower() or said.isupper() or is_capital)
    if is_english(word) or is_name or (said.isupper() and len(said) <= _SHORT):
        return None
    partner = _find_partner(word, around)
    found = partner or _find_glued(word) or _find_target(word, is_start=around.is_start)
    return found or _find_counted(word, around)


def _find_counted(word: str, around: _Around) -> str | None:
    """Return the things that are counted: six descs are six desks."""
    is_counted = around.before in load_numbers().small or around.before.isdecimal()
    if not is_counted or len(word) < _SHORT or _is_known(word):
        return None
    names = sorted(map(pluralize, _list_things()))
    return next((t for t in names if t[0] == word[0] and _count_errors(word, t) == 1), None)


def _find_partner(word: str, around: _Around) -> str | None:
    """Return the word of a name whose other word stands beside: a meating room, golden huor."""
    if word in _load_dictionary():
        is_place = (around.before, "room") in _list_pairs() and _count_errors(word, "room") == 1
        return "room" if is_place and word[0] == "r" else None
    after = singularize(around.after)
    partners = [first for first, second in _list_pairs() if second == after]
    partners += [second for first, second in _list_pairs() if first == around.before]
    return next((t for t in partners if t[0] == word[0] and _count_errors(word, t) == 1), None)


def _find_glued(word: str) -> str | None:
    """Return two words that were written as one: infront of the door."""
    if _is_known(word):
        return None
    most = 1 if len(word) >= _GLUED_MIN else 0
    for first, second in _list_pairs():
        glued = first + second
        is_near = word[0] == glued[0] and abs(len(word) - len(glued)) <= most
        if is_near and _count_errors(word, glued) <= most:
            return f"{first} {second}"
    return None


@lru_cache(maxsize=2 * MAX_WORDS)
def _find_target(word: str, *, is_start: bool) -> str | None:
    """Return the word nearest to one no dictionary knows, or null when the planner needs none."""
    ranked = sorted(_list_candidates(word, is_start=is_start))
    if not ranked or ranked[0][-1] not in _list_targets():
        return None
    target = ranked[0][-1]
    is_swapped = len(word) >= _SWAP_MIN and sorted(word) == sorted(target)
    is_near = is_swapped or target in load_words().room_words
    is_word = word in _load_dictionary() if is_near else _is_known(word)
    return None if is_word else target


def _find_confusion(word: str, around: _Around) -> str | None:
    """Return the word meant by another word that stands where it makes no sense."""
    for confusion in _load()["confusions"]:
        if confusion["said"] != word:
            continue
        is_fitting = around.after in confusion["before"]
        if confusion.get("after") and around.before not in confusion["after"]:
            continue
        if confusion.get("is_counted"):
            is_fitting = around.before in load_numbers().small or around.before.isdecimal()
        elif not confusion["before"]:
            singular = singularize(around.after)
            is_fitting = singular != around.after and singular in _list_things()
        if is_fitting:
            return str(confusion["meant"])
    return None


def _list_candidates(word: str, *, is_start: bool) -> Iterator[tuple[int, int, int, int, str]]:
    """Yield the targets a word may be, with how far away and how likely they are.

    Letters are swapped more often than left out, and left out more often than added: of the
    targets with other letters the longer comes first.
    """
    words = load_words()
    most = 2 if len(word) >= _LONG else 1
    letters = set(word)
    for target, own_letters in _list_neighbours():
        is_far = abs(len(target) - len(word)) > most or len(letters ^ own_letters) > 2 * most
        if is_far or not _is_alike(word, target):
            continue
        distance = _count_errors(word, target)
        is_swapped = sorted(word) == sorted(target)
        if not 0 < distance <= (2 if is_swapped and len(word) >= _GLUED_MIN else most):
            continue
        is_command = target in words.creators or target in words.placers
        is_likely = (is_start and is_command) or target in load_numbers().small
        yield distance, 0 if is_likely else 1, 0 if is_swapped else 1, -len(target), target


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
    is_closed = len(word) >= _SHORT and target in _list_relation_words()
    return is_other_doubled or is_closed or len(word) >= _SUBSTITUTION_MIN


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
    return read_table("spelling")


@lru_cache(maxsize=1)
def _list_relation_words() -> frozenset[str]:
    phrases = (phrase for group in load_phrases().values() for phrase in group)
    return frozenset(word for phrase in phrases for word in phrase.words)


@lru_cache(maxsize=1)
def _list_pairs() -> tuple[tuple[str, str], ...]:
    """Return words that stand next to each other in names of places and things and relations."""
    names = [name.replace("-", " ").split() for p in load_places().values() for name in p.names]
    names += [list(phrase.words) for group in load_phrases().values() for phrase in group]
    names += [entry["noun"].replace("-", " ").split() for entry in _load_catalog_nouns()]
    names += [phrase.split() for phrase in _load()["picture"]]
    pairs = (pair for name in names for pair in pairwise(name))
    return tuple(dict.fromkeys(pairs))


@lru_cache(maxsize=1)
def _list_things() -> frozenset[str]:
    """Return the head nouns of things."""
    return frozenset(word for entry in load_classes().values() for word in entry.words)


@lru_cache(maxsize=1)
def _list_catalog_nouns() -> frozenset[str]:
    """Return the words of the nouns catalogs use: these are left to the catalog's own search."""
    singulars = {word for entry in _load_catalog_nouns() for word in entry["noun"].split()}
    return frozenset(singulars).union(map(pluralize, singulars))


@lru_cache(maxsize=1)
def _load_catalog_nouns() -> list[dict[str, Any]]:
    file = resources.files("clappper.core").joinpath("data", "catalog", "nouns.json")
    data: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    nouns: list[dict[str, Any]] = data["nouns"]
    return nouns


@lru_cache(maxsize=1)
def _list_targets() -> frozenset[str]:
    """Return the words the planner needs spelt right."""
    words = load_words()
    groups: list[Iterable[str]] = [_load()["targets"], load_numbers().small, load_numbers().scales]
    groups += [_list_things(), map(pluralize, _list_things()), words.creators, words.placers]
    groups += [names for p in load_places().values() for names in (p.names, p.nearest)]
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
