"""A scene on the user's own stage and back: built, filmed, undone, redone and undone.

Unsaved work keeps it from touching the stage, and whatever happens the scene is taken away again.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Protocol

from clappper.core.errors import ClappperError
from clappper.core.threads import run_on_thread
from clappper.kit.assumption_check import FOREIGN_ERRORS
from clappper.kit.compat import next_update, observe_stage_event, require_module
from clappper.kit.stage_text import StageText

if TYPE_CHECKING:
    from collections.abc import Awaitable
    from pathlib import Path

__all__ = ["FRAMES", "PROMPT", "SceneRound", "SelfTestFailedError", "SelfTestSubject", "settle"]

PROMPT = "A warehouse with 1 forklift and 2 pallets."
#: The film.
FRAMES, FPS, WIDTH, HEIGHT = 12, 24, 320, 180
#: The first scene reads the catalog; the first film compiles shaders.
_BUILD_TIMEOUT_S, _FILM_TIMEOUT_S = 300.0, 1800.0
#: Updates that Kit gets to start an extension, and to notice an undo.
_SETTLE_UPDATES = 4


class SelfTestFailedError(ClappperError):
    """Something did not come out as it should; the message says what."""


class SelfTestSubject(Protocol):
    """What is tested: the same that the panel uses, with the demo assets."""

    @property
    def scene_path(self) -> str:
        """Root prim's path of the scene that was built, or empty."""
        ...

    async def build(self, prompt: str) -> None:
        """Build a scene on the open stage.

        When cancelled, the stage is put back before the cancellation goes on.

        Raises:
            ClappperError: It was not built, or not certified.
        """
        ...

    async def film(self, *, frames: int, fps: int, width: int, height: int) -> Path:
        """Film the scene and return the film's file.

        Raises:
            ClappperError: There is no film.
        """
        ...

    async def stop(self) -> None:
        """Stop what runs and wait until it has ended."""
        ...


