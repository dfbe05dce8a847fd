"""What asking a language model may take, what it has taken, and what that costs.

Prices are configuration: a table comes with the package, another one is named by
``CLAPPPER_LLM_PRICES`` and goes before it. Where a price is unknown, only tokens are told.
"""

from __future__ import annotations

import json
import math
import time
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from clappper.core.errors import UsageError
from clappper.core.planning.llm.use import LlmUse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from clappper.core.planning.llm.transport import ChatReply, TokenUsage

__all__ = [
    "MAX_COST_NAME",
    "PRICES_NAME",
    "Caps",
    "Price",
    "Spending",
    "describe_use",
    "estimate_tokens",
    "find_price",
    "read_caps",
]

#: Variables with a price table of the user's own, and the most a request may cost and last [s].
PRICES_NAME, MAX_COST_NAME = "CLAPPPER_LLM_PRICES", "CLAPPPER_LLM_MAX_COST"
TIMEOUT_NAME = "CLAPPPER_LLM_TIMEOUT"
_LONGEST_TIMEOUT_S = 3600.0
_MAX_TABLE_BYTES = 1_000_000
#: An answer cannot be waited for shorter than this [s].
_LEAST_S = 0.1


@dataclass(frozen=True)
class Caps:
    """The most one request of the user may take.

    Attributes:
        turns: Answers of the model.
        tool_calls: Calls of tools in all of them.
        prompt_tokens: Tokens of one turn's question, as estimated.
        completion_tokens: Tokens of one turn's answer.
        duration_s: Time for everything [s].
        cost: Money, in the price table's currency, or null for no such limit.
    """

    turns: int = 6
    tool_calls: int = 12
    prompt_tokens: int = 16_000
    completion_tokens: int = 4_096
    duration_s: float = 60.0
    cost: float | None = None


_Amount = Annotated[float, Field(ge=0.0, le=1e6, allow_inf_nan=False)]


class Price(BaseModel):
    """What a model costs, per million tokens."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str | None = Field(description="Host of the endpoint, or null for every one.")
    model: str = Field(min_length=1, max_length=200)
    prompt: _Amount
    cached: _Amount | None = Field(description="Prompt tokens the server had cached, or null.")
    completion: _Amount
    currency: str = Field(min_length=1, max_length=8)

    def compute_cost(self, prompt: int, completion: int, cached: int = 0) -> float:
        """Return what so many tokens cost; ``cached`` of the prompt's came from a cache."""
        cached = min(cached, prompt)
        cached_price = self.prompt if self.cached is None else self.cached
        paid = (prompt - cached) * self.prompt + cached * cached_price
        return (paid + completion * self.completion) / 1e6


