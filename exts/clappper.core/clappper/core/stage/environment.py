"""The place itself: floor, walls with real openings, ceiling, beams, markings.

Authors meshes under ``Environment``. The floor's top is at height 0 and covers exactly the inner
room; walls stand outside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from clappper.core.layout.models import FloorLine, Opening, Room, Wall
from clappper.core.stage.looks import LOOKS
from clappper.core.stage.slab import Slab, author_slab
from clappper.core.stage.spec_writer import define_prim

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pxr import Sdf

    from clappper.core.stage.looks import LookLibrary
    from clappper.core.stage.xform import StageFrame

__all__ = ["Finish", "author_environment", "get_finish", "list_textures"]

_FLOOR_THICKNESS_M = 0.2
_CEILING_THICKNESS_M = 0.1
_SKIRTING_M = (0.015, 0.09)
_LINE_THICKNESS_M = 0.0005
#: How far the ground goes beyond the place, and how much lower it lies where no wall hides it [m].
_GROUND_M, _GROUND_STEP_M = 60.0, 0.005


@dataclass(frozen=True)
class Finish:
    """Which looks a place has, and what else is built in it."""

    floor: str
    wall: str
    ceiling: str = "Ceiling"
    plinth: str | None = None
    accent: str | None = None
    has_beams: bool = False
    has_skirting: bool = False
    has_lines: bool = False


_HALL = Finish(
    "Concrete", "Cladding", "DarkCeiling", plinth="PaintedConcrete", has_beams=True, has_lines=True
)
_HOME = Finish("WoodFloor", "Plaster", accent="WarmPaint", has_skirting=True)
_FINISHES: dict[str, Finish] = {
    "warehouse": _HALL,
    "loading_dock": Finish(
        "Concrete", "Brick", "DarkCeiling", plinth="PaintedConcrete", has_beams=True, has_lines=True
    ),
    "office": Finish("Carpet", "Plaster", accent="AccentPaint", has_skirting=True),
    "meeting_room": Finish("Carpet", "Plaster", accent="AccentPaint", has_skirting=True),
    "kitchen": Finish("WoodFloor", "Plaster", has_skirting=True),
    "bathroom": Finish("Concrete", "Plaster"),
    "shop": Finish("WoodFloor", "Plaster", accent="WarmPaint", has_skirting=True),
    "yard": Finish("Asphalt", "Brick"),
    "studio": Finish("Backdrop", "Backdrop"),
    "open": Finish("Asphalt", "Plaster"),
}


def get_finish(kind: str) -> Finish:
    """Return how a kind of place is finished."""
    return _FINISHES.get(kind, _HOME)


def list_textures(kind: str) -> list[str]:
    """Return the texture files a kind of place uses."""
    finish = get_finish(kind)
    names = (finish.floor, finish.wall, finish.ceiling, finish.plinth, finish.accent)
    return sorted({t for n in names if n and (t := LOOKS[n].texture)})


class _Builder:
    def __init__(
        self, layer: Sdf.Layer, root: Sdf.Path, frame: StageFrame, looks: LookLibrary
    ) -> None:
        self.layer = layer
        self.root = root
        self.frame = frame
        self.looks = looks

    def add(self, name: str, slabs: Sequence[Slab], look: str) -> None:
        """Author a part: one Mesh, or a group of numbered ones."""
        path = self.root.AppendPath(name)
        paths = [path]
        if len(slabs) > 1:
            paths = [path.AppendChild(f"Part_{i + 1:02d}") for i in range(len(slabs))]
        tile_m = LOOKS[look].tile_m if LOOKS[look].texture else None
        for slab_path, slab in zip(paths, slabs, strict=True):
            spec = author_slab(self.layer, slab_path, slab, self.frame, tile_m=tile_m)
            self.looks.bind(spec, look)


def author_environment(
    layer: Sdf.Layer,
    root_path: Sdf.Path,
    room: Room,
    frame: StageFrame,
    looks: LookLibrary,
    *,
    free_height_m: float,
    lines: Sequence[FloorLine] = (),
    extent: Literal["all", "place", "walls"] = "all",
) -> None:
    """Build floor, walls, ceiling and what belongs to them under ``root_path``.

    Args:
        layer: Layer to write.
        root_path: Path of the ``Environment`` group.
        room: Room in the layout frame [m].
        frame: Frame of the stage.
        looks: Materials.
        free_height_m: Height that must stay free for what is placed [m].
        lines: Floor lines to paint.
        extent: The place and the ground around it, the place alone, or, where a floor is there
            already, its walls and openings.
    """
    define_prim(layer, root_path, kind="group")
    builder = _Builder(layer, root_path, frame, looks)
    finish = get_finish(room.kind)
    half_x, half_y, height = room.size_m.x / 2, room.size_m.y / 2, room.size_m.z
    if extent != "walls":
        slab = Slab(-half_x, -half_y, -_FLOOR_THICKNESS_M, half_x, half_y, 0.0)
        builder.add("Floor", [slab], finish.floor)
    for wall in room.walls:
        _author_wall(builder, room, wall, finish)
    for opening in room.openings:
        _author_opening(builder, room, opening)
    if extent == "walls":
        return
    if room.has_ceiling:
        t = room.wall_thickness_m
        builder.add(
            "Ceiling",
            [
                Slab(
                    -half_x - t,
                    -half_y - t,
                    height,
                    half_x + t,
                    half_y + t,
                    height + _CEILING_THICKNESS_M,
                )
            ],
            finish.ceiling,
        )
    if finish.has_beams and room.has_ceiling and height - free_height_m > 0.7:
        builder.add("Beams", _plan_beams(room), "Steel")
    if finish.has_lines and lines:
        builder.add(
            "Markings",
            [Slab(n.x - 0.05, n.y_from, 0.0, n.x + 0.05, n.y_to, _LINE_THICKNESS_M) for n in lines],
            "LinePaint",
        )
    if extent == "all" and (room.openings or not room.walls or not room.has_ceiling):
        reach = max(half_x, half_y) + _GROUND_M
        # Without walls the place goes on: no step and no other look at the edge of its floor.
        top = -_FLOOR_THICKNESS_M if room.walls else -_GROUND_STEP_M
        look = "Ground" if room.walls else finish.floor
        builder.add("Ground", [Slab(-reach, -reach, -0.6, reach, reach, top)], look)


def _author_wall(builder: _Builder, room: Room, wall: Wall, finish: Finish) -> None:
    name = f"Walls/{wall.capitalize()}"
    look = finish.accent if finish.accent and wall == "north" else finish.wall
    height = room.size_m.z
    split = 1.2 if finish.plinth and height > 2.0 else 0.0
    if split and finish.plinth:
        builder.add(f"{name}/Plinth", _cut_wall(room, wall, 0.0, split), finish.plinth)
    builder.add(f"{name}/Panel", _cut_wall(room, wall, split, height), look)
    if finish.has_skirting:
        depth, top = _SKIRTING_M
        slabs = _cut_wall(room, wall, 0.0, top, inner=-depth, outer=0.0)
        builder.add(f"{name}/Skirting", slabs, "Trim")


def _cut_wall(
    room: Room,
    wall: Wall,
    z0: float,
    z1: float,
    *,
    inner: float = 0.0,
    outer: float | None = None,
) -> list[Slab]:
    """Return the boxes of a wall between two heights with its openings cut out.

    ``inner`` and ``outer`` are depths behind the wall's inner face [m]; north and south walls cover
    the corners.
    """
    outer = room.wall_thickness_m if outer is None else outer
    is_long = wall in ("north", "south")
    half = (room.size_m.x if is_long else room.size_m.y) / 2
    if is_long:
        half += outer if outer > 0 else inner
    else:
        half += inner if inner < 0 else 0.0
    spans: list[tuple[float, float, float, float]] = []
    start = -half
    openings = sorted((o for o in room.openings if o.wall == wall), key=lambda o: o.center_m)
    for opening in openings:
        left = opening.center_m - opening.width_m / 2
        right = opening.center_m + opening.width_m / 2
        low, high = opening.sill_m, opening.sill_m + opening.height_m
        spans.append((start, left, z0, z1))
        spans.append((left, right, z0, min(z1, low)))
        spans.append((left, right, max(z0, high), z1))
        start = right
    spans.append((start, half, z0, z1))
    slabs = []
    for a, b, low, high in spans:
        if b - a < 1e-6 or high - low < 1e-6:
            continue
        slabs.append(_orient(room, wall, (a, b, low, high), inner=inner, outer=outer))
    return slabs


def _orient(
    room: Room,
    wall: Wall,
    span: tuple[float, float, float, float],
    *,
    inner: float,
    outer: float,
) -> Slab:
    """Return a box inner..outer [m] behind a wall's inner face.

    ``span`` is (a, b, z0, z1): it reaches from a to b along the wall and from z0 to z1 up it [m].
    """
    a, b, z0, z1 = span
    half_x, half_y = room.size_m.x / 2, room.size_m.y / 2
    if wall == "north":
        return Slab(a, half_y + inner, z0, b, half_y + outer, z1)
    if wall == "south":
        return Slab(a, -half_y - outer, z0, b, -half_y - inner, z1)
    if wall == "east":
        return Slab(half_x + inner, a, z0, half_x + outer, b, z1)
    return Slab(-half_x - outer, a, z0, -half_x - inner, b, z1)


def _author_opening(builder: _Builder, room: Room, opening: Opening) -> None:
    """Author what belongs to an opening.

    A threshold for doors, a frame and mullion for windows of the place's own.
    """
    a, b = opening.center_m - opening.width_m / 2, opening.center_m + opening.width_m / 2
    t = room.wall_thickness_m
    name = f"Openings/{opening.id}"
    if opening.kind == "door":
        slab = _orient(room, opening.wall, (a, b, -_FLOOR_THICKNESS_M, 0.0), inner=0.0, outer=t)
        builder.add(f"{name}/Threshold", [slab], "PaintedConcrete")
        return
    low, high = opening.sill_m, opening.sill_m + opening.height_m
    bar = 0.05
    middle = (a + b) / 2
    spans = [
        (a, a + bar, low, high),
        (b - bar, b, low, high),
        (middle - bar / 2, middle + bar / 2, low, high),
        (a, b, low, low + bar),
        (a, b, high - bar, high),
    ]
    frame = [_orient(room, opening.wall, span, inner=0.1, outer=0.16) for span in spans]
    builder.add(f"{name}/Frame", frame, "Trim")
    sill = _orient(room, opening.wall, (a, b, low - 0.03, low), inner=-0.03, outer=0.1)
    builder.add(f"{name}/Sill", [sill], "Trim")


def _plan_beams(room: Room) -> list[Slab]:
    """Return steel I-beams across the hall and purlins along it, under the ceiling."""
    half_x, half_y, top = room.size_m.x / 2, room.size_m.y / 2, room.size_m.z - 0.16
    count = max(2, round(room.size_m.y / 5.0))
    slabs = []
    for index in range(count):
        y = -half_y + room.size_m.y * (index + 0.5) / count
        slabs += [
            Slab(-half_x, y - 0.1, top - 0.03, half_x, y + 0.1, top),
            Slab(-half_x, y - 0.02, top - 0.37, half_x, y + 0.02, top - 0.03),
            Slab(-half_x, y - 0.1, top - 0.4, half_x, y + 0.1, top - 0.37),
        ]
    lines = max(2, round(room.size_m.x / 2.5))
    for index in range(lines):
        x = -half_x + room.size_m.x * (index + 0.5) / lines
        slabs.append(Slab(x - 0.04, -half_y, top, x + 0.04, half_y, room.size_m.z))
    return slabs
