"""What the phrases of a prompt turn out to be when the catalog is asked."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from clappper.core.catalog.models import Asset, AvailabilityEntry, Wanted
from clappper.core.planning.clause import EXCLUDERS, Mark
from clappper.core.planning.inflection import singularize
from clappper.core.planning.lexicon import ItemClass, load_classes, load_words
from clappper.core.planning.noun_phrase import NounPhrase
from clappper.core.planning.purpose import list_purposes
from clappper.core.planning.refusal import list_refused

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clappper.core.catalog.models import Catalog
    from clappper.core.planning.link import PhraseRole
    from clappper.core.planning.noun_phrase import PhraseKind

__all__ = ["Things", "Unmet", "find_item_class", "find_things", "make_wanted", "resolve_ones"]

_WORD_CHARS_MAX = 60
#: Different noun phrases of one prompt that are looked up; more is not a scene.
MAX_LOOKUPS = 160
_PLAIN_ROLES: dict[PhraseKind, PhraseRole] = {
    "thing": "item",
    "place": "place",
    "unknown_place": "place",
    "room": "room",
    "camera": "camera",
    "attribute": "attribute",
}
_LOOSE_JOINTS = (
    "for",
    "about",
    "like",
    "as",
    "than",
    "during",
    "via",
    "per",
    "versus",
    "vs",
    "to",
    "from",
    "off",
    "through",
    "because",
    "since",
    "unless",
    "when",
    "why",
)
#: Words that rule out even what is spoken of as there: leave out the whiteboard.
_EXCLUSIONS = (
    *("leave out", "leaving out", "get rid of", "omit", "exclude", "excluding"),
    *("without", "lacking", "minus", "except", "except for", "apart from", "lacks", "lack"),
    *EXCLUDERS,
)
_LISTING = ("with", "create", "place", "join", "comma", "or", "end", "claim", "per")


@dataclass(frozen=True)
class Unmet:
    """A wish the catalog cannot meet, or meets with something else."""

    wanted: Wanted
    suggestions: tuple[Asset, ...]
    is_substituted: bool = False


@dataclass
class Things:
    """What the phrases of a prompt turned out to be.

    Attributes:
        roles: Role of each phrase, by its index among the elements.
        entries: The catalog's answer for each phrase it knows.
        unmet: Misses and substitutions in order.
        negated: Nouns that were ruled out, with the user's words.
        negated_at: Where these were ruled out last, by the index among the elements.
        notes: Sentences for the user.
    """

    roles: dict[int, PhraseRole] = field(default_factory=dict)
    entries: dict[int, AvailabilityEntry] = field(default_factory=dict)
    unmet: list[Unmet] = field(default_factory=list)
    negated: dict[str, str] = field(default_factory=dict)
    negated_at: dict[str, int] = field(default_factory=dict)
    loose: set[int] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)


def make_wanted(phrase: NounPhrase, *, count: int | None) -> Wanted:
    """Return a phrase as a question to the catalog: noun with its modifiers, adjectives apart."""
    noise = load_words().noise_adjectives
    return Wanted(
        asked=phrase.asked,
        noun=" ".join((*phrase.modifiers, phrase.head)),
        attributes=tuple(word for word in phrase.adjectives if word not in noise),
        count=count,
    )


def find_item_class(noun: str, assets: Sequence[Asset], head: str) -> ItemClass:
    """Return the class of a catalog noun: by its head word, its category or the user's word."""
    classes = load_classes()
    words = [noun.rsplit(" ", 1)[-1], *(asset.category for asset in assets[:1]), head]
    for word in words:
        for item_class in classes.values():
            if word in item_class.words or word == item_class.name:
                return item_class
    return classes["thing"]


def resolve_ones(elements: Sequence[NounPhrase | Mark]) -> list[NounPhrase | Mark]:
    """Return the elements with small ones and a red one naming the noun they stand for."""
    result: list[NounPhrase | Mark] = []
    last: NounPhrase | None = None
    for element in elements:
        resolved = element
        if isinstance(element, NounPhrase) and _is_bare_number(element, result):
            if last is not None and last.is_plural and (last.count is None or last.vague):
                place = result.index(last)
                said = replace(last, count=element.count, vague="", determiner="none")
                result[place] = last = said
            resolved = Mark("claim", element.start, element.end, "number")
        elif isinstance(element, NounPhrase) and element.kind == "ones" and last is not None:
            noun = last.asked.rsplit(" ", 1)[-1]
            asked = f"{' '.join(element.adjectives)} {noun}".strip()
            resolved = replace(
                element, kind="thing", modifiers=last.modifiers, head=last.head, asked=asked
            )
        if isinstance(resolved, NounPhrase) and resolved.kind == "thing":
            last = resolved
        result.append(resolved)
    return result


