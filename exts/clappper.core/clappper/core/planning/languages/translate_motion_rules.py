"""The words by which a language says how a camera moves: verbs in all their forms, and halves."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from clappper.core.planning.languages.translation_lexicon import fold

__all__ = ["MotionRules", "load_motion_rules"]


@dataclass(frozen=True)
class MotionRules:
    """How a language says that a camera moves.

    Attributes:
        camera: Words for the camera.
        the: Words before it.
        verbs: English of the forms that are listed.
        stems: English of verbs by the beginning of all their forms.
        halves: What the second half of a verb says, the longest first.
        wishes: Words that make a move one that is asked for.
        alone: Words that are about the camera without naming it.
        before: Words before a verb that belong to it.
        silent: Words that say nothing in such a clause.
        negations: Words that keep the camera where it is.
        exceptions: Words that have the form of a verb and are none.
        joins: Words that join clauses.
        begins: How a clause begins that is about a camera that was said before it.
    """

    camera: frozenset[str]
    the: frozenset[str]
    verbs: dict[str, str]
    stems: tuple[tuple[re.Pattern[str], str], ...]
    halves: dict[str, str]
    wishes: frozenset[str]
    alone: frozenset[str]
    before: frozenset[str]
    silent: frozenset[str]
    negations: frozenset[str]
    exceptions: frozenset[str]
    joins: frozenset[str]
    begins: frozenset[str]

    def find(self, word: str) -> str:
        """Return what a form of a verb says, or nothing."""
        if word in self.exceptions:
            return ""
        if word in self.verbs:
            return self.verbs[word]
        return next((english for stem, english in self.stems if stem.fullmatch(word)), "")


def load_motion_rules(data: dict[str, Any], sets: dict[str, frozenset[str]]) -> MotionRules:
    """Return the rules of a language.

    Args:
        data: Its rules of motion.
        sets: Its sets of words.
    """
    halves = {
        word: english for english, words in data["halves"].items() for word in _fold_words(words)
    }
    verbs = {
        word: english for english, words in data["verbs"].items() for word in _fold_words(words)
    }
    endings = data["endings"]
    stems = tuple(
        (re.compile(f"(?:{'|'.join(sorted(_fold_words(words)))})(?:{endings})"), english)
        for english, words in data["stems"].items()
    )
    return MotionRules(
        camera=sets["camera"],
        the=_fold_words(data["the"]),
        verbs=verbs,
        stems=stems,
        halves=dict(sorted(halves.items(), key=lambda item: -len(item[0]))),
        wishes=_fold_words(data["wishes"]),
        alone=_fold_words(data["alone"]),
        before=_fold_words(data["before"]),
        silent=_fold_words(data["silent"]),
        negations=_fold_words(data["negations"]),
        exceptions=_fold_words(data["except"]),
        joins=_fold_words(data["joins"]),
        begins=_fold_words(data["begins"]) | frozenset(verbs),
    )


def _fold_words(words: str) -> frozenset[str]:
    return frozenset(map(fold, words.split()))
