"""The solver: composition, room, blocks, walls, relations, scatter.

Deterministic for (plan, footprints, seed). The room grows when a default size does not hold the
request; a size the user gave is kept and the conflict is told.
"""

from __future__ import annotations

import random
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from clappper.core.layout.candidates import WALL_CLEARANCE_M
from clappper.core.layout.compose import Composition, Group, compose
from clappper.core.layout.draft import Draft
from clappper.core.layout.guests import has_guests
from clappper.core.layout.packing import Floor, pack_blocks, pack_tightly
from clappper.core.layout.pattern import PatternBook
from clappper.core.layout.roles import is_block, is_in_wall, is_scattered
from clappper.core.layout.room import build_room, get_room_default, is_seen_from_above, to_wall
from clappper.core.layout.shot import rate_framing
from clappper.core.layout.space import Space, compute_boxes
from clappper.core.layout.wall_item import WallItems, plan_wall_items

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from clappper.core.layout.arrangement import Block
    from clappper.core.layout.models import Footprint, Placements, Wall
    from clappper.core.planning.models import ScenePlan

__all__ = ["list_needed_walls", "solve_layout"]

_GROWTH = 1.18
_STEPS = 16
#: Larger rooms that are tried although the last ones held no more, and in which everything has a
#: place but not always the wanted one.
_PATIENCE = 3
_SETTLED = 4
#: Layouts drawn with other chances where everything has a place but not always the wanted one, of
#: how many things at most.
_CHANCES, _MANY = 4, 200
#: Share of the back wall that is filled before things go to the side walls too.
_WALL_SHARE = 0.7
#: Layouts that are looked at through the camera, of how many things at most, and the share of
#: things wholly in the picture that is good enough.
_FRAMINGS, _FRAMED, _WHOLE = 4, 40, 0.85


def solve_layout(
    plan: ScenePlan,
    footprints: Mapping[str, Footprint],
    *,
    seed: int,
    on_progress: Callable[[int, int], None] | None = None,
) -> Placements:
    """Place every instance of a plan in a room.

    Args:
        plan: What is wanted.
        footprints: Box of each usable asset by asset id [m]; ids of the plan that are missing here
            are not used.
        seed: Chooses among equally good layouts.
        on_progress: Called with (placed, total) instances.

    Returns:
        Room, placements and violations. Whatever does not fit is left out and told in a violation
        COUNT_SHORT.
    """
    trial = _find_best(plan, footprints, seed, on_progress)
    if not plan.items or trial.rank[:2] != (trial.wanted, 0) or trial.wanted > _FRAMED:
        return trial.placements
    # Of layouts that are as good the one is taken in which the camera cuts nothing off.
    whole = _rate_framing(plan, footprints, trial.placements)
    for number in range(1, _FRAMINGS):
        if whole > _WHOLE:
            break
        other = _run(plan, footprints, trial.tactics, seed, number=number, eye=trial.eye)
        rating = _rate_framing(plan, footprints, other.placements)
        if other.rank == trial.rank and rating > whole:
            trial, whole = other, rating
    return trial.placements


class _Trial(NamedTuple):
    """What came of one try.

    Attributes:
        placements: The layout.
        rank: How many instances are placed, minus how many stand elsewhere, minus how much is told.
        wanted: How many instances there should be.
        tactics: How it was made.
        eye: Where the camera stands, x and y [m], if something is to face it.
    """

    placements: Placements
    rank: tuple[int, int, int]
    wanted: int
    tactics: _Tactics
    eye: tuple[float, float] | None


