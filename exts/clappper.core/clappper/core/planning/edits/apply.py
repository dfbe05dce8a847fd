"""Applying an edit to a plan: pure values in, a plan and what the layout must know out.

Item ids are stable; what an edit does not name is left as it is, in the plan and in the layout.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError

from clappper.core.errors import PlanRejectedError
from clappper.core.planning.edits.change import Edited, LayoutChange
from clappper.core.planning.edits.counts import add_items, remove_instances, set_count
from clappper.core.planning.edits.motion import move_instances, rotate_instances, swap_instances
from clappper.core.planning.edits.parting import part_instances
from clappper.core.planning.edits.place import change_camera, change_light, change_room
from clappper.core.planning.edits.relations import relate_items, unrelate_items
from clappper.core.planning.edits.selection import find_items, list_instances
from clappper.core.planning.edits.title import refresh_texts
from clappper.core.planning.models import ScenePlan

if TYPE_CHECKING:
    from collections.abc import Callable

    from clappper.core.layout.models import Placements
    from clappper.core.planning.edits.models import EditOp, PlanEdit
    from clappper.core.planning.edits.selection import Point

__all__ = ["apply_edit"]


def apply_edit(
    plan: ScenePlan, edit: PlanEdit, layout: Placements, *, viewpoint: Point | None = None
) -> Edited:
    """Return the plan after one edit, and what becomes of the layout.

    Args:
        plan: The scene before.
        edit: One change.
        layout: Where everything stands; tells which is leftmost, and how large the room is.
        viewpoint: Where the camera stands [m, layout frame]; null for the middle of the south side.

    Raises:
        PlanRejectedError: It names what is not there, or gives a plan that cannot be.
    """
    at = viewpoint or (0.0, -layout.room.size_m.y / 2)
    try:
        edited = _APPLY[edit.op](plan, edit, layout, at)
        # model_copy checks nothing: the whole plan is checked once, here.
        checked = ScenePlan.model_validate(edited.plan.model_dump())
    except ValidationError as exc:
        problem = exc.errors()[0]["msg"].removeprefix("Value error, ")
        raise PlanRejectedError(
            f"That gives no sound plan ({problem}): say it differently."
        ) from exc
    return edited._replace(plan=refresh_texts(plan, checked))


def _place_anew(plan: ScenePlan, edit: PlanEdit, layout: Placements, _at: Point) -> Edited:
    seed = edit.seed if edit.seed is not None else layout.seed + 1
    if edit.item is None and edit.noun is None:
        return Edited(plan, LayoutChange(is_anew=True, seed=seed))
    instances = list_instances(layout, find_items(plan, edit.item, edit.noun))
    return Edited(plan, LayoutChange(released=tuple(p.id for p in instances), seed=seed))


_APPLY: dict[EditOp, Callable[[ScenePlan, PlanEdit, Placements, Point], Edited]] = {
    "add": add_items,
    "remove": remove_instances,
    "set_count": set_count,
    "move": move_instances,
    "rotate": rotate_instances,
    "swap": swap_instances,
    "part": part_instances,
    "relate": relate_items,
    "unrelate": unrelate_items,
    "environment": change_room,
    "lighting": change_light,
    "camera": change_camera,
    "seed": _place_anew,
}
