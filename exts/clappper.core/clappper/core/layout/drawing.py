"""Drawing: a sheet of polygons, lines and text, written as SVG or as a picture.

Paper units are pixels, x to the right and y down. Equal drawings give equal bytes. Any text may be
put on it: it is bounded and escaped.
"""

from __future__ import annotations

import io
import itertools
import math
import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from PIL import ImageDraw

__all__ = ["Drawing", "Point", "clean_text", "compute_text_width", "wrap_text"]

Point = tuple[float, float]
Anchor = Literal["start", "middle", "end"]

_FONT = "Helvetica, Arial, sans-serif"
_LONGEST = 400
#: What XML 1.0 cannot hold, control characters and marks that turn text around included.
_FORBIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufffe\uffff]+"
)
_NARROW, _WIDE = frozenset("iljtfrI.,:;'|!()[] "), frozenset("mwMW@%\u2014")
_SUPERSAMPLING = 2
#: Pillow's own font has little more than ASCII.
_PLAIN = str.maketrans({"\u00d7": "x", "\u2013": "-", "\u2014": "-", "\u2018": "'", "\u201e": '"'})
_DRAWABLE = frozenset("\u00b0\u00b1\u00b7\u2019\u201c\u201d\u2026")


@dataclass(frozen=True)
class _Shape:
    points: tuple[Point, ...]
    is_closed: bool
    fill: str | None
    stroke: str | None
    width: float
    dash: tuple[float, float] | None


@dataclass(frozen=True)
class _Text:
    x: float
    y: float
    text: str
    size: float
    color: str
    anchor: Anchor
    is_bold: bool
    is_turned: bool
    halo: str | None


@dataclass
class Drawing:
    """Marks on a sheet of ``width`` by ``height`` pixels, the first one at the bottom."""

    width: int
    height: int
    paper: str = "#ffffff"
    _marks: list[_Shape | _Text] = field(default_factory=list, init=False)

    def add_polygon(
        self,
        points: Sequence[Point],
        *,
        fill: str | None = None,
        stroke: str | None = None,
        width: float = 1.0,
        dash: tuple[float, float] | None = None,
    ) -> None:
        """Add a closed outline; ``width`` and ``dash`` (on, off) in pixels."""
        self._marks.append(_Shape(tuple(points), True, fill, stroke, width, dash))

    def add_line(
        self,
        points: Sequence[Point],
        stroke: str,
        *,
        width: float = 1.0,
        dash: tuple[float, float] | None = None,
    ) -> None:
        """Add an open line through points."""
        self._marks.append(_Shape(tuple(points), False, None, stroke, width, dash))

    def add_text(
        self,
        at: Point,
        text: str,
        *,
        size: float,
        color: str,
        anchor: Anchor = "start",
        is_bold: bool = False,
        is_turned: bool = False,
        halo: str | None = None,
    ) -> None:
        """Add one line of text with its baseline at a point; turned, it reads upwards."""
        cleaned = clean_text(text)
        if cleaned:
            self._marks.append(_Text(*at, cleaned, size, color, anchor, is_bold, is_turned, halo))

    def to_svg(self) -> str:
        """Return the drawing as an SVG document."""
        size = f'width="{self.width}" height="{self.height}"'
        lines = [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} '
            f'viewBox="0 0 {self.width} {self.height}" font-family="{_FONT}" '
            'stroke-linejoin="round" stroke-linecap="round">',
            f'<rect {size} fill="{self.paper}"/>',
        ]
        lines += [
            _write_text(mark) if isinstance(mark, _Text) else _write_shape(mark)
            for mark in self._marks
        ]
        return "\n".join([*lines, "</svg>", ""])

    def to_png(self) -> bytes:
        """Return the same drawing as a PNG picture."""
        # Imported here: most who draw want the SVG only.
        from PIL import Image, ImageDraw

        factor = _SUPERSAMPLING
        image = Image.new("RGB", (self.width * factor, self.height * factor), self.paper)
        canvas = ImageDraw.Draw(image)
        for mark in self._marks:
            if isinstance(mark, _Text):
                _paint_text(image, canvas, mark, factor)
            else:
                _paint_shape(canvas, mark, factor)
        small = image.resize((self.width, self.height), Image.Resampling.LANCZOS)
        buffer = io.BytesIO()
        small.save(buffer, "PNG", optimize=False, compress_level=9)
        return buffer.getvalue()


def clean_text(text: str) -> str:
    """Return text on one line, without what no document can hold, cut at 400 characters."""
    cleaned = " ".join(_FORBIDDEN.sub(" ", text).split())
    return cleaned if len(cleaned) <= _LONGEST else cleaned[: _LONGEST - 1].rstrip() + "\u2026"


def compute_text_width(text: str, size: float, *, is_bold: bool = False) -> float:
    """Return about how wide text is [pixels] in a usual sans serif of a size [pixels]."""
    units = 0.0
    for letter in text:
        if letter in _NARROW:
            units += 0.3
        elif letter in _WIDE:
            units += 0.88
        elif ord(letter) > 0x2E80:
            units += 1.0
        else:
            units += 0.68 if letter.isupper() else 0.56
    return units * size * (1.06 if is_bold else 1.0)


