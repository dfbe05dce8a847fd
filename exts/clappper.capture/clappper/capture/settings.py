"""Settings of the extension, read anew for every capture."""

from __future__ import annotations

from dataclasses import dataclass, fields

import carb.settings

__all__ = ["ROOT", "CaptureSettings", "read_settings"]

#: Where Kit keeps them.
ROOT = "/exts/clappper.capture"


@dataclass(frozen=True)
class CaptureSettings:
    """Defaults as in ``config/extension.toml``; counts are app updates."""

    warmup_updates: int = 120
    preroll_frames: int = 30
    settle_frames: int = 0
    final_spp: int = 64
    load_timeout_s: float = 300.0
    stall_timeout_s: float = 300.0
    flush_timeout_s: float = 30.0
    cancel_timeout_s: float = 30.0


def read_settings() -> CaptureSettings:
    """Read the settings; a value that is no number from 0 on counts as its default."""
    stored = carb.settings.get_settings()
    values = {}
    for field in fields(CaptureSettings):
        value = stored.get(f"{ROOT}/{field.name}")
        if isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0:
            values[field.name] = int(value) if isinstance(field.default, int) else float(value)
    return CaptureSettings(**values)
