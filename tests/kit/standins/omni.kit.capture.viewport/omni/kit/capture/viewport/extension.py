"""The one instance and what it does with each update of the app."""

import math
from pathlib import Path

import carb
import carb.eventdispatcher
import carb.settings
import omni.ext
import omni.kit.app
import omni.timeline
import omni.usd
from omni.kit.viewport.utility import capture_viewport_to_file, get_active_viewport

from . import standin
from .capture_options import CaptureOptions, CaptureRenderPreset
from .capture_progress import CaptureProgress, CaptureStatus

capture_instance = None

MINIBAR = "/exts/omni.kit.timeline.minibar/stay_on_playing"
#: Updates until asynchronous rendering is off and reshade is on again.
START_UPDATES = 6
SETTLE_UPDATES = 5
#: Set while it captures and put back afterwards.
_SETTINGS = {
    "/app/asyncRendering": False,
    "/app/asyncRenderingLowLatency": False,
    "/rtx/materialDb/syncLoads": True,
    "/rtx/hydra/materialSyncLoads": True,
    "/rtx-transient/resourcemanager/texturestreaming/async": False,
    "/rtx/reshade/enable": False,
    MINIBAR: False,
}
_ENGINES = {0: ("rtx", "PathTracing"), 1: ("rtx", "RaytracedLighting"), 2: ("iray", "iray")}
_REAL_TIME = ("rtx", "RealTimePathTracing")


