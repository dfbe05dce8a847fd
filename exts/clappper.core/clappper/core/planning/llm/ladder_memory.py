"""What was learnt about endpoints: kept in the process and, with a folder given, in a file.

A file that cannot be read or written costs a few requests, never an answer.
"""

from __future__ import annotations

import hashlib
import json
import math
import threading
import time
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from clappper.core.errors import OutputError
from clappper.core.files import write_json
from clappper.core.planning.llm.ladder import RUNGS, Capability

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["CACHE_NAME", "LadderMemory", "open_memory"]

#: Variable with a folder in which to keep it.
CACHE_NAME = "CLAPPPER_LLM_CACHE"

#: How long something learnt counts [s]: servers are updated.
_LIFE_S = 24 * 3600.0
_MAX_ENTRIES, _MAX_FILE_BYTES = 64, 64_000
_CHOICES = ("named", "required", "auto", None)
_LIMITS = ("max_tokens", "max_completion_tokens", None)


class LadderMemory:
    """Remembers how each endpoint and model can be asked; safe to share between threads."""

    def __init__(
        self, cache_folder: Path | None = None, *, clock: Callable[[], float] = time.time
    ) -> None:
        """Remember in the process, and in a file of ``cache_folder`` if one is given."""
        self._path = cache_folder / "llm-endpoints.json" if cache_folder else None
        self._clock = clock
        self._lock = threading.Lock()
        self._entries: dict[str, tuple[float, Capability]] = {}
        self._is_loaded = False

    def recall(self, base_url: str, model: str) -> Capability | None:
        """Return what was learnt in the last 24 hours, or None."""
        with self._lock:
            self._load()
            found = self._entries.get(_make_key(base_url, model))
            if found is None or not 0 <= self._clock() - found[0] < _LIFE_S:
                return None
            return found[1]

    def keep(self, base_url: str, model: str, capability: Capability) -> None:
        """Remember how an endpoint answered."""
        with self._lock:
            self._load()
            key, now = _make_key(base_url, model), self._clock()
            known = self._entries.get(key)
            if known and known[1] == capability and 0 <= now - known[0] < _LIFE_S:
                return
            self._entries[key] = (now, capability)
            newest = sorted(self._entries.items(), key=lambda item: -item[1][0])
            self._entries = dict(newest[:_MAX_ENTRIES])
            self._save()

    def _load(self) -> None:
        if self._path is None or self._is_loaded:
            return
        self._is_loaded = True
        try:
            with self._path.open("rb") as file:
                data = file.read(_MAX_FILE_BYTES + 1)
            document = json.loads(data) if len(data) <= _MAX_FILE_BYTES else {}
            entries = {
                key: (float(value["learnt_s"]), _read(value))
                for key, value in document["endpoints"].items()
            }
        except (OSError, ValueError, RecursionError, LookupError, TypeError, AttributeError):
            return
        self._entries = dict(list(entries.items())[:_MAX_ENTRIES])

    def _save(self) -> None:
        if self._path is None:
            return
        endpoints = {
            key: {
                "learnt_s": learnt_s,
                "rung": capability.rung,
                "tool_choice": capability.tool_choice,
                "limit_name": capability.limit_name,
                "dropped": sorted(capability.dropped),
            }
            for key, (learnt_s, capability) in self._entries.items()
        }
        try:
            write_json(self._path, {"endpoints": endpoints})
        except OutputError:
            self._path = None


def open_memory(environment: Mapping[str, str]) -> LadderMemory:
    """Return the memory of this process, kept in the folder ``CLAPPPER_LLM_CACHE`` if that is set.

    Args:
        environment: Variables, for example ``os.environ``.
    """
    return _open(environment.get(CACHE_NAME, "").strip())


@lru_cache(maxsize=8)
def _open(folder: str) -> LadderMemory:
    return LadderMemory(Path(folder) if folder else None)


def _make_key(base_url: str, model: str) -> str:
    """Return a name that tells nothing: an address may hold what is private."""
    return hashlib.sha256(f"{base_url}\n{model}".encode()).hexdigest()[:32]


def _read(value: dict[str, object]) -> Capability:
    rung, choice, limit = value["rung"], value["tool_choice"], value["limit_name"]
    dropped = value["dropped"]
    if (
        rung not in RUNGS
        or choice not in _CHOICES
        or limit not in _LIMITS
        or not isinstance(dropped, list)
        or len(dropped) > 20
        or not all(isinstance(name, str) for name in dropped)
    ):
        raise ValueError
    if not math.isfinite(float(str(value["learnt_s"]))):
        raise ValueError
    return Capability(str(rung), choice, limit, frozenset(dropped))
