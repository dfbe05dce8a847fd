"""What asking a language model took, as a value."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["LlmUse"]


@dataclass(frozen=True)
class LlmUse:
    """What asking a language model took: the cost ledger's entry for one request of the user.

    Attributes:
        model: Name of the model.
        prompt_version: Version of the system text.
        prompt_tokens: Tokens of all questions, or null when nothing was answered.
        completion_tokens: Tokens of all answers, or null likewise.
        cached_tokens: How many of the prompt's the server had cached.
        is_estimated: Whether a server counted no tokens, so that ours are estimates.
        rung: How it was asked last, by the name of the ladder's rung, or null.
        turn_count: Answers there were.
        request_count: HTTP requests these took.
        tool_call_count: Calls of tools in them.
        repair_count: How often the model was told what is wrong.
        duration_s: Time for everything [s].
        cost: Money in ``currency``, or null when no price is known.
        currency: Currency of the price table, or null likewise.
        fallback_reason: Why the model's plan was not taken, or null.
    """

    model: str
    prompt_version: int
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cached_tokens: int = 0
    is_estimated: bool = False
    rung: str | None = None
    turn_count: int = 0
    request_count: int = 0
    tool_call_count: int = 0
    repair_count: int = 0
    duration_s: float = 0.0
    cost: float | None = None
    currency: str | None = None
    fallback_reason: str | None = None
