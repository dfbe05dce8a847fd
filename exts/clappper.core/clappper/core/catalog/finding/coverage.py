"""Finds what has every word of a query in its own name, where that is no noun which is here.

``dentist chair`` is a kind of its own to English and to the table; a chair that is named Dentist is
one all the same. So is a mustard bottle where mustard is wanted. Nothing else of the class is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from clappper.core.catalog.finding.query import make_kind_match, quote
from clappper.core.catalog.language.name_words import split_name
from clappper.core.catalog.language.synonyms import load_synonyms
from clappper.core.catalog.language.words import load_words, split_query

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from clappper.core.catalog.finding.ranking import Candidate
    from clappper.core.catalog.index.rows import AssetIndex
    from clappper.core.catalog.index.stored import RowFilter
    from clappper.core.catalog.language.nouns import NounTable
    from clappper.core.catalog.language.phrase import Phrase

__all__ = ["Covering", "ends_rightly", "find_covering"]

#: What food and drink is sold in.
_VESSELS = ("bottle", "can", "jar", "cardboard box", "milk carton", "bag", "jug")
_FOOD = "food"
#: Objects that are looked at, and other terms for one noun.
_LOOK_LIMIT, _TERM_LIMIT = 50, 12
_FOOD_TERMS = frozenset({"condiment", "flavorer", "beverage", "dairy product", "dessert", "spice"})


def ends_rightly(candidate: Candidate, ending: str) -> bool:
    """Tell whether an object is what a word says: its noun, or its name, ends in that."""
    return (
        not ending
        or candidate.noun.split()[-1] == ending
        or split_name(candidate.name).words[-1:] == (ending,)
    )


class Covering(NamedTuple):
    """The quoted expression for what is named by all words of a phrase; empty for nothing."""

    match: str = ""
    ending: str = ""  # the word in which what it finds must end


def find_covering(
    index: AssetIndex, table: NounTable, phrase: Phrase, row_filter: RowFilter
) -> Covering:
    """Return what finds the objects that are named by all words of a phrase, if there are any."""
    lists = load_words()
    words = tuple(
        word
        for word in dict.fromkeys(phrase.words)
        if word not in lists.prepositions and word not in lists.determiners
    )
    for covering in dict.fromkeys(_list_coverings(table, phrase, words)):
        found = index.find_by_match(covering.match, limit=_LOOK_LIMIT, row_filter=row_filter)
        if any(ends_rightly(one, covering.ending) for one in found):
            return covering
    return Covering()


def _list_coverings(table: NounTable, phrase: Phrase, words: tuple[str, ...]) -> Iterator[Covering]:
    soft = load_words().soft
    telling = [word for word in words[:-1] if word not in soft] + list(words[-1:])
    if len(telling) > 1:
        yield Covering(_name(telling), words[-1])
    entry = None if phrase.noun is None else table.nouns.get(phrase.noun)
    terms = () if entry is None else (entry.noun, *entry.aliases)
    for said in (words, *map(split_query, terms[:_TERM_LIMIT])):
        for start in range(1, len(said)):
            noun = table.find_exact(said[start:])
            before = [word for word in said[:start] if word not in soft]
            if noun is not None and before:
                kind = make_kind_match((noun, *table.narrower(noun)))
                yield Covering(f"{kind} AND {_name(before)}")
    if words and _is_food(table, phrase):
        yield Covering(f"{make_kind_match(_VESSELS)} AND {_name(words)}")


def _name(words: Sequence[str]) -> str:
    return " AND ".join(f"{{name}} : ({quote([word])})" for word in words)


def _is_food(table: NounTable, phrase: Phrase) -> bool:
    entry = None if phrase.noun is None else table.nouns.get(phrase.noun)
    if entry is not None:
        return entry.category == _FOOD
    english = load_synonyms()
    broader = english.find(phrase.core).broader or english.find(phrase.core[-1:]).broader
    return not _FOOD_TERMS.isdisjoint(broader) or any(
        (found := table.nouns.get(term)) is not None and found.category == _FOOD for term in broader
    )
