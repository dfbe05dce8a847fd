"""dev.py: which Python it takes, when an environment is used or made anew, exit codes."""

from __future__ import annotations

import ast
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

import dev

POSIX_ONLY = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX terminals")


def offer(monkeypatch: pytest.MonkeyPatch, *versions: tuple[int, int, int]) -> None:
    """Make these Pythons, and no others, the ones that exist."""
    offered = {version[1]: dev.Interpreter(f"/p/{version[1]}", version) for version in versions}
    monkeypatch.delenv("CLAPPPER_PYTHON", raising=False)
    monkeypatch.setattr(dev, "candidates", lambda minor: [[str(minor)]])
    monkeypatch.setattr(dev, "probe", lambda command: offered.get(int(command[0])))


def make_clone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make what dev.py reads of a clone, and point dev.py at it."""
    (folder / "config").mkdir(parents=True)
    (folder / "config" / "constraints.txt").write_text("numpy==2.2.6\n")
    (folder / "pyproject.toml").write_text("[project]\n")
    monkeypatch.setattr(dev, "ROOT", folder)
    monkeypatch.setattr(dev, "CONSTRAINTS", folder / "config" / "constraints.txt")
    return folder


class Builder:
    """Stands for what makes an environment; counts how often, and can fail in the middle."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.count = 0
        self.fails = False

    def require(self) -> dev.Interpreter:
        return dev.Interpreter(sys.executable, (3, 12, 1))

    def install(self) -> None:
        self.count += 1
        assert not (self.folder / "clappper.stamp").exists()
        if self.fails:
            dev.stop("no network")

    def make(self) -> Path:
        return dev.make_environment(
            self.folder, dev.compute_fingerprint(), self.require, self.install
        )


@pytest.fixture
def builder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Builder:
    """Return a builder whose virtual environment is made of files only, for speed."""
    clone = make_clone(tmp_path / "clone", monkeypatch)
    folder = clone / ".venv"

    def run(command: list[str], **_: Any) -> int:
        assert command[1:4] == ["-m", "venv", "--clear"]
        python = dev.venv_file(folder, "python")
        python.parent.mkdir(parents=True, exist_ok=True)
        python.touch()
        (folder / "pyvenv.cfg").write_text(f"home = {Path(sys.executable).parent}\n")
        return 0

    monkeypatch.setattr(dev, "run", run)
    return Builder(folder)


def test_dev_source_parses_on_old_pythons() -> None:
    ast.parse(Path(dev.__file__).read_text(encoding="utf-8"), feature_version=(3, 8))


def test_find_python_prefers_312(monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch, (3, 10, 4), (3, 12, 1), (3, 13, 0))

    assert dev.find_python() == dev.Interpreter("/p/12", (3, 12, 1))


def test_require_python_without_312_takes_another_and_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    offer(monkeypatch, (3, 10, 4), (3, 13, 0))

    assert dev.require_python().version == (3, 10, 4)
    assert "Using Python 3.10.4 (/p/10); 3.12 is preferred" in capsys.readouterr().err


def test_require_python_without_any_stops_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch)

    with pytest.raises(SystemExit, match=r"Python 3\.10 to 3\.13 .* not found .* Install Python"):
        dev.require_python()


def test_require_kit_python_without_312_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch, (3, 11, 7))

    with pytest.raises(SystemExit, match=r"Kit tests need Python 3\.12"):
        dev.require_kit_python()


