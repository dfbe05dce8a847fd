"""PNG files, written fast: filter up, deflate level 1, no text and no time inside."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

import numpy as np

from clappper.core.files import replacing

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["write_png"]

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_EIGHT_BIT_RGB = (8, 2, 0, 0, 0)
_FILTER_UP = 2


def write_png(path: Path, pixels: NDArray[np.uint8]) -> None:
    """Write an sRGB picture, whole or not at all.

    Args:
        path: File to write; its folder is made.
        pixels: 8-bit sRGB, shape (height, width, 3).

    Raises:
        OutputError: The file cannot be written.
    """
    height, width, _ = pixels.shape
    flat = pixels.reshape(height, width * 3)
    rows = np.empty((height, width * 3 + 1), dtype=np.uint8)
    rows[:, 0] = _FILTER_UP
    rows[0, 1:] = flat[0]
    np.subtract(flat[1:], flat[:-1], out=rows[1:, 1:])
    chunks = (
        _make_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, *_EIGHT_BIT_RGB)),
        _make_chunk(b"sRGB", b"\x00"),
        _make_chunk(b"IDAT", zlib.compress(rows.tobytes(), 1)),
        _make_chunk(b"IEND", b""),
    )
    with replacing(path) as temporary:
        temporary.write_bytes(_SIGNATURE + b"".join(chunks))


def _make_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
