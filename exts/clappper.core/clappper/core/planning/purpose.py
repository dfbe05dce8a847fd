"""Clauses that tell what a thing is for and ask for nothing: a sofa where people can chill."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clappper.core.planning.clause import Mark
from clappper.core.planning.noun_phrase import NounPhrase

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["list_purposes"]

_MODALS = frozenset(("can", "could", "may", "might"))
#: What ends such a clause.
_ENDS = ("end", "comma", "join", "but", "create", "place")
#: A place where people can do something is asked for together with the people.
_PLACES = ("place", "unknown_place")


def list_purposes(elements: Sequence[NounPhrase | Mark]) -> set[int]:
    """Return the indices of the phrases in clauses of purpose.

    Its subject only tells who a thing is for; of what comes after it a number or an article still
    asks for a thing.
    """
    found: set[int] = set()
    is_purpose = False
    for index, element in enumerate(elements):
        if isinstance(element, Mark):
            is_purpose = is_purpose and element.kind not in _ENDS
        elif _is_subject(elements, index):
            is_purpose = True
            found.add(index)
        elif is_purpose and not element.is_said:
            found.add(index)
    return found


def _is_subject(elements: Sequence[NounPhrase | Mark], index: int) -> bool:
    """Whether a phrase is who can do something there, or who a thing is for."""
    if index < 2 or index + 1 >= len(elements):
        return False
    owner, link, after = elements[index - 2], elements[index - 1], elements[index + 1]
    if not isinstance(link, Mark) or not isinstance(after, Mark):
        return False
    if link.word == "for":
        return after.word == "to" and _is_verb(elements[index + 2 : index + 3])
    return after.word in _MODALS and _is_purpose_link(owner, link)


def _is_verb(elements: Sequence[NounPhrase | Mark]) -> bool:
    """Whether what follows to is a verb, or one that is not known and says nothing."""
    return all(isinstance(e, Mark) and e.kind in ("verb", "create", "end") for e in elements)


def _is_purpose_link(owner: NounPhrase | Mark, link: Mark) -> bool:
    """Whether a joint begins a purpose: a sofa where, so, so that."""
    if link.word == "that":
        return isinstance(owner, Mark) and owner.word == "so"
    if link.word != "where":
        return link.word == "so"
    return owner.kind == "arrangement" if isinstance(owner, Mark) else owner.kind not in _PLACES
