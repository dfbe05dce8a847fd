"""Reading master indexes: siblings, broken rows, order, bounds."""

from __future__ import annotations

import json

import pytest

from clappper.core.catalog.building.entries import compute_asset_id
from clappper.core.catalog.building.json_stream import iterate_assets
from clappper.core.catalog.index.writing import compute_revision
from clappper.core.catalog.ingest import parse_master_indexes, read_sources
from clappper.core.errors import CatalogError, CatalogSchemaError
from support.master_index import MIXED_PATHS, dump_index, make_entry

GOOD = make_entry("Pack/Forklift_A01.usd")


def ingest(*entries):
    return parse_master_indexes([("index.json", dump_index(entries))])


def test_ingest_siblings_become_one_object_placed_by_its_plain_file():
    paths = [
        f"Pack/props/rack_a04/rack_a04{end}.usd" for end in ("_inst_base", "_inst", "_base", "")
    ]

    result = ingest(*map(make_entry, paths))

    assert [row.name for row in result.rows] == ["rack_a04"]
    assert result.rows[0].variants == tuple(
        make_entry(path)["asset_id"] for path in (paths[1], paths[2], paths[0])
    )


def test_ingest_sibling_without_plain_file_is_placed_by_the_instanceable_one():
    result = ingest(*(make_entry(f"Pack/props/rack/rack{end}.usd") for end in ("_base", "_inst")))

    assert [row.name for row in result.rows] == ["rack_inst"]
    assert result.rows[0].noun == "pallet rack"


def test_ingest_same_name_in_other_folders_stays_apart():
    result = ingest(make_entry("Pack/A/Desk_01.usd"), make_entry("Pack/B/Desk_01_base.usd"))

    assert len(result.rows) == 2


def test_ingest_stated_total_is_not_believed():
    assert ingest(GOOD).entry_count == 1


def test_ingest_dropped_files_are_counted_by_reason():
    result = ingest(
        GOOD,
        make_entry("Pack/Samples/controller_left.usd"),
        make_entry("Pack/Materials/Oak.usd"),
        make_entry("Pack/Chairs/Chair_01.fbx"),
    )

    assert result.dropped == {"material": 1, "not USD": 1, "sample": 1}
    assert [row.noun for row in result.rows] == ["forklift"]


def test_ingest_siblings_of_a_collection_share_its_fate():
    ends = ("", "_base", "_inst", "_inst_base")
    result = ingest(GOOD, *(make_entry(f"Pack/a/chair_array{end}.usd") for end in ends))

    assert result.dropped == {"collection": 4}
    assert [row.noun for row in result.rows] == ["forklift"]


def test_ingest_place_for_several_renderers_is_one():
    folder = "environments/Environments/2023_1/Templates"
    names = ("nyc_day_pt", "nyc_day", "nyc_day_rt", "socal_track_rt")
    entries = [make_entry(f"{folder}/{name}.usd") for name in names]
    rows = ingest(*entries).rows

    assert [row.name for row in rows] == ["nyc_day", "socal_track_rt"]
    assert rows[0].variants == (entries[0]["asset_id"], entries[2]["asset_id"])


def test_ingest_effect_called_collision_is_no_collision_mesh():
    rows = ingest(make_entry("particles/Assets/Particles/fx_collision.usda")).rows

    assert [(row.name, row.category) for row in rows] == [("fx_collision", "effect")]


BROKEN = {
    "not_an_object": 7,
    "null": None,
    "empty": {},
    "no_path": {key: value for key, value in GOOD.items() if key != "s3_path"},
    "number_as_name": {**GOOD, "name": 5},
    "parent_folder": {**GOOD, "s3_path": "s3://bucket/packs/../../etc/passwd.usd"},
    "parent_folder_windows": {**GOOD, "s3_path": "Z:\\packs\\..\\secret.usd"},
    "drive_inside": {**GOOD, "s3_path": "s3://bucket/packs/C:/windows/a.usd"},
    "control_character": {**GOOD, "name": "a\x00b"},
    "line_break": {**GOOD, "s3_path": "s3://bucket/packs/a\nb.usd"},
    "surrogate": {**GOOD, "name": "\ud800"},
    "long_path": {**GOOD, "s3_path": "s3://bucket/packs/" + "a" * 10_000 + ".usd"},
    "blank_id": {**GOOD, "asset_id": " "},
    "quoted_id": {**GOOD, "asset_id": "a'; DROP TABLE asset"},
    "tags_text": {**GOOD, "tags": "warehouse"},
    "negative_size": {**GOOD, "file_size_mb": -1.0},
    "infinite_size": {**GOOD, "file_size_mb": float("inf")},
}


