"""What stands around a wish and says only that it is one: maybe, could we, would be nice."""

from __future__ import annotations

import re

from clappper.core.planning.wording.form import SPEAKER, WOULD

__all__ = ["drop_interjections", "drop_politeness"]

_GERUNDS = {
    "adding": "add", "removing": "remove", "deleting": "remove", "putting": "put",
    "placing": "place", "moving": "move", "replacing": "replace", "swapping": "swap",
    "turning": "turn", "rotating": "rotate", "making": "make", "using": "use", "having": "have",
    "stacking": "stack", "scattering": "scatter", "changing": "change", "switching": "switch",
    "getting": "get", "taking": "take", "lowering": "lower", "raising": "raise", "going": "go",
    "arranging": "arrange", "lining": "line", "setting": "set", "spreading": "spread",
    "dropping": "remove", "losing": "remove", "dimming": "dim", "zooming": "zoom",
}  # fmt: skip
_GERUND = re.compile(rf"^(?:{'|'.join(_GERUNDS)})\b", re.IGNORECASE)

_INTERJECTION = r"""(?:
      (?:and|but|so|also|then|now|well|ok|okay|oh|ah|hm+|nah|ugh|hey|wait|actually|maybe|perhaps
        |no\ no|my\ mistake(?=,)|you\ know\ what(?=,)|please|still|anyway|besides|plus
            |actually\ no|no\ wait|finally|additionally|honestly
            |basically|on\ second\ thoughts?|in\ the\ end
        |to\ be\ honest|come\ to\ think\ of\ it|for\ now|right(?=\ (?:so|now|then)\b)|alright
            |yeah|yep|thanks|thank\ you
        |let\ me\ (?:see|think)(?=,)|(?:next|first(?:\ of\ all)?|sorry|right|great|nice|cool
            |perfect|good|yes|no)(?=,))
        \b(?:\ though)?[, ]*(?!$)
    )"""
