"""The command ``clappper chat``: a conversation on a terminal or over a pipe.

What the session says goes to standard output, the progress of a film to standard error.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from clappper.core.cli_options import add_planner_options, add_source_options
from clappper.core.console import parse_count, print_line
from clappper.core.errors import ClappperError, RunBusyError, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from clappper.core import events
    from clappper.core.chat_run import ChatReply, ChatRun
    from clappper.core.interrupt import InterruptGuard
    from clappper.core.progress import ProgressReporter

__all__ = ["add_chat_command"]

_EXIT_FAILED, _EXIT_USAGE, _EXIT_NOT_OK = 1, 2, 3
#: Longest line that is read [characters]; what is longer than a prompt may be is refused later.
_MAX_LINE = 20_000
#: Most characters /history shows.
_HISTORY_CHARS = 6_000
_STOPPED = "Stopped. The scene is as it was."
_TOO_LATE = "It was done before it could be stopped: /undo takes a change back."
_HELP = """\
Say what the scene should show, then what is to change; or ask what is in it, or in the catalog.
/undo      take the last change back        /redo  do it again
/history   what was said so far             /film  film the scene as it is
/new       the next request makes a new scene, in a folder of its own
/help      this                             /quit  end; Ctrl+C stops a request"""


def add_chat_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``chat`` to the command line."""
    chat = commands.add_parser(
        "chat",
        help="make a scene and change it in a conversation",
        description=(
            "Reads a line, answers it, and so on, from a terminal or a pipe. The first request "
            "makes a certified scene without a film, later ones change it. Type /help for more."
        ),
    )
    chat.add_argument(
        "--out",
        type=Path,
        metavar="RUN",
        help="run folder to go on with, or to make (default: a new one below ./out)",
    )
    add_planner_options(chat)
    add_source_options(chat)
    chat.add_argument("--spp", type=parse_count, metavar="N", help="samples per pixel of films")
    chat.set_defaults(run=_run_chat)


def _run_chat(arguments: argparse.Namespace) -> int:
    from clappper.core.chat_run import ChatOptions, ChatRun
    from clappper.core.progress import ProgressReporter
    from clappper.core.run_folder import RunFolder

    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    options = ChatOptions(
        planner=arguments.planner,
        base_url=arguments.base_url,
        model=arguments.model,
        catalog_path=arguments.catalog,
        asset_roots=tuple(arguments.assets),
        spp=arguments.spp,
    )
    folder = RunFolder(arguments.out.absolute()) if arguments.out else None
    with ProgressReporter(sys.stderr) as reporter:
        chat = _Chat(ChatRun(options, folder), reporter)
        try:
            return chat.converse(is_terminal=sys.stdin.isatty())
        except KeyboardInterrupt:  # between two requests
            return 0


