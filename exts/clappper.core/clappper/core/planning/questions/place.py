"""Questions about where things stand and what is by them, told from relations and placements."""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from clappper.core.planning.lexicon import load_phrases
from clappper.core.planning.questions.ground import join_words, name_item, say_count, say_metres
from clappper.core.planning.questions.relation import (
    FACING_WORDS,
    find_company,
    say_relation,
)
from clappper.core.planning.questions.things import (
    is_anything,
    is_person,
    read_thing,
    understand_thing,
)
from clappper.core.planning.questions.words import THING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clappper.core.layout.models import Placement, Room
    from clappper.core.planning.models import Item
    from clappper.core.planning.questions.ground import Ground

__all__ = ["answer_beside", "answer_distance", "answer_facing", "answer_where"]

_NO_SCENE = "There is no scene yet."
#: Most instances whose places are told.
_MAX_PLACES = 4
_STAND = r"(?:stand|sit|lie|hang|be|belong|go|located|placed|standing|sitting|lying|parked)"
_WHERE = re.compile(
    rf"where (?:did|have) you (?:put|place|placed|set) (?P<put>{THING})"
    rf"|where (?:can|do) i (?:find|see) (?P<find>{THING})"
    rf"|where (?:is|are|do|does|can) (?P<thing>{THING})(?: {_STAND}s?)?(?: in .{{1,30}})?"
    rf"|(?:what|which) (?:is the )?(?:place|position|location) (?:of |has |is )?(?P<of>{THING})"
)
_FAR = re.compile(
    rf"how (?:far|far away|close) (?:is|are|apart are) (?P<a>{THING}) (?:away )?"
    rf"(?:from|to|and) (?P<b>{THING})"
    rf"|(?:what|how (?:big|large)) is the (?:distance|gap) between (?P<c>{THING})"
    rf" and (?P<d>{THING})"
)
_FACES = r"(?:fac(?:e|es|ing)|look(?:ing|s)?|point(?:ing|s)?|turned)(?: (?:at|to|towards?))?"
_FACING = re.compile(
    r"(?:what|who|where|which (?:way|direction)|in which direction) (?:is|are|does|do)"
    rf" (?P<thing>{THING}) {_FACES}"
)
_FACES_CAMERA = re.compile(rf"(?:is|are|does|do) (?P<thing>{THING}) {_FACES} (?:the )?camera")
_PARTICIPLES = (
    r"(?:standing|sitting|placed|located|lying|parked|positioned|waiting|working|stacked|hanging"
    r"|stand|stands|sit|sits|right|directly|anywhere)"
)


#: Things whose centres are no farther apart may be said to be next to each other [m].
_CLOSE_M = 3.0


class _Asked(NamedTuple):
    """A question about what stands to a thing: what, how, to what."""

    who: str
    verb: str
    other: str
    is_yes_no: bool


def answer_where(said: str, ground: Ground) -> str | None:
    """Return where things stand."""
    found = _WHERE.fullmatch(said)
    if found is None:
        return None
    words = next((group for group in found.groupdict().values() if group), "")
    if ground.plan is None:
        return _NO_SCENE if read_thing(words) else None
    if re.search(r"\bcamera\b", words):
        return None
    meaning = understand_thing(words, ground)
    if meaning is None or meaning.is_vague:
        return None
    items = meaning.items or meaning.part
    if not items:
        return f"There is no {meaning.noun} in the scene."
    return " ".join(_describe_place(item, ground) for item in items)


def answer_beside(said: str, ground: Ground) -> str | None:
    """Return what or who stands next to, on, under or behind something."""
    asked = _read_beside(said)
    if asked is None or ground.plan is None:
        return None
    meaning = understand_thing(asked.other, ground)
    subjects = _choose_subjects(asked.who, ground)
    if meaning is None or not meaning.items or subjects is None:
        return None
    company = [
        (item, words)
        for item, words in find_company(asked.verb, meaning.items, ground)
        if item in subjects
    ]
    if not company:
        return _say_nothing(asked, subjects, meaning.items, ground)
    listed = join_words(f"{say_count(item.count, item.noun)} ({words})" for item, words in company)
    return f"Yes: {listed}." if asked.is_yes_no else f"{listed}."


