"""What a dome light without a picture looks like: a sky as bright as the plain dome."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from clappper.core.render.models import Colour

__all__ = ["compute_sky"]

_ROWS = 64
_COLUMNS = 8
#: Brightness overhead and at the horizon, and how far the dome's hue is deepened (above 0) or
#: paled there.
_ZENITH, _ZENITH_HUE = 0.85, 0.9
_HORIZON, _HORIZON_HUE = 1.30, -0.75
_GROUND = np.array([0.42, 0.40, 0.37])
_LUMA = np.array([0.2126, 0.7152, 0.0722])


def compute_sky(radiance: Colour) -> NDArray[np.float32]:
    """Return a latitude-longitude picture, top row at the zenith, shape (64, 8, 3).

    A plain dome would stand as one flat colour behind every door. Here the hue is deeper overhead
    and paler at the horizon: a bluish dome becomes a clear sky, a white one an overcast sky. The
    irradiance on a surface that faces up stays that of the plain dome, channel by channel.

    Args:
        radiance: The dome's own radiance.
    """
    colour = np.maximum(np.array(radiance, dtype=np.float64), 0.0)
    luma = float(colour @ _LUMA)
    if luma <= 0.0:
        return np.zeros((_ROWS, _COLUMNS, 3), dtype=np.float32)
    polar = (np.arange(_ROWS) + 0.5) / _ROWS * np.pi
    height = np.cos(polar)[:, None]
    rise = np.clip(height, 0.0, 1.0) ** 0.45
    hue = np.clip(colour / luma, 0.05, 4.0) ** (_HORIZON_HUE + (_ZENITH_HUE - _HORIZON_HUE) * rise)
    sky = hue * (_HORIZON + (_ZENITH - _HORIZON) * rise)
    weight = np.maximum(height, 0.0) * np.sin(polar)[:, None]
    sky *= colour / ((sky * weight).sum(axis=0) / weight.sum())
    horizon = sky[_ROWS // 2 - 1]
    haze = np.clip(-height / 0.06, 0.0, 1.0)
    rows = np.where(height >= 0.0, sky, horizon * (1.0 - haze) + _GROUND * luma * haze)
    return np.repeat(rows[:, None], _COLUMNS, axis=1).astype(np.float32)
