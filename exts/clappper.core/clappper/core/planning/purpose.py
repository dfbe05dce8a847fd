"""Clauses that tell what a thing is for and ask for nothing: a sofa where people can chill."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clappper.core.planning.clause import Mark
from clappper.core.planning.noun_phrase import NounPhrase

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["list_purposes"]

_MODALS = frozenset(("can", "could", "may", "might"))
_MIGHT = frozenset((*_MODALS, "would", "should", "will"))
#: What ends such a clause.
_ENDS = ("end", "comma", "join", "but", "create", "place")
_OUR_ENDS = ("end", "but", "create")
#: A place where people can do something is asked for together with the people.
_PLACES = ("place", "unknown_place")


def list_purposes(elements: Sequence[NounPhrase | Mark]) -> set[int]:
    """Return the indices of the phrases in clauses of purpose.

    Its subject only tells who a thing is for; of what comes after it a number or an article still
    asks for a thing.
    """
    found: set[int] = set()
    is_purpose = False
    is_ours = False
    for index, element in enumerate(elements):
        if isinstance(element, Mark):
            is_ours = _is_our_purpose(elements, index) or (
                is_ours and element.kind not in _OUR_ENDS
            )
            is_purpose = is_purpose and element.kind not in _ENDS
        elif is_ours and element.determiner in ("definite", "none") and element.count is None:
            found.add(index)
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
    if link.word == "where" and after.word in _MIGHT - _MODALS:
        return _is_being(elements[index + 2 : index + 3])
    return after.word in _MODALS and _is_purpose_link(owner, link)


def _is_our_purpose(elements: Sequence[NounPhrase | Mark], index: int) -> bool:
    """Whether somebody tells what it is all for: so that we can put it in the newsletter."""
    words = [
        element.word
        for element in elements[max(0, index - 2) : index + 2]
        if isinstance(element, Mark)
    ]
    is_link = words[:2] == ["so", "that"] or words[1:2] == ["so"]
    return is_link and words[-1] in _MIGHT and words[-2:-1] in (["we"], ["i"], ["they"], ["you"])


def _is_being(elements: Sequence[NounPhrase | Mark]) -> bool:
    """Whether something would only be there: where a security camera would be."""
    return all(isinstance(e, Mark) and e.kind in ("copula", "end") for e in elements)


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
