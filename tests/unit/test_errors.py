"""What an error carries besides its sentence."""

from __future__ import annotations

import pytest

from clappper.core import errors
from clappper.core.issue import Issue


def make_issue(code: str = "MISS") -> Issue:
    return Issue(code=code, severity="error", message="There is no unicorn in the catalog.")


def test_plan_rejected_carries_its_issues() -> None:
    error = errors.PlanRejectedError("Say what to build.", issues=[make_issue()])

    assert str(error) == "Say what to build."
    assert error.issues == (make_issue(),)


def test_layout_infeasible_carries_its_violations() -> None:
    error = errors.LayoutInfeasibleError("It does not fit.", violations=[make_issue("COLLISION")])

    assert str(error) == "It does not fit."
    assert error.violations == (make_issue("COLLISION"),)


def test_encode_error_carries_what_ffmpeg_said() -> None:
    error = errors.EncodeError("ffmpeg failed.", returncode=187, stderr_tail="Invalid data")

    assert str(error) == "ffmpeg failed."
    assert (error.returncode, error.stderr_tail) == (187, "Invalid data")


@pytest.mark.parametrize(
    ("error", "parent"),
    [
        (errors.AssetUnresolvedError, errors.CatalogError),
        (errors.CaptureUnavailableError, errors.CaptureError),
        (errors.CatalogSchemaError, errors.CatalogError),
        (errors.EncodeError, errors.CaptureError),
        (errors.PlanRejectedError, errors.PlanError),
        (errors.PrimPathConflictError, errors.StageError),
        (errors.StageMetricsMissingError, errors.StageError),
    ],
)
def test_error_is_caught_as_its_kind(
    error: type[errors.ClappperError], parent: type[errors.ClappperError]
) -> None:
    with pytest.raises(parent):
        raise error("A sentence.")
