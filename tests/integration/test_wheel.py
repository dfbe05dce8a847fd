"""A wheel built from the repository works without it: installed elsewhere, it makes a scene."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONSTRAINTS = ROOT / "config" / "constraints.txt"
PACKAGE = ROOT / "exts" / "clappper.core" / "clappper" / "core"
PROMPT = "Create a warehouse scene with 3 forklifts and industrial shelving. Camera at eye level."


def run(*command: str | Path, cwd: Path) -> str:
    """Run a program as on a machine that has no clone, and return what it printed."""
    inherited = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        check=False,
        cwd=cwd,
        env=inherited,
        stdin=subprocess.DEVNULL,
        text=True,
        timeout=280,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check")
    run(*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", folder, ROOT, cwd=folder)
    (built,) = folder.glob("clappper_core-*.whl")
    return built


@pytest.fixture(scope="module")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of programs of a fresh environment with the wheel and its pins."""
    folder = tmp_path_factory.mktemp("environment")
    run(sys.executable, "-m", "venv", folder, cwd=folder)
    found = folder / ("Scripts" if os.name == "nt" else "bin")
    pip = (found / "python", "-m", "pip", "--disable-pip-version-check", "install", "-q")
    run(*pip, "--only-binary", ":all:", "--constraint", CONSTRAINTS, wheel, cwd=folder)
    return found


def test_wheel_carries_every_file_of_the_package_and_nothing_else(wheel: Path) -> None:
    expected = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if ".dist-info/" not in name]

    prefix = "clappper/core/"
    assert {name[len(prefix) :] for name in names if name.startswith(prefix)} == expected
    assert all(name.startswith(prefix) for name in names)


def test_wheel_imports_outside_the_clone(programs: Path, tmp_path: Path) -> None:
    script = "import clappper.core as core; print(core.__version__, core.__file__)"

    version, file = run(programs / "python", "-c", script, cwd=tmp_path).split(maxsplit=1)

    assert f"clappper_core-{version}" in str(list(programs.parent.rglob("clappper_core-*")))
    assert Path(file.strip()).is_relative_to(programs.parent)


def test_wheel_makes_a_scene_without_renderer(programs: Path, tmp_path: Path) -> None:
    out = tmp_path / "scene"

    run(programs / "clappper", "make", PROMPT, "--no-render", "--out", out, cwd=tmp_path)

    certificate = json.loads((out / "certificate.json").read_text(encoding="utf-8"))
    assert certificate["ok"] is True
    assert (out / "plan.json").is_file()
    assert (out / "scene.usda").read_text(encoding="utf-8").startswith("#usda 1.0")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["scene"]
