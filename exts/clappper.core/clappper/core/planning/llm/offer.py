"""What a language model is shown of the catalog before it searches: what the rules found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clappper.core.catalog.models import Wanted
from clappper.core.errors import PlanRejectedError
from clappper.core.planning.lexicon import load_classes
from clappper.core.planning.llm.prompt import make_offer

if TYPE_CHECKING:
    from clappper.core.catalog.models import Asset, Catalog
    from clappper.core.planning.llm.prompt import Offer
    from clappper.core.planning.models import ScenePlan
    from clappper.core.planning.plan_result import PlanResult
    from clappper.core.planning.rule_planner import RulePlanner

__all__ = ["OfferMaker"]

#: Nouns offered when the rules cannot read the prompt.
_MAX_COMMON = 40


class OfferMaker:
    """Chooses what is shown; blocks, so it belongs on a worker thread."""

    def __init__(self, catalog: Catalog, rules: RulePlanner) -> None:
        self._catalog = catalog
        self._rules = rules

    def offer_found(self, rules: PlanResult) -> Offer:
        """Offer what the rules chose, what else there is of it, and what is near to the misses."""
        entries = rules.availability.entries
        chosen = self._list_assets(rules.plan)
        found = [(entry.noun, entry.assets) for entry in entries if entry.noun]
        misses = [(miss.asked, self._catalog.get(miss.suggestions)) for miss in rules.plan.misses]
        return make_offer(found, misses, in_plan=chosen)

    def offer_plan(self, plan: ScenePlan | None) -> Offer:
        """Offer what a scene is made of."""
        return make_offer((), in_plan=self._list_assets(plan) if plan else ())

    def _list_assets(self, plan: ScenePlan) -> list[tuple[str, list[Asset]]]:
        return [(item.noun, self._catalog.get(item.asset_ids)) for item in plan.items]

    def offer_for_edit(self, prompt: str, current: ScenePlan) -> Offer:
        """Offer what the scene is made of, and what the rules find in the request."""
        try:
            entries = self._rules.plan(prompt).availability.entries
        except PlanRejectedError:
            entries = ()
        found = [(entry.noun, entry.assets) for entry in entries if entry.noun]
        misses = [(e.wanted.asked, e.suggestions) for e in entries if not e.noun]
        return make_offer(found, misses, in_plan=self._list_assets(current))

    def offer_common_things(self) -> Offer:
        """Offer one asset each of the things scenes are usually made of."""
        kinds = load_classes().values()
        words = dict.fromkeys(
            (*(kind.name for kind in kinds), *(w for kind in kinds for w in sorted(kind.words)))
        )
        wanted = [Wanted(asked=word, noun=word, attributes=(), count=None) for word in words]
        entries = self._catalog.availability(wanted).entries
        found = [(entry.noun, entry.assets) for entry in entries if entry.noun]
        return make_offer(found[:_MAX_COMMON], most=1)
