"""Seconds per frame of the embedded renderer against bare Mitsuba with the same denoiser, on the
same arrays.

Run it with ``python tests/bench/bench_render.py [--scene FILE --camera PATH] [--frames N]
[--rounds N]``. Both sides take turns, so that other load on the machine hits both; printed are
medians and their ratio (goal: at most 1.2).

"bare" is the loop of Mitsuba's own documentation: ``aov`` around ``path``, ``mi.render`` per
frame, denoise, write PNG. "lean" leaves out the guides and the PNG: path tracing and denoising
alone.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import math
import statistics
import sys
import tempfile
import time
from pathlib import Path

import mitsuba_oidn
import numpy as np
from pxr import Gf, Usd, UsdGeom, UsdShade

from clappper.core.capture.models import CaptureRequest
from clappper.core.render.backend import MitsubaBackend
from clappper.core.render.bsdf import BsdfMaker
from clappper.core.render.camera import compute_camera_samples
from clappper.core.render.emitter import make_emitter
from clappper.core.render.extract import extract_scene
from clappper.core.render.variant import import_mitsuba
from support.render_stage import add_box, add_camera, add_lamp, add_material, make_stage

WIDTH, HEIGHT, SPP = 640, 360, 2
CAMERA = "/World/Cam"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--scene", type=Path, help="stage to measure; default: a hall with 100 instances"
    )
    parser.add_argument("--camera", default=CAMERA)
    parser.add_argument("--frames", type=int, default=6, help="frames per round")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        scene = options.scene or make_hall(Path(folder), frames=options.frames)
        measure(scene, options.camera, Path(folder), options.frames, options.rounds)


def measure(scene: Path, camera: str, folder: Path, frames: int, rounds: int) -> None:
    """Let both sides take turns and print the medians."""
    stage = Usd.Stage.Open(str(scene))
    samples = compute_camera_samples(stage, camera, range(1, frames + 1))
    bare = BareLoop(extract_scene(stage, 1), folder)
    times: dict[str, list[float]] = {"ours": [], "bare": [], "lean": []}
    first_s = 0.0
    for number in range(rounds + 1):
        start, done = capture(scene, camera, folder / f"round{number}", frames)
        steps = [b - a for a, b in itertools.pairwise(done)]
        first_s = first_s or done[0] - start
        bare_steps = [bare.render(sample) for sample in samples]
        lean_steps = [bare.render_lean(sample) for sample in samples]
        if number:  # the first round compiles
            times["ours"] += steps
            times["bare"] += bare_steps
            times["lean"] += lean_steps
    ours, bare_s, lean = (statistics.median(times[name]) for name in ("ours", "bare", "lean"))
    loose = sum(len(part.triangles) for part in bare.description.parts)
    uses = len(bare.description.instances)
    write(f"{scene.name}: {uses} instances and {loose} triangles besides them")
    write(f"{WIDTH}x{HEIGHT}, {SPP} spp, {rounds} rounds of {frames} frames, medians [s/frame]:")
    write(f"  ours: render, denoise, tone, PNG   {ours:.3f}")
    write(f"  bare Mitsuba and the denoiser      {bare_s:.3f}   ratio {ours / bare_s:.2f}")
    write(f"  lean: no guides, no PNG            {lean:.3f}   ratio {ours / lean:.2f}")
    write(f"first frame after {first_s:.2f} s in this process (kernels compiled or from the cache)")


def capture(scene: Path, camera: str, folder: Path, frames: int) -> tuple[float, list[float]]:
    """Run our backend; return when it started and when each frame was done."""
    request = CaptureRequest(
        stage_path=scene,
        camera_path=camera,
        first_frame=1,
        last_frame=frames,
        fps=24,
        width=WIDTH,
        height=HEIGHT,
        spp=SPP,
        output_folder=folder,
    )
    done: list[float] = []
    start = time.perf_counter()
    manifest = asyncio.run(
        MitsubaBackend().capture(
            request, lambda number, _: done.append(time.perf_counter()) if number else None
        )
    )
    if not manifest.is_ok:
        sys.exit("frames are not ok, nothing to compare")
    return start, done


class BareLoop:
    """What anyone would write with Mitsuba and its denoiser."""

    def __init__(self, description, folder: Path) -> None:
        self.description = description
        self._mitsuba = mitsuba = import_mitsuba()
        self._oidn = mitsuba_oidn
        self._folder = folder
        self._seed = 0
        bsdfs = BsdfMaker(mitsuba)
        groups = [
            mitsuba.load_dict(
                {
                    "type": "shapegroup",
                    **{f"p{i}": self._mesh(p, bsdfs) for i, p in enumerate(g.parts)},
                }
            )
            for g in description.groups
        ]
        entries = {f"part{i}": self._mesh(part, bsdfs) for i, part in enumerate(description.parts)}
        entries |= {f"group{i}": group for i, group in enumerate(groups)}
        entries |= {
            f"use{i}": {
                "type": "instance",
                "group": groups[use.group],
                "to_world": mitsuba.ScalarTransform4f(use.matrix),
            }
            for i, use in enumerate(description.instances)
        }
        entries |= {
            f"lamp{i}": make_emitter(mitsuba, lamp, np.zeros(3), 20.0)
            for i, lamp in enumerate(description.lamps)
        }
        entries["sensor"] = {
            "type": "perspective",
            "fov": 70.0,
            "film": {
                "type": "hdrfilm",
                "width": WIDTH,
                "height": HEIGHT,
                "rfilter": {"type": "box"},
            },
        }
        self._scene = mitsuba.load_dict({"type": "scene", **entries})
        path = {"type": "path", "max_depth": 4, "rr_depth": 2}
        self._lean = mitsuba.load_dict(path)
        self._full = mitsuba.load_dict(
            {"type": "aov", "aovs": "a:albedo,n:sh_normal", "image": path}
        )
        self._sensor = mitsuba.traverse(self._scene.sensors()[0])

    def _mesh(self, part, bsdfs: BsdfMaker):
        mitsuba = self._mitsuba
        properties = mitsuba.Properties()
        properties["bsdf"] = bsdfs.make(part.surface)
        if part.surface.is_emissive:
            properties["emitter"] = mitsuba.load_dict(
                {"type": "area", "radiance": bsdfs.make_emission(part.surface)}
            )
        mesh = mitsuba.Mesh(
            "part",
            len(part.points),
            len(part.triangles),
            props=properties,
            has_vertex_normals=True,
            has_vertex_texcoords=part.uvs is not None,
        )
        values = mitsuba.traverse(mesh)
        values["vertex_positions"] = part.points.ravel()
        values["vertex_normals"] = part.normals.ravel()
        values["faces"] = part.triangles.ravel()
        if part.uvs is not None:
            values["vertex_texcoords"] = part.uvs.ravel()
        values.update()
        return mesh

    def _aim(self, sample) -> None:
        self._seed += 1
        matrix = np.array(sample.matrix).reshape(4, 4) @ np.diag([-1.0, 1.0, -1.0, 1.0])
        self._sensor["to_world"] = self._mitsuba.Transform4f(matrix)
        self._sensor.update()

    def render(self, sample) -> float:
        """Render one frame to a PNG; return the seconds it took."""
        start = time.perf_counter()
        self._aim(sample)
        image = np.array(
            self._mitsuba.render(self._scene, integrator=self._full, spp=SPP, seed=self._seed)
        )
        colour, albedo, normal = (np.ascontiguousarray(image[..., k : k + 3]) for k in (0, 3, 6))
        clean = self._oidn.denoise(colour, albedo, normal, hdr=True)
        self._mitsuba.util.write_bitmap(
            str(self._folder / "bare.png"), self._mitsuba.Bitmap(np.array(clean))
        )
        return time.perf_counter() - start

    def render_lean(self, sample) -> float:
        """Path trace and denoise one frame, nothing else; return the seconds it took."""
        start = time.perf_counter()
        self._aim(sample)
        image = np.array(
            self._mitsuba.render(self._scene, integrator=self._lean, spp=SPP, seed=self._seed)
        )
        self._oidn.denoise(np.ascontiguousarray(image[..., :3]), hdr=True)
        return time.perf_counter() - start


def make_hall(folder: Path, *, frames: int) -> Path:
    """Write a hall of 20 x 12 x 6 m with 100 instances of four assets, panels, sky and sun."""
    for name, colour, rough, metal in (
        ("Crate", (0.5, 0.36, 0.2), 0.8, 0.0),
        ("Drum", (0.1, 0.3, 0.6), 0.3, 1.0),
        ("Rack", (0.8, 0.25, 0.03), 0.4, 0.0),
        ("Cone", (0.9, 0.2, 0.02), 0.5, 0.0),
    ):
        write_asset(folder, name, colour, rough, metal)
    path = folder / "hall.usda"
    empty = make_stage(frames=frames)
    empty.GetRootLayer().Export(str(path))
    stage = Usd.Stage.Open(str(path))
    wall = add_material(stage, "/World/Looks/Wall", diffuseColor=(0.7, 0.7, 0.67), roughness=0.8)
    floor = add_material(stage, "/World/Looks/Floor", diffuseColor=(0.4, 0.4, 0.4), roughness=0.35)
    for number, (size, at, material) in enumerate(
        [
            ((20, 12, 0.2), (0, 0, -0.1), floor),
            ((20, 12, 0.2), (0, 0, 6.1), wall),
            ((20, 0.2, 6), (0, 6, 3), wall),
            ((20, 0.2, 6), (0, -6, 3), wall),
            ((0.2, 12, 6), (-10, 0, 3), wall),
            ((0.2, 4, 6), (10, 4, 3), wall),
            ((0.2, 4, 6), (10, -4, 3), wall),
        ]
    ):
        box = add_box(stage, f"/World/Environment/Slab{number}", at=at, material=material)
        box.AddScaleOp().Set(Gf.Vec3f(*size))
    for number in range(4):
        at = (-7.5 + 5.0 * number, 0.0, 5.9)
        add_lamp(
            stage,
            f"/World/Panel{number}",
            kind="RectLight",
            intensity=6000.0,
            at=at,
            width=3.0,
            height=0.6,
        )
    add_lamp(stage, "/World/Sky", intensity=1000.0, color=Gf.Vec3f(0.62, 0.78, 1.0))
    sun = add_lamp(stage, "/World/Sun", kind="DistantLight", intensity=3000.0, angle=1.0)
    UsdGeom.Xformable(sun).AddRotateXYZOp().Set(Gf.Vec3f(0.0, 55.0, 15.0))
    for number in range(100):
        name = ("Rack", "Drum", "Crate", "Cone")[number % 4]
        prim = UsdGeom.Xform.Define(stage, f"/World/Items/{name}_{number:03d}").GetPrim()
        x, y = -8.5 + (number % 20) * 0.9, (-5.0, -3.2, 2.6, 3.8, 5.0)[number // 20]
        UsdGeom.Xformable(prim).AddTranslateOp().Set(Gf.Vec3d(x, y, 0.0))
        prim.GetReferences().AddReference(f"./{name}.usda")
        prim.SetInstanceable(True)
    eyes = [(-9.0 + 3.0 * k / max(frames - 1, 1), -0.6, 1.65) for k in range(frames)]
    add_camera(stage, CAMERA, eyes, target=(6.0, 0.3, 1.3))
    stage.Save()
    return path


def write_asset(folder: Path, name: str, colour, rough: float, metal: float) -> None:
    """Write an asset of about 9,000 triangles."""
    stage = make_stage()
    material = add_material(
        stage, "/World/Look", diffuseColor=colour, roughness=float(rough), metallic=float(metal)
    )
    shape = {"Cone": UsdGeom.Cone, "Drum": UsdGeom.Cylinder}.get(name, UsdGeom.Sphere)
    for number in range(4):
        prim = shape.Define(stage, f"/World/Part{number}").GetPrim()
        prim.GetAttribute("radius").Set(0.22)
        if prim.HasAttribute("height"):
            prim.GetAttribute("height").Set(0.4)
        angle = math.pi / 2.0 * number
        at = Gf.Vec3d(0.2 * math.cos(angle), 0.2 * math.sin(angle), 0.22 + 0.4 * number)
        UsdGeom.Xformable(prim).AddTranslateOp().Set(at)
        UsdShade.MaterialBindingAPI.Apply(prim).Bind(material)
    stage.GetRootLayer().Export(str(folder / f"{name}.usda"))


def write(line: str) -> None:
    """Print one line of the result."""
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
