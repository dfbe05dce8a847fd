"""From linear light to 8-bit pictures: one exposure for the whole clip, then a filmic curve.

The curve is AgX: highlights roll off towards white without turning to primary colours, so lamps
and doorways look as a camera shows them.

Source:
    Troy Sobotka's AgX, in the polynomial fit by Benjamin Wrensch ("Minimal AgX Implementation").
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["compute_exposure", "compute_pixels"]

#: What the average of a clip is brought to, linear.
KEY = 0.20
#: No more than one pixel in twenty may be brighter than this, linear: it is nearly white on the
#: curve.
HIGHLIGHT = 6.0
#: Side of the blocks whose means are measured [pixels]: noise would pull a logarithmic average
#: down.
BLOCK = 16

_LUMA = np.array([0.2126, 0.7152, 0.0722], dtype=np.float32)
_MIN_EV, _MAX_EV = -12.47393, 4.026069
_INSET = np.array(
    [
        [0.842479062253094, 0.0784335999999992, 0.0792237451477643],
        [0.0423282422610123, 0.878468636469772, 0.0791661274605434],
        [0.0423756549057051, 0.0784336, 0.879142973793104],
    ],
    dtype=np.float32,
)
_OUTSET = np.array(
    [
        [1.19687900512017, -0.0980208811401368, -0.0990297440797205],
        [-0.0528968517574562, 1.15190312990417, -0.0989611768448433],
        [-0.0529716355144438, -0.0980434501171241, 1.15107367264116],
    ],
    dtype=np.float32,
)
#: A little contrast and colour over AgX's neutral base.
_POWER = 1.25
_SATURATION = 1.25
_STEPS = 4096


def _make_curve() -> NDArray[np.float32]:
    x = np.linspace(0.0, 1.0, _STEPS)
    fit = np.polyval([15.5, -40.14, 31.96, -6.868, 0.4298, 0.1191, -0.00232], x)
    return (np.clip(fit, 0.0, 1.0) ** _POWER).astype(np.float32)


_CURVE = _make_curve()
_LOOK = _OUTSET @ (
    np.eye(3, dtype=np.float32) * np.float32(_SATURATION)
    + np.float32(1.0 - _SATURATION) * _LUMA[None, :]
)


def compute_exposure(pictures: Sequence[NDArray[np.float32]]) -> float:
    """Return the factor that brings a clip to a pleasant brightness.

    It is the same for the whole clip, so a clip does not pump; the same pictures give the same
    factor.

    Args:
        pictures: Linear pictures of the clip, noisy ones will do, each of shape (height, width, 3).
    """
    luma = np.concatenate([_compute_block_luma(picture) for picture in pictures])
    lit = luma[luma > 1e-9]
    if not lit.size:
        return 1.0
    floor = np.quantile(lit, 0.5) * 1e-3
    average = float(np.exp(np.log(np.maximum(luma, floor)).mean()))
    bright = float(np.quantile(luma, 0.95))
    return float(np.clip(min(KEY / average, HIGHLIGHT / max(bright, 1e-12)), 1e-9, 1e9))


def compute_pixels(picture: NDArray[np.float32], exposure: float) -> NDArray[np.uint8]:
    """Return display-ready sRGB pixels.

    Args:
        picture: Linear colours, shape (height, width, 3).
        exposure: What ``compute_exposure`` gave for the clip.

    Returns:
        8-bit sRGB, shape (height, width, 3).
    """
    linear = np.nan_to_num(picture, nan=0.0, posinf=65504.0, neginf=0.0)
    light = linear @ (_INSET.T * np.float32(exposure))
    np.maximum(light, np.float32(2.0**_MIN_EV), out=light)
    np.log2(light, out=light)
    light -= np.float32(_MIN_EV)
    light *= np.float32((_STEPS - 1) / (_MAX_EV - _MIN_EV))
    np.clip(light, 0.0, _STEPS - 1, out=light)
    display = np.take(_CURVE, light.astype(np.int32)) @ (_LOOK.T * np.float32(255.0))
    display += np.float32(0.5)
    return np.clip(display, 0.0, 255.0, out=display).astype(np.uint8)


def _compute_block_luma(picture: NDArray[np.float32]) -> NDArray[np.float64]:
    luma = np.nan_to_num(picture.astype(np.float64) @ _LUMA, nan=0.0, posinf=0.0, neginf=0.0)
    height, width = luma.shape
    rows = np.arange(0, height, BLOCK)
    columns = np.arange(0, width, BLOCK)
    sums = np.add.reduceat(np.add.reduceat(luma, rows, axis=0), columns, axis=1)
    row_sizes = np.diff(np.append(rows, height))
    column_sizes = np.diff(np.append(columns, width))
    return (sums / np.outer(row_sizes, column_sizes)).ravel()
