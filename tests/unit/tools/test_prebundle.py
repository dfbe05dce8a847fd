"""The prebundle's rules: which pins and wheels it takes and refuses, licences, the fallback."""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import sys
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tools.prebundle.notices import compute_licence, write_notices
from tools.prebundle.policy import (
    PLATFORMS,
    PYTHONS,
    ROOT,
    KitPackages,
    Pins,
    PrebundleError,
    Target,
    list_unmet_needs,
    load_kit_packages,
    load_pins,
    write_pipapi_table,
)
from tools.prebundle.wheels import open_wheel, unpack_wheel

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

TEMPLATE = ROOT / "tools" / "prebundle" / "extension"
LINUX = Target("3.12", "linux")
TARGETS = [Target(python, platform) for python in PYTHONS for platform in PLATFORMS]
EACH_TARGET = pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
KIT = KitPackages(
    owned=frozenset({"numpy", "typing-extensions"}),
    perhaps=frozenset({"idna"}),
    build_only=frozenset({"cython"}),
    versions={"3.12": {"typing-extensions": frozenset({"4.12.2"}), "idna": frozenset({"3.7"})}},
)
METADATA = "Metadata-Version: 2.4\nName: {}\nVersion: {}\nLicense: MIT\nHome-page: https://x.org\n"


def make_wheel(
    folder: Path,
    files: dict[str, bytes] | None = None,
    *,
    name: str = "tiny",
    tag: str = "py3-none-any",
    metadata: str | None = None,
    recorded: dict[str, bytes] | None = None,
    has_licence: bool = True,
) -> Path:
    """Write a wheel; ``recorded`` is what RECORD says where it lies about a file."""
    info = f"{name}-1.0.dist-info"
    content = dict(files if files is not None else {f"{name}/__init__.py": b"VALUE = 1\n"})
    content[f"{info}/METADATA"] = (metadata or METADATA.format(name, "1.0")).encode()
    if has_licence:
        content[f"{info}/licenses/LICENSE"] = b"Do what you like.\n"
    lines = []
    for entry, data in {**content, **(recorded or {})}.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        lines.append(f"{entry},sha256={digest},{len(data)}\n")
    content[f"{info}/RECORD"] = "".join(lines).encode()
    path = folder / f"{name}-1.0-{tag}.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for entry, data in content.items():
            member = zipfile.ZipInfo(entry)
            member.external_attr = (0o755 if entry.endswith("/run") else 0o644) << 16
            archive.writestr(member, data)
    return path


