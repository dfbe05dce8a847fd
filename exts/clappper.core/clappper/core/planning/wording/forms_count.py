"""Wishes for fewer, more and other things, however they are worded."""

from __future__ import annotations

import re

from clappper.core.planning.wording.form import (
    ADVERB,
    ENOUGH,
    MODAL,
    NUMBER,
    PICTURES,
    SPEAKER,
    THING,
    WOULD,
    Form,
    form,
)

__all__ = ["COUNT_FORMS"]

_TIME = re.compile(r"\w+ (?:s|secs?|seconds?|minutes?)\b", re.IGNORECASE)
#: The first that fits counts.
COUNT_FORMS: tuple[Form, ...] = (
    form(
        rf"there(?:'s| is| are) (?:only|just) (?P<np>{NUMBER} [a-z]+(?: [a-z]+)??)(?: (?:in|on"
        rf"|at) .+)?",
        r"only \g<np>",
    ),
    form(
        rf"(?:our|my|the) [a-z]+ (?:use|uses|have|has|need|needs|want"
        rf"|wants) (?P<np>{NUMBER} [a-z ]+? (?:per|each|for each) .+)",
        r"\g<np>",
    ),
    form(rf"with (?P<np>(?:{NUMBER}|an?|another) [a-z].+)", r"add \g<np>"),
    form(
        rf"(?:that's |that is |it's )?(?P<np>{NUMBER} [a-z][a-z -]*?) too many",
        r"remove \g<np>",
    ),
    form(
        r"(?:limit|reduce|cut|restrict|bring|keep|set|change)(?: it| this| that| them)?"
        rf" (?:down )?(?:to|at) (?:just |only )?(?P<np>{NUMBER} [a-z].+)",
        lambda m: f"film {m['np']}" if _TIME.match(m["np"]) else f"only {m['np']}",
    ),
    form(
        rf"(?:let me|i'll|we'll|i will|we will) have (?P<np>{NUMBER} [a-z][a-z -]*)",
        r"there should be \g<np>",
    ),
    form(rf"(?:the [a-z ]+?) wants? (?P<np>{NUMBER} [a-z][a-z -]*)", r"there should be \g<np>"),
    form(r"give (?:him|her) (?P<np>.+)", r"add \g<np>"),
    form(
        r"i said (?P<old>.+?),? but (?:i )?(?:meant|mean|want|wanted) (?P<new>.+)",
        r"replace \g<old> with \g<new>",
    ),
    # Others in their place.
    form(
        rf"{SPEAKER}{WOULD} (?:rather|prefer to|sooner) (?:have|see|use|get|take) (?P<new>.+?)"
        r" (?:than|instead of|rather than) (?P<old>.+)",
        _swap := (lambda m: _replace(m["old"], m["new"])),
    ),
    form(
        rf"{SPEAKER}(?:{WOULD})? (?:rather|prefer) (?P<new>.+?)"
        r" (?:than|over|to|instead of|rather than) (?P<old>(?:the|a|an|any|those|these|my|our) .+"
        r"|\w+)",
        _swap,
    ),
    form(r"(?:have |use |take )?(?P<new>(?:[\w.-]+ ){0,3}[\w.-]+) rather than (?P<old>.+)", _swap),
    form(
        rf"(?P<old>{THING}) {MODAL} {ADVERB}(?:be )?"
        r"(?:replaced|swapped|exchanged|substituted|changed)(?: out)? (?:with|by|for|to|into)"
        r" (?P<new>.+)",
        r"replace \g<old> with \g<new>",
    ),
    form(
        rf"(?P<old>{THING}) (?:{MODAL} {ADVERB}(?:be|become)|become) "
        r"(?P<new>(?:an?) (?!bit|little|tad|lot|touch)(?:\w+ ?){1,3}"
        r"|(?!on\b|in\b|at\b|to\b|by\b|near\b|next\b|under\b|all\b|around\b|along\b)"
        r"(?:[a-z-]+ ){0,2}[a-z]+[^s]s)",
        r"replace \g<old> with \g<new>",
    ),
    form(
        r"(?:can|could|should) (?P<old>the .+?) be (?P<new>an? (?!bit|little|tad|lot)"
        r"(?:\w+ ?){1,3})",
        r"replace \g<old> with \g<new>",
    ),
    # Gone.
    form(
        rf"(?P<np>.+?) {MODAL} {ADVERB}(?:go(?: away)?|leave|disappear|vanish|come out|be gone"
        r"|be (?:removed|deleted|dropped|cut|taken (?:out|away)|left out))",
        r"remove \g<np>",
    ),
    form(
        r"(?P<np>.+?) (?:is|are)(?: not|n't) (?:needed|necessary|wanted|required)",
        r"remove \g<np>",
    ),
    form(
        rf"(?:{SPEAKER} )?(?:can |could )?(?:do|live) without (?P<np>.+)|no need for (?P<np2>.+)"
        rf"|(?:{SPEAKER} )?(?:can |could )(?:lose|drop|skip) (?P<np3>.+)",
        lambda m: f"remove {m['np'] or m['np2'] or m['np3']}",
    ),
    form(
        r"(?P<verb>remove|drop|scrap|forget|skip|ditch|lose|kill)(?: about)?"
        r" the (?:idea|thing|part|bit) (?:with|of|about) (?P<np>.+)",
        r"remove \g<np>",
    ),
    form(
        rf"(?:{SPEAKER} (?:do not|don't) (?:want|need)|(?:remove|without|no)) "
        r"(?:anyone|anybody|a single person|a soul|persons)(?: (?:in|on|at|around|there)\b.*)?",
        "remove all people",
    ),
    form(
        r"(?:no people|nobody|no one) (?:should|must|may|can|is to) be (?:in|on|at|there"
        r"|visible).*",
        "remove all people",
    ),
    form(
        rf"(?P<no>{SPEAKER} (?:do not|don't) (?:want|need)) (?P<np>.+?) (?:in (?:there|here|it)"
        rf"|there"
        r"|in (?:the|this) (?:scene|room|picture|shot))",
        r"remove \g<np>",
    ),
    form(
        r"(?P<np>one|\d+|some|all|each|the \w+) (?:of the )?(?P<owner>[\w -]+?) "
        r"(?:(?:should|must|can|could|shall) (?:have|get|carry)|(?:has|have)) no (?P<what>.+)",
        lambda m: f"remove {_less(m['np'])} {m['what']}",
    ),
    form(
        r"(?P<np>one|\d+|all) (?:of the )?(?P<owner>[\w -]+?) (?:does not|doesn't|do not|don't)"
        r" need (?:an?|any|its|their) (?P<what>.+)",
        lambda m: f"remove {_less(m['np'])} {m['what']}",
    ),
    form(
        rf"(?P<np>.+?) {MODAL} {ADVERB}(?:stay|be|remain|be left) (?:empty|clear|bare)",
        r"empty \g<np>",
    ),
    form(
        r"(?:throw|take|cut|leave|get|pull|clear|toss|kick|rip) (?P<np>(?!out\b|off\b|away\b).+?)"
        r" (?:out|away|off)(?: again| of (?:it|there|the \w+))?",
        r"remove \g<np>",
    ),
    form(r"(?:bin|bin off|yeet) (?P<np>(?:the|all|both|those|these|my) .+)", r"remove \g<np>"),
    form(
        rf"(?:have |get |use )?(?P<np>(?!an? )(?:{NUMBER}) [a-z].+?) instead",
        r"there should be \g<np>",
    ),
    # So many.
    form(
        rf"(?P<np>(?:each|every) .+?) {MODAL} {ADVERB}(?:get|have|receive|carry) (?P<what>.+)",
        r"\g<np> gets \g<what>",
    ),
    form(
        rf"(?:just |only )?(?P<time>{NUMBER} (?:s|sec|seconds?|minutes?|frames)) (?:(?:is|are"
        rf"|would be"
        rf"|will be|should be|will|would|should) )(?:more than |quite )?(?:{ENOUGH}|do|suffice)",
        r"film \g<time>",
    ),
    form(
        rf"(?P<np>{NUMBER}) (?:is|'s|are) (?:good|perfect|right|better|nice|great)",
        r"only \g<np>",
    ),
    form(
        rf"(?:just |only )?(?P<np>(?:{NUMBER}|half)\b.*?)(?: (?:is|are|would be|will be|'ll be"
        rf"|should be)|'s|'re) (?:more than |quite |really )?{ENOUGH}",
        lambda m: _only(m["np"]),
    ),
    form(
        rf"(?:just |only )?(?:the )?(?P<np>(?:{NUMBER}|half)\b.*?) "
        r"(?:will|would|should|'ll|might|can) (?:do(?: (?:it|nicely|the job))?|suffice)"
        rf"|(?P<np2>(?:{NUMBER}|half)\b.*?) (?:do|does|suffices?)",
        lambda m: _only(m["np"] or m["np2"]),
    ),
    form(
        rf"{SPEAKER} only (?:need|want) (?P<np>.+)|{SPEAKER} (?:need|want) only (?P<np2>.+)",
        lambda m: _only(m["np"] or m["np2"]),
    ),
    form(
        rf"{SPEAKER}(?: want| need|{WOULD} (?:like|love)) (?P<np>(?:an? |some )?(?:[\w-]+ ){{0,3}}"
        r"(?:shot|view|angle|close-?up|orbit|pan|light|lighting|mood)\b.*)",
        r"\g<np>",
    ),
    form(r"there (?:needs?|has|have|ought) to be (?P<np>.+)", r"there should be \g<np>"),
    form(r"{I} should have (?P<np>.+)".replace("{I}", SPEAKER), r"there should be \g<np>"),
    form(r"(?:fill|top|make) (?:it |them )?up to (?P<np>\d+ .+)", r"there should be \g<np>"),
    # More.
    form(r"(?P<np>.+?) (?:is|are) missing", r"add \g<np>"),
    form(
        rf"{SPEAKER}(?: am|'m| are|'re) missing (?P<np>.+)|missing: (?P<np2>.+)",
        _add := (lambda m: f"add {m['np'] or m['np2']}"),
    ),
    form(
        r"(?:it|this|this (?:one|\w+(?: \w+)?)|the (?:room|scene|place|space|hall|shot|picture"
        r"|office|warehouse|dock|yard|shop|kitchen|bedroom)) "
        r"(?:still )?(?:needs|could use|lacks|is missing|could do with|wants)"
        r" (?!to\b)(?!(?:some|more|a bit of) (?:life|colou?r|green|drama|work|love|variety)\b)"
        r"(?P<np>(?:an?|some|\d+|more|another)\b.+)",
        r"add \g<np>",
    ),
    form(rf"{SPEAKER} could (?:do with|use) (?P<np>.+)", r"add \g<np>"),
    form(
        r"(?:get|grab|bring|fetch|give) (?:me|us) (?P<np>(?:an?|some|another|more|\d+|one|two|three"
        r"|four|five|six) .+)",
        lambda m: m["np"] if _names_picture(m["np"]) else f"add {m['np']}",
    ),
    form(r"(?:put|bring|get) in (?P<np>(?:an?|some|\d+|another|more)\b.+)", r"add \g<np>"),
)


