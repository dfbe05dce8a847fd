"""Tileable surface textures of the rooms: painted in numpy, the same pixels every time.

Owns the pictures and how many metres one tile covers; binding them is the stage's business.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from clappper.core.files import replacing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

__all__ = ["SIZE_PX", "TILE_M", "paint_texture", "write_textures"]

SIZE_PX = 512

#: Width and height one tile covers in the room [m], by file name.
TILE_M: dict[str, float] = {
    "asphalt.png": 2.0,
    "brick_wall.png": 1.0,
    "carpet_tile.png": 1.0,
    "concrete_floor.png": 4.0,
    "metal_cladding.png": 1.0,
    "plaster_wall.png": 2.0,
    "wood_floor.png": 1.6,
}

_PALETTE_SIZE = 128


def write_textures(folder: Path) -> list[Path]:
    """Write every texture as an sRGB PNG and return the files.

    Raises:
        OutputError: A file cannot be written.
    """
    written = []
    for name in sorted(TILE_M):
        # A palette keeps the noise of a 512 px picture below the size budget.
        picture = Image.fromarray(paint_texture(name)).quantize(
            _PALETTE_SIZE, dither=Image.Dither.NONE
        )
        path = folder / name
        with replacing(path) as temporary:
            picture.save(temporary, format="PNG", optimize=True)
        written.append(path)
    return written


def paint_texture(name: str) -> NDArray[np.uint8]:
    """Return the sRGB pixels of a texture, shape (SIZE_PX, SIZE_PX, 3), the first row on top."""
    seed = sorted(TILE_M).index(name) + 1
    picture = _PAINTERS[name](np.random.RandomState(seed))
    return np.clip(np.round(picture * 255.0), 0, 255).astype(np.uint8)


def _noise(
    rng: np.random.RandomState, columns: int, rows: int | None = None
) -> NDArray[np.float64]:
    """Return smooth noise in -1 to 1 that tiles, from a lattice of random values."""
    rows = columns if rows is None else rows
    lattice = rng.uniform(-1.0, 1.0, (rows, columns))
    y, x = (np.arange(SIZE_PX) * count / SIZE_PX for count in (rows, columns))
    y0, x0 = y.astype(int), x.astype(int)
    fy, fx = (3.0 * f**2 - 2.0 * f**3 for f in (y - y0, x - x0))
    y1, x1 = (y0 + 1) % rows, (x0 + 1) % columns
    top = lattice[y0][:, x0] * (1.0 - fx) + lattice[y0][:, x1] * fx
    bottom = lattice[y1][:, x0] * (1.0 - fx) + lattice[y1][:, x1] * fx
    return top * (1.0 - fy)[:, None] + bottom * fy[:, None]


def _clouds(rng: np.random.RandomState, coarsest: int, octaves: int) -> NDArray[np.float64]:
    """Return fractal noise in about -1 to 1 that tiles."""
    layers = [_noise(rng, coarsest * 2**i) * 0.5**i for i in range(octaves)]
    return np.sum(layers, axis=0) / 1.4


def _tint(color: str, value: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return an sRGB colour "#rrggbb" brightened by ``value`` per pixel."""
    base = np.array([int(color[i : i + 2], 16) / 255.0 for i in (1, 3, 5)])
    return base * (1.0 + value[..., None])


def _soft_below(value: NDArray[np.float64], edge: float, width: float) -> NDArray[np.float64]:
    """Return 1 where ``value`` is below ``edge``, 0 above, with a soft border."""
    return np.clip((edge - value) / width + 0.5, 0.0, 1.0)


def _distance_to_line(count: int) -> NDArray[np.float64]:
    """Return the distance [px] to the nearest of ``count`` even lines, shape (SIZE_PX,)."""
    pitch = SIZE_PX / count
    within = (np.arange(SIZE_PX) + 0.5) % pitch
    return np.minimum(within, pitch - within)


def _paint_concrete(rng: np.random.RandomState) -> NDArray[np.float64]:
    value = 0.045 * _clouds(rng, 3, 5) + 0.025 * _noise(rng, 128) + 0.02 * _noise(rng, 512)
    stains = _soft_below(_clouds(rng, 4, 4), -0.62, 0.35)
    trowel = _noise(rng, 6, 48) * _noise(rng, 4)
    value += 0.02 * trowel - 0.05 * stains
    joint = _soft_below(np.minimum.outer(_distance_to_line(1), _distance_to_line(1)), 0.9, 0.8)
    return _tint("#a4a4a2", value) * (1.0 - 0.35 * joint[..., None])


def _paint_asphalt(rng: np.random.RandomState) -> NDArray[np.float64]:
    stones = _noise(rng, 256) + 0.6 * _noise(rng, 512)
    value = 0.12 * _clouds(rng, 3, 4) + 0.22 * stones
    bright = _soft_below(-stones, -1.0, 0.2)
    return _tint("#4b4c4e", value + 0.55 * bright)


def _paint_plaster(rng: np.random.RandomState) -> NDArray[np.float64]:
    value = 0.018 * _clouds(rng, 4, 4) + 0.012 * _noise(rng, 256) + 0.008 * _noise(rng, 128)
    return _tint("#e3e1da", value)


