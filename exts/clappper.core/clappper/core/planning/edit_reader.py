"""Reads an English request to change a scene, by rules, into edits of its plan.

A request that is not understood, or could mean several things, is refused with a sentence that
says what can be said; nothing is half read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clappper.core.errors import PlanRejectedError, UsageError
from clappper.core.planning.edit_clause import split_clauses
from clappper.core.planning.edit_models import MAX_EDITS
from clappper.core.planning.edit_rule_add import read_addition
from clappper.core.planning.edit_rule_camera import read_picture
from clappper.core.planning.edit_rule_count import read_count, read_removal
from clappper.core.planning.edit_rule_light import read_again, read_light
from clappper.core.planning.edit_rule_move import read_move, read_put
from clappper.core.planning.edit_rule_room import read_room
from clappper.core.planning.edit_rule_turn import read_swap, read_turn, read_unrelation
from clappper.core.planning.edit_scene import EditScene
from clappper.core.planning.rule_planner import transcribe

if TYPE_CHECKING:
    from collections.abc import Callable

    from clappper.core.catalog.models import Catalog
    from clappper.core.planning.edit_clause import Clause
    from clappper.core.planning.edit_models import PlanEdit
    from clappper.core.planning.models import ScenePlan
    from clappper.core.units import Vec3

__all__ = ["MAX_REQUEST_CHARS", "EditReader"]

#: A longer request is refused.
MAX_REQUEST_CHARS = 2_000
_CAN_SAY = (
    "Say what to change, for example: “remove two chairs”, “add 4 pallets near the door”, "
    "“move the table 1 m to the left”, “turn the people to the camera”, “swap the forklifts”, "
    "“bigger room”, “make it night”, “camera from above”."
)
_UNDO = (
    "Undo is no change of the scene: the chat takes the last change back with undo; a run folder "
    "keeps what was before in its history folder."
)
_QUESTIONS = frozenset(
    ("how", "what", "which", "who", "where", "when", "why", "is", "are", "does", "do", "did")
)
#: The first that understands a clause has it.
_RULES: tuple[Callable[[EditScene, Clause], list[PlanEdit] | None], ...] = (
    read_again,
    read_unrelation,
    read_picture,
    read_room,
    read_light,
    read_count,
    read_swap,
    read_turn,
    read_move,
    read_put,
    read_removal,
    read_addition,
)


class EditReader:
    """Reads requests to change scenes made of one catalog."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def read(self, request: str, plan: ScenePlan, *, room_size_m: Vec3) -> tuple[PlanEdit, ...]:
        """Return the edits a request asks for, in its order.

        Args:
            request: What is to change, in English, at most 2,000 characters.
            plan: The scene it is about.
            room_size_m: Inner size of its room [m].

        Raises:
            UsageError: The request is empty or too long.
            PlanRejectedError: It is not understood or cannot be done; says what can be said.
        """
        if len(request) > MAX_REQUEST_CHARS:
            raise UsageError(
                f"The request has {len(request):,} characters: shorten it to {MAX_REQUEST_CHARS:,}."
            )
        if not request.strip():
            raise UsageError(_CAN_SAY)
        scene = EditScene(plan, room_size_m, self._catalog)
        edits: list[PlanEdit] = []
        for clause in split_clauses(transcribe(request)):
            for edit in _read_clause(scene, clause):
                scene.follow(edit)
                edits.append(edit)
        if not edits:
            raise PlanRejectedError(_CAN_SAY)
        if len(edits) > MAX_EDITS:
            raise PlanRejectedError(f"Say at most {MAX_EDITS} changes at once.")
        return tuple(edits)


def _read_clause(scene: EditScene, clause: Clause) -> list[PlanEdit]:
    if clause.command == "undo":
        raise PlanRejectedError(_UNDO)
    if clause.tokens[0].norm not in _QUESTIONS:
        for rule in _RULES:
            edits = rule(scene, clause)
            if edits:
                return edits
    raise PlanRejectedError(f"“{clause.said[:80]}” is not understood. {_CAN_SAY}")
