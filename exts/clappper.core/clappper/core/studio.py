"""The studio: catalog, planner and staging behind the session's seam ``SceneStager``.

What plans and stages is imported by the first request, on its thread: Kit starts faster.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from clappper.core import events
from clappper.core.threads import run_on_thread

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable
    from pathlib import Path

    from clappper.core.catalog.models import AssetResolver, Catalog
    from clappper.core.planning.planner_choice import Planner
    from clappper.core.planning.rule_planner import PlanResult
    from clappper.core.session.models import FilmSettings
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


class Studio:
    """Plans and stages scenes from one catalog, which is opened at the first request."""

    def __init__(self, settings: StudioSettings) -> None:
        self._settings = settings
        self._sources: tuple[Catalog, AssetResolver] | None = None

    async def plan(self, prompt: str, on_event: Callable[[events.Event], None]) -> PlanResult:
        """Return the plan of a prompt; reading, searching and asking happen on threads.

        Raises:
            ClappperError: The catalog cannot be used, or nothing of the prompt can be built.
        """
        settings = self._settings

        def open_planner(_report: Callable[[events.Event], None], _: threading.Event) -> Planner:
            from clappper.core.planning.planner_choice import choose_planner

            catalog, _resolver = self._open()
            return choose_planner(settings.planner, catalog, api_key=settings.api_key)

        planner = await run_on_thread(open_planner, on_event)
        result = await planner.plan(prompt, seed=settings.seed, on_event=on_event)
        on_event(events.Planned(result.plan))
        return result

    def stage(
        self,
        planning: PlanResult,
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
        from clappper.core.pipeline import MakeRequest, choose_format
        from clappper.core.staging import StagingRequest, stage_scene

        catalog, resolver = self._open()
        default = Format(film.frames, film.fps, film.width, film.height)
        form = choose_format(planning.plan, MakeRequest(""), default)
        request = StagingRequest(
            planning.plan,
            form,
            seed=self._settings.seed,
            # Misses and assumptions stand in the plan, where the certificate finds them.
            issues=tuple(i for i in planning.issues if i.code not in ("MISS", "ASSUMPTION")),
        )
        return stage_scene(request, survey, catalog, resolver, on_event=on_event, stop=stop)

    def _open(self) -> tuple[Catalog, AssetResolver]:
        from clappper.core.pipeline import open_sources

        if self._sources is None:
            settings = self._settings
            catalog, resolver, _ = open_sources(settings.catalog_path, settings.asset_roots)
            self._sources = catalog, resolver
        return self._sources
