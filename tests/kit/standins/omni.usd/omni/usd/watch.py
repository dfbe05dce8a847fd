"""What a context notices of edits to its stage: unsaved changes, new layers, new prims."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pxr import Tf, Usd

from . import standin
from .events import StageEventType

if TYPE_CHECKING:
    from .events import StageEvents


class StageWatch:
    """Listens to one stage until it is revoked."""

    def __init__(self, stage: Usd.Stage, events: StageEvents) -> None:
        self._stage = stage
        self._events = events
        self._layer_count = len(stage.GetUsedLayers())
        self._is_resynced = False
        self._updates_to_go = 0
        self._is_loading = False
        self.has_pending_edit = False
        self._listener: Any = Tf.Notice.Register(
            Usd.Notice.ObjectsChanged, self._on_objects_changed, stage
        )

    def revoke(self) -> None:
        """Stop listening."""
        self._listener.Revoke()
        self._listener = None

    def set_pending_edit(self, has_pending_edit: bool) -> None:
        """Say whether there is something to save."""
        if has_pending_edit != self.has_pending_edit:
            self.has_pending_edit = has_pending_edit
            self._events.tell(StageEventType.DIRTY_STATE_CHANGED)

    def _on_objects_changed(self, notice: Any, _: Any) -> None:
        self._is_resynced = self._is_resynced or bool(notice.GetResyncedPaths())
        if not self.has_pending_edit:
            layers = self._stage.GetLayerStack(includeSessionLayers=False)
            if any(layer.dirty for layer in layers):
                self.set_pending_edit(True)

    @property
    def loading_status(self) -> tuple[str, int, int]:
        """Message, loaded files and all files; nothing is told in the first updates."""
        if 0 < self._updates_to_go <= standin.loading_updates:
            return ("Loading assets", 0, 1)
        return ("", 0, 0)

    def update(self) -> None:
        """Tell what has changed since the last update."""
        if self._updates_to_go:
            self._updates_to_go -= 1
            if self.loading_status[2] and not self._is_loading:
                self._is_loading = True
                self._tell_assets(StageEventType.ASSETS_LOADING)
            if not self._updates_to_go and self._is_loading:
                self._is_loading = False
                self._tell_assets(StageEventType.ASSETS_LOADED)
        if self._is_resynced:
            self._is_resynced = False
            count = len(self._stage.GetUsedLayers())
            if count > self._layer_count and standin.loading_updates:
                self._updates_to_go = standin.silent_updates + standin.loading_updates
            self._layer_count = count
            self._events.tell(StageEventType.HIERARCHY_CHANGED)

    def _tell_assets(self, event: StageEventType) -> None:
        if standin.has_asset_events:
            self._events.tell(event)
