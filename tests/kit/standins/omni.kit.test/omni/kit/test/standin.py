"""What the rig does with tests; not part of Kit.

Discovery is Kit's: the module ``tests`` below an extension's Python module is imported, and every
case class that can be seen in it counts.
"""

from __future__ import annotations

import importlib
import time
import unittest
from typing import Any

from .async_unittest import AsyncTestCase


def load_tests(module: str) -> list[AsyncTestCase]:
    """Import the tests of an extension's Python module and return them, an object a test."""
    tests = importlib.import_module(f"{module}.tests")
    classes = [value for value in vars(tests).values() if isinstance(value, type)]
    loader = unittest.TestLoader()
    return [
        case_class(name)
        for case_class in classes
        if issubclass(case_class, AsyncTestCase)
        for name in loader.getTestCaseNames(case_class)
    ]


async def run_tests(tests: list[AsyncTestCase]) -> dict[str, Any]:
    """Run tests one after another and return what came of each, by id."""
    outcomes: dict[str, Any] = {}
    for test in tests:
        start_s = time.monotonic()
        result = await test.run()
        texts = [text for _, text in (*result.failures, *result.errors)]
        outcomes[test.id()] = {
            "ok": result.wasSuccessful() and result.testsRun == 1,
            "text": "\n".join(texts),
            "seconds": time.monotonic() - start_s,
        }
    return outcomes
