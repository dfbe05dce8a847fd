"""Run Clappper's self-test in an app started for it, then quit: exit code 0 if it passed, else 1.

``kit APP.kit --exec "C:/path/exts/clappper.kit/scripts/self_test.py --out C:/clappper-test"``

Enables the Clappper extensions, from the folder this script stands in if the app does not know
them. Write forward slashes: Kit may take backslashes for escapes.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import omni.ext
import omni.kit.app

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Until the app has a stage and a viewport of its own.
_START_UPDATES = 60
#: Until Kit has looked into a new folder.
_SCAN_UPDATES = 10
_EXTENSIONS = ("clappper.core", "clappper.kit", "clappper.capture", "clappper.chat")
#: A task that nobody holds may be dropped.
_TASKS: list[asyncio.Task[None]] = []
_LOGGER = logging.getLogger("clappper.self_test")


def main(arguments: Sequence[str]) -> None:
    """Start the test on Kit's loop."""
    parser = argparse.ArgumentParser(prog="self_test.py")
    parser.add_argument("--out", type=Path, required=True, help="new or empty folder")
    options = parser.parse_args(arguments)
    _TASKS.append(asyncio.ensure_future(start(options.out.expanduser().absolute())))


async def start(folder: Path) -> None:
    """Enable what is tested, and run the test or quit."""
    missing = await enable_extensions()
    if missing:
        quit_app(f"These extensions do not start: {', '.join(missing)}.", is_ok=False)
    else:
        await run(folder)


async def enable_extensions() -> list[str]:
    """Enable the Clappper extensions and return those that do not start."""
    app = omni.kit.app.get_app()
    manager = app.get_extension_manager()
    known = {extension["name"] for extension in manager.get_extensions()}
    if not known.issuperset(_EXTENSIONS):
        folder = Path(__file__).resolve().parents[2]
        manager.add_path(folder.as_posix(), omni.ext.ExtensionPathType.COLLECTION)
        for _ in range(_SCAN_UPDATES):
            await app.next_update_async()
    for name in _EXTENSIONS:
        manager.set_extension_enabled_immediate(name, True)
    return [name for name in _EXTENSIONS if not manager.get_enabled_extension_id(name)]


async def run(folder: Path) -> None:
    """Run the test and quit the app."""
    from clappper.chat.live_stage import LiveStage
    from clappper.chat.self_test_entry import run_self_test
    from clappper.core.errors import ClappperError
    from clappper.kit.compat import next_update

    for _ in range(_START_UPDATES):
        await next_update()
    host: Any = LiveStage(slice_s=0.006)
    try:
        # Nobody has worked in an app that was started for this.
        report = await run_self_test(host, folder, on_line=_LOGGER.warning, may_replace_stage=True)
    except ClappperError as exc:
        quit_app(str(exc), is_ok=False)
    else:
        quit_app(report.sentence, is_ok=report.is_ok)
    finally:
        host.destroy()


def quit_app(sentence: str, *, is_ok: bool) -> None:
    """Say what came of it and quit."""
    (_LOGGER.info if is_ok else _LOGGER.error)(sentence)
    omni.kit.app.get_app().post_quit(0 if is_ok else 1)


if __name__ == "__main__":
    main(sys.argv[1:])
