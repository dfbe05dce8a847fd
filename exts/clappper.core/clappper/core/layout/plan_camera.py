"""The camera on a plan view: where it stands, how it moves and what it sees of the floor."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from clappper.core.layout.models import FILM_BACK_MM
from clappper.core.layout.plan_labels import label_beside
from clappper.core.layout.plan_sheet import CAMERA, FLOOR, VIEW, Rect, Sheet
from clappper.core.layout.plan_symbols import clip_polygon
from clappper.core.units import wrap_turn_deg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clappper.core.layout.drawing import Point
    from clappper.core.layout.models import CameraPath, CameraPose, Room

__all__ = ["bring_near", "draw_camera", "draw_view", "sample_camera_path"]

#: What stands outside the room is drawn up to this share of the room's size away from it.
_OUTSIDE = 0.3
#: Looking down steeper than this, a camera sees no wedge of the floor [deg].
_STEEP_DEG = 65.0
#: How far the edges of what the camera sees are drawn [pixels].
_RAY_PX = 70.0


def bring_near(room: Room, point: Point) -> Point:
    """Return a point, or the nearest one to it that is not farther out than what is drawn."""
    reach_x, reach_y = (
        0.5 * side + max(_OUTSIDE * side, room.wall_thickness_m)
        for side in (room.size_m.x, room.size_m.y)
    )
    return min(max(point[0], -reach_x), reach_x), min(max(point[1], -reach_y), reach_y)


def draw_view(sheet: Sheet, room: Room, path: CameraPath) -> None:
    """Shade the floor the camera sees at the start of its move, as far as the room goes."""
    if abs(path.first.pitch_deg) > _STEEP_DEG:
        return
    eye = path.first.eye[:2]
    half = _compute_view_deg(path) / 2
    far = 2.0 * math.hypot(room.size_m.x, room.size_m.y) / math.cos(math.radians(half))
    angles = [math.radians(path.first.heading_deg + turn) for turn in (-half, half)]
    wedge = [eye, *((eye[0] - far * math.sin(a), eye[1] + far * math.cos(a)) for a in angles)]
    seen = clip_polygon(wedge, room.size_m.x / 2, room.size_m.y / 2)
    if len(seen) >= 3:
        sheet.add_polygon(seen, fill=VIEW)


def draw_camera(sheet: Sheet, room: Room, path: CameraPath, obstacles: Sequence[Rect]) -> None:
    """Draw where the camera stands, how it moves, and the edges of what it sees."""
    samples = sample_camera_path(path)
    places = [bring_near(room, at) for at, _ in samples]
    length = max(math.dist(samples[0][0], at) for at, _ in samples)
    is_moving = length * sheet.scale > 6.0
    half = _compute_view_deg(path) / 2
    if abs(path.first.pitch_deg) <= _STEEP_DEG:
        for turn in (-half, half):
            _draw_ray(sheet, places[0], samples[0][1] + turn)
    if is_moving:
        sheet.add_line(places, CAMERA, width=1.8, dash=(6.0, 4.0))
        _draw_body(sheet, places[-1], samples[-1][1], is_end=True)
    _draw_body(sheet, places[0], samples[0][1], is_end=False)
    beyond = math.dist(places[0], samples[0][0])
    text = f"Camera {path.first.eye[2]:.2f} m high, {path.focal_length_mm:.0f} mm"
    if beyond > 0.1:
        text += f", {beyond:.1f} m farther out"
    track = [*(places if is_moving else places[:1]), _aim(sheet, places[0], samples[0][1])]
    label_beside(sheet, [sheet.to_paper(at) for at in track], text, CAMERA, obstacles)


def _aim(sheet: Sheet, start: Point, heading_deg: float) -> Point:
    """Return the point a camera looks at, a little way ahead of it."""
    angle = math.radians(heading_deg)
    far = _RAY_PX / sheet.scale
    return start[0] - far * math.sin(angle), start[1] + far * math.cos(angle)


def _draw_ray(sheet: Sheet, start: Point, heading_deg: float) -> None:
    sheet.add_line([start, _aim(sheet, start, heading_deg)], CAMERA, width=1.0)


def _draw_body(sheet: Sheet, at: Point, heading_deg: float, *, is_end: bool) -> None:
    """Draw a camera as a body and a lens, hollow where the move ends."""
    angle = math.radians(heading_deg)
    ahead, aside = (-math.sin(angle), math.cos(angle)), (math.cos(angle), math.sin(angle))
    unit = 1.0 / sheet.scale

    def place(along: float, across: float) -> Point:
        along, across = along * unit, across * unit
        return (
            at[0] + along * ahead[0] + across * aside[0],
            at[1] + along * ahead[1] + across * aside[1],
        )

    fill = FLOOR if is_end else CAMERA
    body = [place(-12, -6), place(2, -6), place(2, 6), place(-12, 6)]
    lens = [place(2, -2.5), place(9, -6), place(9, 6), place(2, 2.5)]
    for points in (lens, body):
        sheet.add_polygon(points, fill=fill, stroke=CAMERA, width=1.4)


def _compute_view_deg(path: CameraPath) -> float:
    """Return how wide the camera sees [deg]."""
    return math.degrees(2.0 * math.atan(FILM_BACK_MM / 2.0 / path.focal_length_mm))


def sample_camera_path(path: CameraPath, count: int = 25) -> list[tuple[Point, float]]:
    """Return places and headings [deg, counter-clockwise from +Y] along a camera's move."""
    samples: list[tuple[Point, float]] = []
    first, last = path.first, path.last
    for index in range(count):
        share = index / (count - 1)
        if path.pivot is not None:
            angle = math.radians(path.turn_deg * share)
            dx, dy = first.eye[0] - path.pivot[0], first.eye[1] - path.pivot[1]
            at = (
                path.pivot[0] + math.cos(angle) * dx - math.sin(angle) * dy,
                path.pivot[1] + math.sin(angle) * dx + math.cos(angle) * dy,
            )
            samples.append((at, first.heading_deg + path.turn_deg * share))
            continue
        samples.append((_mix(first, last, share), _mix_heading(first, last, share)))
    return samples


def _mix(first: CameraPose, last: CameraPose, share: float) -> Point:
    return (
        first.eye[0] + share * (last.eye[0] - first.eye[0]),
        first.eye[1] + share * (last.eye[1] - first.eye[1]),
    )


def _mix_heading(first: CameraPose, last: CameraPose, share: float) -> float:
    turn = wrap_turn_deg(last.heading_deg - first.heading_deg)
    return first.heading_deg + share * turn
