"""The studio: catalog, planner and staging behind the session's seam ``SceneStager``.

What plans and stages is imported by the first request, on its thread: Kit starts faster.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from clappper.core import events
from clappper.core.session.ports import PlannedRequest
from clappper.core.threads import run_on_thread

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from clappper.core.built_scene import BuiltScene
    from clappper.core.catalog.models import AssetResolver, Catalog
    from clappper.core.planning.plan_result import PlanResult
    from clappper.core.planning.planner_choice import Planner
    from clappper.core.planning.questions.ground import Evidence
    from clappper.core.session.models import FilmSettings
    from clappper.core.session.ports import OpenStage
    from clappper.core.stage.survey import StageSurvey
    from clappper.core.staging import StagedScene

__all__ = ["Studio", "StudioSettings"]


@dataclass(frozen=True)
class StudioSettings:
    """Where assets come from and who plans."""

    catalog_path: Path | None = None
    asset_roots: tuple[str | Path, ...] = ()
    seed: int = 0
    #: ``rules``, ``llm`` or ``auto``.
    planner: str = "rules"
    #: Key of the language model where it does not come from the environment.
    api_key: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class _Reading:
    """A request as it is understood before anybody plans."""

    planner: Planner
    line: str
    #: The scene it is about, or None for a new one.
    scene: BuiltScene | None
    #: What somebody did to it by hand.
    notes: tuple[str, ...] = ()
    is_question: bool = False


class Studio:
    """Plans and stages scenes from one catalog, which is opened at the first request."""

    def __init__(self, settings: StudioSettings) -> None:
        self._settings = settings
        self._sources: tuple[Catalog, AssetResolver] | None = None

    async def plan(
        self,
        prompt: str,
        stage: OpenStage,
        on_event: Callable[[events.Event], None],
        *,
        history: Sequence[str] = (),
    ) -> PlannedRequest:
        """Return what a prompt comes to; reading, searching and asking happen on threads.

        Raises:
            ClappperError: The catalog cannot be used; nothing of the prompt can be built or
                changed; or the message is a question to the user.
        """

        def prepare(_report: Callable[[events.Event], None], _: threading.Event) -> _Reading:
            return self._read(prompt, stage)

        reading = await run_on_thread(prepare, on_event)
        from clappper.core.scene_planning import telling_reasons

        with telling_reasons():
            return await self._plan(reading, on_event, history)

    def read_scene(self, stage: OpenStage) -> BuiltScene | None:
        """Return the scene that an open stage carries, or None without one; blocks.

        Raises:
            StageError: What it carries is not sound.
        """
        from clappper.core.built_scene import parse_built_scene

        if stage.scene_text is None or stage.scene_path is None:
            return None
        return parse_built_scene(stage.scene_text, stage.scene_path)

    def stage(
        self,
        planning: PlannedRequest,
        survey: StageSurvey,
        film: FilmSettings,
        *,
        on_event: Callable[[events.Event], None],
        stop: threading.Event,
    ) -> StagedScene:
        """Return a certified scene for the surveyed stage; blocks.

        Raises:
            ClappperError: With a sentence that says what to do.
        """
        from clappper.core.filming import Format
        from clappper.core.make_request import MakeRequest, choose_format
        from clappper.core.scene_planning import select_planner_issues
        from clappper.core.staging import Change, StagingRequest, stage_scene

        catalog, resolver = self._open()
        form = Format(film.frames, film.fps, film.width, film.height)
        change = None
        if planning.scene is not None and planning.change is not None:
            plan, change = planning.scene.plan, Change(planning.scene, planning.change)
        else:
            assert planning.result is not None
            plan = planning.result.plan
            form = choose_format(plan, MakeRequest(""), form)
        result = planning.result
        request = StagingRequest(
            plan,
            form,
            seed=self._settings.seed,
            issues=select_planner_issues(result.issues) if result is not None else (),
            change=change,
        )
        return stage_scene(request, survey, catalog, resolver, on_event=on_event, stop=stop)

    async def _plan(
        self, reading: _Reading, on_event: Callable[[events.Event], None], history: Sequence[str]
    ) -> PlannedRequest:
        planner, line, scene = reading.planner, reading.line, reading.scene
        if reading.is_question:
            answering = planner.answer(
                line,
                plan=scene.plan if scene else None,
                evidence=self._collect_evidence(reading),
                on_event=on_event,
                history=history,
            )
            return PlannedRequest(answer=(await answering).text)
        if scene is None:
            result = await planner.plan(
                line, seed=self._settings.seed, on_event=on_event, may_ask=True, history=history
            )
            _refuse_question(result)
            on_event(events.Planned(result.plan))
            return PlannedRequest(result=result)
        change = await planner.plan_edit(
            line,
            scene.plan,
            room_size_m=scene.placements.room.size_m,
            on_event=on_event,
            may_ask=True,
            history=history,
        )
        _refuse_question(change.result)
        return PlannedRequest(result=change.result, scene=scene, change=change, notes=reading.notes)

    def _read(self, prompt: str, stage: OpenStage) -> _Reading:
        """Find out what kind of request a prompt is, and about which scene."""
        from clappper.core.conversation import clean_line
        from clappper.core.hand_moves import take_over
        from clappper.core.planning.planner_choice import choose_planner
        from clappper.core.planning.questions.answering import is_question
        from clappper.core.scene_change import check_assets, wants_new_scene

        settings = self._settings
        catalog, _ = self._open()
        planner = choose_planner(settings.planner, catalog, api_key=settings.api_key)
        line = "\n".join(clean_line(part, os.environ) for part in prompt.splitlines())
        if settings.api_key:
            line = line.replace(settings.api_key, "[key]")
        scene = self.read_scene(stage)
        notes: tuple[str, ...] = ()
        if scene is not None and stage.standing is not None:
            scene, notes = take_over(scene, stage.standing)
        if is_question(line):
            return _Reading(planner, line, scene, notes, is_question=True)
        if scene is not None:
            room_size_m = scene.placements.room.size_m
            if wants_new_scene(line, catalog, scene.plan, room_size_m):
                return _Reading(planner, line, None)
            check_assets(scene.plan, catalog)
        return _Reading(planner, line, scene, notes)

    def _collect_evidence(self, reading: _Reading) -> Evidence:
        """Return what answers are told from besides plan and catalog."""
        from clappper.core.planning.questions.ground import Evidence

        scene, measure = reading.scene, self._open()[1].measure
        if scene is None:
            return Evidence(measure=measure)
        # What was moved by hand since is not as it was measured.
        certificate = None if reading.notes else scene.certificate
        return Evidence(scene.placements, certificate, scene.form, measure)

    def _open(self) -> tuple[Catalog, AssetResolver]:
        from clappper.core.sources import open_sources

        if self._sources is None:
            settings = self._settings
            catalog, resolver, _ = open_sources(settings.catalog_path, settings.asset_roots)
            self._sources = catalog, resolver
        return self._sources


def _refuse_question(result: PlanResult | None) -> None:
    """Raise what a language model asks back.

    Raises:
        PlanRejectedError: It asks.
    """
    from clappper.core.planning.llm.wording import make_question_rejection

    if result is not None and result.question is not None:
        raise make_question_rejection(result.question)
