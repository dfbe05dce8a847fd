#!/usr/bin/env python3
"""One entry for everything: ``python3 dev.py COMMAND`` sets up what it needs and runs it.

Standard library only, on Linux and Windows. It starts on any Python from 3.8, looks for one from
3.10 to 3.13, makes ``.venv`` with the versions pinned in ``config/constraints.txt`` and runs the
command there. ``docs/development.md`` describes the commands.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple, NoReturn

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

ROOT = Path(__file__).resolve().parent
CONSTRAINTS = ROOT / "config" / "constraints.txt"
KIT_PACKAGES = ROOT / "config" / "kit-packages.json"
PREBUNDLE = ROOT / "config" / "prebundle.txt"
IS_WINDOWS = os.name == "nt"

#: Python minors in the order they are wanted: 3.12 is Kit 108 to 110's; the validator has no 3.13.
MINORS = (12, 11, 10, 13)
#: Kit kernels the Kit tests start: name, version of the omniverse-kit wheel, usd-core of that Kit.
KERNELS = (
    ("110.4", "110.4.0.386251", "25.11"),
    ("109.0", "109.0.8.369095", "25.2.post1"),
)
#: The real omni.ui without Kit, which the Kit tests draw with beside the kernel.
OVUI = "ovui==0.3.0"
#: Extras of the core beside a kernel; one that pyproject.toml does not have is left out.
KERNEL_EXTRAS = ("render", "llm")
#: What the tests of `test --matrix` need besides the core and what the prebundle brings to Kit.
MATRIX_TOOLS = ("hypothesis", "packaging", "pytest", "pytest-timeout", "pytest-xdist", "tomli")
KIT_TESTS = "tests/kit"
#: One test process a processor, a file of tests in one of them; what measures time runs alone.
PARALLEL = ("-n", "auto", "--dist", "loadfile")
#: Debian packages: libatomic1 for the renderer, lua5.4 for the syntax check of premake5.lua, a
#: Vulkan driver on the processor for omni.ui, a C compiler for the stub of the NVIDIA driver.
SYSTEM_PACKAGES = (
    "gcc",
    "libatomic1",
    "libc6-dev",
    "libvulkan1",
    "lua5.4",
    "mesa-vulkan-drivers",
)

USAGE = """\
usage: python3 dev.py COMMAND [ARGS...]

  demo [PROMPT] [OPTIONS]    make the demo film, or the one of PROMPT, and say where it is
  cli ARGS...                run `clappper ARGS...`
  test [--kit] [--full] [PYTEST ARGS...]
                             run the tests; --kit also on the real Kit kernels (this accepts
                             NVIDIA's licence for the kernel wheel), --full with large counts
  test --matrix [PYTEST ARGS...]
                             run the core's tests on the Python, OpenUSD, pydantic and numpy of
                             Kit 106, 107, 109 and 110
  prebundle [--python VERSION] [--platform NAME] [--out DIR]
                             build the extension clappper.pip with what the Python of Kit lacks,
                             for Python 3.10, 3.11, 3.12 on linux and windows, or for one of them
  format                     format the code and sort the imports
  lint                       check style, formatting and the import rules
  types                      check the types
  bench [NAME] [ARGS...]     run the benchmarks tests/bench/bench_NAME.py

CLAPPPER_PYTHON names the Python to use instead of the one found (3.12 if there is one)."""

INSTALL_HINT = "Install Python 3.12, for example from python.org or with `pyenv install 3.12`."
KIT_HINT = "Kit tests were skipped. To run them too: python3 dev.py test --kit"

_PROBE = """
import ensurepip, struct, sys, sysconfig, venv
assert struct.calcsize("P") == 8 and not sysconfig.get_config_var("Py_GIL_DISABLED")
print(sys.executable, *sys.version_info[:3], sep="\\n")
"""
_DEPENDENCIES = """
import sys, tomllib
with open("pyproject.toml", "rb") as file:
    project = tomllib.load(file)["project"]
extras = project.get("optional-dependencies", {})
print(*project["dependencies"], *(d for e in sys.argv[1:] for d in extras.get(e, [])), sep="\\n")
"""


class Interpreter(NamedTuple):
    """A Python that can make environments."""

    path: str
    version: tuple[int, ...]

    def __str__(self) -> str:
        return "{} ({})".format(".".join(map(str, self.version)), self.path)


def say(sentence: str) -> None:
    """Tell the developer something, on stderr, so that stdout stays the command's own."""
    print(f"dev.py: {sentence}", file=sys.stderr, flush=True)


def stop(sentence: str) -> NoReturn:
    """End with a sentence and exit code 1."""
    raise SystemExit(f"dev.py: {sentence}")


# --- finding Python ---------------------------------------------------------------------------


def probe(command: Sequence[str]) -> Interpreter | None:
    """Return what this command starts, or None unless it is a 64-bit Python with venv and pip."""
    try:
        done = subprocess.run(
            [*command, "-c", _PROBE],
            capture_output=True,
            check=False,
            stdin=subprocess.DEVNULL,
            text=True,
            timeout=60,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    lines = done.stdout.split("\n")
    if done.returncode or len(lines) < 4:
        return None
    return Interpreter(lines[0], tuple(int(part) for part in lines[1:4]))


def candidates(minor: int) -> Iterator[list[str]]:
    """Yield commands that may start Python 3.<minor>, the likeliest first."""
    if sys.version_info[:2] == (3, minor):
        yield [getattr(sys, "_base_executable", None) or sys.executable]
    on_path = shutil.which(f"python3.{minor}")
    if on_path:
        yield [on_path]
    if IS_WINDOWS and shutil.which("py"):
        yield ["py", f"-3.{minor}"]
    roots = [os.environ.get("PYENV_ROOT"), str(Path.home() / ".pyenv")]
    for root in dict.fromkeys(root for root in roots if root):
        found = []
        for folder in Path(root).glob(f"versions/3.{minor}.*"):
            patch = re.fullmatch(rf"3\.{minor}\.(\d+)", folder.name)
            if patch:
                found.append((int(patch[1]), folder))
        for _, folder in sorted(found, reverse=True):
            yield [str(folder / ("python.exe" if IS_WINDOWS else "bin/python"))]


def find_python(minors: Sequence[int] = MINORS) -> Interpreter | None:
    """Return the first Python of these minors, in this order; CLAPPPER_PYTHON goes before all."""
    chosen = os.environ.get("CLAPPPER_PYTHON")
    if chosen:
        python = probe([chosen])
        if python is None or python.version[:2] not in [(3, minor) for minor in MINORS]:
            stop(f"CLAPPPER_PYTHON={chosen} does not start a Python from 3.10 to 3.13 with venv.")
        if python.version[1] in minors:
            return python
    for minor in minors:
        for command in candidates(minor):
            python = probe(command)
            if python and python.version[:2] == (3, minor):
                return python
    return None


def require_python() -> Interpreter:
    """Return the Python for ``.venv`` and say which and why, or stop with what to install."""
    python = find_python()
    if python is None:
        here = ".".join(map(str, sys.version_info[:3]))
        stop(
            "Python 3.10 to 3.13 (64-bit, with venv) was not found on PATH or under pyenv; this is "
            f"{here}. {INSTALL_HINT}"
        )
    if os.environ.get("CLAPPPER_PYTHON"):
        say(f"Using Python {python}, named by CLAPPPER_PYTHON.")
    elif python.version[1] == MINORS[0]:
        say(f"Using Python {python}.")
    else:
        say(f"Using Python {python}; 3.12 is preferred but was not found on PATH or under pyenv.")
    return python


# --- environments -----------------------------------------------------------------------------


def venv_file(folder: Path, name: str) -> Path:
    """Return the path of a program of an environment."""
    return folder / "Scripts" / f"{name}.exe" if IS_WINDOWS else folder / "bin" / name


def compute_fingerprint(*parts: str) -> str:
    """Return a hash of everything an environment is made from; a moved clone counts as new."""
    tables = re.split(r"(?m)^(?=\[)", (ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packaging = [text for text in tables if text.startswith(("[build", "[project", "[tool.hatch"))]
    content = [str(ROOT), *packaging, CONSTRAINTS.read_text(encoding="utf-8"), *parts]
    return hashlib.sha256("\0".join(content).encode()).hexdigest()


def is_ready(folder: Path, fingerprint: str) -> bool:
    """Return whether the environment was made completely from just this and still has a Python."""
    try:
        stamp = (folder / "clappper.stamp").read_text(encoding="utf-8")
        config = (folder / "pyvenv.cfg").read_text(encoding="utf-8")
    except OSError:
        return False
    home = re.search(r"^home *= *(.*)$", config, re.MULTILINE)
    base_is_there = home is not None and Path(home[1].strip()).is_dir()
    return stamp == fingerprint and base_is_there and venv_file(folder, "python").exists()


def try_lock(file: IO[str]) -> bool:
    """Lock an open file if nobody has; closing it, or the end of the process, frees it."""
    try:
        if sys.platform == "win32":
            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock of a folder's set-up; only one process has it."""
    with path.open("a", encoding="utf-8") as file:
        if not try_lock(file):
            say(f"Another dev.py is setting up {path.stem}; waiting for it.")
            while not try_lock(file):
                time.sleep(0.3)
        yield


def pip_install(folder: Path, constraints: Path, arguments: Sequence[str]) -> None:
    """Install pinned wheels into an environment, or stop with what pip said."""
    command = [
        str(venv_file(folder, "python")),
        *("-m", "pip", "install", "-qq", "--no-input", "--disable-pip-version-check"),
        *("--only-binary", ":all:", "--constraint", str(constraints), *arguments),
    ]
    if run(command, cwd=ROOT, env={"PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0"}):
        stop(f"Installing into {folder} failed (see above): check the network and the free disk.")


def make_environment(
    folder: Path,
    fingerprint: str,
    require: Callable[[], Interpreter],
    install: Callable[[], None],
) -> Path:
    """Return the Python of an environment, which is made anew unless it is ready.

    The stamp is removed first and written last, so that a half-made environment is never used.
    """
    if not is_ready(folder, fingerprint):
        folder.parent.mkdir(parents=True, exist_ok=True)
        with locked(folder.with_name(f"{folder.name}.lock")):
            if not is_ready(folder, fingerprint):
                python = require()
                start_s = time.monotonic()
                stamp = folder / "clappper.stamp"
                stamp.unlink(missing_ok=True)
                if run([python.path, "-m", "venv", "--clear", str(folder)]):
                    stop(f"Python {python} could not make {folder}.")
                install()
                stamp.write_text(fingerprint, encoding="utf-8")
                say(f"{folder.relative_to(ROOT)} is ready ({time.monotonic() - start_s:.0f} s).")
    return venv_file(folder, "python")


def install_core(folder: Path) -> None:
    """Install clappper-core from this clone, editable, with its extras and the tools."""
    say("Installing the pinned packages into .venv: about a minute and 1 GB the first time.")
    pip_install(folder, CONSTRAINTS, ["hatchling", "editables"])
    core = ["--no-build-isolation", "--editable", ".[render,validate,llm,test]"]
    pip_install(folder, CONSTRAINTS, core)


def ensure_environment() -> Path:
    """Return the Python of ``.venv``."""
    folder = ROOT / ".venv"
    version = ROOT / "exts" / "clappper.core" / "clappper" / "core" / "__init__.py"
    chosen = os.environ.get("CLAPPPER_PYTHON", "")
    fingerprint = compute_fingerprint(version.read_text(encoding="utf-8"), chosen)
    return make_environment(folder, fingerprint, require_python, partial(install_core, folder))


def require_kit_python() -> Interpreter:
    """Return the Python 3.12 that the Kit kernels are built for, or stop."""
    python = find_python((12,))
    if python is None:
        stop(
            "The Kit tests need Python 3.12, which was not found on PATH or under pyenv. "
            f"{INSTALL_HINT}"
        )
    return python


def install_kernel(folder: Path, pins: Sequence[str]) -> None:
    """Install a Kit kernel, its OpenUSD, omni.ui and what the core depends on, but not the core."""
    say(f"Installing {', '.join(pins)} into {folder.relative_to(ROOT)}.")
    constraints = folder / "constraints.txt"
    # Each Kit has an OpenUSD of its own.
    text = re.sub(r"(?m)^usd-core==.*\n", "", CONSTRAINTS.read_text(encoding="utf-8"))
    constraints.write_text(text, encoding="utf-8")
    listed = subprocess.run(
        [str(venv_file(folder, "python")), "-c", _DEPENDENCIES, *KERNEL_EXTRAS],
        check=False,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    if listed.returncode:
        stop("The dependencies in pyproject.toml cannot be read (see above).")
    pip_install(folder, constraints, [*pins, *listed.stdout.splitlines()])


def ensure_kernels() -> dict[str, Path]:
    """Return the Python of each Kit kernel's environment, by the kernel's name."""
    pythons = {}
    for name, kernel, usd in KERNELS:
        folder = ROOT / ".venv-kit" / name
        pins = [f"omniverse-kit=={kernel}", f"usd-core=={usd}", OVUI]
        pythons[name] = make_environment(
            folder,
            compute_fingerprint(*pins, *KERNEL_EXTRAS),
            require_kit_python,
            partial(install_kernel, folder, pins),
        )
    return pythons


def load_kits() -> dict[str, dict[str, Any]]:
    """Return what the Python of each Kit carries, by the Kit's name."""
    kits: dict[str, dict[str, Any]] = json.loads(KIT_PACKAGES.read_text(encoding="utf-8"))["kits"]
    return kits


def require_matrix_python(name: str, version: str) -> Interpreter:
    """Return the Python that this Kit has, or stop, so that no Kit goes untested unseen."""
    python = find_python((int(version.split(".")[1]),))
    if python is None:
        stop(
            f"The matrix needs Python {version} for Kit {name}, which was not found on PATH or "
            f"under pyenv. Install it, for example with `pyenv install {version}`."
        )
    return python


def install_matrix(folder: Path, kit: dict[str, Any]) -> None:
    """Install the core, editable, with what this Kit has and the prebundle brings to it."""
    say(f"Installing usd-core {kit['usd_core']} and the core into {folder.relative_to(ROOT)}.")
    pins = {"usd-core": kit["usd_core"], **kit["seen"], **kit["assumed"]}
    brought = PREBUNDLE.read_text(encoding="utf-8").splitlines()
    named = {*pins, *(line.split("==")[0] for line in brought)}
    lines = CONSTRAINTS.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if line.split("==")[0] not in named]
    constraints = folder / "constraints.txt"
    text = "\n".join([*kept, *(f"{name}=={version}" for name, version in pins.items()), ""])
    constraints.write_text(text, encoding="utf-8")
    pip_install(folder, constraints, ["hatchling", "editables"])
    core = ["--no-build-isolation", "--editable", ".", "--requirement", str(PREBUNDLE)]
    pip_install(folder, constraints, [*core, "usd-core", *MATRIX_TOOLS])


def ensure_matrix() -> dict[str, Path]:
    """Return the Python of each environment of the matrix, by the Kit it stands for."""
    brought = PREBUNDLE.read_text(encoding="utf-8")
    pythons = {}
    for name, kit in load_kits().items():
        folder = ROOT / ".venv-matrix" / name
        pythons[name] = make_environment(
            folder,
            compute_fingerprint(json.dumps(kit), brought, *MATRIX_TOOLS),
            partial(require_matrix_python, name, kit["python"]),
            partial(install_matrix, folder, kit),
        )
    return pythons


def install_system_packages() -> None:
    """Install what the Kit tests need from Debian or Ubuntu, as root; else say what is missing."""
    if IS_WINDOWS or not shutil.which("dpkg-query") or not shutil.which("apt-get"):
        return
    query = ["dpkg-query", "--show", "--showformat", "${db:Status-Status}"]
    missing = []
    for package in SYSTEM_PACKAGES:
        done = subprocess.run([*query, package], capture_output=True, check=False, text=True)
        if done.stdout != "installed":
            missing.append(package)
    if not missing:
        return
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing]
    if os.geteuid() != 0:
        say(f"System packages are missing; install them with: sudo {' '.join(command)}")
        return
    say(f"Installing system packages: {' '.join(missing)}.")
    env = {"DEBIAN_FRONTEND": "noninteractive"}
    if run(["apt-get", "update", "-qq"], env=env) or run(command, env=env, quiet=True):
        stop(f"apt-get could not install {' '.join(missing)} (see above).")


# --- running ----------------------------------------------------------------------------------


def run(
    command: Sequence[str | Path],
    *,
    cwd: Path | None = None,
    env: dict[str, str] | None = None,
    quiet: bool = False,
) -> int:
    """Run a program to its end and return its exit code; Ctrl+C waits for it and goes on up."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONHOME"}
    environment.update(env or {})
    output = subprocess.DEVNULL if quiet else None
    try:
        process = subprocess.Popen(
            [str(part) for part in command], cwd=cwd, env=environment, stdout=output
        )
    except OSError as error:
        stop(f"Cannot start {command[0]}: {error.strerror}.")
    try:
        return process.wait()
    except KeyboardInterrupt:
        # The terminal has interrupted the program as well: let it clean up.
        for end in (process.terminate, process.kill):
            with contextlib.suppress(subprocess.TimeoutExpired, KeyboardInterrupt):
                process.wait(timeout=10)
                break
            end()
        raise


def run_clappper(arguments: Sequence[str]) -> int:
    """Run the command line of the environment in the caller's folder."""
    ensure_environment()
    return run([venv_file(ROOT / ".venv", "clappper"), *arguments])


def run_demo(arguments: Sequence[str]) -> int:
    """Run ``clappper demo``."""
    return run_clappper(["demo", *arguments])


def run_matrix(arguments: Sequence[str], env: dict[str, str]) -> int:
    """Run pytest on every environment of the matrix; the first failure is the code."""
    codes = {}
    for name, python in ensure_matrix().items():
        say(f"Testing with what Kit {name} carries.")
        of_kit = {"CLAPPPER_MATRIX": name, **env}
        codes[name] = run([python, "-m", "pytest", *(arguments or PARALLEL)], cwd=ROOT, env=of_kit)
    for name, code in codes.items():
        say(f"Kit {name}: {f'pytest ended with code {code}' if code else 'passed'}.")
    return next((code for code in codes.values() if code), 0)


def run_prebundle(arguments: Sequence[str]) -> int:
    """Build the extension clappper.pip."""
    return run([ensure_environment(), "-m", "tools.prebundle", *arguments], cwd=ROOT)


def run_test(arguments: Sequence[str]) -> int:
    """Run pytest; ``--kit``, ``--matrix`` and ``--full`` are ours, everything else is pytest's."""
    with_kit = "--kit" in arguments
    env = {}
    if "--full" in arguments:
        env["CLAPPPER_FULL"] = "1"
    ours = ("--kit", "--matrix", "--full")
    rest = [argument for argument in arguments if argument not in ours]
    if "--matrix" in arguments:
        if with_kit:
            stop("--matrix and --kit are two runs: python3 dev.py test --matrix has no kernel.")
        return run_matrix(rest, env)
    if with_kit:
        say("--kit accepts the NVIDIA Omniverse License Agreement for the Kit kernel wheel.")
        install_system_packages()
        pythons = ensure_kernels()
        env["CLAPPPER_KIT_PYTHONS"] = os.pathsep.join(
            f"{name}={python}" for name, python in pythons.items()
        )
        env["OMNI_KIT_ACCEPT_EULA"] = "YES"
    pytest: list[str | Path] = [ensure_environment(), "-m", "pytest"]
    if rest:
        code = run([*pytest, *rest], cwd=ROOT, env=env)
    else:
        code = run([*pytest, *PARALLEL, "--ignore", KIT_TESTS], cwd=ROOT, env=env)
        if with_kit:
            # Alone: the rig measures how long Kit's main thread is held.
            code = run([*pytest, KIT_TESTS], cwd=ROOT, env=env) or code
    if not with_kit:
        print(KIT_HINT, flush=True)
    return code


def run_format(arguments: Sequence[str]) -> int:
    """Format with ruff and sort the imports."""
    ruff: list[str | Path] = [ensure_environment(), "-m", "ruff"]
    paths = arguments or ["."]
    return run([*ruff, "check", "--select", "I", "--fix", "--quiet", *paths], cwd=ROOT) or run(
        [*ruff, "format", *paths], cwd=ROOT
    )


def run_lint(arguments: Sequence[str]) -> int:
    """Check style, formatting and import rules; all are run, the first failure is the code."""
    python = ensure_environment()
    paths = arguments or ["."]
    codes = [
        run([python, "-m", "ruff", "check", *paths], cwd=ROOT),
        run([python, "-m", "ruff", "format", "--check", *paths], cwd=ROOT),
        run([venv_file(ROOT / ".venv", "lint-imports")], cwd=ROOT),
    ]
    return next((code for code in codes if code), 0)


def run_types(arguments: Sequence[str]) -> int:
    """Check the types with mypy."""
    return run([ensure_environment(), "-m", "mypy", *arguments], cwd=ROOT)


def run_bench(arguments: Sequence[str]) -> int:
    """Run one benchmark with its arguments, or all of them."""
    folder = ROOT / "tests" / "bench"
    names = {path.stem[len("bench_") :]: path for path in sorted(folder.glob("bench_*.py"))}
    if arguments and arguments[0] not in names:
        stop(f"There is no benchmark {arguments[0]}; there are: {', '.join(names) or 'none yet'}.")
    python = ensure_environment()
    chosen = {arguments[0]: names[arguments[0]]} if arguments else names
    env = {"PYTHONPATH": str(ROOT / "tests")}
    codes = [run([python, path, *arguments[1:]], cwd=ROOT, env=env) for path in chosen.values()]
    return next((code for code in codes if code), 0)


COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "bench": run_bench,
    "cli": run_clappper,
    "demo": run_demo,
    "format": run_format,
    "lint": run_lint,
    "prebundle": run_prebundle,
    "test": run_test,
    "types": run_types,
}


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    if sys.version_info < (3, 8):  # noqa: UP036
        stop("dev.py itself needs Python 3.8 or newer to start, for example `python3.12 dev.py`.")
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(USAGE)
        return 0 if arguments else 2
    if arguments[0] not in COMMANDS:
        say(f"There is no command {arguments[0]}.")
        print(USAGE, file=sys.stderr)
        return 2
    try:
        return COMMANDS[arguments[0]](arguments[1:])
    except KeyboardInterrupt:
        say("Interrupted.")
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
