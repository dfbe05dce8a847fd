"""Stand-in for ``omni.kit.undo``: one undo and one redo stack, levels, groups, unwinding.

As in Kit the stacks hold command instances: redo calls ``do`` on the same one, repeat makes a new
one from the arguments in the history. An entry at level 0 is what the user undoes; what a command
or a group executes inside has a higher level and goes with it.
"""

from __future__ import annotations

from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import carb
import omni.kit.commands as commands

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Entry(NamedTuple):
    """An executed command that can be undone."""

    command: Any
    name: str
    level: int
    history_key: int
    time: datetime


@dataclass
class HistoryEntry:
    """An executed command, undoable or not."""

    name: str
    kwargs: dict[str, Any]
    level: int
    error: bool
    time: datetime


class GroupCommand:
    """Stands on the stack for a group; its entries do and undo themselves."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def do(self) -> None:
        """Do the group's entries again."""
        _execute_entries(self.entries)

    def undo(self) -> None:
        """Do nothing: the entries of the group are on the stack and undo themselves."""


_undo_stack: deque[Entry] = deque()
_redo_stack: deque[Entry] = deque()
_history: dict[int, HistoryEntry] = {}
_on_change: set[Callable[[list[str]], None]] = set()
_on_change_detailed: set[Callable[[list[HistoryEntry]], None]] = set()


class _State:
    level = 0
    history_count = 0
    group: Entry | None = None
    group_depth = 0
    disabled_depth = 0
    is_in_redo = False
    is_in_repeat = False


def _add_history(name: str, kwargs: dict[str, Any], level: int) -> int:
    _State.history_count += 1
    _history[_State.history_count] = HistoryEntry(name, kwargs, level, False, datetime.now())
    return _State.history_count


def _push(command: Any, name: str, level: int, history_key: int) -> Entry:
    if level == 0 and not _State.is_in_redo:
        _redo_stack.clear()
    entry = Entry(command, name, level, history_key, datetime.now())
    _undo_stack.append(entry)
    return entry


def execute(command: Any, name: str, kwargs: dict[str, Any]) -> tuple[bool, Any]:
    """Execute a command instance; exceptions end in the log and in ``(False, None)``."""
    level = _State.level
    key = _add_history(name, kwargs, level)
    _State.level += 1
    try:
        if _State.disabled_depth == 0 and callable(getattr(command, "undo", None)):
            return (True, _execute_undoable(command, name, level, key))
        return (True, _do(command, name, kwargs))
    except Exception as error:  # noqa: BLE001 - as Kit does
        _history[key].error = True
        if _State.group is not None:
            _history[_State.group.history_key].error = True
        commands._log_error(f"Failed to execute a command: {name}", error)
        return (False, None)
    finally:
        _State.level -= 1
        commands._dispatch_changed()


def _do(command: Any, name: str, kwargs: dict[str, Any]) -> Any:
    commands._call_callbacks(command, name, kwargs, commands.PRE_DO_CALLBACK)
    result = command.do()
    commands._call_callbacks(command, name, kwargs, commands.POST_DO_CALLBACK)
    return result


def _execute_undoable(command: Any, name: str, level: int, key: int) -> Any:
    entry = _push(command, name, level, key)
    try:
        result = _do(command, name, _history[key].kwargs)
    except Exception:
        # Everything down to the failed command, and that itself, is undone.
        while True:
            last = _undo_stack.pop()
            _undo_entry(last)
            if last is entry:
                break
        # Kit does that: redo would try the failed command again.
        if level == 0:
            _redo_stack.append(entry)
        _dispatch_changed([name], [_history[key]])
        raise
    _dispatch_changed([name], [_history[key]])
    return result


def _undo_entry(entry: Entry) -> bool:
    kwargs = _history[entry.history_key].kwargs if entry.history_key in _history else {}
    try:
        commands._call_callbacks(entry.command, entry.name, kwargs, commands.PRE_UNDO_CALLBACK)
        entry.command.undo()
        commands._call_callbacks(entry.command, entry.name, kwargs, commands.POST_UNDO_CALLBACK)
    except Exception as error:  # noqa: BLE001 - as Kit does
        commands._log_error(f"Failed to undo a command: {entry.name}", error)
        return False
    return True


def _execute_entries(entries: list[Entry]) -> bool:
    for entry in entries:
        kwargs = _history[entry.history_key].kwargs if entry.history_key in _history else {}
        command = entry.command
        if _State.is_in_repeat:
            command = type(entry.command)(**kwargs)
            if isinstance(command, GroupCommand):
                command.entries = entry.command.entries
        if not execute(command, entry.name, kwargs)[0]:
            raise RuntimeError("Failed to redo or repeat commands")
    return True


