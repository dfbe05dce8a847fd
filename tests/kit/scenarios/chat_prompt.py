"""A prompt is typed and sent, one undo takes the scene away, redo gives it back, then a film."""

from pathlib import Path

from chat_support import (
    count_instances,
    is_idle,
    list_layers,
    make_empty_stage,
    make_full_stage,
    place_window,
    read_texts,
)
from scenario import main

FRAMES = 5


def run(rig, report):
    import omni.kit.undo
    import omni.kit.viewport.utility
    import omni.usd

    name, prompt, kind, output = report.args
    place_window(rig)
    stage = make_empty_stage(rig) if kind == "empty" else make_full_stage(rig)
    selection = omni.usd.get_context().get_selection()
    if kind != "empty":
        selection.set_selected_prim_paths(["/World/Hall"], False)
    viewport = omni.kit.viewport.utility.get_active_viewport()
    user_camera = str(viewport.camera_path)
    before = list_layers(stage)
    entries = len(omni.kit.undo.get_undo_stack())

    rig.fill("prompt", prompt)
    rig.click("send")
    counts, statuses = [], []

    def is_over():
        counts.append(count_instances(stage))
        statuses.append(rig.find("status").text)
        return is_idle(rig)

    with rig.measured_frames() as durations:
        rig.until(is_over, seconds=60, what="scene built")
    report["durations_s"] = durations
    report["counts"] = sorted(set(counts))
    report["statuses"] = list(dict.fromkeys(statuses))
    report["history"] = read_texts(rig, "history")
    report["verdict"] = read_texts(rig, "verdict")
    report["undo_entries"] = len(omni.kit.undo.get_undo_stack()) - entries
    report["selection_kept"] = list(selection.get_selected_prim_paths())
    report["camera_kept"] = str(viewport.camera_path) == user_camera
    built = list_layers(stage)
    report["changed_layers"] = sum(built[key] != text for key, text in before.items())
    report["stage"] = str(report.folder / "built.usda")
    stage.Export(report["stage"])
    report["time"] = [
        stage.GetTimeCodesPerSecond(),
        stage.GetStartTimeCode(),
        stage.GetEndTimeCode(),
    ]
    rig.frames(3)
    report.screenshot(f"panel-{name}-result")

    omni.kit.undo.undo()
    rig.frames(2)
    report["undo_is_exact"] = list_layers(stage) == before
    report["instances_after_undo"] = count_instances(stage)
    omni.kit.undo.redo()
    rig.frames(2)
    report["redo_is_exact"] = list_layers(stage) == built

    for field, value in (("frames", FRAMES), ("fps", 30), ("width", 160), ("height", 90)):
        rig.fill(field, str(value))
    rig.press("TAB")
    rig.click("capture")
    rig.frames(30)
    report.screenshot(f"panel-{name}-capturing")
    rig.until(lambda: is_idle(rig), seconds=120, what="film made")
    rig.frames(3)
    report.screenshot(f"panel-{name}-done")
    report["film_status"] = rig.find("status").text
    report["film_history"] = read_texts(rig, "history")
    films = sorted(Path(output).rglob("movie.mp4"))
    report["films"] = [str(path) for path in films]
    report["frames"] = [str(path) for film in films for path in film.parent.glob("frames/*.png")]
    report["layers_after_film"] = list_layers(stage) == built
    report["selection_after_film"] = list(selection.get_selected_prim_paths())
    report["camera_after_film"] = str(viewport.camera_path) == user_camera


if __name__ == "__main__":
    main(run, enable=["clappper.chat", "clappper.capture"], size=(460, 800))
