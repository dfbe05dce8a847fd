"""Questions about what there is, in the scene and in the catalog, and how many of it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from clappper.core.catalog.models import Wanted
from clappper.core.planning.inflection import pluralize
from clappper.core.planning.lexicon import load_classes
from clappper.core.planning.llm.text import clean_words
from clappper.core.planning.questions.film import name_places
from clappper.core.planning.questions.ground import say_count
from clappper.core.planning.questions.things import read_thing, understand_thing
from clappper.core.planning.questions.words import THING

if TYPE_CHECKING:
    from clappper.core.catalog.models import Catalog
    from clappper.core.planning.questions.ground import Ground
    from clappper.core.planning.questions.things import Meaning

__all__ = ["answer_names", "answer_stock", "answer_things"]

#: Most names and kinds in an answer, and kinds told besides that there is none of a thing.
_MAX_NAMES, _MAX_KINDS, _MAX_OTHERS = 8, 24, 6
_STORE = r"(?:in|from|of) (?:the|your|this|my|our) (?:catalog|catalogue|library|index|assets?|pack)"
_HAVE = (
    r"(?:do|have) (?:you|we|i) (?:have|got|know|offer|own)"
    r"|can (?:i|you|we) (?:use|get|add|place|have|choose|pick)"
)
_OURS = re.compile(
    r"do (?:we|i) have|have (?:we|i) got|(?:have|did) you (?:put|add|place|use|added|placed|used).*"
)
_WHICH = (
    r"(?:which|what(?: (?:kinds?|types?|sorts?) of)?|how many(?: (?:different )?(?:kinds?|types?"
    r"|sorts?|models?) of)?)"
)
_ANYTHING = re.compile(
    rf"what(?: (?:things|assets|objects|items|else|kinds of things))? (?:{_HAVE}|is available)"
    rf"(?: {_STORE})?|what is {_STORE}|what can (?:i|you|we) (?:build|make|use|place|add)"
    rf"|(?:which|what) (?:things|assets|objects) are (?:there )?{_STORE}"
)


_USED = re.compile(
    r"(?:which|what) (?:assets?|models?|files?|usds?) (?:did you use|have you used|do you use"
    rf"|is used|are used|is|are|was used) for (?P<a>{THING})"
    rf"|(?:which|what) (?:kind|type|sort|model|make) of (?P<b>{THING})"
    r" (?:is (?:it|that|this)|are (?:they|these|those)|did you use|have you used)"
)


class _Question(NamedTuple):
    thing: str
    where: str  # "scene", "catalog" or empty
    is_which: bool


def answer_stock(said: str, ground: Ground) -> str | None:
    """Return what kinds of things the catalog has."""
    if not _ANYTHING.fullmatch(said):
        return None
    kinds = _list_kinds(ground.catalog)
    if not kinds:
        return "The catalog has none of the usual things: ask for one by its name."
    more = " and more" if len(kinds) > _MAX_KINDS else ""
    return f"The catalog has, among others: {', '.join(kinds[:_MAX_KINDS])}{more}."


def answer_things(said: str, ground: Ground) -> str | None:
    """Return how many of a thing there are in the scene, or what the catalog has of it."""
    question = _read(said)
    meaning = understand_thing(question.thing, ground) if question is not None else None
    if question is None or meaning is None:
        return None
    if question.where == "catalog" or (ground.plan is None and question.where != "scene"):
        return _describe_stock(meaning, ground.catalog)
    if ground.plan is None:
        return "There is no scene yet."
    # A scene is spoken of by what is in it; of anything else the catalog is asked.
    count = _count_in_scene(meaning, ground)
    if count is None:
        return None
    if not count and not meaning.items:
        told = f"There are no {pluralize(meaning.noun)} in the scene."
        return told if question.where else f"{told} {_describe_stock(meaning, ground.catalog)}"
    number = say_count(count, meaning.noun) if count else f"no {pluralize(meaning.noun)}"
    be = "is" if count == 1 else "are"
    names = _name_assets(meaning, ground) if question.is_which else ""
    return f"There {be} {number} in the scene.{_name_parts(count, meaning)}{names}"


def answer_names(said: str, ground: Ground) -> str | None:
    """Return which assets of the catalog stand for a thing of the scene."""
    found = _USED.fullmatch(said)
    meaning = understand_thing(found["a"] or found["b"], ground) if found is not None else None
    if meaning is None or not meaning.items:
        return None
    return _name_assets(meaning, ground).strip() or None


def _read(said: str) -> _Question | None:
    """Return what is asked of which thing; the first form that fits has it."""
    for form in _make_forms():
        found = form.fullmatch(said)
        if found is not None:
            return _make_question(said, found)
    return None


@lru_cache(maxsize=1)
def _make_forms() -> tuple[re.Pattern[str], ...]:
    inside = (
        rf"(?:(?:in|on|inside|at) (?:{name_places()}"
        r"|(?:the|this|our) (?:stage|shot|film|picture|plan))|here|in here|in there)"
    )
    where = rf"(?P<where> {inside}| {_STORE})"
    stand = r"(?:standing|sitting|placed|lying|stored|parked|present|used|working)"
    put = r"(?:have|did) you (?:put|add|place|use|added|placed|used)"
    forms = (
        rf"{_WHICH} (?P<thing>{THING}) (?P<have>{_HAVE}|(?:are|is) (?:available|possible)|exist"
        rf"|{put}){where}?",
        rf"{_WHICH} (?P<thing>{THING}) (?:are|is) there{where}?",
        rf"{_WHICH} (?P<thing>{THING}) (?:are|is|stand|sit)(?: {stand})?{where}",
        rf"(?:(?P<have>do you have|do (?:we|i) have|have you got|have you|have we got)"
        rf"|(?:are|is) there) (?P<thing>{THING})(?: {stand})?{where}?",
        rf"(?:list|show me|tell me|name) (?:all |me )?(?P<thing>{THING})"
        rf"(?: (?:that )?(?P<have>you have)|{where})",
        rf"(?:is|are) (?P<thing>{THING})"
        r" (?:available|(?:in|part of) (?P<have>the catalog(?:ue)?))",
        r"(?:does|do) (?P<where> the catalog(?:ue)?|(?:the|this) scene) (?:have|contain|include)"
        rf" (?P<thing>{THING})",
        rf"how many (?P<thing>{THING})",
        rf"(?P<thing>who) (?:is|are)(?: there)?{where}?",
    )
    return tuple(re.compile(form) for form in forms)


def _make_question(said: str, found: re.Match[str]) -> _Question | None:
    if read_thing(found["thing"]) is None:
        return None
    groups = found.groupdict()
    where, have = (groups.get("where") or "").strip(), groups.get("have") or ""
    place = ""
    if where:
        place = "catalog" if re.fullmatch(rf"{_STORE}|the catalog(?:ue)?", where) else "scene"
    elif have and not _OURS.fullmatch(have):
        place = "catalog"
    elif have.startswith(("have you ", "did you ")):
        place = "scene"
    return _Question(found["thing"], place, said.startswith(("which", "what")))


def _count_in_scene(meaning: Meaning, ground: Ground) -> int | None:
    """Return how many there are: as placed, else as planned.

    Null when only some of an item's assets are meant and nobody knows which are placed, or what
    describes it is known of nothing.
    """
    if meaning.is_vague:
        return None
    if ground.evidence.placements is None:
        return None if meaning.part else sum(item.count for item in meaning.items)
    count = len(ground.list_placed(meaning.items))
    found = {asset.asset_id for asset in meaning.entry.assets}
    return count + sum(p.asset_id in found for p in ground.list_placed(meaning.part))


def _name_parts(count: int, meaning: Meaning) -> str:
    """Return what makes up a number of different things, or how many more are planned."""
    planned = sum(item.count for item in meaning.items)
    if count < planned:
        more = planned - count
        return f" {more:,} more {'is' if more == 1 else 'are'} planned and could not be placed."
    nouns: dict[str, int] = {}
    for item in meaning.items:
        noun = clean_words(item.noun, limit=80)
        nouns[noun] = nouns.get(noun, 0) + item.count
    if len(nouns) < 2 or meaning.part:
        return ""
    return f" That is {', '.join(say_count(count, noun) for noun, count in nouns.items())}."


def _name_assets(meaning: Meaning, ground: Ground) -> str:
    """Return the assets that stand there, or may: which do is known once they are placed."""
    ids = dict.fromkeys(id_ for item in meaning.items for id_ in item.asset_ids)
    placed = {p.asset_id for p in ground.list_placed(meaning.items)}
    assets = ground.catalog.get([i for i in ids if i in placed] or list(ids))
    names = [clean_words(asset.name, limit=60) for asset in assets[:_MAX_NAMES]]
    used = "Used" if placed else "Used, or some of it"
    return f" {used}: {', '.join(names)}." if names else ""


def _describe_stock(meaning: Meaning, catalog: Catalog) -> str:
    entry = meaning.entry
    if entry.noun is None:
        near = list(dict.fromkeys(clean_words(a.noun, limit=60) for a in entry.suggestions))
        if near:
            return f"The catalog has no {meaning.noun}; nearest: {', '.join(near)}."
        kinds = ", ".join(_list_kinds(catalog)[:_MAX_OTHERS])
        others = f" It has, among others: {kinds}." if kinds else ""
        return f"The catalog has no {meaning.noun}.{others}"
    names = [clean_words(asset.name, limit=60) for asset in entry.assets[:_MAX_NAMES]]
    total = max(entry.count_found, len(entry.assets))
    more = f" and {total - len(names):,} more" if total > len(names) else ""
    return f"The catalog has {say_count(total, entry.noun)}: {', '.join(names)}{more}."


def _list_kinds(catalog: Catalog) -> list[str]:
    words = dict.fromkeys(word for kind in load_classes().values() for word in sorted(kind.words))
    wanted = [Wanted(asked=word, noun=word, attributes=(), count=None) for word in words]
    entries = catalog.availability(wanted).entries
    return list(dict.fromkeys(clean_words(e.noun, limit=60) for e in entries if e.noun))
