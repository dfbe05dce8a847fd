from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clappper.core.planning.lexer import Token, clean_text, tokenize
from clappper.core.planning.numbers import merge_quantities


def merge(text: str) -> list[Token]:
    return merge_quantities(tokenize(clean_text(text)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("five desks", 5),
        ("a single desk", 1),
        ("twenty-four desks", 24),
        ("twenty four desks", 24),
        ("ninety desks", 90),
        ("a hundred desks", 100),
        ("one hundred and six desks", 106),
        ("two hundred twenty-one desks", 221),
        ("3 hundred desks", 300),
        ("two thousand five hundred desks", 2500),
        ("a dozen desks", 12),
        ("a dozen of desks", 12),
        ("two dozen desks", 24),
        ("half a dozen desks", 6),
        ("dozens of desks", 24),
        ("a couple of desks", 2),
        ("a couple desks", 2),
        ("a couple dozen desks", 24),
        ("a couple of dozen desks", 24),
        ("a couple dozen of desks", 24),
        ("a couple hundred desks", 200),
        ("a pair of desks", 2),
        ("three pairs of desks", 6),
        ("some desks", 3),
        ("several desks", 3),
        ("a few desks", 3),
        ("x3 desks", 3),
        ("1,200 desks", 1200),
        ("about 7 desks", 7),
        ("at least four desks", 4),
        ("no more than 4 desks", 4),
        ("3-5 desks", 4),
        ("three to six desks", 5),
        ("3 or 4 desks", 4),
    ],
)
def test_merge_reads_how_many(text: str, expected: int) -> None:
    numbers = [token.value for token in merge(text) if token.kind == "number"]

    assert numbers == [expected]


@pytest.mark.parametrize(
    ("text", "kind", "values"),
    [
        ("3 m", "length", (3.0,)),
        ("3m", "length", (3.0,)),
        ("3.5 metres", "length", (3.5,)),
        ("40 cm", "length", (0.4,)),
        ("35mm", "length", (0.035,)),
        ("10 ft", "length", (3.048,)),
        ("12'", "length", (3.6576,)),
        ("27-inch", "length", (0.6858,)),
        ("10 seconds", "duration", (10.0,)),
        ("2 minutes", "duration", (120.0,)),
        ("200 square metres", "area", (200.0,)),
        ("200 sq. m", "area", (200.0,)),
        ("50 m\u00b2", "area", (50.0,)),
        ("3.5 t", "measure", (3.5,)),
        ("20 x 30 m", "dimension", (20.0, 30.0)),
        ("20m x 30m x 6m", "dimension", (20.0, 30.0, 6.0)),
        ("12 by 8 metres", "dimension", (12.0, 8.0)),
        ("10 ft by 20 ft", "dimension", (3.048, 6.096)),
        ("10 x 20 ft", "dimension", (3.048, 6.096)),
        ("3 x 4", "dimension", (3.0, 4.0)),
        ("6 m high", "extent", (6.0,)),
    ],
)
def test_merge_reads_units(text: str, kind: str, values: tuple[float, ...]) -> None:
    (token,) = merge(text)

    assert token.kind == kind
    assert token.values == pytest.approx(values)


@pytest.mark.parametrize("text", ["1280x720", "1920 x 1080"])
def test_merge_leaves_picture_sizes_alone(text: str) -> None:
    assert merge(text)[0].kind == "number"


def test_merge_reads_preposition_in_not_as_inch() -> None:
    assert [token.norm for token in merge("2 in the corner")] == ["2", "in", "the", "corner"]


def test_merge_keeps_words_before_a_bounded_length() -> None:
    assert [token.norm for token in merge("at least 3 m from")] == ["at", "least", "3_m", "from"]


@pytest.mark.parametrize("text", ["3 desks, 5 chairs", "3, 5"])
def test_merge_reads_list_not_as_range(text: str) -> None:
    assert [token.value for token in merge(text) if token.kind == "number"] == [3, 5]


@given(st.integers(0, 999_999))
def test_merge_digits_are_exact(number: int) -> None:
    assert [token.value for token in merge(f"{number:,} desks") if token.kind == "number"] == [
        number
    ]


@given(st.text(max_size=200))
def test_merge_keeps_tokens_in_order(text: str) -> None:
    tokens = merge(text)

    assert all(first.end <= second.start for first, second in pairwise(tokens))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5'6\"", 1.6764),
        ("5'6", 1.6764),
        ("5 ft 6 in", 1.6764),
        ("20 feet 6 inches", 6.2484),
    ],
)
def test_merge_feet_and_inches_is_one_length(text: str, expected: float) -> None:
    tokens = merge_quantities(tokenize(text))
    assert [(token.kind, token.value) for token in tokens[:1]] == [("length", expected)]
    assert len(tokens) == 1


def test_merge_sides_in_feet_without_spaces_are_a_dimension() -> None:
    (token,) = merge_quantities(tokenize("50'x30'"))
    assert token.values == (15.24, 9.144)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a dozen and a half boxes", [18.0]),
        ("a trio of plants", [3.0]),
        ("4 desks and as many chairs", [4.0, 4.0]),
        ("4 desks and twice as many chairs", [4.0, 8.0]),
        ("4 desks and three times as many chairs", [4.0, 12.0]),
        ("4 desks and double that many chairs", [4.0, 8.0]),
    ],
)
def test_merge_number_words(text: str, expected: list[float]) -> None:
    tokens = merge_quantities(tokenize(text))
    assert [token.value for token in tokens if token.kind == "number"] == expected


@pytest.mark.parametrize(
    ("text", "kind", "values"),
    [
        ("a 40 ft square hall", "dimension", (12.192, 12.192)),
        ("a 5 m by 4 m hall", "dimension", (5.0, 4.0)),
        ("24'-6\" wide", "extent", (7.4676,)),
        ("a two-metre gap", "length", (2.0,)),
        ("half a metre apart", "length", (0.5,)),
        ("four and a half feet", "length", (1.3716,)),
        ("a metre and a half behind it", "length", (1.5,)),
        ("one point five metres", "length", (1.5,)),
        ("a metre from the wall", "length", (1.0,)),
        ("two paces away", "length", (1.5,)),
        ("an 1,800-square-foot office", "area", (167.2254,)),
        ("9 square metres", "area", (9.0,)),
    ],
)
def test_merge_quantities_reads_units(text: str, kind: str, values: tuple[float, ...]) -> None:
    found = [token.values for token in merge(text) if token.kind == kind]
    assert [pytest.approx(value) for value in found] == [values]
