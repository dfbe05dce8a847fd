"""Clip: which time codes of a stage the frames of a film stand at.

Frame N is at N / fps seconds of the stage's time, as Movie Capture counts, whatever the stage's own
time codes per second are.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

__all__ = ["Clip", "plan_clip"]


@dataclass(frozen=True)
class Clip:
    """Frames first to last, both inclusive, at ``frame * time_codes_per_frame``."""

    first_frame: int
    last_frame: int
    time_codes_per_frame: float

    @property
    def first_time_code(self) -> float:
        """Time code of the first frame."""
        return self.first_frame * self.time_codes_per_frame

    @property
    def last_time_code(self) -> float:
        """Time code of the last frame."""
        return self.last_frame * self.time_codes_per_frame

    def compute_range(self, authored: tuple[float, float] | None) -> tuple[float, float]:
        """Return the stage's time range with this clip in it: the authored one, only extended."""
        first, last = self.first_time_code, self.last_time_code
        return (first, last) if authored is None else (authored[0], max(authored[1], last))


def plan_clip(
    frames: int,
    fps: int,
    *,
    time_codes_per_second: float,
    authored_range: tuple[float, float] | None,
) -> Clip:
    """Return the clip of a film on a stage that keeps its own timing.

    It starts at frame 1, or where the stage's own range starts if that is later.

    Args:
        frames: Number of frames.
        fps: Frames per second of the film.
        time_codes_per_second: Of the stage.
        authored_range: First and last time code of the stage, or None where it has no range.
    """
    per_frame = time_codes_per_second / fps
    start = 0.0 if authored_range is None else authored_range[0]
    first = max(1, math.ceil(start / per_frame - 1e-6))
    return Clip(first, first + frames - 1, per_frame)
