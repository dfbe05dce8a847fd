"""Shot: where the camera stands and how it moves, by intent.

Plain numbers, layout frame, metres and degrees.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from clappper.core.layout.box import Box
from clappper.core.layout.box_field import BoxField, list_corners
from clappper.core.layout.models import FILM_BACK_MM, CameraPath, CameraPose
from clappper.core.units import compute_heading

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from clappper.core.layout.models import Room
    from clappper.core.planning.models import ScenePlan

__all__ = ["compute_camera_path", "compute_viewpoint", "rate_framing"]

Point = tuple[float, float, float]

_CLEARANCE_M = 0.5
_LAMP_CLEARANCE_M = 0.2

#: What is nearer than this fills too much of the picture [m].
_FOREGROUND_M = 3.0

#: What being looked at by what is to face the camera is worth.
_FACED_WORTH = 0.8

#: What it costs to cut everything off.
_CUT_COST = 3.0

#: What all the way for its move is worth to a standpoint.
_MOVE_WORTH = 1.2

#: Distances at which the camera is tried [m], and between the last one that is clear and the next.
_DISTANCES_M = tuple(1.2 * 1.12**i for i in range(80))
_LAST_SHARES = (1.1, 1.075, 1.05, 1.025)

#: How many of the best framed standpoints are looked at closer.
_SHORT_LIST = 60

#: Lenses to choose from, as shares of the style's: a tight room wants a wider one.
_LENSES = (1.0, 0.85, 0.75)

#: Rise over run of an isometric view: the tangent of 35.26 degrees.
_ISOMETRIC_RISE = 0.7071


@dataclass(frozen=True)
class _Group:
    """The boxes of one item, how much the shot is about them, and whether they look at it."""

    boxes: tuple[Box, ...]
    weight: float
    is_facing: bool = False


@dataclass(frozen=True)
class _Style:
    height_m: float
    focal_mm: float
    #: Share of the picture's width the subjects should fill.
    fill: float
    #: Steepness at which the camera looks down when it may choose [deg].
    view_from_deg: tuple[float, ...]


#: Offsets of the camera's place from due south of the subjects, counter-clockwise [deg].
_FRONT = (0.0, 8.0, -8.0, 16.0, -16.0, 25.0, -25.0, 40.0, -40.0)
_QUARTER = (38.0, -38.0, 28.0, -28.0, 48.0, -48.0, 18.0, -18.0)
_STYLES: dict[str, _Style] = {
    "eye_level": _Style(1.65, 24.0, 0.80, _FRONT),
    "wide": _Style(2.3, 18.0, 0.65, _FRONT),
    "close_up": _Style(1.5, 45.0, 0.85, _QUARTER),
    "low": _Style(0.5, 22.0, 0.75, _FRONT),
    "high": _Style(4.2, 24.0, 0.80, _QUARTER),
    "overhead": _Style(12.0, 24.0, 0.85, (0.0,)),
    "three_quarter": _Style(2.4, 22.0, 0.80, _QUARTER),
    "isometric": _Style(9.0, 50.0, 0.85, (45.0, -45.0)),
}


def compute_camera_path(
    plan: ScenePlan,
    room: Room,
    boxes: Mapping[str, Sequence[Box]],
    *,
    aspect: float,
    obstacles: Sequence[Box] = (),
) -> CameraPath:
    """Return a camera that sees its targets, stands clear of everything and moves gently.

    Args:
        plan: Intent, and what is to face the camera.
        room: The room; the camera stays inside its walls.
        boxes: Boxes of all instances by item id.
        aspect: Picture width over height.
        obstacles: What else stands there and is neither walked into nor looked through.
    """
    camera = plan.camera
    style = _STYLES[camera.shot]
    asked = camera.focal_length_mm
    lenses = (asked,) if asked else tuple(style.focal_mm * share for share in _LENSES)
    placed = {i for i, bs in boxes.items() if bs}
    wanted = placed.intersection(camera.targets) or placed
    faced = {r.subject for r in plan.relations if (r.verb, r.object) == ("facing", "camera")}
    groups = [
        _Group(tuple(bs), 1.0 if i in wanted else 0.45, is_facing=i in faced)
        for i, bs in boxes.items()
        # A close-up is about its subject; every other shot shows the scene.
        if i in placed and (i in wanted or camera.shot != "close_up")
    ]
    if not groups:
        half = min(room.size_m.x, room.size_m.y) / 4
        groups = [_Group((Box(0.0, 0.0, half, half, 0.0, 0.0, 1.5),), 1.0)]
    everything = [*(b for bs in boxes.values() for b in bs), *obstacles]
    height = camera.height_m or _choose_height(camera.shot, style, room)
    focus = _compute_focus(groups, camera.shot, height)
    finder = _Finder(
        room,
        everything,
        groups,
        lenses=lenses,
        aspect=aspect,
        style=style,
        height_m=height,
        focus=focus,
    )
    ranked = [(0.0, finder.find_overhead())] if camera.shot == "overhead" else finder.rank()
    return _choose_move(camera.move, ranked, finder)


def compute_viewpoint(
    plan: ScenePlan, room: Room, boxes: Mapping[str, Sequence[Box]]
) -> tuple[float, float]:
    """Return where the camera of a plan stands in the middle of its move, x and y [m]."""
    return compute_camera_path(plan, room, boxes, aspect=_get_aspect(plan)).compute_middle()


def rate_framing(plan: ScenePlan, room: Room, boxes: Mapping[str, Sequence[Box]]) -> float:
    """Return the share of things wholly in the picture, items alike, at the better end of the shot.

    1 for a close-up, which is about its subject, and for nothing.
    """
    placed = [of_item for of_item in boxes.values() if of_item]
    if plan.camera.shot == "close_up" or not placed:
        return 1.0
    aspect = _get_aspect(plan)
    path = compute_camera_path(plan, room, boxes, aspect=aspect)
    view = _View.of_lens(path.focal_length_mm, aspect)
    corners = list_corners([box for of_item in placed for box in of_item])
    counts = np.array([len(of_item) for of_item in placed])
    ratings = []
    for pose in (path.first, path.last):
        _, cut, _ = _rate_groups(view.scale(_project(pose, corners)), counts)
        ratings.append(1.0 - sum(cut) / len(cut))
    return max(ratings)


def _get_aspect(plan: ScenePlan) -> float:
    return (plan.output.width or 16) / (plan.output.height or 9)


@dataclass(frozen=True)
class _Stand:
    """Where the camera stands, the point it looks at and its lens."""

    eye: Point
    focus: Point
    focal_length_mm: float


@dataclass(frozen=True)
class _View:
    """Tangents of half the angle of view, across and up."""

    tan_x: float
    tan_y: float

    @classmethod
    def of_lens(cls, focal_length_mm: float, aspect: float) -> _View:
        """Return the view through a lens on our film back."""
        tan_x = FILM_BACK_MM / (2 * focal_length_mm)
        return cls(tan_x, tan_x / aspect)

    def scale(self, tangents: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return picture coordinates (..., 2) of tangents, -1 to 1 inside the frame."""
        return tangents / np.array([self.tan_x, self.tan_y])


