"""A request as the clauses in it, each put plainly; remarks count where nothing else is said."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from clappper.core.planning.edit_clause import begins_with_command
from clappper.core.planning.edit_correction import correct
from clappper.core.planning.edit_form import NUMBER, PICTURES
from clappper.core.planning.edit_politeness import drop_interjections
from clappper.core.planning.edit_remarks import drop_reason, read_remark
from clappper.core.planning.edit_sentence import put_sentence_plainly
from clappper.core.planning.edit_statement import find_spoken_things, is_statement, is_talk
from clappper.core.planning.edit_tidy import tidy
from clappper.core.planning.edit_wording import put_plainly

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Saying", "read_sayings"]


class Saying(NamedTuple):
    """A clause as it was said, and put plainly."""

    said: str
    plain: str


class _Part(NamedTuple):
    """One clause, whether its sentence ends with a question mark, and whether it is a reason."""

    text: str
    is_asked: bool
    is_reason: bool = False


_SENTENCE = re.compile(r"(?P<mark>[.;!?:]+)(?=\s|$)|\n")
_JOINT = re.compile(r",? (?:and then|and also|and|but|so|then|&|plus)(?= )|,(?= )", re.IGNORECASE)
_FINITE = re.compile(
    r"\b(?:is|are|(?<!trash )can|could|should|must|has|needs?|would|will|looks?|feels?|seems?"
    r"|gets?|want|prefer|belongs?|goes|go|does|do)\b|'(?:s|re|ll|d)\b",
    re.IGNORECASE,
)
_SUBORDINATE = re.compile(
    r"^(?:which|who|where|so that|because|since|when|while|if|though|as)\b", re.IGNORECASE
)
_FRAGMENT = re.compile(
    r"^(?:the )?(?:[a-z]+ ){1,3}(?:in|on|at|against|next to|near|behind|beside|under|along"
    r"|in front of|left of|right of) ",
    re.IGNORECASE,
)
_EACH = re.compile(r"\b(?:each|every) (?:one of|of) (?:it|them|those|these)\b", re.IGNORECASE)
_EACH_ONE = re.compile(r"\b(?:each|every) one\b", re.IGNORECASE)
_PRONOUN = re.compile(r"\b(?:it|them|those|they)\b", re.IGNORECASE)
_NUMBER_ONLY = re.compile(
    r"^(?:only |make it |there should be |just |the |add |(?:cut|bring|take) (?:it|them"
    r"|that) down to "
    rf"|(?:i|we) (?:need |want |would like )|let's have )*(?P<count>{NUMBER})(?: more)?$",
    re.IGNORECASE,
)
_BARE_NUMBER = re.compile(
    rf"^(?:(?:no|sorry|wait|actually|hm+|ok|okay|make that)[, ]+)*(?!an?\b)(?P<count>{NUMBER})"
    r" (?P<np>[a-z][a-z -]*?)(?: please| instead| then)*$",
    re.IGNORECASE,
)
_SPARE = re.compile(
    r"\b(?:more|another|other|extra|additional|further|fewer|less|in|on|at|next|near|behind|beside"
    r"|between|against|along|under|around|left|right|opposite|with|to|per|for|row|rows|from|of|is|are|too|enough|please|only"
    r"|would|will|should|can|could|might|do|does)\b",
    re.IGNORECASE,
)
_TIME = re.compile(r"^(?:seconds?|s|minutes?|frames)\b", re.IGNORECASE)
_DETERMINER = re.compile(
    rf"^(?:the|these|those|all the|all|my|our|{NUMBER}) (?:of the )?", re.IGNORECASE
)
_PICTURE = re.compile(rf"\b(?:{PICTURES})\b", re.IGNORECASE)
_DISLIKED = re.compile(r"\b(?:hates?|dislikes?|can't stand|is not a fan of)\b", re.IGNORECASE)
_ABOUT_PICTURE = re.compile(
    rf"\b(?:{PICTURES}|camera|shot|view|light|lighting|eye level)\b", re.IGNORECASE
)
_SO_THAT = re.compile(r"^(?:that )?(?:it|they|he|she) (?:faces?|looks?|points?)\b", re.IGNORECASE)
_SOME_OF = re.compile(rf"\b({NUMBER}) of (?:them|those|these)\b", re.IGNORECASE)
_PART = re.compile(rf"^{NUMBER} of (?:the|these|those|our|my) ", re.IGNORECASE)
_WANTED = re.compile(rf"^(?:{NUMBER}|some|another|more) [a-z]", re.IGNORECASE)
_SWAPPED_OUT = re.compile(r"^swap (?:those|them|it|these)(?: out)?$", re.IGNORECASE)


def read_sayings(text: str) -> list[Saying]:
    """Return the clauses of a request, each as a plain command where it means one.

    Args:
        text: The request in English.
    """
    sayings: list[Saying] = []
    wishes: list[Saying] = []
    things: tuple[str, ...] = ()
    for part in _split_text(tidy(text)):
        remark = read_remark(drop_interjections(part.text))
        if remark is not None:
            wishes.append(Saying(part.text, remark.wish or put_plainly(part.text)))
            things = (remark.things,) if remark.things else things
            continue
        said = _name_things(drop_reason(part.text), things)
        plain = _put_number(said) or _name_things(put_plainly(said), things)
        if part.is_reason or _is_told(part, plain):
            wishes.append(Saying(part.text, plain))
            things = find_spoken_things(drop_interjections(part.text), is_asked=part.is_asked) or (
                things
            )
            continue
        if _SWAPPED_OUT.match(plain) and sayings and sayings[-1].plain.startswith("replace "):
            continue  # it only says so again
        corrected = correct(sayings[-1].plain, part.text, plain) if sayings else None
        if corrected is not None:
            sayings[-1] = Saying(f"{sayings[-1].said}, {part.text}", corrected)
        else:
            sayings.append(Saying(part.text, plain))
    return sayings or wishes


def _put_number(part: str) -> str | None:
    """Return the command for a bare number of things: six bollards; 15 seconds."""
    part = re.sub(r",? only$", "", part, flags=re.IGNORECASE)
    bare = _BARE_NUMBER.match(part)
    if bare is None or _SPARE.search(part):
        return None
    if _TIME.search(bare["np"]):
        return f"film {bare['count']} {bare['np']}"
    return f"there should be {bare['count']} {bare['np']}"


def _is_told(part: _Part, plain: str) -> bool:
    """Whether a clause only tells or asks something."""
    if is_talk(plain):
        return True
    if begins_with_command(plain) or (_PICTURE.search(plain) and not _DISLIKED.search(plain)):
        return False
    return is_statement(drop_interjections(plain), is_asked=part.is_asked)


def _split_text(text: str) -> Iterator[_Part]:
    """Yield the clauses of a text."""
    start = 0
    for end in [*_SENTENCE.finditer(text), None]:
        sentence = text[start : end.start() if end is not None else len(text)]
        is_asked = end is not None and "?" in (end["mark"] or "")
        start = end.end() if end is not None else len(text)
        plain = put_sentence_plainly(drop_reason(sentence.strip(" ,-\u2022*")))
        for part in _SENTENCE.split(plain)[::2]:
            for clause, is_reason in _split_sentence(part.strip(" ,")):
                yield _Part(clause, is_asked, is_reason)


def _split_sentence(sentence: str) -> list[tuple[str, bool]]:
    """Return the clauses of a sentence, and which only give the reason for the next.

    It is parted only where both sides are one.
    """
    parts: list[tuple[str, bool]] = []
    start = 0
    for joint in _JOINT.finditer(sentence):
        left, right = sentence[start : joint.start()].strip(), sentence[joint.end() :]
        following = _JOINT.search(right)
        head = (right[: following.start()] if following is not None else right).strip()
        if joint.group().strip(" ,").lower() == "so" and _SO_THAT.match(head):
            continue
        is_first = _is_clause(left) or _put_number(left) is not None or _ABOUT_PICTURE.search(left)
        is_told = _WANTED.match(head) is not None and is_statement(drop_interjections(left))
        is_parted = begins_with_command(head) or is_told or (is_first and _is_clause(head))
        if left and (is_parted or (_is_fragment(left) and _is_fragment(head))):
            is_so = joint.group().strip(" ,").lower() == "so"
            parts.append((left, is_so and _asks(head) and not _asks(left)))
            start = joint.end()
    parts.append((sentence[start:].strip(), False))
    return [part for part in parts if part[0]]


def _asks(part: str) -> bool:
    """Whether a clause asks for something; one before so that does not is a reason."""
    return begins_with_command(put_plainly(part))


def _is_clause(part: str) -> bool:
    if not part or _SUBORDINATE.match(part):
        return False
    said = drop_interjections(part)
    return (
        begins_with_command(part)
        or _FINITE.search(part) is not None
        or read_remark(said) is not None
        or is_statement(said)
        or put_plainly(part) != part
    )


def _is_fragment(part: str) -> bool:
    return _FRAGMENT.match(part) is not None and not begins_with_command(part)


def _name_things(plain: str, things: tuple[str, ...]) -> str:
    """Say of what there are to be so many, and what they are: too many boxes, three would do."""
    if not things:
        return plain
    bare = _DETERMINER.sub("", things[0])
    part = _PART.match(things[0])
    number = _NUMBER_ONLY.match(plain)
    if number is not None:
        return f"only {number['count']} {bare}"
    plain = _EACH_ONE.sub(f"each of the {bare}", _EACH.sub(f"each of the {bare}", plain))
    plain = _SOME_OF.sub(rf"\1 {bare}", plain)
    if plain.lower() == "half as many":
        return f"half as many {bare}"
    named = [things[0] if part is not None else f"the {bare}", *things[1:]]

    def name(match: re.Match[str]) -> str:
        return named.pop(0) if len(named) > 1 else named[0]

    return _PRONOUN.sub(name, plain)
