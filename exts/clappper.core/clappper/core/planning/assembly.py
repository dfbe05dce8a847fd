"""The plan and its issues from what was read, or the one sentence why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clappper.core.errors import PlanRejectedError
from clappper.core.issue import Issue
from clappper.core.planning.camera import complete_camera
from clappper.core.planning.defaults import (
    choose_assets,
    choose_role,
    choose_targets,
    describe,
)
from clappper.core.planning.environment import complete_environment
from clappper.core.planning.items import make_id
from clappper.core.planning.lexicon import load_places
from clappper.core.planning.models import Item, Lighting, Miss, ScenePlan

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from clappper.core.planning.items import ItemDraft
    from clappper.core.planning.lexicon import Place
    from clappper.core.planning.scene_draft import SceneDraft
    from clappper.core.planning.tie import Tie

__all__ = ["EXAMPLE", "assemble_plan", "collect_issues", "make_rejection"]

#: A prompt that works, for sentences that ask for one.
EXAMPLE = "Create a warehouse scene with 3 forklifts and industrial shelving."
_MAX_RELATIONS, _MAX_LIST = 256, 64
_MAX_TITLE_ITEMS = 3


def assemble_plan(draft: SceneDraft, ties: Sequence[Tie], place: Place) -> ScenePlan:
    """Return the plan.

    Args:
        draft: What was read, with all numbers chosen.
        ties: All relations, those of the user and the defaults.
        place: The environment to build.
    """
    taken: set[str] = {"room", "camera"}
    for item in draft.items:
        item.id = make_id(item.noun, taken)
    environment = complete_environment(
        draft.environment,
        place,
        is_filled=draft.reading.is_filled,
        opening_sides=[tie.side for tie in ties if tie.verb == "in_wall"],
    )
    targets = draft.targets or choose_targets(draft.items, ties)
    return ScenePlan(
        schema_version=1,
        title=_make_title(draft, place),
        environment=environment,
        items=[_make_item(item, draft, ties) for item in draft.items],
        relations=[tie.make_relation() for tie in ties][:_MAX_RELATIONS],
        camera=complete_camera(draft.camera, place, [item.id for item in targets]),
        lighting=Lighting(mood=draft.mood or place.mood),
        output=draft.camera.make_output(),
        misses=_make_misses(draft),
        assumptions=_unique([*_list_notes(draft), *_list_contradictions(draft)])[:_MAX_LIST],
    )


def collect_issues(draft: SceneDraft) -> tuple[Issue, ...]:
    """Return what the user should know: misses and contradictions first, then assumptions."""
    contradictions = _list_contradictions(draft)
    issues = _make_miss_issues(draft)
    issues += [
        Issue(code="CONTRADICTION", severity="warning", message=text) for text in contradictions
    ]
    issues += [
        Issue(code="ASSUMPTION", severity="info", message=text) for text in _list_notes(draft)
    ]
    return tuple(issues)


def make_rejection(draft: SceneDraft) -> PlanRejectedError:
    """Return the error for a prompt nothing can be built of: what was not found, what there is."""
    unmet = draft.things.unmet
    unknown = draft.environment.unknown
    if not unmet and unknown:
        names = ", ".join(place.title.lower() for place in load_places().values())
        return PlanRejectedError(f"There is no place called “{unknown}”; there is: {names}.")
    if not unmet:
        return PlanRejectedError(
            f"Nothing to build was found: name things and a place, for example: {EXAMPLE}"
        )
    missing = ", ".join(_unique(miss.wanted.asked for miss in unmet[:5]))
    nearest = ", ".join(_unique(asset.noun for miss in unmet for asset in miss.suggestions[:3]))
    hint = f" Nearest in the catalog: {nearest}." if nearest else ""
    return PlanRejectedError(
        f"The catalog has no {missing}, so there is nothing to build.{hint}",
        issues=_make_miss_issues(draft),
    )


def _list_notes(draft: SceneDraft) -> list[str]:
    return _unique([*draft.notes, *draft.environment.notes])


def _list_contradictions(draft: SceneDraft) -> list[str]:
    return _unique([*draft.contradictions, *draft.environment.contradictions])


def _make_item(item: ItemDraft, draft: SceneDraft, ties: Sequence[Tie]) -> Item:
    return Item(
        id=item.id,
        noun=item.noun[:80],
        asked=item.asked,
        count=item.count or 1,
        asset_ids=choose_assets(item, ties),
        attributes=_unique([*item.attributes, *draft.style_words])[:16],
        role=choose_role(item, draft.items),
    )


def _make_title(draft: SceneDraft, place: Place) -> str:
    style = draft.environment.style
    name = f"{style.capitalize()} {place.title.lower()}" if style else place.title
    things = [describe(item) for item in draft.items if item.phrases][:_MAX_TITLE_ITEMS]
    if not things:
        return name[:120]
    listed = things[0] if len(things) == 1 else f"{', '.join(things[:-1])} and {things[-1]}"
    return f"{name} with {listed}"[:120]


def _make_misses(draft: SceneDraft) -> list[Miss]:
    return [
        Miss(
            asked=unmet.wanted.asked,
            count=unmet.wanted.count,
            suggestions=_unique(asset.asset_id for asset in unmet.suggestions)[:3],
            action="substituted" if unmet.is_substituted else "omitted",
        )
        for unmet in draft.things.unmet[:_MAX_LIST]
    ]


def _make_miss_issues(draft: SceneDraft) -> list[Issue]:
    issues = []
    for miss in draft.things.unmet:
        asked = miss.wanted.asked
        names = _unique(asset.noun for asset in miss.suggestions)[:3]
        if miss.is_substituted:
            message = f"The catalog has no {asked}: {names[0]} stands in for it."
        else:
            nearest = f"; nearest: {', '.join(names)}" if names else ""
            message = f"The catalog has no {asked}: it is left out{nearest}."
        hint = "Ask for something the catalog has."
        issues.append(Issue(code="MISS", severity="warning", message=message, hint=hint))
    return issues


def _unique(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))
