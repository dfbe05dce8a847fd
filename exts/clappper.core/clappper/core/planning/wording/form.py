"""Forms of clauses: the words wishes are made of, as patterns, and the command each stands for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "ADVERB",
    "ENOUGH",
    "LOOK",
    "MODAL",
    "NUMBER",
    "PICTURES",
    "PLACE",
    "SPEAKER",
    "STANCE",
    "THING",
    "TOWARDS",
    "WOULD",
    "Form",
    "form",
]

# Spaces are escaped where a pattern is also part of a verbose one.
SPEAKER = r"(?:i|we|they|you|the\ client|my\ boss|the\ director)"
WOULD = r"(?:\ would|'d)"
MODAL = (
    r"(?:can|could|should|shall|must|may|might|has to|have to|needs? to|had better|ought to"
    r"|(?:is|are) (?:supposed )?to|(?:wants?|ought|got|gotta) to)"
)
ADVERB = r"(?:(?:all|both|also|just|now|really|rather|please|better|then|probably|maybe|simply) )*"
STANCE = (
    r"(?:be|stand|sit|wait|lie|lean|stay|go|come|hang|rest|live|belong|be standing|be sitting"
    r"|be (?:placed|put|parked|moved|positioned|located|seated|mounted|hung))"
)
PLACE = (
    r"(?:(?:right|directly|just|straight|close|closer|far|back|over|up|out|all|somewhere) )*"
    r"(?:in|on|at|next|near|nearer|behind|beside|between|against|along|alongside|under|underneath"
    r"|beneath|below|inside|opposite|across|around|by(?! (?:\w+ ){1,3}(?:m|met|feet|ft))|to|onto"
    r"|into|over|towards?|away|within"
    r"|left of|right of|atop|(?:\d+(?:\.\d+)? ?(?:m|cm|ft|feet|foot|meters?|metres?) )?"
    r"(?:from|further|farther|away))\b.*"
)
LOOK = (
    r"(?:face|facing|look|looking|point|pointing|turn|be turned|be facing|be looking|be pointing)"
)
TOWARDS = r"(?:(?:at|to|towards?|into|in the direction of|straight at) )?"
PICTURE = (
    r"(?:the )?(?:camera|view|shot|clip|film|video|movie|animation|lens|light|lights|lighting|mood"
    r"|room|hall|place|space|ceiling|scene|it|that|this|walls?)"
)
#: A thing that is pointed at: what a wish about it moves or turns.
THING = (
    rf"(?!{PICTURE}\b)(?!.*\b(?:no longer|not|never)\b)(?!.*n't\b)(?:the|all|both|each|every|one|my"
    rf"|our|those|these|\d+|them|they|him|her|he|she|any)\b.*?"
)
ENOUGH = (
    r"(?:enough|plenty|sufficient|fine|ok|okay|all (?:i|we) (?:need"
    r"|want))"
)
NUMBER = (
    r"(?:\d+|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|both"
    r"|a (?:couple|pair|few|dozen)(?: of)?)"
)
#: What does not begin the name of a thing.
_NO_THING = (
    r"(?!(?:i|we|you|maybe|perhaps|and|but|so|can|could|please|how|what|would|also|then|now|ok|okay"
    r"|actually)\b)"
)
#: First words of pictures and lights, which are wished for without a verb.
PICTURES = (
    "night|day|daylight|dusk|dawn|sunset|sunrise|golden|bright|soft|studio|evening|morning|noon"
    "|wide|close|low|high|isometric|overhead|static|orbit|darker|brighter|bigger|smaller"
)


class Form(NamedTuple):
    """A form of a clause, and the command it stands for.

    Attributes:
        pattern: The whole clause.
        plain: The command, as a template of the pattern's groups or made of them.
        is_of_thing: It begins with what it is about, not with a verb that commands.
    """

    pattern: re.Pattern[str]
    plain: str | Callable[[re.Match[str]], str]
    is_of_thing: bool


def form(pattern: str, plain: str | Callable[[re.Match[str]], str]) -> Form:
    """Return a form that a whole clause has, whatever its case."""
    is_of_thing = re.match(r"\(\?P<(?:np|old)>", pattern) is not None
    no_thing = _NO_THING if is_of_thing else ""
    return Form(re.compile(rf"^{no_thing}(?:{pattern})$", re.IGNORECASE), plain, is_of_thing)
