"""Camera and film format as the prompt says them: shot, move, height, lens, length, size."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from clappper.core.planning.corrections import describe_correction
from clappper.core.planning.models import Camera, Move, Output, Shot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clappper.core.planning.lexer import Transcript
    from clappper.core.planning.lexicon import Place

__all__ = ["EYE_LEVEL_M", "CameraWish", "complete_camera", "read_camera"]

#: Height of a standing person's eyes [m].
EYE_LEVEL_M = 1.65

_VIEW = r"(?:view|shot|angle|perspective|camera|viewpoint|lens)s?"
#: Before a word that stands alone in a list.
_ALONE = r"(?:(?<=[.,;/] )|^)"
_STAYS = (
    r"(?:(?:is|be|stays?|sits?|stands?|should|must|placed|positioned|set|mounted|kept|very|quite"
    r"|really|rather|fairly|pretty) ){0,4}"
)
_SHOTS: dict[Shot, tuple[str, ...]] = {
    "eye_level": (
        r"\b(?:at |from )?(?:human |head )?eye (?:level|height)\b",
        r"\bfrom (?:a )?(?:person|human|worker|pedestrian) (?:point of view|perspective)\b",
        r"\bfirst person(?: view)?\b",
    ),
    "overhead": (
        rf"\b(?:from )?(?:a )?birds? eye(?: {_VIEW})?\b",
        rf"\b(?:top down|top|plan|drone|aerial|overhead) {_VIEW}\b",
        r"\btop down\b",
        rf"{_ALONE}(?:overhead|aerial|top|birds? eye)(?= ?[.,;/]|$)",
        r"\b(?:aerial|overhead)(?= (?:of|over)\b)",
        r"\bfrom (?:directly |straight |right )?(?:above|overhead|the top|the ceiling)\b",
    ),
    "wide": (
        rf"\b(?:extreme |ultra |super )?wide(?: angle)? {_VIEW}\b",
        r"\b(?:establishing|panoramic|full|long|master) (?:shot|view)\b",
        r"\bwide angle\b",
        rf"{_ALONE}wide(?= ?[.,;/]|$)",
        r"\b(?:go|shoot|shot|film(?:ed)?|frame(?:d)?)(?: it| this| that)? wide(?:r)?\b",
    ),
    "close_up": (
        r"\bclose ?ups?(?: (?:shot|view)s?)?\b",
        r"\b(?:detail|macro|tight) (?:shot|view)\b",
        rf"{_ALONE}close(?= ?(?:[.,;/]|$))",
        r"\b(?:go|shoot|film|frame)(?: it| this| that)? (?:in )?(?:close|tight)\b(?! (?:to|by)\b)",
    ),
    "low": (
        rf"\b(?:from )?(?:a )?low (?:camera )?{_VIEW}\b",
        rf"\bworms? eye(?: {_VIEW})?\b",
        r"\b(?:go|shoot|film)(?: it| this| that)? (?:down )?low\b",
        r"\bfrom (?:below|the ground|low down|ground level)\b",
        rf"\bcamera {_STAYS}low(?: down| to the (?:floor|ground))?\b(?! {_VIEW})",
    ),
    "high": (
        rf"\b(?:from )?(?:a )?high (?:camera )?{_VIEW}\b",
        r"\bfrom (?:high up|up high)\b",
        rf"\bcamera {_STAYS}(?:high up|up high|high)\b(?! {_VIEW})",
    ),
    "isometric": (rf"\b(?:isometric|axonometric)(?: {_VIEW})?\b",),
    "three_quarter": (
        rf"\b(?:3|three) quarters?(?: {_VIEW})?\b",
        rf"\b3 / 4 {_VIEW}",
    ),
}
_SLOW = r"(?:(?:slowly|slow|gently|gentle|smooth|smoothly|steadily|then|and) ){0,4}"
_AIMS = "around|towards|toward|to|on|at|in on|into|past|along|over|across|from|of|away from"
_AIM = rf"(?: (?:{_AIMS})(?= ))?"
#: A camera that goes somewhere, up to the word that tells where.
_GOES = (
    rf"\bcamera (?:is )?{_SLOW}"
    r"(?:moves?|moving|goes|going|travels?|travell?ing|glides?|gliding|drives?|driving|drifts?"
    rf"|drifting|flies|flying|walks?|walking|swings?|swinging|sweeps?|sweeping) {_SLOW}"
)
_MOVES: dict[Move, tuple[str, ...]] = {
    "static": (
        r"\b(?:static|stationary|fixed|locked off|locked|steady|motionless)"
        r" (?:camera|shot|frame|view)\b",
        r"\bcamera (?:is |stays |stands? |standing |remains |kept )?"
        r"(?:static|still|fixed|stationary|locked)\b",
        r"\bstill (?:camera|shot|image|frame|picture|photo)\b",
        r"\b(?:no|without) (?:any )?camera (?:move|movement|motion)s?\b",
        r"\bcamera (?:\w+ not|\w+n't|cannot|never|not) (?:to )?(?:be )?mov(?:e|es|ed|ing)\b",
        r"\btripod(?: shot)?\b",
        rf"{_ALONE}(?:static|locked off)(?= ?(?:[.,;/]|$))",
    ),
    "orbit": (
        rf"\b{_SLOW}(?:orbits?|orbiting|circles|arc shot|turntable|rotat(?:es|ing)"
        rf"|revolv(?:es|ing)){_AIM}\b",
        rf"\bcircling{_AIM}\b",
        rf"{_GOES}(?:all |once |right )?around\b",
        r"\brotate(?= ?(?:[.,;]|$))",
        r"\borbital (?:move|movement|motion|shot|camera)\b",
        r"\b360(?: degrees?)?(?: (?:shot|view|camera|turn|spin))?\b",
    ),
    "dolly_in": (
        rf"\b{_SLOW}(?:dolly(?:ing)?|push(?:es|ing)?|zoom(?:s|ing)?|mov(?:es|ing))"
        rf" {_SLOW}(?:in|closer|forwards?)\b{_AIM}",
        r"\bdolly shot\b",
        rf"\bzoom(?:s|ing)? {_SLOW}(?:on|onto|to|towards?)\b",
        r"\bdolly(?:ing)? towards?\b",
        rf"{_GOES}(?:towards?|up to)\b",
        rf"\bcamera {_SLOW}approach(?:es|ing)?\b",
        rf"\bcamera {_SLOW}zooms?\b"
        rf"(?! {_SLOW}(?:in|out|closer|forwards?|back|backwards?|away|on|onto|to|towards?)\b)",
        rf"{_ALONE}{_SLOW}zoom(?= ?(?:[.,;/]|$))",
    ),
    "dolly_out": (
        rf"\b{_SLOW}(?:dolly(?:ing)?|pull(?:s|ing)?|zoom(?:s|ing)?|mov(?:es|ing))"
        rf" {_SLOW}(?:out|back|backwards?|away)\b{_AIM}",
        rf"\bcamera {_SLOW}(?:retreats?|retreating|recedes?|receding|backs? (?:away|off|up))\b"
        rf"{_AIM}",
    ),
    "truck": (
        r"\b(?:tracking|trucking|truck|travelling|traveling|sideways|lateral) shot\b",
        r"\btrucking\b",
        rf"{_ALONE}tracking(?= ?(?:[.,;/]|$))",
        r"\bcamera (?:slowly )?(?:trucks?|tracks?|slides?|sliding|tracking)"
        r"(?: (?:left|right|sideways|along|past))?\b",
        rf"{_GOES}(?:along|alongside|past)\b",
        rf"{_GOES}"
        r"(?:sideways|laterally|to the (?:left|right)|left|right|from (?:the )?(?:left|right))\b"
        r"(?: to (?:the )?(?:left|right))?",
        r"\b(?:track(?:s|ing)?|slid(?:es|ing)) (?:left|right|sideways|along|past)\b",
    ),
    "crane": (
        r"\b(?:crane|jib|boom) (?:shot|up|down|move)\b",
        r"\bcamera (?:slowly )?(?:cranes?|rises?|rising|descends?|descending|lifts?|sinks?)"
        r"(?: (?:up|down))?\b",
        rf"{_GOES}(?:up(?:wards?)?|down(?:wards?)?|high(?:er)?|lower)\b(?! (?:to|over|above)\b)",
    ),
    "pan": (
        rf"\b{_SLOW}pan(?:s|ning)?"
        r"(?: (?:(?:to (?:the )?)?left|(?:to (?:the )?)?right|from left|from right|across|over"
        r"|around|shot|slowly))+\b",
        r"\bpanning\b",
        rf"\bcamera {_SLOW}pans?\b",
        r"\bpan\b(?= ?(?:[.,;]|$))",
    ),
    "fly_through": (
        r"\b(?:fly|flies|flying|walk|walks|moves?|moving|glides?|gliding|drone)"
        rf" {_SLOW}(?:through|over)\b",
        r"\bfl(?:y|ies|ying)throughs?\b",
        r"\bwalk ?throughs?\b",
    ),
}
_LENGTH = r"\d+(?:\.\d+)?_m"
_HEIGHTS = (
    rf"\bcamera(?: [^.;,]{{0,40}}?)? at (?:a height of |about )?(?P<height>{_LENGTH})\b"
    r"(?: (?:high|height|above (?:the )?(?:floor|ground)|up))?",
    rf"\bcamera(?: [^.;,]{{0,20}}?)? height(?: of| is| at| :)? ?(?:about )?(?P<height>{_LENGTH})\b",
    rf"\bcamera(?: [^.;,]{{0,20}}?)? (?P<height>{_LENGTH}) (?:up|high|off|tall)\b",
    rf"\bat (?:a )?(?:camera )?height of (?P<height>{_LENGTH})\b",
    rf"\b(?:shot|filmed|seen|viewed|view) from (?P<height>{_LENGTH})(?: (?:up|high|above))?\b",
    rf"\bcamera (?:is )?(?P<height>{_LENGTH}) (?:above|off|over) (?:the )?(?:floor|ground)\b",
    r"\bcamera (?:at )?(?P<height><extent>)",
)
_FOCALS = (
    r"\b(?P<focal>\d+(?:\.\d+)?_mm)(?: \w+)? (?:lens|focal(?: length)?|camera|objective)\b",
    r"\b(?:lens|focal length|camera)(?: of| is| at)? ?(?P<focal>\d+(?:\.\d+)?_mm)\b",
)
_FILM = "clip|video|film|movie|shot|animation|sequence"
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


_SHOT_PATTERNS = tuple((re.compile("|".join(said)), shot) for shot, said in _SHOTS.items())
_MOVE_PATTERNS = tuple((re.compile("|".join(said)), move) for move, said in _MOVES.items())
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
            if _claim(wish, span, "aimed" if shot in _AIMED else "camera"):
                shots.append((span.start, shot, transcript.words(span.start, span.stop)))
    wish.shot = _choose_shot(shots, wish)
    moves: list[tuple[int, Move, str]] = []
    for move_pattern, move in _MOVE_PATTERNS:
        for match, span in transcript.find(move_pattern):
            owner: _Claim = "aimed" if move in _AIMED else "camera"
            if _is_camera_talk(transcript, match, span, move) and _claim(wish, span, owner):
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
    if move not in ("fly_through", "orbit", "dolly_in", "dolly_out"):
        return True
    if re.search(r"\b(?:dolly|zoom|camera|shot|orbit|360|turntable)|fly", match.group()):
        return True
    before = [token.norm for token in transcript.tokens[max(0, span.start - 6) : span.start]]
    is_after_camera = bool({"camera", "shot", "view", "slow", "slowly", "lens"} & set(before))
    return is_after_camera or not before or before[-1] in ".;"


def _read_height(transcript: Transcript, wish: CameraWish) -> None:
    for pattern in _HEIGHT_PATTERNS:
        for match, span in transcript.find(pattern):
            start = transcript.span(match.start("height"), match.end("height")).start
            token = transcript.tokens[start]
            if start in wish.claimed or (token.kind == "extent" and token.note != "z"):
                continue
            _claim_free(wish, span, "camera")
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
