"""The self-test: on the user's own Kit and GPU, everything that can be known is found out at once.

Checks what the code assumes of Kit and how the machine treats files, then goes a round with a small
scene on the open stage. Whatever fails is a step of the report, and the steps that do not depend
on it still run.
"""

from __future__ import annotations

import platform
import sys
import time
import traceback
from typing import TYPE_CHECKING

import carb.tokens
import omni.kit.app

from clappper.core.errors import ClappperError
from clappper.core.threads import run_on_thread
from clappper.kit.assumption_check import FOREIGN_ERRORS, check_assumptions
from clappper.kit.assumptions import load_assumptions
from clappper.kit.compat import get_extension_version
from clappper.kit.host_check import check_host
from clappper.kit.scene_round import SceneRound, SelfTestFailedError, settle
from clappper.kit.self_test_report import SelfTestReport, Step, write_report

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

    from clappper.kit.assumptions import KitPart
    from clappper.kit.scene_round import SelfTestSubject

__all__ = ["SelfTest"]


class SelfTest:
    """One run of the test; main thread only."""

    def __init__(
        self,
        folder: Path,
        subject: SelfTestSubject,
        *,
        on_line: Callable[[str], None],
        may_replace_stage: bool = False,
    ) -> None:
        """Prepare a run.

        Args:
            folder: Where report and film go.
            subject: What is tested.
            on_line: Told in one sentence what goes on, and in the end what came of it.
            may_replace_stage: Whether a stage with unsaved changes is nobody's work.
        """
        self.report = SelfTestReport(folder)
        self._scene = SceneRound(subject, may_replace_stage=may_replace_stage)
        self._on_line = on_line

    async def run(self) -> SelfTestReport:
        """Run all steps, write the report and return it.

        When cancelled, the stage is put back before the cancellation goes on.

        Raises:
            OutputError: The report cannot be written.
        """
        try:
            await self._run_steps()
        finally:
            problem = self._scene.take_scene_away()
            if problem:
                self.report.steps.append(Step("clean up", "failed", problem))
        write_report(self.report)
        self._on_line(self.report.sentence)
        return self.report

    async def _run_steps(self) -> None:
        await self._step("versions", self._read_versions)
        await self._step("assumptions", self._check_assumptions)
        await self._step("this machine", self._check_host)
        if not await self._step("stage", self._scene.prepare_stage):
            self._skip("There is no stage to build on.", "build", "film", "undo and redo")
            return
        await self._step("stage events", self._scene.observe_events)
        if not await self._step("build", self._scene.build):
            self._skip("There is no scene.", "film", "undo and redo")
            return
        await self._step("film", self._scene.film)
        await self._step("undo and redo", self._scene.undo_and_redo)

    async def _step(self, name: str, work: Callable[[], Awaitable[str]]) -> bool:
        self._on_line(f"Self-test: {name} …")
        start_s, details = time.perf_counter(), ""
        try:
            message, is_ok = await work(), True
        except ClappperError as exc:
            message, is_ok = str(exc), False
        except FOREIGN_ERRORS as exc:
            message, is_ok = f"{type(exc).__name__}: {exc}", False
            details = traceback.format_exc()
        duration_s = round(time.perf_counter() - start_s, 3)
        outcome = "ok" if is_ok else "failed"
        self.report.steps.append(Step(name, outcome, message, duration_s, details))
        return is_ok

    def _skip(self, why: str, *names: str) -> None:
        self.report.steps += [Step(name, "skipped", why) for name in names]

    # --- what is only looked at ---------------------------------------------------------------

    async def _read_versions(self) -> str:
        from pxr import Usd

        parts = load_assumptions()
        await _start_on_demand(parts)
        versions = self.report.versions
        versions["Kit"] = omni.kit.app.get_app().get_build_version()
        versions["Python"] = sys.version.split()[0]
        versions["OpenUSD"] = ".".join(str(part) for part in Usd.GetVersion())
        versions["platform"] = platform.platform()
        for name in ("clappper.core", *(part.extension for part in parts)):
            if name is not None:
                versions[name] = get_extension_version(name) or "not enabled"
        return f"Kit {versions['Kit']}, Python {versions['Python']}, USD {versions['OpenUSD']}."

    async def _check_assumptions(self) -> str:
        tokens = carb.tokens.get_tokens_interface()
        self.report.findings = check_assumptions(
            load_assumptions(),
            is_enabled=lambda name: get_extension_version(name) is not None,
            resolve_token=lambda name: str(tokens.resolve(f"${{{name}}}")),
        )
        differences = self.report.differences
        if differences:
            names = ", ".join(finding.target for finding in differences)
            raise SelfTestFailedError(f"{len(differences)} differ in this Kit: {names}.")
        return f"{len(self.report.findings)} names, calls, values and defaults are as assumed."

    async def _check_host(self) -> str:
        folder = self.report.folder
        self.report.host = await run_on_thread(lambda _report, _stop: check_host(folder), _ignore)
        differing = [finding for finding in self.report.host if not finding.is_ok]
        if differing:
            raise SelfTestFailedError(" ".join(f"{f.name}: {f.message}" for f in differing))
        return f"{len(self.report.host)} checks of the file system are as expected."


async def _start_on_demand(parts: tuple[KitPart, ...]) -> None:
    """Enable what the product enables when it needs it, so that it can be looked at."""
    manager = omni.kit.app.get_app().get_extension_manager()
    there = {known["name"] for known in manager.get_extensions()}
    for part in parts:
        name = part.extension
        if part.is_started_on_demand and name in there and get_extension_version(name) is None:
            manager.set_extension_enabled_immediate(name, True)
            await settle()


def _ignore(_: object) -> None:
    """Take no reports."""
