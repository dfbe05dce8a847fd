"""Wishes about camera, film, light and place, however they are worded."""

from __future__ import annotations

import re

from clappper.core.planning.wording.form import ADVERB, MODAL, PICTURES, SPEAKER, WOULD, Form, form

__all__ = ["PICTURE_FORMS"]


def _tell_camera(match: re.Match[str]) -> str:
    pred = re.sub(r"^be ", "", match["pred"], flags=re.IGNORECASE)
    pred = re.sub(
        r"^((?:slowly |gently )*)circle(?: (?:a?round|about))?\b",
        r"\1orbit around",
        pred,
        flags=re.IGNORECASE,
    )
    return f"camera {pred}"


#: The first that fits counts.
PICTURE_FORMS: tuple[Form, ...] = (
    form(
        r"(?:get|bring|put|take|place) (?:the )?camera (?:down )?(?P<level>low|high)(?: down| up)?",
        r"\g<level> angle shot",
    ),
    form(
        r"(?:set|change|raise|lower|bring|make) the ceiling(?: height)? (?:to|at) (?P<height>.+)",
        r"ceiling at \g<height>",
    ),
    form(
        rf"(?:i want |i'd like |give me )?something (?P<how>(?:{PICTURES}|warm|cosy|cozy|warmer"
        rf"|softer))",
        r"make it \g<how>",
    ),
    form(
        r"(?:drop|take|bring|put|get|lower) (?:the )?camera (?:right|all the way|way"
        r"|really) down\b.*",
        "low angle shot",
    ),
    form(r"don't move (?:it|the camera)|do not move (?:it|the camera)", "static camera"),
    form(r"(?:take|bring|lead) (?:us|me|the viewer) (?P<way>.+)", r"camera \g<way>"),
    form(
        rf"{SPEAKER} want (?:it|this|everything|the scene|the whole thing) (?P<how>(?!to\b).+)",
        r"make it \g<how>",
    ),
    form(
        r"(?:(?:let's |let me |i want to |can i |could i )?see )?(?:what it looks like"
        r"|how it looks) (?P<how>.+)",
        r"\g<how>",
    ),
    form(
        r"(?:it's|it is|this is|make it|let's make it) (?P<place>an? [a-z ]+?) now",
        r"make it \g<place>",
    ),
    form(
        r"(?:set|change|bring|take|make) the (?P<room>room|hall|place|space|floor|warehouse|office)"
        r" (?:size )?to (?P<size>\d.+)",
        r"make the room \g<size>",
    ),
    form(rf"{SPEAKER} (?:want|need) (?P<what>.*\bceilings?)", r"\g<what>"),
    # Camera and film.
    form(
        r"(?:(?:look|show|see|view|film|shoot)(?: at)?(?: it| me| this| us| the scene"
        r"| everything)? )?"
        r"(?:straight|right|directly) down(?: (?:on|at|onto)\b.*)?|look down (?:on|at)\b.*"
        r"|(?:let me |show me |i want to )?see (?:it|this|everything|the scene|all of it)"
        r" (?:from (?:the top|above|overhead)|top down).*",
        "camera from above",
    ),
    form(
        r"(?:keep|hold|leave) (?:it|the (?:camera|shot)|everything) (?:still|steady|static|fixed)"
        r"|(?:stop|freeze|lock)(?: off)? the camera|no (?:camera )?(?:movement|motion|moves?)"
        r"|the camera (?:should |must )?(?:not move|stays? still|stand still)",
        "static camera",
    ),
    form(
        rf"(?:(?:have|let|make|get|{SPEAKER} want|{SPEAKER} need|{SPEAKER}{WOULD} like) )?"
        rf"the (?:camera|view|shot) (?:{MODAL} {ADVERB}|to )?(?:looks? )?(?P<pred>(?:slowly "
        rf"|gently |be )?"
        r"(?!should\b|must\b|is\b|looks?\b|has\b|have\b|needs?\b|could\b|can\b)[a-z]+\b.*)",
        _tell_camera,
    ),
    form(
        r"(?:let|have|make) the (?P<film>film|clip|video|movie|animation|shot|move) "
        r"(?:run|last|be|go on|take|go)(?: for)? (?P<pred>.+)",
        r"make the \g<film> \g<pred>",
    ),
    form(
        rf"the (?P<film>film|clip|video|movie|animation) {MODAL} {ADVERB}(?:run|last|be|take)"
        r"(?: for)? (?P<pred>.+)",
        r"make the \g<film> \g<pred>",
    ),
    form(
        r"(?:render|output|shoot|do) (?:it|this|the film) (?P<pred>(?:in|at) .+)", r"film \g<pred>"
    ),
    form(
        r"(?:use |try |take |with )?(?:an? )?(?P<mm>\d+) ?mm (?:wide[ -]?angle|wide|tele\w*|prime)"
        r"(?: lens)?",
        r"\g<mm> mm lens",
    ),
    form(
        r"(?P<how>(?:slowly |gently |then )*)(?P<verb>pull|push|dolly|fly|swing|crane|truck|track"
        r"|spin)"
        r" (?:the )?camera (?P<way>.+)",
        lambda m: f"camera {m['how'].replace('then ', '')}{m['verb']}s {m['way']}",
    ),
    form(
        r"(?:a |one )?(?:slow |nice |quick )*(?:spin|turn|lap|circle) (?:a?round"
        r"|about) (?P<rest>.+)",
        r"orbit around \g<rest>",
    ),
    form(
        r"camera (?P<shot>overhead|isometric|wide|close|low|high|static|still)",
        r"\g<shot> shot",
    ),
    form(r"(?:at a |at )?height (?:of )?(?P<height>\d.*)", r"camera at \g<height>"),
    # Light and place.
    form(r"(?:kill|cut|remove) (?:all )?the lights?", "lights off"),
    form(
        rf"(?:give (?:me|us)|use|set|apply|try|put on|{SPEAKER} want|{SPEAKER} need"
        rf"|{SPEAKER}{WOULD} like|have|add) "
        r"(?P<np>(?:an? |some |more of an? )?(?:[a-z-]+ ){1,3}(?:light|lighting|mood|atmosphere))",
        r"\g<np>",
    ),
    form(
        r"(?:switch|change|go|turn)(?: it| over| the (?:light|lighting|mood|scene))? to "
        r"(?P<mood>(?:an? )?(?:night|day|dusk|dawn|sunset|sunrise|golden|bright|soft|studio"
        r"|daylight|evening|morning|noon)\b.*)",
        r"make it \g<mood>",
    ),
    form(
        r"(?:show (?:me )?|see )(?:it|this|the scene|everything|the whole thing) "
        r"(?P<mood>(?:at|in|by|during|on) .+)",
        r"\g<mood>",
    ),
    form(
        r"(?:set|put|stage|place) (?:it|this|everything|the (?:scene|whole thing)) (?:outside "
        r"|inside |out |back )?in "
        r"(?P<place>an? .+)",
        r"make it \g<place>",
    ),
    form(
        rf"(?:it|this|the (?:room|place|scene|space|whole thing)) {MODAL} {ADVERB}"
        r"(?:be|become|turn into|look like) (?P<place>an? (?!bit|little|tad)[a-z].+)",
        r"make it \g<place>",
    ),
    form(r"(?:a bit )?more (?:space|room)(?: please| around.*)?", "bigger room"),
    form(r"less (?:space|room)", "smaller room"),
)
