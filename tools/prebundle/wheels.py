"""Wheels: download the pinned ones, read their metadata, unpack and verify them."""

from __future__ import annotations

import base64
import csv
import email
import hashlib
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name, parse_wheel_filename
from packaging.version import Version

from tools.prebundle.policy import PrebundleError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from email.message import Message

    from packaging.tags import Tag

    from tools.prebundle.policy import Target

__all__ = ["Wheel", "download_wheels", "open_wheel", "unpack_wheel"]

_PIP = ("-m", "pip", "--disable-pip-version-check", "--no-input", "download", "--quiet")


@dataclass(frozen=True)
class Wheel:
    """One wheel file and what its metadata says."""

    path: Path
    name: str
    version: str
    metadata: Message

    @property
    def requires(self) -> list[str]:
        """Return the requirements, extras included."""
        return self.metadata.get_all("Requires-Dist") or []


def _find_cached(folder: Path, pins: Mapping[str, str]) -> dict[str, Path]:
    """Return the wheels of a folder that are just the pinned ones, by name."""
    found = {}
    for path in sorted(folder.glob("*.whl")):
        name, version, _, _ = parse_wheel_filename(path.name)
        if name in pins and version == Version(pins[name]) and zipfile.is_zipfile(path):
            found[str(name)] = path
    return found


def download_wheels(target: Target, pins: Mapping[str, str], folder: Path) -> list[Wheel]:
    """Return the pinned wheels of a target, downloaded unless the folder has them.

    Requirements of the wheels are not followed: whatever is shipped is pinned by name.

    Raises:
        PrebundleError: pip fails (its reason is in the text), or a wheel is not what was asked for.
    """
    folder.mkdir(parents=True, exist_ok=True)
    found = _find_cached(folder, pins)
    missing = [f"{name}=={pins[name]}" for name in sorted(pins) if name not in found]
    if missing:
        command = [sys.executable, *_PIP, "--no-deps", "--only-binary", ":all:"]
        command += ["--implementation", "cp", "--python-version", target.python]
        for abi in (target.tag, "abi3", "none"):
            command += ["--abi", abi]
        for platform in target.wheel_platforms:
            command += ["--platform", platform]
        command += ["--dest", str(folder), *missing]
        done = subprocess.run(
            command, capture_output=True, check=False, stdin=subprocess.DEVNULL, text=True
        )
        if done.returncode:
            errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
            raise PrebundleError(
                f"pip could not download {', '.join(missing)} for {target.name}: check the network "
                f"and the pins. {' '.join(errors)}"
            )
        found = _find_cached(folder, pins)
    absent = sorted(set(pins) - set(found))
    if absent:
        raise PrebundleError(f"pip brought no wheel of {', '.join(absent)} for {target.name}.")
    return [open_wheel(found[name], target) for name in sorted(found)]


def open_wheel(path: Path, target: Target) -> Wheel:
    """Read the metadata of a wheel.

    Raises:
        PrebundleError: It is not for the target, or its metadata contradicts its file name.
    """
    name, version, _, tags = parse_wheel_filename(path.name)
    if not any(_runs_on(tag, target) for tag in tags):
        raise PrebundleError(f"{path.name} does not run on {target.name}.")
    with zipfile.ZipFile(path) as archive:
        (member,) = [
            entry
            for entry in archive.namelist()
            if entry.endswith(".dist-info/METADATA") and entry.count("/") == 1
        ]
        metadata = email.message_from_bytes(archive.read(member))
    says = (canonicalize_name(metadata["Name"]), Version(metadata["Version"]))
    if says != (name, version):
        raise PrebundleError(f"{path.name} says inside that it is {says[0]} {says[1]}.")
    return Wheel(path=path, name=str(name), version=str(version), metadata=metadata)


def unpack_wheel(wheel: Wheel, folder: Path) -> list[PurePosixPath]:
    """Unpack a wheel as an installer does, without scripts, and return the files.

    Raises:
        PrebundleError: A file is not what the wheel's RECORD says, would leave the folder, or is
            there already from another wheel.
    """
    written = []
    with zipfile.ZipFile(wheel.path) as archive:
        (record,) = [entry for entry in archive.namelist() if entry.endswith(".dist-info/RECORD")]
        hashes = {row[0]: row[1] for row in csv.reader(archive.read(record).decode().splitlines())}
        for info in sorted(archive.infolist(), key=lambda info: info.filename):
            relative = _place(info.filename)
            if info.is_dir() or relative is None:
                continue
            content = archive.read(info)
            if info.filename != record and hashes.get(info.filename) != _compute_hash(content):
                raise PrebundleError(f"{wheel.path.name}: {info.filename} is not as recorded.")
            path = folder / relative
            if ".." in relative.parts or relative.is_absolute() or path.exists():
                raise PrebundleError(f"{wheel.path.name}: {info.filename} cannot be unpacked.")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            path.chmod(0o755 if info.external_attr >> 16 & 0o111 else 0o644)
            written.append(relative)
    return written


def _runs_on(tag: Tag, target: Target) -> bool:
    """Return whether a wheel with this tag runs on the target."""
    is_for_python = tag.interpreter in ("py3", target.tag) or tag.abi == "abi3"
    return is_for_python and tag.platform in ("any", *target.wheel_platforms)


def _place(name: str) -> PurePosixPath | None:
    """Return where a member goes; programs and data of ``*.data`` folders go nowhere."""
    path = PurePosixPath(name)
    if path.parts[0].endswith(".data"):
        is_library = path.parts[1] in ("purelib", "platlib")
        return PurePosixPath(*path.parts[2:]) if is_library else None
    return path


def _compute_hash(content: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=")
    return f"sha256={digest.decode()}"
