"""Whole places and effects: found by their words, never taken for things, never to be placed."""

from __future__ import annotations

import pytest

from clappper.core.catalog.language.nouns import SURROUNDINGS, load_nouns, load_surroundings
from clappper.core.catalog.language.words import split_query
from clappper.core.catalog.models import SearchFilters
from support.master_index import make_catalog

PARTICLES = "particles/Assets/Particles/production_samples/samples"
PLACES = "environments/Environments/2023_1/Templates"
SCENES = "scene_templates/Assets/Scenes/Templates"
AROUND = make_catalog(
    [
        *(
            f"{PARTICLES}/fx_{name}.usda"
            for name in (
                "campfire_flow", "smoke_column_particles", "rain_particles", "snow_particles",
                "sphere_collision", "candle_flow", "trail",
            )
        ),
        *(
            f"{PLACES}/{name}.usd"
            for name in (
                "desert_road", "nyc_day", "urban_alley", "socal_track", "autoshop",
                "grassfield_day", "baybridge",
            )
        ),
        f"{SCENES}/Basic/abandoned_parking_lot.usd",
        f"{SCENES}/Interior/ZetCG_ExhibitionHall.usd",
        f"{SCENES}/Basic/white_void.usd",
        "showcase_content/Assets/Showcases/2023_2_1/Ragnarok/Ragnarok.usd",
        "Pack/Lamps/TableLamp_01.usd",
        "Pack/Vehicles/ConceptCar.usd",
        "Pack/Columns/Column_01.usd",
    ]
)  # fmt: skip


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("fire", "fx_campfire_flow"), ("flames", "fx_campfire_flow"),
        ("bonfire", "fx_campfire_flow"), ("fire effect", "fx_campfire_flow"),
        ("smoke", "fx_smoke_column_particles"), ("smoke column", "fx_smoke_column_particles"),
        ("rain", "fx_rain_particles"), ("snow", "fx_snow_particles"),
        ("falling snow", "fx_snow_particles"), ("smoke vfx", "fx_smoke_column_particles"),
        ("parking lot", "abandoned_parking_lot"), ("car park", "abandoned_parking_lot"),
        ("parkinglot", "abandoned_parking_lot"), ("desert", "desert_road"),
        ("highway", "desert_road"), ("desert environment", "desert_road"),
        ("street", "urban_alley"), ("alleyway", "urban_alley"), ("new york", "nyc_day"),
        ("city street", "urban_alley"), ("race track", "socal_track"), ("track", "socal_track"),
        ("garage", "autoshop"), ("car workshop", "autoshop"), ("grass field", "grassfield_day"),
        ("meadow", "grassfield_day"), ("bridge", "baybridge"),
        ("exhibition hall", "ZetCG_ExhibitionHall"), ("exibition hall", "ZetCG_ExhibitionHall"),
        ("white background", "white_void"), ("ragnarok", "Ragnarok"),
        ("sphere collision", "fx_sphere_collision"), ("trail effect", "fx_trail"),
        ("fx_trail", "fx_trail"),
    ],
)  # fmt: skip
def test_search_places_and_effects_are_found_by_their_words(query, name):
    hit = AROUND.search(query).hits[0]

    assert hit.asset.name == name
    assert hit.asset.category in SURROUNDINGS


@pytest.mark.parametrize(
    "query",
    [
        "fire truck", "fire extinguisher", "fire door", "fireplace", "fireman", "rain boots",
        "rain coat", "street sign", "snow shovel", "snowman", "snowboard", "smoke detector",
        "smoke machine", "desert eagle", "parking meter", "parking ticket", "garage sale",
        "desert hotel", "city bus", "track suit", "field hockey stick", "hall tree", "candle",
        "sphere", "stage", "collision", "bridge crane", "grass trimmer",
    ],
)  # fmt: skip
def test_search_things_are_not_answered_with_places_or_effects(query):
    assert AROUND.search(query).hits == ()


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("street lamp table", None),
        ("race car", "ConceptCar"),
        ("column", "Column_01"),
        ("desert lamp", "TableLamp_01"),
    ],
)
def test_search_things_described_by_a_place_are_things(query, name):
    names = [hit.asset.name for hit in AROUND.search(query).hits]

    assert names == ([] if name is None else [name])


def test_search_place_named_last_comes_before_one_that_describes():
    catalog = make_catalog([f"{PLACES}/desert_road.usd", f"{PLACES}/rocky_desert.usd"])
    names = [hit.asset.name for hit in catalog.search("desert").hits]

    assert names == ["rocky_desert", "desert_road"]


def test_search_effect_written_as_two_words_is_found():
    catalog = make_catalog([f"{PARTICLES}/fx_lightning.usda"])

    assert [hit.asset.name for hit in catalog.search("thunder bolt").hits] == ["fx_lightning"]


def test_search_class_alone_gives_all_of_it():
    assert {hit.asset.category for hit in AROUND.search("effects").hits} == {"effect"}
    assert len(AROUND.search("environments", limit=50).hits) == 11


def test_search_placeable_only_leaves_them_out():
    only = SearchFilters(placeable_only=True)

    for query in ("fire", "parking lot", "nyc_day", "ragnarok", "effects", "column"):
        result = AROUND.search(query, filters=only)
        found = [*(hit.asset for hit in result.hits), *result.suggestions]
        assert not {asset.category for asset in found}.intersection(SURROUNDINGS), query
    assert AROUND.search("smoke column", filters=only).hits[0].asset.name == "Column_01"


@pytest.mark.parametrize("category", [*SURROUNDINGS, "surroundings"])
def test_search_category_filter_knows_them(category):
    hits = AROUND.search("fire", filters=SearchFilters(category=category)).hits

    assert bool(hits) == (category != "environment")


def test_surroundings_table_is_of_places_and_effects_only():
    table = load_surroundings()
    owners: dict[tuple[str, ...], str] = {}

    for entry in table.nouns.values():
        assert entry.category in SURROUNDINGS
        assert set(entry.broader) | set(entry.fallback) <= set(table.nouns), entry.noun
        for alias in (entry.noun, *entry.aliases):
            assert owners.setdefault(split_query(alias), entry.noun) == entry.noun, alias
    assert not {entry.category for entry in load_nouns().nouns.values()}.intersection(SURROUNDINGS)