def _find_best(
    plan: ScenePlan,
    footprints: Mapping[str, Footprint],
    seed: int,
    on_progress: Callable[[int, int], None] | None,
) -> _Trial:
    best: _Trial | None = None
    eye: tuple[float, float] | None = None
    last_step = _PATIENCE
    for step, tactics in _list_tactics(plan):
        if step > last_step:
            break
        trial = _run(plan, footprints, tactics, seed, eye=eye)
        eye = trial.eye
        placed = trial.rank[0]
        if on_progress is not None:
            on_progress(placed, sum(item.count for item in plan.items))
        if best is None or trial.rank > best.rank:
            best = trial
            is_short = placed < trial.wanted
            last_step = step + _PATIENCE if is_short else min(step + _PATIENCE, _SETTLED)
        if trial.rank[:2] == (trial.wanted, 0):
            break
    assert best is not None
    for number in range(1, _CHANCES):
        if best.rank[0] < best.wanted or best.rank[1] == 0 or best.wanted > _MANY:
            break
        other = _run(plan, footprints, best.tactics, seed, number=number, eye=best.eye)
        best = other if other.rank > best.rank else best
    return best


def _run(
    plan: ScenePlan,
    footprints: Mapping[str, Footprint],
    tactics: _Tactics,
    seed: int,
    *,
    number: int = 0,
    eye: tuple[float, float] | None,
) -> _Trial:
    rng = random.Random(f"clappper:{seed}:{number}" if number else f"clappper:{seed}")
    composition = compose(plan, footprints, rng, is_close=tactics.is_close)
    attempt = _Attempt(plan, composition, rng, tactics, eye)
    placements = attempt.run(seed)
    wanted = sum(len(c.members) for g in composition.groups for c in g.clusters)
    rank = (len(placements.placements), -attempt.elsewhere, -len(placements.violations))
    return _Trial(placements, rank, wanted, tactics, attempt.eye)


def _rate_framing(
    plan: ScenePlan, footprints: Mapping[str, Footprint], placements: Placements
) -> float:
    return rate_framing(plan, placements.room, compute_boxes(placements, footprints))


class _Tactics(NamedTuple):
    """How one try goes about it.

    Attributes:
        growth: Of the default room.
        is_close: What stands at a side of something moves with it.
        is_wall_first: Walls and corners are taken before blocks are built.
    """

    growth: float
    is_close: bool
    is_wall_first: bool


def _list_tactics(plan: ScenePlan) -> Iterator[tuple[int, _Tactics]]:
    """Yield tactics and their step: one room size, or one order of placing in a given room."""
    is_given = plan.environment.size_m is not None
    ways = (False, True) if has_guests(plan) else (False,)
    for step in range(2 if is_given else _STEPS):
        growth = 1.0 if is_given else _GROWTH**step
        for is_close in ways:
            yield step, _Tactics(growth, is_close, is_given and step == 1)


