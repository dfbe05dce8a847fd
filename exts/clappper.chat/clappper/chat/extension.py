"""Creates session, window and menu entries at start-up and destroys them in reverse order."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import omni.ext

from clappper.chat.filmer import LiveFilmer
from clappper.chat.live_stage import LiveStage
from clappper.chat.self_test_entry import SelfTestEntry
from clappper.chat.settings import read_settings
from clappper.core.session.chat import ChatSession
from clappper.core.studio import Studio, StudioSettings
from clappper.kit.compat import WindowMenuEntry, get_extension_version, spawn

if TYPE_CHECKING:
    from clappper.chat.window import ChatWindow

__all__ = ["ClappperChatExtension"]

_LOGGER = logging.getLogger(__name__)


class ClappperChatExtension(omni.ext.IExt):
    """The panel."""

    def __init__(self) -> None:
        super().__init__()
        self._session: ChatSession | None = None
        self._window: ChatWindow | None = None
        self._menu: WindowMenuEntry | None = None
        self._self_test: SelfTestEntry | None = None

    def on_startup(self, ext_id: str) -> None:
        """Create session, window and menu entries, where the app has windows at all."""
        del ext_id
        if get_extension_version("omni.ui") is None:
            _LOGGER.warning("This app has no windows (omni.ui): the Clappper panel stays away.")
            return
        from clappper.chat.window import TITLE, ChatWindow

        settings = read_settings()
        studio = StudioSettings(
            settings.catalog_path,
            settings.asset_roots,
            seed=settings.seed,
            planner=settings.planner,
            api_key=settings.api_key,
        )
        host = LiveStage(slice_s=settings.slice_s)
        session = self._session = ChatSession(
            Studio(studio), host, LiveFilmer(settings.output_folder), spawn=spawn
        )
        host.watch(session.refresh)
        self._window = ChatWindow(
            session, is_visible=settings.is_visible_on_startup, on_visibility=self._on_visibility
        )
        self._menu = WindowMenuEntry(TITLE, self._toggle, self._is_shown)
        self._self_test = SelfTestEntry(
            host,
            output_folder=settings.output_folder,
            is_busy=lambda: session.state.is_busy,
            on_line=session.note,
        )

    def on_shutdown(self) -> None:
        """Stop what runs and take everything away."""
        if self._self_test is not None:
            self._self_test.destroy()
        if self._menu is not None:
            self._menu.remove()
        for owned in (self._window, self._session):
            if owned is not None:
                owned.destroy()
        self._self_test = self._menu = self._window = self._session = None

    def _toggle(self) -> None:
        if self._window is not None:
            self._window.show(not self._window.is_visible)

    def _is_shown(self) -> bool:
        return self._window is not None and self._window.is_visible

    def _on_visibility(self, is_visible: bool) -> None:
        if self._menu is not None:
            self._menu.refresh()
        if not is_visible and self._session is not None:
            self._session.stop()  # nobody sees it any more, or could stop it
