"""Reads requests about the picture: the shot, what it shows, its move, the film."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clappper.core.planning.camera import EYE_LEVEL_M, read_camera
from clappper.core.planning.edits.models import CameraChange
from clappper.core.planning.follow_ups.scene import make_edit
from clappper.core.planning.follow_ups.target import read_phrase
from clappper.core.planning.follow_ups.targets import read_targets

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clappper.core.planning.edits.models import PlanEdit
    from clappper.core.planning.follow_ups.scene import EditScene
    from clappper.core.planning.lexer import Token
    from clappper.core.planning.wording.clause import Clause

__all__ = ["read_picture"]

_HIGHER, _LOWER = 1.6, 0.6
_CAMERA = r"(?:camera|view ?point|view|shot|lens)"
_HIGH = re.compile(
    rf"\b{_CAMERA}\b.*\b(?:higher|up)\b|^(?:raise|lift)\b.*\b{_CAMERA}\b|\bhigher {_CAMERA}\b"
)
_LOW = re.compile(rf"\b{_CAMERA}\b.*\b(?:lower|down)\b|^lower\b.*\b{_CAMERA}\b|\blower {_CAMERA}\b")
_CLOSER = re.compile(
    rf"\b{_CAMERA}\b.*\b(?:closer|nearer)\b|\bcloser {_CAMERA}\b"
    r"|^(?:get|go|move|come|zoom) (?:closer|nearer|in closer)\b"
)
_WIDER = re.compile(
    rf"\b{_CAMERA}\b.*\b(?:wider|farther|further|back)\b|\bwider {_CAMERA}\b"
    r"|^(?:zoom|go|move) (?:out|further out|back)\b"
)
_TO_HEIGHT = re.compile(rf"\b{_CAMERA}\b.*\b(?:at|to|up to|down to) (?P<height>\d+(?:\.\d+)?)_m\b")
_AT_LEVEL = re.compile(r"\b(?:height|level|high)\b.*?\b(?P<height>\d+(?:\.\d+)?)_m\b")
_STEP = re.compile(r"\b(?:by |another )?(?P<m>\d+(?:\.\d+)?)_m\b")
_LOOK = re.compile(
    r"^(?:look at|focus on|show(?: me)?(?: only)?|zoom in on|frame|follow|film|shoot"
    rf"|(?:point|aim|turn) (?:the )?{_CAMERA} (?:at|to|towards?|on)|{_CAMERA} (?:on|at)(?! \d)) "
)
_SLOWER = re.compile(r"\b(?:slower|longer)\b")
_FASTER = re.compile(r"\b(?:faster|quicker|shorter)\b")
_FILM = re.compile(rf"\b(?:film|clip|video|movie|animation|{_CAMERA}|move|orbit|pan)\b")
#: Heights of shots whose plan says none [m].
_HEIGHTS = {"wide": 2.3, "close_up": 1.5, "low": 0.5, "high": 4.2, "three_quarter": 2.4}
_USUAL_FILM_S, _USUAL_LENS_MM, _LONGER = 8.0, 24.0, 1.5
_TIMES_LONG = re.compile(
    r"\b(?P<share>twice|double|half|\d+(?:\.\d+)? times)"
    r"(?: as (?:long|slow)| the (?:length|duration))\b"
)
_SHARES = {"twice": 2.0, "double": 2.0, "half": 0.5}
_MILLIMETRES = re.compile(r"\b(?P<mm>\d+(?:\.\d+)?)_mm\b")
_LONG_LENS = re.compile(r"\b(?:longer|tele\w*|tighter|narrower)\b")
_WIDE_LENS = re.compile(r"\b(?:wider|shorter)\b")
#: Words after what the camera looks at.
_BEYOND = frozenset(("for", "over", "during", "with", "slowly", "from", "in", "while"))
_FILM_WORDS = frozenset(("crane", "dolly", "pan", "move", "view", "angle")) | frozenset(
    ("film", "clip", "video", "movie", "animation", "lens", "shot", "orbit")
)
_AT = ("of", "on", "at", "around")


def read_picture(scene: EditScene, clause: Clause) -> list[PlanEdit] | None:
    """Return the edit of a request about camera and film, or null when it asks for none."""
    wish = read_camera(clause.transcript)
    is_on_things = clause.command in ("remove", "swap", "keep") and wish.move != "static"
    if is_on_things or (_is_about_thing(clause) and not _is_about_picture(clause, wish.claimed)):
        return None
    said: dict[str, object] = {
        "shot": wish.shot,
        "height_m": wish.height_m,
        "focal_length_mm": wish.focal_length_mm,
        "move": wish.move,
        "duration_s": wish.duration_s,
        "frames": wish.frames,
        "fps": wish.fps,
        "width": wish.width,
        "height": wish.height,
    }
    if wish.shot is not None and wish.height_m is None:
        said["height_m"] = _read_level(clause.line)
    if not any(value is not None for value in said.values()):
        said |= _read_step(scene, clause.line)
    targets = _read_look(scene, clause, aimed=_find_aimed(wish.claimed))
    if targets:
        said["targets"] = targets
    said = {name: value for name, value in said.items() if value is not None}
    if not said:
        return None
    nothing = dict.fromkeys(CameraChange.model_fields)
    return [make_edit("camera", camera={**nothing, **said})]


def _is_about_thing(clause: Clause) -> bool:
    """Whether a thing is to be moved, turned or added, whatever is said of the camera."""
    if clause.command not in ("move", "turn", "put", "add", "make", "give"):
        return False
    phrase = read_phrase(clause.rest)
    is_film = phrase is not None and _FILM_WORDS.intersection(phrase.asked.lower().split())
    return phrase is not None and phrase.kind == "thing" and not is_film


def _is_about_picture(clause: Clause, claimed: Mapping[int, str]) -> bool:
    """Whether what is asked for is a picture: give me a close-up."""
    start = len(clause.tokens) - len(clause.rest)
    return clause.verb == "give me" and bool({start, start + 1} & set(claimed))


def _read_step(scene: EditScene, line: str) -> dict[str, object]:
    """Read camera lower, zoom out, a slower orbit."""
    if line.startswith(("tilt", "roll")):
        return {}
    camera = scene.plan.camera
    height_m = camera.height_m or _HEIGHTS.get(camera.shot, EYE_LEVEL_M)
    said = _read_height(height_m, line)
    if said:
        return said
    for pattern, shot in ((_CLOSER, "close_up"), (_WIDER, "wide")):
        if pattern.search(line):
            return {"shot": shot}
    said = _read_length(camera.duration_s or _USUAL_FILM_S, line)
    if said or "lens" not in line.split():
        return said
    return _read_lens(camera.focal_length_mm or _USUAL_LENS_MM, line)


def _read_level(line: str) -> float | None:
    """Return the height that is said of the camera [m]: at 3 m; at knee height, 50 cm."""
    if "ceiling" in line:
        return None
    level = _TO_HEIGHT.search(line) or _AT_LEVEL.search(line)
    return min(max(float(level["height"]), 0.05), 100.0) if level is not None else None


def _read_height(height_m: float, line: str) -> dict[str, object]:
    """Read higher, down by one metre, at 3 m."""
    said = _read_level(line)
    if said is not None:
        return {"height_m": said}
    sign = 1.0 if _HIGH.search(line) else -1.0 if _LOW.search(line) else 0.0
    if not sign:
        return {}
    step = _STEP.search(line)
    if step is not None:
        return {"height_m": round(min(max(height_m + sign * float(step["m"]), 0.3), 100.0), 2)}
    factor = _HIGHER if sign > 0 else _LOWER
    return {"height_m": round(min(max(height_m * factor, 0.3), 100.0), 1)}


def _read_length(length_s: float, line: str) -> dict[str, object]:
    """Read twice as long, a slower orbit, a shorter film."""
    times = _TIMES_LONG.search(line)
    factor = 0.0
    if times is not None and (_FILM.search(line) or times["share"] in ("half", "twice")):
        factor = _SHARES.get(times["share"]) or float(times["share"].split()[0])
    elif _FILM.search(line) and "lens" not in line.split():
        factor = _LONGER if _SLOWER.search(line) else 1 / _LONGER if _FASTER.search(line) else 0.0
    return {"duration_s": round(min(max(length_s * factor, 0.5), 600.0), 1)} if factor else {}


def _read_lens(focal_length_mm: float, line: str) -> dict[str, object]:
    """Read a longer lens, 85 mm; a wider lens."""
    said = _MILLIMETRES.search(line)
    if said is not None:
        return {"focal_length_mm": min(max(float(said["mm"]), 8.0), 300.0)}
    factor = _LONGER if _LONG_LENS.search(line) else 1 / _LONGER if _WIDE_LENS.search(line) else 0.0
    value = round(min(max(focal_length_mm * factor, 8.0), 300.0))
    return {"focal_length_mm": float(value)} if factor else {}


def _find_aimed(claimed: dict[int, str]) -> int | None:
    """Return the token after talk that what the camera looks at may follow."""
    aimed = [index for index, owner in claimed.items() if owner == "aimed"]
    return max(aimed) + 1 if aimed else None


def _read_look(scene: EditScene, clause: Clause, *, aimed: int | None) -> list[str]:
    """Return the ids of what the camera is to look at."""
    look = _LOOK.match(clause.line)
    if look is not None:
        after = clause.tokens[_count_until(clause, look.end()) :]
    elif aimed is not None:
        after = _skip(clause.tokens[aimed:], ("of", "on", "at", "around", "the", "in"))
    else:
        return []
    if not after or after[0].norm in ("everything", "it", "all", "the scene"):
        return []
    phrase = read_phrase(_skip(after, _AT))
    if phrase is None or phrase.kind != "thing":
        return []
    named = _skip(after, _AT)
    end = next((i for i, t in enumerate(named) if i and _is_beyond(named, i)), len(named))
    targets = read_targets(scene, named[:end])
    return list(dict.fromkeys(item.id for target in targets for item in target.items))


def _is_beyond(tokens: tuple[Token, ...], index: int) -> bool:
    """Whether a word goes on about the film: for 12 seconds, with a 35 mm lens."""
    token = tokens[index]
    if token.kind == "duration":
        return True
    if token.norm not in _BEYOND:
        return False
    return token.norm != "in" or any(t.kind == "duration" for t in tokens[index + 1 : index + 3])


def _count_until(clause: Clause, end: int) -> int:
    """Return how many tokens stand before a character of the line."""
    return sum(1 for index in range(len(clause.tokens)) if _start(clause, index) < end)


def _start(clause: Clause, index: int) -> int:
    return sum(len(token.norm) + 1 for token in clause.tokens[:index])


def _skip(tokens: tuple[Token, ...], words: tuple[str, ...]) -> tuple[Token, ...]:
    while tokens and tokens[0].norm in words:
        tokens = tokens[1:]
    return tokens
