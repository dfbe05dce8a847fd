"""Which tests run: Kit, slow and live tests only when they are asked for; hypothesis profiles."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

IS_FULL = os.environ.get("CLAPPPER_FULL") == "1"
HAS_KIT = bool(os.environ.get("CLAPPPER_KIT_PYTHONS"))

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
        for marker, reason in reasons.items():
            if marker in item.keywords:
                item.add_marker(pytest.mark.skip(reason=reason))
