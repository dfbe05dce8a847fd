"""The smallest gap between things, where bounds alone would mislead."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from clappper.core.stage.certificate import compute_certificate
from clappper.core.stage.collision import CollisionWorld
from clappper.core.stage.inspect import read_scene
from support.stages import SceneStage


def test_smallest_gap_is_between_other_things_than_those_whose_bounds_are_nearest():
    scene = SceneStage()
    # Turned by 45 degrees their bounds touch, and they are almost a metre apart.
    for place in ((0.5, 0.0, 0.0), (1.9, 1.4, 0.0)):
        scene.add("crate", place, yaw_deg=45.0)
    for place in ((-3.0, 1.5, 0.0), (-3.0, 0.1, 0.0)):
        scene.add("box", place)

    certificate = compute_certificate(scene.stage, plan=None, validate=False)

    assert certificate.geometry.min_gap_m == pytest.approx(0.4, abs=1e-4)


@pytest.mark.parametrize("seed", range(4))
def test_smallest_gap_is_that_of_all_pairs(seed):
    random = np.random.default_rng(seed)
    scene = SceneStage()
    for x, y in itertools.product((-2.5, 0.0, 2.5), (-2.0, 0.0, 2.0)):
        place = (x + random.uniform(-0.4, 0.4), y + random.uniform(-0.3, 0.3), 0.0)
        size = random.uniform(0.3, 1.4, 3)
        scene.add("box", place, size=size, yaw_deg=float(random.uniform(0.0, 90.0)))
    pairs = itertools.combinations(read_scene(scene.stage).instances, 2)
    least = min(CollisionWorld().compute_gap(a, b) for a, b in pairs)

    certificate = compute_certificate(scene.stage, plan=None, validate=False)

    assert least > 0.0
    assert certificate.geometry.min_gap_m == pytest.approx(least, abs=1e-4)
