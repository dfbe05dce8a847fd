"""What Clappper takes for granted about Kit, as ``data/assumptions.json`` declares it.

Each entry is one name, call, enum, value, default or token. ``target`` is ``module:path``; a step
of the path may end in ``()`` and is then called without arguments. A target that starts with ``@``
is a member of one of the objects in ``probes``. ``names`` declares several members of a target.
Plain Python only: a self-test must run where pydantic does not.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Assumption", "KitPart", "load_assumptions"]

_DATA = Path(__file__).with_name("data") / "assumptions.json"


@dataclass(frozen=True)
class Assumption:
    """One thing that the code relies on."""

    #: call, member, enum, returns, default or token.
    kind: str
    target: str
    #: What it is used for, a sentence.
    used_for: str
    #: Arguments by position, and names of the keywords, that the code passes in a call.
    positional: int = 0
    keywords: tuple[str, ...] = ()
    #: Members of an enum with their values; None where any value will do.
    members: tuple[tuple[str, int | None], ...] = ()
    #: Names of the types that a returned value may have, and of the types of its parts.
    types: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    #: The default of an option that the code leaves alone.
    value: Any = None
    #: First version that has it, or empty.
    since: str = ""
    #: Whether the code does without it.
    is_optional: bool = False
    #: Target of what the code uses instead where this is missing, or empty.
    alternative: str = ""


@dataclass(frozen=True)
class KitPart:
    """An extension, or the kernel itself (``extension`` is None), and what is assumed of it."""

    extension: str | None
    #: What does not work without it.
    feature: str
    is_optional: bool
    #: Whether Clappper enables it by itself when it is needed.
    is_started_on_demand: bool
    assumptions: tuple[Assumption, ...]


def load_assumptions(path: Path = _DATA) -> tuple[KitPart, ...]:
    """Read the declarations.

    Raises:
        OSError: The file cannot be read.
        ValueError: It is not JSON, of another version, or says the same thing twice.
        KeyError: An entry lacks a field.
    """
    document = json.loads(path.read_text(encoding="utf-8"))
    if document["schema_version"] != 1:
        raise ValueError(f"{path.name} has schema_version {document['schema_version']}, not 1.")
    parts = tuple(_read_part(entry) for entry in document["extensions"])
    seen = set()
    for assumption in (a for part in parts for a in part.assumptions):
        key = (assumption.kind, assumption.target, assumption.members)
        if key in seen:
            raise ValueError(f"{path.name} declares {assumption.target} twice.")
        seen.add(key)
    return parts


def _read_part(entry: Mapping[str, Any]) -> KitPart:
    return KitPart(
        extension=entry["extension"],
        feature=entry["feature"],
        is_optional=entry["is_optional"],
        is_started_on_demand=entry.get("is_started_on_demand", False),
        assumptions=tuple(a for row in entry["assumptions"] for a in _read_row(row)),
    )


def _read_row(row: Mapping[str, Any]) -> list[Assumption]:
    targets = [f"{row['target']}.{name}" for name in row.get("names", ())] or [row["target"]]
    return [
        Assumption(
            kind=row["kind"],
            target=target,
            used_for=row["used_for"],
            positional=row.get("positional", 0),
            keywords=tuple(row.get("keywords", ())),
            members=tuple(row.get("members", {}).items()),
            types=tuple(row.get("type", "").split("|")) if row.get("type") else (),
            items=tuple(row.get("items", ())),
            value=row.get("value"),
            since=row.get("since", ""),
            is_optional=row.get("is_optional", False),
            alternative=row.get("alternative", ""),
        )
        for target in targets
    ]
