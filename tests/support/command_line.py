"""Runs the command line as its users do: a subprocess, exit codes, streams."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import clappper.core

__all__ = ["HAS_SIGNALS", "ROOT", "assert_refused", "run"]

#: Mark of tests that press Ctrl+C.
HAS_SIGNALS = pytest.mark.skipif(
    os.name != "posix", reason="Ctrl+C is sent as a POSIX signal: no such thing on Windows"
)

#: What has to be on the path.
ROOT = str(Path(clappper.core.__file__).parents[2])


def run(*arguments, cwd, env=None, stdin=None, timeout=120):
    """Return the finished process of one command; ``stdin`` is what it reads."""
    return subprocess.run(
        [sys.executable, "-m", "clappper.core.cli", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": ROOT, **(env or {})},
        input=stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=timeout,
        check=False,
    )


def assert_refused(done, code, *words):
    """Assert that a command ended with a code and one sentence that has these words."""
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    said = done.stderr.strip().splitlines()[-1]
    for word in words:
        assert word in said
