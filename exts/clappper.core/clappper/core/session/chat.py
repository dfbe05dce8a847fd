"""The chat session: one request after another, from a sentence to a scene on the open stage.

The only loop of the product. Everything runs as one task on the owner's loop; what blocks runs on a
thread of its own, and its late result is dropped. Knows no widget and no USD: a panel shows
``state`` and is told of each change.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from clappper.core import events
from clappper.core.errors import ClappperError
from clappper.core.session.models import ChatState, FilmSettings, Line, Phase
from clappper.core.session.wording import (
    describe_found,
    describe_plan,
    describe_planner,
    describe_progress,
    describe_verdict,
)
from clappper.core.threads import run_on_thread

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from clappper.core.session.models import LineKind
    from clappper.core.session.ports import Filmer, SceneStager, StageHost
    from clappper.core.staging import StagedScene

__all__ = ["MAX_LINES", "MAX_PROMPT_CHARS", "ChatSession"]

_LOGGER = logging.getLogger(__name__)

#: A longer prompt is refused.
MAX_PROMPT_CHARS = 10_000
#: Lines of history kept.
MAX_LINES = 500
_STOPPED = "Stopped. The stage is as it was."
_FAILED: dict[Phase, str] = {
    "idle": "",
    "planning": "Nothing was built.",
    "staging": "Nothing was built.",
    "building": "Nothing was built.",
    "capturing": "No film was made.",
    "encoding": "No film was made.",
    "saving": "Nothing was saved.",
}
_LACKS = (
    "This app lacks the Python package {}: enable the extensions clappper.pip and "
    "omni.kit.pip_archive in Window > Extensions."
)
_FAULT = "Something unexpected went wrong; Kit's log has the details. The stage is as it was."


class ChatSession:
    """One panel's conversation. Create, use and destroy it on one thread, the loop's own."""

    def __init__(
        self,
        stager: SceneStager,
        host: StageHost,
        filmer: Filmer,
        *,
        spawn: Callable[[Coroutine[object, None, None]], asyncio.Task[None]],
    ) -> None:
        """Start an empty conversation.

        Args:
            stager: Plans and stages.
            host: The open stage.
            filmer: Films it.
            spawn: Runs a coroutine on the owner's loop and returns its task.
        """
        self._stager = stager
        self._host = host
        self._filmer = filmer
        self._spawn = spawn
        self._state = ChatState()
        self._listeners: list[Callable[[ChatState], None]] = []
        self._task: asyncio.Task[None] | None = None
        self._scene: StagedScene | None = None

    @property
    def state(self) -> ChatState:
        """What a panel shows now."""
        return self._state

    def subscribe(self, listener: Callable[[ChatState], None]) -> Callable[[], None]:
        """Tell ``listener`` of every change; the returned call ends that."""
        self._listeners.append(listener)

        def unsubscribe() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return unsubscribe

    def send(self, prompt: str) -> bool:
        """Start a request; return whether it was taken, so that the panel may clear its field."""
        text = prompt.strip()
        if self._refuse_while_busy():
            return False
        if not text:
            self._tell(
                "warning", 'Say what the scene should show, like "A warehouse with 3 forklifts".'
            )
            return False
        if len(text) > MAX_PROMPT_CHARS:
            self._tell(
                "warning",
                f"The prompt has {len(text):,} characters, {MAX_PROMPT_CHARS:,} are read at most: "
                "shorten it.",
            )
            return False
        self._add(Line("user", text), verdict=None)  # the verdict was about the scene before
        self._start(lambda: self._build(text), "planning", "Looking at the stage …")
        return True

    def capture(self, settings: FilmSettings) -> None:
        """Film the scene built last."""
        if self._refuse_while_busy():
            return
        self._set(film=settings)
        if self._scene is None or not self._host.has_prim(self._scene.camera_path):
            self._tell("warning", "There is no scene of ours on this stage to film: send a prompt.")
            return
        scene = self._scene
        self._start(lambda: self._film(scene, settings), "capturing", "Preparing the capture …")

    def save(self, path: str | None) -> None:
        """Save the open stage in place, or as ``path``."""
        if not self._refuse_while_busy():
            self._start(lambda: self._write(self._host.save(path), "Saved"), "saving", "Saving …")

    def export(self, folder: str) -> None:
        """Write the open stage with its assets into one folder."""
        if not self._refuse_while_busy():
            self._start(
                lambda: self._write(self._host.export(folder), "Exported"), "saving", "Exporting …"
            )

    def look_through(self) -> None:
        """Look through the camera of the scene built last."""
        try:
            if self._scene is not None:
                self._host.look_through(self._scene.camera_path)
        except ClappperError as exc:
            self._tell("error", str(exc))

    def note(self, text: str) -> None:
        """Show a sentence that comes from elsewhere."""
        self._tell("note", text)

    def set_film(self, settings: FilmSettings) -> None:
        """Remember the film format the user set."""
        self._set(film=settings)

    def stop(self) -> None:
        """Stop what runs; the stage is left as it was before."""
        if self._task is not None and not self._task.done():
            self._set(status="Stopping …", progress=None)
            self._task.cancel()

    def destroy(self) -> None:
        """Stop everything and tell nobody any more; calling it again does nothing."""
        self._listeners.clear()
        self.stop()
        self._host.destroy()

    # --- the tasks ----------------------------------------------------------------------------

    async def _build(self, prompt: str) -> None:
        survey = await self._host.survey()
        self._set(status="Reading the prompt …")
        planning = await self._stager.plan(prompt, self._on_event)
        for line in describe_planner(planning):
            self._add(line)
        self._set(phase="staging", status="Finding places …")
        film = self._state.film
        scene = await run_on_thread(
            lambda report, stop: self._stager.stage(
                planning, survey, film, on_event=report, stop=stop
            ),
            self._on_event,
        )
        self._set(phase="building", status="Building …", progress=0.0)
        count = await self._host.author(scene, self._on_authored)
        self._scene = scene
        verdict = describe_verdict(scene.certificate)
        self._set(
            scene_path=scene.scene_path,
            camera_path=scene.camera_path,
            verdict=verdict,
            film=replace(film, frames=scene.form.frames, fps=scene.form.fps),
        )
        self._add(Line("ok" if verdict.is_ok else "error", verdict.sentence))
        expected = len(scene.placements.placements)
        if count < expected:
            self._add(
                Line(
                    "warning",
                    f"Only {count} of {expected} things are to be seen on the stage: a stronger "
                    "layer, an unloaded payload or a missing file hides the rest.",
                )
            )
        self._set(status=f"Built {scene.scene_path}. Undo takes it away in one step.")

    async def _film(self, scene: StagedScene, settings: FilmSettings) -> None:
        path = await self._filmer.film(scene, settings, self._on_event)
        self._add(Line("film", f"Film of {settings.frames} frames: {path}"))
        self._set(status=f"Film of {settings.frames} frames written.")

    async def _write(self, work: Awaitable[str], done: str) -> None:
        path = await work
        self._add(Line("ok", f"{done}: {path}"))
        self._set(status=f"{done}.")

    def _start(
        self, make_work: Callable[[], Coroutine[object, None, None]], phase: Phase, status: str
    ) -> None:
        self._set(phase=phase, status=status, progress=None)
        self._task = self._spawn(self._run(make_work))
        # A task cancelled before its first step never reaches the handlers in _run.
        self._task.add_done_callback(self._on_done)

    async def _run(self, make_work: Callable[[], Coroutine[object, None, None]]) -> None:
        """Run one task to its end, whatever that is; no exception leaves it."""
        try:
            await make_work()
        except asyncio.CancelledError:
            self._end(_STOPPED, Line("note", "Stopped."))
        except ClappperError as exc:
            self._end(_FAILED[self._state.phase], Line("error", str(exc)))
        except ImportError as exc:
            _LOGGER.warning("A package is missing.", exc_info=True)
            self._end(_FAILED[self._state.phase], Line("error", _LACKS.format(exc.name)))
        except Exception:
            _LOGGER.exception("A request of the panel failed.")
            self._end(_FAILED[self._state.phase], Line("error", _FAULT))
        else:
            self._end(self._state.status)

    def _on_done(self, task: asyncio.Task[None]) -> None:
        if task is self._task and self._state.is_busy:
            self._end(_STOPPED, Line("note", "Stopped."))

    def _end(self, status: str, line: Line | None = None) -> None:
        if line is not None:
            self._add(line)
        self._set(phase="idle", status=status, progress=None)

    # --- what is told -------------------------------------------------------------------------

    def _on_event(self, event: events.Event) -> None:
        if not self._state.is_busy:
            return  # late: the request it belongs to has ended
        if isinstance(event, events.Found):
            for line in describe_found(event.sentence, event.availability):
                self._add(line)
        elif isinstance(event, events.Planned):
            for line in describe_plan(event.plan):
                self._add(line)
        progress = describe_progress(event)
        if progress is not None:
            phase = progress.phase or self._state.phase
            self._set(phase=phase, status=progress.status, progress=progress.share)

    def _on_authored(self, done: int, total: int) -> None:
        share = done / total if total else None
        self._set(status=f"Building: {done} of {total}", progress=share)

    def _refuse_while_busy(self) -> bool:
        if self._state.is_busy:
            self._tell("warning", "One thing at a time: wait for it, or press Stop.")
        return self._state.is_busy

    def _tell(self, kind: LineKind, text: str) -> None:
        self._add(Line(kind, text))
        if not self._state.is_busy:
            self._set(status=text)

    def _add(self, line: Line, **changes: object) -> None:
        self._set(lines=(*self._state.lines, line)[-MAX_LINES:], **changes)

    def _set(self, **changes: object) -> None:
        self._state = replace(self._state, **changes)  # type: ignore[arg-type]
        for listener in tuple(self._listeners):
            listener(self._state)
