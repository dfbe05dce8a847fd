"""Edits of how things stand to each other: relate, unrelate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clappper.core.errors import PlanRejectedError
from clappper.core.planning.edits.change import Edited, LayoutChange
from clappper.core.planning.edits.counts import make_free_id, make_relation, with_counts
from clappper.core.planning.edits.motion import rotate_instances
from clappper.core.planning.edits.selection import find_items, select_instances
from clappper.core.planning.edits.verbs import PATTERN_VERBS, PLACE_VERBS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clappper.core.layout.models import Placement, Placements
    from clappper.core.planning.edits.models import PlanEdit
    from clappper.core.planning.edits.selection import Point
    from clappper.core.planning.models import Item, ScenePlan, Verb

__all__ = ["relate_items", "unrelate_items"]

#: Verbs by which one thing rests on, in or at another.
_SUPPORTS: frozenset[Verb] = frozenset(("on_top_of", "inside", "under", "paired_with", "around"))


def relate_items(plan: ScenePlan, edit: PlanEdit, layout: Placements, at: Point) -> Edited:
    """Give instances a new place; the relation takes the place of those that said the old one."""
    if edit.relation == "facing":
        return rotate_instances(plan, edit, layout, at)
    chosen = select_instances(plan, edit, layout, at)
    edited = plan
    for item in [i for i in plan.items if any(p.item == i.id for p in chosen)]:
        own = [p for p in chosen if p.item == item.id]
        is_whole = len(own) == sum(p.item == item.id for p in layout.placements)
        if is_whole and item.id in (edit.object, edit.object2):
            raise PlanRejectedError(f"The {item.noun} cannot stand in relation to itself.")
        edited = _relate(edited, edit, item, own, layout)
    return Edited(edited, LayoutChange(released=tuple(p.id for p in chosen)))


def _relate(
    plan: ScenePlan, edit: PlanEdit, item: Item, own: Sequence[Placement], layout: Placements
) -> ScenePlan:
    """Return the plan with the relation: of the item, or of a new one when only some are meant."""
    relations = list(plan.relations)
    subject = item
    if len(own) < sum(p.item == item.id for p in layout.placements):
        subject = item.model_copy(update={"id": make_free_id(item.noun, plan), "count": len(own)})
        plan = plan.model_copy(update={"items": [*plan.items, subject]})
        plan = with_counts(plan, {item.id: item.count - len(own)})
        relations = list(plan.relations)
    else:
        # What it looks at belonged to where it stood, unless it is turned to what moves as well.
        gone = {r.object for r in relations if r.subject == item.id and r.verb == "paired_with"}
        relations = [
            r
            for r in relations
            if r.subject != item.id
            or (r.verb == "facing" and r.object not in gone)
            or _go_together(r.verb, edit.relation)
        ]
    relation = make_relation(edit, subject.id)
    changed = plan.model_copy(update={"relations": [*relations, relation]})
    _check_circle(changed, subject, edit)
    return changed


def _go_together(old: Verb, new: Verb | None) -> bool:
    """Whether a pattern stays with another place, or a place with another pattern."""
    patterns = PATTERN_VERBS - {"scatter"}
    return (old in patterns and new in PLACE_VERBS) or (old in PLACE_VERBS and new in patterns)


def _check_circle(plan: ScenePlan, subject: Item, edit: PlanEdit) -> None:
    """Refuse that something rests on what rests on it."""
    below, seen = [edit.object], set[str | None]()
    while edit.relation in _SUPPORTS and below:
        current = below.pop()
        if current == subject.id:
            target = next((i.noun for i in plan.items if i.id == edit.object), edit.object)
            raise PlanRejectedError(
                f"The {target} rests on the {subject.noun} itself: move the {target} first."
            )
        if current not in seen:
            seen.add(current)
            below += [
                r.object for r in plan.relations if r.subject == current and r.verb in _SUPPORTS
            ]


def unrelate_items(plan: ScenePlan, edit: PlanEdit, _layout: Placements, _at: Point) -> Edited:
    """Take back a relation; everything stays where it stands."""
    items = find_items(plan, edit.item, edit.noun)
    ids = {item.id for item in items}
    dropped = [
        r
        for r in plan.relations
        if r.subject in ids and edit.relation in (None, r.verb) and edit.object in (None, r.object)
    ]
    if not dropped:
        verb = (edit.relation or "such relation").replace("_", " ")
        raise PlanRejectedError(
            f"Nothing says “{verb}” of the {items[0].noun}: nothing is changed."
        )
    kept = [r for r in plan.relations if r not in dropped]
    return Edited(plan.model_copy(update={"relations": kept}))