class _Attempt:
    """One try by one tactics, with the camera where it stood in the last one, x and y [m]."""

    def __init__(
        self,
        plan: ScenePlan,
        composition: Composition,
        rng: random.Random,
        tactics: _Tactics,
        eye: tuple[float, float] | None,
    ) -> None:
        self._plan = plan
        self._groups = composition.groups
        self._violations = composition.violations
        self._rng = rng
        self._tactics = tactics
        self._patterns = PatternBook(plan, self._groups)
        #: Where the camera stands in the end, if something is to face it.
        self.eye = eye
        #: How many clusters stand elsewhere than the plan wants them.
        self.elsewhere = 0

    def run(self, seed: int) -> Placements:
        """Place all groups and return the result."""
        in_wall = [g for g in self._groups if is_in_wall(g)]
        free = [g for g in self._groups if g not in in_wall]
        blocks = [(g, self._patterns.arrange(g)) for g in free if is_block(g)]
        floor = self._size_floor([b for _, b in blocks], free)
        size = self._plan.environment.size_m
        wall_items = plan_wall_items(
            in_wall,
            width_m=floor.width_m,
            depth_m=floor.depth_m,
            height_m=None if size is None else size.z,
        )
        room = build_room(
            self._plan.environment,
            width_m=floor.width_m,
            depth_m=floor.depth_m,
            height_m=self._compute_height_m(),
            openings=wall_items.openings,
            needed=list_needed_walls(free, floor.width_m),
            is_open_top=is_seen_from_above(self._plan.camera.shot),
        )
        space = Space(room)
        space.eye = self.eye
        draft = Draft(self._plan, space, self._rng, self._violations)
        self._place_wall_items(draft, wall_items)
        if blocks and self._rng.random() < 0.5:
            blocks.reverse()
        if self._tactics.is_wall_first:
            draft.place_at_walls(free)
        self._place_blocks(draft, blocks)
        if not self._tactics.is_wall_first:
            draft.place_at_walls(free)
        draft.place_loose(free, apron_m=floor.apron_m)
        if self._plan.environment.size_m is not None:
            self._pack_if_crowded(draft)
        draft.turn_as_told(self._groups)
        draft.turn_to_camera(self._groups)
        draft.repair(self._groups)
        self.eye = draft.space.eye
        self.elsewhere = draft.elsewhere
        return draft.finish(self._groups, seed=seed)

    def _pack_if_crowded(self, draft: Draft) -> None:
        """Pack loose things as tight as they go in a room the user sized too small for them.

        Only where there is nothing but loose things.
        """
        if not draft.count_missing() or not all(is_scattered(g, self._plan) for g in self._groups):
            return
        packed = pack_tightly(draft.space.room, [c for g in self._groups for c in g.clusters])
        if len(packed.members) > len(draft.space.members):
            draft.space = packed

    def _compute_height_m(self) -> float:
        tallest = max(
            (b.z_max for g in self._groups for c in g.clusters for b in c.compute_boxes()),
            default=0.0,
        )
        return tallest + 0.4

    def _size_floor(self, blocks: list[Block], free: list[Group]) -> Floor:
        default = get_room_default(self._plan.environment.kind, self._plan.environment.density)
        size = self._plan.environment.size_m
        loose_area = sum(
            (b[2] - b[0] + 1.0) * (b[3] - b[1] + 1.0)
            for g in free
            if not is_block(g)
            for b in (c.compute_bounds() for c in g.clusters)
        )
        return Floor.fit(
            default,
            blocks,
            loose_area_m2=loose_area,
            growth=self._tactics.growth,
            fixed=None if size is None else (size.x, size.y),
        )

    def _place_wall_items(self, draft: Draft, wall_items: WallItems) -> None:
        for cluster in wall_items.clusters:
            draft.space.add(cluster)
        draft.space.keep_clear.extend(wall_items.keep_clear)

    def _place_blocks(self, draft: Draft, blocks: list[tuple[Group, Block]]) -> None:
        default = get_room_default(self._plan.environment.kind, self._plan.environment.density)
        centered = [b for b in blocks if b[0].relation and b[0].relation.verb == "centered"]
        others = [b for b in blocks if b not in centered]
        for chosen, is_centered in ((centered, True), (others, False)):
            draft.elsewhere += pack_blocks(
                draft.space,
                [(block, partial(self._list_spares, group)) for group, block in chosen],
                default,
                self._rng,
                is_centered=is_centered,
            )

    def _list_spares(self, group: Group) -> Iterator[Block]:
        """Yield what else a group may make in a room that cannot grow."""
        size = self._plan.environment.size_m
        if size is None:
            return iter(())
        reach = 2 * WALL_CLEARANCE_M
        return self._patterns.list_spares(group, width_m=size.x - reach, depth_m=size.y - reach)


def list_needed_walls(groups: Sequence[Group], width_m: float) -> list[Wall]:
    """Return the walls that something is to stand at in a room of a width [m]."""
    walls: list[Wall] = []
    corners: tuple[Wall, ...] = ("north", "west", "east", "south")
    in_corners, along = 0, 0.0
    for group in groups:
        relation = group.relation
        if relation is None or relation.object not in (None, "room"):
            continue
        if relation.verb == "along_wall":
            walls.append(to_wall(relation.side))
            if relation.side is None:
                along += sum(b[2] - b[0] for b in (c.compute_bounds() for c in group.clusters))
        elif relation.verb == "in_corner":
            in_corners += len(group.clusters)
    if in_corners:
        walls.extend(corners[: min(4, in_corners + 1)])
    if along > _WALL_SHARE * width_m:
        walls.extend(("west", "east"))
    return walls
