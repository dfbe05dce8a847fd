"""Reads requests for more things, and for things that are not there yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clappper.core.errors import PlanRejectedError
from clappper.core.planning.edit_counts import MAX_COUNT
from clappper.core.planning.edit_draft import read_additions
from clappper.core.planning.edit_target import read_phrase

if TYPE_CHECKING:
    from clappper.core.planning.edit_clause import Clause
    from clappper.core.planning.edit_models import PlanEdit
    from clappper.core.planning.edit_scene import EditScene

__all__ = ["read_addition"]

_SPARE = ("more", "extra", "additional", "further")


def read_addition(scene: EditScene, clause: Clause) -> list[PlanEdit] | None:
    """Return the edits of a request to add things, or null when it asks for none."""
    tokens = clause.tokens if not clause.command else clause.rest
    if clause.command == "give":
        return _read_gift(scene, clause)
    if clause.command not in ("add", "put", ""):
        return None
    kept = tuple(token for token in tokens if token.norm not in _SPARE)
    phrase = read_phrase(kept)
    if phrase is None or phrase.kind != "thing":
        if clause.command == "add":
            raise PlanRejectedError("Say what to add, for example “add 4 pallets near the door”.")
        return None
    if not clause.command and not _is_asked(scene, clause):
        return None
    if (phrase.count or 0) > MAX_COUNT:
        raise PlanRejectedError(
            f"{phrase.count:,} are too many: a scene has at most {MAX_COUNT:,} of one kind."
        )
    edits = read_additions(scene, " ".join(token.text for token in kept))
    if not edits and scene.find(phrase):
        raise PlanRejectedError(
            f"The {phrase.asked} {'are' if phrase.is_plural else 'is'} there already: say "
            f"“add another {phrase.head}”, or where to move it."
        )
    return edits or None


def _read_gift(scene: EditScene, clause: Clause) -> list[PlanEdit] | None:
    """Read give every desk a plant."""
    owner = read_phrase(clause.rest)
    if owner is None or owner.determiner != "distributive" or not scene.find(owner):
        return None
    gift = " ".join(token.text for token in clause.rest[owner.end :])
    return read_additions(scene, f"{gift} for each {owner.asked}") if gift else None


def _is_asked(scene: EditScene, clause: Clause) -> bool:
    """Whether a bare noun phrase asks for a thing: two more chairs, a plant in the corner."""
    phrase = read_phrase(clause.tokens)
    if phrase is None:
        return False
    is_counted = phrase.count is not None or phrase.determiner == "indefinite"
    return is_counted and (bool(scene.find(phrase)) or bool(scene.ask(phrase).assets))
