"""Colours and sizes of the panel, named once.

Colours are written as #RRGGBB and turned into omni.ui's AABBGGRR here and nowhere else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clappper.core.session.models import LineKind

__all__ = [
    "BUTTON_HEIGHT",
    "FIELD_HEIGHT",
    "LINE_STYLES",
    "MARGIN",
    "PANEL_STYLE",
    "PROMPT_HEIGHT",
    "SPACING",
    "to_abgr",
]

#: Pixels.
MARGIN, SPACING = 8, 6
BUTTON_HEIGHT, FIELD_HEIGHT, PROMPT_HEIGHT = 28, 24, 76


def to_abgr(color: str, alpha: float = 1.0) -> int:
    """Return a colour as omni.ui wants it.

    Args:
        color: #RRGGBB, sRGB.
        alpha: Opacity, 0 to 1.
    """
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return round(alpha * 255) << 24 | blue << 16 | green << 8 | red


_TEXT, _MUTED, _FAINT = to_abgr("#D6D6D6"), to_abgr("#9A9A9A"), to_abgr("#6E6E6E")
_GROUND, _FIELD, _RAISED = to_abgr("#2B2B2B"), to_abgr("#1C1C1C"), to_abgr("#3A3A3A")
_ACCENT, _ACCENT_HOVER = to_abgr("#3F7D20"), to_abgr("#4F9A2A")
_OK, _WARNING, _ERROR = to_abgr("#7CC257"), to_abgr("#E2B93B"), to_abgr("#E4685A")
_LINK = to_abgr("#76B5E8")

PANEL_STYLE = {
    "Window": {"background_color": _GROUND},
    "Label": {"color": _TEXT, "font_size": 15},
    "Label::status": {"color": _MUTED, "font_size": 14},
    "Label::caption": {"color": _MUTED, "font_size": 14},
    "Label::placeholder": {"color": _FAINT, "font_size": 15, "margin": 6},
    "Label::user": {"color": to_abgr("#FFFFFF")},
    "Label::answer": {"color": _TEXT},
    "Label::found": {"color": _TEXT},
    "Label::note": {"color": _MUTED},
    "Label::miss": {"color": _WARNING},
    "Label::warning": {"color": _WARNING},
    "Label::error": {"color": _ERROR},
    "Label::ok": {"color": _OK},
    "Label::film": {"color": _LINK},
    "Rectangle::user": {"background_color": to_abgr("#33473F"), "border_radius": 5},
    "Rectangle::well": {"background_color": _FIELD, "border_radius": 4},
    "Rectangle::card": {"background_color": _RAISED, "border_radius": 4},
    "Rectangle::ok": {"background_color": _OK, "border_radius": 2},
    "Rectangle::error": {"background_color": _ERROR, "border_radius": 2},
    "ScrollingFrame": {"background_color": 0, "secondary_color": _FAINT, "scrollbar_size": 8},
    "Field": {
        "background_color": _FIELD,
        "color": _TEXT,
        "border_radius": 4,
        "font_size": 15,
        "padding": 5,
    },
    "Field:disabled": {"color": _FAINT},
    "Button": {"background_color": _RAISED, "border_radius": 4, "margin": 0, "padding": 4},
    "Button:hovered": {"background_color": to_abgr("#4A4A4A")},
    "Button:disabled": {"background_color": to_abgr("#303030")},
    "Button.Label": {"color": _TEXT, "font_size": 15},
    "Button.Label:disabled": {"color": _FAINT},
    "Button::primary": {"background_color": _ACCENT},
    "Button::primary:hovered": {"background_color": _ACCENT_HOVER},
    "Button::primary:disabled": {"background_color": to_abgr("#2F3A2B")},
    "ProgressBar": {
        "color": _ACCENT,
        "background_color": _FIELD,
        "secondary_color": 0,
        "border_radius": 3,
        "font_size": 12,
    },
    "Line": {"color": _RAISED},
}

#: Name of the label style of each kind of line: its own.
LINE_STYLES: dict[LineKind, str] = {
    kind: kind  # type: ignore[misc]
    for kind in ("user", "answer", "found", "miss", "note", "ok", "warning", "error", "film")
}
