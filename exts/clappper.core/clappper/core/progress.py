"""Progress on a terminal: sentences as things are found and built, a bar with ETA for long work.

Standard error only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tqdm import tqdm

from clappper.core import events
from clappper.core.planning.llm.budget import describe_use

if TYPE_CHECKING:
    from types import TracebackType
    from typing import NoReturn, TextIO

    from clappper.core.stage.models import Certificate

__all__ = ["ProgressReporter", "describe_certificate"]


class ProgressReporter:
    """Shows events; a context manager, so that an open bar is always closed."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._bar: tqdm[NoReturn] | None = None
        self._label = ""

    def __enter__(self) -> ProgressReporter:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._close_bar()

    def on_event(self, event: events.Event) -> None:
        """Show one event."""
        if isinstance(event, events.Capturing):
            self.show_bar("Rendering", event.done, event.total)
        elif isinstance(event, events.Encoding):
            self.show_bar("Encoding", event.done, event.total)
        else:
            self._close_bar()
            for line in _describe(event):
                self._stream.write(line + "\n")
            self._stream.flush()

    def show_bar(self, label: str, done: int, total: int | None, *, unit: str = "frame") -> None:
        """Show a bar with ETA; another label closes the one before.

        Args:
            label: What is being done.
            done: How many are done.
            total: Of how many, or None where nobody knows.
            unit: What is counted, in the singular.
        """
        if self._bar is None or self._label != label:
            self._close_bar()
            self._label = label
            # On no terminal a line every half minute is enough.
            interval = 0.1 if self._stream.isatty() else 30.0
            self._bar = tqdm(
                total=total,
                desc=label,
                unit=unit,
                file=self._stream,
                mininterval=interval,
                leave=True,
            )
        self._bar.total = total
        self._bar.update(done - self._bar.n)

    def _close_bar(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None


def _describe(event: events.Event) -> list[str]:
    lines: list[str] = []
    if isinstance(event, events.Found):
        lines = [event.sentence]
    elif isinstance(event, events.Asked):
        lines = [describe_use(event.use)]
    elif isinstance(event, events.Planned):
        lines = [f"Assumed: {sentence}" for sentence in event.plan.assumptions]
    elif isinstance(event, events.Solved):
        count, size = len(event.placements.placements), event.placements.room.size_m
        lines = [f"Placed {count} in a room of {size.x:g} x {size.y:g} x {size.z:g} m."]
    elif isinstance(event, events.Built):
        lines = [f"Built {event.stage_path.name}."]
    elif isinstance(event, events.Certified):
        lines = describe_certificate(event.certificate)
    elif isinstance(event, events.Filmed):
        lines = [f"Filmed {event.movie_path.name}."]
    return lines


def describe_certificate(certificate: Certificate) -> list[str]:
    """Return the certificate's verdict and issues as lines a person reads."""
    geometry = certificate.geometry
    counts = ", ".join(f"{c.placed}/{c.asked} {c.noun}" for c in certificate.counts)
    facts = geometry.describe()
    if geometry.min_gap_m is not None:
        facts.append(f"smallest gap {geometry.min_gap_m * 1000:.0f} mm")
    if certificate.access.walkable_share is not None:
        facts.append(f"{certificate.access.walkable_share:.0%} of the free floor connected")
    verdict = "Certificate: ok" if certificate.ok else "Certificate: NOT ok"
    lines = [f"{verdict}. {counts + '; ' if counts else ''}{', '.join(facts)}."]
    for issue in certificate.issues:
        if issue.severity != "info":
            where = f" [{issue.prim_path}]" if issue.prim_path else ""
            lines.append(f"  {issue.severity}: {issue.message}{where}")
    return lines
