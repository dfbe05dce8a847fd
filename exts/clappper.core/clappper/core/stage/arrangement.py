"""Rows found in where instances stand.

Measured from centres and bounds alone, whatever was planned.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from clappper.core.stage.inspect import Body

__all__ = ["Row", "cluster", "compute_deviation", "compute_spans", "find_rows", "measure_aisles"]

#: Instances of one row are collinear within this [m].
COLLINEAR_M = 0.05
#: Rows nearer than this whose fronts look away from each other stand back to back: no aisle is
#: between them [m].
BACK_TO_BACK_M = 0.3


@dataclass(frozen=True)
class Row:
    """Instances on one line, in order along it."""

    bodies: tuple[Body, ...]
    #: Unit vector across the row (x, y), layout frame.
    across: NDArray[np.float64]
    #: Interval the row takes across its direction [m].
    lower: float
    upper: float


def find_rows(bodies: Sequence[Body], asked: int | None) -> list[Row]:
    """Return the rows along the axis that gives the number asked, or else the fewest rows."""
    if not bodies:
        return []
    axis = bodies[0].transform[:2, 0] / max(float(np.linalg.norm(bodies[0].transform[:2, 0])), 1e-9)
    choices = [_make_rows(bodies, across) for across in (np.array([-axis[1], axis[0]]), axis)]
    return min(
        choices, key=lambda rows: (abs(len(rows) - asked) if asked else len(rows), len(rows))
    )


def measure_aisles(rows: Sequence[Row]) -> list[tuple[Row, Row, float]]:
    """Return the free width [m] between neighbouring rows, except where they stand back to back."""
    aisles = []
    for first, second in itertools.pairwise(rows):
        width = second.lower - first.upper
        looks = (
            float(first.bodies[0].heading @ first.across),
            float(second.bodies[0].heading @ first.across),
        )
        if not (width < BACK_TO_BACK_M and looks[0] < -0.9 and looks[1] > 0.9):
            aisles.append((first, second, width))
    return aisles


def cluster(values: Sequence[float], tolerance_m: float) -> list[list[int]]:
    """Return ascending groups of indices; values lie within a tolerance of the group's first."""
    groups: list[list[int]] = []
    for index in np.argsort(values, kind="stable"):
        if groups and values[index] - values[groups[-1][0]] <= tolerance_m:
            groups[-1].append(int(index))
        else:
            groups.append([int(index)])
    return groups


def compute_spans(bodies: Sequence[Body], axis: NDArray[np.float64]) -> list[tuple[float, float]]:
    """Return each body's interval along a horizontal unit vector [m, layout frame]."""
    return [
        (float(reach.min()), float(reach.max()))
        for reach in (body.vertices[:, :2] @ axis for body in bodies)
    ]


def compute_deviation(points: NDArray[np.float64]) -> float:
    """Return how far points (n, 2) lie from their best common line at most [m]."""
    centered = points - points.mean(axis=0)
    _, _, directions = np.linalg.svd(centered, full_matrices=True)
    return float(np.abs(centered @ directions[1]).max())


def _make_rows(bodies: Sequence[Body], across: NDArray[np.float64]) -> list[Row]:
    along = np.array([across[1], -across[0]])
    positions = [float(body.center[:2] @ across) for body in bodies]
    spans = compute_spans(bodies, across)
    rows = []
    for group in cluster(positions, COLLINEAR_M):
        ordered = sorted(group, key=lambda index: float(bodies[index].center[:2] @ along))
        lower, upper = (
            min(spans[index][0] for index in group),
            max(spans[index][1] for index in group),
        )
        rows.append(Row(tuple(bodies[index] for index in ordered), across, lower, upper))
    return rows
