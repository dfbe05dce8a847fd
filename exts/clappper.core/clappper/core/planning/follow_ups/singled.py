"""One of several as the place of something else: the plant onto the leftmost desk.

A relation is to an item; the one that is meant becomes an item of its own before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from clappper.core.errors import PlanRejectedError
from clappper.core.planning.edits.counts import make_free_id
from clappper.core.planning.follow_ups.beside import match_relation
from clappper.core.planning.follow_ups.scene import make_edit
from clappper.core.planning.follow_ups.targets import read_target
from clappper.core.planning.lexer import Transcript, tokenize
from clappper.core.planning.numbers import merge_quantities
from clappper.core.planning.wording.clause import split_clauses

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clappper.core.planning.edits.models import PlanEdit
    from clappper.core.planning.follow_ups.scene import EditScene
    from clappper.core.planning.follow_ups.target import Target
    from clappper.core.planning.lexer import Token
    from clappper.core.planning.models import Item, Verb
    from clappper.core.planning.wording.clause import Clause

__all__ = ["Singled", "find_singled", "part_target"]

#: Words before a place, besides those of relations.
_BEFORE = frozenset(("to", "on", "onto", "at", "in", "into", "towards", "toward", "from"))


class Singled(NamedTuple):
    """A clause that names one of several as a place.

    Attributes:
        clause: The clause as if there was only one.
        items: Ids of those of which one is meant.
        part: Makes that one an item of its own.
        company: Items of which some go along with it, and how they stand to it, by id.
    """

    clause: Clause
    items: frozenset[str]
    part: PlanEdit
    company: dict[str, tuple[Item, Verb]]

    def take(self, edits: Sequence[PlanEdit]) -> list[PlanEdit] | None:
        """Return edits of the simpler clause with the one that is meant, or null if none is."""
        name = self.part.object
        taken: list[PlanEdit] = []
        for edit in edits:
            update: dict[str, object] = {}
            for field in ("object", "of"):
                if getattr(edit, field) in self.items:
                    update[field] = name
            if edit.camera is not None and edit.camera.targets:
                targets = [name if t in self.items else t for t in edit.camera.targets]
                targets = list(dict.fromkeys(targets))
                update["camera"] = edit.camera.model_copy(update={"targets": targets})
            if update and edit.item in self.items:
                return None
            item, verb = self.company.get(edit.item or "", (None, None))
            if item is not None and edit.op == "add" and edit.object is None:
                update = {"asset_ids": item.asset_ids, "relation": verb, "object": name}
            elif item is not None and update and edit.op != "add" and item.count > 1:
                update |= {"item": None, "noun": item.noun}
            taken.append(edit.model_copy(update=update))
        return [self.part, *taken] if taken != list(edits) else None


def find_singled(scene: EditScene, clause: Clause) -> Singled | None:
    """Return what a clause says of one of several as a place, or null."""
    tokens = clause.tokens
    for place in range(1, len(tokens)):
        start = _skip_preposition(tokens, place)
        found = _read_one(scene, tokens[start:]) if start > place else None
        if found is None:
            continue
        part, noun, ids, end = found
        before, after = tokens[:start], tokens[start + end :]
        text = " ".join((*(t.text for t in before), "the", noun, *(t.text for t in after)))
        clauses = split_clauses(Transcript(text, tuple(merge_quantities(tokenize(text)))))
        if len(clauses) == 1 and clauses[0].command == clause.command:
            verbs = {r.subject: r.verb for r in reversed(scene.plan.relations) if r.object in ids}
            company = {i.id: (i, verbs[i.id]) for i in scene.items if i.id in verbs}
            return Singled(clauses[0], ids, part, company)
    return None


def _skip_preposition(tokens: tuple[Token, ...], place: int) -> int:
    link = match_relation(tokens[place:])
    if link is not None:
        return place + len(link.words)
    return place + (tokens[place].norm in _BEFORE)


def _read_one(
    scene: EditScene, tokens: tuple[Token, ...]
) -> tuple[PlanEdit, str, frozenset[str], int] | None:
    """Read the leftmost desk, desk 2, the desk nearest the camera: only where there are more."""
    try:
        target, rest = read_target(scene, tokens) if tokens else (None, tokens)
    except PlanRejectedError:
        return None
    is_one = target is not None and target.which not in (None, "all") and target.count in (None, 1)
    if target is None or not is_one or target.phrase is None or target.total < 2:
        return None
    ids = frozenset(item.id for item in target.items)
    return part_target(scene, target), target.noun, ids, len(tokens) - len(rest)


def part_target(scene: EditScene, target: Target) -> PlanEdit:
    """Return the edit that makes one of several an item of its own; its object is the new id."""
    items = target.items
    named = {"item": items[0].id} if len(items) == 1 else {"noun": target.noun}
    return make_edit(
        "part",
        **named,
        count=1,
        which=target.which,
        index=target.index,
        of=target.of,
        object=make_free_id(target.noun, scene.plan),
    )
