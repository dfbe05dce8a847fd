"""Questions about the place, the camera, the light and the film, told from plan and certificate."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from clappper.core.planning.lexicon import load_places
from clappper.core.planning.llm.text import clean_words
from clappper.core.planning.questions.ground import join_words, name_item, say_metres

if TYPE_CHECKING:
    from clappper.core.planning.models import Camera, ScenePlan
    from clappper.core.planning.questions.ground import Ground

__all__ = [
    "USUAL_LENSES_MM",
    "answer_camera",
    "answer_film",
    "answer_light",
    "answer_place",
    "describe_camera",
    "name_places",
]

#: Lens of each shot where none is said [mm]; a tight room has one of down to three quarters of it.
USUAL_LENSES_MM = {
    "eye_level": 24.0,
    "wide": 18.0,
    "close_up": 45.0,
    "low": 22.0,
    "high": 24.0,
    "overhead": 24.0,
    "three_quarter": 22.0,
    "isometric": 50.0,
}
_LEAST_LENS = 0.75
#: Heights that differ by less are told as one [m].
_SAME_HEIGHT_M = 0.05
_MOVES = {
    "static": "stands still",
    "orbit": "orbits",
    "dolly_in": "moves in (dolly in)",
    "dolly_out": "moves out (dolly out)",
    "truck": "moves sideways (truck)",
    "crane": "goes up or down (crane)",
    "pan": "pans",
    "fly_through": "flies through the scene (fly-through)",
}
_SHOTS = {
    "eye_level": "eye-level",
    "close_up": "close-up",
    "low": "low-angle",
    "high": "high-angle",
    "three_quarter": "three-quarter",
}
_NO_SCENE = "There is no scene yet."
_FILM = (
    r"(?:(?:the|this|our|my|a) (?:\w+ )?"
    r"(?:shot|film|clip|video|movie|animation|sequence|take|scene)|it)"
)
_FORMAT = (
    r"(?:length|duration|frame rate|framerate|fps|resolution|format|frame count"
    r"|number of frames|picture size|image size|frame size|aspect ratio)"
)
_FILM_FORM = re.compile(
    rf"(?:how|for how) long (?:is|does|will|are) {_FILM}"
    r"(?: (?:last|run|take|be|going to be|go on))?"
    r"|how many (?:seconds|frames|frames per second|fps|pixels)(?: long)?(?: .{0,50})?"
    rf"|(?:what|which) (?:is|are) (?:the|its) (?:\w+ )?{_FORMAT}(?: (?:of|in) {_FILM})?"
    rf"|(?:what|which) {_FORMAT} (?:is|does|has) {_FILM}(?: (?:have|in|at|use))?"
    r"|(?:at|in) (?:what|which) (?:fps|frame rate|resolution) .{1,50}"
    r"|(?:the )?(?:(?:film|shot|clip|picture) )?(?:length|duration|resolution|size)"
    r"|(?:the )?(?:frame rate|fps)"
)
_CAMERA_OFF = re.compile(
    r"\b(?:should|best|better|recommend|if|why|far|have|catalog|who|next to|behind|add|see|sees"
    r"|seen|visible|shows?|facing)\b"
)
_LENS = re.compile(
    r"(?:(?:what|which|how)\b.{0,40}\b)?"
    r"(?:the )?(?:lens|focal length|field of view|fov|mm|millimet(?:er|re)s?)\b.{0,50}"
)
_HEIGHT = re.compile(
    r"how (?:high|tall|low)(?: up)? (?:is|does|are) (?:the |our )?(?:camera|shot|view)\b.{0,30}"
    r"|(?:at )?what (?:is the )?height (?:is |of |does )?(?:the )?(?:camera|shot)\b.{0,30}"
    r"|what is the (?:camera height|camera's height|height of the camera)|(?:the )?camera height"
)
_VIEW = r"(?:shot|angle|framing|perspective|viewpoint|view|camera move|movement|move)"
_CAMERA = re.compile(
    r"(?:what|which|how|where|from where|at what|on what|in what|is the|does the|describe"
    r"|what is)\b.{0,40}\bcamera\b.{0,60}"
    rf"|(?:what|which) (?:kind of |type of |sort of )?(?:camera )?{_VIEW}"
    r"(?: (?:is|are|do|does|have) .{1,40})?"
    rf"|what (?:is|are) the (?:camera )?{_VIEW}"
)
_LIGHT_WORD = r"(?:light(?:ing)?|mood|time of day|atmosphere|illumination|light mood|lighting mood)"
_LIGHT_FORM = re.compile(
    rf"(?:what|which|how) (?:is |are )?(?:(?:kind|sort|type) of )?(?:the )?{_LIGHT_WORD}"
    r"(?: (?:is it|is there|is used|is set|is on|is this|do we have|are we using|set to|like"
    r"|is the (?:scene(?: in)?|light|lighting)|of the (?:scene|light)|in the scene"
    r"|(?:in|of|does|has) (?:the|this) \w+(?: have)?))?"
    r"|how is (?:it|the scene|the room|everything|the \w+) lit"
    r"|what time (?:of day )?is it(?: in the scene)?"
    r"|how (?:bright|dark|light) is (?:it|the scene|the room|the \w+)"
    r"|is (?:it|the scene|the light|this) (?:set )?(?:at |in |during )?(?:the )?(?P<mood>night|day"
    r"|dark|bright|daytime|nighttime|sunset|golden hour|soft|evening|dim)"
    r"(?: time| light)?(?: (?:there|here|in the scene|outside))?"
)
_SAME_MOODS = {
    "night": "night",
    "dark": "night",
    "nighttime": "night",
    "day": "day",
    "daytime": "day",
    "bright": "bright",
    "sunset": "golden_hour",
    "golden hour": "golden_hour",
    "evening": "golden_hour",
    "soft": "soft",
    "dim": "soft",
}
_SIZE = (
    r"(?:inner |overall |total |floor )?"
    r"(?:size|dimensions|measurements|width|depth|height|length|area)"
)


def answer_place(said: str, ground: Ground) -> str | None:
    """Return how large the place is, or what kind of place it is."""
    size, kind = _make_place_forms()
    is_size = size.fullmatch(said) is not None
    if not is_size and not kind.fullmatch(said):
        return None
    if ground.plan is None:
        return _NO_SCENE
    if is_size:
        return _describe_size(ground.plan, ground)
    environment = ground.plan.environment
    style = f", {clean_words(environment.style, limit=80)}" if environment.style else ""
    return f"The place is {load_places()[environment.kind].phrase}{style}."


def answer_film(said: str, ground: Ground) -> str | None:
    """Return the length and the format of the film."""
    if not _FILM_FORM.fullmatch(said):
        return None
    plan, film = ground.plan, ground.evidence.film
    if plan is None:
        return _NO_SCENE
    said_s, frames = plan.camera.duration_s, plan.output.frames
    if film is not None:
        told = (
            f"The film is {round(film.frames / film.fps, 2):g} s long: {film.frames} frames at "
            f"{film.fps} frames per second, {film.width} x {film.height} pixels."
        )
        is_said = said_s is not None or frames is not None
        return told if is_said else f"{told} No length was given."
    parts = [f"{frames} frames"] if frames else []
    parts += [f"{plan.output.fps} frames per second"] if plan.output.fps else []
    if plan.output.width and plan.output.height:
        parts.append(f"{plan.output.width} x {plan.output.height} pixels")
    if said_s is not None:
        parts.insert(0, f"{said_s:g} s")
    if not parts:
        return "No length was given: the film has the default one."
    return f"The film was asked to have {join_words(parts)}."


def answer_camera(said: str, ground: Ground) -> str | None:
    """Return how the camera stands, looks and moves, and what with."""
    if _CAMERA_OFF.search(said):
        return None
    is_lens, is_height = _LENS.fullmatch(said), _HEIGHT.fullmatch(said)
    if not (is_lens or is_height or _CAMERA.fullmatch(said)):
        return None
    if ground.plan is None:
        return _NO_SCENE
    if is_lens:
        return _describe_lens(ground.plan.camera)
    if is_height:
        return f"{_describe_height(ground)} It is {_say_shot(ground.plan.camera)}."
    return describe_camera(ground)


def answer_light(said: str, ground: Ground) -> str | None:
    """Return the mood of the light, and whether it is the one that is asked about."""
    form = _LIGHT_FORM.fullmatch(said)
    if form is None:
        return None
    plan = ground.plan
    if plan is None:
        return _NO_SCENE
    mood = plan.lighting.mood
    if mood is None:
        usual = load_places()[plan.environment.kind].phrase
        return f"No mood was set: the light is the usual one of {usual}."
    told = f"the light is {mood.replace('_', ' ')}."
    asked = form.groupdict().get("mood")
    if asked is None:
        return told.capitalize()
    return f"{'Yes' if _SAME_MOODS.get(asked, asked) == mood else 'No'}: {told}"


def describe_camera(ground: Ground) -> str:
    """Return everything that is known of the camera, in a few sentences."""
    assert ground.plan is not None
    camera = ground.plan.camera
    targets = [name_item(item) for item in ground.plan.items if item.id in camera.targets]
    aim = f"It looks at {join_words(targets) if targets else 'everything'}"
    length = f" for {camera.duration_s:g} s" if camera.duration_s is not None else ""
    return (
        f"The camera takes {_say_shot(camera)}. {aim} and {_MOVES[camera.move]}{length}. "
        f"{_describe_height(ground)} {_describe_lens(camera)}"
    )


@lru_cache(maxsize=1)
def name_places() -> str:
    """Return a pattern of what the place is called: the room, the warehouse."""
    names = {name for place in load_places().values() for name in place.names}
    names |= {"room", "place", "space", "hall", "set", "floor", "environment", "area", "scene"}
    longest = "|".join(re.escape(name) for name in sorted(names, key=lambda n: (-len(n), n)))
    return rf"(?:the|this|my|our)(?: whole| entire)? (?:{longest})"


@lru_cache(maxsize=1)
def _make_place_forms() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return the forms that ask for the size of the place, and for its kind."""
    room = name_places()
    size = (
        rf"how (?:big|large|wide|deep|high|tall|long|small|broad) (?:is|are) {room}"
        rf"|what (?:is|are) the {_SIZE} of {room}"
        rf"|what (?:is|are) {room}(?:'s)? {_SIZE}"
        rf"|what {_SIZE} (?:is|has|does) {room}(?: have)?"
        rf"|how many (?:square met(?:er|re)s|m2|square feet) (?:is|does|has|are) {room}(?: have)?"
        r"|how (?:high|tall|low) is the ceiling"
        r"|what is the (?:ceiling height|height of the ceiling)"
        r"|(?:the )?room (?:size|height|length)"
    )
    kind = (
        r"where are we|(?:what|which) (?:kind|type|sort) of (?:place|room|environment|location"
        r"|scene) (?:is (?:it|this|that|the scene)|do we have)"
        rf"|(?:what|which) (?:place|room) is (?:it|this)|what (?:kind of )?(?:place|room) is {room}"
    )
    return re.compile(size), re.compile(kind)


