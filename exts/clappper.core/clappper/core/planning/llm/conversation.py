"""The conversation with a language model about one wish: it searches, asks, submits, repairs.

Every answer is bounded and counted; the same call twice, or any cap, ends it. What is sound of the
last plan is kept for that case.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from clappper.core.errors import PlanRejectedError, PlanTransportError
from clappper.core.planning.llm.answer import read_json
from clappper.core.planning.llm.budget import estimate_tokens
from clappper.core.planning.llm.calls import (
    describe_arguments,
    make_issue,
    read_arguments,
    read_call,
    shorten_message,
)
from clappper.core.planning.llm.finding import Finding, Review
from clappper.core.planning.llm.prompt import dump_json
from clappper.core.planning.llm.text import clean_list, clean_words, drop_surrogates
from clappper.core.planning.llm.tools import (
    ANSWER_USER,
    ASK_USER,
    GET_ASSETS,
    SEARCH_ASSETS,
    SUBMIT_PLAN,
    AnswerArguments,
    AskArguments,
    GetArguments,
    SearchArguments,
    find_nearest,
)
from clappper.core.planning.llm.transport import ChatMessage, ChatRequest, ToolCall
from clappper.core.planning.plan_result import PlanQuestion

if TYPE_CHECKING:
    from collections.abc import Callable

    from clappper.core.planning.llm.budget import Caps, Spending
    from clappper.core.planning.llm.text import TextStream
    from clappper.core.planning.llm.tools import CatalogTools
    from clappper.core.planning.llm.transport import ChatReply, PlanTransport, ToolSpec
    from clappper.core.planning.models import ScenePlan

__all__ = ["Conversation", "Outcome"]

#: How often a model is told what is wrong with its plan.
MAX_REPAIRS = 2
_QUESTION_CHARS, _OPTION_CHARS, _ANSWER_CHARS = 240, 80, 2_000
_MAX_OPTIONS = 5
_NOT_A_NAME = re.compile(r"[^a-zA-Z0-9_-]")
_NAME_CHARS = 64
#: Longest text of a model that is not a call that is kept in the conversation [characters].
_MAX_KEPT_CHARS = 24_000
_REPEATS = "The language model repeats itself."
_NO_QUESTIONS = "There is nobody to ask: decide yourself and say so in assumptions."


@dataclass(frozen=True)
class Outcome:
    """How a conversation ended: with a plan, a question, an answer, or only a reason why not.

    Attributes:
        plan: The plan, complete or what is sound of it.
        question: What the model wants to know first.
        answer: The answer to the user's question.
        reason: Why there is no plan, or no complete one; a sentence.
        dropped: Sentences for the user about what the plan lacks.
        repair_count: How often the model was told what is wrong.
    """

    plan: ScenePlan | None = None
    question: PlanQuestion | None = None
    answer: str | None = None
    reason: str | None = None
    dropped: tuple[str, ...] = ()
    repair_count: int = 0


@dataclass
class Conversation:
    """One conversation; ``run`` it once.

    Attributes:
        transport: Asks the model.
        tools: Read the catalog.
        spending: What it takes, and may take.
        caps: The same limits.
        review: Returns what a submitted plan comes to.
        messages: What is said first.
        may_ask: Whether the user can be asked.
        is_question: Whether an answer is wanted rather than a plan.
        on_search: Called on the loop with the words the catalog is asked for.
        stream: Takes on the loop the pieces of what the model says, or None.
    """

    transport: PlanTransport
    tools: CatalogTools
    spending: Spending
    caps: Caps
    review: Callable[[object], Review]
    messages: tuple[ChatMessage, ...]
    may_ask: bool = False
    is_question: bool = False
    on_search: Callable[[tuple[str, ...]], None] = field(default=lambda _words: None)
    stream: TextStream | None = None
    _last: Review | None = field(default=None, init=False)
    _repairs: int = field(default=0, init=False)
    _calls: set[tuple[str, str]] = field(default_factory=set, init=False)

    async def run(self) -> Outcome:
        """Return how it ended. Cancelling closes the connection and leaves nothing behind."""
        answer, tools = _choose_tools(is_question=self.is_question)
        fixed = estimate_tokens("".join(_write_tool(tool) for tool in (answer, *tools)))
        while True:
            prompt_tokens = fixed + sum(estimate_tokens(_write(m)) for m in self.messages)
            reason = self.spending.check(prompt_tokens)
            if reason is not None:
                return self._end(reason)
            request = ChatRequest(self.messages, answer, tools, self.caps.completion_tokens)
            on_text = self.stream.feed if self.stream else None
            try:
                reply = await self.transport.complete(
                    request, deadline_s=self.spending.remaining_s, on_text=on_text
                )
            except PlanTransportError as exc:
                if exc.usage is not None:
                    self.spending.add_usage(exc.usage)
                return self._end(str(exc))
            if self.stream is not None:
                self.stream.end()
            self.spending.add(reply)
            outcome = await self._take(reply)
            if outcome is not None:
                return outcome

    async def _take(self, reply: ChatReply) -> Outcome | None:
        """Do what a reply asks for; return an outcome when that ends the conversation."""
        if not reply.tool_calls:
            return await self._take_text(reply.text or "")
        calls: list[ToolCall] = []
        results: list[ChatMessage] = []
        for place, call in enumerate(reply.tool_calls):
            if not self.spending.count_call():
                return self._end("The language model called too many tools.")
            name = _NOT_A_NAME.sub("_", call.name[:_NAME_CHARS]) or "unknown"
            document, arguments = read_call(call.arguments)
            signature = (name, arguments or call.arguments)
            if signature in self._calls:
                return self._end()
            self._calls.add(signature)
            done = await self._call(call.name, document)
            if isinstance(done, Outcome):
                return done
            call_id = _NOT_A_NAME.sub("_", call.id[:_NAME_CHARS]) or f"call_{place}"
            calls.append(ToolCall(call_id, name, arguments or "{}"))
            results.append(ChatMessage("tool", dump_json(done), tool_call_id=call_id))
        said = clean_words(reply.text or "", limit=_ANSWER_CHARS)
        self.messages += (ChatMessage("assistant", said, tool_calls=tuple(calls)), *results)
        return None

    async def _take_text(self, text: str) -> Outcome | None:
        """Read a plan, or an answer, that came without a call."""
        signature = ("", text)
        if signature in self._calls:
            return self._end()
        self._calls.add(signature)
        try:
            document = await asyncio.to_thread(read_json, text)
        except PlanRejectedError as exc:
            if self.is_question:
                return self._end_answer(text)
            return self._keep_text(text, self._return_issues(Review(None, (_make_finding(exc),))))
        if self.is_question:
            said = document.get("text") if isinstance(document, dict) else None
            return self._end_answer(said if isinstance(said, str) else text)
        return self._keep_text(text, await self._submit(document))

    def _keep_text(self, text: str, done: dict[str, Any] | Outcome) -> Outcome | None:
        if isinstance(done, Outcome):
            return done
        self.messages += (
            ChatMessage("assistant", drop_surrogates(text[:_MAX_KEPT_CHARS])),
            ChatMessage("user", dump_json(done)),
        )
        return None

    async def _call(self, name: str, document: object) -> dict[str, Any] | Outcome:
        """Run one tool; return its result for the model, or how that ends the conversation."""
        answer, tools = _choose_tools(is_question=self.is_question)
        names = [tool.name for tool in (answer, *tools)]
        if name not in names:
            message = f"There is no tool {clean_words(name, limit=40)}."
            nearest = find_nearest(name, names) or names
            return {"issues": [make_issue("UNKNOWN_TOOL", message, nearest=nearest)]}
        if name == SUBMIT_PLAN.name:
            return await self._submit(document)
        try:
            if name in (SEARCH_ASSETS.name, GET_ASSETS.name):
                return await self._look_up(name, document)
            if name == ASK_USER.name:
                return self._ask(read_arguments(AskArguments, document))
            return self._end_answer(read_arguments(AnswerArguments, document).text)
        except ValidationError as exc:
            return describe_arguments(exc)

    async def _look_up(self, name: str, document: object) -> dict[str, Any]:
        if name == GET_ASSETS.name:
            get = read_arguments(GetArguments, document)
            return await asyncio.to_thread(self.tools.get, get)
        search = read_arguments(SearchArguments, document)
        self.on_search(tuple(clean_list((q.query for q in search.queries), limit=_OPTION_CHARS)))
        return await asyncio.to_thread(self.tools.search, search)

    async def _submit(self, document: object) -> dict[str, Any] | Outcome:
        review = await asyncio.to_thread(self.review, document)
        if review.plan is not None and not review.findings:
            return Outcome(plan=review.plan, repair_count=self._repairs)
        return self._return_issues(review)

    def _return_issues(self, review: Review) -> dict[str, Any] | Outcome:
        """Tell the model what is wrong, as often as it may be told."""
        if review.plan is not None or self._last is None or self._last.plan is None:
            self._last = review
        if self._repairs == MAX_REPAIRS:
            return self._end()
        self._repairs += 1
        self.messages = tuple(shorten_message(message) for message in self.messages)
        return {"issues": review.list_told(), "issue_count": len(review.findings)}

    def _ask(self, arguments: AskArguments) -> dict[str, Any] | Outcome:
        text = clean_words(arguments.question, limit=_QUESTION_CHARS)
        if not self.may_ask or not text:
            return {"issues": [make_issue("NO_QUESTIONS", _NO_QUESTIONS)]}
        options = clean_list(arguments.options, limit=_OPTION_CHARS)[:_MAX_OPTIONS]
        return Outcome(question=PlanQuestion(text, tuple(options)), repair_count=self._repairs)

    def _end_answer(self, text: str) -> Outcome:
        answer = clean_words(text, limit=_ANSWER_CHARS)
        if not answer:
            return self._end("The language model gave no answer.")
        return Outcome(answer=answer)

    def _end(self, reason: str | None = None) -> Outcome:
        """Return what is left when there is no complete plan; without a reason for what it says."""
        last = self._last
        if reason is None and last is not None:
            reason = f"The language model's plan cannot be used: {last.describe()}."
        reason = reason or _REPEATS
        if last is None or last.plan is None:
            return Outcome(reason=reason, repair_count=self._repairs)
        return Outcome(
            plan=last.plan, reason=reason, dropped=last.dropped, repair_count=self._repairs
        )


def _choose_tools(*, is_question: bool) -> tuple[ToolSpec, tuple[ToolSpec, ...]]:
    """Return the tool that ends a conversation, and the others, always in the same order."""
    if is_question:
        return ANSWER_USER, (SEARCH_ASSETS, GET_ASSETS)
    return SUBMIT_PLAN, (SEARCH_ASSETS, GET_ASSETS, ASK_USER)


def _make_finding(error: PlanRejectedError) -> Finding:
    return Finding("", "NOT_JSON", str(error))


def _write(message: ChatMessage) -> str:
    return message.text + "".join(call.name + call.arguments for call in message.tool_calls)


def _write_tool(tool: ToolSpec) -> str:
    return dump_json({"name": tool.name, "description": tool.description, "schema": tool.schema})
