"""Kit 106 to 110 behind one set of functions; features are looked for, versions never asked.

Owns every use of Kit that differs between versions or may be missing from an app: stage events,
viewports, menus, notifications, commands. Everything but ``omni.kit.app`` is imported inside
functions: what an app does not ship costs one feature and one sentence, not the start-up.
"""

from __future__ import annotations

import importlib
import logging
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import omni.kit.app

from clappper.core.errors import ClappperError

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from types import ModuleType

__all__ = [
    "CommandFailedError",
    "KitFeatureMissingError",
    "Subscription",
    "WindowMenuEntry",
    "execute_command",
    "find_module",
    "get_active_viewport",
    "get_extension_version",
    "next_update",
    "notify",
    "observe_stage_event",
    "require_module",
    "spawn",
]

_LOGGER = logging.getLogger(__name__)


class KitFeatureMissingError(ClappperError):
    """This app lacks an extension: enable what the message names in the Extensions window."""


class CommandFailedError(ClappperError):
    """A Kit command failed; Kit's log says why."""


def find_module(name: str) -> ModuleType | None:
    """Return a Kit module, or None where the app does not have it or it fails to start."""
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def require_module(name: str, *, needed_for: str) -> ModuleType:
    """Return a Kit module.

    Raises:
        KitFeatureMissingError: The app does not have it.
    """
    module = find_module(name)
    if module is None:
        raise KitFeatureMissingError(
            f"{needed_for} needs the extension {name}, which is not enabled: enable it in "
            "Window > Extensions."
        )
    return module


def get_extension_version(name: str) -> str | None:
    """Return the version of an enabled extension, or None."""
    manager = omni.kit.app.get_app().get_extension_manager()
    extension_id = manager.get_enabled_extension_id(name)
    if not extension_id:
        return None
    details = manager.get_extension_dict(extension_id)
    return str(details["package/version"]) if details else None


async def next_update() -> float:
    """Wait for the app's next update and return its time step [s]."""
    return float(await omni.kit.app.get_app().next_update_async())


def spawn(coroutine: Coroutine[Any, Any, None]) -> Any:
    """Run a coroutine on Kit's loop and return its task; call it on the main thread."""
    engine = find_module("omni.kit.async_engine")
    if engine is not None:
        return engine.run_coroutine(coroutine)
    import asyncio

    return asyncio.ensure_future(coroutine)


class Subscription:
    """Keeps an observer alive until it is released; releasing twice does no harm."""

    def __init__(self, guard: Any, release: Callable[[Any], None] | None = None) -> None:
        self._guard = guard
        self._release = release

    def release(self) -> None:
        """Stop observing."""
        guard, self._guard = self._guard, None
        if guard is not None and self._release is not None:
            self._release(guard)


def observe_stage_event(
    context: Any, event: str, on_event: Callable[[], None], *, name: str
) -> Subscription:
    """Observe a stage event by its name in ``omni.usd.StageEventType``, for example CLOSING.

    Kit 107 and later tell it through the event dispatcher, Kit 106 through the context's stream.

    Args:
        context: The ``UsdContext``.
        event: Name of the event type.
        on_event: Called on the main thread.
        name: Observer name for Kit's profiler.
    """
    usd = require_module("omni.usd", needed_for="Building on the open stage")
    event_type = getattr(usd.StageEventType, event)
    dispatcher = find_module("carb.eventdispatcher")
    if dispatcher is not None and hasattr(context, "stage_event_name"):
        guard = dispatcher.get_eventdispatcher().observe_event(
            event_name=context.stage_event_name(event_type),
            on_event=lambda _: on_event(),
            observer_name=name,
        )
        return Subscription(guard, lambda g: g.reset() if hasattr(g, "reset") else None)

    def on_pop(popped: Any) -> None:
        if int(popped.type) == int(event_type):
            on_event()

    stream = context.get_stage_event_stream()
    guard = stream.create_subscription_to_pop(on_pop, name=name)
    return Subscription(guard, lambda g: g.unsubscribe() if hasattr(g, "unsubscribe") else None)


def get_active_viewport() -> Any | None:
    """Return the active viewport's API, or None without one."""
    utility = find_module("omni.kit.viewport.utility")
    return utility.get_active_viewport() if utility is not None else None


class WindowMenuEntry:
    """A ticked entry below the menu Window that shows and hides a window.

    Kit may keep the description of an entry after it is taken out; whoever made the entry is let go
    of all the same.
    """

    _MENU = "Window"

    def __init__(
        self, title: str, toggle: Callable[[], None], is_shown: Callable[[], bool]
    ) -> None:
        self._toggle: Callable[[], None] | None = toggle
        self._is_shown: Callable[[], bool] | None = is_shown
        self._menus = find_module("omni.kit.menu.utils")
        self._items: list[Any] = []
        if self._menus is not None:
            self._items = [
                self._menus.MenuItemDescription(
                    name=title, ticked=True, ticked_fn=self._on_draw, onclick_fn=self._on_click
                )
            ]
            self._menus.add_menu_items(self._items, self._MENU)

    def refresh(self) -> None:
        """Draw the tick anew."""
        if self._items:
            self._menus.refresh_menu_items(self._MENU)  # type: ignore[union-attr]

    def remove(self) -> None:
        """Take the entry out; removing twice does no harm."""
        self._toggle = self._is_shown = None
        items, self._items = self._items, []
        if items:
            self._menus.remove_menu_items(items, self._MENU)  # type: ignore[union-attr]

    def _on_click(self) -> None:
        if self._toggle is not None:
            self._toggle()

    def _on_draw(self) -> bool:
        return self._is_shown is not None and self._is_shown()


def notify(text: str, *, is_warning: bool = False) -> None:
    """Show a notification where the app has them, else leave the sentence in the log."""
    manager = find_module("omni.kit.notification_manager")
    if manager is None:
        _LOGGER.info("%s", text)
        return
    status = manager.NotificationStatus
    with suppress(RuntimeError):  # no window to show it in
        manager.post_notification(text, status=status.WARNING if is_warning else status.INFO)


def execute_command(name: str, **arguments: Any) -> Any:
    """Execute a registered Kit command and return its result.

    Raises:
        KitFeatureMissingError: The app has no commands.
        CommandFailedError: The command failed; Kit itself never raises.
    """
    commands = require_module("omni.kit.commands", needed_for="Undo")
    done, result = commands.execute(name, **arguments)
    if not done:
        raise CommandFailedError(f"Kit could not run the command {name}: see Kit's log.")
    return result