def _is_bare_number(phrase: NounPhrase, before: Sequence[NounPhrase | Mark]) -> bool:
    """Whether a number says how many there are of what was named: pallets, 8 of them."""
    is_number = phrase.kind == "ones" and phrase.count is not None and not phrase.asked
    is_correction = bool(before) and isinstance(before[-1], Mark) and before[-1].kind == "claim"
    return is_number and not is_correction


def find_things(
    elements: Sequence[NounPhrase | Mark], catalog: Catalog, chosen_place: int | None
) -> Things:
    """Ask the catalog about every phrase that can be a thing.

    Args:
        elements: Phrases and marks of the prompt.
        catalog: What exists.
        chosen_place: Index of the phrase that names the environment, or null.
    """
    things = Things()
    contexts = _read_contexts(elements)
    questions: dict[int, NounPhrase] = {}
    for index, element in enumerate(elements):
        if not isinstance(element, NounPhrase):
            continue
        role = _find_plain_role(element, is_chosen=index == chosen_place)
        things.roles[index] = role
        if role == "item" and max(map(len, element.words)) <= _WORD_CHARS_MAX:
            questions[index] = element
        elif role == "item":
            things.roles[index] = "none"
    answers = _look_up(catalog, questions, things)
    for index, phrase in questions.items():
        _settle(things, index, phrase, contexts[index], answers.get(_key(phrase)))
    return things


@dataclass(frozen=True)
class _Context:
    """What stands before a phrase.

    Attributes:
        before: Kind of the mark before it.
        joint: The joint before it, or empty.
        is_negated: Whether it is ruled out.
        is_after_thing: Whether it goes on with a list of things.
        is_unwanted_there: Whether it is only said where it must not be put, or why.
        is_told: Whether it only tells what something is: this one is a bit unusual.
        is_aside: Whether somebody is it or is in it: I was a student, a worker in a vest.
        is_purpose: Whether it only tells what a thing is for: where people can chill.
    """

    before: str
    joint: str = ""
    is_negated: bool = False
    is_after_thing: bool = False
    is_unwanted_there: bool = False
    is_aside: bool = False
    is_told: bool = False
    is_purpose: bool = False

    @property
    def is_talk(self) -> bool:
        """Whether an unknown noun there asks for nothing."""
        return self.is_aside or self.is_told


def _read_contexts(elements: Sequence[NounPhrase | Mark]) -> dict[int, _Context]:
    contexts: dict[int, _Context] = {}
    negation: str | None = None
    is_unwanted_there = is_reason = False
    listing = "end"
    refused = list_refused(elements)
    purposes = list_purposes(elements)
    for index, element in enumerate(elements):
        if isinstance(element, NounPhrase):
            previous = elements[index - 1] if index else None
            subject = elements[index - 2] if index > 1 else None
            before = (
                previous.kind
                if isinstance(previous, Mark)
                else ("phrase" if previous is not None else "end")
            )
            joint = previous.word if isinstance(previous, Mark) and previous.kind == "joint" else ""
            is_definite = element.determiner in ("definite", "distributive")
            contexts[index] = _Context(
                before,
                joint,
                is_negated=index in refused
                or (is_unwanted_there and element.determiner == "indefinite")
                or negation in _EXCLUSIONS
                or (negation is not None and not is_definite),
                is_after_thing=listing == "list",
                is_unwanted_there=(is_unwanted_there and not element.is_said) or is_reason,
                is_aside=_is_worn(subject, previous) or _is_speaker(subject, previous),
                is_told=_is_told_of(subject, previous),
                is_purpose=index in purposes,
            )
            is_unwanted_there = False
            listing = "list" if element.kind == "thing" else "talk"
            if negation is not None and not _continues_negation(elements, index, negation):
                negation = None
            continue
        if element.kind == "not":
            negation = element.word
        elif element.kind == "comma" and _is_plain_not(elements[index - 1]):
            negation = None
        elif element.kind in ("end", "but", "with", "relation", "place", "arrangement", "create"):
            negation = negation if _is_ruled_out(elements, index) else None
        elif element.kind == "pronoun" and element.word == "there":
            negation = None
        if element.kind in ("end", "verb", "relation"):
            listing = element.kind
        is_unwanted_there = is_unwanted_there or _is_put_denied(elements, index)
        is_reason = element.word == "because" or (
            is_reason and element.kind not in ("end", "comma")
        )
    return contexts


def _is_plain_not(element: NounPhrase | Mark) -> bool:
    """Whether a not denies no thing: not too close, a forklift."""
    is_not = isinstance(element, Mark) and element.kind == "not"
    return is_not and isinstance(element, Mark) and element.word in ("not", "never")


