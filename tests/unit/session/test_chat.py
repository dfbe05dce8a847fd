"""The chat session on a real loop: what is told, in which order, and how everything ends."""

from __future__ import annotations

import asyncio
import logging

import pytest

from clappper.core import events
from clappper.core.errors import CaptureError, StageError
from clappper.core.issue import Issue
from clappper.core.planning.llm.use import LlmUse
from clappper.core.session.chat import MAX_LINES, MAX_PROMPT_CHARS
from clappper.core.session.models import FilmSettings, Line
from support.fake_session import STEPS, Script, make_availability, make_certificate
from support.session_panel import CAMERA, FILM, SCENE, Panel, run

# --- a request ------------------------------------------------------------------------------------


def test_send_tells_everything_in_order():
    async def check():
        panel = Panel()
        assert panel.session.send("  2 boxes \n") is True
        assert panel.state.is_busy
        assert not panel.state.can_capture
        await panel.finish()

        assert panel.stager.prompts == ["2 boxes"]
        assert panel.script.done == ["plan", "survey", "stage", "author"]
        assert panel.lines == [
            ("user", "2 boxes"),
            ("found", "Found box."),
            ("note", "Assumed: No size given: 6 x 6 m."),
            ("ok", "Certified: 2 of 2 box; 0 collisions, 0 out of bounds, 0 unsupported."),
        ]
        state = panel.state
        assert (state.phase, state.progress) == ("idle", None)
        assert (state.scene_path, state.camera_path) == (SCENE, CAMERA)
        assert state.status == f"Built {SCENE}. Undo takes it away in one step."
        assert state.verdict.is_ok
        assert state.can_capture
        phases = [s.phase for s in panel.states]
        assert phases[0] == "idle"  # the user's own line
        assert list(dict.fromkeys(phases[1:])) == ["planning", "staging", "building", "idle"]

    run(check)


def test_send_shows_progress_of_every_step():
    async def check():
        panel = Panel()
        await panel.build()
        shown = [(s.phase, s.status, s.progress) for s in panel.states]
        for expected in (
            ("planning", "Reading the prompt …", None),
            ("staging", "Finding places …", None),
            ("staging", "Opening assets: 1 of 4", 0.25),
            ("staging", "Placing: 1 of 2", 0.5),
            ("building", "Building: 1 of 2", 0.5),
            ("building", "Building: 2 of 2", 1.0),
        ):
            assert expected in shown
        order = [shown.index(("building", f"Building: {n} of 2", n / 2)) for n in (0, 1, 2)]
        assert order == sorted(order)

    run(check)


def test_send_takes_the_film_format_of_the_prompt_and_keeps_the_users_size():
    async def check():
        panel = Panel()
        panel.session.set_film(FilmSettings(frames=10, fps=25, width=320, height=180))
        await panel.build()
        assert panel.stager.films == [FilmSettings(frames=10, fps=25, width=320, height=180)]
        assert panel.state.film == FilmSettings(frames=96, fps=24, width=320, height=180)

    run(check)


def test_send_misses_fallback_and_a_bad_certificate_are_told():
    async def check():
        issue = Issue(code="PLANNER_FALLBACK", severity="warning", message="No key: rules used.")
        panel = Panel(issues=(issue,))
        panel.stager.availability = make_availability("box", missing=("unicorn",))
        panel.stager.certificate = make_certificate(
            Issue(code="COLLISION", severity="error", message="Two boxes meet."), collisions=1
        )
        await panel.build()
        kinds = [kind for kind, _ in panel.lines]
        assert kinds == ["user", "found", "miss", "note", "warning", "error"]
        assert ("miss", "Not in the catalog: unicorn.") in panel.lines
        assert ("warning", "No key: rules used.") in panel.lines
        assert panel.lines[-1][1].startswith("Not certified")
        assert panel.state.verdict.issues == (Line("error", "Two boxes meet."),)
        assert panel.state.can_capture

    run(check)