class _PriceTable(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    schema_version: Literal[1]
    note: str = Field(max_length=500)
    prices: tuple[Price, ...] = Field(max_length=1000)


def read_caps(environment: Mapping[str, str]) -> Caps:
    """Return the usual caps with the limits on money and time of the environment.

    Raises:
        UsageError: ``CLAPPPER_LLM_MAX_COST`` or ``CLAPPPER_LLM_TIMEOUT`` is no amount.
    """
    caps = Caps()
    cost = _read_amount(environment, MAX_COST_NAME)
    if cost is not None and not 0.0 <= cost < math.inf:
        raise UsageError(f"{MAX_COST_NAME} is no amount of money: set it to a number such as 0.05.")
    timeout = _read_amount(environment, TIMEOUT_NAME)
    if timeout is not None and not _LEAST_S <= timeout <= _LONGEST_TIMEOUT_S:
        raise UsageError(
            f"{TIMEOUT_NAME} is no time: set it to a number of seconds from {_LEAST_S:g} to "
            f"{_LONGEST_TIMEOUT_S:g}."
        )
    return replace(caps, cost=cost, duration_s=timeout or caps.duration_s)


def _read_amount(environment: Mapping[str, str], name: str) -> float | None:
    """Return a number of the environment, or None when it is not set; NaN for what is none."""
    text = environment.get(name, "").strip()
    try:
        return float(text) if text else None
    except ValueError:
        return math.nan


def find_price(host: str, model: str, environment: Mapping[str, str]) -> Price | None:
    """Return the price of a model at a host, or None when no table has it. Reads files.

    Raises:
        UsageError: The table that ``CLAPPPER_LLM_PRICES`` names cannot be used.
    """
    shipped = files("clappper.core") / "data" / "planning" / "llm_prices.json"
    tables = [_read_table(shipped.read_bytes())]
    own = environment.get(PRICES_NAME, "").strip()
    if own:
        try:
            path = Path(own)
            if path.stat().st_size > _MAX_TABLE_BYTES:
                raise UsageError(f"The price table {own} is far too large: correct {PRICES_NAME}.")
            tables.insert(0, _read_table(path.read_bytes()))
        except OSError as exc:
            raise UsageError(
                f"Cannot read the price table {own}: {exc.strerror or exc}. Correct {PRICES_NAME}."
            ) from exc
        except (ValueError, RecursionError) as exc:
            where = ""
            if isinstance(exc, ValidationError):
                where = " at " + ".".join(str(part) for part in exc.errors()[0]["loc"])
            raise UsageError(
                f"The price table {own} is not sound{where}: correct it, or unset {PRICES_NAME}."
            ) from exc
    for table in tables:
        for price in table.prices:
            if price.model == model and price.host in (host, None):
                return price
    return None


def _read_table(data: bytes) -> _PriceTable:
    return _PriceTable.model_validate(json.loads(data))


def estimate_tokens(text: str) -> int:
    """Return about how many tokens a text has: four ASCII characters, or one other, are one."""
    ascii_count = len(text.encode("ascii", "ignore"))
    return math.ceil(ascii_count / 4) + len(text) - ascii_count


class Spending:
    """What one request of the user has taken so far."""

    def __init__(
        self,
        model: str,
        prompt_version: int,
        caps: Caps,
        *,
        price: Price | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._model, self._prompt_version = model, prompt_version
        self._caps, self._price = caps, price
        self._clock = clock
        self._start_s = clock()
        self._rung = ""
        self._turns = self._requests = self._calls = 0
        self._prompt = self._completion = self._cached = 0
        self._is_estimated = False

    @property
    def remaining_s(self) -> float:
        """Time that is left [s], never quite nothing."""
        return max(_LEAST_S, self._caps.duration_s - self._elapsed_s)

    @property
    def _elapsed_s(self) -> float:
        return self._clock() - self._start_s

    @property
    def _cost(self) -> float | None:
        if self._price is None:
            return None
        return self._price.compute_cost(self._prompt, self._completion, self._cached)

    def check(self, prompt_tokens: int) -> str | None:
        """Return why the model cannot be asked once more, as a sentence, or None when it can.

        Args:
            prompt_tokens: How long the next question is, as estimated.
        """
        caps, who = self._caps, "The language model"
        if self._turns >= caps.turns:
            return f"{who} had no plan after {caps.turns} answers."
        if self._elapsed_s >= caps.duration_s:
            return f"{who} had no plan after {caps.duration_s:g} s."
        if prompt_tokens > caps.prompt_tokens:
            return f"The request is too long for a language model ({prompt_tokens:,} tokens)."
        if caps.cost is not None:
            return self._check_cost(prompt_tokens, caps.cost)
        return None

    def _check_cost(self, prompt_tokens: int, limit: float) -> str | None:
        if self._price is None or self._cost is None:
            return (
                f"No price is known for {self._model}, so that {MAX_COST_NAME} cannot be kept: "
                f"name a table with {PRICES_NAME}."
            )
        next_cost = self._price.compute_cost(prompt_tokens, self._caps.completion_tokens)
        if self._cost + next_cost > limit:
            allowed = f"{limit:g} {self._price.currency}"
            return f"Another answer may cost more than the {allowed} that {MAX_COST_NAME} allows."
        return None

    def count_call(self) -> bool:
        """Note a call of a tool; False when it is one too many."""
        if self._calls >= self._caps.tool_calls:
            return False
        self._calls += 1
        return True

    def add(self, reply: ChatReply) -> None:
        """Note an answer."""
        self._rung = reply.rung
        self._turns += 1
        self._requests += reply.request_count
        self.add_usage(reply.usage)

    def add_usage(self, usage: TokenUsage) -> None:
        """Note tokens, also of what was no answer in the end."""
        self._prompt += usage.prompt_tokens
        self._completion += usage.completion_tokens
        self._cached += usage.cached_tokens
        self._is_estimated |= usage.is_estimated

    def make_use(self, *, repair_count: int = 0, fallback_reason: str | None = None) -> LlmUse:
        """Return the ledger's entry.

        Args:
            repair_count: How often the model was told what is wrong.
            fallback_reason: Why the model's plan was not taken, or null.
        """
        is_paid = bool(self._turns or self._prompt)
        cost = self._cost if is_paid else None
        return LlmUse(
            model=self._model,
            prompt_version=self._prompt_version,
            prompt_tokens=self._prompt if is_paid else None,
            completion_tokens=self._completion if is_paid else None,
            cached_tokens=self._cached,
            is_estimated=self._is_estimated,
            rung=self._rung or None,
            turn_count=self._turns,
            request_count=self._requests,
            tool_call_count=self._calls,
            repair_count=repair_count,
            duration_s=round(self._elapsed_s, 3),
            cost=None if cost is None else round(cost, 6),
            currency=self._price.currency if self._price else None,
            fallback_reason=fallback_reason,
        )


def describe_use(use: LlmUse) -> str:
    """Return what asking took, as a sentence; without a price only tokens."""
    turns = f"{use.turn_count} answer{'' if use.turn_count == 1 else 's'}"
    parts = [turns] if use.turn_count else []
    if use.prompt_tokens is not None and use.completion_tokens is not None:
        about = "about " if use.is_estimated else ""
        parts.append(f"{about}{use.prompt_tokens:,} + {use.completion_tokens:,} tokens")
    if use.cost is not None:
        parts.append(f"{use.cost:.4f} {use.currency}")
    parts.append(f"{use.duration_s:.1f} s")
    if not use.turn_count:
        parts.append("without an answer")
    return f"The language model {use.model} took {', '.join(parts)}."
