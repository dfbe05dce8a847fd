"""A conversation about one run folder: the first request makes the scene, later ones change it.

Says nothing itself: answers are returned, and what happens on the way is told by events. A request
is done as a whole or leaves the folder as it was, also when Ctrl+C ends it; nobody else changes the
run meanwhile. What was asked of a language model stays in the run's ledger in any case.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clappper.core import events
from clappper.core.conversation import (
    Conversation,
    clean_line,
    compact_history,
    load_conversation,
)
from clappper.core.editing import EditRequest, edit_run
from clappper.core.errors import ClappperError, OutputError, PlanRejectedError, UsageError
from clappper.core.files import compute_sha256
from clappper.core.make_request import MakeRequest
from clappper.core.pipeline import make
from clappper.core.planning.edits.selection import count_noun
from clappper.core.planning.planner_choice import choose_planner
from clappper.core.planning.questions.answering import is_question
from clappper.core.planning.questions.ground import Evidence
from clappper.core.run_documents import load_certificate, load_run
from clappper.core.run_film import film_run
from clappper.core.run_folder import RunFolder, choose_run_path
from clappper.core.run_history import making_run, redo_change, restore_interrupted, undo_change
from clappper.core.run_ledger import Ledger
from clappper.core.run_lock import locking_run
from clappper.core.scene_change import wants_new_scene
from clappper.core.scene_planning import run_planning
from clappper.core.sources import open_sources

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from clappper.core.catalog.models import Catalog
    from clappper.core.conversation import Deed
    from clappper.core.interrupt import InterruptGuard
    from clappper.core.planning.models import ScenePlan
    from clappper.core.sources import Sources

__all__ = ["ChatOptions", "ChatReply", "ChatRun"]

#: Most characters of what was said before that a language model is told.
_HISTORY_CHARS = 4_000
_COMMAND = "chat"
_CHANGED = "The scene was changed by another Clappper meanwhile."
_NO_SCENE = "There is no scene yet: say what it should show."


@dataclass(frozen=True)
class ChatOptions:
    """Who plans, what with, and the samples per pixel of films; null as ``clappper make`` does."""

    planner: str = "rules"
    base_url: str | None = None
    model: str | None = None
    catalog_path: Path | None = None
    asset_roots: tuple[str | Path, ...] = ()
    spp: int | None = None


@dataclass(frozen=True)
class ChatReply:
    """What was done, in sentences."""

    did: Deed
    said: tuple[str, ...]


class ChatRun:
    """One conversation. Blocks; events are told on the caller's thread, in order."""

    def __init__(
        self, options: ChatOptions, folder: RunFolder | None = None, *, parent: Path = Path("out")
    ) -> None:
        """Start a conversation, or go on with the one of a run.

        Args:
            options: Who plans, and what with.
            folder: The run, or where the first request makes it; null for a new one.
            parent: Where new ones go.

        Raises:
            UsageError: The run's documents are not sound.
            RunBusyError: Another process is changing the run.
            OutputError: A change that was cut off cannot be taken back.
        """
        self._options = options
        self._parent = parent if folder is None else folder.path.parent
        self._folder = folder
        self._sources: Sources | None = None
        self._conversation = Conversation()
        self._ledger = Ledger(_COMMAND)
        #: SHA-256 of the plan after the last request, or null without a scene.
        self._seen_sha256: str | None = None
        self._is_certified = False
        self._notes: tuple[str, ...] = ()
        if folder is not None and folder.path.is_dir():
            with locking_run(folder):
                restore_interrupted(folder)
                if self.has_scene:
                    self._reopen(folder)

    @property
    def folder(self) -> RunFolder | None:
        """The run folder, or None before one is chosen."""
        return self._folder

    @property
    def has_scene(self) -> bool:
        """Whether there is a scene to change."""
        run = self._folder
        return run is not None and all(
            path.is_file() for path in (run.plan, run.placements, run.scene, run.certificate)
        )

    @property
    def is_certified(self) -> bool:
        """Whether there was a scene after the last request, and its certificate had no errors."""
        return self._is_certified

    @property
    def conversation(self) -> Conversation:
        """What was said so far."""
        return self._conversation

    @property
    def greeting(self) -> tuple[str, ...]:
        """Sentences about the run that was reopened; none for a new one."""
        return self._notes

    def send(
        self, text: str, on_event: Callable[[events.Event], None], guard: InterruptGuard
    ) -> ChatReply:
        """Answer one line: a question, a wish for a scene, or a change of it.

        Args:
            text: As the user said it.
            on_event: Called with each event.
            guard: Entered by the caller; asked wherever the work can be left.

        Raises:
            RunBusyError: Another process is changing the run.
            ClappperError: With a sentence that says what to do; the scene is as it was.
            KeyboardInterrupt: It was stopped; the scene is as it was.
        """
        line = clean_line(text, os.environ)
        folder = self._find_folder() if is_question(line) else self._choose_folder(line)
        with self._holding(folder) as notes:
            try:
                reply = self._reply(line, folder, on_event, guard)
            except ClappperError as exc:
                issues = exc.issues if isinstance(exc, PlanRejectedError) else ()
                is_asking = any(issue.code == "QUESTION" for issue in issues)
                reply = ChatReply("asked" if is_asking else "failed", (str(exc),))
                if not is_asking:
                    self._note(line, reply)
                    raise
            except KeyboardInterrupt:
                with contextlib.suppress(OutputError):
                    self._ledger.close_request(line, "stopped", self._folder)
                raise
            reply = replace(reply, said=(*notes, *reply.said))
            self._note(line, reply)
        return reply

    def undo(self) -> ChatReply:
        """Take the last change back.

        Raises:
            UsageError: There is none.
            RunBusyError: Another process is changing the run.
            OutputError: The folder cannot be written.
        """
        return self._travel("/undo", "undone", undo_change, "There is nothing to take back.")

    def redo(self) -> ChatReply:
        """Do again what was taken back last.

        Raises:
            UsageError: There is nothing.
            RunBusyError: Another process is changing the run.
            OutputError: The folder cannot be written.
        """
        return self._travel("/redo", "redone", redo_change, "There is nothing to do again.")

    def film(self, on_event: Callable[[events.Event], None], guard: InterruptGuard) -> ChatReply:
        """Film the scene as it is.

        Raises:
            RunBusyError: Another process is changing the run.
            ClappperError: There is no scene, or no film could be made; the run is as it was.
            KeyboardInterrupt: It was stopped; the run is as it was.
        """

        def tell(event: events.Event) -> None:
            if isinstance(event, events.Filmed):
                guard.hold_back()  # from here on the run folder is written
            on_event(event)

        with self._holding(self._find_folder()) as notes:
            folder = self._require_scene()
            with _waiting(guard):
                count = film_run(folder, spp=self._options.spp, on_event=tell)
            reply = ChatReply("filmed", (*notes, f"Filmed {count} frames."))
            self._note("/film", reply)
        return reply

    def start_anew(self) -> None:
        """Let the next request make a new scene, in a folder of its own."""
        if self.has_scene or self._seen_sha256 is not None:
            self._folder, self._conversation = None, Conversation()
            self._ledger, self._seen_sha256 = Ledger(_COMMAND), None

    # --- what a line is -----------------------------------------------------------------------

    def _reply(
        self,
        line: str,
        folder: RunFolder | None,
        on_event: Callable[[events.Event], None],
        guard: InterruptGuard,
    ) -> ChatReply:
        def tell(event: events.Event) -> None:
            if isinstance(event, events.Planned):
                guard.hold_back()  # from here on the run folder is written
            guard.check()
            on_event(event)

        # Noted before Ctrl+C is looked for: what was spent is spent.
        listen = self._ledger.listen(tell)
        with _waiting(guard, is_waiting=self._options.planner != "rules"):
            if folder is None or is_question(line):
                return self._answer(line, listen)
            if self.has_scene:
                return self._edit(line, listen)
            return self._make(line, folder, listen, guard)

    def _answer(self, line: str, on_event: Callable[[events.Event], None]) -> ChatReply:
        options = self._options
        planner = choose_planner(
            options.planner, self._open_catalog(), base_url=options.base_url, model=options.model
        )
        plan, evidence = self._collect_evidence()
        answering = planner.answer(
            line, plan=plan, evidence=evidence, on_event=on_event, history=self._list_history()
        )
        return ChatReply("answered", (run_planning(answering).text,))

    def _make(
        self,
        line: str,
        folder: RunFolder,
        on_event: Callable[[events.Event], None],
        guard: InterruptGuard,
    ) -> ChatReply:
        request = MakeRequest(line, **self._collect_options())
        with making_run(folder):
            try:
                make(request, folder, on_event)
            finally:
                guard.hold_back()
        self._folder = folder
        return ChatReply("made", (_describe_scene(load_run(folder).plan),))

    def _edit(self, line: str, on_event: Callable[[events.Event], None]) -> ChatReply:
        folder = self._require_scene()
        run = load_run(folder)
        if wants_new_scene(line, self._open_catalog(), run.plan, run.placements.room.size_m):
            raise PlanRejectedError(
                "That is a scene of its own, nothing was changed: say /new first, then it again."
            )
        result = edit_run(EditRequest(line, **self._collect_options()), folder, on_event)
        return ChatReply("edited", (result.said, *result.notes))

    def _collect_options(self) -> dict[str, Any]:
        """Return what making and changing a scene are told alike."""
        options = self._options
        return {
            "planner": options.planner,
            "base_url": options.base_url,
            "model": options.model,
            "history": self._list_history(),
            "may_ask": True,
            "catalog_path": options.catalog_path,
            "asset_roots": options.asset_roots,
            "is_filming": False,
        }

    def _travel(
        self, line: str, did: Deed, go: Callable[[RunFolder], bool], nothing: str
    ) -> ChatReply:
        with self._holding(self._find_folder()) as notes:
            folder = self._require_scene()
            if not go(folder):
                raise UsageError(nothing)
            reply = ChatReply(did, (*notes, _describe_scene(load_run(folder).plan)))
            self._note(line, reply)
        return reply

    # --- the run folder -----------------------------------------------------------------------

    def _choose_folder(self, line: str) -> RunFolder:
        return self._folder or RunFolder(choose_run_path(line, parent=self._parent).absolute())

    def _find_folder(self) -> RunFolder | None:
        """Return the run folder if it is there."""
        return self._folder if self._folder and self._folder.path.is_dir() else None

    @contextlib.contextmanager
    def _holding(self, folder: RunFolder | None) -> Iterator[tuple[str, ...]]:
        """Be alone on a folder; give what is to be told of what others did to it.

        Raises:
            RunBusyError: Another process is changing it.
        """
        if folder is None:
            yield ()
            return
        with locking_run(folder):
            restore_interrupted(folder)
            yield self._catch_up(folder)

    def _catch_up(self, folder: RunFolder) -> tuple[str, ...]:
        """Read again what others may have changed since the last request."""
        plan_sha256 = None
        if self.has_scene:
            plan_sha256 = compute_sha256(folder.plan)
            self._conversation = load_conversation(folder.conversation) or self._conversation
        return () if plan_sha256 == self._seen_sha256 else (_CHANGED,)

    # --- what is known ------------------------------------------------------------------------

    def _reopen(self, folder: RunFolder) -> None:
        plan = load_run(folder).plan
        self._seen_sha256 = compute_sha256(folder.plan)
        self._is_certified = _is_certified(folder)
        found = load_conversation(folder.conversation)
        self._conversation = found or Conversation()
        notes = [f"Reopened {folder.path}.", _describe_scene(plan)]
        if found is None:
            notes.append(f"{folder.conversation.name} cannot be read: the history begins anew.")
        self._notes = tuple(notes)

    def _require_scene(self) -> RunFolder:
        if self._folder is None or not self.has_scene:
            raise UsageError(_NO_SCENE)
        return self._folder

    def _open_catalog(self) -> Catalog:
        return self._open_sources().catalog

    def _open_sources(self) -> Sources:
        if self._sources is None:
            options = self._options
            self._sources = open_sources(options.catalog_path, options.asset_roots)
        return self._sources

    def _collect_evidence(self) -> tuple[ScenePlan | None, Evidence]:
        """Return the plan, if there is a scene, and what else answers are told from."""
        measure = self._open_sources().resolver.measure
        if not self.has_scene:
            return None, Evidence(measure=measure)
        folder = self._require_scene()
        run, certificate = load_run(folder), None
        with contextlib.suppress(UsageError):
            certificate = load_certificate(folder)
        return run.plan, Evidence(run.placements, certificate, run.form, measure)

    def _list_history(self) -> tuple[str, ...]:
        return compact_history(self._conversation.turns, _HISTORY_CHARS)

    def _note(self, line: str, reply: ChatReply) -> None:
        """Add a turn, and write it down with what it took where there is a run."""
        folder = self._folder if self.has_scene else None
        self._ledger.close_request(line, reply.did, folder)
        said = " ".join(reply.said)
        if folder is None:
            self._conversation = self._conversation.add(line, reply.did, said)
            return
        self._is_certified = _is_certified(folder)
        plan_sha256 = compute_sha256(folder.plan)
        if reply.did != "failed":  # else what others did is still to be told
            self._seen_sha256 = plan_sha256
        self._conversation = self._conversation.add(line, reply.did, said, plan_sha256=plan_sha256)
        self._conversation.save(folder.conversation)


@contextlib.contextmanager
def _waiting(guard: InterruptGuard, *, is_waiting: bool = True) -> Iterator[None]:
    """Let Ctrl+C through while something is waited for that can be left anywhere."""
    if is_waiting:
        guard.let_through()
    try:
        yield
    finally:
        guard.hold_back()


def _is_certified(folder: RunFolder) -> bool:
    with contextlib.suppress(UsageError):
        return load_certificate(folder).ok
    return False


def _describe_scene(plan: ScenePlan) -> str:
    """Return what is in a scene, in one sentence."""
    counts: dict[str, int] = {}
    for item in plan.items:
        counts[item.noun] = counts.get(item.noun, 0) + item.count
    things = ", ".join(count_noun(count, noun) for noun, count in counts.items()) or "nothing"
    return f"In the scene: {things}."
