"""Camera and film format as the prompt says them: shot, move, height, lens, length, size."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from clappper.core.planning.camera_wording import CONTINUES, MOVES, SHOTS, STANDS
from clappper.core.planning.corrections import describe_correction
from clappper.core.planning.denial import is_ruled_out
from clappper.core.planning.models import Camera, Move, Output, Shot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clappper.core.planning.lexer import Transcript
    from clappper.core.planning.lexicon import Place

__all__ = ["EYE_LEVEL_M", "CameraWish", "complete_camera", "read_camera"]

#: Height of a standing person's eyes [m].
EYE_LEVEL_M = 1.65

_LENGTH = r"\d+(?:\.\d+)?_m"
_HEIGHTS = (
    rf"\bcamera(?: [^.;,]{{0,40}}?)? at (?:a height of |about )?(?P<height>{_LENGTH})\b"
    r"(?: (?:high|height|above (?:the )?(?:floor|ground)|up))?",
    rf"\bcamera(?: [^.;,]{{0,20}}?)? height(?: of| is| at| :)? ?(?:about )?(?P<height>{_LENGTH})\b",
    rf"\bcamera(?: [^.;,]{{0,20}}?)? (?P<height>{_LENGTH}) (?:up|high|off|tall)\b",
    rf"\bat (?:a )?(?:camera )?height of (?P<height>{_LENGTH})\b",
    rf"\beye (?:level|height|line)(?: (?:of|at|is|is at))? ?[:,(]? ?(?P<height>{_LENGTH})\b",
    rf"\b(?:shot|filmed|seen|viewed|view) from (?P<height>{_LENGTH})(?: (?:up|high|above))?\b",
    rf"\bcamera (?:is )?(?P<height>{_LENGTH}) (?:above|off|over) (?:the )?(?:floor|ground)\b",
    r"\bcamera (?:at )?(?P<height><extent>)",
)
#: Another length right behind one: at 3 m, no, 2 m.
_LATER = re.compile(
    rf" (?:, )?(?:no|sorry|rather|or rather|actually|i mean|make (?:it|that)|better)(?: ,)?"
    rf" (?:at )?(?P<later>{_LENGTH})\b"
)
_FOCALS = (
    r"\b(?P<focal>\d+(?:\.\d+)?_mm)(?: \w+)? (?:lens|focal(?: length)?|camera|objective)\b",
    r"\b(?:lens|focal length|camera)(?: of| is| at)? ?(?P<focal>\d+(?:\.\d+)?_mm)\b",
)
_FILM = "clip|video|film|movie|shot|animation|sequence|loop|take"
_DURATION = (
    r"(?:\b(?:for|lasting|over|in) )?(?P<duration>\d+(?:\.\d+)?_s)\b"
    rf"(?: long)?(?: (?:{_FILM}))?"
)
_FRAMES = r"\b(?P<frames>\d+) frames?\b(?! (?:per|a) )"
_FPS = r"\b(?:at )?(?P<fps>\d+) (?:fps|frames (?:per|a) second)\b"
_SIZE = r"\b(?P<width>\d{3,4}) x (?P<height>\d{3,4})\b(?: pixels?| px)?"
_NAMED_SIZES = {
    "480p": (854, 480),
    "720p": (1280, 720),
    "hd": (1280, 720),
    "1080p": (1920, 1080),
    "full hd": (1920, 1080),
    "fullhd": (1920, 1080),
    "1440p": (2560, 1440),
    "2k": (2560, 1440),
    "2160p": (3840, 2160),
    "4k": (3840, 2160),
    "uhd": (3840, 2160),
    "8k": (7680, 4320),
}
_NAMED_SIZE = rf"\b(?:in )?(?P<name>{'|'.join(_NAMED_SIZES)})\b(?: resolution)?"
#: Where the camera is: shots of two of these cannot be one.
_LEVELS: dict[Shot, str] = {
    "eye_level": "eye",
    "low": "low",
    "overhead": "up",
    "high": "up",
    "isometric": "up",
}
#: How much of the scene it shows: of these, too, it can be only one.
_FRAMINGS: dict[Shot, str] = {"wide": "wide", "close_up": "close"}
#: Claims that a following noun phrase is what the camera looks at.
_AIMED = ("close_up", "orbit", "dolly_in", "dolly_out", "truck", "pan")

#: How many words before its verb the camera may stand.
_SENTENCE_MAX = 25

_Claim = Literal["camera", "aimed", "output"]


@dataclass
class CameraWish:
    """What a prompt says about camera and film; null where it says nothing.

    Attributes:
        claimed: Tokens that are camera talk: ``aimed`` where a noun phrase after it is the target,
            else ``camera`` or ``output``.
        notes: Sentences about values that had to be changed.
        contradictions: Sentences about statements that cannot both hold.
    """

    shot: Shot | None = None
    move: Move | None = None
    height_m: float | None = None
    focal_length_mm: float | None = None
    duration_s: float | None = None
    frames: int | None = None
    fps: int | None = None
    width: int | None = None
    height: int | None = None
    claimed: dict[int, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    contradictions: list[str] = field(default_factory=list)

    def make_output(self) -> Output:
        """Return the film format."""
        return Output(frames=self.frames, fps=self.fps, width=self.width, height=self.height)


_SHOT_PATTERNS = tuple((re.compile("|".join(said)), shot) for shot, said in SHOTS.items())
_MOVE_PATTERNS = tuple((re.compile("|".join(said)), move) for move, said in MOVES.items())
_HEIGHT_PATTERNS = tuple(re.compile(pattern) for pattern in _HEIGHTS)
_FOCAL_PATTERNS = tuple(re.compile(pattern) for pattern in _FOCALS)
_DURATION_PATTERN = re.compile(_DURATION)
_FRAMES_PATTERN = re.compile(_FRAMES)
_FPS_PATTERN = re.compile(_FPS)
_SIZE_PATTERN = re.compile(_SIZE)
_NAMED_SIZE_PATTERN = re.compile(_NAMED_SIZE)


def read_camera(transcript: Transcript) -> CameraWish:
    """Return what the prompt says about camera and film.

    The first statement of a kind counts, but of two that cannot both hold the later.
    """
    wish = CameraWish()
    shots: list[tuple[int, Shot, str]] = []
    for shot_pattern, shot in _SHOT_PATTERNS:
        for _, span in transcript.find(shot_pattern):
            is_wanted = not is_ruled_out(transcript, span.start)
            if _claim(wish, span, "aimed" if shot in _AIMED else "camera") and is_wanted:
                shots.append((span.start, shot, transcript.words(span.start, span.stop)))
    wish.shot = _choose_shot(shots, wish)
    moves: list[tuple[int, Move, str]] = []
    for move_pattern, move in _MOVE_PATTERNS:
        for match, span in transcript.find(move_pattern):
            owner: _Claim = "aimed" if move in _AIMED else "camera"
            is_talk = _is_camera_talk(transcript, match, span, move)
            is_wanted = not is_ruled_out(transcript, span.start)
            if is_talk and _claim(wish, span, owner) and is_wanted:
                moves.append((span.start, move, transcript.words(span.start, span.stop)))
    wish.move = _choose_move(moves, wish)
    _read_height(transcript, wish)
    _read_focal(transcript, wish)
    _read_duration(transcript, wish)
    _read_format(transcript, wish)
    return wish


def _choose_shot(shots: Sequence[tuple[int, Shot, str]], wish: CameraWish) -> Shot | None:
    """Return the shot of most weight; one that excludes it and is said later counts instead."""
    if not shots:
        return None
    first = shots[0]
    others = [shot for shot in shots if _excludes(first[1], shot[1])]
    later = [shot for shot in others if shot[0] > first[0]]
    if not later:
        before = [shot for shot in others if shot[0] < first[0]]
        if before:
            wish.contradictions.append(describe_correction(f"“{before[0][2]}”", f"“{first[2]}”"))
        return first[1]
    last = max(later)
    wish.contradictions.append(describe_correction(f"“{first[2]}”", f"“{last[2]}”"))
    return last[1]


def _excludes(shot: Shot, other: Shot) -> bool:
    """Whether two shots cannot be one: from low and from above, wide and close."""
    for kinds in (_LEVELS, _FRAMINGS):
        if shot in kinds and other in kinds:
            return kinds[shot] != kinds[other]
    return False


def _choose_move(moves: Sequence[tuple[int, Move, str]], wish: CameraWish) -> Move | None:
    """Return the move of most weight; of standing still and moving what is said later counts."""
    if not moves:
        return None
    still = [entry for entry in moves if entry[1] == "static"]
    moving = [entry for entry in moves if entry[1] != "static"]
    if not still or not moving:
        return moves[0][1]
    first, last = sorted((still[0], moving[0]))
    wish.contradictions.append(describe_correction(f"“{first[2]}”", f"“{last[2]}”"))
    return last[1]


def complete_camera(wish: CameraWish, place: Place, targets: Sequence[str]) -> Camera:
    """Return the camera of a plan: what was said, then the place's habit."""
    shot = wish.shot or ("eye_level" if wish.height_m is not None else place.shot)
    height_m = wish.height_m
    if height_m is None and shot == "eye_level":
        height_m = EYE_LEVEL_M
    return Camera(
        shot=shot,
        targets=list(targets),
        height_m=height_m,
        focal_length_mm=wish.focal_length_mm,
        move=wish.move or place.move,
        duration_s=wish.duration_s,
    )


