"""Editing a run: from a sentence to its changed plan, layout, certified stage and film.

What the sentence does not name keeps its place. The run is changed as a whole or not at all.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from clappper.core import events
from clappper.core.files import write_json
from clappper.core.filming import film, open_backend
from clappper.core.pipeline import SolvedScene, Stopwatch, author_run
from clappper.core.planning.llm.wording import make_question_rejection
from clappper.core.planning.planner_choice import choose_planner
from clappper.core.run_documents import load_run
from clappper.core.run_history import replacing_run, restore_interrupted
from clappper.core.run_report import describe_result
from clappper.core.scene_change import (
    Casts,
    check_assets,
    choose_changed_format,
    describe_change,
    lay_out_change,
)
from clappper.core.scene_planning import run_planning, select_planner_issues
from clappper.core.sources import open_sources

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from clappper.core.planning.edits.models import PlanEdit
    from clappper.core.planning.llm.planner import EditPlanResult
    from clappper.core.run_documents import LoadedRun
    from clappper.core.run_folder import RunFolder
    from clappper.core.sources import Sources
    from clappper.core.stage.models import Certificate

__all__ = ["EditRequest", "EditResult", "edit_run"]


@dataclass(frozen=True)
class EditRequest:
    """Everything ``clappper edit`` is told.

    Attributes:
        sentence: What is to change, in English.
        seed: Chooses among equally good places, or null for the run's own.
        catalog_path: The catalog the run was made with, or null for the demo pack.
        asset_roots: Folders of its assets.
        is_filming: Whether a run that has a film gets a new one; else its film goes to the history.
        spp: Samples per pixel, or null.
        validate: Whether the USD validator runs as well.
        planner: Who reads what the rules do not, as in ``MakeRequest``.
        base_url: Address of a language model's server, or null for the usual one.
        model: Name of the model, or null likewise.
        history: What was said before, the oldest first, for a language model.
        may_ask: Whether it may ask the user instead of changing the scene.
    """

    sentence: str
    seed: int | None = None
    catalog_path: Path | None = None
    asset_roots: tuple[str | Path, ...] = ()
    is_filming: bool = True
    spp: int | None = None
    validate: bool = True
    planner: str = "rules"
    base_url: str | None = None
    model: str | None = None
    history: tuple[str, ...] = ()
    may_ask: bool = False


@dataclass(frozen=True)
class EditResult:
    """What an edit left.

    Attributes:
        folder: Where the changed scene is.
        certificate: What was measured on it.
        movie_path: The new film, or null.
        edits: What the rules read from the sentence; none where a language model changed the plan.
        said: What was done, for the user.
        notes: What else the user should know, such as how it was read and what was in the way.
        timings_s: How long each step took [s].
    """

    folder: RunFolder
    certificate: Certificate
    movie_path: Path | None
    edits: tuple[PlanEdit, ...]
    said: str
    notes: tuple[str, ...]
    timings_s: dict[str, float] = field(default_factory=dict)


def edit_run(
    request: EditRequest,
    folder: RunFolder,
    on_event: Callable[[events.Event], None],
    *,
    out: RunFolder | None = None,
) -> EditResult:
    """Change a run as a sentence says, and certify it.

    Args:
        request: What is wanted.
        folder: The run. What it was before goes to its history folder.
        on_event: Called on this thread with each event, in order.
        out: Where the changed scene goes instead; the run itself stays as it is.

    Raises:
        UsageError: There is no run, or its files cannot be read.
        PlanRejectedError: The sentence is not understood, or cannot be done; or the message is a
            question of the language model to the user.
        ClappperError: With a sentence that says what to do; the run is as it was.
    """
    watch = Stopwatch()
    restore_interrupted(folder)
    run = load_run(folder)
    backend = open_backend() if request.is_filming and folder.movie.is_file() else None
    with watch.measure("catalog"):
        sources = open_sources(request.catalog_path, request.asset_roots)
        check_assets(run.plan, sources.catalog)
    with watch.measure("plan"):
        read = _read_request(request, run, sources, on_event)
    casts = Casts(sources.catalog, sources.resolver)
    with watch.measure("layout"):
        scene = lay_out_change(run.plan, run.placements, read, casts.measure, seed=request.seed)
        on_event(events.Planned(scene.plan))
        on_event(events.Solved(scene.placements))
    form = choose_changed_format(run.plan, scene.plan, run.form)
    solved = SolvedScene(scene.plan, scene.placements, casts.cast(scene.plan), form)
    edits, by_model, notes = read.edits, read.result, (*read.notes, *scene.notes)
    said = describe_change(run.plan, scene.plan, read)
    issues = select_planner_issues(by_model.issues) if by_model else ()

    def write(target: RunFolder) -> EditResult:
        camera_path, certificate = author_run(
            target,
            solved,
            sources,
            issues=issues,
            validate=request.validate,
            on_event=on_event,
            watch=watch,
        )
        movie = None
        if backend is not None:
            with watch.measure("film"):
                movie = film(backend, target, camera_path, form, spp=request.spp, on_event=on_event)
        result = EditResult(target, certificate, movie, edits, said, notes, watch.timings_s)
        report = _make_report(request, run, result, solved, sources)
        if by_model is not None and by_model.llm is not None:
            report["edits"][-1]["llm"] = asdict(by_model.llm)
        write_json(target.report, report)
        return result

    if out is not None and out.path.absolute() != folder.path.absolute():
        out.prepare()
        return write(out)
    with replacing_run(folder):
        return write(folder)


def _read_request(
    request: EditRequest,
    run: LoadedRun,
    sources: Sources,
    on_event: Callable[[events.Event], None],
) -> EditPlanResult:
    """Return what a sentence changes.

    Raises:
        PlanRejectedError: It is not understood, or a language model asks back.
    """
    planner = choose_planner(
        request.planner, sources.catalog, base_url=request.base_url, model=request.model
    )
    reading = planner.plan_edit(
        request.sentence,
        run.plan,
        room_size_m=run.placements.room.size_m,
        on_event=on_event,
        may_ask=request.may_ask,
        history=request.history or _recall(run),
    )
    read = run_planning(reading)
    if read.result is not None and read.result.question is not None:
        raise make_question_rejection(read.result.question)
    return read


def _recall(run: LoadedRun) -> tuple[str, ...]:
    """Return what was said of a run before, the oldest first, for one that says it and them."""
    edits = run.report.get("edits")
    entries = edits if isinstance(edits, list) else []
    said = [run.report.get("prompt"), *(e.get("sentence") for e in entries if isinstance(e, dict))]
    return tuple(f"You: {sentence}" for sentence in said if isinstance(sentence, str))


def _make_report(
    request: EditRequest, run: LoadedRun, result: EditResult, solved: SolvedScene, sources: Sources
) -> dict[str, Any]:
    """Return the run's report, brought up to date, with what was said in ``edits``."""
    edits = run.report.get("edits")
    entry = {
        "sentence": request.sentence,
        "edits": [edit.model_dump(mode="json", exclude_none=True) for edit in result.edits],
        "said": result.said,
        "notes": list(result.notes),
    }
    return {
        "schema_version": 1,
        **run.report,
        **describe_result(
            result.folder,
            result.certificate,
            form=solved.form,
            catalog_sha256=sources.catalog.revision,
            timings_s=result.timings_s,
        ),
        "edits": [*(edits if isinstance(edits, list) else []), entry],
    }
