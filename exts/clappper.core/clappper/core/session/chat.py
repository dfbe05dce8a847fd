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
from clappper.core.errors import ClappperError, PlanRejectedError, StageError
from clappper.core.session.models import ChatState, FilmSettings, Line, Phase
from clappper.core.session.ports import OpenStage
from clappper.core.session.wording import (
    describe_found,
    describe_plan,
    describe_planner,
    describe_progress,
    describe_verdict,
    list_history,
)
from clappper.core.threads import run_on_thread

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from clappper.core.built_scene import BuiltScene
    from clappper.core.session.models import LineKind
    from clappper.core.session.ports import Filmer, SceneStager, StageHost

__all__ = ["MAX_LINES", "MAX_PROMPT_CHARS", "ChatSession"]

_LOGGER = logging.getLogger(__name__)

#: A longer prompt is refused.
MAX_PROMPT_CHARS = 10_000
#: Lines of history kept.
MAX_LINES = 500
_STOPPED = "Stopped. The stage is as it was."
_NO_SCENE = "There is no scene of ours on this stage to film: send a prompt."
_ANSWERED = "Say what the scene should show, or what is to change."
_ASKED = "Answer, or say it another way. Nothing was built."
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
        self._refreshing: asyncio.Task[None] | None = None

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
        self._add(Line("user", text))
        self._start(lambda: self._build(text), "planning", "Reading the prompt …")
        return True

    def start_anew(self) -> None:
        """Let the next request make a scene of its own beside what is there."""
        if not self._refuse_while_busy():
            self._set(is_anew=True, verdict=None, status="Say what the new scene should show.")

    def capture(self, settings: FilmSettings) -> None:
        """Film the scene that is selected, else the one built last."""
        if self._refuse_while_busy():
            return
        self._set(film=settings)
        try:
            opened = self._host.look(self._state.scene_path)
        except ClappperError as exc:
            self._tell("error", str(exc))
            return
        if opened.scene_path is None:
            self._tell("warning", _NO_SCENE)
            return
        self._start(lambda: self._film(opened, settings), "capturing", "Preparing the capture …")

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
            if self._state.camera_path is not None:
                self._host.look_through(self._state.camera_path)
        except ClappperError as exc:
            self._tell("error", str(exc))

    def refresh(self) -> None:
        """Show the scene that stands there now: a stage was opened, or something undone."""
        if not self._state.is_busy and self._listeners:
            self._refreshing = self._spawn(self._refresh())

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
        if self._refreshing is not None:
            self._refreshing.cancel()
        self._host.destroy()

    # --- the tasks ----------------------------------------------------------------------------

    async def _build(self, prompt: str) -> None:
        opened = await self._host.inspect(self._state.scene_path)
        if self._state.is_anew:
            opened = OpenStage(opened.identity)
        history = list_history(self._state.lines[:-1])
        planning = await self._stager.plan(prompt, opened, self._on_event, history=history)
        for note in planning.notes:
            self._add(Line("note", note))
        if planning.answer is not None:
            self._add(Line("answer", planning.answer))
            self._set(status=_ANSWERED)
            return
        if planning.result is not None:
            for line in describe_planner(planning.result):
                self._add(line)
        self._set(phase="staging", status="Looking at the stage …")
        survey = await self._host.survey(opened, replaced=planning.scene)
        self._set(status="Finding places …")
        film = self._state.film
        scene = await run_on_thread(
            lambda report, stop: self._stager.stage(
                planning, survey, film, on_event=report, stop=stop
            ),
            self._on_event,
        )
        for note in scene.notes:
            self._add(Line("answer", note))
        # What stands there from here on is not what the verdict was about.
        before = self._state.verdict
        self._set(phase="building", status="Building …", progress=0.0, verdict=None)
        try:
            count = await self._host.author(scene, self._on_authored)
        except BaseException:
            self._set(verdict=before)  # it stands as before
            raise
        film = replace(film, frames=scene.form.frames, fps=scene.form.fps)
        self._show_scene(scene, film=film, is_anew=False)
        if self._state.verdict is not None:
            is_ok, sentence = self._state.verdict.is_ok, self._state.verdict.sentence
            self._add(Line("ok" if is_ok else "error", sentence))
        self._tell_hidden(count, len(scene.placements.placements))
        if scene.replaced is None:
            self._set(status=f"Built {scene.scene_path}. Undo takes it away in one step.")
        else:
            self._set(status=f"Changed {scene.scene_path}. Undo takes the change back in one step.")

    async def _refresh(self) -> None:
        try:
            opened = self._host.look(self._state.scene_path)
            scene = None
            if opened.scene_path is not None:
                scene = await run_on_thread(
                    lambda _report, _stop: self._stager.read_scene(opened), _ignore
                )
        except (ClappperError, ImportError):
            scene = None  # the next request says why
        if self._state.is_busy:
            return
        if scene is not None:
            self._show_scene(scene)
            self._set(status=f"{scene.scene_path}: say what is to change, or press New scene.")
        elif self._state.scene_path is not None:
            self._set(scene_path=None, camera_path=None, verdict=None, status=ChatState.status)

    def _show_scene(self, scene: BuiltScene, **changes: object) -> None:
        self._set(
            scene_path=scene.scene_path,
            camera_path=scene.camera_path,
            verdict=describe_verdict(scene.certificate),
            **changes,
        )

    def _tell_hidden(self, count: int, expected: int) -> None:
        if count < expected:
            self._add(
                Line(
                    "warning",
                    f"Only {count} of {expected} things are to be seen on the stage: a stronger "
                    "layer, an unloaded payload or a missing file hides the rest.",
                )
            )

    async def _film(self, opened: OpenStage, settings: FilmSettings) -> None:
        scene = await run_on_thread(lambda _report, _: self._stager.read_scene(opened), _ignore)
        if scene is None or not self._host.has_prim(scene.camera_path):
            raise StageError(_NO_SCENE)
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
        except PlanRejectedError as exc:
            is_asking = any(issue.code == "QUESTION" for issue in exc.issues)
            status = _ASKED if is_asking else _FAILED[self._state.phase]
            self._end(status, Line("answer" if is_asking else "error", str(exc)))
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
        elif isinstance(event, events.Asked):
            # Who tells of a model has loaded what words it; Kit's start has not.
            from clappper.core.planning.llm.budget import describe_use

            self._add(Line("note", describe_use(event.use)))
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

    def _add(self, line: Line) -> None:
        self._set(lines=(*self._state.lines, line)[-MAX_LINES:])

    def _set(self, **changes: object) -> None:
        self._state = replace(self._state, **changes)  # type: ignore[arg-type]
        for listener in tuple(self._listeners):
            listener(self._state)


def _ignore(_: object) -> None:
    """Take no reports."""
