"""Who stands how to whom: reads the phrases and marks of a prompt into links between phrases.

Owns the walk over the elements and what introduces a thing. ``relation_place`` reads where things
stand, ``relation_each`` how many each of several has, ``discourse`` who is spoken of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clappper.core.planning.clause import Mark
from clappper.core.planning.discourse import Discourse, Sentence
from clappper.core.planning.link import Link
from clappper.core.planning.member_links import share_with_members
from clappper.core.planning.noun_phrase import NounPhrase
from clappper.core.planning.relation_each import (
    finish_per,
    give_to_owner,
    is_having,
    read_each,
    read_owner,
    read_per,
)
from clappper.core.planning.relation_place import (
    arrange_measured,
    close_elliptic,
    close_relation,
    lacks_second,
    link_things,
    place_fronted,
    read_arrangement,
    read_reciprocal,
    read_reflexive,
    read_relation,
    stand_in_place,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clappper.core.planning.discourse import OpenRelation
    from clappper.core.planning.link import PhraseRole, RelationReading

__all__ = ["read_relations"]

#: Pronouns that stand for things, and whether for several; null where they do not tell.
_PRONOUNS = {
    "it": False,
    "them": True,
    "they": True,
    **dict.fromkeys(("him", "her", "he", "she"), None),
}
#: Places of the room: what stands there is not one of what each has.
_ROOM_PLACES = ("along_wall", "in_corner", "centered", "in_wall")
#: Sides of one thing: the second is not said of what stands at the first.
_OPPOSITE = {"left_of", "right_of"}
#: Words after which a copula says something of the thing right before them.
_RELATIVES = ("that", "which", "who")


def read_relations(
    elements: Sequence[NounPhrase | Mark], roles: Mapping[int, PhraseRole]
) -> RelationReading:
    """Return the links between the phrases.

    Args:
        elements: Phrases and marks of the prompt.
        roles: What each phrase turned out to be, by its index among the elements.
    """
    discourse = Discourse(elements, roles)
    reader = _RelationReader(discourse)
    for index in range(len(elements)):
        reader.step(index)
    reader.finish()
    share_with_members(elements, discourse.reading)
    return discourse.reading


class _RelationReader:
    """Walks the elements once; a relation takes the nearest thing before it as its subject."""

    def __init__(self, discourse: Discourse) -> None:
        self._discourse = discourse

    @property
    def _said(self) -> Sentence:
        return self._discourse.sentence

    def step(self, index: int) -> None:
        """Read one element."""
        self._discourse.index = index
        element = self._discourse.elements[index]
        if isinstance(element, NounPhrase):
            self._step_phrase(index, element)
            self._said.after_join = False
            self._said.is_aimed = False
            return
        step = getattr(self, f"_step_{element.kind}", None)
        if step is not None:
            step(element)
        if element.kind not in ("claim", "joint", "not"):
            self._said.is_aimed = False

    def finish(self) -> None:
        """Read what the end of the prompt closes."""
        self._discourse.index = len(self._discourse.elements)
        close_elliptic(self._discourse)

    # ---- marks

    def _step_end(self, _mark: Mark) -> None:
        close_elliptic(self._discourse)
        self._discourse.sentence = Sentence()

    def _step_claim(self, mark: Mark) -> None:
        if mark.word == "number" and self._said.last is None and self._discourse.history:
            self._said.last = self._discourse.history[-1]
        self._said.open = None
        self._said.is_aimed = mark.word == "aimed"
        self._said.is_camera = self._said.is_camera or mark.word == "aimed"

    def _step_joint(self, _mark: Mark) -> None:
        self._said.open = None

    def _step_comma(self, _mark: Mark) -> None:
        close_elliptic(self._discourse)
        said = self._said
        said.carrier = None
        said.drop_open()
        said.done = None
        said.after_copula = False
        if said.is_each_joined:
            said.each_owner = None
        if said.fronted is not None and said.fronted.objects and said.last is not None:
            said.fronted = None
            said.is_fronted_each = False
        said.is_denied = said.is_put_denied = False

    def _step_join(self, _mark: Mark) -> None:
        before, after = self._discourse.previous, self._discourse.list_next(1)
        # Behind and to the left of it goes on; standing around and ten pallets does not.
        is_going_on = bool(after) and isinstance(after[0], Mark) and after[0].kind == "relation"
        if isinstance(before, Mark) and before.kind == "relation" and not is_going_on:
            close_elliptic(self._discourse)
            self._said.drop_open()
            self._said.done = None
        self._said.after_join = True
        if self._begins_statement():
            self._said.each_owner = self._said.owner = None

    def _begins_statement(self) -> bool:
        """Whether what follows is no longer one of what each has.

        That is a clause with its own verb (..., and a whiteboard hangs there), or a thing with its
        own place in the room (and a plant in the corner).
        """
        after = self._discourse.list_next(2)
        is_followed = len(after) > 1 and isinstance(after[0], NounPhrase)
        if not is_followed or not isinstance(after[1], Mark):
            return False
        mark = after[1]
        if mark.kind == "arrangement":
            return mark.arrangement is not None and mark.arrangement.verb in _ROOM_PLACES
        is_finite = mark.kind == "verb" and not mark.word.endswith(("ing", "ed"))
        is_said = is_finite or mark.kind == "copula" or mark.word == "between"
        return is_said and self._discourse.follows("comma")

    _step_or = _step_join

    def _step_but(self, _mark: Mark) -> None:
        said = self._said
        said.done = None
        said.each_owner = None
        if said.fronted is not None and said.fronted.objects and said.last is not None:
            said.fronted = None
            said.is_fronted_each = False

    def _step_not(self, _mark: Mark) -> None:
        self._said.is_denied = True

    def _step_with(self, _mark: Mark) -> None:
        read_owner(self._discourse)

    def _step_each(self, _mark: Mark) -> None:
        read_each(self._discourse)

    def _step_per(self, mark: Mark) -> None:
        read_per(self._discourse, mark)

    def _step_copula(self, _mark: Mark) -> None:
        said, before = self._said, self._discourse.previous
        said.after_copula = True
        is_relative = isinstance(before, Mark) and before.word in _RELATIVES
        if is_relative and said.nearest is not None:
            said.main = (said.nearest,)
        else:
            said.main = tuple(said.group) or said.main

    def _step_create(self, _mark: Mark) -> None:
        self._said.main = tuple(self._said.group) or self._said.main
        self._said.start_clause(is_placing=False)

    def _step_place(self, mark: Mark) -> None:
        said = self._said
        if said.last is not None and not said.after_join and mark.word.endswith("ed"):
            return
        said.is_put_denied = said.is_denied
        said.start_clause(is_placing=True)

    def _step_verb(self, mark: Mark) -> None:
        said = self._said
        if is_having(self._discourse, mark):
            read_owner(self._discourse)
            return
        if said.carrier is not None:
            said.last, said.group, said.object = said.carrier, [said.carrier], None
            said.carrier = None
        said.main = tuple(said.group) or said.main

    def _step_distance(self, mark: Mark) -> None:
        self._said.distance = mark

    def _step_relation(self, mark: Mark) -> None:
        read_relation(self._discourse, mark)

    def _step_arrangement(self, mark: Mark) -> None:
        read_arrangement(self._discourse, mark)

    def _step_pronoun(self, mark: Mark) -> None:
        if mark.word == "there" and self._said.after_join and self._said.last is not None:
            self._said.each_owner = self._said.owner = None
        if mark.word not in _PRONOUNS:
            return
        said, is_plural = self._said, _PRONOUNS[mark.word]
        if said.open is not None:
            target = self._find_referent(said.open, mark.word)
            if target is None and is_plural is None:
                target = self._discourse.find_person(said.open.subjects)
            if target is None:
                target = self._discourse.find_antecedent(said.open.subjects, is_plural=is_plural)
            if target is not None:
                said.referent = target if mark.word == "it" else said.referent
                close_relation(self._discourse, target)
        elif said.last is None and self._discourse.history:
            said.last = self._discourse.find_antecedent((), is_plural=is_plural)
            said.group = [said.last] if said.last is not None else []

    def _find_referent(self, opened: OpenRelation, word: str) -> int | None:
        """Return what it means again, or across a pair of sides: to the left of a, right of it."""
        said = self._said
        if word != "it":
            return None
        if said.referent is not None and said.referent not in opened.subjects:
            return said.referent
        first = said.topic
        if first is None or not first.objects or opened.subjects:
            return None
        return first.objects[-1] if {first.verb, opened.verb} == _OPPOSITE else None

    def _step_reciprocal(self, _mark: Mark) -> None:
        read_reciprocal(self._discourse)

    def _step_reflexive(self, _mark: Mark) -> None:
        read_reflexive(self._discourse)

    # ---- phrases

    def _step_phrase(self, index: int, phrase: NounPhrase) -> None:
        said, role = self._said, self._discourse.roles.get(index, "none")
        said.is_denied = said.is_put_denied
        if role in ("none", "negated"):
            if role == "none" and phrase.kind == "talk":
                said.open = None
        elif role == "camera":
            self._read_camera()
        elif role in ("place", "room"):
            stand_in_place(self._discourse, phrase)
        elif role == "attribute":
            self._read_attribute(phrase)
        else:
            self._read_thing(index, phrase)

    def _read_camera(self) -> None:
        said = self._said
        if said.open is not None and said.open.subjects:
            close_relation(self._discourse, "camera")
        else:
            said.is_camera = True
            said.last = None
            said.group = []
            said.open = None

    def _read_attribute(self, phrase: NounPhrase) -> None:
        said = self._said
        subjects: tuple[int, ...] = ()
        if said.open is not None and said.open.mark.word == "in":
            subjects = said.open.subjects
        elif said.after_copula and said.main:
            subjects = said.main
        said.open = None
        attributes = self._discourse.reading.attributes
        for subject in subjects:
            attributes[subject] = (*attributes.get(subject, ()), *phrase.adjectives)

    def _read_thing(self, index: int, phrase: NounPhrase) -> None:
        said, discourse = self._said, self._discourse
        is_reference = phrase.determiner in ("definite", "distributive") and phrase.count is None
        if said.per is not None:
            finish_per(discourse, index)
        elif said.open is not None:
            self._finish_relation(said.open, index, phrase)
        elif (
            said.done is not None and said.after_join and (is_reference or lacks_second(discourse))
        ):
            said.open, said.done = said.done, None
            close_relation(discourse, index)
        elif said.is_camera and said.is_aimed:
            self._aim(index)
        else:
            self._introduce(index, phrase)
            discourse.history.append(index)
            return
        if phrase.measure:
            arrange_measured(discourse, index, phrase)
        discourse.history.append(index)

    def _finish_relation(self, opened: OpenRelation, index: int, phrase: NounPhrase) -> None:
        said, discourse = self._said, self._discourse
        if opened.is_camera:
            self._aim(index)
            said.open = None
            return
        if opened.is_inverse and opened.subjects:
            self._load(opened, index)
            return
        if self._speaks_again(opened, index, phrase):
            opened.subjects = ()
        if opened.subjects and phrase.determiner == "distributive":
            if phrase.measure_count:
                factors = dict.fromkeys(opened.subjects, phrase.measure_count)
                discourse.reading.factors.update(factors)
            else:
                discourse.multiply(opened.subjects, index)
        close_relation(discourse, index)

    def _load(self, opened: OpenRelation, index: int) -> None:
        """Read what an inverse relation names last: pallets loaded with boxes."""
        said, carrier = self._said, opened.subjects[-1]
        if opened.verb == "in_front_of" and self._discourse.is_carrier(carrier):
            self._discourse.add_link(Link("on_top_of", index, carrier))
        else:
            link_things(self._discourse, opened, index, carrier)
        said.last = index
        said.group = [index]
        said.owner = said.carrier = carrier
        if self._discourse.is_distributive(carrier) or said.is_each:
            said.each_owner = carrier
        if said.is_each:
            self._discourse.multiply((index,), carrier)
            said.is_each = False
        said.object = None
        said.open = None

    def _speaks_again(self, opened: OpenRelation, index: int, phrase: NounPhrase) -> bool:
        """Whether the object is the subject again: a door, and in front of the door a forklift."""
        before = self._discourse.elements[index - 2] if index > 1 else None
        if not isinstance(before, Mark) or before.kind not in ("comma", "join"):
            return False
        subject = opened.subjects[0] if len(opened.subjects) == 1 else None
        same = self._discourse.get_phrase(subject)
        is_same = same is not None and same.head == phrase.head
        return is_same and phrase.determiner == "definite" and phrase.count is None

    def _introduce(self, index: int, phrase: NounPhrase) -> None:
        said, discourse = self._said, self._discourse
        is_listed = said.object is None and (said.after_join or discourse.follows("comma"))
        is_listed = is_listed and phrase.member_of is None
        if is_listed and said.group and not said.is_group_placed:
            said.group.append(index)
        else:
            said.group = [index]
        said.is_group_placed = False
        said.last = index
        said.object = None
        said.is_camera = False
        said.is_place = False
        said.after_copula = False
        place_fronted(discourse, index)
        give_to_owner(discourse, index, phrase)
        arrange_measured(discourse, index, phrase)

    def _aim(self, index: int) -> None:
        said = self._said
        self._discourse.reading.targets.append(index)
        said.last = index
        said.group = [index]
        said.object = None
