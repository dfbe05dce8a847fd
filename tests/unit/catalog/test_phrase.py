"""How a noun phrase is taken apart."""

from __future__ import annotations

import pytest

from clappper.core.catalog.language.nouns import load_nouns
from clappper.core.catalog.language.phrase import read_phrase
from clappper.core.catalog.language.words import split_query


@pytest.mark.parametrize(
    ("text", "noun"),
    [
        ("two desks", "desk"),
        ("two seater", "loveseat"),
        ("the two seater", "loveseat"),
        ("my three seater sofa", "sofa"),
        ("some four way pallets", "pallet"),
        ("find the all terrain vehicle", "quad bike"),
        ("a good desk", "desk"),
    ],
)
def test_read_phrase_determiners_are_dropped_where_they_are_not_of_the_name(text, noun):
    assert read_phrase(split_query(text), load_nouns()).noun == noun


@pytest.mark.parametrize("text", ["box office", "car factory", "locker room"])
def test_read_phrase_compound_of_english_is_a_kind_of_its_own(text):
    assert read_phrase(split_query(text), load_nouns()).noun is None
