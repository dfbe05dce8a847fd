"""A scene as it stands on an open stage, and its text: what carries it to the next request.

The text is kept on the scene's own prim, so that it goes where the scene goes: through undo and
redo, a saved file, another session. Whoever reads it back must take it for foreign input.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace
from functools import lru_cache

from pydantic import TypeAdapter, ValidationError

from clappper.core.errors import StageError
from clappper.core.filming import Format
from clappper.core.layout.models import Placements
from clappper.core.planning.models import ScenePlan
from clappper.core.stage.clip import Clip
from clappper.core.stage.ground import Spot
from clappper.core.stage.models import Certificate

__all__ = ["MAX_TEXT_CHARS", "BuiltScene", "parse_built_scene"]

#: Longest text that is read [characters].
MAX_TEXT_CHARS = 20_000_000
_MOST_FRAMES, _MOST_FPS, _MOST_PIXELS = 1_000_000, 1_000, 32_768


@dataclass(frozen=True)
class BuiltScene:
    """Everything about a scene that a change of it, or a film, needs to know.

    Attributes:
        scene_path: Absolute path of its root prim.
        camera_path: Absolute path of its camera.
        plan: What is in it.
        placements: Where that stands, in the layout frame.
        certificate: What was measured when it was built.
        form: Its film's format.
        clip: Where the film's frames are in the stage's time.
        spot: Where its origin stands [m, layout frame of the stage].
        is_alone: Whether the stage was empty before it.
        has_lights: Whether it has lights of its own.
        view: What its camera sees, as ``read_view`` tells.
    """

    scene_path: str
    camera_path: str
    plan: ScenePlan
    placements: Placements
    certificate: Certificate
    form: Format
    clip: Clip
    spot: Spot
    is_alone: bool
    has_lights: bool
    view: tuple[float, ...]

    def list_instance_paths(self) -> list[str]:
        """Return the absolute paths of its instances."""
        items = f"{self.scene_path}/Items"
        return [f"{items}/{p.item}/{p.id}" for p in self.placements.placements]

    def to_text(self) -> str:
        """Return the text to be kept on the scene's prim."""
        own = BuiltScene(*(getattr(self, field.name) for field in fields(BuiltScene)))
        return _make_adapter().dump_json(own).decode()


def parse_built_scene(text: str, scene_path: str) -> BuiltScene:
    """Return the scene that a prim carries.

    Args:
        text: What is kept on it.
        scene_path: Where the prim is now; it may have been renamed since.

    Raises:
        StageError: The text is not ours, or not sound any more.
    """
    try:
        if len(text) > MAX_TEXT_CHARS:
            raise ValueError("too long")
        scene = _make_adapter().validate_json(text)
        _check_numbers(scene)
        _, is_below, camera = scene.camera_path.partition(f"{scene.scene_path}/")
        if not is_below:
            raise ValueError("the camera is elsewhere")
    except (ValidationError, ValueError, RecursionError) as exc:
        raise StageError(
            f"What {scene_path} says of itself cannot be read, so that it cannot be changed: press "
            "New scene and say what it should show."
        ) from exc
    return replace(scene, scene_path=scene_path, camera_path=f"{scene_path}/{camera}")


def _check_numbers(scene: BuiltScene) -> None:
    form, clip, spot = scene.form, scene.clip, scene.spot
    is_sound = (
        0 < form.frames <= _MOST_FRAMES
        and 0 < form.fps <= _MOST_FPS
        and 0 < form.width <= _MOST_PIXELS
        and 0 < form.height <= _MOST_PIXELS
        and abs(clip.first_frame) <= clip.last_frame + form.frames
        and 0 < clip.time_codes_per_frame < math.inf
        and all(math.isfinite(value) for value in (spot.x, spot.y, spot.z))
    )
    if not is_sound:
        raise ValueError("numbers out of range")


@lru_cache(maxsize=1)
def _make_adapter() -> TypeAdapter[BuiltScene]:
    return TypeAdapter(BuiltScene)
