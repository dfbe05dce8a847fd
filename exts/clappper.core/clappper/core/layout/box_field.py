"""Many boxes at once: distances to them and sight between them, as arrays.

Layout frame [m]; the shapes are the number of boxes n and of points p.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from clappper.core.layout.box import Box

__all__ = ["BoxField", "list_corners"]


class BoxField:
    """Boxes that are asked many times."""

    def __init__(self, boxes: Sequence[Box]) -> None:
        table = np.array(
            [(b.x, b.y, b.half_x, b.half_y, b.z_min, b.z_max, b.yaw_deg) for b in boxes],
            dtype=np.float64,
        ).reshape(-1, 7)
        yaw = np.radians(table[:, 6])
        self.centers = table[:, :2]
        self.z_min, self.z_max = table[:, 4], table[:, 5]
        self._half = table[:, 2:4]
        self._cos, self._sin = np.cos(yaw), np.sin(yaw)

    def compute_distances(self, x: float, y: float) -> NDArray[np.float64]:
        """Return the horizontal distance of a point to each box, 0 inside, shape (n,)."""
        local = self._to_local(np.array([[x, y]]))[0]
        outside = np.maximum(np.abs(local) - self._half, 0.0)
        return np.hypot(outside[:, 0], outside[:, 1])

    def find_hidden(
        self,
        eye: tuple[float, float, float],
        points: NDArray[np.float64],
        ignored: NDArray[np.bool_],
        *,
        reach: float,
    ) -> NDArray[np.bool_]:
        """Return which points have a box before them.

        Args:
            eye: Where one looks from.
            points: Shape (p, 3).
            ignored: Which box counts for which point, shape (p, n): true where it does not.
            reach: Share of the way within which a box must be entered.

        Source:
            Slab test of a segment against an oriented box.
        """
        if not len(self.centers):
            return np.zeros(len(points), dtype=bool)
        ends = np.concatenate([np.array([eye]), points])
        flat = self._to_local(ends[:, :2])
        heights = np.repeat(ends[:, None, 2:], len(self.centers), axis=1)
        local = np.concatenate([flat, heights], axis=2)
        start, step = local[0][None], local[1:] - local[0][None]
        low = np.column_stack([-self._half, self.z_min])[None]
        high = np.column_stack([self._half, self.z_max])[None]
        with np.errstate(divide="ignore", invalid="ignore"):
            first, last = (low - start) / step, (high - start) / step
        is_flat = np.abs(step) < 1e-12
        is_within = (start >= low) & (start <= high)
        near = np.where(is_flat, np.where(is_within, 0.0, np.inf), np.minimum(first, last))
        far = np.where(is_flat, np.where(is_within, 1.0, -np.inf), np.maximum(first, last))
        entry = np.maximum(near.max(axis=2), 0.0)
        hits = (entry <= np.minimum(far.min(axis=2), 1.0)) & (entry < reach) & ~ignored
        return hits.any(axis=1)

    def _to_local(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return points (p, 2) in each box's own frame, shape (p, n, 2)."""
        delta = points[:, None, :] - self.centers[None]
        x = delta[..., 0] * self._cos + delta[..., 1] * self._sin
        y = delta[..., 1] * self._cos - delta[..., 0] * self._sin
        return np.stack([x, y], axis=-1)


def list_corners(boxes: Sequence[Box]) -> NDArray[np.float64]:
    """Return the eight corners of each box, shape (n, 8, 3)."""
    rows = [
        [(x, y, z) for x, y in box.compute_corners() for z in (box.z_min, box.z_max)]
        for box in boxes
    ]
    return np.array(rows, dtype=np.float64).reshape(-1, 8, 3)