def answer_facing(said: str, ground: Ground) -> str | None:
    """Return what something faces."""
    found = _FACES_CAMERA.fullmatch(said) or _FACING.fullmatch(said)
    if found is None or ground.plan is None or "camera" in found["thing"]:
        return None
    meaning = understand_thing(found["thing"], ground)
    if meaning is None or not meaning.items:
        return None
    return " ".join(_describe_facing(item, ground) for item in meaning.items)


def answer_distance(said: str, ground: Ground) -> str | None:
    """Return how far two things are apart."""
    found = _FAR.fullmatch(said)
    if found is None or ground.plan is None:
        return None
    one = understand_thing(found["a"] or found["c"], ground)
    other = understand_thing(found["b"] or found["d"], ground)
    if one is None or other is None or not one.items or not other.items:
        return None
    distance = _measure_nearest(one.items, other.items, ground)
    if distance is None:
        return None
    pair = f"{join_words(map(name_item, one.items))} and {join_words(map(name_item, other.items))}"
    nearest = "" if sum(i.count for i in (*one.items, *other.items)) == 2 else ", where nearest,"
    return f"Between {pair} there are{nearest} {say_metres(distance)} from centre to centre."


def _describe_place(item: Item, ground: Ground) -> str:
    told = _describe_relations(item, ground)
    placements, placed = ground.evidence.placements, ground.list_placed([item])
    if placements is None or not placed:
        return told
    spots = [_describe_spot(p, placements.room) for p in placed[:_MAX_PLACES]]
    more = f", and {len(placed) - len(spots)} more elsewhere" if len(placed) > len(spots) else ""
    stand = f"It stands {spots[0]}" if len(placed) == 1 else f"They stand {'; '.join(spots)}"
    return f"{told} {stand}{more}."


def _describe_relations(item: Item, ground: Ground) -> str:
    assert ground.plan is not None
    name, be = name_item(item), "is" if item.count == 1 else "are"
    said = [say_relation(r, ground) for r in ground.plan.relations if r.subject == item.id]
    if not said:
        return f"The plan does not say where {name} {be}."
    return f"{name[0].upper()}{name[1:]} {be} {join_words(said)}."


def _describe_spot(placement: Placement, room: Room) -> str:
    """Return the part of the room and the place in it, seen from the front (the south)."""
    x, y = placement.translation_m.x, placement.translation_m.y
    across = "left" if x < -room.size_m.x / 6 else "right" if x > room.size_m.x / 6 else ""
    along = "front" if y < -room.size_m.y / 6 else "back" if y > room.size_m.y / 6 else ""
    part = f"at the {f'{along} {across}'.strip()}" if along or across else "in the middle"
    sides = f"{say_metres(abs(x))} {'left' if x < 0 else 'right'} of the room's centre"
    return f"{part}, {sides} and {say_metres(abs(y))} {'in front of' if y < 0 else 'behind'} it"


def _describe_facing(item: Item, ground: Ground) -> str:
    assert ground.plan is not None
    name = name_item(item)
    said = [
        say_relation(r, ground)
        for r in ground.plan.relations
        if r.subject == item.id and r.verb == "facing"
    ]
    be = "is" if item.count == 1 else "are"
    if said:
        return f"{name[0].upper()}{name[1:]} {be} {join_words(said)}."
    yaws = {round(p.yaw_deg / 90) % 4 for p in ground.list_placed([item])}
    if len(yaws) == 1:
        way = FACING_WORDS[yaws.pop()]
        return f"The plan does not say; as placed, {name} {be} turned to the {way} of the room."
    return f"The plan does not say what {name} {be} facing."


