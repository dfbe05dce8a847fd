"""What there is for a prompt, and the sentence about it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clappper.core.catalog.models import Wanted
from support.master_index import make_catalog, make_wanted

CATALOG = make_catalog()

DEMO_PATHS = [
    "Warehouse_Demo/Vehicles/Forklift_A01.usdc", "Warehouse_Demo/Vehicles/Forklift_B01.usdc",
    "Warehouse_Demo/Racks/PalletRack_A01_Empty.usdc",
    "Warehouse_Demo/Racks/PalletRack_A02_Loaded.usdc",
    "Warehouse_Demo/Shelving/IndustrialShelving_B01.usdc",
    "Warehouse_Demo/Shelving/IndustrialShelving_B02_Stocked.usdc",
    "Warehouse_Demo/Pallets/WoodPallet_A01.usdc", "Warehouse_Demo/Boxes/CubeBox_A01_40cm.usdc",
    "Warehouse_Demo/Boxes/CardboardBox_B02_60x40x40cm.usdc",
    "Warehouse_Demo/Drums/SteelDrum_A01.usdc",
    "Warehouse_Demo/Safety/TrafficCone_A01.usdc", "Warehouse_Demo/Doors/RollUpDoor_A01.usdc",
    "Warehouse_Demo/Dock/DockLeveller_A01.usdc", "Warehouse_Demo/Safety/SteelBollard_A01.usdc",
    "Furniture_Demo/Desks/Desk_Modern_A01.usdc", "Furniture_Demo/Desks/Desk_Oak_B01.usdc",
    "Furniture_Demo/Seating/OfficeChair_A01.usdc", "Furniture_Demo/Seating/VisitorChair_B01.usdc",
    "Furniture_Demo/Tables/MeetingTable_A01.usdc", "Furniture_Demo/Devices/Monitor_27in_A01.usdc",
    "Furniture_Demo/Plants/PottedPlant_A01.usdc", "Furniture_Demo/Storage/StorageCabinet_A01.usdc",
    "Furniture_Demo/Boards/Whiteboard_Mobile_A01.usdc",
    "Characters_Demo/People/Worker_A01_Male.usdc",
    "Characters_Demo/People/Supervisor_A02_Female.usdc",
    "Characters_Demo/People/Visitor_A03_Male.usdc",
]  # fmt: skip
DEMO = make_catalog(DEMO_PATHS)

SENTENCES = [
    (("forklift", "industrial shelving"), "Found 2 forklifts, 2 industrial shelving units."),
    (("desk", "chair", "meeting|table"), "Found 2 desks, 2 chairs, 1 meeting table."),
    (("forklift", "warehouse door", "character"), "Found 2 forklifts, 1 roll-up door, 3 people."),
    (("unicorn",), "Not in the catalog: unicorn."),
    (("forklift", "flibbertigibbet"), "Found 2 forklifts. Not in the catalog: flibbertigibbet."),
    (("table",), "Found 1 table."),
    (("box", "drum", "cone"), "Found 2 cardboard boxes, 1 drum, 1 traffic cone."),
    (("shelving", "rack"), "Found 2 shelving units, 2 pallet racks."),
    ((), "Nothing was asked for."),
]  # fmt: skip

# wanted, canonical noun, asset names in order
ENTRIES = [
    ("empty pallet|rack", "pallet rack", ["PalletRack_A01_Empty"]),
    ("loaded|pallet rack", "pallet rack", ["PalletRack_A02_Loaded"]),
    ("full|rack", "pallet rack", ["PalletRack_A02_Loaded"]),
    ("empty industrial|shelving", "industrial shelving", ["IndustrialShelving_B01"]),
    ("oak|desk", "desk", ["Desk_Oak_B01"]),
    ("modern|desk", "desk", ["Desk_Modern_A01", "Desk_Oak_B01"]),
    ("purple|desk", "desk", ["Desk_Modern_A01", "Desk_Oak_B01"]),
    ("|chair", "chair", ["OfficeChair_A01", "VisitorChair_B01"]),
    ("|office chair", "office chair", ["OfficeChair_A01"]),
    ("|woman", "person", ["Supervisor_A02_Female"]),
    ("|worker", "person", ["Worker_A01_Male"]),
    ("|door", "door", ["RollUpDoor_A01"]),
    ("|dock door", "roll-up door", ["RollUpDoor_A01"]),
    ("|wooden pallet", "pallet", ["WoodPallet_A01"]),
    ("|storage cabinet", "cabinet", ["StorageCabinet_A01"]),
    ("|plant", "potted plant", ["PottedPlant_A01"]),
    ("|screen", "monitor", ["Monitor_27in_A01"]),
]  # fmt: skip


@pytest.mark.parametrize(("phrases", "sentence"), SENTENCES, ids=[text for _, text in SENTENCES])
def test_availability_prompts_give_the_sentence(phrases, sentence):
    assert DEMO.availability([make_wanted(phrase) for phrase in phrases]).sentence == sentence


@pytest.mark.parametrize(("phrase", "noun", "names"), ENTRIES, ids=[row[0] for row in ENTRIES])
def test_availability_phrases_give_the_distinct_objects(phrase, noun, names):
    entry = DEMO.availability([make_wanted(phrase)]).entries[0]

    assert entry.noun == noun
    assert [asset.name for asset in entry.assets] == names
    assert entry.suggestions == ()


def test_availability_of_many_counts_all_and_gives_the_best():
    catalog = make_catalog(
        f"Pack/{number}/{'Red' * (number % 3 == 0)}Desk_{number}.usd" for number in range(300)
    )

    answer = catalog.availability(
        [make_wanted("desk"), make_wanted("red|desk"), make_wanted("dsek")]
    )

    assert answer.sentence == "Found 300 desks."
    assert [len(entry.assets) for entry in answer.entries] == [200, 100, 200]
    assert [entry.count_found for entry in answer.entries] == [300, 100, 300]
    assert all("red" in asset.attributes for asset in answer.entries[1].assets)


def test_availability_missing_thing_has_suggestions_and_no_assets():
    entry = DEMO.availability([make_wanted("sofa")]).entries[0]

    assert (entry.noun, entry.assets, entry.count_found) == (None, (), 0)
    assert [asset.name for asset in entry.suggestions] == [
        "OfficeChair_A01",
        "VisitorChair_B01",
        "Desk_Modern_A01",
    ]


@pytest.mark.parametrize("phrase", ["c01|forklift", "|forklift c01"])
def test_availability_asked_code_is_the_first(phrase):
    entry = CATALOG.availability([make_wanted(phrase)]).entries[0]

    assert [asset.name for asset in entry.assets] == [
        "Forklift_C01_PR_V_NVD_01",
        "Forklift_B01_PR_V_NVD_01",
    ]


def test_availability_stand_in_is_named_as_one():
    catalog = make_catalog(["Pack/Racks/PalletRack_A01.usd"])

    answer = catalog.availability([make_wanted("industrial shelving")])

    assert answer.entries[0].noun == "pallet rack"
    assert answer.sentence == "Found 1 pallet rack (in place of industrial shelving)."


@pytest.mark.parametrize(
    ("phrases", "sentence"),
    [
        (["desk"], "Found 2 desks."),
        (["modern|desk"], "Found 2 desks."),
        (["modern|desk", "desk"], "Found 2 desks."),
        (["modern|meeting table"], "Found 1 meeting table."),
        (["empty|pallet rack", "purple|forklift"], "Found 1 empty pallet rack, 2 forklifts."),
    ],
)
def test_availability_sentence_says_what_narrowed_a_count(phrases, sentence):
    assert DEMO.availability([make_wanted(phrase) for phrase in phrases]).sentence == sentence


def test_availability_stand_in_of_a_planner_is_not_missing_too():
    answer = DEMO.availability(
        [make_wanted("table", count=1), make_wanted("|pool table"), make_wanted("unicorn")]
    )

    assert [entry.noun for entry in answer.entries] == ["table", None, None]
    assert answer.sentence == (
        "Found 1 table (in place of pool table). Not in the catalog: unicorn."
    )


def test_availability_places_and_effects_are_never_offered():
    catalog = make_catalog(
        [
            "particles/Assets/Particles/samples/fx_campfire_flow.usda",
            "scene_templates/Assets/Scenes/Templates/Basic/abandoned_parking_lot.usd",
            "scene_templates/Assets/Scenes/Templates/Basic/display_pedestal.usd",
            "Pack/Safety/FireExtinguisher_01.usd",
        ]
    )
    phrases = ["fire", "|camp fire", "|parking lot", "|display pedestal", "abandoned", "fx"]
    answer = catalog.availability([make_wanted(phrase) for phrase in phrases])

    assert [entry.assets for entry in answer.entries] == [()] * len(phrases)
    assert {a.category for entry in answer.entries for a in entry.suggestions} <= {
        "fire_extinguisher"
    }
    assert "Found" not in answer.sentence


def test_availability_object_of_two_packs_counts_once():
    catalog = make_catalog(
        [
            "Warehouse_Assets/Shelving/IndustrialSteelShelving_A01_PR_NVD_01.usd",
            "Warehouse_Collection_1/props/industrialsteelshelving_a01.usd",
            "Warehouse_Collection_1/props/industrialsteelshelving_a02.usd",
        ]
    )
    answer = catalog.availability([make_wanted("industrial shelving")])

    assert answer.entries[0].count_found == len(answer.entries[0].assets) == 2
    assert answer.sentence == "Found 2 industrial shelving units."


def test_availability_unlisted_noun_is_found_by_its_own_name():
    entry = CATALOG.availability([make_wanted("costello")]).entries[0]

    assert (entry.noun, [asset.name for asset in entry.assets]) == ("costello", ["costello"])


def test_availability_word_inside_another_things_name_is_missing():
    assert CATALOG.availability([make_wanted("oak")]).entries[0].noun is None


def test_availability_entries_keep_the_order_and_the_wanted():
    wanted = [make_wanted("unicorn", count=2), make_wanted("forklift", count=3)]

    assert [entry.wanted for entry in CATALOG.availability(wanted).entries] == wanted


@given(noun=st.text(max_size=60), attributes=st.lists(st.text(max_size=20), max_size=3))
def test_availability_any_words_never_raise(noun, attributes):
    wanted = Wanted(asked=noun, noun=noun, attributes=tuple(attributes), count=None)

    entry = DEMO.availability([wanted]).entries[0]

    assert bool(entry.assets) == (entry.noun is not None)
