"""Measures many USD files with several child processes at once, and keeps what it has.

A file that crashes the reader or takes too long is recorded as unusable with the reason, and the
rest goes on. Results are written in small batches, so that a run that is stopped in any way goes on
where it was. Reads no USD itself.
"""

from __future__ import annotations

import os
import queue
import stat
import threading
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import ValidationError

from clappper.core.catalog.measuring.measure_child import DEFAULT_COMMAND, MeasureChild
from clappper.core.catalog.models import MeasureRecord
from clappper.core.errors import CatalogError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from clappper.core.catalog.measuring.measure_cache import MeasureCache, Stamp

__all__ = ["MeasureReport", "measure_assets"]

#: Files a child measures before a fresh one takes its place, so that no leak grows.
RECYCLE_AFTER = 200
_START_S = 120.0
#: How long a killed child or a file on a dead drive is waited for.
_GRACE_S = 5.0
#: So many files on a drive that does not answer end the run.
_LOST_LIMIT = 4
_BATCH_COUNT, _BATCH_S = 32, 1.0


class MeasureReport(NamedTuple):
    """What a run did, in the order in which the assets were given."""

    total: int
    measured: int  # measured in this run, the unusable included
    reused: int  # unchanged since they were measured
    unusable: tuple[tuple[str, str], ...]  # asset path and why, the reused included
    unread: tuple[tuple[str, str], ...]  # asset path and why it could not be looked at


class _Job(NamedTuple):
    asset_path: str
    asset_id: str
    path: Path


class _Outcome(NamedTuple):
    record: MeasureRecord | None = None  # measured just now
    stamp: Stamp | None = None  # unchanged
    unread: str | None = None
    failure: str | None = None  # no child can be started


def measure_assets(
    assets: Sequence[tuple[str, str, Path]],
    cache: MeasureCache,
    *,
    workers: int | None = None,
    timeout_s: float = 60.0,
    force: bool = False,
    on_progress: Callable[[int, int], None] | None = None,
    command: Sequence[str] | None = None,
) -> MeasureReport:
    """Measure what is new or changed and put it into the cache.

    Args:
        assets: Asset path, asset id and file of each; the first of an asset path counts.
        cache: Gets the records; used from the calling thread only.
        workers: Child processes at once; as many as there are processors when None.
        timeout_s: Time one file may take [s].
        force: Measure the unchanged too, those that crashed the reader included.
        on_progress: Called with (done, total) on the calling thread.
        command: Program and arguments of a child, as ``measure_worker``.

    Raises:
        CatalogError: The children cannot be started, the drive does not answer, or the cache cannot
            be written; what was measured until then is kept.
    """
    jobs = [_Job(*asset) for asset in {asset[0]: asset for asset in reversed(assets)}.values()]
    jobs.reverse()
    run = _Run(
        jobs,
        {} if force else cache.read_stamps(),
        command=command or DEFAULT_COMMAND,
        timeout_s=timeout_s,
    )
    count = max(1, min(len(jobs), workers or os.cpu_count() or 1))
    outcomes: dict[int, _Outcome] = {}
    batch: list[MeasureRecord] = []
    written = time.monotonic()
    try:
        for done in run.iterate(count):
            if done is not None and done[1].record is not None:
                batch.append(done[1].record)
            if len(batch) >= _BATCH_COUNT or (batch and time.monotonic() - written > _BATCH_S):
                cache.put(batch)
                batch, written = [], time.monotonic()
            if done is not None:
                outcomes[done[0]] = done[1]
                if on_progress is not None:
                    on_progress(len(outcomes), len(jobs))
    finally:
        run.stop()
        if batch:
            cache.put(batch)
    return _make_report(jobs, outcomes)


def _make_report(jobs: Sequence[_Job], outcomes: Mapping[int, _Outcome]) -> MeasureReport:
    unusable, unread = [], []
    for number, job in enumerate(jobs):
        outcome = outcomes[number]
        known = outcome.record or outcome.stamp
        if known is not None and known.unusable is not None:
            unusable.append((job.asset_path, known.unusable))
        if outcome.unread is not None:
            unread.append((job.asset_path, outcome.unread))
    return MeasureReport(
        total=len(jobs),
        measured=sum(outcome.record is not None for outcome in outcomes.values()),
        reused=sum(outcome.stamp is not None for outcome in outcomes.values()),
        unusable=tuple(unusable),
        unread=tuple(unread),
    )


