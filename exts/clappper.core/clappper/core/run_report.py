"""The report of a run: what was asked, what it was made with, and how long that took."""

from __future__ import annotations

import importlib.metadata
import platform
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from clappper.core import __version__
from clappper.core.files import compute_sha256, write_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clappper.core.filming import Format
    from clappper.core.make_request import MakeRequest
    from clappper.core.planning.plan_result import PlanResult
    from clappper.core.run_folder import RunFolder
    from clappper.core.stage.models import Certificate

__all__ = ["describe_result", "write_report"]


def write_report(
    request: MakeRequest, folder: RunFolder, *, planned: PlanResult, result: Mapping[str, Any]
) -> None:
    """Write the report of a scene that was made; ``result`` is what ``describe_result`` says."""
    report = {
        "schema_version": 1,
        "prompt": request.prompt,
        "planner": planned.planner,
        "llm": None if planned.llm is None else asdict(planned.llm),
        **result,
    }
    write_json(folder.report, report)


def describe_result(
    folder: RunFolder,
    certificate: Certificate,
    *,
    form: Format,
    catalog_sha256: str,
    timings_s: Mapping[str, float],
) -> dict[str, Any]:
    """Return what a report says of the files in the folder, whether made or changed."""
    files = [f for f in (folder.plan, folder.placements, folder.scene, folder.movie) if f.is_file()]
    return {
        "seed": certificate.seed,
        "ok": certificate.ok,
        "format": {
            "frames": form.frames,
            "fps": form.fps,
            "width": form.width,
            "height": form.height,
        },
        "catalog_sha256": catalog_sha256,
        "sha256": {f.name: compute_sha256(f) for f in files},
        "versions": _collect_versions(),
        "timings_s": dict(timings_s),
    }


def _collect_versions() -> dict[str, str]:
    """Return the versions a result depends on."""
    versions = {"clappper-core": __version__, "python": platform.python_version()}
    for name in (
        "usd-core",
        "mitsuba",
        "mitsuba-oidn",
        "imageio-ffmpeg",
        "openai",
        "omniverse-asset-validator",
    ):
        version = _find_version(name)
        if version is not None:
            versions[name] = version
    return versions


def _find_version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None
