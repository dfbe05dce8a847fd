"""Refreshing the index: only when it changed, only by an index, and never without a copy left."""

from __future__ import annotations

import contextlib
import gzip
import logging
import os
import ssl
import sys
import threading
import time
from pathlib import Path

import pytest

from clappper.core.catalog.files.refresh import refresh
from clappper.core.errors import CatalogError, OutputError, UsageError
from support.http_files import (
    FileServer,
    answer_status,
    cut_body,
    drip,
    hang,
    promise_length,
    redirect,
    send_endless,
    serve,
)
from support.master_index import dump_index, make_entry

SECRET = "X-Amz-Signature=0123secret"


def make_index(count=4, *, start=0):
    return dump_index(
        make_entry(f"Pack/Box_A{number}.usd") for number in range(start, start + count)
    )


INDEX, OTHER, SMALL = make_index(4), make_index(4, start=2), make_index(1)


@pytest.fixture
def server():
    with FileServer(serve(INDEX)) as server:
        yield server


@pytest.fixture
def target(tmp_path):
    return tmp_path / "catalog" / "master_index.json"


def list_files(target):
    return sorted(path.name.removeprefix(target.name) for path in target.parent.iterdir())


def test_refresh_first_time_brings_the_index(server, target):
    report = refresh(server.url + "/master_index.json", target)

    assert (report.status, report.size_bytes) == ("updated", len(INDEX))
    assert "4 entries" in report.message
    assert target.read_bytes() == INDEX
    assert list_files(target) == ["", ".etag.json"]


def test_refresh_again_asks_with_the_etag_and_changes_nothing(server, target):
    first = refresh(server.url, target)
    before = target.stat()
    again = refresh(server.url, target)

    assert (again.status, again.etag) == ("unchanged", first.etag)
    assert server.headers[1]["if-none-match"] == first.etag
    assert target.stat() == before


def test_refresh_without_etag_compares_the_content(server, target):
    server.answer = serve(INDEX, has_etag=False)
    refresh(server.url, target)
    before = target.stat()

    assert refresh(server.url, target).status == "unchanged"
    assert target.stat() == before


def test_refresh_new_index_replaces_the_copy_and_keeps_the_one_before(server, target):
    refresh(server.url, target)
    server.answer = serve(OTHER)

    report = refresh(server.url, target)

    assert report.status == "updated"
    assert target.read_bytes() == OTHER
    assert target.with_name("master_index.json.previous").read_bytes() == INDEX
    assert refresh(server.url, target).status == "unchanged"


@pytest.mark.parametrize("damage", [b"", b"{}", INDEX + b" "])
def test_refresh_copy_that_was_changed_is_fetched_again(server, target, damage):
    refresh(server.url, target)
    target.write_bytes(damage)

    assert refresh(server.url, target).status == "updated"
    assert target.read_bytes() == INDEX
    assert "if-none-match" not in server.headers[1]


@pytest.mark.parametrize("memory", [b"", b"{", b"[]", b'{"schema_version":2}', b"x" * 100_000])
def test_refresh_damaged_memory_costs_one_fetch(server, target, memory):
    refresh(server.url, target)
    target.with_name("master_index.json.etag.json").write_bytes(memory)

    assert refresh(server.url, target).status == "unchanged"
    assert "if-none-match" not in server.headers[1]
    assert refresh(server.url, target).status == "unchanged"
    assert "if-none-match" in server.headers[2]


def test_refresh_etag_of_another_address_is_not_used(server, target):
    refresh(server.url + "/a.json", target)
    refresh(server.url + "/b.json", target)

    assert "if-none-match" not in server.headers[1]


@pytest.mark.parametrize("etag", ["", "x" * 5000, "h\u00e9"])
def test_refresh_odd_etag_is_not_remembered(server, target, etag):
    server.answer = lambda handler: handler.send(200, INDEX, ETag=etag)

    assert refresh(server.url, target).etag is None
    assert refresh(server.url, target).status == "unchanged"


