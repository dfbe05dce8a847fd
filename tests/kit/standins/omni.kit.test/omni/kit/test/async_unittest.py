"""Test cases of Python's own kind with ``setUp``, ``tearDown`` and tests that may be coroutines."""

from __future__ import annotations

import asyncio
import inspect
import unittest
from typing import TYPE_CHECKING, Any

import omni.kit.app
import omni.log

if TYPE_CHECKING:
    from collections.abc import Callable


class AsyncTestCase(unittest.TestCase):
    """A case of which ``run`` is a coroutine; each test has an object of its own."""

    fail_on_log_error = False

    async def run(self, result: unittest.TestResult | None = None) -> unittest.TestResult:
        """Run the test with what stands before and after it; a failure goes to the result."""
        result = unittest.TestResult() if result is None else result
        result.startTest(self)
        consumer, log_errors = self._listen()
        errors = [await _find_error(self.setUp)]
        if errors[0] is None:
            errors.append(await _find_error(getattr(self, self._testMethodName)))
            errors.append(await _find_error(self.tearDown))
        if consumer is not None:
            omni.log.get_log().remove_message_consumer(consumer)
            if log_errors:
                errors.append(AssertionError(f"errors in the log: {log_errors}"))
        raised = [error for error in errors if error is not None]
        for error in raised:
            info = (type(error), error, error.__traceback__)
            is_failure = isinstance(error, self.failureException)
            (result.addFailure if is_failure else result.addError)(self, info)
        if not raised:
            result.addSuccess(self)
        result.stopTest(self)
        return result

    async def wait_n_updates(self, n_frames: int = 3) -> None:
        """Wait for app updates."""
        for _ in range(n_frames):
            await omni.kit.app.get_app().next_update_async()

    def _listen(self) -> tuple[Any, list[str]]:
        """Collect error lines of Kit's log where the class asks for it."""
        found: list[str] = []
        if not self.fail_on_log_error:
            return None, found

        def on_message(channel: str, level: Any, *rest: Any) -> None:
            if level in (omni.log.Level.ERROR, omni.log.Level.FATAL):
                found.append(f"{channel}: {rest[4]}")

        return omni.log.get_log().add_message_consumer(on_message), found


class AsyncTestCaseFailOnLogError(AsyncTestCase):
    """A case that fails, too, when an error is logged meanwhile."""

    fail_on_log_error = True


async def _find_error(function: Callable[[], Any]) -> BaseException | None:
    """Call a plain function or a coroutine function and return what it raised."""

    async def call() -> None:
        called = function()
        if inspect.isawaitable(called):
            await called

    task = asyncio.ensure_future(call())
    await asyncio.wait([task])
    return task.exception()
