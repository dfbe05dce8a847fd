"""Misspelt words of English prompts: those no dictionary knows, next to one the planner knows.

A word that means something, a name and a number are left alone; things of the catalog that are
misspelt find their asset by the catalog's own search.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from clappper.core.planning.english import is_english
from clappper.core.planning.inflection import pluralize, singularize
from clappper.core.planning.lexicon import load_numbers, load_places, load_words
from clappper.core.planning.spelling_words import (
    is_known,
    list_names,
    list_neighbours,
    list_pairs,
    list_relation_words,
    list_targets,
    list_things,
    load_catalog_nouns,
    load_dictionary,
    load_spelling,
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
        following = _mend_alone(after[1].lower()) if after else ""
        around = _Around(_mend_alone(_find_last(before)), following, is_start)
        meant = _mend_word(said, around)
        if meant is None:
            return said
        notes.append(f"“{said}” is read as “{meant}”.")
        return meant

    text = _WORD.sub(mend, _join_parted(text, notes))
    return Correction(_join_hyphened(text), list(dict.fromkeys(notes)))


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


def _join_hyphened(text: str) -> str:
    """Return a text with the hyphens of the catalog's nouns: 3 roll up doors."""
    for pattern, joined in _list_hyphened():
        text = pattern.sub(joined, text)
    return text


