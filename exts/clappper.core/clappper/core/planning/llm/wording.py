"""What the user is told about a language model's plan: misses, repairs, counts, fallbacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clappper.core.errors import PlanRejectedError
from clappper.core.issue import Issue

if TYPE_CHECKING:
    from clappper.core.catalog.models import Catalog
    from clappper.core.planning.llm.conversation import Outcome
    from clappper.core.planning.llm.prompt import Offer
    from clappper.core.planning.models import Miss, ScenePlan
    from clappper.core.planning.plan_result import PlanQuestion

__all__ = [
    "collect_plan_issues",
    "compare_counts",
    "keep_misses",
    "make_fallback_issue",
    "make_question_rejection",
]

#: Assets named of one that stands in for something.
_MAX_SUGGESTIONS = 8


def make_fallback_issue(reason: str, *, is_expected: bool = False) -> Issue:
    """Return the issue that says why the rules made a plan.

    Args:
        reason: One sentence.
        is_expected: Whether nobody asked for a language model in particular.
    """
    return Issue(
        code="PLANNER_FALLBACK",
        severity="info" if is_expected else "warning",
        message=f"{reason} The rules made the plan.",
        hint="Try again, or say it in simpler words.",
    )


def make_question_rejection(question: PlanQuestion) -> PlanRejectedError:
    """Return the error for a prompt that only the model could read, and asks about."""
    options = f" ({', '.join(question.options)})" if question.options else ""
    text = f"{question.text}{options}"
    issue = Issue(code="QUESTION", severity="warning", message=text, hint="Answer in the prompt.")
    return PlanRejectedError(text, issues=(issue,))


def collect_plan_issues(plan: ScenePlan, catalog: Catalog, outcome: Outcome) -> tuple[Issue, ...]:
    """Return what the user should know of a plan that a model made."""
    issues = [_make_miss_issue(miss, catalog) for miss in plan.misses]
    if outcome.reason is not None:
        issues.append(
            Issue(
                code="PLAN_REPAIRED",
                severity="warning",
                message=f"{outcome.reason} What is sound of its plan is built.",
                hint="Look at what was left out, and ask for it again.",
            )
        )
    issues += [Issue(code="ASSUMPTION", severity="info", message=text) for text in plan.assumptions]
    return tuple(issues)


def _make_miss_issue(miss: Miss, catalog: Catalog) -> Issue:
    nouns = list(dict.fromkeys(a.noun for a in catalog.get(miss.suggestions)))
    if miss.action == "substituted" and nouns:
        message = f"The catalog has no {miss.asked}: {nouns[0]} stands in for it."
    else:
        nearest = f"; nearest: {', '.join(nouns)}" if nouns else ""
        message = f"The catalog has no {miss.asked}: it is left out{nearest}."
    hint = "Ask for something the catalog has."
    return Issue(code="MISS", severity="warning", message=message, hint=hint)


def compare_counts(plan: ScenePlan, draft: ScenePlan | None) -> list[str]:
    """Return a sentence for each noun of which a plan has another number than the rules read."""
    if draft is None:
        return []
    ours, theirs = _count(plan), _count(draft)
    return [
        f"The language model planned {ours.get(noun, 0)} x {noun}; the rules read {count}."
        for noun, count in theirs.items()
        if ours.get(noun, 0) != count
    ]


def _count(plan: ScenePlan) -> dict[str, int]:
    counts: dict[str, int] = {}
    for item in plan.items:
        counts[item.noun] = counts.get(item.noun, 0) + item.count
    return counts


def keep_misses(plan: ScenePlan, offer: Offer, draft: ScenePlan | None) -> list[Miss]:
    """Return the rules' misses, met by a substitute where the plan took one; else the model's."""
    if draft is None:
        return plan.misses
    offered = {asset.asset_id for assets in offer.assets.values() for asset in assets}
    taken = {i for item in plan.items for i in item.asset_ids} - offered
    asked = {item.asked.casefold(): item.asset_ids for item in plan.items}
    misses: list[Miss] = []
    for miss in draft.misses:
        found = asked.get(miss.asked.casefold())
        if found is not None:
            update = {"action": "substituted", "suggestions": found[:_MAX_SUGGESTIONS]}
            misses.append(miss.model_copy(update=update))
        elif taken.intersection(miss.suggestions):
            misses.append(miss.model_copy(update={"action": "substituted"}))
        else:
            misses.append(miss)
    return misses
