"""Casting: which of a plan's assets can be used, how large they are, what is wrong with others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clappper.core.errors import AssetUnresolvedError
from clappper.core.layout.footprint import compute_footprint

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clappper.core.catalog.models import Asset, AssetMeasure, AssetResolver, Catalog
    from clappper.core.issue import Issue
    from clappper.core.layout.models import Footprint
    from clappper.core.planning.models import ScenePlan

__all__ = ["Cast", "cast_assets"]


@dataclass(frozen=True)
class Cast:
    """Usable assets and their measures by asset id, and issues."""

    assets: Mapping[str, Asset]
    measures: Mapping[str, AssetMeasure]
    issues: tuple[Issue, ...]

    def compute_footprints(self) -> dict[str, Footprint]:
        """Return the solver's box of each usable asset."""
        return {i: compute_footprint(self.assets[i], m) for i, m in self.measures.items()}


def cast_assets(plan: ScenePlan, catalog: Catalog, resolver: AssetResolver) -> Cast:
    """Return the assets to place.

    A file that is there but broken is not used. One that is missing is planned with its category's
    size, unless the item has others that can be read; then its issue is a warning only.
    """
    assets: dict[str, Asset] = {}
    measures: dict[str, AssetMeasure] = {}
    issues: list[Issue] = []
    for item in plan.items:
        results = [(asset, *resolver.measure(asset)) for asset in catalog.get(item.asset_ids)]
        readable = [asset for asset, measure, _ in results if measure.is_measured]
        for asset, measure, found in results:
            own_issues = found
            if asset in readable or not (readable or _is_there(asset, resolver)):
                assets[asset.asset_id], measures[asset.asset_id] = asset, measure
            elif readable:
                own_issues = [i.model_copy(update={"severity": "warning"}) for i in own_issues]
            issues.extend(i for i in own_issues if i not in issues)
    return Cast(assets, measures, tuple(issues))


def _is_there(asset: Asset, resolver: AssetResolver) -> bool:
    try:
        resolver.resolve(asset)
    except AssetUnresolvedError:
        return False
    return True
