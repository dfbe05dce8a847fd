"""How long authoring takes, and what other ways to author the same scene would cost.

The builder, which also works out what to write, is compared with the same scene through per-prim
``Usd`` calls that are given every value: only the calls are timed, and the result is compared prim
by prim. Then 1,000 instances as prims, as the builder writes them, with the same as points.

Run: ``PYTHONPATH=exts/clappper.core:tests python tests/bench/bench_author.py``
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pxr import Gf, Sdf, Usd, UsdGeom, UsdLux, UsdShade, Vt

from clappper.core.catalog.demo import demo_root, open_demo_catalog
from clappper.core.catalog.resolve import RootResolver
from clappper.core.stage.builder import PlacedAsset, build_scene
from clappper.core.stage.target import create_stage_target
from clappper.core.units import Vec3
from support.plans import make_item, make_plan
from support.scenes import make_parts, make_placement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from clappper.core.stage.builder import SceneParts

__all__ = ["author_per_prim", "list_differences", "make_scene", "read_steps"]

NOUNS = ("pallet", "forklift", "box", "drum", "chair", "desk", "pallet rack", "traffic cone")
COUNTS = (50, 300, 1000)
ROUNDS = 5
SCHEMAS: dict[str, Any] = {
    "Xform": UsdGeom.Xform,
    "Scope": UsdGeom.Scope,
    "Mesh": UsdGeom.Mesh,
    "Camera": UsdGeom.Camera,
    "Material": UsdShade.Material,
    "Shader": UsdShade.Shader,
    "DomeLight": UsdLux.DomeLight,
    "DistantLight": UsdLux.DistantLight,
    "RectLight": UsdLux.RectLight,
}
APIS: dict[str, Any] = {
    "MaterialBindingAPI": UsdShade.MaterialBindingAPI,
    "GeomModelAPI": UsdGeom.ModelAPI,
}
OPS = {
    "translate": UsdGeom.XformOp.TypeTranslate,
    "rotateXYZ": UsdGeom.XformOp.TypeRotateXYZ,
    "rotateX": UsdGeom.XformOp.TypeRotateX,
    "rotateZ": UsdGeom.XformOp.TypeRotateZ,
    "scale": UsdGeom.XformOp.TypeScale,
}
SINGLE = UsdGeom.XformOp.PrecisionFloat
DOUBLE = UsdGeom.XformOp.PrecisionDouble


def make_scene(count: int) -> SceneParts:
    """Return so many instances of eight assets of the demo pack, in a warehouse that holds them."""
    catalog, resolver = open_demo_catalog(), RootResolver([demo_root()])
    assets = [catalog.search(noun, limit=1).hits[0].asset for noun in NOUNS]
    placed = {
        asset.asset_id: PlacedAsset(
            asset, resolver.measure(asset)[0], resolver.resolve(asset).as_posix()
        )
        for asset in assets
    }
    side = int(count**0.5) + 1
    placements = [
        make_placement(
            id=f"item_{i % len(assets)}_{i:04d}",
            item=f"item_{i % len(assets)}",
            asset_id=assets[i % len(assets)].asset_id,
            translation_m=Vec3(x=2.0 * (i % side) - side, y=2.0 * (i // side) - side, z=0.0),
            yaw_deg=7.0 * i % 360.0,
        )
        for i in range(count)
    ]
    return make_parts(
        next(iter(placed.values())),
        placements,
        size_m=(2.0 * side, 2.0 * side, 6.0),
        assets=placed,
        extent="all",
        has_lights=True,
    )


def author(parts: SceneParts, path: Path) -> Usd.Stage:
    """Author with the builder; nothing is saved."""
    path.unlink(missing_ok=True)
    target = create_stage_target(path, fps=24, frames=2)
    plan = make_plan(items=[make_item(f"item_{i}", 1) for i in range(len(NOUNS))])
    build_scene(target, plan, parts)
    return target.stage


class Attribute(NamedTuple):
    """An attribute and all it says."""

    name: str
    type_name: Sdf.ValueTypeName
    variability: Sdf.Variability
    value: Any
    interpolation: str
    sources: list[Sdf.Path]
    keys: dict[float, Any]


class Step(NamedTuple):
    """All there is to say about one prim."""

    path: Sdf.Path
    type_name: str
    kind: str
    fields: dict[str, Any]
    schemas: list[str]
    arcs: list[tuple[str, Sdf.Path]]
    attributes: list[Attribute]
    targets: list[tuple[str, list[Sdf.Path]]]


def read_steps(layer: Sdf.Layer) -> list[Step]:
    """Return what has to be called to author a layer again."""
    return [_read_step(spec) for spec in _iterate(layer) if spec.path != "/World"]


def _iterate(layer: Sdf.Layer) -> Iterator[Sdf.PrimSpec]:
    specs = list(layer.rootPrims)
    while specs:
        spec = specs.pop(0)
        yield spec
        specs = list(spec.nameChildren) + specs


def _read_step(spec: Sdf.PrimSpec) -> Step:
    layer = spec.layer
    known = ("specifier", "typeName", "kind", "apiSchemas", "references")
    schemas = spec.GetInfo("apiSchemas").prependedItems if spec.HasInfo("apiSchemas") else []
    return Step(
        spec.path,
        spec.typeName,
        spec.kind,
        {key: spec.GetInfo(key) for key in spec.ListInfoKeys() if key not in known},
        list(schemas),
        [(r.assetPath, r.primPath) for r in spec.referenceList.prependedItems],
        [
            Attribute(
                a.name,
                a.typeName,
                a.variability,
                a.default,
                a.GetInfo("interpolation") if a.HasInfo("interpolation") else "",
                list(a.connectionPathList.GetAddedOrExplicitItems()),
                {t: layer.QueryTimeSample(a.path, t) for t in layer.ListTimeSamplesForPath(a.path)},
            )
            for a in spec.attributes
        ],
        [(r.name, list(r.targetPathList.explicitItems)) for r in spec.relationships],
    )


def author_per_prim(steps: list[Step], path: Path) -> Usd.Stage:
    """Author the same scene on a new stage, prim by prim, with the calls of the ``Usd`` schemas."""
    path.unlink(missing_ok=True)
    stage = create_stage_target(path, fps=24, frames=2).stage
    for step in steps:
        schema = SCHEMAS[step.type_name]
        prim = schema.Define(stage, step.path).GetPrim()
        if step.kind:
            Usd.ModelAPI(prim).SetKind(step.kind)
        for name in step.schemas:
            if name in APIS:
                APIS[name].Apply(prim)
            else:
                prim.AddAppliedSchema(name)
        if "displayName" in step.fields:
            prim.SetMetadata("displayName", step.fields["displayName"])
        for key, value in step.fields.get("customData", {}).get("clappper", {}).items():
            prim.SetCustomDataByKey(f"clappper:{key}", value)
        for file, root in step.arcs:
            prim.GetReferences().AddReference(file, root)
        if "instanceable" in step.fields:
            prim.SetInstanceable(True)
        for attribute in step.attributes:
            _author_attribute(prim, schema, attribute)
        for name, targets in step.targets:
            prim.CreateRelationship(name, custom=False).SetTargets(targets)
    return stage


def _author_attribute(prim: Usd.Prim, schema: Any, given: Attribute) -> None:
    name = given.name
    if name == "xformOpOrder":  # follows from the ops, but for those an asset has itself
        order = UsdGeom.Xformable(prim).GetXformOpOrderAttr()
        if order.Get() != given.value:
            order.Set(given.value)
        return
    base, _, suffix = name.partition(":")
    if base == "xformOp":
        kind, _, suffix = suffix.partition(":")
        precision = SINGLE if kind == "rotateXYZ" else DOUBLE
        attribute = UsdGeom.Xformable(prim).AddXformOp(OPS[kind], precision, suffix).GetAttr()
    elif base == "primvars" and not name.endswith(":indices"):
        api = UsdGeom.PrimvarsAPI(prim)
        attribute = api.CreatePrimvar(suffix, given.type_name, given.interpolation).GetAttr()
    elif schema is UsdShade.Shader and base in ("inputs", "outputs"):
        shader = UsdShade.Shader(prim)
        create = shader.CreateInput if base == "inputs" else shader.CreateOutput
        attribute = create(suffix, given.type_name).GetAttr()
    else:
        stem = (suffix if base == "inputs" else name.replace(":", "")) or name
        create = getattr(schema(prim), f"Create{stem[0].upper()}{stem[1:]}Attr", None)
        attribute = (
            create()
            if create
            else prim.CreateAttribute(name, given.type_name, False, given.variability)
        )
    if given.value is not None:
        attribute.Set(given.value)
    if given.interpolation and base != "primvars":
        attribute.SetMetadata("interpolation", given.interpolation)
    if given.sources:
        attribute.SetConnections(given.sources)
    for key, sample in given.keys.items():
        attribute.Set(sample, key)


def list_differences(layer: Sdf.Layer, other: Sdf.Layer) -> list[str]:
    """Return the prims that two layers do not say the same about."""
    steps, others = ({s.path: _sort(s) for s in read_steps(each)} for each in (layer, other))
    return [str(p) for p in steps.keys() | others.keys() if steps.get(p) != others.get(p)]


def _sort(step: Step) -> Step:
    """Return a step without the order of attributes, which says nothing."""
    return step._replace(attributes=sorted(step.attributes, key=lambda given: given.name))


def author_point_instancer(parts: SceneParts, path: Path) -> Usd.Stage:
    """Author the same instances as points: one prim, a prototype for each asset, no words."""
    path.unlink(missing_ok=True)
    stage = create_stage_target(path, fps=24, frames=2).stage
    instancer = UsdGeom.PointInstancer.Define(stage, "/World/Items")
    numbers = {}
    for number, (asset_id, placed) in enumerate(parts.assets.items()):
        prim = UsdGeom.Xform.Define(stage, f"/World/Items/Prototypes/asset_{number}").GetPrim()
        prim.GetReferences().AddReference(placed.asset_path)
        instancer.GetPrototypesRel().AddTarget(prim.GetPath())
        numbers[asset_id] = number
    things = parts.placements.placements
    instancer.CreateProtoIndicesAttr([numbers[p.asset_id] for p in things])
    at = [Gf.Vec3f(*p.translation_m.as_tuple()) for p in things]
    instancer.CreatePositionsAttr(Vt.Vec3fArray(at))
    turns = [Gf.Quath(Gf.Rotation((0, 0, 1), p.yaw_deg).GetQuat()) for p in things]
    instancer.CreateOrientationsAttr(Vt.QuathArray(turns))
    return stage


def time_s(call: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return the median CPU time of several calls [s]; others may use the machine, too."""
    times = []
    for _ in range(rounds):
        start = time.process_time()
        call()
        times.append(time.process_time() - start)
    return statistics.median(times)


