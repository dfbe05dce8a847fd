"""The panel in every state, as pictures for the documents."""

from chat_support import is_idle, make_empty_stage, place_window, send
from scenario import main

PROMPT = (
    "Create a warehouse scene with 3 forklifts, a unicorn and industrial shelving. "
    "Camera at eye level."
)


def run(rig, report):
    place_window(rig)
    make_empty_stage(rig)
    rig.frames(4)
    report.screenshot("panel-empty")
    rig.fill("prompt", PROMPT)
    rig.click("send")
    rig.until(lambda: "Building:" in rig.find("status").text, seconds=60, what="building")
    report.screenshot("panel-working")
    rig.until(lambda: is_idle(rig), seconds=60, what="built")
    rig.frames(4)
    report.screenshot("panel-result")
    for field, value in (("frames", 24), ("width", 320), ("height", 180)):
        rig.fill(field, str(value))
    rig.press("TAB")
    rig.click("capture")
    rig.until(lambda: "Capturing: 9 of" in rig.find("status").text, 90, "frame 9")
    report.screenshot("panel-capturing")
    rig.until(lambda: is_idle(rig), seconds=180, what="film made")
    rig.frames(4)
    report.screenshot("panel-done")
    send(rig, "a dragon and a unicorn")
    rig.frames(4)
    report.screenshot("panel-error")


if __name__ == "__main__":
    main(run, enable=["clappper.chat", "clappper.capture"], size=(460, 800))
