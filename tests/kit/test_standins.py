"""The stand-ins behave as Kit does, traps included: what the product is tested against is true."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from kit.rig.runner import RunScenario

pytestmark = pytest.mark.kit

OMNI_USD = "/exts/omni.usd/standin/"
KERNELS = pytest.mark.parametrize("kernel", ["110.4", "109.0"])


def assert_holds(report: dict[str, Any], expected: dict[str, Any]) -> None:
    """Assert value by value, so that a failure names all that differ."""
    found = {key: report.get(key, "absent") for key in expected}
    assert found == expected


@KERNELS
def test_commands_swallow_exceptions_and_undo_as_kit_does(
    run_scenario: RunScenario, kernel: str
) -> None:
    report = run_scenario(
        "standin_commands", kernel=kernel, standins=["omni.kit.commands"], allow_errors=True
    )

    assert_holds(
        report,
        {
            "result": [True, "A"],
            "result_by_short_name": [True, "B"],
            "result_by_accessor": [True, "C"],
            "unknown": [False, None],
            "bad_argument": [False, None],
            "parameters": ["word", "fails", "fails_in_undo", "inner"],
            "class": True,
            "created": "AddCommand",
            "changes": [["AddCommand"], ["Add"], ["Add"]],
            "can": [True, False],
            "undone": True,
            "can_after_undo": [False, True],
            "redo_is_same_instance": True,
            "repeat_is_same_instance": False,
            "repeat_word": "one",
            "stack": [["Add", 0], ["Add", 0]],
            "history": {"word": "one"},
            "redo_after_new_command": False,
            "redo_after_plain_command": True,
            "plain_is_on_stack": False,
            "redo_after_disabled": True,
            "disabled_count": 1,
            "after_unregister": [False, None],
            "nothing_to_undo": [False, None, False, False],
        },
    )


def test_command_that_fails_is_undone_and_leaves_no_undo_entry(run_scenario: RunScenario) -> None:
    report = run_scenario("standin_commands", standins=["omni.kit.commands"], allow_errors=True)

    assert_holds(
        report,
        {
            "failed": [False, None],
            "failed_did": ["do bad", "do x", "do y", "undo y", "undo x", "undo bad"],
            # Kit puts a failed command on the redo stack.
            "failed_stack": [0, True],
            "undo_that_fails": True,
            "undo_that_fails_stack": [False, True],
        },
    )
    assert sum("ValueError: do fails" in error for error in report["errors"]) == 2
    assert sum("undo fails" in error for error in report["errors"]) == 1


def test_undo_group_is_one_entry_and_rolls_nothing_back(run_scenario: RunScenario) -> None:
    report = run_scenario("standin_commands", standins=["omni.kit.commands"], allow_errors=True)

    assert_holds(
        report,
        {
            "failed_in_group": [False, None],
            "group_did": ["do first", "do nested", "do bad", "undo bad", "do last"],
            "group_stack": [["Group", 0], ["Add", 1], ["Add", 2], ["Add", 1]],
            "group_undid": ["undo last", "undo nested", "undo first"],
            "group_left": 0,
            "group_redid": ["do first", "do nested", "do last"],
            "group_raised": True,
            "kept": ["do kept"],
            "level_after_group": 0,
        },
    )


@KERNELS
def test_stage_events_come_both_ways_and_stages_are_replaced(
    run_scenario: RunScenario, kernel: str
) -> None:
    report = run_scenario("standin_usd", kernel=kernel, standins=["omni.usd"], args=["events"])

    opened = ["CLOSING", "SELECTION_CHANGED", "CLOSED", "OPENING", "OPENED"]
    assert_holds(
        report,
        {
            "has_names": True,
            "events_at_once": ["SELECTION_CHANGED"],
            "events_selection": ["SELECTION_CHANGED"],
            "stage_in_cache": True,
            "closing_has_stage": [True],
            "new": [True, ""],
            "is_other_stage": True,
            "old_prim_expired": True,
            "old_stage_left_cache": True,
            "selection_after_new": [],
            "events_new_by_name": opened,
            "events_new_by_stream": opened,
            "events_after_guards_died": [[], []],
        },
    )


def test_stage_events_as_in_kit_106_come_on_the_stream_only(run_scenario: RunScenario) -> None:
    settings = {f"{OMNI_USD}has_stage_event_names": False, f"{OMNI_USD}has_late_stream": True}

    report = run_scenario("standin_usd", standins=["omni.usd"], args=["events"], settings=settings)

    assert_holds(
        report,
        {
            "has_names": False,
            "events_at_once": [],
            "events_selection": ["SELECTION_CHANGED"],
            "closing_has_stage": [True],
            "events_new_by_name": [],
            "events_new_by_stream": ["CLOSING", "SELECTION_CHANGED", "CLOSED", "OPENING", "OPENED"],
        },
    )


@pytest.mark.parametrize("is_true", [False, True])
def test_stage_functions_answer_with_tuples_and_never_raise(
    run_scenario: RunScenario, is_true: bool
) -> None:
    settings = {
        f"{OMNI_USD}keeps_stage_if_open_fails": is_true,
        f"{OMNI_USD}reopens_after_save_as": is_true,
    }

    report = run_scenario("standin_usd", standins=["omni.usd"], args=["files"], settings=settings)

    opened = ["CLOSING", "CLOSED", "OPENING", "OPENED"]
    closed = [] if is_true else ["CLOSING", "CLOSED"]
    assert_holds(
        report,
        {
            "bare": [True, [], False, True, False],
            "save_new": [False, "A new stage has no file: it must be saved as one."],
            "pending_after_edit": True,
            "save_as": [True, "", ["scene.usda"]],
            "stage_after_save_as_is_other": is_true,
            "is_new_after_save_as": not is_true,
            "pending_after_save": False,
            "events_save_as": [
                "SAVING",
                "DIRTY_STATE_CHANGED",
                "SAVED",
                *(opened if is_true else []),
            ],
            "save_fails": [False, "The disk is full.", []],
            "save_fails_sync": False,
            "save": [True, "", ["scene.usda"]],
            "box_on_disk": True,
            "reopen": [True, ""],
            "gone_after_reopen": True,
            "open_absent": False,
            "open_absent_sync": False,
            "stage_after_open_absent": "same" if is_true else "None",
            "events_open_absent": [*closed, *["OPENING", "OPEN_FAILED"] * 2],
            "state": "OPENED",
            "close": [True, ""],
            "closed": [None, "", -1, "CLOSED", True, False, False],
            "close_twice": False,
            "save_closed": [False, "There is no stage to save.", []],
        },
    )


def test_layer_locks_are_a_guard_rail_only(run_scenario: RunScenario) -> None:
    report = run_scenario("standin_usd", standins=["omni.usd"], args=["layers"])

    assert_holds(
        report,
        {
            "edit_target": True,
            "edit_target_sub": True,
            "target_of_foreign_layer": False,
            "locked_before": False,
            "locked": True,
            "root_locked": False,
            "edit_target_after_lock": True,
            "lock_data": {"./sub.usda": True},
            # USD itself knows nothing of Kit's locks: whoever authors must ask.
            "locked_layer_can_be_edited": True,
            "unlocked": False,
            "writable": True,
            "writable_read_only": False,
            "writable_absent": False,
            "pending": True,
            "pending_set": False,
        },
    )


def test_usd_functions(run_scenario: RunScenario) -> None:
    report = run_scenario("standin_usd", standins=["omni.usd"], args=["functions"])

    assert_holds(
        report,
        {
            "free": ["/World/Tree", "/World/Box_01", "/World/Box_01", "/Box"],
            "free_next": "/World/Box_02",
            "free_invalid": "not a path! is not a valid path",
            "identifier": "__big_boxes",
            "world": [2, 2, 3],
            "local": [1, 0, 0],
            "prim_at_path": "Box",
            "selected": ["/World/Box", "/World"],
            "is_selected": [False, True],
            "cleared": [],
            "paths_must_be_strings": True,
        },
    )


@pytest.mark.parametrize("has_events", [True, False])
def test_loading_status_is_silent_at_first(run_scenario: RunScenario, has_events: bool) -> None:
    settings = {f"{OMNI_USD}has_asset_events": has_events}

    report = run_scenario("standin_usd", standins=["omni.usd"], args=["loading"], settings=settings)

    assert_holds(
        report,
        {
            "idle": 0,
            "totals": [0, 0, 0, 1, 1, 1, 0, 0, 0],
            "events_loading": ["ASSETS_LOADING", "ASSETS_LOADED"] if has_events else [],
            "known_layer": 0,
            "streaming": False,
        },
    )


@KERNELS
def test_usd_commands_select_and_make_instanceable_by_default(
    run_scenario: RunScenario, kernel: str
) -> None:
    report = run_scenario(
        "standin_usd", kernel=kernel, standins=["omni.usd"], args=["commands"], allow_errors=True
    )

    assert_holds(
        report,
        {
            "create": [True, "/World/Cube"],
            "create_selects": ["/World/Cube"],
            "second": True,
            "created_undone": True,
            "selection_undone": ["/World"],
            "reference": [True, True, ["/World/Ref"]],
            "plain_reference": [True, False, ["/World/Ref"]],
            "select": ["/World"],
            "deleted": True,
            "delete_undone": True,
            "deleted_softly": [False, True],
            "soft_delete_undone": True,
            "create_fails": [False, None],
        },
    )


def test_reference_is_not_instanceable_where_the_users_setting_says_so(
    run_scenario: RunScenario,
) -> None:
    settings = {"/persistent/app/stage/instanceableOnCreatingReference": False}

    report = run_scenario(
        "standin_usd",
        standins=["omni.usd"],
        args=["commands"],
        settings=settings,
        allow_errors=True,
    )

    assert report["reference"] == [True, False, ["/World/Ref"]]


def test_context_without_a_stage(run_scenario: RunScenario) -> None:
    settings = {f"{OMNI_USD}has_stage_at_start": False}

    report = run_scenario(
        "standin_usd", standins=["omni.usd"], args=["without_stage"], settings=settings
    )

    assert_holds(report, {"stage": None, "state": "CLOSED"})


@pytest.mark.parametrize("is_deferred", [True, False])
def test_timeline_plays_steps_and_stops(run_scenario: RunScenario, is_deferred: bool) -> None:
    report = run_scenario("standin_timeline", standins=["omni.usd"], args=[is_deferred])

    assert_holds(
        report,
        {
            "stopped": [True, False],
            "tcps": [30, 30, 30],
            "shortest": round(1 / 30, 6),
            "stage_range": [30, 90],
            "current_before_commit": 0 if is_deferred else 2,
            "current_after_update": 2,
            "playing_before_commit": not is_deferred,
            "time_without_auto_update": 2,
            "time_forward": 61,
            "session_end": 75,
            "range_is_unchanged": [1, 3],
            "steps_played": 4,
            "paused": [False, True],
            "after_stop": [True, 1],
            "events": ["PLAY", "STOP"],
            "told_time": True,
            "tcps_of_stage": 48,
            "new_stage": [24, 0],
        },
    )


def test_menus_and_notifications(run_scenario: RunScenario) -> None:
    report = run_scenario(
        "standin_menus", standins=["omni.kit.menu.utils", "omni.kit.notification_manager"]
    )

    assert_holds(
        report,
        {
            "added": True,
            "paths": ["Window/Clap", "Window/More", "Window/More/Test", "Window/Off"],
            "tick_before_refresh": False,
            "tick_after_refresh": True,
            "clicks": 2,
            "merged": ["Clap", "", "More", "Off", "Hidden"],
            "after_removing_a_copy": 4,
            "after_removing": [],
            "unknown_argument": True,
            "statuses": ["INFO", "WARNING"],
            "posted": [["plain", "INFO", False], ["asks", "WARNING", True]],
            "button_clicked": True,
        },
    )