def _is_worn(person: NounPhrase | Mark | None, link: NounPhrase | Mark | None) -> bool:
    """Whether somebody wears what follows: a worker in a vest."""
    is_wearing = isinstance(link, Mark) and link.word in ("in", "wearing")
    is_person = isinstance(person, NounPhrase) and person.head in load_classes()["person"].words
    return is_wearing and is_person


def _is_speaker(who: NounPhrase | Mark | None, link: NounPhrase | Mark | None) -> bool:
    """Whether the user tells who speaks: I was a student."""
    is_copula = isinstance(link, Mark) and link.kind == "copula"
    return is_copula and isinstance(who, Mark) and who.word in ("i", "we", "you")


def _is_told_of(what: NounPhrase | Mark | None, link: NounPhrase | Mark | None) -> bool:
    """Whether what follows only tells what something is: this one is a bit unusual."""
    if not isinstance(link, Mark) or link.kind != "copula":
        return False
    if isinstance(what, NounPhrase):
        return what.kind in ("ones", "talk")
    return what is None or what.kind in ("end", "comma", "claim") or what.word == "it"


def _is_put_denied(elements: Sequence[NounPhrase | Mark], index: int) -> bool:
    """Whether a verb of placing is negated: do not put monitors on the desks."""
    element, before = elements[index], elements[index - 1] if index else None
    is_placing = isinstance(element, Mark) and element.kind == "place"
    return is_placing and isinstance(before, Mark) and before.kind == "not"


def _is_ruled_out(elements: Sequence[NounPhrase | Mark], index: int) -> bool:
    """Whether a verb of making or having is itself negated: do not add any chairs."""
    element, before = elements[index], elements[index - 1] if index else None
    is_having = isinstance(element, Mark) and element.word in ("have", "has", "include")
    if isinstance(before, Mark) and before.word == "none":
        return isinstance(element, Mark) and element.kind == "with"
    is_making = is_having or (isinstance(element, Mark) and element.kind == "create")
    phrase = element.phrase if isinstance(element, Mark) else None
    is_making = is_making or (phrase is not None and phrase.is_inverse)
    return is_making and isinstance(before, Mark) and before.kind in ("not", "verb")


def _continues_negation(elements: Sequence[NounPhrase | Mark], index: int, word: str) -> bool:
    """Whether no X goes on to the next phrase: no X or Y; no X, Y or Z; without X and Y."""
    after = elements[index + 1] if index + 1 < len(elements) else None
    if not isinstance(after, Mark) or after.kind not in ("or", "comma", "join"):
        return False
    if after.kind == "or" or after.word == "nor":
        return True
    follower = next((e for e in elements[index + 2 : index + 4] if isinstance(e, NounPhrase)), None)
    if follower is None or follower.is_said:
        return False
    rest = (element.kind for element in elements[index + 2 :] if isinstance(element, Mark))
    is_exclusion = word in (*_EXCLUSIONS, "avoid") and after.kind == "join"
    return is_exclusion or next((kind for kind in rest if kind != "comma"), "end") in (
        ("or", "join") if word in _EXCLUSIONS else ("or",)
    )


def _find_plain_role(phrase: NounPhrase, *, is_chosen: bool) -> PhraseRole:
    """Return the role grammar alone gives; another place than the scene's may be a thing."""
    if phrase.kind == "place" and phrase.is_nearest and not is_chosen:
        return "item"
    return _PLAIN_ROLES.get(phrase.kind, "none")


def _key(phrase: NounPhrase) -> tuple[str, ...]:
    return (*phrase.adjectives, "|", *phrase.modifiers, phrase.head)


def _look_up(
    catalog: Catalog, questions: Mapping[int, NounPhrase], things: Things
) -> dict[tuple[str, ...], tuple[AvailabilityEntry, bool]]:
    """Return the catalog's answer for each different phrase, and whether it is a stand-in."""
    distinct: dict[tuple[str, ...], NounPhrase] = {}
    for phrase in questions.values():
        distinct.setdefault(_key(phrase), phrase)
    if len(distinct) > MAX_LOOKUPS:
        things.notes.append(
            f"Only the first {MAX_LOOKUPS} different things of the prompt were read."
        )
        distinct = dict(list(distinct.items())[:MAX_LOOKUPS])
    if not distinct:
        return {}
    asked = [make_wanted(phrase, count=phrase.count) for phrase in distinct.values()]
    answers = {
        key: (entry, False)
        for key, entry in zip(distinct, catalog.availability(asked).entries, strict=True)
    }
    fallbacks = [
        (key, wanted, is_substitute)
        for key, phrase in distinct.items()
        if not answers[key][0].assets
        for wanted, is_substitute in _find_fallbacks(phrase)
    ]
    if fallbacks:
        entries = catalog.availability([wanted for _, wanted, _ in fallbacks]).entries
        for (key, _, is_substitute), entry in zip(fallbacks, entries, strict=True):
            if entry.assets and not answers[key][0].assets:
                answers[key] = (entry, is_substitute)
    return answers


