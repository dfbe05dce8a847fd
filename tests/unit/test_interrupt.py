"""Ctrl+C is held back while something is made, and never lost."""

from __future__ import annotations

import asyncio
import gc
import signal
import weakref
from concurrent.futures import ThreadPoolExecutor

import pytest

from clappper.core.interrupt import InterruptGuard, run_loop


def press():
    signal.raise_signal(signal.SIGINT)


def test_ctrl_c_is_raised_where_the_work_can_be_left():
    steps = []
    with InterruptGuard() as guard:
        guard.check()
        press()
        steps.append("after")
        with pytest.raises(KeyboardInterrupt):
            guard.check()
    assert steps == ["after"]
    assert guard.is_asked


def test_second_ctrl_c_is_not_held_back():
    with InterruptGuard():
        press()
        with pytest.raises(KeyboardInterrupt):
            press()


def test_ctrl_c_where_it_is_let_through_cancels_what_runs_on_a_loop():
    ended = []

    async def work():
        press()
        try:
            await asyncio.sleep(60)
        finally:
            ended.append("cleaned up")

    with InterruptGuard() as guard:
        guard.let_through()
        with pytest.raises(KeyboardInterrupt):
            run_loop(work())
    assert ended == ["cleaned up"]


@pytest.mark.parametrize("outcome", ["a result", ValueError("cancelled, in other words")])
def test_ctrl_c_counts_whatever_the_work_makes_of_being_cancelled(outcome):
    async def work():
        press()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            if isinstance(outcome, Exception):
                raise outcome from None
            return outcome

    with InterruptGuard() as guard:
        guard.let_through()
        with pytest.raises(KeyboardInterrupt):
            run_loop(work())


def test_ctrl_c_before_the_loop_is_there_cancels_its_work():
    async def work():
        await asyncio.sleep(60)

    with InterruptGuard() as guard:
        guard.let_through()
        press()
        with pytest.raises(KeyboardInterrupt):
            run_loop(work())


def test_ctrl_c_in_a_finalizer_is_not_lost():
    class Thing:
        pass

    thing = Thing()
    weakref.finalize(thing, press)
    with InterruptGuard() as guard:
        guard.let_through()
        del thing
        gc.collect()
        with pytest.raises(KeyboardInterrupt):
            guard.check()


def test_work_on_a_loop_is_not_cancelled_where_ctrl_c_is_held_back():
    async def work():
        press()
        await asyncio.sleep(0.01)
        return "done"

    with InterruptGuard() as guard:
        assert run_loop(work()) == "done"
        assert guard.is_asked


def test_run_loop_without_a_guard_and_off_the_main_thread_runs_the_work():
    async def work():
        return "done"

    assert run_loop(work()) == "done"
    with InterruptGuard(), ThreadPoolExecutor(1) as pool:
        assert pool.submit(lambda: run_loop(work())).result() == "done"


def test_error_of_work_nobody_stopped_is_its_own():
    async def work():
        raise ValueError("a fault")

    with InterruptGuard() as guard:
        guard.let_through()
        with pytest.raises(ValueError, match="a fault"):
            run_loop(work())


def test_let_through_raises_what_came_before():
    with InterruptGuard() as guard:
        press()
        with pytest.raises(KeyboardInterrupt):
            guard.let_through()


def test_guard_leaves_the_handler_as_it_was():
    before = signal.getsignal(signal.SIGINT)
    with InterruptGuard() as guard:
        guard.let_through()
    assert signal.getsignal(signal.SIGINT) is before
    with pytest.raises(KeyboardInterrupt):
        press()


def test_ignored_ctrl_c_stays_ignored():
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with InterruptGuard() as guard:
            press()
            guard.let_through()
            guard.hold_back()
            press()
        assert not guard.is_asked
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)
