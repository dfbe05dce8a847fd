"""Frames whose words stand anywhere in a clause: what is left of it is a thing, and a place.

An die Wand stell bitte noch ein Whiteboard, and stell noch ein Whiteboard an die Wand, are one.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations
from typing import TYPE_CHECKING

from clappper.core.planning.languages.translate_frame import Frame, compile_frame

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from clappper.core.planning.languages.translate_order import SaidWord

__all__ = ["LooseFrame", "compile_loose", "reduce_clause"]


@dataclass(frozen=True)
class LooseFrame:
    """One way to ask for something, in any order.

    Attributes:
        needed: Sets of words of which a clause has one each.
        free: Words that say nothing in it.
        orders: Its slots in each of their orders.
        allows_no: Whether a clause with a negation can be meant.
    """

    needed: tuple[frozenset[str], ...]
    free: frozenset[str]
    orders: tuple[Frame, ...]
    allows_no: bool


def compile_loose(
    pattern: str, english: str, sets: dict[str, frozenset[str]], negations: frozenset[str]
) -> LooseFrame:
    """Return a loose frame of a pattern: its words, then its slots.

    Args:
        pattern: Words and slots as a frame has them.
        english: What it says.
        sets: Sets of words.
        negations: Words that say no.
    """
    whole = compile_frame(pattern, english, sets)
    words = [element for element in whole.elements if not element.slot]
    slots = [element for element in whole.elements if element.slot]
    kept = [element for element in slots if not element.is_optional]
    choices: list[Sequence[object]] = [slots] if kept == slots else [slots, kept]
    orders = tuple(
        Frame(tuple(order), english, whole.is_wish, False, ())  # type: ignore[arg-type]
        for chosen in choices
        for order in permutations(chosen)
    )
    needed = tuple(element.words for element in words if not element.is_optional)
    free = frozenset().union(*(element.words for element in words if element.is_optional))
    return LooseFrame(needed, free, orders, any(part & negations for part in needed))


def reduce_clause(
    frame: LooseFrame, words: Sequence[SaidWord], negations: Iterable[str]
) -> list[SaidWord] | None:
    """Return what is left of a clause without the words of a frame, or null when it has not all."""
    folded = [word.folded for word in words]
    taken: set[int] = set()
    for part in frame.needed:
        place = next((i for i, w in enumerate(folded) if w in part and i not in taken), None)
        if place is None:
            return None
        taken.add(place)
    if not frame.allows_no and not frozenset(negations).isdisjoint(folded):
        return None
    left = [
        word for i, word in enumerate(words) if i not in taken and word.folded not in frame.free
    ]
    while left and left[-1].text == ",":
        del left[-1]
    while left and left[0].text == ",":
        del left[0]
    return left or None
