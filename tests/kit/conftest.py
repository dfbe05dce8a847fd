"""The fixture ``run_scenario``, which starts a scenario on a real Kit kernel."""

from __future__ import annotations

import ctypes
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kit.rig.runner import RIG, start_scenario

if TYPE_CHECKING:
    from kit.rig.runner import RunScenario


@pytest.fixture(scope="session")
def driver_folder(request: pytest.FixtureRequest) -> Path | None:
    """Return a folder with a stub of NVIDIA's driver, or None where the driver itself is.

    omni.ui's wheel links ``libcuda.so.1`` without using it on a software renderer.
    """
    try:
        ctypes.CDLL("libcuda.so.1" if os.name != "nt" else "nvcuda.dll")
    except OSError:
        pass
    else:
        return None
    source = RIG / "cuda_stub.c"
    folder = Path(request.config.cache.mkdir("kit_rig"))
    library = folder / "libcuda.so.1"
    if not library.is_file() or library.stat().st_mtime < source.stat().st_mtime:
        made = folder / f"libcuda.{os.getpid()}"
        command = ["gcc", "-shared", "-fPIC", "-Wl,-soname,libcuda.so.1", "-o", str(made)]
        subprocess.run([*command, str(source)], check=True, capture_output=True, timeout=60)
        made.replace(library)
    return folder


@pytest.fixture
def run_scenario(tmp_path: Path, driver_folder: Path | None) -> RunScenario:
    """Return a function that runs a scenario; ``RunScenario`` says how.

    Screenshots go to the test's folder, or to the one that CLAPPPER_SCREENSHOTS names.
    """
    named = os.environ.get("CLAPPPER_SCREENSHOTS")
    pictures = Path(named).resolve() if named else tmp_path / "screenshots"

    def run(name: str, **options: Any) -> dict[str, Any]:
        folder = tmp_path / f"run_{len(list(tmp_path.glob('run_*')))}"
        folder.mkdir()
        return start_scenario(
            name, folder=folder, pictures=pictures, driver_folder=driver_folder, **options
        )

    return run