class Undo(commands.Command):
    """Undo the last entry at level 0 with all that came with it."""

    def do(self) -> bool:
        """Undo; False if there is nothing."""
        if not _undo_stack:
            return False
        done: list[Entry] = []
        while _undo_stack:
            entry = _undo_stack.pop()
            if entry.level == 0:
                _redo_stack.append(entry)
            if _undo_entry(entry):
                done.append(entry)
            if entry.level == 0:
                break
        details = [_history[e.history_key] for e in done if e.history_key in _history]
        _dispatch_changed([entry.name for entry in done], details)
        return True


class Redo(commands.Command):
    """Do the last undone entry again, on the same instance."""

    def do(self) -> bool:
        """Redo; False if there is nothing."""
        if not _redo_stack:
            return False
        _State.level -= 1
        _State.is_in_redo = True
        try:
            return _execute_entries([_redo_stack.pop()])
        finally:
            _State.is_in_redo = False
            _State.level += 1


class Repeat(commands.Command):
    """Do the last entry once more, with a new instance made from the same arguments."""

    def do(self) -> bool:
        """Repeat; False if there is nothing."""
        last = next((entry for entry in reversed(_undo_stack) if entry.level == 0), None)
        if last is None:
            return False
        _State.level -= 1
        _State.is_in_repeat = True
        try:
            return _execute_entries([last])
        finally:
            _State.is_in_repeat = False
            _State.level += 1


def undo() -> bool:
    """Undo one entry; False if there is none."""
    done, result = commands.execute("Undo")
    return done and result


def redo() -> bool:
    """Redo one entry; False if there is none or it fails."""
    done, result = commands.execute("Redo")
    return done and result


def repeat() -> bool:
    """Repeat the last entry."""
    done, result = commands.execute("Repeat")
    return done and result


def can_undo() -> bool:
    """Whether there is something to undo."""
    return len(_undo_stack) > 0


def can_redo() -> bool:
    """Whether there is something to redo."""
    return len(_redo_stack) > 0


def can_repeat() -> bool:
    """Whether there is something to repeat."""
    return len(_undo_stack) > 0


def clear_stack() -> None:
    """Forget what could be undone and redone."""
    _undo_stack.clear()
    _redo_stack.clear()


def clear_history() -> None:
    """Forget which commands were executed."""
    _history.clear()


def get_undo_stack() -> deque[Entry]:
    """Return the undo stack itself."""
    return _undo_stack


def get_redo_stack() -> deque[Entry]:
    """Return the redo stack itself."""
    return _redo_stack


def get_history() -> dict[int, HistoryEntry]:
    """Return every executed command with its arguments."""
    return _history


def begin_group() -> None:
    """Start a group, or go deeper in the one that is open."""
    _State.group_depth += 1
    if _State.group_depth == 1:
        level = _State.level
        _State.level += 1
        key = _add_history("Group", {}, level)
        _State.group = _push(GroupCommand(), "Group", level, key)


def end_group() -> None:
    """End a group; the outermost end closes it."""
    _State.group_depth -= 1
    if _State.group_depth or _State.group is None:
        return
    group_entry, _State.group = _State.group, None
    _State.level -= 1
    stack = list(_undo_stack)
    if group_entry in stack:
        inside = stack[stack.index(group_entry) + 1 :]
        wanted = group_entry.level + 1
        group_entry.command.entries = [entry for entry in inside if entry.level == wanted]
    _dispatch_changed([group_entry.name], [_history[group_entry.history_key]])
    commands._dispatch_changed()


@contextmanager
def group() -> Iterator[None]:
    """Make one entry of what is executed inside; an exception closes it, but rolls nothing back."""
    begin_group()
    try:
        yield
    finally:
        end_group()


def begin_disabled() -> None:
    """Execute without entries from now on."""
    _State.disabled_depth += 1


def end_disabled() -> None:
    """End what ``begin_disabled`` began."""
    if _State.disabled_depth > 0:
        _State.disabled_depth -= 1
    else:
        carb.log_error("undo.end_disabled() called without a call of undo.begin_disabled()")


@contextmanager
def disabled() -> Iterator[None]:
    """Execute without entries."""
    begin_disabled()
    try:
        yield
    finally:
        end_disabled()


def subscribe_on_change(on_change: Callable[[list[str]], None]) -> None:
    """Call a function with command names whenever something is done, undone or redone."""
    _on_change.add(on_change)


def unsubscribe_on_change(on_change: Callable[[list[str]], None]) -> None:
    """Stop calling it."""
    _on_change.discard(on_change)


def subscribe_on_change_detailed(on_change: Callable[[list[HistoryEntry]], None]) -> None:
    """Call a function with history entries whenever something is done, undone or redone."""
    _on_change_detailed.add(on_change)


def unsubscribe_on_change_detailed(on_change: Callable[[list[HistoryEntry]], None]) -> None:
    """Stop calling it."""
    _on_change_detailed.discard(on_change)


def _dispatch_changed(names: list[str], entries: list[HistoryEntry]) -> None:
    for on_change in list(_on_change):
        on_change(names)
    for on_change_detailed in list(_on_change_detailed):
        on_change_detailed(entries)


commands.register_all_commands_in_module(__name__)