@pytest.mark.parametrize("entry", BROKEN.values(), ids=BROKEN.keys())
def test_ingest_broken_entry_is_reported_and_the_rest_kept(entry):
    result = ingest(entry, make_entry("Pack/Desk_01.usd"))

    assert [row.noun for row in result.rows] == ["desk"]
    assert [(issue.code, issue.severity) for issue in result.issues] == [
        ("CATALOG_ENTRY", "warning")
    ]
    assert "Entry 1 " in result.issues[0].message
    assert result.dropped == {"broken": 1}


def test_ingest_many_broken_entries_are_counted_not_listed():
    result = ingest(*[None] * 1000)

    assert len(result.issues) == 201
    assert result.issues[-1].message == "800 more broken entries were left out."


def test_ingest_two_files_with_one_id_are_both_kept_and_the_second_gets_its_own():
    entries = [make_entry("Pack/B.usd", asset_id="abc"), make_entry("Pack/A.usd", asset_id="abc")]

    result = ingest(*entries)

    assert {row.name: row.asset_id for row in result.rows} == {
        "A": "abc",
        "B": compute_asset_id("Pack/B.usd"),
    }
    assert "Pack/B.usd has the id of Pack/A.usd" in result.issues[0].message
    assert result.dropped == {}


def test_ingest_id_that_is_the_paths_own_stays_with_it():
    own = make_entry("Pack/Z.usd")

    result = ingest(make_entry("Pack/A.usd", asset_id=own["asset_id"]), own)

    assert {row.name: row.asset_id for row in result.rows} == {
        "A": compute_asset_id("Pack/A.usd"),
        "Z": own["asset_id"],
    }


def test_ingest_same_file_twice_is_one_object_whatever_the_order():
    entries = [make_entry("Pack/Desk.usd", file_size_mb=size) for size in (2.0, 1.0)]

    results = [ingest(*entries), ingest(*reversed(entries))]

    assert results[0].rows == results[1].rows
    assert results[0].dropped == {"duplicate": 1}


def test_ingest_entry_with_its_path_alone_gets_id_name_and_pack_from_it():
    path = "Pack/Sub/桌子 desk 😀.usd"

    row = ingest({"s3_path": f"s3://bucket/omniverse_assets/packs/{path}"}).rows[0]

    assert (row.name, row.pack) == ("桌子 desk 😀", "Pack")
    assert row.asset_id == compute_asset_id(path)


def list_groups(*names):
    rows = ingest(*(make_entry(f"Pack/Props/{name}.usd") for name in names)).rows
    ids = {make_entry(f"Pack/Props/{name}.usd")["asset_id"]: name for name in names}
    return {row.name: {ids[variant] for variant in row.variants} for row in rows}


def test_ingest_levels_of_detail_are_one_object_placed_by_the_finest():
    assert list_groups("Chair_LOD2", "Chair_LOD0", "Chair_LOD1") == {
        "Chair_LOD0": {"Chair_LOD1", "Chair_LOD2"}
    }


def test_ingest_colours_are_variants_of_the_plain_one_and_objects_without_it():
    assert list_groups("Chair_red", "Chair_blue", "Chair", "Chair_red_inst") == {
        "Chair": {"Chair_red", "Chair_blue", "Chair_red_inst"}
    }
    assert list_groups("Chair_red", "Chair_blue") == {"Chair_red": set(), "Chair_blue": set()}


def test_ingest_collision_mesh_and_material_are_never_placed():
    assert list_groups("Crate", "Crate_collision", "UCX_Crate", "Crate.material") == {
        "Crate": {"Crate_collision", "UCX_Crate", "Crate.material"}
    }
    assert list_groups("Crate_collision", "UCX_Crate", "Crate.material") == {}


def test_ingest_numbered_looks_are_different_objects():
    assert len(list_groups("Forklift_A01", "Forklift_B01", "Pallet_A1", "Pallet_A2")) == 4


