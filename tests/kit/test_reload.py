"""The repository as a bundle extension, disabled and enabled again: nothing of it stays behind."""

from __future__ import annotations

import sys

import pytest

from kit.rig.runner import start_scenario

pytestmark = pytest.mark.kit

#: One of each while the bundle is on; a subscription only while a scene is being authored.
ON = {
    "ClappperChatExtension": 1,
    "ChatWindow": 1,
    "Panel": 1,
    "HistoryView": 1,
    "VerdictView": 1,
    "ChatSession": 1,
    "LiveStage": 1,
    "UndoEntries": 1,
    "Subscription": 2,
    "WindowMenuEntry": 2,
    "SelfTestEntry": 1,
    "ClappperCaptureExtension": 1,
}
MENU = ["Window/Clappper", "Window/Clappper self-test"]


@pytest.fixture(scope="module")
def report(tmp_path_factory, driver_folder):
    folder = tmp_path_factory.mktemp("reload")
    return start_scenario(
        "chat_reload",
        folder=folder,
        pictures=folder,
        driver_folder=driver_folder,
        timeout_s=240,
    )


def test_bundle_disabled_leaves_no_object_window_menu_task_command_or_backend(report):
    off = report["off"]
    assert off["objects"] == dict.fromkeys(ON, 0)
    assert (off["windows"], off["menu"], off["tasks"]) == (0, [], 0)
    assert not off["command"]
    assert not off["backend"]


@pytest.mark.parametrize("moment", ["first", "off_and_on", "last"])
def test_bundle_enabled_twenty_times_has_one_of_each(report, moment):
    on = report[moment]
    assert on["objects"] == ON
    assert (on["windows"], on["menu"], on["tasks"]) == (1, MENU, 0)
    assert on["backend"]


def test_bundle_enabled_again_still_builds(report):
    assert report["built_again"] == 6
    assert len(report["enable_s"]) == 20


def test_bundle_start_up_imports_nothing_heavy(report):
    sys.stdout.write(f"first start {report['startup_s'] * 1000:.0f} ms\n")
    assert report["heavy_at_startup"] == []
