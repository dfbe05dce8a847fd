"""What a planner gives: a plan, what the catalog said to it, and what the user should know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clappper.core import events

if TYPE_CHECKING:
    from collections.abc import Callable

    from clappper.core.catalog.models import Availability
    from clappper.core.issue import Issue
    from clappper.core.planning.llm.use import LlmUse
    from clappper.core.planning.models import ScenePlan

__all__ = ["PlanQuestion", "PlanResult"]


@dataclass(frozen=True)
class PlanQuestion:
    """What a language model wants to know before it plans, with answers to choose from."""

    text: str
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlanResult:
    """A plan with what the catalog said and what the user should know.

    Attributes:
        plan: The plan.
        availability: The catalog's answer for everything that was asked for.
        issues: MISS, CONTRADICTION, PLAN_REPAIRED and PLANNER_FALLBACK as warnings, ASSUMPTION as
            info.
        planner: Who made the plan, ``rules`` or ``llm``.
        llm: What a language model was asked, whether or not its plan was taken.
        question: What the model asks instead of planning; the plan is then the rules', or for an
            edit the current one.
    """

    plan: ScenePlan
    availability: Availability
    issues: tuple[Issue, ...]
    planner: str = "rules"
    llm: LlmUse | None = None
    question: PlanQuestion | None = None

    def tell_found(self, on_event: Callable[[events.Event], None] | None) -> None:
        """Tell what the catalog has, if anybody wants to know."""
        if on_event is not None:
            on_event(events.Found(self.availability.sentence, self.availability))
