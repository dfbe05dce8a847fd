"""Opening catalogs: in memory and built, broken files, threads, atomic builds."""

from __future__ import annotations

import json
import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest

from clappper.core.catalog.models import SearchFilters
from clappper.core.catalog.store import build_index, open_catalog
from clappper.core.errors import CatalogError, CatalogSchemaError, OutputError
from support.master_index import MIXED_PATHS, make_catalog, make_entry, make_wanted, write_index

QUERIES = ("forklift", "industrial shelving", "table lamp", "unicorn", "typewriter")


@pytest.fixture
def index_json(tmp_path):
    return write_index(tmp_path / "master_index.json", map(make_entry, MIXED_PATHS))


@pytest.fixture
def built(tmp_path, index_json):
    path = tmp_path / "folder with ü # %" / "index.db"
    build_index([index_json], path)
    return path


def test_open_catalog_built_index_answers_like_the_json(index_json, built):
    from_json, from_built = open_catalog(index_json), open_catalog(built)

    assert from_built.revision == from_json.revision
    assert from_built.summary == from_json.summary
    for query in QUERIES:
        assert from_built.search(query) == from_json.search(query)


def test_open_catalog_content_decides_not_the_suffix(tmp_path, index_json, built):
    swapped = tmp_path / "index.json"
    shutil.copyfile(built, swapped)

    assert open_catalog(swapped).revision == open_catalog(index_json).revision


def test_open_catalog_built_index_is_not_written_to(built):
    before = built.read_bytes()
    built.chmod(0o444)

    open_catalog(built).search("forklift")

    assert built.read_bytes() == before
    assert list(built.parent.iterdir()) == [built]


def test_summary_counts_entries_objects_and_what_was_dropped(index_json):
    summary = open_catalog(index_json).summary

    assert summary["entries"] == len(MIXED_PATHS) == 34
    assert summary["dropped"] == {"animation": 1, "part": 1}
    assert summary["variants"] == 3
    assert summary["objects"] == 29 == sum(summary["packs"].values())


def test_info_tells_packs_sources_and_what_was_dropped(built, index_json):
    info = open_catalog(built).info()

    assert info.sources == ((str(index_json), "index"),)
    assert info.entry_count == len(MIXED_PATHS)
    assert info.object_count == sum(pack.objects for pack in info.packs) == 29
    assert [pack.pack for pack in info.packs] == sorted(open_catalog(built).summary["packs"])
    assert info.dropped == {"animation": 1, "part": 1}
    assert info.examples["animation"] == (
        "Characters1/Assets/Characters/Reallusion/Worker/Props/Bones/Worker.Idle_01.usd",
    )
    assert info._replace(sources=()) == open_catalog(index_json).info()


def test_list_assets_gives_every_object_by_path(built, index_json):
    assets = open_catalog(built).list_assets()

    assert [asset.asset_path for asset in assets] == sorted(asset.asset_path for asset in assets)
    assert len(assets) == 29
    assert assets == open_catalog(index_json).list_assets()


def test_is_built_tells_an_index_from_its_source(built, index_json):
    assert open_catalog(built).is_built
    assert not open_catalog(index_json).is_built


def test_open_catalog_aliases_beside_the_index_are_known(built):
    aliases = {"schema_version": 1, "aliases": {"ameise": "forklift"}}
    (built.parent / "aliases.json").write_text(json.dumps(aliases), encoding="utf-8")

    catalog = open_catalog(built)

    assert catalog.search("ameise").hits[0].asset.noun == "forklift"
    assert catalog.availability([make_wanted("ameise")]).entries[0].noun == "forklift"


def test_open_catalog_broken_aliases_are_named(built):
    (built.parent / "aliases.json").write_text("{", encoding="utf-8")

    with pytest.raises(CatalogError, match=r"aliases\.json"):
        open_catalog(built)


def test_search_filters_are_passed_on(built):
    catalog = open_catalog(built)

    found = catalog.search("desk", filters=SearchFilters(pack="residential_assets"))

    assert {hit.asset.pack for hit in found.hits} == {"Residential_Assets"}
    assert catalog.search("desk", filters=SearchFilters(pack="core_demos")).hits == ()


