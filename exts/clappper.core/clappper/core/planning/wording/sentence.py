"""Sentences whose clauses only together make a wish: instead of this, that; more, five in total."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clappper.core.planning.wording.form import NUMBER
from clappper.core.planning.wording.politeness import drop_interjections

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["put_sentence_plainly"]

_MAX_CHARS = 600
_WISH = (
    r"(?:(?:i|we)(?:'d| would)? (?:prefer|rather have|rather see|like|want|need|take)"
    r"|(?:let's |please )?(?:use|have|put|take|give me|give us))(?: to have| to see)?"
)


def _tell_total(match: re.Match[str]) -> str:
    return f"there should be {match['count']} {match['np']}{match['tail'] or ''}"


#: Whole sentences and what they ask for; the first that fits counts.
_FORMS: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = tuple(
    (re.compile(rf"^(?:{pattern})$", re.IGNORECASE), plain)
    for pattern, plain in (
        (
            r"(?P<np>(?:the|that|those|these|both)"
            r"(?: (?!(?:is|are|was|were|looks?|has|have|blocks?|hides?|seems?)\b)[a-z]+){1,3}?"
            r"(?: (?:on|in|at|by|near|next to|behind|under|along|against) the [a-z -]+)?)"
            r"(?:,| -) (?P<command>(?:please |just )?"
            r"(?:delete|remove|move|turn|rotate|put|place|swap|replace|duplicate)) (?:it|them)\b"
            r"(?P<rest>.*)",
            r"\g<command> \g<np>\g<rest>",
        ),
        (
            r"(?:can|could) (?P<np>(?:the|both|all|my|our)(?: [a-z]+){1,3}?)"
            r" (?:be|stand|go|sit|move|come) (?P<rest>.+)",
            r"move \g<np> \g<rest>",
        ),
        (
            r"(?P<before>.*\b)(?:everything|anything|all|whatever)(?: (?:that|which))?"
            r"(?:(?:'s| is| are) not|(?: is| are)n't) (?:an? |the )?(?P<np>[a-z -]+?)"
            r"(?: or (?:an? |the )?(?P<other>[a-z -]+))?",
            lambda match: (
                f"{match['before']}everything except the {match['np']}"
                + (f" and the {match['other']}" if match["other"] else "")
            ),
        ),
        (
            r"(?:take|pull|get|lift|bring) (?P<np>.+?) (?:off|out|away|down)(?: again)?"
            r"(?: \w+ \w+)?"
            r",? and (?:then )?(?:put|place|move|set|stand) (?:it|them) (?P<where>.+)",
            r"put \g<np> \g<where>",
        ),
        (
            r"(?!.*\b(?:says|said|thinks)\b)(?P<np>(?:the|both|all|my|our) [a-z]+"
            r"(?: [a-z]+){0,2}?)"
            r"(?<! is)(?<! are),? (?:(?:hm+|well|um|ok),? )?(?:they|it|he|she)"
            r" (?P<rest>(?:should|must|could|can|need|needs|have to|has to|would|may|might"
            r"|ought)\b.+)",
            r"\g<np> \g<rest>",
        ),
        (
            rf"(?:and )?(?:the |those |these )?(?P<np>[a-z][a-z -]*?),? (?:maybe |say |make it "
            rf"|like )?"
            rf"(?P<count>{NUMBER})(?: units| pieces| of them)?(?: in total| altogether| overall"
            rf"| all in all)",
            r"there should be \g<count> \g<np>",
        ),
        (
            r"(?:.*\b)?(?P<np>[a-z]+(?: [a-z]+)??)s(?: too| as well| also)?,? (?P<count>one|two"
            r"|\d+)"
            r" (?:per|for each|for every|each) (?P<of>.+)",
            r"add \g<count> \g<np> for each \g<of>",
        ),
        (
            r"(?:an? )?(?P<np>[a-z]+(?: [a-z]+)?) per (?P<of>[a-z]+(?: [a-z]+)?)",
            r"add a \g<np> for each \g<of>",
        ),
        (
            rf"(?P<rest>{NUMBER} more .+?),? (?:so |that makes |which makes )+{NUMBER}"
            r"(?: in total| altogether| overall)?",
            r"\g<rest>",
        ),
        (
            r"not (?:in|on|at|by|along|around|behind|next to) .+?(?:,| but| -) "
            r"(?:but )?(?P<rest>.+)",
            r"\g<rest>",
        ),
        (
            rf"(?:it's|it is|there are|there's|that's|we have) (?P<count>{NUMBER})"
            rf" (?P<np>[a-z]+(?: [a-z]+)?)(?: (?:in|on|at) .+?)?,? not (?:just |only )?{NUMBER}",
            r"there should be \g<count> \g<np>",
        ),
        (
            r"no [a-z ]+?(?: yet| for now)?,? (?:just|only|but) (?P<rest>.+)",
            r"\g<rest>",
        ),
        (
            r"(?:reduce|cut|bring|limit|set|change|increase|raise) "
            r"(?:the )?(?P<a>[a-z ]+?) and (?:the )?"
            rf"(?P<b>[a-z ]+?)(?: down| up)? to (?P<count>{NUMBER})(?: each| of each)?",
            r"there should be \g<count> \g<a>. there should be \g<count> \g<b>",
        ),
        (
            rf"(?P<before>(?:.*? )?)(?P<count>{NUMBER}) (?P<np>(?:more |extra "
            rf"|additional )?[a-z ]+?),? "
            r"each with (?:its|their|an?|one)(?: own)? (?P<own>[a-z ]+)",
            r"\g<before>\g<count> \g<np>. add \g<count> more \g<own>",
        ),
        (
            rf"make (?:it|that|them) (?P<count>{NUMBER}),? (?:and )?"
            r"(?P<how>(?:lined up|stacked|scattered|arranged|in (?:an?|one|two|three|four) ).*)",
            r"make it \g<count>. put them \g<how>",
        ),
        (r"instead of (?:just |only |always |simply )?[a-z]+ing\b[^,]*, (?P<rest>.+)", r"\g<rest>"),
        (
            rf"instead of (?P<old>.+?),? {_WISH} (?P<new>.+)",
            r"replace \g<old> with \g<new>",
        ),
        (
            r"(?:whoever|whatever|wherever|however|if|when|while|since|because|although|though"
            r"|unless|now that|as (?:i|we|it|they|the|there|this|that)) [^,]+, (?P<rest>.+)",
            r"\g<rest>",
        ),
        (
            rf"(?:.*\b)?more (?P<np>[a-z][a-z -]*?),? (?P<count>{NUMBER})"
            r"(?: of them)?(?: in total| altogether| overall| all in all)(?P<tail>,? .+)?",
            _tell_total,
        ),
        (
            rf"(?P<count>{NUMBER}) (?P<np>[a-z][a-z -]*?),? (?:rather than|instead of|not)"
            rf" (?:just |only )?{NUMBER}(?: of them)?",
            r"there should be \g<count> \g<np>",
        ),
        (
            r"(?:(?:let|have|make|get) )?(?P<a>(?:the|both|my|our) [\w -]+?) and (?P<b>[\w -]+?)"
            r" (?:(?:should|could|can|must|need to|have to|might) )?(?:please |just )?"
            r"(?:switch|swap|trade|exchange|change) (?:their )?(?:places?|positions?|sides?"
            r"|spots?)",
            r"swap \g<a> and \g<b>",
        ),
        (
            r"(?:swap|switch|exchange) (?:the )?(?:places|positions"
            r"|spots) of (?P<a>.+?) and (?P<b>.+)",
            r"swap \g<a> and \g<b>",
        ),
        (
            r"(?P<rest>.+ (?:should|must|be|is|are|put|make|place|move|in|on|at|to) .+?)"
            r",? (?:and )?not (?:an? |the |in |on |at |to )*[a-z]+(?: [a-z]+)?",
            r"\g<rest>",
        ),
    )
)


def put_sentence_plainly(sentence: str) -> str:
    """Return a sentence as plainer ones, or as it is.

    Args:
        sentence: One sentence in English, without the mark that ends it.
    """
    said = drop_interjections(" ".join(sentence.split()))
    if len(said) > _MAX_CHARS:
        return sentence
    for pattern, plain in _FORMS:
        match = pattern.match(said)
        if match is not None:
            return match.expand(plain) if isinstance(plain, str) else plain(match)
    return sentence
