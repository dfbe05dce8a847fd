"""Packages that Kit may have itself: added to the path only where they cannot be found."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["add_missing", "remove_added"]


def add_missing(folder: Path) -> list[str]:
    """Append the folder of each package that cannot be found; return what was appended.

    The end of ``sys.path`` comes after everything Kit has, so that nothing is ever covered.
    """
    added = []
    for place in sorted(folder.iterdir()):
        if place.name not in sys.modules and importlib.util.find_spec(place.name) is None:
            sys.path.append(str(place))
            added.append(str(place))
    importlib.invalidate_caches()
    return added


def remove_added(added: list[str]) -> None:
    """Take folders off ``sys.path`` again; modules already imported stay."""
    sys.path[:] = [entry for entry in sys.path if entry not in added]
