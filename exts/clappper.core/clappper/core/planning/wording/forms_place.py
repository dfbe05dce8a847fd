"""Wishes for other places, patterns and views of things, however they are worded."""

from __future__ import annotations

import re

from clappper.core.planning.wording.form import (
    ADVERB,
    LOOK,
    MODAL,
    PLACE,
    SPEAKER,
    STANCE,
    THING,
    TOWARDS,
    WOULD,
    Form,
    form,
)

__all__ = ["PLACE_FORMS"]


def _tell_turn(match: re.Match[str]) -> str:
    to = match["to"]
    return f"turn {match['np']} to {'face ' if to.startswith('each other') else ''}{to}"


def _tell_shape(match: re.Match[str]) -> str:
    shape = match["shape"]
    around = re.match(r"(?:a|one) (?:semi)?(?:circle|ring|half circle) (?:around|about) ", shape)
    if around is not None:
        return f"put {match['np']} around {shape[around.end() :]}"
    return f"arrange {match['np']} in {shape}"


#: Commands for how things are said to be arranged.
_MANNERS = {
    "stacked": "stack",
    "piled": "stack",
    "scattered": "scatter",
    "spread": "spread",
    "distributed": "scatter",
    "lined": "line",
    "aligned": "align",
    "arranged": "arrange",
    "grouped": "group",
}
#: The first that fits counts.
PLACE_FORMS: tuple[Form, ...] = (
    form(
        r"(?:center|centre) (?P<np>.+?)(?: (?:in|on) (?:the |this )?[a-z ]+)?",
        r"put \g<np> in the middle",
    ),
    form(
        rf"(?:set|line) (?P<np>{THING}) up (?P<where>(?:in|on|at|along|around|next to) .+)",
        r"put \g<np> \g<where>",
    ),
    form(
        rf"(?:set|put) up (?P<np>{THING}) (?P<where>(?:in|on|at|along|around|next to) .+)",
        r"put \g<np> \g<where>",
    ),
    form(
        rf"let me have (?P<np>{THING}) (?P<where>{PLACE})",
        r"put \g<np> \g<where>",
    ),
    form(
        rf"(?P<np>{THING}) (?:stands?|sits?|waits?|goes|is standing|are standing|lives?)"
        rf" (?P<where>{PLACE})",
        r"put \g<np> \g<where>",
    ),
    form(
        rf"(?:can|could|should|would|shouldn't|couldn't|can't) (?P<np>they(?: all| both)?"
        rf"|{THING}) (?P<look>{LOOK}) {TOWARDS}"
        r"(?P<to>(?!by\b|around\b|away\b|\d|left\b|right\b).+)",
        lambda m: f"turn {'them' if m['np'].lower().startswith('they') else m['np']} to {m['to']}",
    ),
    form(
        r"(?:get|take) (?P<np>the .+?) off the (?:floor|ground|\w+) and (?:put (?:it|them) )?"
        r"(?P<where>(?:on|onto|in|into|under|next)\b.+)",
        r"put \g<np> \g<where>",
    ),
    form(
        r"(?:pop|plonk|plop|slap|bung|whack|shove|tuck|chuck|throw|toss|drop|dump|stuff|squeeze|stick)"
        r" (?P<np>(?!in\b|out\b|off\b|away\b).+?) (?P<where>(?:in|on|at|next to|near|behind|beside"
        r"|between|against|along|under|underneath|around|inside|into|onto|by|opposite|across) .+)",
        r"put \g<np> \g<where>",
    ),
    form(
        r"(?:put|place|add|set) (?P<link>for|on|at|to|in front of|behind|next to)"
        r" (?P<own>(?:each|every) [a-z]+(?: [a-z]+)??) (?P<np>(?:an?|one|two|three|\d+) .+)",
        r"add \g<np> \g<link> \g<own>",
    ),
    # Where things stand, and what they look at.
    form(
        rf"(?P<np>.+?) {MODAL} not (?:be |stand |sit )?(?:so |too |that )?(?:next to|near|close to"
        rf"|by"
        r"|beside|at) (?P<to>.+)",
        r"move \g<np> away from \g<to>",
    ),
    form(
        rf"(?:have|let|make|get|{SPEAKER} want|{SPEAKER} need|{SPEAKER}{WOULD} (?:like|love"
        rf"|prefer))"
        rf" (?P<np>{THING}) (?:to )?(?P<look>{LOOK}) {TOWARDS}"
        r"(?P<to>(?!by\b|around\b|away\b|\d|left\b|right\b).+)",
        _tell_turn,
    ),
    form(
        rf"(?P<np>{THING})(?: {MODAL} {ADVERB}| (?:is |are )?)(?P<look>{LOOK}) {TOWARDS}"
        r"(?P<to>(?!by\b|around\b|away\b|\d|left\b|right\b|up\b|out\b|better\b).+)",
        _tell_turn,
    ),
    form(
        rf"(?P<np>{THING}) {MODAL} {ADVERB}(?:be )?(?:turn|turned|rotate|rotated) (?P<how>.+)",
        r"turn \g<np> \g<how>",
    ),
    form(
        r"(?P<verb>turn|rotate|orient) (?P<np>.+?) (?:so (?:that )?(?:it|they)|to) "
        r"(?:faces?|looks? at|points? at) (?P<to>.+)",
        _tell_turn,
    ),
    form(
        rf"(?:(?:have|let|make|get|{SPEAKER} want) )?(?P<np>{THING})(?: {MODAL} {ADVERB}| to | )"
        r"(?:form|make(?: up)?|build|be arranged in|be set up in) (?P<shape>(?:an?|one|\d+) .+)",
        _tell_shape,
    ),
    form(
        rf"(?:have|let|get|make|{SPEAKER} want|{SPEAKER} need|{SPEAKER}{WOULD} (?:like|love"
        rf"|prefer))"
        rf" (?P<np>{THING}) (?:to )?(?:{STANCE} )?(?P<where>{PLACE})",
        r"put \g<np> \g<where>",
    ),
    form(
        r"what if (?P<np>.+?) (?:were|was|would be|could be) (?P<pred>.+)",
        r"\g<np> should be \g<pred>",
    ),
    form(
        rf"(?:can|could|may) {SPEAKER} (?:have|get) (?P<np>{THING}) (?P<where>{PLACE})",
        r"put \g<np> \g<where>",
    ),
    form(
        rf"(?:can|could|should|would|may|shouldn't|couldn't"
        rf"|can't) (?P<np>{THING}) {STANCE} (?P<where>{PLACE})",
        r"put \g<np> \g<where>",
    ),
    form(
        rf"(?P<np>{THING}) (?:{MODAL} {ADVERB}(?:be )?(?:moved?|shifted|pushed|slide)"
        r"|(?=(?:a (?:bit|little)|slightly|\d)))(?P<where> .+)",
        lambda m: f"move {m['np']}{m['where']}",
    ),
    form(
        rf"(?P<np>{THING}) {MODAL} {ADVERB}{STANCE} (?P<where>{PLACE})",
        r"put \g<np> \g<where>",
    ),
    form(
        rf"(?P<np>{THING}) (?:would|will|might|(?:look|looks|is|are|fit|fits)) "
        rf"(?:look |be |fit |work )?(?:better|nicer|good|great|best) (?P<where>{PLACE})",
        r"put \g<np> \g<where>",
    ),
    form(
        rf"(?:(?:have|get|{SPEAKER} want|{SPEAKER} need|{SPEAKER}{WOULD} (?:like|love"
        rf"|prefer)) )?(?P<np>{THING})"
        rf"(?: {MODAL} {ADVERB}(?:be )?| )(?P<how>stacked|piled|scattered|lined|spread|arranged"
        r"|grouped|distributed|aligned)\b(?P<rest>.*)",
        lambda m: f"{_MANNERS[m['how'].lower()]} {m['np']}{m['rest']}",
    ),
    form(
        r"(?P<np>[a-z]+(?: [a-z]+)?s) (?P<how>stacked|piled|scattered|lined up"
        r"|aligned)(?P<rest>.*)",
        lambda m: f"{_MANNERS[m['how'].split()[0].lower()]} the {m['np']}{m['rest']}",
    ),
    form(
        r"(?P<np>(?:the )?[a-z][\w -]*?) (?P<way>(?:a (?:bit|little|touch|tad)|slightly|\d+"
        r"(?:\.\d+)?"
        r" ?(?:m|cm|meters?|metres?|feet|ft))(?: more| further| farther)? "
        r"(?:to the )?(?:left|right|back|forward|forwards|backwards?|closer|nearer)\b.*)",
        r"move \g<np> \g<way>",
    ),
)
