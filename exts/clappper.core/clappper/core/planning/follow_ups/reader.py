"""Reads an English request to change a scene, by rules, into edits of its plan.

A request that is not understood, or could mean several things, is refused with a sentence that
says what can be said; nothing is half read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from clappper.core.errors import PlanRejectedError, UsageError
from clappper.core.planning.edits.models import MAX_EDITS
from clappper.core.planning.follow_ups.memory import recall
from clappper.core.planning.follow_ups.rule_add import read_addition
from clappper.core.planning.follow_ups.rule_camera import read_picture
from clappper.core.planning.follow_ups.rule_count import read_count
from clappper.core.planning.follow_ups.rule_light import read_again, read_light
from clappper.core.planning.follow_ups.rule_move import read_move, read_put
from clappper.core.planning.follow_ups.rule_remove import read_removal
from clappper.core.planning.follow_ups.rule_room import read_room
from clappper.core.planning.follow_ups.rule_turn import read_swap, read_turn, read_unrelation
from clappper.core.planning.follow_ups.scene import EditScene
from clappper.core.planning.follow_ups.singled import find_singled
from clappper.core.planning.follow_ups.target import read_phrase
from clappper.core.planning.lexer import Transcript, tokenize
from clappper.core.planning.numbers import merge_quantities
from clappper.core.planning.rule_planner import transcribe
from clappper.core.planning.wording.clause import split_clauses
from clappper.core.planning.wording.sayings import read_sayings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from clappper.core.catalog.models import Catalog
    from clappper.core.planning.edits.models import PlanEdit
    from clappper.core.planning.models import ScenePlan
    from clappper.core.planning.wording.clause import Clause
    from clappper.core.planning.wording.sayings import Saying
    from clappper.core.units import Vec3

__all__ = ["MAX_REQUEST_CHARS", "EditReader", "EditReading"]

#: A longer request is refused.
MAX_REQUEST_CHARS = 2_000
_CAN_SAY = (
    "Say what to change, for example: “remove two chairs”, “add 4 pallets near the door”, "
    "“move the table 1 m to the left”, “turn the people to the camera”, “swap the forklifts”, "
    "“bigger room”, “make it night”, “camera from above”."
)
_UNDO = (
    "To take a change back is no change of the scene: say it alone in “clappper chat”, or undo it "
    "in Kit (Ctrl+Z). A run folder keeps what was before in its history folder."
)
#: Commands that rule out what may not be there at all.
_RULING_OUT = ("no", "no more", "without", "i don't want", "i do not want", "we don't want")
_QUESTIONS = frozenset(
    ("how", "what", "which", "who", "where", "when", "why", "is", "are", "does", "do", "did")
)
#: What belongs to what was spoken of, and may be said twice: a desk stays empty, take its monitor.
_OWN = re.compile(r"\b(?:its|their)\b", re.IGNORECASE)
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


class EditReading(NamedTuple):
    """The edits a request asks for, in its order, and what of it was taken for mere talk."""

    edits: tuple[PlanEdit, ...]
    talk: tuple[str, ...]


class EditReader:
    """Reads requests to change scenes made of one catalog."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def read(
        self, request: str, plan: ScenePlan, *, room_size_m: Vec3, before: Sequence[str] = ()
    ) -> tuple[PlanEdit, ...]:
        """Return the edits a request asks for; the arguments are those of ``read_request``."""
        return self.read_request(request, plan, room_size_m=room_size_m, before=before).edits

    def read_request(
        self, request: str, plan: ScenePlan, *, room_size_m: Vec3, before: Sequence[str] = ()
    ) -> EditReading:
        """Return the edits a request asks for, and what of it asks for nothing.

        Args:
            request: What is to change, in English, at most 2,000 characters.
            plan: The scene it is about.
            room_size_m: Inner size of its room [m].
            before: What the user said before, the oldest first, which tells what it and them mean.

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
        recall(scene, before)
        edits: list[PlanEdit] = []
        refused: list[tuple[str, PlanRejectedError]] = []
        for saying in read_sayings(transcribe(request).text):
            for clause in _split_saying(saying):
                edits += _follow(scene, clause, saying, edits, refused)
        if not edits:
            raise refused[0][1] if refused else PlanRejectedError(_CAN_SAY)
        if len(edits) > MAX_EDITS:
            raise PlanRejectedError(f"Say at most {MAX_EDITS} changes at once.")
        edits = _name_orphans(plan, _settle(edits))
        return EditReading(tuple(edits), tuple(said for said, _ in refused))


def _follow(
    scene: EditScene,
    clause: Clause,
    saying: Saying,
    before: list[PlanEdit],
    refused: list[tuple[str, PlanRejectedError]],
) -> list[PlanEdit]:
    """Return the edits of a clause, after which the scene is as they leave it."""
    try:
        edits = _read_clause(scene, clause, saying)
    except PlanRejectedError as exc:
        if not _may_be_left_out(scene, clause):
            raise
        refused.append((saying.said, exc))
        return []
    is_removal = [edit.op for edit in edits] == ["remove"]
    if is_removal and edits == before[-1:] and _OWN.search(saying.plain):
        return []
    for edit in edits:
        scene.follow(edit)
    return edits


def _split_saying(saying: Saying) -> list[Clause]:
    tokens = tuple(merge_quantities(tokenize(saying.plain)))
    return split_clauses(Transcript(saying.plain, tokens))


def _may_be_left_out(scene: EditScene, clause: Clause) -> bool:
    """Whether a clause that is not understood asks for nothing beside those that are.

    It rules out what is not there, or it has no command and names nothing that could be there.
    """
    if clause.command:
        return clause.verb in _RULING_OUT
    for place, token in enumerate(clause.tokens):
        if token.kind not in ("word", "mark"):
            return False
        phrase = read_phrase(clause.tokens[place:])
        if phrase is None or not phrase.head or phrase.kind != "thing":
            continue
        if scene.find(phrase) or scene.ask(phrase).assets:
            return False
    return True


def _settle(edits: list[PlanEdit]) -> list[PlanEdit]:
    """Return edits without those that others say anew: fewer boxes, make it four."""
    settled: list[PlanEdit] = []
    related = {edit.item for edit in edits if edit.op == "relate"}
    for edit in edits:
        if edit.op == "swap" and edit.object is not None and related >= {edit.item, edit.object}:
            continue
        if settled and _is_same_matter(settled[-1], edit):
            settled[-1] = _merge(settled[-1], edit)
        else:
            settled.append(edit)
    return settled


def _name_orphans(plan: ScenePlan, edits: list[PlanEdit]) -> list[PlanEdit]:
    """Name things by their noun where those they belong to have become fewer before.

    Some of them are an item of their own by then: the chairs of the desks that are gone.
    """
    nouns = {item.id: item.noun for item in plan.items}
    counts = {item.id: item.count for item in plan.items}
    owners = {r.subject: r.object for r in plan.relations if r.verb in ("paired_with", "around")}
    fewer: set[str | None] = set()
    named: list[PlanEdit] = []
    for edit in edits:
        is_number = edit.op in ("set_count", "remove") and edit.count is not None
        if is_number and edit.which is None and owners.get(edit.item or "") in fewer:
            named.append(edit.model_copy(update={"item": None, "noun": nouns[edit.item or ""]}))
        else:
            named.append(edit)
        is_less = edit.op == "remove" or (edit.count or 0) < counts.get(edit.item or "", 0)
        fewer |= {edit.item} if is_number and is_less else set()
    return named


def _is_same_matter(before: PlanEdit, edit: PlanEdit) -> bool:
    if edit.op in ("lighting", "camera"):
        return before.op == edit.op
    return edit.op in ("set_count", "seed") and (edit.op, edit.item, edit.noun) == (
        before.op,
        before.item,
        before.noun,
    )


def _merge(before: PlanEdit, edit: PlanEdit) -> PlanEdit:
    """Return the later of two edits of one matter; of the camera both count."""
    if before.camera is None or edit.camera is None:
        return edit
    said = edit.camera.model_dump(exclude_none=True)
    return edit.model_copy(update={"camera": before.camera.model_copy(update=said)})


def _apply_rules(scene: EditScene, clause: Clause) -> list[PlanEdit] | None:
    return next((e for e in (rule(scene, clause) for rule in _RULES) if e is not None), None)


def _read_clause(scene: EditScene, clause: Clause, saying: Saying) -> list[PlanEdit]:
    if clause.command == "undo":
        raise PlanRejectedError(_UNDO)
    if clause.tokens[0].norm not in _QUESTIONS:
        singled = find_singled(scene, clause)
        edits = singled.take(_apply_rules(scene, singled.clause) or ()) if singled else None
        edits = edits or _apply_rules(scene, clause)
        if edits is not None:
            return edits
    said = clause.said if clause.said in saying.said else saying.said
    raise PlanRejectedError(f"“{said[:80]}” is not understood. {_CAN_SAY}")
