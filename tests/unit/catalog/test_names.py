"""What names and paths say, against a hand-written table."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clappper.core.catalog.language.name_words import parse_size
from clappper.core.catalog.language.names import read_name
from clappper.core.catalog.language.nouns import load_nouns, load_surroundings
from clappper.core.catalog.language.siblings import find_sibling
from clappper.core.catalog.language.verdict import find_drop_reason, judge_name

TWIN = "Warehouse_Assets/Assets/DigitalTwin/Assets/Warehouse"
SIM = "Warehouse_Collection_1/Assets/simready_content/common_assets/props"
MISC = "Furniture_Misc/Assets/simready_content/common_assets/props"
HOME = "Residential_Assets/Assets/ArchVis/Residential"
SHOP = "Commercial_Assets/Assets/ArchVis/Commercial"
ATTIC = "core_demos/Assets/DemoPacks/SampleScenes/OldAttic/Props"
FIGURES = "Characters1/Assets/Characters/Reallusion"

# folder, name, noun, category, attributes that must be found
READINGS = [
    (f"{TWIN}/Equipment/Forklifts/Forklift_B",
     "Forklift_B01_PR_V_NVD_01", "forklift", "forklift", ""),
    (f"{TWIN}/Equipment/Hand_Trucks/Convertible_Aluminum_A",
     "ConvertableAlumHandTruck_A01_PR_NVD_01", "hand truck", "hand_truck", "aluminum folding"),
    (f"{TWIN}/Equipment/Drum_Handling/DispensingTruck_A",
     "DrumDispensingTruck_A01_PR_NVD_01", "drum truck", "hand_truck", ""),
    (f"{TWIN}/Equipment/Pallet_Trucks/Heavy_Duty_A",
     "HeavyDutyPalletTruck_A01_PR_NVD_01", "pallet truck", "pallet_truck", "heavy-duty"),
    (f"{TWIN}/Equipment/Ladders/FoldingStep_A",
     "FoldingStepLadder_A03_PR_NVD_01", "ladder", "ladder", "folding"),
    (f"{TWIN}/Equipment/Ladders/HeavyDutyFRPStep_A",
     "HeavyDutyFRPStepLadder_A01_PR_NVD_01", "ladder", "ladder", "heavy-duty fiberglass"),
    (f"{TWIN}/Equipment/Ramps/DockBoard_A",
     "DockBoard_A01_PR_NVD_01", "dock board", "dock_board", ""),
    (f"{TWIN}/Equipment/Ramps/WorkRamp_A", "WorkRamp_A01_PR_NVD_01", "ramp", "ramp", ""),
    (f"{TWIN}/Electronics/Barcode/Scanner_D",
     "BarcodeScanner_D01_PR_NVD_01", "barcode scanner", "small_device", ""),
    (f"{TWIN}/Facilities/Cleaning/Bucket_A",
     "MoppingBucket_A01_PR_NVD_01", "mop bucket", "bucket", ""),
    (f"{TWIN}/Furnishing/Cabinets/Cabinet_B", "Cabinet_B02_PR_NVD_01", "cabinet", "cabinet", ""),
    (f"{TWIN}/Safety/Cones/Heavy-Duty_Traffic",
     "HeavyDutyTrafficCone_A03_91cm_PR_V_NVD_01", "traffic cone", "cone", "heavy-duty"),
    (f"{TWIN}/Safety/Cones/Heavy-Duty_Traffic",
     "HeavyDutyTrafficCone_A_PR_V_NVD_01", "traffic cone", "cone", ""),
    (f"{TWIN}/Safety/Floor_Signs/Movable_A",
     "FloorSignMovable_PR_NVD_01", "floor sign", "floor_sign", "mobile"),
    (f"{TWIN}/Safety/Floor_Signs/Warning_A",
     "WarningSign_A01_PR_NVD_01", "floor sign", "floor_sign", ""),
    (f"{TWIN}/Safety/Tape/Safety_B",
     "DeluxeSafetyTape_B01_PR_V_NVD_01", "safety tape", "small_safety", ""),
    (f"{TWIN}/Shelving/Industrial/IndustrialSteel_A",
     "IndustrialSteelShelving_A12_PR_NVD_01", "industrial shelving", "shelving", "industrial"),
    (f"{TWIN}/Shelving/Industrial/TireRackSystem_C",
     "TireRackSystem_C01_PR_NVD_01", "tire rack", "special_rack", ""),
    (f"{TWIN}/Shelving/Industrial/TireRack_A",
     "TireRack_A02_PR_NVD_01", "tire rack", "special_rack", ""),
    (f"{TWIN}/Shelving/Racks/Rack_M", "Rack_M13_PR_NVD_01", "pallet rack", "rack", ""),
    (f"{TWIN}/Shipping/Cardboard_Boxes/Cube_A",
     "CubeBox_A10_51cm_PR_NVD_01", "cardboard box", "box", "cubic cardboard"),
    (f"{TWIN}/Shipping/Cardboard_Boxes/Flat_A",
     "FlatBox_A01_15x16x6cm_PR_NVD_01", "cardboard box", "box", "flat"),
    (f"{TWIN}/Shipping/Cardboard_Boxes/Long_A",
     "LongBox_A02_21x51x11xcm_PR_NVD_01", "cardboard box", "box", "long"),
    (f"{TWIN}/Shipping/Cardboard_Boxes_on_Pallet/Pallet_Asm_A",
     "Pallet_Asm_A04_120x122x75cm_PR_V_NVD_01", "loaded pallet", "loaded_pallet", "loaded"),
    (f"{TWIN}/Shipping/Pallets/Plastic/Drum_A",
     "PlasticDrumPallet_A01_PR_NVD_01", "drum pallet", "pallet", "plastic"),
    (f"{TWIN}/Shipping/Pallets/Plastic/Industrial_A",
     "IndustrialPlasticPallet_A01_PR_V_NVD_01", "pallet", "pallet", "plastic"),
    (f"{TWIN}/Shipping/Pallets/Plastic/Nestable_A",
     "HeavyDutyNestablePallet_A01_PR_NVD_01", "pallet", "pallet", "stackable"),
    (f"{TWIN}/Shipping/Pallets/Plastic/Rackable_A",
     "RackablePallet_A01_PR_NVD_01", "pallet", "pallet", "plastic"),
    (f"{TWIN}/Shipping/Pallets/Wood/Wing_A",
     "WingPallet_A01_PR_NVD_01", "pallet", "pallet", "wooden"),
    (f"{TWIN}/Shipping/Wood_Crate_on_Pallet/Standard_A",
     "StdWoodCrateAsm_A29_PR_NVD_01", "crate on pallet", "loaded_pallet", "wooden"),
    (f"{TWIN}/Storage/Bins/Bin_A",
     "Bin_A01_10x08x08cm_PR_V_NVD_01", "storage bin", "container", ""),
    (f"{TWIN}/Storage/Containers/Container_C",
     "Container_C01_65x46x40cm_PR_V_NVD_01", "storage container", "container", ""),
    (f"{TWIN}/Storage/Drums/Fiber_A", "FiberDrum_A01_PR_NVD_01", "drum", "drum", "fiber"),
    (f"{TWIN}/Storage/Drums/NestablePlastic_A",
     "NestablePlasticDrum_A01_PR_NVD_01", "drum", "drum", "plastic"),
    (f"{TWIN}/Storage/IBC_Tanks/StainlessSteel_A",
     "StainlessSteelIBCTank_A01_PR_NVD_01", "IBC tank", "tank", "steel"),
    (f"{TWIN}/Storage/Jugs/Metal_F-Style_A",
     "MetalFStyleCan_A01_PR_NVD_01", "f-style can", "can", "metal"),
    (f"{TWIN}/Storage/Jugs/Utility_A", "UtilityJug_A02_PR_NVD_01", "jug", "can", ""),
    (f"{TWIN}/Storage/Pails/Square_A", "SquarePail_A01_PR_NVD_01", "bucket", "bucket", "square"),
    (f"{TWIN}/Storage/Totes/Tote_B", "Tote_B01_60x40x40cm_PR_V_NVD_01", "tote", "container", ""),
    (f"{SIM}/aluminumstepstand_a01", "aluminumstepstand_a01", "step stand", "platform", "aluminum"),
    (f"{SIM}/bulkstoragerack_a04", "bulkstoragerack_a04", "pallet rack", "rack", ""),
    (f"{SIM}/heavydutysteelshelving_a01",
     "heavydutysteelshelving_a01", "industrial shelving", "shelving", "heavy-duty steel"),
    (f"{SIM}/openindustrialsteelshelving_a04",
     "openindustrialsteelshelving_a04", "industrial shelving", "shelving", "open"),
    (f"{SIM}/sm_heavydutysteelshelving_a10",
     "sm_heavydutysteelshelving_a10", "industrial shelving", "shelving", ""),
    (f"{SIM}/recycledwoodpallet_a03",
     "recycledwoodpallet_a03", "pallet", "pallet", "recycled wooden"),
    (f"{SIM}/stationaryworkplatform_a02",
     "stationaryworkplatform_a02", "work platform", "platform", ""),
    (f"{SIM}/tiltandrollladder_a03", "tiltandrollladder_a03", "rolling ladder", "ladder", "mobile"),
    (f"{SIM}/horizontalbarrack_a02", "horizontalbarrack_a02", "bar rack", "special_rack", ""),
    (f"{SIM}/wireshelving_a11", "wireshelving_a11", "wire shelving", "shelving", "wire"),
    (f"{MISC}/capricetable_b", "capricetable_b", "table", "table", ""),
    (f"{MISC}/contemporary_lowhalfdesk", "contemporary_lowhalfdesk", "desk", "desk", "modern low"),
    (f"{MISC}/contemporary_lockedstorage", "contemporary_lockedstorage", "cabinet", "cabinet", ""),
    (f"{MISC}/cornershelf_square", "cornershelf_square", "wall shelf", "wall_shelf", "corner"),
    (f"{MISC}/dellwood_endtable", "dellwood_endtable", "side table", "low_table", ""),
    (f"{MISC}/gardenplanter_small", "gardenplanter_small", "planter", "planter", "small"),
    (f"{MISC}/heavydutytrafficcone_a02",
     "heavydutytrafficcone_a02", "traffic cone", "cone", "heavy-duty"),
    (f"{MISC}/oaktablesmall", "oaktablesmall", "table", "table", "wooden small"),
    (f"{MISC}/orange_01", "orange_01", "orange", "food", ""),
    (f"{MISC}/costello", "costello", "costello", "object", ""),
    (f"{MISC}/gilbert", "gilbert", "meeting table", "meeting_table", ""),
    (f"{MISC}/anza_large", "anza_large", "meeting table", "meeting_table", "large"),
    (f"{MISC}/modularcurved", "modularcurved", "reception desk", "counter", ""),
    (f"{MISC}/whitehome01", "whitehome01", "bookcase", "bookcase", ""),
    (f"{MISC}/antiquelvasesmall", "antiquelvasesmall", "vase", "ornament", "small"),
    (f"{MISC}/crabbypenholder", "crabbypenholder", "pen holder", "stationery", ""),
    (f"{MISC}/blackandbrassbowl_small", "blackandbrassbowl_small", "bowl", "tableware", "small"),
    (f"{MISC}/contemporary_lowfulldesk", "contemporary_lowfulldesk", "desk", "desk", "low"),
    (f"{MISC}/contemporary_laterialfile",
     "contemporary_laterialfile", "filing cabinet", "cabinet", "modern"),
    (f"{MISC}/vinylmessagetape8m75mm_a01",
     "vinylmessagetape8m75mm_a01", "safety tape", "small_safety", ""),
    (f"{MISC}/seahorn", "seahorn", "seahorn", "object", ""),
    (f"{MISC}/cornerrail_a1", "cornerrail_a1", "railing", "barrier", "corner"),
    (f"{TWIN}/Equipment/Pallet_Trucks/Scale_A",
     "PalletTruckScale_A01_PR_NVD_01", "pallet truck", "pallet_truck", ""),
    (f"{TWIN}/Equipment/Drum_Handling/Cradle_A",
     "DrumCradle_A01_PR_NVD_01", "drum truck", "hand_truck", ""),
    (f"{TWIN}/Equipment/Hand_Trucks/Keg_A",
     "KegHandTruck_A01_PR_NVD_01", "hand truck", "hand_truck", ""),
    (f"{TWIN}/Modular/Warehouse_A", "Warehouse_A_Door01", "door", "door", ""),
    (f"{TWIN}/Modular/Mezzanine_A", "Mezzanine_A_Gate01", "gate", "gate", ""),
    (f"{TWIN}/Shipping/Wood_Crates/PalletCollar_A",
     "WoodPalletCollar_A01_60x40x20cm_PR_NV_01", "pallet collar", "pallet", "wooden"),
    (f"{TWIN}/Storage/Boxes/Box_A",
     "Box_A01_60x40x32cm_PR_V_NVD_01", "storage container", "container", ""),
    (f"{TWIN}/Storage/IBC_Tanks/Tank_A", "Tank_A01_PR_NVD_01", "IBC tank", "tank", ""),
    (f"{TWIN}/Storage/Bottles/Plastic/WhitePacker_A",
     "WhitePackerBottle_A01_PR_NVD_01", "bottle", "bottle", "white plastic"),
    (f"{SIM}/bin_a02", "bin_a02", "storage bin", "container", ""),
    (f"{SHOP}/Seating", "Waiting", "visitor chair", "chair", ""),
    (f"{SHOP}/Seating", "Peach", "chair", "chair", ""),
    (f"{SHOP}/Seating/Caprice", "Caprice_A", "chair", "chair", ""),
    (f"{SHOP}/Tables", "Kettle", "table", "table", ""),
    (f"{SHOP}/Reception", "Modern", "reception desk", "counter", "modern"),
    (f"{HOME}/Furniture/Bookshelves", "Delmar", "bookcase", "bookcase", ""),
    (f"{HOME}/Furniture/MediaTables", "Manchester", "tv stand", "cabinet", ""),
    (f"{HOME}/Decor/Sculptures", "Elephant_01", "sculpture", "statue", ""),
    (f"{HOME}/Decor/Sculptures", "SpeakNoEvil_Skull", "skull", "ornament", ""),
    (f"{HOME}/Decor/Tchotchkes", "Lemon_01", "lemon", "food", ""),
    (f"{HOME}/Appliances/Oven", "Oven_Wall", "stove", "appliance", ""),
    (f"{HOME}/Electronics/Televisions", "TV_Wall", "television", "television", ""),
    (f"{HOME}/Kitchen/Kitchenware/Cookware", "pot_A", "cooking pot", "tableware", ""),
    (f"{HOME}/Lighting/Table Lamps", "Mechant", "table lamp", "table_lamp", ""),
    ("Vegetation/Assets/Vegetation/Trees", "Colorado_Spruce", "spruce", "tree", ""),
    ("Vegetation/Assets/Vegetation/Shrub", "Goldflame_Spirea", "spirea", "shrub", ""),
    ("Vegetation/Assets/Vegetation/Plant_Tropical", "Crane_Lily", "lily", "ornament", ""),
    (f"{FIGURES}/Debra/Props/Bones", "Debra", "person", "person", ""),
    (f"{FIGURES}/ActorCore/Uniform_F_0001/Actor/uniform-f-0001",
     "uniform-f-0001", "person", "person", "female"),
    ("pixar/Kitchen_set/assets/CastIron", "CastIron", "frying pan", "tableware", ""),
    ("Furniture_Demo/Boards", "Whiteboard_Mobile_A01", "whiteboard", "whiteboard", "mobile"),
    (f"{HOME}/Appliances/Oven", "stove", "stove", "appliance", ""),
    (f"{HOME}/Entertainment/GameRoom", "9Ball_Rack", "billiard rack", "ornament", ""),
    (f"{HOME}/Entertainment/GameRoom", "PingPong_Table", "ping-pong table", "game_table", ""),
    (f"{HOME}/Furniture/Chairs", "Chair_Desk", "office chair", "chair", ""),
    (f"{HOME}/Furniture/Chairs", "Armchair", "armchair", "armchair", ""),
    (f"{HOME}/Furniture/DiningSets/EastRural", "EastRural_Table", "dining table", "table", ""),
    (f"{HOME}/Outdoors/Lighting", "SquareBollard", "bollard", "bollard", "square"),
    (f"{HOME}/Plants", "PlantPot", "planter", "planter", ""),
    (f"{HOME}/Plants", "YuccaCane", "potted plant", "plant", ""),
    (f"{SHOP}/Seating", "Danny", "chair", "chair", ""),
    (f"{SHOP}/Seating", "Steelbook", "chair", "chair", ""),
    (f"{SHOP}/Seating", "Petite_Loveseat", "loveseat", "sofa", "small"),
    (f"{SHOP}/Seating", "WaitingBench", "bench", "bench", ""),
    (f"{SHOP}/Conference", "Roland", "meeting table", "meeting_table", ""),
    (f"{SHOP}/Storage/Standard", "Standard_LargeDoors", "cabinet", "cabinet", ""),
    (f"{ATTIC}", "TableLamp", "table lamp", "table_lamp", ""),
    (f"{ATTIC}", "mirror_cracked", "mirror", "picture", "broken"),
    (f"{ATTIC}", "trunk_rack", "luggage rack", "ornament", ""),
    (f"{ATTIC}", "window_round", "window", "window", "round"),
    (f"{ATTIC}", "typewriter", "typewriter", "small_appliance", ""),
    (f"{FIGURES}/ActorCore/Party_M_0001/Actor/party-m-0001",
     "party-m-0001", "person", "person", "male"),
    (f"{FIGURES}/Orc/Props", "Orc_Axe", "axe", "tool", ""),
    ("pixar/Kitchen_set/assets/IronBoard", "IronBoard", "ironing board", "bench", ""),
    ("Warehouse_Demo/Racks", "PalletRack_A02_Loaded", "pallet rack", "rack", "loaded"),
    ("Warehouse_Demo/Doors", "RollUpDoor_A01", "roll-up door", "roll_up_door", ""),
    ("Furniture_Demo/Lounge/Seating", "Sofa_TwoSeat_A01", "sofa", "sofa", ""),
    ("Furniture_Demo/Office/Accessories", "WasteBin_A01", "trash can", "trash_can", ""),
    ("Characters_Demo/Workers", "Worker_A01_Male", "person", "person", "worker male"),
    ("Furniture_Demo/Displays", "Monitor_27in_A01", "monitor", "monitor", ""),
]  # fmt: skip

DROPPED = [
    (f"{FIGURES}/ActorCore/Party_M_0001/Motion", "Dance_Loop_03", "animation"),
    (f"{FIGURES}/Worker/Props/Bones", "Worker.Idle_01", "animation"),
    (f"{FIGURES}/Worker/Props/Bones", "Worker", None),
    (f"{TWIN}/Modular/OfficeSet_A/.SubUSDs", "w1nd0w_04_glass", "part"),
    (f"{TWIN}/Modular/OfficeSet_A/.thumbs", "Chair_A01", "part"),
    (".cache/Chairs", "Chair_A01", "part"),
    (f"{TWIN}/Modular/OfficeSet_A/Meshes", "OfficeSet_A_part02_coll", "part"),
    (f"{HOME}/Furniture/Chairs", "Chair_Array", "collection"),
    ("Warehouse_Collection_1/Assets/simready_content/common_tools/content_tagging/lights",
     "studio_lights", "authoring tool"),
    ("extensions/Assets/Extensions/Samples/ParticleSystem", "emitter.material", "material"),
    ("extensions/Assets/Extensions/Samples/XR", "controller_left", "sample"),
    ("extensions/Assets/Extensions/Samples/XR", "headset", None),
    ("Base_Materials/Materials/Wood", "Oak", "material"),
    ("particles/Assets/Particles/production/samples", "fx_campfire_flow", None),
    ("particles/Assets/Particles/production/Materials", "smoke", "material"),
    ("environments/Environments/2023_1/Templates", "socal_track", None),
    ("showcase_content/Assets/Showcases/2023_1/IsaacWarehouse/Racks", "RackLarge_A1", None),
    (ATTIC, "rocking_horse", None),
]  # fmt: skip


PARTICLES = "particles/Assets/Particles/production_samples/samples"
PLACES = "environments/Environments/2023_1/Templates"

SURROUNDINGS = [
    (PARTICLES, "fx_campfire_flow", "fire", "effect"),
    (PARTICLES, "fx_candle_flow", "fire", "effect"),
    (PARTICLES, "fx_smoke_column_particles", "smoke", "effect"),
    (PARTICLES, "fx_sphere_collision", "sphere collision effect", "effect"),
    ("extensions/Assets/Extensions/Samples/Flow/presets/Smoke", "WispySmoke", "smoke", "effect"),
    (PLACES, "desert_road", "desert road", "environment"),
    (PLACES, "grassfield_day", "field", "environment"),
    (PLACES, "socal_track", "race track", "environment"),
    ("scene_templates/Assets/Scenes/Templates/Basic", "white_void", "void", "environment"),
    ("showcase_content/Assets/Showcases/2023_2_1/IsaacWarehouse", "IsaacWarehouse",
     "warehouse", "environment"),
    ("showcase_content/Assets/Showcases/2023_2_1/Ragnarok", "Ragnarok",
     "ragnarok scene", "environment"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("folder", "name", "noun", "category"), SURROUNDINGS, ids=[row[1] for row in SURROUNDINGS]
)
def test_read_name_places_and_effects_are_none_of_the_things(folder, name, noun, category):
    path = f"{folder}/{name}.usd"
    reading = read_name(name, path)

    assert (reading.noun, reading.category) == (noun, category)
    assert judge_name(name, path) == (None, category)
    assert noun not in load_nouns().nouns or noun in load_surroundings().nouns


@pytest.mark.parametrize(
    ("folder", "name"),
    [(ATTIC, "rocking_horse"), ("Pack/Safety/Fire", "FireExtinguisher_01"), ("Pack", "StreetLamp")],
)
def test_judge_name_things_are_no_surroundings(folder, name):
    assert judge_name(name, f"{folder}/{name}.usd") == (None, None)


@pytest.mark.parametrize("names", [("Rack_A04", "Rack_A12"), ("Tote_60x40cm", "Tote_30x20cm")])
def test_read_name_numbers_are_no_words(names):
    readings = [read_name(name, f"Pack/Things/{name}.usd") for name in names]

    assert readings[0] == readings[1]


@pytest.mark.parametrize(
    ("folder", "name", "noun"),
    [
        (f"{TWIN}/Modular/OfficeSet_A", "OfficeSet_A_Glass_01", "glass panel"),
        (f"{HOME}/Kitchen/Glassware", "Glass_01", "drinking glass"),
        (f"{HOME}/Furniture/DiningSets/EastRural", "EastRural_Chair", "dining chair"),
        (f"{HOME}/Kitchen/Oven", "Oven_Wall", "stove"),
        (f"{TWIN}/Modular/Mezzanine_A", "Mezzanine_A_Gate", "gate"),
    ],
)
def test_read_name_folders_tell_which_kind_it_is(folder, name, noun):
    assert read_name(name, f"{folder}/{name}.usd").noun == noun


def test_read_name_l_before_a_desk_is_its_shape():
    assert "corner" in read_name("l_desk", "Pack/props/l_desk/l_desk.usd").attributes
    assert "corner" not in read_name("Desk_L01", "Pack/props/Desk_L01.usd").attributes


@pytest.mark.parametrize(
    ("folder", "name", "noun", "category", "attributes"), READINGS, ids=[row[1] for row in READINGS]
)
def test_read_name_real_names_give_noun_category_attributes(
    folder, name, noun, category, attributes
):
    reading = read_name(name, f"{folder}/{name}.usd")

    assert (reading.noun, reading.category) == (noun, category)
    assert set(attributes.split()) <= set(reading.attributes)


@pytest.mark.parametrize(("folder", "name", "reason"), DROPPED, ids=[row[1] for row in DROPPED])
def test_find_drop_reason_unplaceable_files_say_why(folder, name, reason):
    assert find_drop_reason(name, f"{folder}/{name}.usd") == reason


@pytest.mark.parametrize(
    ("name", "base", "kind"),
    [
        ("rack_a04_inst_base", "rack_a04", "inst_base"), ("rack_a04_inst", "rack_a04", "inst"),
        ("Rack_A04_Base", "Rack_A04", "base"), ("Foo_LOD1", "Foo", "lod"),
        ("Foo_lod_02", "Foo", "lod"),
        ("Foo.lod0", "Foo", "lod"), ("Foo_collision", "Foo", "collision"),
        ("Set_part02_coll", "Set_part02", "collision"), ("UCX_Foo_01", "Foo_01", "collision"),
        ("Foo_red", "Foo", "material_variant"), ("Sofa_Grey", "Sofa", "material_variant"),
        ("Foo_mat2", "Foo", "material_variant"), ("Foo_red_inst", "Foo_red", "inst"),
        ("Forklift_B01", "Forklift_B01", ""), ("Pallet_A2", "Pallet_A2", ""),
        ("Foo_v2", "Foo_v2", ""),
        ("_base", "_base", ""), ("red", "red", ""), ("orange_01", "orange_01", ""),
        ("tiltandrollladder_a03", "tiltandrollladder_a03", ""), ("explode1", "explode1", ""),
    ],
)  # fmt: skip
def test_find_sibling_suffixes_tell_what_file_of_the_object_it_is(name, base, kind):
    assert find_sibling(name) == (base, kind)


@given(name=st.text(max_size=80))
def test_find_sibling_any_name_keeps_a_base(name):
    sibling = find_sibling(name)

    assert sibling.base in name
    assert bool(sibling.base) == bool(name)


def test_read_name_naive_tag_of_a_name_stretch_is_ignored():
    reading = read_name("soc_trackside", "Pack/Assets/props/soc_trackside.usd", ("shelving",))

    assert reading.noun == "soc track"


def test_read_name_telling_tag_names_an_untelling_file():
    reading = read_name("sm_p_042", "Pack/Assets/props/sm_p_042.usd", ("furniture", "sofa"))

    assert reading.noun == "sofa"


@pytest.mark.parametrize(
    ("name", "lengths_m"),
    [
        ("Tote_B01_60x40x30cm_PR", (0.6, 0.4, 0.3)),
        ("CubeBox_A10_51cm", (0.51,)),
        ("LongBox_A02_21x51x11xcm_PR", (0.21, 0.51, 0.11)),
        ("Monitor_27in_A01", (0.6858,)),
        ("Forklift_B01_PR_V_NVD_01", ()),
        ("Rack_A12", ()),
        ("Pallet_1200x800", (1.2, 0.8)),
        ("StandardWoodCrate_A27_60x50x50m_PR_NV_01", (0.6, 0.5, 0.5)),
        ("Boat_6m", (6.0,)),
    ],
)
def test_parse_size_names_give_metres(name, lengths_m):
    assert parse_size(name) == pytest.approx(lengths_m)


@given(name=st.text(min_size=1, max_size=80), folder=st.text(max_size=80))
def test_read_name_any_text_gives_a_noun(name, folder):
    reading = read_name(name, f"{folder}/{name}.usd", (folder,))

    assert reading.noun.strip()
    assert len(reading.noun) <= 80
