"""The real Kit kernel with the real omni.ui on a CPU, its frames, clicks and keys driven by code.

Kit starts once per process, so each scenario is a process of its own (``scenario.py``). Needs the
wheels ``omniverse-kit`` and ``ovui``, a Vulkan driver (Lavapipe will do) and, before the process
starts, the environment that ``tests/kit/conftest.py`` sets. ``omni.ui`` is imported before the
kernel, which makes it take its standalone backend.
"""

from __future__ import annotations

import gc
import os
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import omni.ui as ui
from omni.ui import _ui
from omni.ui.standalone import _tick_one_frame

# ovui's omni/__init__.py freezes the namespace before the kernel adds its own folder to sys.path.
import omni  # isort: skip

_KERNEL = Path(ui.__file__).parents[1] / "kernel" / "py"
sys.path.append(str(_KERNEL))
omni.__path__.append(str(_KERNEL / "omni"))
from omni.kit_app import KitApp  # noqa: E402  # isort: skip

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = ["KEYS", "CloseFailedError", "KitRig", "WidgetNotFoundError"]

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]

#: Pause between frames while something is waited for [s].
_REST_S = 0.004

#: Codes of the keys that are injected, by name; a letter is "A" to "Z".
KEYS = {
    "TAB": 512,
    "LEFT": 513,
    "RIGHT": 514,
    "UP": 515,
    "DOWN": 516,
    "PAGE_UP": 517,
    "PAGE_DOWN": 518,
    "HOME": 519,
    "END": 520,
    "DELETE": 522,
    "BACKSPACE": 523,
    "SPACE": 524,
    "ENTER": 525,
    "ESCAPE": 526,
    "CTRL": 527,
    "SHIFT": 528,
    "ALT": 529,
    **{chr(ord("A") + index): 546 + index for index in range(26)},
}


class WidgetNotFoundError(Exception):
    """No such window or widget is there."""


class CloseFailedError(Exception):
    """The kernel did not shut down as it should."""


