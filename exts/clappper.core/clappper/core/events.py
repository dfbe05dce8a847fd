"""Events: what the way from prompt to film tells whoever watches.

They come in order, on the caller's thread. Values only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from clappper.core.catalog.models import Availability
    from clappper.core.layout.models import Placements
    from clappper.core.planning.llm.use import LlmUse
    from clappper.core.planning.models import ScenePlan
    from clappper.core.stage.models import Certificate

__all__ = [
    "Asked",
    "Building",
    "Built",
    "Capturing",
    "Certified",
    "Encoding",
    "Event",
    "Filmed",
    "Found",
    "Opening",
    "Planned",
    "Planning",
    "Searching",
    "Solved",
    "Solving",
]


@dataclass(frozen=True)
class Searching:
    """The catalog is asked for these words."""

    words: tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """What the catalog has for the wish."""

    sentence: str
    availability: Availability


@dataclass(frozen=True)
class Planning:
    """The next piece of what a language model says while it plans."""

    text: str


@dataclass(frozen=True)
class Asked:
    """A language model has been asked, and what that took, whatever came of it."""

    use: LlmUse


@dataclass(frozen=True)
class Planned:
    """The plan is made."""

    plan: ScenePlan


@dataclass(frozen=True)
class Opening:
    """Asset files open so far, and known so far."""

    done: int
    total: int


@dataclass(frozen=True)
class Solving:
    """Instances placed so far."""

    done: int
    total: int


@dataclass(frozen=True)
class Solved:
    """Everything has its place."""

    placements: Placements


@dataclass(frozen=True)
class Building:
    """Instances authored so far."""

    done: int
    total: int


@dataclass(frozen=True)
class Built:
    """The stage is written."""

    stage_path: Path


@dataclass(frozen=True)
class Certified:
    """The stage has been reopened and measured."""

    certificate: Certificate


@dataclass(frozen=True)
class Capturing:
    """Frames rendered so far; ``eta_s`` is None until the first one is done."""

    done: int
    total: int
    eta_s: float | None


@dataclass(frozen=True)
class Encoding:
    """Frames encoded so far."""

    done: int
    total: int


@dataclass(frozen=True)
class Filmed:
    """The film is written and verified."""

    movie_path: Path


Event = (
    Searching
    | Found
    | Planning
    | Asked
    | Planned
    | Opening
    | Solving
    | Solved
    | Building
    | Built
    | Certified
    | Capturing
    | Encoding
    | Filmed
)