def test_send_tells_what_a_model_took_and_without_a_key_says_nothing():
    async def check():
        issue = Issue(code="PLANNER_FALLBACK", severity="info", message="There is no key.")
        panel = Panel(issues=(issue,))
        await panel.build()
        assert not any("key" in text for _, text in panel.lines)

        panel.session.send("2 boxes")
        panel.session._on_event(events.Asked(LlmUse("some-model", 1, 900, 80, turn_count=1)))
        assert panel.lines[-1] == (
            "note",
            "The language model some-model took 1 answer, 900 + 80 tokens, 0.0 s.",
        )
        await panel.finish()

    run(check)


def test_send_without_a_package_names_it_and_what_to_enable():
    async def check():
        panel = Panel()
        panel.script.fail = {"stage": ModuleNotFoundError("No module named 'fcl'", name="fcl")}
        panel.session.send("2 boxes")
        await panel.finish()
        assert panel.lines[-1] == (
            "error",
            "This app lacks the Python package fcl: enable the extensions clappper.pip and "
            "omni.kit.pip_archive in Window > Extensions.",
        )
        assert panel.state.status == "Nothing was built."

    run(check)


@pytest.mark.parametrize("prompt", ["", "   \n\t "])
def test_send_empty_prompt_is_refused_with_an_example(prompt):
    async def check():
        panel = Panel()
        assert panel.session.send(prompt) is False
        assert panel.tasks == []
        assert panel.lines[0][0] == "warning"
        assert "warehouse" in panel.lines[0][1]
        assert panel.state.phase == "idle"

    run(check)


@pytest.mark.parametrize(("length", "is_taken"), [(MAX_PROMPT_CHARS, True), (10_001, False)])
def test_send_long_prompt_is_taken_up_to_the_limit(length, is_taken):
    async def check():
        panel = Panel()
        assert panel.session.send("x" * length) is is_taken
        await panel.finish()
        if not is_taken:
            assert "10,001 characters" in panel.lines[0][1]
            assert panel.script.done == []

    run(check)


@pytest.mark.parametrize("step", STEPS)
def test_anything_else_while_busy_is_refused_and_disturbs_nothing(step):
    async def check():
        panel = Panel(Script(hold=step))
        await panel.start(step)
        await panel.reach(step)
        before, count = list(panel.script.done), len(panel.tasks)

        assert panel.session.send("more") is False
        panel.session.capture(FILM)
        panel.session.save(None)
        panel.session.export("Z:/out")

        assert len(panel.tasks) == count
        assert panel.script.done == before
        assert panel.state.phase == STEPS[step]
        assert [text for kind, text in panel.lines[-4:] if kind == "warning"] == [
            "One thing at a time: wait for it, or press Stop."
        ] * 4
        panel.session.stop()
        await panel.finish()

    run(check)


# --- stop -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("step", STEPS)
def test_stop_in_any_step_ends_idle_and_says_so(step):
    async def check():
        panel = Panel(Script(hold=step))
        await panel.start(step)
        await panel.reach(step)
        panel.session.stop()
        assert panel.state.status == "Stopping …"
        await panel.finish()

        assert panel.state.phase == "idle"
        assert panel.state.status == "Stopped. The stage is as it was."
        assert panel.lines[-1] == ("note", "Stopped.")
        assert panel.lines.count(("note", "Stopped.")) == 1
        if step == "stage":
            assert panel.script.is_thread_stopped.wait(10)
        if step in ("survey", "plan", "stage", "author"):
            assert panel.host.prims == set()
            assert not panel.state.can_capture
        panel.script.hold = None
        await panel.build()
        assert panel.state.can_capture

    run(check)


def test_stop_before_the_first_step_of_the_task_ends_idle_too():
    async def check():
        panel = Panel()
        panel.session.send("2 boxes")
        panel.session.stop()
        await panel.finish()
        assert panel.script.done == []
        assert panel.state.phase == "idle"
        assert panel.lines == [("user", "2 boxes"), ("note", "Stopped.")]

    run(check)


