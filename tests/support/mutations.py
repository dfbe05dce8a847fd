"""Two hundred ways to spoil a certified scene, and some that spoil nothing, as data.

Each case names a scene, a kind and an amount; the prim is drawn with a seed made of the three, so
that the same case always does the same.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from pxr import Gf, Sdf, Usd, UsdGeom

from support.tape_measure import measure_stage

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from support.tape_measure import Tape

__all__ = ["CASES", "PROMPTS", "Case", "apply_case"]

PROMPTS = {
    "warehouse": (
        "Create a warehouse scene with 3 forklifts and industrial shelving. Camera at eye level."
    ),
    "dock": (
        "Create a loading dock scene with 2 forklifts, a warehouse door, "
        "and 3 characters standing near the door."
    ),
    "office": "Build an office scene with 5 desks, 5 chairs, and a meeting table. Modern style.",
    "meeting": "A meeting room with a table and 8 chairs around it, a whiteboard and 2 plants.",
    "store": "A warehouse with 4 pallets, 3 boxes on the pallets, 4 drums and 3 traffic cones.",
}
_ALL = tuple(PROMPTS)


@dataclass(frozen=True)
class Case:
    """One change to one scene."""

    scene: str
    kind: str
    amount: Any

    @property
    def name(self) -> str:
        """How a test and a table call it."""
        return f"{self.scene}-{self.kind}-{self.amount}"


@dataclass(frozen=True)
class _Site:
    """The stage that is changed, what was measured on it before, and who is chosen."""

    stage: Usd.Stage
    tape: Tape
    random: random.Random

    def choose(self, *, nouns: Sequence[str] = (), is_door: bool = False) -> str:
        """Return the path of a thing: of these nouns, or of any that stands free."""
        paths = [
            path
            for path, thing in self.tape.things.items()
            if (thing.noun in nouns if nouns else ("door" in (thing.noun or "")) == is_door)
        ]
        return self.random.choice(sorted(paths))

    def shift(self, path: str, x: float, y: float, z: float) -> None:
        """Move a thing [m]."""
        attribute = self.stage.GetPrimAtPath(path).GetAttribute("xformOp:translate")
        attribute.Set(Gf.Vec3d(attribute.Get()) + Gf.Vec3d(float(x), float(y), float(z)))

    def turn(self, path: str, degrees: float) -> None:
        """Turn a thing about the vertical."""
        attribute = self.stage.GetPrimAtPath(path).GetAttribute("xformOp:rotateZ")
        attribute.Set(attribute.Get() + degrees)

    def set_down(self, path: str) -> None:
        """Lower or lift a thing so that its lowest point is where it was before."""
        before, now = self.tape.things[path], measure_stage(self.stage).things[path]
        self.shift(path, 0.0, 0.0, before.bound[0][2] - now.bound[0][2])


def _lift(site: _Site, amount: float) -> None:
    site.shift(site.choose(), 0.0, 0.0, amount)


def _nudge(site: _Site, amount: float) -> None:
    site.shift(site.choose(), amount, -amount, 0.0)


def _push_into(site: _Site, share: float) -> None:
    """Move a thing this share of the way to the middle of its nearest neighbour."""
    path = site.choose()
    middle = site.tape.things[path].bound.mean(axis=0)
    others = [
        thing.bound.mean(axis=0) - middle
        for other, thing in site.tape.things.items()
        if other != path
    ]
    # What is nearer than this stands on it or under it.
    beside = [way for way in others if np.linalg.norm(way[:2]) > 0.3]
    way = min(beside, key=lambda way: float(np.linalg.norm(way[:2])))
    site.shift(path, way[0] * share, way[1] * share, 0.0)


def _push_wall(site: _Site, amount: float) -> None:
    """Move a thing towards the nearest end of the floor until it is this far beyond [m]."""
    path = site.choose()
    bound, floor = site.tape.things[path].bound[:, :2], site.tape.floor[:, :2]
    ways = (floor[1] - bound[1]).tolist() + (bound[0] - floor[0]).tolist()
    nearest = int(np.argmin(ways))
    way = (ways[nearest] + amount) * (1.0 if nearest < 2 else -1.0)
    site.shift(path, *(way if axis == nearest % 2 else 0.0 for axis in (0, 1)), 0.0)


def _push_out(site: _Site, amount: float) -> None:
    path = site.choose()
    floor, bound = site.tape.floor, site.tape.things[path].bound
    site.shift(path, float(floor[1][0] - bound[0][0]) + amount, 0.0, 0.0)


def _move_door(site: _Site, amount: float) -> None:
    site.shift(site.choose(is_door=True), 0.0, -amount, 0.0)


def _slide_door(site: _Site, amount: float) -> None:
    site.shift(site.choose(is_door=True), amount, 0.0, 0.0)


def _duplicate(site: _Site, amount: float) -> None:
    path = site.choose()
    layer = site.stage.GetRootLayer()
    copy = Sdf.Path(path).ReplaceName("copy")
    Sdf.CopySpec(layer, Sdf.Path(path), layer, copy)
    site.shift(str(copy), amount, 0.0, 0.0)


def _remove(site: _Site, how: str) -> None:
    prim = site.stage.GetPrimAtPath(site.choose(is_door=how == "door"))
    if how == "deactivate":
        prim.SetActive(False)
    elif how == "hide":
        UsdGeom.Imageable(prim).MakeInvisible()
    elif how == "guide":
        UsdGeom.Imageable(prim).CreatePurposeAttr("guide")
    else:
        site.stage.RemovePrim(prim.GetPath())


def _tip(site: _Site, amount: float, *, is_set_down: bool, name: str = "") -> None:
    path = site.choose()
    xformable = UsdGeom.Xformable(site.stage.GetPrimAtPath(path + name))
    # Along the X axis of an asset file whatever its up axis.
    axes = (UsdGeom.XformOp.TypeRotateX, UsdGeom.XformOp.TypeRotateY)[: 1 if name else 2]
    op = xformable.AddXformOp(site.random.choice(axes), UsdGeom.XformOp.PrecisionDouble, "tip")
    op.Set(amount)
    if is_set_down:
        site.set_down(path)


def _tip_up(site: _Site, amount: float) -> None:
    _tip(site, amount, is_set_down=False)


def _tip_over(site: _Site, amount: float) -> None:
    _tip(site, amount, is_set_down=True)


def _tip_asset(site: _Site, amount: float) -> None:
    _tip(site, amount, is_set_down=True, name="/asset")


def _rescale(site: _Site, factors: tuple[float, float, float], name: str = "") -> None:
    path = site.choose()
    xformable = UsdGeom.Xformable(site.stage.GetPrimAtPath(path + name))
    xformable.AddScaleOp(UsdGeom.XformOp.PrecisionDouble, "mutation").Set(Gf.Vec3d(*factors))
    site.set_down(path)


def _rescale_asset(site: _Site, factors: tuple[float, float, float]) -> None:
    _rescale(site, factors, "/asset")


def _swap_file(site: _Site, _: object) -> None:
    """Let a thing show the file of another asset."""
    chosen = site.choose()
    files = {thing.files[0] for thing in site.tape.things.values()}
    other = site.random.choice(sorted(files - {site.tape.things[chosen].files[0]}))
    references = site.stage.GetPrimAtPath(f"{chosen}/asset").GetReferences()
    references.SetReferences([Sdf.Reference(other)])


def _break_file(site: _Site, name: str) -> None:
    prim = site.stage.GetPrimAtPath(f"{site.choose()}/asset")
    prim.GetReferences().SetReferences([Sdf.Reference(name)] if name else [])


def _relabel(site: _Site, key: str) -> None:
    prim = site.stage.GetPrimAtPath(site.choose())
    if key == "noun":
        prim.SetCustomDataByKey("clappper:noun", "elephant")
    else:
        prim.ClearCustomDataByKey(f"clappper:{key}")


def _remeasure(site: _Site, metadata: str) -> None:
    if metadata == "upAxis":
        UsdGeom.SetStageUpAxis(site.stage, "Y")
    else:
        UsdGeom.SetStageMetersPerUnit(site.stage, float(metadata))


def _aim(site: _Site, where: str) -> None:
    """Put the camera somewhere for the whole clip."""
    prim = site.stage.GetPrimAtPath(site.tape.camera_path)
    camera, eye = UsdGeom.Camera(prim), site.tape.eyes[2]
    pose = camera.GetCamera(Usd.TimeCode(eye.time)).transform
    place = Gf.Vec3d(*map(float, eye.position))
    if where == "wall":
        bound = site.tape.list_walls()["North"]
        place = Gf.Vec3d(float(bound[0][0] + 0.4), float(bound[:, 1].mean()), 0.6)
    elif where == "thing":
        thing = site.tape.things[site.choose()]
        part = max(thing.convex_parts, key=lambda part: float(np.prod(np.ptp(part[0], axis=0))))
        place = Gf.Vec3d(*map(float, part[0].mean(axis=0)))
    elif where == "outside":
        place += Gf.Vec3d(200.0, 0.0, 0.0)
    elif where == "below":
        place[2] = -1.0
    if where == "away":
        pose = pose.RemoveScaleShear()
        pose.SetTranslateOnly(Gf.Vec3d(0.0))
        pose = pose * Gf.Matrix4d().SetRotate(Gf.Rotation(Gf.Vec3d(0, 0, 1), 180.0))
    pose.SetTranslateOnly(place)
    for name in prim.GetAuthoredPropertyNames():
        if name.startswith("xformOp"):
            prim.RemoveProperty(name)
    camera.AddTransformOp().Set(pose)


def _lower_floor(site: _Site, amount: float) -> None:
    path = next(path for path in site.tape.place if "/Floor" in path)
    UsdGeom.Xformable(site.stage.GetPrimAtPath(path)).AddTranslateOp().Set(
        Gf.Vec3d(0.0, 0.0, -amount)
    )


def _shrink_floor(site: _Site, amount: float) -> None:
    path = next(path for path in site.tape.place if "/Floor" in path)
    UsdGeom.Xformable(site.stage.GetPrimAtPath(path)).AddScaleOp().Set(
        Gf.Vec3f(amount, amount, 1.0)
    )


def _move_wall(site: _Site, amount: float) -> None:
    """Move the west wall until it stands this deep in the thing that is nearest to it [m]."""
    bounds = [thing.bound for thing in site.tape.things.values() if "door" not in str(thing.noun)]
    inner = float(site.tape.list_walls()["West"][1][0])
    step = min(float(bound[0][0]) for bound in bounds) - inner + amount
    wall = site.stage.GetPrimAtPath("/World/Environment/Walls/West")
    UsdGeom.Xformable(wall).AddTranslateOp().Set(Gf.Vec3d(step, 0.0, 0.0))


def _remove_floor(site: _Site, _: object) -> None:
    for path in site.tape.place:
        if "/Floor" in path:
            site.stage.GetPrimAtPath(path).SetActive(False)


def _turn(site: _Site, amount: float) -> None:
    """Turn something that others stand close to."""
    site.turn(site.choose(nouns=("desk", "table")), amount)


def _leave_desk(site: _Site, amount: float) -> None:
    """Move a chair this share of the way to the emptiest place of the room."""
    path = site.choose(nouns=("chair",))
    others = np.array([t.bound[:, :2] for other, t in site.tape.things.items() if other != path])
    lower, upper = site.tape.floor[:, :2] + np.array([[0.6], [-0.6]])
    axes = [np.arange(lower[axis], upper[axis], 0.1) for axis in (0, 1)]
    spots = np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, 1, 2)
    apart = np.maximum(0.0, np.maximum(others[:, 0] - spots, spots - others[:, 1]))
    best = spots[np.linalg.norm(apart, axis=2).min(axis=1).argmax(), 0]
    way = amount * (best - site.tape.things[path].bound.mean(axis=0)[:2])
    site.shift(path, way[0], way[1], 0.0)


def _turn_chair(site: _Site, amount: float) -> None:
    site.turn(site.choose(nouns=("chair",)), amount)


def _narrow_aisle(site: _Site, amount: float) -> None:
    """Move one whole row of shelving towards the next."""
    shelves = {
        path: thing.bound.mean(axis=0)
        for path, thing in site.tape.things.items()
        if thing.noun == "industrial shelving"
    }
    highest = max(place[1] for place in shelves.values())
    for path, place in shelves.items():
        if place[1] > highest - 0.3:
            site.shift(path, 0.0, -amount, 0.0)


def _block_door(site: _Site, amount: float) -> None:
    path, door = site.choose(nouns=("forklift",)), site.choose(is_door=True)
    middle = site.tape.things[path].bound.mean(axis=0)
    target = site.tape.things[door].bound
    depth = float(np.ptp(site.tape.things[path].bound, axis=0)[1]) / 2
    away = float(target[0][1]) - depth - amount - float(middle[1])
    site.shift(path, float(target[:, 0].mean() - middle[0]), away, 0.0)


def _leave_door(site: _Site, _: object) -> None:
    path = site.choose(nouns=("person",))
    floor, middle = site.tape.floor, site.tape.things[path].bound.mean(axis=0)
    site.shift(path, 0.0, float(floor[0][1] + 0.5 - middle[1]), 0.0)


def _slip_off(site: _Site, amount: float) -> None:
    """Move a box sideways off its pallet, without lowering it."""
    site.shift(site.choose(nouns=("cardboard box", "box")), amount, 0.0, 0.0)


def _spin(site: _Site, amount: float) -> None:
    """Turn something round about its own axis."""
    site.turn(site.choose(nouns=("drum", "traffic cone")), amount)


def _rewrite(site: _Site, _: object) -> None:
    """Say a thing's place as one matrix instead of translate and rotate."""
    prim = site.stage.GetPrimAtPath(site.choose())
    matrix = UsdGeom.Xformable(prim).GetLocalTransformation()
    for name in ("xformOp:translate", "xformOp:rotateZ", "xformOpOrder"):
        prim.RemoveProperty(name)
    UsdGeom.Xformable(prim).AddTransformOp().Set(matrix)


