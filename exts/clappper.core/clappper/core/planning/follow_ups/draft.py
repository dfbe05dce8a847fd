"""The rule planner's reading of a part of a request, tied to the scene that is there."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from clappper.core.errors import PlanRejectedError
from clappper.core.planning.defaults import choose_assets, complete_counts, complete_ties
from clappper.core.planning.edits.selection import refuse_unknown
from clappper.core.planning.follow_ups.scene import make_edit, refuse_missing
from clappper.core.planning.inflection import pluralize
from clappper.core.planning.items import ItemDraft, make_id
from clappper.core.planning.rule_planner import RulePlanner
from clappper.core.planning.things import find_item_class

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clappper.core.planning.edits.models import PlanEdit
    from clappper.core.planning.follow_ups.scene import EditScene
    from clappper.core.planning.lexer import Token
    from clappper.core.planning.models import Item, Relation
    from clappper.core.planning.scene_draft import SceneDraft
    from clappper.core.planning.tie import Tie

__all__ = ["read_additions", "read_ties"]

_INTO = re.compile(
    r"\b(?:into|to)(?= (?:the|a) (?:(?:very|left|right|back|front|rear|far|near) ){0,2}"
    r"(?:middle|cent(?:re|er)|corner)\b)",
    re.IGNORECASE,
)
_PRONOUN = re.compile(r"\b(?:it|them)\b", re.IGNORECASE)
_EACH_ONE = re.compile(r"\b(each|every) (?:one(?: of them)?|of them)\b", re.IGNORECASE)
_OTHER_ONE = re.compile(r"\bthe (?:other|remaining|last|left|right) ones?\b", re.IGNORECASE)
#: A part of a place, whatever the place is called.
_OF_PLACE = re.compile(
    r"\b(middle|cent(?:er|re)|corners?|walls?|side|back|front|end) of the"
    r" (?:hall|warehouse|office|yard|dock|shop|kitchen|bedroom|studio|place|space|building)\b",
    re.IGNORECASE,
)
_PERSONAL = re.compile(r"\b(?:him|her)\b(?! [a-z]+s?\b)", re.IGNORECASE)
_TO_EACH = re.compile(r"\bto (?:each|every)\b", re.IGNORECASE)


def read_ties(
    scene: EditScene, item: Item, rest: tuple[Token, ...], manner: str = ""
) -> list[dict[str, object]]:
    """Return the relations that words after a thing say, as fields of an edit.

    Args:
        scene: The scene.
        item: The thing.
        rest: The words.
        manner: Words before them that the command stands for, such as stacked.

    Raises:
        PlanRejectedError: They name a thing that is not in the scene.
    """
    words = _INTO.sub("in", " ".join(token.text for token in rest))
    words = _OF_PLACE.sub(r"\1 of the room", words)
    noun = item.noun if item.count == 1 else pluralize(item.noun)
    draft = RulePlanner(scene.catalog).read_draft(
        f"put the {noun} {manner} {_name_pronoun(scene, words)}"
    )
    if not draft.items:
        return []
    known = _know_items(scene, draft, subject=draft.items[0], item=item)
    said = [tie for tie in draft.ties if tie.subject is draft.items[0]]
    drafts = [_make_draft(i) for i in scene.items]
    filled = complete_ties(drafts, [_redirect(tie, known, drafts) for tie in said], None)
    return [_tell_tie(tie) for tie in filled if tie.is_said and tie.subject.id == item.id]


def read_additions(scene: EditScene, words: str) -> list[PlanEdit]:
    """Return the edits that add what words name.

    Raises:
        PlanRejectedError: The catalog does not have it, or it is to stand at what is not there.
    """
    words = _TO_EACH.sub("for each", _name_pronoun(scene, words))
    draft = RulePlanner(scene.catalog).read_draft(f"add {words}")
    known = _know_items(scene, draft)
    fresh = [item for item in draft.items if item not in known]
    draft.items = fresh
    complete_counts(fresh, draft.ties, None)
    _multiply(draft, known)
    draft.bound()
    existing = [_make_draft(item) for item in scene.items]
    ties = [_redirect(tie, known, existing) for tie in draft.ties if tie.subject in fresh]
    filled = complete_ties([*existing, *fresh], ties, None)
    taken = {"room", "camera", *(item.id for item in scene.items)}
    ids = {item.id for item in existing}
    kin = {item: _find_like(scene, item, []) for item in fresh}
    for item in fresh:
        said = [tie for tie in filled if tie.subject is item and tie.is_said]
        like = _find_like(scene, item, said)
        noun = (kin[item] or item).noun
        item.id = like.id if like else make_id(noun, taken)
    edits: list[PlanEdit] = []
    for item in fresh:
        if item.id in ids:
            edits.append(make_edit("add", item=item.id, count=item.count))
        else:
            own = [tie for tie in filled if tie.subject is item]
            edits += _add(item, own, kin[item])
    return edits


def _multiply(draft: SceneDraft, known: Mapping[ItemDraft, Item]) -> None:
    """Count what is wanted at each of something by how many of it the scene has."""
    for spoken, item in known.items():
        for fresh in draft.items:
            owner = draft.reading.multipliers.get(fresh.phrases[0] if fresh.phrases else -1)
            if owner in spoken.phrases and fresh.count:
                fresh.count = fresh.count * item.count // max(1, spoken.count or 1)


def _add(item: ItemDraft, ties: Sequence[Tie], kin: Item | None) -> list[PlanEdit]:
    """Return the edits for a new item: it, where and how it stands, and what it looks at.

    It looks like its kin in the scene.
    """
    places = [tie for tie in ties if tie.is_placing and tie.target is not None]
    placing = places[0] if places else None
    add = make_edit(
        "add",
        item=item.id,
        noun=kin.noun if kin else item.noun[:80],
        asked=item.asked[:200],
        count=item.count,
        asset_ids=kin.asset_ids if kin else choose_assets(item, ties),
        attributes=item.attributes[:16] or None,
        **(_tell_tie(placing) if placing is not None else {}),
    )
    return [
        add,
        *(
            make_edit("relate", item=item.id, which="all", **_tell_tie(tie))
            for tie in places[1:]
            if tie.is_said
        ),
        *(
            make_edit(
                "rotate", item=item.id, which="all", relation="facing", object=_name(tie.target)
            )
            for tie in ties
            if tie.verb == "facing" and tie.is_said and tie.target is not item
        ),
    ]


def _find_like(scene: EditScene, item: ItemDraft, said: Sequence[Tie]) -> Item | None:
    """Return the item of the scene that a thing is more of: same noun, and the same place."""
    ids = {asset.asset_id for asset in item.assets}
    for other in scene.items:
        is_same = (
            other.noun == item.noun
            or other.noun.endswith(f" {item.noun}")
            or (item.head == other.noun.rsplit(" ", 1)[-1] and ids.intersection(other.asset_ids))
        )
        if is_same and set(item.attributes) <= {*other.attributes, *other.asked.lower().split()}:
            own = [r for r in scene.plan.relations if r.subject == other.id]
            if all(any(_is_said_in(tie, relation) for relation in own) for tie in said):
                return other
    return None


def _is_said_in(tie: Tie, relation: Relation) -> bool:
    return (tie.verb, _name(tie.target)) == (relation.verb, relation.object) and (
        tie.side in (None, relation.side)
    )


def _know_items(
    scene: EditScene,
    draft: SceneDraft,
    *,
    subject: ItemDraft | None = None,
    item: Item | None = None,
) -> dict[ItemDraft, Item]:
    """Return the items of the scene that a draft only speaks of.

    Raises:
        PlanRejectedError: One of them is not there, or the catalog has no such thing.
    """
    known: dict[ItemDraft, Item] = {}
    for spoken in draft.items:
        if spoken is subject and item is not None:
            known[spoken] = item
        elif spoken.is_mentioned or subject is not None or _is_reference(scene, draft, spoken):
            known[spoken] = _find_spoken(scene, spoken)
    for unmet in draft.things.unmet:
        words = unmet.wanted.asked
        if subject is not None:
            raise refuse_unknown(words, scene.plan)
        raise refuse_missing(words, [asset.noun for asset in unmet.suggestions])
    return known


def _is_reference(scene: EditScene, draft: SceneDraft, spoken: ItemDraft) -> bool:
    """Whether a thing is only named for where another stands: a worker next to a pallet."""
    there = sum(item.count for item in scene.items if item.noun == spoken.noun)
    is_counted = (spoken.count != 1 or spoken.is_plural) and spoken.count != there
    subjects = [tie.subject for tie in draft.ties if tie.target is spoken]
    is_after = any(subject.phrases[0] < spoken.phrases[0] for subject in subjects)
    is_own = any(tie.subject is spoken for tie in draft.ties)
    return is_after and there > 0 and not is_counted and not is_own


def _find_spoken(scene: EditScene, spoken: ItemDraft) -> Item:
    ids = {asset.asset_id for asset in spoken.assets}
    exact = [item for item in scene.items if item.noun == spoken.noun]
    alike = [item for item in scene.items if ids.intersection(item.asset_ids)]
    general = scene.find_general(spoken.head) if " " not in spoken.asked else []
    for found in (*exact, *alike, *general):
        return found
    raise refuse_unknown(spoken.asked, scene.plan)


def _make_draft(item: Item) -> ItemDraft:
    head = item.noun.rsplit(" ", 1)[-1]
    return ItemDraft(
        noun=item.noun,
        asked=item.asked,
        head=head,
        assets=(),
        item_class=find_item_class(item.noun, (), head),
        phrases=[],
        attributes=list(item.attributes),
        count=item.count,
        is_counted=True,
        id=item.id,
    )


def _redirect(tie: Tie, known: Mapping[ItemDraft, Item], drafts: Sequence[ItemDraft]) -> Tie:
    """Let a relation refer to the scene's items where it speaks of them."""
    by_id = {draft.id: draft for draft in drafts}

    def find(value: ItemDraft | str | None) -> ItemDraft | str | None:
        if isinstance(value, ItemDraft) and value in known:
            return by_id[known[value].id]
        return value

    subject, target, target2 = find(tie.subject), find(tie.target), find(tie.target2)
    assert isinstance(subject, ItemDraft)
    assert target2 is None or isinstance(target2, ItemDraft)
    return replace(tie, subject=subject, target=target, target2=target2)


def _tell_tie(tie: Tie) -> dict[str, object]:
    return {
        "relation": tie.verb,
        "object": _name(tie.target),
        "object2": tie.target2.id if tie.target2 else None,
        "rows": tie.rows,
        "per_row": tie.per_row,
        "distance_m": tie.distance_m,
        "side": tie.side,
    }


def _name(target: ItemDraft | str | None) -> str | None:
    return target.id if isinstance(target, ItemDraft) else target


def _name_pronoun(scene: EditScene, words: str) -> str:
    """Put the name of what was spoken of last in the place of it and them."""
    people = scene.find_people()
    if people:
        words = _PERSONAL.sub(f"the {_tell(people[0])}", words)
    last = scene.get_last()
    unknown = _OTHER_ONE.search(words) if not last else None
    if unknown is not None:
        raise PlanRejectedError(f"Say what “{unknown.group()}” is: name a thing of the scene.")
    if last:
        words = _EACH_ONE.sub(rf"\1 {last[0].noun}", words)
        words = _OTHER_ONE.sub(f"the {_tell(last[0])}", words)
    return _PRONOUN.sub(f"the {_tell(last[0])}", words) if last else words


def _tell(item: Item) -> str:
    return item.noun if item.count == 1 else pluralize(item.noun)
