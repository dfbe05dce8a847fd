"""What a panel shows: values only, replaced as a whole whenever something changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["ChatState", "FilmSettings", "Line", "LineKind", "Phase", "Verdict"]

Phase = Literal["idle", "planning", "staging", "building", "capturing", "encoding", "saving"]
LineKind = Literal["user", "answer", "found", "miss", "note", "ok", "warning", "error", "film"]


@dataclass(frozen=True)
class Line:
    """One entry of the chat history."""

    kind: LineKind
    text: str


@dataclass(frozen=True)
class Verdict:
    """What the certificate says, in words."""

    is_ok: bool
    sentence: str
    #: Issues worth showing, errors first.
    issues: tuple[Line, ...]


@dataclass(frozen=True)
class FilmSettings:
    """Film format as the user set it."""

    frames: int = 240
    fps: int = 30
    width: int = 1280
    height: int = 720


@dataclass(frozen=True)
class ChatState:
    """Everything a panel needs to draw itself."""

    lines: tuple[Line, ...] = ()
    phase: Phase = "idle"
    #: What is going on, one sentence.
    status: str = "Say what the scene should show."
    #: Share of the running step that is done, 0 to 1, or None where it cannot be said.
    progress: float | None = None
    verdict: Verdict | None = None
    #: Root prim of the scene built last, while it stands on the stage as far as we know.
    scene_path: str | None = None
    camera_path: str | None = None
    #: Whether the next request makes a scene of its own, whatever is there.
    is_anew: bool = False
    film: FilmSettings = FilmSettings()

    @property
    def is_busy(self) -> bool:
        """Whether something runs that can be stopped."""
        return self.phase != "idle"

    @property
    def can_start_anew(self) -> bool:
        """Whether there is a scene that the next request would change, and nothing runs."""
        return not self.is_busy and self.scene_path is not None and not self.is_anew

    @property
    def can_capture(self) -> bool:
        """Whether there is a scene to film and nothing runs."""
        return not self.is_busy and self.camera_path is not None
