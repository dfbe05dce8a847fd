"""Who stands how to whom: reads the phrases and marks of a prompt into links between phrases."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from clappper.core.planning.arrangement import parse_side
from clappper.core.planning.clause import Mark
from clappper.core.planning.link import Link, RelationReading
from clappper.core.planning.noun_phrase import NounPhrase

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clappper.core.planning.arrangement import Arrangement
    from clappper.core.planning.link import PhraseRole
    from clappper.core.planning.models import Verb

__all__ = ["read_relations"]

#: Verbs a thing and the room can stand in; any other with the room as object says nothing.
_ROOM_VERBS: dict[Verb, Verb] = {
    "around": "scatter",
    "along_wall": "along_wall",
    "centered": "centered",
}
_RECIPROCAL: dict[Verb, Verb] = {
    "facing": "facing",
    "across_from": "facing",
    "next_to": "line",
    "on_top_of": "stack",
}


@dataclass
class _Open:
    """A relation that waits for its object."""

    mark: Mark
    subjects: tuple[int, ...]
    is_camera: bool = False
    distance_m: float | None = None
    is_bound: bool = False
    objects: list[int] = field(default_factory=list)

    @property
    def verb(self) -> Verb:
        assert self.mark.phrase is not None
        verb = self.mark.phrase.verb
        return "far_from" if self.is_bound and verb == "near" else verb

    @property
    def is_inverse(self) -> bool:
        return self.mark.phrase is not None and self.mark.phrase.is_inverse


def read_relations(
    elements: Sequence[NounPhrase | Mark], roles: Mapping[int, PhraseRole]
) -> RelationReading:
    """Return the links between the phrases.

    Args:
        elements: Phrases and marks of the prompt.
        roles: What each phrase turned out to be, by its index among the elements.
    """
    reader = _RelationReader(elements, roles)
    for index in range(len(elements)):
        reader.step(index)
    return reader.reading


#: What adjectives say of how things stand: stacked boxes.
_PATTERNS: dict[str, Verb] = {"stacked": "stack", "piled": "stack", "scattered": "scatter"}


class _RelationReader:
    """Walks the elements once; a relation takes the nearest thing before it as its subject."""

    def __init__(
        self, elements: Sequence[NounPhrase | Mark], roles: Mapping[int, PhraseRole]
    ) -> None:
        self.reading = RelationReading()
        self._elements = elements
        self._roles = roles
        self._history: list[int] = []
        self._index = 0
        self._start_sentence()

    def _start_sentence(self) -> None:
        self._main: tuple[int, ...] = ()
        self._group: list[int] = []
        self._last: int | None = None
        self._object: int | None = None
        self._object_subjects: tuple[int, ...] = ()
        self._open: _Open | None = None
        self._done: _Open | None = None
        self._fronted: _Open | None = None
        self._fronted_arrangement: Arrangement | None = None
        self._owner: int | None = None
        self._owned: int | None = None
        self._each_owner: int | None = None
        self._is_each_joined = False
        self._per: tuple[int, ...] | None = None
        self._distance: Mark | None = None
        self._is_placing = False
        self._is_camera = False
        self._is_place = False
        self._is_each = False
        self._after_join = False
        self._after_copula = False
        self._aimed = False
        self._not = False

    def step(self, index: int) -> None:
        """Read one element."""
        self._index = index
        element = self._elements[index]
        if isinstance(element, NounPhrase):
            self._step_phrase(index, element)
            self._after_join = False
            self._aimed = False
            return
        step = getattr(self, f"_step_{element.kind}", None)
        if step is not None:
            step(element)
        if element.kind not in ("claim", "joint", "not"):
            self._aimed = False

    # ---- marks

    def _step_end(self, _mark: Mark) -> None:
        self._start_sentence()

    def _step_claim(self, mark: Mark) -> None:
        self._open = None
        self._aimed = mark.word == "aimed"
        self._is_camera = self._is_camera or mark.word == "aimed"

    def _step_joint(self, _mark: Mark) -> None:
        self._open = None

    def _step_comma(self, _mark: Mark) -> None:
        self._open = self._keep_fronted(self._open)
        self._done = None
        self._after_copula = False
        if self._is_each_joined:
            self._each_owner = None
        if self._fronted is not None and self._fronted.objects and self._last is not None:
            self._fronted = None
        self._not = False

    def _step_join(self, _mark: Mark) -> None:
        self._after_join = True

    _step_or = _step_join

    def _step_but(self, _mark: Mark) -> None:
        self._done = None
        self._each_owner = None

    def _step_not(self, _mark: Mark) -> None:
        self._not = True

    def _step_with(self, _mark: Mark) -> None:
        nearest = self._nearest()
        self._open = None
        self._done = None
        self._group = []
        if nearest is None and self._is_each:
            nearest = self._antecedent(())
        if nearest is None:
            self._owner = None
            return
        self._owner = nearest
        self._owned = None
        phrase = self._elements[nearest]
        is_distributive = isinstance(phrase, NounPhrase) and phrase.determiner == "distributive"
        if self._is_each or is_distributive:
            self._each_owner = nearest
        self._is_each = False
        self._is_camera = False
        self._main = self._main or (nearest,)

    def _step_each(self, _mark: Mark) -> None:
        owner = self._owner if self._owner is not None else (self._main[0] if self._main else None)
        if self._open is not None and self._open.subjects:
            target = self._antecedent(self._open.subjects)
            if target is not None:
                self._multiply(self._open.subjects, target)
                self._close(target)
            return
        if self._last is not None and owner is not None and owner != self._last:
            self.reading.multipliers[self._last] = owner
            self._each_owner = None
            return
        self._is_each = True

    def _step_per(self, _mark: Mark) -> None:
        self._per = () if self._last is None else tuple(self._group[-1:]) or (self._last,)

    def _step_copula(self, _mark: Mark) -> None:
        self._after_copula = True
        before = self._elements[self._index - 1] if self._index else None
        nearest = self._nearest()
        is_relative = isinstance(before, Mark) and before.word in ("that", "which", "who")
        if is_relative and nearest is not None:
            self._main = (nearest,)
        else:
            self._main = tuple(self._group) or self._main

    def _step_create(self, _mark: Mark) -> None:
        self._main = tuple(self._group) or self._main
        self._start_clause(is_placing=False)

    def _step_place(self, mark: Mark) -> None:
        if self._last is not None and not self._after_join and mark.word.endswith("ed"):
            return
        self._start_clause(is_placing=True)

    def _start_clause(self, *, is_placing: bool) -> None:
        self._group = []
        self._last = None
        self._object = None
        self._open = self._keep_fronted(self._open)
        self._done = None
        self._owner = None
        self._is_placing = is_placing

    def _step_verb(self, _mark: Mark) -> None:
        self._main = tuple(self._group) or self._main

    def _step_distance(self, mark: Mark) -> None:
        self._distance = mark

    def _step_relation(self, mark: Mark) -> None:
        if self._not:
            self._not = False
            self._open = None
            return
        subjects = () if self._is_fronted() else self._subjects(mark)
        distance = mark.distance_m
        is_bound = False
        if self._distance is not None:
            distance, is_bound = self._distance.distance_m, self._distance.is_bound
            self._distance = None
        self._done = None
        self._fronted = None
        self._open = _Open(
            mark,
            subjects,
            is_camera=self._is_camera and not subjects,
            distance_m=distance,
            is_bound=is_bound,
        )
        before = self._elements[self._index - 1] if self._index else None
        is_after_place = isinstance(before, NounPhrase) and before.kind in (
            "place",
            "unknown_place",
        )
        if self._open.is_inverse and (is_after_place or (self._is_place and not subjects)):
            self.reading.is_filled = True
            self._open = None

    def _step_arrangement(self, mark: Mark) -> None:
        arrangement = mark.arrangement
        assert arrangement is not None
        self._open = None
        if self._not:
            self._not = False
            return
        if arrangement.is_aisle:
            self.reading.aisle_m = arrangement.distance_m
            return
        subjects = self._subjects(mark)
        is_after_owned = (
            self._last is not None and self._last == self._owned and self._object is None
        )
        if (
            is_after_owned
            and isinstance(self._elements[self._index - 1], NounPhrase)
            and arrangement.reference == "room"
        ):
            subjects = (self._owner,) if self._owner is not None else subjects
        if not subjects:
            self._fronted_arrangement = None if self._is_camera else arrangement
            return
        if arrangement.reference == "self" and len(self._group) > 1:
            self._relate_group(arrangement.verb)
            return
        for subject in subjects:
            self._arrange(subject, arrangement)

    def _step_pronoun(self, mark: Mark) -> None:
        if mark.word not in ("it", "them", "they", "him", "her", "he", "she"):
            return
        is_plural = {"them": True, "they": True, "it": False}.get(mark.word)
        if self._open is not None:
            target = self._antecedent(self._open.subjects, is_plural=is_plural)
            if target is not None:
                self._close(target)
            return
        if self._last is None and self._history:
            self._last = self._antecedent((), is_plural=is_plural)
            self._group = [self._last] if self._last is not None else []

    def _step_reciprocal(self, _mark: Mark) -> None:
        if self._open is None:
            return
        verb = _RECIPROCAL.get(self._open.verb)
        if verb == "facing" and len(self._group) > 1:
            self._relate_group(verb)
            self._open = None
            return
        for subject in self._open.subjects:
            if verb is not None:
                self.reading.links.append(
                    Link(verb, subject, "self" if verb == "facing" else "room")
                )
        self._open = None

    def _relate_group(self, verb: Verb | None) -> None:
        """Turn everything in a list to the next of it: a man and a woman facing each other."""
        group = tuple(self._group)
        for subject, target in zip(group, (*group[1:], group[0]), strict=True):
            self.reading.links.append(Link(verb or "facing", subject, target))
        self._main = group
        self._after_copula = True

    def _step_reflexive(self, _mark: Mark) -> None:
        if self._open is not None:
            self.reading.reflexive.extend(
                (subject, self._open.verb) for subject in self._open.subjects
            )
            self._open = None

    # ---- phrases

    def _step_phrase(self, index: int, phrase: NounPhrase) -> None:
        role = self._roles.get(index, "none")
        if role in ("none", "negated"):
            self._not = False
            if role == "none" and self._open is not None and phrase.kind == "talk":
                self._open = None
            return
        self._not = False
        if role == "camera":
            self._step_camera()
        elif role in ("place", "room"):
            self._step_place_phrase(phrase)
        elif role == "attribute":
            self._step_attribute(phrase)
        else:
            self._step_thing(index, phrase)

    def _step_camera(self) -> None:
        if self._open is not None and self._open.subjects:
            self._close("camera")
        else:
            self._is_camera = True
            self._last = None
            self._group = []
            self._open = None

    def _step_place_phrase(self, phrase: NounPhrase) -> None:
        opened, self._open = self._open, None
        if opened is None:
            self._is_place = self._is_place or (self._last is None and phrase.kind == "place")
            self._is_camera = False
            return
        for subject in opened.subjects:
            if phrase.head == "wall":
                sides = [parse_side(word) for word in phrase.adjectives]
                side = next((side for side in sides if side is not None), None)
                self.reading.links.append(Link("along_wall", subject, "room", side=side))
            elif phrase.head in ("aisle", "entrance", "exit", "walkway"):
                verb: Verb = "between" if phrase.head in ("aisle", "walkway") else opened.verb
                self.reading.links.append(
                    Link(verb, subject, phrase.head, distance_m=opened.distance_m)
                )
            elif opened.verb in _ROOM_VERBS:
                self.reading.links.append(Link(_ROOM_VERBS[opened.verb], subject, "room"))

    def _step_attribute(self, phrase: NounPhrase) -> None:
        subjects: tuple[int, ...] = ()
        if self._open is not None and self._open.mark.word == "in":
            subjects = self._open.subjects
        elif self._after_copula and self._main:
            subjects = self._main
        self._open = None
        for subject in subjects:
            self.reading.attributes[subject] = (
                *self.reading.attributes.get(subject, ()),
                *phrase.adjectives,
            )

    def _step_thing(self, index: int, phrase: NounPhrase) -> None:
        is_reference = phrase.determiner in ("definite", "distributive") and phrase.count is None
        if self._per is not None:
            self._finish_per(index)
        elif self._open is not None:
            self._finish_relation(index, phrase)
        elif self._done is not None and self._after_join and (is_reference or self._lacks_second()):
            self._open, self._done = self._done, None
            self._close(index)
        elif self._is_camera and self._aimed:
            self._aim(index)
        else:
            self._introduce(index, phrase)
        self._history.append(index)

    def _lacks_second(self) -> bool:
        """Whether between has named only one single thing yet."""
        done = self._done
        is_between = done is not None and done.verb == "between" and len(done.objects) == 1
        return done is not None and is_between and not self._is_several(done.objects[0])

    def _finish_per(self, owner: int) -> None:
        subjects, self._per = self._per or (), None
        if subjects:
            self._multiply(subjects, owner)
            self.reading.owned.extend((subject, owner) for subject in subjects)
        else:
            self._each_owner = owner
            self._owner = owner

    def _finish_relation(self, index: int, phrase: NounPhrase) -> None:
        opened = self._open
        assert opened is not None
        if opened.is_camera:
            self._aim(index)
            self._open = None
            return
        if opened.is_inverse and opened.subjects:
            self._link(opened, index, opened.subjects[-1])
            self._last = index
            self._group = [index]
            self._owner = opened.subjects[-1]
            owner = self._elements[self._owner]
            if isinstance(owner, NounPhrase) and owner.determiner == "distributive":
                self._each_owner = self._owner
            self._object = None
            self._open = None
            return
        if self._speaks_again(opened, index, phrase):
            opened.subjects = ()
        if opened.subjects and phrase.determiner == "distributive":
            self._multiply(opened.subjects, index)
        self._close(index)

    def _speaks_again(self, opened: _Open, index: int, phrase: NounPhrase) -> bool:
        """Whether the object is the subject again: a door, and in front of the door a forklift."""
        before = self._elements[index - 2] if index > 1 else None
        if not isinstance(before, Mark) or before.kind not in ("comma", "join"):
            return False
        subject = self._elements[opened.subjects[0]] if len(opened.subjects) == 1 else None
        is_same = isinstance(subject, NounPhrase) and subject.head == phrase.head
        return is_same and phrase.determiner == "definite" and phrase.count is None

    def _introduce(self, index: int, phrase: NounPhrase) -> None:
        is_listed = self._object is None and (self._after_join or self._is_after_comma(index))
        if is_listed and self._group:
            self._group.append(index)
        else:
            self._group = [index]
        self._last = index
        self._object = None
        self._is_camera = False
        self._is_place = False
        self._after_copula = False
        if self._fronted is not None:
            for target in self._fronted.objects:
                self._link(self._fronted, index, target)
                element = self._elements[target]
                if isinstance(element, NounPhrase) and element.determiner == "distributive":
                    self.reading.multipliers[index] = target
        if self._fronted_arrangement is not None:
            self._arrange(index, self._fronted_arrangement)
            self._fronted_arrangement = None
        if self._owner is not None:
            self.reading.owned.append((index, self._owner))
            self._owned = index if not self._after_join and self._owned is None else None
        if (
            self._each_owner is not None
            and self._each_owner != index
            and phrase.determiner != "definite"
        ):
            self.reading.multipliers[index] = self._each_owner
            self._is_each_joined = self._after_join
        pattern = next((_PATTERNS[word] for word in phrase.adjectives if word in _PATTERNS), None)
        if phrase.measure:
            self._arrange_measured(index, phrase)
        elif pattern is not None and phrase.count != 1:
            self.reading.links.append(Link(pattern, index, "room"))

    def _arrange_measured(self, index: int, phrase: NounPhrase) -> None:
        rows, per_row = phrase.measure_count, phrase.per_measure
        if phrase.measure in ("row", "line", "column", "queue"):
            is_line = rows == 1 or phrase.measure == "queue"
            verb: Verb = "line" if is_line else "rows"
            self.reading.links.append(
                Link(
                    verb,
                    index,
                    "room",
                    rows=None if is_line else _bound(rows),
                    per_row=None if is_line else _bound(per_row),
                )
            )
        elif phrase.measure == "grid":
            self.reading.links.append(
                Link("grid", index, "room", rows=_bound(rows), per_row=_bound(per_row))
            )
        elif phrase.measure in ("stack", "pile"):
            self.reading.links.append(
                Link("stack", index, "room", rows=_bound(rows), per_row=_bound(per_row))
            )

    # ---- shared

    def _aim(self, index: int) -> None:
        self.reading.targets.append(index)
        self._last = index
        self._group = [index]
        self._object = None

    def _nearest(self) -> int | None:
        return self._object if self._object is not None else self._last

    def _subjects(self, mark: Mark) -> tuple[int, ...]:
        """Return what a relation is about: the nearest thing, the whole list after put or place."""
        if self._is_camera and self._last is None:
            return ()
        if self._object is not None:
            phrase = self._elements[self._object]
            is_anchor = (
                isinstance(phrase, NounPhrase)
                and phrase.count is None
                and phrase.determiner != "indefinite"
            )
            is_agent = mark.phrase is not None and mark.phrase.verb == "facing"
            if is_anchor or is_agent or self._after_join:
                return self._object_subjects
            return (self._object,)
        if self._is_placing and self._group:
            return tuple(self._group)
        if self._after_copula and self._main and self._last in self._main:
            return self._main
        return (self._last,) if self._last is not None else ()

    def _is_fronted(self) -> bool:
        """Whether a relation comes before its subject: in front of them a forklift."""
        before, after = self._index - 1, self._elements[self._index + 1 : self._index + 3]
        if before >= 0 and isinstance(self._elements[before], NounPhrase):
            return False
        has_object = len(after) == 2 and isinstance(after[1], NounPhrase)
        return has_object and (isinstance(after[0], NounPhrase) or after[0].kind == "pronoun")

    def _antecedent(
        self, subjects: tuple[int, ...], *, is_plural: bool | None = None
    ) -> int | None:
        """Return what it or them means: an owner, else the nearest thing; number must agree."""
        owner = (
            [self._owner]
            if self._owner is not None and self._roles.get(self._owner) == "item"
            else []
        )
        candidates = [
            index for index in (*owner, *reversed(self._history)) if index not in subjects
        ]
        agreeing = [
            index
            for index in candidates
            if is_plural is None or self._is_several(index) == is_plural
        ]
        return next(iter(agreeing or candidates), None)

    def _is_several(self, index: int) -> bool:
        phrase = self._elements[index]
        return isinstance(phrase, NounPhrase) and (phrase.is_plural or (phrase.count or 1) > 1)

    def _multiply(self, subjects: Sequence[int], owner: int) -> None:
        for subject in subjects:
            if subject != owner:
                self.reading.multipliers[subject] = owner

    def _close(self, target: int | str) -> None:
        """Give the open relation its object; without a subject it waits for the next thing."""
        opened, self._open = self._open, None
        if opened is None:
            return
        if isinstance(target, int):
            opened.objects.append(target)
        if not opened.subjects:
            self._fronted = opened if opened.objects else None
            self._last = None
            return
        for subject in opened.subjects:
            self._link(opened, subject, target)
        if isinstance(target, int):
            self._object = target
            self._object_subjects = opened.subjects
            self._done = opened

    def _link(self, opened: _Open, subject: int, target: int | str) -> None:
        links = self.reading.links
        if opened.verb == "between" and len(opened.objects) > 1:
            for position, link in enumerate(links):
                if (
                    link.verb == "between"
                    and link.subject == subject
                    and link.target == opened.objects[0]
                    and isinstance(target, int)
                ):
                    links[position] = replace(link, target2=target)
                    return
        if {"either", "both", "each"} & set(opened.mark.word.split()):
            self.reading.factors[subject] = 2
        links.append(Link(opened.verb, subject, target, distance_m=opened.distance_m))

    def _arrange(self, subject: int, arrangement: Arrangement) -> None:
        if arrangement.verb is None:
            if arrangement.distance_m is not None:
                self.reading.spacing_m[subject] = arrangement.distance_m
            return
        if arrangement.reference == "it":
            target = self._antecedent((subject,))
            if target is not None:
                self.reading.links.append(Link(arrangement.verb, subject, target))
            return
        if arrangement.times > 1:
            self.reading.factors[subject] = arrangement.times
        self.reading.links.append(
            Link(
                arrangement.verb,
                subject,
                arrangement.reference or "room",
                distance_m=arrangement.distance_m,
                side=arrangement.side,
                rows=arrangement.rows,
                per_row=arrangement.per_row,
            )
        )

    def _keep_fronted(self, opened: _Open | None) -> _Open | None:
        return opened if opened is not None and not opened.subjects and not opened.objects else None

    def _is_after_comma(self, index: int) -> bool:
        before = self._elements[index - 1] if index else None
        return isinstance(before, Mark) and before.kind == "comma"


def _bound(value: int | None) -> int | None:
    return min(value, 200) if value else None
