"""Whether a sentence describes a scene of its own, or speaks of the one that is there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from clappper.core.planning.anaphora import resolve_ones
from clappper.core.planning.camera import read_camera
from clappper.core.planning.clause import read_elements
from clappper.core.planning.environment import read_environment
from clappper.core.planning.noun_phrase import NounPhrase
from clappper.core.planning.rule_planner import transcribe

if TYPE_CHECKING:
    from clappper.core.planning.models import EnvironmentKind

__all__ = ["SceneWish", "find_scene_wish"]

#: What may come before the place where somebody begins to describe a scene.
_OPENING = re.compile(
    r"(?:a|an|another|one|new|now|next|then|ok|okay|and|please|can|could|would|you|we|i|my|us|me|let|"
    r"lets|create|build|make|show|generate|render|design|stage|give|produce|set|up|draw|imagine|need|"
    r"want|like|have|get|instead|of|scene|view|shot|picture|image|film|video|clip|layout|simple|\W)*"
)
#: Right before the place: what is there becomes it, looks like it, or gets it.
_BECOMING = re.compile(
    r"\b(?:it|this|that|these|those|them|everything|into|to|like|as|from|than|add|insert|put|place|"
    r"bring)$"
)
#: What is made so is there already.
_THERE = re.compile(
    r"\b(?:make|turn|keep|have|let|set|want|put|place|move|take) (?:it|this|that|everything"
    r"|the whole thing)\b[^,.;]*$"
    r"|^(?:it|this) (?:should|could|must|can) (?:be|become|look like)$"
)
#: A place before one of these names a light or a look: studio lighting.
_LOOKS = frozenset(("light", "lights", "lighting", "look", "mood", "style", "feel"))
#: Longer texts describe a scene, however they introduce its place [words].
_LONG = 25


class SceneWish(NamedTuple):
    """A place somebody describes.

    Attributes:
        kind: What kind of place.
        is_opening: Whether the sentence begins with it; else it may be the one that is there.
    """

    kind: EnvironmentKind
    is_opening: bool


def find_scene_wish(prompt: str) -> SceneWish | None:
    """Return the place a sentence describes as one of its own, or None.

    Raises:
        UsageError: It is empty or too long.
    """
    transcript = transcribe(prompt)
    camera = read_camera(transcript)
    elements = resolve_ones(read_elements(transcript, camera.claimed))
    wish = read_environment(transcript, elements)
    phrase = elements[wish.phrase] if wish.phrase is not None else None
    if not isinstance(phrase, NounPhrase) or wish.place is None:
        return None
    following = [token.norm for token in transcript.tokens[phrase.end - 1 : phrase.end + 1]]
    if _LOOKS.intersection(following):
        return None
    before = " ".join(token.norm for token in transcript.tokens[: phrase.start])
    is_opening = _OPENING.fullmatch(before) is not None
    is_there = phrase.determiner == "definite" or phrase.is_possessed or phrase.is_its
    if is_there and len(transcript.tokens) < _LONG:
        return None
    if not is_opening and (_BECOMING.search(before) or _THERE.search(before)):
        return None
    return SceneWish(wish.place.kind, is_opening and not is_there)
