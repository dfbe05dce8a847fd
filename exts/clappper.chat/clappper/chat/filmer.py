"""Films the open stage through whatever capture backend the app offers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from clappper.core.capture.registry import find_backend
from clappper.core.errors import CaptureUnavailableError
from clappper.core.files import write_json
from clappper.core.filming import film_request
from clappper.core.run_folder import RunFolder, choose_run_path

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from clappper.core import events
    from clappper.core.built_scene import BuiltScene
    from clappper.core.session.models import FilmSettings

__all__ = ["LiveFilmer"]


class LiveFilmer:
    """The session's seam ``Filmer``: one new folder a film."""

    def __init__(self, output_folder: Path) -> None:
        self._output_folder = output_folder

    async def film(
        self,
        scene: BuiltScene,
        settings: FilmSettings,
        on_event: Callable[[events.Event], None],
    ) -> Path:
        """Film the scene's camera over its move.

        Raises:
            CaptureUnavailableError: No capture extension is enabled, or Kit cannot capture now.
            CaptureError: No frames or no film.
            OutputError: The folder cannot be written.
        """
        from clappper.core.capture.models import CaptureRequest

        backend = find_backend()
        if backend is None:
            raise CaptureUnavailableError(
                "Filming needs the extension clappper.capture, which is not enabled: enable it in "
                "Window > Extensions."
            )
        folder = RunFolder(choose_run_path(scene.plan.title, parent=self._output_folder))
        start_s = scene.clip.first_frame / scene.form.fps
        first = math.ceil(start_s * settings.fps - 1e-6)
        request = CaptureRequest(
            stage_path=None,
            camera_path=scene.camera_path,
            first_frame=first,
            last_frame=first + settings.frames - 1,
            fps=settings.fps,
            width=settings.width - settings.width % 2,
            height=settings.height - settings.height % 2,
            output_folder=folder.frames,
        )
        await film_request(
            backend,
            request,
            movie_path=folder.movie,
            poster_path=folder.poster,
            on_event=on_event,
        )
        write_json(folder.plan, scene.plan.model_dump(mode="json"))
        write_json(folder.placements, scene.placements.model_dump(mode="json"))
        write_json(folder.certificate, scene.certificate.model_dump(mode="json"))
        return folder.movie