def wrap_text(text: str, size: float, width: float) -> list[str]:
    """Return text in lines no wider than ``width`` [pixels]; what has no blanks is cut."""
    lines: list[str] = []
    current = ""
    for word in clean_text(text).split():
        tried = f"{current} {word}".strip()
        if _fits(tried, size, width):
            current = tried
            continue
        lines += [current] if current else []
        current = word
        while not _fits(current, size, width) and len(current) > 1:
            fits = (n for n in range(len(current), 1, -1) if _fits(current[:n], size, width))
            keep = next(fits, 1)
            lines.append(current[:keep])
            current = current[keep:]
    return [*lines, current] if current else lines


def _fits(text: str, size: float, width: float) -> bool:
    return compute_text_width(text, size) <= width


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if value else "0"


def _write_shape(shape: _Shape) -> str:
    points = " ".join(f"{_number(x)},{_number(y)}" for x, y in shape.points)
    name = "polygon" if shape.is_closed else "polyline"
    text = f'<{name} points="{points}" fill="{shape.fill or "none"}"'
    text += f' stroke="{shape.stroke or "none"}"'
    if shape.stroke:
        text += f' stroke-width="{_number(shape.width)}"'
    if shape.dash:
        text += f' stroke-dasharray="{_number(shape.dash[0])} {_number(shape.dash[1])}"'
    return text + "/>"


def _write_text(mark: _Text) -> str:
    text = f'<text x="{_number(mark.x)}" y="{_number(mark.y)}" font-size="{_number(mark.size)}"'
    if mark.anchor != "start":
        text += f' text-anchor="{mark.anchor}"'
    if mark.is_bold:
        text += ' font-weight="bold"'
    if mark.is_turned:
        text += f' transform="rotate(-90 {_number(mark.x)} {_number(mark.y)})"'
    content = f">{escape(mark.text)}</text>"
    plain = f'{text} fill="{mark.color}" stroke="none"{content}'
    if mark.halo is None:
        return plain
    # An element of its own: not every viewer paints a stroke below its letters.
    return f'{text} fill="{mark.halo}" stroke="{mark.halo}" stroke-width="3"{content}\n{plain}'


def _paint_shape(canvas: ImageDraw.ImageDraw, shape: _Shape, factor: int) -> None:
    points = [(x * factor, y * factor) for x, y in shape.points]
    if shape.fill:
        canvas.polygon(points, fill=shape.fill)
    if not shape.stroke:
        return
    outline = [*points, points[0]] if shape.is_closed else points
    width = max(1, round(shape.width * factor))
    if shape.dash is None:
        # The second point again, so that the closing corner is joined as well.
        closing = outline[1:2] if shape.is_closed else []
        canvas.line([*outline, *closing], fill=shape.stroke, width=width, joint="curve")
        return
    on, off = (length * factor for length in shape.dash)
    for piece in _cut_dashes(outline, on, off):
        canvas.line(piece, fill=shape.stroke, width=width)


def _cut_dashes(points: Sequence[Point], on: float, off: float) -> Iterator[list[Point]]:
    """Yield the drawn pieces of a dashed line; the pattern runs on around corners."""
    phase = 0.0
    for (x0, y0), (x1, y1) in itertools.pairwise(points):
        length = math.hypot(x1 - x0, y1 - y0)
        if length < 1e-9:
            continue
        dx, dy = (x1 - x0) / length, (y1 - y0) / length
        start = -phase
        while start < length:
            low, high = max(start, 0.0), min(start + on, length)
            if low < high:
                yield [(x0 + dx * low, y0 + dy * low), (x0 + dx * high, y0 + dy * high)]
            start += on + off
        phase = (phase + length) % (on + off)


def _spell_plainly(text: str) -> str:
    """Return text in letters that Pillow's own font has: accents go, others become a mark."""
    letters = []
    for letter in text.translate(_PLAIN):
        bare = "".join(c for c in unicodedata.normalize("NFKD", letter) if c.isascii())
        letters.append(letter if letter in _DRAWABLE else bare or "?")
    return "".join(letters)


def _paint_text(image: object, canvas: ImageDraw.ImageDraw, mark: _Text, factor: int) -> None:
    from PIL import Image, ImageDraw, ImageFont

    try:
        font = ImageFont.load_default(mark.size * factor * 0.96)
    except TypeError:  # Pillow before 10.1 has no font that scales: only the SVG has words
        return
    text = _spell_plainly(mark.text)
    anchor = {"start": "l", "middle": "m", "end": "r"}[mark.anchor] + "s"
    weight = round(mark.size * factor * 0.022) if mark.is_bold else 0  # Pillow 11 takes no part

    def paint(target: ImageDraw.ImageDraw, at: Point) -> None:
        if mark.halo:
            target.text(
                at,
                text,
                fill=mark.halo,
                font=font,
                anchor=anchor,
                stroke_width=2 * factor,
                stroke_fill=mark.halo,
            )
        target.text(
            at,
            text,
            fill=mark.color,
            font=font,
            anchor=anchor,
            stroke_width=weight,
            stroke_fill=mark.color,
        )

    if not mark.is_turned:
        paint(canvas, (mark.x * factor, mark.y * factor))
        return
    assert isinstance(image, Image.Image)
    reach = round(compute_text_width(mark.text, mark.size) * factor * 1.5 + 8 * factor)
    tile = image.crop(
        (
            round(mark.x * factor) - reach,
            round(mark.y * factor) - reach,
            round(mark.x * factor) + reach,
            round(mark.y * factor) + reach,
        )
    ).rotate(-90)
    paint(ImageDraw.Draw(tile), (reach, reach))
    image.paste(tile.rotate(90), (round(mark.x * factor) - reach, round(mark.y * factor) - reach))
