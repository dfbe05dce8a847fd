"""Objects that Kit only hands out to who asks for something, made to look at their members."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["PROBES"]

_EVENT = "clappper.kit.self_test"


def _make_event_guard() -> Any:
    dispatcher = importlib.import_module("carb.eventdispatcher").get_eventdispatcher()
    return dispatcher.observe_event(
        event_name=_EVENT, on_event=lambda _: None, observer_name=_EVENT
    )


#: What makes them, by the name that a target has behind its ``@``.
PROBES: Mapping[str, Callable[[], Any]] = {"event_guard": _make_event_guard}
