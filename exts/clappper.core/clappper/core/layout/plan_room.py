"""The place on a plan view: floor, walls with their openings, and floor kept free before doors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clappper.core.layout.plan_sheet import (
    ALARM,
    CAMERA,
    FAINT,
    FLOOR,
    GRID,
    INK,
    WALL,
    Sheet,
    blend,
)
from clappper.core.layout.plan_symbols import hatch
from clappper.core.layout.wall_item import compute_door_zone

if TYPE_CHECKING:
    from collections.abc import Container

    from clappper.core.layout.drawing import Point
    from clappper.core.layout.models import Opening, Room, Wall

__all__ = ["compute_wall_pieces", "draw_door_zones", "draw_floor", "draw_walls"]


def draw_floor(sheet: Sheet, room: Room) -> None:
    """Draw the floor with a grid of round pitch, and its edge where walls are missing."""
    half_x, half_y = room.size_m.x / 2, room.size_m.y / 2
    corners = [(-half_x, -half_y), (half_x, -half_y), (half_x, half_y), (-half_x, half_y)]
    sheet.add_polygon(corners, fill=FLOOR)
    pitch = next((m for m in (1.0, 5.0, 10.0, 50.0) if m * sheet.scale >= 14.0), 100.0)
    for half, is_upright in ((half_x, True), (half_y, False)):
        count = int(half / pitch)
        for index in range(-count, count + 1):
            at = index * pitch
            ends = [(at, -half_y), (at, half_y)] if is_upright else [(-half_x, at), (half_x, at)]
            sheet.add_line(ends, GRID, width=1.0)
    if len(room.walls) < 4:
        sheet.add_polygon(corners, stroke=FAINT, width=1.2, dash=(9.0, 5.0))


def draw_door_zones(sheet: Sheet, room: Room, troubled: Container[str]) -> None:
    """Hatch the floor that is kept free before doors, red where a door has a problem."""
    for opening in room.openings:
        if opening.kind != "door":
            continue
        color = ALARM if opening.id in troubled else blend(FAINT, FLOOR, 0.5)
        corners = compute_door_zone(room.size_m, opening).compute_corners()
        for line in hatch(corners, 9.0 / sheet.scale):
            sheet.add_line(line, blend(color, FLOOR, 0.45), width=0.8)
        sheet.add_polygon(corners, stroke=color, width=1.0, dash=(5.0, 4.0))


def draw_walls(sheet: Sheet, room: Room) -> None:
    """Draw the built walls and what their openings hold."""
    for wall in room.walls:
        for piece in compute_wall_pieces(room, wall):
            sheet.add_polygon(piece, fill=WALL, stroke=INK, width=1.0)
    standing = {opening.wall for opening in room.openings} & set(room.walls)
    for opening in room.openings:
        if opening.wall in standing:
            _draw_opening(sheet, room, opening)


def _draw_opening(sheet: Sheet, room: Room, opening: Opening) -> None:
    """Draw a window as panes in its wall, a door as the sill line on either side."""
    a, b, c, d = _compute_opening_corners(room, opening)
    if opening.kind == "window":
        sheet.add_polygon([a, b, c, d], fill=FLOOR, stroke=WALL, width=1.0)
        for share in (0.4, 0.6):
            start = (a[0] + share * (d[0] - a[0]), a[1] + share * (d[1] - a[1]))
            end = (b[0] + share * (c[0] - b[0]), b[1] + share * (c[1] - b[1]))
            sheet.add_line([start, end], CAMERA, width=1.0)
        return
    for line in ([a, b], [c, d]):
        sheet.add_line(line, FAINT, width=1.0)


def compute_wall_pieces(room: Room, wall: Wall) -> list[list[Point]]:
    """Return the solid parts of a wall as outlines, corners included, openings left out."""
    thick = room.wall_thickness_m
    length = room.size_m.x if wall in ("north", "south") else room.size_m.y
    start, end = -length / 2, length / 2
    if wall in ("north", "south"):
        start -= thick if "west" in room.walls else 0.0
        end += thick if "east" in room.walls else 0.0
    cuts = sorted(
        (o.center_m - o.width_m / 2, o.center_m + o.width_m / 2)
        for o in room.openings
        if o.wall == wall
    )
    pieces = []
    for low, high in [*cuts, (end, end)]:
        if low > start:
            pieces.append(_make_wall_piece(room, wall, start, min(low, end), thick))
        start = max(start, high)
    return pieces


def _compute_opening_corners(room: Room, opening: Opening) -> list[Point]:
    """Return the outline of the hole an opening makes in its wall."""
    half = opening.width_m / 2
    return _make_wall_piece(
        room,
        opening.wall,
        opening.center_m - half,
        opening.center_m + half,
        room.wall_thickness_m,
    )


def _make_wall_piece(room: Room, wall: Wall, start: float, end: float, thick: float) -> list[Point]:
    if wall in ("north", "south"):
        near = room.size_m.y / 2
        far, sign = near + thick, 1.0 if wall == "north" else -1.0
        return [(start, sign * near), (end, sign * near), (end, sign * far), (start, sign * far)]
    near = room.size_m.x / 2
    far, sign = near + thick, 1.0 if wall == "east" else -1.0
    return [(sign * near, start), (sign * near, end), (sign * far, end), (sign * far, start)]
