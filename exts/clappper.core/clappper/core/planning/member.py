"""Parts of a group that was named before: two sofas, one by the wall and the other facing it.

Owns how such words are read (``read_member``) and which part of which group they are
(``MemberResolver``). Where the parts stand is read as of any other thing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from clappper.core.planning.inflection import singularize
from clappper.core.planning.lexicon import load_words
from clappper.core.planning.noun_phrase import NounPhrase

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from clappper.core.planning.clause import Mark
    from clappper.core.planning.lexer import Token

__all__ = ["MemberResolver", "MemberView", "read_member"]

#: What a part is said to be, in ``asked`` of its phrase: a number of the group, what is left of
#: it, one more than it has, or a row more like the one before.
_PART, _REST, _EXTRA, _MEASURED = "part", "rest", "extra", "measured"
_HALF = "half"
#: Another, a red one: part of a group, or one more of what was said.
_LIKE = "like"
_ORDINALS = ("second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_DEFINITE_ORDINALS = ("first", *_ORDINALS, "last")
_SIDES = ("left", "right", "front", "back", "rear", "near", "far", "middle", "nearest", "leftmost")
#: Verbs that make a number right behind a phrase their subject: of the desks in the room two have.
_FINITE = ("have", "has", "are", "is", "stand", "stands", "carry", "carries", "get", "gets")
_BEGINNINGS = ("the", "a", "an", "another", "half")
_THEM = ("them", "these", "those", "which")
#: Heads that name nothing themselves.
_OPEN = ("half", "other", "others", "rest", "remaining", "one", "ones", *_SIDES)
_STOPS = frozenset((*".;:!?,()", "and", "but", "while", ""))
#: How many elements back the group of a part may stand.
_REACH = 12
_ADJECTIVES_MAX = 3


class MemberView(NamedTuple):
    """What reading a part needs to know of a prompt.

    Attributes:
        tokens: Its tokens.
        claimed: Tokens read as something else.
        begins_clause: Tells what is said of a thing from a token on, or empty.
        find_named: Tells the head of the noun phrase that begins at a token, or empty.
    """

    tokens: tuple[Token, ...]
    claimed: Mapping[int, str]
    begins_clause: Callable[[int], str]
    find_named: Callable[[int], str]

    def norm(self, index: int) -> str:
        """Return the norm of a token, or empty past the end."""
        is_there = 0 <= index < len(self.tokens) and index not in self.claimed
        return self.tokens[index].norm if is_there else ""

    def read_count(self, index: int) -> int | None:
        """Return the whole number a token is, or null."""
        if not 0 <= index < len(self.tokens) or index in self.claimed:
            return None
        token = self.tokens[index]
        is_whole = token.kind == "number" and not token.note and token.value == int(token.value)
        return int(token.value) if is_whole and token.value >= 1 else None


def read_member(
    view: MemberView, index: int, before: NounPhrase | Mark | None
) -> NounPhrase | None:
    """Return the part of a group that begins at a token, or null when none does."""
    word = view.norm(index)
    is_possible = word in _BEGINNINGS or view.read_count(index) is not None
    if not is_possible or _is_named(view, index):
        return None
    if word == "the":
        return _read_definite(view, index)
    if word in ("a", "an", "another"):
        return _read_further(view, index)
    if word == "half":
        is_part = _is_of_them(view, index + 1) and bool(view.begins_clause(index + 3))
        return _make(index, index + 3, _HALF, None) if is_part else None
    return _read_counted(view, index) if _is_free(view, index, before) else None


def _read_counted(view: MemberView, index: int) -> NounPhrase | None:
    """Read one by the wall, two of them behind it, one of four, one red."""
    count = view.read_count(index)
    measured = _read_measured(view, index, index + 1, _PART) if count == 1 else None
    if measured is not None:
        return measured
    if _is_of_them(view, index + 1):
        return _make(index, index + 3, _PART, count) if view.begins_clause(index + 3) else None
    adjectives, end = _read_adjectives(view, index + 1)
    if adjectives:
        is_part = count == 1 and view.norm(end) in _STOPS
        return _make(index, end, _PART, count, adjectives) if is_part else None
    return _make(index, end, _PART, count) if view.begins_clause(end) else None


def _is_of_them(view: MemberView, index: int) -> bool:
    return view.norm(index) == "of" and view.norm(index + 1) in _THEM


def _read_measured(view: MemberView, start: int, index: int, asked: str) -> NounPhrase | None:
    """Read one of four, the other of six: parts of rows, piles or groups."""
    count = view.read_count(index + 1) if view.norm(index) == "of" else None
    end = index + 2
    if count is None or not _ends(view, end):
        return None
    return replace(_make(start, end, asked, count), per_measure=count)


def _is_named(view: MemberView, index: int) -> bool:
    """Whether a noun stands behind a number or an article: the other two sofas."""
    head = view.find_named(index)
    words = load_words()
    is_standing = view.begins_clause(index + 1) == "relation" or head in words.verbs
    is_open = head in (*_OPEN, *_DEFINITE_ORDINALS) or head in words.measure_nouns
    return bool(head) and not (is_standing or is_open)


def _is_free(view: MemberView, index: int, before: NounPhrase | Mark | None) -> bool:
    """Whether a number can begin a part: at the beginning, or behind a mark or a joint."""
    if isinstance(before, NounPhrase) or before is None:
        return before is not None and view.norm(index + 1) in _FINITE
    return before.kind in ("comma", "end", "join", "but", "with") or before.word == "while"


def _read_adjectives(view: MemberView, index: int) -> tuple[tuple[str, ...], int]:
    adjectives: list[str] = []
    while len(adjectives) < _ADJECTIVES_MAX and view.norm(index) in load_words().adjectives:
        if view.begins_clause(index):
            break
        adjectives.append(view.norm(index))
        index += 1
    return tuple(adjectives), index


def _read_definite(view: MemberView, index: int) -> NounPhrase | None:
    """Read the other, the other two, the others, the rest, the first, the second one."""
    word, end = view.norm(index + 1), index + 2
    if word in ("other", "remaining"):
        return _read_other(view, index, end)
    if word in _DEFINITE_ORDINALS:
        end += int(view.norm(end) == "1")
        return _make(index, end, _PART, 1) if view.begins_clause(end) else None
    if view.norm(end) == "1":
        return _read_described(index, end + 1, word)
    is_rest = word in ("others", "rest") and _ends(view, end)
    return _make(index, end, _REST, None) if is_rest else None


def _read_other(view: MemberView, start: int, index: int) -> NounPhrase | None:
    """Read what follows the other: of six, two by the wall, empty."""
    measured = _read_measured(view, start, index, _REST)
    count = view.read_count(index)
    if measured is not None or count is None:
        adjectives, end = _read_adjectives(view, index)
        part = _make(start, end, _REST, None, adjectives) if _ends(view, end) else None
        return measured or part
    if view.begins_clause(index + 1):
        return _make(start, index + 1, _REST, count)
    # One has six chairs, the other four: the number is read by itself.
    is_number = view.norm(index + 1) in _STOPS and count > 1
    return _make(start, index, _REST, None) if is_number else None


def _ends(view: MemberView, index: int) -> bool:
    """Whether a part ends before a token."""
    return view.norm(index) in _STOPS or bool(view.begins_clause(index))


def _read_described(start: int, end: int, word: str) -> NounPhrase | None:
    """Read the red one, and the left one: which of several it is tells its words alone."""
    if word in _SIDES:
        return NounPhrase(start, end, "ones", determiner="definite")
    if word not in load_words().adjectives:
        return None
    return NounPhrase(start, end, "ones", determiner="definite", adjectives=(word,))


def _read_further(view: MemberView, index: int) -> NounPhrase | None:
    """Read another, another five, another line of 5, a sixth, a red one."""
    end = index + 1
    if view.norm(index) != "another":
        if view.norm(end) in _ORDINALS:
            end += 1 + int(view.norm(end + 1) == "1")
            return _make(index, end, _EXTRA, 1) if view.begins_clause(end) else None
        adjectives, after = _read_adjectives(view, end)
        is_one = bool(adjectives) and view.norm(after) == "1"
        return _make(index, after + 1, _LIKE, 1, adjectives) if is_one else None
    part = _read_another(view, index, end)
    return part if _ends(view, part.end) else None


def _read_another(view: MemberView, index: int, end: int) -> NounPhrase:
    """Read what follows another, whether or not it ends there."""
    more = view.read_count(end)
    if more is not None and more > 1:
        return _make(index, end + 1, _EXTRA, more)
    measure = singularize(view.norm(end)) if view.norm(end) in load_words().measure_nouns else ""
    end += int(bool(measure) or view.norm(end) == "1")
    count = view.read_count(end + 1) if view.norm(end) == "of" else None
    if count is not None:
        return replace(_make(index, end + 2, _MEASURED, count), measure=measure)
    if measure:
        return replace(_make(index, end, _MEASURED, None), measure=measure)
    return _make(index, end, _LIKE, 1)


def _make(
    start: int, end: int, asked: str, count: int | None, adjectives: tuple[str, ...] = ()
) -> NounPhrase:
    return NounPhrase(start, end, "member", count=count, asked=asked, adjectives=adjectives)


@dataclass
class _Group:
    """A group whose parts are told apart.

    Attributes:
        place: Index of its phrase among the elements.
        count: How many it has, or null.
        parts: Index and number of each part.
    """

    place: int
    count: int | None
    parts: list[tuple[int, int]] = field(default_factory=list)

    @property
    def left(self) -> int | None:
        """How many of it no part has yet."""
        return None if self.count is None else self.count - sum(n for _, n in self.parts)


class MemberResolver:
    """Gives the parts of groups their noun, in the order they are said."""

    def __init__(self) -> None:
        self._groups: list[_Group] = []

    def resolve(self, part: NounPhrase, before: Sequence[NounPhrase | Mark]) -> NounPhrase | None:
        """Return a part as a thing of its own, or null when it is part of nothing.

        Args:
            part: What was read.
            before: The elements before it; its index among them is their number.
        """
        if part.asked == _MEASURED:
            return _name_measured(part, before)
        if part.asked == _EXTRA:
            several = _find_group(before, is_counted=True)
            return _name(part, before[several], part.count or 1) if several is not None else None
        group = self._choose(before)
        if part.asked == _LIKE and (group is None or _is_added(part, group, before)):
            like = _find_like(before)
            return _name(part, like, part.count or 1) if like is not None else None
        return self._take(part, group, before) if group is not None else None

    def _take(
        self, part: NounPhrase, group: _Group, before: Sequence[NounPhrase | Mark]
    ) -> NounPhrase | None:
        """Take a part from its group; null where the group does not have as many."""
        part = _count_measured(part, before[group.place])
        left = group.left
        count = part.count if part.count is not None else (left if left is not None else 1)
        count = (group.count or 0) // 2 if part.asked == _HALF else count
        is_first = not group.parts
        is_whole = is_first and (count == group.count or part.asked == _REST)
        if count < 1 or is_whole or (left is not None and count > left):
            return None
        if is_first:
            self._groups.append(group)
        group.parts.append((len(before), count))
        named = replace(_name(part, before[group.place], count), member_of=group.place)
        return replace(named, measure_count=1) if named.measure else named

    def name_owned(
        self, number: NounPhrase, before: Sequence[NounPhrase | Mark]
    ) -> NounPhrase | None:
        """Return what the part right before has as many of: one has six chairs, the other four."""
        is_owning = bool(before) and before[-1].kind == "with"
        place = len(before) - (2 if is_owning else 1)
        parts = self._groups[-1].parts if self._groups else []
        if len(parts) < 2 or parts[-1][0] != place:
            return None
        said = before[parts[-2][0] + 1 : parts[-1][0]]
        things = [e for e in said if isinstance(e, NounPhrase) and e.kind == "thing"]
        return _name(number, things[0], number.count or 1) if things else None

    def finish(self, elements: list[NounPhrase | Mark]) -> None:
        """Take the parts from their groups; a group without a rest is its first part."""
        for group in self._groups:
            whole = elements[group.place]
            assert isinstance(whole, NounPhrase)
            place, count = group.parts[0]
            if whole.determiner == "definite":
                whole = replace(whole, determiner="none")
            if whole.measure:
                whole = replace(whole, measure_count=1, per_measure=count)
            if group.left:
                elements[group.place] = replace(whole, count=group.left)
                continue
            elements[group.place] = replace(whole, count=count)
            first = elements[place]
            assert isinstance(first, NounPhrase)
            if not first.adjectives:
                elements[place] = replace(first, count=None, determiner="definite")
            else:
                elements[group.place] = replace(
                    whole, count=count, adjectives=(*whole.adjectives, *first.adjectives)
                )
                elements[place] = replace(first, count=None, determiner="definite", adjectives=())

    def _choose(self, before: Sequence[NounPhrase | Mark]) -> _Group | None:
        group = self._groups[-1] if self._groups else None
        if group is not None and group.left != 0 and len(before) - group.parts[-1][0] <= _REACH:
            return group
        place = _find_group(before, is_counted=False)
        if place is None or any(other.place == place for other in self._groups):
            return None
        phrase = before[place]
        assert isinstance(phrase, NounPhrase)
        is_open = bool(phrase.measure) and not phrase.per_measure
        return _Group(place, None if is_open else phrase.count)


def _count_measured(part: NounPhrase, whole: NounPhrase | Mark) -> NounPhrase:
    """Return a part of rows or groups with how many things it is; none where that is not known."""
    assert isinstance(whole, NounPhrase)
    if not whole.measure:
        return part
    if part.per_measure:
        return replace(part, measure=whole.measure)
    if whole.per_measure and whole.measure_count:
        # The rest of two rows is counted in things already.
        rows = part.count or 0
        per = whole.per_measure
        return replace(part, count=rows * per or None, measure=whole.measure, per_measure=per)
    return replace(part, count=0)


def _is_added(part: NounPhrase, group: _Group, before: Sequence[NounPhrase | Mark]) -> bool:
    """Whether one more comes to a group: two drums and another; two blue drums, a red one."""
    whole = before[group.place]
    things = (i for i in reversed(range(len(before))) if _is_asked(before[i]))
    if not group.parts and next(things, group.place) != group.place:
        return True
    is_other = isinstance(whole, NounPhrase) and bool(whole.adjectives and part.adjectives)
    is_joined = group.place == len(before) - 2 and before[-1].kind == "join"
    return is_other or (is_joined and not group.parts) or group.left == 0


def _is_asked(element: NounPhrase | Mark) -> bool:
    if not isinstance(element, NounPhrase) or element.kind != "thing":
        return False
    return element.is_said and element.determiner != "definite"


def _find_like(before: Sequence[NounPhrase | Mark]) -> NounPhrase | None:
    """Return what one more is like: what was asked for last, rather than what it stands to."""
    last: NounPhrase | None = None
    for place in reversed(range(len(before))):
        element = before[place]
        if not isinstance(element, NounPhrase) or element.kind != "thing":
            continue
        last = last or element
        link, owner = before[max(0, place - 1)], before[max(0, place - 2)]
        is_had = link.kind == "with" and owner.kind == "thing"
        if _is_asked(element) and link.kind != "relation" and not is_had:
            return element
    return last


def _find_group(before: Sequence[NounPhrase | Mark], *, is_counted: bool) -> int | None:
    """Return the several things said last, unless each of them has something."""
    for place in reversed(range(max(0, len(before) - _REACH), len(before))):
        phrase = before[place]
        if not isinstance(phrase, NounPhrase) or phrase.kind != "thing":
            continue
        is_several = (phrase.count or 0) > 1 or (phrase.is_plural and not is_counted)
        if is_several:
            after = before[place + 1 : place + 3]
            kinds = {e.kind for e in after if not isinstance(e, NounPhrase)}
            return None if kinds & {"each", "with", "per"} and not is_counted else place
    return None


def _name(part: NounPhrase, whole: NounPhrase | Mark, count: int) -> NounPhrase:
    assert isinstance(whole, NounPhrase)
    return replace(
        part,
        kind="thing",
        count=count,
        adjectives=part.adjectives or whole.adjectives,
        modifiers=whole.modifiers,
        head=whole.head,
        is_plural=count > 1,
        asked=whole.asked,
    )


def _name_measured(part: NounPhrase, before: Sequence[NounPhrase | Mark]) -> NounPhrase | None:
    """Return another row like the one said before."""
    for element in reversed(before):
        if not isinstance(element, NounPhrase) or element.kind != "thing":
            continue
        if not element.measure or part.measure not in ("", element.measure):
            continue
        count = part.count or element.per_measure or element.count
        if count is None:
            return None
        measured = replace(_name(part, element, count), measure=element.measure)
        return replace(measured, measure_count=1, per_measure=count)
    return None
