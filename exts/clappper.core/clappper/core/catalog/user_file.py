"""Reads the small JSON files a user writes by hand: bounded, checked, told where they are wrong."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ValidationError

from clappper.core.errors import CatalogError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["read_user_file"]

_BYTE_LIMIT = 1 << 20

_Model = TypeVar("_Model", bound=BaseModel)


def read_user_file(path: Path, model: type[_Model], *, what: str) -> _Model:
    """Read one file into a model.

    Args:
        path: UTF-8, with or without a byte order mark, at most 1 MiB.
        model: What it should be.
        what: What messages call its content, in the plural: aliases, overrides.

    Raises:
        CatalogError: It cannot be read, is too large, or is not what it should be.
    """
    try:
        with path.open("rb") as file:
            content = file.read(_BYTE_LIMIT + 1)
    except OSError as exc:
        raise CatalogError(f"Cannot read the {what} {path}: {exc.strerror or exc}.") from exc
    if len(content) > _BYTE_LIMIT:
        raise CatalogError(f"{path.name} is larger than 1 MiB; leave {what} out.")
    try:
        return model.model_validate_json(content.removeprefix(codecs.BOM_UTF8))
    except ValidationError as exc:
        first = exc.errors(include_url=False, include_input=False, include_context=False)[0]
        where = " / ".join(str(part)[:80] for part in first["loc"]) or "the file"
        raise CatalogError(
            f"{path.name} is no file of {what}: {where}: {first['msg']}. Correct it."
        ) from exc
