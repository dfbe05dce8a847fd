from __future__ import annotations

import pytest

from clappper.core.planning.lexer import Transcript, clean_text, tokenize
from clappper.core.planning.noun_phrase import NounPhrase, find_place, read_noun_phrase
from clappper.core.planning.numbers import merge_quantities


def read(text: str) -> NounPhrase:
    cleaned = clean_text(text)
    phrase = read_noun_phrase(
        Transcript(cleaned, tuple(merge_quantities(tokenize(cleaned)))), 0, {}
    )
    assert phrase is not None
    return phrase


@pytest.mark.parametrize(
    ("text", "count", "adjectives", "noun"),
    [
        ("3 big yellow forklifts", 3, ("big", "yellow"), "forklift"),
        ("a meeting table with chairs", None, (), "meeting table"),
        ("the roll-up door", None, (), "roll-up door"),
        ("two modern, wooden desks", 2, ("modern", "wooden"), "desk"),
        ("black and white chairs", None, ("black", "white"), "chair"),
        ("4 people standing near", 4, (), "person"),
        ("3 standing desks", 3, (), "standing desk"),
        ("2 filing cabinets", 2, (), "filing cabinet"),
        ("two 27-inch monitors", 2, ("27-inch",), "monitor"),
        ("a 3.5 t forklift", None, ("3.5t",), "forklift"),
        ("industrial shelving and boxes", None, ("industrial",), "shelving"),
        ("a very big desk", None, ("big",), "desk"),
        ("two of the forklifts", None, (), "forklift"),
        ("3 display stands", 3, (), "display stand"),
        ("a worker stands here", None, (), "worker"),
        ("two rows of 3 desks", 6, (), "desk"),
        ("a stack of 5 boxes", 5, (), "box"),
    ],
)
def test_read_noun_phrase_parts(
    text: str, count: int | None, adjectives: tuple[str, ...], noun: str
) -> None:
    phrase = read(text)

    assert (phrase.count, phrase.adjectives) == (count, adjectives)
    assert " ".join((*phrase.modifiers, phrase.head)) == noun
    assert phrase.kind == "thing"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("a warehouse scene", "place"),
        ("a modern living room", "place"),
        ("a warehouse door", "thing"),
        ("an office chair", "thing"),
        ("a submarine scene", "unknown_place"),
        ("modern style", "style"),
        ("the camera", "camera"),
        ("a wide view", "camera"),
        ("the back wall", "room"),
        ("great atmosphere", "talk"),
        ("modern and wooden", "attribute"),
        ("3 small ones", "ones"),
        ("2 lights", "thing"),
        ("the lighting", "talk"),
    ],
)
def test_read_noun_phrase_kind(text: str, kind: str) -> None:
    assert read(text).kind == kind


def test_read_noun_phrase_asked_has_no_number() -> None:
    assert read("the 3 big yellow forklifts").asked == "big yellow forklifts"
    assert read("two more forklifts").asked == "forklifts"


def test_read_noun_phrase_of_a_preposition_is_nothing() -> None:
    text = "near the door"

    assert read_noun_phrase(Transcript(text, tuple(tokenize(text))), 0, {}) is None


def test_find_place_takes_the_longest_name() -> None:
    found = find_place(("warehouse", "loading", "dock"))

    assert found is not None
    assert (found[0].kind, found[1]) == ("loading_dock", False)
