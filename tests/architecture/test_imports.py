"""Who may import what: read from the source, and seen in clean processes."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys

import pytest

from support.source import CORE_FOLDER, ROOT, load_modules

#: Top-level name -> modules of the core that may import it. What is not listed is free or forbidden
#: by the declared dependencies (test_packaging).
ALLOWED_IMPORTERS = {
    "boto3": r"clappper\.core\.catalog\.files\.fetch_s3",
    "botocore": r"clappper\.core\.catalog\.files\.fetch_s3",
    "carb": r"(?!)",
    "drjit": r"clappper\.core\.render\..*",
    "embreex": r"clappper\.core\.stage\..*",
    "fcl": r"clappper\.core\.stage\..*",
    "httpx": r"clappper\.core\.(planning\.llm\.openai_\w+|catalog\.files\.fetch_web)",
    "imageio_ffmpeg": r"clappper\.core\.capture\.encode",
    "mitsuba": r"clappper\.core\.render\..*",
    "mitsuba_oidn": r"clappper\.core\.render\..*",
    "multiprocessing": r"(?!)",
    # The validator's wheel lives in the omni namespace; see the test of its name below.
    "omni": r"clappper\.core\.stage\.validate",
    "openai": r"clappper\.core\.planning\.llm\.openai_\w+",
    "pxr": r"clappper\.core\.(stage\..*|render\..*|catalog\.measur.*)",
    "sqlite3": r"clappper\.core\.catalog\..*",
    "subprocess": r"clappper\.core\.(capture\.encode|catalog\.measuring\.measure_child)",
}
#: Calls that start a program without importing subprocess.
PROGRAM_STARTERS = re.compile(
    r"(^|\.)(create_subprocess_\w+|subprocess_exec|subprocess_shell|system|popen|posix_spawnp?"
    r"|startfile|(exec|spawn)[lv]p?e?)$"
)
#: What must not be loaded by importing the package or its command line.
HEAVY = (
    "boto3",
    "botocore",
    "drjit",
    "embreex",
    "fcl",
    "httpx",
    "imageio_ffmpeg",
    "mitsuba",
    "numpy",
    "omni",
    "openai",
    "pxr",
)


def list_loaded(imports: str) -> list[str]:
    """Run import statements in a clean process and return the names in ``sys.modules``."""
    script = f"import json, sys\n{imports}\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(CORE_FOLDER)},
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def import_statements(*names: str) -> str:
    return "\n".join(f"import {name}" for name in names)


@pytest.mark.parametrize("imported", sorted(ALLOWED_IMPORTERS))
def test_imports_restricted_name_is_imported_only_where_allowed(imported: str) -> None:
    allowed = re.compile(ALLOWED_IMPORTERS[imported])

    wrong = [
        f"{module.path.relative_to(ROOT)}:{found.line}"
        for module in load_modules()
        for found in module.imports()
        if found.top == imported and not allowed.fullmatch(module.name)
    ]

    assert wrong == []


def test_imports_from_omni_are_the_validator_and_late() -> None:
    found = [
        (found.name, found.is_at_import_time)
        for module in load_modules()
        for found in module.imports()
        if found.top == "omni"
    ]

    assert all(name.startswith("omni.asset_validator") and not early for name, early in found)


def test_imports_are_absolute() -> None:
    wrong = [
        f"{module.path.relative_to(ROOT)}:{node.lineno}"
        for module in load_modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom) and node.level
    ]

    assert wrong == []


def test_programs_are_started_only_by_encode() -> None:
    wrong = [
        f"{module.path.relative_to(ROOT)}:{node.lineno}"
        for module in load_modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and PROGRAM_STARTERS.search(ast.unparse(node.func))
        and module.name != "clappper.core.capture.encode"
    ]

    assert wrong == []


def test_import_of_all_modules_loads_neither_omni_nor_carb() -> None:
    loaded = list_loaded(import_statements(*(module.name for module in load_modules())))

    assert "clappper.core.stage.models" in loaded
    assert [name for name in loaded if name.split(".")[0] in ("omni", "carb")] == []


@pytest.mark.parametrize("name", ["clappper.core", "clappper.core.cli"])
def test_import_of_entry_loads_nothing_heavy(name: str) -> None:
    loaded = list_loaded(import_statements(name))

    assert [name for name in loaded if name in HEAVY] == []


def test_import_of_planning_and_layout_does_not_load_usd() -> None:
    parts = ("clappper.core.planning", "clappper.core.layout", "clappper.core.session")
    names = [module.name for module in load_modules() if module.name.startswith(parts)]

    loaded = list_loaded(import_statements(*names))

    assert [name for name in loaded if name in ("pxr", "mitsuba", "drjit")] == []


def test_import_linter_contracts_are_kept() -> None:
    script = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"
    done = subprocess.run(
        [sys.executable, "-c", script.replace("lint_imports()", "lint_imports(no_cache=True)")],
        capture_output=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(CORE_FOLDER), "PYTHONIOENCODING": "utf-8"},
        text=True,
        encoding="utf-8",
        timeout=120,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 kept, 0 broken" in done.stdout
