"""A chat session with everything it told, over the fakes, for tests of what it does."""

from __future__ import annotations

import asyncio

import pytest

from clappper.core.session.chat import ChatSession
from clappper.core.session.models import FilmSettings
from support.fake_session import STEPS, FakeFilmer, FakeHost, FakeStager, Script

__all__ = ["CAMERA", "FILM", "SCENE", "Panel", "run"]

SCENE = "/World/Clappper/Scene_001"
CAMERA = f"{SCENE}/Cameras/Shot_01"
FILM = FilmSettings(frames=4, fps=24, width=640, height=360)
#: How a user starts what runs a step.
STARTS = {
    **dict.fromkeys(("survey", "plan", "stage", "author"), lambda s: s.send("2 boxes")),
    **dict.fromkeys(("film", "encode"), lambda s: s.capture(FILM)),
    "save": lambda s: s.save(None),
    "export": lambda s: s.export("Z:/out"),
}


class Panel:
    """A session and everything it told."""

    def __init__(self, script: Script | None = None, **options) -> None:
        self.script = script or Script()
        self.stager = FakeStager(self.script, **options)
        self.host = FakeHost(self.script)
        self.filmer = FakeFilmer(self.script)
        self.tasks: list[asyncio.Task] = []
        self.session = ChatSession(self.stager, self.host, self.filmer, spawn=self.spawn)
        self.states = []
        self.session.subscribe(self.states.append)

    def spawn(self, work):
        self.tasks.append(asyncio.get_running_loop().create_task(work))
        return self.tasks[-1]

    @property
    def state(self):
        return self.session.state

    @property
    def lines(self):
        return [(line.kind, line.text) for line in self.state.lines]

    async def finish(self):
        """Wait until nothing runs."""
        for task in self.tasks:
            await asyncio.wait([task], timeout=20)
            assert task.done()
        await asyncio.sleep(0)

    async def reach(self, step):
        """Wait until a step is under way."""
        for _ in range(2000):
            if step in self.script.done and self.state.phase == STEPS[step]:
                return
            await asyncio.sleep(0.005)
        pytest.fail(f"{step} was never reached: {self.script.done}, {self.state.phase}")

    async def build(self):
        self.session.send("2 boxes")
        await self.finish()

    async def start(self, step):
        """Get to where the step can be started, and start it."""
        if step in ("film", "encode"):
            hold, self.script.hold = self.script.hold, None
            fail, self.script.fail = self.script.fail, {}
            await self.build()
            self.script.hold, self.script.fail = hold, fail
        STARTS[step](self.session)


def run(coroutine_function):
    """Run a test's coroutine; nothing may be left running."""

    async def main():
        errors = []
        asyncio.get_running_loop().set_exception_handler(lambda _, context: errors.append(context))
        await coroutine_function()
        await asyncio.sleep(0)
        assert errors == []
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(main())
