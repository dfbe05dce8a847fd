"""Questions whether one thing fits through, under, on or into another, answered by their sizes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clappper.core.planning.questions.film import name_places
from clappper.core.planning.questions.ground import say_metres
from clappper.core.planning.questions.size import describe_sized, size_assets
from clappper.core.planning.questions.things import read_thing, understand_thing
from clappper.core.planning.questions.words import THING

if TYPE_CHECKING:
    from clappper.core.catalog.models import Part
    from clappper.core.layout.models import Opening
    from clappper.core.planning.questions.ground import Ground
    from clappper.core.planning.questions.size import Sized
    from clappper.core.units import Vec3

__all__ = ["answer_fit"]

_WAYS = (
    r"(?:through|under|underneath|beneath|below|on top of|on|onto|inside|into|in|between|behind)"
)
_FIT = re.compile(
    rf"(?:does|do|will|would|can|could) (?P<a>{THING}) (?:fit|go|pass|get|drive|come)(?: right)?"
    rf" (?P<way>{_WAYS}) (?P<b>{THING})"
    rf"|(?:is|are) (?P<c>{THING}) (?:small|narrow|low) enough (?:to fit |to go |to pass |for )?"
    rf"(?P<way2>{_WAYS})? ?(?P<d>{THING})"
    rf"|(?:is|are) (?P<e>{THING}) too (?:big|wide|high|tall|large|long|deep)"
    rf" (?:to fit |to go |for )(?P<way3>{_WAYS})? ?(?P<f>{THING})"
)
#: What fills no more than this of an opening goes through, whatever the frame takes of it.
_SURE_SHARE = 0.85
_CANNOT = "That cannot be told for certain from the sizes that are known"


def answer_fit(said: str, ground: Ground) -> str | None:
    """Return whether one thing fits another, with the sizes that decide it."""
    found = _FIT.fullmatch(said)
    if found is None:
        return None
    groups = found.groupdict()
    what = groups["a"] or groups["c"] or groups["e"]
    way = groups["way"] or groups["way2"] or groups["way3"] or "through"
    where = groups["b"] or groups["d"] or groups["f"]
    things = size_assets(what, ground)
    if things and re.fullmatch(name_places(), where):
        return _fit_room(things, ground)
    noun, others = read_thing(where), size_assets(where, ground)
    if not things or noun is None:
        return None
    if not others:
        return f"There is no {noun} to compare with. {describe_sized(things[0])}"
    if any(sized.size_m is None for sized in (*things, *others[:1])):
        return f"{_CANNOT}. {' '.join(map(describe_sized, (*things, *others[:1])))}"
    return " ".join(_judge(thing, way, others[0], where, ground) for thing in things)


def _judge(thing: Sized, way: str, other: Sized, where: str, ground: Ground) -> str:
    assert thing.size_m is not None
    assert other.size_m is not None
    if way == "through":
        return _judge_through(thing, other, _find_opening(where, ground))
    sizes = f"{describe_sized(thing)} {describe_sized(other)}"
    if way in ("under", "underneath", "beneath", "below"):
        fits = _fits_under(thing.size_m, other)
    elif way in ("on", "onto", "on top of"):
        fits = _fits_on(thing.size_m, other)
    elif way in ("in", "inside", "into"):
        fits = None if _is_within(thing.size_m, other.size_m) else False
    else:
        fits = None
    return f"{_say(fits, thing, other)} {sizes}"


def _judge_through(thing: Sized, other: Sized, opening: Opening | None) -> str:
    """Judge by the opening in the wall where there is one, else by the outer size of the frame."""
    assert thing.size_m is not None
    assert other.size_m is not None
    x, y, z = thing.size_m.as_tuple()
    own = f"{thing.name} is {say_metres(min(x, y))} wide at its narrow side"
    width, height, name = other.size_m.x, other.size_m.z, f"{other.name} on the outside"
    if opening is not None:
        width, height, name = opening.width_m, opening.height_m, f"the opening for {other.name}"
    share = max(min(x, y) / width, z / height)
    is_sure = thing.is_measured and (opening is not None or other.is_measured)
    sizes = (
        f"{own} and {say_metres(z)} high, {name} is {say_metres(width)} wide and "
        f"{say_metres(height)} high{'' if is_sure else ' (usual sizes, not all measured)'}."
    )
    if share > 1.0:
        return f"No, it is too large: {sizes}"
    if share > _SURE_SHARE:
        return f"{_CANNOT}, as the frame takes some of it: {sizes}"
    return f"Yes, by its size it fits: {sizes}"


def _find_opening(words: str, ground: Ground) -> Opening | None:
    """Return the smallest opening that what words mean stands in."""
    meaning, placements = understand_thing(words, ground), ground.evidence.placements
    if meaning is None or placements is None:
        return None
    ids = {p.id for p in ground.list_placed(meaning.items)}
    openings = [opening for opening in placements.room.openings if opening.id in ids]
    return min(openings, key=lambda o: o.width_m * o.height_m, default=None)


def _fits_under(size_m: Vec3, other: Sized) -> bool | None:
    """Judge by the lowest of the boxes that cover the other's middle, where these are known."""
    assert other.size_m is not None
    if size_m.z >= other.size_m.z:
        return False
    measure = other.measure
    if measure is None or not measure.parts:
        return None
    verdicts = []
    for width, depth in ((size_m.x, size_m.y), (size_m.y, size_m.x)):
        above = [p.z_min for p in measure.parts if _covers(p, width, depth)]
        verdicts.append(bool(above) and min(above) >= size_m.z)
    return any(verdicts)


