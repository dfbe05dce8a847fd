"""A potted floor plant."""

from __future__ import annotations

import numpy as np

from tools.demo_pack import shape
from tools.demo_pack.mesh import Mesh
from tools.demo_pack.model import Model
from tools.demo_pack.surface import Surface

__all__ = ["build_plant"]

_LEAF = Surface("Leaf", "#2f6b33", 0.45)
_LEAF_LIGHT = Surface("LeafLight", "#4c8a3d", 0.45)
_STEM = Surface("Stem", "#5b7a3a", 0.6)
_SOIL = Surface("Soil", "#2e2219", 0.95)
_POT = Surface("PotCeramic", "#dcd9d2", 0.55)


def build_plant() -> Model:
    """Model a floor plant about 1.4 m high: a fountain of broad bent leaves in a tapered pot."""
    model = Model()
    pot = shape.lathe(
        [
            (0.0, 0.0),
            (0.125, 0.0),
            (0.133, 0.008),
            (0.172, 0.33),
            (0.176, 0.345),
            (0.172, 0.352),
            (0.162, 0.352),
            (0.158, 0.345),
            (0.152, 0.30),
            (0.0, 0.30),
        ],
        segments=48,
    )
    model.add("Pot", _POT, pot, crease_deg=40.0)
    soil = shape.grid(24, 8, _place_soil)
    model.add("Soil", _SOIL, soil, crease_deg=180.0)
    stems: list[Mesh] = []
    leaves: tuple[list[Mesh], list[Mesh]] = ([], [])
    count = 24
    for k in range(count):
        share = k / (count - 1)
        turn = 137.508 * k + 9.0 * np.sin(5.1 * k)
        lean = 6.0 + 26.0 * share**1.3 + 4.0 * np.sin(2.3 * k)
        stem_m = 0.80 - 0.44 * share + 0.05 * np.sin(3.7 * k)
        leaf_m = 0.42 + 0.04 * np.sin(1.9 * k) - 0.08 * share
        stem, leaf = _build_leaf(stem_m, leaf_m, lean, droop=62.0 + 40.0 * share)
        root = 0.015 + 0.035 * share
        stems.append(stem.translate(x=root, z=0.29).rotate("z", turn))
        leaves[k % 3 == 0].append(leaf.translate(x=root, z=0.29).rotate("z", turn))
    model.add("Stems", _STEM, *stems, crease_deg=180.0)
    model.add("Leaves", _LEAF, *leaves[0], crease_deg=60.0)
    model.add("LeavesLight", _LEAF_LIGHT, *leaves[1], crease_deg=60.0)
    return model


def _place_soil(u: float, v: float) -> tuple[float, float, float]:
    around, radius = 2.0 * np.pi * u, 0.156 * (1.0 - v) + 0.001
    height = (
        0.308
        + 0.010 * v
        + 0.004 * np.sin(7 * around) * (1 - v)
        + 0.004 * np.sin(31.0 * radius * 6 + 3 * around)
    )
    return radius * np.cos(around), radius * np.sin(around), height


def _build_leaf(
    stem_m: float, leaf_m: float, lean_deg: float, *, droop: float
) -> tuple[Mesh, Mesh]:
    """Return a stem and its leaf, leaning from the origin towards +X."""

    def walk(
        length: float, start_deg: float, end_deg: float, steps: int, origin: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        angles = np.radians(np.linspace(start_deg, end_deg, steps + 1))
        directions = np.stack([np.sin(angles), np.zeros(steps + 1), np.cos(angles)], axis=1)
        middle = (directions[:-1] + directions[1:]) / 2 * (length / steps)
        return np.concatenate([[origin], origin + np.cumsum(middle, axis=0)]), directions

    bend = lean_deg + 14.0
    stalk, _ = walk(stem_m, lean_deg * 0.45, bend, 6, np.zeros(3))
    stem = shape.sweep(
        shape.circle(1.0, 7), stalk, scales=np.linspace(0.009, 0.0045, 7), up=(0, 1, 0)
    )
    rib, directions = walk(leaf_m, bend, bend + droop, 12, stalk[-1])
    along = np.linspace(0.0, 1.0, 13)
    half = 0.30 * leaf_m * np.sin(np.pi * along**0.75) ** 0.85 * (1.0 - 0.25 * along)
    half[0], half[-1] = 0.004, 0.0006
    lift = np.stack([-directions[:, 2], np.zeros(13), directions[:, 0]], axis=1)
    across = np.array([-1.0, -0.62, -0.3, 0.0, 0.3, 0.62, 1.0])
    ripple = 0.012 * np.sin(along * 19.0)[:, None] * np.abs(across) ** 2
    rise = 0.22 * half[:, None] * np.abs(across) + ripple * (half[:, None] / half.max())
    sheet = rib[:, None, :] + rise[:, :, None] * lift[:, None, :]
    sheet[:, :, 1] += half[:, None] * across
    body = (
        0.0016 * (1.0 - np.abs(across) ** 2)[None, :, None] * lift[:, None, :]
        + 0.0003 * lift[:, None, :]
    )
    rings = np.concatenate([sheet + body, (sheet - body)[:, ::-1]], axis=1)
    return stem, shape.loft(rings)
