"""A context: the one stage it has, how that is opened, saved and closed, and what it tells."""

from __future__ import annotations

import asyncio
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import carb.eventdispatcher
import omni.kit.app
import omni.timeline
from pxr import Sdf, Tf, Usd, UsdUtils

from . import standin
from .events import StageEvents, StageEventType, StageState
from .selection import Selection
from .watch import StageWatch

if TYPE_CHECKING:
    from collections.abc import Callable


class UsdContextInitialLoadSet(Enum):
    """Which payloads are loaded when a stage is opened."""

    LOAD_ALL = 0
    LOAD_NONE = 1


LOAD_ALL = UsdContextInitialLoadSet.LOAD_ALL


class UsdContext:
    """Owns a stage. Functions that can fail answer with a bool or a tuple and never raise."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._events = StageEvents(name)
        self._stage: Usd.Stage | None = None
        self._state = StageState.CLOSED
        self._selection = Selection(lambda: self._events.tell(StageEventType.SELECTION_CHANGED))
        self._watch: StageWatch | None = None
        self._observer = carb.eventdispatcher.get_eventdispatcher().observe_event(
            event_name=omni.kit.app.GLOBAL_EVENT_UPDATE,
            on_event=lambda _: self._update(),
            observer_name="omni.usd.UsdContext",
        )

    def _destroy(self) -> None:
        self._observer = None
        self.close_stage()

    def _update(self) -> None:
        if self._watch is not None:
            self._watch.update()
        self._events.update()

    # --- what it has ----------------------------------------------------------------------

    def get_name(self) -> str:
        """Return the context's name."""
        return self._name

    def get_stage(self) -> Usd.Stage | None:
        """Return the stage, or None while there is none."""
        return self._stage

    def get_stage_url(self) -> str:
        """Return the root layer's identifier."""
        return self._stage.GetRootLayer().identifier if self._stage is not None else ""

    def get_stage_id(self) -> int:
        """Return the stage's id in the stage cache of ``UsdUtils``, or -1."""
        if self._stage is None:
            return -1
        return UsdUtils.StageCache.Get().GetId(self._stage).ToLongInt()

    def get_stage_state(self) -> StageState:
        """Return the state."""
        return self._state

    def get_selection(self) -> Selection:
        """Return the selection."""
        return self._selection

    def is_new_stage(self) -> bool:
        """Whether the stage has no file yet."""
        return self._stage is not None and self._stage.GetRootLayer().anonymous

    def is_omni_stage(self) -> bool:
        """Whether the stage is on an Omniverse server."""
        return self.get_stage_url().startswith("omniverse:")

    def is_writable(self) -> bool:
        """Whether the root layer may be edited."""
        return self._stage is not None and self._stage.GetRootLayer().permissionToEdit

    def has_pending_edit(self) -> bool:
        """Whether there is something to save."""
        return self._watch is not None and self._watch.has_pending_edit

    def set_pending_edit(self, arg0: bool) -> None:
        """Say whether there is something to save."""
        if self._watch is not None:
            self._watch.set_pending_edit(bool(arg0))

    def can_open_stage(self) -> bool:
        """Whether a stage can be opened now."""
        return self._state in (StageState.OPENED, StageState.CLOSED)

    def can_save_stage(self) -> bool:
        """Whether the stage can be saved now."""
        return self._state is StageState.OPENED

    def can_close_stage(self) -> bool:
        """Whether the stage can be closed now."""
        return self._state is StageState.OPENED

    def get_stage_loading_status(self) -> tuple[str, int, int]:
        """Return a message, how many files are loaded and how many there are."""
        return self._watch.loading_status if self._watch is not None else ("", 0, 0)

    def get_stage_streaming_status(self) -> bool:
        """Whether textures or geometry are still on their way."""
        return standin.is_streaming

    # --- events ---------------------------------------------------------------------------

    def stage_event_name(self, event: StageEventType) -> str:
        """Return an event's name for the event dispatcher; Kit 106 does not have this."""
        return self._events.compute_name(event)

    def get_stage_event_stream(self) -> Any:
        """Return the older stream of the same events."""
        return self._events.stream

    async def next_stage_event_async(self) -> tuple[int, Any]:
        """Wait for an event and return its type and payload."""
        future: asyncio.Future[tuple[int, Any]] = asyncio.get_running_loop().create_future()

        def on_event(event: Any) -> None:
            if not future.done():
                future.set_result((event.type, event.payload))

        subscription = self._events.stream.create_subscription_to_pop(on_event, name="next event")
        try:
            return await future
        finally:
            del subscription

    # --- opening and closing --------------------------------------------------------------

    def _close(self) -> None:
        if self._stage is None:
            return
        self._state = StageState.CLOSING
        self._events.tell(StageEventType.CLOSING)
        self._selection.clear_selected_prim_paths()
        if self._watch is not None:
            self._watch.revoke()
            self._watch = None
        UsdUtils.StageCache.Get().Erase(self._stage)
        self._stage = None
        self._state = StageState.CLOSED
        self._events.tell(StageEventType.CLOSED)

    def _open(self, make_stage: Callable[[], Usd.Stage], url: str) -> tuple[bool, str]:
        if not self.can_open_stage():
            return (False, "A stage is being opened or closed.")
        stage: Usd.Stage | None = None
        error = ""
        if standin.keeps_stage_if_open_fails:
            stage, error = _try(make_stage)
        if not error:
            self._close()
        self._state = StageState.OPENING if not error else self._state
        self._events.tell(StageEventType.OPENING, {"val": url})
        if stage is None and not error:
            stage, error = _try(make_stage)
        if stage is None:
            self._state = StageState.OPENED if self._stage is not None else StageState.CLOSED
            self._events.tell(StageEventType.OPEN_FAILED, {"val": url})
            return (False, error)
        UsdUtils.StageCache.Get().Insert(stage)
        self._stage = stage
        self._watch = StageWatch(stage, self._events)
        self._state = StageState.OPENED
        omni.timeline.get_timeline_interface()._read_stage(stage)
        self._events.tell(StageEventType.OPENED, {"val": self.get_stage_url()})
        return (True, "")

    def _open_url(
        self, url: str, load_set: UsdContextInitialLoadSet, session_layer_url: str | None
    ) -> tuple[bool, str]:
        load = Usd.Stage.LoadAll if load_set is LOAD_ALL else Usd.Stage.LoadNone

        def make_stage() -> Usd.Stage:
            session = Sdf.Layer.FindOrOpen(session_layer_url) if session_layer_url else None
            root = Sdf.Layer.FindOrOpen(url)
            if root is None:
                raise FileNotFoundError(f"Cannot open {url}")
            return Usd.Stage.Open(root, session or Sdf.Layer.CreateAnonymous(), load)

        return self._open(make_stage, url)

    def new_stage(self, on_finish_fn: Callable[[bool, str], None] | None = None) -> bool:
        """Open a new, bare stage: no prims, no default prim, no metadata."""
        return _finish(self._open(_make_new_stage, ""), on_finish_fn)

    def open_stage(
        self,
        url: str,
        on_finish_fn: Callable[[bool, str], None] | None = None,
        load_set: UsdContextInitialLoadSet = LOAD_ALL,
    ) -> bool:
        """Open a file."""
        return _finish(self._open_url(url, load_set, None), on_finish_fn)

    def reopen_stage(
        self,
        on_finish_fn: Callable[[bool, str], None] | None = None,
        load_set: UsdContextInitialLoadSet = LOAD_ALL,
    ) -> bool:
        """Open the stage's file again as it is on disk."""
        return _finish(self._reopen(load_set), on_finish_fn)

    def _reopen(self, load_set: UsdContextInitialLoadSet) -> tuple[bool, str]:
        if self._stage is None or self.is_new_stage():
            return (False, "There is no file to open again.")
        url = self.get_stage_url()
        self._stage.Reload()
        return self._open_url(url, load_set, None)

    def close_stage(self, on_finish_fn: Callable[[bool, str], None] | None = None) -> bool:
        """Close the stage."""
        return _finish(self._close_checked(), on_finish_fn)

    def _close_checked(self) -> tuple[bool, str]:
        if not self.can_close_stage():
            return (False, "There is no stage to close.")
        self._close()
        return (True, "")

    # --- saving ---------------------------------------------------------------------------

    def _save(self, url: str | None) -> tuple[bool, str, list[str]]:
        if self._stage is None or self._state is not StageState.OPENED:
            return (False, "There is no stage to save.", [])
        self._events.tell(StageEventType.SAVING)
        saved, error = _try(lambda: self._save_layers(url))
        if error:
            self._events.tell(StageEventType.SAVE_FAILED)
            return (False, error, [])
        self.set_pending_edit(False)
        self._events.tell(StageEventType.SAVED)
        if url is not None and standin.reopens_after_save_as:
            session = self._stage.GetSessionLayer()
            self._open_url(url, LOAD_ALL, session.identifier)
        return (True, "", saved)

    def _save_layers(self, url: str | None) -> list[str]:
        if standin.save_error:
            raise OSError(standin.save_error)
        stage: Any = self._stage
        root = stage.GetRootLayer()
        if url is None and root.anonymous:
            raise OSError("A new stage has no file: it must be saved as one.")
        session = stage.GetSessionLayer()
        dirty = [
            layer
            for layer in stage.GetLayerStack(includeSessionLayers=False)
            if layer.dirty and not layer.anonymous and layer != session
        ]
        saved = []
        for layer in dirty:
            if url is not None and layer == root:
                continue
            layer.Save()
            saved.append(layer.identifier)
        if url is not None:
            Path(url).parent.mkdir(parents=True, exist_ok=True)
            if not root.Export(url):
                raise OSError(f"Cannot write {url}")
            known = Sdf.Layer.Find(url)
            if known is not None:
                known.Reload(force=True)
            saved.append(url)
        return saved

    def save_stage(
        self, on_finish_fn: Callable[[bool, str, list[str]], None] | None = None
    ) -> bool:
        """Save every changed layer to its file."""
        return _finish(self._save(None), on_finish_fn)

    def save_as_stage(
        self, url: str, on_finish_fn: Callable[[bool, str, list[str]], None] | None = None
    ) -> bool:
        """Save the root layer as another file, which the context then has open."""
        return _finish(self._save(url), on_finish_fn)

    def export_as_stage(
        self, url: str, on_finish_fn: Callable[[bool, str], None] | None = None
    ) -> bool:
        """Write the flattened stage to a file."""
        return _finish(self._export(url), on_finish_fn)

    def _export(self, url: str) -> tuple[bool, str]:
        if self._stage is None:
            return (False, "There is no stage to export.")
        done, error = _try(lambda: self._stage.Export(url))
        return (bool(done), error)

    # --- the same, awaited ----------------------------------------------------------------

    async def new_stage_async(
        self, load_set: UsdContextInitialLoadSet = LOAD_ALL
    ) -> tuple[bool, str]:
        """Open a new stage."""
        return await _settle(lambda: self._open(_make_new_stage, ""))

    async def open_stage_async(
        self,
        url: str,
        load_set: UsdContextInitialLoadSet = LOAD_ALL,
        session_layer_url: str | None = None,
    ) -> tuple[bool, str]:
        """Open a file."""
        return await _settle(lambda: self._open_url(url, load_set, session_layer_url))

    async def reopen_stage_async(
        self, load_set: UsdContextInitialLoadSet = LOAD_ALL
    ) -> tuple[bool, str]:
        """Open the stage's file again."""
        return await _settle(lambda: self._reopen(load_set))

    async def close_stage_async(self) -> tuple[bool, str]:
        """Close the stage."""
        return await _settle(self._close_checked)

    async def save_stage_async(self) -> tuple[bool, str, list[str]]:
        """Save every changed layer."""
        return await _settle(lambda: self._save(None))

    async def save_as_stage_async(self, url: str) -> tuple[bool, str, list[str]]:
        """Save the root layer as another file."""
        return await _settle(lambda: self._save(url))

    async def export_as_stage_async(self, url: str) -> tuple[bool, str]:
        """Write the flattened stage."""
        return await _settle(lambda: self._export(url))


async def _settle(act: Callable[[], Any]) -> Any:
    """Act in the next update and return in the one after."""
    app = omni.kit.app.get_app()
    await app.next_update_async()
    result = act()
    await app.next_update_async()
    return result


def _finish(result: tuple[Any, ...], on_finish_fn: Callable[..., None] | None) -> bool:
    if on_finish_fn is not None:
        on_finish_fn(*result)
    return bool(result[0])


def _try(act: Callable[[], Any]) -> tuple[Any, str]:
    """Return a result, or None and what went wrong."""
    try:
        return (act(), "")
    except (OSError, RuntimeError, Tf.ErrorException) as error:
        return (None, str(error))


def _make_new_stage() -> Usd.Stage:
    return Usd.Stage.CreateInMemory("World0.usd")
