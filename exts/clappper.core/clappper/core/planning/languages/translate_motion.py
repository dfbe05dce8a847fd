"""How a camera is to move, said in another language, as one English line.

A verb, its second half and the preposition before a thing are read on their own, in any order and
form: herumfahren, um den Tisch fahren and fährt um den Tisch herum all say orbits around.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from clappper.core.planning.languages.translate_european import translate_words
from clappper.core.planning.languages.translate_slot import join_said

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clappper.core.planning.languages.translate_frame import ClauseRules, MotionRules
    from clappper.core.planning.languages.translate_order import SaidWord
    from clappper.core.planning.languages.translation_lexicon import EuropeanLexicon

__all__ = ["Motion", "read_motion"]

_STATIC = "static camera"
_DURATION = re.compile(
    r",? ?(?:for |in |during )?(?P<n>\d+(?:\.\d+)?) seconds?(?: long)?(?: long)?"
)
_MANNER = re.compile(r"\b(?:very |quite |a bit )*(?P<how>slowly|slow|quickly|fast|gently)\b")
_MANNERS = {"slow": "slowly", "fast": "quickly"}
_MEASURED = re.compile(r"\d(?:[\d.]*) (?:c?m|degrees)\b")
#: What the first half of a verb says already: näher rangehen.
_NEARER = re.compile(r"\b(?:closer|further away)$")
_LEADING = re.compile(
    r"^(?:(?:to|at|on|in|of|from|with|near|around|through|towards|along|past|by|over|closer|about"
    r"|into|between) )+(?=\w)"
)
_LEFT_OVER = re.compile(r"^(?:a bit|some|a|the|and|it|them|that|one|x|once)$")
#: What an imperative changes once, and is no move: sube la cámara.
_STEPS = ("rises", "descends", "moves closer to", "moves away from")
#: How what a camera moves to, past or around begins.
_TARGET = re.compile(r"(?:the|a|an|my|our|all|each|both|this|these|\d+|\w+s)\b")
#: What a way says where there is no thing that it is about.
_ALONE = {
    "orbits around": "orbits", "moves past": "moves sideways", "moves along": "moves sideways",
    "moves towards": "moves forward", "moves closer to": "moves closer",
    "moves away from": "moves back", "moves through": "moves through", "flies over": "flies",
    "follows": "",
}  # fmt: skip
#: Ways that may be about a thing.
_AIMED = {"moves back": "moves away from", "moves forward": "moves towards", "pans": "pans to",
          "zooms in": "zooms in on"}  # fmt: skip
#: Where a camera that only moves goes, by the first English words of where.
_WAYS = (
    (re.compile(r"^(?:all )?around\b"), "orbits around"),
    (re.compile(r"^(?:past|(?:by )?(?:in front of|next to))\b"), "moves past"),
    (re.compile(r"^(?:through|across|by)\b"), "moves through"),
    (re.compile(r"^along\b"), "moves along"),
    (re.compile(r"^(?:over|above)\b"), "flies over"),
    (re.compile(r"^(?:away from|from|of)\b(?! (?:left|right)\b)"), "moves away from"),
    (re.compile(r"^closer to\b"), "moves closer to"),
    (re.compile(r"^(?:towards|on|at|to)\b(?! the (?:left|right|front|back|side)\b)"),
     "moves towards"),
)  # fmt: skip
_DIRECTIONS = re.compile(
    r"^(?:up|down|forwards?|backwards?|back|sideways|to the (?:left|right|front|back|side)"
    r"|from (?:left to right|right to left)|from (?:above|below))\b"
)
_PLACED = re.compile(r"(?:to|through|over|across|around|above|in|into|at) (?:the|a|an|each)\b")
_UP = {"up": "rises", "down": "descends", "back": "moves back", "backward": "moves back",
       "backwards": "moves back", "to the back": "moves back", "forward": "moves forward",
       "to the front": "moves forward", "forwards": "moves forward"}  # fmt: skip


class Motion(NamedTuple):
    """A move of the camera.

    Attributes:
        english: What it is in English.
        is_wished: Whether it is asked for, not only told.
    """

    english: str
    is_wished: bool


def read_motion(
    words: Sequence[SaidWord], lexicon: EuropeanLexicon, rules: ClauseRules, *, topic: str
) -> Motion | None:
    """Return how the camera is to move, or null where a clause does not say it.

    Args:
        words: A clause without what says nothing.
        lexicon: Words of its language.
        rules: How its language asks for a change.
        topic: The noun that was spoken of before.
    """
    motion = rules.motion
    folded = [word.folded for word in words]
    is_named = any(word in motion.camera for word in folded)
    is_named = is_named or not motion.alone.isdisjoint(folded[:2])
    is_meant = topic == "camera" and bool(folded) and folded[0] in motion.begins
    if not (is_named or is_meant) or "," in folded or _is_joined_before(folded, motion):
        return None
    if _is_joined_behind(folded, motion):
        return None
    found = _find_verb(folded, motion)
    is_wished = any(word in motion.wishes for word in folded)
    halves = [motion.halves[word] for word in folded if word in motion.halves]
    if found is None and not halves:
        return None
    verb, half, form = found or ("moves", "", "")
    way = half or (halves[-1] if halves else "")
    if any(word in motion.negations for word in folded):
        return Motion(_STATIC, is_wished=True) if found else None
    is_imperative = bool(form) and folded[0] == form
    if is_imperative and verb in _STEPS:
        return None
    silent = motion.silent | motion.wishes | motion.camera | set(motion.halves) | {form}
    rest = _drop_articles(
        [w for w in words if w.folded not in silent or w.text.isdigit()], words, motion, form
    )
    english = translate_words(join_said(rest), lexicon) if rest else ""
    if found is not None and way:
        english = _NEARER.sub("", english)
    said = _say(verb, way, english.strip(" ,"))
    return Motion(said, is_wished or is_imperative) if said else None


def _is_joined_before(folded: Sequence[str], motion: MotionRules) -> bool:
    """Whether another clause is joined before the one about the camera."""
    place = next((i for i, word in enumerate(folded) if word in motion.camera), len(folded))
    return not motion.joins.isdisjoint(folded[:place]) if place < len(folded) else False


def _is_joined_behind(folded: Sequence[str], motion: MotionRules) -> bool:
    """Whether another clause with a verb of its own is joined behind: und es soll kurz sein."""
    place = next((i for i, word in enumerate(folded) if word in motion.joins and i), len(folded))
    return not motion.wishes.isdisjoint(folded[place + 1 :])


def _find_verb(folded: Sequence[str], motion: MotionRules) -> tuple[str, str, str] | None:
    """Return the English of the last verb of motion, what its first half says, and its form."""
    for word in reversed(folded):
        verb = motion.find(word)
        if verb:
            return verb, "", word
        for half, english in motion.halves.items():
            rest = word.removeprefix(half)
            verb = motion.find(rest.removeprefix("zu")) if rest != word else ""
            if verb:
                return verb, english, word
    return None


def _drop_articles(
    rest: list[SaidWord], words: Sequence[SaidWord], motion: MotionRules, form: str
) -> list[SaidWord]:
    """Drop what stood before the camera and the verb and belongs to it."""
    before: set[int] = set()
    for marks, words_before in ((motion.camera, motion.the), ({form}, motion.before)):
        place = next((i for i, word in enumerate(words) if word.folded in marks), 0)
        for word in reversed(words[max(0, place - 2) : place]):
            if word.folded not in words_before:
                break
            before.add(id(word))
    return [word for word in rest if id(word) not in before]


def _say(verb: str, way: str, english: str) -> str | None:
    lasts = _DURATION.search(english)
    if lasts is not None:
        english = f"{english[: lasts.start()]} {english[lasts.end() :]}".strip()
    manner = _MANNER.search(english)
    if manner is not None:
        english = " ".join(_MANNER.sub("", english).split())
    english = "" if _LEFT_OVER.match(english) else english
    english = "sideways" if english == "from the side" else english
    if _MEASURED.search(english):
        return None
    line = _join(verb, way, english)
    if line is None:
        return None
    if manner is not None:
        head, _, tail = line.partition(" ")
        line = f"{head} {_MANNERS.get(manner['how'], manner['how'])} {tail}".strip()
    said = f"camera {line}"
    return said if lasts is None else f"{said}. Film {lasts['n']} seconds"


def _join(verb: str, way: str, english: str) -> str | None:
    direction = _DIRECTIONS.match(english)
    if direction is not None and verb in ("moves", "flies", "pans"):
        where, rest = direction[0], english[direction.end() :].strip()
        if verb == "pans" or where not in _UP:
            return f"{verb} {where}"
        verb, english = _UP[where], rest
    target = english
    if way and verb in ("moves", "flies", "pans", "zooms in", "orbits around"):
        verb = way
        target = _LEADING.sub("", english)
    elif verb in ("moves", "flies", "orbits around"):
        place = next((said for form, said in _WAYS if form.match(english)), "")
        if place and verb != "orbits around":
            verb = place
        target = _LEADING.sub(
            "", re.sub(r"^(?:by )?(?:in front of|next to|away from)", "", english).strip()
        )
    else:
        target = _LEADING.sub("", english)
    target = re.sub(r"^(?:it|them)$", "", target)
    if target and not _TARGET.match(target) and verb not in ("rises", "descends", "moves"):
        return None
    if not target:
        return _ALONE.get(verb, verb) or None
    verb = _AIMED.get(verb, verb)
    if verb in ("rises", "descends", "moves"):
        return f"{verb} {english}" if _DIRECTIONS.match(english) or _PLACED.match(english) else None
    return f"{verb} {target}"
