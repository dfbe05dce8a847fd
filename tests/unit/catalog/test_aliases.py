"""The user's own words for things."""

from __future__ import annotations

import json

import pytest

from clappper.core.catalog.language.aliases import ALIASES_VARIABLE, find_alias_file, load_aliases
from clappper.core.catalog.language.nouns import load_nouns
from clappper.core.errors import CatalogError


def write(path, content):
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def test_load_aliases_gives_words_and_what_they_mean(tmp_path):
    aliases = {"Ameise": "pallet truck", "Gitterbox": "wire container"}
    path = write(tmp_path / "a.json", {"schema_version": 1, "aliases": aliases})

    assert load_aliases(path) == aliases


def test_load_aliases_file_saved_by_notepad_is_read(tmp_path):
    path = tmp_path / "a.json"
    path.write_bytes(b'\xef\xbb\xbf{"schema_version": 1, "aliases": {"stapler car": "forklift"}}')

    assert load_aliases(path) == {"stapler car": "forklift"}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "no file of aliases"),
        ("[]", "no file of aliases"),
        ({"aliases": {}}, "schema_version"),
        ({"schema_version": 2, "aliases": {}}, "schema_version"),
        ({"schema_version": 1, "aliases": {"a b": 3}}, "a b"),
        ({"schema_version": 1, "aliases": {"x" * 81: "forklift"}}, "aliases"),
        ({"schema_version": 1, "aliases": {"   ": "forklift"}}, "aliases"),
        ({"schema_version": 1, "aliases": {"?!": "forklift"}}, "one to 6 words"),
        ({"schema_version": 1, "aliases": {"one two tall red old wide big": "desk"}}, "words"),
        ({"schema_version": 1, "aliases": {}, "more": 1}, "more"),
        ({"schema_version": 1, "aliases": {f"word{i}": "desk" for i in range(5001)}}, "aliases"),
        (" " * ((1 << 20) + 1), "larger than 1 MiB"),
    ],
)  # fmt: skip
def test_load_aliases_bad_file_says_what_is_wrong(tmp_path, content, told):
    path = write(tmp_path / "mine.json", content)

    with pytest.raises(CatalogError, match=r"mine\.json") as caught:
        load_aliases(path)
    assert told in str(caught.value)


def test_load_aliases_missing_file_is_a_catalog_error(tmp_path):
    with pytest.raises(CatalogError, match="Cannot read the aliases"):
        load_aliases(tmp_path / "none.json")


def test_find_alias_file_variable_wins_over_the_file_beside_the_index(tmp_path, monkeypatch):
    monkeypatch.delenv(ALIASES_VARIABLE, raising=False)
    index = tmp_path / "catalog.sqlite"

    assert find_alias_file(index) is None
    beside = write(tmp_path / "aliases.json", "{}")
    assert find_alias_file(index) == beside
    assert find_alias_file(None) is None
    monkeypatch.setenv(ALIASES_VARIABLE, str(tmp_path / "mine.json"))
    assert find_alias_file(index) == tmp_path / "mine.json"


def test_extended_table_knows_the_new_words_and_keeps_the_old():
    table = load_nouns()
    extended = table.extended({"Gitterboxen": "wire container", "fork truck": "tow tractor"})

    assert extended.find_exact(("gitterboxen",)) == "wire container"
    assert extended.find_exact(("fork", "truck")) == "tow tractor"
    assert extended.find_exact(("forklift",)) == "forklift"
    assert extended.label("forklift", 2) == "forklifts"
    assert table.find_exact(("gitterboxen",)) is None
    assert table.find_exact(("fork", "truck")) == "forklift"


def test_extended_alias_of_an_alias_and_of_something_unlisted():
    extended = load_nouns().extended({"ameise": "pallet jack", "big one": "Costello"})

    assert extended.find_exact(("ameise",)) == "pallet truck"
    assert extended.find_exact(("big", "one")) == "costello"


def test_extended_alias_may_take_a_nouns_own_name():
    assert load_nouns().extended({"table": "desk"}).find_exact(("table",)) == "desk"
