"""Who reads the prompt: the rules, a language model, or the model when there is a key for it."""

from __future__ import annotations

import asyncio
import importlib.util
import os
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from clappper.core.errors import UsageError
from clappper.core.planning.endpoint import KEY_NAMES, read_endpoint
from clappper.core.planning.llm_planner import (
    DEFAULT_DEADLINE_S,
    LlmPlanner,
    make_fallback_issue,
)
from clappper.core.planning.rule_planner import RulePlanner
from clappper.core.planning.transport import OpenAITransport

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clappper.core.catalog.models import Catalog
    from clappper.core.issue import Issue
    from clappper.core.planning.rule_planner import PlanResult

__all__ = ["PLANNER_NAMES", "AsyncRulePlanner", "Planner", "choose_planner"]

#: What a user may choose.
PLANNER_NAMES = ("rules", "llm", "auto")
_NO_PACKAGE = 'Language models need the package openai: install "clappper-core[llm]".'
_NO_KEY = f"There is no key for a language model: set {KEY_NAMES[0]} or {KEY_NAMES[1]}."


class Planner(Protocol):
    """Makes a plan of a prompt without holding up the caller's event loop."""

    async def plan(
        self, prompt: str, *, seed: int = 0, deadline_s: float = DEFAULT_DEADLINE_S
    ) -> PlanResult:
        """Return the plan.

        Raises:
            UsageError: The prompt is empty or too long.
            PlanRejectedError: Nothing of it can be built.
        """
        ...


class AsyncRulePlanner:
    """The rule planner in a worker thread; implements ``Planner``."""

    def __init__(self, catalog: Catalog, *, issue: Issue | None = None) -> None:
        self._rules = RulePlanner(catalog)
        self._issue = issue

    async def plan(
        self, prompt: str, *, seed: int = 0, deadline_s: float = DEFAULT_DEADLINE_S
    ) -> PlanResult:
        """Return the rules' plan, with the issue that says why it is theirs if there is one.

        Args:
            prompt: What the scene should show, at most 10,000 characters.
            seed: Accepted so that planners can be exchanged.
            deadline_s: Accepted likewise; rules take milliseconds.

        Raises:
            UsageError: The prompt is empty or too long.
            PlanRejectedError: Nothing of it can be built.
        """
        del deadline_s
        result = await asyncio.to_thread(self._rules.plan, prompt, seed=seed)
        if self._issue is None:
            return result
        return replace(result, issues=(*result.issues, self._issue))


def choose_planner(
    name: str,
    catalog: Catalog,
    *,
    environment: Mapping[str, str] | None = None,
    api_key: str | None = None,
) -> Planner:
    """Return the planner of a name.

    Args:
        name: ``rules``, ``llm``, or ``auto`` for a model if one can be asked, else the rules.
        catalog: What there is.
        environment: Variables with key, address and model; the process's when left out.
        api_key: A key that is not in the environment, for example from a setting of Kit.

    Raises:
        UsageError: There is no such planner; or ``llm`` was chosen and cannot be asked.
    """
    if name not in PLANNER_NAMES:
        raise UsageError(f"There is no planner {name}: choose {', '.join(PLANNER_NAMES)}.")
    if name == "rules":
        return AsyncRulePlanner(catalog)
    try:
        endpoint = read_endpoint(
            os.environ if environment is None else environment, api_key=api_key
        )
        if endpoint is None:
            raise UsageError(_NO_KEY)
        if importlib.util.find_spec("openai") is None:
            raise UsageError(_NO_PACKAGE)
    except UsageError as exc:
        if name == "llm":
            raise
        return AsyncRulePlanner(catalog, issue=make_fallback_issue(str(exc), is_expected=True))
    return LlmPlanner(catalog, OpenAITransport(endpoint))
