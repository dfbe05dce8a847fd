"""From a language model's words to a plan: nothing is believed that is not checked.

Every asset was offered, every noun is the catalog's, every text is cleaned; what the catalog lacks
is not the model's to say.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from clappper.core.errors import PlanRejectedError
from clappper.core.planning.llm_prompt import clean_words
from clappper.core.planning.models import Item, Miss, Relation, ScenePlan

if TYPE_CHECKING:
    from clappper.core.planning.llm_prompt import Offer

__all__ = ["compare_counts", "read_answer"]

#: Longest plan that is read [characters], and most instances in one.
MAX_ANSWER_CHARS, MAX_INSTANCES = 200_000, 2_000
_SENTENCE_CHARS, _REASON_CHARS = 240, 240
_FENCE = re.compile(r"```[a-z]*\s*\n(.*?)\n?\s*```", re.DOTALL)
_THINKING = re.compile(r"\A\s*<think>.*?</think>", re.DOTALL)
#: Verbs that need another item.
_ITEM_VERBS = ("around", "on_top_of", "under", "inside", "paired_with", "between")
_CAMERA_VERBS = (
    "facing",
    "near",
    "far_from",
    "left_of",
    "right_of",
    "in_front_of",
    "behind",
)
_RESERVED_IDS = ("room", "camera")


def read_answer(text: str, offer: Offer, draft: ScenePlan | None) -> ScenePlan:
    """Return the plan a model submitted.

    Args:
        text: JSON, bare or in one fence.
        offer: All it was allowed to use.
        draft: The rules' plan, whose misses stand; or None when they made none.

    Raises:
        PlanRejectedError: It is no plan, or names what was not offered.
    """
    try:
        plan = ScenePlan.model_validate(_read_json(text))
        _check(plan, offer, draft)
        misses = _keep_misses(plan, offer, draft)
        fields = plan.model_dump(mode="json") | {
            "title": clean_words(plan.title, limit=120),
            "items": [_clean_item(item, offer, draft) for item in plan.items],
            "misses": [miss.model_dump(mode="json") for miss in misses],
            "assumptions": _clean_list(plan.assumptions, limit=_SENTENCE_CHARS),
        }
        if plan.environment.style is not None:
            fields["environment"]["style"] = clean_words(plan.environment.style, limit=80) or None
        return ScenePlan.model_validate(fields)
    except ValidationError as exc:
        raise PlanRejectedError(_describe(exc)) from exc


def compare_counts(plan: ScenePlan, draft: ScenePlan | None) -> list[str]:
    """Return a sentence for each noun of which a plan has another number than the rules read."""
    if draft is None:
        return []
    ours, theirs = _count(plan), _count(draft)
    return [
        f"The language model planned {ours.get(noun, 0)} x {noun}; the rules read {count}."
        for noun, count in theirs.items()
        if ours.get(noun, 0) != count
    ]


def _count(plan: ScenePlan) -> dict[str, int]:
    counts: dict[str, int] = {}
    for item in plan.items:
        counts[item.noun] = counts.get(item.noun, 0) + item.count
    return counts


def _read_json(text: str) -> object:
    if len(text) > MAX_ANSWER_CHARS:
        raise PlanRejectedError("its answer is far too long")
    text = _THINKING.sub("", text)
    fenced = _FENCE.search(text)
    try:
        return json.loads(fenced[1] if fenced else text)
    except (ValueError, RecursionError) as exc:
        raise PlanRejectedError("its answer is not valid JSON") from exc


def _check(plan: ScenePlan, offer: Offer, draft: ScenePlan | None) -> None:
    if not plan.items and (draft is None or draft.items):
        raise PlanRejectedError("it plans nothing")
    for item in plan.items:
        if item.id in _RESERVED_IDS:
            raise PlanRejectedError(f"{item.id} cannot be an item's id")
        unknown = [asset_id for asset_id in item.asset_ids if asset_id not in offer.nouns]
        if unknown:
            name = clean_words(unknown[0], limit=40)
            raise PlanRejectedError(f"it names an asset that was not offered ({name})")
        if not _find_nouns(item, offer):
            raise PlanRejectedError(f"it mixes different things in one item ({item.id})")
    total = sum(item.count for item in plan.items)
    limit = max(MAX_INSTANCES, sum(item.count for item in draft.items) if draft else 0)
    if total > limit:
        raise PlanRejectedError(f"it plans {total:,} things, more than {limit:,}")
    for relation in plan.relations:
        _check_relation(relation)


def _check_relation(relation: Relation) -> None:
    said = f"“{relation.verb} {relation.subject} {relation.object}”"
    if relation.verb in _ITEM_VERBS and relation.object in (None, *_RESERVED_IDS):
        raise PlanRejectedError(f"{said} needs another item")
    if relation.object == "camera" and relation.verb not in _CAMERA_VERBS:
        raise PlanRejectedError(f"{said} is no relation to the camera")
    if relation.verb == "facing" and relation.object is None:
        raise PlanRejectedError(f"{said} needs something to face")
    if relation.verb == "between" and relation.object2 in (None, *_RESERVED_IDS):
        raise PlanRejectedError(f"{said} needs a second item")


def _find_nouns(item: Item, offer: Offer) -> set[str]:
    """Return the catalog's nouns that fit all assets of an item."""
    return set.intersection(*(offer.nouns[asset_id] for asset_id in item.asset_ids))


def _clean_item(item: Item, offer: Offer, draft: ScenePlan | None) -> dict[str, Any]:
    nouns = _find_nouns(item, offer)
    preferred = [item.noun, *(other.noun for other in (draft.items if draft else ()))]
    noun = next((noun for noun in preferred if noun in nouns), min(nouns))
    return item.model_dump(mode="json") | {
        "noun": noun[:80],
        "asked": clean_words(item.asked, limit=200) or noun,
        "asset_ids": list(dict.fromkeys(item.asset_ids)),
        "attributes": _clean_list(item.attributes, limit=80),
    }


def _clean_list(texts: list[str], *, limit: int) -> list[str]:
    cleaned = (clean_words(text, limit=limit) for text in texts)
    return list(dict.fromkeys(text for text in cleaned if text))


def _keep_misses(plan: ScenePlan, offer: Offer, draft: ScenePlan | None) -> list[Miss]:
    """Return the rules' misses, met by a substitute where the plan took one; else the model's."""
    if draft is None:
        return [
            Miss(
                asked=clean_words(miss.asked, limit=200),
                count=miss.count,
                suggestions=[i for i in miss.suggestions if i in offer.nouns],
                action="omitted",
            )
            for miss in plan.misses
        ]
    offered = {asset.asset_id for assets in offer.assets.values() for asset in assets}
    taken = {i for item in plan.items for i in item.asset_ids} - offered
    return [
        miss.model_copy(update={"action": "substituted"})
        if taken.intersection(miss.suggestions)
        else miss
        for miss in draft.misses
    ]


def _describe(error: ValidationError) -> str:
    """Return why a plan does not fit the model, for a sentence."""
    details = []
    for found in error.errors(include_url=False, include_input=False)[:3]:
        where = ".".join(str(part) for part in found["loc"])
        message = str(found["msg"]).removeprefix("Value error, ")
        details.append(f"{where}: {message}" if where else message)
    return clean_words("; ".join(details), limit=_REASON_CHARS)
