"""Which Mitsuba this machine runs: compiled where a known LLVM is at hand, else interpreted.

The LLVM variant needs a shared libLLVM, and not every one will do: some releases abort the whole
process. Only the one from the ``karellen-llvm-core`` wheel is ever chosen here; a user who knows
better sets ``DRJIT_LIBLLVM_PATH``.
"""

from __future__ import annotations

import functools
import importlib
import importlib.metadata
import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING

from clappper.core.errors import CaptureUnavailableError

if TYPE_CHECKING:
    from types import ModuleType

__all__ = ["COMPILED", "INTERPRETED", "VARIANT_VARIABLE", "find_llvm", "import_mitsuba"]

_LOGGER = logging.getLogger(__name__)

COMPILED = "llvm_ad_rgb"
INTERPRETED = "scalar_rgb"
#: Environment variable that names another variant, for example ``scalar_rgb``.
VARIANT_VARIABLE = "CLAPPPER_RENDER_VARIANT"

_LLVM_VARIABLE = "DRJIT_LIBLLVM_PATH"
_LLVM_DISTRIBUTION = "karellen-llvm-core"
#: File names of the whole libLLVM: libLLVM.so.23.1, libLLVM-23.so, LLVM-C.dll, libLLVM.dylib.
_LLVM_PATTERNS = ("libLLVM*.so*", "LLVM-C.dll", "libLLVM*.dll", "libLLVM*.dylib")
_INSTALL = (
    'Install it with: pip install "clappper-core[render]", '
    "or leave out the pictures with --no-render."
)


def find_llvm() -> Path | None:
    """Return the libLLVM of the wheel that is known to work, or None where it is not installed."""
    try:
        files = importlib.metadata.files(_LLVM_DISTRIBUTION) or []
    except importlib.metadata.PackageNotFoundError:
        return None
    candidates = [
        Path(str(entry.locate())).resolve()
        for entry in files
        if any(Path(entry.name).match(pattern) for pattern in _LLVM_PATTERNS)
    ]
    return next((path for path in sorted(candidates) if path.is_file()), None)


@functools.cache
def import_mitsuba() -> ModuleType:
    """Import Mitsuba once per process, in the variant this machine runs best.

    ``CLAPPPER_RENDER_VARIANT`` overrides the choice, ``DRJIT_LIBLLVM_PATH`` the libLLVM; the
    latter is set here when it is not, because Dr.Jit reads it at import. Where LLVM does not load,
    the interpreted variant stands in.

    Returns:
        The ``mitsuba`` module with its variant set.

    Raises:
        CaptureUnavailableError: Mitsuba or a library it needs is missing, or the variant asked for
            does not run here.
    """
    wanted = os.environ.get(VARIANT_VARIABLE, "").strip()
    llvm = os.environ.get(_LLVM_VARIABLE, "").replace(os.devnull, "") or str(find_llvm() or "")
    # Without a path Dr.Jit loads whatever LLVM the system has, even for the interpreted variant.
    os.environ[_LLVM_VARIABLE] = llvm or os.devnull
    if wanted.startswith("llvm") and not llvm:
        raise CaptureUnavailableError(
            f"{VARIANT_VARIABLE} asks for {wanted}, but no LLVM known to work is installed. "
            f"Unset it, or install {_LLVM_DISTRIBUTION}."
        )
    try:
        mitsuba = importlib.import_module("mitsuba")
    except ImportError as exc:
        raise CaptureUnavailableError(_explain(exc)) from exc
    if wanted and wanted not in mitsuba.variants():
        raise CaptureUnavailableError(
            f"{VARIANT_VARIABLE} asks for {wanted}, which this Mitsuba does not have. Unset it."
        )
    _set_variant(
        mitsuba, [wanted] if wanted else [COMPILED, INTERPRETED] if llvm else [INTERPRETED]
    )
    mitsuba.set_log_level(mitsuba.LogLevel.Error)
    return mitsuba


def _set_variant(mitsuba: ModuleType, candidates: list[str]) -> None:
    """Set the first variant that runs."""
    name, *others = candidates
    try:
        mitsuba.set_variant(name)
    except ImportError as exc:
        if not others:
            raise CaptureUnavailableError(_explain(exc)) from exc
        _LOGGER.warning("Mitsuba cannot run %s: %s", name, exc)
        _set_variant(mitsuba, others)


def _explain(error: ImportError) -> str:
    text = str(error)
    if "libatomic" in text:
        return (
            "The renderer needs the system library libatomic.so.1, which is not installed. "
            "On Debian or Ubuntu: apt-get install libatomic1."
        )
    if isinstance(error, ModuleNotFoundError) and error.name == "mitsuba":
        return f"The renderer is not installed. {_INSTALL}"
    return f"The renderer cannot be loaded on this machine ({text.splitlines()[0]}). {_INSTALL}"
