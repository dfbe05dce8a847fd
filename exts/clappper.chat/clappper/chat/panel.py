"""The panel's content: shows a session's state and passes on what the user does. No logic."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import omni.ui as ui

from clappper.chat.history import HistoryView
from clappper.chat.style import (
    BUTTON_HEIGHT,
    FIELD_HEIGHT,
    MARGIN,
    PANEL_STYLE,
    PROMPT_HEIGHT,
    SPACING,
)
from clappper.chat.verdict import VerdictView
from clappper.core.session.models import FilmSettings

if TYPE_CHECKING:
    from collections.abc import Callable

    from clappper.core.session.chat import ChatSession
    from clappper.core.session.models import ChatState

__all__ = ["Panel"]

_PLACEHOLDER = "A warehouse with 3 forklifts and industrial shelving. Camera at eye level."
_CHANGE_PLACEHOLDER = "What is to change? For example: add 2 pallets near the shelves."
#: Field of ``FilmSettings`` -> its caption and width [px].
_FILM_FIELDS = {
    "frames": ("Frames", 50),
    "fps": ("fps", 36),
    "width": ("Size", 46),
    "height": ("x", 46),
}
_LEAST_PIXELS, _MOST_PIXELS, _MOST_FRAMES, _MOST_FPS = 16, 8192, 100_000, 240


class Panel:
    """Widgets below the frame that is being built; build it inside a ``with frame:``."""

    def __init__(self, session: ChatSession) -> None:
        self._session: ChatSession | None = session
        self._history: HistoryView | None = None
        self._verdict: VerdictView | None = None
        # All widgets with their callbacks hold the panel, so that it must let go of them.
        self._widgets: dict[str, ui.Widget] = {}
        self._is_showing = False
        self._build()
        self._unsubscribe: Callable[[], None] | None = session.subscribe(self._show)
        self._show(session.state)

    def destroy(self) -> None:
        """Let go of the session; calling it again does nothing."""
        if self._unsubscribe is not None:
            self._unsubscribe()
        self._unsubscribe = self._session = None
        for view in (self._history, self._verdict):
            if view is not None:
                view.destroy()
        self._history = self._verdict = None
        self._widgets.clear()

    # --- building -----------------------------------------------------------------------------

    def _build(self) -> None:
        with ui.VStack(style=PANEL_STYLE, spacing=0):
            ui.Spacer(height=MARGIN)
            with ui.HStack():
                ui.Spacer(width=MARGIN)
                with ui.VStack(spacing=SPACING):
                    self._history = HistoryView()
                    self._verdict = VerdictView()
                    self._build_status()
                    self._build_prompt()
                    ui.Line(height=1)
                    self._build_film()
                    self._build_files()
                ui.Spacer(width=MARGIN)
            ui.Spacer(height=MARGIN)

    def _build_status(self) -> None:
        self._widgets["status"] = ui.Label(
            "", name="status", identifier="status", height=0, word_wrap=True
        )
        self._widgets["progress"] = ui.ProgressBar(height=6, identifier="progress", visible=False)

    def _build_prompt(self) -> None:
        with ui.ZStack(height=PROMPT_HEIGHT):
            self._widgets["prompt"] = ui.StringField(multiline=True, identifier="prompt")
            self._widgets["placeholder"] = ui.Label(
                _PLACEHOLDER,
                name="placeholder",
                word_wrap=True,
                alignment=ui.Alignment.LEFT_TOP,
            )
        self._widgets["prompt"].model.add_value_changed_fn(self._on_prompt_changed)
        with ui.HStack(height=BUTTON_HEIGHT, spacing=SPACING):
            self._widgets["send"] = ui.Button(
                "Send", name="primary", identifier="send", clicked_fn=self._on_send
            )
            self._widgets["stop"] = ui.Button("Stop", identifier="stop", clicked_fn=self._on_stop)
            self._widgets["new_scene"] = ui.Button(
                "New scene", identifier="new_scene", clicked_fn=self._on_new_scene
            )

    def _build_film(self) -> None:
        with ui.HStack(height=FIELD_HEIGHT, spacing=SPACING):
            for name, (caption, width) in _FILM_FIELDS.items():
                ui.Label(caption, name="caption", width=0)
                self._widgets[name] = ui.IntField(width=width, identifier=name)
                self._widgets[name].model.add_end_edit_fn(self._on_film_edited)
            ui.Spacer()
        with ui.HStack(height=BUTTON_HEIGHT, spacing=SPACING):
            self._widgets["capture"] = ui.Button(
                "Capture", name="primary", identifier="capture", clicked_fn=self._on_capture
            )
            self._widgets["look"] = ui.Button(
                "Look through camera", identifier="look_through", clicked_fn=self._on_look
            )

    def _build_files(self) -> None:
        with ui.HStack(height=FIELD_HEIGHT, spacing=SPACING):
            ui.Label("File or folder", name="caption", width=0)
            self._widgets["path"] = ui.StringField(identifier="path")
        with ui.HStack(height=BUTTON_HEIGHT, spacing=SPACING):
            self._widgets["save"] = ui.Button("Save", identifier="save", clicked_fn=self._on_save)
            self._widgets["save_as"] = ui.Button(
                "Save as", identifier="save_as", clicked_fn=self._on_save_as
            )
            self._widgets["export"] = ui.Button(
                "Export collected", identifier="export", clicked_fn=self._on_export
            )

    # --- showing ------------------------------------------------------------------------------

    def _show(self, state: ChatState) -> None:
        if self._history is None or self._verdict is None:
            return
        self._history.show(state.lines)
        self._verdict.show(state.verdict)
        self._widgets["status"].text = state.status
        is_change = state.scene_path is not None and not state.is_anew
        self._widgets["placeholder"].text = _CHANGE_PLACEHOLDER if is_change else _PLACEHOLDER
        self._widgets["progress"].visible = state.is_busy
        self._widgets["progress"].model.set_value(state.progress or 0.0)
        self._widgets["stop"].enabled = state.is_busy
        self._widgets["new_scene"].enabled = state.can_start_anew
        for name in ("capture", "look"):
            self._widgets[name].enabled = state.can_capture
        for name in ("send", "save", "save_as", "export"):
            self._widgets[name].enabled = not state.is_busy
        self._is_showing = True
        for name in _FILM_FIELDS:
            field, value = self._widgets[name], getattr(state.film, name)
            if field.model.get_value_as_int() != value:
                field.model.set_value(value)
        self._is_showing = False

    # --- what the user does -------------------------------------------------------------------

    def _on_prompt_changed(self, model: ui.AbstractValueModel) -> None:
        self._widgets["placeholder"].visible = not model.get_value_as_string()

    def _on_send(self) -> None:
        if self._session is not None and self._session.send(
            self._widgets["prompt"].model.get_value_as_string()
        ):
            self._widgets["prompt"].model.set_value("")

    def _on_stop(self) -> None:
        if self._session is not None:
            self._session.stop()

    def _on_new_scene(self) -> None:
        if self._session is not None:
            self._session.start_anew()

    def _on_capture(self) -> None:
        if self._session is not None:
            self._session.capture(self._read_film(self._session.state.film))

    def _on_look(self) -> None:
        if self._session is not None:
            self._session.look_through()

    def _on_save(self) -> None:
        if self._session is not None:
            self._session.save(None)

    def _on_save_as(self) -> None:
        if self._session is not None:
            self._session.save(self._widgets["path"].model.get_value_as_string())

    def _on_export(self) -> None:
        if self._session is not None:
            self._session.export(self._widgets["path"].model.get_value_as_string())

    def _on_film_edited(self, _: ui.AbstractValueModel) -> None:
        if self._session is not None and not self._is_showing:
            self._session.set_film(self._read_film(self._session.state.film))

    def _read_film(self, film: FilmSettings) -> FilmSettings:
        """Return the format in the fields, brought into what can be filmed."""
        value = {name: self._widgets[name].model.get_value_as_int() for name in _FILM_FIELDS}
        return replace(
            film,
            frames=min(max(value["frames"], 1), _MOST_FRAMES),
            fps=min(max(value["fps"], 1), _MOST_FPS),
            width=_make_even(value["width"]),
            height=_make_even(value["height"]),
        )


def _make_even(pixels: int) -> int:
    bounded = min(max(pixels, _LEAST_PIXELS), _MOST_PIXELS)
    return bounded - bounded % 2
