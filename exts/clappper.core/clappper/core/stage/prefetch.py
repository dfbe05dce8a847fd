"""Opens layers before they are needed, many at a time, so that nobody waits for a slow mount later.

A layer that is open is found at once by whoever composes it next, on any thread. A mount that does
not answer costs the asset, never the caller: threads that hang are left behind.
"""

from __future__ import annotations

import queue
import threading
import time
from typing import TYPE_CHECKING

from pxr import Sdf

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

__all__ = ["Prefetch", "open_layers"]

_THREADS = 8
#: How soon a stop is heard and progress is told [s].
_POLL_S = 0.05


class Prefetch:
    """Layers kept open, files that are no readable USD, and files that did not answer in time."""

    def __init__(
        self, layers: Sequence[Sdf.Layer], *, failed: Sequence[str], unanswered: Sequence[str]
    ) -> None:
        self.layers = tuple(layers)
        self.failed = tuple(failed)
        self.unanswered = tuple(unanswered)


def open_layers(
    paths: Sequence[Path],
    *,
    deadline_s: float,
    on_progress: Callable[[int, int], None] | None = None,
    stop: threading.Event | None = None,
) -> Prefetch:
    """Open files and every layer they are composed of.

    Blocks until all is open, the deadline is over or ``stop`` is set; never on the main thread.

    Args:
        paths: USD files.
        deadline_s: Whole time allowed [s].
        on_progress: Called on this thread with (layers open, layers known).
        stop: Set it from another thread to end early.
    """
    crew = _Crew()
    for path in paths:
        crew.add(path.as_posix())
    end = time.monotonic() + deadline_s
    reported = -1
    while True:
        done, total = crew.count()
        if on_progress is not None and done != reported:
            reported = done
            on_progress(done, total)
        if done == total or time.monotonic() >= end or (stop is not None and stop.is_set()):
            break
        crew.changed.wait(_POLL_S)
        crew.changed.clear()
    return crew.finish()


class _Crew:
    def __init__(self) -> None:
        self.changed = threading.Event()
        self._lock = threading.Lock()
        self._todo: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._known: set[str] = set()
        self._opened: dict[str, Sdf.Layer | None] = {}
        self._threads = 0

    def add(self, identifier: str) -> None:
        with self._lock:
            if identifier in self._known:
                return
            self._known.add(identifier)
            start = self._threads < _THREADS
            self._threads += start
        self._todo.put(identifier)
        if start:
            threading.Thread(target=self._work, name="clappper-prefetch", daemon=True).start()

    def count(self) -> tuple[int, int]:
        with self._lock:
            return len(self._opened), len(self._known)

    def finish(self) -> Prefetch:
        for _ in range(self._threads):
            self._todo.put(None)
        with self._lock:
            return Prefetch(
                [layer for layer in self._opened.values() if layer is not None],
                failed=[name for name, layer in self._opened.items() if layer is None],
                unanswered=sorted(self._known - self._opened.keys()),
            )

    def _work(self) -> None:
        while (identifier := self._todo.get()) is not None:
            layer = _open(identifier)
            if layer is not None:
                for authored in filter(None, layer.GetCompositionAssetDependencies()):
                    self.add(Sdf.ComputeAssetPathRelativeToLayer(layer, authored))
            with self._lock:
                self._opened[identifier] = layer
            self.changed.set()


def _open(identifier: str) -> Sdf.Layer | None:
    try:
        return Sdf.Layer.FindOrOpen(identifier)
    except RuntimeError:  # Tf.ErrorException: no USD, or broken
        return None
