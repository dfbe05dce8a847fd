"""Markings: the lines painted along rows of racks, so that an aisle reads as one.

Layout frame, metres.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clappper.core.layout.models import FloorLine
from clappper.core.units import compute_heading, quantize

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clappper.core.layout.box import Box
    from clappper.core.planning.models import ScenePlan

__all__ = ["compute_floor_lines"]

_OFFSET_M = 0.18


def compute_floor_lines(
    plan: ScenePlan, boxes: Mapping[str, Sequence[Box]]
) -> tuple[FloorLine, ...]:
    """Return a line before each row that runs north to south, at the side it faces."""
    lines: dict[float, list[float]] = {}
    for relation in plan.relations:
        if relation.verb != "rows":
            continue
        for box in boxes.get(relation.subject, ()):
            dx, dy = compute_heading(box.yaw_deg)
            if abs(dy) > 0.1:
                continue
            x = quantize(box.x + (box.half_y + _OFFSET_M) * (1.0 if dx > 0 else -1.0))
            lines.setdefault(x, []).extend((box.y - box.half_x, box.y + box.half_x))
    return tuple(
        FloorLine(x=x, y_from=quantize(min(ys)), y_to=quantize(max(ys)))
        for x, ys in sorted(lines.items())
    )
