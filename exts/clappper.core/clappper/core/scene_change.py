"""A change of a scene, wherever it stands: from what was read to a new plan, layout and format."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING

from clappper.core.casting import cast_assets
from clappper.core.errors import PlanRejectedError, UsageError
from clappper.core.make_request import MakeRequest, choose_format
from clappper.core.planning.edits.selection import count_noun
from clappper.core.planning.edits.text import describe_edits
from clappper.core.planning.follow_ups.reader import EditReader
from clappper.core.planning.scene_wish import find_scene_wish
from clappper.core.relayout import apply_edits, apply_plan

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from clappper.core.casting import Cast
    from clappper.core.catalog.models import AssetResolver, Catalog
    from clappper.core.filming import Format
    from clappper.core.layout.models import Footprint, Placements
    from clappper.core.planning.llm.planner import EditPlanResult
    from clappper.core.planning.models import ScenePlan
    from clappper.core.relayout import EditedScene
    from clappper.core.units import Vec3

__all__ = [
    "Casts",
    "check_assets",
    "choose_changed_format",
    "describe_change",
    "lay_out_change",
    "wants_new_scene",
]


class Casts:
    """Casts plans, each set of assets once."""

    def __init__(
        self,
        catalog: Catalog,
        resolver: AssetResolver,
        *,
        prepare: Callable[[ScenePlan], None] | None = None,
    ) -> None:
        """Keep where assets are known and found; ``prepare`` opens a plan's files beforehand."""
        self._catalog = catalog
        self._resolver = resolver
        self._prepare = prepare
        self._casts: dict[tuple[tuple[str, ...], ...], Cast] = {}
        self._footprints: dict[tuple[tuple[str, ...], ...], dict[str, Footprint]] = {}

    def cast(self, plan: ScenePlan) -> Cast:
        """Return the cast of a plan."""
        key = tuple(tuple(item.asset_ids) for item in plan.items)
        if key not in self._casts:
            if self._prepare is not None:
                self._prepare(plan)
            self._casts[key] = cast_assets(plan, self._catalog, self._resolver)
        return self._casts[key]

    def measure(self, plan: ScenePlan) -> Mapping[str, Footprint]:
        """Return the footprints of a plan's assets by asset id."""
        key = tuple(tuple(item.asset_ids) for item in plan.items)
        if key not in self._footprints:
            self._footprints[key] = self.cast(plan).compute_footprints()
        return self._footprints[key]


def check_assets(plan: ScenePlan, catalog: Catalog) -> None:
    """Refuse to change a scene whose assets the catalog does not have.

    Raises:
        UsageError: It is another catalog than the scene's.
    """
    wanted = {asset_id for item in plan.items for asset_id in item.asset_ids}
    found = {asset.asset_id for asset in catalog.get(sorted(wanted))}
    if wanted - found:
        raise UsageError(
            f"The catalog does not have {len(wanted - found)} of the {len(wanted)} assets of this "
            "scene: name the catalog and the asset folders it was made with (--catalog and "
            "--assets, or the settings catalog and asset_roots in Kit)."
        )


def wants_new_scene(sentence: str, catalog: Catalog, current: ScenePlan, room_size_m: Vec3) -> bool:
    """Tell whether a sentence describes a scene of its own instead of a change of the current one.

    That is another kind of place, or one with which the sentence begins or in which the rules read
    no change.
    """
    with suppress(UsageError):
        wish = find_scene_wish(sentence)
        if wish is None:
            return False
        if wish.is_opening or wish.kind != current.environment.kind:
            return True
        try:
            EditReader(catalog).read(sentence, current, room_size_m=room_size_m)
        except PlanRejectedError:
            return True
    return False


def lay_out_change(
    plan: ScenePlan,
    placements: Placements,
    read: EditPlanResult,
    measure: Callable[[ScenePlan], Mapping[str, Footprint]],
    *,
    seed: int | None = None,
) -> EditedScene:
    """Return a scene after a change, read as edits or as a whole plan.

    The arguments are those of ``apply_edits`` but for ``read``, which is what a planner made of it.

    Raises:
        PlanRejectedError: An edit cannot be done.
    """
    if read.result is None:
        return apply_edits(plan, placements, read.edits, measure, seed=seed)
    return apply_plan(plan, placements, read.result.plan, measure, seed=seed)


def choose_changed_format(before: ScenePlan, after: ScenePlan, form: Format) -> Format:
    """Return the film format after a change: as it was, unless the change says another one."""
    if (before.output, before.camera.duration_s) == (after.output, after.camera.duration_s):
        return form
    return choose_format(after, MakeRequest(prompt=""), form)


def describe_change(before: ScenePlan, after: ScenePlan, read: EditPlanResult) -> str:
    """Return what was changed, for the user."""
    if read.result is None:
        return describe_edits(read.edits, before)
    old, new = _count_nouns(before), _count_nouns(after)
    changed = [
        f"{count_noun(new[noun], noun)} ({old[noun]} before)"
        for noun in sorted(old | new)
        if old[noun] != new[noun]
    ]
    what = ", ".join(changed) or "no number of things, but how they stand, the place or the picture"
    return f"The language model changed: {what}."


def _count_nouns(plan: ScenePlan) -> Counter[str]:
    counts: Counter[str] = Counter()
    for item in plan.items:
        counts[item.noun] += item.count
    return counts
