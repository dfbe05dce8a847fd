"""Remarks on a scene: what is said to be wrong with it, and the wish in it where there is one.

"Too dark" alone asks for more light; before "make it night" it only says why. "Looks too tidy" asks
for nothing by itself.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from clappper.core.planning.wording.form import NUMBER
from clappper.core.planning.wording.statement import find_spoken_things

__all__ = ["Remark", "drop_reason", "read_remark"]


class Remark(NamedTuple):
    """What a remark asks for when nothing else is said, or empty; and the things it is about."""

    wish: str = ""
    things: str = ""


_BE = (
    r"(?:(?<=\w)'(?:s|re)|\b(?:is|are|looks?|feels?|seems?|appears?|gets?|turned out|came out|was"
    r"|were))"
)
_DEGREE = (
    r"(?:(?:still|now|just|really|quite|kind of|kinda|a (?:bit|little|tad|touch)|a lot|far|way|much"
    r"|very|so|rather|pretty|all|somewhat|slightly|bit|little|already|also|maybe|perhaps|almost) )*"
)
_TAIL = (
    r"(?: (?:for (?:me|us|that|this|my taste|the (?:client|shot|scene))|now|here|like (?:this|that)"
    r"|(?:in|around) (?:here|there)|at the moment|to me|any ?more|as it is|i think|then"
    r"|to (?:see|read|be|look) .*))*"
)
_ADJECTIVE = r"(?P<adjective>[a-z]+(?:-[a-z]+)?(?: away| up| down| together| apart)?)"
_TOPIC = r"(?:(?P<topic>(?:the |this |that |everything|it|all|[a-z])[\w ]{0,40}?)\s*)??"
_REMARK = re.compile(
    rf"^{_TOPIC}(?P<be>{_BE} )?(?P<degree>{_DEGREE})(?P<too>too )?{_ADJECTIVE}{_TAIL}$",
    re.IGNORECASE,
)
_NOT_ENOUGH = re.compile(
    rf"^{_TOPIC}(?:{_BE}(?:n't| not)?|not) (?:quite |really |nearly )?(?:not )?"
    rf"{_ADJECTIVE} enough{_TAIL}$",
    re.IGNORECASE,
)
_MANY = re.compile(
    r"^(?:there (?:are|is)|there's|that's|that is|those are|these are|we have|you (?:have|put))? ?"
    r"(?:still |now |just |way |far |a bit |a few )*(?P<how>too many|too much|too few|too little"
    rf"|not enough|not many) (?P<things>[\w -]+?){_TAIL}$"
    rf"|^(?:{NUMBER} )?(?P<things2>[a-z][a-z -]*?) (?:is|are) (?:way |far |still |a bit )*"
    r"(?P<how2>too many|too much|too few)$",
    re.IGNORECASE,
)
_GOOD = (
    r"(?:good|great|nice|fine|perfect|better|cool|awesome|excellent|lovely|ok|okay|wonderful"
    r"|beautiful|closer|almost there|getting there|well done)"
)
_PRAISE = re.compile(
    r"^(?:(?:i|we) (?:really |do )?(?:like|love) (?:it|this|that|the result|what i see)\b.*"
    r"|(?:(?:that|this|it|they|the (?:result|scene|picture|layout))(?:'s| is| are| looks?| look)? "
    r"|looks? |looking |)(?:already |really |so |pretty |quite |very |much )*"
    rf"{_GOOD}(?: (?:now|already|so far|like (?:that|this)|job|work|start|one))*"
    r"|(?:thanks|thank you|cheers|ta)(?: (?:so much|a lot|very much|ever so much|again))*"
    rf"|(?:that's|this is|that is) (?:an? )?(?:really |very )*{_GOOD} (?:start|job|idea|work|look)"
    r"|everything(?:'s| is| looks)? (?:fine|good|great|ok|okay|perfect)(?: (?:except|but"
    r"|apart from) .*)?"
    rf"|the [\w ]+ (?:is|are|looks?) (?:already |really |so |pretty |quite |very )*{_GOOD}"
    r"|(?:just )?(?:keep|leave) (?:it|that|this|them|everything|the [\w ]+?)(?: (?:alone|as "
    r"(?:it is"
    r"|they are|is)|like (?:this|that)|where (?:it is|they are)|the same|that way|so"
    r"|unchanged))?)$",
    re.IGNORECASE,
)
#: What is to become other, without a word on how.
_VAGUE = re.compile(
    r"^(?:change|adjust|tweak|fix|rework|work on) (?:the |this |that )?(?:camera|view|shot|angle"
    r"|light"
    r"|lighting|mood|film|clip|layout|scene|room)(?: a (?:bit|little))?$",
    re.IGNORECASE,
)
_UNSEEN = re.compile(
    r"^(?:(?:i|we|you) (?:can't|cannot|can not|can hardly|can barely|don't|do not) (?:really "
    r"|even )?see "
    r"(?P<things>.+?)(?: (?:well|properly|at all|clearly|any ?more|now|here|enough|yet))*"
    r"|(?P<things2>the .+?) (?:is|are) (?:hidden|invisible|not visible|out of (?:frame|sight|view)"
    r"|cut off))$",
    re.IGNORECASE,
)
_COMPLAINT = re.compile(
    r"^(?:(?:i|we) (?:do not|don't) (?:really )?(?:like|love)|(?:i'm|i am|we're|we are) not "
    r"(?:happy|sure|convinced))\b.*"
    r"|^(?:it|they|that|this|the [\w ]+?) (?:is|are|looks?|gets?)(?: just| only| all| still)?"
    r" (?:in the way|a mess|boring|odd|off|wrong|weird|ugly|blocking .*|in front of everything)$",
    re.IGNORECASE,
)
#: How something looks, whatever it looks like: a remark, but for how it should look.
_LOOKS = re.compile(
    r"^(?!.*\b(?:should|must|could|can|would|make|let|have|better|nicer|best)\b)(?:the|this|that|it|they|everything"
    r"|all|still|looks?|feels?|seems?)\b.{0,60}?\b(?:looks?|feels?|seems?)\b.*?"
    r"(?:\bwith (?:only |just |so many |so few )?(?:\w+ )??(?P<things>[a-z]+s))?$"
    r"|^(?:looks?|feels?|seems?) (?:\w+ ?){1,4}$",
    re.IGNORECASE,
)
_ADVERBS = re.compile(r"(?:\s*\b(?:still|just|also|now|really|already|all|always))+$")
_REASON = re.compile(
    r", (?:somewhere|just so|even if|as if|which)\b.*$|,? (?:so (?!(?:that )?(?:it|they) "
    r"(?:faces?|looks?|points?)\b)(?:that|it|they|people|everyone|everybody|we can))\b.*$"
    r"|,? (?:because|cause|cuz|since (?=it|they|the|there|we|i|that|this)"
    r"|as (?=it is|it's|they are|they're|there is|there are|we need|we want|i need|i want))\b.*$",
    re.IGNORECASE,
)

_CAMERA = frozenset(("camera", "view", "viewpoint", "angle", "perspective", "framing", "lens"))
_FILM = frozenset(("film", "clip", "video", "movie", "animation", "move", "orbit", "pan", "push"))
_LIGHT = frozenset(("light", "lights", "lighting", "mood"))
_ANYTHING = frozenset(("", "it", "that", "this", "everything", "all", "scene", "picture", "image"))
_NO_THINGS = _CAMERA | _FILM | _LIGHT | _ANYTHING | {"shot"}
_PLACES = frozenset(
    ("room", "hall", "place", "space", "building", "area", "floor", "studio", "warehouse", "office")
) | {"yard", "dock", "shop", "kitchen", "bedroom"}
#: Wishes in a fault: what is at fault, how it is, what is then wanted.
_WISHES: tuple[tuple[frozenset[str], tuple[str, ...], str], ...] = (
    (_PLACES | {"ceiling"}, ("low",), "higher ceiling"),
    (frozenset(("ceiling",)), ("high", "tall"), "lower ceiling"),
    (_CAMERA | {"shot"}, ("low", "low down"), "camera higher"),
    (_CAMERA | {"shot"}, ("high", "high up"), "camera lower"),
    (
        _CAMERA | {"shot"} | _ANYTHING | {"we", "you"},
        ("far", "far away", "distant", "wide"),
        "camera closer",
    ),
    (_CAMERA | {"shot"} | _ANYTHING | {"we", "you"}, ("close", "near", "tight"), "zoom out"),
    (
        _FILM | {"camera", "shot"} | _ANYTHING,
        ("fast", "quick", "short", "hectic", "rushed"),
        "longer film",
    ),
    (_FILM | {"camera", "shot"} | _ANYTHING, ("slow", "long"), "shorter film"),
    (_LIGHT | _ANYTHING | _PLACES, ("dark", "gloomy", "dim", "murky"), "brighter"),
    (_LIGHT | _ANYTHING | _PLACES, ("bright", "light", "overexposed"), "darker"),
    (_LIGHT | _ANYTHING, ("cold", "harsh", "hard"), "softer light"),
    (
        _PLACES | _ANYTHING,
        ("small", "cramped", "tight", "crowded", "packed", "full", "busy", "narrow", "tiny"),
        "bigger room",
    ),
    (_PLACES | _ANYTHING, ("big", "large", "huge", "vast", "spacious", "empty"), "smaller room"),
)
#: What is meant where something is not so enough.
_OPPOSITES = {
    "bright": "dark", "light": "dark", "dark": "bright", "big": "small", "large": "small",
    "wide": "small", "spacious": "small", "small": "big", "high": "low", "low": "high",
    "close": "far", "near": "far", "far": "close", "long": "short", "slow": "fast", "fast": "slow",
    "short": "long", "soft": "harsh", "warm": "cold",
}  # fmt: skip
#: Degrees of a fault; very dark may as well be a wish.
_MILD = re.compile(
    r"^(?:still |a (?:bit|little|tad|touch) |kind of |kinda |pretty |rather |somewhat )"
)
#: Adjectives that say a fault without too.
_FAULTS = frozenset(("cramped", "crowded", "gloomy", "overexposed", "murky", "hectic", "packed"))


def read_remark(clause: str) -> Remark | None:
    """Return what a clause remarks on, or None where it is no remark.

    Args:
        clause: One clause in English, without the mark that ends it.
    """
    said = " ".join(clause.split())
    many = _MANY.match(said)
    if many is not None:
        few = (many["how"] or many["how2"]).lower() in (
            "too few",
            "too little",
            "not enough",
            "not many",
        )
        things = many["things"] or many["things2"]
        if things.lower() in ("light", "space", "room"):
            return Remark(("more " if few else "less ") + things)
        return Remark(f"{'more' if few else 'fewer'} {things}", things)
    unseen = _UNSEEN.match(said)
    if unseen is not None:
        things = unseen["things"] or unseen["things2"]
        return Remark(f"look at {things}", things)
    if any(form.match(said) for form in (_COMPLAINT, _PRAISE, _VAGUE)):
        return Remark(things=next(iter(find_spoken_things(said)), ""))
    return _read_fault(said)


def _read_fault(said: str) -> Remark | None:
    match, is_missing = _NOT_ENOUGH.match(said), True
    if match is None:
        match, is_missing = _REMARK.match(said), False
    fault = _read_adjective(match, is_missing=is_missing) if match is not None else None
    if fault is not None:
        return fault
    looks = _LOOKS.match(said)
    if looks is None:
        return None
    return Remark(things=looks["things"] or next(iter(find_spoken_things(said)), ""))


def _read_adjective(match: re.Match[str], *, is_missing: bool) -> Remark | None:
    adjective = match["adjective"].lower()
    topic = re.sub(r"^(?:the|this|that|my|our) ", "", (match["topic"] or "").lower().strip())
    if is_missing:
        adjective = _OPPOSITES.get(adjective, "")
    is_said_of = is_missing or match["be"] or (match["too"] and not match["be"])
    is_fault = is_missing or match["too"] or adjective in _FAULTS
    is_mild = not is_missing and (
        match["degree"] if match["be"] else _MILD.match(match["degree"]) and not topic
    )
    if topic and not is_said_of:
        return None
    if not (is_fault or is_mild):
        return None
    topic = _ADVERBS.sub("", topic).split(" ")[-1]
    for topics, adjectives, wish in _WISHES:
        if topic in topics and adjective in adjectives:
            return Remark(wish)
    if is_fault and not is_missing and topic in _NO_THINGS | _PLACES:
        return Remark()
    return None


def drop_reason(clause: str) -> str:
    """Return a clause without the reason given for it."""
    match = _REASON.search(clause)
    return clause[: match.start()] if match is not None and match.start() else clause
