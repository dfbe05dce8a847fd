"""What a language model is told first: the reviewed system text and the data of a wish.

Catalog words and the user's prompt travel as JSON values in the user message, never in the system
text. The catalog itself is never told: only what the rules found for this wish.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal

from clappper.core.planning.llm.text import clean_list, clean_words, drop_surrogates
from clappper.core.planning.llm.transport import ChatMessage

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from clappper.core.catalog.models import Asset
    from clappper.core.planning.models import ScenePlan
    from clappper.core.units import Vec3

__all__ = [
    "Offer",
    "compact_plan",
    "dump_json",
    "load_system_text",
    "make_messages",
    "make_offer",
    "restore_assets",
]

#: Assets offered for one noun, nouns offered in all, and describing words told of an asset.
ASSETS_PER_NOUN, MAX_NOUNS, MAX_WORDS = 3, 64, 3
#: Longest word and name of the catalog that is told, and longest prompt [characters].
WORD_CHARS, _PROMPT_CHARS = 48, 10_000
_MAX_SUGGESTIONS = 3
#: Earlier lines of a conversation that are told, and the longest one [characters].
_MAX_HISTORY, _HISTORY_CHARS = 12, 300


@dataclass(frozen=True)
class _Miss:
    """Something asked for that the catalog lacks, with the nearest assets."""

    asked: str
    suggestions: tuple[Asset, ...]


@dataclass(frozen=True)
class Offer:
    """What a model is shown before it searches.

    Attributes:
        assets: Assets by the noun they are offered for, best first.
        misses: What the catalog lacks.
        nouns: The nouns each asset that may be used can stand for, by its id.
    """

    assets: Mapping[str, tuple[Asset, ...]]
    misses: tuple[_Miss, ...] = ()
    nouns: dict[str, set[str]] = field(default_factory=dict, repr=False)


def make_offer(
    groups: Iterable[tuple[str, Iterable[Asset]]],
    misses: Iterable[tuple[str, Iterable[Asset]]] = (),
    *,
    in_plan: Iterable[tuple[str, Iterable[Asset]]] = (),
    most: int = ASSETS_PER_NOUN,
) -> Offer:
    """Return an offer of bounded size.

    Args:
        groups: Nouns with their assets, best first; a noun may come more than once.
        misses: The user's words for what is missing, with the nearest assets.
        in_plan: Nouns with the assets the plan that is shown uses; all of them may be used.
        most: Assets shown of one noun.
    """
    found: dict[str, dict[str, Asset]] = {}
    nouns: dict[str, set[str]] = {}
    used = [(noun, tuple(assets)) for noun, assets in in_plan]
    for noun, assets in (*used, *groups):
        if noun not in found and len(found) == MAX_NOUNS:
            continue
        own = found.setdefault(noun, {})
        for asset in assets:
            if len(own) < most:
                own.setdefault(asset.asset_id, asset)
    near = tuple(_Miss(asked, tuple(assets)[:_MAX_SUGGESTIONS]) for asked, assets in misses)
    shown = [(noun, tuple(assets.values())) for noun, assets in found.items()]
    for noun, assets in (*used, *shown):
        for asset in assets:
            nouns.setdefault(asset.asset_id, set()).update((noun, asset.noun))
    for miss in near:
        for asset in miss.suggestions:
            nouns.setdefault(asset.asset_id, set()).add(asset.noun)
    return Offer(dict(shown), near, nouns)


@lru_cache(maxsize=1)
def load_system_text() -> tuple[int, str]:
    """Return the version and the text of the system message."""
    path = files("clappper.core") / "data" / "planning" / "llm_system.md"
    head, _, text = path.read_text(encoding="utf-8").partition("\n")
    return int(head.removeprefix("version:")), text.strip()


def make_messages(
    task: Literal["plan", "edit", "answer"],
    prompt: str,
    offer: Offer,
    plan: ScenePlan | None,
    *,
    history: Sequence[str] = (),
    room_size_m: Vec3 | None = None,
) -> tuple[ChatMessage, ...]:
    """Return the messages a conversation begins with; what varies most comes last.

    Args:
        task: What is to be done.
        prompt: The user's words.
        offer: What the model is shown of the catalog.
        plan: The rules' plan, or the scene that is to be edited or spoken of, or None.
        history: What was said before, oldest first.
        room_size_m: Inner size of the room there is [m], or None.
    """
    data: dict[str, Any] = {
        "task": task,
        "catalog": [
            {
                "noun": clean_words(noun, limit=WORD_CHARS),
                "assets": [_describe_asset(asset) for asset in assets],
            }
            for noun, assets in offer.assets.items()
        ],
        "not_in_catalog": [
            {
                "asked": clean_words(miss.asked, limit=WORD_CHARS),
                "nearest": [
                    {"noun": clean_words(a.noun, limit=WORD_CHARS), **_describe_asset(a)}
                    for a in miss.suggestions
                ],
            }
            for miss in offer.misses
        ],
        "draft" if task == "plan" else "current": None if plan is None else compact_plan(plan),
        **({"room_size_m": room_size_m.model_dump()} if room_size_m else {}),
        "earlier": clean_list(history[-_MAX_HISTORY:], limit=_HISTORY_CHARS),
        "request": clean_words(prompt, limit=_PROMPT_CHARS),
    }
    return (
        ChatMessage("system", load_system_text()[1]),
        ChatMessage("user", dump_json(data)),
    )


def dump_json(value: object) -> str:
    """Return compact JSON that can be sent.

    Raises:
        ValueError: A number in it is none.
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return drop_surrogates(text)


def compact_plan(plan: ScenePlan) -> dict[str, Any]:
    """Return what a plan says, without nulls and without what is for the user only."""
    document = plan.model_dump(
        mode="json", exclude_none=True, exclude={"schema_version", "misses", "assumptions"}
    )
    for item in document["items"]:
        item["asset_ids"] = item["asset_ids"][:ASSETS_PER_NOUN]
        if not item["attributes"]:
            del item["attributes"]
    return document


def restore_assets(plan: ScenePlan, shown: ScenePlan | None) -> ScenePlan:
    """Return a plan in which items have all assets of the plan that was shown, not the few told.

    Args:
        plan: What the model made of it.
        shown: The plan ``compact_plan`` shortened, or None.
    """
    known = {
        (item.noun, frozenset(item.asset_ids[:ASSETS_PER_NOUN])): item.asset_ids
        for item in (shown.items if shown else ())
    }
    items = [
        item.model_copy(
            update={"asset_ids": known.get((item.noun, frozenset(item.asset_ids)), item.asset_ids)}
        )
        for item in plan.items
    ]
    return plan.model_copy(update={"items": items})


def _describe_asset(asset: Asset) -> dict[str, Any]:
    described = {
        "id": asset.asset_id,
        "name": clean_words(asset.name, limit=WORD_CHARS),
        "words": clean_list(asset.attributes[:MAX_WORDS], limit=WORD_CHARS),
    }
    return described if described["words"] else {k: described[k] for k in ("id", "name")}
