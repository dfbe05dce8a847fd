"""Where a language model is reached: address, model and key, from options and the environment.

A server on this machine or network needs no key. The key is never part of a text: not of ``repr``,
not of an error.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from clappper.core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["KEY_NAMES", "EndpointSettings", "read_endpoint"]

#: Variables that may hold the key, the first one that is set counts.
KEY_NAMES = ("CLAPPPER_LLM_API_KEY", "OPENAI_API_KEY", "NVIDIA_API_KEY")
_LONGEST_NAME = 200
_BASE_URL_NAME, _MODEL_NAME = "CLAPPPER_LLM_BASE_URL", "CLAPPPER_LLM_MODEL"
_OPENAI = ("https://api.openai.com/v1", "gpt-4.1-mini")
#: Sent where no key is needed; the package insists on one.
_NO_KEY = "no-key-is-needed"
_NIM = ("https://integrate.api.nvidia.com/v1", "meta/llama-3.3-70b-instruct")


@dataclass(frozen=True)
class EndpointSettings:
    """One OpenAI-compatible endpoint.

    Attributes:
        base_url: Address up to and including the version, without a final slash.
        model: Name of the model there.
        api_key: The key; not shown by ``repr``.
        key_name: What the user calls the place the key came from.
    """

    base_url: str
    model: str
    api_key: str = field(repr=False)
    key_name: str = KEY_NAMES[0]

    @property
    def host(self) -> str:
        """Host name for sentences."""
        return urlsplit(self.base_url).hostname or self.base_url


def read_endpoint(
    environment: Mapping[str, str],
    *,
    api_key: str | None = None,
    base_url: str | None = None,
    model: str | None = None,
) -> EndpointSettings | None:
    """Return the endpoint that options and environment describe, or None when there is no key.

    Args:
        environment: Variables, for example ``os.environ``.
        api_key: A key from elsewhere, for example a setting of Kit; it goes before all variables.
        base_url: Address from an option; it goes before the variable.
        model: Model from an option; it goes before the variable.

    Raises:
        UsageError: The address, the model or the key cannot be used.
    """
    values = {name: value.strip() for name, value in environment.items()}
    given_url = (base_url or "").strip() or values.get(_BASE_URL_NAME, "")
    given_model = (model or "").strip() or values.get(_MODEL_NAME, "")
    key = (api_key or "").strip()
    key_name = "the key in the settings" if key else ""
    if not key:
        key_name = next((name for name in KEY_NAMES if values.get(name)), "")
        key = values.get(key_name, "")
    if not key:
        if not given_url or not _is_local(given_url):
            return None
        key, key_name = _NO_KEY, KEY_NAMES[0]
    if not key.isascii() or not key.isprintable() or " " in key:
        raise UsageError(f"The key for the language model ({key_name}) is not a key: copy it anew.")
    usual_url, usual_model = _NIM if key_name == "NVIDIA_API_KEY" else _OPENAI
    url = (given_url or usual_url).rstrip("/")
    _check_url(url, "--base-url" if (base_url or "").strip() else _BASE_URL_NAME)
    name = given_model or (usual_model if url == usual_url else "")
    if not name:
        raise UsageError(
            f"Set {_MODEL_NAME} or --model to a model of the server in {_BASE_URL_NAME}."
        )
    if not name.isprintable() or len(name) > _LONGEST_NAME:
        raise UsageError(
            f"The name of the model in {_MODEL_NAME} or --model is none: copy it anew."
        )
    return EndpointSettings(url, name, key, key_name)


def _is_local(url: str) -> bool:
    """Tell whether a server is on this machine or network, where keys are not usual."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return bool(host) and ("." not in host or host.endswith((".local", ".lan", ".internal")))
    return address.is_loopback or address.is_private


def _check_url(url: str, name: str) -> None:
    problem = f"{name} is no address like https://host/v1"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as exc:
        raise UsageError(f"{problem}: correct it.") from exc
    if parts.scheme not in ("http", "https") or not host or not url.isprintable() or " " in url:
        raise UsageError(f"{problem}: correct it.")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise UsageError(f"{problem}: leave out user, password, ? and #; the key is sent apart.")
