"""Beside the plan: what the colours mean, what is wrong, north and scale."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from clappper.core.layout.drawing import clean_text, wrap_text
from clappper.core.layout.plan_sheet import ALARM, FAINT, INK, WARNING, Sheet, Shown, blend

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clappper.core.issue import Issue
    from clappper.core.layout.drawing import Drawing, Point

__all__ = [
    "LEGEND_PX",
    "Legend",
    "draw_north",
    "draw_scale_bar",
    "draw_tag",
    "make_legend",
]

#: Width of the column [pixels].
LEGEND_PX = 300.0
_ENTRY_PX, _LINE_PX, _SIZE_PX = 34.0, 16.0, 12.5
_MOST_ENTRIES, _MOST_PROBLEMS = 24, 16
_BAR_PX = 170.0


class _Problem(NamedTuple):
    number: int
    color: str
    lines: list[str]


class Legend(NamedTuple):
    """What stands in the column, and how high that is [pixels]."""

    entries: list[tuple[str, str, str]]
    problems: list[_Problem]
    left_over: str
    height: float

    def draw(self, drawing: Drawing, at: Point) -> None:
        """Write the column with its upper left corner at a point."""
        x, y = at
        for fill, name, text in self.entries:
            box = [(x, y + 3), (x + 20, y + 3), (x + 20, y + 23), (x, y + 23)]
            if fill:
                drawing.add_polygon(box, fill=fill, stroke=blend(fill, INK, 0.55), width=1.0)
            drawing.add_text((x + 30, y + 12), name, size=_SIZE_PX, color=INK, is_bold=True)
            drawing.add_text((x + 30, y + 26), text, size=10.5, color=FAINT)
            y += _ENTRY_PX
        if not self.problems:
            return
        y += 14.0
        drawing.add_line([(x, y), (x + LEGEND_PX, y)], ALARM, width=1.2)
        y += 20.0
        drawing.add_text((x, y), "What is wrong", size=14.0, color=ALARM, is_bold=True)
        y += 12.0
        for problem in self.problems:
            draw_tag(drawing, (x + 10, y + 9), str(problem.number), problem.color)
            for line in problem.lines:
                drawing.add_text((x + 30, y + 13), line, size=_SIZE_PX, color=problem.color)
                y += _LINE_PX
            y += 8.0
        drawing.add_text((x + 30, y + 10), self.left_over, size=_SIZE_PX, color=FAINT)


def make_legend(
    groups: Mapping[str, Sequence[Shown]], names: Mapping[str, str], problems: Sequence[Issue]
) -> Legend:
    """Return the column for items and numbered problems."""
    entries = []
    for item, group in list(groups.items())[:_MOST_ENTRIES]:
        sizes = [s.footprint for s in group]
        size = " \u00d7 ".join(
            _tell_range([getattr(f, name) for f in sizes])
            for name in ("width_m", "depth_m", "height_m")
        )
        entries.append((group[0].fill, f"{len(group)} \u00d7 {names[item]}", f"{size} m"))
    if len(groups) > _MOST_ENTRIES:
        entries.append(("", f"and {len(groups) - _MOST_ENTRIES} more kinds of things", ""))
    told = [
        _Problem(
            number,
            ALARM if issue.severity == "error" else WARNING,
            wrap_text(clean_text(issue.message), _SIZE_PX, LEGEND_PX - 34.0),
        )
        for number, issue in enumerate(problems[:_MOST_PROBLEMS], start=1)
    ]
    left = len(problems) - len(told)
    height = len(entries) * _ENTRY_PX + (70.0 if told else 0.0)
    height += sum(8.0 + _LINE_PX * len(problem.lines) for problem in told)
    return Legend(entries, told, f"and {left} more, see the certificate" if left else "", height)


def _tell_range(values: Sequence[float]) -> str:
    low, high = f"{min(values):.2f}", f"{max(values):.2f}"
    return low if low == high else f"{low}\u2013{high}"


def draw_tag(drawing: Drawing, at: Point, text: str, color: str) -> None:
    """Draw a number on a coloured plate, centred at a point."""
    half = max(9.0, 4.0 * len(text) + 3.0)
    x, y = at
    corner = 4.0
    drawing.add_polygon(
        [
            (x - half + corner, y - 9),
            (x + half - corner, y - 9),
            (x + half, y - 9 + corner),
            (x + half, y + 9 - corner),
            (x + half - corner, y + 9),
            (x - half + corner, y + 9),
            (x - half, y + 9 - corner),
            (x - half, y - 9 + corner),
        ],
        fill=color,
        stroke="#ffffff",
        width=1.2,
    )
    drawing.add_text((x, y + 4.2), text, size=12.0, color="#ffffff", anchor="middle", is_bold=True)


def draw_north(drawing: Drawing, at: Point) -> None:
    """Draw a north arrow centred at a point."""
    x, y = at
    drawing.add_polygon([(x, y - 20), (x, y + 6), (x - 9, y + 14)], fill=INK, stroke=INK)
    drawing.add_polygon([(x, y - 20), (x, y + 6), (x + 9, y + 14)], fill="#ffffff", stroke=INK)
    drawing.add_text((x, y - 26), "N", size=14.0, color=INK, anchor="middle", is_bold=True)


def draw_scale_bar(sheet: Sheet, at: Point) -> None:
    """Draw a bar of a round length with its left end at a point."""
    x, y = at
    lengths = [f * 10.0**e for e in range(-1, 3) for f in (1.0, 2.0, 5.0)]
    length_m = max((m for m in lengths if m * sheet.scale <= _BAR_PX), default=0.1)
    step = length_m * sheet.scale / 4
    for index in range(4):
        left, right = x + index * step, x + (index + 1) * step
        fill = INK if index % 2 == 0 else "#ffffff"
        corners = [(left, y), (right, y), (right, y + 7), (left, y + 7)]
        sheet.drawing.add_polygon(corners, fill=fill, stroke=INK, width=0.8)
    for share, text in ((0.0, "0"), (0.5, f"{length_m / 2:g}"), (1.0, f"{length_m:g} m")):
        sheet.drawing.add_text(
            (x + share * 4 * step, y - 5), text, size=11.0, color=INK, anchor="middle"
        )
