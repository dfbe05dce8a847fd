"""What the phrases of a prompt turn out to be when the catalog is asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from clappper.core.catalog.models import Asset, AvailabilityEntry, Wanted
from clappper.core.planning.inflection import singularize
from clappper.core.planning.lexicon import ItemClass, load_classes, load_words
from clappper.core.planning.noun_phrase import NounPhrase
from clappper.core.planning.phrase_context import CAST, read_contexts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clappper.core.catalog.models import Catalog
    from clappper.core.planning.clause import Mark
    from clappper.core.planning.link import PhraseRole
    from clappper.core.planning.noun_phrase import PhraseKind
    from clappper.core.planning.phrase_context import PhraseContext

__all__ = ["Things", "Unmet", "find_item_class", "find_things", "make_wanted"]

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
    contexts = read_contexts(elements)
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
    context: PhraseContext,
    answer: tuple[AvailabilityEntry, bool] | None,
) -> None:
    """Decide whether a phrase is an item, a miss, ruled out or nothing."""
    if answer is None:
        things.roles[index] = "none"
        return
    entry, is_substitute = answer
    is_known = bool(entry.assets) and entry.noun is not None
    is_own = phrase.is_possessed and is_known and _is_person(phrase, entry)
    is_own = is_own and phrase.head not in CAST
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


def _is_clearly_asked(phrase: NounPhrase, context: PhraseContext) -> bool:
    """Whether an unknown noun stands where only a thing can stand."""
    if phrase.count is not None or phrase.determiner in ("indefinite", "distributive"):
        return context.joint != "of" or phrase.count is not None
    if phrase.determiner == "definite":
        return context.before in ("relation", *_LISTING)
    if not phrase.is_plural and phrase.head not in load_words().mass_nouns:
        return _is_noted(phrase, context)
    is_listed = context.before in ("join", "comma", "or") and context.is_after_thing
    return is_listed or context.before in ("with", "create", "place")


def _is_noted(phrase: NounPhrase, context: PhraseContext) -> bool:
    """Whether a thing stands in a list without its article, as in notes: fridge, 2 cabinets."""
    is_class = any(phrase.head in item_class.words for item_class in load_classes().values())
    return is_class and context.before in ("end", "comma", "join")
