"""Starts ``clappper.pip``: adds the packages that neither Kit nor another extension has."""

from __future__ import annotations

from pathlib import Path

import omni.ext  # noqa: TID251 - this is a Kit extension

from clappper.pip.fallback import add_missing, remove_added

__all__ = ["PipExtension"]

_ROOT = Path(__file__).resolve().parents[2]


class PipExtension(omni.ext.IExt):  # type: ignore[misc]
    """Adds the fallback packages for as long as the extension is enabled."""

    def __init__(self) -> None:
        super().__init__()
        self._added: list[str] = []

    def on_startup(self, _ext_id: str) -> None:
        """Add what is missing."""
        self._added = add_missing(_ROOT / "pip_prebundle_fallback")

    def on_shutdown(self) -> None:
        """Take back what was added."""
        remove_added(self._added)
        self._added = []