def test_ingest_dropped_files_are_named_by_reason_up_to_a_limit():
    result = ingest(*(make_entry(f"Pack/Materials/Oak_{number}.usd") for number in range(30)))

    assert result.dropped == {"material": 30}
    assert len(result.examples["material"]) == 20
    assert result.examples["material"][0] == "Pack/Materials/Oak_0.usd"


@pytest.mark.parametrize(
    "url",
    [
        "s3://bucket/omniverse_assets/packs/Pack/Sub/Desk_01.usd",
        "Z:\\omniverse_assets\\packs\\Pack\\Sub\\Desk_01.usd",
        "Z:/omniverse_assets/packs/Pack/Sub/Desk_01.usd",
        "https://host.example/omniverse_assets/packs/Pack/Sub/Desk_01.usd?sig=1",
        "Pack/Sub/Desk_01.usd",
    ],
)
def test_ingest_path_spellings_give_the_path_below_packs(url):
    result = ingest(make_entry("Pack/Sub/Desk_01.usd", s3_path=url))

    assert [(row.asset_path, row.source_url) for row in result.rows] == [
        ("Pack/Sub/Desk_01.usd", url)
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_ingest_text_encodings_of_windows_are_read(encoding):
    content = json.dumps(
        {"assets": [make_entry("Pack/Büro/Stühle/桌子_desk.usd")]}, ensure_ascii=False
    ).encode(encoding)

    result = parse_master_indexes([("index.json", content)])

    assert [row.noun for row in result.rows] == ["desk"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe\x00",
        b"[]",
        b"7",
        b'{"assets": {}}',
        b'{"items": []}',
        b"[" * 100_000,
        b"\x00" * 64,
    ],
)
def test_ingest_other_content_raises_schema_error_with_the_file_name(content):
    with pytest.raises(CatalogSchemaError, match=r"index\.json"):
        parse_master_indexes([("index.json", content)])


@pytest.mark.parametrize("cut", [1, 2, 40, 200, 1000])
def test_ingest_index_cut_off_anywhere_raises_schema_error(cut):
    content = dump_index(make_entry(f"Pack/Desk_{number}.usd") for number in range(20))

    with pytest.raises(CatalogSchemaError, match="JSON"):
        parse_master_indexes([("index.json", content[:-cut])])


def test_ingest_bytes_that_are_no_text_cost_their_entry_only():
    content = dump_index([make_entry("Pack/Desk.usd"), make_entry("Pack/Chair.usd")])

    result = parse_master_indexes([("index.json", content.replace(b"Chair", b"Ch\xffir"))])

    assert [row.name for row in result.rows] == ["Desk"]
    assert result.dropped == {"broken": 1}


def test_ingest_number_of_thousands_of_digits_costs_its_entry_only():
    entry = json.dumps(GOOD).replace("1.25", "9" * 5000)
    content = f'{{"assets": [{entry}, {json.dumps(make_entry("Pack/Desk.usd"))}]}}'

    result = parse_master_indexes([("index.json", content.encode())])

    assert [row.name for row in result.rows] == ["Desk"]


@pytest.mark.parametrize("size", [1, 2, 7, 64, 1000])
def test_iterate_assets_pieces_of_any_size_give_the_same_entries(size):
    values = [1.5, -12345, 1.5e-30, 2.0, 'a\\"b', None, {"a": [1, {"b": "]}"}]}, [], True, "桌子😀"]
    text = json.dumps({"x": {"assets": 1}, "assets": values, "total": 3}, indent=1)
    pieces = [text[start : start + size] for start in range(0, len(text), size)]

    assert list(iterate_assets(pieces)) == values


def test_ingest_missing_file_raises_catalog_error(tmp_path):
    with pytest.raises(CatalogError, match="absent"):
        read_sources([tmp_path / "absent.json"])


def test_revision_order_of_entries_and_tags_does_not_matter():
    entries = [make_entry(path, tags=["a", "b"]) for path in MIXED_PATHS]
    turned = [make_entry(path, tags=["b", "a", "a"]) for path in reversed(MIXED_PATHS)]

    assert compute_revision(ingest(*entries).rows) == compute_revision(ingest(*turned).rows)


def test_revision_another_asset_changes_it():
    rows = ingest(*map(make_entry, MIXED_PATHS)).rows

    assert compute_revision(rows) != compute_revision(rows[1:])
