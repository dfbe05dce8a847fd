"""Reads requests to take things away: two chairs and their desks, what is on the pallets."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

from clappper.core.errors import PlanRejectedError
from clappper.core.planning.follow_ups.kin import share_with
from clappper.core.planning.follow_ups.scene import make_edit
from clappper.core.planning.follow_ups.singled import part_target
from clappper.core.planning.follow_ups.target import Target, make_count_edit
from clappper.core.planning.follow_ups.targets import read_targets

if TYPE_CHECKING:
    from clappper.core.planning.edits.models import PlanEdit
    from clappper.core.planning.follow_ups.scene import EditScene
    from clappper.core.planning.models import Verb
    from clappper.core.planning.wording.clause import Clause

__all__ = ["read_removal"]

_SIDE = re.compile(
    r"^clear(?: (?:out|away|off))? (?:the )?(?:whole )?(?P<side>left|right|back|front)"
    r"(?: hand)? (?:side|half|wall|part|end)\b"
)
#: Commands that take away what stands on things.
_EMPTYING = ("empty", "clear off")
_ON: frozenset[Verb] = frozenset(("on_top_of",))


def read_removal(scene: EditScene, clause: Clause) -> list[PlanEdit] | None:
    """Return the edits of a request to take things away."""
    if clause.command != "remove":
        return None
    edits = []
    if clause.verb in _EMPTYING:
        return _read_emptied(scene, clause)
    if clause.verb == "clear":
        with suppress(PlanRejectedError):
            return _read_emptied(scene, clause)
    side = _SIDE.match(clause.line) if clause.verb.startswith("clear") else None
    if side is not None:
        return _read_cleared(scene, side["side"])
    targets = read_targets(scene, clause.rest, goes=True)
    for target in targets:
        if target.is_gone:
            continue
        if target.is_everything:
            edits.append(make_edit("remove", which="all"))
        elif target.left is not None:
            edits.append(make_count_edit(target, target.left))
        else:
            edits += [make_edit("remove", **fields) for fields in target.list_fields()]
    if not targets:
        raise PlanRejectedError("Say what to remove, for example “remove two chairs”.")
    return edits


def _read_cleared(scene: EditScene, side: str) -> list[PlanEdit]:
    """Read clear the left side: what is said to stand there goes."""
    verb = {"left": "left_of", "right": "right_of"}.get(side)
    there = {
        r.subject
        for r in scene.plan.relations
        if r.object == "room" and (r.side == side or (verb is not None and r.verb == verb))
    }
    items = [item for item in scene.items if item.id in there]
    if not items:
        raise PlanRejectedError(
            f"Nothing is said to stand on the {side} side: name what is to be removed."
        )
    return [make_edit("remove", item=item.id, which="all") for item in items]


def _read_emptied(scene: EditScene, clause: Clause) -> list[PlanEdit]:
    """Read empty the pallets: what stands on them goes."""
    edits = []
    for owner in read_targets(scene, clause.rest):
        carries = any(scene.list_owned(i, o) & _ON for i in scene.items for o in owner.items)
        if carries and owner.which not in (None, "all") and owner.total > 1:
            part = part_target(scene, owner)
            on_it = {"which": "all", "relation": "on_top_of", "object": part.object}
            edits += [part, make_edit("remove", **on_it)]
            continue
        for item in scene.items:
            if any("on_top_of" in scene.list_owned(item, other) for other in owner.items):
                carried = share_with(scene, Target((item,)), owner, goes=False)
                fields = carried.list_fields() if carried is not None else []
                edits += [make_edit("remove", **f) for f in fields]
    if not edits:
        raise PlanRejectedError("Nothing stands on it: there is nothing to remove.")
    return edits
