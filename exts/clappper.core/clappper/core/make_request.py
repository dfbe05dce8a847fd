"""Everything that is told to make a scene, and the film's format that follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clappper.core.filming import Format

if TYPE_CHECKING:
    from pathlib import Path

    from clappper.core.planning.models import ScenePlan

__all__ = ["MakeRequest", "choose_format"]

_DEFAULT_FORMAT = Format(frames=240, fps=30, width=640, height=360)


@dataclass(frozen=True)
class MakeRequest:
    """Everything ``clappper make`` is told.

    ``None`` means: as the prompt says, else the default. ``history`` is what was said before, for
    a language model; ``may_ask`` whether it may ask the user instead of planning.
    """

    prompt: str
    seed: int = 0
    planner: str = "rules"
    base_url: str | None = None
    model: str | None = None
    history: tuple[str, ...] = ()
    may_ask: bool = False
    catalog_path: Path | None = None
    asset_roots: tuple[str | Path, ...] = ()
    frames: int | None = None
    fps: int | None = None
    size: tuple[int, int] | None = None
    spp: int | None = None
    is_filming: bool = True


def choose_format(
    plan: ScenePlan, request: MakeRequest, default: Format = _DEFAULT_FORMAT
) -> Format:
    """Return the film format: the command's word first, then the prompt's, then the default."""
    fps = request.fps or plan.output.fps or default.fps
    frames = request.frames or plan.output.frames
    if frames is None and plan.camera.duration_s is not None:
        frames = max(1, round(plan.camera.duration_s * fps))
    width, height = request.size or (
        plan.output.width or default.width,
        plan.output.height or default.height,
    )
    return Format(frames or default.frames, fps, width - width % 2, height - height % 2)
