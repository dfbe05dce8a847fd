"""The same object in several packs: shown once, found in each, one that is there stands for all."""

from __future__ import annotations

import pytest

from clappper.core.catalog.index.rows import AssetIndex
from clappper.core.catalog.index.writing import merge_measures
from clappper.core.catalog.ingest import parse_master_indexes
from clappper.core.catalog.language.sizes import make_default_measure
from clappper.core.catalog.models import MeasureRecord, SearchFilters
from clappper.core.catalog.store import CatalogStore
from support.master_index import dump_index, make_catalog, make_entry, make_wanted

HOME = "Residential_Assets/ArchVis/Chairs/Sappington_Chair.usd"
PROPS = [
    f"Furniture_Misc/props/sappington_chair/sappington_chair{end}.usd" for end in ("", "_inst")
]
OTHER = "Furniture_Misc/props/stool/Stool.usd"


def get_id(path):
    return make_entry(path)["asset_id"]


def fold(*paths):
    """Return the paths of each object's files in several packs, where there are such."""
    rows = parse_master_indexes([("index", dump_index(map(make_entry, paths)))]).rows
    shown = {row.asset_id: row.asset_path for row in rows}
    return {row.asset_path: shown[row.twin_of] for row in rows if row.twin_of}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("A/Sappington_Chair", "B/sappington_chair"),
        ("A/Conference/Roland", "B/props/roland"),
        ("A/Rack_A04_PR_NVD_01", "B/rack_a04"),
        ("A/DockBoard_B07_PR_V_NVD_01", "B/dockboard_b07"),
        ("A/TrafficCone_A02_71cm_PR_V_NVD_01", "B/trafficcone_a02"),
        ("A/TrafficCone_A02_71cm_PR_V_NVD_01", "B/trafficcone_a02_71cm"),
        ("A/Conference/Gilbert", "B/Tables/gilbert"),
    ],
)
def test_fold_telling_names_in_two_packs_are_one_object(first, second):
    assert fold(f"{first}.usd", f"{second}.usd") == {f"{second}.usd": f"{first}.usd"}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("A/Stove", "B/stove"),
        ("A/Desk_01", "B/desk_01"),
        ("A/Table_A01", "B/table_a01"),
        ("A/Forklift_A01_PR_V_NVD_01", "B/Forklift_A01"),
        ("A/Petite_Chair", "B/petite_chair"),
        ("A/Rack_A04_PR_NVD_01", "B/rack_a05"),
        ("A/TrafficCone_A02_71cm_PR_V_NVD_01", "B/trafficcone_a02_30cm"),
        ("A/Tote_A1_1_PR_NVD_01", "B/tote_a11"),
        ("A/one/Sappington_Chair", "A/two/Sappington_Chair"),
        ("A/Lamps/Sappington_Lamp", "B/sappington_chair"),
        ("particles/Sappington", "B/Chairs/sappington"),
    ],
)
def test_fold_names_that_tell_nothing_are_of_two_objects(first, second):
    assert fold(f"{first}.usd", f"{second}.usd") == {}


def test_fold_describing_name_is_telling_between_packs_that_share_more():
    shared = [f"{pack}/{name}.usd" for pack in "AB" for name in ("Sappington_Chair", "Zolna_Sofa")]
    chairs = ["A/Petite_Chair.usd", "B/petite_chair.usd", "C/petite_chair.usd"]

    assert fold(*shared, *chairs)[chairs[1]] == chairs[0]
    assert chairs[2] not in fold(*shared, *chairs)
    assert fold(*shared, "A/Chair.usd", "B/chair.usd").keys() == set(shared[2:])


def test_fold_order_of_the_entries_means_nothing():
    paths = [HOME, *PROPS, OTHER]

    assert fold(*paths) == fold(*reversed(paths)) == {HOME: PROPS[0]}


def test_search_shows_an_object_of_two_packs_once_with_all_its_files():
    catalog = make_catalog([HOME, *PROPS, OTHER])
    hits = catalog.search("chair").hits

    assert [hit.asset.asset_path for hit in hits] == [PROPS[0]]
    assert hits[0].variants == (get_id(PROPS[1]), get_id(HOME))
    assert list(hits[0].variants) == catalog.variants(hits[0].asset.asset_id)
    assert catalog.availability([make_wanted("chair")]).sentence == "Found 1 chair."


@pytest.mark.parametrize("path", [HOME, *PROPS])
def test_every_id_of_an_object_of_two_packs_gives_it(path):
    catalog = make_catalog([HOME, *PROPS, OTHER])

    assert [asset.asset_path for asset in catalog.get([get_id(path)])] == [PROPS[0]]


@pytest.mark.parametrize("query", ["Sappington_Chair", get_id(HOME)])
def test_search_exact_name_of_a_twin_finds_the_object(query):
    hits = make_catalog([HOME, *PROPS, OTHER]).search(query).hits

    assert [hit.asset.asset_path for hit in hits] == [PROPS[0]]


@pytest.mark.parametrize(
    ("pack", "path"), [("Residential_Assets", HOME), ("furniture_misc", PROPS[0])]
)
def test_search_pack_filter_gives_the_file_of_that_pack(pack, path):
    catalog = make_catalog([HOME, *PROPS, OTHER])
    hits = catalog.search("chair", filters=SearchFilters(pack=pack)).hits

    assert [hit.asset.asset_path for hit in hits] == [path]
    assert {hits[0].asset.asset_id, *hits[0].variants} == {get_id(p) for p in (HOME, *PROPS)}


def test_counts_take_an_object_of_two_packs_once():
    catalog = make_catalog([HOME, *PROPS, OTHER])
    info = catalog.info()

    assert info.entry_count == info.object_count + info.variant_count == 4
    assert {pack.pack: pack.objects for pack in info.packs} == {
        "Furniture_Misc": 2,
        "Residential_Assets": 0,
    }
    assert len(catalog.list_assets()) == 3


def _make_record(path, *, unusable=None):
    asset = make_catalog([path]).list_assets()[0]
    measure = make_default_measure(asset).model_copy(update={"is_measured": True})
    return MeasureRecord(
        asset_path=path,
        size_bytes=1,
        mtime_ns=1,
        measure=None if unusable else measure,
        unusable=unusable,
    )


@pytest.mark.parametrize(
    ("steps", "shown"),
    [
        ([{PROPS[0]: "Broken."}], HOME),
        ([{HOME: None}], HOME),
        ([{HOME: "Broken."}], PROPS[0]),
        ([{HOME: None}, {PROPS[0]: None}], PROPS[0]),
        ([{HOME: None, PROPS[0]: "Broken."}, {PROPS[0]: None}], PROPS[0]),
    ],
)
def test_merge_measures_the_file_that_is_there_stands_for_the_object(tmp_path, steps, shown):
    path = tmp_path / "index.db"
    ingest = parse_master_indexes([("index", dump_index(map(make_entry, [HOME, *PROPS])))])
    AssetIndex.create(ingest, path=path).close()
    for step in steps:
        records = {p: _make_record(p, unusable=unusable) for p, unusable in step.items()}
        merge_measures(path, records)
    catalog = CatalogStore(AssetIndex.open(path))

    assert [hit.asset.asset_path for hit in catalog.search("chair").hits] == [shown]
    assert [asset.asset_path for asset in catalog.get([get_id(HOME)])] == [shown]
    assert catalog.availability([make_wanted("chair")]).sentence == "Found 1 chair."
    catalog.close()
