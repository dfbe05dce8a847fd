"""Questions about the catalog and the scene, answered by rules where rules can tell.

A question changes nothing. What is no question, or is about something else, has no answer here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from clappper.core.catalog.models import Wanted
from clappper.core.planning.inflection import pluralize, singularize
from clappper.core.planning.lexicon import load_classes
from clappper.core.planning.llm_text import clean_words

if TYPE_CHECKING:
    from clappper.core.catalog.models import AvailabilityEntry, Catalog
    from clappper.core.planning.models import ScenePlan

__all__ = ["answer_question", "is_question"]

#: Longest question, and most names and kinds in an answer.
_MAX_CHARS, _MAX_NAMES, _MAX_KINDS, _MAX_WORDS = 300, 8, 24, 5
_SCENE = r"(?:in|on|inside) (?:the|this|my|our) (?:current )?(?:scene|room|stage|shot|film|picture)"
_STORE = r"(?:in|from) (?:the|your|this) (?:catalog|catalogue|library|index|assets?)"
_HAVE = (
    r"(?:do|have) (?:you|we) (?:have|got|know|offer)|can (?:i|you|we) (?:use|get|add|place|have)"
)
_WHICH = r"which|what(?: (?:kinds?|types?|sorts?) of)?|how many(?: (?:kinds?|types?) of)?"
#: Questions with a thing in them; the first that fits has it.
_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"(?:{_WHICH}) (?P<thing>.+?) (?P<have>{_HAVE}|(?:are|is) (?:available|possible)|exist)"
        rf"(?P<where> {_SCENE}| {_STORE})?",
        rf"(?:{_WHICH}) (?P<thing>.+?) (?:are|is) there(?P<where> {_SCENE}| {_STORE})?",
        rf"(?:{_WHICH}) (?P<thing>.+?) (?:are|is)(?P<where> {_SCENE}| {_STORE})",
        rf"(?:(?P<have>do you have|do we have|have you got|have you)|(?:are|is) there)"
        rf" (?P<thing>.+?)(?P<where> {_SCENE}| {_STORE})?",
        rf"(?:list|show me|tell me|name) (?:all |me )?(?P<thing>.+?)"
        rf"(?: (?:that )?(?P<have>you have)|(?P<where> {_SCENE}| {_STORE}))",
    )
)
_CONTENT = re.compile(
    rf"what(?:'s| is| do we have| have we got)? (?:there )?(?:{_SCENE}|here)|"
    rf"(?:list|show me|describe|tell me) (?:what is |everything |all )?(?:{_SCENE}|the scene)|"
    r"what (?:does|do) the scene (?:have|contain)|what is there"
)
_ANYTHING = re.compile(
    rf"what(?: (?:things|assets|objects|items|else|kinds of things))? (?:{_HAVE}|is available)"
    rf"(?: {_STORE})?|what is {_STORE}|what can (?:i|you|we) (?:build|make|use|place|add)"
)
_ASKING = re.compile(
    r"(?:which|what|how many|how much|how (?:big|large|tall|high|wide|long|far)|who|where|when|why|"
    r"do you|do we|have you|is there|are there|is it|are they|does|did|list the|tell me|"
    r"list (?:all|what|which)|show me (?:all|what|which|the list))\b"
)
_NO_ASKING = re.compile(r"(?:what|how) (?:about|if)\b|who cares|what a\b|is there .*\badd\b")
_DETERMINERS = re.compile(
    r"^(?:(?:any|some|a|an|the|all|other|different|more|your|of|kinds? of|types? of|sorts? of) )+"
)
#: Nouns that name no kind of thing.
_ANY_HEADS = frozenset(("thing", "things", "object", "objects", "asset", "assets", "item", "items"))
#: Words that make a phrase more than the name of a thing.
_BEYOND = frozenset(
    (
        *("and", "or", "that", "which", "with", "without", "in", "on", "under", "near", "by"),
        *("next", "behind", "between", "to", "from", "for", "than", "not", "best", "it", "them"),
    )
)


class _Question(NamedTuple):
    thing: str
    where: str  # "scene", "catalog" or empty


def is_question(text: str) -> bool:
    """Tell whether a text asks for an answer rather than for a scene or a change of it."""
    said = _normalize(text)
    if len(text) > _MAX_CHARS or not said or _NO_ASKING.match(said):
        return False
    return bool(_ASKING.match(said)) or _read(said) is not None


def answer_question(text: str, catalog: Catalog, plan: ScenePlan | None = None) -> str | None:
    """Return the answer to a question about catalog or scene, or None when rules cannot tell.

    Args:
        text: What the user asks, in English.
        catalog: What there is.
        plan: The scene, or null when there is none yet.
    """
    if not is_question(text):
        return None
    said = _normalize(text)
    if _CONTENT.fullmatch(said):
        return _describe_scene(plan)
    if _ANYTHING.fullmatch(said):
        return _describe_catalog(catalog)
    question = _read(said)
    return None if question is None else _answer_thing(question, catalog, plan)


def _normalize(text: str) -> str:
    said = clean_words(text, limit=_MAX_CHARS).casefold().replace("\u2019", "'")
    said = re.sub(r"^(?:(?:please|hi|hello|hey|ok|and|so|but|well)\b[ ,]*)+", "", said)
    said = re.sub(r"[\s,]+please(?=[?.!]*$)", "", said)
    return said.strip(" ?.!,")


def _read(said: str) -> _Question | None:
    for form in _FORMS:
        found = form.fullmatch(said)
        if found is None:
            continue
        thing = _DETERMINERS.sub("", found["thing"] + " ").strip()
        words = thing.split()
        if not words or len(words) > _MAX_WORDS or _BEYOND.intersection(words):
            return None
        if words[-1] in _ANY_HEADS:
            return None
        where = (found["where"] or "").strip()
        place = "scene" if re.fullmatch(_SCENE, where) else "catalog" if where else ""
        if not place and found.groupdict().get("have"):
            place = "catalog"
        return _Question(thing, place)
    return None


def _answer_thing(question: _Question, catalog: Catalog, plan: ScenePlan | None) -> str | None:
    *before, head = question.thing.split()
    noun = " ".join((*before, singularize(head)))
    wanted = Wanted(asked=question.thing, noun=noun, attributes=(), count=None)
    entry = catalog.availability([wanted]).entries[0]
    # A scene is spoken of by what is in it; of anything else the catalog is asked.
    if question.where != "catalog" and plan is not None:
        count = _count_in_scene(entry, noun, plan)
        if count is None:
            return None
        if count:
            return f"There {'is' if count == 1 else 'are'} {_count(count, noun)} in the scene."
    if question.where == "scene":
        there = "no scene yet" if plan is None else f"no {noun} in the scene"
        return f"There is {there}."
    if entry.noun is None:
        near = list(dict.fromkeys(asset.noun for asset in entry.suggestions))
        nearest = f"; nearest: {', '.join(near)}" if near else ""
        return f"The catalog has no {noun}{nearest}."
    names = [clean_words(asset.name, limit=60) for asset in entry.assets[:_MAX_NAMES]]
    total = max(entry.count_found, len(entry.assets))
    more = f" and {total - len(names):,} more" if total > len(names) else ""
    return f"The catalog has {_count(total, entry.noun)}: {', '.join(names)}{more}."


def _count_in_scene(entry: AvailabilityEntry, noun: str, plan: ScenePlan) -> int | None:
    """Return how many there are, or None when only some of an item's assets are meant."""
    found = {asset.asset_id for asset in entry.assets}
    count = 0
    for item in plan.items:
        if item.noun == noun or found.issuperset(item.asset_ids):
            count += item.count
        elif found.intersection(item.asset_ids):
            return None
    return count


def _describe_scene(plan: ScenePlan | None) -> str:
    if plan is None:
        return "There is no scene yet."
    place = plan.environment.kind.replace("_", " ")
    things = ", ".join(_count(item.count, item.noun) for item in plan.items) or "nothing"
    return f"The scene is of the kind {place} and has {things}."


def _describe_catalog(catalog: Catalog) -> str:
    words = dict.fromkeys(word for kind in load_classes().values() for word in sorted(kind.words))
    wanted = [Wanted(asked=word, noun=word, attributes=(), count=None) for word in words]
    entries = catalog.availability(wanted).entries
    kinds = list(dict.fromkeys(entry.noun for entry in entries if entry.noun))
    if not kinds:
        return "The catalog has none of the usual things: ask for one by its name."
    more = " and more" if len(kinds) > _MAX_KINDS else ""
    return f"The catalog has, among others: {', '.join(kinds[:_MAX_KINDS])}{more}."


def _count(count: int, noun: str) -> str:
    return f"{count:,} {noun if count == 1 else pluralize(noun)}"
