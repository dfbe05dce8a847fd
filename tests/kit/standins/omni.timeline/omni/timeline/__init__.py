"""Stand-in for ``omni.timeline``: the default timeline, whose changes count from the next update.

Start, end and time codes per second are those of the open stage. Times are seconds, but ``play``
takes time codes. UNSURE in the notes on Kit's API, therefore switched by ``standin``: whether
getters tell a change before ``commit`` or the next update.
"""

from __future__ import annotations

import sys
from enum import Enum
from typing import TYPE_CHECKING, Any

import carb.eventdispatcher
import carb.events
import omni.ext
import omni.kit.app

from . import standin

if TYPE_CHECKING:
    from contextlib import AbstractContextManager


class TimelineEventType(Enum):
    """Types of the events on the timeline's stream."""

    PLAY = 0
    PAUSE = 1
    STOP = 2
    CURRENT_TIME_CHANGED = 3
    CURRENT_TIME_TICKED_PERMANENT = 4
    CURRENT_TIME_TICKED = 5
    LOOP_MODE_CHANGED = 6
    START_TIME_CHANGED = 7
    END_TIME_CHANGED = 8
    TIME_CODE_PER_SECOND_CHANGED = 9
    AUTO_UPDATE_CHANGED = 10

    def __int__(self) -> int:
        return self.value


_EVENTS = {
    "current": TimelineEventType.CURRENT_TIME_CHANGED,
    "is_looping": TimelineEventType.LOOP_MODE_CHANGED,
    "start": TimelineEventType.START_TIME_CHANGED,
    "end": TimelineEventType.END_TIME_CHANGED,
    "tcps": TimelineEventType.TIME_CODE_PER_SECOND_CHANGED,
    "is_auto_updating": TimelineEventType.AUTO_UPDATE_CHANGED,
}
_PLAY_EVENTS = {
    "play": TimelineEventType.PLAY,
    "pause": TimelineEventType.PAUSE,
    "stop": TimelineEventType.STOP,
}


