"""What one edit comes to: the plan after it, and what the layout has to know."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clappper.core.planning.models import ScenePlan

__all__ = ["Edited", "LayoutChange", "Motion", "Recast"]


class Motion(NamedTuple):
    """How one instance moves: a shift [m, layout frame] and a turn [deg, counter-clockwise]."""

    id: str
    x: float = 0.0
    y: float = 0.0
    turn_deg: float = 0.0


class Recast(NamedTuple):
    """One instance that keeps its place but becomes another item's, or another asset."""

    id: str
    item: str
    new_id: str
    asset_id: str | None = None


class LayoutChange(NamedTuple):
    """What becomes of the instances; those it does not name stay where they are.

    Attributes:
        gone: Ids that are taken away.
        released: Ids that are to find a new place, with what belongs to them.
        motions: Shifts and turns, in the order in which they are to be made.
        recast: Instances that change their item or asset.
        exchanged: Pairs of ids that take each other's place.
        is_room_changed: Walls or kind of the place are others than before.
        is_anew: Everything is to be placed anew.
        seed: The seed to place with, or null.
    """

    gone: tuple[str, ...] = ()
    released: tuple[str, ...] = ()
    motions: tuple[Motion, ...] = ()
    recast: tuple[Recast, ...] = ()
    exchanged: tuple[tuple[str, str], ...] = ()
    is_room_changed: bool = False
    is_anew: bool = False
    seed: int | None = None


class Edited(NamedTuple):
    """What an edit comes to.

    Attributes:
        plan: The plan after it.
        change: The change of the layout.
        notes: Sentences for the user.
        names: Ids the edits after it say, and those of the items that are meant.
    """

    plan: ScenePlan
    change: LayoutChange = LayoutChange()
    notes: tuple[str, ...] = ()
    names: Mapping[str, str] = MappingProxyType({})
