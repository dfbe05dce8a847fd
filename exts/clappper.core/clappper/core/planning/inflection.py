"""Singular and plural of English nouns, by rule and exception."""

from __future__ import annotations

from clappper.core.planning.lexicon import load_words

__all__ = ["pluralize", "singularize"]

_NOT_PLURAL = ("ss", "us", "is", "'s")
_ES = ("ches", "shes", "sses", "xes", "zzes")


def singularize(word: str) -> str:
    """Return the singular of a lower-case word; a singular word is returned as it is."""
    plurals = load_words().plurals
    if word in plurals:
        return plurals[word]
    if len(word) < 3 or not word.endswith("s") or word.endswith(_NOT_PLURAL):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(_ES) or (word.endswith("oes") and len(word) > 4):
        return word[:-2]
    return word[:-1]


def pluralize(noun: str) -> str:
    """Return the plural of a noun phrase for a sentence."""
    head = noun.rsplit(" ", 1)[-1]
    stem = noun[: len(noun) - len(head)]
    words = load_words()
    if head in words.mass_nouns:
        return noun
    for plural, singular in words.plurals.items():
        if singular == head and plural not in ("persons",):
            return stem + plural
    if head.endswith(("s", "x", "ch", "sh", "z")):
        return noun + "es"
    if head.endswith("y") and head[-2:-1] not in tuple("aeiou"):
        return noun[:-1] + "ies"
    return noun + "s"