def load_fallback():
    spec = importlib.util.spec_from_file_location(
        "prebundle_fallback", TEMPLATE / "clappper" / "pip" / "fallback.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# --- the files of the repository --------------------------------------------------------------


@EACH_TARGET
def test_pins_meet_what_the_core_needs_or_kit_owns_it(target: Target) -> None:
    kit = load_kit_packages()
    pins = load_pins(target, kit).all
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    # Kit has a renderer and a validator of its own.
    wanted = [*project["dependencies"], *extras.get("llm", [])]

    for text in wanted:
        requirement = Requirement(text)
        name = canonicalize_name(requirement.name)
        assert name in kit.owned or pins[name] in requirement.specifier, text


@EACH_TARGET
def test_pins_hold_a_model_client_that_accepts_kits_typing_extensions(target: Target) -> None:
    pins = load_pins(target, load_kit_packages())

    assert Version("2.20") <= Version(pins.bundled["openai"]) < Version("2.29")
    assert ("colorama" in pins.fallback) == (target.platform == "windows")
    assert ("exceptiongroup" in pins.fallback) == (target.python == "3.10")


def test_kit_packages_are_each_owned_or_perhaps_there_but_not_both() -> None:
    kit = load_kit_packages()
    named = {name for versions in kit.versions.values() for name in versions}

    assert named <= kit.owned | kit.perhaps
    assert not kit.owned & kit.perhaps
    assert {canonicalize_name(name) for name in kit.owned | kit.perhaps} == kit.owned | kit.perhaps


@pytest.mark.parametrize(
    "name",
    ["pydantic", "pydantic-core", "typing-extensions", "starlette", "numpy", "pillow", "usd-core"],
)
def test_kit_packages_own_what_must_never_be_doubled(name: str) -> None:
    assert name in load_kit_packages().owned


def test_kit_packages_are_known_for_every_python() -> None:
    assert set(load_kit_packages().versions) == set(PYTHONS)


def test_extension_template_declares_the_prebundle_but_not_the_fallback() -> None:
    toml = tomllib.loads((TEMPLATE / "config" / "extension.toml").read_text(encoding="utf-8"))

    assert toml["python"]["module"] == [{"path": "pip_prebundle"}, {"name": "clappper.pip"}]
    assert toml["package"]["target"] == {"python": ["@TAG@"], "platform": ["@PLATFORM@"]}
    assert toml["core"]["order"] < 0
    assert toml["package"]["writeTarget"] == {"kit": False, "platform": True, "python": True}
    assert all(entry["optional"] for entry in toml["dependencies"].values())


# --- pins -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("numpy==2.3.1", "Kit has numpy itself", id="owned"),
        pytest.param("NumPy==2.3.1", "Kit has numpy itself", id="owned-in-other-letters"),
        pytest.param("openai>=2.20", "one exact version", id="range"),
        pytest.param("openai", "one exact version", id="no-version"),
        pytest.param("idna==3.7\nidna==3.8", "pinned twice", id="twice"),
    ],
)
def test_load_pins_refuses_with_the_line(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "pins.txt"
    path.write_text(text)

    with pytest.raises(PrebundleError, match=words):
        load_pins(LINUX, KIT, path)


def test_load_pins_splits_and_takes_those_of_the_target(tmp_path: Path) -> None:
    path = tmp_path / "pins.txt"
    path.write_text(
        "# comment\n\nopenai==2.28.0\nidna==3.7\n"
        "colorama==0.4.6; sys_platform == 'win32'\njiter==0.18.0; python_version < '3.11'\n"
    )

    assert load_pins(LINUX, KIT, path) == Pins({"openai": "2.28.0"}, {"idna": "3.7"})
    assert load_pins(Target("3.10", "windows"), KIT, path).bundled == {
        "colorama": "0.4.6",
        "jiter": "0.18.0",
        "openai": "2.28.0",
    }


@pytest.mark.parametrize(
    ("need", "sentence"),
    [
        pytest.param("anyio", "anyio, which nothing brings", id="nothing-brings-it"),
        pytest.param("typing-extensions>=4.14", "is 4.12.2 there", id="kit-is-too-old"),
        pytest.param("idna>=3.8", "is 3.7 there", id="kit-perhaps-too-old"),
        pytest.param("helper>=2", "is 1.0 there", id="shipped-too-old"),
        pytest.param("typing-extensions>=4.11", None, id="kit-has-it"),
        pytest.param("numpy>=1.26", None, id="kit-has-some-version"),
        pytest.param("Cython", None, id="only-to-build"),
        pytest.param("colorama; sys_platform == 'win32'", None, id="other-platform"),
        pytest.param("exceptiongroup; python_version < '3.11'", None, id="other-python"),
        pytest.param("pandas; extra == 'datalib'", None, id="extra"),
    ],
)
def test_list_unmet_needs_names_what_is_not_met(need: str, sentence: str | None) -> None:
    pins = Pins({"tiny": "1.0", "helper": "1.0"}, {"idna": "3.10"})

    found = list_unmet_needs({"tiny": [need]}, LINUX, pins, KIT)

    if sentence is None:
        assert found == []
    else:
        (text,) = found
        assert sentence in text


def test_list_unmet_needs_of_another_platform_counts_there() -> None:
    need = {"tiny": ["colorama; sys_platform == 'win32'"]}

    assert list_unmet_needs(need, Target("3.12", "windows"), Pins({"tiny": "1.0"}, {}), KIT)


def test_write_pipapi_table_is_one_call_without_needs(tmp_path: Path) -> None:
    path = tmp_path / "pins.txt"
    path.write_text("# comment\njiter==0.18.0; python_version < '3.11'\nopenai==2.28.0\n")

    table = tomllib.loads(write_pipapi_table(path))["python"]["pipapi"]

    (requirement,) = table["requirements"]
    assert requirement.split() == [
        *("--no-deps", "--retries", "1", "--timeout", "15"),
        *("jiter==0.18.0;python_version<'3.11'", "openai==2.28.0"),
    ]
    # Kit imports it to see whether anything is to be done: a light one that only openai needs.
    assert table["modules"] == ["jiter"]
    assert table["use_online_index"] is True


def test_extensions_let_kit_install_just_the_pins() -> None:
    expected = tomllib.loads(write_pipapi_table())["python"]["pipapi"]

    for path in ROOT.glob("exts/*/config/extension.toml"):
        python = tomllib.loads(path.read_text(encoding="utf-8")).get("python", {})
        assert python.get("pipapi", expected) == expected, path


# --- wheels -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tag", "runs"),
    [
        ("py3-none-any", True),
        ("cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64", True),
        ("cp39-abi3-manylinux_2_28_x86_64", True),
        ("cp311-cp311-manylinux_2_17_x86_64", False),
        ("cp312-cp312-win_amd64", False),
        ("cp312-cp312-manylinux_2_34_x86_64", False),
        ("cp312-cp312-manylinux_2_17_aarch64", False),
    ],
)
def test_open_wheel_takes_only_what_runs_on_the_target(
    tmp_path: Path, tag: str, runs: bool
) -> None:
    path = make_wheel(tmp_path, tag=tag)

    if runs:
        assert open_wheel(path, LINUX).version == "1.0"
    else:
        with pytest.raises(PrebundleError, match="does not run on cp312-linux"):
            open_wheel(path, LINUX)


