"""Looks for the files of all assets: which are there, which are not, in which packs."""

from __future__ import annotations

import collections
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

from clappper.core.catalog.resolve import Lookup, RootResolver

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from clappper.core.catalog.files.roots import Root
    from clappper.core.catalog.models import Asset

__all__ = ["CheckReport", "PackTotal", "Unresolved", "check_assets"]

#: Files looked for at a time.
_THREADS = 8


class Unresolved(NamedTuple):
    """An asset without a file, and why."""

    asset: Asset
    reason: str


class PackTotal(NamedTuple):
    """How many assets of one pack have a file."""

    pack: str
    total: int
    resolved: int


class CheckReport(NamedTuple):
    """What a check found."""

    total: int
    resolved: int
    #: Assets that were looked for and have no file, in the order given.
    unresolved: tuple[Unresolved, ...]
    #: Assets that may lie below a root that does not answer.
    unanswered: int
    #: A sentence for each root that is missing or does not answer.
    dead_roots: tuple[str, ...]
    #: By name.
    packs: tuple[PackTotal, ...]

    @property
    def ok(self) -> bool:
        """Tell whether every asset has a file."""
        return self.resolved == self.total


def check_assets(
    assets: Sequence[Asset],
    roots: RootResolver | Sequence[str | Path | Root],
    *,
    deadline_s: float = 10.0,
    on_progress: Callable[[int, int], None] | None = None,
) -> CheckReport:
    """Look for the file of every asset, several at a time.

    Args:
        assets: What is looked for.
        roots: In order of preference.
        deadline_s: How long a root may take to answer; one that does not is left alone.
        on_progress: Called on this thread with (done, total).

    Raises:
        UsageError: A root is neither a folder, a web address nor a mapping.
    """
    resolver = roots if isinstance(roots, RootResolver) else RootResolver(roots)
    dead = resolver.list_dead_roots(deadline_s=deadline_s)
    folders = [root for root in resolver.roots if root.folder is not None]
    if len(dead) >= len(folders):
        return _make_report(assets, [Lookup(None, unanswered=tuple(dead))] * len(assets), dead)
    pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="clappper-check")
    found: list[Lookup] = []
    try:
        for lookup in pool.map(lambda a: resolver.look_up(a, deadline_s=deadline_s), assets):
            found.append(lookup)
            if on_progress is not None:
                on_progress(len(found), len(assets))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    died = resolver.list_dead_roots(deadline_s=deadline_s)
    return _make_report(assets, found, list(dict.fromkeys([*dead, *died])))


def _make_report(
    assets: Sequence[Asset], found: Sequence[Lookup], dead: Sequence[str]
) -> CheckReport:
    totals = collections.Counter(asset.pack for asset in assets)
    pairs = list(zip(assets, found, strict=True))
    resolved = collections.Counter(a.pack for a, lookup in pairs if lookup.path is not None)
    missing = [(a, lookup) for a, lookup in pairs if lookup.path is None]
    return CheckReport(
        total=len(assets),
        resolved=resolved.total(),
        unresolved=tuple(Unresolved(a, f.reason) for a, f in missing if not f.unanswered),
        unanswered=sum(1 for _, lookup in missing if lookup.unanswered),
        dead_roots=tuple(dead),
        packs=tuple(PackTotal(name, totals[name], resolved[name]) for name in sorted(totals)),
    )
