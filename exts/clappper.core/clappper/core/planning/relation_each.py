"""How many each of several has: reads each, per, with and having into owners and multiplicities.

Owns which thing a number is multiplied by (a chair per desk) and what belongs to what (pallets
with boxes). Where things stand is read in ``relation_place``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clappper.core.planning.clause import Mark
from clappper.core.planning.noun_phrase import NounPhrase
from clappper.core.planning.relation_place import close_relation

if TYPE_CHECKING:
    from clappper.core.planning.discourse import Discourse, OpenRelation

__all__ = ["finish_per", "give_to_owner", "is_having", "read_each", "read_owner", "read_per"]

#: Verbs by which each of something has something: every pallet carries six boxes.
_LOADED = ("carry", "carries", "hold", "holds")
_HAVING = ("carry", "carries", "hold", "holds", "get", "gets", "need", "needs")


def is_having(discourse: Discourse, mark: Mark) -> bool:
    """Whether a verb says what each of something has."""
    last = discourse.sentence.last
    is_each = discourse.sentence.is_each or discourse.is_distributive(last)
    is_loaded = mark.word in _LOADED and discourse.is_carrier(last)
    return is_loaded or (mark.word in _HAVING and is_each)


def read_owner(discourse: Discourse) -> None:
    """Let the thing before with have what follows."""
    said = discourse.sentence
    nearest = None if _is_after_room(discourse) else said.nearest
    said.open = said.done = None
    said.group = []
    if nearest is None and said.is_each:
        nearest = discourse.find_antecedent(())
    said.owner = nearest
    if nearest is None:
        return
    said.owned = None
    if said.is_each or discourse.is_distributive(nearest):
        said.each_owner = nearest
    said.is_each = False
    said.is_camera = False
    said.main = said.main or (nearest,)


def _is_after_room(discourse: Discourse) -> bool:
    """Whether a part of the room gets what follows: mark the area with cones."""
    read = discourse.elements[max(0, discourse.index - 2) : discourse.index]
    if len(read) < 2 or not isinstance(read[1], NounPhrase) or read[1].kind != "room":
        return False
    return not isinstance(read[0], Mark) or read[0].kind in ("verb", "create", "place")


def read_each(discourse: Discourse) -> None:
    """Multiply what was said by what there are several of, or wait for what each has."""
    said, before = discourse.sentence, discourse.previous
    if isinstance(before, NounPhrase) and before.per_measure:
        return
    if said.open is not None:
        _close_each(discourse, said.open)
        return
    owner = said.owner if said.owner is not None else next(iter(said.main), None)
    if owner is None and not _is_before_owner(discourse):
        owner = discourse.find_several()
    if said.last is None or owner is None or owner == said.last:
        said.is_each = True
        return
    group = tuple(said.group) or (said.last,)
    discourse.multiply(discourse.list_each(group, owner), owner)
    said.each_owner = None


def _close_each(discourse: Discourse, opened: OpenRelation) -> None:
    """Give the open relation each of what was said as its object: a monitor on each."""
    said = discourse.sentence
    if not opened.subjects:
        several = next(filter(discourse.is_several, reversed(discourse.history)), None)
        if several is not None:
            close_relation(discourse, several)
            said.is_fronted_each = True
        return
    if discourse.is_after_number(opened.mark):
        said.open = None
        return
    target = discourse.find_owner(opened.subjects)
    if target is not None:
        discourse.multiply(opened.subjects, target)
        close_relation(discourse, target)


def _is_before_owner(discourse: Discourse) -> bool:
    """Whether what each has follows: each with, each holding."""
    after = next(iter(discourse.list_next(1)), None)
    return isinstance(after, NounPhrase) or (after is not None and after.kind == "with")


def read_per(discourse: Discourse, mark: Mark) -> None:
    """Let the thing that follows multiply the list before it, or what comes after it."""
    said = discourse.sentence
    is_first = said.last is None or (mark.word == "for" and discourse.follows("comma", "join"))
    said.per = () if is_first or said.last is None else tuple(said.group) or (said.last,)


def finish_per(discourse: Discourse, owner: int) -> None:
    """Multiply the list before per by what follows it."""
    said = discourse.sentence
    subjects, said.per = discourse.list_each(said.per or (), owner), None
    if subjects:
        discourse.multiply(subjects, owner)
        discourse.reading.owned.extend((subject, owner) for subject in subjects)
    else:
        said.each_owner = said.owner = owner


def give_to_owner(discourse: Discourse, index: int, phrase: NounPhrase) -> None:
    """Note what has a thing, and whether each of several has it."""
    said = discourse.sentence
    if said.is_each and discourse.follows("each"):
        several = discourse.find_several()
        if several is not None:
            discourse.multiply((index,), several)
        said.is_each = False
    if said.owner is not None:
        if _is_one_each(discourse, said.owner):
            discourse.multiply((index,), said.owner)
        discourse.reading.owned.append((index, said.owner))
        said.owned = index if discourse.follows("with") else None
    is_free = phrase.determiner != "definite" or phrase.is_its
    if said.each_owner not in (None, index) and is_free:
        discourse.reading.multipliers[index] = said.each_owner
        said.is_each_joined = said.after_join


def _is_one_each(discourse: Discourse, index: int) -> bool:
    """Whether there is one of a thing at each of others: at each door a pallet with boxes."""
    phrase = discourse.get_phrase(index)
    is_one = phrase is not None and phrase.determiner == "indefinite"
    return is_one and index in discourse.reading.multipliers
