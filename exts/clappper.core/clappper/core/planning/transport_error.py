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

    from clappper.core.planning.endpoint import EndpointSettings

__all__ = ["LONG_ANSWER", "ReplyTooLongError", "is_about_tools", "make_transport_error", "redact"]

LONG_ANSWER = "the plan is too long for it; ask for fewer kinds of things."
#: Statuses with which servers refuse a way of asking; all others are about the request itself.
_REFUSING = (400, 404, 422)
_TOOL_WORDS = re.compile(r"\btools?\b|\btool[_ -]?(choice|use|call)|\bstrict\b", re.IGNORECASE)
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


def is_about_tools(error: openai.APIStatusError) -> bool:
    """Tell whether a server refuses tools or strict schemas rather than the request."""
    if error.status_code not in _REFUSING:
        return False
    return bool(_TOOL_WORDS.search(_read_detail(error)))


def make_transport_error(
    error: openai.OpenAIError, settings: EndpointSettings
) -> PlanTransportError:
    """Return the error of ours for one of the ``openai`` package."""
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        return _describe_status(status, error, settings)
    where = f"The language model at {settings.host}"
    causes = _list_causes(error)
    if ReplyTooLongError in causes:
        return PlanTransportError(f"{where} sent far too long an answer.")
    names = {cause.__name__ for cause in causes}
    if names & {"ConnectError", "ConnectTimeout", "ProxyError", "UnsupportedProtocol"}:
        text = f"{where} cannot be reached: check the network and CLAPPPER_LLM_BASE_URL."
        return PlanTransportError(text, retryable=True)
    if "APITimeoutError" in names:
        return PlanTransportError(f"{where} did not answer in time.", retryable=True)
    if "APIConnectionError" in names:
        text = f"{where} closed the connection before its answer was complete."
        return PlanTransportError(text, retryable=True)
    return PlanTransportError(f"{where} could not be asked ({type(error).__name__}).")


def _describe_status(
    status: int, error: openai.OpenAIError, settings: EndpointSettings
) -> PlanTransportError:
    where = f"The language model at {settings.host}"
    detail = redact(_read_detail(error), settings, limit=_DETAIL_CHARS)
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
        text = f"{where} has no more requests or credit for this key{_read_wait(error)}."
    elif status >= 500 or status in (408, 409):
        text = f"{where} is out of order ({status}): try again later."
    elif 300 <= status < 400:
        text = f"{where} moved ({status}): correct CLAPPPER_LLM_BASE_URL."
    else:
        text = f"{where} refused the request ({status})" + (f": {detail}" if detail else "")
        text = text.rstrip(".") + "."
    return PlanTransportError(text, retryable=status >= 500 or status in (408, 409, 429))


def _read_detail(error: openai.OpenAIError) -> str:
    """Return what the server said; empty for a web page."""
    body = getattr(error, "body", None)
    while isinstance(body, dict):
        body = body.get("message") or body.get("error") or body.get("detail")
    text = str(body or "").strip()
    return "" if text.startswith("<") else text[:4000]


def _read_wait(error: openai.OpenAIError) -> str:
    response = getattr(error, "response", None)
    seconds = response.headers.get("retry-after", "") if response is not None else ""
    return f"; it asks to wait {int(seconds)} s" if re.fullmatch(r"[0-9]{1,6}", seconds) else ""


def _list_causes(error: BaseException) -> list[type[BaseException]]:
    """Return the types of an error and of everything it came from."""
    found: list[type[BaseException]] = []
    current: BaseException | None = error
    while current is not None and len(found) < 20:
        found.append(type(current))
        current = current.__cause__ or current.__context__
    return found
