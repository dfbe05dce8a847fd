"""From a plan to a certified private scene that is ready to be put on an open stage.

Blocking work for one worker thread, told step by step to whoever watches; the live stage itself is
never touched here.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clappper.core import events
from clappper.core.built_scene import BuiltScene
from clappper.core.errors import AssetUnresolvedError, StagingStoppedError
from clappper.core.layout.solver import solve_layout
from clappper.core.scene_change import (
    Casts,
    choose_changed_format,
    describe_change,
    lay_out_change,
)
from clappper.core.scene_fit import (
    find_spot,
    make_parts,
    plan_metadata,
    resolve_paths,
    tell_spot,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from clappper.core.casting import Cast
    from clappper.core.catalog.models import AssetResolver, Catalog
    from clappper.core.filming import Format
    from clappper.core.issue import Issue
    from clappper.core.layout.models import Placements
    from clappper.core.planning.llm.planner import EditPlanResult
    from clappper.core.planning.models import ScenePlan
    from clappper.core.stage.ground import Spot
    from clappper.core.stage.prefetch import Prefetch
    from clappper.core.stage.survey import StageSurvey

__all__ = ["Change", "StagedScene", "StagingRequest", "stage_scene"]


@dataclass(frozen=True)
class Change:
    """A scene on the stage, and what is to become of it."""

    scene: BuiltScene
    read: EditPlanResult


@dataclass(frozen=True)
class StagingRequest:
    """What is wanted, whatever the stage."""

    #: Of a change, the plan before it.
    plan: ScenePlan
    form: Format
    seed: int = 0
    #: Findings of the planner.
    issues: tuple[Issue, ...] = ()
    #: Whole time allowed for opening files [s].
    open_deadline_s: float = 120.0
    change: Change | None = None


@dataclass(frozen=True)
class StagedScene(BuiltScene):
    """A certified scene in a private layer, and what has to be done to put it on the stage."""

    #: The ``Sdf.Layer`` that holds the scene at ``scene_path``.
    layer: Any
    #: Metadata for the stage's root layer.
    root_metadata: dict[str, Any]
    #: Layers kept open until the live stage has them.
    prefetch: tuple[Prefetch, ...]
    #: Instances of an older state of it that gives way, or None where there is none.
    replaced: list[str] | None
    #: What was changed, in sentences.
    notes: tuple[str, ...]


def stage_scene(
    request: StagingRequest,
    survey: StageSurvey,
    catalog: Catalog,
    resolver: AssetResolver,
    *,
    on_event: Callable[[events.Event], None],
    stop: threading.Event,
) -> StagedScene:
    """Open, measure, solve, author privately and certify.

    Args:
        request: Plan and film format.
        survey: The stage it is wanted on.
        catalog: Where the plan's assets are known.
        resolver: Where their files are.
        on_event: Called on this thread.
        stop: Set it from another thread to end early.

    Raises:
        StagingStoppedError: ``stop`` was set.
        AssetUnresolvedError: A drive does not answer.
        ClappperError: With a sentence that says what to do.
    """
    from clappper.core.stage.carried import carry_text
    from clappper.core.stage.certificate import compute_certificate
    from clappper.core.stage.clip import plan_clip
    from clappper.core.stage.dry_run import author_dry_run
    from clappper.core.stage.standing import read_view

    if not survey.keeps_time_codes:
        survey = replace(survey, time_codes_per_second=float(request.form.fps))
    if request.change is not None:
        survey = _look_past(survey, request.change.scene)
    opened: list[Prefetch] = []

    def open_files(plan: ScenePlan) -> None:
        files = resolve_paths(plan, catalog, resolver)
        opened.append(_open(files, on_event, stop, request.open_deadline_s))

    casts = Casts(catalog, resolver, prepare=open_files)
    plan, placements, form, notes = _solve(request, casts, on_event)
    on_event(events.Solved(placements))
    _check(stop)
    cast, paths = casts.cast(plan), resolve_paths(plan, catalog, resolver)
    spot = _choose_spot(request, placements, cast, survey)
    clip = plan_clip(
        form.frames,
        form.fps,
        time_codes_per_second=survey.time_codes_per_second,
        authored_range=survey.time_range,
    )
    parts = make_parts(plan, placements, cast, survey, paths, spot=spot, form=form)
    dry_run = author_dry_run(survey, plan, parts, spot=spot, clip=clip)
    _check(stop)
    certificate = compute_certificate(
        dry_run.stage,
        plan=plan,
        catalog_sha256=catalog.revision,
        seed=placements.seed,
        extra_issues=(
            *cast.issues,
            *request.issues,
            *placements.violations,
            *dry_run.issues,
            *tell_spot(spot, survey),
        ),
        validate=False,
    )
    floor = "own" if spot.needs_floor else survey.ground.floor
    anchor = certificate.anchor.model_copy(update={"floor": floor})
    certificate = certificate.model_copy(update={"anchor": anchor, "stage": survey.scene_path})
    on_event(events.Certified(certificate))
    _check(stop)
    scene = StagedScene(
        plan=plan,
        placements=placements,
        certificate=certificate,
        scene_path=survey.scene_path,
        camera_path=str(dry_run.camera_path),
        clip=clip,
        form=form,
        spot=spot,
        is_alone=survey.is_empty,
        has_lights=parts.has_lights,
        view=read_view(dry_run.stage.GetPrimAtPath(dry_run.camera_path)),
        layer=dry_run.layer,
        root_metadata=plan_metadata(survey, clip, is_first=request.change is None),
        prefetch=tuple(opened),
        replaced=request.change.scene.list_instance_paths() if request.change else None,
        notes=notes,
    )
    carry_text(dry_run.layer, dry_run.scene_path, scene.to_text())
    return scene


def _look_past(survey: StageSurvey, scene: BuiltScene) -> StageSurvey:
    """Return a stage as it was for a scene that is to give way."""
    own_range = (scene.clip.first_time_code, scene.clip.last_time_code)
    is_own_range = scene.is_alone and survey.time_range == own_range
    return replace(
        survey,
        is_empty=scene.is_alone,
        has_lights=not scene.has_lights,
        time_range=None if is_own_range else survey.time_range,
    )


def _solve(
    request: StagingRequest, casts: Casts, on_event: Callable[[events.Event], None]
) -> tuple[ScenePlan, Placements, Format, tuple[str, ...]]:
    """Return plan, layout and film format of what is wanted, and sentences on what was changed."""
    plan, form, change = request.plan, request.form, request.change
    if change is None:
        placements = solve_layout(
            plan,
            casts.measure(plan),
            seed=request.seed,
            on_progress=lambda done, total: on_event(events.Solving(done, total)),
        )
        return plan, placements, form, ()
    edited = lay_out_change(plan, change.scene.placements, change.read, casts.measure)
    casts.cast(edited.plan)
    said = describe_change(plan, edited.plan, change.read)
    form = choose_changed_format(plan, edited.plan, form)
    return edited.plan, edited.placements, form, (said, *change.read.notes, *edited.notes)


def _choose_spot(
    request: StagingRequest, placements: Placements, cast: Cast, survey: StageSurvey
) -> Spot:
    """Return where the scene's origin stands: where it stood, as long as its room is as large."""
    if request.change is not None:
        before = request.change.scene
        has_floor = before.spot.needs_floor or survey.ground.has_floor
        if has_floor and before.placements.room.size_m == placements.room.size_m:
            return before.spot
    return find_spot(placements, cast, survey)


def _check(stop: threading.Event) -> None:
    if stop.is_set():
        raise StagingStoppedError("Stopped. The stage is as it was.")


def _open(
    paths: dict[str, Path],
    on_event: Callable[[events.Event], None],
    stop: threading.Event,
    deadline_s: float,
) -> Prefetch:
    """Open files, so that nothing later waits for a drive.

    Raises:
        StagingStoppedError: ``stop`` was set.
        AssetUnresolvedError: A drive does not answer.
    """
    from clappper.core.stage.prefetch import open_layers

    prefetch = open_layers(
        list(paths.values()),
        deadline_s=deadline_s,
        on_progress=lambda done, total: on_event(events.Opening(done, total)),
        stop=stop,
    )
    _check(stop)
    if prefetch.unanswered:
        raise AssetUnresolvedError(
            f"{Path(prefetch.unanswered[0]).name} did not answer within {deadline_s:g} s: "
            "check that the drive with the assets is mounted and answers."
        )
    return prefetch
