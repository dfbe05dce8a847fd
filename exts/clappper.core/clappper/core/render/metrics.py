"""From a stage's own metrics to the renderer's frame: right-handed, Z up, metres."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from pxr import UsdGeom

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pxr import Gf, Usd

__all__ = ["compute_stage_to_render", "to_column_matrix"]


def compute_stage_to_render(stage: Usd.Stage) -> NDArray[np.float64]:
    """Return the 4x4 matrix from the stage's world to the renderer's."""
    matrix = np.eye(4)
    if UsdGeom.GetStageUpAxis(stage) == UsdGeom.Tokens.y:
        matrix[:3, :3] = [[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]]
    matrix[:3, :3] *= UsdGeom.GetStageMetersPerUnit(stage)
    return matrix


def to_column_matrix(matrix: Gf.Matrix4d) -> NDArray[np.float64]:
    """Return a Gf row-vector matrix as a numpy matrix for column vectors."""
    return np.array(matrix, dtype=np.float64).T
