"""Pages of docs/requirements read as data, and the stages their snippets describe.

A page holds JSON blocks: one ``plan``, and ``holds`` and ``fails`` blocks with explicit placements
of the same items in the same room.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clappper.core.casting import Cast, cast_assets
from clappper.core.catalog.demo import demo_root, open_demo_catalog
from clappper.core.catalog.resolve import RootResolver
from clappper.core.layout.models import Placement, Placements
from clappper.core.layout.shot import compute_camera_path
from clappper.core.layout.solver import solve_layout
from clappper.core.layout.space import compute_boxes
from clappper.core.stage.builder import PlacedAsset, SceneParts, build_scene
from clappper.core.stage.certificate import compute_certificate
from clappper.core.stage.target import create_stage_target
from clappper.core.units import Vec3, wrap_deg
from support.plans import make_item, make_plan, make_relation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clappper.core.planning.models import ScenePlan
    from clappper.core.stage.models import Certificate

__all__ = ["PAGES", "Page", "certify", "load_page", "place", "solve"]

PAGES = Path(__file__).resolve().parents[2] / "docs" / "requirements"
_BLOCK = re.compile(r"^```json (\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Page:
    """One verb's page."""

    text: str
    plan: ScenePlan
    #: Kind (holds or fails) and poses of each explicit stage.
    stages: tuple[tuple[str, list[dict[str, Any]]], ...]


@cache
def _open_demo() -> tuple[Any, RootResolver]:
    return open_demo_catalog(), RootResolver([demo_root()])


@cache
def _list_ids(noun: str) -> list[str]:
    assets = _open_demo()[0].list_assets()
    return sorted(asset.asset_id for asset in assets if asset.noun == noun)


@cache
def load_page(verb: str) -> Page:
    """Read a verb's page; the plan is completed with defaults."""
    text = (PAGES / f"{verb}.md").read_text(encoding="utf-8")
    blocks = [(kind, json.loads(body)) for kind, body in _BLOCK.findall(text)]
    (plan,) = [body for kind, body in blocks if kind == "plan"]
    stages = tuple(block for block in blocks if block[0] != "plan")
    return Page(text, _complete_plan(plan), stages)


def _complete_plan(given: dict[str, Any]) -> ScenePlan:
    """Return a ScenePlan with everything that a snippet leaves out."""
    environment = given["environment"]
    items = [
        {**make_item(item["noun"]), "asset_ids": _list_ids(item["noun"])[:1], **item}
        for item in given["items"]
    ]
    relations = [{**make_relation("near", "", None), **relation} for relation in given["relations"]]
    size = environment.get("size_m")
    return make_plan(
        environment["kind"],
        items,
        relations,
        size_m=None if size is None else tuple(size[axis] for axis in "xyz"),
        camera={"shot": "wide"},
    )


@cache
def _cast(asset_ids: tuple[str, ...]) -> Cast:
    catalog, resolver = _open_demo()
    plan = make_plan(items=[make_item("any", id="any", asset_ids=list(asset_ids))])
    return cast_assets(plan, catalog, resolver)


def _cast_plan(plan: ScenePlan) -> Cast:
    """Return the measured assets of a plan."""
    return _cast(tuple(i for item in plan.items for i in item.asset_ids))


def solve(plan: ScenePlan, seed: int = 0) -> Placements:
    """Solve a plan with the demo pack."""
    return solve_layout(plan, _cast_plan(plan).compute_footprints(), seed=seed)


def place(plan: ScenePlan, poses: Sequence[dict[str, Any]]) -> Placements:
    """Return explicit placements in the room the solver makes for the plan."""
    assets = {item.id: item.asset_ids[0] for item in plan.items}
    placements = []
    for pose in poses:
        item = pose["id"].rpartition("_")[0]
        at = Vec3(x=pose["x"], y=pose["y"], z=pose.get("z", 0.0))
        placements.append(
            Placement(
                id=pose["id"],
                item=item,
                asset_id=assets[item],
                translation_m=at,
                yaw_deg=wrap_deg(pose.get("yaw", 0.0)),
                support="floor",
            )
        )
    return solve(plan).model_copy(update={"placements": tuple(placements), "violations": ()})


def certify(plan: ScenePlan, placements: Placements) -> Certificate:
    """Author a layout on a stage in memory and measure it."""
    resolver = _open_demo()[1]
    cast = _cast_plan(plan)
    target = create_stage_target(None, fps=24, frames=2)
    parts = SceneParts(
        placements=placements,
        assets={
            i: PlacedAsset(a, cast.measures[i], resolver.resolve(a).as_posix())
            for i, a in cast.assets.items()
        },
        camera_path=compute_camera_path(
            plan,
            placements.room,
            compute_boxes(placements, cast.compute_footprints()),
            aspect=16 / 9,
        ),
        frames=2,
        aspect=16 / 9,
        texture_paths={},
    )
    build_scene(target, plan, parts)
    return compute_certificate(target.stage, plan=plan, validate=False)
