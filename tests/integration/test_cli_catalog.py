"""``clappper catalog``: an index from start to end, and what each verb says to bad input."""

from __future__ import annotations

import json
import shutil
import sqlite3

import pytest

from clappper.core.catalog.demo import demo_index_path, demo_root
from support.command_line import assert_refused, run
from support.master_index import MIXED_PATHS, make_entry, write_index


def catalog(*arguments, cwd, **options):
    return run("catalog", *arguments, cwd=cwd, **options)


def read_json(done, code=0):
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def index(tmp_path):
    write_index(tmp_path / "index.json", [make_entry(path) for path in MIXED_PATHS])
    read_json(catalog("build", "index.json", "--out", "c.db", "--json", cwd=tmp_path))
    return tmp_path / "c.db"


def test_catalog_build_says_what_it_read_and_does_nothing_the_second_time(tmp_path, index):
    first = read_json(
        catalog("build", "index.json", "--out", "c.db", "--force", "--json", cwd=tmp_path)
    )
    again = read_json(catalog("build", "index.json", "--out", "c.db", "--json", cwd=tmp_path))

    assert (first["up_to_date"], again["up_to_date"]) == (False, True)
    assert first["revision"] == again["revision"]
    assert first["entries"] == len(MIXED_PATHS)
    assert [s["kind"] for s in first["sources"]] == ["index"]


def test_catalog_search_prints_the_promised_json(tmp_path, index):
    answer = read_json(
        catalog("search", "rack", "--catalog", "c.db", "--json", "--limit", 3, cwd=tmp_path)
    )

    assert list(answer) == ["query", "hits", "missing", "suggestions"]
    assert answer["missing"] is False
    for hit in answer["hits"]:
        assert list(hit) == [
            "asset_id", "name", "noun", "pack", "score", "size_m", "measured", "variants",
        ]  # fmt: skip
        assert set(hit["size_m"]) == {"x", "y", "z"}
    assert any(len(hit["variants"]) == 3 for hit in answer["hits"])


def test_catalog_search_queries_file_gives_a_line_each(tmp_path, index):
    queries = ["forklift", "", "unicorn", "don't", 'NEAR("', "x" * 20_000, "叉车", "lift truck"]
    (tmp_path / "queries.txt").write_text("\r\n".join(queries), encoding="utf-8")
    done = catalog("search", "--queries", "queries.txt", "--catalog", "c.db", cwd=tmp_path)
    answers = [json.loads(line) for line in done.stdout.splitlines()]

    assert done.returncode == 0, done.stderr
    assert [a["query"][:100] for a in answers] == [q[:100] for q in queries]
    assert [a["missing"] for a in answers] == [False, *[True] * 6, False]


def test_catalog_search_filters_by_pack_category_and_size(tmp_path, index):
    def search(*options):
        answer = read_json(
            catalog("search", "table", "--catalog", "c.db", "--json", *options, cwd=tmp_path)
        )
        return {hit["name"] for hit in answer["hits"]}

    assert search() >= {"Roland", "Rural_Table"}
    assert search("--pack", "commercial_assets") == {"Roland"}
    assert search("--category", "meeting_table") == {"Roland"}
    assert "Roland" not in search("--max-size", "2.0")


def test_catalog_measure_keeps_sizes_with_the_index_over_a_new_build(tmp_path):
    catalog("build", "demo", "--out", "d.db", cwd=tmp_path)
    measure = ("measure", "--catalog", "d.db", "--assets", demo_root(), "--json")
    first, second = (read_json(catalog(*measure, cwd=tmp_path)) for _ in range(2))
    catalog("build", "demo", "--out", "d.db", "--force", cwd=tmp_path)
    info = read_json(catalog("info", "--catalog", "d.db", "--json", cwd=tmp_path))
    hit = read_json(catalog("search", "forklift", "--catalog", "d.db", "--json", cwd=tmp_path))

    assert (first["measured_now"], first["unchanged"]) == (31, 0)
    assert (second["measured_now"], second["unchanged"]) == (0, 31)
    assert sum(pack["measured"] for pack in info["packs"]) == 31
    assert hit["hits"][0]["measured"] is True
    assert 3.0 < hit["hits"][0]["size_m"]["y"] < 3.5


