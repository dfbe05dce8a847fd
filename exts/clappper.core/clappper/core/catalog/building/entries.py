"""One entry of a source, checked: identity, path below ``packs/``, size; and the row made of some.

Everything in a source is untrusted; an entry is taken whole or left out with a reason.
"""

from __future__ import annotations

import collections
import functools
import hashlib
import re
from typing import TYPE_CHECKING, Annotated, NamedTuple

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["USD_SUFFIXES", "Entry", "IndexRow", "Tally", "compute_asset_id", "validate_entry"]

USD_SUFFIXES = (".usd", ".usda", ".usdc", ".usdz")
#: Paths a tally keeps of each reason.
EXAMPLE_LIMIT = 20
_DRIVE = re.compile(r"^[A-Za-z]:")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


class Entry(NamedTuple):
    """One file as a source states it."""

    asset_id: str
    name: str
    pack: str
    asset_path: str
    source_url: str
    tags: tuple[str, ...]
    file_size_mb: float | None


class IndexRow(NamedTuple):
    """One object, place or effect, as the index stores it."""

    asset_id: str
    name: str
    noun: str
    category: str
    pack: str
    asset_path: str
    source_url: str
    tags: tuple[str, ...]
    attributes: tuple[str, ...]
    file_size_mb: float
    words: tuple[str, ...]
    folder_words: tuple[str, ...]
    variants: tuple[str, ...]
    twin_of: str = ""  # id of the row that stands for the same object in another pack
    twin_rank: int = 0  # place among the rows of one object; 0 stands for them all


class Tally:
    """How many files were left out for which reason, with some of their paths."""

    def __init__(
        self,
        counts: Mapping[str, int] | None = None,
        examples: Mapping[str, Iterable[str]] | None = None,
    ) -> None:
        self.counts = collections.Counter(counts or {})
        self.examples = {reason: list(paths) for reason, paths in (examples or {}).items()}

    def add(self, reason: str, path: str = "", *, count: int = 1) -> None:
        """Count a file, or several of which one is named."""
        self.counts[reason] += count
        paths = self.examples.setdefault(reason, [])
        if path and len(paths) < EXAMPLE_LIMIT:
            paths.append(path[:200])

    def update(self, other: Tally) -> None:
        """Add what another has counted."""
        for reason, count in other.counts.items():
            self.add(reason, count=count)
            for path in other.examples.get(reason, ()):
                self.add(reason, path, count=0)


def _check_printable(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be blank")
    if _UNPRINTABLE.search(text):
        raise ValueError("must not contain control characters")
    return text


_Text = Annotated[str, AfterValidator(_check_printable)]


class _Model(BaseModel):
    """The user's schema; fields that are not needed here are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    asset_id: Annotated[str | None, Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")] = None
    name: Annotated[_Text | None, Field(max_length=255)] = None
    pack: Annotated[_Text | None, Field(max_length=255)] = None
    s3_path: Annotated[_Text, Field(max_length=2048)]
    tags: Annotated[list[Annotated[_Text, Field(max_length=100)]] | None, Field(max_length=256)] = (
        None
    )
    file_size_mb: Annotated[float | None, Field(ge=0.0, allow_inf_nan=False)] = None


def validate_entry(item: object) -> Entry | str:
    """Return the entry, or what is wrong with it.

    Only the path is needed: without an id it is that of ``compute_asset_id``, without name or pack
    they are those of the path.
    """
    try:
        model = _Model.model_validate(item, strict=True)
        asset_path = _find_asset_path(model.s3_path)
    except ValueError as exc:  # pydantic's too
        return _describe(exc)
    folder, _, file_name = asset_path.rpartition("/")
    return Entry(
        asset_id=model.asset_id or compute_asset_id(asset_path),
        name=model.name or file_name.rpartition(".")[0] or file_name,
        pack=model.pack or folder.partition("/")[0] or "unpacked",
        asset_path=asset_path,
        source_url=model.s3_path,
        tags=_fold_tags(tuple(model.tags or ())),
        file_size_mb=model.file_size_mb,
    )


def compute_asset_id(asset_path: str) -> str:
    """Return the id the user's index gives a path: 12 hex digits of its MD5."""
    content = asset_path.encode(errors="surrogatepass")
    return hashlib.md5(content, usedforsecurity=False).hexdigest()[:12]


@functools.lru_cache(maxsize=4096)
def _fold_tags(tags: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({tag.strip().lower() for tag in tags}))


def _describe(error: ValueError) -> str:
    if not isinstance(error, ValidationError):
        return str(error)
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"{where}: {first['msg']}" if where else first["msg"]


def _find_asset_path(url: str) -> str:
    """Return the path below ``packs/``, or below the bucket; refuse what leads out of it."""
    path = url.replace("\\", "/")
    scheme, separator, rest = path.partition("://")
    if separator:
        key = (
            rest.partition("/")[2]
            if scheme.lower() == "s3"
            else re.sub(r"[?#].*$", "", rest).partition("/")[2]
        )
    else:
        key = _DRIVE.sub("", path).lstrip("/")
    before, packs, after = f"/{key}".partition("/packs/")
    asset_path = after if packs else before.lstrip("/")
    parts = asset_path.split("/")
    if any(part in ("", ".", "..") or ":" in part for part in parts):
        raise ValueError(f"s3_path: {url[:120]!r} is not a plain path to a file")
    return asset_path
