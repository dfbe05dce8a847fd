"""An authored scene as short tables of plain values, from which it can be written down again.

Reads a layer the builder has written in the layout frame (Z up, metres) and refuses what it does
not know. Lengths are metres, angles degrees; paths are names below the scene's root.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from pxr import Sdf

from clappper.core.errors import StageError
from clappper.core.stage.instances import compute_display_name
from clappper.core.stage.slab import Slab
from clappper.core.stage.spec_reader import SpecReader, Vector
from clappper.core.units import quantize

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["Box", "SceneTables", "read_scene_tables"]

#: Name below its group, look, low and high corner.
Box = tuple[str, str, Vector, Vector]
_LIGHTS = ("DomeLight", "DistantLight", "RectLight")
_PREVIEW = {
    "Surface": ("info:id", "outputs:surface"),
    "TexCoord": ("info:id", "inputs:varname", "outputs:result"),
    "Texture": (
        "info:id",
        "inputs:sourceColorSpace",
        "inputs:st",
        "inputs:wrapS",
        "inputs:wrapT",
        "outputs:rgb",
    ),
}


@dataclass(frozen=True)
class SceneTables:
    """Everything a scene consists of."""

    frames: int
    fps: float
    #: Material: color, roughness, metallic, texture (file or empty), tile [m, 0 for no texture].
    looks: dict[str, dict[str, Any]] = field(default_factory=dict)
    #: Boxes of the place, and those beside the lights.
    environment: list[Box] = field(default_factory=list)
    fixtures: list[Box] = field(default_factory=list)
    #: UsdLux type and inputs of equal lights.
    lamps: dict[str, dict[str, Any]] = field(default_factory=dict)
    #: Name, lamp, position and view (heading, pitch), each or None.
    lights: list[tuple[str, str, Vector | None, Vector | None]] = field(default_factory=list)
    #: Lens and ``keys``: frame (None: does not move), position, view. With an orbit the only key
    #: holds the arm from its pivot.
    cameras: dict[str, dict[str, Any]] = field(default_factory=dict)
    #: File, catalog id and what has to be corrected of each asset.
    assets: dict[str, dict[str, Any]] = field(default_factory=dict)
    #: Noun of each item, and its instances: name, asset, position and yaw.
    items: dict[str, tuple[str, list[tuple[str, str, Vector, float]]]] = field(default_factory=dict)


def read_scene_tables(path: Path) -> SceneTables:
    """Return the tables of a scene file.

    Raises:
        StageError: The file is missing, no USD, or holds what the builder does not write.
    """
    try:
        layer = Sdf.Layer.OpenAsAnonymous(str(path))
    except RuntimeError as exc:  # Tf.ErrorException
        raise StageError(f"{path} cannot be opened as a USD layer: check the file.") from exc
    world = layer.GetPrimAtPath(f"/{layer.defaultPrim}") if layer and layer.defaultPrim else None
    header = world.layer.pseudoRoot if world else None
    if header is None or (header.GetInfo("upAxis"), header.GetInfo("metersPerUnit")) != ("Z", 1.0):
        raise StageError(
            f"{path} is no scene of a run (a default prim, Z up, one metre per unit): "
            "name a run folder."
        )
    frames = layer.endTimeCode - layer.startTimeCode + 1.0
    tables = SceneTables(frames=round(frames), fps=layer.timeCodesPerSecond)
    if layer.startTimeCode != 1.0 or frames != tables.frames or frames < 1.0:
        raise StageError(f"{path} does not count frames from 1: make the scene again.")
    _Reading(tables).read(SpecReader(world))
    return tables


class _Reading:
    """Fills the tables, part by part."""

    def __init__(self, tables: SceneTables) -> None:
        self._tables = tables
        self._looks: dict[str, dict[str, Any]] = {}

    def read(self, world: SpecReader) -> None:
        parts = {
            "Environment": self._read_environment,
            "Lights": self._read_lights,
            "Cameras": self._read_cameras,
            "Items": self._read_items,
        }
        world.finish("Xform", "assembly")
        children = {child.name: child for child in world.list_children()}
        if "Looks" in children:
            self._read_looks(children.pop("Looks"))
        for name, child in children.items():
            if name not in parts:
                raise child.refuse("is a part of its own")
            child.finish("Xform", "group")
            parts[name](child)

    def _read_environment(self, group: SpecReader, prefix: str = "") -> None:
        for child in group.list_children():
            name = f"{prefix}{child.name}"
            if child.type_name == "Mesh":
                self._tables.environment.append(self._read_box(child, name))
            else:
                child.finish("Xform")
                self._read_environment(child, f"{name}/")

    def _read_box(self, mesh: SpecReader, name: str) -> Box:
        points = mesh.read_vectors("points")
        if len(points) != 8 or Slab(*points[0], *points[6]).compute_corners() != points:
            raise mesh.refuse("is a mesh of its own")
        look = mesh.read_target("material:binding").name
        tile = _find_tile(mesh, points)
        mesh.skip("extent", "faceVertexCounts", "faceVertexIndices", "normals", "subdivisionScheme")
        mesh.skip("primvars:st:indices")
        mesh.find_field("apiSchemas")
        _finish_leaf(mesh, "Mesh")
        if look not in self._looks:
            raise mesh.refuse("has no look")
        known = self._tables.looks.setdefault(look, {**self._looks[look], "tile": tile})
        if known["tile"] != tile:
            raise mesh.refuse(f"has a tile of {tile:g} m")
        return name, look, points[0], points[6]

    def _read_looks(self, scope: SpecReader) -> None:
        scope.finish("Scope")
        for material in scope.list_children():
            material.skip("outputs:surface")
            material.finish("Material")
            look: dict[str, Any] = {"color": None, "roughness": 0.0, "metallic": 0.0, "texture": ""}
            for shader in material.list_children():
                if shader.name == "Surface":
                    look["color"] = shader.find_vector("inputs:diffuseColor") or look["color"]
                    look["roughness"] = shader.read_number("inputs:roughness")
                    look["metallic"] = shader.read_number("inputs:metallic")
                elif shader.name == "Texture":
                    look["color"] = shader.read_vector("inputs:fallback")[:3]
                    look["texture"] = _read_file(shader.find("inputs:file"))
                shader.skip(*_PREVIEW.get(shader.name, ()))
                _finish_leaf(shader, "Shader")
            if look["color"] is None:
                raise material.refuse("has no color")
            self._looks[material.name] = look

    def _read_lights(self, group: SpecReader) -> None:
        for child in group.list_children():
            if child.type_name == "Mesh":
                self._tables.fixtures.append(self._read_box(child, child.name))
                continue
            if child.type_name not in _LIGHTS:
                raise child.refuse("is no light")
            lamp: dict[str, Any] = {"type": child.type_name}
            for key in ("intensity", "angle", "width", "height"):
                if child.has(f"inputs:{key}"):
                    lamp[key] = child.read_number(f"inputs:{key}")
            lamp["color"] = child.read_vector("inputs:color")
            stem = child.name.rstrip("0123456789_") or child.name
            name = _name_entry(lamp, stem, self._tables.lamps)
            position = child.find_vector("xformOp:translate")
            turn = child.find_vector("xformOp:rotateXYZ")
            view = None if turn is None else _compute_view(child, turn)
            self._tables.lights.append((child.name, name, position, view))
            child.skip("xformOpOrder")
            _finish_leaf(child, child.type_name)

    def _read_cameras(self, group: SpecReader) -> None:
        for child in group.list_children():
            apertures = [child.read_number(f"{way}Aperture") for way in ("horizontal", "vertical")]
            camera: dict[str, Any] = {
                "focal_length": child.read_number("focalLength"),
                "film_back": tuple(apertures),
                "clipping": child.read_vector("clippingRange"),
                "exposure": child.find_number("exposure") or 0.0,
                "orbit": None,
                "keys": list(_read_keys(child)),
            }
            if child.has("xformOp:translate:pivot"):
                turns = child.read_samples("xformOp:rotateZ:orbit")
                camera["orbit"] = {
                    "pivot": child.read_vector("xformOp:translate:pivot"),
                    "turns": [(_to_frame(child, time), turns[time][0]) for time in turns],
                }
            child.skip("xformOpOrder")
            _finish_leaf(child, "Camera")
            self._tables.cameras[child.name] = camera

    def _read_items(self, group: SpecReader) -> None:
        for item in group.list_children():
            title = item.find_field("displayName")
            item.finish("Xform", "group")
            read = [self._read_instance(child, item.name) for child in item.list_children()]
            nouns = {noun for noun, _ in read}
            if len(nouns) != 1:
                raise item.refuse(f"has things of {len(nouns)} nouns")
            if title != compute_display_name(*nouns):
                raise item.refuse("has another display name")
            self._tables.items[item.name] = (nouns.pop(), [instance for _, instance in read])

    def _read_instance(
        self, prim: SpecReader, item: str
    ) -> tuple[str, tuple[str, str, Vector, float]]:
        data = prim.find_field("customData")
        data = data.get("clappper") if isinstance(data, dict) else None
        data = data if isinstance(data, dict) else {}
        noun, asset_id, label = (
            data.get("noun"),
            data.get("assetId"),
            prim.find("semantics:labels:class"),
        )
        if not isinstance(noun, str) or not isinstance(asset_id, str) or data.get("item") != item:
            raise prim.refuse("is not labelled as a thing of its item")
        if list(label or ()) != [noun]:  # type: ignore[call-overload]
            raise prim.refuse("has another semantic label")
        if prim.find_field("displayName") != compute_display_name(noun, prim.name):
            raise prim.refuse("has another display name")
        position = prim.read_vector("xformOp:translate")
        yaw_deg = prim.read_number("xformOp:rotateZ")
        if prim.read_tokens("xformOpOrder") != ["xformOp:translate", "xformOp:rotateZ"]:
            raise prim.refuse("is moved otherwise")
        size = prim.read_vectors("extentsHint")
        prim.find_field("apiSchemas")
        prim.finish("Xform", "component")
        inner = prim.list_children()
        if [child.name for child in inner] != ["asset"]:
            raise prim.refuse("has children of its own")
        asset = {"id": asset_id, **_read_asset(inner[0])}
        if len(size) != 2:
            raise prim.refuse("does not tell its size")
        asset["size"] = tuple(quantize(b - a) for a, b in zip(*size, strict=True))
        name = _name_entry(asset, PurePosixPath(asset["file"]).stem, self._tables.assets)
        return noun, (prim.name, name, position, yaw_deg)


def _read_asset(prim: SpecReader) -> dict[str, Any]:
    """Return an asset's file and what is put right about it."""
    parts = [child for child in prim.list_children() if not child.is_over] or [prim]
    arcs = {_read_arc(part) for part in parts}
    if len({(file, is_payload) for file, _, is_payload in arcs}) != 1 or len(arcs) != len(parts):
        raise prim.refuse("does not refer to one file")
    file, root, is_payload = next(iter(arcs))
    asset: dict[str, Any] = {"file": file.removeprefix("./")}
    if parts != [prim]:
        asset["roots"] = [part.name for part in parts]
    elif root:
        asset["prim"] = root
    if is_payload:
        asset["payload"] = True
    moved = prim.find_vector("xformOp:translate:clappper") or (0.0, 0.0, 0.0)
    asset["pivot"] = tuple(0.0 - value for value in moved)
    asset["front"] = prim.find_number("xformOp:rotateZ:clappper") or 0.0
    asset["up"] = {None: "Z", 90.0: "Y"}.get(prim.find_number("xformOp:rotateX:clappper"))
    scale = prim.find_vector("xformOp:scale:clappper") or (1.0, 1.0, 1.0)
    asset["unit"] = scale[0]
    if asset["up"] is None or len(set(scale)) != 1:
        raise prim.refuse("is turned or scaled otherwise")
    overs = dict(_read_overs(prim, prim.path))
    is_shared = {part.find_field("instanceable") for part in parts}
    if is_shared != {not overs}:
        raise prim.refuse("is an instance or not otherwise")
    if overs:
        asset["overs"] = overs
    prim.skip("xformOpOrder")
    prim.finish("Xform", "subcomponent")
    return asset


