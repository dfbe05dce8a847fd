"""Everything read from one prompt, and the steps that make it consistent before the defaults."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from clappper.core.planning.clause import Mark
from clappper.core.planning.corrections import describe_correction
from clappper.core.planning.items import ItemDraft
from clappper.core.planning.models import TOTAL_LIMIT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from clappper.core.planning.camera import CameraWish
    from clappper.core.planning.corrections import Restated
    from clappper.core.planning.environment import EnvironmentWish
    from clappper.core.planning.link import RelationReading
    from clappper.core.planning.models import Mood
    from clappper.core.planning.noun_phrase import NounPhrase
    from clappper.core.planning.things import Things
    from clappper.core.planning.tie import Tie

__all__ = ["SceneDraft"]

_MAX_ITEMS, _MAX_COUNT = 64, 1000


@dataclass
class SceneDraft:
    """A scene while its plan is put together.

    Attributes:
        environment: What was said about the place.
        camera: What was said about camera and film.
        mood: Mood of the light, or null.
        things: What the catalog knows of the phrases.
        reading: Relations between the phrases.
        items: The items, in the order of the prompt.
        ties: Relations between items that the user said.
        targets: What the camera was said to look at.
        notes: Sentences about what was assumed.
        contradictions: Sentences about what cannot hold together.
    """

    environment: EnvironmentWish
    camera: CameraWish
    mood: Mood | None
    things: Things
    reading: RelationReading
    items: list[ItemDraft]
    ties: list[Tie]
    targets: list[ItemDraft]
    notes: list[str]
    contradictions: list[str]

    @property
    def density(self) -> str | None:
        """How full the place is."""
        return "dense" if self.reading.is_filled else self.environment.density

    @property
    def style_words(self) -> tuple[str, ...]:
        """The style of the scene as an attribute of everything in it."""
        return (self.environment.style,) if self.environment.style else ()

    def drop_negated(self) -> None:
        """Take out what the prompt rules out."""
        for noun, asked in list(self.things.negated.items()):
            place = self.things.negated_at[noun]
            back = next((i for i in self.items if i.noun == noun and i.is_asked_after(place)), None)
            if back is not None:
                said = f"{back.count} {back.asked}"
                self.contradictions.append(describe_correction(f"no {asked}", said))
                del self.things.negated[noun]
                continue
            ruled_out = [item.asked for item in self.items if item.noun == noun]
            if ruled_out:
                text = f"The prompt asks for {ruled_out[0]} and for none: there are none."
                self.contradictions.append(text)
            else:
                self.notes.append(f"No {asked}, as asked.")
        self._keep(lambda item: item.noun not in self.things.negated)

    def restate(self, restated: Restated) -> None:
        """Let numbers that are said again take the place of the first ones."""
        merged: dict[ItemDraft, ItemDraft] = {}
        for place, item in enumerate(self.items):
            earlier = (o for o in self.items[:place] if o.noun == item.noun and o not in merged)
            before = next(earlier, None)
            if before is None or not self._is_restated(before, item, restated):
                continue
            if before.count != item.count:
                said = f"{item.count} {item.asked}"
                text = describe_correction(str(before.count or before.asked), said)
                self.contradictions.append(text)
            before.count, before.is_counted = item.count, True
            before.phrases += item.phrases
            merged[item] = before
        self.items = [item for item in self.items if item not in merged]
        self._redirect(merged, self.ties)

    def merge_equal(self) -> None:
        """Join items of one noun, adjectives and relations: 2 desks and another desk are 3."""
        merged: dict[ItemDraft, ItemDraft] = {}
        kept: list[ItemDraft] = []
        for item in self.items:
            same = next((other for other in kept if self._is_same(other, item)), None)
            if same is None:
                kept.append(item)
            else:
                merged[item] = same
                same.add(item)
        self.items = kept
        self._redirect(merged, [tie for tie in self.ties if tie.subject not in merged])

    def note_implied(self, elements: Sequence[NounPhrase | Mark]) -> None:
        """Tell the user about things the prompt only mentions (near the door)."""
        for item in self.items:
            phrase = elements[item.phrases[0]]
            if isinstance(phrase, Mark) or phrase.count is not None:
                continue
            if phrase.determiner in ("definite", "distributive"):
                item.is_mentioned = True
                pronoun = "them" if item.is_several else "it"
                text = f"The prompt speaks of the {item.asked} without asking for {pronoun}: added."
                self.notes.append(text)

    def bound(self) -> None:
        """Keep the number of items and of their units within what a plan holds."""
        surplus = len(self.items) - _MAX_ITEMS
        if surplus > 0:
            text = f"A plan holds {_MAX_ITEMS} kinds of things: {surplus} were left out."
            self.notes.append(text)
            kept = set(self.items[:_MAX_ITEMS])
            self._keep(lambda item: item in kept)
        for item in self.items:
            if item.count is not None and item.count > _MAX_COUNT:
                self.notes.append(f"{item.count:,} {item.asked} are too many: {_MAX_COUNT:,}.")
                item.count = _MAX_COUNT
        total = sum(item.count or 1 for item in self.items)
        if total > TOTAL_LIMIT:
            self.notes.append(f"{total:,} things are too many for one scene: {TOTAL_LIMIT:,}.")
            for item in self.items:
                item.count = max(1, (item.count or 1) * TOTAL_LIMIT // total)

    def _is_restated(self, before: ItemDraft, item: ItemDraft, restated: Restated) -> bool:
        """Whether an item is the one before, by words that say so or by the same number again."""
        is_same = before.count == item.count and (item.count or 1) > 1
        if set(before.attributes) != set(item.attributes):
            is_same = False
        places = (self._signature(before), self._signature(item))
        is_same = is_same and (places[0] == places[1] or not all(places))
        index = item.phrases[0]
        is_later = restated.sentences.get(index, 0) > restated.sentences.get(before.phrases[0], 0)
        is_total = before.count == item.count and index in self.reading.multipliers
        return index in restated.taken_back or is_total or (is_same and is_later)

    def _keep(self, is_kept: Callable[[ItemDraft], bool]) -> None:
        self.items = [item for item in self.items if is_kept(item)]
        self.ties = [tie for tie in self.ties if all(is_kept(item) for item in tie.items)]
        self.targets = [item for item in self.targets if is_kept(item)]

    def _redirect(self, merged: dict[ItemDraft, ItemDraft], ties: Sequence[Tie]) -> None:
        """Let what was said of joined items hold for the item each became part of."""
        self.targets = list(dict.fromkeys(merged.get(item, item) for item in self.targets))
        self.ties = [tie for tie in (_redirect(t, merged) for t in ties) if _can_hold(tie)]

    def _is_same(self, item: ItemDraft, other: ItemDraft) -> bool:
        if (item.noun, item.head) != (other.noun, other.head) or set(item.attributes) != set(
            other.attributes
        ):
            return False
        loads = (self._list_loads(item), self._list_loads(other))
        if all(loads) and loads[0] != loads[1]:
            return False
        return self._signature(item) == self._signature(other)

    def _list_loads(self, item: ItemDraft) -> set[tuple[object, ...]]:
        """Return what stands to an item: six chairs around one table, four around the other."""
        return {(t.verb, t.subject.noun, t.subject.count) for t in self.ties if t.target is item}

    def _signature(self, item: ItemDraft) -> set[tuple[object, ...]]:
        return {
            (tie.verb, tie.side, tie.distance_m, tie.target, tie.target2)
            for tie in self.ties
            if tie.subject is item
        }


def _redirect(tie: Tie, merged: dict[ItemDraft, ItemDraft]) -> Tie:
    subject, target, target2 = merged.get(tie.subject, tie.subject), tie.target, tie.target2
    if isinstance(target, ItemDraft):
        target = merged.get(target, target)
    if target2 is not None:
        target2 = merged.get(target2, target2)
    return replace(tie, subject=subject, target=target, target2=target2)


def _can_hold(tie: Tie) -> bool:
    """Whether a relation is to something else: only each other can be faced."""
    return tie.target is not tie.subject or tie.verb == "facing"
