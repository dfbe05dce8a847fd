"""Sentences that tell or ask something and wish for nothing: what is so, what somebody said."""

from __future__ import annotations

import re

__all__ = ["find_spoken_things", "is_statement", "is_talk"]

_PERSON = (
    r"(?:i|we|he|she|they|you|nobody|somebody|someone|everyone|my \w+|our \w+"
    r"|the (?:client|boss|director|customer|team|guys|folks|producer|people|audience|owner"
    r"|\w+ (?:people|team|guys|folks|department|lead)))"
)
_WISHING = (
    r"(?:want|need|would|'d|should|could|can|must|prefer|like|love|rather|have to|has to|wants"
    r"|needs|asks?|asked|wish|wishes|wanted|do not|don't|does not|doesn't|might|may|'ll|will)"
)
#: What a person did, thinks or has, without wishing for anything.
_TELLING = re.compile(
    rf"^(?:{_PERSON})(?:'ve|'m|'re|'s)? (?!(?:\w+ )?{_WISHING}\b)(?:\w+ ){{0,3}}?"
    r"(?:had|have|has|showed|shown|said|says|told|tell|talked|spoke|thought|think|pointed|noticed"
    r"|looked|saw|see|realized|realised|keep|keeps|kept|forgot|know|knows|guess|wonder|been|was|were"
    r"|are|is|am|got|made|tried|sat|went|come|came|measure|measures|walk|walks|work|works|like|likes"
    r"|always|never|just|expect|expecting|changed|moved|decided|asked|added|[a-z]+ed|use|uses|call|calls|hope|believe|find|found|can't|cannot|goes|go)\b.*",
    re.IGNORECASE,
)
_IT = re.compile(
    r"^(?:it|they|that|this|there|he|she)(?:'s|'re)? ?(?:only |just |really |always |never |still "
    r"|kind of |sort of )*(?:is|are|was|were|does|do|takes?|took|blocks?|looks?|looked|makes?|made"
    r"|has|have|needs no|gets?|got|stands?|sits?|covers?|hides?|ruins?|doesn't|don't|didn't|isn't"
    r"|aren't|won't|can't|nothing|nobody|no|hardly|barely)\b(?! to be\b).*",
    re.IGNORECASE,
)
_TALK = re.compile(
    r"^(?:(?:nobody|no one|everyone|everybody|somebody|people) (?!should|must|has|have|wants?"
    r"|needs?)"
    r"[a-z]+s?\b.*"
    r"|(?:i|we|they)(?:'ll| will) .*\b(?:later|afterwards|in post|ourselves)\b.*"
    r"|(?:(?:it|this|there)(?:'s| is) )?(?:nothing fancy|no rush|no worries|safety regulations)"
    r"|(?:it|this) needs (?:some|more|a bit of) (?:life|colou?r|green|drama|variety)"
    r"|[a-z ]+ (?:needs?|wants?) (?:somewhere|something|someone|a place|room|space) to .*"
    r"|.*\b(?:never|always) (?:looks?|works?|feels?|is|are)\b.*"
    r"|(?:just )?(?:some|a bit of|a touch of) (?:green|colou?r|life|drama|variety)"
    r"|let me (?:see|think|explain|check)|(?:yeah |yes |ok |okay )?(?:let's |please )?do (?:that|it"
    r"|this)|(?:last|one more|final|another|next) thing(?:,? \w+)?|(?:final|last) answer|i promise"
    r"|still (?:wrong|not (?:right|happy|good|there|it))|not (?:sure|happy|quite|there yet)\b.*"
    r"|(?:same|same number|same amount|same count)|you know what\b.*|guess what|hold on|hang on"
    r"|here's (?:the|a) (?:thing|deal|idea)|the thing is|fair enough|never mind|whatever|smashing"
    r"|brilliant|ace|cool|sorry about that|my bad|oops|while we're at it|thanks a (?:lot|bunch)"
    r"|same (?:place|spot)|that's (?:it|all)|nothing else|for now)$",
    re.IGNORECASE,
)
_ASKING = re.compile(
    r"^(?:why|who|whose|where|when|how come|what's|isn't|aren't|doesn't|don't|didn't|is|are)\b"
    r"(?! (?:not|about|don't (?:we|you)|if|it possible|possible|there a way|there any way)\b)",
    re.IGNORECASE,
)
#: Only a thing, asked about: forklifts?
_NAMED = re.compile(r"^(?:the )?(?P<things>[a-z]+(?: [a-z]+)?s)$", re.IGNORECASE)
#: The things a statement is about, which it and them after it mean.
_THINGS = (
    re.compile(
        r"^(?:why|who|how come|isn't|aren't|is|are)\b.*?\b(?:there |puts? |put |need(?:s|ed)? "
        r"|wants? )"
        r"(?:so |only |just |still |too )*(?:many |few |an? |the |any |all )*(?:(?:one|two|three"
        r"|four|five"
        r"|six|seven|eight|nine|ten|twelve|\d+) )?(?P<things>[a-z]+(?: [a-z]+)?)"
        r"(?= (?:in|on|at|here|there|next|near|so|anyway)\b|$)",
        re.IGNORECASE,
    ),
    re.compile(
        r"^where(?:'s| is| are) (?:the |my |all the )?(?P<things>[a-z]+(?: [a-z]+)?)$",
        re.IGNORECASE,
    ),
    re.compile(
        r"^(?:we|i|they) (?:already )?(?:[a-z]+ed|cut|lost|got rid of|threw out) (?:all )?(?:the"
        r"|those|our)"
        r" (?P<things>[a-z]+(?: [a-z]+)?)$",
        re.IGNORECASE,
    ),
    re.compile(
        r"^.*\b(?:needs?|wants?|misses|could use|lacks?) (?:some|an?|more"
        r"|any) (?!green|colou?r|life|work|love)(?P<things>[a-z]+(?: [a-z]+)??)"
        r"(?: (?:in|on|at|here|there)\b.*)?$",
        re.IGNORECASE,
    ),
    re.compile(
        r"^.*\b(?:keeps?|puts?|places?|hates?|likes?) (?:an? |the |any )(?P<things>[a-z]+"
        r"(?: [a-z]+)??)"
        r"(?: (?:in|on|at|here|there|look)\b.*)?$",
        re.IGNORECASE,
    ),
    re.compile(
        r"^(?:there(?:'s| is| are)) (?:nothing|nobody|no one|hardly anything|not much|no \w+)"
        r" (?:on|in|at|near|next to|around|under) (?:the |these |those "
        r"|any of the )?(?P<things>[a-z ]+)$",
        re.IGNORECASE,
    ),
    re.compile(
        r"^(?P<things>(?:(?:one|two|three|half) of )?(?:the|these|those|all|all the|my|our|one"
        r"|two|three|four|five|six|\d+) "
        r"(?:[a-z]+ ){1,3}?)"
        r"(?:is|are|was|were|looks?|feels?|seems?|gets?|blocks?|takes?|aren't|isn't|keeps?|hides?|ruins?"
        r"|covers?|makes?|shouldn't just|should not just)\b.*",
        re.IGNORECASE,
    ),
)
_NO_THING = re.compile(
    r"\b(?:room|hall|scene|camera|shot|view|light|lights|lighting|mood|film|clip|video|lens|ceiling"
    r"|place|space|warehouse|office|yard|picture|whole|rest|thing|move|movement)\b",
    re.IGNORECASE,
)
_TO = re.compile(
    r"\b(?:from|to|of|near|by|next to) (?P<things>the [a-z]+(?: [a-z]+)?)$", re.IGNORECASE
)


def is_talk(clause: str) -> bool:
    """Tell whether a clause is a phrase that says nothing, whatever it begins with."""
    return _TALK.match(clause) is not None


def is_statement(clause: str, *, is_asked: bool = False) -> bool:
    """Tell whether a clause tells or asks something instead of wishing for it.

    Args:
        clause: One clause in English.
        is_asked: Whether it ends with a question mark.
    """
    if is_asked and (_ASKING.match(clause) or _NAMED.match(clause)):
        return True
    return any(form.match(clause) for form in (_TALK, _TELLING, _IT)) or bool(
        find_spoken_things(clause)
    )


def find_spoken_things(clause: str, *, is_asked: bool = False) -> tuple[str, ...]:
    """Return the things a statement is about, and what it says they are far from or near to.

    Args:
        clause: One clause in English.
        is_asked: Whether it ends with a question mark.
    """
    named = _NAMED.match(clause) if is_asked else None
    if named is not None:
        return (named["things"],)
    for form in _THINGS:
        match = form.match(clause)
        if match is not None and not _NO_THING.search(match["things"]):
            to = _TO.search(clause)
            things = match["things"].strip()
            return (things, to["things"]) if to is not None else (things,)
    return ()
