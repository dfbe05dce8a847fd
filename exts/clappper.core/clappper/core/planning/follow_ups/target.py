"""Instances a request is about, and the noun phrase a request goes on with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from clappper.core.errors import PlanRejectedError
from clappper.core.planning.edits.counts import MAX_COUNT
from clappper.core.planning.edits.selection import count_noun
from clappper.core.planning.follow_ups.scene import make_edit
from clappper.core.planning.inflection import pluralize
from clappper.core.planning.lexer import Transcript
from clappper.core.planning.noun_phrase import read_noun_phrase
from clappper.core.planning.wording.clause import load_edit_words

if TYPE_CHECKING:
    from clappper.core.planning.edits.models import PlanEdit, Which
    from clappper.core.planning.lexer import Token
    from clappper.core.planning.models import Item
    from clappper.core.planning.noun_phrase import NounPhrase

__all__ = ["Target", "make_count_edit", "read_phrase"]


@dataclass(frozen=True)
class Target:
    """Instances a request is about.

    Attributes:
        items: Their items, of one noun or everything.
        count: How many, or null.
        which: Which of them, or null.
        index: Number of one of them, or null.
        of: What nearest and farthest are measured from, or null.
        is_definite: Whether they were spoken of as there already.
        is_plural: Whether several were spoken of.
        left: How many are to stay (all but one), or null.
        is_everything: Whether all there is was named.
        is_gone: Whether an edit before takes them away already.
        is_by_noun: Whether units may have become an item of their own meanwhile.
        phrase: The words, or null for a pronoun.
    """

    items: tuple[Item, ...]
    count: int | None = None
    which: Which | None = None
    index: int | None = None
    of: str | None = None
    is_definite: bool = False
    is_plural: bool = False
    left: int | None = None
    is_everything: bool = False
    is_gone: bool = False
    is_by_noun: bool = False
    phrase: NounPhrase | None = None

    @property
    def total(self) -> int:
        """How many there are of its items."""
        return sum(item.count for item in self.items)

    @property
    def noun(self) -> str:
        """Its noun."""
        return self.items[0].noun if self.items else ""

    def list_fields(self) -> list[dict[str, object]]:
        """Return the fields that name these instances, for one edit after the other.

        Raises:
            PlanRejectedError: It is not said which of several.
        """
        if self.which is None and self.count is None:
            if self.is_definite and not self.is_plural and self.total > 1:
                raise self.ask_which()
            return [{"item": item.id, "which": "all"} for item in self.items]
        fields: dict[str, object] = {
            "count": self.count or 1,
            "which": self.which,
            "index": self.index,
            "of": self.of,
        }
        if len(self.items) == 1 and not self.is_by_noun:
            return [{"item": self.items[0].id, **fields}]
        return [{"noun": self.noun, **fields}]

    def ask_which(self) -> PlanRejectedError:
        """Return the error for one of several when it is not said which."""
        there = count_noun(self.total, self.noun)
        are = "is" if self.total == 1 else "are"
        return PlanRejectedError(
            f"There {are} {there}: say which, for example “the leftmost {self.noun}”, "
            f"“{self.noun} 2” or “all {pluralize(self.noun)}”."
        )


def make_count_edit(target: Target, count: int) -> PlanEdit:
    """Return the edit after which there are so many of what a request is about.

    Raises:
        PlanRejectedError: That is too many, or several kinds of things are meant.
    """
    if count > MAX_COUNT:
        raise PlanRejectedError(
            f"{count:,} are too many: a scene has at most {MAX_COUNT:,} of one kind."
        )
    if len(target.items) == 1:
        return make_edit("set_count", item=target.items[0].id, count=count)
    if len({item.noun for item in target.items}) > 1:
        raise PlanRejectedError(
            "Say of what there should be more or fewer, for example “4 chairs”."
        )
    return make_edit("set_count", noun=target.noun, count=count)


def read_phrase(tokens: tuple[Token, ...]) -> NounPhrase | None:
    """Return the noun phrase tokens begin with; its ``end`` counts from their first."""
    if not tokens:
        return None
    stops = load_edit_words().stops
    ends = {i: "stop" for i, token in enumerate(tokens) if i and token.norm in stops}
    return read_noun_phrase(Transcript(_join(tokens), _rebase(tokens)), 0, ends)


def _join(tokens: tuple[Token, ...]) -> str:
    return " ".join(token.text for token in tokens)


def _rebase(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """Return tokens whose places are those in their joined text."""
    result = []
    position = 0
    for token in tokens:
        result.append(replace(token, start=position, end=position + len(token.text)))
        position += len(token.text) + 1
    return tuple(result)
