"""Who reads the prompt: the rules, a language model, or the model when there is a key for it."""

from __future__ import annotations

import asyncio
import importlib.util
import os
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from clappper.core.errors import PlanRejectedError, UsageError
from clappper.core.planning.llm.endpoint import KEY_NAMES, read_endpoint
from clappper.core.planning.llm.ladder_memory import open_memory
from clappper.core.planning.llm.openai_transport import OpenAITransport
from clappper.core.planning.llm.planner import (
    Answer,
    EditPlanResult,
    LlmPlanner,
    make_fallback_issue,
    read_edits,
)
from clappper.core.planning.questions.answering import answer_question
from clappper.core.planning.rule_planner import RulePlanner

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from clappper.core import events
    from clappper.core.catalog.models import Catalog
    from clappper.core.issue import Issue
    from clappper.core.planning.models import ScenePlan
    from clappper.core.planning.plan_result import PlanResult
    from clappper.core.planning.questions.ground import Evidence
    from clappper.core.units import Vec3

__all__ = ["PLANNER_NAMES", "AsyncRulePlanner", "Planner", "choose_planner"]

#: What a user may choose; ``openai`` is another name of ``llm``.
PLANNER_NAMES = ("rules", "llm", "auto", "openai")
_NO_PACKAGE = 'Language models need the package openai: install "clappper-core[llm]".'
_NO_MODEL_ASKED = (
    "An address or a model is named, but the rules read the prompt: choose the planner llm or auto."
)
_CAN_ASK = (
    "That question is not understood: ask what is in the scene, how many of a thing there are, "
    "where it stands, how big it is, or what the catalog has of it; “help” tells more."
)
_NO_KEY = f"There is no key for a language model: set {KEY_NAMES[0]} or {KEY_NAMES[1]}."


class Planner(Protocol):
    """Reads what the user says without holding up the caller's event loop.

    ``LlmPlanner`` says what the arguments are.
    """

    async def plan(
        self,
        prompt: str,
        *,
        seed: int = 0,
        deadline_s: float | None = None,
        on_event: Callable[[events.Event], None] | None = None,
        may_ask: bool = False,
        history: Sequence[str] = (),
    ) -> PlanResult:
        """Return the plan of a prompt; what the catalog has for it is told once.

        Raises:
            UsageError: The prompt is empty or too long.
            PlanRejectedError: Nothing of it can be built.
        """
        ...

    async def plan_edit(
        self,
        prompt: str,
        current: ScenePlan,
        *,
        room_size_m: Vec3,
        deadline_s: float | None = None,
        on_event: Callable[[events.Event], None] | None = None,
        may_ask: bool = False,
        history: Sequence[str] = (),
    ) -> EditPlanResult:
        """Return what a request changes.

        Raises:
            UsageError: The request is empty or too long.
            PlanRejectedError: It is not understood, or cannot be done.
        """
        ...

    async def answer(
        self,
        question: str,
        *,
        plan: ScenePlan | None = None,
        evidence: Evidence | None = None,
        deadline_s: float | None = None,
        on_event: Callable[[events.Event], None] | None = None,
        history: Sequence[str] = (),
    ) -> Answer:
        """Return the answer to a question about catalog or scene.

        Raises:
            PlanRejectedError: There is none.
        """
        ...


