"""Relations between items as the user said them, made sound: no circles, doors only in walls."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from clappper.core.planning.corrections import describe_correction
from clappper.core.planning.items import ItemDraft
from clappper.core.planning.models import Relation, Side, Verb

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clappper.core.planning.link import Link, RelationReading

__all__ = ["Tie", "find_owned_tie", "make_ties"]

#: Verbs that only turn a thing; every other one says where it stands.
_TURNING: frozenset[Verb] = frozenset(("facing", "aligned_with"))
_SURFACES = ("desk", "table", "shelving", "pallet", "wall_furniture")
_SUPPORTS: frozenset[Verb] = frozenset(("on_top_of", "inside", "under", "paired_with"))
#: Of these a thing can stand to another only in one way at a time.
_EXCLUSIVE: tuple[frozenset[Verb], ...] = (
    frozenset(("left_of", "right_of", "in_front_of", "behind", "on_top_of", "under")),
    frozenset(("in_corner", "centered")),
    frozenset(("near", "far_from")),
    frozenset(("next_to", "far_from")),
)
_SPACED: frozenset[Verb] = frozenset(("rows", "grid", "line", "scatter", "stack"))
#: Places of a door that mean the wall there, and sides of a thing that each has its own at.
_WALL_VERBS = ("along_wall", "left_of", "right_of", "in_corner", "in_wall", "centered")
_PAIRED_SIDES: dict[Verb, Side | None] = {
    "near": "front",
    "next_to": None,
    "in_front_of": "front",
    "behind": "back",
}
_WORDS: dict[Verb, str] = {
    "on_top_of": "on",
    "in_wall": "in a wall",
    "left_of": "left of",
    "right_of": "right of",
}
_MAX_DISTANCE_M = 200.0
#: So many on one carrier lie in layers: fewer all stand on it, and make no piles.
_DEEP_LOAD = 12


@dataclass(frozen=True, eq=False)
class Tie:
    """A relation between items while the plan is put together.

    Attributes:
        verb: The relation.
        subject: The item that is placed.
        target: Item, ``room``, ``camera`` or null.
        target2: Second item of between, or null.
        is_said: Whether the user said it.
    """

    verb: Verb
    subject: ItemDraft
    target: ItemDraft | str | None
    target2: ItemDraft | None = None
    rows: int | None = None
    per_row: int | None = None
    distance_m: float | None = None
    side: Side | None = None
    is_said: bool = False

    @property
    def is_placing(self) -> bool:
        """Whether it says where the subject stands, not only how it is turned."""
        return self.verb not in _TURNING

    @property
    def items(self) -> list[ItemDraft]:
        """The items it is about."""
        return [
            item
            for item in (self.subject, self.target, self.target2)
            if isinstance(item, ItemDraft)
        ]

    def make_relation(self) -> Relation:
        """Return the relation of the plan; the items must have their ids."""
        return Relation(
            verb=self.verb,
            subject=self.subject.id,
            object=self.target.id if isinstance(self.target, ItemDraft) else self.target,
            object2=self.target2.id if self.target2 else None,
            rows=self.rows,
            per_row=self.per_row,
            distance_m=self.distance_m,
            side=self.side,
        )


def make_ties(
    reading: RelationReading, named: Mapping[int, ItemDraft], drafts: Sequence[ItemDraft]
) -> tuple[list[Tie], list[str]]:
    """Return the relations the user said and the sentences about those that cannot hold.

    Args:
        reading: Links between phrases.
        named: The item each phrase names.
        drafts: All items.
    """
    ties: list[Tie] = []
    contradictions = [
        f"The {named[subject].asked} cannot stand in relation to itself: that is ignored."
        for subject, _ in reading.reflexive
        if subject in named
    ]
    mentions: dict[Tie, int] = {}
    contradictions += _describe_taken_back(reading, named, drafts)
    for link in reading.links:
        is_back = any(link is other for other in reading.taken_back)
        tie = None if is_back else _resolve(link, named, drafts, reading)
        if tie is None:
            continue
        mentions[tie] = link.subject
        before = next((other for other in ties if _excludes(tie, other, mentions)), None)
        others = [other for other in ties if other is not before]
        if tie.target is tie.subject and tie.verb != "facing":
            verb = _WORDS.get(tie.verb, tie.verb.replace("_", " "))
            contradictions.append(
                f"The {tie.subject.asked} cannot be {verb} itself: that is ignored."
            )
        elif _closes_circle(tie, others):
            contradictions.append(
                f"{_describe(tie)} and the other way round cannot both hold: the second is ignored."
            )
        elif any(_is_same(tie, other) for other in others):
            ties = [_complete(other, tie) if _is_same(tie, other) else other for other in ties]
        else:
            if before is not None:
                contradictions.append(describe_correction(_describe(before), _describe(tie)))
            ties = [*others, tie]
    for thing_index, owner_index in reading.owned:
        thing, owner = named.get(thing_index), named.get(owner_index)
        if (
            thing is None
            or owner is None
            or thing is owner
            or any(t.subject is thing and t.is_placing for t in ties)
        ):
            continue
        owned = find_owned_tie(thing, owner)
        if owned is not None:
            ties.append(owned)
    return _space(_fold_stacks(ties), reading, named), contradictions


def _describe_taken_back(
    reading: RelationReading, named: Mapping[int, ItemDraft], drafts: Sequence[ItemDraft]
) -> list[str]:
    """Return the sentences about relations that later ones took the place of."""
    texts = []
    for link in reading.taken_back:
        first = _resolve(link, named, drafts, reading)
        after = reading.links[[other is link for other in reading.links].index(True) + 1 :]
        later = next((other for other in after if other.subject == link.subject), None)
        then = _resolve(later, named, drafts, reading) if later is not None else None
        if first is not None and then is not None:
            texts.append(describe_correction(_describe(first), _describe(then)))
    return texts


def _resolve(
    link: Link,
    named: Mapping[int, ItemDraft],
    drafts: Sequence[ItemDraft],
    reading: RelationReading,
) -> Tie | None:
    subject = named.get(link.subject)
    target, target2 = _find_target(link, named, drafts)
    if subject is None or (target is None and link.target is not None):
        return None
    if link.target == "self":
        target = subject
    tie = Tie(
        verb=link.verb,
        subject=subject,
        target=target,
        target2=target2,
        rows=link.rows,
        per_row=link.per_row,
        distance_m=min(link.distance_m, _MAX_DISTANCE_M) if link.distance_m is not None else None,
        side=link.side,
        is_said=True,
    )
    is_each = (
        link.subject in reading.multipliers and reading.multipliers[link.subject] == link.target
    )
    return _adapt(tie, is_each=is_each)


def _find_target(
    link: Link, named: Mapping[int, ItemDraft], drafts: Sequence[ItemDraft]
) -> tuple[ItemDraft | str | None, ItemDraft | None]:
    if isinstance(link.target, int):
        target = named.get(link.target)
        second = named.get(link.target2) if link.target2 is not None else None
        return target, (second or target) if link.verb == "between" else None
    if link.target in ("aisle", "walkway"):
        racks = next((draft for draft in drafts if draft.item_class.name == "shelving"), None)
        return racks, racks
    if link.target in ("entrance", "exit"):
        return next((draft for draft in drafts if draft.item_class.name == "opening"), None), None
    return link.target, None


def _adapt(tie: Tie, *, is_each: bool) -> Tie:
    """Return what is meant for such things: a chair at a desk is its chair."""
    if isinstance(tie.target, ItemDraft):
        return _adapt_to_item(tie, tie.target.item_class.name, is_each=is_each)
    is_opening = tie.subject.item_class.name == "opening"
    if is_opening and tie.target == "room" and tie.verb in _WALL_VERBS:
        sides: dict[Verb, Side] = {"left_of": "left", "right_of": "right"}
        return replace(tie, verb="in_wall", side=tie.side or sides.get(tie.verb))
    return replace(tie, verb="along_wall") if tie.verb == "in_wall" else tie


def _adapt_to_item(tie: Tie, target_name: str, *, is_each: bool) -> Tie:
    verb, side = tie.verb, tie.side
    is_chair = tie.subject.item_class.name == "chair"
    is_surface = target_name in _SURFACES and target_name != "wall_furniture"
    if verb == "inside" and is_surface and not (is_chair and target_name == "desk"):
        verb = "on_top_of"
    elif verb in ("along_wall", "in_wall"):
        verb, side = "next_to", None
    elif is_chair and target_name == "table" and verb in ("near", "next_to"):
        verb = "around"
    elif is_chair and target_name == "desk" and verb in ("near", "inside", "under"):
        verb, side = "paired_with", "front"
    elif is_each and verb in _PAIRED_SIDES:
        verb, side = "paired_with", _PAIRED_SIDES[verb]
    return replace(tie, verb=verb, side=side)


def _closes_circle(tie: Tie, ties: Sequence[Tie]) -> bool:
    """Whether something would rest on what rests on it."""
    if tie.verb not in _SUPPORTS or not isinstance(tie.target, ItemDraft):
        return False
    below: list[ItemDraft] = [tie.target]
    seen: set[int] = set()
    while below:
        draft = below.pop()
        if draft is tie.subject:
            return True
        if id(draft) in seen:
            continue
        seen.add(id(draft))
        below.extend(
            other.target
            for other in ties
            if other.subject is draft
            and other.verb in _SUPPORTS
            and isinstance(other.target, ItemDraft)
        )
    return False


def _excludes(tie: Tie, before: Tie, mentions: Mapping[Tie, int]) -> bool:
    """Whether a thing that is spoken of again stands elsewhere to the same: behind, in front."""
    if tie.subject is not before.subject or tie.target is not before.target:
        return False
    verbs = {tie.verb, before.verb}
    is_again = mentions[tie] != mentions[before]
    return is_again and len(verbs) > 1 and any(verbs <= group for group in _EXCLUSIVE)


def _is_same(tie: Tie, other: Tie) -> bool:
    return tie.verb == other.verb and tie.subject is other.subject and tie.target is other.target


def _complete(tie: Tie, again: Tie) -> Tie:
    """Return a relation with what it lacks and is said when it is said again: 2 rows, 5 per row."""
    if tie.verb not in ("rows", "grid"):
        return tie
    return replace(tie, rows=tie.rows or again.rows, per_row=tie.per_row or again.per_row)


def _describe(tie: Tie) -> str:
    target = tie.target.asked if isinstance(tie.target, ItemDraft) else str(tie.target)
    return f"{tie.subject.asked} {_WORDS.get(tie.verb, tie.verb.replace('_', ' '))} {target}"


def _fold_stacks(ties: list[Tie]) -> list[Tie]:
    """Let boxes stacked on a pallet rest on it; where there are many on each, in piles."""
    result = list(ties)
    for tie in ties:
        support = next(
            (t for t in ties if t.subject is tie.subject and t.verb == "on_top_of"), None
        )
        if tie.verb != "stack" or support is None:
            continue
        carriers = support.target.count or 1 if isinstance(support.target, ItemDraft) else 1
        is_deep = (tie.subject.count or 0) >= _DEEP_LOAD * carriers
        if is_deep or tie.per_row:
            result[result.index(tie)] = replace(tie, target=support.target)
        else:
            result.remove(tie)
    return result


def _space(ties: list[Tie], reading: RelationReading, named: Mapping[int, ItemDraft]) -> list[Tie]:
    for index, spacing_m in reading.spacing_m.items():
        draft = named.get(index)
        if draft is None:
            continue
        gap_m = min(spacing_m, _MAX_DISTANCE_M)
        place = next(
            (i for i, tie in enumerate(ties) if tie.subject is draft and tie.verb in _SPACED), None
        )
        if place is not None:
            ties[place] = replace(ties[place], distance_m=gap_m)
            continue
        usual = draft.item_class.arrangement
        verb: Verb = usual if usual in _SPACED and usual is not None else "line"
        ties.append(Tie(verb, draft, "room", distance_m=gap_m, is_said=True))
    return ties


def find_owned_tie(thing: ItemDraft, owner: ItemDraft) -> Tie | None:
    """Return what a with-phrase means (a desk with a chair, a pallet with boxes), or null."""
    name, owner_name = thing.item_class.name, owner.item_class.name
    if name == "chair" and owner_name == "desk":
        return Tie("paired_with", thing, owner, side="front", is_said=True)
    if name == "chair" and owner_name == "table":
        return Tie("around", thing, owner, is_said=True)
    if name in ("surface", "load") and owner_name in _SURFACES:
        return Tie("on_top_of", thing, owner, is_said=True)
    if name == "pallet" and owner_name == "shelving":
        return Tie("on_top_of", thing, owner, is_said=True)
    return None
