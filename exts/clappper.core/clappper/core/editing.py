"""Editing a run: from a sentence to its changed plan, layout, certified stage and film.

What the sentence does not name keeps its place. The run is changed as a whole or not at all.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from clappper.core import events
from clappper.core.casting import cast_assets
from clappper.core.errors import UsageError
from clappper.core.files import compute_sha256, write_json
from clappper.core.filming import Format, film, open_backend
from clappper.core.layout.models import Placements
from clappper.core.pipeline import (
    MakeRequest,
    SolvedScene,
    Stopwatch,
    author_run,
    choose_format,
    collect_versions,
    open_sources,
)
from clappper.core.planning.edit_reader import EditReader
from clappper.core.planning.edit_text import describe_edits
from clappper.core.planning.models import ScenePlan
from clappper.core.relayout import apply_edits
from clappper.core.run_history import replacing_run, restore_interrupted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from clappper.core.casting import Cast
    from clappper.core.layout.models import Footprint
    from clappper.core.pipeline import Sources
    from clappper.core.planning.edit_models import PlanEdit
    from clappper.core.relayout import EditedScene
    from clappper.core.run_folder import RunFolder
    from clappper.core.stage.models import Certificate

__all__ = ["EditRequest", "EditResult", "LoadedRun", "edit_run", "load_run"]

#: Largest document of a run that is read [bytes], and farthest place in a layout [m].
_MAX_BYTES, _MAX_PLACE_M = 50_000_000, 10_000.0
_AGAIN = "make the scene again"

Model = TypeVar("Model", bound=BaseModel)


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
    """

    sentence: str
    seed: int | None = None
    catalog_path: Path | None = None
    asset_roots: tuple[str | Path, ...] = ()
    is_filming: bool = True
    spp: int | None = None
    validate: bool = True


@dataclass(frozen=True)
class EditResult:
    """What an edit left.

    Attributes:
        folder: Where the changed scene is.
        certificate: What was measured on it.
        movie_path: The new film, or null.
        edits: What was read from the sentence.
        said: What was done, for the user.
        notes: What else the user should know, such as what was in the way.
        timings_s: How long each step took [s].
    """

    folder: RunFolder
    certificate: Certificate
    movie_path: Path | None
    edits: tuple[PlanEdit, ...]
    said: str
    notes: tuple[str, ...]
    timings_s: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class LoadedRun:
    """The documents of a run, checked."""

    plan: ScenePlan
    placements: Placements
    form: Format
    report: dict[str, Any]


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
        PlanRejectedError: The sentence is not understood, or cannot be done.
        ClappperError: With a sentence that says what to do; the run is as it was.
    """
    watch = Stopwatch()
    restore_interrupted(folder)
    run = load_run(folder)
    backend = open_backend() if request.is_filming and folder.movie.is_file() else None
    with watch.measure("catalog"):
        sources = open_sources(request.catalog_path, request.asset_roots)
        _check_assets(run, sources)
    with watch.measure("plan"):
        reader = EditReader(sources.catalog)
        size = run.placements.room.size_m
        edits = reader.read(request.sentence, run.plan, room_size_m=size)
    casts = _Casts(sources)
    with watch.measure("layout"):
        scene = apply_edits(run.plan, run.placements, edits, casts.measure, seed=request.seed)
        on_event(events.Planned(scene.plan))
        on_event(events.Solved(scene.placements))
    form = _choose_form(run, scene)
    solved = SolvedScene(scene.plan, scene.placements, casts.cast(scene.plan), form)
    said = describe_edits(edits, run.plan)

    def write(target: RunFolder) -> EditResult:
        camera_path, certificate = author_run(
            target, solved, sources, validate=request.validate, on_event=on_event, watch=watch
        )
        movie = None
        if backend is not None:
            with watch.measure("film"):
                movie = film(backend, target, camera_path, form, spp=request.spp, on_event=on_event)
        result = EditResult(target, certificate, movie, edits, said, scene.notes, watch.timings_s)
        write_json(target.report, _make_report(request, run, result, solved, sources))
        return result

    if out is not None and out.path.absolute() != folder.path.absolute():
        out.prepare()
        return write(out)
    with replacing_run(folder):
        return write(folder)


class _Casts:
    """Casts plans, each set of assets once."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._casts: dict[tuple[tuple[str, ...], ...], Cast] = {}
        self._footprints: dict[tuple[tuple[str, ...], ...], dict[str, Footprint]] = {}

    def cast(self, plan: ScenePlan) -> Cast:
        """Return the cast of a plan."""
        key = tuple(tuple(item.asset_ids) for item in plan.items)
        if key not in self._casts:
            self._casts[key] = cast_assets(plan, self._sources.catalog, self._sources.resolver)
        return self._casts[key]

    def measure(self, plan: ScenePlan) -> Mapping[str, Footprint]:
        """Return the footprints of a plan's assets by asset id."""
        key = tuple(tuple(item.asset_ids) for item in plan.items)
        if key not in self._footprints:
            self._footprints[key] = self.cast(plan).compute_footprints()
        return self._footprints[key]


