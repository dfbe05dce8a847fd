"""Which word a mistyped one stands for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clappper.core.catalog.finding.spelling import Speller, compute_distance, list_single_edits

KNOWN = (
    "forklift",
    "chair",
    "pallet",
    "table",
    "label",
    "shelving",
    "desk",
    "conference",
    "barrel",
)
SPELLER = Speller(KNOWN)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("forklfit", "forklift"), ("fokrlift", "forklift"), ("froklfit", "forklift"),
        ("chiar", "chair"), ("cahir", "chair"), ("hcair", "chair"), ("palet", "pallet"),
        ("shelvng", "shelving"), ("conferance", "conference"), ("confrance", "conference"),
        ("barell", "barrel"), ("deks", "desk"), ("torklift", "forklift"),
    ],
)  # fmt: skip
def test_find_near_mistyped_word_gives_the_meant_one_first(typed, meant):
    assert SPELLER.find_near(typed)[0][1] == meant


@pytest.mark.parametrize(
    "typed",
    ["", "dsk", "dusk", "disk", "mable", "hair", "forkfull", "fable", "cheer", "叉车叉车",
     "chair7", "tesk"],
)  # fmt: skip
def test_find_near_other_word_gives_none(typed):
    assert SPELLER.find_near(typed) == ()


def test_find_near_two_words_are_given_nearest_first():
    assert [word for _, word in Speller(["cabinet", "cabined"]).find_near("cabinett")] == [
        "cabinet",
        "cabined",
    ]


@pytest.mark.parametrize(
    ("typed", "known", "cost"),
    [
        ("desk", "desk", 0.0), ("dsek", "desk", 0.9), ("dask", "desk", 0.95),
        ("dek", "desk", 1.0), ("deskk", "desk", 0.5), ("palet", "pallet", 0.5), ("", "desk", 4.0),
        ("disc", "desk", 1.95),
    ],
)  # fmt: skip
def test_compute_distance_by_hand(typed, known, cost):
    assert compute_distance(typed, known) == pytest.approx(cost)


@given(word=st.text(alphabet="abcde", max_size=9))
def test_single_edits_are_at_most_one_mistake_away(word):
    for edit in list_single_edits(word):
        assert compute_distance(edit, word) <= 1.0
