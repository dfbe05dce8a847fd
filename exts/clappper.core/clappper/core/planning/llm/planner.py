"""The planner that asks a language model, which searches the catalog, submits and repairs a plan.

The rules read the prompt first; their plan stands whenever the model's cannot be used, with one
sentence why. Everything that takes time runs in worker threads.
"""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from clappper.core import events
from clappper.core.catalog.models import Wanted
from clappper.core.errors import PlanRejectedError
from clappper.core.planning.follow_ups.memory import find_said_before
from clappper.core.planning.follow_ups.reader import EditReader
from clappper.core.planning.llm.budget import Caps, Spending, find_price, read_caps
from clappper.core.planning.llm.conversation import Conversation, Outcome
from clappper.core.planning.llm.edit import keep_untouched
from clappper.core.planning.llm.offer import OfferMaker
from clappper.core.planning.llm.prompt import (
    load_system_text,
    make_messages,
    make_offer,
    restore_assets,
)
from clappper.core.planning.llm.repair import review_plan
from clappper.core.planning.llm.text import TextStream
from clappper.core.planning.llm.tools import CatalogTools
from clappper.core.planning.llm.wording import (
    collect_plan_issues,
    compare_counts,
    keep_misses,
    make_fallback_issue,
    make_question_rejection,
)
from clappper.core.planning.plan_result import PlanResult
from clappper.core.planning.questions.answering import answer_question
from clappper.core.planning.rule_planner import RulePlanner, transcribe

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from clappper.core.catalog.models import Catalog
    from clappper.core.planning.edits.models import PlanEdit
    from clappper.core.planning.llm.prompt import Offer
    from clappper.core.planning.llm.transport import PlanTransport
    from clappper.core.planning.llm.use import LlmUse
    from clappper.core.planning.models import Item, ScenePlan
    from clappper.core.planning.questions.ground import Evidence
    from clappper.core.units import Vec3

__all__ = ["Answer", "EditPlanResult", "LlmPlanner", "make_fallback_issue", "read_edits"]

_MAX_ASSUMPTIONS = 64
_STOPPED = "It was stopped."


@dataclass(frozen=True)
class EditPlanResult:
    """What a request to change a scene comes to: edits by the rules, or the model's whole plan.

    Attributes:
        edits: What the rules read; then there is no plan yet, applying them gives it.
        notes: How they read it, such as in what language, in sentences.
        is_part: Whether they took something of the request for mere talk.
        result: What the model made of it; its plan has all that was not to change unchanged. With a
            question the plan is the current one.
    """

    edits: tuple[PlanEdit, ...] = ()
    result: PlanResult | None = None
    notes: tuple[str, ...] = ()
    is_part: bool = False


@dataclass(frozen=True)
class Answer:
    """The answer to a question, by whom, and what it took."""

    text: str
    planner: str = "rules"
    llm: LlmUse | None = None


@dataclass(frozen=True)
class _Reading:
    """What the rules made of a prompt, and what the model is shown of the catalog."""

    rules: PlanResult | None
    rejection: PlanRejectedError | None
    offer: Offer

    @property
    def draft(self) -> ScenePlan | None:
        return self.rules.plan if self.rules else None


