"""The window: where it docks, its menu entry, and what it says where packages are missing."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.kit


def test_window_docks_beside_property_and_toggles_by_its_menu_entry(run_scenario):
    report = run_scenario("chat_window")

    assert report["docked"]
    assert report["beside"]
    assert report["ticked"] == [True, False, True]
    assert report["missing"].startswith("This app lacks the Python package fcl: enable")
    assert report["missing_count"] == 0
    assert report["count"] == 6
    # Kit's Repeat finds no second scene to adopt, and does no harm.
    assert report["count_after_repeat"] == 6
    assert report["count_after_undo"] == 0
    assert report["scroll"][0] == report["scroll"][1] > 0.0