class KitRig:
    """A started Kit app whose frames, clicks and keys the caller drives.

    Args:
        enable: Extensions to enable at the start; ``omni.ui`` and the async engine always are.
        portable_root: Where this app keeps its logs, settings and caches.
        ext_folders: Folders whose children are extensions.
        ext_paths: Folders that are an extension each.
        size: Width and height of the app window [px].
        settings: Kit settings by path, given on its command line.
        has_layout: Whether the app has docked windows "Viewport" and "Property" from the start, as
            Kit's editor has; only then can other windows dock.
    """

    def __init__(
        self,
        enable: Sequence[str] = (),
        *,
        portable_root: Path,
        ext_folders: Sequence[Path] = (),
        ext_paths: Sequence[Path] = (),
        size: tuple[int, int] = (1280, 720),
        settings: dict[str, Any] | None = None,
        has_layout: bool = False,
    ) -> None:
        self.frame_durations_s: list[float] = []
        self.task_errors: list[str] = []
        self.size = size
        ui.init("Kit", width=size[0], height=size[1])
        self._layout: list[Any] = []
        if has_layout:
            self._make_layout()
        self.app = KitApp()
        argv = ["--no-window", "--portable-root", str(portable_root)]
        argv += ["--/app/extensions/registryEnabled=0", "--/app/fastShutdown=0"]
        argv += ["--ext-path", str(ROOT)]
        for path, value in (settings or {}).items():
            text = str(value).lower() if isinstance(value, bool) else value
            argv += [f"--/{path.lstrip('/')}={text}"]
        for folder in (HERE / "exts", ROOT / "exts", *ext_folders):
            argv += ["--ext-folder", str(folder)]
        for path in ext_paths:
            argv += ["--ext-path", str(path)]
        for name in ("omni.kit.uiapp", *enable):
            argv += ["--enable", name]
        self.app.startup(argv)
        self.frames(8)
        self._watch_tasks()
        self.frame_durations_s.clear()

    # --- frames -------------------------------------------------------------------------------

    def frames(self, count: int = 1) -> None:
        """Run one Kit update (coroutines run in it) and draw one UI frame, ``count`` times."""
        for _ in range(count):
            start_s = time.perf_counter()
            self.app.update()
            _tick_one_frame()
            self.frame_durations_s.append(time.perf_counter() - start_s)

    def until(self, condition: Callable[[], Any], seconds: float = 30.0, what: str = "") -> Any:
        """Run frames until the condition is true and return its value.

        Raises:
            TimeoutError: It was not true in time.
        """
        deadline_s = time.monotonic() + seconds
        while True:
            value = condition()
            if value:
                return value
            if time.monotonic() > deadline_s:
                raise TimeoutError(f"not true after {seconds} s: {what or condition}")
            self.frames()
            # An app waits for its screen here, and threads get their turn.
            time.sleep(_REST_S)

    def run(self, coroutine: Any, seconds: float = 30.0) -> Any:
        """Run a coroutine on Kit's loop, frame by frame, and return its result."""
        from omni.kit.async_engine import run_coroutine

        task = run_coroutine(coroutine)
        self.until(task.done, seconds, f"{coroutine} done")
        return task.result()

    @contextmanager
    def measured_frames(self) -> Iterator[list[float]]:
        """Yield a list that is filled, at the end, with the durations of the frames within [s]."""
        found: list[float] = []
        first = len(self.frame_durations_s)
        yield found
        found += self.frame_durations_s[first:]

    # --- extensions ---------------------------------------------------------------------------

    @property
    def extensions(self) -> Any:
        """Kit's extension manager."""
        return self.app.extension_manager

    def is_enabled(self, name: str) -> bool:
        """Whether an extension of this name is enabled."""
        return any(e["name"] == name and e["enabled"] for e in self.extensions.get_extensions())

    def enable(self, name: str, *, is_enabled: bool = True) -> bool:
        """Enable or disable an extension at run time, as the Extensions window does."""
        done = self.extensions.set_extension_enabled_immediate(name, is_enabled)
        self.frames(2)
        return bool(done)

    def disable(self, name: str) -> bool:
        """Disable an extension at run time."""
        return self.enable(self.extensions.get_enabled_extension_id(name), is_enabled=False)

    # --- widgets ------------------------------------------------------------------------------

    def windows(self) -> list[Any]:
        """Return the windows that Python code made."""
        return [w for w in ui.Workspace.get_windows() if isinstance(w, ui.Window)]

    def window(self, title: str) -> Any:
        """Return a window by its title.

        Raises:
            WidgetNotFoundError: There is none; the message names those that are there.
        """
        for window in self.windows():
            if window.title == title:
                return window
        titles = [window.title for window in self.windows()]
        raise WidgetNotFoundError(f"no window {title!r}, there are {titles}")

    def find_all(self, identifier: str, *, window: str | None = None) -> list[Any]:
        """Return the widgets with this identifier, in one window or in all of them."""
        roots = [self.window(window)] if window else self.windows()
        return [w for root in roots for w in _walk(root.frame) if w.identifier == identifier]

    def find(self, identifier: str, *, window: str | None = None) -> Any:
        """Return the one widget with this identifier.

        Raises:
            WidgetNotFoundError: There is none, or more than one.
        """
        found = self.find_all(identifier, window=window)
        if len(found) != 1:
            raise WidgetNotFoundError(f"{len(found)} widgets {identifier!r} in {window or 'all'}")
        return found[0]

    def has(self, identifier: str, *, window: str | None = None) -> bool:
        """Whether exactly one widget has this identifier."""
        return len(self.find_all(identifier, window=window)) == 1

    # --- input --------------------------------------------------------------------------------

    def click(self, widget: Any) -> None:
        """Click the middle of a widget, given itself or by its identifier.

        Raises:
            WidgetNotFoundError: It is not there or not shown.
        """
        if isinstance(widget, str):
            widget = self.find(widget)
        if not widget.visible or widget.computed_width <= 0 or widget.computed_height <= 0:
            raise WidgetNotFoundError(f"{widget.identifier or widget} is not shown")
        x = widget.screen_position_x + widget.computed_width / 2
        y = widget.screen_position_y + widget.computed_height / 2
        self.click_at(x, y)

    def click_at(self, x: float, y: float) -> None:
        """Click a point of the app window [px]: hover, press and release in frames of their own."""
        _ui._inject_mouse_move(x, y)
        self.frames(2)
        _ui._inject_mouse_button(0, True)
        self.frames()
        _ui._inject_mouse_button(0, False)
        self.frames(2)

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Drag from one point of the app window to another [px]."""
        _drag(start, end, self.frames)

    def type_text(self, text: str) -> None:
        """Type into the field that has the focus; a line break stays one in a multi-line field."""
        _ui._inject_text_input(text)
        self.frames(2)

    def press(self, *keys: str) -> None:
        """Press keys together, for example ``press("CTRL", "ENTER")``, and release them."""
        codes = [KEYS[key] for key in keys]
        for code in codes:
            _ui._inject_key_event(code, True)
            self.frames()
        for code in reversed(codes):
            _ui._inject_key_event(code, False)
        self.frames(2)

    def fill(self, identifier: str, text: str) -> None:
        """Replace what a text field holds by typing."""
        self.click(identifier)
        self.press("CTRL", "A")
        self.press("BACKSPACE")
        if text:
            self.type_text(text)

    # --- looking ------------------------------------------------------------------------------

    def screenshot(self, path: Path) -> Path:
        """Write the app window as it is drawn next to a PNG file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        if not _ui._schedule_screenshot(str(path)):
            raise RuntimeError("no screenshot could be scheduled")
        self.frames(2)
        if not path.is_file():
            raise RuntimeError(f"the screenshot {path} was not written")
        return path

    def _make_layout(self) -> None:
        """Make the dock space with what Kit's editor has beside us."""
        self._layout = [ui.DockSpace(None)]
        _tick(2)
        viewport = ui.Window("Viewport", width=300, height=300)
        _tick(3)
        # The first window gets into an empty dock space by hand only.
        middle = (self.size[0] / 2, self.size[1] / 2)
        _drag((viewport.position_x + 150, viewport.position_y + 10), middle, _tick)
        panel = ui.Window("Property", width=300, height=300)
        _tick(3)
        panel.dock_in(ui.Workspace.get_window("Viewport"), ui.DockPosition.RIGHT, 0.35)
        _tick(3)
        if not (viewport.docked and panel.docked):
            raise RuntimeError("the windows of the layout did not dock")
        self._layout += [viewport, panel]

    # --- end ----------------------------------------------------------------------------------

    def _watch_tasks(self) -> None:
        """Keep what asyncio says of tasks whose exception nobody looked at."""
        import asyncio

        def on_error(_: Any, context: dict[str, Any]) -> None:
            error = context.get("exception")
            self.task_errors.append(f"{context.get('message')}: {error!r}")

        async def install() -> None:
            asyncio.get_running_loop().set_exception_handler(on_error)

        self.run(install())

    def close(self) -> None:
        """Shut Kit down; whatever tasks were dropped tell their exceptions first.

        Raises:
            CloseFailedError: Kit's exit code is not 0.
        """
        gc.collect()
        self.frames(2)
        sys.stdout.flush()
        code = self.app.shutdown()
        if code:
            raise CloseFailedError(f"Kit ended with exit code {code}")


def _tick(count: int = 1) -> None:
    """Draw UI frames without Kit."""
    for _ in range(count):
        _tick_one_frame()


def _drag(
    start: tuple[float, float], end: tuple[float, float], run_frames: Callable[[int], None]
) -> None:
    """Press, move in ten steps and release."""
    _ui._inject_mouse_move(*start)
    run_frames(2)
    _ui._inject_mouse_button(0, True)
    run_frames(2)
    for step in range(1, 11):
        part = step / 10
        x, y = (a + (b - a) * part for a, b in zip(start, end, strict=True))
        _ui._inject_mouse_move(x, y)
        run_frames(1)
    run_frames(3)
    _ui._inject_mouse_button(0, False)
    run_frames(3)


def _walk(widget: Any) -> Iterator[Any]:
    """Yield a widget and all below it."""
    yield widget
    for child in ui.Inspector.get_children(widget):
        yield from _walk(child)


if not os.environ.get("OMNIUI_HEADLESS"):
    raise RuntimeError("the rig needs OMNIUI_HEADLESS=1 before the process starts")
