"""A later command makes an earlier one exact, or takes it back."""

from __future__ import annotations

import pytest

from clappper.core.planning.languages.translate_replaced import is_replaced


@pytest.mark.parametrize(
    ("before", "later", "expected"),
    [
        ("camera higher", "camera at 2.5 m", True),
        ("shorter film", "film 5 seconds", True),
        ("make the room bigger", "make the room 8 x 6 m", True),
        ("fewer drums", "keep only 4 drums", True),
        ("remove 2 chairs", "undo", True),
        ("camera higher", "film 5 seconds", False),
        ("remove 2 chairs", "keep only 4 drums", False),
        ("camera at 2 m", "camera higher", False),
    ],
)
def test_is_replaced(before: str, later: str, expected: bool) -> None:
    assert is_replaced(before, later) is expected
