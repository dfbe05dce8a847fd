"""What a prompt has said up to a word: who is spoken of, and what still waits for its object.

Owns the state of reading relations and the questions about it. What a mark or a phrase does to
that state is read in ``relations``, ``relation_each`` and ``relation_place``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from clappper.core.planning.clause import Mark
from clappper.core.planning.lexicon import load_classes
from clappper.core.planning.link import Link, RelationReading
from clappper.core.planning.noun_phrase import NounPhrase

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clappper.core.planning.arrangement import Arrangement
    from clappper.core.planning.link import PhraseRole
    from clappper.core.planning.models import Verb

__all__ = ["Discourse", "OpenRelation", "Sentence"]

#: How many marks and the subject can follow a place that comes first.
_INVERTED_MAX = 3
#: Relations of what has things, not of what each has: pallets with two boxes each beside a door.
_SIDES = ("left_of", "right_of", "in_front_of", "behind", "next_to", "near", "between")
#: Classes of things that carry others on top.
_CARRIERS = ("pallet", "table", "desk", "shelving")


@dataclass
class OpenRelation:
    """A relation that waits for its object.

    Attributes:
        mark: The words of the relation.
        subjects: What stands in it; empty when its subject comes after it.
        is_camera: Whether the camera stands in it.
        distance_m: The distance that was said [m], or null.
        is_bound: Whether that is a least distance.
        objects: The objects it was given.
    """

    mark: Mark
    subjects: tuple[int, ...]
    is_camera: bool = False
    distance_m: float | None = None
    is_bound: bool = False
    objects: list[int] = field(default_factory=list)

    @property
    def verb(self) -> Verb:
        """The verb of the plan."""
        assert self.mark.phrase is not None
        verb = self.mark.phrase.verb
        return "far_from" if self.is_bound and verb == "near" else verb

    @property
    def is_inverse(self) -> bool:
        """Whether the words name the object first: surrounded by chairs."""
        return self.mark.phrase is not None and self.mark.phrase.is_inverse

    @property
    def is_fronted(self) -> bool:
        """Whether it has neither subject nor object yet."""
        return not self.subjects and not self.objects


@dataclass
class Sentence:
    """What a sentence has said so far; phrases by their index among the elements.

    Attributes:
        main: Subjects of its verb.
        group: The list of things said last.
        is_group_placed: Whether that list has its place, so that it is over.
        last: The thing said last.
        object: The object of the relation said last.
        object_subjects: The subjects of that relation.
        open: The relation that waits for its object.
        done: The relation that has its object and may get another: between a and b.
        fronted: The relation that has its object and waits for its subject.
        is_fronted_each: Whether each of that object has the subject.
        fronted_arrangement: The arrangement that waits for its subject.
        owner: What has the things that follow.
        owned: What the owner has, right after with.
        each_owner: What each has one of the things that follow.
        is_each_joined: Whether one of them was joined by and.
        carrier: What an inverse relation was said of: pallets loaded with boxes.
        per: The things of which each of what follows has one; empty for each of what follows,
            null without per.
        distance: The distance that was said, until its relation comes.
        topic: The relation that came first with its object, for what stands at its other side.
        referent: What it meant before, in this sentence.
        is_placing: Whether its verb places things: put, arrange.
        is_camera: Whether it is about the camera.
        is_place: Whether it is about the place.
        is_each: Whether each waits for its thing.
        is_aimed: Whether the camera looks at what follows.
        is_denied: Whether what follows is not so.
        is_put_denied: Whether its verb of placing is denied.
        after_join: Whether and stands right before.
        after_copula: Whether its verb is a copula.
    """

    main: tuple[int, ...] = ()
    group: list[int] = field(default_factory=list)
    is_group_placed: bool = False
    last: int | None = None
    object: int | None = None
    object_subjects: tuple[int, ...] = ()
    open: OpenRelation | None = None
    done: OpenRelation | None = None
    fronted: OpenRelation | None = None
    is_fronted_each: bool = False
    fronted_arrangement: Arrangement | None = None
    owner: int | None = None
    owned: int | None = None
    each_owner: int | None = None
    is_each_joined: bool = False
    carrier: int | None = None
    per: tuple[int, ...] | None = None
    distance: Mark | None = None
    referent: int | None = None
    topic: OpenRelation | None = None
    is_placing: bool = False
    is_camera: bool = False
    is_place: bool = False
    is_each: bool = False
    is_aimed: bool = False
    is_denied: bool = False
    is_put_denied: bool = False
    after_join: bool = False
    after_copula: bool = False

    @property
    def nearest(self) -> int | None:
        """The object said last, else the thing said last."""
        return self.object if self.object is not None else self.last

    def start_clause(self, *, is_placing: bool) -> None:
        """Begin a clause of its own; a relation before its subject goes on."""
        self.group = []
        self.last = None
        self.object = None
        self.drop_open()
        self.done = None
        self.owner = None
        self.is_placing = is_placing

    def drop_open(self) -> None:
        """Give up the relation that waits, unless it comes before its subject."""
        if self.open is not None and not self.open.is_fronted:
            self.open = None


class Discourse:
    """The elements of a prompt, how far they are read, and the links found so far.

    Attributes:
        elements: Phrases and marks of the prompt.
        roles: What each phrase turned out to be, by its index.
        reading: What was found.
        history: The things said, by their index.
        index: The element that is read.
        sentence: What its sentence has said so far.
        standing: What the last words about a place were said of.
        placed: The links these words made.
    """

    def __init__(
        self, elements: Sequence[NounPhrase | Mark], roles: Mapping[int, PhraseRole]
    ) -> None:
        self.elements = elements
        self.roles = roles
        self.reading = RelationReading()
        self.history: list[int] = []
        self.index = 0
        self.sentence = Sentence()
        self.standing: tuple[int, ...] = ()
        self.placed: list[Link] = []

    @property
    def previous(self) -> NounPhrase | Mark | None:
        """The element before the one that is read."""
        return self.elements[self.index - 1] if self.index else None

    def list_next(self, number: int) -> Sequence[NounPhrase | Mark]:
        """Return the elements after the one that is read, at most so many."""
        return self.elements[self.index + 1 : self.index + 1 + number]

    def get_phrase(self, index: int | None) -> NounPhrase | None:
        """Return a phrase by its index, or null when there is none."""
        element = self.elements[index] if index is not None else None
        return element if isinstance(element, NounPhrase) else None

    def follows(self, *kinds: str) -> bool:
        """Whether a mark of such a kind stands right before."""
        before = self.previous
        return isinstance(before, Mark) and before.kind in kinds

    def is_several(self, index: int) -> bool:
        """Whether a phrase means more than one thing."""
        phrase = self.get_phrase(index)
        return phrase is not None and (phrase.is_plural or (phrase.count or 1) > 1)

    def is_distributive(self, index: int | None) -> bool:
        """Whether a phrase means each of several: every desk."""
        phrase = self.get_phrase(index)
        return phrase is not None and phrase.determiner == "distributive"

    def is_carrier(self, index: int | None) -> bool:
        """Whether what a thing carries stands on it, not on its forks: pallets carrying boxes."""
        phrase = self.get_phrase(index)
        classes = load_classes()
        return phrase is not None and any(phrase.head in classes[n].words for n in _CARRIERS)

    def is_list_of_single(self) -> bool:
        """Whether each other means the things of a list, not several of the last of it."""
        group = self.sentence.group
        return len(group) > 1 and not self.is_several(group[-1])

    def is_fronted_spot(self) -> bool:
        """Whether a spot of the room begins a part of a list: on the left a cabinet."""
        is_start = self.previous is None or self.follows("comma", "end")
        after = self.list_next(1)
        is_next = bool(after) and isinstance(after[0], NounPhrase)
        return is_start and is_next and self.sentence.last is not None

    def is_fronted(self) -> bool:
        """Whether a relation comes before its subject: in front of them a forklift."""
        after = self.list_next(2)
        if isinstance(self.previous, NounPhrase) or len(after) < 2:
            return False
        target, subject = after
        if isinstance(target, Mark) and target.kind == "each":
            return isinstance(subject, NounPhrase) or self._is_inverted()
        has_subject = isinstance(subject, NounPhrase) or self._is_inverted()
        return has_subject and (isinstance(target, NounPhrase) or target.kind == "pronoun")

    def _is_inverted(self) -> bool:
        """Whether the subject comes behind the verb: and on that pallet there is a box."""
        if not self.follows("comma", "join"):
            return False
        rest = self.list_next(1 + _INVERTED_MAX)[1:]
        kinds: set[str] = set()
        for element in rest:
            if isinstance(element, NounPhrase):
                is_linked = bool(kinds) and kinds <= {"pronoun", "copula", "verb"}
                return is_linked and element.determiner != "definite"
            kinds.add(element.kind)
        return False

    def find_subjects(self, mark: Mark) -> tuple[int, ...]:
        """Return what a relation is about: the nearest thing, the whole list after put or place."""
        said = self.sentence
        if said.is_camera and said.last is None:
            return ()
        if said.object is not None:
            phrase = self.get_phrase(said.object)
            is_anchor = (
                phrase is not None and phrase.count is None and phrase.determiner != "indefinite"
            )
            is_agent = mark.phrase is not None and mark.phrase.verb == "facing"
            if is_anchor or is_agent or said.after_join:
                return said.object_subjects
            return (said.object,)
        is_beside = mark.phrase is not None and mark.phrase.verb in _SIDES
        is_of_owner = is_beside and said.owner is not None and self.follows("each")
        if is_of_owner or (said.is_placing and said.group):
            return (said.owner,) if is_of_owner and said.owner is not None else tuple(said.group)
        if said.after_copula and said.main and said.last in said.main:
            return said.main
        return (said.last,) if said.last is not None else ()

    def is_after_number(self, mark: Mark) -> bool:
        """Whether a number without a noun stands before a relation: 52 boxes, four on each."""
        read = self.elements[: self.index]
        before = next((e for e in reversed(read) if e.end <= mark.start), None)
        return isinstance(before, Mark) and before.kind == "comma" and before.end < mark.start

    def follows_correction(self) -> bool:
        """Whether words that take something back stand right before."""
        index = self.index - 1
        while index >= 0:
            element = self.elements[index]
            if not isinstance(element, Mark) or element.kind not in (
                *("comma", "claim", "verb", "copula"),
            ):
                return False
            if element.word == "correction":
                return True
            index -= 1
        return False

    def stand(self, subjects: tuple[int, ...]) -> None:
        """Note what the words about a place that begin here are said of."""
        is_going_on = subjects == self.standing and self.follows("arrangement")
        if subjects and not is_going_on:
            self.placed = []
        self.standing = subjects or self.standing

    def take_back(self) -> tuple[int, ...]:
        """Take back where things were said to stand last; return these things."""
        self.reading.taken_back += self.placed
        self.placed = []
        return self.standing

    def add_link(self, link: Link) -> None:
        """Note where a thing stands."""
        self.reading.links.append(link)
        self.placed.append(link)

    def find_owner(self, subjects: tuple[int, ...]) -> int | None:
        """Return the things each of which has the subjects: what is had by others is none."""
        owned = self.reading.multipliers
        candidates = (i for i in reversed(self.history) if i not in subjects and i not in owned)
        return next((i for i in candidates if self.is_several(i)), self.find_antecedent(subjects))

    def find_antecedent(
        self, subjects: tuple[int, ...], *, is_plural: bool | None = None
    ) -> int | None:
        """Return what it or them means: an owner, else the nearest thing; number must agree."""
        owner = self.sentence.owner
        first = (owner,) if owner is not None and self.roles.get(owner) == "item" else ()
        candidates = [i for i in (*first, *reversed(self.history)) if i not in subjects]
        agreeing = (i for i in candidates if is_plural is None or self.is_several(i) == is_plural)
        return next(agreeing, next(iter(candidates), None))

    def find_person(self, subjects: tuple[int, ...]) -> int | None:
        """Return who him or her means: the person said last."""
        people = load_classes()["person"].words
        for index in reversed(self.history):
            phrase = self.get_phrase(index)
            if index not in subjects and phrase is not None and phrase.head in people:
                return index
        return None

    def find_several(self) -> int | None:
        """Return the nearest things before the last list of which there are several."""
        group = self.sentence.group
        listed = set(self.list_each(tuple(group), group[-1])) if group else set()
        before = (i for i in reversed(self.history) if i not in listed)
        return next((i for i in before if self.is_several(i)), None)

    def list_each(self, group: tuple[int, ...], owner: int) -> tuple[int, ...]:
        """Return what of a list each owner has: the last of it, and before it single things."""
        start = max(0, len(group) - 1)
        while start > 0 and self._is_single(group[start - 1], owner):
            start -= 1
        return group[start:]

    def _is_single(self, index: int, owner: int) -> bool:
        """Whether a phrase means one thing, and not the owner again: a chair, chair."""
        phrase, other = self.get_phrase(index), self.get_phrase(owner)
        if phrase is None or other is None or phrase.head == other.head:
            return False
        is_one = phrase.count == 1 or (phrase.count is None and not phrase.is_plural)
        return is_one and phrase.determiner in ("none", "indefinite")

    def multiply(self, subjects: Sequence[int], owner: int) -> None:
        """Note that each of an owner has the subjects."""
        for subject in subjects:
            if subject != owner:
                self.reading.multipliers[subject] = owner