class LlmPlanner:
    """Plans scenes with a language model, and without it when it fails."""

    def __init__(
        self,
        catalog: Catalog,
        transport: PlanTransport,
        *,
        fallback: RulePlanner | None = None,
        caps: Caps | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Keep what it works with.

        Args:
            catalog: What there is.
            transport: Asks the model.
            fallback: The rules, or null for the usual ones.
            caps: What a request may take, or null for the usual with the environment's changes.
            environment: Variables with price table and limit of cost; the process's when left out.
        """
        self._catalog = catalog
        self._transport = transport
        self._rules = fallback or RulePlanner(catalog)
        self._offers = OfferMaker(catalog, self._rules)
        self._caps = caps
        self._environment = environment

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
        """Return the model's plan of a prompt, else the rules' with an issue PLANNER_FALLBACK.

        Cancelling closes the connection.

        Args:
            prompt: What the scene should show, at most 10,000 characters.
            seed: Handed on to the rules; a model is not asked to obey it.
            deadline_s: Longest time the model may take [s], or null for what the caps allow.
            on_event: Called on this loop with what is looked for, found and said.
            may_ask: Whether the result may be a question to the user.
            history: What was said before, oldest first; the last lines of it are told.

        Raises:
            UsageError: The prompt is empty or too long, or the price table cannot be used.
            PlanRejectedError: Nothing of it can be built, as the rules see it, and the model has no
                plan either.
        """
        reading = await asyncio.to_thread(self._read, prompt, seed)
        if reading.rules is not None:
            reading.rules.tell_found(on_event)
        messages = make_messages("plan", prompt, reading.offer, reading.draft, history=history)
        talk = await self._open(reading.offer, reading.draft, deadline_s, on_event)
        talk.messages, talk.may_ask = messages, may_ask
        outcome, use = await self._run(talk, on_event)
        if outcome.question is not None:
            if reading.rules is None:
                raise make_question_rejection(outcome.question)
            return replace(reading.rules, llm=use, question=outcome.question)
        if outcome.plan is None:
            return _fall_back(reading, outcome.reason or "", use)
        result = await asyncio.to_thread(self._accept, reading, outcome.plan, outcome, use)
        if reading.rules is None:
            result.tell_found(on_event)
        return result

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
        """Return the edits the rules read in a request, else the model's changed plan.

        The model is asked as well where the rules understand only a part.

        Args:
            prompt: What is to change, at most 2,000 characters.
            current: The scene as it is.
            room_size_m: Inner size of its room [m].
            deadline_s: Longest time the model may take [s], or null for what the caps allow.
            on_event: As for ``plan``.
            may_ask: As for ``plan``.
            history: As for ``plan``.

        Raises:
            UsageError: The request is empty or too long, or the price table cannot be used.
            PlanRejectedError: Neither the rules nor the model can do it; nothing is changed.
        """
        part: EditPlanResult | None = None
        rejection: PlanRejectedError | None = None
        try:
            part = await asyncio.to_thread(
                read_edits,
                self._catalog,
                prompt,
                current,
                room_size_m=room_size_m,
                history=history,
            )
        except PlanRejectedError as exc:
            rejection = exc
        if part is not None and not part.is_part:
            return part
        offer = await asyncio.to_thread(self._offers.offer_for_edit, prompt, current)
        talk = await self._open(offer, current, deadline_s, on_event)
        talk.messages = make_messages(
            "edit", prompt, offer, current, history=history, room_size_m=room_size_m
        )
        talk.may_ask = may_ask
        outcome, use = await self._run(talk, on_event)
        availability = await asyncio.to_thread(
            self._catalog.availability, [_make_wanted(i) for i in (outcome.plan or current).items]
        )
        if outcome.question is not None:
            result = PlanResult(current, availability, (), llm=use, question=outcome.question)
            return EditPlanResult(result=result)
        plan = None
        if outcome.plan is not None:
            edited = restore_assets(outcome.plan, current)
            notes = [*outcome.dropped, *edited.assumptions][:_MAX_ASSUMPTIONS]
            plan = keep_untouched(current, edited.model_copy(update={"assumptions": notes}))
        if plan is None or plan == current:
            reason = outcome.reason or "The language model changed nothing."
            issue = make_fallback_issue(reason)
            if part is not None:
                return replace(part, notes=(*part.notes, issue.message))
            assert rejection is not None
            raise PlanRejectedError(
                str(rejection), issues=(*rejection.issues, issue)
            ) from rejection
        issues = collect_plan_issues(plan, self._catalog, outcome)
        return EditPlanResult(result=PlanResult(plan, availability, issues, planner="llm", llm=use))

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
        """Return the answer to a question about catalog or scene: the rules', else the model's.

        Args:
            question: What the user asks.
            plan: The scene there is, or null.
            evidence: What is known of how it was built, or null; for the rules only.
            deadline_s: Longest time the model may take [s], or null for what the caps allow.
            on_event: As for ``plan``.
            history: As for ``plan``.

        Raises:
            PlanRejectedError: Neither knows an answer.
        """
        known = await asyncio.to_thread(answer_question, question, self._catalog, plan, evidence)
        if known is not None:
            return Answer(known)
        offer = (
            make_offer([])
            if plan is None
            else await asyncio.to_thread(self._offers.offer_plan, plan)
        )
        talk = await self._open(offer, plan, deadline_s, on_event)
        talk.messages = make_messages("answer", question, offer, plan, history=history)
        talk.is_question = True
        outcome, use = await self._run(talk, on_event)
        if outcome.answer is None:
            raise PlanRejectedError(
                f"{outcome.reason} Ask what the catalog has, for example: “Which forklifts do you "
                "have?”"
            )
        return Answer(outcome.answer, "llm", use)

    async def _open(
        self,
        offer: Offer,
        draft: ScenePlan | None,
        deadline_s: float | None,
        on_event: Callable[[events.Event], None] | None,
    ) -> Conversation:
        """Return a conversation that has its limits and tells its events."""
        environment = os.environ if self._environment is None else self._environment
        caps = self._caps or read_caps(environment)
        if deadline_s is not None:
            caps = replace(caps, duration_s=min(caps.duration_s, deadline_s))
        model, host = self._transport.model, self._transport.host
        price = await asyncio.to_thread(find_price, host, model, environment)
        tools = CatalogTools(self._catalog, offer)
        talk = Conversation(
            self._transport,
            tools,
            Spending(model, load_system_text()[0], caps, price=price),
            caps,
            lambda document: review_plan(document, tools.nouns, draft),
            (),
        )
        if on_event is not None:
            talk.on_search = lambda words: on_event(events.Searching(words))
            talk.stream = TextStream(lambda text: on_event(events.Planning(text)))
        return talk

    async def _run(
        self, talk: Conversation, on_event: Callable[[events.Event], None] | None
    ) -> tuple[Outcome, LlmUse]:
        """Hold a conversation to its end, and tell what it took."""
        try:
            outcome = await talk.run()
        except asyncio.CancelledError:
            use = talk.spending.make_use(fallback_reason=_STOPPED)
            if on_event is not None and use.turn_count:
                on_event(events.Asked(use))
            raise
        is_taken = outcome.reason is None or outcome.plan is not None
        use = talk.spending.make_use(
            repair_count=outcome.repair_count,
            fallback_reason=None if is_taken else outcome.reason,
        )
        if on_event is not None:
            on_event(events.Asked(use))
        return outcome, use

    def _read(self, prompt: str, seed: int) -> _Reading:
        try:
            rules = self._rules.plan(prompt, seed=seed)
        except PlanRejectedError as exc:
            return _Reading(None, exc, self._offers.offer_common_things())
        return _Reading(rules, None, self._offers.offer_found(rules))

    def _accept(
        self, reading: _Reading, plan: ScenePlan, outcome: Outcome, use: LlmUse
    ) -> PlanResult:
        plan = restore_assets(plan, reading.draft)
        notes = [*outcome.dropped, *compare_counts(plan, reading.draft), *plan.assumptions]
        misses = keep_misses(plan, reading.offer, reading.draft)
        update = {"assumptions": list(dict.fromkeys(notes))[:_MAX_ASSUMPTIONS], "misses": misses}
        plan = plan.model_copy(update=update)
        issues = collect_plan_issues(plan, self._catalog, outcome)
        if reading.rules is not None:
            availability = reading.rules.availability
        else:
            availability = self._catalog.availability([_make_wanted(i) for i in plan.items])
        return PlanResult(plan, availability, issues, planner="llm", llm=use)


def read_edits(
    catalog: Catalog,
    prompt: str,
    current: ScenePlan,
    *,
    room_size_m: Vec3,
    history: Sequence[str] = (),
) -> EditPlanResult:
    """Return what the rules read in a request to change a scene, and how they read it.

    Args:
        catalog: What there is.
        prompt: What is to change, at most 2,000 characters.
        current: The scene as it is.
        room_size_m: Inner size of its room [m].
        history: What was said before, the oldest first.

    Raises:
        UsageError: The request is empty or too long.
        PlanRejectedError: It is not understood, or cannot be done.
    """
    read = EditReader(catalog).read_request(
        prompt, current, room_size_m=room_size_m, before=find_said_before(history)
    )
    talk = (f"“{said}” was taken for no request." for said in read.talk)
    notes = (*transcribe(prompt).notes, *talk)
    return EditPlanResult(edits=read.edits, notes=notes, is_part=bool(read.talk))


def _fall_back(reading: _Reading, reason: str, use: LlmUse) -> PlanResult:
    issue = make_fallback_issue(reason)
    if reading.rules is None:
        assert reading.rejection is not None
        issues = (*reading.rejection.issues, issue)
        raise PlanRejectedError(str(reading.rejection), issues=issues) from reading.rejection
    return replace(reading.rules, issues=(*reading.rules.issues, issue), llm=use)


def _make_wanted(item: Item) -> Wanted:
    return Wanted(
        asked=item.asked, noun=item.noun, attributes=tuple(item.attributes), count=item.count
    )
