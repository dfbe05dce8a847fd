"""What NVIDIA's asset validator says about a stage.

The only module that uses omniverse-asset-validator, when it is installed.

Issues inside referenced assets are listed apart: they are their makers', not ours.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.metadata
import logging
import os
import tempfile
from typing import TYPE_CHECKING, Protocol

from pxr import Sdf, Sdr, Tf, Usd

from clappper.core.issue import Issue, Severity
from clappper.core.stage.models import UsdReport

if TYPE_CHECKING:
    import enum
    from collections.abc import Iterable, Iterator, Sequence

__all__ = ["find_version", "validate_stage"]

_PACKAGE, _MODULE = "omniverse-asset-validator", "omni.asset_validator"
#: More than this of one kind says nothing new.
MAX_ISSUES = 200
_SEVERITIES: dict[str, Severity] = {
    "ERROR": "error",
    "FAILURE": "error",
    "WARNING": "warning",
    "INFO": "info",
}


class _Found(Protocol):
    """An issue of the validator, as far as it is read here."""

    message: str
    severity: enum.Enum
    rule: type | None
    at: object
    suggestion: object


class _Results(Protocol):
    def issues(self) -> Iterable[_Found]: ...


class _Engine(Protocol):
    def validate(self, asset: Usd.Stage) -> _Results: ...


def validate_stage(
    stage: Usd.Stage, instance_paths: Iterable[str]
) -> tuple[UsdReport, list[Issue]]:
    """Validate the composed stage once with the validator's default rules.

    Variants are left as they are selected.

    Args:
        stage: Stage to validate; not changed.
        instance_paths: Prims that carry an asset on a child; what lies below them belongs to the
        asset.

    Returns:
        The report, and one info issue when the validator is not installed.
    """
    engine = _make_engine()
    if engine is None:
        missing = Issue(
            code="USD_INVALID",
            severity="info",
            message="The stage was not validated: omniverse-asset-validator is not installed.",
            hint=f"Install {_PACKAGE} to have it checked.",
        )
        return UsdReport(validator=None, issues=(), asset_issues=()), [missing]
    paths = list(instance_paths)
    owners = tuple(f"{path}/" for path in paths)
    local = {layer.identifier for layer in stage.GetLayerStack(includeSessionLayers=True)}
    own: dict[Issue, None] = {}
    foreign: dict[Issue, None] = {}
    lean = _open_lean_copy(stage, paths)
    for found in engine.validate(lean).issues():
        issue = _convert_issue(found)
        if issue is not None:
            is_foreign = _is_foreign(lean, found.at, issue.prim_path, owners, local)
            (foreign if is_foreign else own)[issue] = None
    report = UsdReport(
        validator=f"{_PACKAGE} {find_version(_PACKAGE)}",
        issues=tuple(own)[:MAX_ISSUES],
        asset_issues=tuple(foreign)[:MAX_ISSUES],
    )
    return report, []


def _open_lean_copy(stage: Usd.Stage, instance_paths: Sequence[str]) -> Usd.Stage:
    """Open the stage's layers again with each asset composed once.

    A rule that fails in an asset fails in each of its instances; looking at forty of them costs
    forty times as much and says nothing new. The other instances stay, without their content.
    """
    session = Sdf.Layer.CreateAnonymous("session.usda")
    session.TransferContent(stage.GetSessionLayer())
    copy = Usd.Stage.Open(stage.GetRootLayer(), session)
    copy.SetEditTarget(session)
    seen: set[str] = set()
    for path in instance_paths:
        prim = copy.GetPrimAtPath(path)
        asset_id = prim.GetCustomDataByKey("clappper:assetId") if prim else None
        if asset_id in seen:
            for child in prim.GetChildren():
                child.SetActive(False)
        elif asset_id is not None:
            seen.add(asset_id)
    return copy


def find_version(distribution: str) -> str:
    """Return a package's version, or unknown where it came without its metadata."""
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return "unknown"


def _make_engine() -> _Engine | None:
    """Return a validation engine, or None when the package is missing."""
    with _keeping_root_logger():
        try:
            validator = importlib.import_module(_MODULE)
        except ImportError:
            return None
    # Rules that look up shaders must not be the first to ask for the registry: loading it reports,
    # on a thread of its choice, that usd-core ships no shader definitions of its own.
    with contextlib.suppress(Tf.ErrorException), _without_known_complaint():
        Sdr.Registry()
    return validator.ValidationEngine(variants=False)


@contextlib.contextmanager
def _without_known_complaint() -> Iterator[None]:
    """Hold back what usd-core prints about its missing shader definitions; pass on all else.

    It comes from C++ threads, past every Python stream, and tells a user nothing.
    """
    try:
        stderr = os.dup(2)
    except OSError:  # a windowed process without standard error
        yield
        return
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(stderr, 2)
            os.close(stderr)
            held.seek(0)
            for line in held:
                if line.strip() and b"shaderDefs.usda" not in line:
                    os.write(2, line)


@contextlib.contextmanager
def _keeping_root_logger() -> Iterator[None]:
    """Keep the import from setting up logging to standard output, where our answers go."""
    placeholder = logging.NullHandler()
    logging.root.addHandler(placeholder)
    try:
        yield
    finally:
        logging.root.removeHandler(placeholder)


def _convert_issue(found: _Found) -> Issue | None:
    severity = _SEVERITIES.get(found.severity.name)
    if severity is None:
        return None
    rule = found.rule.__name__ if found.rule is not None else "validator"
    suggestion = getattr(found.suggestion, "message", "")
    return Issue(
        code="USD_INVALID",
        severity=severity,
        prim_path=_find_path(found.at),
        message=f"{rule}: {' '.join(str(found.message).split())}",
        hint=" ".join(str(suggestion).split()),
    )


def _find_path(at: object) -> str | None:
    """Return the path of the prim an issue is at, or null."""
    for place in (at, getattr(at, "prim_id", None)):
        path: Sdf.Path | None = getattr(place, "path", None)
        if path is not None:
            return str(path.GetPrimPath())
    return None


def _is_foreign(
    stage: Usd.Stage, at: object, path: str | None, owners: tuple[str, ...], local: set[str]
) -> bool:
    """Return whether an issue lies below an instance, in a prototype or in another's layer."""
    if path is not None and (path.startswith("/__Prototype") or path.startswith(owners)):
        return True
    layer = getattr(at, "layer_id", at)
    identifier = getattr(layer, "identifier", None)
    if identifier is not None:
        return not any(_is_same_layer(identifier, name) for name in local)
    prim = stage.GetPrimAtPath(path) if path is not None else None
    specs = prim.GetPrimStack() if prim else []
    return bool(specs) and all(spec.layer.identifier not in local for spec in specs)


def _is_same_layer(identifier: str, name: str) -> bool:
    return identifier.replace("\\", "/").endswith(name.replace("\\", "/"))
