"""The adapter on Movie Capture, one trap after the other in one Kit; ``args`` name the cases."""

import asyncio
import os
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent))

import carb.settings
from capture_stage import MINIBAR, open_stage, snapshot
from scenario import main

ROOT = "/exts/clappper.capture/"


class Film:
    """A capture at work, and everything that can be told about it afterwards."""

    def __init__(self, rig, folder, *, settings=None, **request):
        from omni.kit.async_engine import run_coroutine

        from clappper.core.capture.models import CaptureRequest
        from clappper.core.capture.registry import find_backend

        self.rig, self.folder = rig, folder
        defaults = {"warmup_updates": 1, "preroll_frames": 0, "settle_frames": 1, "final_spp": 3}
        patience = {"load_timeout_s": 5.0, "stall_timeout_s": 5.0, "flush_timeout_s": 1.5}
        for name, value in {
            **defaults,
            **patience,
            "cancel_timeout_s": 3.0,
            **(settings or {}),
        }.items():
            carb.settings.get_settings().set(ROOT + name, value)
        values = {"first_frame": 1, "last_frame": 4, "fps": 24, "width": 64, "height": 36}
        values |= {"stage_path": None, "camera_path": "/World/Cam", "output_folder": folder}
        self.request = CaptureRequest(**{**values, **request})
        self.backend = find_backend()
        self.progress = []
        self.before = snapshot()
        self.issues = [
            [issue.code, issue.severity] for issue in rig.run(self.backend.preflight(self.request))
        ]
        self.task = run_coroutine(
            self.backend.capture(self.request, lambda *counts: self.progress.append(list(counts)))
        )

    def until_progress(self, count):
        self.rig.until(lambda: self.progress and self.progress[-1][0] >= count)

    def until_status(self, name):
        import omni.kit.capture.viewport as movie

        progress = movie.extension.capture_instance
        self.rig.until(lambda: progress.progress.capture_status.name == name)

    def end(self, seconds=60):
        """Wait for the end and return what came of it, all of it plain."""
        from omni.kit.capture.viewport import standin
        from omni.kit.capture.viewport.extension import capture_instance
        from omni.kit.viewport.utility import standin as pictures

        self.rig.until(self.task.done, seconds)
        self.rig.frames(3)
        self.rig.until(lambda: pictures.pending == 0)
        result = {"error": "", "kind": "", "progress": self.progress, "issues": self.issues}
        if self.task.cancelled():
            result["kind"] = "CancelledError"
        elif self.task.exception() is not None:
            error = self.task.exception()
            result |= {"kind": type(error).__name__, "error": str(error)}
        else:
            manifest = self.task.result()
            result["numbers"] = [frame.number for frame in manifest.frames]
            result["verdicts"] = [frame.verdict for frame in manifest.frames]
            result["hashes"] = [frame.sha256 for frame in manifest.frames]
        after = snapshot()
        result["changed"] = [key for key, value in self.before.items() if after[key] != value]
        is_folder = self.folder.is_dir()
        result["files"] = sorted(path.name for path in self.folder.iterdir()) if is_folder else []
        result["status"] = capture_instance.progress.capture_status.name
        result["runs"] = [run["statuses"] for run in standin.runs]
        result["options"] = [
            {
                key: str(value) if isinstance(value, os.PathLike) else value
                for key, value in run["options"].items()
            }
            for run in standin.runs
        ]
        result["times"] = [picture["time_code"] for picture in pictures.pictures]
        result["engines"] = [picture["engine"] for picture in pictures.pictures]
        return result


