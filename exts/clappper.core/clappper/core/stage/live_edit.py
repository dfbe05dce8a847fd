"""One scene on the user's open stage: put there unit by unit, taken away and put back as one edit.

The scene is copied from a private layer in which it was authored and certified at the same prim
path, so that what stands on the live stage is what was measured. Only ``Sdf`` is used. The edit
target's layer gets the scene and those of its ancestors that it lacks, the root layer a few
metadata such as a longer time range; everything else stays as it is. In place of an older state of
the scene only what differs is written, and what others put into it stays. Layers are kept by
identifier, so that an edit on the undo stack keeps no stage open. Main thread only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pxr import Sdf

from clappper.core.errors import PrimPathConflictError, StageError
from clappper.core.stage.carried import list_carried_prims
from clappper.core.stage.scene_parts import is_container, list_containers, list_units

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from pxr import Usd

__all__ = ["LiveEdit", "find_edit_problem"]


@dataclass(frozen=True)
class _Written:
    """A metadatum of the root layer as it was and as this edit left it."""

    field: str
    old: Any
    new: Any


class LiveEdit:
    """Puts a certified scene on a live stage; can be undone and redone any number of times."""

    def __init__(
        self,
        stage: Usd.Stage,
        scene_layer: Sdf.Layer,
        scene_path: Sdf.Path,
        *,
        root_metadata: Mapping[str, Any] | None = None,
        replaced: Collection[str] | None = None,
    ) -> None:
        """Remember where to author; nothing is written yet.

        Args:
            stage: The live stage; its edit target's layer gets the scene.
            scene_layer: Layer that holds the scene at ``scene_path``.
            scene_path: Absolute path of the scene's root prim.
            root_metadata: Layer metadata to set on the stage's root layer, by field name; left out
                where that layer is locked.
            replaced: Absolute paths of the instances of an older state of the scene that gives way,
                or null where there is none.

        Raises:
            StageError: The edit target cannot be authored in.
        """
        problem = find_edit_problem(stage)
        if problem:
            raise StageError(problem)
        layer = stage.GetEditTarget().GetLayer()
        self._layer_id = layer.identifier
        self._root_id = stage.GetRootLayer().identifier
        self._scene_path = scene_path
        self._replaces = replaced is not None
        self._replaced = [Sdf.Path(path) for path in replaced or ()]
        self._is_taken = not self._replaces and bool(stage.GetPrimAtPath(scene_path))
        above = [stage.GetPrimAtPath(path) for path in scene_path.GetParentPath().GetPrefixes()]
        self._defined = frozenset(prim.GetPath() for prim in above if prim and prim.IsDefined())
        self._root_metadata = dict(root_metadata or {})
        to_stage = _compute_time_map(stage, layer, self._root_metadata)
        self._snapshot: Sdf.Layer | None = _map_time(scene_layer, to_stage.GetInverse())
        #: What the scene was before, where it replaces one.
        self._previous: Sdf.Layer | None = None
        self._ancestors: list[Sdf.Path] = []
        self._raised: list[Sdf.Path] = []
        self._written: list[_Written] = []

    @property
    def scene_path(self) -> Sdf.Path:
        """Root prim of the scene."""
        return self._scene_path

    def iterate_author(self) -> Iterator[tuple[int, int]]:
        """Author the scene, one small unit at each step, and yield (done, total).

        Between two steps the stage is whole; ``undo`` takes away whatever is there by then.

        Raises:
            PrimPathConflictError: Something stands at the scene's path already.
            StageError: The layer is gone or locked.
        """
        layer, snapshot = self._find_layer(), self._require_snapshot()
        self._check_place(layer)
        units = list_units(snapshot, self._scene_path)
        containers = list_containers(snapshot, self._scene_path)
        if self._replaces:
            previous = Sdf.Layer.CreateAnonymous("clappper.usda")
            for _ in self._iterate_copy(layer, previous, self._scene_path):
                yield 0, len(units)
            self._previous = previous
        with Sdf.ChangeBlock():
            self._author_ancestors(layer)
            if self._replaces:
                self._clear(layer, kept={*units, *containers})
            for path in containers:
                _copy_fields(snapshot.GetPrimAtPath(path), Sdf.CreatePrimInLayer(layer, path))
        yield 0, len(units)
        for done, path in enumerate(units, start=1):
            if not _is_same(snapshot, layer, path):
                _copy_prim(snapshot, layer, path)
            yield done, len(units)
        self._snapshot = None

    def undo(self) -> None:
        """Take away what was authored, and only that; layers are then as text what they were.

        What gave way comes back as it was.

        Raises:
            StageError: The layer is gone or locked.
        """
        layer = self._find_layer()
        with Sdf.ChangeBlock():
            if layer.GetPrimAtPath(self._scene_path):
                if self._previous is not None or not self._replaces:
                    self._snapshot = _take_copy(layer, self._scene_path)
                if self._previous is not None:
                    _copy_prim(self._previous, layer, self._scene_path)
                elif not self._replaces:
                    _remove_prim(layer, self._scene_path)
            for path in reversed(self._ancestors):
                spec = layer.GetPrimAtPath(path)
                # What somebody else put below or into it meanwhile is theirs to keep.
                if spec is not None and not spec.nameChildren and not spec.properties:
                    _remove_prim(layer, path)
            for path in self._raised:
                spec = layer.GetPrimAtPath(path)
                if spec is not None and spec.specifier == Sdf.SpecifierDef:
                    spec.specifier = Sdf.SpecifierOver
            self._ancestors.clear()
            self._raised.clear()
            self._restore_metadata()

    def redo(self) -> None:
        """Put the scene back at once.

        Raises:
            StageError: The layer is gone or locked, or something else stands at the scene's path.
        """
        layer, snapshot = self._find_layer(), self._require_snapshot()
        self._check_place(layer)
        with Sdf.ChangeBlock():
            self._author_ancestors(layer)
            _copy_prim(snapshot, layer, self._scene_path)
        self._snapshot = None

    def _iterate_copy(self, source: Sdf.Layer, target: Sdf.Layer, path: Sdf.Path) -> Iterator[None]:
        """Copy a prim that holds others unit by unit, everything in its order."""
        spec = source.GetPrimAtPath(path)
        _copy_fields(spec, Sdf.CreatePrimInLayer(target, path))
        for child in spec.nameChildren:
            if is_container(child.path, self._scene_path):
                yield from self._iterate_copy(source, target, child.path)
            else:
                _copy_prim(source, target, child.path)
                yield

    def _clear(self, layer: Sdf.Layer, *, kept: set[Sdf.Path]) -> None:
        """Remove the scene's own prims except some; a group with others' things in it stays."""
        own = [*list_carried_prims(layer, self._scene_path), *self._replaced]
        for path in reversed(own):
            spec = layer.GetPrimAtPath(path)
            if spec is None or path in kept:
                continue
            if not (is_container(path, self._scene_path) and spec.nameChildren):
                _remove_prim(layer, path)

    def _check_place(self, layer: Sdf.Layer) -> None:
        """Refuse a place that is taken, or where nothing is to give way."""
        is_there = bool(layer.GetPrimAtPath(self._scene_path))
        if self._replaces and not is_there:
            raise StageError(
                f"{self._scene_path} is not in the layer {layer.GetDisplayName()}: make the layer "
                "it was built in the edit target, or press New scene."
            )
        if self._is_taken or (is_there and not self._replaces):
            raise PrimPathConflictError(f"{self._scene_path} exists already: send again.")

    def _find_layer(self) -> Sdf.Layer:
        layer = Sdf.Layer.Find(self._layer_id)
        if layer is None:
            raise StageError("The layer the scene was built in is closed: nothing can be changed.")
        if not layer.permissionToEdit:
            raise StageError(f"The layer {layer.GetDisplayName()} is locked: unlock it first.")
        return layer

    def _require_snapshot(self) -> Sdf.Layer:
        if self._snapshot is None:
            raise StageError("The scene is on the stage already: undo it first.")
        return self._snapshot

    def _author_ancestors(self, layer: Sdf.Layer) -> None:
        """Create the prims above the scene that this layer lacks, and set the root's metadata.

        An ``over`` where another layer defines the prim, else a ``def``.
        """
        for path in self._scene_path.GetParentPath().GetPrefixes():
            spec = layer.GetPrimAtPath(path)
            if spec is not None:
                if path not in self._defined and spec.specifier == Sdf.SpecifierOver:
                    spec.specifier = Sdf.SpecifierDef
                    self._raised.append(path)
                continue
            spec = Sdf.CreatePrimInLayer(layer, path)
            if path not in self._defined:
                spec.specifier = Sdf.SpecifierDef
                spec.typeName = "Xform"
                spec.SetInfo("kind", "assembly" if path.IsRootPrimPath() else "group")
            self._ancestors.append(path)
        root = Sdf.Layer.Find(self._root_id)
        if root is None or not root.permissionToEdit:
            return
        for field, value in self._root_metadata.items():
            old = root.pseudoRoot.GetInfo(field) if root.pseudoRoot.HasInfo(field) else None
            root.pseudoRoot.SetInfo(field, value)
            self._written.append(_Written(field, old, value))

    def _restore_metadata(self) -> None:
        root = Sdf.Layer.Find(self._root_id)
        written, self._written = self._written, []
        if root is None or not root.permissionToEdit:
            return
        for entry in reversed(written):
            if root.pseudoRoot.GetInfo(entry.field) != entry.new:
                continue  # the user changed it since: theirs counts
            if entry.old is None:
                root.pseudoRoot.ClearInfo(entry.field)
            else:
                root.pseudoRoot.SetInfo(entry.field, entry.old)


def find_edit_problem(stage: Usd.Stage) -> str:
    """Return why nothing can be authored at the stage's edit target, as a sentence, or nothing."""
    target = stage.GetEditTarget()
    layer = target.GetLayer()
    if not target.IsValid() or layer is None:
        return "The stage has no edit target: choose a layer in the Layer window and send again."
    probe = Sdf.Path("/World/Clappper")
    if target.MapToSpecPath(probe) != probe:
        return (
            "The edit target is inside a variant or a reference: choose a layer in the Layer "
            "window and send again."
        )
    if stage.IsLayerMuted(layer.identifier):
        return f"The layer {layer.GetDisplayName()} is muted: unmute it, or edit another layer."
    if not layer.permissionToEdit:
        return f"The layer {layer.GetDisplayName()} is locked: unlock it, or edit another layer."
    return ""


