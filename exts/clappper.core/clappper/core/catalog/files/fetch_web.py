"""Fetches a file from the web, https only, with nothing of the user's sent along."""

from __future__ import annotations

import contextlib
import logging
import ssl
import threading
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from clappper.core.catalog.files.address import check_address, is_loopback
from clappper.core.catalog.files.fetch import Order, Validator
from clappper.core.errors import CatalogError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

__all__ = ["fetch_web"]

_MAX_REDIRECTS = 5
_CONNECT_S = 10.0
#: Answers of a server that is there but cannot answer now.
_BUSY = (408, 425, 429)
#: They write addresses into their logs as they are.
_LOGGERS = ("httpx", "httpcore.http11", "httpcore.http2")


def fetch_web(order: Order) -> Validator | None:
    """Fetch a file unless it is the same as before; the result is that of ``fetch_file``.

    Raises:
        UsageError: The address cannot be used.
        ConnectionError: The server cannot be reached or cannot answer now.
        CatalogError: The server refuses, or sends too much or something damaged.
    """
    parts = check_address(order.source)
    try:
        import httpx
    except ImportError as exc:
        raise CatalogError(
            f'{order.name} needs httpx to be fetched: install "clappper-core[s3]".'
        ) from exc
    is_local = is_loopback(parts.hostname or "")
    timeout = httpx.Timeout(order.deadline_s, connect=min(_CONNECT_S, order.deadline_s))
    try:
        with _silence(), httpx.Client(timeout=timeout, trust_env=not is_local) as client:
            address = order.source
            for _ in range(_MAX_REDIRECTS + 1):
                with client.stream("GET", address, headers=_make_headers(order.known)) as response:
                    if not response.has_redirect_location:
                        return _receive(response, order)
                    address = _follow(address, response.headers["location"], order)
    except (httpx.InvalidURL, httpx.DecodingError) as exc:
        raise CatalogError(f"{order.name} sent something damaged: check the address.") from exc
    except httpx.TimeoutException as exc:
        raise ConnectionError(f"{order.name} did not answer within {order.deadline_s:g} s") from exc
    except httpx.TransportError as exc:
        if _is_about_trust(exc):
            raise CatalogError(
                f"{order.name} has a certificate that is not trusted here: check the address, "
                "or name your own certificates in SSL_CERT_FILE."
            ) from exc
        raise ConnectionError(
            f"{order.name} cannot be reached, or the connection broke off"
        ) from exc
    raise CatalogError(f"{order.name} leads on and on: check the address.")


def _make_headers(known: Validator) -> dict[str, str]:
    headers = {"Accept": "application/json, */*;q=0.5", "User-Agent": "clappper"}
    if known.etag:
        headers["If-None-Match"] = known.etag
    if known.last_modified:
        headers["If-Modified-Since"] = known.last_modified
    return headers


def _receive(response: httpx.Response, order: Order) -> Validator | None:
    status = response.status_code
    if status == 304 and order.known != Validator():
        return None
    if status in _BUSY or status >= 500:
        raise ConnectionError(f"{order.name} cannot answer now (status {status})")
    if status in (401, 403):
        raise CatalogError(
            f"{order.name} refuses to give the file (status {status}): "
            "a presigned address may have expired, get a new one."
        )
    if status != 200:
        raise CatalogError(
            f"{order.name} does not give the file (status {status}): check the address."
        )
    length = response.headers.get("content-length", "")
    if length.isdecimal():
        order.check_size(int(length))
    order.write(response.iter_bytes())
    return Validator(response.headers.get("etag"), response.headers.get("last-modified"))


def _follow(address: str, location: str, order: Order) -> str:
    """Return where a redirect leads; never from the web to this computer."""
    try:
        target = urljoin(address, location)
        parts = check_address(target)
    except (UsageError, ValueError) as exc:
        raise CatalogError(f"{order.name} leads to a wrong address: check it.") from exc
    is_local = is_loopback(urlsplit(address).hostname or "")
    if is_loopback(parts.hostname or "") and not is_local:
        raise CatalogError(f"{order.name} leads back to this computer: check the address.")
    return target


def _is_about_trust(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """Keep presigned addresses out of the logs, on this thread."""
    own = threading.get_ident()

    def is_foreign(record: logging.LogRecord) -> bool:
        return record.thread != own

    loggers = [logging.getLogger(name) for name in _LOGGERS]
    for logger in loggers:
        logger.addFilter(is_foreign)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeFilter(is_foreign)
