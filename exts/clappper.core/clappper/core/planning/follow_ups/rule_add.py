"""Reads requests for more things, and for things that are not there yet."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from clappper.core.errors import PlanRejectedError
from clappper.core.planning.edits.counts import MAX_COUNT
from clappper.core.planning.follow_ups.beside import match_relation, read_beside_kin
from clappper.core.planning.follow_ups.draft import read_additions
from clappper.core.planning.follow_ups.scene import make_edit
from clappper.core.planning.follow_ups.target import read_phrase
from clappper.core.planning.wording.clause import load_edit_words

if TYPE_CHECKING:
    from clappper.core.planning.edits.models import PlanEdit
    from clappper.core.planning.follow_ups.scene import EditScene
    from clappper.core.planning.lexer import Token
    from clappper.core.planning.noun_phrase import NounPhrase
    from clappper.core.planning.wording.clause import Clause

__all__ = ["read_addition"]

_GETTING = ("gets", "get", "has", "needs", "receives")
_SPARE = ("more", "extra", "additional", "further")


def read_addition(scene: EditScene, clause: Clause) -> list[PlanEdit] | None:
    """Return the edits of a request to add things, or null when it asks for none."""
    tokens = clause.tokens if not clause.command else clause.rest
    if clause.command not in ("add", "put", ""):
        is_absent = clause.verb in ("only", "just")
        return _add_absent(scene, tokens) if is_absent else _read_gift(scene, clause)
    told = _read_row(scene, tokens) or _read_owner(scene, clause)
    if told is not None:
        return told
    kept = _drop_ordinal(tuple(token for token in tokens if token.norm not in _SPARE))
    phrase = read_phrase(kept)
    if phrase is None or phrase.kind != "thing":
        if clause.command == "add":
            raise PlanRejectedError("Say what to add, for example “add 4 pallets near the door”.")
        return None
    if clause.command or _is_asked(scene, clause, phrase):
        told = _add_general(scene, kept, phrase) if len(kept) < len(tokens) else None
        return told or _add(scene, kept, phrase)
    if phrase.is_said and phrase.end == len(kept) and not scene.find(phrase):
        scene.require_assets(phrase)
    return None


def _add_absent(scene: EditScene, tokens: tuple[Token, ...]) -> list[PlanEdit] | None:
    """Read only one plant where there is none."""
    phrase = read_phrase(tokens)
    if phrase is None or phrase.kind != "thing" or phrase.count is None or scene.find(phrase):
        return None
    return _add(scene, tokens, phrase)


def _add_general(
    scene: EditScene, tokens: tuple[Token, ...], phrase: NounPhrase
) -> list[PlanEdit] | None:
    """Read two more racks where the only racks are pallet racks."""
    kin = scene.find_general(phrase.head)
    if not kin or scene.find(phrase) or phrase.modifiers or phrase.end != len(tokens):
        return None
    return [make_edit("add", item=kin[0].id, count=phrase.count or 1)]


def _add(scene: EditScene, tokens: tuple[Token, ...], phrase: NounPhrase) -> list[PlanEdit] | None:
    if (phrase.count or 0) > MAX_COUNT:
        raise PlanRejectedError(
            f"{phrase.count:,} are too many: a scene has at most {MAX_COUNT:,} of one kind."
        )
    edits = read_beside_kin(scene, tokens, phrase)
    edits = edits or read_additions(scene, " ".join(token.text for token in tokens))
    if not edits and scene.find(phrase):
        raise PlanRejectedError(
            f"The {phrase.asked} {'are' if phrase.is_plural else 'is'} there already: say "
            f"“add another {phrase.head}”, or where to move it."
        )
    return edits or None


def _drop_ordinal(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """Leave out that it is the sixth: one more is one more."""
    is_one = len(tokens) > 2 and tokens[0].norm in ("a", "an", "1")
    is_ordinal = is_one and tokens[1].norm in load_edit_words().ordinals
    return (tokens[0], *tokens[2:]) if is_ordinal else tokens


def _read_row(scene: EditScene, tokens: tuple[Token, ...]) -> list[PlanEdit] | None:
    """Read a third row of racks: as many more as stand in a row of those there are."""
    phrase = read_phrase(tokens)
    if phrase is None or phrase.measure != "row" or phrase.kind != "thing":
        return None
    items = scene.find(phrase)
    rows = next(
        (
            relation
            for relation in scene.plan.relations
            if items and relation.subject == items[0].id and relation.verb in ("rows", "grid")
        ),
        None,
    )
    if rows is None or not rows.rows or phrase.end != len(tokens):
        return None
    count, more = items[0].count, phrase.measure_count or 1
    per_row = phrase.per_measure or rows.per_row or math.ceil(count / rows.rows)
    pattern = {"relation": rows.verb, "object": rows.object, "rows": rows.rows + more}
    return [
        make_edit("set_count", item=items[0].id, count=count + more * per_row),
        make_edit("relate", item=items[0].id, which="all", per_row=per_row, **pattern),
    ]


def _read_gift(scene: EditScene, clause: Clause) -> list[PlanEdit] | None:
    """Read give every desk a plant."""
    if clause.command != "give":
        return None
    is_part = clause.rest[1:2] and clause.rest[0].kind == "number" and clause.rest[1].norm == "of"
    if is_part:
        return _give_some(scene, clause)
    owner = read_phrase(clause.rest)
    if owner is None or owner.determiner != "distributive" or not scene.find(owner):
        return None
    gift = " ".join(token.text for token in clause.rest[owner.end :])
    return read_additions(scene, f"{gift} for each {owner.asked}") if gift else None


def _give_some(scene: EditScene, clause: Clause) -> list[PlanEdit] | None:
    """Read give two of the desks a monitor: so many of them, on those things."""
    owner = read_phrase(clause.rest[2:])
    if owner is None or not scene.find(owner):
        return None
    gift = read_phrase(clause.rest[2 + owner.end :])
    if gift is None or gift.kind != "thing":
        return None
    count = int(clause.rest[0].value) * (gift.count or 1)
    edits = read_additions(scene, f"{gift.asked} for each {owner.asked}")
    return [
        edit.model_copy(update={"count": count}) if edit.op == "add" else edit for edit in edits
    ]


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