class _Run:
    """Jobs, and the threads that each have them done by a child of their own."""

    def __init__(
        self,
        jobs: Sequence[_Job],
        stamps: Mapping[str, Stamp],
        *,
        command: Sequence[str],
        timeout_s: float,
    ) -> None:
        self.command = command
        self.timeout_s = timeout_s
        self.stopped = threading.Event()
        self.results: queue.Queue[tuple[int, _Outcome]] = queue.Queue()
        self._jobs = jobs
        self._stamps = stamps
        self._numbers = iter(range(len(jobs)))
        self._lock = threading.Lock()
        self._slots: list[_Slot] = []

    def iterate(self, count: int) -> Iterator[tuple[int, _Outcome] | None]:
        """Yield each job's number and outcome once, as they are done, and None while they are not.

        Raises:
            CatalogError: The children cannot be started, or the drive does not answer.
        """
        self._slots = [_Slot(self) for _ in range(count)]
        done: set[int] = set()
        lost = 0
        while len(done) < len(self._jobs):
            for position, slot in enumerate(self._slots):
                if slot.is_lost(time.monotonic()):
                    lost += 1
                    if lost >= _LOST_LIMIT:
                        raise CatalogError("The drive of the assets does not answer; check it.")
                    self.results.put((slot.number, _Outcome(unread=self.describe_delay(slot.job))))
                    self._slots[position] = _Slot(self)
            try:
                number, outcome = self.results.get(timeout=0.1)
            except queue.Empty:
                yield None
                continue
            if outcome.failure is not None:
                raise CatalogError(outcome.failure)
            if number not in done:
                done.add(number)
                yield number, outcome

    def stop(self) -> None:
        """End all children and their threads."""
        self.stopped.set()
        for slot in self._slots:
            slot.stop()

    def take(self) -> tuple[int, _Job] | None:
        """Return the next job, or None when there is nothing left to do."""
        with self._lock:
            number = None if self.stopped.is_set() else next(self._numbers, None)
        return None if number is None else (number, self._jobs[number])

    def find_unchanged(self, job: _Job, size_bytes: int, mtime_ns: int) -> Stamp | None:
        """Return the stamp of a file that is as it was when it was measured."""
        stamp = self._stamps.get(job.asset_path)
        is_same = stamp is not None and stamp[:2] == (size_bytes, mtime_ns)
        return stamp if is_same else None

    def describe_delay(self, job: _Job) -> str:
        """Return why a file that took too long is not used."""
        return f"{job.path.name} took more than {self.timeout_s:g} s to read; it is left out."


class _Slot:
    """One thread and its child. The run's own thread watches its deadline."""

    def __init__(self, run: _Run) -> None:
        self.number = -1
        self.job: _Job
        self._run = run
        self._child: MeasureChild | None = None
        self._deadline: float | None = None
        self._is_late = False
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._work, name="clappper-measure", daemon=True)
        self._thread.start()

    def is_lost(self, now: float) -> bool:
        """Kill the child when its time is over; True, once, when the thread hangs even then."""
        with self._lock:
            if self._deadline is None or now < self._deadline:
                return False
            if self._is_late:
                self._deadline = None
                return True
            self._is_late, self._deadline = True, now + _GRACE_S
            if self._child is not None:
                self._child.kill()
            return False

    def stop(self) -> None:
        """End the child and wait a little for the thread."""
        with self._lock:
            if self._child is not None:
                self._child.kill()
        self._thread.join(timeout=_GRACE_S)

    def _work(self) -> None:
        while (taken := self._run.take()) is not None:
            self.number, self.job = taken
            outcome = self._measure(self.job)
            self._allow(None)
            if not self._run.stopped.is_set():
                self._run.results.put((self.number, outcome))
        self._drop_child()

    def _allow(self, seconds: float | None) -> None:
        """Set how long the next step may take; None: it is over."""
        with self._lock:
            self._is_late = False
            self._deadline = None if seconds is None else time.monotonic() + seconds

    def _measure(self, job: _Job) -> _Outcome:
        self._allow(self._run.timeout_s)
        try:
            status = job.path.stat()
        except (OSError, ValueError) as exc:
            reason = getattr(exc, "strerror", None) or exc
            return _Outcome(unread=f"{job.path.name} cannot be read: {reason}.")
        if not stat.S_ISREG(status.st_mode):
            return _Outcome(unread=f"{job.path.name} is no file; check the asset root.")
        if self._is_late:
            return _Outcome(unread=self._run.describe_delay(job))
        known = self._run.find_unchanged(job, status.st_size, status.st_mtime_ns)
        if known is not None:
            return _Outcome(stamp=known)
        answer: dict[str, Any] | None = None
        is_first = False
        # A child may be worn out by the files before: only a fresh one's crash is the file's fault.
        while answer is None and not is_first and not self._is_late:
            child = self._get_child()
            if isinstance(child, str):
                return _Outcome(failure=child)
            is_first = child.answer_count == 0
            self._allow(self._run.timeout_s)
            answer = child.ask(job.path.absolute(), job.asset_id)
            if answer is None or child.answer_count >= RECYCLE_AFTER:
                self._drop_child()
        state = {"size_bytes": status.st_size, "mtime_ns": status.st_mtime_ns}
        return _Outcome(record=self._make_record(job, answer, state))

    def _make_record(
        self, job: _Job, answer: dict[str, Any] | None, state: dict[str, int]
    ) -> MeasureRecord:
        crash = f"{job.path.name} crashed the USD reader; repair it, then measure with --force."
        reason = self._run.describe_delay(job) if self._is_late else crash
        blank: dict[str, Any] = {"measure": None, "issues": [], "unusable": reason}
        fixed = {"asset_path": job.asset_path, **state}
        try:
            return MeasureRecord.model_validate({**(answer or blank), **fixed})
        except ValidationError:
            return MeasureRecord.model_validate({**blank, **fixed})

    def _get_child(self) -> MeasureChild | str:
        """Return the running child or a new one; or why none can be started."""
        if self._child is not None:
            return self._child
        reason = "it ended before it was ready"
        for _ in range(0 if self._run.stopped.is_set() else 2):
            try:
                child = MeasureChild(self._run.command)
            except OSError as exc:
                reason = exc.strerror or str(exc)
                continue
            with self._lock:
                self._child = child
            self._allow(_START_S)
            if self._run.stopped.is_set():
                child.kill()
            if child.wait_until_ready():
                return child
            self._drop_child()
            reason = child.stderr_tail.strip().rpartition("\n")[2] or reason
        program = self._run.command[0]
        return f"The measuring process cannot be started with {program}: {reason}."

    def _drop_child(self) -> None:
        with self._lock:
            child, self._child = self._child, None
        if child is not None:
            child.close()
