"""A stager, a stage host and a filmer that do as a script says; they obey ``session.ports``."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from clappper.core import events
from clappper.core.catalog.models import Availability, AvailabilityEntry, Wanted
from clappper.core.filming import Format
from clappper.core.planning.llm.planner import EditPlanResult
from clappper.core.planning.plan_result import PlanResult
from clappper.core.session.ports import OpenStage, PlannedRequest
from clappper.core.stage.models import (
    AccessReport,
    Anchor,
    AssetReport,
    Certificate,
    Collision,
    CountReport,
    GeometryReport,
    UsdReport,
)
from support.stages import make_item, make_plan

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from clappper.core.issue import Issue

__all__ = [
    "STEPS",
    "FakeFilmer",
    "FakeHost",
    "FakeStager",
    "Script",
    "make_availability",
    "make_certificate",
    "make_scene",
]

#: Everything a request may be held or fail at, and the phase it is shown in.
STEPS = {
    "plan": "planning",
    "survey": "staging",
    "stage": "staging",
    "author": "building",
    "film": "capturing",
    "encode": "encoding",
    "save": "saving",
    "export": "saving",
}


class Script:
    """Where the fakes hold or fail, and what they did."""

    def __init__(
        self, *, hold: str | None = None, fail: dict[str, Exception] | None = None
    ) -> None:
        """Hold for ever at one step, raise at others."""
        self.hold = hold
        self.fail = fail or {}
        self.done: list[str] = []
        self.is_thread_stopped = threading.Event()
        self.late_event: events.Event | None = None

    async def run(self, step: str) -> None:
        """Do a step on the loop."""
        self.done.append(step)
        await asyncio.sleep(0)
        if step in self.fail:
            raise self.fail[step]
        if step == self.hold:
            await asyncio.Event().wait()


class FakeStager:
    """Plans two boxes and stages them, or one more in the scene that is there.

    A prompt that ends with a question mark is answered.
    """

    def __init__(self, script: Script, *, issues: tuple[Issue, ...] = ()) -> None:
        """Tell ``issues`` as the planner's own."""
        self.script = script
        self.issues = issues
        self.prompts: list[str] = []
        self.histories: list[list[str]] = []
        self.films: list[Any] = []
        self.assumptions: list[str] = ["No size given: 6 x 6 m."]
        self.availability = make_availability("box")
        self.certificate = make_certificate()

    async def plan(
        self,
        prompt: str,
        stage: OpenStage,
        on_event: Callable[[events.Event], None],
        *,
        history: Sequence[str] = (),
    ) -> PlannedRequest:
        """Return a plan, a change of the scene that is there, or an answer."""
        self.prompts.append(prompt)
        self.histories.append(list(history))
        await self.script.run("plan")
        if prompt.endswith("?"):
            return PlannedRequest(answer="Boxes.")
        if stage.scene_path is not None:
            return PlannedRequest(scene=stage.scene_text, change=EditPlanResult())
        plan = make_plan([make_item("box", 2)], assumptions=self.assumptions)
        on_event(events.Found(self.availability.sentence, self.availability))
        on_event(events.Planned(plan))
        return PlannedRequest(result=PlanResult(plan, self.availability, self.issues))

    def read_scene(self, stage: OpenStage) -> Any:
        """Return the scene there is."""
        assert threading.current_thread() is not threading.main_thread()
        return stage.scene_text

    def stage(
        self,
        planning: PlannedRequest,
        survey: Any,
        film: Any,
        *,
        on_event: Callable[[events.Event], None],
        stop: threading.Event,
    ) -> Any:
        """Return a scene; on a worker thread."""
        self.script.done.append("stage")
        self.films.append(film)
        assert survey is FakeHost.SURVEY
        assert threading.current_thread() is not threading.main_thread()
        on_event(events.Opening(1, 4))
        on_event(events.Solving(1, 2))
        if "stage" in self.script.fail:
            raise self.script.fail["stage"]
        if self.script.hold == "stage":
            assert stop.wait(20)
            if self.script.late_event is not None:
                on_event(self.script.late_event)
            self.script.is_thread_stopped.set()
        on_event(events.Certified(self.certificate))
        if planning.scene is not None:
            return make_scene(self.certificate, count=3, notes=("1 box added.",))
        return make_scene(self.certificate)


