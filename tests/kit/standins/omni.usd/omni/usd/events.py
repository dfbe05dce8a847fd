"""Events of a context: by name through the dispatcher (Kit 107 on) and on a stream (all Kits)."""

from __future__ import annotations

from enum import Enum
from typing import Any

import carb.eventdispatcher
import carb.events

from . import standin


class StageState(Enum):
    """State of a context's stage."""

    CLOSED = 0
    OPENING = 1
    OPENED = 2
    CLOSING = 3


class StageEventType(Enum):
    """Types of stage events; as in Kit only ``int(...)`` compares with a stream's event type."""

    SAVED = 0
    SAVE_FAILED = 1
    OPENING = 2
    OPENED = 3
    OPEN_FAILED = 4
    CLOSING = 5
    CLOSED = 6
    SELECTION_CHANGED = 7
    ASSETS_LOADED = 8
    ASSETS_LOAD_ABORTED = 9
    GIZMO_TRACKING_CHANGED = 10
    MDL_PARAM_LOADED = 11
    SETTINGS_LOADED = 12
    SETTINGS_SAVING = 13
    OMNIGRAPH_START_PLAY = 14
    OMNIGRAPH_STOP_PLAY = 15
    SIMULATION_START_PLAY = 16
    SIMULATION_STOP_PLAY = 17
    ANIMATION_START_PLAY = 18
    ANIMATION_STOP_PLAY = 19
    DIRTY_STATE_CHANGED = 20
    ASSETS_LOADING = 21
    ACTIVE_LIGHT_COUNTS_CHANGED = 22
    HIERARCHY_CHANGED = 23
    HYDRA_GEOSTREAMING_STARTED = 24
    HYDRA_GEOSTREAMING_STOPPED = 25
    HYDRA_GEOSTREAMING_STOPPED_NOT_ENOUGH_MEM = 26
    HYDRA_GEOSTREAMING_STOPPED_AT_LIMIT = 27
    SAVING = 28
    COUNT = 29

    def __int__(self) -> int:
        return self.value


class StageEvents:
    """Tells the events of one context."""

    def __init__(self, context_name: str) -> None:
        self._context_name = context_name
        self._dispatcher = carb.eventdispatcher.get_eventdispatcher()
        self.stream = carb.events.get_events_interface().create_event_stream("omni.usd.stage")

    def compute_name(self, event: StageEventType) -> str:
        """Return an event's name for the dispatcher."""
        if not isinstance(event, StageEventType):
            raise TypeError(f"stage_event_name needs a StageEventType, not {event!r}")
        return f"omni.usd.UsdContext:{self._context_name}:stage_event:{event.name}"

    def tell(self, event: StageEventType, payload: dict[str, Any] | None = None) -> None:
        """Tell an event to all who observe it."""
        if standin.has_stage_event_names:
            self._dispatcher.dispatch_event(self.compute_name(event), payload=payload or {})
        self.stream.push(int(event), payload=payload or {})
        # Whoever observes CLOSING must still find the stage.
        if not standin.has_late_stream or event is StageEventType.CLOSING:
            self.stream.pump()

    def update(self) -> None:
        """Tell what waits on the stream."""
        self.stream.pump()
