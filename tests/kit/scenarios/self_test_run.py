"""The self-test from its menu entry on the stand-ins: refused, stopped, passed, failed."""

import gc
import json

from scenario import main


def run(rig, report):
    import carb.settings
    import omni.kit.undo as history
    import omni.usd
    from omni.kit.menu.utils import standin as menus
    from omni.kit.notification_manager import standin as notifications
    from omni.kit.viewport.utility import standin as viewports

    from clappper.chat.live_stage import LiveStage
    from clappper.chat.self_test_entry import TITLE, SelfTestEntry

    carb.settings.get_settings().set("/exts/clappper.capture/warmup_updates", 3)
    carb.settings.get_settings().set("/exts/clappper.capture/preroll_frames", 2)
    context = omni.usd.get_context()
    rig.run(context.new_stage_async())
    for own in [thing for thing in gc.get_objects() if isinstance(thing, SelfTestEntry)]:
        own.destroy()  # the panel's entry: the one below has a host and a busy sign to play with
    host, lines = LiveStage(slice_s=0.006), []
    busy = [True]
    folder = report.folder / "films"
    entry = SelfTestEntry(host, output_folder=folder, is_busy=lambda: busy[0], on_line=lines.append)

    def choose():
        menus.click(f"Window/{TITLE}")

    def read():
        path = max(folder.glob("*/self_test.json"), key=lambda p: p.stat().st_mtime)
        return json.loads(path.read_text(encoding="utf-8"))

    def layers():
        stage = context.get_stage()
        return [layer.ExportToString() for layer in stage.GetLayerStack()]

    def finish():
        rig.until(lambda: not entry.is_running(), seconds=200, what="the self-test has ended")
        rig.frames(3)

    choose()
    report["while_busy"] = [entry.is_running(), lines[-1]]
    busy[0] = False

    before = layers()
    choose()
    report["is_ticked"] = menus.is_ticked(f"Window/{TITLE}")
    finish()
    report["passed"] = read()
    report["is_ticked_after"] = menus.is_ticked(f"Window/{TITLE}")
    report["page"] = max(folder.glob("*/self_test.md")).read_text(encoding="utf-8")
    report["line"] = lines[-1]
    report["notified"] = [[n.text, n.status.name] for n in notifications.posted]
    report["is_stage_as_before"] = layers() == before
    report["has_pending_edit"] = context.has_pending_edit()
    report["films"] = [p.name for p in folder.rglob("movie.mp4")]

    # Stopped in the middle of the film.
    choose()
    rig.until(lambda: lines[-1].startswith("Self-test: film"), seconds=100, what="it films")
    rig.frames(20)
    report["prims_while_filming"] = len(list(context.get_stage().Traverse()))
    choose()
    finish()
    report["stopped"] = lines[-1]
    report["is_stage_as_before_stop"] = layers() == before
    report["folders"] = sorted(p.name for p in folder.iterdir())

    # Unsaved work is left alone.
    context.get_stage().DefinePrim("/Work")
    rig.frames(2)
    with_work = layers()
    choose()
    finish()
    report["refused"] = read()
    report["is_work_there"] = layers() == with_work

    # No viewport, and an undo of another name: every step that can run still does.
    rig.run(context.new_stage_async())
    viewports.has_viewport = False
    undo, history.undo_2 = history.undo, history.undo
    del history.undo
    choose()
    finish()
    report["broken"] = read()
    report["scene_left"] = bool(context.get_stage().GetPrimAtPath("/World/Clappper/Scene_001"))
    viewports.has_viewport, history.undo = True, undo

    entry.destroy()
    entry.destroy()
    report["is_entry_there"] = f"Window/{TITLE}" in menus.paths()
    host.destroy()


if __name__ == "__main__":
    main(run, enable=["clappper.chat", "clappper.capture"])