def _claim(wish: CameraWish, span: range, owner: _Claim) -> bool:
    if any(index in wish.claimed for index in span):
        return False
    wish.claimed.update(dict.fromkeys(span, owner))
    return True


def _is_camera_talk(transcript: Transcript, match: re.Match[str], span: range, move: Move) -> bool:
    """Tell a camera that moves from a forklift that does: motion needs the camera before it."""
    if move == "static" and re.match(STANDS, match.group()):
        before = [token.norm for token in transcript.tokens[: span.start]]
        return "camera" in before[-_SENTENCE_MAX:]
    if move == "crane" and re.match(CONTINUES, match.group()):
        before = [token.norm for token in transcript.tokens[: span.start]]
        return bool({"camera", "drone"} & set(before[-_SENTENCE_MAX:]))
    if move not in ("fly_through", "orbit", "dolly_in", "dolly_out"):
        return True
    if re.search(r"\b(?:dolly|zoom|camera|shot|orbit|360|turntable)|fl(?:y|ies)", match.group()):
        return True
    if re.search(r"\b(?:push|pull|creep|zoom)", match.group()) and _is_listed(transcript, span):
        return True
    before = [token.norm for token in transcript.tokens[max(0, span.start - 6) : span.start]]
    is_after_camera = bool(
        {"camera", "shot", "view", "slow", "slowly", "lens", "drone"} & set(before)
    )
    # A slow push in, a gentle pull back: the move is a noun.
    is_noun = before[-1:] == ["a"] and re.search(r"\b(?:push|pull|creep|move)\b", match.group())
    return is_after_camera or bool(is_noun) or not before or before[-1] in ".;"


