"""Best: a cluster goes to the best of many fair draws."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from clappper.core.layout.candidates import Pose
    from clappper.core.layout.cluster import Cluster
    from clappper.core.layout.space import Space

__all__ = ["COMFORT_M", "DRAWS", "ROUNDS", "place_best", "prefer_clearance"]

#: Draws of one round, and most rounds.
DRAWS, ROUNDS = 48, 10
#: How many of the best draws are looked at closer.
_FEW = 12
#: Distance loose things like to keep to others [m]; less is taken when there is no more.
COMFORT_M = {"person": 0.45, "forklift": 1.2, "truck": 1.2, "car": 1.2}


def place_best(
    space: Space,
    cluster: Cluster,
    draw: Callable[[], Pose | None],
    score: Callable[[Cluster], float],
    *,
    rounds: int = ROUNDS,
    is_good: Callable[[Cluster], bool] | None = None,
    in_aisle: bool = False,
) -> bool:
    """Place a cluster at the best of the draws that fit; more rounds only while none fits.

    The best few must pass ``is_good`` as well.
    """
    for _ in range(rounds):
        rated: list[tuple[float, Cluster]] = []
        for _ in range(DRAWS):
            pose = draw()
            if pose is None:
                continue
            moved = cluster.move(pose.x, pose.y, pose.yaw_deg)
            if not space.fits(moved, in_aisle=in_aisle):
                continue
            rated.append((score(moved), moved))
        rated.sort(key=lambda entry: -entry[0])
        best = next((c for _, c in rated[:_FEW] if is_good is None or is_good(c)), None)
        if best is not None:
            space.add(best)
            return True
    return False


def prefer_clearance(space: Space) -> Callable[[Cluster], float]:
    """Return a score: 1 where a cluster has all the distance it likes to have."""

    def score(moved: Cluster) -> float:
        comfort = COMFORT_M.get(moved.anchor.footprint.category, 0.6)
        return space.compute_clearance_m(moved.compute_boxes()[0], limit_m=comfort) / comfort

    return score
