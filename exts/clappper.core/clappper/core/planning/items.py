"""The items of a scene: which phrases name the same one, and how many of it were asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from clappper.core.planning.lexicon import load_words
from clappper.core.planning.noun_phrase import NounPhrase
from clappper.core.planning.things import find_item_class, make_wanted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clappper.core.catalog.models import Asset, AvailabilityEntry
    from clappper.core.planning.clause import Mark
    from clappper.core.planning.lexicon import ItemClass
    from clappper.core.planning.link import RelationReading
    from clappper.core.planning.models import Verb
    from clappper.core.planning.things import Things

__all__ = ["ItemDraft", "gather_items", "make_id"]

#: Classes whose nouns are said for each other once one of them is there.
_KIN_CLASSES = ("shelving", "table", "chair", "opening", "plant")
#: Words for anybody in the scene.
_ANYBODY = (
    "person",
    "people",
    "human",
    "man",
    "woman",
    "guy",
    "lady",
    "worker",
    "character",
    "crew",
)


@dataclass(eq=False)
class ItemDraft:
    """An item while it is put together.

    Attributes:
        noun: The catalog's noun.
        asked: The user's words.
        head: Singular head noun of the user's words.
        assets: What the catalog offers, best first.
        item_class: What its nouns have in common.
        phrases: Indices of the phrases that name it; the first introduced it.
        attributes: Adjectives asked for.
        count: How many; null until a default is chosen.
        is_counted: Whether the user said how many.
        is_guessed: Whether the number is a default.
        is_plural: Whether a missing number means several.
        is_mass: Whether it is spoken of in units (shelving).
        is_mentioned: Whether the prompt only speaks of it as there already (near the door).
        denied: Relations to the room it must not stand in.
        id: Id in the plan, given at the end.
    """

    noun: str
    asked: str
    head: str
    assets: tuple[Asset, ...]
    item_class: ItemClass
    phrases: list[int]
    attributes: list[str] = field(default_factory=list)
    count: int | None = None
    is_counted: bool = False
    is_guessed: bool = False
    is_plural: bool = False
    is_mass: bool = False
    is_mentioned: bool = False
    denied: set[Verb] = field(default_factory=set)
    id: str = ""

    @property
    def is_several(self) -> bool:
        """Whether its words stand for more than one."""
        return self.is_plural or self.is_mass

    def is_asked_after(self, index: int) -> bool:
        """Whether a number of it was first said after a phrase, by its index."""
        return self.is_counted and self.phrases[0] > index

    def add(self, other: ItemDraft) -> None:
        """Take in another item of the same kind with its number."""
        self.phrases += other.phrases
        counts = [count for count in (self.count, other.count) if count is not None]
        self.count = sum(counts) if counts else None
        self.is_counted = self.is_counted or other.is_counted
        if other.is_plural and not self.is_plural:
            self.asked = other.asked
        self.is_plural = self.is_plural or other.is_plural


def gather_items(
    elements: Sequence[NounPhrase | Mark], things: Things, reading: RelationReading
) -> tuple[list[ItemDraft], dict[int, ItemDraft]]:
    """Return the items and which item each phrase names.

    A phrase with a number or an indefinite article introduces an item; any other names one that is
    there, or introduces it when there is none. Two forklifts and a worker near a forklift are two
    forklifts.
    """
    drafts: list[ItemDraft] = []
    named: dict[int, ItemDraft] = {}
    weak: list[int] = []
    known = [index for index in sorted(things.entries) if things.roles.get(index) == "item"]
    subjects = _list_subjects(reading)
    for index in known:
        phrase = elements[index]
        assert isinstance(phrase, NounPhrase)
        is_bare = phrase.count is None and phrase.determiner == "none"
        is_weak = phrase.determiner in ("definite", "distributive") or is_bare
        is_told = _is_one_of_those(index, phrase, things, subjects.get(index, set()))
        if is_weak or is_told or index in things.loose:
            weak.append(index)
        else:
            named[index] = _introduce(drafts, index, phrase, things, reading)
    for index in weak:
        phrase = elements[index]
        assert isinstance(phrase, NounPhrase)
        draft = _find_named(drafts, index, phrase, things.entries[index])
        if draft is not None:
            draft.phrases.append(index)
            draft.attributes.extend(
                word for word in reading.attributes.get(index, ()) if word not in draft.attributes
            )
            named[index] = draft
        elif index not in things.loose:
            named[index] = _introduce(drafts, index, phrase, things, reading)
        else:
            things.roles[index] = "none"
    for index, verb in reading.denied:
        if index in named:
            named[index].denied.add(verb)
    drafts.sort(key=lambda draft: draft.phrases[0])
    _multiply(drafts, named, elements, reading)
    return drafts, named


def _list_subjects(reading: RelationReading) -> dict[int, set[int]]:
    """Return what stands in a relation to each phrase."""
    subjects: dict[int, set[int]] = {}
    for link in reading.links:
        for target in (link.target, link.target2):
            if isinstance(target, int):
                subjects.setdefault(target, set()).add(link.subject)
    return subjects


def _is_one_of_those(index: int, phrase: NounPhrase, things: Things, subjects: set[int]) -> bool:
    """Tell whether something stands to a forklift of which more was said before."""
    if phrase.determiner != "indefinite" or phrase.count or not subjects:
        return False
    noun = things.entries[index].noun
    nouns = {i: things.entries[i].noun for i in subjects if i < index and i in things.entries}
    is_there = any(entry.noun == noun for i, entry in things.entries.items() if i < index)
    return is_there and noun not in nouns.values()


def _introduce(
    drafts: list[ItemDraft],
    index: int,
    phrase: NounPhrase,
    things: Things,
    reading: RelationReading,
) -> ItemDraft:
    entry = things.entries[index]
    wanted = make_wanted(phrase, count=phrase.count)
    is_mass = phrase.head in load_words().mass_nouns
    said = phrase.count
    if said is not None and phrase.vague and is_mass:
        said = None
    if said is None and (phrase.determiner == "indefinite" or not (phrase.is_plural or is_mass)):
        said = 1
    draft = ItemDraft(
        noun=entry.noun or phrase.head,
        asked=phrase.asked,
        head=phrase.head,
        assets=entry.assets,
        item_class=find_item_class(entry.noun or phrase.head, entry.assets, phrase.head),
        phrases=[index],
        attributes=[
            *wanted.attributes,
            *(w for w in reading.attributes.get(index, ()) if w not in wanted.attributes),
        ],
        count=said,
        is_counted=phrase.count is not None or phrase.determiner == "indefinite",
        is_plural=phrase.is_plural,
        is_mass=is_mass,
    )
    if phrase.vague and said is not None:
        things.notes.append(f"“{phrase.vague} {phrase.asked}” is read as {said}.")
    drafts.append(draft)
    return draft


def _find_named(
    drafts: Sequence[ItemDraft], index: int, phrase: NounPhrase, entry: AvailabilityEntry
) -> ItemDraft | None:
    """Return the item a phrase speaks of again: same noun and adjectives, the nearest before it."""
    ids = {asset.asset_id for asset in entry.assets}
    adjectives = set(make_wanted(phrase, count=None).attributes)
    same = [
        draft
        for draft in drafts
        if draft.noun == entry.noun
        or (
            phrase.head == draft.head
            and not phrase.modifiers
            and any(a.asset_id in ids for a in draft.assets)
        )
    ]
    same = same or _find_kin(drafts, phrase, entry)
    fitting = [draft for draft in same if adjectives <= set(draft.attributes)]
    if not fitting and phrase.determiner in ("definite", "distributive"):
        fitting = same
    before = [draft for draft in fitting if draft.phrases[0] < index]
    if phrase.determiner == "definite" and entry.assets:
        fitting, before = (
            [draft for draft in drafts if not _is_somebody_else(draft, index, phrase)]
            for drafts in (fitting, before)
        )
    return max(before, key=_get_first) if before else min(fitting, key=_get_first, default=None)


def _is_somebody_else(draft: ItemDraft, index: int, phrase: NounPhrase) -> bool:
    """Whether a person is none of those: the clerk, after two customers; the driver, before one."""
    if draft.item_class.name != "person" or draft.head == phrase.head:
        return False
    is_several = draft.is_plural or (draft.count or 1) > 1
    is_told_apart = phrase.head not in _ANYBODY and not phrase.is_plural and is_several
    return is_told_apart or draft.phrases[0] > index


def _get_first(draft: ItemDraft) -> int:
    return draft.phrases[0]


def _find_kin(
    drafts: Sequence[ItemDraft], phrase: NounPhrase, entry: AvailabilityEntry
) -> list[ItemDraft]:
    """Return the items of the same class, where it has one noun: the shelves, after 12 racks."""
    if phrase.determiner != "definite" or phrase.count is not None or phrase.modifiers:
        return []
    name = find_item_class(entry.noun or phrase.head, entry.assets, phrase.head).name
    kin = [draft for draft in drafts if draft.item_class.name == name]
    if name == "table" and not kin:
        kin = [draft for draft in drafts if draft.item_class.name == "desk"]
    is_one = len({draft.noun for draft in kin}) == 1
    return kin if name in _KIN_CLASSES and is_one else []


def _multiply(
    drafts: Sequence[ItemDraft],
    named: Mapping[int, ItemDraft],
    elements: Sequence[NounPhrase | Mark],
    reading: RelationReading,
) -> None:
    """Multiply what was said per thing (a chair each) by the number of things, owners first."""
    pending = {
        id(named[index]): (named[index], named[owner])
        for index, owner in reading.multipliers.items()
        if index in named
        and owner in named
        and named[index] is not named[owner]
        and named[index].phrases[0] == index
    }
    done: set[int] = set()
    for _ in range(len(pending) + 1):
        for key, (draft, owner) in list(pending.items()):
            if key in done or (id(owner) in pending and id(owner) not in done):
                continue
            if owner.count is None:
                owner.count = owner.item_class.count if owner.is_several else 1
                owner.is_guessed = True
            if draft.count is not None or not draft.is_plural:
                draft.count = (draft.count or 1) * owner.count
            else:
                draft.count = _count_usual(draft, owner) * owner.count
            draft.is_counted = True
            done.add(key)
    for index, factor in reading.factors.items():
        item = named.get(index)
        phrase = elements[index]
        if item is None or not isinstance(phrase, NounPhrase):
            continue
        if phrase.count in (None, 1) or index in reading.shared:
            item.count = (item.count or 1) * factor
            item.is_counted = True


def _count_usual(draft: ItemDraft, owner: ItemDraft) -> int:
    """Return how many of several each of something has: chairs at all the desks are one each."""
    pair = (draft.item_class.name, owner.item_class.name)
    is_single = pair in (("chair", "desk"), ("surface", "desk"), ("desk", "person"))
    return 1 if is_single else draft.item_class.count


def make_id(noun: str, taken: set[str]) -> str:
    """Return a free snake_case id for a noun."""
    stem = re.sub(r"[^a-z0-9]+", "_", noun.lower()).strip("_")[:40]
    stem = stem if stem[:1].isalpha() else f"item_{stem}".rstrip("_")
    number = 1
    name = stem
    while name in taken:
        number += 1
        name = f"{stem}_{number}"
    taken.add(name)
    return name
