"""Edits of the place and its picture: environment, lighting, camera."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clappper.core.planning.camera import EYE_LEVEL_M
from clappper.core.planning.edits.change import Edited, LayoutChange
from clappper.core.planning.edits.selection import find_items
from clappper.core.planning.models import Lighting
from clappper.core.units import Vec3

if TYPE_CHECKING:
    from clappper.core.layout.models import Placements
    from clappper.core.planning.edits.models import PlanEdit
    from clappper.core.planning.edits.selection import Point
    from clappper.core.planning.models import ScenePlan

__all__ = ["change_camera", "change_light", "change_room"]

_AT_WALL = ("along_wall", "in_corner")
_FILM = ("frames", "fps", "width", "height")


def change_room(plan: ScenePlan, edit: PlanEdit, layout: Placements, _at: Point) -> Edited:
    """Change kind, size or walls; what stands at a wall that moves goes with it."""
    room = edit.room
    assert room is not None
    there = layout.room.size_m
    size = Vec3(x=room.width_m or there.x, y=room.depth_m or there.y, z=room.height_m or there.z)
    update: dict[str, object] = {
        name: value
        for name, value in (("kind", room.kind), ("walls", room.walls), ("density", room.density))
        if value is not None
    }
    if size != there:
        update["size_m"] = size
    released: tuple[str, ...] = ()
    if (size.x, size.y) != (there.x, there.y):
        in_walls = {r.subject for r in plan.relations if r.verb == "in_wall"}
        at_wall = {r.subject for r in plan.relations if r.verb in _AT_WALL or r.object in in_walls}
        released = tuple(p.id for p in layout.placements if p.item in at_wall)
    environment = plan.environment.model_copy(update=update)
    change = LayoutChange(
        released=released, is_room_changed=room.kind is not None or room.walls is not None
    )
    return Edited(plan.model_copy(update={"environment": environment}), change)


def change_light(plan: ScenePlan, edit: PlanEdit, _layout: Placements, _at: Point) -> Edited:
    """Change the mood of the light."""
    return Edited(plan.model_copy(update={"lighting": Lighting(mood=edit.mood)}))


def change_camera(plan: ScenePlan, edit: PlanEdit, _layout: Placements, _at: Point) -> Edited:
    """Change the shot, its move or the film."""
    change = edit.camera
    assert change is not None
    for target in change.targets or ():
        find_items(plan, target)
    said = {k: v for k, v in change.model_dump().items() if v is not None}
    film = {k: v for k, v in said.items() if k in _FILM}
    shot = {k: v for k, v in said.items() if k not in _FILM}
    if "shot" in shot and "height_m" not in shot:
        # A height belongs to the shot it was said for.
        shot["height_m"] = EYE_LEVEL_M if shot["shot"] == "eye_level" else None
    if "duration_s" in shot and "frames" not in film:
        film["frames"] = None
    output = plan.output.model_copy(update=film)
    return Edited(
        plan.model_copy(update={"camera": plan.camera.model_copy(update=shot), "output": output})
    )
