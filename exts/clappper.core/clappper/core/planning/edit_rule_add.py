"""Reads requests for more things, and for things that are not there yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clappper.core.errors import PlanRejectedError
from clappper.core.planning.edit_beside import match_relation, read_beside_kin
from clappper.core.planning.edit_counts import MAX_COUNT
from clappper.core.planning.edit_draft import read_additions
from clappper.core.planning.edit_target import read_phrase

if TYPE_CHECKING:
    from clappper.core.planning.edit_clause import Clause
    from clappper.core.planning.edit_models import PlanEdit
    from clappper.core.planning.edit_scene import EditScene
    from clappper.core.planning.noun_phrase import NounPhrase

__all__ = ["read_addition"]

_GETTING = ("gets", "get", "has", "needs", "receives")
_SPARE = ("more", "extra", "additional", "further")


def read_addition(scene: EditScene, clause: Clause) -> list[PlanEdit] | None:
    """Return the edits of a request to add things, or null when it asks for none."""
    tokens = clause.tokens if not clause.command else clause.rest
    if clause.command == "give":
        return _read_gift(scene, clause)
    if clause.command not in ("add", "put", ""):
        return None
    kept = tuple(token for token in tokens if token.norm not in _SPARE)
    owner = _read_owner(scene, clause)
    if owner is not None:
        return owner
    phrase = read_phrase(kept)
    if phrase is None or phrase.kind != "thing":
        if clause.command == "add":
            raise PlanRejectedError("Say what to add, for example “add 4 pallets near the door”.")
        return None
    if not clause.command and not _is_asked(scene, clause, phrase):
        return None
    if (phrase.count or 0) > MAX_COUNT:
        raise PlanRejectedError(
            f"{phrase.count:,} are too many: a scene has at most {MAX_COUNT:,} of one kind."
        )
    edits = read_beside_kin(scene, kept, phrase)
    edits = edits or read_additions(scene, " ".join(token.text for token in kept))
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


def _read_owner(scene: EditScene, clause: Clause) -> list[PlanEdit] | None:
    """Read each desk gets a chair, on every desk a monitor."""
    if clause.command:
        return None
    tokens = clause.tokens[1:] if clause.tokens[0].norm == "to" else clause.tokens
    link = match_relation(tokens)
    start = len(link.words) if link is not None else 0
    getting = next((i for i, token in enumerate(tokens) if token.norm in _GETTING), len(tokens))
    owner = read_phrase(tokens[start:getting])
    is_owner = owner is not None and owner.determiner == "distributive"
    if owner is None or not is_owner or not scene.find(owner):
        return None
    end = start + owner.end
    is_given = tokens is not clause.tokens
    if link is None and end != getting and not is_given:
        return None
    is_getting = link is None and not is_given
    gift = " ".join(token.text for token in tokens[end + is_getting :])
    where = " ".join(link.words) if link is not None else "for"
    return read_additions(scene, f"{gift} {where} each {owner.asked}") if gift else None


def _is_asked(scene: EditScene, clause: Clause, phrase: NounPhrase) -> bool:
    """Whether a bare noun phrase asks for a thing: two more chairs, whiteboard in the corner."""
    is_there = bool(scene.find(phrase))
    is_counted = phrase.count is not None or phrase.determiner == "indefinite"
    is_bare = phrase.determiner == "none" and not phrase.is_plural and not is_there
    is_spare = any(token.norm in _SPARE for token in clause.tokens[:2])
    if not (is_counted or is_bare or is_spare):
        return False
    return is_there or bool(scene.ask(phrase).assets)
