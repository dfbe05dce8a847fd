from __future__ import annotations

import pytest

from clappper.core.planning.lexer import Transcript, tokenize
from clappper.core.planning.lighting import find_adjective_mood, read_mood
from clappper.core.planning.numbers import merge_quantities


def read(text: str) -> str | None:
    return read_mood(Transcript(text, tuple(merge_quantities(tokenize(text)))), {})


@pytest.mark.parametrize(
    ("text", "mood"),
    [
        ("a warehouse at night", "night"),
        ("night scene", "night"),
        ("an office at sunset", "golden_hour"),
        ("golden hour light", "golden_hour"),
        ("brightly lit", "bright"),
        ("soft lighting", "soft"),
        ("moody atmosphere", "soft"),
        ("studio lighting", "studio"),
        ("industrial lighting", "industrial"),
        ("in daylight", "day"),
        ("on a sunny day", "day"),
        ("desks, late evening", "golden_hour"),
        ("evening light", "golden_hour"),
        ("the light is like in evening", "golden_hour"),
        ("a room, its evening outside", "golden_hour"),
        ("make it creepy, dark, 2 drums", "night"),
        ("the light should be natural", "day"),
        ("make it look like evening", "golden_hour"),
        ("early morning", "day"),
        ("morning sun", "day"),
        ("a night yard. make it day", "day"),
        ("please keep it bright", "bright"),
        ("we want everything nice and bright", "bright"),
        ("anything but daylight, night", "night"),
        ("nothing but daylight", "day"),
        ("an overcast yard", "soft"),
        ("like on a cloudy day", "soft"),
        ("the lounge is lit softly", "soft"),
        ("the light should be soft", "soft"),
        ("the last rays of the sun", "golden_hour"),
        ("warm, low sun", "golden_hour"),
        ("after hours, lights off", "night"),
        ("it is three in the morning", "night"),
        ("under fluorescent tubes", "industrial"),
        ("6 racks, bright, wide", "bright"),
        ("2 racks, day, wide", "day"),
        ("he hates moody lighting, bright lighting please", "bright"),
    ],
)
def test_read_mood_light_talk(text: str, mood: str) -> None:
    assert read(text) == mood


@pytest.mark.parametrize(
    "text",
    [
        "a bright yellow forklift",
        "I need it by noon tomorrow",
        "a nightstand",
        "a soft sofa",
        "a studio",
        "dark desks",
    ],
)
def test_read_mood_things_are_no_light_talk(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "no night lighting",
        "it is not too dark light",
        "the client hates moody lighting",
        "avoid dramatic light",
        "we dislike night scenes",
    ],
)
def test_read_mood_denied_is_none(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(
    ("text", "mood"),
    [
        ("a hall without people at night", "night"),
        ("no workers during the day", "day"),
        ("an office with no chairs in the evening", "golden_hour"),
    ],
)
def test_read_mood_of_what_is_ruled_out_before_it_stands(text: str, mood: str) -> None:
    assert read(text) == mood


def test_read_mood_first_statement_wins() -> None:
    assert read("soft lighting at night") == "soft"


def test_find_adjective_mood_of_a_place() -> None:
    assert find_adjective_mood(("modern", "bright")) == "bright"
    assert find_adjective_mood(("modern",)) is None
