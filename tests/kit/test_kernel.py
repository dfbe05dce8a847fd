"""The real Kit kernels enable the bundle and the core from a clone; one process per start."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

pytestmark = pytest.mark.kit

ROOT = Path(__file__).resolve().parents[2]
PROBE = ROOT / "tests" / "support" / "kernel_probe.py"
PYTHONS = dict(
    entry.split("=", 1)
    for entry in os.environ.get("CLAPPPER_KIT_PYTHONS", "").split(os.pathsep)
    if entry
)


class KernelFailedError(Exception):
    """The kernel did not come up with the extensions asked for."""


@pytest.fixture(params=["110.4", "109.0"])
def kernel_python(request: pytest.FixtureRequest) -> str:
    # A kernel that dev.py did not provide is a failure: it must not vanish from the run.
    return PYTHONS[request.param]


def start_kernel(python: str, folder: Path, arguments: list[str], *, toggle: str) -> dict[str, Any]:
    """Start a kernel with a portable root of its own and return what the probe saw."""
    report = folder / "report.json"
    command = [python, str(PROBE), str(report), toggle, *arguments, "--no-window"]
    command += ["--portable-root", str(folder / "portable")]
    command += ["--/app/extensions/registryEnabled=0", "--/app/fastShutdown=1"]
    inherited = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(
        command,
        capture_output=True,
        check=False,
        cwd=folder,
        env={**inherited, "OMNI_KIT_ALLOW_ROOT": "1"},
        stdin=subprocess.DEVNULL,
        text=True,
        timeout=120,
    )
    if done.returncode or not report.is_file():
        raise KernelFailedError(f"exit code {done.returncode}\n{done.stdout}\n{done.stderr}")
    errors = [line for line in done.stdout.splitlines() if "[Error]" in line]
    return {**json.loads(report.read_text(encoding="utf-8")), "errors": errors}


def start_clone(python: str, clone: Path, folder: Path, *, bundle: str) -> dict[str, Any]:
    """Enable a clone's bundle; its name is the folder's name without a version."""
    arguments = ["--ext-path", str(clone), "--ext-folder", str(clone / "exts"), "--enable", bundle]
    return start_kernel(python, folder, arguments, toggle=bundle)


def copy_clone(folder: Path) -> Path:
    """Copy what Kit sees of the repository into a folder with another name."""
    ignore = shutil.ignore_patterns("__pycache__")
    for name in ("config", "exts"):
        shutil.copytree(ROOT / name, folder / name, ignore=ignore)
    shutil.copy(ROOT / "extension.toml", folder)
    return folder


def assert_is_enabled(report: dict[str, Any], clone: Path, *, bundle: str) -> None:
    """Assert that bundle and core run from this clone and that all of the core imports there."""
    core = clone / "exts" / "clappper.core"
    for state in ("enabled", "enabled_after_on"):
        assert {bundle, "clappper.core"} <= set(report[state])
        assert Path(report[state][bundle]).samefile(clone)
        assert Path(report[state]["clappper.core"]).samefile(core)
    assert bundle not in report["enabled_after_off"]
    package = core / "clappper" / "core"
    assert Path(report["module_after_on"]).samefile(package / "__init__.py")
    expected = {
        ".".join(path.relative_to(core).with_suffix("").parts).removesuffix(".__init__")
        for path in package.rglob("*.py")
    }
    assert report["failures"] == {}
    assert set(report["modules"]) == expected
    for name, file in report["modules"].items():
        assert Path(file).resolve().is_relative_to(core.resolve()), name
    assert report["errors"] == []
    assert report["kit_modules"] == []


def test_kernel_from_clone_enables_bundle_and_core(kernel_python: str, tmp_path: Path) -> None:
    # A folder named like a release archive carries its version; Kit does not count it to the name.
    bundle = re.sub(r"-\d+\.\d+\.\d+$", "", ROOT.name)

    report = start_clone(kernel_python, ROOT, tmp_path, bundle=bundle)

    assert_is_enabled(report, ROOT, bundle=bundle)


@pytest.mark.parametrize(
    ("folder", "bundle"),
    [
        pytest.param("my_scenes", "my_scenes", id="other-name"),
        pytest.param("My Scenes", "My Scenes", id="space"),
        pytest.param("clappper-main", "clappper-main", id="branch-archive"),
        pytest.param("clappper-0.1.0", "clappper", id="version-archive"),
    ],
)
def test_kernel_clone_with_another_folder_name_enables_bundle_and_core(
    kernel_python: str, tmp_path: Path, folder: str, bundle: str
) -> None:
    clone = copy_clone(tmp_path / folder)
    names = sorted(path.name for path in clone.iterdir())

    report = start_clone(kernel_python, clone, tmp_path, bundle=bundle)

    assert_is_enabled(report, clone, bundle=bundle)
    assert sorted(path.name for path in clone.iterdir()) == names


def test_kernel_app_file_enables_core(kernel_python: str, tmp_path: Path) -> None:
    # A copy, because Kit makes the app's extscache folder beside exts/.
    clone = copy_clone(tmp_path / "clone")
    app_file = clone / "config" / "clappper.kit"
    dependencies = tomllib.loads(app_file.read_text(encoding="utf-8"))["dependencies"]
    stand_ins = tmp_path / "stand_ins"
    for name in dependencies:
        if not name.startswith("clappper."):
            folder = stand_ins / name
            folder.mkdir(parents=True)
            (folder / "extension.toml").write_text('[package]\nversion = "1.0.0"\n')

    report = start_kernel(
        kernel_python,
        tmp_path,
        [str(app_file), "--ext-folder", str(stand_ins)],
        toggle="clappper.core",
    )

    assert Path(report["enabled"]["clappper.core"]).samefile(clone / "exts" / "clappper.core")
    assert set(dependencies) <= set(report["enabled"])
    assert report["errors"] == []


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        pytest.param("[package\n", "TOML parsing failed", id="syntax"),
        pytest.param(
            '[dependencies]\n"clappper.absent" = {}\n',
            "No versions of clappper.absent",
            id="missing-dependency",
        ),
        pytest.param("[dependencies]\n", "No module named 'clappper", id="core-not-required"),
    ],
)
def test_kernel_broken_bundle_is_noticed(
    kernel_python: str, tmp_path: Path, toml: str, words: str
) -> None:
    clone = copy_clone(tmp_path / "broken")
    (clone / "extension.toml").write_text(toml)

    with pytest.raises(KernelFailedError, match=words):
        start_clone(kernel_python, clone, tmp_path, bundle="broken")
