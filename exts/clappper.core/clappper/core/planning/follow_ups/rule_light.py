"""Reads requests for other light, and for another layout."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clappper.core.errors import PlanRejectedError
from clappper.core.planning.follow_ups.scene import make_edit
from clappper.core.planning.follow_ups.target import read_phrase
from clappper.core.planning.follow_ups.targets import read_targets
from clappper.core.planning.lighting import find_adjective_mood, read_mood

if TYPE_CHECKING:
    from clappper.core.planning.edits.models import PlanEdit
    from clappper.core.planning.follow_ups.scene import EditScene
    from clappper.core.planning.models import Mood
    from clappper.core.planning.wording.clause import Clause

__all__ = ["read_again", "read_light"]

_LADDER: tuple[Mood, ...] = ("night", "soft", "day", "bright")
_RANKS: dict[Mood | None, int] = {
    "night": 0,
    "soft": 1,
    "golden_hour": 1,
    "day": 2,
    "industrial": 2,
    "studio": 2,
    None: 2,
    "bright": 3,
}
_BRIGHTER = re.compile(r"\b(?:brighter|lighter|brighten|more light|less dark)\b")
_DARKER = re.compile(r"\b(?:darker|dimmer|darken|less light|less bright)\b")
_LIGHTS: tuple[tuple[re.Pattern[str], Mood], ...] = (
    (
        re.compile(
            r"\b(?:softer|warmer|gentler|co[sz]ier)\b|\b(?:co[sz]y|warm|soft)$"
            r"|\b(?:dim|soften)\b.*\blights?\b|^dim(?:med)? lights?\b"
        ),
        "soft",
    ),
    (re.compile(r"\b(?:turn|switch) off\b|\blights? (?:off|out)\b"), "night"),
    (re.compile(r"\b(?:turn|switch) on\b|\blights? on\b"), "bright"),
)
_SET_LIGHT = re.compile(
    r"^(?:set|change|switch|swap) (?:the )?(?:light|mood|time)|^set it (?:at|to) "
)
_COMMANDS_ON_THINGS = ("remove", "add", "put", "move", "swap", "keep")
_ANOTHER = re.compile(
    r"\balternatives?\b(?: layout)?$|\b(?:another|different|new|other|alternative) (?:layout"
    r"|arrangement|placement|variation|version|setup)\b"
)
#: Commands that place things anew; others ask for another layout of everything.
_ANEW = ("rearrange", "re arrange", "reshuffle", "shuffle", "randomize", "randomise", "mix up")


def read_again(scene: EditScene, clause: Clause) -> list[PlanEdit] | None:
    """Return the edit of a request for another layout, or null when it asks for none."""
    if clause.command != "again" and not _ANOTHER.search(clause.line):
        return None
    words = [t.norm for t in clause.rest if t.norm not in ("the", "a", "whole")]
    if (
        clause.verb not in _ANEW
        or not words
        or words[0] in ("everything", "all", "it", "things", "layout", "scene", "arrangement")
    ):
        return [make_edit("seed")]
    return [make_edit("seed", item=i.id) for t in read_targets(scene, clause.rest) for i in t.items]


def read_light(scene: EditScene, clause: Clause) -> list[PlanEdit] | None:
    """Return the edit of a request for other light, or null when it asks for none."""
    line = clause.line
    if clause.command in _COMMANDS_ON_THINGS and not _SET_LIGHT.match(line):
        return None
    rank = _RANKS[scene.plan.lighting.mood]
    for pattern, step in ((_BRIGHTER, 1), (_DARKER, -1)):
        if pattern.search(line):
            if not 0 <= rank + step < len(_LADDER):
                how = "bright" if step > 0 else "dark"
                raise PlanRejectedError(f"It is as {how} as it gets already.")
            return [make_edit("lighting", mood=_LADDER[rank + step])]
    for pattern, mood in _LIGHTS:
        if pattern.search(line):
            return [make_edit("lighting", mood=mood)]
    said = read_mood(clause.transcript, {})
    if said is None and clause.command in ("make", "light", ""):
        tokens = clause.rest if clause.command == "make" else clause.tokens
        words = [
            t.norm for t in tokens if t.norm not in ("it", "very", "really", "a", "bit", "more")
        ]
        said = find_adjective_mood(tuple(words)) if len(words) <= 3 else None
        phrase = read_phrase(tokens)
        if phrase is not None and phrase.kind == "thing" and phrase.head not in words[-1:]:
            return None
    return [make_edit("lighting", mood=said)] if said is not None else None
