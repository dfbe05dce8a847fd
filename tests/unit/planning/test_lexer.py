from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clappper.core.planning.lexer import Transcript, clean_text, tokenize


def words(text: str) -> list[str]:
    return [token.text for token in tokenize(clean_text(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3 forklifts, 2 desks.", ["3", "forklifts", ",", "2", "desks", "."]),
        ("roll-up door", ["roll-up", "door"]),
        ("20x30m", ["20", "x", "30", "m"]),
        ("27-inch 3-seater", ["27-inch", "3-seater"]),
        ("1,200 boxes", ["1,200", "boxes"]),
        ("1080p 4k 3d", ["1080p", "4k", "3d"]),
        ("w/ desks w/o chairs", ["with", "desks", "without", "chairs"]),
        ("a desk\u2014modern", ["a", "desk", ",", "modern"]),
        ("the worker\u2019s desk", ["the", "worker's", "desk"]),
    ],
)
def test_tokenize_splits_as_written(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_tokenize_normalises_words() -> None:
    tokens = tokenize("Worker's Roll-Up DOOR")

    assert [token.norm for token in tokens] == ["worker", "roll up", "door"]


def test_tokenize_decimal_comma_needs_a_unit() -> None:
    assert [token.values for token in tokenize("3,5 m") if token.kind == "number"] == [(3.5,)]
    assert [token.values for token in tokenize("3,5 desks") if token.kind == "number"] == [
        (3.0,),
        (5.0,),
    ]


def test_clean_text_makes_list_lines_sentences() -> None:
    assert words("Office:\n- 5 desks\n- chairs\n\n2. a table") == [
        "Office", ":", ";", "5", "desks", ";", "chairs", ";", "a", "table",
    ]  # fmt: skip


def test_clean_text_keeps_wrapped_lines_together() -> None:
    assert words("3 people standing\nnear the door") == [
        "3",
        "people",
        "standing",
        "near",
        "the",
        "door",
    ]


def test_clean_text_drops_control_characters() -> None:
    assert words("3\x00 desks\u202e\x1b") == ["3", "desks"]


def test_transcript_find_gives_tokens_of_a_match() -> None:
    text = "camera at eye-level, please"
    transcript = Transcript(text, tuple(tokenize(text)))

    (match, span) = next(transcript.find(re.compile("eye level")))

    assert (match.group(), list(span)) == ("eye level", [2])
    assert transcript.words(0, 3) == "camera at eye-level"


@given(st.text(max_size=300))
def test_tokenize_keeps_every_character_in_order(text: str) -> None:
    cleaned = clean_text(text)
    tokens = tokenize(cleaned)

    assert "".join(token.text for token in tokens) == "".join(cleaned.split())
    assert all(token.norm for token in tokens)
