"""Prompts with what a careful reader expects of them, and where a plan falls short of it."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from clappper.core.planning.models import Item, ScenePlan

__all__ = ["PROMPTS", "PromptCase", "find_shortfalls", "load_cases"]

PROMPTS = Path(__file__).parents[1] / "data" / "prompts"
#: How far a side or a height may be from the expected one, as a share of it.
TOLERANCE = 0.01
#: Keys of a case that are not expectations.
UNEXPECTED = ("style", "prompt", "follow_ups")


@dataclass(frozen=True, eq=False)
class PromptCase:
    """A prompt, the sentences that change its scene, and the expectations by name."""

    style: str
    prompt: str
    follow_ups: tuple[str, ...]
    expected: dict[str, Any]


def load_cases(name: str) -> list[PromptCase]:
    """Return the cases of one file of tests/data/prompts; an unknown expectation is an error."""
    cases = []
    for row in json.loads((PROMPTS / f"{name}.json").read_text("utf-8")):
        expected = {key: value for key, value in row.items() if key not in UNEXPECTED}
        unknown = set(expected) - set(_CHECKS)
        assert not unknown, f"{row['prompt']}: nothing checks {unknown}"
        follow_ups = tuple(row.get("follow_ups", ()))
        cases.append(PromptCase(row["style"], row["prompt"], follow_ups, expected))
    return cases


def find_shortfalls(case: PromptCase, plan: ScenePlan, nouns: dict[str, str]) -> list[str]:
    """Return a sentence for each expectation that a plan does not meet.

    Args:
        case: What is expected.
        plan: What was planned.
        nouns: The catalog's noun of each asset id: an item is what its assets are, whatever word
            the prompt had for it (a table of a meeting room is a meeting table).
    """
    items = [
        item.model_copy(update={"noun": _name(item, [nouns[i] for i in item.asset_ids], case)})
        for item in plan.items
    ]
    plan = plan.model_copy(update={"items": items})
    texts = (_CHECKS[key](plan, wanted) for key, wanted in case.expected.items())
    return [text for text in texts if text]


def _name(item: Item, nouns: list[str], case: PromptCase) -> str:
    """Return the noun of the expectations that an item's assets have, else its own."""
    expected = case.expected.get("items", {})
    if any(_is_noun(item.noun, noun) for noun in expected):
        return item.noun
    return next((noun for noun in expected if noun in nouns), item.noun)


def _is_noun(noun: str, expected: str) -> bool:
    return noun == expected or noun.endswith(f" {expected}")


def _check_items(plan: ScenePlan, wanted: dict[str, int | None]) -> str:
    """Compare counts by noun: nothing else may be there, null means any number."""
    left = dict.fromkeys(wanted, 0)
    surplus = []
    for item in plan.items:
        name = next((noun for noun in wanted if _is_noun(item.noun, noun)), None)
        if name is None:
            surplus.append(item.noun)
        else:
            left[name] += item.count
    wrong = [
        f"{left[noun]} {noun}, not {'any' if count is None else count}"
        for noun, count in wanted.items()
        if (left[noun] < 1 if count is None else left[noun] != count)
    ]
    return "; ".join([*wrong, *(f"{noun} was not asked for" for noun in surplus)])


def _has_relation(plan: ScenePlan, wanted: list[str]) -> bool:
    nouns = {item.id: item.noun for item in plan.items}
    subject, verb, target = wanted
    return any(
        relation.verb == verb
        and _is_noun(nouns[relation.subject], subject)
        and _is_noun(nouns.get(relation.object or "", relation.object or ""), target)
        for relation in plan.relations
    )


def _check_relations(plan: ScenePlan, wanted: list[list[str]]) -> str:
    return "; ".join(f"no {' '.join(w)}" for w in wanted if not _has_relation(plan, w))


def _check_no_relations(plan: ScenePlan, wanted: list[list[str]]) -> str:
    return "; ".join(f"there is {' '.join(w)}" for w in wanted if _has_relation(plan, w))


def _check_absent(plan: ScenePlan, wanted: list[str]) -> str:
    found = [item.noun for item in plan.items if any(_is_noun(item.noun, noun) for noun in wanted)]
    found += [miss.asked for miss in plan.misses if any(noun in miss.asked for noun in wanted)]
    return f"ruled out but there: {', '.join(found)}" if found else ""


def _check_misses(plan: ScenePlan, wanted: list[str]) -> str:
    told = [miss.asked for miss in plan.misses]
    is_told = [any(word in asked for asked in told) for word in wanted]
    if all(is_told) and len(told) == len(wanted):
        return ""
    return f"misses {told}, not {wanted}"


def _check_size(plan: ScenePlan, wanted: list[float | None]) -> str:
    size = plan.environment.size_m
    if size is None:
        return f"no size, not {wanted}"
    sides = list(zip(size.as_tuple(), wanted, strict=True))
    is_met = all(w is None or math.isclose(s, w, rel_tol=TOLERANCE) for s, w in sides)
    return "" if is_met else f"size {size.as_tuple()}, not {wanted}"


def _check_area(plan: ScenePlan, wanted: float) -> str:
    size = plan.environment.size_m
    area = size.x * size.y if size else 0.0
    return "" if math.isclose(area, wanted, rel_tol=TOLERANCE) else f"{area:g} m2, not {wanted}"


def _check_height(plan: ScenePlan, wanted: float) -> str:
    height = plan.camera.height_m or 0.0
    return "" if math.isclose(height, wanted, rel_tol=TOLERANCE) else f"camera at {height:g} m"


def _check_noted(plan: ScenePlan, _wanted: bool) -> str:
    """Look for the sentence that says which of two statements counts."""
    words = ("later", "there are none", "counts")
    is_noted = any(word in text for text in plan.assumptions for word in words)
    return "" if is_noted else "no word about the contradiction"


def _check_translated(plan: ScenePlan, wanted: str) -> str:
    return "" if f"Read as {wanted}." in plan.assumptions else f"not read as {wanted}"


def _compare(what: str, found: object, wanted: object) -> str:
    return "" if found == wanted else f"{what} {found}, not {wanted}"


_CHECKS = {
    "items": _check_items,
    "relations": _check_relations,
    "no_relations": _check_no_relations,
    "absent": _check_absent,
    "misses": _check_misses,
    "size_m": _check_size,
    "area_m2": _check_area,
    "height_m": _check_height,
    "is_noted": _check_noted,
    "is_translated": _check_translated,
    "place": lambda plan, wanted: _compare("place", plan.environment.kind, wanted),
    "shot": lambda plan, wanted: _compare("shot", plan.camera.shot, wanted),
    "move": lambda plan, wanted: _compare("move", plan.camera.move, wanted),
    "duration_s": lambda plan, wanted: _compare("film", plan.camera.duration_s, wanted),
    "mood": lambda plan, wanted: _compare("mood", plan.lighting.mood, wanted),
    "not_mood": lambda plan, wanted: "" if plan.lighting.mood != wanted else f"mood {wanted}",
}
