"""The smallest gap between things, where bounds alone would mislead."""

from __future__ import annotations

import pytest

from clappper.core.stage.certificate import compute_certificate
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
