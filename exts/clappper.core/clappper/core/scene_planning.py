"""Planning a request to its end: the planner's events and refusals in the pipeline's words."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from clappper.core import events
from clappper.core.errors import PlanRejectedError
from clappper.core.interrupt import run_loop
from clappper.core.planning.llm.wording import make_question_rejection
from clappper.core.planning.planner_choice import choose_planner

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator, Sequence

    from clappper.core.catalog.models import Catalog
    from clappper.core.issue import Issue
    from clappper.core.make_request import MakeRequest
    from clappper.core.planning.plan_result import PlanResult

__all__ = ["plan_scene", "run_planning", "select_planner_issues", "telling_reasons"]

Planned = TypeVar("Planned")


def plan_scene(
    catalog: Catalog, request: MakeRequest, on_event: Callable[[events.Event], None]
) -> PlanResult:
    """Return the plan of a prompt, and in ``issues`` what the planner has to say beyond it.

    Raises:
        UsageError: The prompt is empty or too long, or the planner cannot be had.
        PlanRejectedError: Nothing of it can be built, or the message is a question to the user.
    """
    planner = choose_planner(
        request.planner, catalog, base_url=request.base_url, model=request.model
    )
    planning = planner.plan(
        request.prompt,
        seed=request.seed,
        on_event=on_event,
        may_ask=request.may_ask,
        history=request.history,
    )
    result = run_planning(planning)
    if result.question is not None:
        raise make_question_rejection(result.question)
    on_event(events.Planned(result.plan))
    return replace(result, issues=select_planner_issues(result.issues))


def select_planner_issues(issues: Sequence[Issue]) -> tuple[Issue, ...]:
    """Return those a planner has to add to a certificate.

    Misses and assumptions stand in the plan, where the certificate finds them.
    """
    return tuple(issue for issue in issues if issue.code not in ("MISS", "ASSUMPTION"))


def run_planning(planning: Coroutine[Any, Any, Planned]) -> Planned:
    """Run a planner to its end.

    Raises:
        ClappperError: As the planner does, with both reasons where there are two.
    """
    with telling_reasons():
        return run_loop(planning)


@contextmanager
def telling_reasons() -> Iterator[None]:
    """Where neither a language model nor the rules can do it, let the refusal say both reasons.

    Raises:
        PlanRejectedError: It was refused inside.
    """
    try:
        yield
    except PlanRejectedError as exc:
        reasons = [i.message for i in exc.issues if i.code == "PLANNER_FALLBACK"]
        if not reasons:
            raise
        reason = reasons[0].removesuffix(" The rules made the plan.")
        raise PlanRejectedError(f"{reason} {exc}", issues=exc.issues) from exc
