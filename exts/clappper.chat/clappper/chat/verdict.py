"""The certificate's verdict: a coloured bar, one sentence, the issues."""

from __future__ import annotations

from typing import TYPE_CHECKING

import omni.ui as ui

from clappper.chat.style import LINE_STYLES, SPACING

if TYPE_CHECKING:
    from clappper.core.session.models import Verdict

__all__ = ["VerdictView"]


class VerdictView:
    """Hidden until there is a verdict."""

    def __init__(self) -> None:
        self._shown: Verdict | None = None
        self._frame = ui.Frame(height=0, visible=False, identifier="verdict")

    def show(self, verdict: Verdict | None) -> None:
        """Show a verdict, or nothing."""
        if verdict == self._shown:
            return
        self._shown = verdict
        self._frame.visible = verdict is not None
        self._frame.clear()
        if verdict is None:
            return
        with self._frame, ui.ZStack(height=0):
            ui.Rectangle(name="card")
            with ui.HStack(height=0, spacing=SPACING):
                ui.Rectangle(name="ok" if verdict.is_ok else "error", width=4)
                with ui.VStack(height=0, spacing=2):
                    ui.Spacer(height=4)
                    ui.Label(verdict.sentence, word_wrap=True, height=0)
                    for issue in verdict.issues:
                        ui.Label(issue.text, name=LINE_STYLES[issue.kind], word_wrap=True, height=0)
                    ui.Spacer(height=4)

    def destroy(self) -> None:
        """Let go of the verdict."""
        self._shown = None
