"""Movie Capture as it is found: versions 1.5 to 2.0 behind one small class.

Its options are a plain Python class, on which a misspelled property is silently a new attribute,
and whose setters ignore values they do not like: everything is set through ``_assign``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import omni.kit.app

from clappper.core.capture.kit_frames import FILE_NAME
from clappper.core.errors import CaptureUnavailableError
from clappper.kit.compat import find_module, next_update

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

    from clappper.capture.settings import CaptureSettings
    from clappper.core.capture.kit_frames import CaptureSpan
    from clappper.core.capture.models import CaptureRequest

__all__ = ["EXTENSION", "KitCapture", "find_kit_capture", "open_kit_capture"]

EXTENSION = "omni.kit.capture.viewport"
#: Updates that Kit gets to start an extension.
_START_UPDATES = 3


class KitCapture:
    """The one instance that Movie Capture has, shared with its own window."""

    def __init__(self, module: ModuleType, instance: Any) -> None:
        self.module = module
        self.instance = instance

    @property
    def status(self) -> int:
        """What it does now, a ``CaptureStatus``."""
        return int(self.instance.progress.capture_status)

    def has_status(self, *names: str) -> bool:
        """Whether it is in one of these states."""
        return self.status in [int(getattr(self.module.CaptureStatus, name)) for name in names]

    @property
    def is_idle(self) -> bool:
        """Whether a capture may start: a second start would overwrite the first, unguarded."""
        return self.has_status("NONE", "DONE")

    @property
    def is_done(self) -> bool:
        """Whether the capture that was started has ended, well or not."""
        if hasattr(self.instance, "done"):  # from 1.6 on
            return bool(self.instance.done)
        return self.has_status("DONE")

    @property
    def frames_begun(self) -> int:
        """How many frames it has begun or finished."""
        return int(getattr(self.instance.progress, "current_frame_count", 0) or 0)

    @property
    def frames_asked(self) -> int:
        """How many frames it means to write; 0 where it does not say."""
        return int(getattr(self.instance.progress, "total_frames", 0) or 0)

    @property
    def signs_of_life(self) -> tuple[object, ...]:
        """Values of which one changes while it gets on."""
        progress = self.instance.progress
        names = ("progress", "current_frame_count", "prerolled_frames")
        return (self.status, *(getattr(progress, name, None) for name in names))

    def make_options(
        self, request: CaptureRequest, span: CaptureSpan, folder: Path, settings: CaptureSettings
    ) -> Any:
        """Make the options for a request.

        Raises:
            CaptureUnavailableError: This version lacks or refuses one.
        """
        module = self.module
        options = module.CaptureOptions()
        values: dict[str, Any] = {
            "camera": request.camera_path,
            # Without it, one image is taken and the range is ignored.
            "capture_every_Nth_frames": 1,
            "fps": request.fps,
            "animation_fps": span.step_fps,
            "res_width": request.width,
            "res_height": request.height,
            "render_preset": self._choose_preset(request),
            "output_folder": str(folder),
            "file_name": FILE_NAME,
            "file_type": ".png",
            "overwrite_existing_frames": True,
            "preroll_frames": settings.preroll_frames,
            "real_time_settle_latency_frames": settings.settle_frames,
        }
        if request.quality == "final":
            values["path_trace_spp"] = request.spp or settings.final_spp
        if span.is_stepped:
            values["range_type"] = module.CaptureRangeType.SECONDS
            values |= {"start_time": span.start_s, "end_time": span.end_s}
        else:
            values["range_type"] = module.CaptureRangeType.FRAMES
            values |= {"start_frame": request.first_frame, "end_frame": request.last_frame + 1}
        for name, value in values.items():
            _assign(options, name, value)
        if hasattr(options, "is_valid") and not options.is_valid():
            raise CaptureUnavailableError(
                "Movie Capture refuses the options of this capture: try another size or range."
            )
        return options

    def _choose_preset(self, request: CaptureRequest) -> Any:
        presets = self.module.CaptureRenderPreset
        if request.quality == "final":
            return presets.PATH_TRACE
        return getattr(presets, "REAL_TIME_PATHTRACING", presets.RAY_TRACE)  # from Kit 107 on


def _assign(options: Any, name: str, value: Any) -> None:
    if not hasattr(type(options), name) and name not in vars(options):
        raise CaptureUnavailableError(
            f"This version of Movie Capture has no option {name}: update {EXTENSION}."
        )
    setattr(options, name, value)
    if getattr(options, name) != value:
        raise CaptureUnavailableError(f"Movie Capture refuses {value} as its {name}.")


def find_kit_capture() -> KitCapture | None:
    """Return Movie Capture where it is enabled and has started."""
    module = find_module(EXTENSION)
    instance = module.CaptureExtension.get_instance() if module is not None else None
    return KitCapture(module, instance) if module is not None and instance is not None else None


async def open_kit_capture() -> KitCapture:
    """Return Movie Capture, enabled first where the app has it on disk.

    Raises:
        CaptureUnavailableError: It is not there or does not start.
    """
    manager = omni.kit.app.get_app().get_extension_manager()
    if not manager.get_enabled_extension_id(EXTENSION):
        if not any(known["name"] == EXTENSION for known in manager.get_extensions()):
            raise CaptureUnavailableError(
                f"This app has no Movie Capture ({EXTENSION}): add it in Window > Extensions."
            )
        manager.set_extension_enabled_immediate(EXTENSION, True)
        for _ in range(_START_UPDATES):
            await next_update()
    kit_capture = find_kit_capture()
    if kit_capture is None:
        raise CaptureUnavailableError(
            f"Movie Capture ({EXTENSION}) does not start: look at Kit's log, then disable and "
            "enable it in Window > Extensions."
        )
    return kit_capture