class _Chat:
    """Lines in, answers out."""

    def __init__(self, run: ChatRun, reporter: ProgressReporter) -> None:
        self._run = run
        self._reporter = reporter
        self._exit_code = 0
        #: Whether a language model is in the middle of a line.
        self._is_midline = False
        self._commands: dict[str, Callable[[InterruptGuard], ChatReply | None]] = {
            "/undo": lambda _: run.undo(),
            "/redo": lambda _: run.redo(),
            "/film": lambda guard: run.film(self._show, guard),
            "/new": self._start_anew,
            "/history": self._show_history,
            "/help": self._show_help,
        }

    def converse(self, *, is_terminal: bool) -> int:
        """Answer lines until there are no more; return the exit code."""
        for line in self._run.greeting:
            print_line(line)
        if is_terminal:
            print_line("Say what the scene should show, or /help.")
        while (said := _read_line(is_terminal=is_terminal)) is not None:
            text = said.strip()
            if text.lower() in ("/quit", "/exit", "quit", "exit"):
                break
            if text:
                self._answer(text)
        if is_terminal:
            return 0
        return self._exit_code

    def _answer(self, text: str) -> None:
        """Answer one line, whatever comes of it."""
        from clappper.core.interrupt import InterruptGuard

        command = self._find_command(text)
        with InterruptGuard() as guard:
            try:
                reply = command(guard) if command else self._send(text, guard)
            except ClappperError as exc:
                self._end_line()
                print_line(str(exc))
                if isinstance(exc, RunBusyError) or not self._run.has_scene:
                    self._exit_code = _EXIT_USAGE if isinstance(exc, UsageError) else _EXIT_FAILED
                return
            except KeyboardInterrupt:
                self._end_line()
                print_line(_STOPPED)
                return
        if reply is None:
            return
        self._end_line()
        for line in reply.said:
            print_line(line)
        if reply.did in ("made", "filmed") and self._run.folder is not None:
            folder = self._run.folder
            print_line(
                f"Scene  {folder.scene}" if reply.did == "made" else f"Film   {folder.movie}"
            )
        if reply.did in ("made", "edited", "undone", "redone"):
            self._exit_code = 0 if self._run.is_certified else _EXIT_NOT_OK
        if guard.is_asked:
            print_line(_TOO_LATE)

    def _send(self, text: str, guard: InterruptGuard) -> ChatReply:
        print_line("Reading the request …")
        return self._run.send(text, self._show, guard)

    def _find_command(self, text: str) -> Callable[[InterruptGuard], ChatReply | None] | None:
        """Return the command of a line, or None for a request; the slash may be left out."""
        from clappper.core.planning.follow_ups.taking_back import find_taking_back

        name = text.lower()
        if not name.startswith("/"):
            return self._commands.get(f"/{find_taking_back(text) or name}")
        return self._commands.get(name, self._refuse)

    def _refuse(self, _guard: InterruptGuard) -> None:
        raise UsageError(f"There is no such command: {', '.join((*self._commands, '/quit'))}.")

    def _start_anew(self, _guard: InterruptGuard) -> None:
        self._run.start_anew()
        print_line("Say what the new scene should show.")

    def _show_history(self, _guard: InterruptGuard) -> None:
        from clappper.core.conversation import compact_history

        texts = compact_history(self._run.conversation.turns, _HISTORY_CHARS)
        print_line("\n".join(texts) or "Nothing was said yet.")

    def _show_help(self, _guard: InterruptGuard) -> None:
        print_line(_HELP)

    def _show(self, event: events.Event) -> None:
        """Show what happens."""
        from clappper.core import events

        if isinstance(event, (events.Capturing, events.Encoding)):
            self._reporter.on_event(event)
            return
        if isinstance(event, events.Planning):
            sys.stdout.write(event.text)
            sys.stdout.flush()
            self._is_midline = not event.text.endswith("\n")
            return
        self._end_line()
        for line in _describe(event, is_first=not self._run.has_scene):
            print_line(line)

    def _end_line(self) -> None:
        if self._is_midline:
            print_line("")
        self._is_midline = False


def _describe(event: events.Event, *, is_first: bool) -> list[str]:
    """Return an event in sentences; what was assumed is told once, when the scene is made."""
    from clappper.core import events
    from clappper.core.planning.llm.budget import describe_use
    from clappper.core.session.wording import describe_found, describe_plan, describe_verdict

    lines: list[str] = []
    if isinstance(event, events.Searching):
        lines = [f"Searching: {', '.join(event.words)}."]
    elif isinstance(event, events.Found):
        lines = [line.text for line in describe_found(event.sentence, event.availability)]
    elif isinstance(event, events.Asked):
        lines = [describe_use(event.use)]
    elif isinstance(event, events.Planned) and is_first:
        lines = [line.text for line in describe_plan(event.plan)]
    elif isinstance(event, events.Solved):
        count, size = len(event.placements.placements), event.placements.room.size_m
        lines = [f"Placed {count} in a room of {size.x:g} x {size.y:g} x {size.z:g} m."]
    elif isinstance(event, events.Built):
        lines = ["Built. Measuring …"]
    elif isinstance(event, events.Certified):
        verdict = describe_verdict(event.certificate)
        lines = [verdict.sentence, *(f"  {i.kind}: {i.text}" for i in verdict.issues)]
    return lines


def _read_line(*, is_terminal: bool) -> str | None:
    """Return the next line of the user, or None at the end."""
    if is_terminal:
        try:
            return input("> ")
        except EOFError:
            print_line("")
            return None
    line = sys.stdin.readline(_MAX_LINE)
    rest = line
    while len(rest) == _MAX_LINE and not rest.endswith("\n"):
        rest = sys.stdin.readline(_MAX_LINE)  # far too long: what is kept is refused anyway
    return line or None
