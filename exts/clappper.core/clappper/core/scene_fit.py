"""Fitting a solved scene to an open stage: where it stands, what of its room is built, its time.

Plain values; nothing is authored here.
"""

from __future__ import annotations

import math
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from clappper.core.errors import AssetUnresolvedError
from clappper.core.issue import Issue
from clappper.core.layout.box import Box
from clappper.core.layout.markings import compute_floor_lines
from clappper.core.layout.shot import compute_camera_path
from clappper.core.layout.space import compute_boxes
from clappper.core.sources import find_data

if TYPE_CHECKING:
    from pathlib import Path

    from clappper.core.casting import Cast
    from clappper.core.catalog.models import AssetResolver, Catalog
    from clappper.core.filming import Format
    from clappper.core.layout.models import Placements, Room
    from clappper.core.planning.models import ScenePlan
    from clappper.core.stage.builder import SceneParts
    from clappper.core.stage.clip import Clip
    from clappper.core.stage.ground import Spot
    from clappper.core.stage.survey import StageSurvey

__all__ = ["find_spot", "make_parts", "plan_metadata", "resolve_paths", "tell_spot"]

#: Existing things nearer than this to the new scene are looked at by the camera [m], at most so
#: many.
_NEAR_M, _MAX_OBSTACLES = 20.0, 300
#: Room kept between a scene and the end of its floor, for walls [m].
_EDGE_M = 0.3
#: Room kept above the tallest thing [m].
_HEADROOM_M = 0.1


def find_spot(placements: Placements, cast: Cast, survey: StageSurvey) -> Spot:
    """Return where a scene has room on the surveyed stage."""
    from clappper.core.stage.ground import choose_spot

    room = placements.room
    edge = room.wall_thickness_m + _EDGE_M
    height = _compute_height(placements, cast)
    return choose_spot(
        survey.ground,
        room.size_m.x / 2 + edge,
        room.size_m.y / 2 + edge,
        height_m=height,
        own_height_m=max(height, room.size_m.z + _EDGE_M),
    )


def resolve_paths(plan: ScenePlan, catalog: Catalog, resolver: AssetResolver) -> dict[str, Path]:
    """Return the files of the plan's assets by asset id; what has none is told by casting."""
    paths = {}
    for asset in catalog.get([i for item in plan.items for i in item.asset_ids]):
        with suppress(AssetUnresolvedError):
            paths[asset.asset_id] = resolver.resolve(asset)
    return paths


def make_parts(
    plan: ScenePlan,
    placements: Placements,
    cast: Cast,
    survey: StageSurvey,
    paths: dict[str, Path],
    *,
    spot: Spot,
    form: Format,
) -> SceneParts:
    """Return what is to be authored of a scene on the surveyed stage.

    Args:
        plan: The scene.
        placements: Its layout.
        cast: Its assets.
        survey: The stage: where it has a floor and lights, ours stay away.
        paths: Files of the assets by asset id.
        spot: Where its origin stands.
        form: Format of its film.
    """
    from clappper.core.stage.builder import PlacedAsset, SceneParts
    from clappper.core.stage.environment import list_textures

    has_wall_items = any(relation.verb == "in_wall" for relation in plan.relations)
    extent = "walls" if has_wall_items else "none"
    if spot.needs_floor:
        extent = "all" if survey.is_empty else "place"
    room = placements.room
    if extent in ("walls", "none"):
        walls = tuple(o.wall for o in room.openings if o.kind == "door") if has_wall_items else ()
        kept = tuple(o for o in room.openings if o.wall in walls)
        room = room.model_copy(
            update={"walls": tuple(dict.fromkeys(walls)), "openings": kept, "has_ceiling": False}
        )
        placements = placements.model_copy(update={"room": room})
    boxes = compute_boxes(placements, cast.compute_footprints())
    data = find_data()
    textures = {
        name: (data / "textures" / name).as_posix()
        for name in list_textures(room.kind)
        if (data / "textures" / name).is_file()
    }
    used = sorted({p.asset_id for p in placements.placements})
    return SceneParts(
        placements=placements,
        assets={
            i: PlacedAsset(
                cast.assets[i],
                cast.measures[i],
                paths[i].as_posix() if i in paths else cast.assets[i].source_url,
            )
            for i in used
        },
        camera_path=compute_camera_path(
            plan,
            room,
            boxes,
            aspect=form.width / form.height,
            obstacles=_list_obstacles(survey, spot, room),
        ),
        frames=form.frames,
        aspect=form.width / form.height,
        texture_paths=textures,
        floor_lines=compute_floor_lines(plan, boxes),
        extent=extent,  # type: ignore[arg-type]
        has_lights=not survey.has_lights,
    )


def _compute_height(placements: Placements, cast: Cast) -> float:
    """Return the height that has to be free above the floor of the stage [m].

    That is the height of things, and of walls where there are some because of a door.
    """
    from clappper.core.stage.ground import OVERHEAD_M

    room = placements.room
    tops = [
        placement.translation_m.z + cast.measures[placement.asset_id].size_m.z + _HEADROOM_M
        for placement in placements.placements
    ]
    has_walls = any(opening.kind == "door" for opening in room.openings)
    return max([OVERHEAD_M, *tops, room.size_m.z if has_walls else 0.0])


def _list_obstacles(survey: StageSurvey, spot: Spot, room: Room) -> list[Box]:
    """Return what stands near the new scene already, in its own frame."""
    rows = survey.ground.list_standing(math.inf)
    reach_x, reach_y = room.size_m.x / 2 + _NEAR_M, room.size_m.y / 2 + _NEAR_M
    boxes = []
    for x0, y0, z0, x1, y1, z1 in rows:
        x, y = (x0 + x1) / 2 - spot.x, (y0 + y1) / 2 - spot.y
        half_x, half_y = (x1 - x0) / 2, (y1 - y0) / 2
        if abs(x) - half_x < reach_x and abs(y) - half_y < reach_y:
            boxes.append(Box(x, y, half_x, half_y, 0.0, z0 - spot.z, z1 - spot.z))
    boxes.sort(key=lambda b: abs(b.x) - b.half_x + abs(b.y) - b.half_y)
    return boxes[:_MAX_OBSTACLES]


def tell_spot(spot: Spot, survey: StageSurvey) -> list[Issue]:
    """Return what the user should know of where a scene stands."""
    notes = []
    if spot.needs_floor and survey.ground.has_floor:
        notes.append(
            "The floor of the open stage has no free place of this size: the scene stands beside "
            "it on a floor of its own."
        )
    if not survey.is_complete:
        notes.append("The open stage is very large: part of it was not looked at.")
    return [Issue(code="ASSUMPTION", severity="info", message=note) for note in notes]


def plan_metadata(survey: StageSurvey, clip: Clip, *, is_first: bool) -> dict[str, Any]:
    """Return the metadata that the stage's root layer is to get, by field name.

    Args:
        survey: The stage.
        clip: Where the film's frames are in its time.
        is_first: Whether the scene is new there, and no change of one.
    """
    first, last = clip.compute_range(survey.time_range)
    metadata: dict[str, Any] = {}
    if survey.time_range is None:
        metadata["startTimeCode"] = first
    if survey.time_range is None or last > survey.time_range[1]:
        metadata["endTimeCode"] = last
    if not survey.keeps_time_codes:
        metadata["timeCodesPerSecond"] = metadata["framesPerSecond"] = survey.time_codes_per_second
    if survey.is_empty and is_first:
        metadata["defaultPrim"] = survey.scene_path.split("/")[1]
    return metadata