@lru_cache(maxsize=1)
def _list_hyphened() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return the hyphened beginnings of nouns as they are written without hyphen."""
    nouns = {entry["noun"] for entry in load_catalog_nouns() if "-" in entry["noun"]}
    return tuple(
        (
            re.compile(rf"\b{first.replace('-', ' ')} (?={rest}(?:e?s)?\b)", re.IGNORECASE),
            f"{first} ",
        )
        for first, _, rest in (noun.partition(" ") for noun in sorted(nouns))
        if "-" in first and rest
    )


def _find_last(text: str) -> str:
    words = text.lower().rsplit(maxsplit=1)
    return words[-1] if words else ""


def _mend_alone(word: str) -> str:
    """Return a lower-case word mended without regard to the words around it, or as it is."""
    if len(word) < _SHORT or is_english(word):
        return word
    return _find_target(word, is_start=False) or word


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
    if is_name or (said.isupper() and len(said) <= _SHORT):
        return None
    if is_english(word):
        return _find_swapped_partner(word, around)
    partner = _find_partner(word, around)
    found = partner or _find_glued(word) or _find_target(word, is_start=around.is_start)
    return _find_several(word, found, around) or found or _find_counted(word, around)


def _is_counted(around: _Around) -> bool:
    """Whether a number stands right before a word."""
    return around.before in load_numbers().small or around.before.isdecimal()


def _find_several(word: str, target: str | None, around: _Around) -> str | None:
    """Return the plural of a thing there are several of, where it is as near: six deks."""
    if target is None or target not in list_things():
        return None
    plural = pluralize(target)
    is_one = around.before in ("1", "one", "single")
    is_meant = (_is_counted(around) and not is_one) or sorted(word) == sorted(plural)
    return plural if is_meant and _count_errors(word, plural) == 1 else None


def _find_counted(word: str, around: _Around) -> str | None:
    """Return the things that are counted: six descs are six desks."""
    if not _is_counted(around) or len(word) < _SHORT or is_known(word):
        return None
    names = sorted(map(pluralize, list_things()))
    return next((t for t in names if t[0] == word[0] and _count_errors(word, t) == 1), None)


def _find_partner(word: str, around: _Around) -> str | None:
    """Return the word of a name whose other word stands beside: a meating room, golden huor."""
    if word in load_dictionary():
        is_place = (around.before, "room") in list_pairs() and _count_errors(word, "room") == 1
        if is_place and word[0] == "r":
            return "room"
        return _find_swapped_partner(word, around)
    partners = (t for t in _list_partners(list_pairs(), around) if t[0] == word[0])
    return next((t for t in partners if _count_errors(word, t) == 1), None)


def _find_swapped_partner(word: str, around: _Around) -> str | None:
    """Return the word of a name that another word is with two letters swapped, or one doubled.

    Such a slip makes another word that says nothing beside its partner: a low angel, a roll-up dor.
    """
    partners = _list_partners(list_names(), around)
    if len(word) < _BRIEF or word in partners:
        return None
    partners = [target for target in partners if target[0] == word[0]]
    for target in partners:
        is_swapped = len(word) > _SHORT and sorted(word) == sorted(target)
        is_doubled = not is_english(word) and _undouble(word) == _undouble(target)
        if (is_swapped or is_doubled) and _count_errors(word, target) == 1:
            return target
    return None


def _list_partners(pairs: Iterable[tuple[str, str]], around: _Around) -> list[str]:
    """Return the words that stand before the word after, and behind the word before."""
    after = singularize(around.after)
    partners = [first for first, second in pairs if second == after]
    return partners + [second for first, second in pairs if first == around.before]


def _find_glued(word: str) -> str | None:
    """Return two words that were written as one: infront of the door."""
    if is_known(word):
        return None
    most = 1 if len(word) >= _GLUED_MIN else 0
    for first, second in list_pairs():
        glued = first + second
        is_near = word[0] == glued[0] and abs(len(word) - len(glued)) <= most
        if is_near and _count_errors(word, glued) <= most:
            return f"{first} {second}"
    return None


@lru_cache(maxsize=2 * MAX_WORDS)
def _find_target(word: str, *, is_start: bool) -> str | None:
    """Return the word nearest to one no dictionary knows, or null when the planner needs none."""
    ranked = sorted(_list_candidates(word, is_start=is_start))
    if not ranked or ranked[0][-1] not in list_targets():
        return None
    target = ranked[0][-1]
    is_swapped = len(word) >= _SWAP_MIN and sorted(word) == sorted(target)
    is_near = is_swapped or target in load_words().room_words
    is_word = word in load_dictionary() if is_near else is_known(word)
    return None if is_word else target


def _find_confusion(word: str, around: _Around) -> str | None:
    """Return the word meant by another word that stands where it makes no sense."""
    for confusion in load_spelling()["confusions"]:
        if confusion["said"] != word:
            continue
        is_fitting = around.after in confusion["before"]
        if confusion.get("after") and around.before not in confusion["after"]:
            continue
        if confusion.get("is_alone"):
            is_fitting = True
        elif confusion.get("is_counted"):
            is_fitting = _is_counted(around)
        elif not confusion["before"]:
            singular = singularize(around.after)
            is_fitting = singular != around.after and singular in list_things()
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
    for target, own_letters in list_neighbours():
        is_far = abs(len(target) - len(word)) > most or len(letters ^ own_letters) > 2 * most
        if is_far or not _is_alike(word, target):
            continue
        distance = _count_errors(word, target)
        is_swapped = sorted(word) == sorted(target)
        if not 0 < distance <= (2 if is_swapped and len(word) >= _GLUED_MIN else most):
            continue
        is_command = target in words.creators or target in words.placers
        is_likely = (is_start and is_command) or target in load_numbers().small
        is_usual = is_swapped and word[0] == target[0]
        yield distance, 0 if is_likely else 1, 0 if is_usual else 1, -len(target), target


def _is_alike(word: str, target: str) -> bool:
    """Whether two words a letter apart look like a slip: no other first letter, no other word."""
    is_swapped = word[:2] == target[1::-1]
    if word[0] != target[0] and not is_swapped:
        return False
    is_doubled = _undouble(word) == _undouble(target)
    if len(word) <= _SHORT and len(target) < len(word):
        return is_doubled and len(word) == _SHORT
    if is_doubled or len(word) != len(target) or sorted(word) == sorted(target):
        return True
    is_closed = len(word) >= _SHORT and target in list_relation_words()
    return is_closed or len(word) >= _SUBSTITUTION_MIN


def _undouble(word: str) -> str:
    return _DOUBLED.sub(r"\1", word)


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
