"""Where things stand: reads relations, arrangements and places of a prompt into links.

Owns what a relation, an arrangement (in rows, in the corner) and a phrase of the room do to the
discourse, and the links they make. How many each of several has is read in ``relation_each``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from clappper.core.planning.arrangement import parse_side
from clappper.core.planning.clause import Mark
from clappper.core.planning.discourse import OpenRelation
from clappper.core.planning.link import Link
from clappper.core.planning.noun_phrase import NounPhrase

if TYPE_CHECKING:
    from clappper.core.planning.arrangement import Arrangement
    from clappper.core.planning.discourse import Discourse
    from clappper.core.planning.models import Verb

__all__ = [
    "arrange_measured",
    "close_elliptic",
    "close_relation",
    "lacks_second",
    "link_things",
    "place_fronted",
    "read_arrangement",
    "read_reciprocal",
    "read_reflexive",
    "read_relation",
    "stand_in_place",
]

#: Verbs a thing and the room can stand in; any other with the room as object says nothing.
_ROOM_VERBS: dict[Verb, Verb] = {
    "around": "scatter",
    "along_wall": "along_wall",
    "centered": "centered",
}
#: What a relation to each other means for several of a thing.
_RECIPROCAL: dict[Verb, Verb] = {
    "facing": "facing",
    "across_from": "facing",
    "next_to": "line",
    "on_top_of": "stack",
}
#: Relations that can end a clause without their object.
_ELLIPTIC = frozenset(
    (
        *("between", "in between", "behind", "underneath", "beneath", "nearby", "opposite"),
        *("around", "in front", "on either side", "on both sides", "on each side"),
        *("down each side", "down both sides", "along each side", "along both sides"),
        *("at either end", "at both ends", "at each end"),
    )
)
#: What adjectives say of how things stand: stacked boxes.
_PATTERNS: dict[str, Verb] = {"stacked": "stack", "piled": "stack", "scattered": "scatter"}
#: What nouns of measure say of it: two rows of desks.
_MEASURES: dict[str, Verb] = {
    **dict.fromkeys(("row", "line", "column"), "rows"),
    "queue": "line",
    "grid": "grid",
    **dict.fromkeys(("stack", "pile"), "stack"),
}
_PLACING = ("relation", "arrangement")
#: So many on either side are one on each; more are as many on each.
_PAIR = 2
#: Words of a relation that put as many at the other side.
_BOTH_SIDES = frozenset(("either", "both", "each"))
#: Words between a shot and what it shows: a close-up on the table.
_AIMS = ("on", "onto", "at", "over", "towards", "toward")
_ROWS_MAX = 200


def read_relation(discourse: Discourse, mark: Mark) -> None:
    """Open a relation: its subjects are known, or come after its object."""
    said = discourse.sentence
    if said.is_denied:
        said.is_denied = False
        said.open = None
        return
    if said.is_aimed and mark.word in _AIMS:
        said.open = OpenRelation(mark, (), is_camera=True)
        return
    if mark.word in _ELLIPTIC and _is_before_verb(discourse):
        target = discourse.find_antecedent(())
        if target is not None:
            said.open = OpenRelation(mark, ())
            close_relation(discourse, target)
            return
    is_fronted = discourse.is_fronted()
    if discourse.follows_correction() and not is_fronted and discourse.standing:
        subjects = discourse.take_back()
    else:
        subjects = () if is_fronted else discourse.find_subjects(mark)
    discourse.stand(subjects)
    said.owner = None if is_fronted else said.owner
    distance = said.distance or mark
    said.open = OpenRelation(
        mark,
        subjects,
        is_camera=said.is_camera and not subjects,
        distance_m=distance.distance_m,
        is_bound=said.distance is not None and distance.is_bound,
    )
    said.distance = said.done = said.fronted = None
    before = discourse.previous
    is_after_place = isinstance(before, NounPhrase) and before.kind in ("place", "unknown_place")
    if said.open.is_inverse and (is_after_place or (said.is_place and not subjects)):
        discourse.reading.is_filled = True
        said.open = None


def close_relation(discourse: Discourse, target: int | str) -> None:
    """Give the open relation its object; without a subject it waits for the next thing."""
    said = discourse.sentence
    opened, said.open = said.open, None
    if opened is None:
        return
    if isinstance(target, int):
        opened.objects.append(target)
    if not opened.subjects:
        said.fronted = opened if opened.objects else None
        said.topic = said.fronted or said.topic
        said.last = None
        return
    for subject in opened.subjects:
        link_things(discourse, opened, subject, target)
    if isinstance(target, int):
        said.object = target
        said.object_subjects = opened.subjects
        said.done = opened


def close_elliptic(discourse: Discourse) -> None:
    """Give a relation that ends its clause what was said before: a table in between."""
    opened, before = discourse.sentence.open, discourse.previous
    if opened is None or opened.objects or not opened.subjects or opened.is_camera:
        return
    if isinstance(before, Mark) and before.word in _ELLIPTIC:
        if before.word == "around" and not _is_right_behind(discourse, opened):
            return
        target = discourse.find_antecedent(opened.subjects)
        if target is not None:
            close_relation(discourse, target)
        elif before.word == "in front":
            for subject in opened.subjects:
                discourse.add_link(Link("along_wall", subject, "room", side="front"))
            discourse.sentence.open = None


def _is_before_verb(discourse: Discourse) -> bool:
    """Whether a relation begins a clause without its object: and behind stands a forklift."""
    after = discourse.list_next(1)
    is_start = discourse.previous is None or discourse.follows("join", "comma", "end")
    is_verb = bool(after) and isinstance(after[0], Mark) and after[0].kind in ("verb", "copula")
    return is_start and is_verb


def _is_right_behind(discourse: Discourse, opened: OpenRelation) -> bool:
    """Whether its subject stands right before a relation: chairs around, none standing around."""
    subject = discourse.get_phrase(opened.subjects[-1])
    return subject is not None and subject.end == opened.mark.start


def lacks_second(discourse: Discourse) -> bool:
    """Whether between has named only one single thing yet."""
    done = discourse.sentence.done
    if done is None or done.verb != "between" or len(done.objects) != 1:
        return False
    return not discourse.is_several(done.objects[0])


def link_things(
    discourse: Discourse, opened: OpenRelation, subject: int, target: int | str
) -> None:
    """Add the link of a relation; a second object of between joins the link of the first."""
    links = discourse.reading.links
    if opened.verb == "between" and len(opened.objects) > 1 and isinstance(target, int):
        for position, link in enumerate(links):
            ends = (link.verb, link.subject, link.target)
            if ends == ("between", subject, opened.objects[0]):
                links[position] = replace(link, target2=target)
                return
    is_both = not _BOTH_SIDES.isdisjoint(opened.mark.word.split())
    if is_both and not (discourse.is_after_number(opened.mark) and discourse.is_several(subject)):
        discourse.reading.factors[subject] = 2
        phrase = discourse.get_phrase(subject)
        is_many = "either" in opened.mark.word and ((phrase and phrase.count) or 0) > _PAIR
        if is_many or "each" in opened.mark.word.split():
            discourse.reading.shared.add(subject)
    discourse.add_link(Link(opened.verb, subject, target, distance_m=opened.distance_m))


def stand_in_place(discourse: Discourse, phrase: NounPhrase) -> None:
    """Read a phrase of the place or the room: against the left wall, in the aisle."""
    said = discourse.sentence
    opened, said.open = said.open, None
    if opened is None:
        said.is_place = said.is_place or (said.last is None and phrase.kind == "place")
        said.is_camera = False
        return
    if phrase.determiner == "distributive" and _stand_at_rows(discourse, opened):
        return
    said.is_group_placed = bool(opened.subjects)
    for subject in opened.subjects:
        if phrase.head == "wall":
            sides = map(parse_side, phrase.adjectives)
            side = next((side for side in sides if side is not None), None)
            discourse.add_link(Link("along_wall", subject, "room", side=side))
        elif phrase.head in ("aisle", "entrance", "exit", "walkway"):
            verb: Verb = "between" if phrase.head in ("aisle", "walkway") else opened.verb
            discourse.add_link(Link(verb, subject, phrase.head, distance_m=opened.distance_m))
        elif phrase.head == "row" and opened.verb == "between":
            discourse.add_link(Link("between", subject, "aisle", distance_m=opened.distance_m))
        elif opened.verb in _ROOM_VERBS:
            discourse.add_link(Link(_ROOM_VERBS[opened.verb], subject, "room"))


def _stand_at_rows(discourse: Discourse, opened: OpenRelation) -> bool:
    """Read what stands at each row of what was arranged before: a plant at the end of each row."""
    reading = discourse.reading
    rows = next((link for link in reversed(reading.links) if link.rows and link.rows > 1), None)
    if rows is None or not opened.subjects:
        return False
    sides = 1 if _BOTH_SIDES.isdisjoint(opened.mark.word.split()) else 2
    for subject in opened.subjects:
        reading.factors[subject] = (rows.rows or 1) * sides
        discourse.add_link(Link(opened.verb, subject, rows.subject))
    return True


def read_arrangement(discourse: Discourse, mark: Mark) -> None:
    """Arrange what was said, or what follows where it comes first."""
    arrangement, said = mark.arrangement, discourse.sentence
    assert arrangement is not None
    said.open = None
    if said.is_denied:
        said.is_denied = False
        if arrangement.verb is not None:
            subjects = discourse.find_subjects(mark)
            discourse.reading.denied |= {(i, arrangement.verb) for i in subjects}
        return
    if arrangement.is_aisle:
        discourse.reading.aisle_m = arrangement.distance_m
        return
    if discourse.is_fronted_spot():
        said.fronted_arrangement = arrangement
        return
    subjects = discourse.find_subjects(mark)
    if _is_of_owner(discourse, arrangement) and said.owner is not None:
        subjects = (said.owner,)
    is_corrected = discourse.follows_correction() and bool(discourse.standing)
    if is_corrected and arrangement.verb is not None:
        subjects = discourse.take_back()
    discourse.stand(subjects)
    if not subjects:
        said.fronted_arrangement = None if said.is_camera else arrangement
        return
    if arrangement.reference == "self" and discourse.is_list_of_single():
        _relate_group(discourse, arrangement.verb or "facing")
        return
    for subject in subjects:
        _arrange(discourse, subject, arrangement)
    said.is_group_placed = True


def _is_of_owner(discourse: Discourse, arrangement: Arrangement) -> bool:
    """Whether an arrangement is said of what has a thing: a desk with a chair in the corner."""
    said = discourse.sentence
    is_after_owned = said.last is not None and said.last == said.owned and said.object is None
    is_right_after = isinstance(discourse.previous, NounPhrase)
    return is_after_owned and is_right_after and arrangement.reference == "room"


def _arrange(discourse: Discourse, subject: int, arrangement: Arrangement) -> None:
    """Add what an arrangement says of one thing."""
    reading = discourse.reading
    if arrangement.verb is None:
        if arrangement.distance_m is not None:
            reading.spacing_m[subject] = arrangement.distance_m
        return
    if arrangement.reference == "it":
        target = discourse.find_antecedent((subject,))
        if target is not None:
            discourse.add_link(Link(arrangement.verb, subject, target))
        return
    if arrangement.times > 1:
        reading.factors[subject] = arrangement.times
    discourse.add_link(
        Link(
            arrangement.verb,
            subject,
            arrangement.reference or "room",
            distance_m=arrangement.distance_m,
            side=arrangement.side,
            rows=arrangement.rows,
            per_row=arrangement.per_row,
        )
    )


def arrange_measured(discourse: Discourse, index: int, phrase: NounPhrase) -> None:
    """Arrange a thing by the words it is introduced with: two rows of desks, stacked boxes."""
    pattern = next((_PATTERNS[word] for word in phrase.adjectives if word in _PATTERNS), None)
    if not phrase.measure:
        if pattern is not None and phrase.count != 1:
            discourse.add_link(Link(pattern, index, "room"))
        return
    verb = _MEASURES.get(phrase.measure)
    if verb is None:
        return
    rows, per_row = _bound(phrase.measure_count), _bound(phrase.per_measure)
    if verb == "line" or (verb == "rows" and phrase.measure_count == 1):
        verb, rows, per_row = "line", None, None
    discourse.add_link(Link(verb, index, "room", rows=rows, per_row=per_row))


def place_fronted(discourse: Discourse, index: int) -> None:
    """Place a thing where words before it say."""
    said = discourse.sentence
    if discourse.follows("join") and said.group and _has_own_place(discourse):
        said.fronted = None
        said.is_fronted_each = False
    if said.fronted is not None and said.owner is None:
        for target in said.fronted.objects:
            link_things(discourse, said.fronted, index, target)
            if said.is_fronted_each or discourse.is_distributive(target):
                discourse.multiply((index,), target)
    if said.fronted_arrangement is not None:
        _arrange(discourse, index, said.fronted_arrangement)
        said.fronted_arrangement = None


def _has_own_place(discourse: Discourse) -> bool:
    """Whether words about a place follow a thing: ..., and a plant in the corner."""
    for element in discourse.list_next(2):
        if isinstance(element, NounPhrase) or element.kind not in ("verb", *_PLACING):
            return False
        if element.kind in _PLACING:
            return True
    return False


def read_reciprocal(discourse: Discourse) -> None:
    """Read each other as the object of the open relation."""
    said = discourse.sentence
    if said.open is None:
        return
    opened, said.open = said.open, None
    verb = _RECIPROCAL.get(opened.verb)
    if verb == "facing" and discourse.is_list_of_single():
        _relate_group(discourse, verb)
    elif verb is not None:
        target = "self" if verb == "facing" else "room"
        for subject in opened.subjects:
            discourse.add_link(Link(verb, subject, target))


def _relate_group(discourse: Discourse, verb: Verb) -> None:
    """Turn everything in a list to the next of it: a man and a woman facing each other."""
    said = discourse.sentence
    group = tuple(said.group)
    for subject, target in zip(group, (*group[1:], group[0]), strict=True):
        discourse.add_link(Link(verb, subject, target))
    said.main = group
    said.after_copula = True


def read_reflexive(discourse: Discourse) -> None:
    """Note a relation of things to themselves, which cannot be."""
    opened, discourse.sentence.open = discourse.sentence.open, None
    if opened is not None:
        discourse.reading.reflexive.extend((subject, opened.verb) for subject in opened.subjects)


def _bound(value: int | None) -> int | None:
    return min(value, _ROWS_MAX) if value else None
