"""The self-test from the panel's side: its menu entry, and what is tested.

The session under test is one of its own, with the demo assets; the stage is the panel's, because
Kit knows our command only once.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from clappper.chat.filmer import LiveFilmer
from clappper.core.errors import ClappperError
from clappper.core.session.chat import ChatSession
from clappper.core.session.models import FilmSettings
from clappper.core.studio import Studio, StudioSettings
from clappper.kit.assumption_check import FOREIGN_ERRORS
from clappper.kit.compat import WindowMenuEntry, next_update, notify, spawn
from clappper.kit.scene_round import SelfTestFailedError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    from clappper.core import events
    from clappper.core.built_scene import BuiltScene
    from clappper.core.session.ports import StageHost
    from clappper.kit.self_test_report import SelfTestReport

__all__ = ["TITLE", "SelfTestEntry", "SessionSubject", "run_self_test"]

_LOGGER = logging.getLogger(__name__)

TITLE = "Clappper self-test"


class SessionSubject:
    """A session like the panel's, driven to the end of each request."""

    def __init__(self, host: StageHost, folder: Path) -> None:
        """Make the session.

        Args:
            host: The open stage; it stays its owner's.
            folder: Where films go.
        """
        self._filmer = _RememberingFilmer(folder)
        self._session = ChatSession(Studio(StudioSettings()), host, self._filmer, spawn=spawn)

    @property
    def scene_path(self) -> str:
        """Root prim's path of the scene that was built, or empty."""
        return self._session.state.scene_path or ""

    async def build(self, prompt: str) -> None:
        """Build and certify a scene.

        Raises:
            ClappperError: With the panel's own sentence.
        """
        self._session.send(prompt)
        await self._wait()
        verdict = self._session.state.verdict
        if not self.scene_path or verdict is None:
            raise SelfTestFailedError(self._find_last("error", "note"))
        if not verdict.is_ok:
            raise SelfTestFailedError(verdict.sentence)

    async def film(self, *, frames: int, fps: int, width: int, height: int) -> Path:
        """Film the scene.

        Raises:
            ClappperError: With the panel's own sentence.
        """
        self._filmer.path = None
        self._session.capture(FilmSettings(frames=frames, fps=fps, width=width, height=height))
        await self._wait()
        if self._filmer.path is None:
            raise SelfTestFailedError(self._find_last("error", "warning", "note"))
        return self._filmer.path

    async def stop(self) -> None:
        """Stop what runs and wait until it has ended."""
        self._session.stop()
        while self._session.state.is_busy:
            await next_update()

    async def _wait(self) -> None:
        try:
            while self._session.state.is_busy:
                await next_update()
        except asyncio.CancelledError:
            await self.stop()
            raise

    def _find_last(self, *kinds: str) -> str:
        lines = [line.text for line in self._session.state.lines if line.kind in kinds]
        return lines[-1] if lines else self._session.state.status


class _RememberingFilmer:
    """The panel's filmer, which remembers where the film is."""

    def __init__(self, folder: Path) -> None:
        self._filmer = LiveFilmer(folder)
        self.path: Path | None = None

    async def film(
        self,
        scene: BuiltScene,
        settings: FilmSettings,
        on_event: Callable[[events.Event], None],
    ) -> Path:
        self.path = await self._filmer.film(scene, settings, on_event)
        return self.path


async def run_self_test(
    host: StageHost,
    folder: Path,
    *,
    on_line: Callable[[str], None],
    may_replace_stage: bool = False,
) -> SelfTestReport:
    """Run the self-test and return its report, which is also written into the folder.

    Args:
        host: The open stage.
        folder: Where report and film go.
        on_line: Told in one sentence what goes on, and in the end what came of it.
        may_replace_stage: Whether a stage with unsaved changes is nobody's work.

    Raises:
        OutputError: The report cannot be written.
    """
    from clappper.kit.self_test import SelfTest

    subject = SessionSubject(host, folder)
    test = SelfTest(folder, subject, on_line=on_line, may_replace_stage=may_replace_stage)
    return await test.run()


class SelfTestEntry:
    """Window > Clappper self-test: ticked while it runs; choosing it again stops it."""

    def __init__(
        self,
        host: StageHost,
        *,
        output_folder: Path,
        is_busy: Callable[[], bool],
        on_line: Callable[[str], None],
    ) -> None:
        """Add the menu entry.

        Args:
            host: The panel's stage.
            output_folder: Each run makes a new folder in it.
            is_busy: Whether the panel works; the test then does not start.
            on_line: Shows a sentence in the panel.
        """
        self._host = host
        self._output_folder = output_folder
        self._is_busy = is_busy
        self._on_line = on_line
        self._task: Any = None
        self._menu = WindowMenuEntry(TITLE, self.toggle, self.is_running)

    def is_running(self) -> bool:
        """Whether the test runs."""
        return self._task is not None and not self._task.done()

    def toggle(self) -> None:
        """Start the test, or stop it; the stage is then put back."""
        if self.is_running():
            self._task.cancel()
        elif self._is_busy():
            self._on_line("The panel is at work: wait for it or press Stop, then run the test.")
        else:
            self._task = spawn(self._run())
            self._task.add_done_callback(lambda _: self._menu.refresh())
            self._menu.refresh()

    def destroy(self) -> None:
        """Stop the test and take the entry out; calling it again does nothing."""
        self._menu.remove()
        if self.is_running():
            self._task.cancel()

    async def _run(self) -> None:
        from clappper.core.run_folder import choose_run_path

        folder = choose_run_path("self test", parent=self._output_folder)
        try:
            report = await run_self_test(self._host, folder, on_line=self._on_line)
        except ClappperError as exc:
            self._on_line(f"The self-test has no report: {exc}")
            notify(f"The self-test has no report: {exc}", is_warning=True)
        except asyncio.CancelledError:
            self._on_line("The self-test was stopped. The stage is as it was.")
        except FOREIGN_ERRORS:
            _LOGGER.exception("The self-test failed.")
            self._on_line("The self-test broke off; Kit's log has the details.")
        else:
            notify(report.sentence, is_warning=not report.is_ok)