class CaptureExtension(omni.ext.IExt):
    def on_startup(self, ext_id=None):
        global capture_instance  # noqa: PLW0603
        self._options = CaptureOptions()
        self._progress = CaptureProgress()
        self.show_default_progress_window = True
        self.progress_update_fn = None
        self.forward_one_frame_fn = None
        self.capture_finished_fn = None
        self._update_sub = None
        self._frame_paths = []
        capture_instance = self
        standin.set_version("1.7")

    def on_shutdown(self):
        global capture_instance  # noqa: PLW0603
        self._update_sub = None
        capture_instance = None

    @staticmethod
    def get_instance():
        return capture_instance if standin.has_instance else None

    @property
    def options(self):
        return self._options

    @options.setter
    def options(self, value):
        self._options = value

    @property
    def progress(self):
        return self._progress

    def start(self):
        if standin.start_raises:
            raise AttributeError("'NoneType' object has no attribute 'execute'")
        self._viewport = get_active_viewport()
        self._frame_paths = []
        if not self._options.is_valid():
            carb.log_warn("Capture couldn't be started due to invalid capture options.")
            return False
        if not self._prepare_counters():
            carb.log_warn("Capture couldn't be started due to failed to prepare folders.")
            return False
        if self._viewport is None:
            carb.log_warn("Capture couldn't be started due to no active viewport.")
            return False
        self._prepare_viewport()
        self._timeline.set_current_time(self._start_s - self._options.preroll_frames / self._fps)
        self._timeline.play(
            start_timecode=self._start_s * self._fps,
            end_timecode=self._end_s * self._fps,
            looping=False,
        )
        self._timeline.set_auto_update(False)
        self._update_sub = carb.eventdispatcher.get_eventdispatcher().observe_event(
            event_name=omni.kit.app.GLOBAL_EVENT_UPDATE,
            on_event=self._on_update,
            order=1000000,
            observer_name="omni.kit.capture.viewport",
        )
        self._progress = CaptureProgress()
        self._progress.total_frames = self._total
        self._progress.total_preroll_frames = self._options.preroll_frames
        self._set_status(CaptureStatus.CAPTURING)
        return True

    def resume(self):
        if self._progress.capture_status == CaptureStatus.PAUSED:
            self._set_status(CaptureStatus.CAPTURING)

    def cancel(self):
        is_running = self._progress.capture_status in (
            CaptureStatus.CAPTURING,
            CaptureStatus.PAUSED,
        )
        if is_running and not standin.is_deaf:
            self._set_status(CaptureStatus.CANCELLED)

    # --- before -------------------------------------------------------------------------------

    def _prepare_counters(self):
        options = self._options
        self._timeline = omni.timeline.get_timeline_interface()
        self._stage_fps = self._timeline.get_time_codes_per_seconds()
        self._fps = options.animation_fps if options.animation_fps != -1 else self._stage_fps
        folder = Path(options.output_folder)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            trial = folder / "test.testfile"
            trial.touch()
            trial.unlink()
            self._folder = folder
            if options.is_capturing_nth_frames() or options.is_video():
                nth = options.capture_every_Nth_frames
                is_every = options.is_video() or nth == 1
                name = f"{options.file_name}_frames" if is_every else ""
                self._folder = folder / (name or f"{options.file_name}_{nth}th_frames")
                self._folder.mkdir(exist_ok=True)
        except OSError:
            return False
        if options.is_capturing_single_frame():
            self._start_s = self._end_s = self._timeline.get_current_time()
            self._number, self._total = 1, 1
        elif options.is_capturing_frame():
            end = options.end_frame + (0 if standin.is_end_exclusive else 1)
            self._start_s, self._end_s = options.start_frame / self._fps, end / self._fps
            self._number, self._total = options.start_frame, end - options.start_frame
        else:
            self._start_s, self._end_s = options.start_time, options.end_time
            self._number = int(options.start_time * self._fps)
            self._total = math.ceil((self._end_s - self._start_s) * self._fps)
        self._first_number = self._number
        self._count = self._samples = self._settled = 0
        self._start_updates = START_UPDATES
        return True

    def _prepare_viewport(self):
        viewport, settings = self._viewport, carb.settings.get_settings()
        self._saved = {
            "camera": viewport.camera_path,
            "resolution": viewport.resolution,
            "engine": (viewport.hydra_engine, viewport.render_mode),
            "updates": viewport.updates_enabled,
            "time": self._timeline.get_current_time(),
            "settings": {path: settings.get(path) for path in _SETTINGS},
        }
        fill = f"/persistent/app/viewport/{viewport.id}/fillViewport"
        self._saved["fill"] = (fill, settings.get(fill))
        settings.set(fill, False)
        viewport.camera_path = self._options.camera
        viewport.updates_enabled = True
        viewport.resolution = (self._options.res_width, self._options.res_height)
        omni.usd.get_context().get_selection().clear_selected_prim_paths()
        viewport.set_hd_engine(*_ENGINES.get(int(self._options.render_preset), _REAL_TIME))
        for path, value in _SETTINGS.items():
            settings.set(path, value)
        if self._fps != self._stage_fps:
            self._timeline.set_time_codes_per_second(self._fps)
        standin.runs.append({"options": self._options.to_dict(), "statuses": []})

    # --- while --------------------------------------------------------------------------------

    def _set_status(self, status):
        self._progress.capture_status = status
        if standin.runs:
            standin.runs[-1]["statuses"].append(status.name)

    def _tell(self):
        progress = self._progress
        progress.current_frame_count = self._count
        progress.progress = self._count / self._total if self._total else 1.0
        if self.progress_update_fn is not None:
            self.progress_update_fn(
                progress.capture_status,
                progress.progress,
                progress.elapsed_time,
                progress.estimated_time_remaining,
                progress.current_frame_time,
                progress.average_frame_time,
                progress.encoding_time,
                self._count,
                self._total,
            )

    def _on_update(self, event):
        status = self._progress.capture_status
        if status in (CaptureStatus.FINISHING, CaptureStatus.CANCELLED):
            self._finish()
        elif status == CaptureStatus.TO_START_ENCODING:
            # omni.videoencoding is not here: a warning, no film, and it goes on to its end.
            carb.log_warn("Movie capture failed to encode the capture images.")
            self._set_status(CaptureStatus.FINISHING)
        elif status == CaptureStatus.CAPTURING:
            self._capture(event["dt"])

    def _capture(self, dt):
        options = self._options
        if standin.stalls_at is not None and self._count >= standin.stalls_at:
            return
        if self._start_updates > 0:
            self._start_updates -= 1
            return
        if self._progress.prerolled_frames < options.preroll_frames:
            self._progress.prerolled_frames += 1
            left = options.preroll_frames - self._progress.prerolled_frames
            self._timeline.set_current_time(self._start_s - left / self._fps)
            return
        path = self._make_path()
        if path is not None and str(path) not in self._frame_paths:
            self._frame_paths.append(str(path))
        if path is not None and path.exists() and not options.overwrite_existing_frames:
            carb.log_warn(f"Frame {path} exists, skip it...")
            self._advance(dt)
            return
        self._samples += options.spp_per_iteration
        if self._samples < options.path_trace_spp or self._is_settling():
            return
        self._samples = 0
        if path is not None and self._number not in standin.lost_frames:
            capture_viewport_to_file(self._viewport, file_path=str(path))
        self._advance(dt)

    def _is_settling(self):
        options = self._options
        if options.is_capturing_single_frame():
            return False
        settle = options.real_time_settle_latency_frames
        if settle == 0:
            is_traced = options.render_preset in (
                CaptureRenderPreset.PATH_TRACE,
                CaptureRenderPreset.IRAY,
            )
            settle = max(0, SETTLE_UPDATES - (options.path_trace_spp if is_traced else 0))
        self._settled += 1
        if self._settled < settle:
            return True
        self._settled = 0
        return False

    def _make_path(self):
        options = self._options
        if options.is_capturing_single_frame():
            taken = [
                int(found.stem[len(options.file_name) :])
                for found in self._folder.glob(f"{options.file_name}*{options.file_type}")
                if found.stem[len(options.file_name) :].isdigit()
            ]
            return self._folder / f"{options.file_name}{max(taken, default=0) + 1}.png"
        if options.is_capturing_nth_frames() and self._count % options.capture_every_Nth_frames:
            return None
        digits = len(options.file_name_num_pattern.replace(".", ""))
        sign = "-" if self._number < 0 else ""
        suffix = ".png" if options.is_video() else options.file_type
        name = f"{options.file_name}.{sign}{abs(self._number):0{digits}d}{suffix}"
        return self._folder / name

    def _advance(self, dt):
        self._number += 1
        self._count += 1
        can_continue = True
        if self.forward_one_frame_fn is not None:
            can_continue = self.forward_one_frame_fn(dt)
        else:
            self._timeline.set_current_time(self._start_s + self._count / self._fps)
        self._tell()
        if standin.cancels_at == self._count:
            self._set_status(CaptureStatus.CANCELLED)
            return
        is_over = self._count >= self._total
        if self.forward_one_frame_fn is not None:
            is_over = not can_continue
        if is_over:
            is_video = self._options.is_video()
            self._set_status(
                CaptureStatus.TO_START_ENCODING if is_video else CaptureStatus.FINISHING
            )

    # --- after --------------------------------------------------------------------------------

    def _finish(self):
        self._update_sub = None
        viewport, settings, saved = self._viewport, carb.settings.get_settings(), self._saved
        viewport.camera_path = saved["camera"]
        viewport.resolution = saved["resolution"]
        viewport.set_hd_engine(*saved["engine"])
        viewport.updates_enabled = saved["updates"]
        if saved["fill"][1] is not None:
            settings.set(*saved["fill"])
        for path, value in saved["settings"].items():
            if path == MINIBAR:
                continue
            if value is not None:
                settings.set(path, value)
            else:
                settings.destroy_item(path)
        settings.set("/app/captureFrame/hdr", False)
        settings.set("/exts/omni.anim.window.timeline/playinRange", True)
        if saved["settings"][MINIBAR] and standin.version < (1, 8):
            raise AttributeError("'CaptureExtension' object has no attribute '_setting'")
        if standin.never_done:
            return
        self._timeline.set_auto_update(True)
        self._timeline.stop()
        self._timeline.set_current_time(saved["time"])
        if self._fps != self._stage_fps:
            self._timeline.set_time_codes_per_second(self._stage_fps)
        if self.capture_finished_fn is not None:
            self.capture_finished_fn()
        self._set_status(CaptureStatus.DONE)
        self._tell()


