"""Which words are English as far as the planner's own lists tell."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from clappper.core.planning.inflection import singularize
from clappper.core.planning.lexicon import (
    load_classes,
    load_numbers,
    load_phrases,
    load_places,
    load_words,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["is_english", "list_english_words"]


@lru_cache(maxsize=1)
def list_english_words() -> frozenset[str]:
    """Return the words of the planner's own lists, lower case."""
    words = load_words()
    groups: list[Iterable[str]] = [words.closed, words.actions, words.noun_verbs, words.scene_talk]
    groups += [words.style_heads, words.camera_heads, words.room_words, words.abstract]
    groups += [words.measure_nouns, words.generic_heads, words.mass_nouns, words.adjectives]
    groups += [words.intensifiers, words.styles, words.dense, words.sparse, words.plurals]
    groups += [words.plurals.values(), load_numbers().small, load_numbers().scales]
    groups += [load_numbers().lengths_m, load_numbers().durations_s, load_numbers().other_units]
    for place in load_places().values():
        groups += [place.names, place.nearest, place.hints]
    groups += [item_class.words for item_class in load_classes().values()]
    groups += [phrase.words for group in load_phrases().values() for phrase in group]
    said = (word for group in groups for phrase in group for word in re.split(r"[\s-]", phrase))
    return frozenset(word.lower() for word in said if word)


def is_english(word: str) -> bool:
    """Tell whether a lower-case word is in the planner's own lists."""
    words = list_english_words()
    return word in words or singularize(word) in words