@pytest.mark.parametrize("says", [("other", "1.0"), ("tiny", "1.1")], ids=["name", "version"])
def test_open_wheel_that_is_another_inside_is_refused(
    tmp_path: Path, says: tuple[str, str]
) -> None:
    path = make_wheel(tmp_path, metadata=METADATA.format(*says))

    with pytest.raises(PrebundleError, match="says inside"):
        open_wheel(path, LINUX)


def test_unpack_wheel_places_libraries_and_leaves_programs(tmp_path: Path) -> None:
    files = {
        "tiny/__init__.py": b"VALUE = 1\n",
        "tiny/run": b"#!/bin/sh\n",
        "tiny-1.0.data/platlib/tiny/part.py": b"",
        "tiny-1.0.data/scripts/tiny": b"#!python\n",
        "tiny-1.0.data/data/share/man/tiny.1": b"",
    }
    out = tmp_path / "out"

    written = unpack_wheel(open_wheel(make_wheel(tmp_path, files), LINUX), out)

    there = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert there == {str(path) for path in written}
    assert {"tiny/__init__.py", "tiny/run", "tiny/part.py", "tiny-1.0.dist-info/RECORD"} <= there
    assert not [name for name in there if "scripts" in name or "share" in name]
    if sys.platform != "win32":
        assert (out / "tiny" / "run").stat().st_mode & 0o777 == 0o755
        assert (out / "tiny" / "part.py").stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize(
    ("files", "recorded", "words"),
    [
        pytest.param(
            {"tiny/a.py": b"evil"}, {"tiny/a.py": b"good"}, "not as recorded", id="changed"
        ),
        pytest.param({"../a.py": b""}, None, "cannot be unpacked", id="leaves-the-folder"),
        pytest.param({"/absent-folder/a.py": b""}, None, "cannot be unpacked", id="absolute"),
        pytest.param({"there.py": b"2"}, None, "cannot be unpacked", id="covers-another"),
    ],
)
def test_unpack_wheel_refuses(
    tmp_path: Path, files: dict[str, bytes], recorded: dict[str, bytes] | None, words: str
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "there.py").write_text("1")
    wheel = open_wheel(make_wheel(tmp_path, files, recorded=recorded), LINUX)

    with pytest.raises(PrebundleError, match=words):
        unpack_wheel(wheel, out)
    assert (out / "there.py").read_text() == "1"
    assert not (tmp_path / "a.py").exists()


