"""Stand-in for ``omni.kit.notification_manager``; ``standin.posted`` keeps what was posted."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from . import standin

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class NotificationStatus(Enum):
    """How serious it is; there is no ERROR."""

    WARNING = 0
    INFO = 1


class NotificationButtonInfo:
    """A button of a notification."""

    def __init__(self, text: str, on_complete: Callable[[], None] | None = None) -> None:
        self.text = text
        self.on_complete = on_complete


class Notification:
    """A notification that is shown."""

    def __init__(
        self, text: str, status: NotificationStatus, button_infos: Sequence[NotificationButtonInfo]
    ) -> None:
        self.text = text
        self.status = status
        self.button_infos = list(button_infos)
        self.dismissed = False

    def dismiss(self) -> None:
        """Take it away."""
        self.dismissed = True


def post_notification(
    text: str,
    hide_after_timeout: bool = True,
    duration: float = 3,
    status: NotificationStatus = NotificationStatus.INFO,
    button_infos: Sequence[NotificationButtonInfo] = (),
) -> Notification:
    """Show a notification."""
    notification = Notification(text, status, button_infos)
    standin.posted.append(notification)
    return notification
