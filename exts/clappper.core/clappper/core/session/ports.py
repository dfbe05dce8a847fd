"""What a session asks of its surroundings: Kit gives one of each, a test another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable
    from pathlib import Path

    from clappper.core import events
    from clappper.core.planning.rule_planner import PlanResult
    from clappper.core.session.models import FilmSettings
    from clappper.core.stage.survey import StageSurvey
    from clappper.core.staging import StagedScene

__all__ = ["Filmer", "SceneStager", "StageHost"]


class SceneStager(Protocol):
    """Plans and stages scenes privately."""

    async def plan(self, prompt: str, on_event: Callable[[events.Event], None]) -> PlanResult:
        """Return the plan of a prompt. Called on the loop; blocking parts run on threads."""
        ...

    def stage(
        self,
        planning: PlanResult,
        survey: StageSurvey,
        film: FilmSettings,
        *,
        on_event: Callable[[events.Event], None],
        stop: threading.Event,
    ) -> StagedScene:
        """Return a certified scene for the surveyed stage. Blocks; called on a worker thread."""
        ...


class StageHost(Protocol):
    """The open stage. All methods are called on the thread that owns it."""

    async def survey(self) -> StageSurvey:
        """Look at the stage in slices.

        Raises:
            ClappperError: There is no stage, or nothing may be authored on it.
        """
        ...

    async def author(self, scene: StagedScene, on_progress: Callable[[int, int], None]) -> int:
        """Put a staged scene on the stage in slices, as one undo entry.

        However it ends otherwise, the stage is as before.

        Returns:
            How many of its instances are on the stage now, with their assets.

        Raises:
            ClappperError: The stage was closed or replaced, or cannot be authored.
        """
        ...

    def has_prim(self, path: str) -> bool:
        """Whether a prim is on the open stage now."""
        ...

    def look_through(self, camera_path: str) -> None:
        """Make a camera the active one of the viewport."""
        ...

    async def save(self, path: str | None) -> str:
        """Save the stage in place, or as a file, and return where it is.

        Raises:
            ClappperError: It cannot be saved.
        """
        ...

    async def export(self, folder: str) -> str:
        """Write the stage with all its assets into one folder and return the scene's file.

        Raises:
            ClappperError: It cannot be written.
        """
        ...

    def destroy(self) -> None:
        """Take away at once what is half authored, and let go of the stage."""
        ...


class Filmer(Protocol):
    """Turns the open stage into a film."""

    async def film(
        self,
        scene: StagedScene,
        settings: FilmSettings,
        on_event: Callable[[events.Event], None],
    ) -> Path:
        """Film the scene's camera and return the film's file.

        Raises:
            ClappperError: No frames or no film.
        """
        ...
