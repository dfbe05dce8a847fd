"""The sheet a plan view is drawn on: colours, scale, and what stands where on paper."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clappper.core.layout.box import Box
    from clappper.core.layout.drawing import Drawing, Point
    from clappper.core.layout.models import Footprint, Placement
    from clappper.core.layout.plan_symbols import Symbol

__all__ = [
    "ALARM",
    "CAMERA",
    "FAINT",
    "FLOOR",
    "GRID",
    "INK",
    "PAPER",
    "VIEW",
    "WALL",
    "WARNING",
    "Rect",
    "Sheet",
    "Shown",
    "blend",
    "choose_color",
]

PAPER, FLOOR, GRID, VIEW = "#f7f5f0", "#ffffff", "#eeebe4", "#eef3f8"
INK, FAINT, WALL = "#2b2d31", "#74777c", "#5d6269"
CAMERA, ALARM, WARNING = "#2f6db0", "#c8102e", "#c46a00"

_FILLS = (
    "#d9b779",
    "#9db4c8",
    "#aebd93",
    "#e0a57a",
    "#bca3c2",
    "#e6cf7d",
    "#8fbdb3",
    "#d19a9a",
    "#b3b7bc",
    "#c3cf8e",
    "#9da9d8",
    "#d6bfae",
)


class Rect(NamedTuple):
    """An upright rectangle on paper [pixels]."""

    x_min: float
    y_min: float
    x_max: float
    y_max: float

    def holds(self, other: Rect) -> bool:
        """Whether another one lies in it."""
        return (
            self.x_min <= other.x_min
            and self.y_min <= other.y_min
            and other.x_max <= self.x_max
            and other.y_max <= self.y_max
        )

    def overlaps(self, other: Rect) -> bool:
        """Whether the two share an area."""
        return (
            self.x_min < other.x_max
            and other.x_min < self.x_max
            and self.y_min < other.y_max
            and other.y_min < self.y_max
        )


class Shown(NamedTuple):
    """One instance as it is drawn."""

    placement: Placement
    footprint: Footprint
    box: Box
    symbol: Symbol
    fill: str

    @property
    def is_on_floor(self) -> bool:
        """Whether it stands on the floor, and not on another thing or in a wall."""
        return self.placement.support == "floor"


@dataclasses.dataclass
class Sheet:
    """A drawing and where the layout frame lies on it.

    ``scale`` in pixels per metre; ``origin`` is the room's centre on paper.
    """

    drawing: Drawing
    scale: float
    origin: Point
    #: The room on paper.
    field: Rect
    #: Where writing stands already.
    written: list[Rect] = dataclasses.field(default_factory=list)

    def to_paper(self, point: Point) -> Point:
        """Return a point of the layout frame [m] on paper [pixels]."""
        return (
            self.origin[0] + point[0] * self.scale,
            self.origin[1] - point[1] * self.scale,
        )

    def to_rect(self, points: Sequence[Point]) -> Rect:
        """Return the rectangle on paper around points of the layout frame [m]."""
        placed = [self.to_paper(point) for point in points]
        xs, ys = [p[0] for p in placed], [p[1] for p in placed]
        return Rect(min(xs), min(ys), max(xs), max(ys))

    def add_polygon(
        self,
        points: Sequence[Point],
        *,
        fill: str | None = None,
        stroke: str | None = None,
        width: float = 1.0,
        dash: tuple[float, float] | None = None,
    ) -> None:
        """Add an outline given in metres; ``width`` and ``dash`` in pixels."""
        self.drawing.add_polygon(
            [self.to_paper(p) for p in points], fill=fill, stroke=stroke, width=width, dash=dash
        )

    def add_line(
        self,
        points: Sequence[Point],
        stroke: str,
        *,
        width: float = 1.0,
        dash: tuple[float, float] | None = None,
    ) -> None:
        """Add a line given in metres; ``width`` and ``dash`` in pixels."""
        self.drawing.add_line([self.to_paper(p) for p in points], stroke, width=width, dash=dash)


def choose_color(index: int) -> str:
    """Return the fill of the item of this number; they repeat after a dozen."""
    return _FILLS[index % len(_FILLS)]


def blend(color: str, other: str, share: float) -> str:
    """Return a colour mixed with a share (0 to 1) of another."""
    pairs = [(int(color[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{math.floor(a + share * (b - a) + 0.5):02x}" for a, b in pairs)
