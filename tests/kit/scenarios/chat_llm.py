"""A language model plans for the panel: well, slowly, badly, and not at all."""

from chat_support import (
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
    import omni.kit.undo

    place_window(rig)
    stage = make_empty_stage(rig)
    cases = report["cases"] = {}
    empty = list_layers(stage)

    def note(name):
        cases[name] = {
            "history": read_texts(rig, "history"),
            "instances": count_instances(stage),
            "status": rig.find("status").text,
        }
        if count_instances(stage):
            omni.kit.undo.undo()
            rig.frames(2)
        cases[name]["same"] = list_layers(stage) == empty

    for name in report.args:
        with rig.measured_frames() as durations:
            send(rig, f"A warehouse with 2 forklifts, please {name}.")
        note(name)
        cases[name]["longest_s"] = max(durations)
    # A conversation: it changes the scene, asks back and is answered.
    send(rig, "A warehouse with 2 forklifts, please plan well.")
    for name, line in (
        ("changed", "Make it feel busier, please change."),
        ("asked", "Do something with the corner, please ask."),
        ("answered", "The left one."),
        ("question", "Which of them would please an answer?"),
    ):
        send(rig, line)
        cases[name] = {
            "history": read_texts(rig, "history"),
            "instances": count_instances(stage),
            "status": rig.find("status").text,
        }
    report.screenshot("panel-conversation-model")
    for _ in range(3):
        omni.kit.undo.undo()
        rig.frames(4)
    cases["conversation_undone"] = list_layers(stage) == empty

    # It hangs until somebody stops it.
    rig.fill("prompt", "A warehouse with 2 forklifts, please hang.")
    rig.click("send")
    rig.frames(120)
    cases["busy_while_hanging"] = not is_idle(rig)
    rig.click("stop")
    rig.until(lambda: is_idle(rig), seconds=5, what="stopped")
    note("hang")


if __name__ == "__main__":
    main(run, enable=["clappper.chat"], size=(460, 800))
