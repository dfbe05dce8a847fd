"""The documents of a run, read and checked: whoever edited them by hand is told what is wrong."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from clappper.core.errors import UsageError
from clappper.core.filming import Format
from clappper.core.layout.models import Placements
from clappper.core.make_request import MakeRequest, choose_format
from clappper.core.planning.models import ScenePlan

if TYPE_CHECKING:
    from pathlib import Path

    from clappper.core.run_folder import RunFolder
    from clappper.core.stage.models import Certificate

__all__ = ["LoadedRun", "load_certificate", "load_run"]

#: Largest document of a run that is read [bytes], and farthest place in a layout [m].
_MAX_BYTES, _MAX_PLACE_M = 50_000_000, 10_000.0
_AGAIN = "make the scene again"

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class LoadedRun:
    """The documents of a run, checked."""

    plan: ScenePlan
    placements: Placements
    form: Format
    report: dict[str, Any]


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


def load_certificate(folder: RunFolder) -> Certificate:
    """Return the certificate of a run.

    Raises:
        UsageError: It is missing or is not what it should be.
    """
    from clappper.core.stage.models import Certificate

    return _read_model(folder.certificate, Certificate)


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