def _find_fallbacks(phrase: NounPhrase) -> list[tuple[Wanted, bool]]:
    """Return other readings of a phrase, and whether what they find is only a stand-in."""
    words = load_words()
    described = make_wanted(phrase, count=phrase.count).attributes
    nouns = (*phrase.modifiers, phrase.head)
    everything = (*described, *nouns)
    readings: list[tuple[Wanted, bool]] = []

    def add(noun: str, attributes: tuple[str, ...], *, is_substitute: bool = False) -> None:
        asked = " ".join((*attributes, noun))
        wanted = Wanted(asked=asked, noun=noun, attributes=attributes, count=phrase.count)
        readings.append((wanted, is_substitute))

    if described:
        add(" ".join(everything), ())
    if len(everything) > 1:
        add("".join(everything[-2:]), everything[:-2])
    if phrase.head in load_classes()["person"].words and phrase.head != "person":
        add("person", described)
    if phrase.head in words.generic_heads:
        vehicles = load_classes()["vehicle"].words
        is_generic = phrase.head not in vehicles or phrase.modifiers[-1:] in ((), ("forklift",))
        if len(nouns) > 1 and is_generic:
            add(" ".join((*nouns[:-2], singularize(nouns[-2]))), described)
        return readings
    for start in range(1, len(nouns)):
        is_substitute = not all(word.endswith(words.adjective_endings) for word in nouns[:start])
        attributes = described if is_substitute else (*described, *nouns[:start])
        add(" ".join(nouns[start:]), attributes, is_substitute=is_substitute)
    return readings


def _settle(
    things: Things,
    index: int,
    phrase: NounPhrase,
    context: _Context,
    answer: tuple[AvailabilityEntry, bool] | None,
) -> None:
    """Decide whether a phrase is an item, a miss, ruled out or nothing."""
    if answer is None:
        things.roles[index] = "none"
        return
    entry, is_substitute = answer
    is_known = bool(entry.assets) and entry.noun is not None
    is_own = phrase.is_possessed and is_known and _is_person(phrase, entry)
    is_other = phrase.determiner == "definite" and phrase.head not in entry.wanted.noun
    is_loose = context.joint in _LOOSE_JOINTS or is_own or context.is_unwanted_there or is_other
    if context.is_purpose or (context.is_aside and _is_person(phrase, entry)):
        things.roles[index] = "none"
    elif context.is_negated or phrase.count == 0:
        things.roles[index] = "negated"
        if is_known:
            things.negated[entry.noun or ""] = phrase.asked
            things.negated_at[entry.noun or ""] = index
    elif is_known:
        things.entries[index] = entry
        if is_loose and (phrase.count is None or _is_person(phrase, entry)):
            things.loose.add(index)
        if is_substitute:
            _add_unmet(things, phrase, entry.assets, is_substituted=True)
    elif is_loose or context.is_talk or not _is_clearly_asked(phrase, context):
        things.roles[index] = "none"
    else:
        things.roles[index] = "missing"
        _add_unmet(things, phrase, entry.suggestions, is_substituted=False)


def _add_unmet(
    things: Things, phrase: NounPhrase, suggestions: tuple[Asset, ...], *, is_substituted: bool
) -> None:
    """Note a wish once, however often the prompt speaks of it again."""
    wanted = make_wanted(phrase, count=_said_count(phrase))
    is_again = any(unmet.wanted.noun.endswith(wanted.noun) for unmet in things.unmet)
    if phrase.determiner not in ("definite", "distributive") or not is_again:
        things.unmet.append(Unmet(wanted, suggestions, is_substituted))


def _is_person(phrase: NounPhrase, entry: AvailabilityEntry) -> bool:
    return find_item_class(entry.noun or "", entry.assets, phrase.head).name == "person"


def _said_count(phrase: NounPhrase) -> int | None:
    if phrase.count is not None:
        return max(1, phrase.count)
    return 1 if phrase.determiner == "indefinite" or not phrase.is_plural else None


def _is_clearly_asked(phrase: NounPhrase, context: _Context) -> bool:
    """Whether an unknown noun stands where only a thing can stand."""
    if phrase.count is not None or phrase.determiner in ("indefinite", "distributive"):
        return context.joint != "of" or phrase.count is not None
    if phrase.determiner == "definite":
        return context.before in ("relation", *_LISTING)
    if not phrase.is_plural and phrase.head not in load_words().mass_nouns:
        return False
    is_listed = context.before in ("join", "comma", "or") and context.is_after_thing
    return is_listed or context.before in ("with", "create", "place")
