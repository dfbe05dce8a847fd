"""Which words a denial reaches."""

from __future__ import annotations

import pytest

from clappper.core.planning.denial import is_denied, is_ruled_out
from clappper.core.planning.lexer import Transcript, tokenize


def find(text: str) -> tuple[Transcript, int]:
    transcript = Transcript(text, tuple(tokenize(text)))
    return transcript, [token.norm for token in transcript.tokens].index("daylight")


@pytest.mark.parametrize(
    ("text", "denied", "ruled_out"),
    [
        ("no daylight", True, True),
        ("anything but the daylight", True, True),
        ("nothing but daylight", False, False),
        ("a lamp instead of daylight", True, True),
        ("do not film daylight", True, False),
        ("no lamps, daylight", False, False),
        ("not dark but daylight", False, False),
        ("people and daylight", False, False),
    ],
)
def test_denial_reaches_what_it_denies(text: str, denied: bool, ruled_out: bool) -> None:
    assert is_denied(*find(text)) == denied
    assert is_ruled_out(*find(text)) == ruled_out
