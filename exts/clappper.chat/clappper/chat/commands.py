"""The undo entry of a request: a command that adopts what the slices have authored."""

from __future__ import annotations

import itertools
import logging
from typing import TYPE_CHECKING

from clappper.kit.compat import execute_command, require_module

if TYPE_CHECKING:
    from collections.abc import Callable

    from clappper.core.stage.live_edit import LiveEdit

__all__ = ["UndoEntries"]

_LOGGER = logging.getLogger(__name__)
_COMMAND = "ClappperBuildScene"


class UndoEntries:
    """Registers our command and hands it authored scenes.

    The command's arguments stay in Kit's history, so that a scene goes by a number.
    """

    def __init__(self) -> None:
        self._edits: dict[int, LiveEdit] = {}
        self._numbers = itertools.count(1)
        self._command: type | None = None
        #: Told after each undo and redo.
        self._watchers: list[Callable[[], None]] = []

    def watch(self, on_change: Callable[[], None]) -> None:
        """Tell after each undo and redo of a scene, until ``destroy``."""
        self._watchers.append(on_change)

    def adopt(self, edit: LiveEdit) -> None:
        """Put an authored scene on the undo stack as one entry.

        Raises:
            KitFeatureMissingError: The app has no commands.
            CommandFailedError: Kit refused it.
        """
        if self._command is None:
            commands = require_module("omni.kit.commands", needed_for="Undo")
            self._command = _make_command(commands.Command, self._edits, self._watchers)
            commands.register(self._command)
        number = next(self._numbers)
        self._edits[number] = edit
        execute_command(_COMMAND, scene=number)

    def destroy(self) -> None:
        """Unregister the command; entries on the undo stack go on working."""
        self._watchers.clear()
        command, self._command = self._command, None
        if command is not None:
            require_module("omni.kit.commands", needed_for="Undo").unregister(command)


def _make_command(
    base: type, edits: dict[int, LiveEdit], watchers: list[Callable[[], None]]
) -> type:
    # Commands live on in Kit's history: they may hold the tables, but nobody else of ours.

    class ClappperBuildSceneCommand(base):  # type: ignore[misc, valid-type]
        """Build a Clappper scene. Undo takes it away, redo puts it back."""

        def __init__(self, scene: int) -> None:
            super().__init__()
            self._scene = scene
            self._edit: LiveEdit | None = None

        def do(self) -> str | None:
            """Adopt the authored scene; when done again, author it at once."""
            if self._edit is not None:
                self._edit.redo()
                _tell(watchers)
                return str(self._edit.scene_path)
            self._edit = edits.pop(self._scene, None)
            if self._edit is None:
                # Kit's Repeat makes a new command, whose scene the first one has taken.
                _LOGGER.warning("A built scene cannot be repeated: send its prompt again.")
                return None
            return str(self._edit.scene_path)

        def undo(self) -> None:
            """Take away what was authored."""
            if self._edit is not None:
                self._edit.undo()
                _tell(watchers)

    return ClappperBuildSceneCommand


def _tell(watchers: list[Callable[[], None]]) -> None:
    for watcher in tuple(watchers):
        watcher()
