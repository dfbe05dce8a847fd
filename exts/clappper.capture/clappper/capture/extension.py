"""Offers Movie Capture as the capture backend for as long as the extension is enabled."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

import omni.ext

from clappper.core.capture.registry import register_backend

if TYPE_CHECKING:
    from collections.abc import Callable

    from clappper.capture.movie_capture import MovieCaptureBackend

__all__ = ["ClappperCaptureExtension"]


class ClappperCaptureExtension(omni.ext.IExt):
    """Registers the backend; what captures is imported when somebody captures."""

    def __init__(self) -> None:
        super().__init__()
        self._withdraw: Callable[[], None] | None = None
        self._backends: weakref.WeakSet[MovieCaptureBackend] = weakref.WeakSet()

    def on_startup(self, ext_id: str) -> None:
        """Offer the backend."""
        self._withdraw = register_backend(self._make_backend)

    def on_shutdown(self) -> None:
        """Withdraw the offer and stop the captures that run."""
        withdraw, self._withdraw = self._withdraw, None
        if withdraw is not None:
            withdraw()
        for backend in list(self._backends):
            backend.stop()

    def _make_backend(self) -> MovieCaptureBackend:
        from clappper.capture.movie_capture import MovieCaptureBackend

        backend = MovieCaptureBackend()
        self._backends.add(backend)
        return backend
