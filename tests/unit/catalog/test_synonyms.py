"""What English calls things, from the shipped data."""

from __future__ import annotations

import random

import pytest

from clappper.core.catalog.language.synonyms import SynonymEntry, load_synonyms
from clappper.core.catalog.language.words import split_query

SYNONYMS = load_synonyms()


@pytest.mark.parametrize(
    ("term", "synonym"),
    [
        ("icebox", "refrigerator"),
        ("lorry", "camion"),
        ("dustbin", "trash can"),
        ("docker", "stevedore"),
    ],
)
def test_find_synonyms_are_other_words_for_the_thing(term, synonym):
    assert synonym in SYNONYMS.find((term,)).synonyms


@pytest.mark.parametrize(
    ("term", "kind"),
    [
        ("seat", "bench"), ("furniture", "bookcase"), ("sofa", "love seat"),
        ("furniture", "armchair"),
    ],
)  # fmt: skip
def test_find_narrower_terms_are_kinds_and_broader_leads_back(term, kind):
    assert kind in SYNONYMS.find((term,)).narrower
    assert term in SYNONYMS.find(kind.split()).broader


def test_find_term_of_several_words_is_one_thing():
    assert "firebreak" not in SYNONYMS.find(("fire", "door")).synonyms
    assert SYNONYMS.is_known("fire door")
    assert not SYNONYMS.is_known("forklift door")


def test_find_broader_stops_before_terms_that_hold_everything():
    broader = SYNONYMS.find(("hammer",)).broader

    assert "tool" in broader
    assert not {"device", "instrumentality", "artifact", "object"} & set(broader)


def test_find_rare_sense_is_left_out():
    assert "telephone" not in " ".join(SYNONYMS.find(("anvil",)).synonyms)
    assert SYNONYMS.find(("anvil",)).synonyms == ()


def test_find_unknown_word_gives_nothing():
    assert SYNONYMS.find(("flibbertigibbetry",)) == SynonymEntry()
    assert SYNONYMS.find(()) == SynonymEntry()


@pytest.mark.parametrize("word", ["horse", "tent", "anvil", "laptop", "music", "dance", "purple"])
def test_is_known_plain_english_is_no_typing_mistake(word):
    assert SYNONYMS.is_known(word)


@pytest.mark.parametrize("word", ["forlkift", "palet", "chiar", "shelvng", "lader", "miror", ""])
def test_is_known_mistyped_words_are_unknown(word):
    assert not SYNONYMS.is_known(word)


def test_terms_are_in_the_spelling_of_the_catalog():
    terms = [term for line in SYNONYMS._terms for term in line]

    for term in random.Random(0).sample(terms, 2000):
        assert " ".join(split_query(term)) == term
