"""Prompts in eleven styles, read by the rule planner alone over the demo catalog.

The expectations in tests/data/prompts were written before the planner saw the prompts. ``tuned``
was looked at while the rules were improved; ``blind`` met 28 of 33 and ``fresh`` 22 of 33 when they
were first run. ``artist_a``, ``artist_b`` and ``artist_c`` were written together, before the rules
were read, and first run one after the other: 15, 20 and 19 of 33. ``artist_d`` to ``artist_g`` were
written one by one, each after the sets before it were mended and by somebody who knew the rules by
then, which flatters them: 26, 22, 24 and 29 of 33. What each set showed was mended by general rules
before the next was run, so the first runs tell how unseen prompts fare; the scores of this test
only tell that nothing is lost. ``stranger`` was written after all of them by somebody who had read
none of the rules; it met 24 of 33 when it was first run, and its misses were mended after that.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from clappper.core.casting import cast_assets
from clappper.core.errors import ClappperError, PlanRejectedError
from clappper.core.layout.solver import solve_layout
from clappper.core.planning.edit_reader import EditReader
from clappper.core.planning.rule_planner import RulePlanner
from clappper.core.relayout import apply_edits
from clappper.core.sources import open_sources
from support.prompt_cases import find_shortfalls, load_cases

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clappper.core.planning.models import ScenePlan
    from clappper.core.sources import Sources
    from support.prompt_cases import PromptCase

#: Files of tests/data/prompts.
SETS = ("tuned", "blind", "fresh", *(f"artist_{letter}" for letter in "abcdefg"), "stranger")
#: Share of the prompts that must be met in full.
SHARE = 0.85


@pytest.fixture(scope="module")
def sources() -> Iterator[Sources]:
    opened = open_sources(None, ())
    yield opened
    opened.catalog.close()


def plan_case(case: PromptCase, sources: Sources) -> ScenePlan:
    plan = RulePlanner(sources.catalog).plan(case.prompt).plan
    if not case.follow_ups:
        return plan

    def measure(changed: ScenePlan):
        return cast_assets(changed, sources.catalog, sources.resolver).compute_footprints()

    placements = solve_layout(plan, measure(plan), seed=0)
    reader = EditReader(sources.catalog)
    for number, sentence in enumerate(case.follow_ups):
        before = (case.prompt, *case.follow_ups[:number])
        # What is refused changes nothing, and the conversation goes on.
        with suppress(PlanRejectedError):
            size_m = placements.room.size_m
            edits = reader.read(sentence, plan, room_size_m=size_m, before=before)
            plan, placements, _ = apply_edits(plan, placements, edits, measure)
    return plan


def list_failures(case: PromptCase, sources: Sources) -> list[str]:
    try:
        plan = plan_case(case, sources)
        ids = [i for item in plan.items for i in item.asset_ids]
        nouns = {asset.asset_id: asset.noun for asset in sources.catalog.get(ids)}
        return find_shortfalls(case, plan, nouns)
    except ClappperError as exc:
        return [f"refused: {exc}"]


@pytest.mark.parametrize("name", SETS)
def test_prompt_styles_rule_planner_meets_expectations(
    name: str, sources: Sources, record_property: pytest.RecordProperty
) -> None:
    cases = load_cases(name)
    failures = {case: list_failures(case, sources) for case in cases}
    met: dict[str, list[bool]] = defaultdict(list)
    for case, texts in failures.items():
        met[case.style].append(not texts)
    table = [f"{style:16} {sum(oks)}/{len(oks)}" for style, oks in met.items()]
    total = sum(map(sum, met.values()))
    table.append(f"{name:16} {total}/{len(cases)}")
    failed = [f"{c.style}: {c.prompt}\n    {'; '.join(t)}" for c, t in failures.items() if t]
    report = "\n".join([*table, *failed])
    record_property("report", report)
    sys.stdout.write(f"\n{report}\n")
    assert total >= SHARE * len(cases), report
