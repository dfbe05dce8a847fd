"""What a scenario needs of whoever works the panel: hands and eyes, nothing of how they work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["PanelDriver"]


class PanelDriver(Protocol):
    """Works the panel through its widgets, which go by their identifiers."""

    async def fill(self, identifier: str, text: str) -> None:
        """Replace what a field holds by typing; a field that needs it takes the value later."""
        ...

    async def click(self, identifier: str) -> None:
        """Click the middle of a widget."""
        ...

    def text(self, identifier: str) -> str:
        """Return what a widget shows: a field's value, a label's text, or all labels below it."""
        ...

    def is_enabled(self, identifier: str) -> bool:
        """Whether a widget can be used."""
        ...

    async def wait_until(self, condition: Callable[[], object], seconds: float, what: str) -> None:
        """Let the app run until the condition is true.

        Raises:
            TimeoutError: It was not true in time; the message says ``what``.
        """
        ...

    async def updates(self, count: int) -> None:
        """Let the app run for so many updates."""
        ...