class FakeHost:
    """A stage that is a set of prim paths."""

    SURVEY = SimpleNamespace(name="survey")

    def __init__(self, script: Script) -> None:
        """Start with no prims."""
        self.script = script
        self.prims: set[str] = set()
        #: The scene that stands there.
        self.scene: Any = None
        self.surveyed: list[str | None] = []
        self.active_camera: str | None = None
        self.hidden = 0
        self.destroyed = 0

    def look(self, preferred: str | None = None) -> OpenStage:
        """Return the scene itself as what it carries."""
        path = self.scene.scene_path if self.prims else None
        return OpenStage("stage", path, self.scene if path else None)

    async def inspect(self, preferred: str | None = None) -> OpenStage:
        """Return what look does."""
        await asyncio.sleep(0)
        return self.look(preferred)

    async def survey(self, opened: OpenStage | None = None, *, replaced: str | None = None) -> Any:
        """Return a token."""
        assert opened is not None
        self.surveyed.append(replaced.scene_path if replaced else None)
        await self.script.run("survey")
        return self.SURVEY

    async def author(self, scene: Any, on_progress: Callable[[int, int], None]) -> int:
        """Add the scene's prims, all or none; ``hidden`` of its instances cannot be seen."""
        on_progress(0, 2)
        on_progress(1, 2)
        await self.script.run("author")
        on_progress(2, 2)
        self.prims |= {scene.scene_path, scene.camera_path}
        self.scene = scene
        return len(scene.placements.placements) - self.hidden

    def has_prim(self, path: str) -> bool:
        """Whether it was authored."""
        return path in self.prims

    def look_through(self, camera_path: str) -> None:
        """Remember the camera."""
        if "look_through" in self.script.fail:
            raise self.script.fail["look_through"]
        self.active_camera = camera_path

    async def save(self, path: str | None) -> str:
        """Return where."""
        await self.script.run("save")
        return path or "Z:/scenes/open.usd"

    async def export(self, folder: str) -> str:
        """Return where."""
        await self.script.run("export")
        return f"{folder}/scene.usd"

    def destroy(self) -> None:
        """Count."""
        self.destroyed += 1


class FakeFilmer:
    """Films without a picture."""

    def __init__(self, script: Script) -> None:
        """Obey a script."""
        self.script = script
        self.filmed: list[tuple[str, Any]] = []

    async def film(
        self, scene: Any, settings: Any, on_event: Callable[[events.Event], None]
    ) -> Path:
        """Return a path."""
        on_event(events.Capturing(0, 4, None))
        await self.script.run("film")
        on_event(events.Capturing(3, 4, 75.0))
        on_event(events.Encoding(1, 4))
        await self.script.run("encode")
        self.filmed.append((scene.camera_path, settings))
        return Path("/films/movie.mp4")


def make_availability(*found: str, missing: tuple[str, ...] = ()) -> Availability:
    """Return the catalog's answer: one of each found, none of each missing."""
    entries = [
        AvailabilityEntry(
            wanted=Wanted(asked=noun, noun=noun, attributes=(), count=1),
            noun=known,
            assets=(),
            suggestions=(),
        )
        for noun, known in [*((n, n) for n in found), *((n, None) for n in missing)]
    ]
    sentence = f"Found {', '.join(found)}." if found else ""
    if missing:
        sentence = f"{sentence} Not in the catalog: {', '.join(missing)}.".strip()
    return Availability(entries=tuple(entries), sentence=sentence)


def make_certificate(*issues: Issue, collisions: int = 0) -> Certificate:
    """Return a certificate of two boxes; ``ok`` follows from the issues."""
    return Certificate(
        ok=all(issue.severity != "error" for issue in issues),
        stage="/World/Clappper/Scene_001",
        plan_sha256=None,
        catalog_sha256=None,
        seed=0,
        versions={},
        counts=(CountReport(noun="box", asked=2, placed=2),),
        geometry=GeometryReport(
            method="triangles",
            collisions=tuple(Collision(a="/A", b=f"/B{n}", depth_m=0.1) for n in range(collisions)),
            out_of_bounds=(),
            unsupported=(),
            min_gap_m=None,
            unverified=(),
        ),
        access=AccessReport(walkable_share=None, aisles=(), doors=()),
        relations=(),
        cameras=(),
        assets=AssetReport(resolved=2, unresolved=()),
        usd=UsdReport(validator=None, issues=(), asset_issues=()),
        anchor=Anchor(floor="zero", height_m=0.0),
        issues=issues,
    )


def make_scene(certificate: Certificate, *, count: int = 2, notes: tuple[str, ...] = ()) -> Any:
    """Return what the session reads of a staged scene; with notes it is a changed one."""
    path = "/World/Clappper/Scene_001"
    names = tuple(f"box_{number:02d}" for number in range(1, count + 1))
    return SimpleNamespace(
        placements=SimpleNamespace(placements=names),
        certificate=certificate,
        scene_path=path,
        camera_path=f"{path}/Cameras/Shot_01",
        form=Format(frames=96, fps=24, width=1280, height=720),
        replaced=[] if notes else None,
        notes=notes,
    )
