"""What a capture is asked for and what it leaves: values only, no rendering and no encoding."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

__all__ = ["CaptureRequest", "FrameEntry", "FrameManifest", "Quality", "Verdict"]

Quality = Literal["draft", "final"]
Verdict = Literal["ok", "black", "flat", "missing"]


class CaptureRequest(BaseModel):
    """Which frames of which camera go where. Frames are inclusive at both ends."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    stage_path: Path | None = Field(
        description="USD file to capture; null for the stage that is open where the backend runs."
    )
    camera_path: str = Field(description="Absolute prim path of the camera.")
    first_frame: int = Field(description="Frame N is at N / fps seconds of the stage's time.")
    last_frame: int
    fps: int = Field(ge=1, le=240)
    width: int = Field(description="[pixels], even", ge=16, le=8192)
    height: int = Field(description="[pixels], even", ge=16, le=8192)
    quality: Quality = "draft"
    spp: int | None = Field(
        default=None, description="Samples per pixel; null means the quality's own.", ge=1, le=65536
    )
    output_folder: Path = Field(
        description="Empty or new folder; frames are <output_folder>/frame.0001.png and so on."
    )

    @model_validator(mode="after")
    def _check(self) -> CaptureRequest:
        if self.last_frame < self.first_frame:
            raise ValueError(
                f"last_frame {self.last_frame} lies before first_frame {self.first_frame}"
            )
        if self.width % 2 or self.height % 2:
            raise ValueError(
                f"width and height must be even for H.264, got {self.width}x{self.height}"
            )
        return self

    @property
    def frame_count(self) -> int:
        """Number of frames asked for."""
        return self.last_frame - self.first_frame + 1


class FrameEntry(BaseModel):
    """One frame, measured on the decoded file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    number: int
    path: Path
    sha256: str
    luma_mean: float = Field(description="Mean luma of the decoded picture, 0 to 1.")
    luma_deviation: float = Field(description="Standard deviation of luma, 0 to 1.")
    verdict: Verdict


class FrameManifest(BaseModel):
    """All frames of a capture, in order."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    width: int
    height: int
    fps: int
    frames: tuple[FrameEntry, ...]

    @property
    def is_ok(self) -> bool:
        """Whether every frame is there and shows something."""
        return bool(self.frames) and all(frame.verdict == "ok" for frame in self.frames)
