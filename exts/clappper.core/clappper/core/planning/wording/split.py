"""A request parted into its clauses; which of them only gives the reason for the next."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from clappper.core.planning.wording.clause import begins_with_command
from clappper.core.planning.wording.form import NUMBER, PICTURES
from clappper.core.planning.wording.plainly import put_plainly
from clappper.core.planning.wording.politeness import drop_interjections
from clappper.core.planning.wording.remarks import drop_reason, read_remark
from clappper.core.planning.wording.sentence import put_sentence_plainly
from clappper.core.planning.wording.statement import is_statement

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Part", "put_number", "split_text"]


class Part(NamedTuple):
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
_ABOUT_PICTURE = re.compile(
    rf"\b(?:{PICTURES}|camera|shot|view|light|lighting|eye level)\b", re.IGNORECASE
)
_SO_THAT = re.compile(r"^(?:that )?(?:it|they|he|she) (?:faces?|looks?|points?)\b", re.IGNORECASE)
_WANTED = re.compile(rf"^(?:{NUMBER}|some|another|more) [a-z]", re.IGNORECASE)


def split_text(text: str) -> Iterator[Part]:
    """Yield the clauses of a text.

    Args:
        text: A request in English.
    """
    start = 0
    for end in [*_SENTENCE.finditer(text), None]:
        sentence = text[start : end.start() if end is not None else len(text)]
        is_asked = end is not None and "?" in (end["mark"] or "")
        start = end.end() if end is not None else len(text)
        plain = put_sentence_plainly(drop_reason(sentence.strip(" ,-\u2022*")))
        for part in _SENTENCE.split(plain)[::2]:
            for clause, is_reason in _split_sentence(part.strip(" ,")):
                yield Part(clause, is_asked, is_reason)


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
        is_first = _is_clause(left) or put_number(left) is not None or _ABOUT_PICTURE.search(left)
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


def put_number(clause: str) -> str | None:
    """Return the command for a bare number of things, or None: six bollards; 15 seconds.

    Args:
        clause: One clause in English.
    """
    said = re.sub(r",? only$", "", clause, flags=re.IGNORECASE)
    bare = _BARE_NUMBER.match(said)
    if bare is None or _SPARE.search(said):
        return None
    if _TIME.search(bare["np"]):
        return f"film {bare['count']} {bare['np']}"
    return f"there should be {bare['count']} {bare['np']}"