def _paint_cladding(rng: np.random.RandomState) -> NDArray[np.float64]:
    # A trapezoid sheet: crowns and valleys with a lit and a shaded flank, five to the metre.
    phase = ((np.arange(SIZE_PX) + 0.5) * 5.0 / SIZE_PX) % 1.0
    knots = (
        [0.0, 0.3, 0.32, 0.38, 0.4, 0.7, 0.72, 0.78, 0.8, 1.0],
        [0.0, 0.0, 0.1, 0.1, -0.05, -0.05, -0.2, -0.2, 0.0, 0.0],
    )
    ribs = np.broadcast_to(np.interp(phase, *knots), (SIZE_PX, SIZE_PX))
    value = ribs + 0.02 * _noise(rng, 96, 3) + 0.02 * _clouds(rng, 3, 4)
    return _tint("#b4bbc0", value)


def _paint_carpet(rng: np.random.RandomState) -> NDArray[np.float64]:
    tile = np.add.outer(np.arange(SIZE_PX) * 2 // SIZE_PX, np.arange(SIZE_PX) * 2 // SIZE_PX) % 2
    along, across = _noise(rng, 512, 64), _noise(rng, 64, 512)
    value = (
        0.2 * np.where(tile == 1, along, across)
        + 0.12 * _noise(rng, 512)
        + 0.05 * _clouds(rng, 4, 3)
    )
    seam = _soft_below(np.minimum.outer(_distance_to_line(2), _distance_to_line(2)), 1.0, 1.0)
    return _tint("#5a6068", value + 0.05 * tile - 0.18 * seam)


def _paint_wood(rng: np.random.RandomState) -> NDArray[np.float64]:
    rows, height = 8, SIZE_PX // 8
    x = np.arange(SIZE_PX) + 0.5
    picture = np.zeros((SIZE_PX, SIZE_PX, 3))
    for row in range(rows):
        band = slice(row * height, (row + 1) * height)
        cuts = (rng.uniform(0.0, 1.0) + np.array([0.0, rng.uniform(0.4, 0.6)])) * SIZE_PX % SIZE_PX
        plank = (x > cuts.min()) & (x < cuts.max())
        tones = rng.uniform(-0.09, 0.09, 2)
        wave = 10.0 * _noise(rng, 3, 4)
        grain = np.sin(
            (np.arange(SIZE_PX)[:, None] + wave) * rng.uniform(0.5, 0.9) + 3.0 * _noise(rng, 4, 8)
        )
        fibres = _noise(rng, 12, 256)
        value = 0.035 * grain + 0.07 * fibres + 0.03 * _clouds(rng, 3, 3) + np.where(plank, *tones)
        gap = np.minimum(
            *(np.abs((x - cut + SIZE_PX / 2.0) % SIZE_PX - SIZE_PX / 2.0) for cut in cuts)
        )
        value = value - 0.4 * _soft_below(gap, 0.9, 0.8)
        picture[band] = _tint("#b58a5c", value)[band]
    seam = _soft_below(_distance_to_line(rows), 0.9, 0.8)
    return picture * (1.0 - 0.4 * seam[:, None, None])


def _paint_brick(rng: np.random.RandomState) -> NDArray[np.float64]:
    rows, columns = 12, 4
    row = np.arange(SIZE_PX) * rows // SIZE_PX
    course = (np.arange(SIZE_PX) + 0.5) * rows / SIZE_PX % 1.0
    # Wander of the joints by a pixel or two: bricks are not machined.
    wander = 1.6 * _noise(rng, 24) / SIZE_PX
    across = (np.arange(SIZE_PX)[None, :] + 0.5) / SIZE_PX * columns + 0.5 * (row % 2)[:, None]
    column = np.floor(across).astype(int) % columns
    within = (across + wander * columns) % 1.0
    joint_px = np.minimum(
        np.minimum(within, 1.0 - within) * SIZE_PX / columns,
        (np.minimum(course, 1.0 - course) * SIZE_PX / rows)[:, None] + wander * SIZE_PX * 0.5,
    )
    tones = rng.uniform(-0.16, 0.14, (rows, columns))[row[:, None], column]
    reds = rng.uniform(-0.04, 0.04, (rows, columns))[row[:, None], column]
    grit = 0.07 * _noise(rng, 256) + 0.06 * _clouds(rng, 8, 4)
    brick = _tint("#96533f", tones + grit) * (1.0 + np.stack([reds, -reds, -reds], axis=-1))
    mortar = _tint("#b3aca0", 0.08 * _noise(rng, 256) + 0.05 * _clouds(rng, 6, 3))
    is_mortar = _soft_below(joint_px, 2.6, 1.6)[..., None]
    return brick * (1.0 - is_mortar) + mortar * is_mortar


_PAINTERS: dict[str, Callable[[np.random.RandomState], NDArray[np.float64]]] = {
    "asphalt.png": _paint_asphalt,
    "brick_wall.png": _paint_brick,
    "carpet_tile.png": _paint_carpet,
    "concrete_floor.png": _paint_concrete,
    "metal_cladding.png": _paint_cladding,
    "plaster_wall.png": _paint_plaster,
    "wood_floor.png": _paint_wood,
}
