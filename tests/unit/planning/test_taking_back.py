"""Sentences that only take a change back, in four languages."""

from __future__ import annotations

import pytest

from clappper.core.planning.follow_ups.taking_back import find_taking_back

UNDO = (
    "undo", "Undo that.", "please undo the last change", "take that back", "go back one step",
    "mach das bitte rückgängig", "deshaz eso", "元に戻して",
)  # fmt: skip
REDO = ("redo", "redo that", "do it again")
NEITHER = (
    "", "undo the forklift", "go back to two rows", "put it back", "remove two forklifts",
    "undo " * 40, "take the boxes back to the door",
)  # fmt: skip


@pytest.mark.parametrize("sentence", UNDO)
def test_find_taking_back_undo(sentence: str) -> None:
    assert find_taking_back(sentence) == "undo"


@pytest.mark.parametrize("sentence", REDO)
def test_find_taking_back_redo(sentence: str) -> None:
    assert find_taking_back(sentence) == "redo"


@pytest.mark.parametrize("sentence", NEITHER)
def test_find_taking_back_anything_else_is_a_request(sentence: str) -> None:
    assert find_taking_back(sentence) is None
