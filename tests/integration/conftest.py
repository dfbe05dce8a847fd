"""What several tests of the command line begin with."""

from __future__ import annotations

import shutil

import pytest

from clappper.core.cli import main

#: What is in the run of ``run_folder``.
RUN_PROMPT = "A studio with 2 drums and a pallet"


@pytest.fixture(scope="session")
def made_run(tmp_path_factory):
    """Return a run without a film, which nobody may change."""
    folder = tmp_path_factory.mktemp("made") / "run"
    assert main(["make", RUN_PROMPT, "--no-render", "--out", str(folder)]) == 0
    return folder


@pytest.fixture
def run_folder(made_run, tmp_path):
    """Return a run of the test's own."""
    return shutil.copytree(made_run, tmp_path / "run")