def test_get_ids_come_back_in_order_without_unknown_ones():
    catalog = make_catalog()
    ids = [make_entry(path)["asset_id"] for path in (MIXED_PATHS[3], MIXED_PATHS[0])]

    assert [asset.asset_id for asset in catalog.get([ids[0], "nothing", ids[1], ids[0]])] == [
        ids[0],
        ids[1],
        ids[0],
    ]
    assert catalog.get([]) == []


def test_get_sibling_id_gives_its_object():
    catalog = make_catalog()
    plain, base = (
        make_entry(f"{MIXED_PATHS[15].removesuffix('.usd')}{end}.usd")["asset_id"]
        for end in ("", "_base")
    )

    assert [asset.asset_id for asset in catalog.get([base])] == [plain]
    assert base in catalog.variants(plain)


def test_get_more_ids_than_one_statement_takes(tmp_path):
    paths = [f"Pack/Desk_{number:05}/Desk.usd" for number in range(1200)]
    catalog = make_catalog(paths)

    assert len(catalog.get([make_entry(path)["asset_id"] for path in paths])) == 1200


def test_catalog_worker_threads_get_the_same_answers(built):
    catalog = open_catalog(built)
    expected = [catalog.search(query) for query in QUERIES]

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: [catalog.search(query) for query in QUERIES], range(8)))

    assert answers == [expected] * 8


def test_empty_index_is_a_catalog_without_anything(tmp_path):
    catalog = open_catalog(write_index(tmp_path / "index.json", []))

    assert catalog.search("forklift").hits == ()
    assert (
        catalog.availability([make_wanted("forklift")]).sentence == "Not in the catalog: forklift."
    )


def test_open_catalog_missing_file_raises_a_sentence_with_its_name(tmp_path):
    with pytest.raises(CatalogError, match=r"Cannot read the catalog .*absent\.json"):
        open_catalog(tmp_path / "absent.json")


def test_open_catalog_folder_raises_catalog_error(tmp_path):
    with pytest.raises(CatalogError, match="Cannot read"):
        open_catalog(tmp_path)


def test_open_catalog_other_database_raises_schema_error(tmp_path):
    path = tmp_path / "other.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE asset (a)")
    connection.commit()
    connection.close()

    with pytest.raises(CatalogSchemaError, match="no Clappper index"):
        open_catalog(path)


def test_open_catalog_other_version_asks_to_build_again(built):
    connection = sqlite3.connect(built)
    connection.execute("PRAGMA user_version = 99")
    connection.commit()
    connection.close()

    with pytest.raises(CatalogSchemaError, match="build it again"):
        open_catalog(built)


@pytest.mark.parametrize("kept", [100, 4096, 9000])
def test_open_catalog_truncated_index_raises_catalog_error(built, kept):
    built.write_bytes(built.read_bytes()[:kept])

    with pytest.raises(CatalogError):
        open_catalog(built).availability([make_wanted("forklift")])


def test_build_index_several_sources_are_one_catalog(tmp_path):
    first = write_index(tmp_path / "a.json", [make_entry("Pack/Desk_01.usd")])
    second = write_index(
        tmp_path / "b.json", [make_entry("Pack/Desk_01.usd"), make_entry("Pack/Chair_01.usd"), None]
    )

    report = build_index([first, second], tmp_path / "index.db")

    assert report.asset_count == 2
    assert report.dropped == {"in another source": 1, "broken": 1}
    assert len(report.issues) == 1


def test_build_index_same_source_twice_gives_the_same_bytes(tmp_path, index_json):
    build_index([index_json], tmp_path / "a.db")
    build_index([index_json], tmp_path / "b.db")

    assert (tmp_path / "a.db").read_bytes() == (tmp_path / "b.db").read_bytes()


def test_build_index_unwritable_place_raises_output_error(tmp_path, index_json):
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(OutputError):
        build_index([index_json], tmp_path / "file" / "index.db")
