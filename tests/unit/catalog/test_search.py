"""Search: the right noun first, nothing when there is nothing, no query that breaks it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support.master_index import make_catalog

CATALOG = make_catalog()
WORDS = (
    "red",
    "big",
    "wooden",
    "empty",
    "forklift",
    "desk",
    "lamp",
    "table",
    "on",
    "of",
    "the",
    "3",
)

FOUND = [
    ("forklift", "forklift"), ("Forklifts", "forklift"), ("lift-truck", "forklift"),
    ("fork truck", "forklift"),
    ("3.5t forklift", "forklift"), ("yellow forklift", "forklift"),
    ("industrial shelving", "industrial shelving"),
    ("shelving", "industrial shelving"), ("shelves", "industrial shelving"),
    ("metal shelf", "industrial shelving"),
    ("warehouse shelving unit", "industrial shelving"), ("pallet rack", "pallet rack"),
    ("racking", "pallet rack"),
    ("rack", "pallet rack"), ("tyre rack", "tire rack"), ("chair", "chair"),
    ("office chair", "office chair"),
    ("desk chair", "office chair"), ("seat", "chair"), ("desk", "desk"), ("office desk", "desk"),
    ("meeting table", "meeting table"), ("conference table", "meeting table"),
    ("dining table", "dining table"),
    ("table lamp", "table lamp"), ("desk lamp", "table lamp"), ("character", "person"),
    ("people", "person"),
    ("warehouse worker", "person"), ("humans", "person"), ("traffic cone", "traffic cone"),
    ("pylon", "traffic cone"),
    ("safety cones", "traffic cone"), ("drum", "drum"), ("barrel", "drum"),
    ("cardboard box", "cardboard box"),
    ("box", "cardboard box"), ("carton", "cardboard box"), ("skid", "pallet"),
    ("pallets", "pallet"),
    ("a box in the warehouse", "cardboard box"), ("chair with wheels", "chair"),
    ("sack truck", "hand truck"),
    ("door", "door"), ("cupboard", "cabinet"), ("typewriter", "typewriter"),
    ("costello", "costello"),
    ("Danny", "chair"), ("Rack_A01_PR_NVD_01", "pallet rack"), ("chair blue", "chair"),
    ("noun:forklift OR", "forklift"), ("nestable", "drum"), ("costel", "costello"),
]  # fmt: skip

MISSING = [
    "unicorn", "a red unicorn", "helicopter", "piano", "swimming pool", "coffee machine",
    "washing machine", "dragon statue",
    "horse", "sofa", "car", "cart", "roll-up door", "warehouse door", "forklift battery",
    "desk organizer", "track",
    "warehouse", "fire truck", "bed", "window", "don't", "a", "", "   ", '"', "*", "NEAR(", "-",
    "\x00", "叉车",
]  # fmt: skip


@pytest.mark.parametrize(("query", "noun"), FOUND, ids=[query for query, _ in FOUND])
def test_search_known_things_come_first(query, noun):
    result = CATALOG.search(query)

    assert result.hits[0].asset.noun == noun
    assert result.suggestions == ()


@pytest.mark.parametrize("query", MISSING)
def test_search_missing_things_give_no_hits(query):
    assert CATALOG.search(query).hits == ()


@pytest.mark.parametrize(
    ("query", "nearest"),
    [
        ("forklfit", "forklift"),
        ("warehouse door", "door"),
        ("unicorn", "person"),
        ("sofa", "meeting table"),
        ("tipewriter", "typewriter"),
    ],
)
def test_search_missing_thing_suggests_real_nouns(query, nearest):
    suggestions = CATALOG.search(query).suggestions

    assert nearest in [asset.noun for asset in suggestions]
    assert len(suggestions) <= 3


def test_search_attribute_raises_what_has_it():
    assert "plastic" in CATALOG.search("plastic drum").hits[0].asset.attributes
    assert "fiber" in CATALOG.search("fibre drum").hits[0].asset.attributes


def test_search_table_does_not_find_nestable_pallets():
    nouns = {hit.asset.noun for hit in CATALOG.search("table", limit=50).hits}

    assert nouns == {"meeting table", "dining table"}


def test_search_rack_finds_no_tracks_nor_tire_racks():
    names = {hit.asset.name for hit in CATALOG.search("rack", limit=50).hits}

    assert names == {"Rack_A01_PR_NVD_01", "Rack_A02_Loaded_PR_NVD_01", "rack_a04"}


def test_search_shelving_prefers_shelving_and_leaves_out_racks():
    nouns = {hit.asset.noun for hit in CATALOG.search("shelving", limit=50).hits}

    assert nouns == {"industrial shelving"}


def test_search_shelving_without_any_falls_back_to_racks():
    catalog = make_catalog(["Warehouse_Assets/Shelving/Racks/Rack_A01.usd"])

    assert [hit.asset.noun for hit in catalog.search("industrial shelving").hits] == ["pallet rack"]


def test_search_asset_id_finds_that_asset():
    asset = CATALOG.search("meeting table").hits[0].asset

    assert CATALOG.search(asset.asset_id).hits[0].asset == asset


def test_search_limit_bounds_the_hits():
    assert len(CATALOG.search("shelving", limit=1).hits) == 1
    assert CATALOG.search("shelving", limit=0).hits == ()


@given(query=st.text(max_size=60) | st.text(alphabet="ab \"'*():^-+{}ORNEAT", max_size=40))
def test_search_any_text_never_raises_and_is_deterministic(query):
    first = CATALOG.search(query)

    assert first == CATALOG.search(query)
    ids = [hit.asset.asset_id for hit in first.hits]
    assert len(ids) == len(set(ids))
    assert not (first.hits and first.suggestions)


@given(
    words=st.lists(
        st.sampled_from(WORDS),
        max_size=6,
    )
)
def test_search_any_word_order_never_raises(words):
    scores = [hit.score for hit in CATALOG.search(" ".join(words)).hits]

    assert scores == sorted(scores, reverse=True)
