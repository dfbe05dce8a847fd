"""Ctrl+C is held back while something is made, and never lost."""

from __future__ import annotations

import signal

import pytest

from clappper.core.interrupt import InterruptGuard


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


def test_ctrl_c_is_raised_at_once_where_it_is_let_through():
    with InterruptGuard() as guard:
        guard.let_through()
        with pytest.raises(KeyboardInterrupt):
            press()
        guard.hold_back()
        press()
        assert guard.is_asked


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
