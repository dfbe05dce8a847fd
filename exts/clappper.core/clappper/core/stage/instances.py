"""Instances: each an Xform with words and a label, and inside it the asset its file holds.

Authors below ``Items``: translate and one rotation on the instance, corrections of the asset's own
units, axes and pivot on the prim inside, which refers to the file. Heavy assets are payloads, so
that a scene can be opened without them; every instance tells its size for that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pxr import Sdf, Vt

from clappper.core.stage.spec_writer import (
    Op,
    apply_schemas,
    author_attribute,
    author_ops,
    author_targets,
    define_prim,
)
from clappper.core.stage.xform import compute_corrective_ops, compute_pose_ops

if TYPE_CHECKING:
    from clappper.core.catalog.models import Asset, AssetMeasure
    from clappper.core.layout.models import Placement
    from clappper.core.stage.asset_source import AssetSource, Over
    from clappper.core.stage.xform import StageFrame

__all__ = ["InstanceWriter", "PlacedAsset", "compute_display_name"]

#: An asset is heavy from so many triangles or megabytes of file on.
_HEAVY_TRIANGLES, _HEAVY_MB = 100_000, 20.0
Types = Sdf.ValueTypeNames


@dataclass(frozen=True)
class PlacedAsset:
    """A catalog asset ready to be referenced: ``asset_path`` is authored as it stands here."""

    asset: Asset
    measure: AssetMeasure
    asset_path: str

    @property
    def is_heavy(self) -> bool:
        """Whether it is worth being left out when a scene is opened."""
        is_large = self.asset.file_size_mb >= _HEAVY_MB
        return is_large or self.measure.triangle_count >= _HEAVY_TRIANGLES


def compute_display_name(noun: str, name: str = "") -> str:
    """Return how an item, or an instance of it with a numbered name, is called in a list."""
    head = noun[:1].upper() + noun[1:]
    number = name[len(name.rstrip("0123456789")) :]
    return f"{head} {int(number)}" if number else head


class InstanceWriter:
    """Writes instances item by item; what is alike is copied from the first of its kind."""

    def __init__(self, layer: Sdf.Layer, items_path: Sdf.Path, frame: StageFrame) -> None:
        self._layer = layer
        self._items_path = items_path
        self._frame = frame
        self._first: dict[tuple[str, str], Sdf.Path] = {}
        define_prim(layer, items_path, kind="group")

    def add(
        self, placement: Placement, noun: str, placed: PlacedAsset, source: AssetSource
    ) -> None:
        """Author one instance, below a group for its item."""
        group_path = self._items_path.AppendChild(placement.item)
        if self._layer.GetPrimAtPath(group_path) is None:
            group = define_prim(self._layer, group_path, kind="group")
            group.SetInfo("displayName", compute_display_name(noun))
        path = group_path.AppendChild(placement.id)
        ops = compute_pose_ops(self._frame, placement.translation_m, placement.yaw_deg)
        first = self._first.setdefault((placement.item, placement.asset_id), path)
        if first == path:
            spec = define_prim(self._layer, path, kind="component")
            self._author_model(spec, placement, noun, placed.measure)
            author_ops(spec, ops)
            self._author_asset(path.AppendChild("asset"), placed, source)
        else:
            Sdf.CopySpec(self._layer, first, self._layer, path)
            spec = self._layer.GetPrimAtPath(path)
            for op in ops:
                at = path.AppendProperty(op.attribute_name)
                self._layer.GetAttributeAtPath(at).default = op.value
        spec.SetInfo("displayName", compute_display_name(noun, placement.id))

    def _author_model(
        self, spec: Sdf.PrimSpec, placement: Placement, noun: str, measure: AssetMeasure
    ) -> None:
        """Author words, label and size of an instance.

        The label's schema is applied by name, so that any USD version writes the same text.
        """
        words = {"assetId": placement.asset_id, "item": placement.item, "noun": noun}
        spec.customData = {"clappper": words}
        apply_schemas(spec, "SemanticsLabelsAPI:class", "GeomModelAPI")
        author_attribute(spec, "semantics:labels:class", Types.TokenArray, Vt.TokenArray([noun]))
        half_x, half_y = measure.size_m.x / 2, measure.size_m.y / 2
        hint = self._frame.to_extent((-half_x, -half_y, 0.0), (half_x, half_y, measure.size_m.z))
        author_attribute(spec, "extentsHint", Types.Float3Array, hint)

    def _author_asset(self, path: Sdf.Path, placed: PlacedAsset, source: AssetSource) -> None:
        spec = define_prim(self._layer, path, kind="subcomponent")
        ops = compute_corrective_ops(self._frame, placed.measure)
        if ops or source.own_ops is not None:
            author_ops(spec, ops, source.own_ops or ())
        if len(source.roots) > 1:
            parts = [define_prim(self._layer, path.AppendChild(r.name), "") for r in source.roots]
        else:
            parts = [spec]
        for part, root in zip(parts, source.roots or [Sdf.Path()], strict=True):
            if placed.is_heavy:
                part.payloadList.prependedItems = [Sdf.Payload(placed.asset_path, root)]
            else:
                part.referenceList.prependedItems = [Sdf.Reference(placed.asset_path, root)]
            part.instanceable = not source.overs
        for name, over in source.overs.items():
            _author_over(Sdf.CreatePrimInLayer(self._layer, path.AppendPath(name)), over, path)


def _author_over(spec: Sdf.PrimSpec, over: Over, asset_path: Sdf.Path) -> None:
    if not over.is_active:
        spec.active = False
    if over.is_split:
        spec.instanceable = False
    for name, targets in over.targets.items():
        author_targets(spec, name, [asset_path.AppendPath(target) for target in targets])
    if over.own_ops is not None:
        before = Op("transform:clappper", Types.Matrix4d, over.before)
        author_ops(spec, [before], over.own_ops)