def test_catalog_check_lists_what_has_no_file(tmp_path):
    pack = shutil.copytree(demo_root(), tmp_path / "pack")
    next(pack.rglob("Forklift_A01.usdc")).unlink()
    done = catalog(
        "check", "--catalog", demo_index_path(), "--assets", pack, "--json", cwd=tmp_path
    )
    report = read_json(done, code=3)

    assert (report["resolved"], report["total"]) == (30, 31)
    assert [item["name"] for item in report["unresolved"]] == ["Forklift_A01"]
    assert catalog("check", cwd=tmp_path).returncode == 0


def test_catalog_refresh_fetches_once_and_keeps_the_last_good_copy(tmp_path):
    shutil.copy(demo_index_path(), tmp_path / "source.json")
    refresh = ("refresh", "source.json", "--out", "copy.json", "--json")
    first, second = (read_json(catalog(*refresh, cwd=tmp_path)) for _ in range(2))
    good = (tmp_path / "copy.json").read_bytes()
    (tmp_path / "source.json").write_bytes(good[: len(good) // 2])
    done = catalog(*refresh, cwd=tmp_path)

    assert (first["status"], second["status"]) == ("updated", "unchanged")
    assert_refused(done, 1, "source.json")
    assert (tmp_path / "copy.json").read_bytes() == good


def test_catalog_build_broken_source_is_named_and_the_rest_works(tmp_path, index):
    (tmp_path / "cut.json").write_bytes((tmp_path / "index.json").read_bytes()[:500])
    done = catalog("build", "index.json", "cut.json", "--out", "c.db", "--json", cwd=tmp_path)
    report = read_json(done, code=3)

    assert [s["path"] for s in report["sources"] if s["failure"]] == [
        next(s["path"] for s in report["sources"] if s["path"].endswith("cut.json"))
    ]
    found = catalog("search", "forklift", "--catalog", "c.db", "--json", cwd=tmp_path)
    assert read_json(found)["missing"] is False


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("build", "gone.json", "--out", "c.db"), 1, ["gone.json"]),
        (("build", "cut.json", "--out", "c.db"), 1, ["cut.json"]),
        (("build", "index.json", "--out", "index.json"), 1, ["index.json"]),
        (("search",), 2, ["--queries"]),
        (("search", "a", "--queries", "b"), 2, ["--queries"]),
        (("search", "--queries", "gone.txt"), 2, ["gone.txt"]),
        (("search", "a", "--catalog", "broken.db"), 1, ["broken.db"]),
        (("search", "a", "--catalog", "gone.db"), 1, ["gone.db"]),
        (("info", "--catalog", "other.db"), 1, ["other.db"]),
        (("measure", "--catalog", "index.json", "--assets", "."), 2, ["index.json"]),
        (("measure", "--catalog", "c.db"), 1, ["--assets"]),
        (("measure", "--catalog", "c.db", "--assets", "gone"), 1, ["gone"]),
        (("refresh", "ftp://host/a.json", "--out", "a.json"), 2, ["ftp"]),
        (("refresh", "gone.json", "--out", "a.json"), 1, ["gone.json"]),
    ],
    ids=lambda value: " ".join(map(repr, value)) if isinstance(value, tuple) else None,
)
def test_catalog_bad_input_is_told_in_a_sentence_and_harms_nothing(
    arguments, code, words, tmp_path, index
):
    (tmp_path / "cut.json").write_text('{"assets": [{"asset_id": "a"', encoding="utf-8")
    (tmp_path / "broken.db").write_bytes(index.read_bytes()[:5000])
    with sqlite3.connect(tmp_path / "other.db") as other:
        other.execute("CREATE TABLE a (b)")
    before = index.read_bytes(), (tmp_path / "index.json").read_bytes()
    done = catalog(*arguments, cwd=tmp_path)

    assert_refused(done, code, *words)
    assert (index.read_bytes(), (tmp_path / "index.json").read_bytes()) == before
