"""Kit started with ``--exec`` for the self-test: it finds the extensions, runs, and quits.

With the argument ``unknown`` the app does not know our extensions when it starts.
"""

import json
import sys

import kit_rig
from scenario import main

SCRIPT = kit_rig.ROOT / "exts" / "clappper.kit" / "scripts" / "self_test.py"


def give_arguments():
    """Start the app with the script, as a user does."""
    startup = kit_rig.KitApp.startup

    def start(app, argv):
        report = argv[argv.index("--portable-root") + 1]
        if '["unknown"]' in sys.argv:
            place = argv.index(str(kit_rig.ROOT / "exts"))
            argv = argv[: place - 1] + argv[place + 1 :]
        startup(app, [*argv, "--exec", f"{SCRIPT.as_posix()} --out {report}/../self_test"])

    kit_rig.KitApp.startup = start


def run(rig, report):
    import carb.eventdispatcher
    import omni.kit.app

    shutdown = rig.app.shutdown

    def shut_down():
        report["exit_code"] = shutdown()
        return 0

    rig.app.shutdown = shut_down
    quits = []
    guard = carb.eventdispatcher.get_eventdispatcher().observe_event(
        event_name=omni.kit.app.GLOBAL_EVENT_POST_QUIT,
        on_event=lambda _: quits.append(True),
        observer_name="test",
    )
    rig.until(lambda: quits, seconds=150, what="the app is asked to quit")
    guard.reset()
    path = report.folder / "self_test" / "self_test.json"
    report["is_chat_enabled"] = rig.is_enabled("clappper.chat")
    report["self_test"] = json.loads(path.read_text(encoding="utf-8"))


if __name__ == "__main__":
    give_arguments()
    main(run)
