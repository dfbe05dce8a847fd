"""Open stages as users have them, and private scenes to put on them, for tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pxr import Gf, Sdf, Usd, UsdGeom

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["LAYERS", "SCENE", "LayeredStage", "dump", "make_scene_layer", "run_to_end"]

SCENE = Sdf.Path("/World/Clappper/Scene_001")
#: Layers of a LayeredStage by name, strongest first.
LAYERS = ("session", "root", "upper", "lower")


class LayeredStage:
    """A stage with a session layer, a root layer and two sublayers, each of its own making.

    The layers are kept here, as an app does; ``stage`` may be let go.
    """

    def __init__(self, *, world_in: str | None = None, target: str = "root") -> None:
        """Make one; ``world_in`` names the layer that defines /World with content."""
        self.stage = Usd.Stage.CreateInMemory("open.usda")
        self.upper, self.lower = (
            Sdf.Layer.CreateAnonymous(f"{n}.usda") for n in ("upper", "lower")
        )
        self.root, self.session = self.stage.GetRootLayer(), self.stage.GetSessionLayer()
        self.root.subLayerPaths = [self.upper.identifier, self.lower.identifier]
        UsdGeom.SetStageUpAxis(self.stage, "Z")
        UsdGeom.SetStageMetersPerUnit(self.stage, 1.0)
        if world_in is not None:
            with Usd.EditContext(self.stage, self.get(world_in)):
                UsdGeom.Xform.Define(self.stage, "/World")
                UsdGeom.Cube.Define(self.stage, "/World/Crate").GetSizeAttr().Set(1.5)
                UsdGeom.Xform.Define(self.stage, "/Other")
        self.stage.SetEditTarget(self.get(target))

    def get(self, name: str) -> Sdf.Layer:
        """Return a layer by its name in LAYERS."""
        return {
            "session": self.session,
            "root": self.root,
            "upper": self.upper,
            "lower": self.lower,
        }[name]

    def dump(self) -> dict[str, str]:
        """Return the text of every layer."""
        return {name: self.get(name).ExportToString() for name in LAYERS}


def dump(layer: Sdf.Layer, path: Sdf.Path) -> str:
    """Return the text of one prim and all below it."""
    copy = Sdf.Layer.CreateAnonymous("copy.usda")
    assert Sdf.CopySpec(layer, path, copy, "/Copy")
    return copy.ExportToString()


def make_scene_layer(path: Sdf.Path = SCENE, *, time_codes_per_second: float = 24.0) -> Sdf.Layer:
    """Return a layer with a small scene of every kind of part, as the builder leaves one."""
    layer = Sdf.Layer.CreateAnonymous("scene.usda")
    layer.timeCodesPerSecond = time_codes_per_second
    stage = Usd.Stage.Open(layer)
    root = UsdGeom.Xform.Define(stage, path)
    Usd.ModelAPI(root).SetKind("group")
    root.AddTranslateOp().Set(Gf.Vec3d(1, 2, 0))
    for part in ("Environment", "Lights", "Items", "Looks"):
        Usd.ModelAPI(UsdGeom.Xform.Define(stage, path.AppendChild(part))).SetKind("group")
    UsdGeom.Cube.Define(stage, path.AppendPath("Environment/Floor"))
    UsdGeom.Scope.Define(stage, path.AppendPath("Looks/Grey"))
    UsdGeom.Xform.Define(stage, path.AppendPath("Lights/Key"))
    camera = UsdGeom.Camera.Define(stage, path.AppendPath("Cameras/Shot_01"))
    move = camera.AddTranslateOp()
    for time, x in ((1.0, 0.0), (25.0, 3.0)):
        move.Set(Gf.Vec3d(x, 0, 1.6), time)
    for item in ("rack", "forklift"):
        group = UsdGeom.Xform.Define(stage, path.AppendPath(f"Items/{item}"))
        Usd.ModelAPI(group).SetKind("group")
        for number in (1, 2):
            prim = UsdGeom.Xform.Define(stage, group.GetPath().AppendChild(f"{item}_{number:02d}"))
            Usd.ModelAPI(prim).SetKind("component")
            prim.GetPrim().SetCustomDataByKey("clappper:item", item)
            UsdGeom.Cube.Define(stage, prim.GetPath().AppendChild("asset"))
    return layer


def run_to_end(steps: Iterator[object], count: int | None = None) -> int:
    """Run a generator to its end, or ``count`` steps of it; return the number of steps made."""
    done = 0
    while count is None or done < count:
        try:
            next(steps)
        except StopIteration:
            break
        done += 1
    return done
