"""Licences: every text that the wheels carry, those of the libraries inside, and one table."""

from __future__ import annotations

import json
import re
import zipfile
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from tools.prebundle.policy import PrebundleError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tools.prebundle.wheels import Wheel

__all__ = ["NativePart", "compute_licence", "compute_source", "load_native_parts", "write_notices"]

_FOLDER = Path(__file__).parent
_LICENCE_FILE = re.compile(r"(licen[cs]e|copying|notice)", re.IGNORECASE)
_LIBRARY = re.compile(r"\.(so(\.\d+)*|dll|exe)$", re.IGNORECASE)
_EXTENSION_MODULE = re.compile(r"\.(cpython-\d+|abi3)[^/]*\.so$")
_SOURCE_LABELS = ("source", "source code", "repository", "homepage")
_INTRODUCTION = """\
# Third-party notices of clappper.pip

These packages are unchanged copies of their published wheels. The licence texts lie beside this
file, in the folder of each package.

"""
_FFMPEG = """
The FFmpeg program is a separate program that Clappper starts; it is under the GPL. Whoever passes
this extension on passes that program on, and owes its receivers what section 6 of the GPL asks for.
"""


@dataclass(frozen=True)
class NativePart:
    """A program or library inside a wheel that brings no licence text of its own."""

    name: str
    wheel: str
    files: tuple[str, ...]
    licence: str
    copyright: str
    source: str
    text: str | None

    def covers(self, path: PurePosixPath) -> bool:
        """Return whether a file of the wheel belongs to this part."""
        return any(fnmatchcase(str(path), pattern) for pattern in self.files)


def load_native_parts() -> list[NativePart]:
    """Read native.json."""
    data = json.loads((_FOLDER / "native.json").read_text(encoding="utf-8"))
    return [NativePart(**{**part, "files": tuple(part["files"])}) for part in data["parts"]]


def compute_licence(wheel: Wheel) -> str:
    """Return the licence's name as the metadata gives it, in one line.

    Raises:
        PrebundleError: The metadata names none.
    """
    expression = wheel.metadata.get("License-Expression") or wheel.metadata.get("License") or ""
    if expression and "\n" not in expression.strip() and not expression.startswith("Copyright"):
        return str(expression.strip())
    for classifier in wheel.metadata.get_all("Classifier") or []:
        if classifier.startswith("License ::"):
            return str(classifier.split(" :: ")[-1])
    text = expression.casefold()
    if "redistribution and use in source and binary forms" in text or text.startswith("copyright"):
        return "BSD-3-Clause" if "neither the name" in text else "BSD-2-Clause"
    raise PrebundleError(f"{wheel.path.name} names no licence; see what it is before shipping it.")


def compute_source(wheel: Wheel) -> str:
    """Return where the source is, as the metadata gives it.

    Raises:
        PrebundleError: The metadata gives no address.
    """
    urls = {}
    for entry in wheel.metadata.get_all("Project-URL") or []:
        label, _, url = entry.partition(",")
        urls[label.strip().casefold()] = url.strip()
    found = [urls[label] for label in _SOURCE_LABELS if label in urls]
    found += [wheel.metadata["Home-page"]] if wheel.metadata["Home-page"] else []
    if not found:
        raise PrebundleError(f"{wheel.path.name} does not say where its source is.")
    return str(found[0])


def write_notices(
    folder: Path, wheels: Sequence[Wheel], files: Mapping[str, Iterable[PurePosixPath]]
) -> None:
    """Write the licence texts and NOTICE.md into a folder.

    Args:
        folder: Is made.
        wheels: What is shipped.
        files: The unpacked files of each wheel, by its name.

    Raises:
        PrebundleError: A licence text is missing, or a library in a wheel is not in native.json.
    """
    rows = []
    for wheel in wheels:
        _write_texts(folder / wheel.name, wheel)
        rows.append((wheel.name, wheel.version, compute_licence(wheel), compute_source(wheel)))
    parts = [part for part in load_native_parts() if _is_shipped(part, files)]
    for wheel in wheels:
        _require_covered(wheel, files[wheel.name], parts)
    for part in parts:
        _write_native_text(folder / part.wheel, part)
        rows.append((f"{part.name}, inside {part.wheel}", "", part.licence, part.source))
    table = "| package | version | licence | source |\n|---|---|---|---|\n"
    table += "".join("| {} | {} | {} | {} |\n".format(*row) for row in rows)
    text = _INTRODUCTION + table
    if any(part.licence.startswith("GPL") for part in parts):
        text += _FFMPEG
    (folder / "NOTICE.md").write_bytes(text.encode())


def _write_texts(folder: Path, wheel: Wheel) -> None:
    """Copy the licence files of a wheel."""
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    with zipfile.ZipFile(wheel.path) as archive:
        for entry in sorted(archive.namelist()):
            path = PurePosixPath(entry)
            if ".dist-info" in path.parts[0] and _LICENCE_FILE.search(path.name):
                if entry.endswith("/"):
                    continue
                (folder / path.name).write_bytes(archive.read(entry))
                count += 1
    if count == 0:
        raise PrebundleError(f"{wheel.path.name} carries no licence text.")


def _write_native_text(folder: Path, part: NativePart) -> None:
    """Write the licence of a library with its copyright line."""
    if part.text is None:
        return
    licence = (_FOLDER / "licenses" / part.text).read_text(encoding="utf-8")
    name = re.sub(r"\W+", "-", part.name.split(" with ")[0])
    text = f"{part.name}\n{part.copyright}\n{part.source}\n\n{licence}"
    (folder / f"LICENSE-{name}.txt").write_bytes(text.encode())


def _is_shipped(part: NativePart, files: Mapping[str, Iterable[PurePosixPath]]) -> bool:
    return any(part.covers(path) for path in files.get(part.wheel, ()))


def _require_covered(
    wheel: Wheel, files: Iterable[PurePosixPath], parts: Sequence[NativePart]
) -> None:
    """Refuse a library whose licence nobody has looked up."""
    for path in files:
        is_library = _LIBRARY.search(path.name) or path.parent.name == "binaries"
        if not is_library or _EXTENSION_MODULE.search(path.name) or path.suffix in (".py", ".md"):
            continue
        if not any(part.wheel == wheel.name and part.covers(path) for part in parts):
            raise PrebundleError(
                f"{wheel.path.name} carries {path}, which tools/prebundle/native.json lacks: add "
                "its licence there."
            )
