"""Web addresses: which ones may be used, and how they are shown without the secrets in them."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from clappper.core.errors import UsageError

if TYPE_CHECKING:
    from urllib.parse import SplitResult

__all__ = ["check_address", "find_scheme", "is_loopback", "redact_address", "strip_secrets"]

#: Characters of an address that are shown.
_SHOWN = 200
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://")
_UNSAFE = re.compile(r"[\x00-\x20\x7f-\x9f\\]")


def find_scheme(text: str) -> str:
    """Return the scheme of ``scheme://...`` in lower case, or nothing for a path on a disk."""
    found = _SCHEME.match(text)
    return found[1].lower() if found else ""


def strip_secrets(text: str) -> str:
    """Return an address without password, query and fragment; a path stays as it is.

    The query of a presigned address lets whoever has it read the file.
    """
    if not find_scheme(text):
        return text
    scheme, _, rest = re.split(r"[?#]", text, maxsplit=1)[0].partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{path}"


def redact_address(text: str) -> str:
    """Return an address as it is shown: without secrets, of one line and not too long."""
    shown = "".join(char for char in strip_secrets(text) if char.isprintable())
    return shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}..."


def is_loopback(host: str) -> bool:
    """Tell whether a host name means this computer."""
    try:
        return host.lower() == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_address(text: str) -> SplitResult:
    """Return the parts of an https address; http is taken on this computer only.

    Raises:
        UsageError: It is something else, or has a user name or password in it.
    """
    shown = redact_address(text)
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if host is None or _UNSAFE.search(text):
        raise UsageError(f"{shown} is not a web address: correct it.")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
        raise UsageError(f"{shown} is not an https address: only this computer may use http.")
    if parts.username is not None or parts.password is not None:
        raise UsageError(f"{shown} has a password in it: use a presigned address instead.")
    return parts