def _project(pose: CameraPose, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return tangents (..., 2) of the angles, across and up, at which points (..., 3) are seen.

    They are infinite behind the camera.
    """
    heading, pitch = math.radians(pose.heading_deg), math.radians(pose.pitch_deg)
    delta = points - np.array(pose.eye)
    right = delta[..., 0] * math.cos(heading) + delta[..., 1] * math.sin(heading)
    ahead = delta[..., 1] * math.cos(heading) - delta[..., 0] * math.sin(heading)
    depth = ahead * math.cos(pitch) + delta[..., 2] * math.sin(pitch)
    up = delta[..., 2] * math.cos(pitch) - ahead * math.sin(pitch)
    shown = np.where(depth < 0.05, 1.0, depth)
    at = np.stack([right / shown, up / shown], axis=-1)
    return np.where((depth < 0.05)[..., None], np.inf, at)


def _get_lamp_height_m(room: Room) -> float:
    """Return how high the lowest lamps hang [m], as the builder hangs them."""
    if not room.has_ceiling:
        return room.size_m.z - 0.1 if room.kind == "studio" else math.inf
    return room.size_m.z - (0.65 if room.kind in ("warehouse", "loading_dock") else 0.03)


def _choose_height(shot: str, style: _Style, room: Room) -> float:
    limit = room.size_m.z - 0.5 if room.has_ceiling else math.inf
    limit = min(limit, _get_lamp_height_m(room) - _LAMP_CLEARANCE_M)
    height = style.height_m
    if shot == "three_quarter" and room.size_m.z > 4.0:
        height = 3.2
    return max(0.3, min(height, limit))


def _compute_focus(groups: Sequence[_Group], shot: str, height_m: float) -> Point:
    """Return the point of interest [m]: the weighted middle of the groups' middles."""
    x = y = z = total = 0.0
    for group in groups:
        share = group.weight / len(group.boxes)
        x += share * sum(b.x for b in group.boxes)
        y += share * sum(b.y for b in group.boxes)
        z += share * sum(b.z_min + 0.45 * (b.z_max - b.z_min) for b in group.boxes)
        total += group.weight
    z /= total
    if shot == "eye_level":
        # Look nearly level: people do not stare at the floor, and upright edges stay upright.
        z = height_m - 0.35 * (height_m - z)
    return x / total, y / total, z


def _aim(eye: Point, focus: Point) -> CameraPose:
    dx, dy, dz = (f - e for f, e in zip(focus, eye, strict=True))
    flat = math.hypot(dx, dy)
    heading = math.degrees(math.atan2(-dx, dy)) if flat > 1e-6 else 0.0
    return CameraPose(eye=eye, heading_deg=heading, pitch_deg=math.degrees(math.atan2(dz, flat)))


class _Finder:
    """Looks for the best standpoint.

    All subjects are in the picture, unhidden and large enough, and nothing is in the way.
    """

    def __init__(
        self,
        room: Room,
        boxes: Sequence[Box],
        groups: Sequence[_Group],
        *,
        lenses: Sequence[float],
        aspect: float,
        style: _Style,
        height_m: float,
        focus: Point,
    ) -> None:
        self._room = room
        self._field = BoxField(boxes)
        self._groups = groups
        self._corners = list_corners([box for group in groups for box in group.boxes])
        self._counts = np.array([len(group.boxes) for group in groups])
        self._targets = [_Target.of_group(group, boxes) for group in groups]
        self._views = {lens: _View.of_lens(lens, aspect) for lens in lenses}
        self._style = style
        self._height_m = height_m
        self._focus = focus

    def find_overhead(self) -> _Stand:
        """Return a place above the subjects that sees them all, under a ceiling if there is one."""
        xs = [c[0] for g in self._groups for b in g.boxes for c in b.compute_corners()]
        ys = [c[1] for g in self._groups for b in g.boxes for c in b.compute_corners()]
        top = max(b.z_max for g in self._groups for b in g.boxes)
        lens, view = next(iter(self._views.items()))
        need = max((max(xs) - min(xs)) / 2 / view.tan_x, (max(ys) - min(ys)) / 2 / view.tan_y)
        z = top + need * 1.1
        if self._room.has_ceiling:
            z = min(z, self._room.size_m.z - 0.3)
        return _Stand((self._focus[0], self._focus[1] - 0.01, z), self._focus, lens)

    def rank(self) -> list[tuple[float, _Stand]]:
        """Return good standpoints with aim and lens, and how good each is, the best first."""
        rated = sorted(
            (
                rated
                for eye in self._list_standpoints()
                for focus in self._list_aims(eye)
                for rated in self._rate_frames(eye, focus)
            ),
            key=lambda r: (-r[0], r[1].eye),
        )
        if not rated:
            return [(0.0, _Stand(self._fall_back(), self._focus, next(iter(self._views))))]
        eyes = {stand.eye for _, stand in rated[:_SHORT_LIST]}
        sights = {eye: self._rate_sight(eye) for eye in eyes}
        ranked = [(value + 1.8 * sights[stand.eye], stand) for value, stand in rated[:_SHORT_LIST]]
        return sorted(ranked, key=lambda r: (r[0], r[1].eye), reverse=True)

    def _list_aims(self, eye: Point) -> list[Point]:
        """Return the point of interest, and one as far away in the middle of all that is shown."""
        fx, fy, fz = self._focus
        toward = math.atan2(fy - eye[1], fx - eye[0])
        delta = self._corners.reshape(-1, 3) - np.array(eye)
        turns = np.arctan2(delta[:, 1], delta[:, 0]) - toward
        turns = (turns + math.pi) % math.tau - math.pi
        middle = float(turns.min() + turns.max()) / 2
        if turns.max() - turns.min() > math.pi or abs(middle) < 0.01:
            return [self._focus]
        distance = math.hypot(fx - eye[0], fy - eye[1])
        angle = toward + middle
        return [
            self._focus,
            (eye[0] + distance * math.cos(angle), eye[1] + distance * math.sin(angle), fz),
        ]

    def is_clear(self, eye: Point, clearance_m: float = _CLEARANCE_M) -> bool:
        """Whether the camera may stand here: inside the walls and clear of everything [m]."""
        half_x, half_y = self._room.size_m.x / 2, self._room.size_m.y / 2
        is_above = not self._room.has_ceiling and eye[2] > self._room.size_m.z + 0.5
        is_within = abs(eye[0]) <= half_x - 0.3 and abs(eye[1]) <= half_y - 0.3
        if self._room.walls and not (is_within or is_above):
            return False
        ceiling = self._room.size_m.z if self._room.has_ceiling else math.inf
        lamps = _get_lamp_height_m(self._room)
        is_below = eye[2] <= lamps - _LAMP_CLEARANCE_M
        if not 0.2 <= eye[2] <= ceiling - 0.2 or not (is_below or is_above):
            return False
        return self._compute_clearance_m(eye, clearance_m) >= clearance_m

    def _compute_clearance_m(self, eye: Point, reach_m: float) -> float:
        """Return how far away the nearest box is whose height comes within ``reach_m`` [m]."""
        field = self._field
        is_level = (field.z_min < eye[2] + reach_m) & (field.z_max > eye[2] - reach_m)
        return float(field.compute_distances(eye[0], eye[1])[is_level].min(initial=math.inf))

    def _list_standpoints(self) -> list[Point]:
        reach = math.hypot(self._room.size_m.x, self._room.size_m.y)
        points = []
        limit = reach * (1.0 if self._room.has_ceiling else 2.5)
        for offset in self._style.view_from_deg:
            angle = math.radians(offset)
            dx, dy = math.sin(angle), -math.cos(angle)
            steps = itertools.takewhile(lambda d: d < limit, _DISTANCES_M)
            eyes = [self._stand_back(dx, dy, distance) for distance in steps]
            clear = [self.is_clear(eye) for eye in eyes]
            points += [eye for eye, is_clear in zip(eyes, clear, strict=True) if is_clear]
            if True in clear:
                # As far back as the wall lets it: every foot counts in a small room.
                last = _DISTANCES_M[len(clear) - 1 - clear[::-1].index(True)]
                nearer = (self._stand_back(dx, dy, last * share) for share in _LAST_SHARES)
                points += itertools.islice(filter(self.is_clear, nearer), 1)
        return points

    def _stand_back(self, dx: float, dy: float, distance_m: float) -> Point:
        """Return the place at a distance from the point of interest in a direction."""
        # An isometric view looks down as steeply from anywhere.
        height = self._height_m
        if self._style is _STYLES["isometric"]:
            height = self._focus[2] + _ISOMETRIC_RISE * distance_m
        return (self._focus[0] + dx * distance_m, self._focus[1] + dy * distance_m, height)

    def _fall_back(self) -> Point:
        """Return the point farthest from all boxes, when no standpoint of the style is clear."""
        half_x, half_y = self._room.size_m.x / 2 - 0.4, self._room.size_m.y / 2 - 0.4
        grid = [
            (half_x * (i / 6 - 1), half_y * (j / 6 - 1), self._height_m)
            for i in range(13)
            for j in range(13)
        ]

        return max(grid, key=lambda e: (min(self._compute_clearance_m(e, 0.3), 1.5), -e[1]))

    def _rate_frames(self, eye: Point, focus: Point) -> Iterator[tuple[float, _Stand]]:
        """Yield for each lens how well the subjects lie in the picture, and the stand.

        They should be inside it, whole, and fill it as the style wants.
        """
        pose = _aim(eye, focus)
        tangents = _project(pose, self._corners)
        weights = [group.weight for group in self._groups]
        total = sum(weights)
        # Of two equal pictures the straighter view is the calmer one.
        aside = abs(eye[0] - self._focus[0]) / (abs(eye[1] - self._focus[1]) + 1.0)
        faced = _FACED_WORTH * self._rate_faces(eye)
        near = max(0.0, 1.0 - self._compute_foreground_m(pose) / _FOREGROUND_M)
        for lens, view in self._views.items():
            rated = list(
                zip(weights, *_rate_groups(view.scale(tangents), self._counts), strict=True)
            )
            share = sum(weight * inside for weight, inside, *_ in rated) / total
            least = min(inside for weight, inside, *_ in rated if weight == 1.0)
            cut = sum(cut for *_, cut, _ in rated) / len(rated)
            extent = max(extent for *_, extent in rated)
            value = 2.0 * share + least - _CUT_COST * cut - 0.9 * abs(extent - self._style.fill)
            value -= 1.2 * (1.0 - lens / max(self._views))
            value -= 0.6 * aside if self._style.view_from_deg is _FRONT else 0.0
            value += faced
            yield value - 1.2 * near, _Stand(eye, focus, lens)

    def measure_cut(self, pose: CameraPose, stand: _Stand) -> float:
        """Return the share of boxes that the picture cuts at a pose, groups alike."""
        at = self._views[stand.focal_length_mm].scale(_project(pose, self._corners))
        _, cut, _ = _rate_groups(at, self._counts)
        return sum(cut) / len(cut)

    def _rate_faces(self, eye: Point) -> float:
        """Return how far what is to face the camera looks at it: 1 for straight, -1 for away."""
        boxes = [box for group in self._groups if group.is_facing for box in group.boxes]
        if not boxes:
            return 0.0
        total = 0.0
        for box in boxes:
            x, y = compute_heading(box.yaw_deg)
            dx, dy = eye[0] - box.x, eye[1] - box.y
            total += (x * dx + y * dy) / (math.hypot(dx, dy) or 1.0)
        return total / len(boxes)

    def _compute_foreground_m(self, pose: CameraPose) -> float:
        """Return how near the nearest thing before the camera is [m], at most ``_FOREGROUND_M``."""
        heading = math.radians(pose.heading_deg)
        x, y, _ = pose.eye
        delta = self._field.centers - np.array([x, y])
        is_ahead = delta[:, 1] * math.cos(heading) - delta[:, 0] * math.sin(heading) > 0.0
        gaps = self._field.compute_distances(x, y)[is_ahead]
        return float(gaps.min(initial=_FOREGROUND_M))

    def _rate_sight(self, eye: Point) -> float:
        """Return the weighted share of the groups that nothing hides.

        The least seen subject counts again.
        """
        shares = [
            (target.weight, float(1.0 - self._find_hidden(eye, target).mean()))
            for target in self._targets
        ]
        total = sum(weight for weight, _ in shares)
        mean = sum(weight * share for weight, share in shares) / total
        return mean + 0.5 * min(share for weight, share in shares if weight == 1.0)

    def _find_hidden(self, eye: Point, target: _Target) -> NDArray[np.bool_]:
        return self._field.find_hidden(eye, target.points, target.ignored, reach=0.98)


@dataclass(frozen=True, eq=False)
class _Target:
    """Points of a group that should be seen, and the boxes that may stand before each of them."""

    weight: float
    #: Shape (p, 3) [m].
    points: NDArray[np.float64]
    #: Shape (p, n): true where a box does not count.
    ignored: NDArray[np.bool_]

    @classmethod
    def of_group(cls, group: _Group, everything: Sequence[Box]) -> _Target:
        """Return two points of each box of a group, at most of 24."""
        boxes = group.boxes[:24]
        points = [
            (box.x, box.y, box.z_min + share * (box.z_max - box.z_min))
            for box in boxes
            for share in (0.35, 0.8)
        ]
        owners = [box for box in boxes for _ in range(2)]
        # Units of one row may hide one another; nothing else may stand before them.
        is_row = len(boxes) > 4
        numbers: dict[Box, list[int]] = {}
        for number, box in enumerate(everything):
            numbers.setdefault(box, []).append(number)
        ignored = np.zeros((len(points), len(everything)), dtype=bool)
        if is_row:
            ignored[:, [n for box in group.boxes for n in numbers.get(box, ())]] = True
        for row, own in enumerate(owners):
            ignored[row, numbers.get(own, [])] = True
        return cls(group.weight, np.array(points), ignored)


def _rate_groups(
    at: NDArray[np.float64], counts: NDArray[np.int64]
) -> tuple[list[float], list[float], list[float]]:
    """Return each group's share of corners in the picture, of boxes cut by its edge, and reach.

    The reach is how far out the corners lie, at most 1.3.

    Args:
        at: Picture coordinates of the corners, shape (boxes, 8, 2), group after group.
        counts: How many boxes each group has.
    """
    firsts = np.cumsum(counts) - counts
    across, up = np.abs(at[..., 0]), np.abs(at[..., 1])
    inside = (across <= 0.96) & (up <= 0.98)
    shown = np.add.reduceat(inside.sum(axis=1), firsts) / (8 * counts)
    whole = np.add.reduceat(inside.all(axis=1), firsts, dtype=np.int64) / counts
    reaches = np.minimum(np.where(np.isfinite(across), across, 0.0), 1.3).max(axis=1)
    reach = np.maximum.reduceat(reaches, firsts)
    return shown.tolist(), (1.0 - whole).tolist(), reach.tolist()


_ORBIT_DEG = 22.0


def _choose_move(move: str, ranked: Sequence[tuple[float, _Stand]], finder: _Finder) -> CameraPath:
    """Return the move around the standpoint that is best with the way it leaves for the move.

    And with what is whole in the picture at both its ends.
    """
    best: tuple[float, CameraPath] | None = None
    for value, stand in ranked:
        if best is not None and value + _MOVE_WORTH <= best[0]:
            break
        for scale, path in _iterate_moves(move, stand, finder):
            cut = max(finder.measure_cut(pose, stand) for pose in (path.first, path.last))
            total = value + _MOVE_WORTH * scale - _CUT_COST * cut
            if best is None or total > best[0]:
                best = (total, path)
            if cut == 0.0:
                break  # a shorter one is no better
    assert best is not None
    return best[1]


def _iterate_moves(move: str, stand: _Stand, finder: _Finder) -> Iterator[tuple[float, CameraPath]]:
    """Yield moves around a standpoint whose whole way is clear, the longest first, and their scale.

    That is 1 or less, and 0 for none at all. A dolly ends or starts at the standpoint, so that
    nothing it frames gets cut off; where there is no way back, and for every other move, the
    standpoint is the middle.
    """
    eye, focus, focal_length_mm = stand.eye, stand.focus, stand.focal_length_mm
    middles = {"dolly_in": (-0.5, 0.0), "dolly_out": (0.5, 0.0), "static": ()}.get(move, (0.0,))
    for scale, middle in itertools.product((1.0, 0.75, 0.5, 0.3, 0.15), middles):
        steps = [(i / 16 - 0.5 + middle) * scale for i in range(17)]
        poses = [_compute_pose(move, eye, focus, step) for step in steps]
        if all(finder.is_clear(pose.eye, 0.35) for pose in poses):
            is_orbit = move == "orbit"
            path = CameraPath(
                focal_length_mm=focal_length_mm,
                first=poses[0],
                last=poses[-1],
                pivot=focus if is_orbit else None,
                turn_deg=_ORBIT_DEG * scale if is_orbit else 0.0,
            )
            yield scale, path
    still = _aim(eye, focus)
    path = CameraPath(
        focal_length_mm=focal_length_mm, first=still, last=still, pivot=None, turn_deg=0.0
    )
    yield float(move == "static"), path


def _compute_pose(move: str, eye: Point, focus: Point, step: float) -> CameraPose:
    """Return the pose at a share of the way, 0 being the standpoint."""
    ex, ey, ez = eye
    dx, dy = focus[0] - ex, focus[1] - ey
    distance = math.hypot(dx, dy) or 1.0
    ux, uy = dx / distance, dy / distance
    middle = _aim(eye, focus)
    if move in ("dolly_in", "dolly_out", "fly_through"):
        is_far = move == "fly_through"
        travel = min(distance * (0.5 if is_far else 0.22), 8.0 if is_far else 2.2)
        along = step * travel * (-1.0 if move == "dolly_out" else 1.0)
        return middle.model_copy(update={"eye": (ex + ux * along, ey + uy * along, ez)})
    if move == "truck":
        across = step * min(distance * 0.3, 3.0)
        shifted = (focus[0] + uy * across * 0.5, focus[1] - ux * across * 0.5, focus[2])
        return _aim((ex + uy * across, ey - ux * across, ez), shifted)
    if move == "crane":
        return _aim((ex, ey, ez + step * min(1.6, distance * 0.3)), focus)
    if move == "pan":
        return middle.model_copy(update={"heading_deg": middle.heading_deg - step * 24.0})
    angle = math.radians(step * _ORBIT_DEG)
    cos, sin = math.cos(angle), math.sin(angle)
    return _aim((focus[0] - (dx * cos - dy * sin), focus[1] - (dx * sin + dy * cos), ez), focus)
