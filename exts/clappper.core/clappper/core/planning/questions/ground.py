"""What an answer may stand on: the catalog, the plan, and what is known of the scene it became."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from clappper.core.planning.inflection import pluralize
from clappper.core.planning.llm.text import clean_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from clappper.core.catalog.models import Asset, AssetMeasure, Catalog
    from clappper.core.issue import Issue
    from clappper.core.layout.models import Placement, Placements
    from clappper.core.planning.models import Item, ScenePlan
    from clappper.core.stage.models import Certificate

__all__ = [
    "Evidence",
    "Film",
    "Ground",
    "join_words",
    "name_item",
    "quote",
    "say_count",
    "say_metres",
]

#: Longest words of a user or a catalog that are repeated [characters].
_QUOTE_CHARS = 80


class Film(Protocol):
    """Format of a film."""

    @property
    def frames(self) -> int:
        """Number of frames."""
        ...

    @property
    def fps(self) -> int:
        """Frames per second."""
        ...

    @property
    def width(self) -> int:
        """Picture width [pixels]."""
        ...

    @property
    def height(self) -> int:
        """Picture height [pixels]."""
        ...


@dataclass(frozen=True)
class Evidence:
    """What is known besides plan and catalog, each null where it is not.

    Attributes:
        placements: Where everything stands.
        certificate: What was measured on the authored stage.
        film: Format the film has.
        measure: Tells an asset's real size, as ``AssetResolver`` does; it may read a file.
    """

    placements: Placements | None = None
    certificate: Certificate | None = None
    film: Film | None = None
    measure: Callable[[Asset], tuple[AssetMeasure, list[Issue]]] | None = None


@dataclass(frozen=True)
class Ground:
    """Everything an answer is told from; no plan means that there is no scene yet."""

    catalog: Catalog
    plan: ScenePlan | None = None
    evidence: Evidence = Evidence()

    def list_placed(self, items: Iterable[Item]) -> list[Placement]:
        """Return the placed instances of items; none where nothing is known of them."""
        ids = {item.id for item in items}
        placements = self.evidence.placements
        return [] if placements is None else [p for p in placements.placements if p.item in ids]


def say_count(count: int, noun: str) -> str:
    """Return a number of things in words: 1 desk, 3 forklifts."""
    return f"{count:,} {noun if count == 1 else pluralize(noun)}"


def say_metres(value_m: float) -> str:
    """Return a length as it is said: 1.2 m."""
    return f"{round(value_m, 2):g} m"


def name_item(item: Item) -> str:
    """Return an item with its article: the sofa, the 3 desks."""
    noun = clean_words(item.noun, limit=_QUOTE_CHARS)
    return f"the {noun}" if item.count == 1 else f"the {say_count(item.count, noun)}"


def quote(text: str, *, limit: int = _QUOTE_CHARS) -> str:
    """Return foreign words, cleaned and in quotation marks.

    Args:
        text: Words of a user, a model or a catalog.
        limit: Most of them that are repeated [characters].
    """
    return f"“{clean_words(text, limit=limit)}”"


def join_words(words: Iterable[str], last: str = "and") -> str:
    """Return a list in words: a, b and c."""
    *first, end = [*words] or [""]
    return f"{', '.join(first)} {last} {end}" if first else end
