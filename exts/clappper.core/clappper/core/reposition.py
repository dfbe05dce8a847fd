"""Reposition: instances of a layout move, turn or exchange places, with what belongs to them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from clappper.core.errors import PlanRejectedError
from clappper.core.layout.shift import find_company, shift_instances
from clappper.core.planning.edits.selection import order_number
from clappper.core.units import wrap_turn_deg

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clappper.core.layout.models import Footprint, Placement, Placements
    from clappper.core.layout.shift import Shifted
    from clappper.core.planning.edits.change import Motion
    from clappper.core.planning.models import ScenePlan

__all__ = ["exchange_places", "move_instances"]

#: Steps aside that are tried, the least first [m]; none at all comes before them.
_NUDGES = (
    (0.0, 0.0),
    *(
        (reach * math.cos(turn), reach * math.sin(turn))
        for reach in (0.2, 0.4, 0.7, 1.0)
        for turn in (step * math.pi / 4 for step in range(8))
    ),
)


def move_instances(
    plan: ScenePlan,
    footprints: Mapping[str, Footprint],
    layout: Placements,
    motions: Sequence[Motion],
    *,
    may_nudge: bool = False,
) -> tuple[Placements, list[str]]:
    """Shift and turn instances, each with what belongs to it, as far as there is room.

    Args:
        plan: Says what belongs to what.
        footprints: Box of each asset by asset id [m].
        layout: Where everything stands.
        motions: What is to move, in this order.
        may_nudge: Whether something may step aside a little to have room for all of its turn.

    Returns:
        The layout, and sentences about what did not go all the way.
    """
    notes = []
    for motion in motions:
        before = next(p for p in layout.placements if p.id == motion.id)
        may_step = may_nudge and motion.turn_deg != 0.0
        shifted = _move_with_nudge(
            plan, footprints, layout, motion, nudges=_NUDGES if may_step else _NUDGES[:1]
        )
        layout = shifted.placements
        share = shifted.shares.get(motion.id, 1.0)
        after = next(p for p in layout.placements if p.id == motion.id)
        if share < 1.0:
            went = "stays" if share == 0.0 else f"went only {share:.0%} of the way"
            notes.append(f"The {_name(plan, before)} {went}: something is in the way.")
        elif may_step and after.translation_m != before.translation_m:
            notes.append(f"The {_name(plan, before)} stepped aside to have room to turn.")
    return layout, notes


def _move_with_nudge(
    plan: ScenePlan,
    footprints: Mapping[str, Footprint],
    layout: Placements,
    motion: Motion,
    *,
    nudges: Sequence[tuple[float, float]],
) -> Shifted:
    """Move an instance by the first nudge that lets it go all the way, else without one."""
    first: Shifted | None = None
    for x, y in nudges:
        shifted = shift_instances(
            plan,
            footprints,
            layout,
            [motion.id],
            shift_m=(motion.x + x, motion.y + y),
            turn_deg=wrap_turn_deg(motion.turn_deg),
        )
        if shifted.shares.get(motion.id, 1.0) == 1.0:
            return shifted
        first = first or shifted
    assert first is not None
    return first


def exchange_places(
    plan: ScenePlan, footprints: Mapping[str, Footprint], layout: Placements, a: str, b: str
) -> Placements:
    """Let two instances take each other's place, each with what belongs to it.

    Raises:
        PlanRejectedError: One of them does not fit in the place of the other.
    """
    by_id = {p.id: p for p in layout.placements}
    first, second = by_id[a], by_id[b]
    away = {b, *find_company(plan, layout, b, but=[a])}
    without = tuple(p for p in layout.placements if p.id not in away)
    moved = _shift(
        plan, footprints, layout.model_copy(update={"placements": without}), first, second
    )
    poses = {p.id: p for p in moved.placements}
    together = tuple(poses.get(p.id, p) for p in layout.placements)
    return _shift(
        plan, footprints, layout.model_copy(update={"placements": together}), second, first
    )


def _shift(
    plan: ScenePlan,
    footprints: Mapping[str, Footprint],
    layout: Placements,
    placement: Placement,
    place: Placement,
) -> Placements:
    """Bring an instance to the place of another one."""
    at, to = placement.translation_m, place.translation_m
    shifted = shift_instances(
        plan,
        footprints,
        layout,
        [placement.id],
        shift_m=(to.x - at.x, to.y - at.y),
        turn_deg=place.yaw_deg - placement.yaw_deg,
    )
    if shifted.shares.get(placement.id, 0.0) < 1.0:
        raise PlanRejectedError(
            f"The {_name(plan, placement)} does not fit where the {_name(plan, place)} stands: "
            "nothing is changed."
        )
    return shifted.placements


def _name(plan: ScenePlan, placement: Placement) -> str:
    """Return an instance in words: forklift 2, or the cabinet where there is only one."""
    item = next(i for i in plan.items if i.id == placement.item)
    return item.noun if item.count == 1 else f"{item.noun} {order_number(placement.id)}"
