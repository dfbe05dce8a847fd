"""The tools a language model may call: they read the catalog and change nothing.

What they returned is remembered: a plan may use those assets and no others.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

from clappper.core.catalog.models import SearchFilters
from clappper.core.planning.llm.prompt import MAX_WORDS, WORD_CHARS
from clappper.core.planning.llm.schema import make_strict_schema
from clappper.core.planning.llm.text import clean_list, clean_words
from clappper.core.planning.llm.transport import ToolSpec
from clappper.core.planning.models import ScenePlan

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from clappper.core.catalog.models import Asset, Catalog, Hit
    from clappper.core.planning.llm.prompt import Offer
    from clappper.core.units import Vec3

__all__ = [
    "ANSWER_USER",
    "ASK_USER",
    "GET_ASSETS",
    "SEARCH_ASSETS",
    "SUBMIT_PLAN",
    "AnswerArguments",
    "AskArguments",
    "AssetQuery",
    "CatalogTools",
    "GetArguments",
    "SearchArguments",
    "find_nearest",
]

#: Searches of one call, assets of one search and of one call, and how many when none was said.
MAX_QUERIES, MAX_ROWS, MAX_ROWS_IN_ALL, _USUAL_ROWS = 12, 20, 24, 6
#: How far hits are counted, and how many things are suggested for what is missing.
_MAX_COUNTED, _MAX_SUGGESTIONS = 100, 3
#: Longest id that is looked at [characters].
_ID_CHARS = 120


class _Arguments(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AssetQuery(_Arguments):
    """One search."""

    query: str = Field(description="English noun, perhaps with adjectives.", max_length=200)
    category: str | None = Field(None, description="Category of a row, or null.", max_length=80)
    max_size_m: float | None = Field(
        None,
        description="The longest side is at most this [m], or null.",
        gt=0.0,
        le=1000.0,
    )
    limit: int | None = Field(None, description="1 to 20 rows, or null for 6.", ge=1, le=MAX_ROWS)


class SearchArguments(_Arguments):
    """Arguments of ``search_assets``."""

    queries: list[AssetQuery] = Field(min_length=1, max_length=MAX_QUERIES)


class GetArguments(_Arguments):
    """Arguments of ``get_assets``."""

    ids: list[str] = Field(description="At most 20 ids.", min_length=1, max_length=MAX_ROWS)


class AskArguments(_Arguments):
    """Arguments of ``ask_user``."""

    question: str = Field(description="One short question.", min_length=1, max_length=400)
    options: list[str] = Field(description="Up to 5 answers to choose from.", max_length=5)


class AnswerArguments(_Arguments):
    """Arguments of ``answer_user``."""

    text: str = Field(description="The answer, plain text.", min_length=1, max_length=2000)


SEARCH_ASSETS = ToolSpec(
    "search_assets",
    "Search the catalog; put everything you need into one call.",
    make_strict_schema(SearchArguments),
)
GET_ASSETS = ToolSpec(
    "get_assets", "Tell size and words of assets by id.", make_strict_schema(GetArguments)
)
SUBMIT_PLAN = ToolSpec("submit_plan", "Submit the whole scene plan.", make_strict_schema(ScenePlan))
ASK_USER = ToolSpec(
    "ask_user",
    "Ask the user one question, only when the request cannot be planned without the answer.",
    make_strict_schema(AskArguments),
)
ANSWER_USER = ToolSpec(
    "answer_user", "Answer the user's question.", make_strict_schema(AnswerArguments)
)


class CatalogTools:
    """Runs the tools that read the catalog; blocks, so it belongs on a worker thread.

    Attributes:
        nouns: The nouns each asset a plan may use can stand for, by its id.
    """

    def __init__(self, catalog: Catalog, offer: Offer) -> None:
        self._catalog = catalog
        self._sizes: dict[str, Vec3 | None] = {}
        self._told = {asset.asset_id for assets in offer.assets.values() for asset in assets}
        self.nouns = {asset_id: set(nouns) for asset_id, nouns in offer.nouns.items()}

    def search(self, arguments: SearchArguments) -> dict[str, Any]:
        """Return what was found for each query; of many queries fewer rows each."""
        most = max(2, MAX_ROWS_IN_ALL // len(arguments.queries))
        return {"results": [self._search_one(query, most) for query in arguments.queries]}

    def get(self, arguments: GetArguments) -> dict[str, Any]:
        """Return the rows of known ids, and which ids are not known here."""
        known = [asset_id for asset_id in dict.fromkeys(arguments.ids) if asset_id in self.nouns]
        unknown = [asset_id for asset_id in dict.fromkeys(arguments.ids) if asset_id not in known]
        rows = [
            _make_row(asset, self._find_size(asset.asset_id)) for asset in self._catalog.get(known)
        ]
        issues = [
            {
                "path": "ids",
                "code": "UNKNOWN_ASSET",
                "message": f"{clean_words(asset_id, limit=40)} was not returned by a search.",
                "nearest": find_nearest(asset_id, self.nouns),
            }
            for asset_id in unknown
        ]
        return {"assets": rows, "issues": issues} if issues else {"assets": rows}

    def _search_one(self, query: AssetQuery, most: int) -> dict[str, Any]:
        words = clean_words(query.query, limit=200)
        filters = SearchFilters(
            category=query.category, max_size_m=query.max_size_m, placeable_only=True
        )
        found = self._catalog.search(words, limit=_MAX_COUNTED, filters=filters)
        hits = found.hits[: min(query.limit or _USUAL_ROWS, most)]
        self._allow([hit.asset for hit in hits])
        self._sizes.update((hit.asset.asset_id, hit.size_m) for hit in hits)
        answer: dict[str, Any] = {
            "query": words,
            "total": len(found.hits),
            "rows": [self._tell(hit) for hit in hits],
        }
        if not hits:
            near = found.suggestions[:_MAX_SUGGESTIONS]
            self._allow(near)
            answer["suggestions"] = [_make_row(asset, None) for asset in near]
        return answer

    def _tell(self, hit: Hit) -> dict[str, Any]:
        """Return a row; name and words are left out of what has been told before."""
        row = _make_row(hit.asset, hit.size_m, hit)
        if hit.asset.asset_id in self._told:
            del row["name"], row["words"]
        self._told.add(hit.asset.asset_id)
        return row

    def _allow(self, assets: Sequence[Asset]) -> None:
        for asset in assets:
            self.nouns.setdefault(asset.asset_id, set()).add(asset.noun)

    def _find_size(self, asset_id: str) -> Vec3 | None:
        if asset_id not in self._sizes:
            hits = self._catalog.search(asset_id, limit=1).hits
            is_it = bool(hits) and hits[0].asset.asset_id == asset_id
            self._sizes[asset_id] = hits[0].size_m if is_it else None
        return self._sizes[asset_id]


def find_nearest(name: str, names: Iterable[str]) -> list[str]:
    """Return up to three of ``names`` that are spelled most like a name."""
    return difflib.get_close_matches(name[:_ID_CHARS], list(names), n=3, cutoff=0.6)


def _make_row(asset: Asset, size_m: Vec3 | None, hit: Hit | None = None) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": asset.asset_id,
        "name": clean_words(asset.name, limit=WORD_CHARS),
        "noun": clean_words(asset.noun, limit=WORD_CHARS),
        "category": clean_words(asset.category, limit=WORD_CHARS),
        "size_m": None if size_m is None else [round(value, 2) for value in size_m.as_tuple()],
        "words": clean_list(asset.attributes[:MAX_WORDS], limit=WORD_CHARS),
    }
    return row if hit is None else {**row, "score": round(hit.score, 1)}
