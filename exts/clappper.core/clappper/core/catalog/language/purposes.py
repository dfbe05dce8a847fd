"""What things are for: ``something to climb on`` names no thing and means ladders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clappper.core.catalog.language.words import load_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["VAGUE_WORDS", "list_purpose_nouns"]

#: Words for a thing that is known by its purpose alone.
VAGUE_WORDS = frozenset(
    {
        "something", "anything", "thing", "stuff", "object", "item", "equipment", "gear",
        "furniture", "device", "machine", "machinery", "tool", "place", "somewhere", "way",
        "what", "which", "means", "used", "useful", "suitable",
    }
)  # fmt: skip
_JOINTS = frozenset({"to", "for", "that", "which", "can", "could"})
#: Words between the joint and the verb that are looked over.
_REACH = 3


def list_purpose_nouns(words: Sequence[str]) -> tuple[str, ...]:
    """Return the nouns of things that serve a stated purpose, the most usual first, or none."""
    determiners = load_words().determiners
    words = [word for word in words if word in _JOINTS or word not in determiners]
    place = next((index for index, word in enumerate(words) if word in _JOINTS), 0)
    if place == 0 or not VAGUE_WORDS.issuperset(words[:place]):
        return ()
    purposes = load_words().purposes
    said = [word for word in words[place:] if word not in _JOINTS and word not in VAGUE_WORDS]
    return next(
        (
            purposes[verb]
            for word in said[:_REACH]
            for verb in _list_verbs(word)
            if verb in purposes
        ),
        (),
    )


def _list_verbs(word: str) -> Iterator[str]:
    """Yield what a word may be a form of: ``sitting``, ``storing``."""
    yield word
    if word.endswith("ing"):
        stem = word[:-3]
        yield stem
        yield f"{stem}e"
        if stem[-1:] == stem[-2:-1]:
            yield stem[:-1]
