"""A request as the clauses in it, each put plainly; remarks count where nothing else is said."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from clappper.core.planning.edit_clause import begins_with_command
from clappper.core.planning.edit_politeness import drop_interjections
from clappper.core.planning.edit_remarks import drop_reason, read_remark
from clappper.core.planning.edit_sentence import put_sentence_plainly
from clappper.core.planning.edit_wording import put_plainly

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clappper.core.planning.edit_remarks import Remark

__all__ = ["Saying", "read_sayings"]


class Saying(NamedTuple):
    """A clause as it was said, and put plainly."""

    said: str
    plain: str


_SENTENCE = re.compile(r"[.;!?:]+(?=\s|$)")
_JOINT = re.compile(r",? (?:and then|and also|and|but|so|then|&|plus)(?= )|,(?= )", re.IGNORECASE)
_FINITE = re.compile(
    r"\b(?:is|are|(?<!trash )can|could|should|must|has|needs?|would|will|looks?|feels?|seems?"
    r"|gets?|want"
    r"|prefer|belongs?|goes|go|does|do)\b|'(?:s|re|ll|d)\b",
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
_PRONOUN = re.compile(r"\b(?:it|them)\b", re.IGNORECASE)
_NUMBER_ONLY = re.compile(r"^(?:only|make it|there should be) \w+$", re.IGNORECASE)


def read_sayings(text: str) -> list[Saying]:
    """Return the clauses of a request, each as a plain command where it means one.

    Args:
        text: The request in English.
    """
    sayings: list[Saying] = []
    remarks: list[tuple[str, Remark]] = []
    for part in _split_text(text):
        remark = read_remark(drop_interjections(part))
        if remark is not None:
            remarks.append((part, remark))
        else:
            sayings.append(Saying(part, put_plainly(drop_reason(part))))
    if sayings:
        things = next((remark.things for _, remark in remarks if remark.things), "")
        return [_name_things(saying, things) for saying in sayings]
    return [Saying(part, remark.wish or part) for part, remark in remarks]


def _split_text(text: str) -> Iterator[str]:
    """Yield the clauses of a text."""
    for sentence in _SENTENCE.split(text):
        plain = put_sentence_plainly(sentence.strip(" ,"))
        for part in _SENTENCE.split(plain):
            yield from _split_sentence(part.strip(" ,"))


def _split_sentence(sentence: str) -> list[str]:
    """Return the clauses of a sentence: it is parted only where both sides are one."""
    parts: list[str] = []
    start = 0
    for joint in _JOINT.finditer(sentence):
        left, right = sentence[start : joint.start()], sentence[joint.end() :]
        following = _JOINT.search(right)
        head = right[: following.start()] if following is not None else right
        left, head = left.strip(), head.strip()
        is_parted = begins_with_command(head) or (_is_clause(left) and _is_clause(head))
        if left and (is_parted or (_is_fragment(left) and _is_fragment(head))):
            if joint.group().strip(" ,").lower() != "so" or _asks(left) or not _asks(head):
                parts.append(left)
            start = joint.end()
    parts.append(sentence[start:].strip())
    return [part for part in parts if part]


def _asks(part: str) -> bool:
    """Whether a clause asks for something; one before so that does not is a reason."""
    return begins_with_command(part) or begins_with_command(put_plainly(part))


def _is_clause(part: str) -> bool:
    if not part or _SUBORDINATE.match(part):
        return False
    return (
        begins_with_command(part)
        or _FINITE.search(part) is not None
        or read_remark(drop_interjections(part)) is not None
        or put_plainly(part) != part
    )


def _is_fragment(part: str) -> bool:
    return _FRAGMENT.match(part) is not None and not begins_with_command(part)


def _name_things(saying: Saying, things: str) -> Saying:
    """Say of what there are to be so many, and what they are: too many boxes, three would do."""
    if not things:
        return saying
    if _NUMBER_ONLY.match(saying.plain):
        return saying._replace(plain=f"only {saying.plain.split()[-1]} {things}")
    named = things if things.lower().startswith(("the ", "my ", "our ")) else f"the {things}"
    return saying._replace(plain=_PRONOUN.sub(named, saying.plain))
