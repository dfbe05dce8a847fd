"""What makes one object a better answer than another, as numbers.

The part that no query changes, plainness, is known when the index is built: objects are numbered
by it, so that reading any list of them in order gives the best first. Knows nothing of SQL.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from clappper.core.catalog.language.labels import list_codes
from clappper.core.catalog.language.name_words import parse_size
from clappper.core.catalog.language.words import load_words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from clappper.core.catalog.language.phrase import Phrase

__all__ = ["Candidate", "compute_plainness", "list_contraries", "rank"]

_NAMED = 0.1  # the name says what it is
_SURPLUS_WORD = -0.02
_UNUSUAL = -0.2  # loaded, broken, open ... when nobody asked for it
_ATTRIBUTE = 0.5
_CONTRARY = -0.3
_OTHER_WORD = 0.35
_SAME_WORD = 0.25
_SAME_SIZE = 0.6
_SAME_CODE = 3.0
#: What an object is worth that was found by words alone.
_BY_WORDS = 0.5
#: Lengths are the same within this share.
_SAME_LENGTH = 0.01


class Candidate(NamedTuple):
    """What ranking needs to know of one object."""

    row_id: int
    asset_id: str
    name: str
    noun: str
    attributes: frozenset[str]
    words: frozenset[str]
    object_row: int  # the same for the rows of one object in several packs


def compute_plainness(noun: str, words: Collection[str], attributes: Collection[str]) -> float:
    """Return how plain a specimen of its noun an object is; higher is plainer."""
    own = frozenset(noun.split())
    named = not own.isdisjoint(words)
    surplus = len(frozenset(words) - own)
    unusual = len(load_words().unusual.intersection(attributes))
    return round(_NAMED * named + _SURPLUS_WORD * surplus + _UNUSUAL * unusual, 6)


def list_contraries(attributes: Iterable[str]) -> frozenset[str]:
    """Return the describing words that mean the opposite of one of these."""
    opposites = load_words().opposites
    return frozenset().union(*(opposites.get(attribute, ()) for attribute in attributes))


def rank(
    candidates: Iterable[Candidate],
    phrase: Phrase,
    nouns: Mapping[str, float],
    *,
    lengths_m: tuple[float, ...] = (),
    codes: Collection[str] = (),
) -> list[tuple[Candidate, float]]:
    """Score candidates by what they are and by what was asked for that they have; best first.

    Args:
        candidates: Objects, each once.
        phrase: What was asked for.
        nouns: The nouns that answer, with the score that being one gives.
        lengths_m: Asked lengths [m]; a name that states them counts more.
        codes: Asked part codes and products of lengths; a name that has one counts still more.
    """
    unusual = load_words().unusual
    wanted = frozenset(phrase.attributes)
    contrary = list_contraries(wanted) - wanted
    asked = frozenset(phrase.words)
    others = asked.intersection(phrase.others)
    scored = []
    for candidate in candidates:
        own = frozenset(candidate.noun.split())
        score = nouns.get(candidate.noun, _BY_WORDS)
        score += compute_plainness(candidate.noun, candidate.words, candidate.attributes)
        score += _ATTRIBUTE * len(wanted & candidate.attributes)
        score -= _UNUSUAL * len(wanted & candidate.attributes & unusual)
        score += _CONTRARY * len(contrary & candidate.attributes)
        score += _OTHER_WORD * len(others & candidate.words)
        score += _SAME_WORD * len((asked & candidate.words) - own - others)
        score += _SAME_SIZE * _states_lengths(candidate.name, lengths_m)
        if codes:
            score += _SAME_CODE * len(set(codes).intersection(list_codes(candidate.name)))
        scored.append((candidate, round(score, 6)))
    return sorted(scored, key=lambda pair: (-pair[1], pair[0].name.lower(), pair[0].asset_id))


def _states_lengths(name: str, lengths_m: tuple[float, ...]) -> bool:
    if not lengths_m:
        return False
    stated = list(parse_size(name))
    for length in lengths_m:  # each is another one: a 10 x 10 box is no 10 x 8 one
        same = next((one for one in stated if abs(length - one) <= _SAME_LENGTH * one), None)
        if same is None:
            return False
        stated.remove(same)
    return True
