"""Texture files as linear floats, read through the asset resolver (so also inside a usdz)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from pxr import Ar

from clappper.core.errors import CaptureError

if TYPE_CHECKING:
    from types import ModuleType

    from numpy.typing import NDArray

    from clappper.core.render.models import Texture

__all__ = ["load_picture"]

#: Larger files are refused [bytes].
MAX_BYTES = 256 << 20
#: Larger pictures are halved until they fit [pixels per side].
MAX_SIDE = 2048


def load_picture(mitsuba: ModuleType, texture: Texture) -> NDArray[np.float32]:
    """Read a texture's values, scale and bias applied.

    Returns:
        Linear values, shape (height, width, 3) for ``rgb``, else (height, width, 1).

    Raises:
        CaptureError: The file is missing, too large or no picture.
    """
    stream = mitsuba.MemoryStream()
    stream.write(_read_bytes(texture.path))
    stream.seek(0)
    try:
        bitmap = mitsuba.Bitmap(stream)
    except RuntimeError as exc:
        raise CaptureError(
            f"Texture {texture.path} is no picture that can be read. Convert it to PNG."
        ) from exc
    is_colour = bitmap.channel_count() >= 3
    is_eight_bit = bitmap.component_format() == mitsuba.Struct.Type.UInt8
    is_srgb = texture.is_srgb if texture.is_srgb is not None else is_colour and is_eight_bit
    values = _to_unit_floats(np.array(bitmap, copy=True))
    while max(values.shape[:2]) > MAX_SIDE:
        values = _halve(values)
    if is_srgb:
        colours = values[..., :3] if is_colour else values[..., :1]
        colours[...] = _decode_srgb(colours)
    return np.ascontiguousarray(_pick(values, texture), dtype=np.float32)


def _read_bytes(path: str) -> bytes:
    """Return a resolved asset's bytes; nothing when it is empty."""
    resolver = Ar.GetResolver()
    if not hasattr(resolver, "OpenAsset"):  # USD before 24.05 opens no assets from Python
        file = Path(path)
        if file.is_file() and file.stat().st_size <= MAX_BYTES:
            return file.read_bytes()
    elif (asset := resolver.OpenAsset(Ar.ResolvedPath(path))) and asset.GetSize() <= MAX_BYTES:
        return bytes(asset.GetBuffer()) if asset.GetSize() else b""
    raise CaptureError(f"Texture {path} is missing or larger than {MAX_BYTES >> 20} MB.")


def _to_unit_floats(values: NDArray[Any]) -> NDArray[np.float32]:
    if values.ndim == 2:
        values = values[..., None]
    scale = np.iinfo(values.dtype).max if np.issubdtype(values.dtype, np.integer) else 1.0
    return np.nan_to_num(values.astype(np.float32) / np.float32(scale), posinf=65504.0)


def _halve(values: NDArray[np.float32]) -> NDArray[np.float32]:
    height, width = values.shape[0] // 2 * 2, values.shape[1] // 2 * 2
    if min(height, width) == 0:
        return values[::2, ::2]
    even = values[:height, :width]
    return even.reshape(height // 2, 2, width // 2, 2, -1).mean(axis=(1, 3))


def _decode_srgb(values: NDArray[np.float32]) -> NDArray[np.float32]:
    low = values <= 0.04045
    return np.where(low, values / 12.92, ((np.maximum(values, 0.0) + 0.055) / 1.055) ** 2.4)


def _pick(values: NDArray[np.float32], texture: Texture) -> NDArray[np.float32]:
    """Choose channels as UsdUVTexture does: grey fills r, g and b; a missing alpha is 1."""
    count = values.shape[-1]
    if texture.channel == "rgb":
        rgb = values[..., :3] if count >= 3 else np.repeat(values[..., :1], 3, axis=-1)
        return rgb * np.array(texture.scale[:3]) + np.array(texture.bias[:3])
    index = "rgba".index(texture.channel)
    if texture.channel == "a":
        chosen = values[..., -1:] if count in (2, 4) else np.ones_like(values[..., :1])
    else:
        chosen = values[..., index : index + 1] if count >= 3 else values[..., :1]
    return chosen * np.float32(texture.scale[index]) + np.float32(texture.bias[index])
