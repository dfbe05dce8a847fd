"""Events and certificates in the words of the chat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clappper.core import events
from clappper.core.session.models import Line, Phase, Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clappper.core.catalog.models import Availability
    from clappper.core.planning.models import ScenePlan
    from clappper.core.planning.plan_result import PlanResult
    from clappper.core.stage.models import Certificate

__all__ = [
    "Progress",
    "describe_found",
    "describe_plan",
    "describe_planner",
    "describe_progress",
    "describe_verdict",
    "list_history",
]

#: Issues and assumptions shown at most; the certificate has them all.
_MAX_LINES = 12
#: Most characters of the history that a language model is told.
_HISTORY_CHARS = 4_000
#: Words of a search shown at most.
_MAX_WORDS = 6
#: Phase and words of steps that count.
_STEPS: dict[type, tuple[Phase, str]] = {
    events.Opening: ("staging", "Opening assets"),
    events.Solving: ("staging", "Placing"),
    events.Encoding: ("encoding", "Encoding"),
}


@dataclass(frozen=True)
class Progress:
    """What a running step shows: a sentence, the share done or None, and its phase or None."""

    status: str
    share: float | None
    phase: Phase | None = None


def describe_found(sentence: str, availability: Availability) -> list[Line]:
    """Return the availability sentence; what is missing stands on a line of its own."""
    found, mark, missing = sentence.partition("Not in the catalog:")
    if not any(entry.noun is None for entry in availability.entries):
        return [Line("found", sentence)]
    lines = [Line("found", found.strip())] if found.strip() else []
    return [*lines, Line("miss", mark + missing)]


def describe_plan(plan: ScenePlan) -> list[Line]:
    """Return what was assumed."""
    return [Line("note", f"Assumed: {sentence}") for sentence in plan.assumptions[:_MAX_LINES]]


def describe_planner(planning: PlanResult) -> list[Line]:
    """Return why a language model did not plan, where one was to."""
    return [
        Line("warning", issue.message)
        for issue in planning.issues
        # Without a key nobody expects a model.
        if issue.code == "PLANNER_FALLBACK" and issue.severity != "info"
    ]


def describe_verdict(certificate: Certificate) -> Verdict:
    """Return the certificate as a sentence and its issues, errors first."""
    facts = certificate.geometry.describe()
    counts = ", ".join(f"{c.placed} of {c.asked} {c.noun}" for c in certificate.counts)
    verdict = "Certified" if certificate.ok else "Not certified"
    sentence = f"{verdict}: {counts + '; ' if counts else ''}{', '.join(facts)}."
    issues = [
        Line("error" if issue.severity == "error" else "warning", issue.message)
        for severity in ("error", "warning")
        for issue in certificate.issues
        # Misses are told when the catalog is asked.
        if issue.severity == severity and issue.code != "MISS"
    ]
    if len(issues) > _MAX_LINES:
        rest = len(issues) - _MAX_LINES
        issues = [*issues[:_MAX_LINES], Line("warning", f"and {rest} more in the certificate.")]
    return Verdict(certificate.ok, sentence, tuple(issues))


def list_history(lines: Sequence[Line]) -> list[str]:
    """Return what was said before as texts that fit a model's budget, the oldest first."""
    texts: list[str] = []
    left = _HISTORY_CHARS
    for line in reversed(lines):
        text = f"You: {line.text}" if line.kind == "user" else line.text
        left -= len(text) + 1
        if left < 0:
            break
        texts.append(text)
    return texts[::-1]


def describe_progress(event: events.Event) -> Progress | None:
    """Return what a running step shows, or None for an event that is no progress."""
    if isinstance(event, events.Searching):
        return Progress(f"Looking for {', '.join(event.words[:_MAX_WORDS])} …", None, "planning")
    if isinstance(event, events.Planning):
        return Progress("The language model plans …", None, "planning")
    if isinstance(event, events.Solved):
        return Progress("Measuring …", None)
    if isinstance(event, (events.Opening, events.Solving, events.Encoding)):
        return _count(*_STEPS[type(event)], event.done, event.total)
    if isinstance(event, events.Capturing):
        left = _describe_duration(event.eta_s)
        return _count("capturing", "Capturing", event.done, event.total, left)
    return None


def _count(phase: Phase, what: str, done: int, total: int, rest: str = "") -> Progress:
    share = done / total if total else None
    return Progress(f"{what}: {done} of {total}{rest}", share, phase)


def _describe_duration(seconds: float | None) -> str:
    """Return how long something still takes, or nothing when that is not known."""
    if seconds is None:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    return f", {minutes} min {rest} s left" if minutes else f", {rest} s left"
