"""Ingest against anything a source may hold: every entry is kept or counted, nothing is raised."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from clappper.core.catalog.index.rows import AssetIndex
from clappper.core.catalog.ingest import Ingest, parse_master_indexes, read_sources
from clappper.core.errors import CatalogError
from support.master_index import dump_listing, make_entry

EXAMPLES = settings(max_examples=10_000 if os.environ.get("CLAPPPER_FULL") == "1" else 500)
GOOD = make_entry("Pack/Forklift_A01.usd")
NAMES = (
    "Rack", "rack_inst", "Rack_base", "Rack_red", "Rack_LOD0", "Rack_collision", "Rack.material",
    "_inst", "Worker.Idle_01", "..", "桌子", "😀", "51cm", "ǆ_ﬁ_²_İ", " ", "a" * 300,
)  # fmt: skip

texts = st.text(max_size=30) | st.sampled_from(NAMES)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4)
    ),
    max_leaves=8,
)
paths = st.lists(texts, min_size=1, max_size=5).map("/".join)
urls = st.builds(
    "{}{}{}".format,
    st.sampled_from(
        ["s3://bucket/omniverse_assets/packs/", "Z:\\packs\\", "packs/", "", "https://"]
    ),
    paths,
    st.sampled_from([".usd", ".USDA", ".usdz", ".png", ""]),
)
entries = st.fixed_dictionaries(
    {"s3_path": urls},
    optional={
        "asset_id": st.sampled_from(["a1", "b2", GOOD["asset_id"]]) | values,
        "name": texts | values,
        "pack": texts | values,
        "tags": st.lists(texts, max_size=3) | values,
        "file_size_mb": st.floats(min_value=0.0) | values,
    },
)
lines = st.builds(
    "{}{}{}".format,
    st.sampled_from(["2025-11-10 08:00:00 123 ", "2025-11-10 08:00:00       0 ", "", "   "]),
    urls | texts,
    st.sampled_from(["\r\n", "\n", "\r\n\r\n", "\x85", "\u2028"]),
)


def check(result: Ingest) -> None:
    kept = sum(1 + len(row.variants) for row in result.rows)
    ids = [asset_id for row in result.rows for asset_id in (row.asset_id, *row.variants)]
    assert kept + sum(result.dropped.values()) == result.entry_count
    assert len(ids) == len(set(ids))
    index = AssetIndex.create(result)
    assert index.summary["objects"] == result.asset_count
    index.close()


@EXAMPLES
@given(items=st.lists(entries | values, max_size=8))
def test_ingest_any_entries_are_kept_or_counted(items):
    content = json.dumps({"total_assets": 1, "assets": [GOOD, *items]}).encode()

    result = parse_master_indexes([("index.json", content)])

    assert result.entry_count == len(items) + 1
    check(result)


@EXAMPLES
@given(
    content=st.binary(max_size=200)
    | values.map(lambda value: json.dumps(value).encode())
    | st.text(max_size=100).map(lambda text: f'{{"assets": [{text}'.encode(errors="replace")),
)
def test_ingest_any_bytes_are_an_index_or_refused(content):
    with contextlib.suppress(CatalogError):
        check(parse_master_indexes([("index.json", content)]))


@EXAMPLES
@given(
    listed=st.lists(lines, max_size=8).map("".join), encoding=st.sampled_from(["utf-8", "utf-16"])
)
def test_ingest_any_listing_is_read(listed, encoding):
    text = dump_listing(["Pack/Desk.usd"]) + listed
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "listing.txt"
        path.write_bytes(text.encode(encoding, errors="surrogatepass"))

        result = read_sources([path])

    assert "Pack/Desk.usd" in {row.asset_path for row in result.rows}
    check(result)


@EXAMPLES
@given(
    content=st.binary(max_size=300), head=st.sampled_from([b"", b"\xff\xfe", b"{", b"2025-11-10"])
)
def test_ingest_any_file_is_a_source_or_refused(content, head):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "source.bin"
        path.write_bytes(head + content)
        with contextlib.suppress(CatalogError):
            check(read_sources([path]))
