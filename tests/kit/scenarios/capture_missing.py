"""Movie Capture is not there, then on disk only, then enabled by the adapter itself."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent))

from capture_stage import open_stage
from scenario import main

HEAVY = ("pydantic", "clappper.capture.movie_capture", "clappper.core.capture.frames")


def run(rig, report):
    report["modules_at_start"] = [name for name in HEAVY if name in sys.modules]
    import carb.settings
    from omni.kit.async_engine import run_coroutine

    from clappper.core.capture.models import CaptureRequest
    from clappper.core.capture.registry import find_backend

    name = "omni.kit.capture.viewport"
    open_stage(rig)
    request = CaptureRequest(
        stage_path=None,
        camera_path="/World/Cam",
        first_frame=1,
        last_frame=2,
        fps=24,
        width=64,
        height=36,
        output_folder=report.folder / "frames",
    )
    backend = find_backend()

    def check():
        return [[i.code, f"{i.message} {i.hint}"] for i in rig.run(backend.preflight(request))]

    def film():
        task = run_coroutine(backend.capture(request, lambda *_: None))
        rig.until(task.done)
        return str(task.exception() or task.result().is_ok)

    report["missing"] = check()
    report["missing_capture"] = film()
    standins = Path(__file__).parents[1] / "standins"
    rig.extensions.add_path(str(standins / name), direct_path())
    rig.frames(3)
    report["enabled_before"] = rig.is_enabled(name)
    report["found"] = check()
    report["enabled_after"] = rig.is_enabled(name)
    for setting in ("warmup_updates", "preroll_frames"):
        carb.settings.get_settings().set(f"/exts/clappper.capture/{setting}", 1)
    report["capture"] = film()


def direct_path():
    import omni.ext

    return omni.ext.ExtensionPathType.DIRECT_PATH


if __name__ == "__main__":
    main(run, enable=["clappper.capture"])
