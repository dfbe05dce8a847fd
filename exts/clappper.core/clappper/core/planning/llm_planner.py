"""The planner that asks a language model, in its plainest form: once, with all it may use.

The rules read the prompt first; their plan stands whenever the model's cannot be used, with one
sentence why. Everything that takes time runs in worker threads.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from clappper.core.catalog.models import Wanted
from clappper.core.errors import PlanRejectedError, PlanTransportError
from clappper.core.issue import Issue
from clappper.core.planning.lexicon import load_classes
from clappper.core.planning.llm_answer import compare_counts, read_answer
from clappper.core.planning.llm_prompt import load_system_text, make_offer, make_request
from clappper.core.planning.rule_planner import LlmUse, PlanResult, RulePlanner

if TYPE_CHECKING:
    from clappper.core.catalog.models import Catalog
    from clappper.core.planning.llm_prompt import Offer
    from clappper.core.planning.models import Item, Miss, ScenePlan
    from clappper.core.planning.transport import ChatReply, ChatRequest, PlanTransport

__all__ = ["DEFAULT_DEADLINE_S", "LlmPlanner", "make_fallback_issue"]

#: Longest time a model may take [s].
DEFAULT_DEADLINE_S = 60.0
#: Longest request that is sent, all messages together [characters].
MAX_REQUEST_CHARS = 200_000
_MAX_ASSUMPTIONS = 64


@dataclass(frozen=True)
class _Reading:
    """What the rules made of a prompt, and what the model is asked."""

    rules: PlanResult | None
    rejection: PlanRejectedError | None
    offer: Offer
    request: ChatRequest

    @property
    def draft(self) -> ScenePlan | None:
        return self.rules.plan if self.rules else None


class LlmPlanner:
    """Plans scenes with a language model, and without it when it fails."""

    def __init__(
        self, catalog: Catalog, transport: PlanTransport, *, fallback: RulePlanner | None = None
    ) -> None:
        self._catalog = catalog
        self._transport = transport
        self._rules = fallback or RulePlanner(catalog)

    async def plan(
        self, prompt: str, *, seed: int = 0, deadline_s: float = DEFAULT_DEADLINE_S
    ) -> PlanResult:
        """Return the model's plan of a prompt, else the rules' with an issue PLANNER_FALLBACK.

        Cancelling closes the connection.

        Args:
            prompt: What the scene should show, at most 10,000 characters.
            seed: Handed on to the rules; a model is not asked to obey it.
            deadline_s: Longest time the model may take [s].

        Raises:
            UsageError: The prompt is empty or too long.
            PlanRejectedError: Nothing of it can be built, as the rules see it, and the model has no
                plan either.
        """
        reading = await asyncio.to_thread(self._read, prompt, seed)
        if sum(len(message.text) for message in reading.request.messages) > MAX_REQUEST_CHARS:
            return _fall_back(reading, "The request is too long for a language model.", None)
        use = LlmUse(self._transport.model, load_system_text()[0])
        try:
            reply = await self._transport.complete(reading.request, deadline_s=deadline_s)
        except PlanTransportError as exc:
            return _fall_back(reading, str(exc), use)
        if reply.usage is not None:
            use = replace(
                use,
                prompt_tokens=reply.usage.prompt_tokens,
                completion_tokens=reply.usage.completion_tokens,
            )
        try:
            return await asyncio.to_thread(self._accept, reading, reply, use)
        except PlanRejectedError as exc:
            reason = f"The language model's plan cannot be used: {str(exc).rstrip('.')}."
            return _fall_back(reading, reason, use)

    def _read(self, prompt: str, seed: int) -> _Reading:
        try:
            rules = self._rules.plan(prompt, seed=seed)
        except PlanRejectedError as exc:
            offer = self._offer_common_things()
            return _Reading(None, exc, offer, make_request(prompt, offer, None))
        offer = self._offer_found(rules)
        return _Reading(rules, None, offer, make_request(prompt, offer, rules.plan))

    def _offer_found(self, rules: PlanResult) -> Offer:
        """Offer what the rules chose, what else there is of it, and what is near to the misses."""
        entries = rules.availability.entries
        chosen = [(item.noun, self._catalog.get(item.asset_ids)) for item in rules.plan.items]
        found = [(entry.noun, entry.assets) for entry in entries if entry.noun]
        misses = [(miss.asked, self._catalog.get(miss.suggestions)) for miss in rules.plan.misses]
        return make_offer([*chosen, *found], misses)

    def _offer_common_things(self) -> Offer:
        """Offer what the catalog has of the things scenes are usually made of."""
        words = dict.fromkeys(
            word for kind in load_classes().values() for word in sorted(kind.words)
        )
        wanted = [Wanted(asked=word, noun=word, attributes=(), count=None) for word in words]
        entries = self._catalog.availability(wanted).entries
        return make_offer((entry.noun, entry.assets[:2]) for entry in entries if entry.noun)

    def _accept(self, reading: _Reading, reply: ChatReply, use: LlmUse) -> PlanResult:
        answer = reply.tool_arguments or reply.text or ""
        plan = read_answer(answer, reading.offer, reading.draft)
        notes = [*compare_counts(plan, reading.draft), *plan.assumptions]
        plan = plan.model_copy(update={"assumptions": notes[:_MAX_ASSUMPTIONS]})
        issues = [self._make_miss_issue(miss) for miss in plan.misses]
        issues += [
            Issue(code="ASSUMPTION", severity="info", message=text) for text in plan.assumptions
        ]
        if reading.rules is not None:
            availability = reading.rules.availability
        else:
            availability = self._catalog.availability([_make_wanted(i) for i in plan.items])
        return PlanResult(plan, availability, tuple(issues), planner="llm", llm=use)

    def _make_miss_issue(self, miss: Miss) -> Issue:
        nouns = list(dict.fromkeys(a.noun for a in self._catalog.get(miss.suggestions)))
        if miss.action == "substituted" and nouns:
            message = f"The catalog has no {miss.asked}: {nouns[0]} stands in for it."
        else:
            nearest = f"; nearest: {', '.join(nouns)}" if nouns else ""
            message = f"The catalog has no {miss.asked}: it is left out{nearest}."
        hint = "Ask for something the catalog has."
        return Issue(code="MISS", severity="warning", message=message, hint=hint)


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


def _fall_back(reading: _Reading, reason: str, use: LlmUse | None) -> PlanResult:
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
