"""Misspelt words are mended only where no dictionary knows them."""

from __future__ import annotations

import pytest

from clappper.core.planning.spelling import MAX_WORDS, correct_spelling

MENDED = {
    "teh ofice": "the office",
    "a wharehouse": "a warehouse",
    "8 chairs arond the tabel": "8 chairs around the table",
    "metting room": "meeting room",
    "three bolards": "three bollards",
    "thre desks nxt to the wal": "three desks next to the wall",
    "camra form above": "camera from above",
    "put tow pallets": "put two pallets",
    "Creat an office": "Create an office",
    "creat an office": "create an office",
}
KEPT = [
    "a unicorn and a banner",
    "Anna and Wendt stand near the door",
    "a chain, a cable and a stable",
    "form the chairs into a circle",
    "tow the car",
    "the WAL file",
    "came, got and began",
]


@pytest.mark.parametrize(("said", "meant"), MENDED.items())
def test_correct_spelling_mends(said: str, meant: str) -> None:
    corrected = correct_spelling(said)
    assert corrected.text.lower() == meant.lower()
    assert corrected.notes


@pytest.mark.parametrize("text", KEPT)
def test_correct_spelling_keeps_words_that_mean_something(text: str) -> None:
    assert correct_spelling(text) == (text, [])


def test_correct_spelling_tells_what_was_read() -> None:
    assert correct_spelling("teh desk, teh door").notes == ["“teh” is read as “the”."]


def test_correct_spelling_looks_at_a_bounded_number_of_words() -> None:
    words = [f"{a}{b}{c}qq" for a in "bcdfghjk" for b in "lmnpqrst" for c in "vwxzbcdf"]
    long = " ".join([*words[:MAX_WORDS], "arond"])
    assert correct_spelling(long) == (long, [])
    assert correct_spelling("arond").text == "around"