def _compute_time_map(
    stage: Usd.Stage, layer: Sdf.Layer, root_metadata: Mapping[str, Any]
) -> Sdf.LayerOffset:
    """Return how time in a layer becomes the stage's time: by its offset and how it counts time."""
    if layer == stage.GetRootLayer():
        return Sdf.LayerOffset()
    offset = stage.GetEditTargetForLocalLayer(layer).GetMapFunction().timeOffset
    current = stage.GetTimeCodesPerSecond()
    factor = root_metadata.get("timeCodesPerSecond", current) / current
    return Sdf.LayerOffset(offset.offset, offset.scale * factor)


def _map_time(layer: Sdf.Layer, offset: Sdf.LayerOffset) -> Sdf.Layer:
    """Return a layer with its time samples moved; the same one where there is nothing to move."""
    if offset.IsIdentity():
        return layer
    mapped = Sdf.Layer.CreateAnonymous("clappper.usda")
    mapped.TransferContent(layer)
    paths: list[Sdf.Path] = []
    mapped.Traverse(Sdf.Path.absoluteRootPath, paths.append)
    for path in paths:
        samples = {
            time: mapped.QueryTimeSample(path, time) for time in mapped.ListTimeSamplesForPath(path)
        }
        for time in samples:
            mapped.EraseTimeSample(path, time)
        for time, value in samples.items():
            mapped.SetTimeSample(path, offset * time, value)
    return mapped


