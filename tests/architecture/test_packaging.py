"""The files around the code agree with it: versions, extensions, build files, pinned packages."""

from __future__ import annotations

import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import Specifier
from packaging.utils import canonicalize_name

import clappper.core
from support.source import CORE_FOLDER, ROOT, load_modules

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

TOML_FILES = [
    "pyproject.toml",
    "extension.toml",
    "repo.toml",
    "config/clappper.kit",
    *(str(path.relative_to(ROOT)) for path in sorted(ROOT.glob("exts/*/config/extension.toml"))),
]
LUA_FILES = ["premake5.lua", *(str(p.relative_to(ROOT)) for p in ROOT.glob("exts/*/premake5.lua"))]
#: Import name -> distribution, for the third-party names the core uses.
DISTRIBUTIONS = {
    "PIL": "pillow",
    "boto3": "boto3",
    "botocore": "boto3",
    "drjit": "mitsuba",
    "embreex": "embreex",
    "fcl": "python-fcl",
    "httpx": "httpx",
    "imageio_ffmpeg": "imageio-ffmpeg",
    "mitsuba": "mitsuba",
    "mitsuba_oidn": "mitsuba-oidn",
    "numpy": "numpy",
    "omni": "omniverse-asset-validator",
    "openai": "openai",
    "pxr": "usd-core",
    "pydantic": "pydantic",
    "tqdm": "tqdm",
}
PLATFORMS = [
    pytest.param({"python_version": version, "sys_platform": name, "platform_system": system})
    for version in ("3.10", "3.11", "3.12", "3.13")
    for name, system in (("linux", "Linux"), ("win32", "Windows"))
]


def load_toml(name: str) -> dict[str, Any]:
    return tomllib.loads((ROOT / name).read_text(encoding="utf-8"))


def list_requirements() -> list[Requirement]:
    """Return everything pyproject.toml asks for, extras included."""
    project = load_toml("pyproject.toml")["project"]
    extras = project["optional-dependencies"].values()
    return [Requirement(text) for texts in (project["dependencies"], *extras) for text in texts]


def load_pins() -> list[Requirement]:
    lines = (ROOT / "config" / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


def is_wanted(requirement: Requirement, environment: dict[str, str]) -> bool:
    return requirement.marker is None or requirement.marker.evaluate(environment)


@pytest.mark.parametrize("name", TOML_FILES)
def test_toml_file_is_valid(name: str) -> None:
    assert load_toml(name)


@pytest.mark.parametrize("name", LUA_FILES)
def test_lua_file_compiles(name: str) -> None:
    compiler = shutil.which("luac") or shutil.which("luac5.4")
    if compiler is None:
        # With --kit, dev.py has installed it; its absence must not pass unseen there.
        assert not os.environ.get("CLAPPPER_KIT_PYTHONS"), "luac is missing (Debian: lua5.4)"
        pytest.skip("luac is not installed (Debian package lua5.4; dev.py test --kit installs it)")

    done = subprocess.run(
        [compiler, "-p", name], capture_output=True, check=False, cwd=ROOT, text=True, timeout=30
    )

    assert done.returncode == 0, done.stderr


def test_versions_agree() -> None:
    versions = {
        name: load_toml(name)["package"]["version"]
        for name in TOML_FILES[1:]
        if name != "repo.toml"
    }

    assert set(versions.values()) == {clappper.core.__version__}


def test_changelog_names_the_version_or_is_unreleased() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")

    headings = re.findall(r"^## \[(.+?)\]", text, re.MULTILINE)

    assert headings[0] in ("Unreleased", clappper.core.__version__)


def test_bundle_depends_on_every_extension_and_has_no_python() -> None:
    bundle = load_toml("extension.toml")

    assert set(bundle["dependencies"]) == {path.name for path in ROOT.glob("exts/*")}
    assert "python" not in bundle


@pytest.mark.parametrize("folder", [pytest.param(p, id=p.name) for p in ROOT.glob("exts/*")])
def test_extension_folder_is_complete(folder: Path) -> None:
    extension = tomllib.loads((folder / "config" / "extension.toml").read_text(encoding="utf-8"))

    assert [module["name"] for module in extension["python"]["module"]] == [folder.name]
    assert (folder.joinpath(*folder.name.split(".")) / "__init__.py").is_file()
    assert (folder / extension["package"]["readme"]).is_file()
    assert (folder / "premake5.lua").is_file()


def test_core_extension_has_no_mandatory_dependency() -> None:
    extension = load_toml("exts/clappper.core/config/extension.toml")

    assert all(entry.get("optional") for entry in extension["dependencies"].values())


def test_namespace_has_no_init() -> None:
    assert not (CORE_FOLDER / "clappper" / "__init__.py").exists()


def test_third_party_imports_are_declared() -> None:
    declared = {canonicalize_name(requirement.name) for requirement in list_requirements()}
    imported = {found.top for module in load_modules() for found in module.imports()}
    foreign = imported - set(sys.stdlib_module_names) - {"clappper"}

    assert foreign <= set(DISTRIBUTIONS)
    assert {DISTRIBUTIONS[name] for name in foreign} <= declared


@pytest.mark.parametrize("platform", PLATFORMS)
def test_constraints_pin_everything_once(platform: dict[str, str]) -> None:
    environment = {"platform_machine": "x86_64", "extra": "", **platform}
    pins = {}
    for pin in load_pins():
        if is_wanted(pin, environment):
            assert pin.name not in pins, f"{pin.name} is pinned twice"
            pins[canonicalize_name(pin.name)] = pin

    unpinned, seen = [], set()
    pending = [(requirement, True) for requirement in list_requirements()]
    while pending:
        requirement, is_of_pinned_version = pending.pop()
        name = canonicalize_name(requirement.name)
        if not is_wanted(requirement, environment):
            continue
        pin = next(iter(pins[name].specifier), None) if name in pins else None
        if pin is None or pin.operator != "==":
            unpinned.append(str(requirement))
        elif is_of_pinned_version and pin.version not in requirement.specifier:
            unpinned.append(f"{requirement} (pinned: {pin.version})")
        if name not in seen:
            seen.add(name)
            pending += list_needs(name, pin)

    assert unpinned == []


def list_needs(name: str, pin: Specifier | None) -> list[tuple[Requirement, bool]]:
    """Return what an installed distribution needs, and whether it is the pinned version of it."""
    try:
        distribution = importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        return []
    is_pinned = pin is not None and distribution.version == pin.version
    return [(Requirement(need), is_pinned) for need in distribution.requires or []]


def test_constraints_name_no_index_url_or_hash() -> None:
    lines = (ROOT / "config" / "constraints.txt").read_text(encoding="utf-8").splitlines()

    wrong = [line for line in lines if re.search(r"://|--|@", line) and not line.startswith("#")]

    assert wrong == []
