"""Where the extension that can capture and the one that wants to meet, knowing neither the other.

One place per process; used on the main thread only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from clappper.core.capture.backend import CaptureBackend

__all__ = ["find_backend", "register_backend"]

#: By offer, latest last.
_backends: dict[object, Callable[[], CaptureBackend]] = {}


def register_backend(make_backend: Callable[[], CaptureBackend]) -> Callable[[], None]:
    """Offer a backend; the latest offer counts.

    Returns:
        Call it to withdraw the offer; calling it again does nothing.
    """
    offer = object()
    _backends[offer] = make_backend

    def withdraw() -> None:
        _backends.pop(offer, None)

    return withdraw


def find_backend() -> CaptureBackend | None:
    """Return a new backend of the latest offer, or None when nobody offers one."""
    for make_backend in reversed(_backends.values()):
        return make_backend()
    return None
