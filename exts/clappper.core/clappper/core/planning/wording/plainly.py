"""What a user says between the lines, in the plain commands the edit rules know.

"The boxes can go" asks to remove them, "five would do" for five. Each form is a grammatical one:
a verb that means as much as a command, around whatever is named. A clause that fits no form stays
as it is.
"""

from __future__ import annotations

import re

from clappper.core.planning.wording.clause import begins_with_command
from clappper.core.planning.wording.forms_count import COUNT_FORMS
from clappper.core.planning.wording.forms_picture import PICTURE_FORMS
from clappper.core.planning.wording.forms_place import PLACE_FORMS
from clappper.core.planning.wording.politeness import drop_politeness

__all__ = ["put_plainly"]

#: Longest clause that is looked at, and most forms one after the other in it.
_MAX_CHARS, _MAX_STEPS = 400, 8
_FORMS = (*COUNT_FORMS, *PICTURE_FORMS, *PLACE_FORMS)
#: Two things, of which the verb is said once: turn one to the door and the other to the camera.
_SHARED = re.compile(
    r"^(?P<verb>turn|rotate|point|move|put|place|push|shift|stand|aim)\b(?P<first> .+?)"
    r",? (?:and|but) (?P<second>(?:the|an?) (?:other|others|rest|remaining|second|third|last|first"
    r"|left|right|leftmost|rightmost|middle|front|back)\b.*?)(?P<where> (?:to|towards?|at|in|on"
    r"|behind|next|near|beside|against|into|onto|under|along|by|away|between|\d+)\b.*)$",
    re.IGNORECASE,
)
_BARE_WHICH = re.compile(
    r"^(the (?:second|third|last|first|left|right|leftmost|rightmost|middle|front|back|other"
    r"|remaining))$",
    re.IGNORECASE,
)


def put_plainly(clause: str) -> str:
    """Return a clause as a plain command, or as it is.

    Args:
        clause: One request in English, without the mark that ends it.
    """
    said = " ".join(clause.split())
    if len(said) > _MAX_CHARS:
        return clause
    for _ in range(_MAX_STEPS):
        before = said
        said = _rewrite(said)
        if said == before:
            break
    shared = _SHARED.match(said)
    if shared is not None:
        second = _BARE_WHICH.sub(r"\1 one", shared["second"])
        verb = shared["verb"]
        return f"{verb}{shared['first']}. {verb} {second}{shared['where']}"
    return said


def _rewrite(said: str) -> str:
    """Take one step towards a plain command."""
    is_command = begins_with_command(said, of_things=True)
    for form in _FORMS:
        match = None if form.is_of_thing and is_command else form.pattern.match(said)
        if match is not None:
            plain = form.plain
            return match.expand(plain) if isinstance(plain, str) else plain(match)
    return drop_politeness(said)
