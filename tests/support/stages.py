"""Small stages in the authored tree, built with plain pxr: boxes of known size at known places.

Places are in the layout frame (Z up, metres) and written in the frame the stage has, so that one
test can run on all frames.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pxr import Gf, Sdf, Usd, UsdGeom

from clappper.core.planning.models import Item, Relation, ScenePlan

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    Triple = tuple[float, float, float]
    Box = tuple[Triple, Triple]

__all__ = [
    "TABLE",
    "SceneStage",
    "author_boxes",
    "make_item",
    "make_plan",
    "make_relation",
    "write_asset",
]

_FACES = ((0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3))
#: A table 1.6 x 0.8 x 0.74 m as boxes (size, centre of the underside): a top of 4 cm on four legs.
TABLE: tuple[Box, ...] = (
    ((1.6, 0.8, 0.04), (0.0, 0.0, 0.7)),
    *(((0.06, 0.06, 0.7), (x, y, 0.0)) for x in (-0.75, 0.75) for y in (-0.35, 0.35)),
)


class SceneStage:
    """A room with its floor at height 0 around the origin, instances and cameras."""

    def __init__(
        self,
        up_axis: str = "Z",
        meters_per_unit: float = 1.0,
        *,
        size: Triple = (8.0, 6.0, 3.0),
        walls: Sequence[str] = ("north", "south", "east", "west"),
        ceiling: bool = True,
        door: tuple[float, float, float] | None = None,
        floor: bool = True,
    ) -> None:
        """Build the place.

        Args:
            up_axis: Y or Z.
            meters_per_unit: Unit of the stage.
            size: Inner room [m].
            walls: Sides that have a wall, 0.2 m thick.
            ceiling: Whether there is one.
            door: Opening in the north wall: centre x, width, height [m].
            floor: Whether there is an environment at all.
        """
        self.up_axis, self.meters_per_unit = up_axis, meters_per_unit
        self.stage = Usd.Stage.CreateInMemory()
        UsdGeom.SetStageUpAxis(self.stage, up_axis)
        UsdGeom.SetStageMetersPerUnit(self.stage, meters_per_unit)
        self.stage.SetStartTimeCode(1.0)
        self.stage.SetEndTimeCode(9.0)
        world = UsdGeom.Xform.Define(self.stage, "/World")
        Usd.ModelAPI(world).SetKind("assembly")
        self.stage.SetDefaultPrim(world.GetPrim())
        for name in ("Items", "Cameras"):
            Usd.ModelAPI(UsdGeom.Xform.Define(self.stage, f"/World/{name}")).SetKind("group")
        if floor:
            self._author_place(size, walls, ceiling, door)

    def to_stage(self, point: Triple) -> Gf.Vec3d:
        """Return a point of the layout frame in stage axes and units."""
        x, y, z = (value / self.meters_per_unit for value in point)
        return Gf.Vec3d(x, z, -y) if self.up_axis == "Y" else Gf.Vec3d(x, y, z)

    def add_boxes(self, path: str, boxes: Sequence[Box]) -> Usd.Prim:
        """Define a mesh of boxes (size, centre of the underside) [m, layout frame]."""
        for prefix in Sdf.Path(path).GetParentPath().GetPrefixes():
            if not self.stage.GetPrimAtPath(prefix):
                UsdGeom.Xform.Define(self.stage, prefix)
        return author_boxes(self.stage, path, boxes, self.to_stage)

    def add(
        self,
        item: str,
        at: Triple,
        *,
        size: Triple = (1.0, 1.0, 1.0),
        boxes: Sequence[Box] = (),
        yaw_deg: float = 0.0,
        noun: str | None = None,
        asset: Path | None = None,
    ) -> str:
        """Add an instance standing at a point and return its path.

        A box unless it has boxes or an asset file.
        """
        group = f"/World/Items/{item}"
        if not self.stage.GetPrimAtPath(group):
            Usd.ModelAPI(UsdGeom.Xform.Define(self.stage, group)).SetKind("group")
        count = len(self.stage.GetPrimAtPath(group).GetChildren())
        path = f"{group}/{item}_{count + 1:02d}"
        instance = UsdGeom.Xform.Define(self.stage, path)
        Usd.ModelAPI(instance).SetKind("component")
        prim = instance.GetPrim()
        asset_id = "a1" if asset is None else asset.stem
        for key, value in (("item", item), ("noun", noun or item), ("assetId", asset_id)):
            prim.SetCustomDataByKey(f"clappper:{key}", value)
        instance.AddTranslateOp().Set(self.to_stage(at))
        turn = instance.AddRotateYOp if self.up_axis == "Y" else instance.AddRotateZOp
        turn(UsdGeom.XformOp.PrecisionDouble).Set(yaw_deg)
        inner = UsdGeom.Xform.Define(self.stage, f"{path}/asset").GetPrim()
        if asset is not None:
            inner.GetReferences().AddReference(asset.as_posix())
            inner.SetInstanceable(True)
        else:
            self.add_boxes(f"{path}/asset/mesh", boxes or [(size, (0.0, 0.0, 0.0))])
        return path

    def add_camera(self, at: Triple, look: Triple, *, focal_length_mm: float = 20.0) -> str:
        """Add a camera that looks from a point at a point and return its path."""
        count = len(self.stage.GetPrimAtPath("/World/Cameras").GetChildren())
        path = f"/World/Cameras/Shot_{count + 1:02d}"
        camera = UsdGeom.Camera.Define(self.stage, path)
        up = Gf.Vec3d(0, 1, 0) if self.up_axis == "Y" else Gf.Vec3d(0, 0, 1)
        view = Gf.Matrix4d().SetLookAt(self.to_stage(at), self.to_stage(look), up)
        camera.AddTransformOp().Set(view.GetInverse())
        camera.GetFocalLengthAttr().Set(focal_length_mm)
        camera.GetHorizontalApertureAttr().Set(36.0)
        camera.GetVerticalApertureAttr().Set(20.25)
        camera.GetClippingRangeAttr().Set(
            Gf.Vec2f(0.01 / self.meters_per_unit, 1000.0 / self.meters_per_unit)
        )
        return path

    def _author_place(
        self,
        size: Triple,
        walls: Sequence[str],
        ceiling: bool,
        door: tuple[float, float, float] | None,
    ) -> None:
        x, y, z = size
        place = "/World/Environment"
        self.add_boxes(f"{place}/Floor", [((x, y, 0.2), (0.0, 0.0, -0.2))])
        t = 0.2
        whole: dict[str, list[Box]] = {
            "north": [((x + 2 * t, t, z), (0.0, (y + t) / 2, 0.0))],
            "south": [((x + 2 * t, t, z), (0.0, -(y + t) / 2, 0.0))],
            "east": [((t, y, z), ((x + t) / 2, 0.0, 0.0))],
            "west": [((t, y, z), (-(x + t) / 2, 0.0, 0.0))],
        }
        if door is not None:
            center, width, height = door
            left, right, middle = center - width / 2, center + width / 2, (y + t) / 2
            half = x / 2 + t
            whole["north"] = [
                ((left + half, t, z), ((left - half) / 2, middle, 0.0)),
                ((half - right, t, z), ((right + half) / 2, middle, 0.0)),
                ((width, t, z - height), (center, middle, height)),
            ]
            self.add_boxes(
                f"{place}/Openings/door_01/Threshold", [((width, t, 0.2), (center, middle, -0.2))]
            )
        for side in walls:
            self.add_boxes(f"{place}/Walls/{side.capitalize()}/Panel", whole[side])
        if ceiling:
            self.add_boxes(f"{place}/Ceiling", [((x + 2 * t, y + 2 * t, 0.1), (0.0, 0.0, z))])


def author_boxes(
    stage: Usd.Stage, path: str, boxes: Sequence[Box], to_stage: Any = None
) -> Usd.Prim:
    """Define a mesh of boxes (size, centre of the underside), corner by corner."""
    points, indices = [], []
    for (sx, sy, sz), (x, y, z) in boxes:
        base = len(points)
        corners = [
            (x + a * sx, y + b * sy, z + c * sz)
            for a in (-0.5, 0.5)
            for b in (-0.5, 0.5)
            for c in (0.0, 1.0)
        ]
        points += [
            Gf.Vec3f(to_stage(corner)) if to_stage else Gf.Vec3f(*corner) for corner in corners
        ]
        indices += [base + index for face in _FACES for index in face]
    mesh = UsdGeom.Mesh.Define(stage, path)
    mesh.CreatePointsAttr(points)
    mesh.CreateFaceVertexCountsAttr([4] * (len(indices) // 4))
    mesh.CreateFaceVertexIndicesAttr(indices)
    mesh.CreateSubdivisionSchemeAttr("none")
    mesh.CreateExtentAttr(UsdGeom.PointBased.ComputeExtent(mesh.GetPointsAttr().Get()))
    return mesh.GetPrim()


def write_asset(path: Path, boxes: Sequence[Box]) -> Path:
    """Write a Z-up asset in metres with one mesh of boxes and a default prim."""
    stage = Usd.Stage.CreateNew(str(path))
    UsdGeom.SetStageUpAxis(stage, "Z")
    UsdGeom.SetStageMetersPerUnit(stage, 1.0)
    root = UsdGeom.Xform.Define(stage, "/Asset")
    stage.SetDefaultPrim(root.GetPrim())
    author_boxes(stage, "/Asset/mesh", boxes)
    stage.GetRootLayer().Save()
    return path


def make_item(id_: str, count: int = 1, *, noun: str | None = None) -> Item:
    """Return a plan item whose noun is its id."""
    return Item(
        id=id_,
        noun=noun or id_,
        asked=id_,
        count=count,
        asset_ids=["a1"],
        attributes=[],
        role="subject",
    )


def make_relation(verb: str, subject: str, object_: str | None = None, **fields: Any) -> Relation:
    """Return a relation with everything else null."""
    given = {
        "object2": None,
        "rows": None,
        "per_row": None,
        "distance_m": None,
        "side": None,
        **fields,
    }
    return Relation.model_validate({"verb": verb, "subject": subject, "object": object_, **given})


def make_plan(
    items: Sequence[Item],
    relations: Sequence[Relation] = (),
    *,
    targets: Sequence[str] = (),
    **fields: Any,
) -> ScenePlan:
    """Return a plan for an office with these items."""
    return ScenePlan.model_validate(
        {
            "schema_version": 1,
            "title": "Test",
            "environment": {
                "kind": "office",
                "size_m": None,
                "walls": None,
                "style": None,
                "density": None,
            },
            "items": [item.model_dump() for item in items],
            "relations": [relation.model_dump() for relation in relations],
            "camera": {
                "shot": "wide",
                "targets": list(targets),
                "height_m": None,
                "focal_length_mm": None,
                "move": "static",
                "duration_s": None,
            },
            "lighting": {"mood": None},
            "output": {"frames": None, "fps": None, "width": None, "height": None},
            "misses": [],
            "assumptions": [],
            **fields,
        }
    )
