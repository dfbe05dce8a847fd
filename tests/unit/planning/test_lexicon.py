from __future__ import annotations

from typing import get_args

from clappper.core.planning.lexicon import (
    load_classes,
    load_numbers,
    load_phrases,
    load_places,
    load_words,
)
from clappper.core.planning.models import EnvironmentKind, Mood, Move, Role, Shot, Verb


def test_load_places_covers_every_kind() -> None:
    places = load_places()

    assert tuple(places) == get_args(EnvironmentKind)
    for place in places.values():
        assert place.shot in get_args(Shot)
        assert place.move in get_args(Move)
        assert place.mood in get_args(Mood)
        assert all(1.0 <= side_m <= 500.0 for side_m in place.usual_size_m)


def test_load_places_no_name_means_two_kinds() -> None:
    names = [name for place in load_places().values() for name in (*place.names, *place.nearest)]

    assert len(names) == len(set(names))


def test_load_classes_fit_the_contract_and_share_no_word() -> None:
    classes = load_classes()
    words = [word for item_class in classes.values() for word in item_class.words]

    assert len(words) == len(set(words))
    for item_class in classes.values():
        assert item_class.role in get_args(Role)
        assert item_class.arrangement is None or item_class.arrangement in get_args(Verb)
        assert item_class.count >= 1


def test_load_phrases_name_known_verbs_longest_first() -> None:
    for phrases in load_phrases().values():
        lengths = [len(phrase.words) for phrase in phrases]
        assert lengths == sorted(lengths, reverse=True)
        assert all(phrase.verb in get_args(Verb) for phrase in phrases)


def test_load_words_and_numbers_are_lower_case() -> None:
    words, numbers = load_words(), load_numbers()

    assert all(word == word.lower() for word in words.closed | words.actions | words.adjectives)
    assert numbers.small["twelve"] == 12
    assert set(numbers.axes.values()) == {"x", "y", "z"}
