"""Groups of relations that edits treat alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clappper.core.planning.models import Verb

__all__ = ["PATTERN_VERBS", "PLACE_VERBS"]

#: How things of one item stand to one another.
PATTERN_VERBS: frozenset[Verb] = frozenset(("stack", "line", "rows", "grid", "scatter"))
#: Where things stand: what moves leaves it.
PLACE_VERBS: frozenset[Verb] = frozenset(
    (
        *("along_wall", "in_corner", "centered", "near", "next_to", "across_from", "far_from"),
        *("left_of", "right_of", "in_front_of", "behind", "between", "aligned_with"),
    )
)
