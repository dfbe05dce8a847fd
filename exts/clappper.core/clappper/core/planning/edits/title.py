"""The texts of a plan that tell what is in it, kept true after an edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clappper.core.planning.edits.selection import list_inventory
from clappper.core.planning.lexicon import load_places

if TYPE_CHECKING:
    from clappper.core.planning.models import ScenePlan

__all__ = ["refresh_texts"]

_MOST_NAMED = 3


def refresh_texts(before: ScenePlan, after: ScenePlan) -> ScenePlan:
    """Return a plan with a title of what it has, and without guesses an edit has overruled."""
    counts = {item.id: item.count for item in after.items}
    overruled = tuple(
        f"No number given for {item.asked}:"
        for item in before.items
        if counts.get(item.id) != item.count
    )
    assumptions = [text for text in after.assumptions if not text.startswith(overruled)]
    title = after.title
    if after.items != before.items or after.environment.kind != before.environment.kind:
        title = _make_title(after)
    return after.model_copy(update={"title": title, "assumptions": assumptions})


def _make_title(plan: ScenePlan) -> str:
    style = plan.environment.style
    place = load_places()[plan.environment.kind].title
    name = f"{style.capitalize()} {place.lower()}" if style else place
    things = list_inventory(plan)[:_MOST_NAMED]
    if not things:
        return name[:120]
    listed = things[0] if len(things) == 1 else f"{', '.join(things[:-1])} and {things[-1]}"
    return f"{name} with {listed}"[:120]
