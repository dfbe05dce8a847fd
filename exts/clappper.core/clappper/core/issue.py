"""Issue: one finding about content, in a plan, a layout, a stage or a capture.

Bad content is never an exception.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["Issue", "Severity"]

Severity = Literal["error", "warning", "info"]


class Issue(BaseModel):
    """A finding with a code a program reads and a sentence a person can act on."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str = Field(
        description="Upper-case code of the contracts, for example COLLISION or MISS."
    )
    severity: Severity
    prim_path: str | None = Field(
        default=None, description="Absolute prim path it is about, or null."
    )
    message: str = Field(description="What is wrong, one sentence.")
    hint: str = Field(default="", description="What the user can do about it, or empty.")
