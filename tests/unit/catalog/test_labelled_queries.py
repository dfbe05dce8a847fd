"""Search on a realistic index, against queries that were labelled by looking at all names."""

from __future__ import annotations

import collections

import pytest

from clappper.core.catalog.store import open_catalog
from support.master_index import write_index
from support.sample_index import make_sample_entries, read_labelled_queries

QUERIES = read_labelled_queries()
POSSIBLE = [query for query in QUERIES if query.accepted != "-"]
IMPOSSIBLE = [query for query in QUERIES if query.accepted == "-"]


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    path = write_index(tmp_path_factory.mktemp("sample") / "index.json", make_sample_entries())
    catalog = open_catalog(path)
    return {query: catalog.search(query.query, limit=5) for query in QUERIES}


def _list_failures(results, queries, *, limit):
    return [
        f"{query.query}: {[hit.asset.name for hit in results[query].hits]}"
        for query in queries
        if not query.accepts(results[query], limit=limit)
    ]


def test_labelled_queries_are_many_and_of_every_kind():
    kinds = collections.Counter(query.kind for query in QUERIES)

    assert len(POSSIBLE) >= 150
    assert len(IMPOSSIBLE) >= 40
    assert set(kinds) == {"direct", "synonym", "typo", "jargon", "attribute", "missing"}
    assert min(kinds.values()) >= 25


def test_search_labelled_queries_find_the_right_object_first(results):
    first = _list_failures(results, POSSIBLE, limit=1)
    fifth = _list_failures(results, POSSIBLE, limit=5)
    shares = [1.0 - len(failures) / len(POSSIBLE) for failures in (first, fifth)]
    print(f"success@1 {shares[0]:.3f}, success@5 {shares[1]:.3f}")  # noqa: T201 - pytest -s

    assert len(first) <= 0.05 * len(POSSIBLE), first
    assert len(fifth) <= 0.03 * len(POSSIBLE), fifth


@pytest.mark.parametrize("kind", ["synonym", "typo", "jargon", "attribute"])
def test_search_each_kind_of_labelled_query_reaches_its_share(results, kind):
    queries = [query for query in POSSIBLE if query.kind == kind]
    failures = _list_failures(results, queries, limit=1)

    assert len(failures) <= 0.1 * len(queries), failures


def test_search_labelled_impossible_queries_are_answered_as_missing(results):
    failures = _list_failures(results, IMPOSSIBLE, limit=1)
    share = 1.0 - len(failures) / len(IMPOSSIBLE)
    print(f"impossible answered as missing {share:.3f}")  # noqa: T201 - pytest -s

    assert len(failures) <= 0.05 * len(IMPOSSIBLE), failures


def test_search_labelled_queries_show_no_object_twice(results):
    for query, result in results.items():
        shown = [hit.asset.asset_id for hit in result.hits]
        shown += [variant for hit in result.hits for variant in hit.variants]
        assert len(shown) == len(set(shown)), query


def test_search_labelled_missing_things_suggest_at_most_three(results):
    assert all(len(result.suggestions) <= 3 for result in results.values())
