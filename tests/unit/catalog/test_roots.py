"""What users give as asset roots, and the names of one file in s3, on a drive and in the web."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clappper.core.catalog.files.address import check_address, redact_address
from clappper.core.catalog.files.roots import (
    list_candidates,
    parse_root,
    read_location,
    to_local,
    to_url,
)
from clappper.core.errors import UsageError

MOUNT = "s3://clappper-assets=Z:/"
WEB = "s3://clappper-assets=https://clappper-assets.s3.amazonaws.com"
KEY = "omniverse_assets/packs/Pack/My Box #1.usd"

#: Any name of a file that S3, Windows and Linux can have.
NAMES = st.text(
    st.characters(exclude_categories=("Cc", "Cs"), exclude_characters='/\\:*?"<>|'),
    min_size=1,
    max_size=20,
).filter(lambda name: bool(name.strip(" .")) and not name.startswith("s3:"))
KEYS = st.lists(NAMES, min_size=1, max_size=6).map("/".join)


def local(location, *roots):
    path = to_local(location, [parse_root(root) for root in roots])
    return None if path is None else path.as_posix()


@pytest.mark.parametrize(
    ("text", "folder"),
    [
        ("Z:", "Z:/"),
        ("Z:\\", "Z:/"),
        ("z:/", "z:/"),
        ("Z:/omniverse_assets", "Z:/omniverse_assets"),
        ("Z:\\omniverse_assets\\", "Z:/omniverse_assets"),
        (' "Z:/my assets" ', "Z:/my assets"),
        ("\\\\server\\share\\assets", "//server/share/assets"),
        ("//server/share/assets", "//server/share/assets"),
        ("s3://bucket=Z:", "Z:/"),
        ("s3://bucket/some/prefix = Z:/assets", "Z:/assets"),
    ],
)
def test_parse_root_drives_and_shares(text, folder):
    assert parse_root(text).folder == Path(folder)


@pytest.mark.skipif(os.name == "nt", reason="absolute paths have drives on Windows")
@pytest.mark.parametrize(
    ("text", "folder"),
    [
        ("/mnt/assets", "/mnt/assets"),
        ("/mnt/assets/", "/mnt/assets"),
        ("/mnt/a=b", "/mnt/a=b"),
        ("/", "/"),
        ("assets", f"{Path.cwd()}/assets"),
        ("s3://bucket=/mnt/assets", "/mnt/assets"),
    ],
)
def test_parse_root_folders(text, folder):
    root = parse_root(text)

    assert root.folder is not None
    assert (root.folder.as_posix(), root.url) == (folder, None)


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://host/prefix/", "https://host/prefix"),
        ("HTTPS://Host/a%20b", "https://host/a%20b"),
        ("https://host:8443", "https://host:8443"),
        ("http://127.0.0.1:9000/bucket", "http://127.0.0.1:9000/bucket"),
        (WEB, "https://clappper-assets.s3.amazonaws.com"),
    ],
)
def test_parse_root_web_addresses(text, url):
    root = parse_root(text)

    assert (root.folder, root.url) == (None, url)


@pytest.mark.parametrize(
    "text",
    [
        "", "  ", '""', "a\nb", "s3://bucket", "s3://=Z:/", "s3://bucket=", "s3://b/../c=Z:/", "http://host/a",
        "https://host/a?X-Amz-Signature=secret", "https://host/#x", "https://u:secret@host/", "https://",
        "https://host/%2e%2e/a", "omniverse://host/a", "file:///mnt", "s3://bucket=ftp://host",
    ],
)  # fmt: skip
def test_parse_root_what_is_no_root_is_refused_in_a_sentence(text):
    with pytest.raises(UsageError) as caught:
        parse_root(text)

    assert "secret" not in str(caught.value)
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize(
    ("location", "root", "expected"),
    [
        (f"s3://clappper-assets/{KEY}", "Z:", f"Z:/{KEY}"),
        (f"s3://clappper-assets/{KEY}", MOUNT, f"Z:/{KEY}"),
        (f"s3://clappper-assets/{KEY}", "Z:\\omniverse_assets", f"Z:/{KEY}"),
        (f"Z:/{KEY}", "Z:", f"Z:/{KEY}"),
        (f"Z:\\{KEY}".replace("/", "\\"), "Z:", f"Z:/{KEY}"),
        ("Z:\\omniverse_assets\\a.usd", "z:/OMNIVERSE_ASSETS", "z:/OMNIVERSE_ASSETS/a.usd"),
        (f"Z:/{KEY}", "Y:/copy", f"Y:/copy/{KEY}"),
        ("packs/a.usd", "Z:/omniverse_assets", "Z:/omniverse_assets/packs/a.usd"),
        ("s3://bucket/some/prefix/a.usd", "s3://bucket/some/prefix=Z:/x", "Z:/x/a.usd"),
        ("s3://bucket/some/prefixes/a.usd", "s3://bucket/some/prefix=Z:/x", None),
        ("s3://other/a.usd", MOUNT, None),
        ("Y:/a.usd", MOUNT, None),
        ("//server/share/packs/a.usd", "\\\\Server\\Share", "//Server/Share/packs/a.usd"),
        ("//server/other/a.usd", "//server/share", None),
        ("/etc/passwd", "Z:", None),
    ],
)  # fmt: skip
def test_to_local_finds_the_place_on_the_drive(location, root, expected):
    assert local(location, root) == expected


@pytest.mark.parametrize(
    "location",
    [
        "s3://clappper-assets/../a", "s3://clappper-assets/a/../../b", "s3://clappper-assets//a",
        "s3://clappper-assets/", "s3://clappper-assets/a\x00b", "Z:/../a", "Z:a", "Z:/",
        "C:/../Z:/a", "Z:\\a\\..\\..\\b", "../a", "a/./b", "a/.. /b", "a/.../b", "a//b", "a/C:/b",
        "a/", "", "a\nb", "a\x85b", "file:///a", "omniverse://host/a", "http://host/a", "https://u:p@host/a",
        "https://host/a/%2e%2e/%2e%2e/b", "https://host/a%2fb", "https://host/a%5cb",
        "https://host/%ff", "https://host/a%00b",
    ],
)  # fmt: skip
def test_to_local_what_may_lead_out_has_no_place(location):
    roots = [parse_root(root) for root in ("Z:", MOUNT, "s3://clappper-assets=https://host")]

    assert to_local(location, roots) is None
    assert to_url(location, roots) is None


def test_to_url_quotes_what_has_a_meaning_in_addresses():
    roots = [parse_root(MOUNT), parse_root(WEB)]
    source = "s3://clappper-assets/p/100% \u6728\u7bb1 #1?&+;.usd"

    assert to_url(source, roots) == (
        "https://clappper-assets.s3.amazonaws.com/p/"
        "100%25%20%E6%9C%A8%E7%AE%B1%20%231%3F%26%2B%3B.usd"
    )


@given(key=KEYS, mount=st.sampled_from(["Z:/", "Z:/copy", "//server/share"]))
def test_names_of_a_file_agree_whichever_way_round(key, mount):
    roots = [parse_root(f"s3://bucket={mount}"), parse_root("s3://bucket=https://host/a%20prefix")]
    source = f"s3://bucket/{key}"

    path, url = to_local(source, roots), to_url(source, roots)

    assert path is not None
    assert path.as_posix().endswith(f"/{key}")
    assert url is not None
    assert (url.isascii(), set(url) & set(" #")) == (True, set())
    assert (to_local(path, roots), to_local(url, roots)) == (path, path)
    assert (to_url(path, roots), to_url(url, roots)) == (url, url)


@given(key=KEYS)
def test_roots_that_name_no_bucket_hold_the_same_files(key):
    roots = [parse_root("Z:/copy"), parse_root("https://host/copy")]
    path = Path(f"Z:/copy/{key}")

    url = to_url(path, roots)

    assert url is not None
    assert to_local(url, roots) == path


STARTS = st.sampled_from(["", "s3://b/", "Z:", "Z:/", "https://h/", "//s/t/"])


@given(location=st.text(max_size=30) | st.tuples(STARTS, st.text("./\\:a%2e ")).map("".join))
def test_to_local_any_text_stays_below_the_root(location):
    path = to_local(location, [parse_root("Z:/root"), parse_root("s3://b=Z:/root")])

    if path is not None:
        names = path.as_posix().split("/")
        assert names[:2] == ["Z:", "root"]
        assert len(names) > 2
        assert all(name.strip(" .") and ":" not in name and "\\" not in name for name in names[2:])


@pytest.mark.parametrize(
    ("root", "source_url", "first", "has_packs"),
    [
        ("Z:", f"s3://clappper-assets/{KEY}", ("packs", "Pack", "a.usd"), True),
        (MOUNT, f"s3://clappper-assets/{KEY}", tuple(KEY.split("/")), True),
        (MOUNT, f"Z:\\{KEY}", tuple(KEY.split("/")), True),
        (MOUNT, "Pack/a.usd", ("packs", "Pack", "a.usd"), True),
        (MOUNT, "", ("packs", "Pack", "a.usd"), True),
    ],
)
def test_list_candidates_the_likeliest_place_comes_first(root, source_url, first, has_packs):
    candidates = list_candidates(parse_root(root), "Pack/a.usd", source_url)

    assert candidates is not None
    assert candidates[0] == first
    assert (("omniverse_assets", "packs", "Pack", "a.usd") in candidates) == has_packs
    assert len(candidates) == len(set(candidates))


def test_list_candidates_of_another_bucket_are_none():
    assert list_candidates(parse_root(MOUNT), "Pack/a.usd", "s3://other/Pack/a.usd") == []


@pytest.mark.parametrize("asset_path", ["", "../a", "/a", "Z:/a", "s3://bucket/a", "a\x00"])
def test_list_candidates_path_that_leads_out_has_no_place(asset_path):
    assert list_candidates(parse_root("Z:"), asset_path, f"s3://clappper-assets/{KEY}") is None


def test_read_location_takes_a_thousand_folders():
    location = read_location("/".join(["a"] * 1000))

    assert location is not None
    assert len(location.parts) == 1000


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://u:p@host:1/a/b?X-Amz-Signature=s#f", "https://host:1/a/b"),
        ("https://host?s", "https://host"),
        ("https://host#s@x/", "https://host"),
        ("s3://bucket/key", "s3://bucket/key"),
        ("Z:/a b?c", "Z:/a b?c"),
        ("https://host/a\nb", "https://host/ab"),
        ("https://host/" + "a" * 1000, "https://host/" + "a" * 187 + "..."),
    ],
)
def test_redact_address_shows_no_secret(text, shown):
    assert redact_address(text) == shown


@pytest.mark.parametrize(
    "text", ["https://host/a", "http://localhost:1/a", "http://127.0.0.1/a", "http://[::1]:80/a"]
)
def test_check_address_https_and_this_computer_are_taken(text):
    assert check_address(text).geturl() == text