# --- licences ---------------------------------------------------------------------------------


def test_write_notices_copies_texts_and_lists_every_wheel(tmp_path: Path) -> None:
    wheel = open_wheel(make_wheel(tmp_path), LINUX)

    write_notices(tmp_path / "licences", [wheel], {"tiny": unpack_wheel(wheel, tmp_path / "out")})

    text = (tmp_path / "licences" / "NOTICE.md").read_text()
    assert "| tiny | 1.0 | MIT | https://x.org |" in text
    assert "GPL" not in text
    assert (tmp_path / "licences" / "tiny" / "LICENSE").read_text() == "Do what you like.\n"


def test_write_notices_without_a_licence_text_is_refused(tmp_path: Path) -> None:
    wheel = open_wheel(make_wheel(tmp_path, has_licence=False), LINUX)

    with pytest.raises(PrebundleError, match="carries no licence text"):
        write_notices(tmp_path / "licences", [wheel], {"tiny": []})


@pytest.mark.parametrize(
    "entry", ["tiny.libs/libx-1a2b.so.4", "tiny/x.dll", "tiny/binaries/tool-v1"]
)
def test_write_notices_of_a_library_nobody_looked_up_is_refused(tmp_path: Path, entry: str) -> None:
    wheel = open_wheel(make_wheel(tmp_path, {entry: b""}), LINUX)
    files = {"tiny": unpack_wheel(wheel, tmp_path / "out")}

    with pytest.raises(PrebundleError, match=r"native\.json lacks"):
        write_notices(tmp_path / "licences", [wheel], files)


@pytest.mark.parametrize(
    ("lines", "licence"),
    [
        ("License-Expression: MIT OR Apache-2.0\n", "MIT OR Apache-2.0"),
        ("License: Copyright (c) X\n        More.\nClassifier: License :: OSI :: Z\n", "Z"),
    ],
)
def test_compute_licence_is_one_line(tmp_path: Path, lines: str, licence: str) -> None:
    metadata = f"Metadata-Version: 2.4\nName: tiny\nVersion: 1.0\n{lines}"

    assert compute_licence(open_wheel(make_wheel(tmp_path, metadata=metadata), LINUX)) == licence


def test_compute_licence_that_is_not_named_is_refused(tmp_path: Path) -> None:
    metadata = "Metadata-Version: 2.4\nName: tiny\nVersion: 1.0\n"

    with pytest.raises(PrebundleError, match="names no licence"):
        compute_licence(open_wheel(make_wheel(tmp_path, metadata=metadata), LINUX))


# --- what runs in Kit -------------------------------------------------------------------------


def test_add_missing_adds_only_what_cannot_be_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fallback = load_fallback()
    for name in ("json", "clappper_absent_package"):
        package = tmp_path / name / name
        package.mkdir(parents=True)
        (package / "__init__.py").write_text("")
    before = list(sys.path)
    monkeypatch.setattr(sys, "path", list(before))

    added = fallback.add_missing(tmp_path)

    assert added == [str(tmp_path / "clappper_absent_package")]
    assert sys.path == [*before, *added]
    assert importlib.util.find_spec("clappper_absent_package") is not None
    fallback.remove_added(added)
    assert sys.path == before


def test_add_missing_leaves_a_module_without_a_spec_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = type(sys)("clappper_made_by_hand")
    monkeypatch.setitem(sys.modules, "clappper_made_by_hand", module)
    (tmp_path / "clappper_made_by_hand").mkdir()

    assert load_fallback().add_missing(tmp_path) == []
