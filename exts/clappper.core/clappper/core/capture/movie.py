"""What an MP4 is, read from its boxes: enough to verify our own films, no decoding.

Source:
    ISO/IEC 14496-12 (boxes) and 14496-15 (avcC).
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from clappper.core.errors import CaptureError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["MovieInfo", "read_movie"]

#: An index larger than this is not ours [bytes].
MAX_MOOV = 64 << 20
_CHROMA = {0: "gray", 1: "yuv420p", 2: "yuv422p", 3: "yuv444p"}
_PROFILES_WITH_CHROMA = (100, 110, 122, 144)


class MovieInfo(BaseModel):
    """A film as a player sees it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    codec: str = Field(description="h264, or the four characters of another codec.")
    pixel_format: str = Field(description="yuv420p and so on; empty where the codec is not H.264.")
    width: int = Field(description="[pixels]")
    height: int = Field(description="[pixels]")
    frame_count: int
    fps: float
    duration_s: float
    is_faststart: bool = Field(description="Whether the index lies before the pictures.")
    colour: str = Field(
        description="primaries/transfer/matrix codes, 1/1/1 for BT.709; empty when not told."
    )


def read_movie(path: Path) -> MovieInfo:
    """Read the first video track of an MP4.

    Raises:
        CaptureError: The file is missing or no MP4 with a video track.
    """
    try:
        order, moov = _read_top(path)
        track = next(track for track in _find(moov, b"trak") if _is_video(track))
        return _describe(track, is_faststart=order.index(b"moov") < order.index(b"mdat"))
    except OSError as exc:
        raise CaptureError(f"{path} cannot be read ({exc.strerror}).") from exc
    except (StopIteration, ValueError, IndexError, struct.error) as exc:
        raise CaptureError(f"{path} is no MP4 with a video track. Encode it again.") from exc


def _read_top(path: Path) -> tuple[list[bytes], bytes]:
    """Return the kinds of the outermost boxes in order, and the content of ``moov``."""
    order: list[bytes] = []
    moov = b""
    total = path.stat().st_size
    with path.open("rb") as file:
        while file.tell() + 8 <= total:
            start = file.tell()
            size, kind = struct.unpack(">I4s", file.read(8))
            if size == 1:
                size = struct.unpack(">Q", file.read(8))[0]
            end = start + size if size else total
            if end <= start or end > total:
                raise ValueError(kind)
            order.append(kind)
            if kind == b"moov" and end - file.tell() <= MAX_MOOV:
                moov = file.read(end - file.tell())
            file.seek(end)
    return order, moov


def _find(data: bytes, kind: bytes) -> Iterator[bytes]:
    """Give the content of every child box of a kind."""
    offset = 0
    while offset + 8 <= len(data):
        size, name = struct.unpack_from(">I4s", data, offset)
        if size < 8:
            return
        if name == kind:
            yield data[offset + 8 : offset + size]
        offset += size


def _first(data: bytes, *kinds: bytes) -> bytes:
    for kind in kinds:
        child = next(_find(data, kind), None)
        if child is None:
            raise ValueError(kind)
        data = child
    return data


def _is_video(track: bytes) -> bool:
    return _first(track, b"mdia", b"hdlr")[8:12] == b"vide"


def _describe(track: bytes, *, is_faststart: bool) -> MovieInfo:
    header = _first(track, b"mdia", b"mdhd")
    timescale = struct.unpack_from(">I", header, 20 if header[0] else 12)[0]
    table = _first(track, b"mdia", b"minf", b"stbl")
    runs = _first(table, b"stts")
    pairs = [
        struct.unpack_from(">II", runs, 8 + 8 * i)
        for i in range(struct.unpack_from(">I", runs, 4)[0])
    ]
    count = sum(number for number, _ in pairs)
    duration_s = sum(number * delta for number, delta in pairs) / timescale
    entry = _first(table, b"stsd")[8:]
    size, kind = struct.unpack_from(">I4s", entry)
    width, height = struct.unpack_from(">HH", entry, 32)
    children = entry[86:size]
    return MovieInfo(
        codec="h264" if kind == b"avc1" else kind.decode("ascii", "replace"),
        pixel_format=_read_pixel_format(_first(children, b"avcC")) if kind == b"avc1" else "",
        width=width,
        height=height,
        frame_count=count,
        fps=round(count / duration_s, 6) if duration_s else 0.0,
        duration_s=duration_s,
        is_faststart=is_faststart,
        colour=_read_colour(next(_find(children, b"colr"), b"")),
    )


def _read_pixel_format(configuration: bytes) -> str:
    """Return the chroma format; only High and above tell it, the others are 4:2:0 of 8 bits."""
    if configuration[1] not in _PROFILES_WITH_CHROMA:
        return "yuv420p"
    offset = 6
    for _ in range(configuration[5] & 31):
        offset += 2 + struct.unpack_from(">H", configuration, offset)[0]
    parameter_sets = configuration[offset]
    offset += 1
    for _ in range(parameter_sets):
        offset += 2 + struct.unpack_from(">H", configuration, offset)[0]
    chroma, depth = configuration[offset] & 3, 8 + (configuration[offset + 1] & 7)
    return _CHROMA[chroma] + ("" if depth == 8 else f"{depth}le")


def _read_colour(box: bytes) -> str:
    if box[:4] not in (b"nclx", b"nclc"):
        return ""
    return "/".join(str(code) for code in struct.unpack_from(">HHH", box, 4))
