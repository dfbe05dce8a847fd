"""The bundle goes and comes back twenty times: nothing of it may stay behind."""

import asyncio
import gc
import sys
import time

from chat_support import WAREHOUSE, count_instances, make_empty_stage, send
from scenario import BUNDLE, main

OURS = ("ClappperChatExtension", "ChatWindow", "Panel", "HistoryView", "VerdictView", "ChatSession")
OURS += (
    "LiveStage",
    "UndoEntries",
    "Subscription",
    "WindowMenuEntry",
    "ClappperCaptureExtension",
    "SelfTestEntry",
)
#: What must not be loaded by starting the extensions: it costs seconds.
HEAVY = (
    "openai",
    "httpx",
    "mitsuba",
    "drjit",
    "pydantic",
    "numpy",
    "fcl",
    "embreex",
    "pxr.UsdGeom",
)


def count_objects():
    gc.collect()
    names = [type(thing).__name__ for thing in gc.get_objects()]
    return {name: names.count(name) for name in OURS}


def run(rig, report):
    import omni.kit.commands
    import omni.kit.menu.utils.standin as menus

    from clappper.core.capture.registry import find_backend

    def look():
        rig.frames(4)
        return {
            "objects": count_objects(),
            # omni.ui's wheel lists every window for ever; a destroyed one has no widgets any more.
            "windows": len(rig.find_all("send")),
            "menu": [path for path in menus.paths() if "Clappper" in path],
            "tasks": len(rig.run(_count_tasks())),
            "command": omni.kit.commands.get_command_class("ClappperBuildScene") is not None,
            "backend": find_backend() is not None,
        }

    before = set(sys.modules)
    start_s = time.perf_counter()
    rig.enable(BUNDLE)
    report["startup_s"] = time.perf_counter() - start_s
    report["heavy_at_startup"] = [
        name for name in HEAVY if name in sys.modules and name not in before
    ]
    make_empty_stage(rig)
    send(rig, WAREHOUSE)
    report["first"] = look()
    names = ("clappper.chat", "clappper.capture", BUNDLE)
    durations = []
    for cycle in range(20):
        rig.disable(BUNDLE)
        for name in names[:2]:
            rig.disable(name)
        if cycle == 0:
            report["off"] = look()
        start_s = time.perf_counter()
        rig.enable(BUNDLE)
        durations.append(time.perf_counter() - start_s)
    report["off_and_on"] = look()
    stage = make_empty_stage(rig)
    send(rig, WAREHOUSE)
    report["built_again"] = count_instances(stage)
    report["last"] = look()
    report["enable_s"] = durations


async def _count_tasks():
    current = asyncio.current_task()
    return [task.get_name() for task in asyncio.all_tasks() if task is not current]


if __name__ == "__main__":
    main(run)
