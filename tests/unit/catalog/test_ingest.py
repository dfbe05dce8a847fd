"""Reading master indexes: siblings, broken rows, order, bounds."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clappper.core.catalog.ingest import parse_master_indexes, read_master_indexes
from clappper.core.catalog.rows import compute_revision
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
        make_entry("environments/Environments/2023_1/Templates/nyc_day.usd"),
        make_entry("Pack/Materials/Oak.usd"),
        make_entry("Pack/Chairs/Chair_01.fbx"),
    )

    assert result.dropped == {"environment": 1, "material": 1, "not USD": 1}
    assert [row.noun for row in result.rows] == ["forklift"]


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


def test_ingest_two_files_with_one_id_keep_the_first_by_path_and_say_so():
    entries = [make_entry("Pack/B.usd", asset_id="abc"), make_entry("Pack/A.usd", asset_id="abc")]

    result = ingest(*entries)

    assert [row.name for row in result.rows] == ["A"]
    assert "Pack/B.usd" in result.issues[0].message


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


def test_ingest_missing_file_raises_catalog_error(tmp_path):
    with pytest.raises(CatalogError, match="absent"):
        read_master_indexes([tmp_path / "absent.json"])


def test_revision_order_of_entries_and_tags_does_not_matter():
    entries = [make_entry(path, tags=["a", "b"]) for path in MIXED_PATHS]
    turned = [make_entry(path, tags=["b", "a", "a"]) for path in reversed(MIXED_PATHS)]

    assert compute_revision(ingest(*entries).rows) == compute_revision(ingest(*turned).rows)


def test_revision_another_asset_changes_it():
    rows = ingest(*map(make_entry, MIXED_PATHS)).rows

    assert compute_revision(rows) != compute_revision(rows[1:])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4)
    ),
    max_leaves=8,
)


@given(
    changes=st.lists(st.dictionaries(st.sampled_from(sorted(GOOD)), JSON, max_size=4), max_size=4),
    stray=JSON,
)
def test_ingest_any_entry_is_kept_or_reported(changes, stray):
    entries = [{**GOOD, **change} for change in changes]

    result = ingest(*entries, stray)

    kept = sum(1 + len(row.variants) for row in result.rows)
    assert kept + sum(result.dropped.values()) == result.entry_count == len(entries) + 1
