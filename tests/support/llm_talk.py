"""A planner that asks a scripted model about one prompt, for tests of what it believes."""

from __future__ import annotations

import asyncio
import copy

from clappper.core.planning.llm.planner import LlmPlanner
from clappper.core.planning.rule_planner import RulePlanner
from support.fake_catalog import FakeCatalog
from support.fake_transport import FakeTransport

__all__ = ["CATALOG", "PROMPT", "RULES", "make_answer", "plan", "search"]

PROMPT = "A warehouse with 3 forklifts, industrial shelving and a unicorn."
CATALOG = FakeCatalog()
RULES = RulePlanner(CATALOG).plan(PROMPT)


def plan(*answers, prompt=PROMPT, catalog=CATALOG, caps=None, environment=None, **options):
    transport = FakeTransport(*answers)
    planner = LlmPlanner(catalog, transport, caps=caps, environment=environment or {})
    return asyncio.run(planner.plan(prompt, **options)), transport


def make_answer(**changes):
    """Return a plan of the model's own: 2 forklifts by a row of shelving."""
    answer = RULES.plan.model_dump(mode="json")
    answer["title"] = "Two forklifts"
    answer["items"][0]["count"] = 2
    answer["assumptions"] = ["Two are enough."]
    answer["misses"] = []
    return {**copy.deepcopy(answer), **changes}


def search(*queries, **options):
    return ("search_assets", {"queries": [{"query": query, **options} for query in queries]})
