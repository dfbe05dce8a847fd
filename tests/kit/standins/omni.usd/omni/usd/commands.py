"""USD commands, registered when ``omni.usd`` starts. They select what they make by default."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import carb.settings
import omni.kit.commands
from pxr import Sdf, Usd, UsdGeom

from .functions import get_stage_next_free_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .context import UsdContext


def _find_context(name: str | None) -> UsdContext:
    import omni.usd

    return omni.usd.get_context(name or "")


def _add_default_xform(prim: Usd.Prim) -> None:
    xform = UsdGeom.Xformable(prim)
    if xform and not xform.GetOrderedXformOps():
        xform.AddTranslateOp(UsdGeom.XformOp.PrecisionDouble).Set((0, 0, 0))
        xform.AddRotateXYZOp(UsdGeom.XformOp.PrecisionDouble).Set((0, 0, 0))
        xform.AddScaleOp(UsdGeom.XformOp.PrecisionDouble).Set((1, 1, 1))


class SelectPrimsCommand(omni.kit.commands.Command):
    """Select prims."""

    def __init__(
        self,
        old_selected_paths: list[str],
        new_selected_paths: list[str],
        expand_in_stage: bool = True,
        source: Any = None,
    ) -> None:
        self._old = list(old_selected_paths)
        self._new = list(new_selected_paths)
        self._expand = expand_in_stage

    def do(self) -> None:
        """Select the new paths."""
        _find_context("").get_selection().set_selected_prim_paths(self._new, self._expand)

    def undo(self) -> None:
        """Select the old paths."""
        _find_context("").get_selection().set_selected_prim_paths(self._old, self._expand)


class CreatePrimWithDefaultXformCommand(omni.kit.commands.Command):
    """Define a prim at a free path and select it; the result is its path."""

    def __init__(
        self,
        prim_type: str,
        prim_path: str | None = None,
        select_new_prim: bool = True,
        attributes: dict[str, Any] | None = None,
        create_default_xform: bool = True,
        stage: Usd.Stage | None = None,
        context_name: str | None = None,
    ) -> None:
        self._prim_type = prim_type
        self._prim_path = prim_path
        self._select_new_prim = select_new_prim
        self._attributes = attributes or {}
        self._create_default_xform = create_default_xform
        self._context_name = context_name
        self._stage = stage
        self._made: tuple[str, str] | None = None
        self._old_selection: list[str] = []

    def _find_stage(self) -> Usd.Stage:
        return self._stage or _find_context(self._context_name).get_stage()

    def do(self) -> str:
        """Define it."""
        stage = self._find_stage()
        wanted = self._prim_path or f"/{self._prim_type or 'Prim'}"
        path = get_stage_next_free_path(stage, wanted, self._prim_path is None)
        prim = stage.DefinePrim(path, self._prim_type)
        self._made = (path, stage.GetEditTarget().GetLayer().identifier)
        for name, value in self._attributes.items():
            prim.GetAttribute(name).Set(value)
        if self._create_default_xform:
            _add_default_xform(prim)
        selection = _find_context(self._context_name).get_selection()
        self._old_selection = selection.get_selected_prim_paths()
        if self._select_new_prim:
            selection.set_selected_prim_paths([path], True)
        return path

    def undo(self) -> None:
        """Remove it."""
        if self._made is None:
            return
        path, layer = self._made
        stage = self._find_stage()
        with Usd.EditContext(stage, Sdf.Layer.Find(layer)):
            stage.RemovePrim(path)
        if self._select_new_prim:
            selection = _find_context(self._context_name).get_selection()
            selection.set_selected_prim_paths(self._old_selection, True)


class CreatePrimCommand(CreatePrimWithDefaultXformCommand):
    """The same by its other name."""


class CreateReferenceCommand(omni.kit.commands.Command):
    """Define a prim with a reference; it is selected and instanceable unless told otherwise."""

    def __init__(
        self,
        usd_context: UsdContext,
        path_to: Sdf.Path,
        asset_path: str | None = None,
        prim_path: Sdf.Path | None = None,
        instanceable: bool = True,
        select_prim: bool = True,
    ) -> None:
        self._usd_context = usd_context
        self._path_to = Sdf.Path(path_to)
        self._asset_path = asset_path
        self._prim_path = prim_path
        self._instanceable = instanceable
        self._select_prim = select_prim
        self._made: str | None = None
        self._old_selection: list[str] = []

    def do(self) -> Usd.Prim:
        """Define it."""
        stage = self._usd_context.get_stage()
        self._made = get_stage_next_free_path(stage, self._path_to, False)
        prim = stage.DefinePrim(self._made)
        references = prim.GetReferences()
        if self._asset_path and self._prim_path:
            references.AddReference(self._asset_path, self._prim_path)
        elif self._asset_path:
            references.AddReference(self._asset_path)
        else:
            references.AddInternalReference(self._prim_path)
        setting = "/persistent/app/stage/instanceableOnCreatingReference"
        if self._instanceable and carb.settings.get_settings().get(setting) is not False:
            prim.SetInstanceable(True)
        selection = self._usd_context.get_selection()
        self._old_selection = selection.get_selected_prim_paths()
        if self._select_prim:
            selection.set_selected_prim_paths([self._made], True)
        return prim

    def undo(self) -> None:
        """Remove it."""
        if self._made is None:
            return
        self._usd_context.get_stage().RemovePrim(self._made)
        if self._select_prim:
            self._usd_context.get_selection().set_selected_prim_paths(self._old_selection, True)


class DeletePrimsCommand(omni.kit.commands.Command):
    """Delete prims: destructively from all local layers, else from the edit target only."""

    def __init__(
        self,
        paths: Sequence[str | Sdf.Path],
        destructive: bool = True,
        stage: Usd.Stage | None = None,
        context_name: str | None = None,
    ) -> None:
        self._paths = [Sdf.Path(path) for path in paths]
        self._destructive = destructive
        self._stage = stage
        self._context_name = context_name
        self._backups: list[tuple[Sdf.Layer, Sdf.Path, Sdf.Layer | None]] = []

    def do(self) -> None:
        """Delete them."""
        stage = self._stage or _find_context(self._context_name).get_stage()
        target = stage.GetEditTarget().GetLayer()
        layers = stage.GetLayerStack() if self._destructive else [target]
        self._backups = []
        for path in Sdf.Path.RemoveDescendentPaths(self._paths):
            for layer in layers:
                if layer.GetPrimAtPath(path):
                    self._backups.append((layer, path, _copy_prim(layer, path)))
                    _remove_prim(layer, path)
            prim = stage.GetPrimAtPath(path)
            if prim and not self._destructive:
                if not any(layer == target for layer, known, _ in self._backups if known == path):
                    self._backups.append((target, path, None))
                prim.SetActive(False)

    def undo(self) -> None:
        """Put the specs back where they were."""
        for layer, path, backup in reversed(self._backups):
            _remove_prim(layer, path)
            if backup is not None:
                Sdf.CreatePrimInLayer(layer, path)
                Sdf.CopySpec(backup, path, layer, path)
        self._backups = []


def _copy_prim(layer: Sdf.Layer, path: Sdf.Path) -> Sdf.Layer:
    backup = Sdf.Layer.CreateAnonymous()
    Sdf.CreatePrimInLayer(backup, path)
    Sdf.CopySpec(layer, path, backup, path)
    return backup


def _remove_prim(layer: Sdf.Layer, path: Sdf.Path) -> None:
    spec = layer.GetPrimAtPath(path)
    if spec is not None:
        parent = spec.nameParent or layer.pseudoRoot
        del parent.nameChildren[path.name]