def _replace(old: str, new: str) -> str:
    """Return the command for one in the place of another; a picture or a light is only named."""
    if re.match(rf"(?:at |in )?(?:an? |the )?(?:{PICTURES})\b", new, re.IGNORECASE):
        return new
    if _TIME.fullmatch(new):
        return f"film {new}"
    return f"replace {old} with {new}"


def _names_picture(words: str) -> bool:
    """Whether what somebody wants is a picture or a light, not a thing."""
    return (
        re.search(
            rf"\b(?:{PICTURES}|spin|pan|lap|fly|tour|close-?up|shot|view|angle|lens)\b", words
        )
        is not None
    )


def _only(words: str) -> str:
    """Return the command for a number that is enough."""
    if re.search(
        r" (?:in|on|at|next|near|behind|beside|between|against|along|under|around) ", words
    ):
        return words
    if re.match(r"half as long", words, re.IGNORECASE):
        return "make the film half as long"
    if re.fullmatch(r"half of (?:it|them|those|these|that)", words, re.IGNORECASE):
        return "half as many"
    half = re.match(r"half (?:as (?:many|much) |of )?(?:the )?(?P<np>.+)", words, re.IGNORECASE)
    if half is not None:
        return f"half as many {half['np']}"
    if re.match(r"half", words, re.IGNORECASE):
        return "half as many"
    return f"only {words}"


def _less(words: str) -> str:
    """Return how many are taken away where so many are to have none."""
    return "all" if words.lower() in ("all", "each") else words
