"""The shipped demo pack as the catalog sees it: every file there, measured, of a known kind."""

from __future__ import annotations

import pytest

from clappper.core.catalog.demo import (
    demo_index_path,
    demo_root,
    load_demo_records,
    open_demo_catalog,
)
from clappper.core.catalog.language.nouns import OBJECT_CATEGORY, load_nouns
from clappper.core.catalog.resolve import RootResolver
from clappper.core.planning.rule_planner import RulePlanner
from support.master_index import make_catalog, make_wanted

NOUNS = [
    "forklift", "pallet rack", "industrial shelving", "pallet", "cardboard box", "drum",
    "traffic cone", "roll-up door", "dock leveller", "bollard", "desk", "office chair",
    "visitor chair", "meeting table", "monitor", "potted plant", "cabinet", "whiteboard", "person",
]  # fmt: skip


#: The standing prompts, with the sentence on the demo pack and on a library that lacks some.
PROMPTS = [
    (
        "Create a warehouse scene with 3 forklifts and industrial shelving. Camera at eye level.",
        "Found 2 forklifts, 2 industrial shelving units.",
        "Found 2 forklifts, 2 industrial shelving units.",
    ),
    (
        "Build an office scene with 5 desks, 5 chairs, and a meeting table. Modern style.",
        "Found 2 desks, 2 chairs, 1 meeting table.",
        "Found 1 desk, 2 chairs, 1 meeting table.",
    ),
    (
        "Create a loading dock scene with 2 forklifts, a warehouse door, and 3 characters standing "
        "near the door.",
        "Found 2 forklifts, 1 roll-up door, 3 people.",
        "Found 2 forklifts, 1 door (in place of warehouse door), 2 people.",
    ),
]
LIBRARY = make_catalog()


@pytest.fixture(scope="module")
def catalog():
    return open_demo_catalog()


@pytest.mark.parametrize("noun", NOUNS)
def test_demo_catalog_has_every_noun_of_the_prompts(catalog, noun):
    entry = catalog.availability([make_wanted(f"|{noun}")]).entries[0]

    assert entry.noun == noun
    assert {asset.noun for asset in entry.assets} == {noun}


@pytest.mark.parametrize(
    ("phrases", "sentence"),
    [
        (
            ["forklift", "industrial shelving"],
            "Found 2 forklifts, 2 industrial shelving units.",
        ),
        (["desk", "chair", "|meeting table"], "Found 2 desks, 2 chairs, 1 meeting table."),
        (
            ["forklift", "|warehouse door", "character"],
            "Found 2 forklifts, 1 roll-up door, 3 people.",
        ),
    ],
    ids=["warehouse", "office", "loading_dock"],
)
def test_demo_catalog_standing_prompts_get_their_sentence(catalog, phrases, sentence):
    assert catalog.availability([make_wanted(text) for text in phrases]).sentence == sentence


@pytest.mark.parametrize(
    ("prompt", "demo", "library"), PROMPTS, ids=["warehouse", "office", "dock"]
)
def test_standing_prompts_get_a_sentence_for_the_panel(catalog, prompt, demo, library):
    assert RulePlanner(catalog).plan(prompt, seed=0).availability.sentence == demo
    assert RulePlanner(LIBRARY).plan(prompt, seed=0).availability.sentence == library


def test_demo_catalog_every_asset_is_there_measured_and_near_its_usual_size(catalog):
    resolver = RootResolver([demo_root()], records=load_demo_records())
    categories = load_nouns().categories

    assert (catalog.issues, catalog.summary["dropped"]) == ((), {})
    assert catalog.summary["objects"] >= 20
    for noun in NOUNS:
        for asset in catalog.availability([make_wanted(f"|{noun}")]).entries[0].assets:
            measure, issues = resolver.measure(asset)
            assert (issues, measure.is_measured) == ([], True), asset.name
            assert asset.category != OBJECT_CATEGORY
            usual = categories[asset.category].size_m
            for length, expected in zip(measure.size_m.as_tuple(), usual, strict=True):
                assert length < 2.6 * expected + 0.1, (asset.name, measure.size_m)


def test_demo_root_holds_the_index_it_opens():
    assert demo_index_path().is_file()
    assert demo_index_path().parent == demo_root()
