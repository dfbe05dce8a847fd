"""Where the extension that can capture and the one that wants to meet."""

from __future__ import annotations

import pytest

from clappper.core.capture import registry
from clappper.core.capture.registry import find_backend, register_backend


@pytest.fixture(autouse=True)
def _empty(monkeypatch):
    monkeypatch.setattr(registry, "_backends", {})


def test_find_backend_nobody_offers_one():
    assert find_backend() is None


def test_find_backend_is_a_new_one_of_the_latest_offer():
    made = []

    def make(name):
        return lambda: made.append(name) or f"{name} {len(made)}"

    register_backend(make("first"))
    register_backend(make("second"))
    assert [find_backend(), find_backend()] == ["second 1", "second 2"]
    assert made == ["second", "second"]


def test_withdraw_brings_back_the_offer_before_and_twice_does_nothing():
    register_backend(lambda: "first")
    withdraw = register_backend(lambda: "second")
    withdraw()
    withdraw()
    assert find_backend() == "first"


def test_withdraw_of_an_older_offer_leaves_the_latest():
    withdraw = register_backend(lambda: "first")
    register_backend(lambda: "second")
    withdraw()
    assert find_backend() == "second"


def test_withdraw_takes_away_its_own_of_two_equal_offers():
    def make():
        return "one"

    withdraw = [register_backend(make), register_backend(make)]
    withdraw[0]()
    withdraw[0]()
    assert find_backend() == "one"
    withdraw[1]()
    assert find_backend() is None