def measure_memory_mb(way: str) -> float:
    """Return what 1,000 more instances add to the resident memory of a process [MB]."""
    command = [sys.executable, __file__, "--memory", way]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def print_memory(way: str) -> None:
    """Author 1,000 and then 5,000 instances and print what the difference takes [MB a 1,000]."""
    call = author if way == "prims" else author_point_instancer
    parts = [make_scene(count) for count in (1000, 5000)]
    with tempfile.TemporaryDirectory() as name:
        sizes = []
        stages = []
        for number, part in enumerate(parts):
            before = read_resident_mb()
            stages.append(call(part, Path(name) / f"{number}.usda"))
            sizes.append(read_resident_mb() - before)
    print((sizes[1] - sizes[0]) / 4.0)


def read_resident_mb() -> float:
    """Return this process's resident memory [MB]; Linux only."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


def main() -> None:
    """Print the tables."""
    with tempfile.TemporaryDirectory() as name:
        ours, theirs = Path(name) / "ours.usda", Path(name) / "theirs.usda"
        for count in COUNTS:
            parts = make_scene(count)
            stage = author(parts, ours)
            steps = read_steps(stage.GetRootLayer())
            twin = author_per_prim(steps, theirs)
            differing = list_differences(stage.GetRootLayer(), twin.GetRootLayer())
            assert not differing, differing[:5]
            del stage, twin
            builder_s = time_s(lambda parts=parts: author(parts, ours))
            usd_s = time_s(lambda steps=steps: author_per_prim(steps, theirs))
            print(
                f"{count} instances, {len(steps)} prims: builder {builder_s * 1000:.0f} ms, "
                f"per-prim Usd calls {usd_s * 1000:.0f} ms, ratio {usd_s / builder_s:.1f} (goal 3)"
            )
        for way, make in (("prims", author), ("points", author_point_instancer)):
            author_s = time_s(lambda make=make: make(parts, ours))
            make(parts, ours).GetRootLayer().Save()
            open_s = time_s(lambda: Usd.Stage.Open(str(ours)))
            print(
                f"1,000 as {way}: authoring {author_s * 1000:.0f} ms, opening {open_s * 1000:.0f} "
                f"ms, file {ours.stat().st_size / 1024:.0f} kB, "
                f"memory {measure_memory_mb(way):.1f} MB"
            )


if __name__ == "__main__":
    if "--memory" in sys.argv:
        print_memory(sys.argv[2])
    else:
        main()
