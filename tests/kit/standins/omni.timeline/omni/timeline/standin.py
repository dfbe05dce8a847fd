"""Switches of this stand-in; not part of Kit."""

from __future__ import annotations

#: Whether a change counts from ``commit`` or the next update only, or at once.
is_deferred = True