def test_refresh_presigned_address_is_sent_but_neither_stored_nor_shown(server, target, caplog):
    caplog.set_level(logging.DEBUG)
    url = f"{server.url}/master_index.json?{SECRET}"

    messages = [refresh(url, target).message]
    server.answer = answer_status(500)
    messages.append(refresh(url, target).message)
    server.answer = redirect(f"/elsewhere?{SECRET}")
    with pytest.raises(CatalogError) as caught:
        refresh(url, target)
    messages.append(str(caught.value))

    assert server.paths[0].endswith(SECRET)
    stored = "".join(path.read_text() for path in target.parent.iterdir())
    assert "secret" not in "".join([*messages, stored, caplog.text])


def test_refresh_new_signature_of_the_same_file_still_knows_its_etag(server, target):
    refresh(f"{server.url}/i.json?{SECRET}", target)

    assert refresh(f"{server.url}/i.json?{SECRET}2", target).status == "unchanged"
    assert "if-none-match" in server.headers[1]


NO_INDEX = {
    "html": b"<html>Please log in</html>",
    "empty": b"",
    "list": b"[]",
    "cut": INDEX[:-20],
    "no entries": dump_index([]),
    "only broken entries": dump_index([1, {}, None]),
    "listing": b"2025-01-01 10:00:00  10 omniverse_assets/packs/Pack/Box.usd\n",
    "binary": bytes(range(256)) * 20,
    "damaged gzip": gzip.compress(INDEX)[:-30],
}


@pytest.mark.parametrize("body", NO_INDEX.values(), ids=NO_INDEX.keys())
@pytest.mark.parametrize("has_copy", [True, False])
def test_refresh_what_is_no_index_is_refused_and_the_copy_kept(server, target, body, has_copy):
    if has_copy:
        refresh(server.url, target)
    server.answer = serve(body)

    with pytest.raises(CatalogError, match=r"^http://127.* (index|again)"):
        refresh(server.url, target)

    assert target.exists() == has_copy
    assert not has_copy or target.read_bytes() == INDEX


def test_refresh_index_that_lost_most_entries_is_refused_unless_allowed(server, target):
    refresh(server.url, target)
    server.answer = serve(SMALL)

    with pytest.raises(CatalogError, match="has 1 entries where the copy here has 4"):
        refresh(server.url, target)
    assert target.read_bytes() == INDEX

    assert refresh(server.url, target, allow_shrink=True).status == "updated"
    assert target.read_bytes() == SMALL


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 204])
def test_refresh_refusal_is_an_error_that_names_the_status(server, target, status):
    refresh(server.url, target)
    server.answer = answer_status(status)

    with pytest.raises(CatalogError, match=f"status {status}"):
        refresh(server.url, target)
    assert target.read_bytes() == INDEX


FAILURES = {
    "500": answer_status(500),
    "503": answer_status(503),
    "429": answer_status(429),
    "cut body": cut_body(INDEX),
    "no body": promise_length(100),
    "hang": hang,
    "drip": drip,
    "no http": lambda handler: handler.wfile.write(b"SSH-2.0\r\n\r\n"),
}


@pytest.mark.parametrize("answer", FAILURES.values(), ids=FAILURES.keys())
def test_refresh_offline_keeps_the_copy_and_tells_its_age(server, target, answer):
    refresh(server.url, target)
    for path in (target, target.with_name("master_index.json.etag.json")):
        os.utime(path, (time.time() - 3 * 86_400 - 60,) * 2)
    server.answer = answer

    report = refresh(server.url, target, deadline_s=0.5)

    assert report.status == "offline"
    assert "The copy here, 3 days old, stays in use." in report.message
    assert (report.size_bytes, target.read_bytes()) == (len(INDEX), INDEX)


@pytest.mark.parametrize("answer", FAILURES.values(), ids=FAILURES.keys())
def test_refresh_offline_without_a_copy_is_an_error(server, target, answer):
    server.answer = answer

    with pytest.raises(CatalogError, match="there is no copy here"):
        refresh(server.url, target, deadline_s=0.5)


def test_refresh_server_that_is_not_there_is_offline(server, target):
    refresh(server.url, target)
    server.shutdown()
    server.server_close()

    assert refresh(server.url, target).status == "offline"


