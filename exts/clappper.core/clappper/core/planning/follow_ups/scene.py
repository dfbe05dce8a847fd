"""The scene a request is about: what its words refer to, and what was spoken of last."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError

from clappper.core.errors import PlanRejectedError
from clappper.core.planning.edits.models import PlanEdit
from clappper.core.planning.edits.selection import refuse_unknown
from clappper.core.planning.inflection import singularize
from clappper.core.planning.models import Item
from clappper.core.planning.things import find_item_class, make_wanted
from clappper.core.planning.wording.clause import load_edit_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clappper.core.catalog.models import AvailabilityEntry, Catalog
    from clappper.core.planning.edits.models import EditOp
    from clappper.core.planning.models import ScenePlan, Verb
    from clappper.core.planning.noun_phrase import NounPhrase
    from clappper.core.units import Vec3

__all__ = ["EditScene", "make_edit", "refuse_missing"]

#: Relations by which things belong to one each of others.
_OWNED: frozenset[Verb] = frozenset(("paired_with", "on_top_of", "under", "around", "inside"))
_ALL_HEADS = ("thing", "object", "item", "furniture", "stuff", "everything", "asset")


def make_edit(op: EditOp, **fields: object) -> PlanEdit:
    """Return an edit in which nothing else is said.

    Raises:
        PlanRejectedError: A value is out of bounds.
    """
    nothing = dict.fromkeys(PlanEdit.model_fields)
    try:
        return PlanEdit.model_validate({**nothing, **fields, "op": op})
    except ValidationError as exc:
        error = exc.errors()[0]
        name = str(error["loc"][-1]) if error["loc"] else op
        problem = error["msg"].removeprefix("Value error, ")
        raise PlanRejectedError(f"That is not possible: {name}: {problem}.") from exc


class EditScene:
    """A plan as the clauses of a request change it, for finding what words refer to.

    Attributes:
        plan: Items as they will be; nothing else of it changes.
        room_size_m: Inner size of the room [m].
        catalog: Knows other words for the same thing.
        last: Ids of the items spoken of last.
        last_other: Ids of what they were spoken of in relation to.
        recalled: What the sentence before asked for, and of how many of them.
        is_last_new: Whether an instance of them was just added.
    """

    def __init__(self, plan: ScenePlan, room_size_m: Vec3, catalog: Catalog) -> None:
        self.plan = plan
        self.room_size_m = room_size_m
        self.catalog = catalog
        self.last: tuple[str, ...] = ()
        self.last_other: tuple[str, ...] = ()
        self.recalled: tuple[str, int | None] = ("", None)
        self.is_last_new = False
        self._edits: dict[str, PlanEdit] = {}
        self._gone: dict[str, int] = {}
        self._removed: list[Item] = []

    @property
    def items(self) -> list[Item]:
        """The items."""
        return self.plan.items

    def follow(self, edit: PlanEdit) -> None:
        """Take note of an edit, so that the next clause can refer to what it leaves."""
        known = {item.id: item for item in self.items}
        item = known.get(edit.item or "")
        items = list(self.items)
        if edit.op == "add" and item is None and edit.item and edit.noun and edit.asset_ids:
            items.append(
                Item(
                    id=edit.item,
                    noun=edit.noun,
                    asked=edit.asked or edit.noun,
                    count=max(1, edit.count or 1),
                    asset_ids=edit.asset_ids,
                    attributes=edit.attributes or [],
                    role="subject",
                )
            )
        elif edit.op == "remove" and edit.which == "all" and item is not None:
            items.remove(item)
        elif edit.op == "part" and item is not None and edit.object:
            count = min(item.count - 1, edit.count or 1)
            items[items.index(item)] = item.model_copy(update={"count": max(1, item.count - count)})
            items.append(item.model_copy(update={"id": edit.object, "count": max(1, count)}))
        elif item is not None and edit.op in ("add", "remove", "set_count") and edit.count:
            sign = {"add": 1, "remove": -1}.get(edit.op)
            count = edit.count if sign is None else item.count + sign * edit.count
            items[items.index(item)] = item.model_copy(update={"count": max(1, count)})
        elif (
            edit.op == "remove" and edit.item is None and edit.noun is None and edit.object is None
        ):
            items = []
        if item is not None:
            self._edits[item.id] = edit
            left = next((i.count for i in items if i.id == item.id), 0)
            self._gone[item.id] = max(0, item.count - left)
            self._removed += [] if left else [item]
        self.plan = self.plan.model_copy(update={"items": items})
        if edit.item:
            self.last, self.is_last_new = (edit.item,), edit.op == "add"
            self.last_other = (edit.object,) if edit.object else ()

    def find_edit(self, item: Item) -> PlanEdit | None:
        """Return the last edit of an item in this request, or nothing."""
        return self._edits.get(item.id)

    def count_gone(self, item: Item) -> int:
        """Return how many units of an item its last edit takes away."""
        return self._gone.get(item.id, 0)

    def find_removed(self, phrase: NounPhrase) -> list[Item]:
        """Return the items a phrase names that this request has taken away."""
        there, self.plan = self.plan, self.plan.model_copy(update={"items": self._removed})
        try:
            return self.find(phrase) if self._removed else []
        finally:
            self.plan = there

    def list_owned(self, item: Item, owner: Item) -> set[Verb]:
        """Return how each unit of an item belongs to one of another's, if it does."""
        return {
            r.verb
            for r in self.plan.relations
            if (r.subject, r.object) == (item.id, owner.id) and r.verb in _OWNED
        }

    def find(self, phrase: NounPhrase) -> list[Item]:
        """Return the items a phrase names, or nothing."""
        if phrase.kind == "ones" or not phrase.head:
            return self.get_last()
        if phrase.head in _ALL_HEADS and not phrase.modifiers:
            return list(self.items)
        found = self._find_by_words(phrase) or self._find_by_catalog(phrase)
        described = [item for item in found if set(phrase.adjectives) & _list_words(item)]
        return described or found

    def find_general(self, head: str) -> list[Item]:
        """Return the items a general noun means, where only one kind of thing here is of it."""
        heads = load_edit_words().general.get(head, frozenset[str]())
        found = [item for item in self.items if _get_head(item.noun) in heads]
        return found if len({item.noun for item in found}) == 1 else []

    def get_last(self) -> list[Item]:
        """Return the items spoken of last, or the only one there is."""
        last = [item for item in self.items if item.id in self.last]
        return last or (self.items if len(self.items) == 1 else [])

    def find_people(self) -> list[Item]:
        """Return the items that are people, those spoken of last before others."""
        people = [
            i for i in self.items if find_item_class(i.noun, (), _get_head(i.noun)).name == "person"
        ]
        return [i for i in people if i.id in self.last] or people

    def refuse(self, phrase: NounPhrase) -> PlanRejectedError:
        """Return the error for a phrase that names nothing in the scene."""
        return refuse_unknown(" ".join((*phrase.modifiers, phrase.head)), self.plan)

    def ask(self, phrase: NounPhrase) -> AvailabilityEntry:
        """Return what the catalog has for a phrase."""
        wanted = make_wanted(phrase, count=phrase.count)
        return self.catalog.availability([wanted]).entries[0]

    def require_assets(self, phrase: NounPhrase) -> AvailabilityEntry:
        """Return what the catalog has for a phrase.

        Raises:
            PlanRejectedError: It has nothing; the message names what is nearest.
        """
        entry = self.ask(phrase)
        if entry.noun is None or not entry.assets:
            raise refuse_missing(entry.wanted.noun, [a.noun for a in entry.suggestions])
        return entry

    def _find_by_words(self, phrase: NounPhrase) -> list[Item]:
        name = " ".join((*phrase.modifiers, phrase.head))
        exact = [item for item in self.items if name in (item.noun, _singularize(item.asked))]
        if exact:
            nouns = {item.noun for item in exact}
            return [
                item
                for item in self.items
                if item in exact or (item.noun in nouns and _get_head(item.noun) == phrase.head)
            ]
        return [
            item
            for item in self.items
            if not phrase.modifiers and phrase.head in (_get_head(item.noun), _get_head(item.asked))
        ]

    def _find_by_catalog(self, phrase: NounPhrase) -> list[Item]:
        entry = self.ask(phrase)
        ids = {asset.asset_id for asset in entry.assets}
        return [
            item
            for item in self.items
            if item.noun == entry.noun or ids.intersection(item.asset_ids)
        ]


def refuse_missing(words: str, nearest: Sequence[str]) -> PlanRejectedError:
    """Return the error for something the catalog does not have."""
    names = ", ".join(dict.fromkeys(nearest[:3]))
    hint = f"; nearest: {names}" if names else ""
    return PlanRejectedError(f"The catalog has no {words}{hint}: nothing is changed.")


def _get_head(words: str) -> str:
    return singularize(words.lower().rsplit(" ", 1)[-1])


def _singularize(words: str) -> str:
    start, space, _ = words.lower().rpartition(" ")
    return start + space + _get_head(words)


def _list_words(item: Item) -> set[str]:
    return {*item.attributes, *item.noun.split(), *item.asked.lower().split()}
