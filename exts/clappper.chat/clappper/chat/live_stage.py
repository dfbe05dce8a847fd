"""The stage that is open in Kit, behind the session's seam ``StageHost``.

Main thread only. The stage object is asked for anew in every slice: it changes when the user opens
another one.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clappper.chat.commands import UndoEntries
from clappper.chat.slices import run_in_slices
from clappper.core.errors import ClappperError, StageError
from clappper.core.files import complete_usd_path
from clappper.core.session.ports import OpenStage
from clappper.core.threads import run_on_thread
from clappper.kit.compat import (
    KitFeatureMissingError,
    Subscription,
    find_module,
    get_active_viewport,
    next_update,
    observe_stage_event,
    require_module,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from clappper.core.built_scene import BuiltScene
    from clappper.core.stage.live_edit import LiveEdit
    from clappper.core.stage.survey import StageSurvey
    from clappper.core.staging import StagedScene

__all__ = ["LiveStage"]

_LOGGER = logging.getLogger(__name__)
_GONE = "The stage was closed or replaced meanwhile: nothing was built. Send the prompt again."


class LiveStage:
    """Surveys the open stage, authors on it in slices, and saves it."""

    def __init__(self, *, slice_s: float) -> None:
        """Use at most ``slice_s`` [s] of an update."""
        self._slice_s = slice_s
        self._undo_entries = UndoEntries()
        self._edit: LiveEdit | None = None
        self._surveyed: tuple[int, str] | None = None
        self._watching: list[Subscription] = []

    def watch(self, on_change: Callable[[], None]) -> None:
        """Tell when a stage is opened or closed, and when a scene of ours is undone or redone."""
        self._undo_entries.watch(on_change)
        usd = find_module("omni.usd")
        context = usd.get_context() if usd is not None else None
        if context is not None:
            self._watching += [
                observe_stage_event(context, event, on_change, name="clappper.chat")
                for event in ("OPENED", "CLOSED")
            ]

    def look(self, preferred: str | None = None) -> OpenStage:
        """Return what is open, with the scene that is selected, else preferred, else the last.

        Raises:
            StageError: No stage is open.
            KitFeatureMissingError: The app has no stages.
        """
        from clappper.core.stage.carried import find_carried

        context, stage = self._get_stage()
        selected = context.get_selection().get_selected_prim_paths()
        path, text = find_carried(stage, selected=selected, preferred=preferred) or (None, None)
        return OpenStage(self._identify(), path, text)

    async def inspect(self, preferred: str | None = None) -> OpenStage:
        """Return what ``look`` does, with how the scene's instances stand, read in slices.

        Raises:
            StageError: No stage is open, or its edit target's layer cannot be authored.
            KitFeatureMissingError: The app has no stages.
        """
        from clappper.core.stage.standing import iterate_standing

        context, stage = self._get_stage()
        self._check_edit_target(context, stage)
        opened = self.look(preferred)
        if opened.scene_path is None:
            return opened
        self._surveyed = self._identify()
        standing = await run_in_slices(
            iterate_standing(stage, opened.scene_path),
            next_update=next_update,
            budget_s=self._slice_s,
            check=self._check_same,
        )
        return replace(opened, standing=standing)

    async def survey(
        self, opened: OpenStage | None = None, *, replaced: BuiltScene | None = None
    ) -> StageSurvey:
        """Look at the open stage in slices.

        Raises:
            StageError: No stage is open, another than before, or its edit target's layer cannot be
                authored.
            KitFeatureMissingError: The app has no stages.
        """
        from clappper.core.stage.survey import iterate_survey

        context, stage = self._get_stage()
        self._check_edit_target(context, stage)
        self._surveyed = self._identify()
        if opened is not None and opened.identity != self._surveyed:
            raise StageError(_GONE)
        selected = context.get_selection().get_selected_prim_paths()
        return await run_in_slices(
            iterate_survey(
                stage,
                selected,
                replaced=replaced.scene_path if replaced else None,
                own=replaced.list_instance_paths() if replaced else (),
            ),
            next_update=next_update,
            budget_s=self._slice_s,
            check=self._check_same,
        )

    async def author(self, scene: StagedScene, on_progress: Callable[[int, int], None]) -> int:
        """Put a staged scene on the stage in slices, as one undo entry.

        Returns:
            How many of its instances are on the stage now, with their assets.

        Raises:
            StageError: The stage was closed or replaced, or cannot be authored.
            CommandFailedError: Kit refused the undo entry.
        """
        from pxr import Sdf

        from clappper.core.stage.live_edit import LiveEdit
        from clappper.core.stage.survey import count_instances

        self._check_same()
        context, stage = self._get_stage()
        self._check_edit_target(context, stage)
        edit = LiveEdit(
            stage,
            scene.layer,
            Sdf.Path(scene.scene_path),
            root_metadata=scene.root_metadata,
            replaced=scene.replaced,
        )
        self._edit = edit
        # Told before the stage goes: what is half authored must not be saved with it.
        closing = observe_stage_event(context, "CLOSING", self._take_back, name="clappper.chat")
        try:
            await run_in_slices(
                edit.iterate_author(),
                next_update=next_update,
                budget_s=self._slice_s,
                on_step=lambda step: on_progress(*step),
                check=partial(self._check_authoring, edit),
            )
            self._undo_entries.adopt(edit)
            self._edit = None
            return count_instances(stage, edit.scene_path)
        finally:
            closing.release()
            self._take_back()

    def has_prim(self, path: str) -> bool:
        """Whether a prim is on the open stage now."""
        try:
            _, stage = self._get_stage()
        except ClappperError:
            return False
        return bool(stage.GetPrimAtPath(path))

    def look_through(self, camera_path: str) -> None:
        """Make a camera the active one of the viewport.

        Raises:
            KitFeatureMissingError: No viewport is open.
            StageError: The camera is not on the stage any more.
        """
        if not self.has_prim(camera_path):
            raise StageError("The camera is not on this stage any more: send a prompt.")
        viewport = get_active_viewport()
        if viewport is None:
            raise KitFeatureMissingError("No viewport is open: open one with Window > Viewport.")
        viewport.camera_path = camera_path

    async def save(self, path: str | None) -> str:
        """Save the stage in place, or as a file, and return where it is.

        Raises:
            StageError: It has no file yet, the name is no USD file's, or Kit could not save it.
        """
        context, _ = self._get_stage()
        if path is None:
            if context.is_new_stage():
                raise StageError("This stage has no file yet: name one and press Save as.")
            result = await context.save_stage_async()
            url = context.get_stage_url()
        else:
            url = complete_usd_path(path)
            if not url:
                raise StageError("Name the file to save to, for example C:/scenes/warehouse.usd.")
            result = await context.save_as_stage_async(url)
        if not result[0]:
            raise StageError(f"Kit could not save {url}: {result[1] or 'see its log'}.")
        return str(url)

    async def export(self, folder: str) -> str:
        """Write the stage with all its assets into one folder and return the scene's file.

        Raises:
            StageError: No folder is named, or a USD file the scene needs is missing.
            OutputError: The folder is in use or cannot be written.
        """
        from clappper.core.stage.collect import MISSING_FILE, collect_layer, flatten_stage

        _, stage = self._get_stage()
        named = folder.strip().strip('"').strip()
        if not named:
            raise StageError("Name the folder to export to, for example C:/scenes/warehouse.")
        layer = flatten_stage(stage)
        target = Path(named).expanduser().absolute()
        file = await run_on_thread(lambda _report, _stop: collect_layer(layer, target), _ignore)
        missing = file.with_name(MISSING_FILE)
        note = f" (some files were not found: see {MISSING_FILE} beside it)"
        return file.as_posix() + (note if missing.is_file() else "")

    def destroy(self) -> None:
        """Take away at once what is half authored; calling it again does nothing."""
        self._take_back()
        self._undo_entries.destroy()
        for subscription in self._watching:
            subscription.release()
        self._watching.clear()

    def _get_stage(self) -> tuple[Any, Any]:
        usd = require_module("omni.usd", needed_for="Building on the open stage")
        context = usd.get_context()
        stage = context.get_stage() if context is not None else None
        if stage is None:
            raise StageError("No stage is open: make one with File > New, or open one.")
        return context, stage

    def _identify(self) -> tuple[int, str]:
        """Return what tells this stage and its edit target from others."""
        context, stage = self._get_stage()
        return context.get_stage_id(), stage.GetEditTarget().GetLayer().identifier

    def _check_same(self) -> None:
        try:
            is_same = self._identify() == self._surveyed
        except StageError:
            is_same = False
        if not is_same:
            raise StageError(_GONE)

    def _check_authoring(self, edit: LiveEdit) -> None:
        if self._edit is not edit:
            raise StageError(_GONE)
        self._check_same()

    def _check_edit_target(self, context: Any, stage: Any) -> None:
        from clappper.core.stage.live_edit import find_edit_problem

        problem = find_edit_problem(stage)
        if not problem:
            usd = require_module("omni.usd", needed_for="Building on the open stage")
            layer = stage.GetEditTarget().GetLayer()
            # Kit's own lock is not USD's permission.
            if hasattr(usd, "is_layer_locked") and usd.is_layer_locked(context, layer.identifier):
                name = layer.GetDisplayName()
                problem = f"The layer {name} is locked: unlock it, or edit another layer."
        if problem:
            raise StageError(problem)

    def _take_back(self) -> None:
        """Undo what is half authored, where its layer still is."""
        edit, self._edit = self._edit, None
        if edit is not None:
            with suppress(StageError):
                edit.undo()


def _ignore(_: object) -> None:
    """Take no reports."""
