"""Holds the assumptions against the Kit that runs; finds everything at once and never raises."""

from __future__ import annotations

import importlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from clappper.kit.probes import PROBES
from clappper.kit.signatures import UnknownSignatureError, find_call_problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from clappper.kit.assumptions import Assumption, KitPart

__all__ = ["FOREIGN_ERRORS", "Finding", "Outcome", "check_assumptions"]

Outcome = Literal["ok", "missing", "different", "absent", "unchecked"]

#: What foreign code raises when an app is not as it is expected; OpenUSD's is a RuntimeError.
FOREIGN_ERRORS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    ImportError,
    LookupError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)


@dataclass(frozen=True)
class Finding:
    """What came of one assumption."""

    extension: str | None
    #: The member itself: for an enum the member's own name.
    target: str
    outcome: Outcome
    #: A sentence; empty where all is as assumed.
    message: str
    used_for: str
    #: Whether the product works without it.
    is_optional: bool = False

    @property
    def is_failure(self) -> bool:
        """Whether the code will not work as it should."""
        return self.outcome == "different" or (self.outcome == "missing" and not self.is_optional)


class _NotThereError(Exception):
    """A step of a target is missing; the message is the path up to it."""


class _NothingThereError(Exception):
    """A step of a target gives None here, so that what follows cannot be looked at."""


def check_assumptions(
    parts: Iterable[KitPart],
    *,
    is_enabled: Callable[[str], bool],
    resolve_token: Callable[[str], str],
) -> list[Finding]:
    """Check everything that is assumed.

    Args:
        parts: What is assumed, by extension.
        is_enabled: Whether an extension of this name is enabled.
        resolve_token: Returns what a token stands for, or nothing.
    """
    findings: list[Finding] = []
    assumptions: list[Assumption | None] = []
    for part in parts:
        if part.extension is not None and not is_enabled(part.extension):
            findings.append(_describe_absent(part))
            assumptions.append(None)
            continue
        for assumption in part.assumptions:
            for target, outcome, message in _check(assumption, resolve_token):
                findings.append(
                    Finding(
                        part.extension,
                        target,
                        outcome,
                        message,
                        assumption.used_for,
                        assumption.is_optional,
                    )
                )
                assumptions.append(assumption)
    return _excuse_alternatives(findings, assumptions)


def _describe_absent(part: KitPart) -> Finding:
    message = f"{part.extension} is not enabled: {part.feature} will not work."
    outcome: Outcome = "absent" if part.is_optional else "missing"
    return Finding(part.extension, str(part.extension), outcome, message, part.feature)


def _excuse_alternatives(
    findings: list[Finding], assumptions: list[Assumption | None]
) -> list[Finding]:
    """Let something be missing where what is used instead is there."""
    there = {finding.target for finding in findings if finding.outcome == "ok"}
    return [
        replace(finding, is_optional=True)
        if assumption is not None and assumption.alternative in there
        else finding
        for finding, assumption in zip(findings, assumptions, strict=True)
    ]


def _check(
    assumption: Assumption, resolve_token: Callable[[str], str]
) -> Iterator[tuple[str, Outcome, str]]:
    if assumption.kind == "token":
        is_known = bool(resolve_token(assumption.target))
        message = "" if is_known else f"The token {assumption.target} stands for nothing."
        yield assumption.target, "ok" if is_known else "missing", message
        return
    target = assumption.target
    try:
        value = _resolve(target)
        if assumption.kind == "enum":
            for name, wanted in assumption.members:
                outcome, message = _judge_member(value, f"{target}.{name}", name, wanted)
                yield f"{target}.{name}", outcome, message
            return
        problem = _find_problem(assumption, value)
    except _NotThereError as exc:
        names = [f"{target}.{name}" for name, _ in assumption.members] or [target]
        for name in names:
            yield name, "missing", f"{exc} is missing."
    except _NothingThereError as exc:
        yield target, "unchecked", f"{exc} is None here, so that {target} could not be looked at."
    except UnknownSignatureError:
        # It is there; a native function need not tell more.
        yield target, "ok", ""
    except FOREIGN_ERRORS as exc:
        yield target, "different", f"{target} fails: {type(exc).__name__}: {exc}"
    else:
        yield target, "different" if problem else "ok", f"{target}: {problem}." if problem else ""


def _resolve(target: str) -> Any:
    """Follow a target from its module to its last step."""
    origin, separator, path = target.partition(":" if not target.startswith("@") else ".")
    value: Any
    if target.startswith("@"):
        value = PROBES[origin[1:]]()
    else:
        try:
            value = importlib.import_module(origin)
        except ImportError as exc:
            raise _NotThereError(f"The module {origin}") from exc
    walked = f"{origin}{separator}"
    for index, step in enumerate(path.split(".")):
        if value is None:
            raise _NothingThereError(walked)
        name = step.removesuffix("()")
        walked += step if index == 0 else f".{step}"
        if not hasattr(value, name):
            raise _NotThereError(walked.removesuffix("()"))
        value = getattr(value, name)
        if step.endswith("()"):
            value = value()
    return value


def _judge_member(enum: Any, target: str, name: str, wanted: int | None) -> tuple[Outcome, str]:
    if not hasattr(enum, name):
        return "missing", f"{target} is missing."
    if wanted is not None and int(getattr(enum, name)) != wanted:
        return "different", f"{target} is {int(getattr(enum, name))}, not {wanted}."
    return "ok", ""


def _find_problem(assumption: Assumption, value: Any) -> str:
    if assumption.kind == "call":
        return find_call_problem(value, assumption.positional, assumption.keywords)
    if assumption.kind == "default":
        return "" if value == assumption.value else f"it is {value!r}, not {assumption.value!r}"
    if assumption.kind == "returns":
        return _find_type_problem(assumption, value)
    return ""


def _find_type_problem(assumption: Assumption, value: Any) -> str:
    if not _is_a(value, assumption.types):
        return f"it is {type(value).__name__}, not {' or '.join(assumption.types)}"
    if assumption.items and (
        len(value) < len(assumption.items)
        or not all(
            _is_a(part, (name,)) for part, name in zip(value, assumption.items, strict=False)
        )
    ):
        return f"it is {value!r}, not ({', '.join(assumption.items)})"
    return ""


def _is_a(value: Any, names: tuple[str, ...]) -> bool:
    return any(kind.__name__ in names for kind in type(value).__mro__)
