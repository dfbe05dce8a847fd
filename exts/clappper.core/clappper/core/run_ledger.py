"""What a run took of language models: ``ledger`` in ``run.json``, by request and by session.

Every request for which a model was asked is in it, whatever came of it. What was spent before there
is a run is written with it. It only grows: taking a change back gives nothing back.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import asdict
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, NoReturn

from clappper.core import events
from clappper.core.files import write_json

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from clappper.core.planning.llm.use import LlmUse
    from clappper.core.run_folder import RunFolder

__all__ = ["Ledger", "carry_ledger", "total_uses"]

_NAME = "ledger"
#: Longest text of a request that is kept [characters].
_REQUEST_CHARS = 300


class Ledger:
    """What one session took of language models for one run."""

    def __init__(self, command: str) -> None:
        """Begin a session.

        Args:
            command: What the user started, such as ``chat``.
        """
        self._head = {
            "id": uuid.uuid4().hex[:12],
            "command": command,
            "started": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        }
        self._heard: list[LlmUse] = []
        self._uses: list[LlmUse] = []
        self._asked_count = 0
        self._unwritten: list[dict[str, Any]] = []

    def listen(self, on_event: Callable[[events.Event], None]) -> Callable[[events.Event], None]:
        """Return what is to be told of events in the place of ``on_event``, to note uses."""

        def tell(event: events.Event) -> None:
            if isinstance(event, events.Asked):
                self._heard.append(event.use)
            on_event(event)

        return tell

    def close_request(self, request: str, did: str, folder: RunFolder | None) -> None:
        """Note what was heard since the last one, and write it where there is a run.

        Args:
            request: What the user said.
            did: What came of it, in one word.
            folder: The run, locked by the caller, or null while there is none.

        Raises:
            OutputError: ``run.json`` cannot be written; it is with the next request.
        """
        if self._heard:
            self._asked_count += 1
        for use in self._heard:
            self._uses.append(use)
            self._unwritten.append(
                {
                    "session": self._head["id"],
                    "request": request[:_REQUEST_CHARS],
                    "did": did,
                    "llm": asdict(use),
                }
            )
        self._heard.clear()
        report = _read_report(folder.report) if folder is not None and self._unwritten else None
        if folder is None or report is None:
            return
        write_json(folder.report, {**report, _NAME: self._add_to(report.get(_NAME))})
        self._unwritten.clear()

    def _add_to(self, found: object) -> dict[str, Any]:
        """Return a run's ledger with what is new; what is none is begun anew."""
        before = found if isinstance(found, dict) else {}
        requests, sessions = (
            [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
            for rows in (before.get("requests"), before.get("sessions"))
        )
        own = {**self._head, "asked_count": self._asked_count, **total_uses(self._uses)}
        others = [row for row in sessions if row.get("id") != own["id"]]
        return {"requests": [*requests, *self._unwritten], "sessions": [*others, own]}


def total_uses(uses: Sequence[LlmUse]) -> dict[str, Any]:
    """Return the tokens and the money of several uses; null where a price is not known.

    The money is null, too, where there are several currencies or no answer.
    """
    answered = [use for use in uses if use.prompt_tokens is not None]
    currencies = {use.currency for use in answered}
    currency = currencies.pop() if len(currencies) == 1 else None
    return {
        "prompt_tokens": sum(use.prompt_tokens or 0 for use in answered),
        "completion_tokens": sum(use.completion_tokens or 0 for use in answered),
        "cached_tokens": sum(use.cached_tokens for use in answered),
        "is_estimated": any(use.is_estimated for use in answered),
        "cost": round(sum(use.cost or 0.0 for use in answered), 6) if currency else None,
        "currency": currency,
    }


def carry_ledger(source: Path, report_path: Path) -> None:
    """Write the ledger of one ``run.json`` into another one.

    Raises:
        OutputError: The file cannot be written.
    """
    source_report, report = _read_report(source), _read_report(report_path)
    if source_report is not None and report is not None and _NAME in source_report:
        write_json(report_path, {**report, _NAME: source_report[_NAME]})


def _read_report(path: Path) -> dict[str, Any] | None:
    """Return a ``run.json``, or None where there is none that is sound."""
    try:
        text = path.read_text(encoding="utf-8")
        report = json.loads(text, parse_constant=_refuse_constant)
    except (OSError, ValueError, RecursionError):
        return None
    return report if isinstance(report, dict) else None


def _refuse_constant(name: str) -> NoReturn:
    """Refuse NaN and infinities, which could not be written again."""
    raise ValueError(name)