_INTERJECTIONS = re.compile(rf"^(?:{_INTERJECTION})+", re.IGNORECASE | re.VERBOSE)
#: What stands before a wish and says only that it is one.
_BEFORE = re.compile(
    rf"""^(?:
      {_INTERJECTION}
    | {SPEAKER}\ (?:think|guess|feel|believe|mean|suggest|propose|recommend|feel\ like|wonder\ if)
        (?:\ that)?\ (?={SPEAKER}\ |the\ |it\ |there\ |this\ |[a-z]+ing\ |maybe\ |one\ |\d)
    | (?:can|could|would|will)\ (?:you|u)\ (?:please\ |maybe\ |perhaps\ |also\ |just\ |try\ to\ )*
    | (?:can|could|shall|should)\ {SPEAKER}\ (?:please\ |maybe\ |perhaps\ |also\ |just\
        |try\ to\ |try\ )*
        (?!have\b|get\b|do\ with)
    | (?:you|we)\ (?:can|could|may|might|should|will)\ (?:also\ |maybe\ |just\ |please\ )*
        (?!(?:do\ without|live\ without|lose|have|do\ with)\b)
    | (?:let's|let\ us|lets|let)\ (?:also\ |just\ |please\ )?(?:try|go\ (?:for|with)|say|see)[ ]
    | (?:let's|let\ us|lets)\ (?:also\ |just\ |please\ )?
    | (?:how|what)\ about\ (?:we\ |you\ )?
    | why\ (?:not|don't\ (?:we|you))[ ]
    | what\ if\ (?:there\ (?:were|was)\ |we\ (?:had\ )?|you\ )
    | (?:(?:is|would)\ it(?:\ be)?\ possible|is\ there\ (?:a|any)\ way)\ (?:to|for\ you\ to)[ ]
    | (?:is\ there\ )?(?:a|any)\ (?:way|chance)\ (?:that\ )?(?:you|we|i)\ (?:could\ |can\ )?
    | (?:would|do)\ you\ mind[ ]
    | it{WOULD}\ be\ \w+\ (?:to\ (?:have|see|get)|if\ there\ (?:was|were))[ ]
    | it{WOULD}\ be\ \w+\ (?:to|if\ (?:you|we|i)(?:\ could|\ can|\ had)?)[ ]
    | {SPEAKER}\ (?:(?:would|'d)\ like|want|need|'d\ like)\ (?:you\ )?to\ (?!have\b|see\b|get\b)
    | {SPEAKER}(?:{WOULD}\ (?:like|love)|\ want|\ need)\ to\ (?:have|see|get)\ (?!it\b|them\b
        |this\b)
    | {SPEAKER}{WOULD}\ (?:like|love)\ to[ ]
    | {SPEAKER}(?:{WOULD})?\ (?:rather|prefer)\ (?:to\ )?(?:have|see|use|get)?\ ?(?!than\b)
    | (?:go\ ahead\ and|feel\ free\ to|try\ to|make\ sure\ (?:that\ )?|go\ (?:for|with)|better)[ ]
    | try\ (?!again\b|another\b|a\ different\b|a\ new\b|something\b)
    | preferably[ ]
    | just\ (?=(?:put|park|move|add|remove|make|turn|place|use|swap|give|take|set|stack)\b)
    | (?:i'd|i\ would|we'd)\ (?=(?:put|move|place|turn|add|remove|make|use|take|swap|stack)\b)
    | (?:i'd|i\ would|we'd)\ (?:love|like|prefer)\ it\ if\ (?:you|we|i)\ (?:could\ |can\ )?
    | better\ (?=make\b|put\b|use\b)
    | is\ (?:it\ )?possible\ (?:that\ |for\ )?(?=the\ )
    | {SPEAKER}(?:'re|\ are|'m|\ am)\ (?:imagining|picturing|thinking\ (?:of|about)|seeing|after
        |looking\ for|going\ for)[ ]
    | (?:might|may|can|could)\ i\ ask\ (?:you\ )?for[ ]
    | (?:{SPEAKER}\ )?(?:could|can)\ do\ with[ ]
    | (?:that|this|it){WOULD}\ (?:be|look)\ \w+\ with[ ]
    | (?:{SPEAKER}|the\ \w+)\ (?:now\ |just\ |also\ )?(?:asks?|asked|wishes|wished|fancy|fancies)
        \ (?:now\ )?(?:for\ )?(?=(?:an?|the|some|more|\d|one|two|three|four|five|six|day|night))
    | (?:crack|carry|go)\ on\ with[ ]
    | (?:drop|throw|pop|slip|squeeze)\ in\ (?=(?:an?|some|one|two|three|four|another|more|\d)\b)
    | (?:go|switch|change|get|move)\ back\ to\ (?=(?:\d|an?\ |one|two|three|four|night|day|wide
        |low))
    | (?:switch|change|go|move)(?:\ over)?\ to\ (?=(?:an?\ |the\ )?[\w -]*
        (?:lens|shot|view|angle|close-?up|perspective|camera|orbit|resolution|fps|aspect))
    )""",
    re.IGNORECASE | re.VERBOSE,
)
#: What stands after a wish and says nothing more.
_AFTER = re.compile(
    r"""[, ]+(?:please|thanks|thank\ you|though|instead|then|now|again|after\ all|if\ possible
      |if\ (?:you|we)\ (?:can|could|may)|yeah|yes|hmm|there|actually|for\ me|this\ time|as\ well
          |too|maybe|ok
          |okay
      |i\ (?:think|guess|suppose)|same\ (?:number|amount|count)|final\ answer|honestly|right\ away
      |whil(?:e|st)\ you(?:'re|\ are)\ (?:there|at\ it)|if\ that's\ ok(?:ay)?|at\ the\ moment
          |anyway|already|any\ ?more|right\ now
      |(?:that\ |which\ )?(?:would|might|could)\ (?:be|look)
        \ (?:nice|nicer|great|better|good|cool|lovely|perfect|best|awesome|helpful|ideal|nicest|fab
            |fantastic|wonderful|amazing|brilliant)
        (?:\ to\ have)?
      |(?:would|might)\ help|(?:is|looks|are|look)\ (?:better|nicer))$""",
    re.IGNORECASE | re.VERBOSE,
)


def drop_interjections(clause: str) -> str:
    """Return a clause without the words before it that say nothing."""
    match = _INTERJECTIONS.match(clause)
    return clause[match.end() :] if match is not None else clause


def drop_politeness(clause: str) -> str:
    """Return a clause without one layer of what only says that something is wished for."""
    before = _BEFORE.match(clause)
    if before is not None and before.end() < len(clause):
        rest = clause[before.end() :]
        return _GERUND.sub(lambda match: _GERUNDS[match.group().lower()], rest)
    after = _AFTER.search(clause)
    return clause[: after.start()] if after is not None and after.start() else clause
