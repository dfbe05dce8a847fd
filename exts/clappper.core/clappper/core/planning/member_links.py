"""What is said of a group holds for its parts: two sofas by the wall, a plant between them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from clappper.core.planning.noun_phrase import NounPhrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clappper.core.planning.clause import Mark
    from clappper.core.planning.link import Link, RelationReading
    from clappper.core.planning.models import Verb

__all__ = ["share_with_members"]

#: How a group stands as a whole: no part of it does.
_PATTERNS: frozenset[Verb] = frozenset(("rows", "grid", "line", "stack", "scatter", "around"))
_OPPOSITE: dict[Verb, Verb] = {"left_of": "right_of", "right_of": "left_of"}


def share_with_members(elements: Sequence[NounPhrase | Mark], reading: RelationReading) -> None:
    """Add for the parts of each group the links that were made to the group."""
    families: dict[int, list[int]] = {}
    for index, element in enumerate(elements):
        if isinstance(element, NounPhrase) and element.member_of is not None:
            families.setdefault(element.member_of, []).append(index)
    for group, parts in families.items():
        # A part without a number of its own is the group itself.
        others = [index for index in parts if _is_counted(elements[index])]
        reading.links = [
            _complete_side(link, {group, *parts}, reading.links) for link in reading.links
        ]
        reading.links = [
            shared for link in reading.links for shared in _share(link, group, parts, others)
        ]


def _is_counted(element: NounPhrase | Mark) -> bool:
    return isinstance(element, NounPhrase) and element.count is not None


def _complete_side(link: Link, family: set[int], links: Sequence[Link]) -> Link:
    """Return a side with what it is a side of: one to the left and one to the right of the sofa."""
    if link.subject not in family or link.target != "room" or link.verb not in _OPPOSITE:
        return link
    for other in links:
        is_other = other.subject in family and other.verb == _OPPOSITE[link.verb]
        if is_other and isinstance(other.target, int):
            return replace(link, target=other.target)
    return link


def _share(link: Link, group: int, parts: list[int], others: list[int]) -> list[Link]:
    family = {group, *parts}
    if not others:
        return [link]
    if link.target == "self" and link.subject in family:
        ring = [group, *others]
        pairs = zip(ring, (*ring[1:], ring[0]), strict=True)
        return [replace(link, subject=subject, target=target) for subject, target in pairs]
    if link.verb == "between" and link.target == group and link.target2 is None:
        return [replace(link, target2=others[0])]
    if link.subject != group or link.target in family or link.verb in _PATTERNS:
        return [link]
    return [link, *(replace(link, subject=index) for index in others)]
