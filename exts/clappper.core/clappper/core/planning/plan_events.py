"""What a planner tells while it works: what it looks for, what was found, what a model says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clappper.core.catalog.models import Availability

__all__ = ["AssetsFound", "ModelText", "PlanEvent", "Searching"]


@dataclass(frozen=True)
class Searching:
    """The catalog is asked for these words."""

    words: tuple[str, ...]


@dataclass(frozen=True)
class AssetsFound:
    """What the catalog has for the wish, as the rules read it; the sentence is for the user."""

    availability: Availability


@dataclass(frozen=True)
class ModelText:
    """The next piece of what a language model says, cleaned."""

    text: str


PlanEvent = Searching | AssetsFound | ModelText
