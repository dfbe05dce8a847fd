"""What is wrong with a plan a language model submits, as it and the user are told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from clappper.core.planning.models import ScenePlan

__all__ = ["MAX_FINDINGS", "Finding", "Review"]

#: Findings a model is told of at once.
MAX_FINDINGS = 10


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with a plan, for the model."""

    path: str
    code: str
    message: str
    nearest: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return it as a model is told it."""
        return {
            "path": self.path,
            "code": self.code,
            "message": self.message,
            "nearest": list(self.nearest),
        }


@dataclass(frozen=True)
class Review:
    """What a submitted plan comes to.

    Attributes:
        plan: What is sound of it as a plan, or None when that is too little.
        findings: What is wrong with it; without any, ``plan`` is what was submitted.
        dropped: Sentences for the user: what ``plan`` lacks therefore.
    """

    plan: ScenePlan | None
    findings: tuple[Finding, ...]
    dropped: tuple[str, ...] = ()

    def list_told(self) -> list[dict[str, Any]]:
        """Return the first findings as the model is told them."""
        return [finding.to_json() for finding in self.findings[:MAX_FINDINGS]]

    def describe(self) -> str:
        """Return what is wrong first, for a sentence to the user."""
        return self.findings[0].message.rstrip(".") if self.findings else ""
