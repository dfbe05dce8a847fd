from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clappper.core.planning.inflection import pluralize, singularize


@pytest.mark.parametrize(
    ("plural", "singular"),
    [
        ("forklifts", "forklift"),
        ("boxes", "box"),
        ("benches", "bench"),
        ("brushes", "brush"),
        ("glasses", "glass"),
        ("buses", "bus"),
        ("shelves", "shelf"),
        ("people", "person"),
        ("men", "man"),
        ("women", "woman"),
        ("children", "child"),
        ("trolleys", "trolley"),
        ("bodies", "body"),
        ("lorries", "lorry"),
        ("vases", "vase"),
        ("cases", "case"),
        ("knives", "knife"),
        ("potatoes", "potato"),
        ("tables", "table"),
    ],
)
def test_singularize_plural_gives_singular(plural: str, singular: str) -> None:
    assert singularize(plural) == singular
    assert singularize(singular) == singular


@pytest.mark.parametrize(
    "word", ["chassis", "series", "glass", "bus", "shelving", "is", "desk's", "stairs", ""]
)
def test_singularize_no_plural_stays(word: str) -> None:
    assert singularize(word) == word


@pytest.mark.parametrize(
    ("noun", "plural"),
    [
        ("meeting table", "meeting tables"),
        ("cardboard box", "cardboard boxes"),
        ("person", "people"),
        ("industrial shelving", "industrial shelving"),
        ("shelf", "shelves"),
        ("body", "bodies"),
        ("trolley", "trolleys"),
    ],
)
def test_pluralize_noun_gives_plural(noun: str, plural: str) -> None:
    assert pluralize(noun) == plural


@given(st.text(max_size=20))
def test_singularize_never_empties_a_word(word: str) -> None:
    assert bool(singularize(word)) == bool(word)
