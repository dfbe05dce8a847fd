"""What a prompt refuses behind its name, and nothing else."""

from __future__ import annotations

import pytest

from clappper.core.planning.clause import read_elements
from clappper.core.planning.lexer import Transcript, clean_text, tokenize
from clappper.core.planning.noun_phrase import NounPhrase
from clappper.core.planning.numbers import merge_quantities
from clappper.core.planning.refusal import claim_refusals, list_refused


def read_refused(text: str) -> list[str]:
    cleaned = clean_text(text)
    transcript = Transcript(cleaned, tuple(merge_quantities(tokenize(cleaned))))
    claimed: dict[int, str] = {}
    claim_refusals(transcript, claimed)
    elements = read_elements(transcript, claimed)
    phrases = [elements[index] for index in sorted(list_refused(elements))]
    return [phrase.head for phrase in phrases if isinstance(phrase, NounPhrase)]


@pytest.mark.parametrize(
    ("text", "heads"),
    [
        ("people are not needed", ["person"]),
        ("forklifts should not be visible", ["forklift"]),
        ("chairs and plants aren't necessary", ["chair", "plant"]),
        ("keep the drums out of the shot", ["drum"]),
        ("a desk, chairs are not wanted", ["chair"]),
        ("3 desks are not needed", []),
        ("a desk is needed", []),
        ("the camera must not move", []),
        ("get the drums out of the way", []),
        ("keep people out of it", ["person"]),
    ],
)
def test_list_refused_names_what_is_not_wanted(text: str, heads: list[str]) -> None:
    assert read_refused(text) == heads
