"""The Movie Capture stand-in used as a naive caller would: each documented trap shows."""

import asyncio
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent))

from capture_stage import open_stage, snapshot
from scenario import main


def wait(rig, capture, *, updates=400):
    """Run until the capture has ended; what it wrote by then, and what came later."""
    for _ in range(updates):
        rig.frames()
        if capture.progress.capture_status.name == "DONE":
            break
    return capture.progress.capture_status.name


def list_files(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def run(rig, report):
    import omni.kit.capture.viewport as movie
    import omni.kit.viewport.utility as viewports
    from omni.kit.capture.viewport import standin
    from omni.kit.capture.viewport.extension import capture_instance
    from omni.kit.viewport.utility import standin as pictures

    open_stage(rig)
    capture = movie.CaptureExtension.get_instance()
    report["is_one_instance"] = capture is capture_instance

    def make_options(name, **values):
        options = movie.CaptureOptions(
            camera="/World/Cam",
            res_width=64,
            res_height=36,
            render_preset=movie.CaptureRenderPreset.RAY_TRACE,
            output_folder=str(report.folder / name),
            start_frame=1,
            end_frame=3,
            real_time_settle_latency_frames=1,
        )
        for key, value in values.items():
            setattr(options, key, value)
        return options

    def film(name, **values):
        capture.options = make_options(name, **values)
        is_started = capture.start()
        status = wait(rig, capture) if is_started else ""
        at_done = list_files(report.folder / name)
        rig.until(lambda: pictures.pending == 0)
        return {
            "is_started": is_started,
            "status": status,
            "at_done": at_done,
            "files": list_files(report.folder / name),
        }

    standin.reset()
    pictures.reset()
    before = snapshot()
    report["misspelled"] = film("misspelled", capture_every_nth_frames=1)
    report["misspelled_again"] = film("misspelled", capture_every_nth_frames=1)
    report["inclusive"] = film("inclusive", capture_every_Nth_frames=1)
    report["every_second"] = film("every_second", capture_every_Nth_frames=2)
    report["negative"] = film("negative", capture_every_Nth_frames=1, start_frame=-1, end_frame=0)
    report["selection_after"] = snapshot()["selected"]
    report["selection_before"] = before["selected"]
    standin.is_end_exclusive = True
    report["exclusive"] = film("exclusive", capture_every_Nth_frames=1)
    standin.is_end_exclusive = False
    pictures.flush_updates = 10
    report["late"] = film("late", capture_every_Nth_frames=1)
    pictures.flush_updates = 0
    drawn = len(pictures.pictures)
    report["skipping"] = film("inclusive", capture_every_Nth_frames=1)
    report["skipped_pictures"] = len(pictures.pictures) - drawn
    report["video"] = film("video", file_type=".mp4")
    report["video_outputs"] = [path[-11:] for path in capture.get_outputs()]

    seen = {}

    def on_finished():
        seen["done"] = capture.done
        seen["outputs"] = capture.get_outputs()

    capture.capture_finished_fn = on_finished
    calls = []
    capture.progress_update_fn = lambda *args: calls.append(len(args))
    film("callbacks", capture_every_Nth_frames=1)
    capture.capture_finished_fn = capture.progress_update_fn = None
    report["in_finished"] = seen
    report["progress_arguments"] = sorted(set(calls))
    report["outputs"] = len(capture.get_outputs())

    capture.options = make_options("cancelled", capture_every_Nth_frames=1, end_frame=40)
    capture.start()
    rig.frames(12)
    try:
        capture.pause()
        report["pause_1_7"] = ""
    except AttributeError as exc:
        report["pause_1_7"] = str(exc)
    capture.cancel()
    report["cancelled"] = wait(rig, capture)
    report["cancelled_statuses"] = standin.runs[-1]["statuses"]

    pictures.has_viewport = False
    report["no_viewport"] = film("no_viewport", capture_every_Nth_frames=1)
    pictures.has_viewport = True
    report["bad_options"] = film("bad_options", capture_every_Nth_frames=1, start_frame=9)

    options = make_options("setters")
    options.fps = 0
    options.file_type = ".jpg"
    options.render_preset = 17
    report["refused"] = [options.fps, options.file_type, int(options.render_preset)]
    report["round_trip"] = (
        movie.CaptureOptions.from_dict(options.to_dict()).to_dict() == options.to_dict()
    )

    for version in ("1.5", "1.7", "1.8"):
        standin.set_version(version)
        report[version] = {
            "done": hasattr(capture, "done"),
            "get_outputs": hasattr(capture, "get_outputs"),
            "real_time": hasattr(movie.CaptureRenderPreset, "REAL_TIME_PATHTRACING"),
        }
    report["validate"] = capture.get_outputs(validate=True)

    viewport = viewports.get_active_viewport()
    pictures.is_rendering = False

    async def wait_for_frame():
        try:
            await asyncio.wait_for(viewport.wait_for_rendered_frames(), 0.2)
        except asyncio.TimeoutError:
            return "never"
        return "drawn"

    report["hidden_viewport"] = rig.run(wait_for_frame())
    pictures.is_rendering = True
    report["shown_viewport"] = rig.run(wait_for_frame())
    report["removed_names"] = [
        name
        for name in ("toggle_global_visibility", "get_available_aovs_for_viewport")
        if hasattr(viewports, name)
    ]
    viewport.camera_path = "/World/Cam"
    rig.run(
        viewports.capture_viewport_to_file(
            viewport, str(report.folder / "one.png")
        ).wait_for_result()
    )
    report["one_picture"] = (report.folder / "one.png").read_bytes()[:4].hex()


if __name__ == "__main__":
    main(run, enable=["clappper.core"])
