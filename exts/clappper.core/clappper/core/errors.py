"""Errors of the core, one tree.

``str(error)`` is a sentence that is safe to show and says what to do next.

::

    ClappperError
    ├─ UsageError
    ├─ OutputError              RunBusyError
    ├─ CatalogError             CatalogSchemaError, AssetUnresolvedError
    ├─ PlanError                PlanRejectedError(issues), PlanTransportError(retryable, usage)
    ├─ LayoutInfeasibleError(violations)
    ├─ StagingStoppedError
    ├─ StageError               StageMetricsMissingError, PrimPathConflictError
    └─ CaptureError             CaptureUnavailableError, EncodeError(returncode, stderr_tail)

Foreign exceptions are mapped at the seam that owns them and travel in ``__cause__``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clappper.core.issue import Issue
    from clappper.core.planning.llm.transport import TokenUsage

__all__ = [
    "AssetUnresolvedError",
    "CaptureError",
    "CaptureUnavailableError",
    "CatalogError",
    "CatalogSchemaError",
    "ClappperError",
    "EncodeError",
    "LayoutInfeasibleError",
    "OutputError",
    "PlanError",
    "PlanRejectedError",
    "PlanTransportError",
    "PrimPathConflictError",
    "RunBusyError",
    "StageError",
    "StageMetricsMissingError",
    "StagingStoppedError",
    "UsageError",
]


class ClappperError(Exception):
    """Anything Clappper refuses or cannot continue with; the message says what to do."""


class UsageError(ClappperError):
    """The call itself is wrong: correct the arguments or the prompt and call again."""


class OutputError(ClappperError):
    """A result cannot be written: free the place or choose another folder."""


class RunBusyError(OutputError):
    """Another process is changing the run: wait until it is done and call again."""


class CatalogError(ClappperError):
    """The catalog cannot be used: name another file or build it again."""


class CatalogSchemaError(CatalogError):
    """A catalog file is not what it should be: check that it is a master index or a built index."""


class AssetUnresolvedError(CatalogError):
    """An asset's file is missing or not readable as USD: check the asset root or the file."""


class PlanError(ClappperError):
    """No plan could be made: say the wish differently."""


class PlanRejectedError(PlanError):
    """The wish or plan cannot be accepted as it stands: ``issues`` say what and what to change."""

    def __init__(self, message: str, *, issues: Sequence[Issue] = ()) -> None:
        super().__init__(message)
        self.issues = tuple(issues)


class PlanTransportError(PlanError):
    """The language model gave no usable answer: do what the message says, or use the rules.

    ``retryable`` tells whether the same request may succeed later, ``usage`` what answers took that
    were of no use, or is null when there were none.
    """

    def __init__(
        self, message: str, *, retryable: bool = False, usage: TokenUsage | None = None
    ) -> None:
        super().__init__(message)
        self.retryable = retryable
        self.usage = usage


class LayoutInfeasibleError(ClappperError):
    """The request does not fit: ask for fewer things or a larger room.

    ``violations`` name the conflict.
    """

    def __init__(self, message: str, *, violations: Sequence[Issue] = ()) -> None:
        super().__init__(message)
        self.violations = tuple(violations)


class StagingStoppedError(ClappperError):
    """The work was stopped on request and nothing was changed: send again to start over."""


class StageError(ClappperError):
    """A stage cannot be read or authored: check the file or the target prim."""


class StageMetricsMissingError(StageError):
    """``upAxis`` or ``metersPerUnit`` is not authored: set them on the stage first."""


class PrimPathConflictError(StageError):
    """Something already stands at the prim path: choose another parent prim."""


class CaptureError(ClappperError):
    """Frames or the film could not be made: the message names the frame or the tool."""


class CaptureUnavailableError(CaptureError):
    """No renderer or encoder is available here: install what the message names, or go without."""


class EncodeError(CaptureError):
    """ffmpeg failed: ``stderr_tail`` holds its last words, ``returncode`` its exit code."""

    def __init__(
        self, message: str, *, returncode: int | None = None, stderr_tail: str = ""
    ) -> None:
        super().__init__(message)
        self.returncode = returncode
        self.stderr_tail = stderr_tail
