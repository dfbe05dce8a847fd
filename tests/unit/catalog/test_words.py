"""Singular, plural and splitting of English words."""

from __future__ import annotations

import pytest

from clappper.core.catalog.language.nouns import load_nouns, load_surroundings
from clappper.core.catalog.language.words import (
    load_words,
    pluralize,
    singularize,
    split_camel,
    split_query,
)


@pytest.mark.parametrize(
    ("plural", "singular"),
    [
        ("forklifts", "forklift"), ("boxes", "box"), ("shelves", "shelf"), ("people", "person"),
        ("women", "woman"),
        ("trolleys", "trolley"), ("dollies", "dolly"), ("benches", "bench"), ("houses", "house"),
        ("tyres", "tire"),
        ("glass", "glass"), ("bus", "bus"), ("chassis", "chassis"), ("knives", "knife"),
        ("batteries", "battery"),
    ],
)  # fmt: skip
def test_singularize_english_plurals_give_the_singular(plural, singular):
    assert singularize(plural) == singular
    assert singularize(singular) == singular


@pytest.mark.parametrize(
    ("noun", "count", "label"),
    [
        ("forklift", 1, "forklift"), ("forklift", 2, "forklifts"), ("person", 3, "people"),
        ("cardboard box", 2, "cardboard boxes"),
        ("industrial shelving", 1, "industrial shelving unit"),
        ("industrial shelving", 2, "industrial shelving units"),
        ("bench", 2, "benches"), ("wall shelf", 2, "wall shelves"), ("dolly", 2, "dollies"),
        ("trolley thing", 2, "trolley things"),
        ("hand truck", 0, "hand trucks"), ("costello", 1, "costello"),
    ],
)  # fmt: skip
def test_label_counted_nouns_read_as_plain_english(noun, count, label):
    assert load_nouns().label(noun, count) == label


def test_pluralize_word_after_vowel_keeps_its_y():
    assert (pluralize("tray"), pluralize("lobby")) == ("trays", "lobbies")


def test_split_camel_acronyms_and_digits_are_parts():
    assert split_camel("HeavyDutyFRPStepLadder2b") == [
        "heavy",
        "duty",
        "frp",
        "step",
        "ladder",
        "2",
        "b",
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Lift-Truck", ("lift", "truck")),
        ("3.5t don't", ("dont",)),
        ("café  TABLES", ("cafe", "table")),
        ('"*(){}^:', ()),
        ("叉车", ("叉车",)),
    ],
)
def test_split_query_odd_punctuation_leaves_words(text, words):
    assert split_query(text) == words


@pytest.mark.parametrize(
    ("token", "parts"),
    [
        ("industrialsteelshelving", ("industrial", "steel", "shelving")),
        ("capricetable", ("caprice", "table")),
        ("nestable", ("nestable",)),
        ("adjustable", ("adjustable",)),
        ("racetrack", ("racetrack",)),
        ("forklift", ("forklift",)),
        ("halfback", ("halfback",)),
        ("waterproof", ("waterproof",)),
    ],
)
def test_split_run_known_words_are_split_and_false_friends_are_not(token, parts):
    assert load_nouns().split_run(token) == parts


def test_nouns_table_every_reference_and_category_exists():
    table = load_nouns()

    for entry in table.nouns.values():
        assert entry.category in table.categories, entry.noun
        assert set(entry.broader) | set(entry.fallback) <= set(table.nouns), entry.noun
        assert set(entry.implies) <= set(entry.aliases), entry.noun
        assert entry.in_names is None or entry.in_names in table.nouns, entry.noun
        assert entry.noun not in table.narrower(entry.noun)


def test_nouns_table_no_alias_means_two_things():
    owners: dict[tuple[str, ...], str] = {}
    for entry in load_nouns().nouns.values():
        for alias in (entry.noun, *entry.aliases):
            assert owners.setdefault(split_query(alias), entry.noun) == entry.noun, alias


@pytest.mark.parametrize("table", [load_nouns(), load_surroundings()], ids=["nouns", "around"])
def test_nouns_table_folders_are_words_that_mean_the_noun_in_folders_alone(table):
    for entry in table.nouns.values():
        terms = {split_query(term) for term in (entry.noun, *entry.aliases)}
        assert terms.isdisjoint(map(split_query, entry.folders)), entry.noun


def test_words_lists_about_attributes_hold_attributes():
    lists = load_words()
    attributes = {name for names in lists.attributes.values() for name in names}
    attributes.update(lists.attribute_phrases.values())

    assert lists.opposites.keys() | lists.unusual | lists.styles <= attributes
    for name, contraries in lists.opposites.items():
        assert contraries
        assert contraries <= attributes, name
    for word in lists.attributes:
        assert singularize(word) == word


def test_words_attributes_are_single_words():
    lists = load_words()
    attributes = {name for names in lists.attributes.values() for name in names}

    for name in attributes.union(lists.attribute_phrases.values()):
        assert name == name.strip()
        assert " " not in name
