"""One measuring child process, as its parent sees it: a question, an answer, or its death."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import IO

__all__ = ["DEFAULT_COMMAND", "MeasureChild"]

#: Inside Kit ``sys.executable`` is Kit itself: give the path of its Python instead.
DEFAULT_COMMAND = (sys.executable, "-m", "clappper.core.catalog.measuring.measure_worker")
_ANSWER_LIMIT = 1 << 20
_STDERR_TAIL = 2000
#: The folder that holds the package ``clappper``.
_CODE_FOLDER = Path(__file__).resolve().parents[4]


class MeasureChild:
    """A running child. Owned by one thread; ``kill`` may be called from any."""

    def __init__(self, command: Sequence[str]) -> None:
        """Start the program without waiting for it.

        Raises:
            OSError: The program cannot be started.
        """
        self.answer_count = 0
        self.stderr_tail = ""
        self._process = subprocess.Popen(
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=_CODE_FOLDER,
            env=_make_environment(),
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._drain = threading.Thread(
            target=self._drain_stderr, args=(self._process.stderr,), daemon=True
        )
        self._drain.start()

    def wait_until_ready(self) -> bool:
        """Wait for the child's first line; False when it ended before."""
        return self._read() == {"ready": True}

    def ask(self, path: Path, asset_id: str) -> dict[str, Any] | None:
        """Have one file measured; None when the child died or answered nonsense."""
        stdin = self._process.stdin
        request = json.dumps({"path": str(path), "asset_id": asset_id})
        try:
            if stdin is not None:
                stdin.write(request.encode() + b"\n")
                stdin.flush()
        except (OSError, ValueError):  # its end of the pipe is closed, or ours is
            return None
        self.answer_count += 1
        return self._read()

    def kill(self) -> None:
        """End the process at once; a second time does nothing."""
        self._process.kill()

    def close(self) -> None:
        """End the process and free what belongs to it."""
        self._process.kill()
        try:
            self._process.wait(timeout=5.0)
        except subprocess.TimeoutExpired:  # stuck in the kernel, on a dead mount for example
            return
        self._drain.join(timeout=5.0)
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            # What is left in the buffer has nobody to go to.
            with contextlib.suppress(OSError):
                if pipe is not None:
                    pipe.close()

    def _read(self) -> dict[str, Any] | None:
        stdout = self._process.stdout
        try:
            line = b"" if stdout is None else stdout.readline(_ANSWER_LIMIT)
            answer = json.loads(line) if line.endswith(b"\n") else None
        except (OSError, ValueError):
            return None
        return answer if isinstance(answer, dict) else None

    def _drain_stderr(self, stream: IO[bytes]) -> None:
        tail = b""
        while chunk := os.read(stream.fileno(), 1 << 16):
            tail = (tail + chunk)[-_STDERR_TAIL:]
            self.stderr_tail = tail.decode("utf-8", "replace")


def _make_environment() -> dict[str, str]:
    """Return an environment in which the child finds what this process can import."""
    paths = [str(Path(path).absolute()) for path in sys.path if path]
    return {
        # One thread each: as many children as processors share the work.
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PXR_WORK_THREAD_LIMIT": "1",
        **os.environ,
        "PYTHONPATH": os.pathsep.join((str(_CODE_FOLDER), *paths)),
        "PYTHONSAFEPATH": "1",
    }