class Timeline:
    """A timeline controller."""

    def __init__(self) -> None:
        self._state: dict[str, Any] = {
            "mode": "stop",
            "current": 0.0,
            "start": 0.0,
            "end": 100 / 24,
            "tcps": 24.0,
            "is_looping": True,
            "is_auto_updating": True,
            "is_play_every_frame": False,
            "session": None,
        }
        self._pending: dict[str, Any] = {}
        self._events = carb.events.get_events_interface().create_event_stream("omni.timeline")

    # --- state ----------------------------------------------------------------------------

    def _get(self, key: str) -> Any:
        return self._state[key]

    def _latest(self, key: str) -> Any:
        return self._pending.get(key, self._state[key])

    def _set(self, **changes: Any) -> None:
        self._pending.update(changes)
        if not standin.is_deferred:
            self.commit()

    def commit(self) -> None:
        """Apply all changes and tell them."""
        self._commit(is_silent=False)

    def commit_silently(self) -> None:
        """Apply all changes and tell nobody."""
        self._commit(is_silent=True)

    def _commit(self, *, is_silent: bool) -> None:
        pending, self._pending = self._pending, {}
        changed = {k: v for k, v in pending.items() if self._state[k] != v}
        self._state.update(changed)
        if {"start", "end", "tcps"} & changed.keys():
            self._write_stage(changed)
        if is_silent:
            return
        if "mode" in changed:
            self._tell(_PLAY_EVENTS[changed["mode"]])
        for key, event in _EVENTS.items():
            if key in changed:
                self._tell(event)

    def _tell(self, event: TimelineEventType) -> None:
        self._events.push(int(event), payload={"currentTime": self._state["current"]})
        self._events.pump()

    def _write_stage(self, changed: dict[str, Any]) -> None:
        stage = _find_stage()
        if stage is None:
            return
        with _edit_root(stage):
            if "tcps" in changed:
                stage.SetTimeCodesPerSecond(self._state["tcps"])
            if "start" in changed:
                stage.SetStartTimeCode(self._state["start"] * self._state["tcps"])
            if "end" in changed:
                stage.SetEndTimeCode(self._state["end"] * self._state["tcps"])

    def _read_stage(self, stage: Any) -> None:
        """Take over what a stage says that was just opened."""
        tcps = stage.GetTimeCodesPerSecond()
        self._pending = {}
        self._state.update(mode="stop", tcps=tcps, session=None)
        if stage.HasAuthoredTimeCodeRange():
            self._state.update(
                start=stage.GetStartTimeCode() / tcps, end=stage.GetEndTimeCode() / tcps
            )
        else:
            self._state.update(start=0.0, end=100 / tcps)
        self._state["current"] = self._state["start"]

    def _range(self) -> tuple[float, float]:
        return self._latest("session") or (self._latest("start"), self._latest("end"))

    def _update(self, dt_s: float) -> None:
        if self._state["mode"] == "play" and self._state["is_auto_updating"]:
            step_s = 1 / self._state["tcps"] if self._state["is_play_every_frame"] else dt_s
            self._advance(step_s)
        self.commit()

    def _advance(self, step_s: float) -> None:
        start, end = self._range()
        time = self._latest("current") + step_s
        if time > end + 1e-9:
            if self._latest("is_looping"):
                time = start
            else:
                time = end
                if self._latest("mode") == "play":
                    self._pending["mode"] = "pause"
        self._pending["current"] = max(time, start)

    # --- Kit's functions ------------------------------------------------------------------

    def play(
        self, start_timecode: float = 0, end_timecode: float = 0, looping: bool = True
    ) -> None:
        """Play; the range is given in time codes, 0 to 0 is the stage's own."""
        tcps = self._latest("tcps")
        session = None
        if start_timecode or end_timecode:
            session = (start_timecode / tcps, end_timecode / tcps)
        self._set(mode="play", session=session, is_looping=looping)

    def pause(self) -> None:
        """Pause."""
        self._set(mode="pause")

    def stop(self) -> None:
        """Stop, which goes back to the start."""
        self._set(mode="stop", session=None, current=self._latest("start"))

    def is_playing(self) -> bool:
        """Whether it plays."""
        return self._get("mode") == "play"

    def is_stopped(self) -> bool:
        """Whether it is stopped and not only paused."""
        return self._get("mode") == "stop"

    def forward_one_frame(self) -> None:
        """Go one time code on."""
        self._advance(1 / self._latest("tcps"))
        self._set()

    def rewind_one_frame(self) -> None:
        """Go one time code back."""
        self._set(current=max(self._latest("current") - 1 / self._latest("tcps"), self._range()[0]))

    def get_current_time(self) -> float:
        """Return the current time [s]."""
        return self._get("current")

    def set_current_time(self, time_in_seconds: float) -> None:
        """Set the current time [s]."""
        self._set(current=float(time_in_seconds))

    def get_start_time(self) -> float:
        """Return the start [s]."""
        return self._get("start")

    def set_start_time(self, start_time: float) -> None:
        """Set the start [s] and write it into the stage."""
        self._set(start=float(start_time))

    def get_end_time(self) -> float:
        """Return the end [s]."""
        return self._get("end")

    def set_end_time(self, end_time: float) -> None:
        """Set the end [s] and write it into the stage; one frame is the shortest range."""
        shortest = self._latest("start") + 1 / self._latest("tcps")
        self._set(end=max(float(end_time), shortest))

    def get_time_codes_per_second(self) -> float:
        """Return the stage's time codes per second."""
        stage = _find_stage()
        return stage.GetTimeCodesPerSecond() if stage is not None else self._get("tcps")

    #: The older, misspelled name.
    get_time_codes_per_seconds = get_time_codes_per_second

    def set_time_codes_per_second(self, time_codes_per_second: float) -> None:
        """Set them and write them into the stage."""
        self._set(tcps=float(time_codes_per_second))

    def is_auto_updating(self) -> bool:
        """Whether playing moves the current time."""
        return self._get("is_auto_updating")

    def set_auto_update(self, auto_update: bool) -> None:
        """Let playing move the current time or not."""
        self._set(is_auto_updating=bool(auto_update))

    def is_looping(self) -> bool:
        """Whether it starts again at the end."""
        return self._get("is_looping")

    def set_looping(self, looping: bool) -> None:
        """Start again at the end or not."""
        self._set(is_looping=bool(looping))

    def set_play_every_frame(self, play_every_frame: bool) -> None:
        """Advance one time code per update or as time passes."""
        self._set(is_play_every_frame=bool(play_every_frame))

    def time_code_to_time(self, arg0: float) -> float:
        """Return seconds."""
        return arg0 / self._latest("tcps")

    def time_to_time_code(self, arg0: float) -> float:
        """Return time codes."""
        return arg0 * self._latest("tcps")

    def get_timeline_event_stream(self) -> Any:
        """Return the stream of the timeline's events."""
        return self._events


def get_timeline_interface(timeline_name: str = "") -> Timeline:
    """Return the default timeline."""
    if timeline_name:
        raise ValueError("this stand-in has the default timeline only")
    return _timelines[0]


def _find_stage() -> Any | None:
    usd = sys.modules.get("omni.usd")
    context = usd.get_context() if usd is not None else None
    return context.get_stage() if context is not None else None


def _edit_root(stage: Any) -> AbstractContextManager[Any]:
    from pxr import Usd

    return Usd.EditContext(stage, stage.GetRootLayer())


_timelines = [Timeline()]


class TimelineExtension(omni.ext.IExt):
    """Drives the timeline with the app's updates."""

    def __init__(self) -> None:
        super().__init__()
        self._observer: Any = None

    def on_startup(self, ext_id: str) -> None:
        """Follow the updates."""
        self._observer = carb.eventdispatcher.get_eventdispatcher().observe_event(
            event_name=omni.kit.app.GLOBAL_EVENT_UPDATE,
            on_event=lambda event: _timelines[0]._update(event["dt"]),
            observer_name="omni.timeline",
        )

    def on_shutdown(self) -> None:
        """Stop following."""
        self._observer = None
