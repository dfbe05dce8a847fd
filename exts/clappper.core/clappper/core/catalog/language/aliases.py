"""The user's own words for things, from a JSON file that extends the shipped nouns.

For example ``{"schema_version": 1, "aliases": {"ameise": "pallet truck", "gitterbox": "wire
container"}}``. ``CLAPPPER_ALIASES`` names the file; without it ``aliases.json`` beside the index is
taken when there is one. Reads the file only: ``NounTable.extended`` makes the words known.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from clappper.core.catalog.language.words import split_query
from clappper.core.catalog.user_file import read_user_file
from clappper.core.errors import CatalogError

__all__ = ["ALIASES_NAME", "ALIASES_VARIABLE", "find_alias_file", "load_aliases"]

#: Names the file of aliases.
ALIASES_VARIABLE = "CLAPPPER_ALIASES"
#: The file's name beside an index.
ALIASES_NAME = "aliases.json"
_WORDS_PER_ALIAS = 6

_Term = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]


class _AliasFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    schema_version: Literal[1]
    aliases: dict[_Term, _Term] = Field(max_length=5000)


def find_alias_file(index_path: Path | None) -> Path | None:
    """Return the file of aliases that holds for an index, or None when there is none."""
    named = os.environ.get(ALIASES_VARIABLE, "").strip()
    if named:
        return Path(named)
    beside = None if index_path is None else index_path.with_name(ALIASES_NAME)
    return beside if beside is not None and beside.is_file() else None


def load_aliases(path: Path) -> dict[str, str]:
    """Read a file of aliases: the user's word and the thing it means.

    Raises:
        CatalogError: It cannot be read, is too large, or is not what it should be.
    """
    aliases = read_user_file(path, _AliasFile, what="aliases").aliases
    for term in (*aliases, *aliases.values()):
        if not 0 < len(split_query(term)) <= _WORDS_PER_ALIAS:
            raise CatalogError(
                f"{path.name}: {term!r} must be one to {_WORDS_PER_ALIAS} words. Correct it."
            )
    return aliases
