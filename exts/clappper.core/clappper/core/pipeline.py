"""The way from a prompt to a certified stage and its film.

Calls the parts one after another; they call nobody back. Each step is a function of its own, so
that Kit and later sessions can run them where they have to run.
"""

from __future__ import annotations

import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from clappper.core import events
from clappper.core.casting import Cast, cast_assets
from clappper.core.errors import AssetUnresolvedError, StageError, UsageError
from clappper.core.files import compute_sha256, replacing, write_json, write_text
from clappper.core.filming import Format, film, open_backend
from clappper.core.issue import Issue
from clappper.core.layout.markings import compute_floor_lines
from clappper.core.layout.plan_view import draw_plan_view
from clappper.core.layout.shot import compute_camera_path
from clappper.core.layout.solver import solve_layout
from clappper.core.layout.space import compute_boxes
from clappper.core.make_request import choose_format
from clappper.core.run_report import describe_result, write_report
from clappper.core.scene_planning import plan_scene
from clappper.core.sources import find_data, open_sources

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from clappper.core.layout.models import CameraPath, Placements
    from clappper.core.make_request import MakeRequest
    from clappper.core.planning.models import ScenePlan
    from clappper.core.run_folder import RunFolder
    from clappper.core.sources import Sources
    from clappper.core.stage.models import Certificate

__all__ = [
    "MakeResult",
    "SolvedScene",
    "Stopwatch",
    "author_run",
    "build",
    "certify",
    "make",
    "plan_scene",
]


@dataclass(frozen=True)
class MakeResult:
    """What a run left; ``movie_path`` is None when no film was asked for."""

    folder: RunFolder
    certificate: Certificate
    movie_path: Path | None
    timings_s: dict[str, float]


class SolvedScene(NamedTuple):
    """A scene that is ready to be authored."""

    plan: ScenePlan
    placements: Placements
    cast: Cast
    form: Format


@dataclass
class Stopwatch:
    """How long each step took [s], by its name."""

    timings_s: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def measure(self, name: str) -> Iterator[None]:
        """Time what is done inside."""
        start = time.perf_counter()
        yield
        self.timings_s[name] = round(time.perf_counter() - start, 3)


def make(
    request: MakeRequest, folder: RunFolder, on_event: Callable[[events.Event], None]
) -> MakeResult:
    """Make a certified scene, and a film of it unless told not to.

    Args:
        request: What is wanted.
        folder: Where results go; cleared of an earlier run first.
        on_event: Called on this thread with each event, in order.

    Raises:
        ClappperError: With a sentence that says what to do.
    """
    watch = Stopwatch()
    backend = open_backend() if request.is_filming else None
    if not request.prompt.strip():
        raise UsageError(
            'Say what the scene should show, for example: "A warehouse with 3 forklifts".'
        )
    with watch.measure("catalog"):
        sources = open_sources(request.catalog_path, request.asset_roots)
        catalog = sources.catalog
    with watch.measure("plan"):
        planned = plan_scene(catalog, request, on_event)
        plan = planned.plan
    folder.prepare()
    form = choose_format(plan, request)
    with watch.measure("measure"):
        cast = cast_assets(plan, catalog, sources.resolver)
    with watch.measure("layout"):
        placements = solve_layout(
            plan,
            cast.compute_footprints(),
            seed=request.seed,
            on_progress=lambda done, total: on_event(events.Solving(done, total)),
        )
        on_event(events.Solved(placements))
    camera_path, certificate = author_run(
        folder,
        SolvedScene(plan, placements, cast, form),
        sources,
        issues=planned.issues,
        on_event=on_event,
        watch=watch,
    )
    movie: Path | None = None
    if backend is not None:
        with watch.measure("film"):
            movie = film(backend, folder, camera_path, form, spp=request.spp, on_event=on_event)
    report = describe_result(
        folder,
        certificate,
        form=form,
        catalog_sha256=catalog.revision,
        timings_s=watch.timings_s,
    )
    write_report(request, folder, planned=planned, result=report)
    return MakeResult(folder, certificate, movie, watch.timings_s)