def test_refresh_https_to_what_speaks_http_is_offline(server, target):
    refresh(server.url, target)

    assert refresh(server.url.replace("http:", "https:"), target).status == "offline"


def test_refresh_certificate_that_is_not_trusted_is_an_error(server, target, monkeypatch):
    import httpx

    def refuse(*_):
        cause = ssl.SSLCertVerificationError("self-signed")
        raise httpx.ConnectError("no") from cause

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", refuse)

    with pytest.raises(CatalogError, match="certificate"):
        refresh(server.url, target)


@pytest.mark.parametrize("answer", [promise_length(10_000_000), send_endless])
def test_refresh_too_large_is_refused(server, target, answer):
    server.answer = answer

    with pytest.raises(CatalogError, match="more than 1 MiB"):
        refresh(server.url, target, max_bytes=1 << 20)


def test_refresh_small_package_with_too_large_a_content_is_refused(server, target):
    server.answer = serve(gzip.compress(b" " * (4 << 20)))

    with pytest.raises(CatalogError, match="more than 1 MiB"):
        refresh(server.url, target, max_bytes=1 << 20)


@pytest.mark.parametrize("is_packed", [True, False], ids=["on the way", "where it is stored"])
def test_refresh_packed_index_is_unpacked(server, target, is_packed):
    server.answer = serve(INDEX, is_packed=True) if is_packed else serve(gzip.compress(INDEX))

    assert refresh(server.url, target).status == "updated"
    assert target.read_bytes() == INDEX
    assert refresh(server.url, target).status == "unchanged"


def test_refresh_redirect_is_followed_and_sends_the_etag_on(server, target):
    refresh(server.url, target)
    lead, give = redirect("/real.json"), serve(INDEX)
    server.answer = lambda handler: (give if handler.path == "/real.json" else lead)(handler)

    assert refresh(server.url, target).status == "unchanged"
    assert server.paths[-1] == "/real.json"


@pytest.mark.parametrize(
    "location",
    ["/again", "ftp://127.0.0.1/x", "http://example.com/x", "http://[", "https://u:p@x/"],
)
def test_refresh_redirect_that_leads_nowhere_good_is_refused(server, target, location):
    server.answer = redirect(location)

    with pytest.raises(CatalogError, match="leads"):
        refresh(server.url, target)
    assert len(server.paths) <= 6


def test_refresh_nothing_has_changed_without_having_asked_is_refused(server, target):
    server.answer = answer_status(304)

    with pytest.raises(CatalogError, match="304"):
        refresh(server.url, target)


@pytest.mark.parametrize(
    "source",
    [
        "http://example.com/index.json", "ftp://example.com/x", "https://", "https://u:p@example.com/x",
        "https://exa mple.com/x", "https://example.com:port/x", "data://x", "https://example.com/\nx",
    ],
)  # fmt: skip
def test_refresh_address_that_cannot_be_used_is_refused(target, source):
    with pytest.raises(UsageError) as caught:
        refresh(source, target)
    assert "u:p" not in str(caught.value)


def test_refresh_over_a_built_index_is_refused(server, target):
    target.parent.mkdir()
    target.write_bytes(b"SQLite format 3\x00 and so on")

    with pytest.raises(UsageError, match="built index"):
        refresh(server.url, target)
    assert server.paths == []


