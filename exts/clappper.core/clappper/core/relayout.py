"""Relayout: the scene after edits, with everything they do not name in place to the last digit.

Plans and layouts only; nothing is authored here.
"""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING, NamedTuple

from clappper.core.layout.compose import compose
from clappper.core.layout.refill import refill_layout
from clappper.core.layout.room import build_room, is_seen_from_above
from clappper.core.layout.shift import find_company, shift_instances
from clappper.core.layout.shot import compute_viewpoint
from clappper.core.layout.solver import list_needed_walls, solve_layout
from clappper.core.layout.space import compute_boxes
from clappper.core.planning.edits.apply import apply_edit
from clappper.core.planning.edits.change import Edited, Motion
from clappper.core.planning.edits.selection import order_number
from clappper.core.planning.edits.whole import compare_plans
from clappper.core.planning.follow_ups.scene import make_edit
from clappper.core.regroup import regroup_patterns
from clappper.core.reposition import exchange_places, move_instances
from clappper.core.units import compute_yaw_deg, wrap_turn_deg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from clappper.core.layout.models import Footprint, Placement, Placements, Room, Wall
    from clappper.core.planning.edits.change import LayoutChange, Recast
    from clappper.core.planning.edits.models import PlanEdit
    from clappper.core.planning.models import ScenePlan

__all__ = ["EditedScene", "apply_edits", "apply_plan", "take_away"]

#: Most rounds of turning things to the camera: turned things may move it.
_CAMERA_ROUNDS = 6
#: What looks past the camera by less still faces it [deg]; the certificate allows 30.
_FACING_DEG = 20.0


class EditedScene(NamedTuple):
    """A scene after edits, and sentences for the user."""

    plan: ScenePlan
    placements: Placements
    notes: tuple[str, ...]


def apply_edits(
    plan: ScenePlan,
    placements: Placements,
    edits: Iterable[PlanEdit],
    measure: Callable[[ScenePlan], Mapping[str, Footprint]],
    *,
    seed: int | None = None,
) -> EditedScene:
    """Apply edits one after the other.

    Args:
        plan: The scene.
        placements: Its layout.
        edits: What is to change.
        measure: Returns the footprints of a plan's assets by asset id.
        seed: Chooses among equally good places, or null for the layout's own seed.

    Raises:
        PlanRejectedError: An edit cannot be done; nothing is half done then.
    """
    notes: list[str] = []
    asked = {item.id for item in plan.items}
    names: dict[str, str] = {}
    for said in edits:
        edit = _rename_object(said, names)
        if edit.op == "remove" and edit.item in asked - {item.id for item in plan.items}:
            continue  # it went along with what it stood on
        is_seen = edit.which in ("nearest", "farthest") and edit.of in (None, "camera")
        viewpoint = None
        if is_seen or edit.object == "camera":
            boxes = compute_boxes(placements, measure(plan))
            viewpoint = compute_viewpoint(plan, placements.room, boxes)
        edited = apply_edit(plan, edit, placements, viewpoint=viewpoint)
        placements, own = _relayout(plan, edited, measure(edited.plan), placements, seed=seed)
        plan = edited.plan
        names.update(edited.names)
        notes += [note for note in (*edited.notes, *own) if note not in notes]
    placements = _follow_camera(plan, placements, measure(plan))
    return EditedScene(plan, placements, tuple(notes))


def _rename_object(edit: PlanEdit, names: Mapping[str, str]) -> PlanEdit:
    update: dict[str, object] = {}
    for field in ("object", "of"):
        name = getattr(edit, field)
        if name in names:
            update[field] = names[name]
    if edit.camera is not None and edit.camera.targets:
        targets = [names.get(target, target) for target in edit.camera.targets]
        update["camera"] = edit.camera.model_copy(update={"targets": targets})
    return edit.model_copy(update=update)


def apply_plan(
    plan: ScenePlan,
    placements: Placements,
    edited: ScenePlan,
    measure: Callable[[ScenePlan], Mapping[str, Footprint]],
    *,
    seed: int | None = None,
) -> EditedScene:
    """Lay out a plan that was edited as a whole; what stands as before in it keeps its place.

    Args:
        plan: The scene.
        placements: Its layout.
        edited: The plan it is to have; item ids mean the same items as before.
        measure: Returns the footprints of a plan's assets by asset id.
        seed: Chooses among equally good places, or null for the layout's own seed.
    """
    change = compare_plans(plan, edited, placements)
    footprints = measure(edited)
    layout, notes = _relayout(plan, Edited(edited, change), footprints, placements, seed=seed)
    return EditedScene(edited, _follow_camera(edited, layout, footprints), tuple(notes))


def take_away(
    plan: ScenePlan, placements: Placements, ids: Iterable[str]
) -> tuple[ScenePlan, Placements]:
    """Return plan and layout without some instances, and without what stood on them.

    Raises:
        PlanRejectedError: Without them there is no sound plan.
    """
    for id_ in ids:
        gone = next((p for p in placements.placements if p.id == id_), None)
        if gone is None:
            continue  # it went along with what it stood on
        edit = make_edit("remove", item=gone.item, which="index", index=order_number(id_))
        edited = apply_edit(plan, edit, placements)
        left = _take_away(placements, edited.change.gone)
        plan = edited.plan
        placements, _ = _recast(plan, {}, left, edited.change.recast)
    return plan, placements