def author_run(
    folder: RunFolder,
    scene: SolvedScene,
    sources: Sources,
    *,
    issues: Sequence[Issue] = (),
    validate: bool = True,
    on_event: Callable[[events.Event], None],
    watch: Stopwatch,
) -> tuple[str, Certificate]:
    """Write plan and layout, author the scene and certify it.

    Returns:
        The camera's prim path, and the certificate.
    """
    plan, placements, cast, form = scene
    footprints = cast.compute_footprints()
    write_json(folder.plan, plan.model_dump(mode="json"))
    write_json(folder.placements, placements.model_dump(mode="json"))
    with watch.measure("camera"):
        boxes = compute_boxes(placements, footprints)
        aspect = form.width / form.height
        shot = compute_camera_path(plan, placements.room, boxes, aspect=aspect)
    with watch.measure("build"):
        camera_path, build_issues = build(
            plan,
            placements,
            cast,
            shot=shot,
            sources=sources,
            form=form,
            folder=folder,
            on_event=on_event,
        )
        on_event(events.Built(folder.scene))
    with watch.measure("script"):
        build_issues += _write_script(folder, plan)
    with watch.measure("certificate"):
        certificate = certify(
            folder,
            plan,
            catalog_sha256=sources.catalog.revision,
            seed=placements.seed,
            issues=(*cast.issues, *issues, *placements.violations, *build_issues),
            validate=validate,
        )
        on_event(events.Certified(certificate))
    with watch.measure("plan view"):
        drawing = draw_plan_view(
            placements,
            footprints,
            title=plan.title,
            camera_path=shot,
            issues=certificate.issues,
        )
        write_text(folder.plan_view, drawing.to_svg())
        with replacing(folder.plan_picture) as temporary:
            temporary.write_bytes(drawing.to_png())
    return camera_path, certificate


def _write_script(folder: RunFolder, plan: ScenePlan) -> list[Issue]:
    """Write the scene as a script beside it; return an issue where that cannot be done."""
    from clappper.core.stage.script import compose_script

    try:
        write_text(folder.script, compose_script(folder.scene, plan))
    except StageError as exc:
        return [Issue(code="SCRIPT", severity="warning", message=str(exc))]
    return []


def build(
    plan: ScenePlan,
    placements: Placements,
    cast: Cast,
    *,
    sources: Sources,
    form: Format,
    folder: RunFolder,
    on_event: Callable[[events.Event], None],
    shot: CameraPath | None = None,
) -> tuple[str, list[Issue]]:
    """Author the scene into the run folder with its assets beside it; find a shot if none is given.

    Returns:
        The camera's prim path, and issues.
    """
    from clappper.core.stage.builder import PlacedAsset, SceneParts, build_scene
    from clappper.core.stage.environment import list_textures
    from clappper.core.stage.localize import localize_asset, localize_file
    from clappper.core.stage.target import create_stage_target

    issues: list[Issue] = []
    placed: dict[str, PlacedAsset] = {}
    for asset_id in sorted({p.asset_id for p in placements.placements}):
        asset, measure = cast.assets[asset_id], cast.measures[asset_id]
        asset_path = asset.source_url
        if measure.is_measured:
            # What is gone since it was measured is told by the builder, which keeps its place.
            with suppress(AssetUnresolvedError):
                file = sources.resolver.resolve(asset)
                asset_path, own_issues = localize_asset(file, sources.roots, folder.path)
                issues.extend(i for i in own_issues if i not in issues)
        placed[asset_id] = PlacedAsset(asset, measure, asset_path)
    data = find_data()
    textures = {
        name: localize_file(data / "textures" / name, [data], folder.path)
        for name in list_textures(placements.room.kind)
        if (data / "textures" / name).is_file()
    }
    boxes = compute_boxes(placements, cast.compute_footprints())
    aspect = form.width / form.height
    if shot is None:
        shot = compute_camera_path(plan, placements.room, boxes, aspect=aspect)
    with replacing(folder.scene) as temporary:
        target = create_stage_target(temporary, fps=form.fps, frames=form.frames)
        parts = SceneParts(
            placements=placements,
            assets=placed,
            camera_path=shot,
            frames=form.frames,
            aspect=aspect,
            texture_paths=textures,
            floor_lines=compute_floor_lines(plan, boxes),
        )
        built = build_scene(
            target, plan, parts, lambda done, total: on_event(events.Building(done, total))
        )
        target.stage.GetRootLayer().Save()
    return str(built.camera_path), [*issues, *built.issues]


def certify(
    folder: RunFolder,
    plan: ScenePlan,
    *,
    catalog_sha256: str,
    seed: int,
    issues: Sequence[Issue],
    validate: bool = True,
) -> Certificate:
    """Reopen the written stage, measure it and write ``certificate.json``.

    Without ``validate`` the USD validator does not run.
    """
    from clappper.core.stage.certificate import compute_certificate
    from clappper.core.stage.target import open_stage

    certificate = compute_certificate(
        open_stage(folder.scene),
        plan=plan,
        plan_sha256=compute_sha256(folder.plan),
        catalog_sha256=catalog_sha256,
        seed=seed,
        extra_issues=issues,
        validate=validate,
    )
    write_json(folder.certificate, certificate.model_dump(mode="json"))
    return certificate
