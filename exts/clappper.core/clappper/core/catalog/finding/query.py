"""Reads what a person typed: run-together words split, mistyped ones repaired, the noun found."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

from clappper.core.catalog.finding.spelling import Speller, compute_distance, list_single_edits
from clappper.core.catalog.index.writing import make_kind
from clappper.core.catalog.language.name_words import join_products, parse_size, strip_sizes
from clappper.core.catalog.language.nouns import load_surroundings
from clappper.core.catalog.language.phrase import read_phrase
from clappper.core.catalog.language.purposes import VAGUE_WORDS
from clappper.core.catalog.language.synonyms import load_synonyms
from clappper.core.catalog.language.words import WORD_LIMIT, load_words, singularize, split_query

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from clappper.core.catalog.index.rows import AssetIndex
    from clappper.core.catalog.language.nouns import NounTable
    from clappper.core.catalog.language.phrase import Phrase

__all__ = [
    "list_near_words",
    "make_kind_match",
    "quote",
    "read_lengths",
    "read_query",
    "strip_courtesy",
]

#: A word the catalog lacks, or that no noun of the table has, must be that much nearer [mistakes].
_ABSENT, _UNLISTED = 0.15, 0.1
#: By how much the nearest word must be nearer than the next [mistakes].
_MARGIN = 0.04
#: A word that makes a known noun with its neighbour is that much nearer [mistakes].
_NEIGHBOUR = 0.3
#: Longest word that is not taken for plain English with a mistake: too many words are near it.
_SHORT = 4
_UNIT = re.compile(r"(?<=\d)\s+(?=(?:mm|cm|m|in|inch|ft)\b)", re.IGNORECASE)
#: Lengths without a unit are centimetres, if they are no large ones: ``60x40``, ``10x8x8``.
_BARE = re.compile(
    r"(?<![\w.])([12]?\d{1,2}(?:x[12]?\d{1,2}){2}|[12]?\d\dx[12]?\d\d)(?![\w.])", re.IGNORECASE
)
_LENGTH_LIMIT = 255
#: What a request begins with, what may follow that, and what it ends with, beside what is wanted.
_OPENING = re.compile(
    r"\W*(?:hi|hello|please|i['\u2019]?[md]|(?:i|we|you)\s+(?:am|are|want|need|would|have|like|must)"
    r"|(?:is|are)\s+there|(?:do|does)\s+(?:you|we)|(?:can|could|may|would)\s+(?:i|you|we)"
    r"|(?:show|find|give|get|bring)\s+(?:me|us))[,.:!]*\s+(?=\S)",
    re.IGNORECASE,
)
_OPENED = re.compile(
    r"(?:have|got|would|like|to|looking|searching|want|need|for|please|see|show|find|give|get|add"
    r"|place|put|any)[,.:!]*\s+(?=\S)",
    re.IGNORECASE,
)
_ENDING = re.compile(r"(?<=\S)(?:\s+(?:please|thanks|thank\s+you|for\s+me))+\W*$", re.IGNORECASE)
#: Shortest run of two words one of which may be mistyped, and shortest of these.
_RUN_LENGTH, _PART_LENGTH = 8, 3


def read_query(index: AssetIndex, table: NounTable, text: str) -> Phrase:
    """Read a query or noun phrase; a word is repaired when it is unknown and one is clearly meant.

    Args:
        index: Its words are known.
        table: Canonical nouns; their words are known.
        text: What was typed.
    """
    known = _list_known_words(table)
    unlike = load_words().false_friends
    typed = split_query(strip_sizes(_UNIT.sub("", text[: WORD_LIMIT * 32]))) or split_query(text)
    typed = _drop_collective(table, typed)
    words: list[str] = []
    for place, word in enumerate(typed):
        parts = table.split_run(word)
        unknown = [part for part in parts if part not in known and singularize(part) not in known]
        if unknown and word not in unlike and not _is_word(index, word):
            meant = _repair(index, table, word, before=words[-1:], after=typed[place + 1 :][:1])
            # A part that is unknown was a guess: one mistake in the whole is likelier.
            run = _repair_run(index, table, word)
            if meant != word and (len(run) == 1 or compute_distance(word, meant) <= 1.0):
                parts = (meant,)
            elif len(run) > 1 or len(parts) == 1:
                parts = run
        words.extend(parts)
    return read_phrase(split_query(" ".join(words)), table)


def strip_courtesy(text: str) -> str:
    """Return a request without its courtesies, which are no part of what is wanted."""
    if len(text) > _LENGTH_LIMIT:
        return text
    start = 0
    step = _OPENING.match(text)
    while step is not None:
        start = step.end()
        step = _OPENING.match(text, start) or _OPENED.match(text, start)
    return _ENDING.sub("", text[start:])


def read_lengths(text: str) -> tuple[float, ...]:
    """Return the lengths [m] a query states: one of ``91 cm cone``, two of ``60 x 40 tote``."""
    text = _UNIT.sub("", join_products(text[:_LENGTH_LIMIT]))
    return parse_size(_BARE.sub(r"\1cm", text))


def quote(words: Iterable[str]) -> str:
    """Return an FTS5 expression for any of the words, whatever is in them."""
    return " OR ".join('"' + word.replace('"', '""') + '"' for word in words)


def make_kind_match(nouns: Iterable[str]) -> str:
    """Return an FTS5 expression for the objects that have one of the nouns."""
    return f"{{kind}} : ({quote(map(make_kind, nouns))})"


def list_near_words(index: AssetIndex, table: NounTable, word: str) -> list[str]:
    """Return the known words an unknown one may stand for, nearest first."""
    if word in _list_known_words(table) or _is_word(index, word):
        return []
    return [other for _, other in _rank_near(index, table, word)]


def _is_word(index: AssetIndex, word: str) -> bool:
    return bool(index.count_terms([word])) or load_synonyms().is_known(word)


def _rank_near(index: AssetIndex, table: NounTable, word: str) -> list[tuple[float, str]]:
    listed = {other: cost for cost, other in _load_speller(table).find_near(word)}
    near = {other: cost + _UNLISTED for cost, other in index.speller.find_near(word)} | listed
    present = index.count_terms(list(near))
    return sorted(
        (cost if other in present or _is_present(index, table, other) else cost + _ABSENT, other)
        for other, cost in near.items()
    )


def _is_present(index: AssetIndex, table: NounTable, word: str) -> bool:
    return table.find_exact([word]) in index.noun_counts


def _repair(
    index: AssetIndex, table: NounTable, word: str, *, before: Sequence[str], after: Sequence[str]
) -> str:
    """Return the word that is meant, or the word itself when that is not clear."""
    if word in load_words().given_names:
        return word
    ranked = sorted(
        (cost - _NEIGHBOUR * _is_phrase(table, other, before, after), other)
        for cost, other in _rank_near(index, table, word)
    )
    if not ranked or ranked[0][0] > 1.0 + _ABSENT:  # two mistakes: plain English may be nearer
        english = load_synonyms()
        edits = list_single_edits(word) if word.isascii() and word.isalpha() else []
        plain = (edit for edit in edits if edit[0] == word[0] and english.is_known(edit))
        meant = next(plain, None) if len(word) > _SHORT else None
        if meant is not None:
            return meant
    is_clear = ranked and (len(ranked) == 1 or ranked[0][0] + _MARGIN <= ranked[1][0])
    return ranked[0][1] if is_clear else word


def _repair_run(index: AssetIndex, table: NounTable, word: str) -> tuple[str, ...]:
    """Return the two words that a run with one mistake stands for, or the word itself."""
    if not _RUN_LENGTH <= len(word) <= WORD_LIMIT:
        return (word,)
    known = _list_known_words(table)
    near = _load_speller(table).find_near
    found: list[tuple[float, str, str]] = []
    for place in range(_PART_LENGTH, len(word) - _PART_LENGTH + 1):
        first, second = word[:place], word[place:]
        if first in known:
            costs = [(cost, first, other) for cost, other in near(second)]
        elif singularize(second) in known:
            costs = [(cost, other, singularize(second)) for cost, other in near(first)]
        else:
            continue
        found += [
            (cost - _NEIGHBOUR * (table.find_exact((left, right)) is not None), left, right)
            for cost, left, right in costs
            if 0.0 < cost <= 1.0
            and (table.find_exact((right,)) or table.find_exact((left, right))) is not None
        ]
    if not found:
        return (word,)
    _, *parts = min(found, key=lambda pair: (pair[0], not _is_present(index, table, pair[2]), pair))
    return tuple(parts)


def _drop_collective(table: NounTable, words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words of a stack or a row of things without saying so."""
    lists = load_words()
    start = 0
    while start < len(words) and words[start] in lists.determiners:
        start += 1
    if words[start + 1 : start + 2] != ("of",) or words[start] not in lists.collectives:
        return words
    rest = words[start + 2 :]
    is_own = any(
        match.start == start
        and match.end > start + 2
        and match.noun != table.find_exact(words[start + 2 : match.end])
        for match in table.find(words)
    )  # a stack of cargo is a pile
    return words if is_own or not rest else rest


def _is_phrase(table: NounTable, word: str, before: Sequence[str], after: Sequence[str]) -> bool:
    """Tell whether a word makes a noun of the table with the word beside it."""
    pairs = ([*before, word] if before else [], [word, *after] if after else [])
    return any(pair and table.find_exact(pair) is not None for pair in pairs)


@functools.lru_cache(maxsize=4)
def _list_known_words(table: NounTable) -> frozenset[str]:
    lists = load_words()
    return table.vocabulary.union(
        load_surroundings().vocabulary,
        VAGUE_WORDS,
        lists.purposes,
        lists.attributes,
        lists.neutral,
        lists.modifiers,
        lists.places,
        lists.determiners,
        lists.prepositions,
        (word for pair in lists.attribute_phrases for word in pair),
    )


@functools.lru_cache(maxsize=4)
def _load_speller(table: NounTable) -> Speller:
    return Speller(sorted(_list_known_words(table)))
