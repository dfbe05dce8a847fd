"""What somebody did to a scene by hand since it was built, taken over into its plan and layout."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from pydantic import ValidationError

from clappper.core.errors import PlanRejectedError, StageError
from clappper.core.layout.models import Placement
from clappper.core.planning.edits.counts import with_counts
from clappper.core.planning.edits.selection import count_noun
from clappper.core.planning.edits.title import refresh_texts
from clappper.core.planning.models import ScenePlan
from clappper.core.relayout import take_away
from clappper.core.units import Vec3, quantize, wrap_deg, wrap_turn_deg

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clappper.core.built_scene import BuiltScene
    from clappper.core.layout.models import Placements
    from clappper.core.stage.standing import Standing, StandingScene

__all__ = ["take_over"]

#: Less is not moved [m, deg].
_MOVED_M, _TURNED_DEG = 0.001, 0.05
#: What stands no higher than this stands on the floor [m].
_FLOOR_M = 0.01


def take_over(scene: BuiltScene, now: StandingScene) -> tuple[BuiltScene, tuple[str, ...]]:
    """Return a scene as it stands now, and sentences on what somebody changed.

    Args:
        scene: As it was built.
        now: What was read off the stage.

    Raises:
        StageError: It was turned or scaled as a whole, or nothing of it is left.
    """
    if not now.is_straight:
        raise StageError(
            f"{scene.scene_path} was turned or scaled as a whole: set its rotation to 0 and its "
            "scale to 1, or press New scene."
        )
    plan, layout = scene.plan, scene.placements
    gone = [p.id for p in layout.placements if p.id not in now.instances]
    if len(gone) == len(layout.placements):
        raise StageError(f"Nothing of {scene.scene_path} is left: press New scene.")
    if gone:
        plan, layout = take_away(plan, layout, gone)
    plan, layout, added = _take_copies(plan, layout, now.instances)
    layout, moved, skewed = _take_moves(layout, now.instances)
    x, y, z = now.origin_m
    spot = scene.spot
    if math.dist((x, y, z), (spot.x, spot.y, spot.z)) > _MOVED_M:
        spot = replace(spot, x=x, y=y, z=z)
    notes = []
    for count, did in ((len(gone), "removed"), (added, "added"), (moved, "moved")):
        if count:
            verb = "was" if count == 1 else "were"
            notes.append(f"{count_noun(count, 'thing')} {verb} {did} by hand since: that is kept.")
    if skewed:
        notes.append(
            f"{count_noun(skewed, 'thing')} tilted, scaled or taken out of a wall by hand: this is "
            "put right again; Undo brings it back."
        )
    view = now.views.get(scene.camera_path.rpartition("/")[2], ())
    if not _is_same_view(scene.view, view):
        notes.append("The camera was changed by hand since: it is set anew; Undo brings that back.")
    return replace(scene, plan=plan, placements=layout, spot=spot), tuple(notes)


def _is_same_view(before: tuple[float, ...], now: tuple[float, ...]) -> bool:
    return len(before) == len(now) and all(
        math.isclose(a, b, rel_tol=1e-4, abs_tol=1e-3) for a, b in zip(before, now, strict=True)
    )


def _take_moves(
    layout: Placements, instances: Mapping[str, Standing]
) -> tuple[Placements, int, int]:
    """Return a layout with everything where it stands now, and how many were moved and skewed."""
    placements, moved, skewed = [], 0, 0
    for placement in layout.placements:
        now = instances.get(placement.id)
        is_moved = now is not None and not _is_there(placement, now)
        # Its opening in the wall cannot follow.
        is_free = placement.support != "wall"
        skewed += now is not None and (not now.is_upright or (is_moved and not is_free))
        moved += is_moved and is_free
        placements.append(_move(placement, now) if now and is_moved and is_free else placement)
    return layout.model_copy(update={"placements": tuple(placements)}), moved, skewed


def _is_there(placement: Placement, now: Standing) -> bool:
    turn_deg = wrap_turn_deg(now.yaw_deg - placement.yaw_deg)
    shift_m = math.dist(placement.translation_m.as_tuple(), now.translation_m)
    return shift_m < _MOVED_M and abs(turn_deg) < _TURNED_DEG


def _move(placement: Placement, now: Standing) -> Placement:
    x, y, z = (quantize(value) for value in now.translation_m)
    update = {"translation_m": Vec3(x=x, y=y, z=z), "yaw_deg": wrap_deg(quantize(now.yaw_deg))}
    if z < _FLOOR_M:
        update["support"] = "floor"
    return placement.model_copy(update=update)


def _take_copies(
    plan: ScenePlan, layout: Placements, instances: Mapping[str, Standing]
) -> tuple[ScenePlan, Placements, int]:
    """Return plan and layout with the copies somebody made of instances, and their number."""
    known = {p.id for p in layout.placements}
    assets = {item.id: set(item.asset_ids) for item in plan.items}
    copies = []
    for name, now in instances.items():
        if name in known or now.asset_id not in assets.get(now.item, ()):
            continue
        try:
            copy = Placement(
                id=name,
                item=now.item,
                asset_id=now.asset_id,
                translation_m=Vec3(x=0.0, y=0.0, z=0.0),
                yaw_deg=0.0,
                support="floor",
            )
        except ValidationError:
            continue  # such a name is none of ours
        copies.append(_move(copy, now))
    if not copies:
        return plan, layout, 0
    counts = {item.id: item.count for item in plan.items}
    for copy in copies:
        counts[copy.item] += 1
    try:
        changed = ScenePlan.model_validate(with_counts(plan, counts).model_dump())
    except ValidationError as exc:
        raise PlanRejectedError(
            "Too many things were added by hand for a scene: press New scene."
        ) from exc
    layout = layout.model_copy(update={"placements": (*layout.placements, *copies)})
    return refresh_texts(plan, changed), layout, len(copies)
