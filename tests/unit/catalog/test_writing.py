"""Writing an index: a stream of rows, measures merged into a copy, revisions."""

from __future__ import annotations

import itertools
import shutil
import sqlite3
import tracemalloc

import pytest

from clappper.core.catalog.index.rows import AssetIndex
from clappper.core.catalog.index.writing import compute_revision, merge_measures
from clappper.core.catalog.ingest import parse_master_indexes
from clappper.core.catalog.language.sizes import make_default_measure
from clappper.core.catalog.models import MeasureRecord
from clappper.core.catalog.store import CatalogStore
from clappper.core.errors import CatalogError
from clappper.core.units import Vec3
from support.master_index import MIXED_PATHS, dump_index, make_entry, make_wanted

FORKLIFT, OTHER_FORKLIFT = MIXED_PATHS[:2]
PALLET = next(path for path in MIXED_PATHS if "WingPallet" in path)


def make_ingest(paths=MIXED_PATHS):
    return parse_master_indexes([("index", dump_index(map(make_entry, paths)))])


def make_record(asset, *, size_m=None, unusable=None):
    measure = make_default_measure(asset).model_copy(
        update={
            "is_measured": True,
            "size_m": size_m and Vec3(x=size_m[0], y=size_m[1], z=size_m[2]),
        }
    )
    return MeasureRecord(
        asset_path=asset.asset_path,
        size_bytes=1,
        mtime_ns=1,
        measure=None if unusable else measure,
        unusable=unusable,
    )


@pytest.fixture
def built(tmp_path):
    path = tmp_path / "index.db"
    AssetIndex.create(make_ingest(), path=path).close()
    return path


@pytest.fixture
def measured(built):
    """The index after a forklift was measured, the other found broken."""
    catalog = open_store(built)
    first, second = (
        next(hit.asset for hit in catalog.search("forklift").hits if hit.asset.asset_path == path)
        for path in (FORKLIFT, OTHER_FORKLIFT)
    )
    catalog.close()
    records = {
        first.asset_path: make_record(first, size_m=(1.0, 3.5, 2.0)),
        second.asset_path: make_record(second, unusable="It holds nothing."),
    }
    assert merge_measures(built, {**records, "Pack/Elsewhere.usd": records[first.asset_path]}) == 2
    return built


def open_store(path):
    return CatalogStore(AssetIndex.open(path))


def test_write_order_of_the_rows_means_nothing(tmp_path):
    rows = make_ingest().rows
    for name, ordered in (("a", rows), ("b", reversed(rows))):
        AssetIndex.write(ordered, {}, path=tmp_path / name).close()
    index = AssetIndex.open(tmp_path / "a")

    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert index.revision == compute_revision(rows)
    index.close()


def test_write_counts_what_the_rows_hold():
    ingest = make_ingest()
    index = AssetIndex.write(iter(ingest.rows), {"entries": 34, "objects": "not believed"})

    assert index.summary["entries"] == 34
    assert index.summary["objects"] == len(ingest.rows)
    assert sum(index.noun_counts.values()) == len(ingest.rows) - 1  # a race track is no thing
    assert index.surroundings == {"race track": "environment"}
    assert index.summary["variants"] == 3
    assert index.summary["packs"]["Commercial_Assets"] == 3


def test_write_stream_is_not_kept_in_memory(tmp_path):
    row = make_ingest(["Pack/Desk_01.usd"]).rows[0]
    rows = (
        row._replace(asset_id=str(number), asset_path=f"Pack/{number}/{'x' * 900}.usd")
        for number in itertools.islice(itertools.count(), 20_000)
    )
    tracemalloc.start()
    try:
        AssetIndex.write(rows, {}, path=tmp_path / "index.db").close()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert peak < 12 << 20  # the rows are 20 MB of paths


def test_write_two_rows_with_one_id_raises(tmp_path):
    rows = make_ingest(["Pack/Desk_01.usd"]).rows * 2

    with pytest.raises(sqlite3.IntegrityError):
        AssetIndex.write(rows, {}, path=tmp_path / "index.db")


def test_search_unmeasured_hit_has_the_size_of_its_category(built):
    catalog = open_store(built)
    hit = catalog.search("forklift").hits[0]

    assert (hit.is_measured, hit.size_m) == (False, Vec3(x=1.2, y=2.9, z=2.2))
    catalog.close()


def test_merge_measures_hits_carry_the_real_size(measured):
    catalog = open_store(measured)
    hits = catalog.search("forklift").hits

    assert [(hit.asset.asset_path, hit.is_measured) for hit in hits] == [(FORKLIFT, True)]
    assert hits[0].size_m == Vec3(x=1.0, y=3.5, z=2.0)
    catalog.close()


def test_merge_measures_unusable_asset_is_not_found_nor_counted(measured):
    catalog = open_store(measured)

    assert OTHER_FORKLIFT not in {
        hit.asset.asset_path
        for query in ("forklift", "Forklift_C01_PR_V_NVD_01", "forklift c")
        for hit in catalog.search(query).hits
    }
    assert catalog.availability([make_wanted("forklift")]).sentence == "Found 1 forklift."
    catalog.close()


def test_merge_measures_noun_without_usable_asset_is_missing(built):
    catalog = open_store(built)
    asset = catalog.search("wing pallet").hits[0].asset
    pallets = [hit.asset for hit in catalog.search("pallet").hits]
    catalog.close()
    merge_measures(built, {a.asset_path: make_record(a, unusable="Empty.") for a in pallets})
    catalog = open_store(built)

    assert asset.asset_path == PALLET
    assert catalog.search("pallet").hits == ()
    assert catalog.search("wing").hits == ()
    assert "pallet" not in {found.noun for found in catalog.search("crate").suggestions}
    catalog.close()


def test_merge_measures_repaired_file_is_found_again(measured):
    index = AssetIndex.open(measured)
    asset = index.fetch_assets([make_entry(OTHER_FORKLIFT)["asset_id"]])[0]
    index.close()

    merge_measures(measured, {OTHER_FORKLIFT: make_record(asset, size_m=(1.0, 1.0, 1.0))})

    catalog = open_store(measured)
    assert len(catalog.search("forklift").hits) == 2
    catalog.close()


def test_merge_measures_revision_follows_from_what_is_known(tmp_path, built):
    before = AssetIndex.open(built)
    asset = before.fetch_assets([make_entry(FORKLIFT)["asset_id"]])[0]
    other = before.fetch_assets([make_entry(OTHER_FORKLIFT)["asset_id"]])[0]
    before.close()
    good, bad = make_record(asset, size_m=(1.0, 2.0, 3.0)), make_record(other, unusable="Empty.")

    def merge(*steps):
        copy = tmp_path / "copy.db"
        shutil.copyfile(built, copy)
        for records in steps:
            merge_measures(copy, {record.asset_path: record for record in records})
        index = AssetIndex.open(copy)
        index.close()
        return index.revision

    assert merge() == merge([]) == before.revision
    assert merge([good, bad]) == merge([bad], [good]) == merge([bad, good])
    assert len({before.revision, merge([good]), merge([bad]), merge([good, bad])}) == 4


def test_merge_measures_no_database_raises_a_sentence(tmp_path):
    path = tmp_path / "index.db"
    path.write_bytes(b"nothing of the kind" * 100)

    with pytest.raises(CatalogError, match="Build it again"):
        merge_measures(path, {})
