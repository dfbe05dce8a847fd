"""What a plan says where the prompt is silent: numbers, arrangements, roles, camera targets.

Only relations are added here; where things stand is the solver's business.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from clappper.core.planning.inflection import pluralize, singularize
from clappper.core.planning.items import ItemDraft
from clappper.core.planning.tie import Tie

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from clappper.core.planning.models import Role

__all__ = [
    "choose_assets",
    "choose_role",
    "choose_targets",
    "complete_counts",
    "complete_ties",
    "describe",
    "describe_guesses",
    "split_chairs",
]

#: Aisle [m] a counterbalance forklift can turn in, and one people walk through.
FORKLIFT_AISLE_M, WALKING_AISLE_M = 3.5, 1.8
#: How near people stand when the user says near [m].
NEAR_PEOPLE_M = 3.0
#: Depth of a row of racking with its aisle over the width of a unit.
_ROW_RATIO = 1.64
_CHAIRS_AROUND = 6
_CORNERS = 4
_DEPENDENT_VERBS = ("paired_with", "on_top_of", "around", "inside")


def complete_counts(
    drafts: Sequence[ItemDraft], ties: Sequence[Tie], density: str | None
) -> list[ItemDraft]:
    """Give every item its number; return those nobody said a number for.

    Args:
        drafts: The items.
        ties: What the user said of them: a grid of 2 x 3 needs six, boxes on 10 pallets ten.
        density: How full the place is, or null.
    """
    scale = {"dense": 1.5, "sparse": 0.5}.get(density or "", 1.0)
    guessed = []
    desks = _find(drafts, "desk")
    for draft in sorted(drafts, key=lambda d: d.item_class.name in ("chair", "surface")):
        if draft.count is not None:
            guessed += [draft] if draft.is_guessed else []
            continue
        name = draft.item_class.name
        implied = _find_implied_count(draft, ties)
        if implied is not None:
            draft.count = implied
        elif name in ("chair", "surface") and desks is not None:
            draft.count = desks.count or desks.item_class.count
        elif name == "chair" and _find(drafts, "table") is not None:
            draft.count = _CHAIRS_AROUND
        else:
            draft.count = max(1, round(draft.item_class.count * scale))
        guessed.append(draft)
    return guessed


def _find_implied_count(draft: ItemDraft, ties: Sequence[Tie]) -> int | None:
    for tie in ties:
        if tie.subject is not draft:
            continue
        if tie.rows and tie.per_row:
            return tie.rows * tie.per_row
        if tie.verb == "on_top_of" and isinstance(tie.target, ItemDraft) and tie.target.count:
            return max(draft.item_class.count, tie.target.count)
    return None


def describe_guesses(guessed: Sequence[ItemDraft], ties: Sequence[Tie]) -> list[str]:
    """Return the sentences about numbers nobody said."""
    notes = []
    for draft in guessed:
        units = f" unit{'' if draft.count == 1 else 's'}" if draft.is_mass else ""
        rows = next((tie.rows for tie in ties if tie.subject is draft and tie.verb == "rows"), None)
        in_rows = f" in {rows} row{'' if rows == 1 else 's'}" if rows else ""
        notes.append(f"No number given for {draft.asked}: {draft.count}{units}{in_rows}.")
    return notes


def split_chairs(drafts: list[ItemDraft], ties: Sequence[Tie]) -> None:
    """Split chairs that outnumber the desks: one per desk, the rest for the table or the wall."""
    desk = _find(drafts, "desk")
    if desk is None:
        return
    for draft in list(drafts):
        is_free = draft.item_class.name == "chair" and not any(
            t.subject is draft and t.is_placing for t in ties
        )
        if is_free and (draft.count or 0) > (desk.count or 0):
            rest = replace(
                draft,
                count=(draft.count or 0) - (desk.count or 0),
                phrases=[],
                attributes=list(draft.attributes),
            )
            draft.count = desk.count
            drafts.insert(drafts.index(draft) + 1, rest)
            return


def complete_ties(
    drafts: Sequence[ItemDraft], said: Sequence[Tie], aisle_m: float | None
) -> list[Tie]:
    """Return what was said, filled in, and a sensible arrangement for every item without one.

    Args:
        drafts: The items with their numbers.
        said: What the user said.
        aisle_m: Width of aisles the user said [m], or null.
    """
    queues = {tie.subject for tie in said if tie.verb == "line"}
    ties = [
        tie if tie.subject in queues and tie.verb == "near" else _fill_in(tie, drafts, aisle_m)
        for tie in said
    ]
    paired: set[int] = set()
    for draft in drafts:
        has_place = any(tie.subject is draft and tie.is_placing for tie in ties)
        if draft.item_class.arrangement == "in_wall":
            has_place = any(tie.subject is draft and tie.verb == "in_wall" for tie in ties)
        if not has_place and not _stands_free(draft, said):
            ties.extend(_arrange(draft, drafts, paired, aisle_m))
    ties.extend(_face_desks(drafts, ties))
    order = {id(draft): number for number, draft in enumerate(drafts)}
    return sorted(ties, key=lambda tie: order[id(tie.subject)])


def choose_role(draft: ItemDraft, drafts: Sequence[ItemDraft]) -> Role:
    """Return the role of an item: what was counted is a subject, small things are dressing."""
    is_dressing = draft.item_class.role == "dressing"
    if is_dressing and any(other.item_class.role != "dressing" for other in drafts):
        return "dressing"
    if draft.is_counted or draft.item_class.role == "subject":
        return "subject"
    return "furniture"


def choose_targets(drafts: Sequence[ItemDraft], ties: Sequence[Tie]) -> list[ItemDraft]:
    """Return what the camera looks at when nobody says.

    That is people with what they were put to, else everything that stands by itself.
    """
    for tie in ties:
        if (
            tie.is_said
            and tie.subject.item_class.name == "person"
            and isinstance(tie.target, ItemDraft)
        ):
            return list(dict.fromkeys((tie.subject, tie.target)))
    dependent = {
        tie.subject
        for tie in ties
        if tie.verb in _DEPENDENT_VERBS and isinstance(tie.target, ItemDraft)
    }
    chosen = [d for d in drafts if d not in dependent and choose_role(d, drafts) != "dressing"]
    return chosen or list(drafts)


def choose_assets(draft: ItemDraft, ties: Sequence[Tie]) -> list[str]:
    """Return the asset ids of an item; furniture of one kind looks alike, people and goods vary."""
    assets = list(draft.assets)
    is_at_desk = any(tie.subject is draft and tie.verb == "paired_with" for tie in ties)
    if draft.item_class.name == "chair" and is_at_desk:
        assets.sort(
            key=lambda asset: (
                not any(
                    word in f"{asset.noun} {asset.name}".lower()
                    for word in ("office", "task", "swivel")
                )
            )
        )
    return [
        asset.asset_id for asset in (assets[:1] if draft.item_class.is_uniform else assets[:32])
    ]


def _find(drafts: Iterable[ItemDraft], name: str) -> ItemDraft | None:
    return next((draft for draft in drafts if draft.item_class.name == name), None)


def _split_rows(count: int) -> tuple[int, int]:
    """Return rows and units per row of racking that fills a nearly square floor."""
    rows = max(1, round(math.sqrt(count / _ROW_RATIO)))
    return rows, math.ceil(count / rows)


def _split_grid(count: int) -> tuple[int, int]:
    per_row = math.ceil(math.sqrt(count))
    return math.ceil(count / per_row), per_row


def _fit(
    count: int, rows: int | None, per_row: int | None, usual: tuple[int, int]
) -> tuple[int, int]:
    """Return rows and units per row that hold the count, as close to what was said as it can be."""
    if rows:
        return rows, max(per_row or 0, math.ceil(count / rows))
    if per_row:
        return math.ceil(count / per_row), per_row
    return usual


def _find_aisle(drafts: Sequence[ItemDraft], aisle_m: float | None) -> float:
    if aisle_m is not None:
        return aisle_m
    return FORKLIFT_AISLE_M if _find(drafts, "vehicle") else WALKING_AISLE_M


def _fill_in(tie: Tie, drafts: Sequence[ItemDraft], aisle_m: float | None) -> Tie:
    count = tie.subject.count or 1
    if tie.verb == "rows":
        rows, per_row = _fit(count, tie.rows, tie.per_row, _split_rows(count))
        is_racking = tie.subject.item_class.name == "shelving"
        distance = tie.distance_m or (_find_aisle(drafts, aisle_m) if is_racking else aisle_m)
        return replace(tie, rows=rows, per_row=per_row, distance_m=distance)
    if tie.verb == "grid":
        rows, per_row = _fit(count, tie.rows, tie.per_row, _split_grid(count))
        return replace(tie, rows=rows, per_row=per_row)
    if tie.verb == "near" and tie.distance_m is None and tie.subject.item_class.name == "person":
        return replace(tie, distance_m=NEAR_PEOPLE_M)
    if tie.verb == "in_wall" and tie.side is None:
        return replace(tie, side="north")
    return tie


def _stands_free(draft: ItemDraft, said: Sequence[Tie]) -> bool:
    """Whether no wall is for it: two of it face each other, or something is to be behind it."""
    return draft.item_class.arrangement == "along_wall" and any(
        tie.target is draft
        and (tie.verb == "behind" or (tie.verb == "facing" and tie.subject is draft))
        for tie in said
    )


def _arrange(
    draft: ItemDraft, drafts: Sequence[ItemDraft], paired: set[int], aisle_m: float | None
) -> list[Tie]:
    """Return the default relation of an item that has none."""
    name = draft.item_class.name
    if name == "chair":
        return _arrange_chair(draft, drafts, paired)
    if name == "surface":
        support = _find(drafts, "desk") or _find(drafts, "table")
        return [Tie("on_top_of", draft, support)] if support else []
    if name == "leveller":
        door = _find(drafts, "opening")
        return (
            [Tie("in_front_of", draft, door)]
            if door
            else [Tie("along_wall", draft, "room", side="north")]
        )
    verb = draft.item_class.arrangement
    if verb is None or (verb == "grid" and draft.count == 1):
        return []
    if verb in draft.denied:
        return []
    if verb == "in_corner" and (draft.count or 1) > _CORNERS:
        verb = "along_wall"
    return [_fill_in(Tie(verb, draft, "room"), drafts, aisle_m)]


def _arrange_chair(draft: ItemDraft, drafts: Sequence[ItemDraft], paired: set[int]) -> list[Tie]:
    desk, table = _find(drafts, "desk"), _find(drafts, "table")
    if desk is not None and id(desk) not in paired:
        paired.add(id(desk))
        return [Tie("paired_with", draft, desk, side="front")]
    if table is not None:
        return [Tie("around", draft, table)]
    return [Tie("along_wall", draft, "room")] if desk is not None else []


def _face_desks(drafts: Sequence[ItemDraft], ties: Sequence[Tie]) -> list[Tie]:
    """Turn chairs that are paired with something to it, unless the user said where they look."""
    facing = {id(tie.subject) for tie in ties if tie.verb == "facing"}
    return [
        Tie("facing", tie.subject, tie.target)
        for tie in ties
        if tie.verb == "paired_with"
        and tie.subject.item_class.name == "chair"
        and id(tie.subject) not in facing
    ]


def describe(draft: ItemDraft) -> str:
    """Return an item in words for a title: 3 forklifts, industrial shelving, a desk."""
    is_several = draft.is_plural or draft.is_mass
    if not draft.is_counted and is_several:
        return draft.asked
    if draft.count == 1:
        words = draft.asked.split()
        asked = " ".join((*words[:-1], singularize(words[-1]) if draft.is_plural else words[-1]))
        return f"{'an' if asked[:1].lower() in 'aeiou' else 'a'} {asked}"
    plural = draft.asked if is_several else pluralize(draft.asked)
    return f"{draft.count} {plural}"
