"""Words that stand for a thing that is named elsewhere."""

from __future__ import annotations

import pytest

from clappper.core.planning.anaphora import resolve_ones
from clappper.core.planning.clause import read_elements
from clappper.core.planning.corrections import claim_corrections
from clappper.core.planning.lexer import Transcript, clean_text, tokenize
from clappper.core.planning.noun_phrase import NounPhrase
from clappper.core.planning.numbers import merge_quantities


def read(text: str) -> list[tuple[str, int | None]]:
    """Return head and number of the things of a text."""
    cleaned = clean_text(text)
    transcript = Transcript(cleaned, tuple(merge_quantities(tokenize(cleaned))))
    claimed: dict[int, str] = {}
    claim_corrections(transcript, claimed)
    elements = resolve_ones(read_elements(transcript, claimed))
    phrases = [e for e in elements if isinstance(e, NounPhrase) and e.kind == "thing"]
    return [(phrase.head, phrase.count) for phrase in phrases]


@pytest.mark.parametrize(
    ("text", "things"),
    [
        ("3 big desks and 2 small ones", [("desk", 3), ("desk", 2)]),
        ("pallets, 8 of them", [("pallet", 8)]),
        ("racks along the wall, six in total", [("rack", 6)]),
        ("3 rows of shelving (12 units total)", [("shelving", 12)]),
        ("forklifts - say three - and a desk", [("forklift", 3), ("desk", None)]),
        ("chairs and desks, six of each", [("chair", 6), ("desk", 6)]),
        ("blue and yellow drums, four of each", [("drum", 8)]),
        ("2 drums, four of each", [("drum", 2)]),
        ("boxes on 3 pallets, six per pallet", [("box", 18), ("pallet", 3)]),
        ("18 boxes on 3 pallets, six per pallet", [("box", 18), ("pallet", 3)]),
        ("a red, a green and a blue box", [("box", None)] * 3),
        ("a red door and a box", [("door", None), ("box", None)]),
        ("6 chairs by the wall, a dozen more at the table",
         [("chair", 6), ("chair", 12), ("table", None)]),
        ("a stack of pallets, a cone next to the stack",
         [("pallet", None), ("cone", None), ("pallet", None)]),
        ("a desk and the whole group", [("desk", None)]),
        ("the client wants a desk", [("desk", None)]),
        ("the visitor has a desk", [("visitor", None), ("desk", None)]),
    ],
)  # fmt: skip
def test_resolve_ones_names_what_is_meant(text: str, things: list[tuple[str, int | None]]) -> None:
    assert read(text) == things
