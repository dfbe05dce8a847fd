"""Tells whether a path lies on a network drive: SQLite's locks cannot be trusted there."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

__all__ = ["find_network_filesystem", "find_network_mount"]

_MOUNTS = Path("/proc/self/mountinfo")
_NETWORK = re.compile(
    r"nfs\d*|cifs|smb\d*|smbfs|afs|ceph|glusterfs|lustre|davfs|9pnet"
    r"|fuse\.(rclone|s3fs|goofys|sshfs|mount-s3|gcsfuse|blobfuse2?|davfs2?|juicefs|glusterfs)"
)
_OCTAL = re.compile(r"\\([0-7]{3})")
_DRIVE_REMOTE = 4


def find_network_filesystem(path: Path) -> str | None:
    """Return the kind of network drive a path is on, or None when it is none or nobody can tell."""
    absolute = path.absolute()
    if sys.platform == "win32":
        return _find_windows_drive(str(absolute))
    try:
        mounts = _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return None
    # First without following links, which could hang; then as they lead.
    return find_network_mount(absolute, mounts) or find_network_mount(
        Path(os.path.realpath(absolute)), mounts
    )


def find_network_mount(path: Path, mounts: str) -> str | None:
    """Return the type of a path's file system if it is one of a network.

    Args:
        path: Absolute path.
        mounts: Text of ``/proc/self/mountinfo``.
    """
    best, best_length = "", -1
    for line in mounts.splitlines():
        before, separator, after = line.partition(" - ")
        fields = before.split(" ")
        if not separator or len(fields) < 5:
            continue
        point = Path(_OCTAL.sub(lambda match: chr(int(match[1], 8)), fields[4]))
        # Of two mounts at one place the later one is seen.
        if path.is_relative_to(point) and len(point.parts) >= best_length:
            best, best_length = after.split(" ")[0], len(point.parts)
    return best if _NETWORK.fullmatch(best) else None


def _find_windows_drive(path: str) -> str | None:
    if path.startswith(("\\\\", "//")) and not path.startswith(("\\\\?\\", "\\\\.\\")):
        return "network share"
    if sys.platform == "win32":
        import ctypes

        root = f"{os.path.splitdrive(path)[0]}\\"
        if ctypes.windll.kernel32.GetDriveTypeW(root) == _DRIVE_REMOTE:
            return "network drive"
        kind = ctypes.create_unicode_buffer(64)
        # A drive that rclone mounts counts as fixed; its file system is "FUSE-rclone".
        done = ctypes.windll.kernel32.GetVolumeInformationW(
            root, None, 0, None, None, None, kind, len(kind)
        )
        if done and kind.value.upper().startswith("FUSE"):
            return kind.value
    return None
