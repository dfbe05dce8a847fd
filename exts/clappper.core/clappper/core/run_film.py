"""Filming a run again: an earlier film stays until there is a whole new one."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from clappper.core.errors import OutputError, UsageError
from clappper.core.files import compute_sha256, write_json
from clappper.core.filming import film, open_backend
from clappper.core.run_documents import load_certificate, load_run
from clappper.core.run_folder import RunFolder

if TYPE_CHECKING:
    from collections.abc import Callable

    from clappper.core import events

__all__ = ["film_run"]


def film_run(
    folder: RunFolder, *, spp: int | None, on_event: Callable[[events.Event], None]
) -> int:
    """Film a run's scene as it is and return the number of frames.

    Args:
        folder: The run.
        spp: Samples per pixel, or null for the renderer's choice.
        on_event: Called on this thread with each event; after ``Filmed`` the run is written.

    Raises:
        UsageError: The run's documents are not sound, or there is no camera in the scene.
        CaptureError: No frames or no film; the run is as it was.
        OutputError: The run cannot be written.
    """
    backend = open_backend()
    run = load_run(folder)
    certificate = load_certificate(folder)
    if not certificate.cameras:
        raise UsageError("The scene has no camera to film with: make it again.")
    new = RunFolder(folder.path / ".film")
    try:
        film(
            backend,
            folder,
            certificate.cameras[0].prim_path,
            run.form,
            spp=spp,
            on_event=on_event,
            out=new,
        )
        shutil.rmtree(folder.frames, ignore_errors=True)
        for there, place in (
            (new.frames, folder.frames),
            (new.movie, folder.movie),
            (new.poster, folder.poster),
        ):
            there.replace(place)
    except OSError as exc:
        raise OutputError(
            f"Cannot write to {folder.path}: {exc.strerror or exc}. "
            "Close what has its files open and try again."
        ) from exc
    finally:
        shutil.rmtree(new.path, ignore_errors=True)
    known = run.report.get("sha256")
    hashes = {**(known if isinstance(known, dict) else {})}
    hashes[folder.movie.name] = compute_sha256(folder.movie)
    write_json(folder.report, {**run.report, "sha256": hashes})
    return run.form.frames
