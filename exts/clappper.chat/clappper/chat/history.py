"""The chat history: lines appended as they come, the newest in sight."""

from __future__ import annotations

from typing import TYPE_CHECKING

import omni.ui as ui

from clappper.chat.style import LINE_STYLES, SPACING

if TYPE_CHECKING:
    from clappper.core.session.models import Line

__all__ = ["HistoryView"]

#: Beyond the end of any history [px].
_FAR_DOWN = 1e6


class HistoryView:
    """A scrolling list of word-wrapped lines."""

    def __init__(self) -> None:
        self._shown: tuple[Line, ...] = ()
        with ui.ZStack():
            ui.Rectangle(name="well")
            with ui.HStack():
                ui.Spacer(width=SPACING)
                with ui.VStack():
                    ui.Spacer(height=SPACING)
                    self._scroll = ui.ScrollingFrame(
                        identifier="history",
                        horizontal_scrollbar_policy=ui.ScrollBarPolicy.SCROLLBAR_ALWAYS_OFF,
                    )
                    ui.Spacer(height=SPACING)
        with self._scroll:
            self._stack = ui.VStack(height=0, spacing=SPACING)
        self._stack.set_computed_content_size_changed_fn(self._scroll_down)

    def show(self, lines: tuple[Line, ...]) -> None:
        """Show these lines; what is shown already stays."""
        if lines == self._shown:
            return
        new = lines[len(self._shown) :]
        if lines[: len(self._shown)] != self._shown:
            self._stack.clear()
            new = lines
        self._shown = lines
        with self._stack:
            for line in new:
                _add_line(line)

    def destroy(self) -> None:
        """Let go of the widgets' callbacks."""
        self._stack.set_computed_content_size_changed_fn(None)
        self._shown = ()

    def _scroll_down(self) -> None:
        # How far down it goes is known one frame later; what is too far is brought back then.
        self._scroll.scroll_y = _FAR_DOWN


def _add_line(line: Line) -> None:
    if line.kind == "user":
        with ui.ZStack(height=0):
            ui.Rectangle(name="user")
            _add_label(line, margin=6)
        return
    _add_label(line, margin=2)


def _add_label(line: Line, *, margin: int) -> None:
    with ui.HStack(height=0):
        ui.Spacer(width=margin + 2)
        with ui.VStack(height=0):
            ui.Spacer(height=margin)
            ui.Label(line.text, name=LINE_STYLES[line.kind], word_wrap=True, height=0)
            ui.Spacer(height=margin)
        ui.Spacer(width=margin + 2)
