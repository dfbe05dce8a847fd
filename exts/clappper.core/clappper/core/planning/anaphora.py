"""Words that stand for a thing that is named elsewhere: a red one, 8 of them, four of each."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from clappper.core.planning.clause import Mark
from clappper.core.planning.lexicon import load_words
from clappper.core.planning.member import MemberResolver
from clappper.core.planning.noun_phrase import NounPhrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clappper.core.planning.noun_phrase import Determiner

__all__ = ["resolve_ones"]

#: Verbs of somebody who speaks about the scene, not of somebody who stands in it.
_WISHES = frozenset(
    (
        *("ask", "asked", "asks", "believe", "believes", "hopes", "know", "knows", "like", "likes"),
        *("love", "loves", "mean", "means", "need", "needs", "prefer", "prefers", "require"),
        *("requires", "said", "say", "says", "sell", "sells", "told", "think", "thinks", "want"),
        *("wanted", "wants", "wish", "wishes", "keeps"),
    )
)
#: How many elements ahead the noun of an adjective may stand: a red, a green and a blue box.
_AHEAD_MAX = 8


def resolve_ones(elements: Sequence[NounPhrase | Mark]) -> list[NounPhrase | Mark]:
    """Return the elements with small ones and a red one naming the noun they stand for."""
    result: list[NounPhrase | Mark] = []
    last: NounPhrase | None = None
    skipped = -1
    members = MemberResolver()
    for index, element in enumerate(elements):
        if index <= skipped:
            continue
        resolved = element
        if isinstance(element, NounPhrase) and element.kind == "member":
            part = members.resolve(element, result)
            last = part or last
            result += [part] if part is not None else []
            continue
        if isinstance(element, NounPhrase) and element.kind == "ones" and element.count:
            owned = members.name_owned(element, result)
            is_owning = bool(result) and result[-1].kind == "with"
            if owned is not None and not is_owning:
                result.append(Mark("with", element.start, element.start, "with"))
            if owned is not None or is_owning:
                result += [owned] if owned is not None else []
                continue
        if isinstance(element, NounPhrase) and _is_bare_number(element, result):
            is_per = _is_per(elements, index + 1)
            owner = elements[index + 2] if is_per else None
            skipped = index + 2 if is_per else skipped
            _count(result, element, owner)
            resolved = Mark("claim", element.start, element.end, "number")
        elif isinstance(element, NounPhrase):
            resolved = _resolve(elements, index, element, result, last)
        last = _find_last(result) if resolved is not element else last
        if isinstance(resolved, NounPhrase) and resolved.kind == "thing":
            last = resolved
        result.append(resolved)
    members.finish(result)
    return result


def _find_last(result: Sequence[NounPhrase | Mark]) -> NounPhrase | None:
    """Return the thing that was named last."""
    things = (e for e in reversed(result) if isinstance(e, NounPhrase) and e.kind == "thing")
    return next(things, None)


def _count(
    result: list[NounPhrase | Mark], number: NounPhrase, owner: NounPhrase | Mark | None
) -> None:
    """Take a number without a noun as that of what was named before it."""
    count = number.count or 1
    last = _find_last(result)
    if number.asked == "each":
        _count_each(result, count)
    elif owner is not None:
        _count_per(result, count, owner)
    elif last is not None and _is_open(last):
        _put_count(result, last, count, determiner="none")


def _put_count(
    result: list[NounPhrase | Mark],
    phrase: NounPhrase,
    count: int,
    determiner: Determiner | None = None,
) -> None:
    """Give a phrase among the elements read so far its number."""
    place = len(result) - 1 - result[::-1].index(phrase)
    counted = replace(phrase, count=count, vague="")
    result[place] = replace(counted, determiner=determiner) if determiner else counted


def _resolve(
    elements: Sequence[NounPhrase | Mark],
    index: int,
    element: NounPhrase,
    before: Sequence[NounPhrase | Mark],
    last: NounPhrase | None,
) -> NounPhrase:
    """Return a phrase with the noun it stands for."""
    if _is_wisher(elements, index):
        # A shop that needs a clip may be the place, where no other is named.
        place = None if element.is_nearest else element.place
        return replace(element, kind="talk", place=place)
    if element.kind == "ones" and last is not None:
        last = _find_other(before, last) or last
        noun = last.asked.rsplit(" ", 1)[-1]
        asked = f"{' '.join(element.adjectives)} {noun}".strip()
        return replace(element, kind="thing", modifiers=last.modifiers, head=last.head, asked=asked)
    return _name_ahead(elements, index) or _name_measured(element, before) or element


def _find_other(before: Sequence[NounPhrase | Mark], last: NounPhrase) -> NounPhrase | None:
    """Return what else was named, where nothing stands to its own: 2 people at the red ones."""
    if len(before) < 2 or before[-1].kind != "relation":
        return None
    subject = before[-2]
    if not isinstance(subject, NounPhrase) or subject.head != last.head:
        return None
    things = (e for e in reversed(before) if isinstance(e, NounPhrase) and e.kind == "thing")
    others = (thing for thing in things if thing.head != subject.head)
    return next((thing for thing in others if thing.is_plural or (thing.count or 1) > 1), None)


def _is_wisher(elements: Sequence[NounPhrase | Mark], index: int) -> bool:
    """Whether somebody wants or says something: the client wants to see a forklift."""
    phrase = elements[index]
    after = elements[index + 1] if index + 1 < len(elements) else None
    is_one = isinstance(phrase, NounPhrase) and phrase.count is None and not phrase.is_its
    return is_one and isinstance(after, Mark) and after.word in _WISHES


def _is_bare_number(phrase: NounPhrase, before: Sequence[NounPhrase | Mark]) -> bool:
    """Whether a number says how many there are of what was named: pallets, 8 of them."""
    is_each = phrase.asked == "each"
    is_number = phrase.kind == "ones" and phrase.count is not None
    if not is_number or (phrase.asked and not is_each):
        return False
    is_correction = (
        bool(before) and isinstance(before[-1], Mark) and before[-1].word == "correction"
    )
    return is_each or not is_correction


def _is_per(elements: Sequence[NounPhrase | Mark], index: int) -> bool:
    """Whether what each of several holds follows a number: six per pallet."""
    marks = elements[index : index + 2]
    if len(marks) < 2 or not isinstance(marks[0], Mark) or marks[0].kind != "per":
        return False
    return isinstance(marks[1], NounPhrase) and marks[1].kind == "thing"


def _count_per(result: list[NounPhrase | Mark], count: int, owner: NounPhrase | Mark) -> None:
    """Count the things before of which each owner has so many, where no number was said."""
    heads = [e for e in result if isinstance(e, NounPhrase) and e.kind == "thing"]
    owners = [e for e in heads if isinstance(owner, NounPhrase) and e.head == owner.head]
    others = [e for e in heads if isinstance(owner, NounPhrase) and e.head != owner.head]
    if not owners or not others or not _is_open(others[-1]):
        return
    _put_count(result, others[-1], count * (owners[-1].count or 1))


def _is_open(phrase: NounPhrase) -> bool:
    """Whether nothing exact was said yet of how many there are of several."""
    is_several = phrase.is_plural or phrase.head in load_words().mass_nouns
    return is_several and (phrase.count is None or bool(phrase.vague))


def _count_each(result: list[NounPhrase | Mark], count: int) -> None:
    """Count each thing of the list before: chairs and desks, six of each; red and blue drums."""
    places: list[int] = []
    for index in reversed(range(len(result))):
        element = result[index]
        if isinstance(element, Mark):
            if element.kind not in ("comma", "join"):
                break
        elif element.kind == "thing" and _is_open(element):
            places.append(index)
        else:
            break
    kinds = 1
    if len(places) == 1:
        phrase = result[places[0]]
        kinds = max(1, len(phrase.adjectives)) if isinstance(phrase, NounPhrase) else 1
    for index in places:
        phrase = result[index]
        if isinstance(phrase, NounPhrase):
            _put_count(result, phrase, count * kinds)


def _name_ahead(elements: Sequence[NounPhrase | Mark], index: int) -> NounPhrase | None:
    """Return an adjective with the noun of the list it begins: a red, a green and a blue box."""
    phrase = elements[index]
    if not isinstance(phrase, NounPhrase) or phrase.kind != "attribute" or not phrase.is_said:
        return None
    is_linked = False
    for element in elements[index + 1 : index + 1 + _AHEAD_MAX]:
        if isinstance(element, Mark) and element.kind in ("comma", "join"):
            is_linked = True
            continue
        is_noun = is_linked and isinstance(element, NounPhrase) and _is_single(element)
        if isinstance(element, NounPhrase) and is_noun and element.kind == "thing":
            asked = " ".join((*phrase.adjectives, *element.modifiers, element.head))
            named = replace(phrase, kind="thing", asked=asked, head=element.head)
            return replace(named, modifiers=element.modifiers)
        if not is_noun or element.kind != "attribute":
            return None
    return None


def _is_single(phrase: NounPhrase) -> bool:
    return phrase.determiner == "indefinite" or phrase.count is not None


def _name_measured(phrase: NounPhrase, before: Sequence[NounPhrase | Mark]) -> NounPhrase | None:
    """Return the things a measure stands for: a stack of pallets, and cones next to the stack.

    One that stands for nothing is no thing either: the whole group.
    """
    is_measure = phrase.head in load_words().measure_nouns and phrase.kind in ("thing", "room")
    is_each = phrase.determiner == "distributive"
    if not (is_each or phrase.determiner == "definite") or phrase.modifiers or not is_measure:
        return None
    for element in reversed(before):
        if isinstance(element, NounPhrase) and element.measure == phrase.head:
            return replace(
                element,
                start=phrase.start,
                end=phrase.end,
                determiner=phrase.determiner,
                count=None,
                measure="",
                measure_count=element.measure_count if is_each else None,
                per_measure=None,
            )
    return replace(phrase, kind="talk") if phrase.kind == "thing" else None
