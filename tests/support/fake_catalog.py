"""A small catalog in memory that obeys the Catalog protocol: the nouns of the demo pack, no "
"files, no database."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from clappper.core.catalog.models import (
    Asset,
    Availability,
    AvailabilityEntry,
    Hit,
    SearchFilters,
    SearchResult,
    Wanted,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["FakeCatalog", "make_asset"]

#: Name, noun, category, attributes of each asset.
ASSETS: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("Forklift_A01", "forklift", "vehicle", ("yellow",)),
    ("Forklift_B01", "forklift", "vehicle", ("orange",)),
    ("PalletRack_A01_Empty", "pallet rack", "rack", ("empty", "blue")),
    ("PalletRack_A02_Loaded", "pallet rack", "rack", ("loaded", "blue")),
    ("IndustrialShelving_B01", "industrial shelving", "shelving", ("industrial", "metal")),
    (
        "IndustrialShelving_B02_Stocked",
        "industrial shelving",
        "shelving",
        ("industrial", "stocked"),
    ),
    ("WoodPallet_A01", "pallet", "pallet", ("wooden",)),
    ("CubeBox_A01_40cm", "cardboard box", "box", ("cardboard",)),
    ("CardboardBox_B02_60x40x40cm", "cardboard box", "box", ("cardboard",)),
    ("SteelDrum_A01", "drum", "drum", ("steel", "blue")),
    ("TrafficCone_A01", "traffic cone", "cone", ("orange",)),
    ("RollUpDoor_A01", "roll-up door", "door", ()),
    ("DockLeveller_A01", "dock leveller", "leveller", ()),
    ("SteelBollard_A01", "bollard", "bollard", ("steel", "yellow")),
    ("Desk_Modern_A01", "desk", "desk", ("modern",)),
    ("Desk_Oak_B01", "desk", "desk", ("oak", "wooden")),
    ("OfficeChair_A01", "office chair", "chair", ("black",)),
    ("VisitorChair_B01", "chair", "chair", ()),
    ("MeetingTable_A01", "meeting table", "table", ()),
    ("Monitor_27in_A01", "monitor", "monitor", ()),
    ("PottedPlant_A01", "potted plant", "plant", ()),
    ("StorageCabinet_A01", "cabinet", "cabinet", ()),
    ("Whiteboard_Mobile_A01", "whiteboard", "whiteboard", ("mobile",)),
    ("Worker_A01_Male", "person", "person", ("male",)),
    ("Supervisor_A02_Female", "person", "person", ("female",)),
    ("Visitor_A03_Male", "person", "person", ("male",)),
)
ALIASES = {
    alias: noun
    for noun, aliases in {
        "forklift": "lift truck, fork truck, fork lift",
        "pallet rack": "rack, racking",
        "industrial shelving": "shelving, shelf, shelving unit",
        "cardboard box": "box, carton",
        "traffic cone": "cone, pylon",
        "roll-up door": "door, warehouse door, dock door, roller door, overhead door",
        "dock leveller": "leveller",
        "chair": "visitor chair",
        "meeting table": "table, conference table",
        "monitor": "screen",
        "potted plant": "plant",
        "cabinet": "storage cabinet",
        "person": "character, worker, human, man, woman, people",
        "pallet": "skid, wood pallet",
        "drum": "barrel, steel drum",
    }.items()
    for alias in aliases.split(", ")
}
NEAREST = {"unicorn": ("person",), "sofa": ("chair", "office chair"), "lamp": ("monitor",)}


def make_asset(name: str, noun: str, category: str, attributes: tuple[str, ...] = ()) -> Asset:
    """Return an asset whose id comes from its name, as in a master index."""
    return Asset(
        asset_id=hashlib.md5(name.encode(), usedforsecurity=False).hexdigest()[:12],
        name=name,
        noun=noun,
        category=category,
        pack="Demo",
        asset_path=f"Demo/{name}.usdc",
        source_url=f"s3://clappper-demo/packs/Demo/{name}.usdc",
        tags=(category,),
        attributes=attributes,
        file_size_mb=0.1,
    )


class FakeCatalog:
    """Knows nouns and aliases exactly; attributes narrow only when something remains."""

    def __init__(self) -> None:
        self._assets = [make_asset(*row) for row in ASSETS]
        self.questions: list[Wanted] = []

    @property
    def revision(self) -> str:
        """A constant: the assets never change."""
        return "0" * 64

    @property
    def asset_ids(self) -> set[str]:
        """All ids there are."""
        return {asset.asset_id for asset in self._assets}

    def search(
        self, query: str, *, limit: int = 10, filters: SearchFilters | None = None
    ) -> SearchResult:
        """Return the assets of the noun that is the query; of the filters the category counts."""
        category = filters.category if filters else None
        assets = [asset for asset in self._find(query) if category in (None, asset.category)]
        hits = tuple(Hit(asset=asset, score=1.0) for asset in assets[:limit])
        return SearchResult(
            query=query, hits=hits, suggestions=() if hits else self._suggest(query)
        )

    def get(self, asset_ids: Sequence[str]) -> list[Asset]:
        """Return the assets with these ids, in order."""
        by_id = {asset.asset_id: asset for asset in self._assets}
        return [by_id[asset_id] for asset_id in asset_ids if asset_id in by_id]

    def availability(self, wanted: Sequence[Wanted]) -> Availability:
        """Return what exists for each wanted noun."""
        self.questions.extend(wanted)
        entries = tuple(self._answer(one) for one in wanted)
        found = ", ".join(f"{len(entry.assets)} {entry.noun}" for entry in entries if entry.assets)
        missing = ", ".join(entry.wanted.noun for entry in entries if not entry.assets)
        return Availability(
            entries=entries, sentence=f"Found {found}. Not in the catalog: {missing}."
        )

    def _answer(self, wanted: Wanted) -> AvailabilityEntry:
        assets = self._find(wanted.noun)
        fitting = [asset for asset in assets if set(wanted.attributes) & set(asset.attributes)]
        assets = fitting or assets
        noun = None
        if assets:
            noun = "chair" if wanted.noun == "chair" else assets[0].noun
        return AvailabilityEntry(
            wanted=wanted,
            noun=noun,
            assets=tuple(assets),
            suggestions=() if assets else self._suggest(wanted.noun),
        )

    def _find(self, noun: str) -> list[Asset]:
        name = ALIASES.get(noun.lower(), noun.lower())
        if name == "chair" and noun.lower() == "chair":
            return [asset for asset in self._assets if asset.category == "chair"]
        return [asset for asset in self._assets if asset.noun == name]

    def _suggest(self, noun: str) -> tuple[Asset, ...]:
        nearest = NEAREST.get(noun.rsplit(" ", 1)[-1], ("drum",))
        return tuple(asset for asset in self._assets if asset.noun in nearest)[:3]
