"""Plan view: the layout seen from above, drawn as an architect would.

Room with walls and openings, footprints with their fronts, names, dimensions, the camera and what
it sees; what the certificate found wrong in red, with its sentence. Draws what it is given and
judges nothing itself.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from clappper.core.layout.drawing import Drawing, clean_text
from clappper.core.layout.plan_camera import bring_near, draw_camera, draw_view, sample_camera_path
from clappper.core.layout.plan_dimensions import (
    draw_dimensions,
    draw_room_dimensions,
    list_dimensions,
)
from clappper.core.layout.plan_labels import draw_labels, name_items
from clappper.core.layout.plan_legend import (
    LEGEND_PX,
    draw_north,
    draw_scale_bar,
    draw_tag,
    make_legend,
)
from clappper.core.layout.plan_room import draw_door_zones, draw_floor, draw_walls
from clappper.core.layout.plan_sheet import (
    ALARM,
    FAINT,
    FLOOR,
    INK,
    PAPER,
    WARNING,
    Rect,
    Sheet,
    Shown,
    blend,
    choose_color,
)
from clappper.core.layout.plan_symbols import hatch, make_front, make_symbol
from clappper.core.layout.space import make_member

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clappper.core.issue import Issue
    from clappper.core.layout.models import CameraPath, Footprint, Placements, Room

__all__ = ["draw_plan_view"]

#: The drawn place is at most this wide and high [pixels].
_FIELD_PX = (1000.0, 760.0)
#: Paper around it: west for a dimension, north for the title, south for dimension and scale.
_WEST_PX, _NORTH_PX, _SOUTH_PX, _EAST_PX = 76.0, 112.0, 104.0, 40.0
_DIMENSION_PX = 30.0
_MOST_PX_PER_M = 110.0
#: Half the width of the mark at a thing's front [pixels].
_FRONT_PX = 6.0
_WORD = re.compile(r"[a-z][a-z0-9_]*")


def draw_plan_view(
    placements: Placements,
    footprints: Mapping[str, Footprint],
    *,
    title: str = "",
    camera_path: CameraPath | None = None,
    issues: Sequence[Issue] = (),
) -> Drawing:
    """Draw a layout from above.

    Args:
        placements: Room and instances.
        footprints: Box of each asset by asset id; what has none is left out.
        title: Shown on top; any text.
        camera_path: The shot, or None.
        issues: Errors and warnings are told in a list; those whose prim path or sentence names an
            instance mark it.

    Returns:
        The drawing, to be written with ``to_svg`` or ``to_png``.
    """
    groups = _group(placements, footprints)
    shown = [s for group in groups.values() for s in group]
    room = placements.room
    problems = [issue for issue in issues if issue.severity != "info"]
    names = name_items(groups)
    legend = make_legend(groups, names, problems)
    sheet = _lay_out(room, shown, camera_path, legend.height)
    numbers = _find_numbers(problems, {s.placement.id for s in shown})
    draw_floor(sheet, room)
    if camera_path is not None:
        draw_view(sheet, room, camera_path)
    draw_door_zones(sheet, room, numbers)
    for one in sorted(shown, key=lambda s: (s.box.z_min, -s.box.half_x * s.box.half_y)):
        _draw_instance(sheet, one, _choose_alarm(problems, numbers.get(one.placement.id, [])))
    draw_walls(sheet, room)
    draw_room_dimensions(sheet, room, _DIMENSION_PX + room.wall_thickness_m * sheet.scale)
    if camera_path is not None:
        draw_camera(sheet, room, camera_path, [sheet.to_rect(s.symbol.outline) for s in shown])
    for one in shown:
        own = numbers.get(one.placement.id)
        if own:
            _tag(sheet, one, own, _choose_alarm(problems, own) or ALARM)
    draw_dimensions(sheet, list_dimensions(room, shown))
    draw_labels(sheet, groups, names)
    _draw_frame(sheet, room, title, len(shown))
    right = sheet.drawing.width - LEGEND_PX - 36.0
    legend.draw(sheet.drawing, (right, _NORTH_PX))
    return sheet.drawing


def _group(placements: Placements, footprints: Mapping[str, Footprint]) -> dict[str, list[Shown]]:
    """Return what is drawn by item, in plan order."""
    groups: dict[str, list[Shown]] = {}
    for placement in placements.placements:
        footprint = footprints.get(placement.asset_id)
        at = placement.translation_m
        if footprint is None or not all(map(math.isfinite, at.as_tuple())):
            continue
        box = make_member(placement, footprints).compute_box()
        group = groups.setdefault(placement.item, [])
        fill = choose_color(len(groups) - 1)
        symbol = make_symbol(box, footprint.category)
        group.append(Shown(placement, footprint, box, symbol, fill))
    return groups


def _lay_out(
    room: Room, shown: Sequence[Shown], camera_path: CameraPath | None, legend_px: float
) -> Sheet:
    """Return an empty sheet on which room, things and camera find place."""
    thick = room.wall_thickness_m
    points = [(room.size_m.x / 2 + thick, room.size_m.y / 2 + thick)]
    points.append((-points[0][0], -points[0][1]))
    points += [corner for one in shown for corner in one.symbol.outline]
    if camera_path is not None:
        points += [at for at, _ in sample_camera_path(camera_path)]
    near = [bring_near(room, point) for point in points]
    xs, ys = [x for x, _ in near], [y for _, y in near]
    width, depth = max(max(xs) - min(xs), 0.1), max(max(ys) - min(ys), 0.1)
    scale = min(_FIELD_PX[0] / width, _FIELD_PX[1] / depth, _MOST_PX_PER_M)
    field_width = max(width * scale, 420.0)
    height = _NORTH_PX + max(depth * scale + _SOUTH_PX, legend_px + 60.0)
    drawing = Drawing(
        math.ceil(_WEST_PX + field_width + _EAST_PX + LEGEND_PX + 36.0), math.ceil(height), PAPER
    )
    left = _WEST_PX + (field_width - width * scale) / 2
    x, y = left - min(xs) * scale, _NORTH_PX + max(ys) * scale
    half_x, half_y = room.size_m.x / 2 * scale - 2.0, room.size_m.y / 2 * scale - 2.0
    return Sheet(drawing, scale, (x, y), Rect(x - half_x, y - half_y, x + half_x, y + half_y))


def _find_numbers(problems: Sequence[Issue], ids: set[str]) -> dict[str, list[int]]:
    """Return the numbers of the problems that name an instance, by its id."""
    numbers: dict[str, list[int]] = {}
    for number, issue in enumerate(problems, start=1):
        words = _WORD.findall(f"{issue.prim_path or ''} {issue.message}")
        for word in dict.fromkeys(words):
            if word in ids:
                numbers.setdefault(word, []).append(number)
    return numbers


def _choose_alarm(problems: Sequence[Issue], numbers: Sequence[int]) -> str | None:
    if not numbers:
        return None
    return ALARM if any(problems[n - 1].severity == "error" for n in numbers) else WARNING


def _draw_instance(sheet: Sheet, shown: Shown, alarm: str | None) -> None:
    """Draw a footprint; what stands on another thing is lighter and hatched."""
    outline, details = shown.symbol
    is_above = shown.placement.support not in ("floor", "wall")
    fill = blend(shown.fill, FLOOR, 0.55) if is_above else shown.fill
    edge = alarm or blend(shown.fill, INK, 0.62)
    rect = sheet.to_rect(outline)
    is_small = max(rect.x_max - rect.x_min, rect.y_max - rect.y_min) < 9.0
    sheet.add_polygon(outline, fill=fill)
    if (is_above and not is_small) or alarm:
        color = blend(alarm or shown.fill, fill, 0.25)
        for line in hatch(outline, (5.0 if alarm is None else 7.0) / sheet.scale):
            sheet.add_line(line, color, width=0.9)
    for line in [] if is_small else details:
        sheet.add_line(line, blend(edge, fill, 0.45), width=0.9)
    front = make_front(shown.box, shown.footprint.category, _FRONT_PX / sheet.scale)
    if front and not is_small:
        sheet.add_polygon(front, fill=edge)
    sheet.add_polygon(outline, stroke=edge, width=2.6 if alarm else 1.2)


def _tag(sheet: Sheet, shown: Shown, numbers: Sequence[int], color: str) -> None:
    """Put the numbers of its problems at a corner of an instance."""
    text = ",".join(map(str, numbers[:3])) + ("\u2026" if len(numbers) > 3 else "")
    rect = sheet.to_rect(shown.symbol.outline)
    half = max(9.0, 4.0 * len(text) + 3.0)
    corners = ((rect.x_max, rect.y_min), (rect.x_min, rect.y_min), (rect.x_max, rect.y_max))
    for x, y in (*corners, (rect.x_min, rect.y_max)):
        plate = Rect(x - half, y - 9.0, x + half, y + 9.0)
        if not any(plate.overlaps(other) for other in sheet.written):
            draw_tag(sheet.drawing, (x, y), text, color)
            sheet.written.append(plate)
            return


def _draw_frame(sheet: Sheet, room: Room, title: str, count: int) -> None:
    """Write title, place, north and scale around the plan."""
    drawing = sheet.drawing
    cleaned = clean_text(title) or "Plan view"
    drawing.add_text((_WEST_PX, 46.0), cleaned[:90], size=23.0, color=INK, is_bold=True)
    size = room.size_m
    place = room.kind.replace("_", " ")
    things = "1 thing" if count == 1 else f"{count} things"
    floor = f"{size.x:g} \u00d7 {size.y:g} m, {size.z:g} m high"
    text = f"{place[:1].upper()}{place[1:]}, {floor}. {things}."
    drawing.add_text((_WEST_PX, 70.0), text, size=13.0, color=FAINT)
    drawing.add_line([(_WEST_PX, 84.0), (drawing.width - 36.0, 84.0)], INK, width=1.2)
    draw_north(drawing, (drawing.width - 56.0, 54.0))
    draw_scale_bar(sheet, (_WEST_PX, drawing.height - 34.0))
