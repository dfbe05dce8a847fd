"""Files that are there whole or not at all.

Every result is written beside its place and renamed into it.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from clappper.core.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "complete_usd_path",
    "compute_sha256",
    "dump_json",
    "replacing",
    "split_folders",
    "write_json",
    "write_text",
]

_USD_SUFFIXES = (".usd", ".usda", ".usdc")


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a temporary path in the same folder, with the same suffix.

    It becomes ``path`` only if the block ends well.

    Raises:
        OutputError: The folder or the file cannot be written.
    """
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(
            prefix=f".{path.stem}-", suffix=path.suffix, dir=path.parent
        )
        os.close(handle)
        temporary = Path(name)
        yield temporary
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(0o666 & ~umask)
        temporary.replace(path)
    except OSError as exc:
        raise OutputError(
            f"Cannot write {path}: {exc.strerror or exc}. Choose another folder with --out."
        ) from exc
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text with LF line ends, whole or not at all."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


def dump_json(value: object) -> str:
    """Return the one JSON text of a value: two spaces, field order kept, final line end."""
    return json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def write_json(path: Path, value: object) -> None:
    """Write ``dump_json(value)``, whole or not at all."""
    write_text(path, dump_json(value))


def compute_sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def complete_usd_path(text: str) -> str:
    """Return a path or URL as USD and Kit want it, from what a user typed or pasted.

    Forward slashes, no quotes, and ``.usd`` unless another USD suffix stands; empty stays empty.
    """
    path = text.strip().strip('"').strip().replace("\\", "/")
    return path if not path or path.lower().endswith(_USD_SUFFIXES) else f"{path}.usd"


def split_folders(text: str) -> list[str]:
    """Return the folders of a list separated by semicolons: a colon stands in drive letters."""
    parts = (part.strip().strip('"').strip() for part in text.split(";"))
    return [part for part in parts if part]