def _read_arc(prim: SpecReader) -> tuple[str, str, bool]:
    """Return file and root prim of a prim's only reference or payload, and whether it is one."""
    found = []
    for key, list_op in (("references", Sdf.ReferenceListOp), ("payload", Sdf.PayloadListOp)):
        arcs = prim.find_field(key)
        items = arcs.GetAddedOrExplicitItems() if isinstance(arcs, list_op) else []
        found += [(arc.assetPath, str(arc.primPath), key == "payload") for arc in items]
    if len(found) != 1 or not found[0][0]:
        raise prim.refuse("is no reference to one file")
    return found[0]


def _read_overs(prim: SpecReader, top: Sdf.Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield what is said of prims inside an asset, by path below the asset prim."""
    for child in prim.list_children():
        over: dict[str, Any] = {}
        if child.find_field("active") is False:
            over["active"] = False
        if child.find_field("instanceable") is False and child.is_over:
            over["instanceable"] = False
        targets = {
            name: [str(path.MakeRelativePath(top)) for path in paths]
            for name, paths in child.read_targets().items()
        }
        if targets:
            over["targets"] = targets
        before = child.find_matrix("xformOp:transform:clappper")
        order = child.read_tokens("xformOpOrder")
        if before is not None:
            over["before"], over["own_ops"] = before, order[1:]
        if not child.is_over:
            _read_arc(child)
        child.finish("")
        if over:
            yield str(child.path.MakeRelativePath(top)), over
        yield from _read_overs(child, top)


def _read_file(value: object) -> str:
    return value.path.removeprefix("./") if isinstance(value, Sdf.AssetPath) else ""


def _read_keys(prim: SpecReader) -> Iterator[tuple[int | None, Vector, Vector]]:
    """Yield frame, position and view of a camera, the arm's position where it orbits."""
    arm = "xformOp:translate:arm"
    move = arm if prim.has(arm) else "xformOp:translate"
    still, turned = prim.find_vector(move), prim.find_vector("xformOp:rotateXYZ")
    moves, turns = prim.read_samples(move), prim.read_samples("xformOp:rotateXYZ")
    if still is not None and turned is not None and not moves and not turns:
        yield None, still, _compute_view(prim, turned)
    elif still is None and turned is None and moves and moves.keys() == turns.keys():
        for time in moves:
            yield _to_frame(prim, time), moves[time], _compute_view(prim, turns[time])
    else:
        raise prim.refuse("has keys on part of its move")


def _to_frame(prim: SpecReader, time: float) -> int:
    if time != round(time):
        raise prim.refuse(f"has a key at {time:g}, between two frames")
    return round(time)


def _compute_view(prim: SpecReader, turn: Vector) -> Vector:
    """Return heading and pitch of rotateXYZ in the layout frame."""
    if turn[1]:
        raise prim.refuse("is rolled")
    return turn[2], quantize(turn[0] - 90.0)


def _find_tile(mesh: SpecReader, points: list[Vector]) -> float:
    """Return how long a tile of a box's texture is [m], or 0 where it has no coordinates."""
    if not mesh.has("primvars:st"):
        return 0.0
    # The first face is the underside, laid out by x and y; its corners are 0, 3, 2, 1.
    st = mesh.read_vectors("primvars:st")
    if len(st) < 3:
        raise mesh.refuse("has texture coordinates of its own")
    pairs = [pair for i in (0, 2) for pair in zip(points[i][:2], st[i], strict=True)]
    length, coordinate = max(pairs, key=lambda pair: abs(pair[0]))
    tile = round(length / coordinate, 4) if coordinate else 0.0
    if tile <= 0.0 or any(abs(x / tile - u) > 1e-4 for x, u in pairs):
        raise mesh.refuse("has texture coordinates of its own")
    return tile


def _name_entry(entry: dict[str, Any], stem: str, table: dict[str, dict[str, Any]]) -> str:
    """Return the name of an entry in a table, into which it is put when it is new."""
    name, number = stem, 2
    while table.setdefault(name, entry) != entry:
        name, number = f"{stem}_{number}", number + 1
    return name


def _finish_leaf(prim: SpecReader, type_name: str) -> None:
    if prim.list_children():
        raise prim.refuse("has children")
    prim.finish(type_name)