def _describe_size(plan: ScenePlan, ground: Ground) -> str:
    asked, placements = plan.environment.size_m, ground.evidence.placements
    size = asked or (placements.room.size_m if placements else None)
    if size is None:
        return "No size was given: the room gets one that fits when everything is placed."
    is_open = placements is not None and not placements.room.has_ceiling
    height = "" if is_open and asked is None else f" and {say_metres(size.z)} high"
    wide = f"{say_metres(size.x)} wide{',' if height else ' and'} {say_metres(size.y)} deep{height}"
    why = "as the plan says" if asked else "no size was given, so that it is one that fits"
    name = "The ground" if plan.environment.kind in ("yard", "open") else "The room"
    return f"{name} is {wide} ({round(size.x * size.y, 1):g} square metres): {why}."


def _say_shot(camera: Camera) -> str:
    shot = _SHOTS.get(camera.shot, camera.shot)
    return f"{'an' if shot[0] in 'aeio' else 'a'} {shot} shot"


def _describe_lens(camera: Camera) -> str:
    if camera.focal_length_mm is not None:
        return f"The lens is {camera.focal_length_mm:g} mm (on a film back of 36 mm)."
    usual = USUAL_LENSES_MM[camera.shot]
    return (
        f"No lens was set: {usual:g} mm is usual for this shot, down to {usual * _LEAST_LENS:g} mm "
        "in a tight room."
    )


def _describe_height(ground: Ground) -> str:
    assert ground.plan is not None
    asked, certificate = ground.plan.camera.height_m, ground.evidence.certificate
    samples = certificate.cameras[0].samples if certificate and certificate.cameras else ()
    heights = [sample.height_m for sample in samples]
    if not heights:
        if asked is None:
            return "No height was set: the shot decides it."
        return f"The camera is to be {say_metres(asked)} high."
    low, high = min(heights), max(heights)
    told = f"{say_metres(heights[0])} above the floor"
    if high - low > _SAME_HEIGHT_M:
        told = f"between {say_metres(low)} and {say_metres(high)} above the floor"
    why = "no height was set" if asked is None else f"{say_metres(asked)} was asked for"
    return f"The camera is {told} ({why})."
