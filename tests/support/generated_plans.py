"""Plans and prompts nobody wrote for the solver: what a user may ask of the demo pack.

A plan is drawn from a table of which things stand how to which others. Every item but the first of
its kind may stand to one that came before, so that nothing goes in a circle.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, get_args

from hypothesis import strategies as st

from clappper.core.catalog.demo import open_demo_catalog
from clappper.core.planning.models import Density, EnvironmentKind, Move, Shot
from support.plans import make_item, make_plan, make_relation

if TYPE_CHECKING:
    from clappper.core.planning.models import ScenePlan

__all__ = ["PROMPTS", "scene_plans"]

_WORK = ("pallet", "cardboard box", "drum", "traffic cone", "person", "fire extinguisher")
_HOME = ("sofa", "potted plant", "visitor chair", "cabinet", "trash can", "person", "meeting table")
_OFFICE = ("desk", "office chair", "monitor", "cabinet", "filing pedestal", "potted plant")

#: What is at home where.
_THINGS: dict[str, tuple[str, ...]] = {
    "warehouse": (
        "pallet rack",
        "industrial shelving",
        "forklift",
        *_WORK,
        "roll-up door",
        "bollard",
    ),
    "loading_dock": ("roll-up door", "dock leveller", "forklift", "bollard", *_WORK),
    "office": (
        *_OFFICE,
        "whiteboard",
        "trash can",
        "person",
        "sofa",
        "visitor chair",
        "cardboard box",
    ),
    "meeting_room": (
        "meeting table",
        "visitor chair",
        "office chair",
        "whiteboard",
        "potted plant",
        "person",
        "monitor",
        "cabinet",
        "trash can",
    ),
    "living_room": _HOME,
    "bedroom": ("cabinet", "desk", "visitor chair", "potted plant", "sofa", "trash can"),
    "kitchen": ("cabinet", "meeting table", "visitor chair", "trash can", "person", "potted plant"),
    "dining_room": ("meeting table", "visitor chair", "cabinet", "potted plant", "person"),
    "bathroom": ("cabinet", "trash can", "potted plant", "person"),
    "shop": ("industrial shelving", "cardboard box", "person", "desk", "trash can", "cabinet"),
    "yard": ("forklift", "pallet rack", "bollard", *_WORK),
    "studio": ("person", "sofa", "potted plant", "visitor chair", "desk", "cardboard box"),
    "open": ("forklift", "bollard", "potted plant", "sofa", *_WORK),
}

#: Most of one kind where that is fewer than 40, as one would ask.
_MOST = {
    "forklift": 6,
    "roll-up door": 3,
    "dock leveller": 3,
    "meeting table": 4,
    "whiteboard": 3,
    "sofa": 6,
    "person": 12,
    "pallet rack": 24,
    "industrial shelving": 24,
    "cabinet": 12,
    "fire extinguisher": 6,
    "desk": 24,
}


@dataclass(frozen=True)
class _Usage:
    """What may stand how: a verb with subjects and objects, and most subjects for one object.

    Without objects it is the room; ``most`` is then of all.
    """

    verb: str
    subjects: tuple[str, ...]
    objects: tuple[str, ...] = ()
    most: int = 40
    least: int = 1


_USAGES = (
    _Usage("rows", ("industrial shelving", "pallet rack", "pallet", "drum"), least=2),
    _Usage("grid", ("desk", "pallet", "drum", "traffic cone", "visitor chair", "meeting table")),
    _Usage("line", ("traffic cone", "bollard", "person", "drum", "visitor chair"), most=20),
    _Usage("stack", ("cardboard box", "pallet"), least=2),
    _Usage("scatter", ("cardboard box", "traffic cone", "person", "drum", "potted plant")),
    _Usage("along_wall", ("cabinet", "industrial shelving", "sofa", "filing pedestal"), most=3),
    _Usage("along_wall", ("whiteboard", "desk", "fire extinguisher", "drum"), most=3),
    _Usage("in_corner", ("potted plant", "trash can", "cabinet", "fire extinguisher"), most=4),
    _Usage("centered", ("meeting table", "desk", "sofa", "forklift", "pallet"), most=4),
    _Usage("in_wall", ("roll-up door",), most=3),
    _Usage("around", ("visitor chair", "office chair"), ("meeting table",), most=8),
    _Usage("around", ("traffic cone", "person"), ("forklift", "pallet", "drum"), 6, least=3),
    _Usage("near", ("person", "pallet", "traffic cone"), ("forklift", "roll-up door"), most=3),
    _Usage("near", ("person", "potted plant", "trash can"), ("desk", "sofa", "cabinet"), most=2),
    _Usage("next_to", ("potted plant", "trash can", "cabinet"), ("desk", "sofa"), most=1),
    _Usage("next_to", ("person", "drum"), ("forklift", "pallet rack", "pallet"), most=2),
    _Usage("across_from", ("whiteboard", "sofa", "cabinet"), ("meeting table", "sofa", "desk"), 1),
    _Usage("far_from", ("drum", "person", "trash can"), ("forklift", "meeting table", "sofa"), 3),
    _Usage("left_of", ("potted plant", "cabinet", "person"), ("desk", "sofa", "forklift"), most=1),
    _Usage("right_of", ("potted plant", "drum", "person"), ("sofa", "pallet rack", "desk"), most=1),
    _Usage("in_front_of", ("person", "pallet"), ("forklift", "whiteboard", "pallet rack"), most=2),
    _Usage("in_front_of", ("traffic cone", "person"), ("roll-up door", "desk"), most=2),
    _Usage("behind", ("person", "cabinet", "potted plant"), ("desk", "sofa", "forklift"), most=1),
    _Usage("between", ("potted plant", "trash can", "person"), ("desk", "sofa", "cabinet"), 1),
    _Usage("between", ("person", "traffic cone"), ("forklift", "pallet", "pallet rack"), most=1),
    _Usage("facing", ("person",), ("forklift", "whiteboard", "desk", "roll-up door", "camera"), 3),
    _Usage("facing", ("forklift", "sofa", "visitor chair"), ("camera", "whiteboard"), most=3),
    _Usage("on_top_of", ("cardboard box",), ("pallet", "desk", "meeting table", "cabinet"), most=4),
    _Usage("on_top_of", ("monitor",), ("desk", "meeting table"), most=1),
    _Usage("on_top_of", ("drum",), ("pallet",), most=2),
    _Usage("on_top_of", ("cardboard box",), ("industrial shelving", "pallet rack"), most=4),
    _Usage("under", ("trash can",), ("desk", "meeting table"), most=1),
    _Usage("inside", ("cardboard box",), ("pallet rack", "industrial shelving"), most=4),
    _Usage("inside", ("drum",), ("pallet rack",), most=4),
    _Usage("paired_with", ("office chair", "filing pedestal", "visitor chair"), ("desk",), most=1),
    _Usage("paired_with", ("dock leveller",), ("roll-up door",), most=1),
    _Usage("aligned_with", ("cabinet", "sofa", "potted plant"), ("desk", "meeting table"), most=1),
    _Usage("aligned_with", ("pallet", "drum"), ("pallet rack", "forklift"), most=1),
)

#: What is said of one and the same pair as well: a person near the desk, and facing it.
_SECOND: dict[str, tuple[str, ...]] = {
    "near": ("facing", "in_front_of", "behind", "left_of", "right_of"),
    "next_to": ("facing", "near", "left_of", "right_of"),
    "across_from": ("facing",),
    "far_from": ("facing",),
    "in_front_of": ("facing", "near"),
    "behind": ("facing", "near"),
    "left_of": ("next_to", "near", "aligned_with"),
    "right_of": ("next_to", "near", "facing"),
    "around": ("facing",),
    "paired_with": ("facing",),
}
#: At a wall not every side of a thing is free.
_SIDES = ("behind", "left_of", "right_of")
#: These do not turn to look at something.
_STARING = frozenset({"pallet", "drum", "traffic cone", "trash can", "potted plant", "bollard"})

#: Only these of a noun do what a verb wants: what goes under a desk is lower than it, and a rack
#: without shelf boards holds nothing.
_ONLY = {
    ("under", "trash can"): "92ab96b77042",
}


@cache
def _list_ids(noun: str) -> list[str]:
    assets = open_demo_catalog().list_assets()
    return sorted(asset.asset_id for asset in assets if asset.noun == noun)


@st.composite
def scene_plans(draw: st.DrawFn) -> ScenePlan:
    """Return a plan of one to eight items that a user could have meant."""
    kind = draw(st.sampled_from(get_args(EnvironmentKind)))
    number = draw(st.integers(1, 8))
    density = draw(st.sampled_from((None, *get_args(Density))))
    shot = draw(st.sampled_from(get_args(Shot)))
    # One number rather than a draw for each: examples are to differ, not to be neighbours.
    rng = random.Random(f"{kind} {number} {density} {shot} {draw(st.integers(0, 2**32 - 1))}")
    items: list[dict[str, Any]] = []
    relations: list[dict[str, Any]] = []
    while len(items) < number:
        _add_items(rng, _THINGS[kind], items, relations, limit=number)
    size = tuple(map(rng.choice, _SIDES_M)) if rng.random() < 0.3 else None
    if size is not None and any(r["verb"] in _WIDE for r in relations):
        size = (max(size[0], 14.0), max(size[1], 12.0), size[2])
    return make_plan(
        kind,
        items,
        relations,
        size_m=size,
        walls=rng.choice((None, None, None, "all", "back", "none")),
        density=density,
        camera={"shot": shot, "move": rng.choice(get_args(Move))},
    )


def _add_items(
    rng: random.Random,
    nouns: tuple[str, ...],
    items: list[dict[str, Any]],
    relations: list[dict[str, Any]],
    *,
    limit: int,
) -> None:
    """Add an item, the one it stands to where there is none yet, and how it stands."""
    noun = rng.choice(nouns)
    present = {item["noun"] for item in items}
    within = present.union(nouns if len(items) + 2 <= limit else ()) - {noun}
    usages = [
        u
        for u in _USAGES
        if noun in u.subjects
        and (not u.objects or within.intersection(u.objects) or "camera" in u.objects)
        and not (u.verb in _ONCE and any(r["verb"] == u.verb for r in relations))
    ]
    # A door stands in a wall; most other things stand somehow to something.
    if not usages or (noun != "roll-up door" and rng.random() < 0.2):
        items.append(_make_item(rng, noun, items))
        return
    by_others = [u for u in usages if u.objects]
    usage = rng.choice(by_others if by_others and rng.random() < 0.7 else usages)
    at_wall = {r["subject"] for r in relations if r["verb"] in ("along_wall", "in_corner")}
    walled = at_wall if usage.verb in ("behind", "between") else set()
    target, most, changes = _choose_target(rng, usage, within, items, walled)
    item = _make_item(rng, noun, items)
    if usage.verb in ("along_wall", "in_wall"):
        changes["side"] = rng.choice((None, None, "left", "right", "back", "north", "east", "west"))
    least = usage.least
    if usage.verb == "grid":
        changes["rows"] = rng.choice((None, None, 2, 3))
    elif usage.verb == "rows":
        changes["rows"] = rng.choice((None, 2, 3, 4))
        least = 2 * (changes["rows"] or 1)
    elif usage.verb == "around":
        least *= most // usage.most
    item["count"] = max(least, min(item["count"], most))
    if (usage.verb, noun) in _ONLY:
        item["asset_ids"] = [_ONLY[usage.verb, noun]]
    items.append(item)
    relations.append(make_relation(usage.verb, item["id"], target, **changes))
    seconds = [
        verb
        for verb in _SECOND.get(usage.verb, ())
        if not (verb == "facing" and noun in _STARING)
        and not (verb in _SIDES and target in at_wall)
    ]
    if seconds and rng.random() < 0.3:
        second = rng.choice(seconds)
        if {usage.verb, second}.intersection(
            (*_SIDES, "in_front_of")
        ):  # there is room for one at a side
            item["count"] = min(item["count"], next(i["count"] for i in items if i["id"] == target))
        if not _is_taken({usage.verb, second}, item["id"], target, relations):
            relations.append(make_relation(second, item["id"], target))


def _is_taken(verbs: set[str], item_id: str, target: str, relations: list[dict[str, Any]]) -> bool:
    """Tell whether something else stands at the side of a thing at which an item is to be near."""
    sides = verbs.intersection((*_SIDES, "in_front_of"))
    return any(
        r["verb"] in sides and r["object"] == target and r["subject"] != item_id for r in relations
    )


def _choose_target(
    rng: random.Random,
    usage: _Usage,
    within: set[str],
    items: list[dict[str, Any]],
    walled: set[str],
) -> tuple[str, int, dict[str, Any]]:
    """Return what an item stands to, most of it there, and more of the relation."""
    if not usage.objects:
        return "room", usage.most, {}
    nouns = sorted(within.intersection(usage.objects))
    noun = rng.choice([*nouns, *(n for n in usage.objects if n == "camera")])
    if noun == "camera":
        return "camera", usage.most, {}
    # Nothing stands behind what stands at a wall.
    there = [item for item in items if item["noun"] == noun and item["id"] not in walled]
    if not there:
        items.append(_make_item(rng, noun, items))
        there = items[-1:]
    target = rng.choice(there)
    if usage.verb != "between":
        return target["id"], usage.most * target["count"], {}
    others = [
        i["id"]
        for i in items
        if i["noun"] in usage.objects and i is not target and i["id"] not in walled
    ]
    if others and (target["count"] == 1 or rng.random() < 0.5):
        return target["id"], 1, {"object2": rng.choice(others)}
    target["count"] = max(2, target["count"])
    return target["id"], 1, {}


def _make_item(rng: random.Random, noun: str, items: list[dict[str, Any]]) -> dict[str, Any]:
    number = sum(item["noun"] == noun for item in items) + 1
    id_ = noun.replace(" ", "_").replace("-", "_") + (f"_{number}" if number > 1 else "")
    most = _MOST.get(noun, 40)
    count = rng.randint(1, rng.choice((min(most, 3), min(most, 12), most)))
    return make_item(noun, count, id=id_, asset_ids=_list_ids(noun))


#: Rooms a user may ask for, small ones too: width, depth and height [m].
_SIDES_M = ((6.0, 9.0, 14.0, 20.0, 30.0), (6.0, 8.0, 12.0, 18.0, 30.0), (3.0, 4.5, 6.0, 8.0))

#: They need floor that a small room does not have.
_WIDE = ("across_from", "far_from", "around")

#: Two of them in one plan contradict each other: there is one middle, there are four corners, a
#: top that is full is full.
_ONCE = (
    "centered",
    "in_corner",
    "on_top_of",
    "under",
    "inside",
    "paired_with",
    "between",
    "around",
)


#: What a user may type, over all kinds of places.
PROMPTS = (
    "Create a warehouse scene with 3 forklifts and industrial shelving. Camera at eye level.",
    "Build an office scene with 5 desks, 5 chairs, and a meeting table. Modern style.",
    "A loading dock with 2 forklifts, a warehouse door, and 3 characters standing near the door.",
    "A large warehouse with 24 pallet racks in 4 rows, 2 forklifts and 10 pallets.",
    "A small warehouse with 6 shelving units, boxes on the shelves and one person.",
    "A warehouse with 12 pallets in a grid and a cardboard box on each pallet.",
    "A warehouse, 20 by 15 metres, with 8 pallet racks in two rows and 5 drums in the corner.",
    "Warehouse aisle with a forklift facing the camera, orbit around it.",
    "A dense warehouse with 20 boxes, 10 drums, 6 pallets and traffic cones around the forklift.",
    "A sparse warehouse with two forklifts facing each other.",
    "A loading dock with three roll-up doors, three dock levellers and a forklift.",
    "A loading dock at night with a truck door on the left wall and 4 pallets near the door.",
    "A loading dock with a door, a line of 6 bollards and 2 people talking.",
    "An office with 12 desks, each with a monitor and an office chair.",
    "An open-plan office: 8 desks in two rows, a chair per desk, plants in the corners.",
    "A quiet office with one desk, one chair, a cabinet along the back wall and a plant.",
    "An office with 6 desks, a trash can under each desk and filing pedestals next to the desks.",
    "A modern office with a sofa across from a desk and a whiteboard on the left wall.",
    "A meeting room with a table and 8 chairs around it, seen from above.",
    "A meeting room with a big table, ten chairs, a whiteboard and a person facing the whiteboard.",
    "A meeting room with two tables, six chairs around each table and a plant in the corner.",
    "A meeting room, 6 x 5 m, with a meeting table, 6 visitor chairs and 2 people near the table.",
    "A living room with two sofas facing each other and a plant between the sofas.",
    "A cosy living room with a sofa, a plant to the left of the sofa and a cabinet behind it.",
    "A living room with a sofa along the back wall, two chairs and three plants.",
    "A bedroom with a desk, a chair at the desk, a cabinet and a plant in the corner.",
    "A bedroom with two cabinets along the left wall and a sofa.",
    "A kitchen with four cabinets along the wall, a table and four chairs around the table.",
    "A kitchen with a trash can in the corner and 2 people near the table.",
    "A dining room with a table, 6 chairs around it and a person behind the table.",
    "A dining room with a large table in the centre, chairs around it, and two plants.",
    "A bathroom with a cabinet and a trash can next to the cabinet.",
    "A bathroom with a plant in the corner and a cabinet on the right wall.",
    "A shop with 8 shelving units in rows, boxes inside the shelving and 3 customers.",
    "A shop with a counter desk, a person behind the desk and four people in a line.",
    "A shop, 12 by 10 metres, with six cabinets along the walls and a plant near the door.",
    "A yard with 20 pallets, 10 drums and two forklifts.",
    "A yard with stacks of pallets, a forklift in front of the pallets, 12 traffic cones in line.",
    "A yard with 8 pallet racks and a person next to the forklift.",
    "A studio with a sofa in the middle and a person standing behind the sofa.",
    "A studio with three people facing the camera.",
    "A studio close-up of a forklift with cones around it.",
    "An open field with a forklift, 5 bollards in a line and a person far from the forklift.",
    "Ten boxes stacked on two pallets.",
    "A forklift between two pallet racks.",
    "A desk with a monitor on it, a chair in front of it and a bin under it.",
    "30 cardboard boxes in a 6 x 6 m room.",
    "12 pallets in a 3 x 3 m room.",
    "Four drums on a pallet, next to a pallet rack, with a fire extinguisher on the wall.",
    "An isometric view of an office with 20 desks and 20 chairs.",
)
