"""The checks of the machine tell what differs and leave nothing behind."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from clappper.kit import host_check
from clappper.kit.host_check import check_host


def test_a_usual_folder_is_fine_and_left_empty(tmp_path):
    findings = check_host(tmp_path / "out")

    assert [finding.name for finding in findings if not finding.is_ok] == []
    assert len(findings) == 8
    assert list((tmp_path / "out").iterdir()) == []


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")

    (finding,) = check_host(tmp_path / "file" / "out")

    assert not finding.is_ok
    assert "cannot be written" in finding.message


def test_windows_refusals_are_told_and_survived(tmp_path, monkeypatch):
    """As on Windows: what is open cannot be replaced, and long paths are off."""
    replace, mkdir, refused = Path.replace, Path.mkdir, set()

    def refuse_once(path, target):
        # The first of the checks has nothing open.
        if path.parent.name != "0" and path.name != "plan.json" and path.parent not in refused:
            refused.add(path.parent)
            if path.name in (".movie-new.mp4", "new.usdc"):
                raise PermissionError(13, "Access is denied")
        return replace(path, target)

    def refuse_long(path, *args, **kwargs):
        if len(str(path)) > 260:
            raise OSError(2, "The system cannot find the path specified")
        return mkdir(path, *args, **kwargs)

    monkeypatch.setattr(Path, "replace", refuse_once)
    monkeypatch.setattr(Path, "mkdir", refuse_long)

    findings = {finding.name: finding for finding in check_host(tmp_path)}

    assert findings["replace a file"].is_ok
    for name, thing in (("a file that is read", "file"), ("a layer that is open", "layer")):
        assert findings[f"replace {name}"].is_ok
        assert findings[f"replace {name}"].message == (
            f"It is refused, and works when the {thing} is closed."
        )
    long_paths = findings["paths longer than 260 characters"]
    assert not long_paths.is_ok
    assert "enable long paths in Windows" in long_paths.message


def test_a_file_system_that_loses_content_is_noticed(tmp_path, monkeypatch):
    monkeypatch.setattr(Path, "replace", lambda path, _: path.unlink())

    differing = {finding.name for finding in check_host(tmp_path) if not finding.is_ok}

    assert {"replace a file", "replace a file that is read", "line ends"} <= differing


@pytest.mark.skipif(os.name == "nt", reason="the other half of one line, for Windows")
def test_long_paths_are_only_widened_on_windows(tmp_path):
    assert host_check._widen(tmp_path) == tmp_path
