"""Questions about what is in the scene, why, what was assumed, missed, and measured of it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from clappper.core.planning.lexicon import load_places
from clappper.core.planning.llm.text import clean_words
from clappper.core.planning.questions.film import name_places
from clappper.core.planning.questions.ground import join_words, quote, say_count
from clappper.core.planning.questions.things import understand_thing
from clappper.core.planning.questions.words import THING

if TYPE_CHECKING:
    from clappper.core.planning.models import Item, Miss, ScenePlan
    from clappper.core.planning.questions.ground import Ground

__all__ = [
    "answer_assumptions",
    "answer_checks",
    "answer_contents",
    "answer_misses",
    "answer_visible",
    "answer_why",
    "describe_scene",
]

_NO_SCENE = "There is no scene yet."
_MAX_SENTENCES, _SENTENCE_CHARS = 12, 240
_ASSUMED = re.compile(
    r"(?:what|which|were|was|are|is|did|do|have|list|any|anything)\b.{0,60}\b"
    r"(?:assume|assumed|assumptions?|guess|guessed|guesses|make up|made up|decide yourself"
    r"|decide on your own|decided yourself|take for granted)\b.{0,60}"
)
_MISSED = re.compile(
    r"(?:what|which|was|were|is|are|did|have|has|any|list)\b.{0,60}\b"
    r"(?:(?:could|did|can|do|can) not (?:you )?(?:find|understand|have|place|include|add)"
    r"|not (?:found|understood|find|in the catalog(?:ue)?|available|placed|included)"
    r"|missing|missed|misses|left out|leave out|omit(?:ted)?|skip(?:ped)?|unknown|unavailable"
    r"|substitut(?:e|ed|es)|replaced? (?:with|by|something|anything)|find everything"
    r"|found everything|everything found|fail(?:ed)? to find)\b.{0,40}"
    r"|what did you (?:replace|leave out|not find)"
)
_CHECKED = re.compile(
    r"(?:is|are|was) (?:everything|all|the scene|it)(?: all)? (?:ok|okay|fine|correct|right|valid"
    r"|good|certified|in order)"
    r"|(?:are|is|were) there (?:any )?(?:problems?|issues?|errors?|collisions?|warnings?)"
    r"(?: in the scene| with the scene| with it)?"
    r"|do(?:es)? (?:anything|any things|things) (?:collide|overlap|intersect|float|clip)"
    r"|(?:what|any) (?:problems|issues|errors|warnings|collisions)"
    r"(?: (?:are|were) there| are in the scene| do you see)?"
    r"|what is wrong(?: with (?:it|the scene))?"
)
_SEEN = re.compile(
    r"what (?:does|can) the camera (?:see|show)|what (?:is|things are) (?:visible|seen"
    r"|in (?:the )?(?:frame|picture|view|shot))(?: (?:by|to|from) the camera)?"
    rf"|(?:does|can) the camera (?:see|show) (?P<a>{THING})"
    rf"|(?:is|are) (?P<b>{THING}) (?:visible|seen|in (?:the )?(?:frame|picture|view|shot))"
    r"(?: (?:by|to|from) the camera)?"
)
_COUNTED = r"(?:one|two|three|four|five|six|seven|eight|nine|ten|\d+|so many|so few|no)"
_WHY = re.compile(
    r"why (?:(?:is|are) there|do we have|did you (?:add|put|place|make|use)"
    rf"|have you (?:added|put|placed)) (?P<thing>{THING})"
    r"(?: (?:here|there|in (?:the|this|my|our) \w+))?"
    rf"|why (?P<bare>{_COUNTED} {THING})"
    rf"|where (?:does|do|did) (?P<from>{THING}) come from"
)
_NUMBERS = re.compile(
    r"^(?:(?:so|too|such|that)? ?(?:many|few|much|little)|no|none|not|one|two|three|four|five|six"
    r"|seven|eight|nine|ten|eleven|twelve|a dozen|any|\d+|the number of|any)\b *"
)
_WHY_PLACE = re.compile(
    r"why (?:is|are) (?:it|this|we|the (?:scene|place))(?: set)?(?: in)? (?P<place>.{1,40})"
)


def answer_contents(said: str, ground: Ground) -> str | None:
    """Return everything that is in the scene."""
    if not _make_contents_form().fullmatch(said):
        return None
    told = describe_scene(ground.plan)
    if not said.startswith("how many") or ground.plan is None:
        return told
    total = sum(item.count for item in ground.plan.items)
    return f"There {'is' if total == 1 else 'are'} {say_count(total, 'thing')}. {told}"


@lru_cache(maxsize=1)
def _make_contents_form() -> re.Pattern[str]:
    inside = (
        rf"(?:(?:in|on|inside|within|at) (?:{name_places()}"
        r"|the (?:stage|shot|film|picture|plan)|here|there|it)|here)"
    )
    return re.compile(
        rf"what(?: all)?(?: is| do we have| have we got| do you see| things are| objects are"
        rf"| else is| did you (?:put|place))?(?: there)? {inside}"
        rf"|(?:which|what) (?:things|objects|items|assets|stuff) (?:are|is)(?: there)? {inside}"
        rf"|how many (?:things|objects|items|assets)(?: (?:are|is)(?: there)?)?"
        rf"(?: {inside}| do we have)?"
        rf"|(?:list|show me|describe|tell me)(?: about)? (?:what is |everything |all )?"
        rf"(?:{inside}|the scene)"
        r"|what (?:does|do) (?:the scene|it) (?:have|contain|look like|include)|what is there"
        r"|what (?:did you|have you) (?:build|built|make|made|create|created|place|placed)"
        r"|what do we have|what have we got|what is the scene(?: like)?|how does the scene look"
    )


def answer_assumptions(said: str, ground: Ground) -> str | None:
    """Return what was assumed."""
    if not _ASSUMED.fullmatch(said):
        return None
    if ground.plan is None:
        return _NO_SCENE
    told = _list_assumptions(ground.plan)
    return " ".join(told) if told else "No assumptions are noted for this scene."


def answer_misses(said: str, ground: Ground) -> str | None:
    """Return what was asked for and not found, or not placed."""
    if not _MISSED.fullmatch(said):
        return None
    if ground.plan is None:
        return _NO_SCENE
    told = [_describe_miss(miss, ground) for miss in ground.plan.misses[:_MAX_SENTENCES]]
    certificate = ground.evidence.certificate
    for count in certificate.counts if certificate is not None else ():
        if count.placed < count.asked:
            noun = clean_words(count.noun, limit=80)
            told.append(f"Only {count.placed} of {say_count(count.asked, noun)} could be placed.")
    return " ".join(told) if told else "Everything that was asked for was found."


def answer_checks(said: str, ground: Ground) -> str | None:
    """Return what was measured to be wrong."""
    certificate = ground.evidence.certificate
    if not _CHECKED.fullmatch(said) or certificate is None:
        return None
    measured = join_words(certificate.geometry.describe())
    notes = [
        f"{issue.severity}: {clean_words(issue.message, limit=_SENTENCE_CHARS)}"
        for issue in certificate.issues
        if issue.severity != "info"
    ]
    verdict = "The scene has no errors" if certificate.ok else "The scene has errors"
    more = f", and {len(notes) - 5} more" if len(notes) > 5 else ""
    return f"{verdict} ({measured}).{' ' if notes else ''}{' '.join(notes[:5])}{more}"


def answer_visible(said: str, ground: Ground) -> str | None:
    """Return what the camera sees, as it was measured."""
    found = _SEEN.fullmatch(said)
    certificate = ground.evidence.certificate
    if found is None or certificate is None or not certificate.cameras:
        return None
    samples = certificate.cameras[0].samples
    nouns = list(dict.fromkeys(noun for sample in samples for noun in sample.visible))
    words = found["a"] or found["b"]
    if words:
        meaning = understand_thing(words, ground)
        if meaning is None or not meaning.items:
            return None
        wanted = {item.noun for item in meaning.items}
        nouns = [noun for noun in nouns if noun in wanted]
    told = []
    for noun in nouns:
        shares = [sample.visible.get(noun, 0.0) for sample in samples]
        low, high = f"{min(shares):.0%}", f"{max(shares):.0%}"
        share = high if low == high else f"{low} to {high}"
        told.append(f"{clean_words(noun, limit=80)} {share}")
    if not told:
        return None
    return f"In the picture and not hidden, of all of each, during the film: {', '.join(told)}."


def answer_why(said: str, ground: Ground) -> str | None:
    """Return why something is there, or is not, as far as the plan tells."""
    if ground.plan is None:
        return None
    place = _WHY_PLACE.fullmatch(said)
    if place is not None:
        return _explain_place(place["place"], ground.plan)
    found = _WHY.fullmatch(said)
    words = next((w for w in found.groupdict().values() if w), "") if found else ""
    meaning = understand_thing(_NUMBERS.sub("", words), ground)
    if meaning is None or meaning.part or meaning.is_vague:
        return None
    if meaning.items:
        return " ".join(_explain_item(item, ground.plan) for item in meaning.items)
    return _explain_lack(meaning.noun, ground)


def _explain_lack(noun: str, ground: Ground) -> str:
    assert ground.plan is not None
    missed = [
        miss for miss in ground.plan.misses if noun in clean_words(miss.asked, limit=200).casefold()
    ]
    if missed:
        return " ".join(_describe_miss(miss, ground) for miss in missed[:_MAX_SENTENCES])
    return f"The scene has no {noun}, and nothing of the kind is asked for in its plan."


def describe_scene(plan: ScenePlan | None) -> str:
    """Return what is in a scene, in one sentence."""
    if plan is None:
        return _NO_SCENE
    counts: dict[str, int] = {}
    for item in plan.items:
        noun = clean_words(item.noun, limit=80)
        counts[noun] = counts.get(noun, 0) + item.count
    place = plan.environment.kind.replace("_", " ")
    things = ", ".join(say_count(count, noun) for noun, count in counts.items()) or "nothing"
    return f"The scene is of the kind {place} and has {things}."


def _list_assumptions(plan: ScenePlan) -> list[str]:
    told = [clean_words(text, limit=_SENTENCE_CHARS) for text in plan.assumptions[:_MAX_SENTENCES]]
    more = len(plan.assumptions) - len(told)
    return [*told, f"And {more} more."] if more else told


def _describe_miss(miss: Miss, ground: Ground) -> str:
    near = [clean_words(asset.noun, limit=60) for asset in ground.catalog.get(miss.suggestions)]
    names = join_words(dict.fromkeys(near), "or")
    told = f"{quote(miss.asked)} is not in the catalog"
    if miss.action == "substituted":
        return f"{told}: {names or 'something else'} stands in for it."
    return f"{told} and was left out{f'; nearest: {names}' if names else ''}."


def _explain_item(item: Item, plan: ScenePlan) -> str:
    be = "is" if item.count == 1 else "are"
    count = say_count(item.count, clean_words(item.noun, limit=80))
    asked = clean_words(item.asked, limit=200).casefold()
    reasons = [
        clean_words(text, limit=_SENTENCE_CHARS)
        for text in plan.assumptions
        if asked and asked in clean_words(text, limit=_SENTENCE_CHARS).casefold()
    ]
    told = f"There {be} {count} in the plan, asked for as {quote(item.asked)}"
    if reasons:
        return f"{told}; what was assumed: {' '.join(reasons)}"
    return f"{told}; no assumption is noted about it, as for what was said or changed."


def _explain_place(words: str, plan: ScenePlan) -> str | None:
    place = load_places()[plan.environment.kind]
    names = {place.title.casefold(), *place.names}
    asked = re.sub(r"^(?:an?|the) ", "", words)
    if asked not in names:
        return None
    notes = [t for t in plan.assumptions if place.title.casefold() in t.casefold()]
    told = " ".join(clean_words(text, limit=_SENTENCE_CHARS) for text in notes[:2])
    return told or f"The plan says {place.phrase}, and no assumption is noted about it."
