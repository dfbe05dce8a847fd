"""Finds an asset's file below the roots the user gave, and its real size.

Nothing outside a root is ever opened: parents, drives, absolute paths and links that lead out are
refused. Nobody waits for a drive that does not answer.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from clappper.core.catalog.files.reachability import FileProbe, RootWatch, call_within
from clappper.core.catalog.files.roots import Root, list_candidates, parse_root, to_url
from clappper.core.catalog.language.sizes import make_default_measure
from clappper.core.catalog.measuring.measure_override import Overrides, apply_overrides
from clappper.core.catalog.measuring.measure_plausible import check_plausible
from clappper.core.errors import AssetUnresolvedError
from clappper.core.issue import Issue

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from clappper.core.catalog.files.reachability import FileState
    from clappper.core.catalog.models import Asset, AssetMeasure, MeasureRecord

__all__ = ["Lookup", "RootResolver"]

#: How long measuring one file may take [s].
_MEASURE_S = 120.0
_Measured = tuple["AssetMeasure", tuple[Issue, ...]]


class Lookup(NamedTuple):
    """Where an asset's file is, or why it was not found."""

    path: Path | None
    reason: str = ""
    #: Roots that did not answer, so that they may have the file nevertheless.
    unanswered: tuple[str, ...] = ()