def test_find_python_named_by_environment_that_is_none_stops(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CLAPPPER_PYTHON", str(tmp_path / "absent"))

    with pytest.raises(SystemExit, match="does not start a Python"):
        dev.find_python()


def test_find_python_named_by_environment_goes_before_the_preferred(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    offer(monkeypatch, (3, 12, 1), (3, 13, 0))
    monkeypatch.setenv("CLAPPPER_PYTHON", "13")

    assert dev.require_python().version == (3, 13, 0)
    assert "named by CLAPPPER_PYTHON" in capsys.readouterr().err
    assert dev.require_kit_python().version == (3, 12, 1)


def test_candidates_finds_newest_pyenv_version_first(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("3.12.9", "3.12.10", "3.12.1t", "3.12.2-other", "3.11.1"):
        (tmp_path / "versions" / name).mkdir(parents=True)
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))

    paths = [command[0] for command in dev.candidates(12) if str(tmp_path) in command[0]]

    assert [Path(path).relative_to(tmp_path).parts[1] for path in paths] == ["3.12.10", "3.12.9"]


def test_probe_of_this_python_returns_it() -> None:
    python = dev.probe([sys.executable])

    assert python is not None
    assert python.version == sys.version_info[:3]


@pytest.mark.parametrize("code", ["raise SystemExit(1)", "print('hello')"])
def test_probe_of_something_else_returns_none(tmp_path: Path, code: str) -> None:
    script = tmp_path / "script.py"
    script.write_text(code)

    assert dev.probe([sys.executable, str(script)]) is None
    assert dev.probe([str(tmp_path / "absent")]) is None


def test_make_environment_twice_makes_it_once(builder: Builder) -> None:
    assert builder.make() == builder.make()

    assert builder.count == 1


@pytest.mark.parametrize(
    ("name", "text", "count"),
    [
        pytest.param("config/constraints.txt", "pip==26.3\n", 2, id="pins"),
        pytest.param("pyproject.toml", '[project.scripts]\nx = "y"\n', 2, id="project"),
        pytest.param("pyproject.toml", "[tool.ruff]\nline-length = 90\n", 1, id="tool-settings"),
    ],
)
def test_make_environment_after_a_change_makes_it_anew_if_it_matters(
    builder: Builder, name: str, text: str, count: int
) -> None:
    builder.make()
    with (builder.folder.parent / name).open("a") as file:
        file.write(text)

    builder.make()

    assert builder.count == count


def test_make_environment_after_a_failure_makes_it_anew(builder: Builder) -> None:
    builder.fails = True
    with pytest.raises(SystemExit, match="no network"):
        builder.make()
    builder.fails = False

    builder.make()

    assert builder.count == 2


def test_make_environment_whose_python_is_gone_makes_it_anew(builder: Builder) -> None:
    builder.make().unlink()

    builder.make()

    assert builder.count == 2


def test_make_environment_whose_base_python_is_gone_makes_it_anew(builder: Builder) -> None:
    builder.make()
    (builder.folder / "pyvenv.cfg").write_text(f"home = {builder.folder / 'gone'}\n")

    builder.make()

    assert builder.count == 2


def test_locked_waits_for_the_other_process(tmp_path: Path) -> None:
    lock = tmp_path / ".venv.lock"
    script = (
        "import pathlib, sys, time, dev\n"
        "with dev.locked(pathlib.Path(sys.argv[1])):\n"
        "    print('held', flush=True)\n"
        "    time.sleep(1.0)\n"
    )
    command = [sys.executable, "-c", script, str(lock)]
    with subprocess.Popen(command, cwd=dev.ROOT, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        start_s = time.monotonic()
        with dev.locked(lock):
            waited_s = time.monotonic() - start_s

    assert waited_s > 0.5
    assert other.returncode == 0


@pytest.mark.parametrize("code", [0, 3])
def test_run_returns_the_exit_code(code: int) -> None:
    assert dev.run([sys.executable, "-c", f"raise SystemExit({code})"]) == code


def test_run_of_an_absent_program_stops_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="Cannot start"):
        dev.run([tmp_path / "absent"])


@pytest.fixture
def kernel_installs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> tuple[Path, list[tuple[str, list[str]]]]:
    """Return a clone and what pip is asked for: the constraints and the packages."""
    clone = make_clone(tmp_path / "clone", monkeypatch)
    (clone / "config" / "constraints.txt").write_text("numpy==2.2.6\nusd-core==25.11\n")
    folder = clone / ".venv-kit" / "110.4"
    folder.mkdir(parents=True)
    found: list[tuple[str, list[str]]] = []

    def pip_install(_: Path, constraints: Path, arguments: list[str]) -> None:
        found.append((constraints.read_text(), arguments))

    monkeypatch.setattr(dev, "pip_install", pip_install)
    monkeypatch.setattr(dev, "venv_file", lambda *_: Path(sys.executable))
    return folder, found


PROJECT = """
[project]
dependencies = ["numpy>=1.26"]
[project.optional-dependencies]
render = ["mitsuba>=3.9,<3.10"]
test = ["pytest>=8.3"]
"""


@pytest.mark.skipif(sys.version_info < (3, 11), reason="kernel environments have Python 3.12")
@pytest.mark.parametrize(
    ("extras", "wanted"),
    [
        pytest.param("", [], id="without-llm"),
        pytest.param('llm = ["openai>=2.20,<2.29"]\n', ["openai>=2.20,<2.29"], id="with-llm"),
    ],
)
def test_install_kernel_takes_the_extras_there_are_and_the_kernels_own_openusd(
    kernel_installs: tuple[Path, list[tuple[str, list[str]]]], extras: str, wanted: list[str]
) -> None:
    folder, installs = kernel_installs
    (dev.ROOT / "pyproject.toml").write_text(PROJECT + extras)

    dev.install_kernel(folder, ["omniverse-kit==1", "usd-core==2", dev.OVUI])

    packages = ["omniverse-kit==1", "usd-core==2", dev.OVUI, "numpy>=1.26", "mitsuba>=3.9,<3.10"]
    assert installs == [("numpy==2.2.6\n", [*packages, *wanted])]


@pytest.mark.skipif(sys.version_info < (3, 11), reason="kernel environments have Python 3.12")
def test_install_kernel_with_a_broken_pyproject_stops(
    kernel_installs: tuple[Path, list[tuple[str, list[str]]]],
) -> None:
    folder, installs = kernel_installs
    (dev.ROOT / "pyproject.toml").write_text("[project")

    with pytest.raises(SystemExit, match=r"dependencies in pyproject\.toml cannot be read"):
        dev.install_kernel(folder, ["omniverse-kit==1"])

    assert installs == []


def test_ensure_kernels_pins_openusd_and_omni_ui(monkeypatch: pytest.MonkeyPatch) -> None:
    found: dict[str, list[str]] = {}

    def make(folder: Path, _fingerprint: str, _require: Any, install: Any) -> Path:
        found[folder.name] = install.args[1]
        return folder

    monkeypatch.setattr(dev, "make_environment", make)

    assert set(dev.ensure_kernels()) == {"110.4", "109.0"}

    assert found["110.4"] == ["omniverse-kit==110.4.0.386251", "usd-core==25.11", "ovui==0.3.0"]
    assert found["109.0"][1:] == ["usd-core==25.2.post1", "ovui==0.3.0"]


@POSIX_ONLY
def test_install_system_packages_asks_for_what_the_rig_needs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    there = {"gcc", "libc6-dev", "lua5.4"}

    def query(command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        text = "installed" if command[-1] in there else ""
        return subprocess.CompletedProcess(command, 0, text, "")

    monkeypatch.setattr(dev.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(dev.subprocess, "run", query)
    monkeypatch.setattr(dev.os, "geteuid", lambda: 1000)

    dev.install_system_packages()

    sentence = capsys.readouterr().err
    assert sentence.endswith("libatomic1 libvulkan1 mesa-vulkan-drivers\n")


@POSIX_ONLY
def test_main_interrupted_lets_the_program_finish_and_returns_130(tmp_path: Path) -> None:
    # A session of its own gets the signal as a terminal's foreground group gets Ctrl+C.
    child = (
        "import pathlib, sys, time\n"
        "try:\n    print('started', flush=True)\n    time.sleep(30)\n"
        "except KeyboardInterrupt:\n    pathlib.Path(sys.argv[1]).touch()\n"
    )
    script = (
        "import sys, dev\n"
        "command = [sys.executable, '-c', sys.argv[1], sys.argv[2]]\n"
        "dev.COMMANDS['types'] = lambda arguments: dev.run(command)\n"
        "sys.exit(dev.main(['types']))\n"
    )
    cleaned = tmp_path / "cleaned"
    with subprocess.Popen(
        [sys.executable, "-c", script, child, str(cleaned)],
        cwd=dev.ROOT,
        start_new_session=True,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "started\n"
        os.killpg(process.pid, signal.SIGINT)
        _, errors = process.communicate(timeout=30)

    assert process.returncode == 130
    assert cleaned.exists()
    assert errors == "dev.py: Interrupted.\n"


@pytest.mark.parametrize(
    ("arguments", "code"), [([], 2), (["--help"], 0), (["nonsense"], 2)], ids=str
)
def test_main_without_a_command_shows_the_usage(
    arguments: list[str], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert dev.main(arguments) == code

    output = capsys.readouterr()
    assert "usage: python3 dev.py" in output.out + output.err


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[str], dict[str, str]]]:
    """Return the programs dev.py starts, with what it adds to their environment."""
    found: list[tuple[list[str], dict[str, str]]] = []

    def run(command: list[Any], *, env: dict[str, str] | None = None, **_: Any) -> int:
        found.append(([str(part) for part in command], env or {}))
        return 3

    monkeypatch.setattr(dev, "run", run)
    monkeypatch.setattr(dev, "ensure_environment", lambda: Path("python"))
    monkeypatch.setattr(dev, "install_system_packages", lambda: None)
    kernels = {"110.4": Path("a"), "109.0": Path("b")}
    monkeypatch.setattr(dev, "ensure_kernels", lambda: kernels)
    return found


def test_test_without_kit_says_last_how_to_run_kit_tests(
    calls: list[tuple[list[str], dict[str, str]]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert dev.main(["test", "-q", "tests/unit"]) == 3

    assert calls == [(["python", "-m", "pytest", "-q", "tests/unit"], {})]
    assert capsys.readouterr().out.splitlines()[-1].endswith("python3 dev.py test --kit")


def test_test_with_kit_accepts_the_licence_and_names_the_kernels(
    calls: list[tuple[list[str], dict[str, str]]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert dev.main(["test", "--kit", "--full", "-x"]) == 3

    ((command, env),) = calls
    assert command == ["python", "-m", "pytest", "-x"]
    assert env["OMNI_KIT_ACCEPT_EULA"] == "YES"
    assert env["CLAPPPER_FULL"] == "1"
    assert env["CLAPPPER_KIT_PYTHONS"].split(os.pathsep) == ["110.4=a", "109.0=b"]
    output = capsys.readouterr()
    assert "accepts the NVIDIA Omniverse License Agreement" in output.err
    assert output.out == ""


def test_test_of_everything_runs_side_by_side_but_kit_alone(
    calls: list[tuple[list[str], dict[str, str]]],
) -> None:
    assert dev.main(["test", "--kit"]) == 3

    first, second = (command[3:] for command, _ in calls)
    assert first == [*dev.PARALLEL, "--ignore", "tests/kit"]
    assert second == ["tests/kit"]


def test_demo_passes_prompt_and_options_on(
    calls: list[tuple[list[str], dict[str, str]]],
) -> None:
    assert dev.main(["demo", "two desks", "--frames", "8"]) == 3

    assert calls[0][0][1:] == ["demo", "two desks", "--frames", "8"]


def test_lint_runs_every_check_and_fails_if_one_does(
    calls: list[tuple[list[str], dict[str, str]]],
) -> None:
    assert dev.main(["lint"]) == 3

    assert len(calls) == 3


def test_bench_of_an_unknown_name_stops_with_a_sentence() -> None:
    with pytest.raises(SystemExit, match="There is no benchmark nonsense"):
        dev.main(["bench", "nonsense"])


def test_prebundle_passes_its_options_on(calls: list[tuple[list[str], dict[str, str]]]) -> None:
    assert dev.main(["prebundle", "--python", "3.11"]) == 3

    assert calls == [(["python", "-m", "tools.prebundle", "--python", "3.11"], {})]


def test_test_with_matrix_runs_every_kit_and_fails_if_one_does(
    calls: list[tuple[list[str], dict[str, str]]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(dev, "ensure_matrix", lambda: {"106": Path("old"), "110": Path("new")})

    assert dev.main(["test", "--matrix", "-x"]) == 3

    assert calls == [
        (["old", "-m", "pytest", "-x"], {"CLAPPPER_MATRIX": "106"}),
        (["new", "-m", "pytest", "-x"], {"CLAPPPER_MATRIX": "110"}),
    ]
    assert "Kit 106: pytest ended with code 3." in capsys.readouterr().err


def test_test_with_matrix_and_full_searches_further(
    calls: list[tuple[list[str], dict[str, str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dev, "ensure_matrix", lambda: {"110": Path("new")})

    dev.main(["test", "--matrix", "--full"])

    ((command, env),) = calls
    assert command == ["new", "-m", "pytest", *dev.PARALLEL]
    assert env == {"CLAPPPER_MATRIX": "110", "CLAPPPER_FULL": "1"}


def test_test_with_matrix_and_kit_stops_with_a_sentence() -> None:
    with pytest.raises(SystemExit, match="--matrix and --kit are two runs"):
        dev.main(["test", "--matrix", "--kit"])


def test_matrix_without_a_python_of_a_kit_stops_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    offer(monkeypatch, (3, 12, 1))

    with pytest.raises(SystemExit, match=r"needs Python 3\.10 for Kit 106, .*`pyenv install 3\.10"):
        dev.require_matrix_python("106", "3.10")


def test_matrix_has_the_python_and_openusd_of_each_kit() -> None:
    kits = {name: (kit["python"], kit["usd_core"]) for name, kit in dev.load_kits().items()}

    assert kits == {
        "106": ("3.10", "23.2"),
        "107": ("3.11", "24.5"),
        "109": ("3.12", "25.2.post1"),
        "110": ("3.12", "25.11"),
    }
    assert dev.load_kits()["106"]["seen"]["pydantic"] == "2.9.2"


def test_install_matrix_takes_kits_packages_in_the_place_of_the_pinned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clone = make_clone(tmp_path / "clone", monkeypatch)
    dev.CONSTRAINTS.write_text("numpy==2.2.6\npytest==9.2.0\njiter==1.0\n# comment\n")
    pins = clone / "config" / "prebundle.txt"
    pins.write_text("# comment\njiter==0.18.0; python_version < '3.11'\n")
    monkeypatch.setattr(dev, "PREBUNDLE", pins)
    installed: list[list[str]] = []
    monkeypatch.setattr(dev, "pip_install", lambda _, __, arguments: installed.append(arguments))
    folder = clone / ".venv-matrix" / "106"
    folder.mkdir(parents=True)

    dev.install_matrix(
        folder, {"usd_core": "23.2", "seen": {"pydantic": "2.9.2"}, "assumed": {"numpy": "1.26.4"}}
    )

    lines = (folder / "constraints.txt").read_text().split()
    assert {"numpy==1.26.4", "pydantic==2.9.2", "usd-core==23.2", "pytest==9.2.0"} <= set(lines)
    assert not {"numpy==2.2.6", "jiter==1.0"} & set(lines)
    assert {"--editable", ".", "usd-core", str(pins), *dev.MATRIX_TOOLS} <= set(installed[-1])
