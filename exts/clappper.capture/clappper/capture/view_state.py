"""What a capture changes in Kit and what is put back afterwards, whatever happened.

Movie Capture restores most of what it changes itself, but not all, and not after a failure; the
selection it only clears. Ours is put back after it has ended.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import carb.settings

from clappper.kit.compat import find_module

if TYPE_CHECKING:
    from clappper.capture.kit_capture import KitCapture
    from clappper.core.capture.models import CaptureRequest

__all__ = ["ViewState"]

#: True makes Movie Capture 1.7 fail while it cleans up: it then never ends.
MINIBAR = "/exts/omni.kit.timeline.minibar/stay_on_playing"
#: Movie Capture sets these to fixed values in the end.
_FORCED = ("/exts/omni.anim.window.timeline/playinRange", "/app/captureFrame/hdr")
_OPTIONS = (
    "options",
    "show_default_progress_window",
    "progress_update_fn",
    "forward_one_frame_fn",
    "capture_finished_fn",
)


class ViewState:
    """A snapshot of Movie Capture's instance, viewport, selection, time and settings."""

    def __init__(self, kit_capture: KitCapture, viewport: Any, context: Any) -> None:
        self._instance = kit_capture.instance
        self._options = {name: getattr(self._instance, name) for name in _OPTIONS}
        self._viewport = viewport
        self._camera_path = str(viewport.camera_path)
        self._resolution = tuple(viewport.resolution)
        self._is_filling = viewport.fill_frame
        self._selection = context.get_selection()
        self._selected = list(self._selection.get_selected_prim_paths())
        timeline = find_module("omni.timeline")
        self._timeline = timeline.get_timeline_interface() if timeline is not None else None
        self._time_s = self._timeline.get_current_time() if self._timeline is not None else 0.0
        self._settings = carb.settings.get_settings()
        fill = f"/persistent/app/viewport/{viewport.id}/fillViewport"
        self._values = {path: self._settings.get(path) for path in (MINIBAR, fill, *_FORCED)}
        self._fill_setting = fill

    def aim(self, request: CaptureRequest) -> None:
        """Let the viewport draw what is to be captured, in the size asked for."""
        self._settings.set(MINIBAR, False)
        # Else the layout of the window sets the size.
        self._settings.set(self._fill_setting, False)
        self._viewport.fill_frame = False
        self._viewport.camera_path = request.camera_path
        self._viewport.resolution = (request.width, request.height)

    def restore(self, *, is_stage_open: bool) -> None:
        """Put everything back; nothing that belongs to a stage which is gone."""
        for name, value in self._options.items():
            setattr(self._instance, name, value)
        self._restore_viewport(is_stage_open=is_stage_open)
        for path, value in self._values.items():
            if value is not None:
                self._settings.set(path, value)
            elif self._settings.get(path) is not None:
                self._settings.destroy_item(path)
        if not is_stage_open:
            return
        if list(self._selection.get_selected_prim_paths()) != self._selected:
            self._selection.set_selected_prim_paths(self._selected, True)
        if self._timeline is not None:
            # What it tells until the next update may be old: not compared.
            self._timeline.set_current_time(self._time_s)

    def _restore_viewport(self, *, is_stage_open: bool) -> None:
        viewport = self._viewport
        if is_stage_open and str(viewport.camera_path) != self._camera_path:
            viewport.camera_path = self._camera_path
        if tuple(viewport.resolution) != self._resolution:
            viewport.resolution = self._resolution
        if viewport.fill_frame != self._is_filling:
            viewport.fill_frame = self._is_filling