def _take_copy(layer: Sdf.Layer, path: Sdf.Path) -> Sdf.Layer:
    """Return a layer of its own with one prim and all below it."""
    copy = Sdf.Layer.CreateAnonymous("clappper.usda")
    _copy_prim(layer, copy, path)
    return copy


def _is_same(source: Sdf.Layer, target: Sdf.Layer, path: Sdf.Path) -> bool:
    there = target.GetPrimAtPath(path)
    return bool(there) and there.GetAsText() == source.GetPrimAtPath(path).GetAsText()


def _copy_fields(source: Sdf.PrimSpec, target: Sdf.PrimSpec) -> None:
    """Let a prim spec say of itself what another says, properties included; children stay."""
    for key in set(target.ListInfoKeys()).difference(source.ListInfoKeys()):
        target.ClearInfo(key)
    for prop in list(target.properties):
        if prop.name not in source.properties:
            target.RemoveProperty(prop)
    for key in source.ListInfoKeys():
        target.SetInfo(key, source.GetInfo(key))
    for prop in source.properties:
        Sdf.CopySpec(source.layer, prop.path, target.layer, prop.path)


def _copy_prim(source: Sdf.Layer, target: Sdf.Layer, path: Sdf.Path) -> None:
    if not target.permissionToEdit:
        raise StageError(f"The layer {target.GetDisplayName()} was locked meanwhile: unlock it.")
    # What is copied over something keeps the order of that one's children.
    for child in list(Sdf.CreatePrimInLayer(target, path).nameChildren):
        _remove_prim(target, child.path)
    if not Sdf.CopySpec(source, path, target, path):
        raise StageError(f"{path} could not be authored in {target.GetDisplayName()}.")


def _remove_prim(layer: Sdf.Layer, path: Sdf.Path) -> None:
    spec = layer.GetPrimAtPath(path)
    parent = layer.GetPrimAtPath(path.GetParentPath()) or layer.pseudoRoot
    del parent.nameChildren[spec.name]