def _read_beside(said: str) -> _Asked | None:
    for pattern, is_yes_no in _make_forms():
        found = pattern.fullmatch(said)
        if found is not None:
            verb = _list_verbs()[found["rel"]]
            return _Asked((found["who"] or "").strip(), verb, found["other"], is_yes_no)
    return None


@lru_cache(maxsize=1)
def _list_verbs() -> dict[str, str]:
    """Return the verb of each phrase of a relation between two things."""
    phrases = (p for group in load_phrases().values() for p in group if not p.is_inverse)
    return {" ".join(p.words): p.verb for p in phrases if " ".join(p.words) != "from"}


@lru_cache(maxsize=1)
def _make_forms() -> tuple[tuple[re.Pattern[str], bool], ...]:
    phrases = "|".join(re.escape(p) for p in sorted(_list_verbs(), key=lambda p: (-len(p), p)))
    tail = rf"(?: {_PARTICIPLES}){{0,3}} (?P<rel>{phrases}) (?P<other>.{{1,60}})"
    noun = r"(?:what|who|which|how many)(?: (?P<who>.{1,40}?))??"
    return (
        (re.compile(rf"{noun}(?: (?:is|are|do|does)(?: there)?)?{tail}"), False),
        (re.compile(rf"(?:is|are|was|were|do|does)(?: there)? (?P<who>.{{1,50}}?){tail}"), True),
    )


def _choose_subjects(who: str, ground: Ground) -> tuple[Item, ...] | None:
    """Return the items that could be meant, or null when the words name none."""
    assert ground.plan is not None
    items = tuple(ground.plan.items)
    if not who or is_anything(who):
        return items
    meaning = understand_thing(who, ground)
    if meaning is None or meaning.is_vague:
        return None
    if meaning.noun == "person":
        return tuple(item for item in items if is_person(item))
    return meaning.items


def _say_nothing(
    asked: _Asked, subjects: Sequence[Item], others: Sequence[Item], ground: Ground
) -> str:
    """Return that nothing stands so by the plan, what it says instead, and what is nearest.

    That is a no where no distance speaks against it; to what side things stand is not measured.
    """
    noun = read_thing(asked.who) if asked.who and not is_anything(asked.who) else None
    if noun is not None and not subjects:
        return f"{'No: there' if asked.is_yes_no else 'There'} is no {noun} in the scene."
    nearest = _find_nearest(subjects, others, ground)
    is_near = asked.verb in ("near", "next_to")
    is_far = is_near and (nearest is None or nearest[0] > _CLOSE_M)
    told = "No: by" if asked.is_yes_no and (is_far or asked.verb == "on_top_of") else "By"
    if noun is None or noun == "person":
        who = "nothing" if noun is None else "nobody"
        where = f"{asked.verb.replace('_', ' ')} {join_words(map(name_item, others))}"
        told = f"{told} the plan {who} is {where}."
    else:
        own = " ".join(_describe_relations(item, ground) for item in subjects)
        told = f"{'No: the' if told.startswith('No') else 'The'} plan does not say so. {own}"
    if nearest is None or not is_near:
        return told
    distance, item = nearest
    return (
        f"{told} As placed, the nearest ({item.noun}) is {say_metres(distance)} away, from centre "
        "to centre."
    )


def _find_nearest(
    subjects: Sequence[Item], others: Sequence[Item], ground: Ground
) -> tuple[float, Item] | None:
    candidates = [
        (distance, item)
        for item in subjects
        if item not in others and (distance := _measure_nearest([item], others, ground)) is not None
    ]
    return min(candidates, key=lambda pair: pair[0], default=None)


def _measure_nearest(ones: Sequence[Item], others: Sequence[Item], ground: Ground) -> float | None:
    """Return the smallest distance of the centres of two things on the floor plan [m], or null."""
    distances = [
        math.hypot(a.translation_m.x - b.translation_m.x, a.translation_m.y - b.translation_m.y)
        for a in ground.list_placed(ones)
        for b in ground.list_placed(others)
        if a.id != b.id
    ]
    return min(distances, default=None)
