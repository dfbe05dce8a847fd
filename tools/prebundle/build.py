"""Put one prebundle together: an extension folder for one Python on one platform."""

from __future__ import annotations

import re
import shutil
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from tools.prebundle.notices import write_notices
from tools.prebundle.policy import (
    ROOT,
    PrebundleError,
    list_unmet_needs,
    load_kit_packages,
    load_pins,
)
from tools.prebundle.wheels import download_wheels, unpack_wheel

if TYPE_CHECKING:
    from tools.prebundle.policy import Target

__all__ = ["EXTENSION", "FALLBACK", "PREBUNDLE", "build_prebundle"]

#: Kit names an extension after its folder.
EXTENSION = "clappper.pip"
PREBUNDLE = "pip_prebundle"
FALLBACK = "pip_prebundle_fallback"

_TEMPLATE = Path(__file__).parent / "extension"
_VERSION_FILE = ROOT / "exts" / "clappper.core" / "clappper" / "core" / "__init__.py"
_KIT_PLATFORMS = {"linux": "linux-x86_64", "windows": "windows-x86_64"}


def build_prebundle(target: Target, out_dir: Path, wheels_dir: Path) -> Path:
    """Build ``OUT/<target>/clappper.pip`` and return it; an older one is replaced at the end.

    The same pins give the same bytes. Each package that Kit may have itself lies in a folder of its
    own below ``pip_prebundle_fallback``, so that only those are used that are missing.

    Args:
        target: Python and platform.
        out_dir: Gets a folder per target.
        wheels_dir: Downloads are kept there, in a folder per target.

    Raises:
        PrebundleError: A pin, a need, a wheel or a licence is wrong; the text says which.
    """
    kit = load_kit_packages()
    pins = load_pins(target, kit)
    wheels = download_wheels(target, pins.all, wheels_dir / target.name)
    unmet = list_unmet_needs({w.name: w.requires for w in wheels}, target, pins, kit)
    if unmet:
        raise PrebundleError(" ".join(unmet))

    folder = out_dir / target.name / EXTENSION
    fresh = folder.with_name(f"{EXTENSION}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    files: dict[str, list[PurePosixPath]] = {}
    for wheel in wheels:
        is_fallback = wheel.name in pins.fallback
        place = fresh / FALLBACK / wheel.name if is_fallback else fresh / PREBUNDLE
        files[wheel.name] = unpack_wheel(wheel, place)
        if is_fallback and not (place / wheel.name / "__init__.py").is_file():
            raise PrebundleError(
                f"{wheel.name} is not a package of that name, which a fallback must be."
            )
    write_notices(fresh / "PACKAGE-LICENSES", wheels, files)
    _write_extension(fresh, target)
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)
    return folder


def _write_extension(folder: Path, target: Target) -> None:
    """Write what makes the folder a Kit extension."""
    version = re.search(r'__version__ = "(.+?)"', _VERSION_FILE.read_text(encoding="utf-8"))
    if version is None:
        raise PrebundleError(f"{_VERSION_FILE.relative_to(ROOT)} has no __version__.")
    values = {
        "@VERSION@": version[1],
        "@PYTHON@": target.python,
        "@TAG@": target.tag,
        "@PLATFORM@": _KIT_PLATFORMS[target.platform],
    }
    for path in sorted(_TEMPLATE.rglob("*")):
        relative = path.relative_to(_TEMPLATE)
        if path.is_dir() or "__pycache__" in relative.parts:
            continue
        text = path.read_text(encoding="utf-8")
        for name, value in values.items():
            text = text.replace(name, value)
        copy = folder / relative
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(text.encode())
