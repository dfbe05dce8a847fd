"""Run a scenario in a process of its own on a real Kit kernel and collect what it reports.

Kernels come from ``dev.py test --kit`` through CLAPPPER_KIT_PYTHONS. A kernel, driver or rig that
cannot start fails the test; nothing is skipped here.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

RIG = Path(__file__).resolve().parent
SCENARIOS = RIG.parent / "scenarios"
STANDINS = RIG.parent / "standins"
#: Lines of Kit's log and of OpenUSD's diagnostics that are errors.
ERROR_LINE = re.compile(
    r"\[(Error|Fatal)\]|clappper\.\S+ -> .*object is still alive"
    r"|^(Coding Error|Runtime Error|Fatal Error|Error)[: ]+in "
)
WARNING_LINE = re.compile(r"^Warning: in ")


class ScenarioFailedError(Exception):
    """A scenario raised, died, hung, left no report or errors; the message has its output."""


class RunScenario(Protocol):
    """The fixture ``run_scenario``."""

    def __call__(
        self,
        name: str,
        *,
        kernel: str = "110.4",
        standins: Sequence[str] | None = None,
        args: Sequence[Any] = (),
        env: Mapping[str, str] | None = None,
        settings: Mapping[str, Any] | None = None,
        timeout_s: float = 120.0,
        allow_errors: bool = False,
    ) -> dict[str, Any]:
        """Run ``tests/kit/scenarios/<name>.py`` and return its report.

        Args:
            name: File name without its ending.
            kernel: Name of the Kit kernel.
            standins: Stand-ins this Kit has, with what they depend on; None means all of them.
            args: Plain values for the scenario, ``report.args`` there.
            env: Environment variables on top of the inherited ones.
            settings: Kit settings by path, there before any extension starts.
            timeout_s: After so long the scenario is killed.
            allow_errors: Whether the report may contain errors.

        Raises:
            ScenarioFailedError: It raised, died, hung, left no report, or errors not allowed.
        """
        ...


def list_standins(names: Sequence[str] | None, folder: Path = STANDINS) -> list[Path]:
    """Return the folders of these stand-ins and of those they need, in the order of need."""
    there = {path.parents[1].name for path in folder.glob("*/config/extension.toml")}
    found: list[str] = []

    def add(name: str) -> None:
        if name in found:
            return
        text = (folder / name / "config" / "extension.toml").read_text(encoding="utf-8")
        for needed, options in tomllib.loads(text).get("dependencies", {}).items():
            if needed in there and not options.get("optional"):
                add(needed)
        found.append(name)

    for name in sorted(there) if names is None else names:
        if name not in there:
            raise ScenarioFailedError(f"there is no stand-in {name}, only {sorted(there)}")
        add(name)
    return [folder / name for name in found]


def find_kernel(name: str) -> str:
    """Return the Python of a kernel."""
    pythons = dict(
        entry.split("=", 1)
        for entry in os.environ.get("CLAPPPER_KIT_PYTHONS", "").split(os.pathsep)
        if entry
    )
    if name not in pythons:
        raise ScenarioFailedError(f"no Kit kernel {name}; run: python3 dev.py test --kit")
    return pythons[name]


def run_process(command: list[str], env: dict[str, str], folder: Path, timeout_s: float) -> str:
    """Run a scenario's process to its end and return its output; a hanging one is killed."""
    output = folder / "output.txt"
    with (
        output.open("wb") as file,
        subprocess.Popen(
            command,
            cwd=folder,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as process,
    ):
        try:
            # The scenario itself ends before that, with a traceback of where it hangs.
            code = process.wait(timeout=timeout_s + 15)
        except subprocess.TimeoutExpired:
            code = "killed"
        finally:
            if process.poll() is None:
                if os.name == "nt":
                    process.kill()
                else:
                    os.killpg(process.pid, signal.SIGKILL)
    text = output.read_text(encoding="utf-8", errors="replace")
    if code:
        raise ScenarioFailedError(f"exit code {code} of {command[2]}\n{text}")
    return text


def start_scenario(
    name: str,
    *,
    folder: Path,
    pictures: Path,
    driver_folder: Path | None,
    kernel: str = "110.4",
    standins: Sequence[str] | None = None,
    args: Sequence[Any] = (),
    env: Mapping[str, str] | None = None,
    settings: Mapping[str, Any] | None = None,
    timeout_s: float = 120.0,
    allow_errors: bool = False,
) -> dict[str, Any]:
    """Run a scenario in this folder and return its report; ``RunScenario`` says the rest."""
    report_path = folder / "report.json"
    command = [find_kernel(kernel), str(RIG / "boot.py"), str(SCENARIOS / f"{name}.py")]
    command += ["--report", str(report_path), "--pictures", str(pictures)]
    command += ["--args", json.dumps(list(args)), "--settings", json.dumps(settings or {})]
    command += ["--timeout", str(timeout_s)]
    for path in list_standins(standins):
        command += ["--standin", str(path)]
    # A developer's own key must not send the tests' prompts anywhere.
    inherited_env = {k: v for k, v in os.environ.items() if not k.endswith("_API_KEY")}
    environment = {**inherited_env, "PYTHONPATH": str(RIG), "OMNIUI_HEADLESS": "1"}
    environment |= {"OMNI_KIT_ALLOW_ROOT": "1", "PYTHONFAULTHANDLER": "1"}
    if driver_folder is not None:
        inherited = os.environ.get("LD_LIBRARY_PATH", "")
        environment["LD_LIBRARY_PATH"] = f"{driver_folder}:{inherited}".rstrip(":")
    text = run_process(command, {**environment, **(env or {})}, folder, timeout_s)
    if not report_path.is_file():
        raise ScenarioFailedError(f"{name} left no report\n{text}")
    report: dict[str, Any] = json.loads(report_path.read_text(encoding="utf-8"))
    report["errors"] += [line for line in text.splitlines() if ERROR_LINE.search(line)]
    report["warnings"] = [line for line in text.splitlines() if WARNING_LINE.search(line)]
    if report["errors"] and not allow_errors:
        lines = "\n".join(report["errors"])
        raise ScenarioFailedError(f"{name} ended with errors\n{lines}\n\n{text}")
    return report
