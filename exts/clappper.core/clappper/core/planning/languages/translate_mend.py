"""Mends English that was put together word by word from German or Spanish."""

from __future__ import annotations

import re
from functools import lru_cache

from clappper.core.planning.inflection import pluralize
from clappper.core.planning.lexicon import load_classes

__all__ = ["mend_english"]

#: A distance as Spanish says it: a 2 metros de la pared.
_DISTANCE = re.compile(r"\bto (\d[\d.,]* c?m) (?:of|from)\b")
#: A height as Spanish says it: cámara fija a 2 metros.
_AT_HEIGHT = re.compile(r"\bcamera to(?= \d)")
_MORE = re.compile(r"\bmore (\d+)\b(?! [cm])")
#: How exactly a thing stands somewhere says nothing.
_EXACT_PLACE = re.compile(
    r"\b(?:exactly|directly) (?=(?:in|on|at|next|behind|near|under|above|between|opposite|to)\b)"
)
_AT_WALL = re.compile(r"\bat(?= (?:the|an?|each) (?:\w+ )?walls?\b)")
#: Of what each has one, where Spanish says by: una silla por escritorio.
_PER = re.compile(r"\bby(?= [a-z-]+(?: [a-z-]+)?(?:[.,;]|$| and\b))")
#: A length as all but English say it: einen Meter.
_ONE_METRE = re.compile(r"\ba(?= c?m\b)")
#: What things stand on, where Spanish says in: en cada mesa.
_ON_TOP = re.compile(
    r"\bin(?= (?:each|every|the|an?|my|our) (?:[\w-]+ )?"
    r"(?:desk|table|pallet|sofa|bed|chair|stool)s?\b)"
)
#: A light as a sentence says it: das Licht soll weich sein.
_LIGHT_IS = re.compile(
    r"\bthe light(?: should| is| be| must)* (soft|warm|bright|dim|natural)(?: (?:should )?be)?\b"
)
#: The second half of a German verb at the end of its clause: die Kamera fährt auf die Tür zu.
_SPLIT_VERB = re.compile(
    r"\b(?P<camera>camera (?:slowly )?(?:moves|goes|glides|flies|zooms|walking)(?: slowly)?)"
    r" (?:on|at|in) (?P<what>(?:the|an?|each)(?: [\w-]+){1,4}?) (?P<half>to|along|past)"
    r"(?= ?(?:[.,;]|and\b|$))"
)
_HALVES = {"to": "towards", "along": "along", "past": "past"}
#: The subject that German has behind its verb: zehn hätte ich gern.
_INVERTED = re.compile(
    r"\b(?P<verb>want|need|find|see|like|have|would|should|must|can|could) (?P<who>I|we|you)\b"
)
#: What Spanish says pleases somebody.
_LIKED = re.compile(r"\b(?P<no>no )?(?:me|us) like\b")
#: The German particle mal where no length follows it.
_PARTICLE = re.compile(r"(?<![\dm]) x(?= (?!\d))")


def mend_english(english: str, *, is_spanish: bool) -> str:
    """Return English with what a language says in another way as English says it.

    Args:
        english: Words in the order of the language.
        is_spanish: Whether the language is Spanish, else it is German.
    """
    english = _DISTANCE.sub(r"\1 from", english)
    english = _AT_HEIGHT.sub("camera at", english)
    english = _ONE_METRE.sub("1", english)
    english = _MORE.sub(r"\1 more", english)
    english = _EXACT_PLACE.sub("", english)
    english = _AT_WALL.sub("against", english)
    english = _LIGHT_IS.sub(r"\1 light", english)
    if is_spanish:
        english = _LIKED.sub(lambda m: "I do not like" if m["no"] else "I like", english)
        english = _PER.sub("per", english)
        english = _ON_TOP.sub("on", english)
        return _list_personal().sub(r"\1 ", english)
    english = _PARTICLE.sub("", english)
    if not english.endswith("?"):
        english = _INVERTED.sub(r"\g<who> \g<verb>", english)
    return _SPLIT_VERB.sub(_join_verb, english)


def _join_verb(match: re.Match[str]) -> str:
    return f"{match['camera']} {_HALVES[match['half']]} {match['what']}"


@lru_cache(maxsize=1)
def _list_personal() -> re.Pattern[str]:
    """Return the pattern of the a that Spanish says before people: pon a dos trabajadores."""
    people = load_classes()["person"].words
    names = "|".join(sorted({*people, *map(pluralize, people)}))
    return re.compile(rf"\b(put|show|add|remove|see|move) to (?=(?:an?|the|\d+) (?:{names})\b)")
