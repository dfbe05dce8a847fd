"""Which tests run: Kit, slow and live ones only on request; the matrix; hypothesis profiles."""

from __future__ import annotations

import os
import signal

import pytest
from hypothesis import settings

IS_FULL = os.environ.get("CLAPPPER_FULL") == "1"
HAS_KIT = bool(os.environ.get("CLAPPPER_KIT_PYTHONS"))
#: Set by `dev.py test --matrix`: the Kit whose Python, OpenUSD and packages these are.
MATRIX_KIT = os.environ.get("CLAPPPER_MATRIX", "")
NO_RENDERER = "Kit has a renderer; the embedded one is not installed here"
#: What the matrix leaves out, by the start of a test's path or name; the default tier runs it.
MATRIX_SKIPS = {
    "tests/architecture/": "reads the source, which is the same on every Python",
    "tests/integration/test_cli.py::test_cli_interrupt_while_rendering": NO_RENDERER,
    "tests/integration/test_cli_chat.py::test_film": NO_RENDERER,
    "tests/integration/test_cli_chat.py::test_stopping": "stops at any moment, which is slow",
    "tests/integration/test_make.py::test_make_tiny_film": NO_RENDERER,
    "tests/integration/test_prebundle.py": "makes environments of its own",
    "tests/integration/test_wheel.py": "makes environments of its own, with the pinned packages",
    "tests/kit/": "needs the Kit kernels, which have a Python of their own",
    "tests/unit/render/": NO_RENDERER,
    "tests/unit/test_dev.py": "dev.py is tested with its own Python",
    "tests/unit/tools/": "tools of the repository, which run on its own Python",
}

# A job started in the background ignores Ctrl+C, and so would everything it starts; tests send it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# The default tier is the same on every run; --full searches further, with a new seed each time.
settings.register_profile("default", deadline=None, derandomize=True, max_examples=60)
settings.register_profile("full", deadline=None, max_examples=2000, print_blob=True)
settings.load_profile("full" if IS_FULL else "default")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip what needs more than the default tier has, and say how to run it."""
    reasons = {}
    if not HAS_KIT:
        reasons["kit"] = "needs the Kit kernels: python3 dev.py test --kit"
    if not IS_FULL:
        reasons["slow"] = "large counts: python3 dev.py test --full"
    if "llm_live" not in config.option.markexpr:
        reasons["llm_live"] = "talks to a real model: -m llm_live"
    for item in items:
        if MATRIX_KIT:
            for start, reason in MATRIX_SKIPS.items():
                if item.nodeid.startswith(start):
                    item.add_marker(pytest.mark.skip(reason=reason))
        for marker, reason in reasons.items():
            if marker in item.keywords:
                item.add_marker(pytest.mark.skip(reason=reason))
