"""Search against any text and filters: no exception, no broken expression, its promises kept."""

from __future__ import annotations

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clappper.core.catalog.language.nouns import load_nouns
from clappper.core.catalog.language.words import load_words
from clappper.core.catalog.models import SearchFilters
from clappper.core.catalog.store import CatalogStore
from support.master_index import MIXED_PATHS, make_catalog

EXAMPLES = settings(max_examples=10_000 if os.environ.get("CLAPPPER_FULL") == "1" else 500)
FEW = settings(max_examples=2_000 if os.environ.get("CLAPPPER_FULL") == "1" else 100)
ODD_PATHS = (
    "Pack/Things/叉车_01.usd",
    "Pack/Things/'quoted' \"name\".usd",
    "Pack/Things/NEAR(a, b).usd",
    "Pack/Things/😀 AND OR NOT.usd",
    "Pack/Things/Größe_Stühle.usd",
    "pack/Things/chair*.usd",
    "Pack/Things/ǆ_ﬁ_²_İ.usd",
)
CATALOG: CatalogStore = make_catalog((*MIXED_PATHS, *ODD_PATHS))
TABLE = load_nouns()
PRESENT = sorted(noun for noun in TABLE.nouns if CATALOG.search(noun).hits)
NOUNS = sorted(TABLE.nouns)

texts = st.one_of(
    st.text(max_size=80),
    st.text(st.characters(categories=["Cs", "Lo", "Nd", "Po", "So"]), max_size=20),
    st.text(alphabet="ab \"'*():^-+{}\\,.ORNEATD", max_size=40),
    st.lists(
        st.sampled_from([*NOUNS, *load_words().attributes, "on", "the", "AND", '"', "forklfit"]),
        max_size=8,
    ).map(" ".join),
    st.text(alphabet="abcdefghilmnoprst", min_size=3, max_size=14),
)
sizes = st.none() | st.floats(min_value=0.0, allow_nan=False)
filter_sets = st.none() | st.builds(
    SearchFilters,
    pack=st.none() | st.sampled_from(["Pack", "PACK", "warehouse_assets"]) | st.text(max_size=10),
    category=st.none() | st.sampled_from(["chair", "furniture", "Meeting Table"]) | texts,
    min_size_m=sizes,
    max_size_m=sizes,
)


@EXAMPLES
@given(query=texts, filters=filter_sets, limit=st.integers(-3, 60) | st.just(10**30))
def test_search_any_query_and_filters_keeps_its_promises(query, filters, limit):
    result = CATALOG.search(query, limit=limit, filters=filters)

    ids = [hit.asset.asset_id for hit in result.hits]
    scores = [hit.score for hit in result.hits]
    assert len(ids) == len(set(ids)) <= max(limit, 0)
    assert scores == sorted(scores, reverse=True)
    assert not (result.hits and result.suggestions)
    assert len(result.suggestions) <= 3
    suggested = [asset.asset_id for asset in result.suggestions]
    assert CATALOG.get(suggested) == list(result.suggestions)
    assert CATALOG.search(query, limit=limit, filters=filters) == result


@EXAMPLES
@given(query=texts, filters=filter_sets)
def test_search_filters_only_take_hits_away(query, filters):
    every = [hit.asset.asset_id for hit in CATALOG.search(query, limit=1000).hits]
    kept = CATALOG.search(query, limit=1000, filters=filters).hits

    assert [hit.asset.asset_id for hit in kept] == [
        asset_id for asset_id in every if asset_id in {hit.asset.asset_id for hit in kept}
    ]
    for hit in kept if filters else ():
        longest_m = max(hit.size_m.as_tuple())
        assert filters.pack is None or hit.asset.pack.casefold() == filters.pack.casefold()
        assert filters.min_size_m is None or longest_m >= filters.min_size_m
        assert filters.max_size_m is None or longest_m <= filters.max_size_m


@pytest.mark.parametrize("noun", NOUNS)
def test_search_plural_and_case_do_not_change_whether_anything_is_found(noun):
    expected = bool(CATALOG.search(noun).hits)

    for query in (TABLE.label(noun, 2), noun.upper(), noun.title(), f" the {noun}. "):
        assert bool(CATALOG.search(query).hits) == expected, query


@FEW
@given(
    noun=st.sampled_from(PRESENT),
    words=st.lists(st.sampled_from(["blue", "large", "old", "wooden", "empty"]), max_size=3),
    data=st.data(),
)
def test_search_order_of_describing_words_does_not_change_whether_anything_is_found(
    noun, words, data
):
    order = data.draw(st.permutations(words))

    assert CATALOG.search(" ".join([*order, noun])).hits
    assert CATALOG.search(" ".join([noun, *order])).hits