def test_refresh_target_that_cannot_be_written_is_told(server, tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises((OutputError, CatalogError), match="file"):
        refresh(server.url, tmp_path / "file" / "index.json")


@pytest.mark.parametrize("form", [str, Path, Path.as_uri], ids=["text", "path", "address"])
def test_refresh_from_a_folder_or_drive(tmp_path, target, form):
    source = tmp_path / "the drive" / "master index.json"
    source.parent.mkdir()
    source.write_bytes(INDEX)

    statuses = [refresh(form(source), target).status for _ in range(2)]
    source.write_bytes(OTHER)
    os.utime(source, (1, 1))
    statuses.append(refresh(form(source), target).status)
    source.unlink()
    statuses.append(refresh(form(source), target).status)

    assert statuses == ["updated", "unchanged", "updated", "offline"]
    assert target.read_bytes() == OTHER


@pytest.mark.skipif(os.name == "nt", reason="Windows has no named pipes of this kind")
def test_refresh_drive_that_hangs_is_offline(tmp_path, target):
    target.parent.mkdir()
    target.write_bytes(INDEX)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    report = refresh(pipe, target, deadline_s=0.2)

    assert report.status == "offline"
    with pipe.open("wb"):  # lets the thread that was left behind go on
        pass


def test_refresh_without_httpx_says_what_to_install(server, target, monkeypatch):
    monkeypatch.setitem(sys.modules, "httpx", None)

    with pytest.raises(CatalogError, match=r"clappper-core\[s3\]"):
        refresh(server.url, target)


def test_refresh_without_boto3_says_what_to_install(target, monkeypatch):
    monkeypatch.setitem(sys.modules, "boto3", None)

    with pytest.raises(CatalogError, match=r"clappper-core\[s3\].*presigned"):
        refresh("s3://bucket/master_index.json", target)


@pytest.fixture
def s3(server, monkeypatch, tmp_path):
    pytest.importorskip("boto3", reason="boto3 is an extra, which Kit does not have")
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "dummy")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "dummy")
    return server


S3_URL = "s3://clappper-assets/omniverse_assets/asset_catalog/master_index.json"


def test_refresh_from_s3_asks_with_the_etag(s3, target):
    first = refresh(S3_URL, target)
    again = refresh(S3_URL, target)
    s3.answer = serve(OTHER)
    changed = refresh(S3_URL, target)

    assert [r.status for r in (first, again, changed)] == ["updated", "unchanged", "updated"]
    assert target.read_bytes() == OTHER
    assert s3.paths[0].partition("?")[0] == S3_URL.removeprefix("s3:/")
    assert s3.headers[1]["if-none-match"] == first.etag


@pytest.mark.parametrize("status", [401, 403, 404])
def test_refresh_from_s3_refusal_is_an_error(s3, target, status):
    s3.answer = answer_status(status)

    with pytest.raises(CatalogError, match=f"status {status}"):
        refresh(S3_URL, target)


@pytest.mark.parametrize("answer", FAILURES.values(), ids=FAILURES.keys())
def test_refresh_from_s3_offline_keeps_the_copy(s3, target, answer):
    refresh(S3_URL, target)
    s3.answer = answer

    assert refresh(S3_URL, target, deadline_s=0.5).status == "offline"
    assert target.read_bytes() == INDEX


@pytest.mark.parametrize("answer", [promise_length(10_000_000), send_endless])
def test_refresh_from_s3_too_large_is_refused(s3, target, answer):
    s3.answer = answer

    with pytest.raises(CatalogError, match="more than 1 MiB"):
        refresh(S3_URL, target, max_bytes=1 << 20)


def test_refresh_from_s3_without_credentials_says_what_to_do(s3, target, monkeypatch):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")

    with pytest.raises(CatalogError, match=r"credentials.*presigned"):
        refresh(S3_URL, target)
    assert s3.paths == []


@pytest.mark.parametrize(
    "source", ["s3://", "s3://bucket", "s3://bucket/", "s3:///key", "s3://A b/k"]
)
def test_refresh_from_s3_address_without_bucket_or_key_is_refused(s3, target, source):
    with pytest.raises(CatalogError, match=r"bucket|cannot be asked"):
        refresh(source, target)


def test_refresh_two_at_a_time_leave_a_whole_copy(server, target, tmp_path):
    bodies = [make_index(50), make_index(50, start=25)]
    refresh(server.url, target)

    def work(number):
        source = tmp_path / f"source-{number}.json"
        source.write_bytes(bodies[number])
        with contextlib.suppress(OutputError):  # Windows, when both replace it at one moment
            refresh(source, target)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert target.read_bytes() in bodies
    assert target.with_name("master_index.json.previous").read_bytes() in [INDEX, *bodies]
