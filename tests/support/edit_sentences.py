"""Sentences that change a scene, and the edits they are read as, in short."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clappper.core.planning.follow_ups.reader import EditReader
from clappper.core.planning.rule_planner import RulePlanner
from clappper.core.units import Vec3
from support.fake_catalog import FakeCatalog

if TYPE_CHECKING:
    from clappper.core.planning.edits.models import PlanEdit

__all__ = ["OFFICE", "WAREHOUSE", "parse", "parse_all", "read", "tell"]

#: forklift 3, industrial_shelving 8, pallet 10, cardboard_box 6, person 2, roll_up_door 1;
#: the camera stands at eye level.
WAREHOUSE = (
    "A warehouse with 3 forklifts, 8 industrial shelving units, 10 pallets, 6 boxes, 2 workers "
    "and a warehouse door. Camera at eye level."
)
#: desk 5, chair 5, meeting_table 1, potted_plant 2, cabinet 1, monitor 5.
OFFICE = (
    "An office with 5 desks, 5 chairs, a meeting table, 2 plants, a cabinet and 5 monitors. "
    "Bright light."
)
ROOMS = {WAREHOUSE: Vec3(x=20.0, y=24.0, z=6.0), OFFICE: Vec3(x=12.0, y=10.0, z=3.0)}
#: Fields of an edit that the tables do not tell: they follow from the catalog and the words.
UNTOLD = ("asked", "asset_ids", "attributes")


def read(sentence: str, prompt: str, *before: str) -> tuple[PlanEdit, ...]:
    """Return the edits of a sentence about the scene of a prompt, said after others."""
    catalog = FakeCatalog()
    plan = RulePlanner(catalog).plan(prompt).plan
    size_m = ROOMS.get(prompt, ROOMS[WAREHOUSE])
    return EditReader(catalog).read(sentence, plan, room_size_m=size_m, before=before)


def tell(edit: PlanEdit) -> dict[str, str]:
    """Return what an edit says, as words."""
    fields = edit.model_dump(mode="json", exclude_none=True)
    fields |= fields.pop("room", {}) | fields.pop("camera", {})
    told = {k: v for k, v in fields.items() if k not in UNTOLD}
    return {k: f"{v:g}" if isinstance(v, float) else str(v) for k, v in told.items()}


def parse(line: str) -> dict[str, str]:
    """Return what a line of a table says of an edit; a plus stands for a space."""
    op, *fields = line.split()
    return {"op": op, **{k: v.replace("+", " ") for k, v in (f.split("=", 1) for f in fields)}}


def parse_all(lines: str) -> list[dict[str, str]]:
    """Return what lines of a table say, with semicolons between them."""
    return [parse(line) for line in lines.split("; ")]
