"""What is named by all words of a query is found; nothing else of the class is."""

from __future__ import annotations

import pytest

from support.master_index import make_catalog

_ISAAC = "Isaac/Environments"
CATALOG = make_catalog(
    (
        "Shop/Seating/Dentist.usd",
        "Shop/Seating/Salon.usd",
        "Shop/Seating/Chair_A.usd",
        "Shop/Tables/Table_A.usd",
        "Shop/Storage/Drums/FiberDrum_A01_PR_NVD_01.usd",
        "Shop/Storage/contemporary_lockedstorage.usd",
        "Shop/Toys/Ball.usd",
        "Shop/Lamps/TableLamp.usd",
        "Shop/Modular/Warehouse_A/Warehouse_A_Light_09.usd",
        "Shop/Shelving/TireRack_A01_PR_NVD_01.usd",
        "Shop/Shelving/Rack_A01_PR_NVD_01.usd",
        "Shop/Furniture/Crestwood_Sofa.usd",
        "Shop/Devices/BarcodeScanner_A01_PR_NVD_01.usd",
        "Shop/Shelving/SteelShelving_A01_PR_NVD_01.usd",
        "Shop/Shipping/CubeBox_A01_10cm_PR_NVD_01.usd",
        "Shop/Shipping/Pallet_Asm_A01_66x66x46cm_PR_V_NVD_01.usd",
        "Shop/Shipping/Pallet_A01_PR_NVD_01.usd",
        "Shop/Access/TiltAndRollLadder_A01_PR_NVD_01.usd",
        "Isaac/Props/YCB/006_mustard_bottle.usd",
        "Isaac/Props/YCB/005_tomato_soup_can.usd",
        "Isaac/Props/Food/salt_box.usd",
        "Isaac/Props/Misc/MagazineStack01.usd",
        f"{_ISAAC}/Simple_Warehouse/Props/S_TrafficCone.usd",
        f"{_ISAAC}/Simple_Warehouse/Props/SK_Forklift.usd",
        f"{_ISAAC}/Hospital/Props/SM_GurneyB.usd",
        f"{_ISAAC}/Simple_Warehouse/warehouse.usd",
    )
)


def _find(query: str) -> str | None:
    hits = CATALOG.search(query, limit=1).hits
    return hits[0].asset.name if hits else None


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("dentist chair", "Dentist"),
        ("dentists chair", "Dentist"),
        ("dental chair", "Dentist"),
        ("salon chair", "Salon"),
        ("mustard", "006_mustard_bottle"),
        ("mustard bottle", "006_mustard_bottle"),
        ("tomato soup", "005_tomato_soup_can"),
        ("salt", "salt_box"),
        ("magazine", "MagazineStack01"),
    ],
)
def test_search_own_words_of_a_name_find_it(query, name):
    assert _find(query) == name


@pytest.mark.parametrize(
    "query",
    [
        "fire truck", "wheelchair", "rack server", "table cloth", "orange juice", "sugar",
        "bowling ball", "rugby ball", "floorball", "beer keg", "wine barrel", "sofia", "Maria",
        "and", ") AND (*", "not", "or", "NEAR", "street lamp table",
    ],
)  # fmt: skip
def test_search_another_kind_of_the_class_is_no_answer(query):
    assert _find(query) is None


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("traffic cone", "S_TrafficCone"),
        ("forklift", "SK_Forklift"),
        ("gurney", "SM_GurneyB"),
        ("warehouse", "warehouse"),
    ],
)
def test_search_props_of_an_environment_are_things(query, name):
    assert _find(query) == name


def test_search_props_of_an_environment_can_be_placed():
    placeable = {asset.name for asset in CATALOG.list_assets() if asset.category != "environment"}

    assert {"S_TrafficCone", "SK_Forklift", "SM_GurneyB"} <= placeable
    assert "warehouse" not in placeable


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("waiting room chair", "Chair_A"),
        ("lockable storage", "contemporary_lockedstorage"),
        ("vintage table", "Table_A"),
        ("toyota forklift", "SK_Forklift"),
        ("barcodescaner", "BarcodeScanner_A01_PR_NVD_01"),
        ("steelshelvng", "SteelShelving_A01_PR_NVD_01"),
        ("stack of boxes on a pallet", "Pallet_Asm_A01_66x66x46cm_PR_V_NVD_01"),
        ("boxes stacked on pallets", "Pallet_Asm_A01_66x66x46cm_PR_V_NVD_01"),
        ("a row of chairs", "Chair_A"),
        ("pile of magazines", "MagazineStack01"),
        ("racking for tires", "TireRack_A01_PR_NVD_01"),
        ("i am looking for a sofa", "Crestwood_Sofa"),
        ("do you have any ladders?", "TiltAndRollLadder_A01_PR_NVD_01"),
        ("hi, i'm looking for a forklift", "SK_Forklift"),
        ("Hello! I\u2019d like a forklift.", "SK_Forklift"),
        ("do you have something to climb on", "TiltAndRollLadder_A01_PR_NVD_01"),
        ("lamp", "TableLamp"),
    ],
)
def test_search_wordings_keep_the_head(query, name):
    assert _find(query) == name


def test_search_choice_finds_both_the_first_one_first():
    names = [hit.asset.name for hit in CATALOG.search("a sofa or a ladder", limit=5).hits]

    assert names == ["Crestwood_Sofa", "TiltAndRollLadder_A01_PR_NVD_01"]
