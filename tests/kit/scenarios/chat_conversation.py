"""A scene is made, changed, asked about, undone, saved, reopened and changed again."""

import re

from chat_support import (
    count_instances,
    is_idle,
    list_layers,
    make_empty_stage,
    make_full_stage,
    place_window,
    read_texts,
    send,
)
from scenario import main

FIRST = "Create a warehouse scene with 3 forklifts and industrial shelving. Camera at eye level."
SCENE = "/World/Clappper/Scene_001"


def count_nouns(stage):
    counts = {}
    for prim in stage.Traverse():
        noun = prim.GetCustomDataByKey("clappper:noun")
        if noun is not None:
            counts[noun] = counts.get(noun, 0) + 1
    return counts


def run(rig, report):
    import omni.kit.undo
    import omni.usd
    from pxr import Gf, Sdf, UsdGeom

    kind, saved = report.args
    place_window(rig)
    stage = make_empty_stage(rig) if kind == "empty" else make_full_stage(rig)
    context = omni.usd.get_context()
    selection = context.get_selection()
    if kind != "empty":
        selection.set_selected_prim_paths(["/World/Hall"], False)
    empty = list_layers(stage)
    steps = report["steps"] = []

    def note(name):
        rig.frames(4)
        steps.append(
            {
                "name": name,
                "nouns": count_nouns(context.get_stage()),
                "status": rig.find("status").text,
                "verdict": read_texts(rig, "verdict"),
                "history": read_texts(rig, "history"),
                "new_scene": rig.find("new_scene").enabled,
                "capture": rig.find("capture").enabled,
                "scenes": [
                    p.GetName() for p in stage.GetPrimAtPath("/World/Clappper").GetChildren()
                ]
                if stage.GetPrimAtPath("/World/Clappper")
                else [],
            }
        )

    note("before")
    send(rig, FIRST)
    note("made")
    states = [list_layers(stage)]
    lorry = f"{SCENE}/Items/forklift/forklift_01"
    for name, line in (
        ("added", "add 2 pallets near the shelves"),
        ("removed", "remove one forklift"),
        ("lit", "make it night"),
    ):
        with rig.measured_frames() as durations:
            send(rig, line)
        note(name)
        steps[-1]["longest_s"] = max(durations)
        states.append(list_layers(stage))
    report.screenshot(f"panel-conversation-{kind}")
    send(rig, "How many forklifts are there?")
    note("asked")
    send(rig, "sing me a song")
    note("refused")
    report["asking_changed_nothing"] = list_layers(stage) == states[-1]

    # Undone one by one to the empty stage, and done again.
    report["undone"] = []
    for state in reversed([empty, *states[:-1]]):
        omni.kit.undo.undo()
        rig.frames(4)
        report["undone"].append(list_layers(stage) == state)
    note("undone")
    report["redone"] = []
    for state in states[:2]:
        omni.kit.undo.redo()
        rig.frames(4)
        report["redone"].append(list_layers(stage) == state)
    note("redone")

    # After undo a change is about what stands there; by hand moved things stay.
    move = UsdGeom.Xformable(stage.GetPrimAtPath(lorry)).GetOrderedXformOps()[0]
    unit = UsdGeom.GetStageMetersPerUnit(stage)
    moved = move.Get() + Gf.Vec3d(0.05 / unit, 0.0, 0.0)
    move.Set(moved)
    send(rig, "remove one pallet")
    note("changed_after_undo")
    report["moved_stays"] = Gf.IsClose(move.Get(), moved, 1e-3 / unit)

    # Stopped while it is being changed.
    before = list_layers(stage)
    report["stopped"] = []
    for frames in (0, 1, 2, 4, 8, 16, 32):
        rig.fill("prompt", "add 12 pallets")
        rig.click("send")
        rig.frames(frames)
        rig.find("stop").call_clicked_fn()
        rig.until(lambda: is_idle(rig), seconds=60, what="stopped")
        rig.frames(2)
        if count_instances(stage) != sum(steps[-1]["nouns"].values()):
            omni.kit.undo.undo()  # it was done before it could be stopped
            rig.frames(4)
        report["stopped"].append(list_layers(stage) == before)

    # A scene of its own beside it; what is selected says which one is meant.
    rig.click("new_scene")
    note("anew")
    send(rig, "An office with 2 desks and a chair")
    note("second")
    send(rig, "add a chair")
    note("second_changed")
    selection.set_selected_prim_paths([lorry], False)
    send(rig, "remove one forklift")
    note("first_changed")
    selection.clear_selected_prim_paths()

    # Saved, closed, reopened, changed.
    if kind == "empty":
        rig.run(context.save_as_stage_async(saved))
        rig.run(context.close_stage_async())
        rig.frames(4)
        note_closed = rig.find("status").text
        report["closed"] = {
            "status": note_closed,
            "capture": rig.find("capture").enabled,
            "new_scene": rig.find("new_scene").enabled,
        }
        rig.run(context.open_stage_async(saved))
        rig.frames(12)
        stage = context.get_stage()
        note("reopened")
        send(rig, "add 2 chairs")
        note("changed_after_reopening")
        assert Sdf.Layer.Find(saved) is not None
    report["numbers"] = [int(n) for n in re.findall(r"\d+", " ".join(steps[-1]["verdict"]))][:2]


if __name__ == "__main__":
    main(run, enable=["clappper.chat"], size=(460, 800))
