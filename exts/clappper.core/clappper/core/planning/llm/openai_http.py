"""The HTTP client that is handed to the package ``openai``: bounded, and never redirected."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from clappper.core.planning.llm.transport_error import ReplyTooLongError
from clappper.core.planning.llm.wire_reply import MAX_REPLY_BYTES

if TYPE_CHECKING:
    import ssl

    import httpx

__all__ = ["open_http"]

_CONNECT_S = 5.0


@lru_cache(maxsize=1)
def _load_trust() -> ssl.SSLContext:
    """Return the certificates that are trusted; loading them takes longer than a request."""
    import httpx

    return httpx.create_ssl_context()


def open_http(deadline_s: float) -> httpx.AsyncClient:
    """Return a client that reads no more than ``MAX_REPLY_BYTES`` of an error's page."""
    import httpx

    class BoundedClient(httpx.AsyncClient):
        """Reads what is no answer here; counts it after decompression."""

        async def send(
            self,
            request: httpx.Request,
            *,
            stream: bool = False,
            **options: Any,  # noqa: ANN401
        ) -> httpx.Response:
            response = await super().send(request, stream=True, **options)
            if stream and response.is_success:
                return response
            body = bytearray()
            try:
                async for chunk in response.aiter_bytes():
                    body += chunk
                    if len(body) > MAX_REPLY_BYTES:
                        raise ReplyTooLongError
            finally:
                await response.aclose()
            dropped = ("content-encoding", "content-length", "transfer-encoding")
            headers = [(k, v) for k, v in response.headers.multi_items() if k not in dropped]
            return httpx.Response(
                response.status_code, headers=headers, content=bytes(body), request=request
            )

    # Redirects are not followed: the key goes to the address the user gave and to no other.
    # Reading may take longer than there is time, so that the deadline's own sentence is told.
    timeout = httpx.Timeout(deadline_s + 1.0, connect=min(_CONNECT_S, deadline_s))
    return BoundedClient(timeout=timeout, follow_redirects=False, verify=_load_trust())