class Cases:
    """Each method is a case; ``film`` starts a capture into a folder of the case's name."""

    def __init__(self, rig, report):
        self.rig, self.report = rig, report

    def run(self, name):
        from omni.kit.capture.viewport import standin
        from omni.kit.capture.viewport.extension import capture_instance
        from omni.kit.viewport.utility import standin as pictures

        standin.reset()
        pictures.reset()
        capture_instance.on_startup()
        viewport = pictures.window.viewport_api
        viewport.camera_path, viewport.resolution = "/OmniverseKit_Persp", (1280, 720)
        self.standin, self.pictures, self.instance = standin, pictures, capture_instance
        carb.settings.get_settings().set(MINIBAR, False)
        open_stage(self.rig)
        self.folder = self.report.folder / name
        self.report[name] = getattr(self, name)()

    def film(self, **values):
        return Film(self.rig, self.folder, **values)

    # --- good runs ----------------------------------------------------------------------------

    def inclusive_and_late(self):
        self.pictures.flush_updates = 12
        self.instance.progress_update_fn = self.note
        self.instance.show_default_progress_window = False
        return self.film().end()

    def note(self, *args):
        self.report["foreign_calls"] = True

    def exclusive(self):
        self.standin.is_end_exclusive = True
        return self.film().end()

    def version_1_5(self):
        self.standin.set_version("1.5")
        return self.film().end()

    def version_1_8(self):
        self.standin.set_version("1.8")
        return self.film().end()

    def stepped(self):
        return self.film(fps=30, first_frame=5, last_frame=10).end()

    def stepped_by_timeline_rate(self):
        self.pictures.rate_source = "timeline"
        return self.film(fps=30, first_frame=5, last_frame=10).end()

    def stepped_slower(self):
        return self.film(fps=12, first_frame=-1, last_frame=2).end()

    def final(self):
        return self.film(quality="final").end()

    def with_preroll(self):
        return self.film(settings={"preroll_frames": 5}).end()

    def stay_on_playing(self):
        carb.settings.get_settings().set(MINIBAR, True)
        return self.film().end()

    def filling_viewport(self):
        self.pictures.window.viewport_api.fill_frame = True
        path = "/persistent/app/viewport/Viewport/fillViewport"
        carb.settings.get_settings().set(path, True)
        result = self.film().end()
        self.pictures.window.viewport_api.fill_frame = False
        carb.settings.get_settings().set(path, False)
        return result

    def paused_by_hand(self):
        from omni.kit.capture.viewport import CaptureStatus

        film = self.film(last_frame=8, settings={"stall_timeout_s": 0.3})
        film.until_progress(2)
        self.instance.progress.capture_status = CaptureStatus.PAUSED
        start = len(self.rig.frame_durations_s)
        self.rig.until(lambda: sum(self.rig.frame_durations_s[start:]) > 0.6)
        self.instance.resume()
        return film.end()

    def warmed_up(self):
        self.pictures.black_frames = 30
        return self.film(settings={"warmup_updates": 32}).end()

    # --- bad files ----------------------------------------------------------------------------

    def not_warmed_up(self):
        self.pictures.black_frames = 30
        return self.film(settings={"warmup_updates": 0}).end()

    def wrong_size(self):
        self.pictures.forced_size = (32, 18)
        return self.film().end()

    def stale_and_lost(self):
        self.folder.mkdir()
        for number in (3, 9):
            (self.folder / f"frame.{number:04d}.png").write_bytes(b"stale")
        self.standin.lost_frames = {3}
        return self.film().end()

    def lost_at_the_end(self):
        self.standin.lost_frames = {3, 4, 5}
        return self.film().end()

    # --- stopped ------------------------------------------------------------------------------

    def cancelled(self):
        film = self.film(last_frame=40)
        film.until_progress(3)
        self.rig.run(film.backend.cancel())
        self.report["is_over_after_cancel"] = film.task.done() or not film.backend._is_busy
        return film.end()

    def cancelled_while_warming_up(self):
        film = self.film(settings={"warmup_updates": 10000})
        self.rig.frames(20)
        self.rig.run(film.backend.cancel())
        return film.end()

    def task_cancelled(self):
        self.pictures.flush_updates = 12
        film = self.film(last_frame=40)
        film.until_progress(3)
        film.task.cancel()
        return film.end()

    def task_cancelled_early(self):
        film = self.film(settings={"warmup_updates": 10000})
        self.rig.frames(20)
        film.task.cancel()
        return film.end()

    def stopped_by_somebody_else(self):
        self.standin.cancels_at = 2
        return self.film().end()

    def disabled_while_filming(self):
        from clappper.core.capture.registry import find_backend

        film = self.film(last_frame=40)
        film.until_progress(3)
        self.rig.disable("clappper.capture")
        self.report["backend_after_disabling"] = find_backend() is not None
        result = film.end()
        self.rig.enable("clappper.capture")
        self.report["backend_after_enabling"] = find_backend() is not None
        return result

    # --- stuck --------------------------------------------------------------------------------

    def stalled(self):
        self.standin.stalls_at = 2
        return self.film(settings={"stall_timeout_s": 0.5}).end()

    def never_done(self):
        self.standin.never_done = True
        return self.film(settings={"stall_timeout_s": 0.5, "cancel_timeout_s": 0.5}).end()

    def deaf(self):
        self.standin.is_deaf, self.standin.stalls_at = True, 2
        film = self.film(settings={"cancel_timeout_s": 0.5})
        film.until_progress(2)
        film.backend.stop()
        return film.end()

    def stage_replaced(self):
        import omni.usd

        film = self.film(last_frame=40)
        film.until_progress(3)
        self.rig.run(omni.usd.get_context().new_stage_async())
        return film.end()

    # --- not possible -------------------------------------------------------------------------

    def no_viewport(self):
        self.pictures.has_viewport = False
        return self.film().end()

    def viewport_closed_before(self):
        from clappper.capture import preflight

        film, original = self.film(), preflight.find_folder_problem

        def close_viewport(folder):
            # The last of the checks: what those before it saw is gone.
            self.pictures.has_viewport = False
            return original(folder)

        preflight.find_folder_problem = close_viewport
        result = film.end()
        preflight.find_folder_problem = original
        self.pictures.has_viewport = True
        return result

    def viewport_closed_while_warming_up(self):
        film = self.film(settings={"warmup_updates": 40})
        viewport = self.pictures.window.viewport_api
        self.rig.until(lambda: str(viewport.camera_path) == "/World/Cam")
        self.pictures.has_viewport = False
        result = film.end()
        self.pictures.has_viewport = True
        return result

    def busy(self):
        from omni.kit.capture.viewport import CaptureStatus

        self.instance.progress.capture_status = CaptureStatus.PAUSED
        return self.film().end()

    def second_capture(self):
        film = self.film(last_frame=8)
        film.until_progress(1)

        async def capture_again():
            try:
                await film.backend.capture(film.request, lambda *_: None)
            except Exception as exc:  # noqa: BLE001 - reported
                return f"{type(exc).__name__}: {exc}"

        self.report["second_error"] = self.rig.run(capture_again())
        return film.end()

    def no_instance(self):
        self.standin.has_instance = False
        return self.film().end()

    def start_raises(self):
        self.standin.start_raises = True
        return self.film().end()

    def option_gone(self):
        self.standin.remove_option("capture_every_Nth_frames")
        return self.film().end()

    def camera_missing(self):
        return self.film(camera_path="/World/Nothing").end()

    def camera_is_a_cube(self):
        return self.film(camera_path="/World/Cube_0").end()

    def camera_path_is_nonsense(self):
        return self.film(camera_path="not a path!").end()

    def folder_is_a_file(self):
        self.folder.touch()
        result = self.film().end()
        self.report["file_is_still_there"] = self.folder.is_file()
        return result

    def other_stage(self):
        return self.film(stage_path=self.folder / "scene.usda").end()

    def no_stage(self):
        import omni.usd

        self.rig.run(omni.usd.get_context().close_stage_async())
        self.rig.frames(2)
        return self.film().end()

    # --- loading ------------------------------------------------------------------------------

    def loading(self):
        statuses = iter([3] * 6 + [0] * 3 + [1] * 4)
        return self.film_while(lambda: next(statuses, 0))

    def loads_forever(self):
        return self.film_while(lambda: 2, settings={"load_timeout_s": 0.3})

    def film_while(self, count, **values):
        import omni.usd

        context = omni.usd.get_context()
        kind = type(context)
        told, original = [], kind.get_stage_loading_status

        def get_status(_):
            told.append(count())
            return ("", 0, told[-1])

        kind.get_stage_loading_status = get_status
        try:
            result = self.film(**values).end()
        finally:
            kind.get_stage_loading_status = original
        result["told"] = told
        return result


def run(rig, report):
    import gc

    cases = Cases(rig, report)
    for name in report.args:
        cases.run(name)
    gc.collect()
    rig.frames(5)
    report["left_folders"] = [str(p) for p in report.folder.rglob(".capture-*")]
    report["open_tasks"] = rig.run(count_tasks())


async def count_tasks():
    return len([task for task in asyncio.all_tasks() if "clappper" in repr(task.get_coro())])


if __name__ == "__main__":
    main(run, enable=["clappper.capture"])
