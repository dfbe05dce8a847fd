"""The word lists of the rule planner, read once from the package data."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import resources
from typing import Any, cast

from clappper.core.planning.models import EnvironmentKind, Mood, Move, Role, Shot, Verb

__all__ = [
    "ItemClass",
    "Numbers",
    "Place",
    "RelationPhrase",
    "Words",
    "load_classes",
    "load_numbers",
    "load_phrases",
    "load_places",
    "load_words",
    "read_table",
]


@dataclass(frozen=True)
class Words:
    """Closed word classes, and open ones that grammar alone cannot tell; all lower case."""

    indefinite: frozenset[str]
    definite: frozenset[str]
    distributive: frozenset[str]
    negations: frozenset[str]
    owners: frozenset[str]
    joiners: frozenset[str]
    copulas: frozenset[str]
    pronouns: frozenset[str]
    creators: frozenset[str]
    placers: frozenset[str]
    verbs: frozenset[str]
    noun_verbs: frozenset[str]
    ing_nouns: frozenset[str]
    joints: frozenset[str]
    fillers: frozenset[str]
    scene_talk: frozenset[str]
    style_heads: frozenset[str]
    camera_heads: frozenset[str]
    room_words: frozenset[str]
    abstract: frozenset[str]
    measure_nouns: frozenset[str]
    generic_heads: frozenset[str]
    mass_nouns: frozenset[str]
    adjectives: frozenset[str]
    noise_adjectives: frozenset[str]
    intensifiers: frozenset[str]
    styles: frozenset[str]
    dense: frozenset[str]
    sparse: frozenset[str]
    not_adverbs: frozenset[str]
    prepositions: frozenset[str]
    adjective_endings: tuple[str, ...]
    plurals: dict[str, str]

    @cached_property
    def closed(self) -> frozenset[str]:
        """Words no noun phrase goes on with."""
        groups = (
            (self.joints, self.owners, self.joiners, self.copulas, self.pronouns, self.negations),
            (self.indefinite, self.definite, self.distributive, self.fillers, self.prepositions),
        )
        return frozenset(word for group in groups for words in group for word in words)

    @cached_property
    def actions(self) -> frozenset[str]:
        """All verbs, with what somebody does now: wants, gets, builds."""
        plain = self.creators | self.placers
        nouns = self.noun_verbs | self.scene_talk | self.measure_nouns | self.fillers | self.joints
        third = {
            f"{word}{'es' if word.endswith(('s', 'x', 'ch', 'sh')) else 's'}"
            for word in plain - nouns
        }
        return plain | self.verbs | third


@dataclass(frozen=True)
class Numbers:
    """Number words and units.

    Attributes:
        small: Values of zero to nineteen and the tens.
        scales: Values of dozen, hundred, thousand.
        vague: What words that name no number stand for, by first word, longest first.
        bounds: Words before a number that leave it as it is, by first word, longest first.
        lengths_m: Units of length [m].
        durations_s: Units of time [s].
        areas_m2: Units of area [m2].
        other_units: Units that only describe a thing (3.5 t).
        axes: Axis x, y or z of a word of extent (wide).
    """

    small: dict[str, int]
    scales: dict[str, int]
    vague: dict[str, tuple[tuple[tuple[str, ...], int], ...]]
    bounds: dict[str, tuple[tuple[str, ...], ...]]
    lengths_m: dict[str, float]
    durations_s: dict[str, float]
    areas_m2: dict[str, float]
    other_units: frozenset[str]
    axes: dict[str, str]


@dataclass(frozen=True)
class Place:
    """A kind of environment: its names, the places it stands in for, and its habits.

    Attributes:
        kind: As in the plan.
        title: As in the plan's title.
        usual_size_m: Width, depth, height [m] where a prompt gives only some of them.
        names: What it is called.
        nearest: Places we cannot build that it comes nearest to.
        hints: Nouns that suggest it when no place is named.
    """

    kind: EnvironmentKind
    title: str
    usual_size_m: tuple[float, float, float]
    shot: Shot
    move: Move
    mood: Mood
    names: tuple[str, ...]
    nearest: tuple[str, ...]
    hints: tuple[str, ...]

    @property
    def phrase(self) -> str:
        """Its name in a sentence, with the article."""
        name = self.title.lower()
        if self.kind == "open":
            return name
        return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


@dataclass(frozen=True)
class ItemClass:
    """What a group of nouns has in common when the user does not say.

    Attributes:
        name: Name of the class.
        words: Head words of its nouns.
        count: How many a plural without a number means.
        arrangement: Verb that places it in the room, or null for the solver's choice.
        role: Role of an item whose number was not said.
        is_uniform: Whether several of it look alike.
    """

    name: str
    words: frozenset[str]
    count: int
    arrangement: Verb | None
    role: Role
    is_uniform: bool


@dataclass(frozen=True)
class RelationPhrase:
    """Words that say a relation; an inverse one names the object first (surrounded by chairs)."""

    words: tuple[str, ...]
    verb: Verb
    is_inverse: bool


def read_table(name: str) -> dict[str, Any]:
    """Return a table of the package data by its file name without ending."""
    file = resources.files("clappper.core").joinpath("data", "planning", f"{name}.json")
    table: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return table


@lru_cache(maxsize=1)
def load_words() -> Words:
    """Return the word classes."""
    data = read_table("words")
    endings = tuple(data.pop("adjective_endings"))
    plurals = data.pop("plurals")
    return Words(
        adjective_endings=endings,
        plurals=plurals,
        **{name: frozenset(words) for name, words in data.items()},
    )


@lru_cache(maxsize=1)
def load_numbers() -> Numbers:
    """Return the number words and units."""
    data = read_table("numbers")
    vague: dict[str, list[tuple[tuple[str, ...], int]]] = {}
    for phrase, count in data.pop("vague").items():
        words = tuple(phrase.split())
        vague.setdefault(words[0], []).append((words, count))
    bounds: dict[str, list[tuple[str, ...]]] = {}
    for phrase in data.pop("bounds"):
        words = tuple(phrase.split())
        bounds.setdefault(words[0], []).append(words)
    return Numbers(
        vague={first: tuple(sorted(v, key=lambda e: -len(e[0]))) for first, v in vague.items()},
        bounds={first: tuple(sorted(b, key=len, reverse=True)) for first, b in bounds.items()},
        other_units=frozenset(data.pop("other_units")),
        **data,
    )


@lru_cache(maxsize=1)
def load_places() -> dict[str, Place]:
    """Return the kinds of environment by name, in the order of the contracts."""
    return {
        kind: Place(
            kind=cast("EnvironmentKind", kind),
            title=entry["title"],
            usual_size_m=tuple(entry["usual_size_m"]),
            shot=entry["shot"],
            move=entry["move"],
            mood=entry["mood"],
            names=tuple(entry["names"]),
            nearest=tuple(entry["nearest"]),
            hints=tuple(entry["hints"]),
        )
        for kind, entry in read_table("environments").items()
    }


@lru_cache(maxsize=1)
def load_classes() -> dict[str, ItemClass]:
    """Return the item classes by name."""
    return {
        name: ItemClass(
            name=name,
            words=frozenset(entry["words"]),
            count=entry["count"],
            arrangement=entry["arrangement"],
            role=entry["role"],
            is_uniform=entry.get("is_uniform", False),
        )
        for name, entry in read_table("classes").items()
    }


@lru_cache(maxsize=1)
def load_phrases() -> dict[str, tuple[RelationPhrase, ...]]:
    """Return the relation phrases by first word, longest first."""
    found: dict[str, list[RelationPhrase]] = {}
    for direction, table in read_table("relations").items():
        for verb, phrases in table.items():
            for phrase in phrases:
                words = tuple(phrase.split())
                found.setdefault(words[0], []).append(
                    RelationPhrase(words, verb, direction == "inverse")
                )
    return {
        first: tuple(sorted(group, key=lambda phrase: -len(phrase.words)))
        for first, group in found.items()
    }
