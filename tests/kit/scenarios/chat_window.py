"""The window docks beside Property, comes and goes by its menu entry; packages may be missing."""

import sys

from chat_support import WAREHOUSE, count_instances, make_empty_stage, read_texts, send
from scenario import main


def run(rig, report):
    import omni.kit.menu.utils.standin as menus

    window = rig.window("Clappper")
    rig.until(lambda: window.docked, seconds=10, what="docked")
    report["docked"] = bool(window.docked)
    report["beside"] = window.dock_id == rig.window("Property").dock_id
    window.focus()
    rig.frames(4)
    report["ticked"] = [menus.is_ticked("Window/Clappper")]
    for _ in range(2):
        menus.click("Window/Clappper")
        rig.frames(4)
        report["ticked"].append(menus.is_ticked("Window/Clappper"))
    window.focus()
    rig.frames(4)
    stage = make_empty_stage(rig)
    sys.modules["fcl"] = None  # as in an app without clappper.pip
    send(rig, WAREHOUSE)
    report["missing"] = read_texts(rig, "history")[-1]
    report["missing_count"] = count_instances(stage)
    del sys.modules["fcl"]
    send(rig, WAREHOUSE)
    report["count"] = count_instances(stage)
    import omni.kit.undo

    omni.kit.undo.repeat()
    rig.frames(2)
    report["count_after_repeat"] = count_instances(stage)
    omni.kit.undo.undo()
    omni.kit.undo.undo()
    rig.frames(2)
    report["count_after_undo"] = count_instances(stage)
    report.screenshot("panel-docked")
    for _ in range(12):  # until the history is longer than the panel
        send(rig, "a dragon and a unicorn")
    history = rig.find("history")
    report["scroll"] = [history.scroll_y, history.scroll_y_max]


if __name__ == "__main__":
    main(run, enable=["clappper.chat"], size=(1280, 800), has_layout=True)