def load_run(folder: RunFolder) -> LoadedRun:
    """Return the documents of a run.

    Raises:
        UsageError: One of them is missing or is not what it should be.
    """
    if not folder.plan.is_file():
        raise UsageError(
            f"{folder.path} is no run folder: it has no {folder.plan.name}. Name the folder that "
            "“clappper make” wrote."
        )
    plan = _read_model(folder.plan, ScenePlan)
    placements = _read_model(folder.placements, Placements)
    _check_layout(folder, plan, placements)
    report = _read_json(folder.report) if folder.report.is_file() else {}
    if not isinstance(report, dict):
        raise UsageError(f"{folder.report} does not hold a report: {_AGAIN}.")
    default = choose_format(plan, MakeRequest(prompt=""))
    return LoadedRun(plan, placements, _read_form(report.get("format"), default), report)


def _read_json(path: Path) -> object:
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise UsageError(f"{path} is far too large for a run: {_AGAIN}.")
        value: object = json.loads(path.read_text(encoding="utf-8"))
        return value
    except OSError as exc:
        raise UsageError(f"Cannot read {path}: {exc.strerror or exc}. Check the folder.") from exc
    except (ValueError, RecursionError) as exc:
        raise UsageError(f"{path} is not valid JSON: {_AGAIN}.") from exc


def _read_model(path: Path, model: type[Model]) -> Model:
    try:
        return model.model_validate(_read_json(path))
    except ValidationError as exc:
        error = exc.errors()[0]
        where = ".".join(str(part) for part in error["loc"]) or "it"
        raise UsageError(
            f"{path} is not sound ({where}: {error['msg']}): correct it, or {_AGAIN}."
        ) from exc


def _check_layout(folder: RunFolder, plan: ScenePlan, placements: Placements) -> None:
    """Refuse a layout that does not belong to the plan, or is nowhere.

    Raises:
        UsageError: It says what is wrong.
    """
    items = {item.id for item in plan.items}
    ids = [p.id for p in placements.placements]
    unknown = sorted({p.item for p in placements.placements} - items)
    problem = ""
    if unknown:
        problem = f"it places {unknown[0]}, which the plan does not have"
    elif len(set(ids)) != len(ids):
        problem = "an id stands in it twice"
    elif {p.support for p in placements.placements} - {*ids, "floor", "wall"}:
        problem = "something in it rests on nothing"
    elif not all(
        math.isfinite(value) and abs(value) <= _MAX_PLACE_M
        for vector in (placements.room.size_m, *(p.translation_m for p in placements.placements))
        for value in vector.as_tuple()
    ):
        problem = "a number in it is no place in a room"
    if problem:
        raise UsageError(f"{folder.placements} is not sound ({problem}): {_AGAIN}.")


def _read_form(value: object, default: Format) -> Format:
    """Return the film format a run was made with, or the default where it does not tell one."""
    bounds = {"frames": 20_000, "fps": 240, "width": 8192, "height": 8192}
    if not isinstance(value, dict) or set(value) != set(bounds):
        return default
    if not all(type(value[k]) is int and 1 <= value[k] <= most for k, most in bounds.items()):
        return default
    return Format(**value)


def _choose_form(run: LoadedRun, scene: EditedScene) -> Format:
    """Return the run's film format, unless an edit says another one."""
    before, after = run.plan, scene.plan
    if (before.output, before.camera.duration_s) == (after.output, after.camera.duration_s):
        return run.form
    return choose_format(after, MakeRequest(prompt=""), run.form)


def _check_assets(run: LoadedRun, sources: Sources) -> None:
    wanted = {asset_id for item in run.plan.items for asset_id in item.asset_ids}
    found = {asset.asset_id for asset in sources.catalog.get(sorted(wanted))}
    if wanted - found:
        raise UsageError(
            f"The catalog does not have {len(wanted - found)} of the {len(wanted)} assets of this "
            "run: name the catalog and the asset folders it was made with (--catalog, --assets)."
        )


def _make_report(
    request: EditRequest, run: LoadedRun, result: EditResult, solved: SolvedScene, sources: Sources
) -> dict[str, Any]:
    """Return the run's report, brought up to date, with what was said in ``edits``."""
    folder, form, seed = result.folder, solved.form, solved.placements.seed
    files = [f for f in (folder.plan, folder.placements, folder.scene, folder.movie) if f.is_file()]
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
        "seed": seed,
        "ok": result.certificate.ok,
        "format": {
            "frames": form.frames,
            "fps": form.fps,
            "width": form.width,
            "height": form.height,
        },
        "catalog_sha256": sources.catalog.revision,
        "sha256": {f.name: compute_sha256(f) for f in files},
        "versions": collect_versions(),
        "timings_s": dict(result.timings_s),
        "edits": [*(edits if isinstance(edits, list) else []), entry],
    }