def _follow_camera(
    plan: ScenePlan, layout: Placements, footprints: Mapping[str, Footprint]
) -> Placements:
    """Turn what is to face the camera to where an edit has brought the camera."""
    items = {r.subject for r in plan.relations if r.verb == "facing" and r.object == "camera"}
    if not items:
        return layout
    best, least_deg = layout, math.inf
    # What is turned leaves the camera another view, so that it may stand elsewhere.
    for _ in range(_CAMERA_ROUNDS):
        eye = compute_viewpoint(plan, layout.room, compute_boxes(layout, footprints))
        turns = {p.id: _compute_turn(p, eye) for p in layout.placements if p.item in items}
        worst_deg = max((abs(turn) for turn in turns.values()), default=0.0)
        if worst_deg < least_deg:
            best, least_deg = layout, worst_deg
        if worst_deg <= _FACING_DEG:
            break
        motions = [Motion(i, turn_deg=t) for i, t in turns.items() if abs(t) > _FACING_DEG]
        layout, _ = move_instances(plan, footprints, layout, motions)
    return best


def _compute_turn(placement: Placement, eye: tuple[float, float]) -> float:
    """Return the turn [deg, -180 to 180] after which an instance looks at a point [m]."""
    at = placement.translation_m
    return wrap_turn_deg(compute_yaw_deg(eye[0] - at.x, eye[1] - at.y) - placement.yaw_deg)


def _relayout(
    before: ScenePlan,
    edited: Edited,
    footprints: Mapping[str, Footprint],
    layout: Placements,
    *,
    seed: int | None,
) -> tuple[Placements, list[str]]:
    """Return the layout after one edit, and sentences for the user."""
    plan, change = edited.plan, edited.change
    chosen = change.seed if change.seed is not None else seed
    own_seed = layout.seed if chosen is None else chosen
    if change.is_anew:
        return solve_layout(plan, footprints, seed=own_seed), []
    released = _gather_released(before, change, layout)
    layout = _take_away(layout, change.gone)
    layout, unfit = _recast(plan, footprints, layout, change.recast)
    is_from_above = is_seen_from_above(plan.camera.shot)
    if change.is_room_changed or is_seen_from_above(before.camera.shot) != is_from_above:
        needed = layout.room.walls
        if change.is_room_changed:
            groups = compose(plan, footprints, random.Random(0)).groups
            needed = tuple(list_needed_walls(groups, layout.room.size_m.x))
        layout = layout.model_copy(update={"room": _rebuild_room(plan, layout, needed)})
    layout, released = regroup_patterns(
        plan, footprints, layout, {*released, *unfit}, seed=own_seed
    )
    layout = refill_layout(plan, footprints, layout, released=released, seed=own_seed)
    for a, b in change.exchanged:
        layout = exchange_places(plan, footprints, layout, a, b)
    return move_instances(plan, footprints, layout, change.motions, may_nudge=True)


def _gather_released(plan: ScenePlan, change: LayoutChange, layout: Placements) -> set[str]:
    """Return what is to find a new place, with what belongs to it."""
    released = set(change.released)
    for id_ in change.released:
        released.update(find_company(plan, layout, id_))
    return released


def _take_away(layout: Placements, gone: Sequence[str]) -> Placements:
    """Return a layout without some instances, and without the holes they filled in walls."""
    openings = tuple(o for o in layout.room.openings if o.id not in gone)
    return layout.model_copy(
        update={
            "placements": tuple(p for p in layout.placements if p.id not in gone),
            "room": layout.room.model_copy(update={"openings": openings}),
        }
    )


def _recast(
    plan: ScenePlan,
    footprints: Mapping[str, Footprint],
    layout: Placements,
    recast: Sequence[Recast],
) -> tuple[Placements, set[str]]:
    """Let instances be others in the same place; return those that do not fit there as well."""
    if not recast:
        return layout, set()
    by_id = {r.id: r for r in recast}
    names = {r.id: r.new_id for r in recast}
    changed = {r.new_id for r in recast if r.asset_id is not None}
    placements = tuple(_rename(p, by_id.get(p.id), names) for p in layout.placements)
    openings = tuple(
        o.model_copy(update={"id": names.get(o.id, o.id)}) for o in layout.room.openings
    )
    room = layout.room.model_copy(update={"openings": openings})
    layout = layout.model_copy(update={"placements": placements, "room": room})
    known = layout.model_copy(
        update={"placements": tuple(p for p in placements if p.asset_id in footprints)}
    )
    fits = shift_instances(plan, footprints, known, sorted(changed)).shares
    unfit = {i for i in changed if fits.get(i, 0.0) < 1.0}
    # What stood on it may find another surface now.
    unfit |= {p.id for p in placements if p.support in changed}
    return layout, unfit


def _rename(placement: Placement, recast: Recast | None, names: Mapping[str, str]) -> Placement:
    update: dict[str, object] = {"support": names.get(placement.support, placement.support)}
    if recast is not None:
        update |= {"id": recast.new_id, "item": recast.item}
        update |= {"asset_id": recast.asset_id} if recast.asset_id is not None else {}
    return placement.model_copy(update=update)


def _rebuild_room(plan: ScenePlan, layout: Placements, needed: Sequence[Wall]) -> Room:
    """Return a room of the same size with the walls and the ceiling the plan wants now."""
    size = layout.room.size_m
    ids = {p.id for p in layout.placements}
    return build_room(
        plan.environment.model_copy(update={"size_m": size}),
        width_m=size.x,
        depth_m=size.y,
        height_m=size.z,
        openings=tuple(o for o in layout.room.openings if o.id in ids),
        needed=needed,
        is_open_top=is_seen_from_above(plan.camera.shot),
    )
