"""What went wrong between us and a language model, as one sentence the user can act on.

Errors of the ``openai`` package are told apart by their attributes, so that this module can be
imported without it. No sentence holds the key.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from clappper.core.errors import PlanTransportError

if TYPE_CHECKING:
    import openai

    from clappper.core.planning.llm.endpoint import EndpointSettings

__all__ = [
    "LONG_ANSWER",
    "ReplyTooLongError",
    "is_unknown_model",
    "make_transport_error",
    "read_detail",
    "read_wait_s",
    "redact",
]

LONG_ANSWER = "the plan is too long for it; ask for fewer kinds of things."
#: How servers say that a prompt is longer than what the model reads at once.
_CONTEXT = re.compile(
    r"context[ _-]?(length|window|size)|maximum context|n_ctx|prompt is too long", re.IGNORECASE
)
_UNKNOWN_MODEL = re.compile(
    r"\bmodel\b.*\b(not (found|exist)|does not exist|unknown)", re.IGNORECASE
)
_NO_CREDIT = re.compile(r"insufficient_quota|exceeded your current quota|\bcredit", re.IGNORECASE)
_KEY_LIKE = re.compile(r"\b(?:sk|nvapi)-[\w*.-]{4,}|\bBearer\s+\S+", re.IGNORECASE)
_DETAIL_CHARS = 160


class ReplyTooLongError(Exception):
    """An answer is longer than may be read; raised inside the HTTP client only."""


def redact(text: str, settings: EndpointSettings, *, limit: int) -> str:
    """Return foreign text for a sentence: without key and control characters, one line, bounded."""
    text = text.replace(settings.api_key, "[key]")
    text = _KEY_LIKE.sub("[key]", text)
    text = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in text[: 4 * limit])
    text = " ".join(text.split())
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def is_unknown_model(error: openai.APIError) -> bool:
    """Tell whether a server has no such model, whatever else it says about it."""
    return getattr(error, "status_code", None) == 404 and bool(
        _UNKNOWN_MODEL.search(read_detail(error))
    )


def read_wait_s(error: openai.APIError, usual_s: float) -> float | None:
    """Return how long to wait [s] before a request is repeated, or None when that is no use.

    Args:
        error: What went wrong: limits, faults of the server and broken connections may pass.
        usual_s: What is waited [s] when the server does not say.
    """
    status = getattr(error, "status_code", None)
    if not isinstance(status, int):
        names = _list_causes(error)
        is_passing = "APIConnectionError" in names and "APITimeoutError" not in names
        return usual_s if is_passing and "ReplyTooLongError" not in names else None
    if status == 429 and _NO_CREDIT.search(f"{getattr(error, 'code', None)} {read_detail(error)}"):
        return None
    if status == 501 or not (status >= 500 or status in (408, 409, 429)):
        return None
    asked = _read_retry_after(error)
    return usual_s if asked is None else asked


def make_transport_error(error: Exception, settings: EndpointSettings) -> PlanTransportError:
    """Return the error of ours for one of the packages ``openai`` and ``httpx``."""
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        return _describe_status(status, error, settings)
    where = f"The language model at {settings.host}"
    names = _list_causes(error)
    if "ReplyTooLongError" in names:
        return PlanTransportError(f"{where} sent far too long an answer.")
    if names & {"ConnectError", "ConnectTimeout", "ProxyError", "UnsupportedProtocol"}:
        text = f"{where} cannot be reached: check the network and CLAPPPER_LLM_BASE_URL."
        return PlanTransportError(text, retryable=True)
    if names & {"APITimeoutError", "TimeoutException"}:
        return PlanTransportError(f"{where} did not answer in time.", retryable=True)
    if names & {"APIConnectionError", "TransportError"}:
        text = f"{where} closed the connection before its answer was complete."
        return PlanTransportError(text, retryable=True)
    return PlanTransportError(f"{where} could not be asked ({type(error).__name__}).")


def _describe_status(
    status: int, error: Exception, settings: EndpointSettings
) -> PlanTransportError:
    where = f"The language model at {settings.host}"
    detail = redact(read_detail(error), settings, limit=_DETAIL_CHARS)
    if status == 401:
        text = f"{where} refused the key: check {settings.key_name}."
    elif status == 403:
        text = f"{where} does not let this key use {settings.model}: check {settings.key_name}."
    elif status == 404:
        text = (
            f"{where} knows no model {settings.model}, or has another address: "
            "check CLAPPPER_LLM_MODEL and CLAPPPER_LLM_BASE_URL."
        )
    elif status == 429:
        wait_s = _read_retry_after(error)
        wait = "" if wait_s is None else f"; it asks to wait {wait_s:g} s"
        text = f"{where} has no more requests or credit for this key{wait}."
    elif status >= 500 or status in (408, 409):
        said = f", it says: {detail}" if detail else ""
        text = f"{where} is out of order ({status}){said.rstrip('.')}. Try again later."
    elif 300 <= status < 400:
        text = f"{where} moved ({status}): correct CLAPPPER_LLM_BASE_URL."
    elif _CONTEXT.search(detail):
        text = (
            f"{where} cannot read so much at once: give {settings.model} a longer context there, "
            "choose another model, or ask for less."
        )
    else:
        text = f"{where} refused the request ({status})" + (f": {detail}" if detail else "")
        text = text.rstrip(".") + "."
    return PlanTransportError(text, retryable=status >= 500 or status in (408, 409, 429))


def read_detail(error: Exception) -> str:
    """Return what the server said, not made safe to show; empty for a web page."""
    body = getattr(error, "body", None)
    while isinstance(body, dict):
        body = body.get("message") or body.get("error") or body.get("detail")
    text = str(body or "").strip()
    return "" if text.startswith("<") else text[:4000]


def _read_retry_after(error: Exception) -> float | None:
    """Return how long the server asks to wait [s]."""
    response = getattr(error, "response", None)
    seconds = response.headers.get("retry-after", "") if response is not None else ""
    return float(seconds) if re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6})?", seconds) else None


def _list_causes(error: BaseException) -> set[str]:
    """Return the names of the classes of an error and of everything it came from."""
    found: set[str] = set()
    current: BaseException | None = error
    for _ in range(20):
        if current is None:
            break
        found.update(kind.__name__ for kind in type(current).__mro__)
        current = current.__cause__ or current.__context__
    return found
