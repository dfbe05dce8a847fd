"""Whole places and effects: what their names say, and which of an index a query means.

They are found but never placed. Their words are kept apart from those of things, so that a thing is
never taken for one: a fire truck is no fire.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clappper.core.catalog.language.nouns import load_surroundings
from clappper.core.catalog.language.phrase import read_phrase
from clappper.core.catalog.language.words import load_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clappper.core.catalog.language.phrase import Phrase

__all__ = [
    "find_surroundings",
    "find_unlisted",
    "is_surroundings",
    "name_surroundings",
    "split_surroundings",
]

#: Words that say no more than what sort of surroundings it is.
_CLASSES = {
    "effect": "effect", "fx": "effect", "vfx": "effect", "particle": "effect",
    "simulation": "effect", "flow": "effect",
    "environment": "environment", "scene": "environment", "backdrop": "environment",
    "background": "environment", "location": "environment", "template": "environment",
}  # fmt: skip
#: What a noun that the table lacks ends in, so that it is never that of a thing.
_ENDINGS = {"effect": "effect", "environment": "scene"}
_OWN, _STAND_IN = 3.0, 1.0
#: A kind of what was asked for counts a little less.
_KIND = -0.15
#: A place in a name is less than the last one: a desert road is a road.
_EARLIER = -0.3


def split_surroundings(words: Sequence[str]) -> tuple[str, ...]:
    """Return words with those run together split: ``grassfield``."""
    table = load_surroundings()
    return tuple(part for word in words for part in table.split_run(word))


def is_surroundings(words: Sequence[str]) -> bool:
    """Tell whether words are the very name of a place or an effect: car workshop."""
    return load_surroundings().find_exact(split_surroundings(words)) is not None


def name_surroundings(words: Sequence[str], category: str) -> str:
    """Return the noun of a place or an effect whose name has these words."""
    table = load_surroundings()
    nouns: dict[str, None] = {}
    start = 0
    while start < len(words):
        reach = next(
            (
                end
                for end in range(min(len(words), start + table.longest_phrase), start, -1)
                if table.is_folder(words[start:end])
            ),
            None,
        )
        noun = None if reach is None else table.find_folder(words[start:reach])
        if noun is not None and table.nouns[noun].category == category:
            nouns[noun] = None
        start = reach or start + 1
    if nouns:
        return " ".join(nouns)[:80]
    neutral = load_words().neutral | _CLASSES.keys()
    own = [word for word in words if word not in neutral]
    return " ".join((*own, _ENDINGS[category]))[-80:].strip()


def find_surroundings(
    present: Mapping[str, str], words: Sequence[str]
) -> tuple[Phrase, dict[str, float]] | None:
    """Return how a query is read and which places or effects it means, with the score of each.

    Args:
        present: Category of each noun of surroundings in the index.
        words: The query's words.
    """
    if not present:
        return None
    table = load_surroundings()
    asked = split_surroundings(words)
    end = len(asked)
    while end > 0 and asked[end - 1] in _CLASSES and table.find_exact(asked[:end]) is None:
        end -= 1
    phrase = read_phrase(_join(asked[:end]), table)
    if phrase.noun is not None and load_words().places.isdisjoint(_list_after(phrase)):
        nouns = _score(present, {phrase.noun: _OWN})
        for stand_in in () if nouns else table.nouns[phrase.noun].fallback:
            nouns = nouns or _score(present, {stand_in: _STAND_IN})
    elif end < len(asked):
        category = _CLASSES[asked[end]]
        nouns = {
            noun: _STAND_IN
            for noun, other in present.items()
            if other == category and set(phrase.words) <= set(noun.split())
        }
    else:
        named = len(asked) > 1 and " ".join(asked)
        nouns = {noun: _OWN for noun in present if noun.rpartition(" ")[0] == named}
    return (phrase._replace(noun=None), nouns) if nouns else None


def find_unlisted(
    present: Mapping[str, str], phrase: Phrase
) -> tuple[Phrase, dict[str, float]] | None:
    """Return the places whose names, which mean no place, end in a phrase: a display pedestal."""
    words = (*phrase.words, _ENDINGS["environment"])
    nouns = {noun: _STAND_IN for noun in present if tuple(noun.split()[-len(words) :]) == words}
    return (phrase._replace(noun=None), nouns) if nouns else None


def _join(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return words as the one word they make, where that is known: thunder bolt."""
    joined = ("".join(words),)
    return joined if load_surroundings().find_exact(joined) is not None else words


def _list_after(phrase: Phrase) -> tuple[str, ...]:
    """Return the words after the noun up to a preposition: a plaza hotel is no plaza."""
    prepositions = load_words().prepositions
    after = phrase.words[len(phrase.core) :]
    cut = next((place for place, word in enumerate(after) if word in prepositions), len(after))
    return after[:cut]


def _score(present: Mapping[str, str], scores: dict[str, float]) -> dict[str, float]:
    """Return the nouns of the index that mean one of these, or a kind of it."""
    table = load_surroundings()
    kinds = {kind: score + _KIND for noun, score in scores.items() for kind in table.narrower(noun)}
    found: dict[str, float] = {}
    for noun in present:
        meant = [match.noun for match in table.find(noun.split())]
        for other in meant:
            if other in scores or other in kinds:
                score = scores.get(other) or kinds[other]
                score += 0.0 if other == meant[-1] else _EARLIER
                found[noun] = max(score, found.get(noun, 0.0))
    return found
