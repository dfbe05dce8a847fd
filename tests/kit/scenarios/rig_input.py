"""The rig itself: typed text, keys, clicks, windows, screenshots, frames."""

import asyncio

import carb.settings
import omni.kit.app
import omni.ui as ui
from kit_rig import WidgetNotFoundError
from scenario import main


def read_refusal(call):
    try:
        call()
    except WidgetNotFoundError as error:
        return str(error)
    return None


def run(rig, report):
    window = ui.Window("Rig", width=420, height=320)
    clicks = []
    with window.frame, ui.VStack(spacing=4):
        ui.StringField(multiline=True, height=120, identifier="lines")
        ui.StringField(height=24, identifier="line")
        ui.Button("Count", height=24, identifier="count", clicked_fn=lambda: clicks.append(1))
        ui.Button("Secret", identifier="hidden", visible=False)
        for _ in range(2):
            ui.Label("same", identifier="same")
    rig.frames(2)
    rig.click("lines")
    rig.type_text("two forklifts\nsix racks")
    rig.press("ENTER")
    rig.type_text("a door")
    report["lines"] = rig.find("lines").model.get_value_as_string()
    rig.fill("line", "first")
    rig.fill("line", "second")
    report["line"] = rig.find("line", window="Rig").model.get_value_as_string()
    rig.click("count")
    rig.click("count")
    report["clicks"] = len(clicks)
    report["count_of_same"] = len(rig.find_all("same"))
    report["absent_widget"] = read_refusal(lambda: rig.find("absent"))
    report["ambiguous_widget"] = read_refusal(lambda: rig.find("same"))
    report["hidden_widget"] = read_refusal(lambda: rig.click("hidden"))
    report["absent_window"] = read_refusal(lambda: rig.window("Absent"))
    try:
        rig.until(lambda: False, seconds=0.05, what="never")
    except TimeoutError as error:
        report["timeout"] = str(error)

    async def count_updates():
        for _ in range(3):
            await omni.kit.app.get_app().next_update_async()
        return asyncio.current_task() is not None

    report["coroutine"] = rig.run(count_updates())
    with rig.measured_frames() as durations:
        rig.frames(5)
    report["measured"] = durations
    report["args"] = report.args
    report["setting"] = carb.settings.get_settings().get("/exts/rig/number")
    report["enabled"] = [rig.is_enabled("omni.kit.async_engine"), rig.is_enabled("omni.nothing")]
    report.screenshot("rig")


if __name__ == "__main__":
    main(run, size=(800, 600))
