"""What a language model is told: the reviewed system text, the plan's schema, the data of a wish.

Catalog words and the user's prompt travel as JSON values in the user message, never in the system
text.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from clappper.core.planning.models import ScenePlan
from clappper.core.planning.transport import AnswerFormat, ChatMessage, ChatRequest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from clappper.core.catalog.models import Asset

__all__ = [
    "Offer",
    "clean_words",
    "load_system_text",
    "make_offer",
    "make_request",
    "make_strict_schema",
]

#: Assets offered for one noun, nouns offered in all, and describing words told of an asset.
ASSETS_PER_NOUN, MAX_NOUNS, _MAX_ATTRIBUTES = 6, 200, 8
_MAX_SUGGESTIONS = 3
_WORD_CHARS = 80
#: What strict endpoints and local grammars all understand; limits are checked here afterwards.
_KEPT = ("type", "enum", "description", "required", "additionalProperties")


@dataclass(frozen=True)
class _Miss:
    """Something asked for that the catalog lacks, with the nearest assets."""

    asked: str
    suggestions: tuple[Asset, ...]


@dataclass(frozen=True)
class Offer:
    """All a model may use.

    Attributes:
        assets: Assets by the noun they are offered for, best first.
        misses: What the catalog lacks.
    """

    assets: Mapping[str, tuple[Asset, ...]]
    misses: tuple[_Miss, ...] = ()
    nouns: dict[str, set[str]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Collect the nouns each asset id may stand for."""
        nouns: dict[str, set[str]] = {}
        for noun, assets in self.assets.items():
            for asset in assets:
                nouns.setdefault(asset.asset_id, set()).update((noun, asset.noun))
        for miss in self.misses:
            for asset in miss.suggestions:
                nouns.setdefault(asset.asset_id, set()).add(asset.noun)
        object.__setattr__(self, "nouns", nouns)


def make_offer(
    groups: Iterable[tuple[str, Iterable[Asset]]],
    misses: Iterable[tuple[str, Iterable[Asset]]] = (),
) -> Offer:
    """Return an offer of bounded size.

    Args:
        groups: Nouns with their assets, best first; a noun may come more than once.
        misses: The user's words for what is missing, with the nearest assets.
    """
    found: dict[str, dict[str, Asset]] = {}
    for noun, assets in groups:
        if noun not in found and len(found) == MAX_NOUNS:
            continue
        own = found.setdefault(noun, {})
        for asset in assets:
            if len(own) < ASSETS_PER_NOUN:
                own.setdefault(asset.asset_id, asset)
    return Offer(
        {noun: tuple(assets.values()) for noun, assets in found.items()},
        tuple(_Miss(asked, tuple(near)[:_MAX_SUGGESTIONS]) for asked, near in misses),
    )


@lru_cache(maxsize=1)
def load_system_text() -> tuple[int, str]:
    """Return the version and the text of the system message."""
    path = files("clappper.core") / "data" / "planning" / "llm_system.md"
    head, _, text = path.read_text(encoding="utf-8").partition("\n")
    return int(head.removeprefix("version:")), text.strip()


def make_request(prompt: str, offer: Offer, draft: ScenePlan | None) -> ChatRequest:
    """Return what the model is asked for a prompt.

    Args:
        prompt: The user's words.
        offer: All the model may use.
        draft: The rules' plan, or None when they made none.
    """
    data = {
        "request": clean_words(prompt, limit=10_000),
        "catalog": [
            {
                "noun": clean_words(noun, limit=_WORD_CHARS),
                "assets": [_describe_asset(asset) for asset in assets],
            }
            for noun, assets in offer.assets.items()
        ],
        "not_in_catalog": [
            {
                "asked": clean_words(miss.asked, limit=_WORD_CHARS),
                "nearest": [
                    {"noun": clean_words(a.noun, limit=_WORD_CHARS), **_describe_asset(a)}
                    for a in miss.suggestions
                ],
            }
            for miss in offer.misses
        ],
        "draft": None if draft is None else draft.model_dump(mode="json"),
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return ChatRequest(
        messages=(ChatMessage("system", load_system_text()[1]), ChatMessage("user", text)),
        answer=AnswerFormat("submit_plan", "Submit the scene plan.", make_strict_schema()),
    )


def _describe_asset(asset: Asset) -> dict[str, Any]:
    words = [clean_words(word, limit=_WORD_CHARS) for word in asset.attributes[:_MAX_ATTRIBUTES]]
    return {"id": asset.asset_id, "words": words}


def clean_words(text: str, *, limit: int) -> str:
    """Return text on one line without control, format and bidirectional characters, bounded."""
    text = "".join(" " if unicodedata.category(c)[0] == "C" else c for c in text[: 2 * limit])
    return re.sub(r"\s+", " ", text).strip()[:limit]


@lru_cache(maxsize=1)
def make_strict_schema() -> dict[str, Any]:
    """Return the JSON schema of a plan for strict endpoints: no references, no limits."""
    schema = ScenePlan.model_json_schema()
    result = _reduce(schema, schema["$defs"])
    result.pop("description", None)
    return result


def _reduce(node: Mapping[str, Any], definitions: Mapping[str, Any]) -> dict[str, Any]:
    if "$ref" in node:
        return _reduce(definitions[node["$ref"].rpartition("/")[2]], definitions)
    result = {key: node[key] for key in _KEPT if key in node}
    if "const" in node:
        result["enum"] = [node["const"]]
    if "items" in node:
        result["items"] = _reduce(node["items"], definitions)
    if "anyOf" in node:
        result["anyOf"] = [_reduce(option, definitions) for option in node["anyOf"]]
    if "properties" in node:
        result["properties"] = {
            name: _reduce(value, definitions) for name, value in node["properties"].items()
        }
    return result
