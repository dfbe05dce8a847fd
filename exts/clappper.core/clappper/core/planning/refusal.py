"""What a prompt refuses behind its name: people are not needed, forklifts must not be visible."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clappper.core.planning.clause import Mark
from clappper.core.planning.noun_phrase import NounPhrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clappper.core.planning.lexer import Transcript

__all__ = ["claim_refusals", "list_refused"]

#: What tokens of a refusal belong to, among the claims.
_OWNER = "refusal"
_MODALS = "should|must|shall|need|can|could|do|does|may|will|would|is|are|was|were"
_PICTURE = "shot|picture|frame|scene|image|view|room"
_REFUSED = (
    "needed|wanted|required|necessary|allowed|permitted|present|visible|shown|seen|included"
    rf"|welcome|desired|there|appear|show up|in (?:the |my |our )?(?:{_PICTURE})"
)
_REFUSALS = re.compile(
    rf"\b(?:(?:{_MODALS}|to) not|(?:{_MODALS})n't|cannot|never|no longer)"
    rf" (?:to )?(?:be )?(?:{_REFUSED})\b"
    rf"|\bout of (?:(?:the |my |our )?(?:{_PICTURE})|it(?= ?(?:[.,;]|$)))\b"
    r"|\b(?:removed|left out|taken out)\b(?= ?(?:[.,;]|$))"
    r"|\b(?:is|are) (?:unwanted|unnecessary|forbidden|prohibited|banned|off limits)\b"
)


#: Verbs that rule out what stands before their out: leave the plants out.
_LEFT_OUT = re.compile(
    r"\b(?:leave|keep|take|cut|get)\b[^.;,]{1,60}? (?P<out>out)\b(?= ?(?:[.,;]|$))"
)


def claim_refusals(transcript: Transcript, claimed: dict[int, str]) -> None:
    """Claim the words that refuse what stands before them."""
    spans = [span for _, span in transcript.find(_REFUSALS)]
    spans += [transcript.span(*match.span("out")) for match, _ in transcript.find(_LEFT_OUT)]
    for span in spans:
        if not any(index in claimed for index in span):
            claimed.update(dict.fromkeys(span, _OWNER))


def list_refused(elements: Sequence[NounPhrase | Mark]) -> set[int]:
    """Return the indices of the phrases before a refusal, with the list each ends."""
    refused: set[int] = set()
    for index, element in enumerate(elements[1:], 1):
        if not isinstance(element, Mark) or element.kind != "claim" or element.word != _OWNER:
            continue
        place = index - 1
        while place >= 0 and _is_refusable(elements[place]):
            refused.add(place)
            link = elements[place - 1] if place else None
            is_listed = isinstance(link, Mark) and link.kind in ("join", "or")
            place = place - 2 if is_listed else -1
    return refused


def _is_refusable(element: NounPhrase | Mark) -> bool:
    """Whether a phrase introduces nothing: neither a number nor an article asks for it."""
    if not isinstance(element, NounPhrase):
        return False
    return element.count is None and element.determiner != "indefinite"
