"""What tests look at; not part of Kit."""

from __future__ import annotations

from typing import Any

#: Every notification that was posted, the oldest first: ``text``, ``status``, ``button_infos``.
posted: list[Any] = []
