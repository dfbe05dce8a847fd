"""Run folder: where one run leaves its results, under fixed names.

A folder of somebody else is never touched.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from clappper.core.errors import OutputError

__all__ = ["RunFolder", "choose_run_path"]


@dataclass(frozen=True)
class RunFolder:
    """Paths of everything a run writes."""

    path: Path

    @property
    def plan(self) -> Path:
        """The ScenePlan."""
        return self.path / "plan.json"

    @property
    def placements(self) -> Path:
        """The solved layout."""
        return self.path / "placements.json"

    @property
    def scene(self) -> Path:
        """The authored stage."""
        return self.path / "scene.usda"

    @property
    def script(self) -> Path:
        """The same scene as a script for Kit's Script Editor."""
        return self.path / "scene_script.py"

    @property
    def plan_view(self) -> Path:
        """The layout seen from above, as a drawing; the picture lies beside it."""
        return self.path / "plan_view.svg"

    @property
    def plan_picture(self) -> Path:
        """The layout seen from above, as a picture."""
        return self.path / "plan_view.png"

    @property
    def history(self) -> Path:
        """Folder of what earlier edits replaced."""
        return self.path / "history"

    @property
    def conversation(self) -> Path:
        """What was said while the scene was made and changed by ``clappper chat``."""
        return self.path / "conversation.json"

    @property
    def lock(self) -> Path:
        """What keeps other processes from changing the run while this one does."""
        return self.path / ".lock"

    @property
    def certificate(self) -> Path:
        """What was measured on the stage."""
        return self.path / "certificate.json"

    @property
    def frames(self) -> Path:
        """Folder of the rendered frames."""
        return self.path / "frames"

    @property
    def movie(self) -> Path:
        """The film."""
        return self.path / "movie.mp4"

    @property
    def poster(self) -> Path:
        """One still of the film."""
        return self.path / "poster.png"

    @property
    def report(self) -> Path:
        """Seed, hashes, versions and timings of the run."""
        return self.path / "run.json"

    def list_results(self) -> list[Path]:
        """Return every document, picture and film of a scene, the frames' folder last."""
        return [
            self.plan,
            self.placements,
            self.scene,
            self.script,
            self.plan_view,
            self.plan_picture,
            self.certificate,
            self.movie,
            self.poster,
            self.report,
            self.frames,
        ]

    def prepare(self) -> None:
        """Create the folder, or clear an earlier run's results from it.

        Raises:
            OutputError: It is no folder, cannot be written, or holds files that are not a run's.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            there = {p.name for p in self.path.iterdir() if not p.name.startswith(".")}
            beside = (self.history, self.conversation)
            ours = {p.name for p in (*self.list_results(), *beside)} | {"assets"}
            if (there and not (self.plan.is_file() or self.report.is_file())) or there - ours:
                raise OutputError(
                    f"{self.path} holds files that are not a run's: "
                    "choose an empty or new folder with --out."
                )
            for result in (*self.list_results(), *beside):
                if result.is_dir():
                    shutil.rmtree(result)
                else:
                    result.unlink(missing_ok=True)
        except OSError as exc:
            raise OutputError(
                f"Cannot write to {self.path}: {exc.strerror or exc}. "
                "Choose another folder with --out."
            ) from exc


def choose_run_path(prompt: str, *, parent: Path) -> Path:
    """Return a new folder name made of the prompt's first words, numbered when it is taken."""
    words = re.findall(r"[a-z0-9]+", prompt.lower())
    stem = "-".join(words[:6])[:48] or "run"
    path, number = parent / stem, 2
    while path.exists():
        path, number = parent / f"{stem}-{number}", number + 1
    return path
