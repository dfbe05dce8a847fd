"""History of a run folder: a change replaces all its results or none of them.

The results before a change are kept under ``history/0001`` and so on. While a change is made they
wait in ``history/pending``; whatever ends it, the next change first brings back what waits there.
"""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from clappper.core.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from clappper.core.run_folder import RunFolder

__all__ = ["replacing_run", "restore_interrupted"]

_PENDING, _COMPLETE = "pending", ".complete"
_MOST_KEPT = 9999


@contextmanager
def replacing_run(folder: RunFolder) -> Iterator[None]:
    """Put a run's results aside while new ones are written; bring them back when that fails.

    Raises:
        OutputError: The folder cannot be written.
    """
    restore_interrupted(folder)
    pending = folder.history / _PENDING
    assets = set(_list_assets(folder))
    try:
        with _telling(folder):
            pending.mkdir(parents=True)
            for path in _list_results(folder):
                path.rename(pending / path.name)
            (pending / _COMPLETE).touch()
        yield
        with _telling(folder):
            kept = folder.history / _choose_name(folder)
            pending.rename(kept)
            (kept / _COMPLETE).unlink()
    except BaseException:
        restore_interrupted(folder)
        for path in set(_list_assets(folder)) - assets:
            path.unlink(missing_ok=True)
        raise


def restore_interrupted(folder: RunFolder) -> None:
    """Bring back the results that an interrupted change had put aside.

    Raises:
        OutputError: The folder cannot be written.
    """
    pending = folder.history / _PENDING
    if not pending.is_dir():
        return
    with _telling(folder):
        if (pending / _COMPLETE).is_file():
            # All that lies in its place now is what the change had written.
            for path in _list_results(folder):
                _remove(path)
        for path in sorted(pending.iterdir()):
            if path.name != _COMPLETE:
                path.replace(folder.path / path.name)
        shutil.rmtree(pending)
        if not any(folder.history.iterdir()):
            folder.history.rmdir()


def _list_results(folder: RunFolder) -> list[Path]:
    """Return what a run has written, without assets and history."""
    return [path for path in folder.list_results() if path.exists()]


def _list_assets(folder: RunFolder) -> list[Path]:
    assets = folder.path / "assets"
    return [path for path in assets.rglob("*") if path.is_file()] if assets.is_dir() else []


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


def _choose_name(folder: RunFolder) -> str:
    names = [p.name for p in folder.history.iterdir() if p.name.isascii() and p.name.isdigit()]
    number = max(map(int, names), default=0) + 1
    if number > _MOST_KEPT:
        raise OutputError(f"{folder.history} is full: empty it, or write to another folder.")
    return f"{number:04d}"


@contextmanager
def _telling(folder: RunFolder) -> Iterator[None]:
    try:
        yield
    except OSError as exc:
        raise OutputError(
            f"Cannot write to {folder.path}: {exc.strerror or exc}. "
            "Close what has its files open and try again."
        ) from exc
