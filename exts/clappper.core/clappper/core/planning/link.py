"""Relations between the phrases of a prompt, before it is known which items they name."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from clappper.core.planning.models import Side, Verb

__all__ = ["Link", "PhraseRole", "RelationReading"]

PhraseRole = Literal["item", "missing", "negated", "place", "room", "camera", "attribute", "none"]


@dataclass(frozen=True)
class Link:
    """A relation between phrases, by their index among the elements.

    Attributes:
        verb: The relation.
        subject: Index of the phrase that is placed.
        target: Index of the object, ``room``, ``camera``, ``self`` (each other) or null.
        target2: Index of the second object of between, or null.
        distance_m: As said [m], or null.
        side: As said, or null.
        rows: As said, or null.
        per_row: As said, or null.
    """

    verb: Verb
    subject: int
    target: int | str | None
    target2: int | None = None
    distance_m: float | None = None
    side: Side | None = None
    rows: int | None = None
    per_row: int | None = None


@dataclass
class RelationReading:
    """Everything the relations of a prompt say.

    Attributes:
        links: Relations in the order said.
        owned: Pairs (thing, owner) of a with-phrase (a desk with a chair).
        multipliers: Thing to the phrase whose number multiplies it (a chair per desk).
        factors: Thing to a plain factor (a plant in each corner).
        shared: Things whose number is said of each place (two bollards on each side).
        spacing_m: Gap between units of a thing [m].
        attributes: Adjectives said after a thing (the desks are wooden).
        targets: What the camera looks at.
        aisle_m: Width of aisles [m], or null.
        is_filled: Whether the place is said to be full of things.
        denied: Things and relations to the room they must not stand in.
        taken_back: Links that a later statement takes the place of.
        reflexive: Subjects that were to stand in relation to themselves, with the verb.
    """

    links: list[Link] = field(default_factory=list)
    owned: list[tuple[int, int]] = field(default_factory=list)
    multipliers: dict[int, int] = field(default_factory=dict)
    factors: dict[int, int] = field(default_factory=dict)
    shared: set[int] = field(default_factory=set)
    spacing_m: dict[int, float] = field(default_factory=dict)
    attributes: dict[int, tuple[str, ...]] = field(default_factory=dict)
    targets: list[int] = field(default_factory=list)
    aisle_m: float | None = None
    is_filled: bool = False
    denied: set[tuple[int, Verb]] = field(default_factory=set)
    taken_back: list[Link] = field(default_factory=list)
    reflexive: list[tuple[int, Verb]] = field(default_factory=list)
