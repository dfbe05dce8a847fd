"""Pictures of the panel in every state, for the documents; ``CLAPPPER_SCREENSHOTS`` keeps them."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

pytestmark = pytest.mark.kit

STATES = ("empty", "working", "result", "capturing", "done", "error")


def test_panel_looks_different_in_every_state(run_scenario):
    report = run_scenario(
        "chat_pictures",
        settings={
            "/exts/clappper.chat/output_folder": "films",  # relative: pictures name no machine
            "/exts/clappper.chat/slice_ms": 0.05,
            "/exts/clappper.capture/warmup_updates": 2,
        },
        timeout_s=240,
    )

    pictures = {}
    for state in STATES:
        with Image.open(report["screenshots"][f"panel-{state}"]) as image:
            pictures[state] = np.asarray(image.convert("L"), dtype=np.float64)
    for state, picture in pictures.items():
        assert picture.shape == (800, 460)
        assert picture.std() > 10.0, state  # text and fields, not one colour
        others = [pictures[other] for other in STATES if other != state]
        assert all(np.abs(picture - other).mean() > 0.2 for other in others), state
