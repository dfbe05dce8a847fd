"""What would keep a capture from working, said before anything is drawn."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pxr import Sdf, UsdGeom

from clappper.capture.kit_capture import open_kit_capture
from clappper.capture.waiting import count_loading
from clappper.core.capture.kit_frames import find_folder_problem
from clappper.core.errors import CaptureUnavailableError
from clappper.core.issue import Issue
from clappper.kit.compat import find_module, get_active_viewport

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clappper.core.capture.models import CaptureRequest

__all__ = ["find_issues"]


async def find_issues(request: CaptureRequest) -> list[Issue]:
    """Return what stands in the way; only severity error keeps a capture from starting."""
    issues = [*await _check_capture(), *_check_stage(request)]
    problem = await asyncio.to_thread(find_folder_problem, request.output_folder)
    if problem:
        issues.append(
            Issue(
                code="OUTPUT_UNWRITABLE",
                severity="error",
                message=f"Frames cannot be written to {request.output_folder}: {problem}.",
                hint="Choose another output folder.",
            )
        )
    return issues


async def _check_capture() -> list[Issue]:
    try:
        kit_capture = await open_kit_capture()
    except CaptureUnavailableError as exc:
        return [Issue(code="CAPTURE_MISSING", severity="error", message=str(exc))]
    issues = []
    if not kit_capture.is_idle:
        issues.append(
            Issue(
                code="CAPTURE_BUSY",
                severity="error",
                message="Movie Capture is already at work.",
                hint="Wait until it is done, or stop it.",
            )
        )
    if get_active_viewport() is None:
        issues.append(
            Issue(
                code="VIEWPORT_MISSING",
                severity="error",
                message="There is no viewport to film.",
                hint="Open one with Window > Viewport.",
            )
        )
    return issues


def _check_stage(request: CaptureRequest) -> Iterator[Issue]:
    usd = find_module("omni.usd")
    context = usd.get_context() if usd is not None else None
    stage = context.get_stage() if context is not None else None
    if stage is None:
        yield Issue(
            code="STAGE_MISSING",
            severity="error",
            message="No stage is open.",
            hint="Open or create one.",
        )
        return
    if request.stage_path is not None and not _is_open(stage, request.stage_path):
        yield Issue(
            code="STAGE_NOT_OPEN",
            severity="error",
            message=f"Movie Capture films the open stage, and {request.stage_path} is not open.",
            hint="Open it first.",
        )
        return
    path = request.camera_path
    prim = stage.GetPrimAtPath(path) if Sdf.Path.IsValidPathString(path) else None
    if not prim or not prim.IsA(UsdGeom.Camera):
        yield Issue(
            code="CAMERA_MISSING",
            severity="error",
            prim_path=path,
            message=f"{path} is no camera of the open stage.",
            hint="Name a camera prim.",
        )
    loading = count_loading(context)
    if loading:
        yield Issue(
            code="STAGE_LOADING",
            severity="info",
            message=f"The stage still loads {loading} {'file' if loading == 1 else 'files'}.",
            hint="The capture waits for it.",
        )


def _is_open(stage: Any, path: Path) -> bool:
    real = stage.GetRootLayer().realPath
    return bool(real) and Path(real).resolve() == path.resolve()
