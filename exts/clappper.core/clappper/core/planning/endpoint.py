"""Where a language model is reached: address, model and key, from the environment or a setting.

The key is never part of a text: not of ``repr``, not of an error.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from clappper.core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["KEY_NAMES", "EndpointSettings", "read_endpoint"]

#: Variables that may hold the key, the first one that is set counts.
KEY_NAMES = ("CLAPPPER_LLM_API_KEY", "OPENAI_API_KEY", "NVIDIA_API_KEY")
_BASE_URL_NAME, _MODEL_NAME = "CLAPPPER_LLM_BASE_URL", "CLAPPPER_LLM_MODEL"
_OPENAI = ("https://api.openai.com/v1", "gpt-4.1-mini")
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
    environment: Mapping[str, str], *, api_key: str | None = None
) -> EndpointSettings | None:
    """Return the endpoint the environment describes, or None when there is no key.

    Args:
        environment: Variables, for example ``os.environ``.
        api_key: A key from elsewhere, for example a setting of Kit; it goes before all variables.

    Raises:
        UsageError: The address, the model or the key cannot be used.
    """
    values = {name: value.strip() for name, value in environment.items()}
    key = (api_key or "").strip()
    key_name = "the key in the settings" if key else ""
    if not key:
        key_name = next((name for name in KEY_NAMES if values.get(name)), "")
        key = values.get(key_name, "")
    if not key:
        return None
    if not key.isascii() or not key.isprintable() or " " in key:
        raise UsageError(f"The key for the language model ({key_name}) is not a key: copy it anew.")
    usual_url, usual_model = _NIM if key_name == "NVIDIA_API_KEY" else _OPENAI
    base_url = (values.get(_BASE_URL_NAME) or usual_url).rstrip("/")
    _check_url(base_url)
    model = values.get(_MODEL_NAME) or (usual_model if base_url == usual_url else "")
    if not model:
        raise UsageError(f"Set {_MODEL_NAME} to a model of the server in {_BASE_URL_NAME}.")
    return EndpointSettings(base_url, model, key, key_name)


def _check_url(url: str) -> None:
    problem = f"{_BASE_URL_NAME} is no address like https://host/v1"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as exc:
        raise UsageError(f"{problem}: correct it.") from exc
    if parts.scheme not in ("http", "https") or not host or not url.isprintable() or " " in url:
        raise UsageError(f"{problem}: correct it.")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise UsageError(f"{problem}: leave out user, password, ? and #; the key is sent apart.")
