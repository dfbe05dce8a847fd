"""Questions about what can be said: shots, moves, moods, places, and whether one is there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, get_args

from clappper.core.errors import UsageError
from clappper.core.planning.camera import read_camera
from clappper.core.planning.inflection import singularize
from clappper.core.planning.lexicon import load_places
from clappper.core.planning.lighting import read_mood
from clappper.core.planning.models import Mood, Move, Shot, Verb
from clappper.core.planning.questions.ground import join_words
from clappper.core.planning.questions.things import strip_determiners
from clappper.core.planning.questions.words import THING
from clappper.core.planning.rule_planner import transcribe

if TYPE_CHECKING:
    from clappper.core.planning.models import ScenePlan
    from clappper.core.planning.questions.ground import Ground

__all__ = ["answer_ability", "answer_choices", "asks_ability"]

_SUBJECTS = {
    "moves": r"(?:camera |shot )?(?:moves?|movements?|motions?)",
    "shots": r"(?:camera )?(?:shots?|shot types?|angles?|views?|framings?|perspectives?"
    r"|viewpoints?)",
    "moods": r"(?:light(?:ing)? )?(?:moods?|lightings?|lights?|times of day|atmospheres?)"
    r"(?: for the light)?|light settings?|lighting options",
    "places": r"(?:places?|environments?|locations?|settings?|kinds of (?:places?|rooms?)|rooms?)",
    "relations": r"(?:relations?|arrangements?|spatial relations?)",
    "lenses": r"(?:lens(?:es)?|focal lengths?)",
}
_SUBJECT = "|".join(f"(?P<{name}>{pattern})" for name, pattern in _SUBJECTS.items())
_ALL = (
    r"(?:(?:the|all|other|different|available|possible|kinds? of|types? of|sorts? of|more|else) )*"
)
_WHICH = rf"(?:what|which|how many) {_ALL}(?:{_SUBJECT})"
_CHOICE_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"{_WHICH} (?:can|could|may) (?:i|we|you|it|the camera)"
        r"(?: (?:choose|pick|select|use|have|say|get|ask|do|make|set|build|offer|create|film"
        r"|want))?(?: (?:from|for|between|with|of))?(?: .{0,40})?",
        rf"{_WHICH} (?:are|is)(?: there)?(?: (?:available|possible|supported|offered))?"
        r"(?: to choose from)?",
        rf"{_WHICH} do (?:you|we) (?:have|know|support|offer|understand)",
        rf"(?:list|name|tell me|show me) {_ALL}(?:{_SUBJECT})",
        rf"what are (?:the|my|all) {_ALL}(?:(?:options|choices|possibilities) (?:for|of) (?:the )?"
        rf")?(?:{_SUBJECT})",
    )
)
#: In the singular these ask for what is set, not for what there is.
_STATE = re.compile(
    r"(?:what|which) (?:camera )?(?:light|lighting|mood|move|shot|angle|view|place|lens) is\b.*"
    r"|.*\blights (?:are|is) there.*"
)
_HELP = re.compile(
    r"help(?: me)?|what (?:can|could|may|should) (?:i|we|you) (?:say|ask|do|change|tell you|type"
    r"|write|edit)(?: .{0,40})?"
    r"|(?:what|which) (?:commands|edits|changes|questions|options|choices) (?:can|are|do).{0,40}"
    r"|what (?:do|can) you (?:do|understand|know)"
    r"|how do i (?:use|change|edit|start|work with) .{1,40}"
    r"|how (?:does|can|do) (?:this|it|i) (?:work|begin|start)"
)
_HELP_TEXT = (
    "Say a scene (“a warehouse with 3 forklifts”), a change (“remove two chairs”, “add 4 pallets "
    "near the door”, “make it night”, “camera from above”, “bigger room”), or ask: what is in the "
    "scene, how many of a thing there are, where one stands, how big it is, whether it fits, how "
    "long the film is, what was assumed or not found, and which shots, moves, moods, places and "
    "things there are."
)
_ABILITY = re.compile(
    rf"(?:can|could) (?:you|we|i|it) (?:do|support|handle|offer|render) (?P<a>{THING})"
    r"|(?:do you (?:do|support|have|know|offer|understand)|have you got|is there|are there)"
    rf" (?P<b>{THING})"
)
_SAID = {
    "eye_level": "eye level",
    "close_up": "close-up",
    "low": "low angle",
    "high": "high angle",
    "three_quarter": "three-quarter",
    "fly_through": "fly-through",
}


def answer_choices(said: str, ground: Ground) -> str | None:
    """Return what there is to choose from."""
    del ground
    if _HELP.fullmatch(said):
        return _HELP_TEXT
    if _STATE.fullmatch(said):
        return None
    for form in _CHOICE_FORMS:
        found = form.fullmatch(said)
        if found is not None:
            subject = next(name for name in _SUBJECTS if found[name])
            return _list_choices(subject)
    return None


def asks_ability(said: str) -> bool:
    """Tell whether a plain question asks if a shot, a move or a mood can be had."""
    return bool(_read_ability(said)[0])


def answer_ability(said: str, ground: Ground) -> str | None:
    """Return whether a shot, a move or a mood can be had, or is there already."""
    kind, choice = _read_ability(said)
    if not kind:
        return None
    if ground.plan is not None and choice in _list_set(ground.plan):
        return f"Yes, and it is set already: {_say(choice)}."
    return f"Yes: say “{_say(choice)}”. {_list_choices(kind)}"


def _list_set(plan: ScenePlan) -> tuple[str | None, ...]:
    return plan.lighting.mood, plan.camera.move, plan.camera.shot


def _read_ability(said: str) -> tuple[str, str]:
    """Return kind and value of the choice a question is about; empty where it is about none."""
    found = _ABILITY.fullmatch(said)
    if found is None:
        return "", ""
    *before, last = strip_determiners(found["a"] or found["b"]).split() or [""]
    return _read_choice(" ".join((*before, singularize(last))))


def _read_choice(words: str) -> tuple[str, str]:
    """Return kind and value of a choice that is all the words say; empty for anything else.

    They are read as the planner reads them in a prompt.
    """
    try:
        transcript = transcribe(words)
    except UsageError:
        return "", ""
    claimed: dict[int, str] = {}
    mood = read_mood(transcript, claimed)
    if mood is not None and len(claimed) == len(transcript.tokens):
        return "moods", mood
    wish = read_camera(transcript)
    if len(wish.claimed) < len(transcript.tokens):
        return "", ""
    if wish.move is not None:
        return "moves", wish.move
    return ("shots", wish.shot) if wish.shot is not None else ("", "")


def _list_choices(subject: str) -> str:
    """Return the sentence that lists what there is."""
    if subject == "places":
        titles = [place.title.lower() for place in load_places().values()]
        return f"Places there are: {join_words(titles)}; others are built as the nearest of these."
    if subject == "lenses":
        return "Lenses go from 8 to 300 mm; without one, the shot decides."
    values: dict[str, tuple[str, ...]] = {
        "moves": get_args(Move),
        "shots": get_args(Shot),
        "moods": get_args(Mood),
        "relations": get_args(Verb),
    }
    names = {"moves": "Camera moves", "shots": "Shots", "moods": "Moods of the light"}
    words = join_words(_say(value) for value in values[subject])
    return f"{names.get(subject, 'Relations')} there are: {words}."


def _say(value: str) -> str:
    return _SAID.get(value, value.replace("_", " "))