class RootResolver:
    """Looks below ordered roots; implements ``AssetResolver`` and may be asked from any thread."""

    def __init__(
        self,
        roots: Sequence[str | Path | Root],
        *,
        records: Mapping[str, MeasureRecord] | None = None,
        overrides: Overrides | None = None,
        deadline_s: float = 10.0,
        retry_s: float = 30.0,
        make_probe: Callable[[Path], Callable[[Path], FileState | None]] = FileProbe,
    ) -> None:
        """Take the roots; none of them is touched yet.

        Args:
            roots: In order of preference. Web roots have no files to read here; see ``find_url``.
            records: What files measured before, by ``asset_path``.
            overrides: Fronts, up axes and units that the user knows better than the files.
            deadline_s: How long a root may take to answer one question [s].
            retry_s: How long a root that did not answer is left alone [s].
            make_probe: Makes what looks at the files below a root.
        """
        self.roots = tuple(r if isinstance(r, Root) else parse_root(str(r)) for r in roots)
        # Files are named below the root as the user has it: resolved, a mapped drive such as Z: may
        # become a network name.
        self._watches = [
            (
                root,
                RootWatch(folder, probe=make_probe(folder), deadline_s=deadline_s, retry_s=retry_s),
            )
            for root in self.roots
            if (folder := root.folder) is not None
        ]
        self._records = records or {}
        self._overrides = overrides
        self._measured: dict[tuple[Path, FileState], _Measured | str] = {}

    def resolve(self, asset: Asset) -> Path:
        """Return the asset's file, the first one found in the order of the roots.

        Raises:
            AssetUnresolvedError: No root has it, there is no root, one does not answer, or the
                asset's path leads out of it.
        """
        return self._find(asset)[0]

    def look_up(self, asset: Asset, *, deadline_s: float | None = None) -> Lookup:
        """Return where the asset's file is, or a sentence that says why it is not found."""
        return self._look_up(asset, deadline_s)[0]

    def find_url(self, asset: Asset) -> str | None:
        """Return the asset's address below the first web root, for whoever can open addresses."""
        return to_url(asset.source_url, self.roots)

    def list_dead_roots(self, *, deadline_s: float | None = None) -> list[str]:
        """Return a sentence for each folder that is missing or silent, or that none is given."""
        if not self._watches:
            return ["No folder is given as asset root; name one with --assets."]
        told = (_tell_dead(root.text, watch, deadline_s) for root, watch in self._watches)
        return [sentence for sentence in told if sentence]

    def clear(self) -> None:
        """Forget what was found, what was missing, and which roots did not answer."""
        for _, watch in self._watches:
            watch.clear()

    def measure(self, asset: Asset) -> tuple[AssetMeasure, list[Issue]]:
        """Return the real size and what was odd about the file; or the usual size and why.

        A file is measured once for as long as its modification time and size stay the same; one
        that was measured before according to the records is not opened at all. When a file cannot
        be read now, the size in its record still holds, but the measure says that it is none.
        """
        if not self._watches:
            record = self._records.get(asset.asset_path)
            is_known = record is not None and record.measure is not None
            kind = "size it was measured with" if is_known else "usual size of its kind"
            message = f"{asset.name} has the {kind}: no asset root is given."
            issue = Issue(code="UNMEASURED", severity="warning", message=message)
            return self._make_unread_measure(asset), [issue]
        try:
            path, watch = self._find(asset)
            return self._measure_file(path, asset, watch)
        except AssetUnresolvedError as exc:
            issue = Issue(code="ASSET_UNRESOLVED", severity="error", message=str(exc))
            return self._make_unread_measure(asset), [issue]

    def _find(self, asset: Asset) -> tuple[Path, RootWatch]:
        found, watch = self._look_up(asset, None)
        if found.path is None or watch is None:
            raise AssetUnresolvedError(found.reason)
        return found.path, watch

    def _look_up(self, asset: Asset, deadline_s: float | None) -> tuple[Lookup, RootWatch | None]:
        if not self._watches:
            reason = f"{asset.name} cannot be read: no asset root is given; name one with --assets."
            return Lookup(None, reason), None
        unanswered = []
        for root, watch in self._watches:
            candidates = list_candidates(root, asset.asset_path, asset.source_url)
            if candidates is None:
                reason = f"{asset.name} has a path that leads out of its asset root"
                return Lookup(None, f"{reason}; correct the index."), None
            paths = [watch.root.joinpath(*parts) for parts in candidates]
            try:
                path = watch.find_first(paths, deadline_s=deadline_s)
            except TimeoutError:
                unanswered.append(root.text)
                continue
            if path is not None:
                return Lookup(path), watch
        if unanswered:
            reason = f"{asset.name} cannot be read: {_tell_unanswered(unanswered[0])}"
        else:
            reason = (
                f"{asset.name} is in none of the asset roots ({asset.asset_path}); check --assets."
            )
        return Lookup(None, reason, tuple(unanswered)), None

    def _measure_file(
        self, path: Path, asset: Asset, watch: RootWatch
    ) -> tuple[AssetMeasure, list[Issue]]:
        try:
            state = watch.read_state(path)
        except TimeoutError as exc:
            reason = _tell_unanswered(str(watch.root))
            raise AssetUnresolvedError(f"{asset.name} cannot be read: {reason}") from exc
        if state is None:
            raise AssetUnresolvedError(f"{asset.name} is gone from {path}; check --assets.")
        key = (path, state)
        if key not in self._measured:
            self._measured[key] = self._recall(asset, state) or _measure_now(path, asset)
        found = self._measured[key]
        if isinstance(found, str):
            raise AssetUnresolvedError(found)
        measure, issues = found
        measure = self._correct(measure, asset)
        return measure, [*issues, *check_plausible(measure, asset.category)]

    def _recall(self, asset: Asset, state: FileState) -> _Measured | str | None:
        """Return what the record says about this state of the file."""
        record = self._records.get(asset.asset_path)
        if record is None or record.size_bytes != state.size_bytes:
            return None
        if record.mtime_ns not in (0, state.mtime_ns):
            return None
        if record.measure is None:
            return record.unusable
        return record.measure, record.issues

    def _make_unread_measure(self, asset: Asset) -> AssetMeasure:
        record = self._records.get(asset.asset_path)
        if record is None or record.measure is None:
            return self._correct(make_default_measure(asset), asset)
        measure = self._correct(record.measure, asset)
        return measure.model_copy(update={"is_measured": False})

    def _correct(self, measure: AssetMeasure, asset: Asset) -> AssetMeasure:
        """Return a file's measure as this asset's, with what the user knows better."""
        measure = measure.model_copy(update={"asset_id": asset.asset_id})
        if self._overrides is None:
            return measure
        return apply_overrides(measure, asset, self._overrides)


def _measure_now(path: Path, asset: Asset) -> _Measured | str:
    """Return the measure and its issues, or why the file cannot be used."""
    # Imported here: pxr is slow to load and needed only when a file is read.
    from clappper.core.catalog.measure import measure_asset

    try:
        measure, issues = call_within(
            lambda: measure_asset(path, asset_id=asset.asset_id), _MEASURE_S
        )
    except TimeoutError as exc:
        raise AssetUnresolvedError(
            f"{asset.name} was not read within {_MEASURE_S:g} s; check the file and its drive."
        ) from exc
    except AssetUnresolvedError as exc:
        return str(exc)
    return measure, tuple(issues)


def _tell_dead(name: str, watch: RootWatch, deadline_s: float | None) -> str:
    try:
        has_root = watch.has_root(deadline_s=deadline_s)
    except TimeoutError:
        return _tell_unanswered(name)
    return "" if has_root else f"{name} is not a folder; check --assets."


def _tell_unanswered(name: str) -> str:
    return f"{name} does not answer; check that it is mounted."
