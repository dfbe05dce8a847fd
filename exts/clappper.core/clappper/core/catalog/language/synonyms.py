"""English words for things: synonyms, kinds and kinships, for nouns that the noun table lacks.

The data (``data/catalog/synonyms.gz``) is derived from WordNet 3.0, whose licence stands beside it;
``tools/wordnet`` makes it. It is loaded when it is first needed. All terms are in the catalog's
spelling: singular words with one space between (see ``words.split_query``).
"""

from __future__ import annotations

import functools
import gzip
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["SynonymEntry", "Synonyms", "load_synonyms"]

#: Steps up that a suggestion may take, and down to a narrower kind.
BROADER_DEPTH = 4
NARROWER_DEPTH = 4
NARROWER_LIMIT = 400
#: Terms under which things are not of one kind any more.
_TOO_BROAD = frozenset(
    {
        "device", "instrument", "structure", "covering", "commodity", "product", "creation",
        "equipment", "implement", "consumer good", "surface", "unit", "animal", "plant", "person",
        "mechanism", "system", "decoration", "facility", "block", "part", "chordate", "vertebrate",
        "mammal", "placental", "vascular plant", "solid food", "food", "foodstuff", "land",
        "worker", "unfortunate", "adult", "leader", "communicator", "entertainer", "intellectual",
        "contestant", "expert", "container", "layer", "bird", "instrumentation", "durable",
        "durable good", "constraint", "transport", "supporting structure", "utensil",
    }
)  # fmt: skip
#: Before a term whose commonest sense is another one.
_RARER = "~"


class SynonymEntry(NamedTuple):
    """Terms near one term, nearest first; none of them is the term itself.

    All of them are what their commonest sense says: ``pitcher`` is no synonym of ``hurler``.
    """

    synonyms: tuple[str, ...] = ()
    narrower: tuple[str, ...] = ()
    broader: tuple[str, ...] = ()  # not the kinship of everything: never as broad as "device"


class Synonyms:
    """Looks terms up; one synset is one sense, written as its terms, the commonest first."""

    def __init__(self, text: str) -> None:
        senses, _, words = text.partition("\n\n")
        self._terms: list[list[str]] = []
        self._parents: list[str] = []
        self._senses: dict[str, list[int]] = {}
        for number, line in enumerate(senses.split("\n")):
            terms, _, parents = line.partition("\t")
            self._parents.append(parents)
            common = []
            for term in terms.split("|"):
                if term.startswith(_RARER):
                    self._senses.setdefault(term[1:], []).append(number)
                else:
                    common.append(term)
                    self._senses.setdefault(term, []).insert(0, number)
            self._terms.append(common)
        self._words = frozenset(words.split())

    def find(self, words: Sequence[str]) -> SynonymEntry:
        """Return what is near a term, given as its singular words; empty when it is unknown."""
        term = " ".join(words)
        senses = self._senses.get(term, [])
        return SynonymEntry(
            self._list_terms(senses, but=term),
            self._list_terms(self._find_narrower(senses), but=term)[:NARROWER_LIMIT],
            self._list_terms(self._find_broader(senses), but=term),
        )

    def is_known(self, word: str) -> bool:
        """Tell whether a singular word or term is plain English, so that it is not mistyped."""
        return word in self._senses or word in self._words

    def _list_terms(self, senses: Iterable[int], *, but: str) -> tuple[str, ...]:
        terms = dict.fromkeys(term for sense in senses for term in self._terms[sense])
        terms.pop(but, None)
        return tuple(terms)

    def _find_narrower(self, senses: list[int]) -> list[int]:
        found: dict[int, None] = {}
        level = senses
        for _ in range(NARROWER_DEPTH):
            level = [kind for sense in level for kind in self._children.get(sense, ())]
            found.update(dict.fromkeys(level))
        return list(found)

    def _find_broader(self, senses: list[int]) -> list[int]:
        found: dict[int, None] = {}
        level = senses
        for _ in range(BROADER_DEPTH):
            level = [
                int(parent)
                for sense in level
                for parent in self._parents[sense].split()
                if _TOO_BROAD.isdisjoint(self._terms[int(parent)])
            ]
            found.update(dict.fromkeys(level))
        return list(found)

    @functools.cached_property
    def _children(self) -> dict[int, list[int]]:
        children: dict[int, list[int]] = {}
        for number, parents in enumerate(self._parents):
            for parent in parents.split():
                children.setdefault(int(parent), []).append(number)
        return children


@functools.lru_cache(maxsize=1)
def load_synonyms() -> Synonyms:
    """Return the shipped synonyms."""
    data = (files("clappper.core") / "data" / "catalog" / "synonyms.gz").read_bytes()
    return Synonyms(gzip.decompress(data).decode("ascii"))