def _rename(site: _Site, _: object) -> None:
    path = Sdf.Path(site.choose())
    edit = Sdf.BatchNamespaceEdit()
    edit.Add(path, path.ReplaceName("renamed"))
    site.stage.GetRootLayer().Apply(edit)


def _move_everything(site: _Site, amount: float) -> None:
    world = UsdGeom.Xformable(site.stage.GetDefaultPrim())
    world.AddTranslateOp().Set(Gf.Vec3d(amount, -amount, amount))


_TALLER = (1.0, 1.0, 1.02)
#: Kind: what it does, in which scenes, how far.
KINDS: dict[str, tuple[Callable[[_Site, Any], None], Sequence[str], Sequence[Any]]] = {
    "lift": (_lift, _ALL, (0.003, 0.006, 0.02, 0.1, 0.5)),
    "sink": (_lift, _ALL, (-0.003, -0.005, -0.05)),
    "push_into": (_push_into, _ALL, (1.0, 1.1)),
    "push_wall": (_push_wall, _ALL, (0.003, 0.05)),
    "push_out": (_push_out, _ALL, (0.5, 30.0)),
    "move_door": (_move_door, ("dock",), (0.4, 2.0)),
    "slide_door": (_slide_door, ("dock",), (0.05, 1.0)),
    "duplicate": (_duplicate, _ALL, (0.0, 40.0)),
    "remove": (_remove, _ALL, ("delete", "deactivate", "hide", "guide")),
    "remove_door": (_remove, ("dock",), ("door",)),
    "tip_up": (_tip_up, _ALL, (3.0, 30.0)),
    "tip_over": (_tip_over, _ALL, (1.0, 3.0, 45.0, 90.0)),
    "tip_asset": (_tip_asset, _ALL, (5.0, 90.0)),
    "rescale": (
        _rescale,
        _ALL,
        ((0.5,) * 3, (1.02,) * 3, (100.0,) * 3, _TALLER, (-1.0, 1.0, 1.0)),
    ),
    "rescale_asset": (_rescale_asset, _ALL, ((0.5,) * 3, (1.02,) * 3, (100.0,) * 3, _TALLER)),
    "swap_file": (_swap_file, _ALL, ("other", "another")),
    "break_file": (_break_file, _ALL, ("./assets/nothing.usd", "")),
    "relabel": (_relabel, _ALL, ("noun", "item")),
    "remeasure": (_remeasure, _ALL, ("0.01", "0.0254", "upAxis")),
    "aim": (_aim, _ALL, ("thing", "outside", "below", "away")),
    "aim_wall": (_aim, ("warehouse", "dock", "store"), ("wall",)),
    "lower_floor": (_lower_floor, _ALL, (0.05,)),
    "shrink_floor": (_shrink_floor, _ALL, (0.3,)),
    "remove_floor": (_remove_floor, _ALL, ("",)),
    "move_wall": (_move_wall, ("warehouse", "dock", "office"), (0.05,)),
    "turn": (_turn, ("office", "meeting"), (45.0, 90.0)),
    "leave_desk": (_leave_desk, ("office",), (1.0,)),
    "turn_chair": (_turn_chair, ("office",), (90.0, 180.0)),
    "narrow_aisle": (_narrow_aisle, ("warehouse",), (0.1, 1.0)),
    "block_door": (_block_door, ("dock",), (0.3,)),
    "leave_door": (_leave_door, ("dock",), ("",)),
    "slip_off": (_slip_off, ("store",), (1.5,)),
    # From here on nothing a tape measure sees.
    "nudge": (_nudge, _ALL, (0.0003,)),
    "breathe": (_lift, _ALL, (0.0003, -0.0003)),
    "spin": (_spin, ("store",), (1.0, 37.0, 90.0, 180.0)),
    "rewrite": (_rewrite, _ALL, ("",)),
    "rename": (_rename, _ALL, ("",)),
    "move_everything": (_move_everything, _ALL, (3.0,)),
}

CASES = tuple(
    Case(scene, kind, amount)
    for kind, (_, scenes, amounts) in KINDS.items()
    for amount in amounts
    for scene in scenes
)


def apply_case(case: Case, stage: Usd.Stage, tape: Tape) -> None:
    """Change an open stage; authors on its root layer, saves nothing."""
    change, _, _ = KINDS[case.kind]
    change(_Site(stage, tape, random.Random(case.name)), case.amount)
