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
    "a warm sunest": "a warm sunset",
    "8 chars": "8 chairs",
    "a meating room": "a meeting room",
    "at the golden huor": "at the golden hour",
    "infront of the door": "in front of the door",
    "infornt of the door": "in front of the door",
    "a ware house": "a warehouse",
    "at sun set": "at sunset",
    "a meeting rom": "a meeting room",
    "a plant in each coner": "a plant in each corner",
    "a meetingroom": "a meeting room",
    "with for forklifts": "with four forklifts",
    "an old wearhouse": "an old warehouse",
    "6 cnoes": "6 cones",
    "six descs": "six desks",
    "next ot the door": "next to the door",
    "a long stret": "a long street",
    "a rooom": "a room",
}
KEPT = [
    "a unicorn and a banner",
    "Anna and Wendt stand near the door",
    "a chain, a cable and a stable",
    "form the chairs into a circle",
    "tow the car",
    "a big house and a ware",
    "the chars of the code",
    "space for forklifts",
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
