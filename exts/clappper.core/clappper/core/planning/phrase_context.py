"""What stands before a noun phrase and decides whether it asks for a thing: no, because."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clappper.core.planning.clause import EXCLUDERS, Mark
from clappper.core.planning.lexicon import load_classes
from clappper.core.planning.noun_phrase import NounPhrase
from clappper.core.planning.purpose import list_purposes
from clappper.core.planning.refusal import list_refused

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["CAST", "PhraseContext", "read_contexts"]

#: Words that rule out even what is spoken of as there: leave out the whiteboard.
_EXCLUSIONS = (
    *("leave out", "leaving out", "get rid of", "omit", "exclude", "excluding"),
    *("without", "lacking", "minus", "except", "except for", "apart from", "lacks", "lack"),
    *EXCLUDERS,
)
#: Who is in the scene, even where it is somebody's: my character stands behind the sofa.
CAST = ("character", "actor", "figure", "avatar", "presenter")
#: What people of a scene do with one another.
_TALKING = frozenset(
    ("talk", "talks", "talking", "speak", "speaks", "speaking", "chatting", "listening", "waving")
)


@dataclass(frozen=True)
class PhraseContext:
    """What stands before a phrase.

    Attributes:
        before: Kind of the mark before it.
        joint: The joint before it, or empty.
        is_negated: Whether it is ruled out.
        is_after_thing: Whether it goes on with a list of things.
        is_unwanted_there: Whether it is only said where it must not be put, or why.
        is_told: Whether it only tells what something is: this one is a bit unusual.
        is_aside: Whether somebody is it or is in it: I was a student, a worker in a vest.
        is_purpose: Whether it only tells what a thing is for: where people can chill.
    """

    before: str
    joint: str = ""
    is_negated: bool = False
    is_after_thing: bool = False
    is_unwanted_there: bool = False
    is_aside: bool = False
    is_told: bool = False
    is_purpose: bool = False

    @property
    def is_talk(self) -> bool:
        """Whether an unknown noun there asks for nothing."""
        return self.is_aside or self.is_told


def read_contexts(elements: Sequence[NounPhrase | Mark]) -> dict[int, PhraseContext]:
    """Return what stands before each phrase, by its index among the elements."""
    contexts: dict[int, PhraseContext] = {}
    negation: str | None = None
    is_unwanted_there = is_reason = False
    listing = "end"
    refused = list_refused(elements)
    purposes = list_purposes(elements)
    is_speech = False
    for index, element in enumerate(elements):
        if isinstance(element, NounPhrase):
            previous = elements[index - 1] if index else None
            subject = elements[index - 2] if index > 1 else None
            before = (
                previous.kind
                if isinstance(previous, Mark)
                else ("phrase" if previous is not None else "end")
            )
            joint = previous.word if isinstance(previous, Mark) and previous.kind == "joint" else ""
            joint = "" if _is_addressed(elements, index) else joint
            is_telling = _is_speaker(subject, previous) and not element.is_said
            is_speech = is_speech or is_telling or _is_doing(element, previous)
            is_definite = element.determiner in ("definite", "distributive")
            contexts[index] = PhraseContext(
                before,
                joint,
                is_negated=index in refused
                or (is_unwanted_there and element.determiner == "indefinite")
                or negation in _EXCLUSIONS
                or (negation is not None and not is_definite),
                is_after_thing=listing == "list",
                is_unwanted_there=(is_unwanted_there and not element.is_said) or is_reason,
                is_aside=_is_worn(subject, previous) or _is_speaker(subject, previous),
                is_told=_is_told_of(subject, previous)
                or is_speech
                or _is_teller(element, elements[index + 1 : index + 2]),
                is_purpose=index in purposes,
            )
            is_unwanted_there = False
            listing = "list" if element.kind == "thing" else "talk"
            if negation is not None and not _continues_negation(elements, index, negation):
                negation = None
            continue
        is_speech = is_speech and element.kind not in ("end", "comma", "but", "create", "pronoun")
        if element.kind == "not":
            negation = element.word
        elif element.kind == "comma" and _is_plain_not(elements[index - 1]):
            negation = None
        elif element.kind in ("end", "but", "with", "relation", "place", "arrangement", "create"):
            negation = negation if _is_ruled_out(elements, index) else None
        elif element.kind == "pronoun" and element.word == "there":
            negation = None
        if element.kind in ("end", "verb", "relation"):
            listing = element.kind
        is_unwanted_there = is_unwanted_there or _is_put_denied(elements, index)
        is_reason = element.word == "because" or (
            is_reason and element.kind not in ("end", "comma")
        )
    return contexts


def _is_plain_not(element: NounPhrase | Mark) -> bool:
    """Whether a not denies no thing: not too close, a forklift."""
    is_not = isinstance(element, Mark) and element.kind == "not"
    return is_not and isinstance(element, Mark) and element.word in ("not", "never")


def _is_worn(person: NounPhrase | Mark | None, link: NounPhrase | Mark | None) -> bool:
    """Whether somebody wears what follows: a worker in a vest."""
    is_wearing = isinstance(link, Mark) and link.word in ("in", "wearing")
    is_person = isinstance(person, NounPhrase) and person.head in load_classes()["person"].words
    return is_wearing and is_person


def _is_speaker(who: NounPhrase | Mark | None, link: NounPhrase | Mark | None) -> bool:
    """Whether the user tells who speaks: I was a student."""
    is_copula = isinstance(link, Mark) and link.kind == "copula"
    return is_copula and isinstance(who, Mark) and who.word in ("i", "we", "you")


def _is_doing(phrase: NounPhrase, who: NounPhrase | Mark | None) -> bool:
    """Whether a word right behind who speaks is what they do: we train a detector."""
    is_bare = phrase.kind == "thing" and not phrase.is_said and not phrase.is_plural
    return is_bare and isinstance(who, Mark) and who.word in ("i", "we", "you", "they")


def _is_teller(phrase: NounPhrase, after: Sequence[NounPhrase | Mark]) -> bool:
    """Whether somebody of ours does something: our trainee forgot it."""
    is_doing = any(isinstance(e, Mark) and e.kind == "verb" for e in after)
    is_somebody = phrase.is_possessed and phrase.head not in CAST
    return is_somebody and phrase.count is None and is_doing


def _is_addressed(elements: Sequence[NounPhrase | Mark], index: int) -> bool:
    """Whether somebody in the scene talks to who follows: a driver talks to a colleague."""
    phrase = elements[index]
    if index < 3 or not isinstance(phrase, NounPhrase) or phrase.determiner != "indefinite":
        return False
    who, verb, link = elements[index - 3 : index]
    is_talking = isinstance(verb, Mark) and verb.word in _TALKING
    is_linked = isinstance(link, Mark) and link.word in ("to", "with")
    return is_talking and is_linked and isinstance(who, NounPhrase) and not who.is_possessed


def _is_told_of(what: NounPhrase | Mark | None, link: NounPhrase | Mark | None) -> bool:
    """Whether what follows only tells what something is: this one is a bit unusual."""
    if not isinstance(link, Mark) or link.kind != "copula":
        return False
    if isinstance(what, NounPhrase):
        return what.kind in ("ones", "talk")
    return what is None or what.kind in ("end", "comma", "claim") or what.word == "it"


def _is_put_denied(elements: Sequence[NounPhrase | Mark], index: int) -> bool:
    """Whether a verb of placing is negated: do not put monitors on the desks."""
    element, before = elements[index], elements[index - 1] if index else None
    is_placing = isinstance(element, Mark) and element.kind == "place"
    return is_placing and isinstance(before, Mark) and before.kind == "not"


def _is_ruled_out(elements: Sequence[NounPhrase | Mark], index: int) -> bool:
    """Whether a verb of making or having is itself negated: do not add, no need to show any."""
    element, before = elements[index], elements[index - 1] if index else None
    is_having = isinstance(element, Mark) and element.word in ("have", "has", "include")
    if isinstance(before, Mark) and before.word == "none":
        return isinstance(element, Mark) and element.kind == "with"
    is_making = is_having or (isinstance(element, Mark) and element.kind == "create")
    phrase = element.phrase if isinstance(element, Mark) else None
    is_making = is_making or (phrase is not None and phrase.is_inverse)
    if not isinstance(before, Mark) or not is_making:
        return False
    return before.kind in ("not", "verb") or before.word == "to"


def _continues_negation(elements: Sequence[NounPhrase | Mark], index: int, word: str) -> bool:
    """Whether no X goes on to the next phrase: no X or Y; no X, Y or Z; without X and Y."""
    after = elements[index + 1] if index + 1 < len(elements) else None
    if not isinstance(after, Mark) or after.kind not in ("or", "comma", "join"):
        return False
    if after.kind == "or" or after.word == "nor":
        return True
    follower = next((e for e in elements[index + 2 : index + 4] if isinstance(e, NounPhrase)), None)
    if follower is None or follower.is_said:
        return False
    rest = (element.kind for element in elements[index + 2 :] if isinstance(element, Mark))
    is_exclusion = word in (*_EXCLUSIONS, "avoid") and after.kind == "join"
    return is_exclusion or next((kind for kind in rest if kind != "comma"), "end") in (
        ("or", "join") if word in _EXCLUSIONS else ("or",)
    )
