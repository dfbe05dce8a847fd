"""What things are for."""

from __future__ import annotations

import pytest

from clappper.core.catalog.language.nouns import load_nouns
from clappper.core.catalog.language.purposes import list_purpose_nouns
from clappper.core.catalog.language.words import load_words, split_query


@pytest.mark.parametrize(
    ("text", "noun"),
    [
        ("something to sit on", "chair"),
        ("something for sitting", "chair"),
        ("equipment for lifting goods", "forklift"),
        ("anything that can be used for storing tools", "shelving"),
        ("a thing that lifts pallets", "forklift"),
    ],
)
def test_list_purpose_nouns_most_usual_thing_is_the_first(text, noun):
    assert list_purpose_nouns(split_query(text))[0] == noun


@pytest.mark.parametrize("text", ["", "something", "to sit", "a table to sit at", "thing to paint"])
def test_list_purpose_nouns_no_stated_purpose_gives_none(text):
    assert list_purpose_nouns(split_query(text)) == ()


def test_purposes_are_served_by_nouns_of_the_table():
    served = {noun for nouns in load_words().purposes.values() for noun in nouns}

    assert served <= load_nouns().nouns.keys()
