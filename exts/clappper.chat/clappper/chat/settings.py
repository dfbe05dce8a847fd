"""The extension's settings, read once at start, tokens resolved."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import carb.settings
import carb.tokens

from clappper.core.files import split_folders

__all__ = ["ChatSettings", "read_settings"]

_ROOT = "/exts/clappper.chat"


@dataclass(frozen=True)
class ChatSettings:
    """What extension.toml, the app and the command line say."""

    catalog_path: Path | None
    asset_roots: tuple[str, ...]
    planner: str
    output_folder: Path
    seed: int
    slice_s: float
    is_visible_on_startup: bool
    #: From a setting that is never stored; the environment comes first.
    api_key: str | None = field(default=None, repr=False)


def read_settings() -> ChatSettings:
    """Return the settings as they are now."""
    settings = carb.settings.get_settings()

    def read(name: str) -> str:
        return _resolve(str(settings.get(f"{_ROOT}/{name}") or ""))

    catalog = read("catalog")
    return ChatSettings(
        catalog_path=Path(catalog) if catalog else None,
        asset_roots=tuple(split_folders(read("asset_roots"))),
        planner=read("planner") or "auto",
        output_folder=Path(read("output_folder") or _find_documents()),
        seed=max(0, settings.get_as_int(f"{_ROOT}/seed")),
        slice_s=max(0.05, settings.get_as_float(f"{_ROOT}/slice_ms")) / 1000.0,
        is_visible_on_startup=settings.get_as_bool(f"{_ROOT}/visible_on_startup"),
        api_key=read("api_key") or None,
    )


def _resolve(text: str) -> str:
    return str(carb.tokens.get_tokens_interface().resolve(text)) if "${" in text else text


def _find_documents() -> str:
    # An unknown token resolves to nothing, which would name the drive's root.
    documents = _resolve("${omni_documents}") or _resolve("${documents}")
    return f"{documents or Path.home()}/Clappper"
