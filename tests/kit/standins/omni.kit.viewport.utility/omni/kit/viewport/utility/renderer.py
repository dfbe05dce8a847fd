"""Real pictures of the stage by Clappper's embedded renderer, on one thread of its own.

The stage is flattened on the main thread when it changed; the scene is loaded once, afterwards
only the camera moves.
"""

import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from pxr import Sdf, Tf, Usd


class Renderer:
    def __init__(self):
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="standin-render")
        self._stage_id = None
        self._notice = None
        self._text = ""
        self._loaded = None

    def submit(self, stage, picture, *, spp, is_black):
        """Return a future of PNG bytes."""
        width, height = picture["size"]
        if is_black:
            return self._worker.submit(_encode, np.zeros((height, width, 3), dtype=np.uint8))
        return self._worker.submit(
            self._render,
            self._flatten(stage),
            picture["camera"],
            picture["time_code"],
            (width, height),
            spp,
        )

    def _flatten(self, stage):
        if self._stage_id != id(stage) or not self._text:
            self._stage_id = id(stage)
            self._notice = Tf.Notice.Register(Usd.Notice.ObjectsChanged, self._on_change, stage)
            self._text = stage.Flatten().ExportToString()
        return self._text

    def _on_change(self, notice, sender):
        self._text = ""

    def _render(self, text, camera, time_code, size, spp):
        from clappper.core.render.camera import compute_camera_samples
        from clappper.core.render.tonemap import compute_exposure, compute_pixels

        stage, scene = self._load(text)
        (sample,) = compute_camera_samples(stage, camera, [time_code])
        scene.aim(sample, *size)
        colour = scene.render(spp=spp, seed=0)[..., :3]
        if self._loaded[3] is None:
            self._loaded[3] = compute_exposure([colour])
        return _encode(compute_pixels(colour, self._loaded[3]))

    def _load(self, text):
        if self._loaded is None or self._loaded[0] != text:
            from clappper.core.render.extract import extract_scene
            from clappper.core.render.scene import load_scene
            from clappper.core.render.variant import import_mitsuba

            layer = Sdf.Layer.CreateAnonymous(".usda")
            layer.ImportFromString(text)
            stage = Usd.Stage.Open(layer)
            scene = load_scene(import_mitsuba(), extract_scene(stage, stage.GetStartTimeCode()))
            self._loaded = [text, stage, scene, None]
        return self._loaded[1], self._loaded[2]


def _encode(pixels):
    from clappper.core.render.png import write_png

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "picture.png"
        write_png(path, pixels)
        return path.read_bytes()
