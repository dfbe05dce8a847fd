"""The chat session in a conversation: changes, questions, another scene, what undo leaves."""

from __future__ import annotations

import pytest

from clappper.core.errors import PlanRejectedError, StageError
from clappper.core.issue import Issue
from support.fake_session import Script
from support.session_panel import CAMERA, SCENE, Panel, run


def test_send_with_a_scene_changes_it_and_says_what_was_changed():
    async def check():
        panel = Panel()
        await panel.build()
        panel.session.send("one more box")
        await panel.finish()

        assert panel.host.surveyed == [None, SCENE]
        assert panel.lines[-3:] == [
            ("user", "one more box"),
            ("answer", "1 box added."),
            ("ok", "Certified: 2 of 2 box; 0 collisions, 0 out of bounds, 0 unsupported."),
        ]
        assert panel.state.status == (f"Changed {SCENE}. Undo takes the change back in one step.")
        assert len(panel.host.scene.placements.placements) == 3

    run(check)


def test_send_tells_what_was_said_before_oldest_first():
    async def check():
        panel = Panel()
        await panel.build()
        panel.session.send("one more box")
        await panel.finish()
        assert panel.stager.histories[0] == []
        assert panel.stager.histories[1][0] == "You: 2 boxes"
        assert panel.stager.histories[1][-1].startswith("Certified")
        for _ in range(20):
            panel.session.note("x" * 1000)
        panel.session.send("and one more")
        await panel.finish()
        assert panel.stager.histories[2] == ["x" * 1000] * 3

    run(check)


def test_send_question_is_answered_and_nothing_is_built():
    async def check():
        panel = Panel()
        await panel.build()
        state = panel.state
        panel.session.send("What is there?")
        await panel.finish()
        assert panel.lines[-2:] == [("user", "What is there?"), ("answer", "Boxes.")]
        assert panel.script.done.count("author") == 1
        assert (panel.state.scene_path, panel.state.can_capture) == (state.scene_path, True)

    run(check)


def test_question_of_the_model_is_no_error():
    async def check():
        issue = Issue(code="QUESTION", severity="warning", message="How many?")
        panel = Panel(Script(fail={"plan": PlanRejectedError("How many?", issues=(issue,))}))
        await panel.build()
        assert panel.lines[-1] == ("answer", "How many?")
        assert panel.state.status == "Answer, or say it another way. Nothing was built."
        assert panel.state.phase == "idle"

    run(check)


def test_new_scene_lets_one_request_stand_beside_what_is_there():
    async def check():
        panel = Panel()
        assert not panel.state.can_start_anew
        await panel.build()
        assert panel.state.can_start_anew
        panel.session.start_anew()
        assert not panel.state.can_start_anew
        assert panel.state.verdict is None
        await panel.build()
        assert panel.host.surveyed == [None, None]
        assert panel.state.can_start_anew
        await panel.build()
        assert panel.host.surveyed == [None, None, SCENE]

    run(check)


@pytest.mark.parametrize("step", ["plan", "stage", "author"])
def test_change_that_is_stopped_or_fails_keeps_the_verdict_of_what_stands(step):
    async def check():
        panel = Panel()
        await panel.build()
        verdict = panel.state.verdict
        panel.script.done.clear()
        panel.script.hold = step
        panel.session.send("one more box")
        await panel.reach(step)
        assert (panel.state.verdict is None) == (step == "author")
        panel.session.stop()
        await panel.finish()
        assert panel.state.verdict == verdict
        panel.script.hold, panel.script.fail = None, {step: StageError("No.")}
        panel.session.send("one more box")
        await panel.finish()
        assert panel.state.verdict == verdict

    run(check)


def test_refresh_follows_undo_redo_and_another_stage():
    async def check():
        panel = Panel()
        await panel.build()
        prims, panel.host.prims = panel.host.prims, set()
        panel.session.refresh()
        await panel.finish()
        state = panel.state
        assert (state.scene_path, state.camera_path, state.verdict) == (None, None, None)
        assert state.status == "Say what the scene should show."
        assert not state.can_capture
        lines = panel.lines

        panel.host.prims = prims
        panel.session.refresh()
        await panel.finish()
        assert (panel.state.scene_path, panel.state.camera_path) == (SCENE, CAMERA)
        assert panel.state.verdict.is_ok
        assert panel.state.status == f"{SCENE}: say what is to change, or press New scene."
        assert panel.lines == lines

    run(check)


def test_refresh_disturbs_no_request_and_tells_nobody_after_the_end():
    async def check():
        panel = Panel(Script(hold="stage"))
        panel.session.send("2 boxes")
        await panel.reach("stage")
        count = len(panel.tasks)
        panel.session.refresh()
        assert len(panel.tasks) == count
        panel.session.stop()
        await panel.finish()
        panel.session.refresh()
        panel.session.destroy()
        await panel.finish()
        panel.session.refresh()
        assert len(panel.tasks) == count + 1

    run(check)