class AsyncRulePlanner:
    """The rules in a worker thread; implements ``Planner``. They ask nothing."""

    def __init__(self, catalog: Catalog, *, issue: Issue | None = None) -> None:
        self._catalog = catalog
        self._rules = RulePlanner(catalog)
        self._issue = issue

    async def plan(
        self,
        prompt: str,
        *,
        seed: int = 0,
        deadline_s: float | None = None,
        on_event: Callable[[events.Event], None] | None = None,
        may_ask: bool = False,
        history: Sequence[str] = (),
    ) -> PlanResult:
        """Return the rules' plan, with the issue that says why it is theirs if there is one.

        Args:
            prompt: What the scene should show, at most 10,000 characters.
            seed: Accepted so that planners can be exchanged, like all that follows.
            deadline_s: Rules take milliseconds.
            on_event: Told what is found.
            may_ask: They do not ask.
            history: They do not look back.

        Raises:
            UsageError: The prompt is empty or too long.
            PlanRejectedError: Nothing of it can be built.
        """
        del deadline_s, may_ask, history
        result = await asyncio.to_thread(self._rules.plan, prompt, seed=seed)
        result.tell_found(on_event)
        if self._issue is None:
            return result
        return replace(result, issues=(*result.issues, self._issue))

    async def plan_edit(
        self,
        prompt: str,
        current: ScenePlan,
        *,
        room_size_m: Vec3,
        deadline_s: float | None = None,
        on_event: Callable[[events.Event], None] | None = None,
        may_ask: bool = False,
        history: Sequence[str] = (),
    ) -> EditPlanResult:
        """Return the edits a request asks for.

        Args:
            prompt: What is to change, at most 2,000 characters.
            current: The scene as it is.
            room_size_m: Inner size of its room [m].
            deadline_s: As for ``plan``.
            on_event: As for ``plan``.
            may_ask: As for ``plan``.
            history: What was said before, the oldest first; tells what it and them mean.

        Raises:
            UsageError: The request is empty or too long.
            PlanRejectedError: It is not understood, or cannot be done.
        """
        del deadline_s, on_event, may_ask
        return await asyncio.to_thread(
            read_edits, self._catalog, prompt, current, room_size_m=room_size_m, history=history
        )

    async def answer(
        self,
        question: str,
        *,
        plan: ScenePlan | None = None,
        evidence: Evidence | None = None,
        deadline_s: float | None = None,
        on_event: Callable[[events.Event], None] | None = None,
        history: Sequence[str] = (),
    ) -> Answer:
        """Return the answer to a question about catalog or scene.

        Args:
            question: What the user asks.
            plan: The scene there is, or null.
            evidence: What is known of how it was built, or null.
            deadline_s: As for ``plan``.
            on_event: As for ``plan``.
            history: As for ``plan``.

        Raises:
            PlanRejectedError: There is none.
        """
        del deadline_s, on_event, history
        text = await asyncio.to_thread(answer_question, question, self._catalog, plan, evidence)
        if text is None:
            raise PlanRejectedError(_CAN_ASK)
        return Answer(text)


def choose_planner(
    name: str,
    catalog: Catalog,
    *,
    environment: Mapping[str, str] | None = None,
    api_key: str | None = None,
    base_url: str | None = None,
    model: str | None = None,
) -> Planner:
    """Return the planner of a name.

    Args:
        name: ``rules``; ``llm`` or ``openai``; or ``auto`` for a model if one can be asked, else
            the rules.
        catalog: What there is.
        environment: Variables with key, address and model; the process's when left out.
        api_key: A key that is not in the environment, for example from a setting of Kit.
        base_url: Address of the server; goes before the environment's.
        model: Name of the model; goes before the environment's.

    Raises:
        UsageError: There is no such planner; ``llm`` was chosen and cannot be asked; or an address
            or a model is named and no model is asked.
    """
    if name not in PLANNER_NAMES:
        raise UsageError(f"There is no planner {name}: choose {', '.join(PLANNER_NAMES)}.")
    if name == "rules":
        if base_url or model:
            raise UsageError(_NO_MODEL_ASKED)
        return AsyncRulePlanner(catalog)
    variables = os.environ if environment is None else environment
    try:
        endpoint = read_endpoint(variables, api_key=api_key, base_url=base_url, model=model)
        if endpoint is None:
            raise UsageError(_NO_KEY)
        if importlib.util.find_spec("openai") is None:
            raise UsageError(_NO_PACKAGE)
    except UsageError as exc:
        if name != "auto":
            raise
        return AsyncRulePlanner(catalog, issue=make_fallback_issue(str(exc), is_expected=True))
    return LlmPlanner(catalog, OpenAITransport(endpoint, memory=open_memory(variables)))
