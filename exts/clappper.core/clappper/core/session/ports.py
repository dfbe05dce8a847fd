"""What a session asks of its surroundings: Kit gives one of each, a test another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from clappper.core import events
    from clappper.core.built_scene import BuiltScene
    from clappper.core.planning.llm.planner import EditPlanResult
    from clappper.core.planning.plan_result import PlanResult
    from clappper.core.session.models import FilmSettings
    from clappper.core.stage.standing import StandingScene
    from clappper.core.stage.survey import StageSurvey
    from clappper.core.staging import StagedScene

__all__ = ["Filmer", "OpenStage", "PlannedRequest", "SceneStager", "StageHost"]


@dataclass(frozen=True)
class OpenStage:
    """Which stage is open, and the scene of ours on it that a request is about.

    Attributes:
        identity: Equal for the same stage with the same edit target.
        scene_path: Root prim of the scene, or null without one.
        scene_text: What it carries, or null likewise.
        standing: How its instances stand now, or null where nobody looked.
    """

    identity: object
    scene_path: str | None = None
    scene_text: str | None = None
    standing: StandingScene | None = None


@dataclass(frozen=True)
class PlannedRequest:
    """What a request comes to: an answer, a new scene, or a change of one.

    Attributes:
        answer: What to say, where the request was a question.
        result: Who planned what; null for an answer, and for edits that rules read.
        scene: The scene that is changed, or null for a new one.
        change: What is changed in it, or null likewise.
        notes: What the user should know before it is done.
    """

    answer: str | None = None
    result: PlanResult | None = None
    scene: BuiltScene | None = None
    change: EditPlanResult | None = None
    notes: tuple[str, ...] = ()


class SceneStager(Protocol):
    """Plans and stages scenes privately."""

    async def plan(
        self,
        prompt: str,
        stage: OpenStage,
        on_event: Callable[[events.Event], None],
        *,
        history: Sequence[str] = (),
    ) -> PlannedRequest:
        """Return what a prompt comes to. Called on the loop; blocking parts run on threads.

        Args:
            prompt: What the user said.
            stage: What is open; with a scene, the prompt may be about a change of it.
            on_event: Called on the loop.
            history: What was said before, oldest first.
        """
        ...

    def read_scene(self, stage: OpenStage) -> BuiltScene | None:
        """Return the scene that an open stage carries. Blocks; called on a worker thread."""
        ...

    def stage(
        self,
        planning: PlannedRequest,
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

    def look(self, preferred: str | None = None) -> OpenStage:
        """Return what is open, with the scene that is selected, else preferred, else the last.

        Args:
            preferred: Root prim of the scene that was spoken of last.

        Raises:
            ClappperError: There is no stage.
        """
        ...

    async def inspect(self, preferred: str | None = None) -> OpenStage:
        """Return what ``look`` does, with how the scene's instances stand, to author something.

        Raises:
            ClappperError: There is no stage, or nothing may be authored on it.
        """
        ...

    async def survey(
        self, opened: OpenStage | None = None, *, replaced: BuiltScene | None = None
    ) -> StageSurvey:
        """Look at the stage in slices.

        Args:
            opened: The stage it must still be, or null for whichever is open.
            replaced: A scene that is looked past, or null.

        Raises:
            ClappperError: There is no stage, another one, or nothing may be authored on it.
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
        scene: BuiltScene,
        settings: FilmSettings,
        on_event: Callable[[events.Event], None],
    ) -> Path:
        """Film the scene's camera and return the film's file.

        Raises:
            ClappperError: No frames or no film.
        """
        ...
