"""Search: the right noun first, nothing when there is nothing, no query that breaks it."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clappper.core.catalog.models import SearchFilters
from support.master_index import make_catalog

CATALOG = make_catalog()
MANY = make_catalog(
    f"Pack/{number}/{kind}{trait}Pallet_{name}{number:03}.usd"
    for number, (kind, trait, name) in enumerate(
        itertools.islice(
            itertools.cycle(
                itertools.product(
                    ("", "Oak", "Plastic", "Steel", "Pine"),
                    ("", "Red", "Blue", "Broken", "Empty", "BlueBroken"),
                    ("A", "Roland", "Large_Green", "Heavy_B"),
                )
            ),
            600,
        )
    )
)
SIZED = make_catalog(
    [
        *(f"Pack/{number}/CubeBox_A01_{number}cm.usd" for number in range(31, 62)),
        "Pack/CubeBox_A01.usd",
        "Pack/CubeBox_A03_70cm.usd",
        "Pack/LongBox_B02_40x30x20cm.usd",
        "Pack/LongBox_B03_40x90x20cm.usd",
    ]
)
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
    ("a box in the warehouse", "cardboard box"), ("chair with wheels", "office chair"),
    ("sack truck", "hand truck"),
    ("door", "door"), ("cupboard", "cabinet"), ("typewriter", "typewriter"),
    ("costello", "costello"),
    ("Danny", "chair"), ("Rack_A01_PR_NVD_01", "pallet rack"), ("chair blue", "chair"),
    ("roll-up door", "door"), ("warehouse door", "door"), ("wharehouse door", "door"),
    ("palette", "pallet"), ("rack for steel tyres", "tire rack"),
    ("something to sit on", "chair"), ("equipment for lifting goods", "forklift"),
    ("somewhere to put things", "industrial shelving"), ("what can I sit on", "chair"),
    ("noun:forklift OR", "forklift"), ("nestable", "drum"), ("costel", "costello"),
]  # fmt: skip

MISSING = [
    "unicorn", "a red unicorn", "helicopter", "piano", "swimming pool", "coffee machine",
    "washing machine", "dragon statue",
    "horse", "sofa", "car", "cart", "forklift battery", "desk organizer", "race", "train track",
    "warehouse", "fire truck", "bed", "window", "don't", "a", "", "   ", '"', "*", "NEAR(", "-",
    "\x00", "叉车", "\ud800", "unicron", "hellicopter", "hose", "horses",
    "hair", "ant", "rum", "dusk", "wing", "hand", "surrogate", "waterproof", "nance",
    "paint palette",
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
        ("fire door", "door"),
        ("sofa", "chair"),
        ("sofas", "office chair"),
        ("wheelbarrow", "hand truck"),
    ],
)
def test_search_missing_thing_suggests_real_nouns(query, nearest):
    suggestions = CATALOG.search(query).suggestions

    assert nearest in [asset.noun for asset in suggestions]
    assert len(suggestions) <= 3


@pytest.mark.parametrize("query", ["unicorn", "swimming pool", "elephant", "flibbertigibbet"])
def test_search_missing_thing_unlike_all_others_suggests_nothing(query):
    assert CATALOG.search(query).suggestions == ()


def test_search_attribute_raises_what_has_it():
    assert "plastic" in CATALOG.search("plastic drum").hits[0].asset.attributes
    assert "fiber" in CATALOG.search("fibre drum").hits[0].asset.attributes


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("70cm box", "CubeBox_A03_70cm"), ("a 70 cm cardboard box", "CubeBox_A03_70cm"),
        ("40 x 30 x 20 cm box", "LongBox_B02_40x30x20cm"), ("40x30 box", "LongBox_B02_40x30x20cm"),
        ("box", "CubeBox_A01"), ("99cm box", "CubeBox_A01"),
    ],
)  # fmt: skip
def test_search_stated_size_comes_first_and_takes_nothing_away(query, name):
    hits = SIZED.search(query, limit=40).hits

    assert hits[0].asset.name == name
    assert len(hits) == 35
    assert SIZED.search(query, limit=1).hits == hits[:1]


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


@pytest.mark.parametrize(
    ("query", "filters", "names"),
    [
        ("chair", {"pack": "commercial_assets"}, ["Danny"]),
        ("chair", {"category": "chair", "pack": "Residential_Assets"}, ["Chair_Desk"]),
        ("rack", {"pack": "WAREHOUSE_COLLECTION_1"}, ["rack_a04"]),
        ("table", {"category": "Meeting Table"}, ["Roland"]),
        ("table", {"category": "furniture"}, ["Rural_Table", "Roland"]),
        ("Danny", {"pack": "Commercial_Assets"}, ["Danny"]),
        ("traffic cone", {"max_size_m": 0.72}, ["HeavyDutyTrafficCone_A01_71cm_PR_V_NVD_01"]),
        ("cone", {"min_size_m": 0.7}, ["HeavyDutyTrafficCone_A01_71cm_PR_V_NVD_01"]),
    ],
)  # fmt: skip
def test_search_filters_keep_what_fits(query, filters, names):
    hits = CATALOG.search(query, filters=SearchFilters(**filters)).hits

    assert [hit.asset.name for hit in hits] == names


@pytest.mark.parametrize(
    ("query", "filters", "suggested"),
    [
        ("forklift", {"pack": "Residential_Assets"}, "forklift"),
        ("Danny", {"pack": "Warehouse_Assets"}, "chair"),
        ("chair", {"category": "vehicle"}, "chair"),
        ("chair", {"pack": "no such pack"}, "chair"),
        ("traffic cone", {"min_size_m": 0.72}, "traffic cone"),
        # Racks stand in for shelving only where there is none at all.
        ("shelving", {"pack": "Warehouse_Collection_1"}, "industrial shelving"),
        ("sofa", {"category": "furniture"}, "chair"),
    ],
)
def test_search_filters_that_nothing_fits_give_no_hits_but_the_thing_elsewhere(
    query, filters, suggested
):
    result = CATALOG.search(query, filters=SearchFilters(**filters))

    assert result.hits == ()
    assert result.suggestions[0].noun == suggested


def test_search_hit_knows_size_and_siblings():
    hit = next(hit for hit in CATALOG.search("rack").hits if hit.asset.name == "rack_a04")

    assert len(hit.variants) == 3
    assert CATALOG.get([hit.variants[0]]) == [hit.asset]
    assert hit.size_m.as_tuple() == (2.8, 1.1, 4.0)
    assert not hit.is_measured


@pytest.mark.parametrize(
    "query",
    ["pallet", "wooden pallet", "red plastic pallet", "empty pallet",
     "broken pallet oak", "pallets Roland"],
)  # fmt: skip
@pytest.mark.parametrize("limit", [1, 7])
def test_search_first_hits_of_many_do_not_depend_on_the_limit(query, limit):
    every = MANY.search(query, limit=1000).hits

    assert len(every) > 100
    assert MANY.search(query, limit=limit).hits == every[:limit]


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
