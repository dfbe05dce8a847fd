"""A picture of the viewport as a PNG file, drawn on a worker thread and written late."""

import asyncio
from pathlib import Path

import carb
import omni.kit.app
from omni.kit.async_engine import run_coroutine

from . import standin
from .renderer import Renderer

_renderer = Renderer()


class CaptureHelper:
    """What ``capture_viewport_to_file`` returns."""

    def __init__(self, viewport_api, file_path):
        self._path = Path(file_path)
        picture = {
            "path": str(file_path),
            "camera": str(viewport_api.camera_path),
            "time_code": viewport_api.time.GetValue(),
            "size": list(viewport_api.drawn_size),
            "engine": [viewport_api.hydra_engine, viewport_api.render_mode],
        }
        standin.pictures.append(picture)
        standin.pending += 1
        is_black = viewport_api.drawn_frames < standin.black_frames
        work = _renderer.submit(viewport_api.stage, picture, spp=standin.spp, is_black=is_black)
        self._task = run_coroutine(self._write(work, standin.flush_updates))

    async def wait_for_result(self, completion_frames=2):
        await asyncio.wait([self._task])
        for _ in range(completion_frames):
            await omni.kit.app.get_app().next_update_async()
        return self._path.is_file()

    async def _write(self, work, flush_updates):
        try:
            data = await asyncio.wrap_future(work)
            for _ in range(flush_updates):
                await omni.kit.app.get_app().next_update_async()
            half = len(data) // 2 if flush_updates else len(data)
            with self._path.open("wb") as file:
                file.write(data[:half])
                file.flush()
                if half < len(data):
                    await omni.kit.app.get_app().next_update_async()
                file.write(data[half:])
        except Exception as exc:  # noqa: BLE001 - Kit's renderer, too, tells it in the log only
            carb.log_error(f"{self._path} cannot be written: {exc!r}")
        finally:
            standin.pending -= 1
