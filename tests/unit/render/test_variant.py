from __future__ import annotations

import importlib
import os
import subprocess
import sys

import pytest

from clappper.core.errors import CaptureUnavailableError
from clappper.core.render import variant


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    monkeypatch.delenv(variant.VARIANT_VARIABLE, raising=False)
    variant.import_mitsuba.cache_clear()
    yield
    variant.import_mitsuba.cache_clear()


def fail_import(monkeypatch, error):
    def refuse(name):
        raise error

    monkeypatch.setattr(importlib, "import_module", refuse)


def test_import_mitsuba_not_installed_names_the_extra(monkeypatch):
    fail_import(monkeypatch, ModuleNotFoundError("No module named 'mitsuba'", name="mitsuba"))
    with pytest.raises(CaptureUnavailableError, match=r'pip install "clappper-core\[render\]"'):
        variant.import_mitsuba()


def test_import_mitsuba_without_libatomic_names_the_system_package(monkeypatch):
    fail_import(monkeypatch, ImportError("libatomic.so.1: cannot open shared object file"))
    with pytest.raises(CaptureUnavailableError, match="apt-get install libatomic1"):
        variant.import_mitsuba()


def test_import_mitsuba_unknown_variant_is_named(monkeypatch):
    monkeypatch.setenv(variant.VARIANT_VARIABLE, "no_such_rgb")
    with pytest.raises(CaptureUnavailableError, match="no_such_rgb"):
        variant.import_mitsuba()


def test_import_mitsuba_llvm_wanted_but_not_there_is_refused(monkeypatch):
    monkeypatch.setenv(variant.VARIANT_VARIABLE, variant.COMPILED)
    monkeypatch.delenv("DRJIT_LIBLLVM_PATH", raising=False)
    monkeypatch.setattr(variant, "find_llvm", lambda: None)
    with pytest.raises(CaptureUnavailableError, match="no LLVM known to work"):
        variant.import_mitsuba()


@pytest.mark.skipif(
    variant.find_llvm() is None, reason="karellen-llvm-core has no wheel for this platform"
)
def test_find_llvm_is_the_whole_library_of_the_wheel():
    path = variant.find_llvm()
    assert path.name.startswith("libLLVM")
    assert path.stat().st_size > 10_000_000


def run_python(code, **environment):
    clean = {
        k: v
        for k, v in os.environ.items()
        if k not in ("DRJIT_LIBLLVM_PATH", variant.VARIANT_VARIABLE)
    }
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={**clean, "PYTHONPATH": os.pathsep.join(sys.path), **environment},
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_import_mitsuba_without_the_wheel_loads_no_other_llvm():
    code = (
        "from pathlib import Path\n"
        "from clappper.core.render import variant\n"
        "variant.find_llvm = lambda: None\n"
        "print(variant.import_mitsuba().variant())\n"
        "maps = Path('/proc/self/maps')\n"
        "print('LLVM' in maps.read_text() if maps.exists() else False)\n"
    )
    assert run_python(code) == ["scalar_rgb", "False"]


def test_import_mitsuba_llvm_that_does_not_load_falls_back():
    code = (
        "from clappper.core.render.variant import import_mitsuba\n"
        "print(import_mitsuba().variant())\n"
    )
    assert run_python(code, DRJIT_LIBLLVM_PATH="no-such-libLLVM.so") == ["scalar_rgb"]
