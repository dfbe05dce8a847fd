"""The docked window that holds the panel."""

from __future__ import annotations

from typing import TYPE_CHECKING

import omni.ui as ui

from clappper.chat.panel import Panel

if TYPE_CHECKING:
    from collections.abc import Callable

    from clappper.core.session.chat import ChatSession

__all__ = ["TITLE", "ChatWindow"]

TITLE = "Clappper"
_DOCKS_BESIDE = "Property"
_WIDTH, _HEIGHT = 420, 760


class ChatWindow:
    """A thin window; its content is built when it is first drawn."""

    def __init__(
        self, session: ChatSession, *, is_visible: bool, on_visibility: Callable[[bool], None]
    ) -> None:
        """Create the window, docked beside Property where that exists.

        Args:
            session: What it shows.
            is_visible: Whether it is shown at once.
            on_visibility: Told when the user shows or closes it.
        """
        self._session = session
        self._panel: Panel | None = None
        self._window: ui.Window | None = ui.Window(
            TITLE,
            width=_WIDTH,
            height=_HEIGHT,
            visible=is_visible,
            dockPreference=ui.DockPreference.RIGHT_BOTTOM,
        )
        self._window.deferred_dock_in(_DOCKS_BESIDE, ui.DockPolicy.DO_NOTHING)
        self._window.set_visibility_changed_fn(on_visibility)
        self._window.frame.set_build_fn(self._build)
        ui.Workspace.set_show_window_fn(TITLE, self.show)

    @property
    def is_visible(self) -> bool:
        """Whether the window is shown."""
        return self._window is not None and bool(self._window.visible)

    def show(self, is_visible: bool) -> None:
        """Show or hide the window."""
        if self._window is not None:
            self._window.visible = is_visible

    def destroy(self) -> None:
        """Destroy panel and window; calling it again does nothing."""
        panel, self._panel = self._panel, None
        if panel is not None:
            panel.destroy()
        window, self._window = self._window, None
        if window is not None:
            ui.Workspace.set_show_window_fn(TITLE, None)
            window.set_visibility_changed_fn(None)
            window.frame.set_build_fn(None)
            window.destroy()

    def _build(self) -> None:
        if self._panel is not None:
            self._panel.destroy()
        self._panel = Panel(self._session)
