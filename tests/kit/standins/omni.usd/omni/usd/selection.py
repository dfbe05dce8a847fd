"""The selection of a context."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Selection:
    """Selected prim paths; they are strings and need not exist."""

    class SourceType(Enum):
        """Where the selection lives."""

        USD = 0
        FABRIC = 1
        ALL = 2

    def __init__(self, on_changed: Callable[[], None]) -> None:
        self._paths: list[str] = []
        self._on_changed = on_changed

    def _set(self, paths: Sequence[str]) -> bool:
        new = list(dict.fromkeys(paths))
        if new == self._paths:
            return False
        self._paths = new
        self._on_changed()
        return True

    def get_selected_prim_paths(self, source: SourceType = SourceType.USD) -> list[str]:
        """Return the selected paths."""
        return list(self._paths)

    def set_selected_prim_paths(
        self,
        paths: Sequence[str],
        expandInStage: bool = True,  # noqa: N803 - Kit's name
        source: SourceType = SourceType.USD,
        type_kind_filtering: bool = False,
    ) -> bool:
        """Select these and nothing else."""
        if not all(isinstance(path, str) for path in paths):
            raise TypeError("set_selected_prim_paths(): incompatible function arguments")
        return self._set(paths)

    def clear_selected_prim_paths(self, source: SourceType = SourceType.USD) -> bool:
        """Select nothing."""
        return self._set([])

    def is_prim_path_selected(self, path: str, source: SourceType = SourceType.USD) -> bool:
        """Whether this very path is selected."""
        return path in self._paths

    def set_prim_path_selected(
        self,
        path: str,
        selected: bool = True,
        forcePrim: bool = True,  # noqa: N803 - Kit's name
        clearSelected: bool = False,  # noqa: N803 - Kit's name
        expandInStage: bool = True,  # noqa: N803 - Kit's name
        source: SourceType = SourceType.USD,
    ) -> bool:
        """Add a path to the selection or take it out."""
        rest = [] if clearSelected else [known for known in self._paths if known != path]
        return self._set([*rest, path] if selected else rest)
