"""Files that are there whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clappper.core.errors import OutputError
from clappper.core.files import (
    complete_usd_path,
    compute_sha256,
    dump_json,
    replacing,
    split_folders,
    write_json,
    write_text,
)

JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


class StopError(Exception):
    """Stands for whatever goes wrong while a file is written."""


def write_half(path: Path, error: type[BaseException]) -> None:
    with replacing(path) as temporary:
        temporary.write_text("half")
        raise error


def test_replacing_that_ends_well_leaves_only_the_new_file(tmp_path: Path) -> None:
    path = tmp_path / "new" / "film.mp4"

    with replacing(path) as temporary:
        assert temporary.suffix == ".mp4"
        assert temporary.parent == path.parent
        temporary.write_bytes(b"film")

    assert path.read_bytes() == b"film"
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("error", [StopError, KeyboardInterrupt])
def test_replacing_that_fails_keeps_the_old_file_and_nothing_else(
    tmp_path: Path, error: type[BaseException]
) -> None:
    path = tmp_path / "plan.json"
    path.write_text("old")

    with pytest.raises(error):
        write_half(path, error)

    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_replacing_in_a_folder_that_cannot_be_made_raises_output_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    path = tmp_path / "file" / "plan.json"

    with pytest.raises(OutputError, match=r"Cannot write .*plan\.json.*--out") as caught:
        write_text(path, "text")

    assert isinstance(caught.value.__cause__, OSError)


def test_replacing_a_folder_raises_output_error_and_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.mkdir()

    with pytest.raises(OutputError, match="Cannot write"):
        write_text(path, "text")

    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(os.name == "nt", reason="POSIX file modes")
def test_replacing_gives_the_mode_of_an_ordinary_new_file(tmp_path: Path) -> None:
    ordinary = tmp_path / "ordinary"
    ordinary.write_text("")

    write_text(tmp_path / "ours", "")

    modes = [stat.S_IMODE(path.stat().st_mode) for path in (ordinary, tmp_path / "ours")]
    assert modes[0] == modes[1]


def test_write_text_is_utf8_with_lf(tmp_path: Path) -> None:
    path = tmp_path / "text"

    write_text(path, "Käfig\nzwei\n")

    assert path.read_bytes() == "Käfig\nzwei\n".encode()


def test_write_json_is_the_one_text_of_the_value(tmp_path: Path) -> None:
    path = tmp_path / "value.json"

    write_json(path, {"b": [1, 2.5], "a": "Käfig"})

    expected = '{\n  "b": [\n    1,\n    2.5\n  ],\n  "a": "Käfig"\n}\n'
    assert path.read_text(encoding="utf-8") == expected


@given(JSON_VALUES)
def test_dump_json_of_any_value_reads_back(value: object) -> None:
    assert json.loads(dump_json(value)) == value


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_dump_json_of_no_number_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        dump_json([value])


@pytest.mark.parametrize("size", [0, 1, (1 << 20) + 1])
def test_compute_sha256_of_a_file_is_that_of_its_bytes(tmp_path: Path, size: int) -> None:
    path = tmp_path / "data"
    path.write_bytes(b"x" * size)

    assert compute_sha256(path) == hashlib.sha256(b"x" * size).hexdigest()


@pytest.mark.parametrize(
    ("text", "path"),
    [
        (r"C:\scenes\warehouse_test_01", "C:/scenes/warehouse_test_01.usd"),
        (r'  "Z:\omniverse_assets\scenes\a b.USDA" ', "Z:/omniverse_assets/scenes/a b.USDA"),
        (r"\\server\share\x.usdc", "//server/share/x.usdc"),
        ("omniverse://host/Projects/x.usd", "omniverse://host/Projects/x.usd"),
        ("scenes/v1.2", "scenes/v1.2.usd"),
        (' "" ', ""),
    ],
)
def test_complete_usd_path_takes_what_windows_users_paste(text, path):
    assert complete_usd_path(text) == path


def test_split_folders_keeps_drive_letters_and_spaces():
    text = r'Z:/omniverse_assets; "C:\My Assets" ;;//server/share'
    assert split_folders(text) == ["Z:/omniverse_assets", r"C:\My Assets", "//server/share"]