def _pause(self):
    if self._progress.capture_status == CaptureStatus.CAPTURING:
        self._progress.capture_status = CaptureStatus.PAUSED


def _pause_1_7(self):
    # The button belongs to the progress window's class.
    if (
        self._progress.capture_status == CaptureStatus.CAPTURING
        and self._ui_pause_button.text == "Pause"
    ):
        self._progress.capture_status = CaptureStatus.PAUSED


def _get_outputs(self):
    if not self.done:
        carb.log_warn("Capture not done, no output files")
        return []
    if self._options.is_video():
        return [str(Path(self._options.output_folder) / f"{self._options.file_name}.mp4")]
    return list(self._frame_paths)


def _get_outputs_1_8(self, validate=False):
    outputs = _get_outputs(self)
    return [path for path in outputs if Path(path).is_file()] if validate else outputs


def shape_class(version):
    """Give the class what it has in a version (stand-in's own)."""
    for name in ("done", "get_outputs"):
        if name in vars(CaptureExtension):
            delattr(CaptureExtension, name)
    CaptureExtension.pause = _pause_1_7 if (1, 7) <= version < (1, 8) else _pause
    if version >= (1, 6):
        CaptureExtension.done = property(lambda self: self._progress.done)
        is_new = version >= (1, 8)
        CaptureExtension.get_outputs = _get_outputs_1_8 if is_new else _get_outputs