def _is_listed(transcript: Transcript, span: range) -> bool:
    """Whether a move stands alone in a list, or joins what the camera does before it."""
    norms = [token.norm for token in transcript.tokens]
    before = norms[: span.start]
    after = norms[span.stop : span.stop + 1]
    is_alone = not before or before[-1] in ".,;:/("
    if is_alone and (not after or after[0] in ".,;/)"):
        return True
    return bool({"start", "starts", "begin", "begins", "open", "opens", "then"} & set(before[-12:]))


def _read_height(transcript: Transcript, wish: CameraWish) -> None:
    for pattern in _HEIGHT_PATTERNS:
        for match, span in transcript.find(pattern):
            start = transcript.span(match.start("height"), match.end("height")).start
            token = transcript.tokens[start]
            if start in wish.claimed or (token.kind == "extent" and token.note != "z"):
                continue
            _claim_free(wish, span, "camera")
            later = _LATER.match(transcript.line, match.end())
            if later is not None and wish.height_m is None:
                _claim_free(wish, transcript.span(later.start() + 1, later.end()), "camera")
                said = token
                start = transcript.span(later.start("later"), later.end("later")).start
                token = transcript.tokens[start]
                text = describe_correction(f"“{said.text}”", f"“{token.text}”")
                wish.contradictions.append(text)
            if wish.height_m is None:
                wish.height_m = _bound(wish, "camera height [m]", token.value, (0.05, 100.0))


def _read_focal(transcript: Transcript, wish: CameraWish) -> None:
    for pattern in _FOCAL_PATTERNS:
        for match, span in transcript.find(pattern):
            start = transcript.span(match.start("focal"), match.end("focal")).start
            _claim_free(wish, span, "camera")
            if wish.focal_length_mm is None:
                focal_mm = round(transcript.tokens[start].value * 1000.0, 3)
                wish.focal_length_mm = _bound(wish, "focal length [mm]", focal_mm, (8.0, 300.0))


def _read_duration(transcript: Transcript, wish: CameraWish) -> None:
    for match, span in transcript.find(_DURATION_PATTERN):
        start = transcript.span(match.start("duration"), match.end("duration")).start
        is_free = start not in wish.claimed
        _claim_free(wish, span, "output")
        if is_free and wish.duration_s is None:
            seconds = transcript.tokens[start].value
            wish.duration_s = _bound(wish, "film length [s]", seconds, (0.1, 600.0))


def _read_format(transcript: Transcript, wish: CameraWish) -> None:
    for match, span in transcript.find(_FPS_PATTERN):
        if _claim(wish, span, "output") and wish.fps is None:
            wish.fps = int(_bound(wish, "frame rate [frames/s]", float(match["fps"]), (1, 240)))
    for match, span in transcript.find(_FRAMES_PATTERN):
        if _claim(wish, span, "output") and wish.frames is None:
            frames = float(match["frames"])
            wish.frames = int(_bound(wish, "number of frames", frames, (1, 20000)))
    for pattern in (_SIZE_PATTERN, _NAMED_SIZE_PATTERN):
        for match, span in transcript.find(pattern):
            if _claim(wish, span, "output") and wish.width is None:
                _set_size(wish, match)


def _set_size(wish: CameraWish, match: re.Match[str]) -> None:
    said = match.groupdict()
    if "name" in said:
        width, height = _NAMED_SIZES[match["name"]]
    else:
        width, height = int(match["width"]), int(match["height"])
    wish.width = int(_bound(wish, "picture width [pixels]", width, (16, 8192))) // 2 * 2
    wish.height = int(_bound(wish, "picture height [pixels]", height, (16, 8192))) // 2 * 2


def _claim_free(wish: CameraWish, span: range, owner: _Claim) -> None:
    wish.claimed.update({index: owner for index in span if index not in wish.claimed})


def _bound(wish: CameraWish, what: str, value: float, bounds: tuple[float, float]) -> float:
    bounded = min(max(value, bounds[0]), bounds[1])
    if bounded != value:
        wish.notes.append(f"A {what} of {value:g} is not possible: {bounded:g}.")
    return bounded
