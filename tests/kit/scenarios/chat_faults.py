"""Whatever goes wrong ends in a sentence, an idle panel and the stage as before."""

import shutil
import sys
from pathlib import Path

from chat_support import (
    WAREHOUSE,
    count_instances,
    is_idle,
    list_layers,
    make_empty_stage,
    place_window,
    read_texts,
    send,
)
from scenario import main


def run(rig, report):
    import omni.usd
    import omni.usd.standin
    from pxr import Sdf

    place_window(rig)
    films = Path(report.args[0])
    cases = report["cases"] = {}
    context = omni.usd.get_context()

    def note(name, stage=None, before=None):
        rig.until(lambda: is_idle(rig), seconds=60, what=f"{name}: idle")
        rig.frames(3)
        cases[name] = {
            "status": rig.find("status").text,
            "last": (read_texts(rig, "history") or [""])[-1],
            "same": stage is None or list_layers(stage) == before,
            "instances": 0 if stage is None else count_instances(stage),
        }

    def start(prompt=WAREHOUSE):
        stage = context.get_stage()
        before = list_layers(stage)
        rig.fill("prompt", prompt)
        rig.click("send")
        return stage, before

    def wait_for_building():
        rig.until(lambda: count_instances(context.get_stage()) > 0, seconds=60, what="building")

    # No stage at all.
    rig.run(context.close_stage_async())
    send(rig, WAREHOUSE)
    note("no_stage")

    stage = make_empty_stage(rig)
    before = list_layers(stage)
    rig.click("send")
    note("empty_prompt", stage, before)
    rig.find("prompt").model.set_value("forklift " * 1200)
    rig.click("send")
    note("long_prompt", stage, before)
    rig.find("prompt").model.set_value("")
    send(rig, "a unicorn and a dragon")
    note("nothing_known", stage, before)
    report.screenshot("panel-error")

    # Stopped: at once, and after more and more frames.
    for frames in (0, 1, 2, 4, 8, 16, 32, 64):
        stage, before = start()
        rig.frames(frames)
        rig.find("stop").call_clicked_fn()
        note(f"stop_after_{frames}", stage, before)
    stage, before = start()
    wait_for_building()
    cases["stop_while_building_began"] = {"instances": count_instances(stage)}
    rig.click("stop")
    note("stop_while_building", stage, before)

    # Sent twice: the second one is refused, the first goes on.
    stage, before = start()
    rig.find("prompt").model.set_value("an office")
    rig.find("send").call_clicked_fn()
    rig.until(lambda: is_idle(rig), seconds=60)
    texts = read_texts(rig, "history")
    cases["send_twice"] = {
        "refused": any("One thing at a time" in text for text in texts),
        "instances": count_instances(stage),
        "kept_prompt": rig.find("prompt").model.get_value_as_string(),
    }
    import omni.kit.undo

    omni.kit.undo.undo()
    rig.frames(2)
    cases["send_twice"]["undone"] = list_layers(stage) == before
    rig.find("prompt").model.set_value("")

    # A locked layer.
    before = list_layers(stage)
    stage.GetRootLayer().SetPermissionToEdit(False)
    send(rig, WAREHOUSE)
    note("locked_layer", stage, before)
    stage.GetRootLayer().SetPermissionToEdit(True)
    root_id = stage.GetRootLayer().identifier
    omni.usd.standin.set_layer_lock_state(context, root_id, True)
    locked = list_layers(stage)
    send(rig, WAREHOUSE)
    note("layer_locked_by_kit", stage, locked)
    omni.usd.standin.set_layer_lock_state(context, root_id, False)

    # The stage is replaced while it is being built on; what somebody else holds of it is clean.
    stage, before = start()
    wait_for_building()
    held = Sdf.Layer.FindOrOpen(stage.GetRootLayer().identifier)  # a strong reference
    text_before = before[held.identifier]
    rig.run(context.new_stage_async())
    note("stage_replaced")
    cases["stage_replaced"]["held_layer_clean"] = held.ExportToString() == text_before
    cases["stage_replaced"]["new_stage_untouched"] = count_instances(context.get_stage()) == 0
    stage, before = start()
    wait_for_building()
    rig.run(context.close_stage_async())
    note("stage_closed")
    make_empty_stage(rig)

    # The window is closed while something runs.
    stage, before = start()
    wait_for_building()
    rig.window("Clappper").visible = False
    rig.frames(20)
    cases["window_closed"] = {"same": list_layers(stage) == before}
    rig.window("Clappper").visible = True
    rig.frames(4)
    note("window_reopened", stage, before)

    # Filming without what it needs.
    send(rig, WAREHOUSE)
    built = list_layers(stage)
    for field, value in (("frames", 2), ("width", 96), ("height", 64)):
        rig.fill(field, str(value))
    rig.press("TAB")

    def film(name):
        rig.click("capture")
        note(name, stage, built)

    import omni.kit.viewport.utility.standin as viewport_standin

    viewport_standin.has_viewport = False
    film("no_viewport")
    viewport_standin.has_viewport = True
    shutil.rmtree(films, ignore_errors=True)
    films.write_text("a file where the folder should be")
    film("folder_not_writable")
    films.unlink()
    ffmpeg = sys.modules.pop("imageio_ffmpeg", None)
    sys.modules["imageio_ffmpeg"] = None
    film("no_encoder")
    del sys.modules["imageio_ffmpeg"]
    if ffmpeg is not None:
        sys.modules["imageio_ffmpeg"] = ffmpeg
    rig.click("capture")
    rig.frames(12)
    rig.click("stop")
    note("film_stopped", stage, built)
    rig.disable("clappper.capture")
    film("no_capture_extension")
    rig.enable("clappper.capture")
    film("film_after_all")
    omni.kit.undo.undo()
    rig.frames(4)
    cases["capture_after_undo"] = {"enabled": rig.find("capture").enabled}
    omni.kit.undo.redo()
    omni.kit.undo.undo()
    rig.frames(2)

    # The extension goes and comes back while something runs.
    stage, before = start()
    wait_for_building()
    rig.disable("clappper.chat")
    cases["extension_disabled"] = {"same": list_layers(stage) == before}
    rig.enable("clappper.chat")
    place_window(rig)
    send(rig, WAREHOUSE)
    note("extension_reenabled")
    cases["extension_reenabled"]["instances"] = count_instances(stage)


if __name__ == "__main__":
    main(run, enable=["clappper.chat", "clappper.capture"], size=(460, 800))
