"""What asking a model may take, what it took, and what that costs."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import replace

import pytest

from clappper.core.errors import PlanTransportError, UsageError
from clappper.core.events import Asked
from clappper.core.planning.llm.budget import Caps, describe_use, find_price
from clappper.core.planning.llm.planner import LlmPlanner
from clappper.core.planning.llm.transport import TokenUsage
from support.fake_transport import FakeTransport, make_reply
from support.llm_talk import CATALOG, PROMPT, RULES, make_answer, plan, search


@pytest.mark.parametrize(
    ("caps", "turns", "word"),
    [
        (Caps(turns=2), 2, "after 2 answers"),
        (Caps(tool_calls=2), 3, "too many tools"),
        (Caps(prompt_tokens=1000), 0, "too long"),
        (Caps(cost=1.0), 0, "CLAPPPER_LLM_PRICES"),
    ],
)
def test_caps_end_a_conversation_with_the_rules_plan(caps, turns, word):
    calls = [make_reply(search(f"thing {n}")) for n in range(8)]
    result, transport = plan(*calls, caps=caps)

    assert result.plan == RULES.plan
    assert word in result.issues[-1].message
    assert len(transport.requests) == turns
    assert all(request.max_tokens == 4096 for request in transport.requests)


def test_cap_of_the_prompt_holds_for_later_turns_too():
    result, _ = plan(make_answer(), caps=Caps(prompt_tokens=10))
    first = int(re.search(r"\(([\d,]+) tokens\)", result.issues[-1].message)[1].replace(",", ""))

    calls = [make_reply(search(f"thing {n}")) for n in range(8)]
    result, transport = plan(*calls, caps=Caps(prompt_tokens=first + 10))

    assert len(transport.requests) == 1
    assert "too long" in result.issues[-1].message


PRICES = {
    "schema_version": 1,
    "note": "",
    "prices": [
        {
            "host": None,
            "model": "fake-model",
            "prompt": 10.0,
            "cached": 1.0,
            "completion": 100.0,
            "currency": "EUR",
        }
    ],
}


def test_ledger_counts_everything_and_money_where_a_price_is_known(tmp_path):
    table = tmp_path / "prices.json"
    table.write_text(json.dumps(PRICES), encoding="utf-8")
    usage = TokenUsage(1000, 50, cached_tokens=400, is_estimated=True)
    result, _ = plan(
        make_reply(search("desk"), usage=usage),
        make_answer(),
        environment={"CLAPPPER_LLM_PRICES": str(table)},
    )

    use = result.llm
    assert (use.prompt_tokens, use.completion_tokens, use.cached_tokens) == (1010, 70, 400)
    assert (use.turn_count, use.request_count, use.tool_call_count) == (2, 2, 2)
    assert (use.is_estimated, use.rung) == (True, "tools")
    assert use.cost == pytest.approx((610 * 10 + 400 * 1 + 70 * 100) / 1e6)
    assert use.currency == "EUR"
    assert plan(make_answer())[0].llm.cost is None


def test_cost_limit_is_kept_before_an_answer_is_asked_for(tmp_path):
    table = tmp_path / "prices.json"
    table.write_text(json.dumps(PRICES), encoding="utf-8")
    environment = {"CLAPPPER_LLM_PRICES": str(table), "CLAPPPER_LLM_MAX_COST": "0.01"}
    result, transport = plan(make_answer(), environment=environment)

    assert transport.requests == []
    assert "0.01 EUR" in result.issues[-1].message


@pytest.mark.parametrize(
    ("environment", "word"),
    [
        ({"CLAPPPER_LLM_MAX_COST": "a lot"}, "CLAPPPER_LLM_MAX_COST"),
        ({"CLAPPPER_LLM_MAX_COST": "-1"}, "CLAPPPER_LLM_MAX_COST"),
        ({"CLAPPPER_LLM_MAX_COST": "inf"}, "CLAPPPER_LLM_MAX_COST"),
        ({"CLAPPPER_LLM_TIMEOUT": "soon"}, "CLAPPPER_LLM_TIMEOUT"),
        ({"CLAPPPER_LLM_TIMEOUT": "0"}, "CLAPPPER_LLM_TIMEOUT"),
        ({"CLAPPPER_LLM_TIMEOUT": "nan"}, "CLAPPPER_LLM_TIMEOUT"),
        ({"CLAPPPER_LLM_PRICES": "/no/such/file"}, "CLAPPPER_LLM_PRICES"),
    ],
)
def test_configuration_that_is_wrong_is_a_sentence(environment, word):
    with pytest.raises(UsageError, match=word):
        plan(make_answer(), environment=environment)


@pytest.mark.parametrize(
    "text", ["", "[", "{}", "[" * 100_000, json.dumps(PRICES).replace("10.0", "NaN"), "\udcff"]
)
def test_price_table_that_is_wrong_is_a_sentence(tmp_path, text):
    table = tmp_path / "prices.json"
    table.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(UsageError, match="CLAPPPER_LLM_PRICES"):
        find_price("h", "m", {"CLAPPPER_LLM_PRICES": str(table)})


def test_price_table_of_the_package_knows_the_usual_model():
    price = find_price("api.openai.com", "gpt-4.1-mini", {})
    assert price is not None
    assert price.currency == "USD"
    assert find_price("localhost", "gpt-4.1-mini", {}) is None


@pytest.mark.parametrize("answers", [(make_reply(search("barrel")), None), (None,)])
def test_plan_cancelled_tells_what_answers_took(answers):
    transport, events = FakeTransport(*answers), []

    async def cancel():
        planner = LlmPlanner(CATALOG, transport, environment={})
        task = asyncio.ensure_future(planner.plan(PROMPT, on_event=events.append))
        while len(transport.requests) < len(answers):
            await asyncio.sleep(0.001)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancel())
    uses = [event.use for event in events if isinstance(event, Asked)]
    known = [(use.prompt_tokens, use.fallback_reason) for use in uses]
    assert known == [(10, "It was stopped.")] * (len(answers) - 1)


def test_plan_when_transport_fails_tells_what_answers_of_no_use_took():
    usage = TokenUsage(100, 50)
    result, _ = plan(PlanTransportError("It answers nothing.", usage=usage))

    assert (result.llm.prompt_tokens, result.llm.completion_tokens) == (100, 50)
    assert (result.llm.turn_count, result.llm.fallback_reason) == (0, "It answers nothing.")


def test_describe_use_tells_money_only_where_it_is_known():
    use = plan(make_answer())[0].llm
    assert describe_use(use).startswith("The language model fake-model took 1 answer, 10 + 20 tok")
    assert "USD" not in describe_use(use)
    known = replace(use, turn_count=2, cost=0.0123, currency="USD", is_estimated=True)
    assert "2 answers, about 10 + 20 tokens, 0.0123 USD" in describe_use(known)
    nothing = replace(use, turn_count=0, prompt_tokens=None, duration_s=1.0)
    assert describe_use(nothing) == ("The language model fake-model took 1.0 s, without an answer.")
