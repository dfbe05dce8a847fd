"""A window docks beside the windows of the editor and is used there."""

import omni.ui as ui
from scenario import main


def run(rig, report):
    clicks = []
    window = ui.Window("Clap", width=300, height=300)
    with window.frame, ui.VStack():
        ui.Button("Clap", identifier="clap", clicked_fn=lambda: clicks.append(1))
    window.deferred_dock_in("Property", ui.DockPolicy.CURRENT_WINDOW_IS_ACTIVE)
    rig.frames(4)
    panel, viewport = rig.window("Property"), rig.window("Viewport")
    report["docked"] = [window.docked, panel.docked, viewport.docked]
    report["same_dock"] = window.dock_id == panel.dock_id != viewport.dock_id
    report["is_right_of_viewport"] = window.position_x >= viewport.position_x + viewport.width
    report["share"] = window.width / (window.width + viewport.width)
    rig.click("clap")
    report["clicks"] = len(clicks)
    rig.drag((window.position_x - 2, 300), (window.position_x - 202, 300))
    report["wider"] = rig.window("Clap").width
    report.screenshot("rig_layout")


if __name__ == "__main__":
    main(run, has_layout=True)
