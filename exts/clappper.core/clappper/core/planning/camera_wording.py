"""How prompts say a shot and a move of the camera, as patterns on the line of a transcript."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clappper.core.planning.models import Move, Shot

__all__ = ["CONTINUES", "MOVES", "SHOTS", "STANDS"]

_VIEW = r"(?:view|shot|angle|perspective|camera|viewpoint|lens)s?"
#: Before a word that stands alone in a list.
_ALONE = r"(?:(?<=[.,;:/(] )|^)"
#: After one: the end of the list's part.
_LISTED = r"(?= ?(?:[.,;/)]|$)| (?:static|handheld|tripod|orbit|dolly|crane|pan)\b)"
_STAYS = (
    r"(?:(?:starts?|begins?|is|be|stays?|sits?|stands?|should|must|placed|positioned|set|mounted|kept|very|quite"
    r"|really|rather|fairly|pretty) ){0,4}"
)
#: How a film begins.
_BEGINS = (
    r"(?:start|begin|open)(?:s|ing|ning)?"
    r"(?: (?:it|off|out|up|the (?:shot|film|clip|video))){0,2}"
)
SHOTS: dict[Shot, tuple[str, ...]] = {
    "eye_level": (
        r"\b(?:at |from )?(?:human |head )?eye (?:level|height|line)\b",
        r"\bat (?:human |standing )?head height\b",
        r"\bfrom (?:a |the )?(?:person|human|worker|pedestrian|driver|operator|visitor)"
        r" (?:point of view|perspective|eyes|eye view|pov)\b",
        r"\bfirst person(?: (?:view|perspective))?\b",
    ),
    "overhead": (
        rf"\b(?:from )?(?:a )?birds? eye(?: {_VIEW})?\b",
        rf"\b(?:top down|top|plan|drone|aerial|overhead) {_VIEW}\b",
        r"\btop ?down\b",
        r"\b(?:straight|directly|vertically|right) down(?: (?:on|onto|at)(?: to)?| into)?\b",
        r"\bdrone (?:footage|video|clip|image|picture|photo)s?\b|\b(?:like|from|by) (?:a )?drone\b",
        rf"{_ALONE}(?:overhead|aerial|top|birds? eye){_LISTED}",
        r"\b(?:aerial|overhead)(?= (?:of|over)\b)",
        r"\bfrom (?:the )?up(?= ?(?:[.,;]|$))|\bfrom top(?= ?(?:[.,;]|$))",
        r"\bfrom (?:directly |straight |right )?(?:above|overhead|the top|the ceiling)\b",
    ),
    "wide": (
        rf"\b(?:extreme |ultra |super )?wide(?: angle)? {_VIEW}\b",
        r"\b(?:establishing|panoramic|panorama|full|long|master|total) (?:shot|view)\b",
        r"\bwide angle\b",
        rf"{_ALONE}wide{_LISTED}",
        rf"\b{_BEGINS} wide\b(?: on(?! (?:the |a )?(?:left|right)))?",
        r"\b(?:go|shoot|shot|film(?:ed)?|frame(?:d)?)(?: it| this| that)? wide(?:r)?\b",
    ),
    "close_up": (
        r"\bclose ?ups?(?: (?:shot|view)s?)?\b",
        r"\b(?:detail|macro|tight) (?:shot|view|framing|frame)\b",
        rf"\b{_BEGINS} (?:tight|close)(?: on)?\b",
        rf"{_ALONE}close{_LISTED}",
        r"\b(?:go|shoot|film|frame)(?: it| this| that)? (?:in )?(?:close|tight)\b(?! (?:to|by)\b)",
    ),
    "low": (
        rf"\b(?:from )?(?:a )?low (?:camera )?{_VIEW}\b",
        rf"\bworms? eye(?: {_VIEW})?\b",
        r"\b(?:go|shoot|film)(?: it| this| that)? (?:down )?low\b",
        r"\bfrom (?:below|the ground|low down|down low|(?:ground|floor) (?:level|height))\b",
        r"\b(?:at |from )?(?:knee|ankle|shin) (?:level|height)\b",
        rf"\bcamera {_STAYS}low(?: down| to the (?:floor|ground))?\b(?! {_VIEW})",
    ),
    "high": (
        rf"\b(?:from )?(?:a )?high (?:camera )?{_VIEW}\b",
        r"\bfrom (?:high up|up high|up on|high above)\b(?: the (?:ceiling|roof|wall|gantry))?",
        rf"{_ALONE}(?:high up|up high){_LISTED}",
        r"\bcamera (?:[\w']+ ){1,5}(?:high up|up high)\b",
        r"\blike (?:a |the )?(?:cctv|security|surveillance)(?: camera)?\b",
        rf"\bcamera {_STAYS}(?:high up|up high|high)\b(?! {_VIEW})",
    ),
    "isometric": (rf"\b(?:isometric|axonometric)(?: {_VIEW})?\b",),
    "three_quarter": (
        rf"\b(?:3|three) quarters?(?: {_VIEW})?\b(?! of)",
        rf"\b3 / 4 {_VIEW}",
    ),
}
_SLOW = r"(?:(?:slowly|slow|gently|gentle|smooth|smoothly|steadily|then|and) ){0,4}"
_AIMS = "around|towards|toward|to|on|at|in on|into|past|along|over|across|from|of|away from"
_AIM = rf"(?: (?:{_AIMS})(?= ))?"
#: Helping verbs between the camera and what it does.
_WISHED = (
    r"(?:(?:is|ought|wants|needs|can|could|should|would|will|shall|must|may|might|to|just|simply|please|be|then"
    r"|starts?|begins?|has) ){0,4}"
)
#: A camera that goes somewhere, up to the word that tells where.
_GOES = (
    rf"\bcamera {_WISHED}{_SLOW}"
    r"(?:moves?|moving|go(?:es)?|going|com(?:es?|ing)|get(?:s|ting)?|travels?|travell?ing|glides?|gliding|drives?|driving|drifts?"
    r"|drifting|fl(?:y|ies|ying)|walks?|walking|swings?|swinging|creeps?|creeping|floats?|floating"
    rf"|rolls?|rolling|wanders?|wandering|runs?|running|turns?|turning) {_SLOW}"
)
#: What a camera does not do, maybe long after it was named.
STANDS = (
    r"\b(?:does not|doesn't|must not|mustn't|should not|shouldn't|will not|won't|never)"
    r" (?:be )?mov(?:e|es|ed|ing)\b"
)
#: What a camera that was named before does next.
CONTINUES = r"\b(?:and|then)(?: then)?"
MOVES: dict[Move, tuple[str, ...]] = {
    "static": (
        r"\b(?:static|stationary|fixed|locked off|locked|steady|motionless)"
        r" (?:camera|shot|frame|view)\b",
        rf"\b(?:static|stationary|locked off)(?= (?:[\w']+ ){{1,3}}{_VIEW}\b)",
        r"\bcamera (?:is |stays |stands? |standing |remains |kept )?"
        r"(?:(?:perfectly|completely|absolutely|totally|quite|very) )?"
        r"(?:static|still|fixed|stationary|locked)\b",
        r"\bstill (?:camera|shot|image|frame|picture|photo)\b",
        r"\b(?:no|without) (?:any )?camera (?:move|movement|motion)s?\b",
        r"\b(?:do not|don't|never|no) (?:move|moving|pan|tilt) (?:the )?camera\b",
        r"\bwithout (?:any )?(?:moving|panning|movement of|motion of) (?:of )?(?:the )?camera\b",
        r"\bcamera (?:\w+ not|\w+n't|cannot|never|not) (?:to )?(?:be )?mov(?:e|es|ed|ing)\b",
        r"\btripod(?: shot)?\b",
        rf"(?:{_ALONE}|(?<=wide )|(?<=close )|(?<=overhead ))"
        rf"(?:static|locked off|no (?:movement|motion|move)){_LISTED}",
        rf"{STANDS}(?: at all)?\b",
        r"\b(?:hold|keep|leave|lock)(?:s|ing)? (?:the |this |that |a )?(?:camera|shot|frame|view"
        r"|picture|image)(?: (?:completely|very|perfectly|nice and))? (?:still|steady|static|fixed"
        r"|locked|stationary)\b",
        rf"\bcamera {_WISHED}(?:stays? |staying |rests? |sits? )?"
        r"(?:put|where it (?:is|stands|was)|in (?:1|its|the same) (?:place|spot)|at rest)\b",
        r"\bnothing (?:(?:is|should|must|may|be) ){0,2}(?:moves?|moving|move)\b"
        r"(?: , (?:not even )?(?:the )?camera(?: included| either| too)?)?",
        r"\b(?:everything|all) (?:is |stays |should |must |be |stay |stands )*(?:still|static)\b"
        r"(?: , (?:the )?camera (?:included|too))?",
    ),
    "orbit": (
        rf"\b{_SLOW}(?:orbits?|orbiting|circles|arc shot|turntable|rotat(?:es|ing)"
        rf"|revolv(?:es|ing)){_AIM}\b",
        rf"\bcircling{_AIM}\b",
        rf"{_GOES}(?:all |once |right )?around\b",
        rf"\bcamera {_SLOW}sweep(?:s|ing)? {_SLOW}around\b",
        r"\brotate(?= ?(?:[.,;]|$))",
        rf"\bcamera {_WISHED}{_SLOW}(?:circle|circling|orbit|rotate|revolve){_AIM}(?= |$)",
        r"\borbital (?:move|movement|motion|shot|camera)\b",
        r"\b360(?: degrees?)?(?: (?:shot|view|camera|turn|spin))?\b",
    ),
    "dolly_in": (
        rf"\b{_SLOW}(?:dolly(?:ing)?|push(?:es|ing)?|zoom(?:s|ing)?|mov(?:es|ing))"
        rf" {_SLOW}(?:in|closer|forwards?)\b{_AIM}",
        r"\bdolly shot\b",
        rf"{_ALONE}{_SLOW}(?:push|creep)(?:es|ing)? in{_LISTED}",
        rf"\bzoom(?:s|ing)? {_SLOW}(?:on|onto|to|towards?)\b",
        r"\bdolly(?:ing)? towards?\b",
        rf"{_GOES}(?:towards?|up to|in(?! (?:front|an? |the |circles?))|closer|nearer|forwards?"
        r"|inwards?)\b(?: (?:towards?|to|on|at|into)(?= ))?",
        rf"\bcamera {_SLOW}approach(?:es|ing)?\b",
        rf"\bcamera {_SLOW}zooms?\b"
        rf"(?! {_SLOW}(?:in|out|closer|forwards?|back|backwards?|away|on|onto|to|towards?)\b)",
        rf"{_ALONE}{_SLOW}zoom{_LISTED}",
    ),
    "dolly_out": (
        rf"\b{_SLOW}(?:dolly(?:ing)?|pull(?:s|ing)?|zoom(?:s|ing)?|mov(?:es|ing))"
        rf" {_SLOW}(?:out|back|backwards?|away)\b{_AIM}",
        rf"{_GOES}(?:back(?:wards?)?|away|outwards?)\b{_AIM}",
        rf"{_ALONE}{_SLOW}pull(?:s|ing)? (?:back|out|away){_LISTED}",
        r"\b(?:and|then) pull(?:s|ing)? (?:back|out|away)\b",
        rf"\bcamera {_SLOW}(?:retreats?|retreating|recedes?|receding|backs? (?:away|off|up))\b"
        rf"{_AIM}",
    ),
    "truck": (
        r"\b(?:tracking|trucking|truck|travelling|traveling|sideways|lateral)"
        r" (?:shot|move|movement)\b(?: (?:past|along)\b)?",
        r"\btrucking\b",
        rf"{_ALONE}{_SLOW}(?:truck|track|slide|dolly) {_SLOW}(?:past|along|sideways)\b",
        rf"{_ALONE}tracking{_LISTED}",
        r"\bcamera (?:slowly )?(?:trucks?|tracks?|slides?|sliding|tracking)"
        r"(?: (?:left|right|sideways|along|past))?\b",
        rf"{_GOES}(?:along|alongside|past)\b",
        rf"{_GOES}"
        r"(?:sideways|laterally|to the (?:left|right)|left|right|from (?:the )?(?:left|right))\b"
        r"(?: to (?:the )?(?:left|right))?",
        r"\b(?:track(?:s|ing)?|slid(?:es|ing)) (?:left|right|sideways|along|past)\b",
    ),
    "crane": (
        r"\b(?:crane|jib|boom) (?:shot|up|down|move|movement)\b",
        rf"{_ALONE}{_SLOW}(?:rise|rising|crane|craning|lift) (?:up )?(?:over|above|up)\b",
        rf"\bcamera {_WISHED}(?:slowly )?"
        r"(?:cranes?|rises?|rising|climbs?|climbing|descends?|descending|lifts?|sinks?)"
        r"(?: (?:up|down))?\b",
        rf"{CONTINUES} {_SLOW}(?:(?:cranes?|rises?|climbs?|descends?|sinks?)"
        r"(?: (?:up|down))?|(?:comes?|goes|go|moves?) (?:up|down))\b",
        rf"{_GOES}(?:up(?:wards?)?|down(?:wards?)?|high(?:er)?|lower)\b(?! (?:to|over|above)\b)",
    ),
    "pan": (
        rf"\b{_SLOW}pan(?:s|ning)?"
        r"(?: (?:(?:to (?:the )?)?left|(?:to (?:the )?)?right|from left|from right|across|over"
        r"|around|shot|slowly))+\b",
        r"\bpanning\b",
        rf"\bcamera {_SLOW}sweep(?:s|ing)?"
        rf"(?: {_SLOW}(?:across|over|(?:from )?(?:left|right) to))?\b"
        r"(?: (?:left|right))?(?! around)",
        rf"\bcamera {_SLOW}pans?\b",
        r"\bpan\b(?= ?(?:[.,;]|$))",
    ),
    "fly_through": (
        r"\b(?:fly|flies|flying|flight|walk|walks|walking|moves?|moving|glides?|gliding|drone"
        r"|floats?|floating|drifts?|drifting|travels?|travell?ing|rolls?|rolling)"
        rf" {_SLOW}(?:through|over)\b",
        r"\bfl(?:y|ies|ying)throughs?\b",
        r"\bwalk ?throughs?\b",
    ),
}
