"""Run inside a Kit kernel's Python: start the kernel, look at it, write a JSON report.

Usage: ``kernel_probe.py REPORT EXTENSION ARGS...`` with the name of the extension to switch off and
on again, and the arguments of the kernel. The report exists only when the kernel came up.
"""

import importlib
import json
import pkgutil
import sys
from pathlib import Path

import omni

# The omni package of the omni.ui wheel freezes the namespace before the kernel adds its folder.
omni.__path__.append(str(Path(omni.__file__).parent / "kernel" / "py" / "omni"))
from omni.kit_app import KitApp  # noqa: E402


def import_all(package):
    """Import every module below a package; return their files and what could not be imported."""
    files, failures = {}, {}
    names = [
        found.name for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    ]
    for name in [package.__name__, *names]:
        try:
            files[name] = importlib.import_module(name).__file__
        except Exception as error:  # noqa: BLE001, PERF203 - the report carries it to the test
            failures[name] = f"{type(error).__name__}: {error}"
    return files, failures


def main(report_path, extension, *arguments):
    """Start the kernel, fill the report, shut it down."""
    app = KitApp()
    app.startup(list(arguments))
    for _ in range(5):
        app.update()
    manager = app.extension_manager

    def enabled():
        return {e["name"]: e["path"] for e in manager.get_extensions() if e["enabled"]}

    report = {"enabled": enabled()}
    before = set(sys.modules)
    package = importlib.import_module("clappper.core")
    report["modules"], report["failures"] = import_all(package)
    report["kit_modules"] = sorted(
        name for name in set(sys.modules) - before if name.split(".")[0] in ("omni", "carb")
    )
    extension_id = manager.get_enabled_extension_id(extension)
    manager.set_extension_enabled_immediate(extension_id, False)
    report["enabled_after_off"] = enabled()
    manager.set_extension_enabled_immediate(extension_id, True)
    report["enabled_after_on"] = enabled()
    report["module_after_on"] = importlib.import_module("clappper.core").__file__
    Path(report_path).write_text(json.dumps(report), encoding="utf-8")
    return app.shutdown()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