def _covers(part: Part, width_m: float, depth_m: float) -> bool:
    """Whether a box lies above or in a rectangle about the middle."""
    is_across = part.x_min < width_m / 2 and part.x_max > -width_m / 2
    return is_across and part.y_min < depth_m / 2 and part.y_max > -depth_m / 2


def _fits_on(size_m: Vec3, other: Sized) -> bool | None:
    """Judge by the levels things can stand on, where these are known."""
    assert other.size_m is not None
    measure = other.measure
    sides = ((size_m.x, size_m.y), (size_m.y, size_m.x))
    if measure is not None and measure.shelves:
        return any(
            width <= shelf.x_max - shelf.x_min
            and depth <= shelf.y_max - shelf.y_min
            and (shelf.clear_m is None or size_m.z <= shelf.clear_m)
            for shelf in measure.shelves
            for width, depth in sides
        )
    if all(width > other.size_m.x or depth > other.size_m.y for width, depth in sides):
        return False
    return True if measure is not None and measure.surface_m is not None else None


def _is_within(size_m: Vec3, outer_m: Vec3) -> bool:
    """Whether a box is smaller than another, turned or not."""
    sides = ((size_m.x, size_m.y), (size_m.y, size_m.x))
    is_above = any(x < outer_m.x and y < outer_m.y for x, y in sides)
    return is_above and size_m.z < outer_m.z


def _say(fits: bool | None, thing: Sized, other: Sized) -> str:
    if fits is None:
        return f"{_CANNOT}:"
    if not fits:
        return "No, by its size it does not fit."
    is_sure = thing.is_measured and other.is_measured
    return "Yes, by its size it fits." if is_sure else "Yes, by the usual sizes it fits."


def _fit_room(things: list[Sized], ground: Ground) -> str | None:
    plan, placements = ground.plan, ground.evidence.placements
    if plan is None:
        return None
    size = plan.environment.size_m or (placements.room.size_m if placements else None)
    told = []
    for thing in things:
        if size is None or thing.size_m is None:
            return f"{_CANNOT}. {describe_sized(thing)}"
        room = " x ".join(f"{round(value, 2):g}" for value in size.as_tuple())
        verdict = "It is smaller than" if _is_within(thing.size_m, size) else "It is larger than"
        told.append(f"{describe_sized(thing)} {verdict} the room ({room} m).")
    free = " Whether there is free floor for it shows when it is placed."
    return " ".join(told) + free
