"""A request as the clauses in it, each put plainly; remarks count where nothing else is said."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from clappper.core.planning.wording.clause import begins_with_command
from clappper.core.planning.wording.correction import correct
from clappper.core.planning.wording.form import PICTURES, PLACE, THING
from clappper.core.planning.wording.naming import name_things
from clappper.core.planning.wording.plainly import put_plainly
from clappper.core.planning.wording.politeness import drop_interjections
from clappper.core.planning.wording.remarks import drop_reason, read_remark
from clappper.core.planning.wording.split import put_number, split_text
from clappper.core.planning.wording.statement import find_spoken_things, is_statement, is_talk
from clappper.core.planning.wording.tidy import tidy

if TYPE_CHECKING:
    from clappper.core.planning.wording.split import Part

__all__ = ["Saying", "read_sayings"]


class Saying(NamedTuple):
    """A clause as it was said, and put plainly."""

    said: str
    plain: str


_PICTURE = re.compile(rf"\b(?:{PICTURES})\b", re.IGNORECASE)
_DISLIKED = re.compile(r"\b(?:hates?|dislikes?|can't stand|is not a fan of)\b", re.IGNORECASE)
_STATE = re.compile(rf"^(?P<np>{THING}) (?:is|are) (?P<where>{PLACE})$", re.IGNORECASE)
_SWAPPED_OUT = re.compile(r"^swap (?:those|them|it|these)(?: out)?$", re.IGNORECASE)


def read_sayings(text: str) -> list[Saying]:
    """Return the clauses of a request, each as a plain command where it means one.

    Args:
        text: The request in English.
    """
    sayings: list[Saying] = []
    wishes: list[Saying] = []
    things: tuple[str, ...] = ()
    for part in split_text(tidy(text)):
        remark = read_remark(drop_interjections(part.text))
        if remark is not None:
            wishes.append(Saying(part.text, remark.wish or put_plainly(part.text)))
            things = (remark.things,) if remark.things else things
            continue
        said = name_things(drop_reason(part.text), things)
        plain = put_number(said) or name_things(put_plainly(said), things)
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
    return sayings or [wish._replace(plain=_put_state(wish.plain)) for wish in wishes]


def _put_state(plain: str) -> str:
    """Return the command for how things are to be, where nothing else is said."""
    state = _STATE.match(plain)
    return f"put {state['np']} {state['where']}" if state is not None else plain


def _is_told(part: Part, plain: str) -> bool:
    """Whether a clause only tells or asks something."""
    if is_talk(plain):
        return True
    if begins_with_command(plain) or (_PICTURE.search(plain) and not _DISLIKED.search(plain)):
        return False
    return is_statement(drop_interjections(plain), is_asked=part.is_asked)