def test_stop_when_nothing_runs_does_nothing():
    async def check():
        panel = Panel()
        panel.session.stop()
        assert panel.states == []
        await panel.build()
        count = len(panel.states)
        panel.session.stop()
        assert len(panel.states) == count

    run(check)


def test_events_of_a_stopped_request_are_dropped():
    async def check():
        panel = Panel(Script(hold="stage"))
        panel.script.late_event = events.Solving(2, 2)
        panel.session.send("2 boxes")
        await panel.reach("stage")
        panel.session.stop()
        await panel.finish()
        count = len(panel.states)
        assert await asyncio.to_thread(panel.script.is_thread_stopped.wait, 10)
        await asyncio.sleep(0.05)
        assert len(panel.states) == count
        assert all("Placing: 2 of 2" not in s.status for s in panel.states)

    run(check)


def test_events_after_the_end_are_dropped():
    async def check():
        panel = Panel()
        await panel.build()
        state = panel.state
        panel.session._on_event(events.Capturing(1, 2, None))
        assert panel.state is state

    run(check)


# --- errors ---------------------------------------------------------------------------------------

FAILED = {
    **dict.fromkeys(("survey", "plan", "stage", "author"), "Nothing was built."),
    **dict.fromkeys(("film", "encode"), "No film was made."),
    **dict.fromkeys(("save", "export"), "Nothing was saved."),
}


@pytest.mark.parametrize("step", STEPS)
def test_error_in_any_step_is_its_sentence_and_idle(step, caplog):
    async def check():
        panel = Panel(Script(fail={step: StageError("The layer is locked: unlock it.")}))
        await panel.start(step)
        await panel.finish()
        assert panel.lines[-1] == ("error", "The layer is locked: unlock it.")
        assert (panel.state.phase, panel.state.status) == ("idle", FAILED[step])
        panel.script.fail = {}
        await panel.build()
        assert panel.state.verdict.is_ok

    with caplog.at_level(logging.WARNING):
        run(check)
    assert caplog.records == []


@pytest.mark.parametrize("step", STEPS)
def test_unexpected_exception_in_any_step_is_logged_and_told_safely(step, caplog):
    async def check():
        panel = Panel(Script(fail={step: KeyError("secret of the implementation")}))
        await panel.start(step)
        await panel.finish()
        kind, text = panel.lines[-1]
        assert kind == "error"
        assert "secret" not in text
        assert "log" in text
        assert (panel.state.phase, panel.state.status) == ("idle", FAILED[step])

    with caplog.at_level(logging.ERROR):
        run(check)
    assert [r.name for r in caplog.records] == ["clappper.core.session.chat"]
    assert "secret of the implementation" in caplog.text


def test_error_keeps_the_scene_that_was_built_before():
    async def check():
        panel = Panel()
        await panel.build()
        panel.script.fail = {"plan": StageError("No.")}
        await panel.build()
        assert panel.state.scene_path == SCENE
        assert panel.state.can_capture

    run(check)


# --- capture, save, camera ------------------------------------------------------------------------


def test_capture_films_the_camera_of_the_last_scene():
    async def check():
        panel = Panel()
        await panel.build()
        panel.session.capture(FILM)
        assert panel.state.phase == "capturing"
        await panel.finish()
        assert panel.filmer.filmed == [(CAMERA, FILM)]
        assert panel.lines[-1][0] == "film"
        assert panel.lines[-1][1].startswith("Film of 4 frames: ")
        assert panel.state.status == "Film of 4 frames written."
        shown = [(s.phase, s.status, s.progress) for s in panel.states]
        assert ("capturing", "Capturing: 3 of 4, 1 min 15 s left", 0.75) in shown
        assert ("encoding", "Encoding: 1 of 4", 0.25) in shown
        assert panel.state.film == FILM

    run(check)


