"""The three people of the demo pack."""

from __future__ import annotations

from tools.demo_pack.model import AssetSpec
from tools.demo_pack.people_supervisor import build_supervisor
from tools.demo_pack.people_visitor import build_visitor
from tools.demo_pack.people_worker import build_worker

__all__ = ["ASSETS"]

_FOLDER = "Characters_Demo/Characters"

ASSETS: tuple[AssetSpec, ...] = (
    AssetSpec("Worker_A01_Male", f"{_FOLDER}/Worker", build_worker),
    AssetSpec("Supervisor_A02_Female", f"{_FOLDER}/Office", build_supervisor, "Y", 0.01),
    AssetSpec("Visitor_A03_Male", f"{_FOLDER}/Casual", build_visitor, pivot=(0.0, 0.0, 0.93)),
)