class SceneRound:
    """Steps that use the stage, in this order; main thread only. Each returns a sentence.

    Raises of each step: ``ClappperError``, with what is not as it should be.
    """

    def __init__(self, subject: SelfTestSubject, *, may_replace_stage: bool) -> None:
        """Prepare a round.

        Args:
            subject: What is tested.
            may_replace_stage: Whether a stage with unsaved changes is nobody's work.
        """
        self._subject = subject
        self._may_replace_stage = may_replace_stage
        self._is_taken_away = False
        self._had_pending_edit = False
        self._text: StageText | None = None

    async def prepare_stage(self) -> str:
        """Choose the stage and remember its text; unsaved work is left alone."""
        context = _get_context()
        if context.get_stage() is not None and context.has_pending_edit():
            if not self._may_replace_stage:
                raise SelfTestFailedError(
                    "The open stage has unsaved changes: save it, or open a new stage, and run "
                    "the self-test again."
                )
            await _open_new_stage(context)
        if context.get_stage() is None:
            await _open_new_stage(context)
        stage = context.get_stage()
        self._had_pending_edit = context.has_pending_edit()
        self._text = StageText.read(stage)
        return f"Building on {stage.GetRootLayer().GetDisplayName() or 'a new stage'}."

    async def observe_events(self) -> str:
        """Observe as a build does; whether the event comes shows only when the stage closes."""
        observed = observe_stage_event(
            _get_context(), "CLOSING", _do_nothing, name="clappper.kit.self_test"
        )
        observed.release()
        return "The stage's closing can be observed."

    async def build(self) -> str:
        """Build the scene."""
        await self._limit(self._subject.build(PROMPT), _BUILD_TIMEOUT_S)
        path, count = self._subject.scene_path, self._count_prims()
        if not count:
            raise SelfTestFailedError(f"{path or 'The scene'} is not on the stage.")
        return f"{count} prims below {path}."

    async def film(self) -> str:
        """Film it and decode the film."""
        from clappper.core.capture.encode import probe_movie

        path = await self._limit(
            self._subject.film(frames=FRAMES, fps=FPS, width=WIDTH, height=HEIGHT),
            _FILM_TIMEOUT_S,
        )
        self._accept_session_layer()
        movie = await run_on_thread(lambda _report, _stop: probe_movie(path), _ignore)
        found = (movie.frame_count, movie.width, movie.height)
        if found != (FRAMES, WIDTH, HEIGHT):
            raise SelfTestFailedError(
                f"{path.as_posix()} has {found[0]} frames of {found[1]} x {found[2]}, not {FRAMES} "
                f"of {WIDTH} x {HEIGHT}."
            )
        return f"{found[0]} frames of {found[1]} x {found[2]}: {path.as_posix()}"

    async def undo_and_redo(self) -> str:
        """Undo, redo and undo, and compare the stage each time."""
        history = require_module("omni.kit.undo", needed_for="Undo")
        count = self._count_prims()
        await self._undo(history)
        history.redo()
        await settle()
        if self._count_prims() != count:
            raise SelfTestFailedError(
                f"Redo gave {self._count_prims()} of {count} prims of the scene back."
            )
        await self._undo(history)
        self._is_taken_away = True
        self._restore_pending_edit()
        return "Undo left every layer as it was, redo gave the scene back."

    async def _undo(self, history: Any) -> None:
        history.undo()
        await settle()
        left = self._count_prims()
        if left:
            raise SelfTestFailedError(f"Undo left {left} prims of the scene.")
        difference = self._find_difference()
        if difference:
            raise SelfTestFailedError(f"Undo did not leave the stage as it was: {difference}")

    async def _limit(self, work: Awaitable[Any], timeout_s: float) -> Any:
        try:
            return await asyncio.wait_for(work, timeout_s)
        except asyncio.TimeoutError as exc:
            await self._subject.stop()
            raise SelfTestFailedError(f"It did not end within {timeout_s:.0f} s.") from exc

    def _count_prims(self) -> int:
        from pxr import Usd

        stage, path = _get_context().get_stage(), self._subject.scene_path
        prim = stage.GetPrimAtPath(path) if stage is not None and path else None
        return sum(1 for _ in Usd.PrimRange(prim)) if prim else 0

    def _find_difference(self) -> str:
        stage = _get_context().get_stage()
        if self._text is None or stage is None:
            return "it is not open any more."
        return self._text.find_difference(stage)

    def _accept_session_layer(self) -> None:
        """Kit keeps its own cameras there, and writes them when they are looked through."""
        stage = _get_context().get_stage()
        if self._text is None or stage is None:
            return
        session = stage.GetSessionLayer()
        if stage.GetEditTarget().GetLayer() != session:
            self._text = self._text.with_layer(session)

    def _restore_pending_edit(self) -> None:
        """Nothing is there to save that was not before."""
        if not self._had_pending_edit:
            _get_context().set_pending_edit(False)

    def take_scene_away(self) -> str:
        """Undo what is left of the scene after a failure or a stop; return what is then wrong."""
        path = self._subject.scene_path
        if self._is_taken_away or not path:
            return ""
        try:
            if self._count_prims():
                require_module("omni.kit.undo", needed_for="Undo").undo()
            if not self._count_prims() and not self._find_difference():
                self._restore_pending_edit()
                return ""
            return f"{path} is still on the stage: delete it, or press Undo."
        except (ClappperError, *FOREIGN_ERRORS) as exc:
            return f"{path} may still be on the stage: {exc}"


def _get_context() -> Any:
    usd = require_module("omni.usd", needed_for="The self-test")
    context = usd.get_context()
    if context is None:
        raise SelfTestFailedError("This app has no stages.")
    return context


async def _open_new_stage(context: Any) -> None:
    done, error = (await context.new_stage_async())[:2]
    if not done:
        raise SelfTestFailedError(f"No new stage could be opened: {error}")
    await settle()


async def settle() -> None:
    """Give Kit time to notice what was done."""
    for _ in range(_SETTLE_UPDATES):
        await next_update()


def _do_nothing() -> None:
    """Observe without an effect."""


def _ignore(_: object) -> None:
    """Take no reports."""
