"""The furniture of the demo pack."""

from __future__ import annotations

from tools.demo_pack.furniture_board import build_whiteboard
from tools.demo_pack.furniture_desk import build_meeting_table, build_modern_desk, build_oak_desk
from tools.demo_pack.furniture_monitor import build_monitor
from tools.demo_pack.furniture_plant import build_plant
from tools.demo_pack.furniture_seat import build_office_chair, build_sofa, build_visitor_chair
from tools.demo_pack.furniture_storage import build_bin, build_cabinet, build_pedestal
from tools.demo_pack.model import AssetSpec

__all__ = ["ASSETS"]

_OFFICE = "Furniture_Demo/Office"
_LOUNGE = "Furniture_Demo/Lounge"

#: A third is Y up in centimetres and two have pivots that are not under their middle, as in real
#: libraries.
ASSETS: tuple[AssetSpec, ...] = (
    AssetSpec("Desk_Modern_A01", f"{_OFFICE}/Desks", build_modern_desk),
    AssetSpec("Desk_Oak_B01", f"{_OFFICE}/Desks", build_oak_desk, pivot=(-0.8, -0.4, 0.0)),
    AssetSpec("MeetingTable_A01", f"{_OFFICE}/Tables", build_meeting_table, "Y", 0.01),
    AssetSpec("OfficeChair_A01", f"{_OFFICE}/Chairs", build_office_chair, "Y", 0.01),
    AssetSpec("VisitorChair_B01", f"{_OFFICE}/Chairs", build_visitor_chair),
    AssetSpec("Monitor_27in_A01", f"{_OFFICE}/Electronics", build_monitor, pivot=(0.0, 0.0, 0.345)),
    AssetSpec("StorageCabinet_A01", f"{_OFFICE}/Storage", build_cabinet, "Y", 0.01),
    AssetSpec("FilingPedestal_A01", f"{_OFFICE}/Storage", build_pedestal),
    AssetSpec("Whiteboard_Mobile_A01", f"{_OFFICE}/Boards", build_whiteboard),
    AssetSpec("WasteBin_A01", f"{_OFFICE}/Accessories", build_bin, "Y", 0.01),
    AssetSpec("PottedPlant_A01", f"{_LOUNGE}/Plants", build_plant),
    AssetSpec("Sofa_TwoSeat_A01", f"{_LOUNGE}/Seating", build_sofa),
)