def test_capture_without_a_scene_is_refused():
    async def check():
        panel = Panel()
        panel.session.capture(FILM)
        assert panel.tasks == []
        assert panel.lines[-1][0] == "warning"
        assert "send a prompt" in panel.lines[-1][1]
        assert panel.state.film == FILM

    run(check)


def test_send_where_a_stronger_layer_hides_things_says_how_many_are_seen():
    async def check():
        panel = Panel()
        panel.host.hidden = 1
        await panel.build()
        assert panel.lines[-1][0] == "warning"
        assert panel.lines[-1][1].startswith("Only 1 of 2 things are to be seen on the stage")

    run(check)


def test_capture_after_undo_took_the_camera_is_refused_and_works_again_after_redo():
    async def check():
        panel = Panel()
        await panel.build()
        prims, panel.host.prims = panel.host.prims, set()
        panel.session.capture(FILM)
        assert panel.filmer.filmed == []
        assert panel.lines[-1][0] == "warning"
        panel.host.prims = prims
        panel.session.capture(FILM)
        await panel.finish()
        assert panel.filmer.filmed == [(CAMERA, FILM)]

    run(check)


def test_capture_that_fails_leaves_the_scene_to_be_filmed_again():
    async def check():
        panel = Panel()
        await panel.build()
        panel.script.fail = {"film": CaptureError("The disk is full: free some space.")}
        panel.session.capture(FILM)
        await panel.finish()
        assert panel.lines[-1] == ("error", "The disk is full: free some space.")
        assert panel.state.can_capture

    run(check)


def test_save_and_export_tell_where():
    async def check():
        panel = Panel()
        panel.session.save(None)
        await panel.finish()
        panel.session.save("Z:/scenes/a.usd")
        await panel.finish()
        panel.session.export("Z:/out")
        await panel.finish()
        assert panel.lines == [
            ("ok", "Saved: Z:/scenes/open.usd"),
            ("ok", "Saved: Z:/scenes/a.usd"),
            ("ok", "Exported: Z:/out/scene.usd"),
        ]
        assert panel.state.status == "Exported."

    run(check)


def test_look_through_shows_the_last_camera_and_tells_why_not():
    async def check():
        panel = Panel()
        panel.session.look_through()
        assert panel.host.active_camera is None
        await panel.build()
        assert panel.host.active_camera is None
        panel.session.look_through()
        assert panel.host.active_camera == CAMERA
        panel.script.fail = {"look_through": StageError("No viewport is open.")}
        panel.session.look_through()
        assert panel.lines[-1] == ("error", "No viewport is open.")

    run(check)


# --- history, listeners, end ----------------------------------------------------------------------


def test_history_is_bounded_and_keeps_the_newest():
    async def check():
        panel = Panel()
        for _ in range(MAX_LINES + 20):
            panel.session.send("")
        await panel.build()
        assert len(panel.state.lines) == MAX_LINES
        assert panel.lines[-1][0] == "ok"

    run(check)


def test_listener_hears_until_it_ends_the_subscription():
    async def check():
        panel = Panel()
        heard = []
        end = panel.session.subscribe(heard.append)
        panel.session.send("")
        count = len(heard)
        assert count
        assert heard[-1] is panel.state
        end()
        end()
        panel.session.send("")
        assert len(heard) == count

    run(check)


@pytest.mark.parametrize("step", STEPS)
def test_destroy_while_working_cancels_and_tells_nobody_any_more(step):
    async def check():
        panel = Panel(Script(hold=step))
        await panel.start(step)
        await panel.reach(step)
        count = len(panel.states)

        panel.session.destroy()
        await panel.finish()

        assert panel.tasks[-1].done()
        assert panel.host.destroyed == 1
        assert len(panel.states) == count
        if step == "stage":
            assert panel.script.is_thread_stopped.wait(10)

    run(check)


def test_destroy_idle_and_twice_is_safe():
    async def check():
        panel = Panel()
        panel.session.destroy()
        panel.session.destroy()
        assert panel.states == []
        assert panel.tasks == []

    run(check)
