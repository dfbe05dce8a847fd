"""Blocking work beside a loop: results, events, errors, and what happens when nobody waits."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from clappper.core.threads import run_on_thread


def ignore(_):
    """Take an event."""


def run(main):
    """Run a coroutine; nothing may reach the loop's handler of last resort."""

    async def check():
        errors = []
        asyncio.get_running_loop().set_exception_handler(lambda _, context: errors.append(context))
        result = await main()
        await asyncio.sleep(0.01)
        assert errors == []
        return result

    return asyncio.run(check())


def test_run_on_thread_returns_the_result_of_another_thread():
    result = run(lambda: run_on_thread(lambda report, stop: threading.current_thread(), ignore))
    assert result is not threading.current_thread()
    assert result.daemon


def test_run_on_thread_events_come_on_the_loop_in_order_before_the_result():
    async def main():
        heard = []

        def work(report, _):
            for number in range(100):
                report(number)
            return "result"

        def on_event(number):
            heard.append((number, threading.current_thread() is threading.main_thread()))

        assert await run_on_thread(work, on_event) == "result"
        assert heard == [(number, True) for number in range(100)]

    run(main)


@pytest.mark.parametrize("error", [ValueError("no"), MemoryError()])
def test_run_on_thread_error_is_raised_where_it_is_awaited(error):
    async def main():
        def work(report, _):
            raise error

        with pytest.raises(type(error)) as raised:
            await run_on_thread(work, ignore)
        assert raised.value is error

    run(main)


def test_run_on_thread_stop_iteration_does_not_wait_for_ever():
    async def main():
        def work(report, _):
            return next(iter(()))

        with pytest.raises(RuntimeError):
            await asyncio.wait_for(run_on_thread(work, ignore), timeout=5)

    run(main)


def test_run_on_thread_cancel_returns_at_once_sets_stop_and_drops_what_comes_late():
    async def main():
        heard, go_on, is_over = [], threading.Event(), threading.Event()
        seen = []

        def work(report, stop):
            report("early")
            go_on.wait(20)
            seen.append(stop.is_set())
            report("late")
            is_over.set()
            return "late"

        task = asyncio.ensure_future(run_on_thread(work, heard.append))
        while not heard:
            await asyncio.sleep(0.005)
        start = time.monotonic()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert time.monotonic() - start < 1.0
        go_on.set()
        while not is_over.is_set():
            await asyncio.sleep(0.005)
        await asyncio.sleep(0.02)
        assert heard == ["early"]
        assert seen == [True]

    run(main)


def test_run_on_thread_late_error_of_a_cancelled_wait_is_dropped():
    async def main():
        go_on = threading.Event()

        def work(report, stop):
            go_on.wait(20)
            raise ValueError("late")

        task = asyncio.ensure_future(run_on_thread(work, ignore))
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        go_on.set()
        await asyncio.sleep(0.05)

    run(main)


def test_run_on_thread_one_that_hangs_keeps_neither_the_next_nor_the_end_waiting():
    release = threading.Event()

    async def main():
        hanging = [
            asyncio.ensure_future(run_on_thread(lambda report, stop: release.wait(60), ignore))
            for _ in range(40)
        ]
        await asyncio.sleep(0)
        assert await run_on_thread(lambda report, stop: "next", ignore) == "next"
        for task in hanging:
            task.cancel()
        await asyncio.gather(*hanging, return_exceptions=True)

    start = time.monotonic()
    run(main)
    assert time.monotonic() - start < 10
    release.set()


def test_run_on_thread_loop_closed_meanwhile_is_no_error(monkeypatch):
    errors, over = [], threading.Event()
    monkeypatch.setattr(threading, "excepthook", errors.append)
    go_on = threading.Event()

    def work(report, stop):
        go_on.wait(20)
        report("late")
        over.set()

    async def main():
        task = asyncio.ensure_future(run_on_thread(work, ignore))
        await asyncio.sleep(0.01)
        task.cancel()

    asyncio.run(main())
    go_on.set()
    assert over.wait(10)
    time.sleep(0.05)
    assert errors == []
