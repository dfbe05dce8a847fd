"""History of a run folder: a change replaces all its results or none of them.

The results before a change are kept under ``history/0001`` and so on; what was taken back waits
under ``history/undone`` until the next change. While a change is made they
wait in ``history/pending``; whatever ends it, the next change first brings back what waits there.
"""

from __future__ import annotations

import shutil
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from clappper.core.errors import OutputError
from clappper.core.run_ledger import carry_ledger

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from clappper.core.run_folder import RunFolder

__all__ = ["making_run", "redo_change", "replacing_run", "restore_interrupted", "undo_change"]

_PENDING, _COMPLETE, _UNDONE = "pending", ".complete", "undone"
_MOST_KEPT = 9999


@contextmanager
def replacing_run(folder: RunFolder) -> Iterator[None]:
    """Put a run's results aside while new ones are written; bring them back when that fails.

    What was undone before cannot be redone after it.

    Raises:
        OutputError: The folder cannot be written.
    """
    with _replacing(folder, lambda: folder.history / _choose_name(folder)):
        yield
    with _telling(folder):
        if _list_numbered(folder.history / _UNDONE):
            shutil.rmtree(folder.history / _UNDONE)


@contextmanager
def making_run(folder: RunFolder) -> Iterator[None]:
    """Take away what a request has written into a folder when it fails."""
    made = [path for path in (folder.path, *folder.path.parents) if not path.exists()]
    before = set(folder.path.rglob("*"))
    try:
        yield
    except BaseException:
        ours = {path.name for path in folder.list_results()} | {"assets"}
        for path in sorted(set(folder.path.rglob("*")) - before, reverse=True):
            top = path.relative_to(folder.path).parts[0]
            if top not in ours and not top.startswith("."):
                continue  # somebody else's
            with suppress(OSError):
                path.rmdir() if path.is_dir() else path.unlink()
        for path in made:
            with suppress(OSError):
                path.rmdir()
        raise


def undo_change(folder: RunFolder) -> bool:
    """Bring back the results before the last change; return whether there was one.

    Raises:
        OutputError: The folder cannot be written.
    """
    restore_interrupted(folder)
    numbered = _list_numbered(folder.history)
    if numbered and (folder.history / _UNDONE / numbered[-1].name).is_dir():
        # An undo was cut off when all but this was done.
        with _telling(folder):
            shutil.rmtree(numbered.pop())
    if not numbered:
        return False
    _bring_back(folder, numbered[-1], lambda: folder.history / _UNDONE / numbered[-1].name)
    return True


def redo_change(folder: RunFolder) -> bool:
    """Bring back what was undone last; return whether there was something.

    Raises:
        OutputError: The folder cannot be written.
    """
    restore_interrupted(folder)
    numbered = _list_numbered(folder.history / _UNDONE)
    if not numbered:
        return False
    _bring_back(folder, numbered[0], lambda: folder.history / _choose_name(folder))
    return True


def _bring_back(folder: RunFolder, kept: Path, choose: Callable[[], Path]) -> None:
    """Make kept results the run's own again; the run's go where ``choose`` says."""
    with _replacing(folder, choose), _telling(folder):
        for place in folder.list_results():
            path = kept / place.name
            if path.is_dir():
                shutil.copytree(path, place)
            elif path.exists():
                shutil.copy2(path, place)
        # What was spent meanwhile stays spent.
        carry_ledger(folder.history / _PENDING / folder.report.name, folder.report)
    with _telling(folder):
        shutil.rmtree(kept)
        if kept.parent.name == _UNDONE and not any(kept.parent.iterdir()):
            kept.parent.rmdir()


@contextmanager
def _replacing(folder: RunFolder, choose: Callable[[], Path]) -> Iterator[None]:
    """Put a run's results aside, and where ``choose`` says when all ends well."""
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
            kept = choose()
            kept.parent.mkdir(exist_ok=True)
            pending.rename(kept)
            (kept / _COMPLETE).unlink()
    except BaseException:
        restore_interrupted(folder)
        for path in set(_list_assets(folder)) - assets:
            path.unlink(missing_ok=True)
            _prune(path.parent, folder.path)
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


def _prune(path: Path, top: Path) -> None:
    """Remove a folder below ``top`` and those above it, as far as they are empty."""
    while path != top and path.is_dir() and not any(path.iterdir()):
        path.rmdir()
        path = path.parent


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


def _list_numbered(folder: Path) -> list[Path]:
    """Return the folders named by a number, in its order."""
    if not folder.is_dir():
        return []
    numbered = [p for p in folder.iterdir() if p.name.isascii() and p.name.isdigit()]
    return sorted(numbered, key=lambda path: int(path.name))


def _choose_name(folder: RunFolder) -> str:
    number = max((int(path.name) for path in _list_numbered(folder.history)), default=0) + 1
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
