"""Sentence frames of another language: patterns of words and slots, each with the English it says.

A pattern is words with ``|`` between those that may stand for each other, ``@set`` for a set of
words, ``(...)`` for what may be missing, ``<name:kind>`` for a run of words of a kind, and ``?``
before all for a pattern that only a wish has: without one the same words describe a scene. One
with ``~`` before all is a command only beside others: nachts, und stell die Lampe weg.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from clappper.core.planning.languages.translate_motion_rules import MotionRules, load_motion_rules
from clappper.core.planning.languages.translate_verbs import load_verbs
from clappper.core.planning.languages.translation_lexicon import fold
from clappper.core.planning.lexicon import read_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

__all__ = [
    "ClauseRules",
    "Element",
    "Frame",
    "MotionRules",
    "compile_frame",
    "list_rule_words",
    "load_clause_rules",
    "match_frame",
]

_ELEMENT = re.compile(r"\([^)]*\)|\S+")
_SLOT = re.compile(r"<(?P<name>\w+)(?::(?P<kind>\w+))?>")
_SETS_MAX = 4


@dataclass(frozen=True)
class Element:
    """One part of a pattern: words, or a slot of a kind."""

    words: frozenset[str]
    slot: str = ""
    kind: str = "phrase"
    is_optional: bool = False


@dataclass(frozen=True)
class Frame:
    """One way to ask for something.

    Attributes:
        elements: Its parts in their order.
        english: What it says, with slots in braces.
        is_wish: Whether only a clause that wishes something has it.
        is_weak: Whether it asks for something only beside what does.
        needed: Sets of words of which a clause must have one each.
    """

    elements: tuple[Element, ...]
    english: str
    is_wish: bool
    is_weak: bool
    needed: tuple[frozenset[str], ...]


@dataclass(frozen=True)
class ClauseRules:
    """How a language asks for a change.

    Attributes:
        frames: Ways to ask, the first that fits is meant.
        particles: Phrases that say nothing, longest first.
        wishes: Words that make a clause a wish.
        links: Words that join clauses.
        prefixes: Beginnings of a request that say nothing, longest first.
        infinitives: Imperatives of verbs at the end of a clause, and what is split off them.
        participles: Imperatives of what is to be done with a thing: soll entfernt werden.
        modals: Words for what shall be.
        verbs: Words that no slot has: each begins a clause of its own.
        definite: Words before what is known already.
        pronouns: Words that stand for what was spoken of, and the articles such a thing has.
        others: Words for the rest of what was spoken of.
        ones: Words for one of what was spoken of.
        enclitics: Pronouns that are written onto a verb.
        bound: Words of the language that a phrase cannot end with.
        wishers: Phrases that make what is left of a clause a wish, and the word in their place.
        boths: Words for two things that were spoken of.
        other_ones: Articles and words for the one other thing.
        negations: Words that say no.
        never: Words that no phrase has in it.
        builds: Words for making a scene.
        motion: How a camera moves.
        loose: Frames in any order, as they are written.
        clitic_verbs: Verbs that pronouns are written onto.
        sets: Sets of words by their names.
    """

    frames: tuple[Frame, ...]
    particles: tuple[tuple[str, ...], ...]
    wishes: frozenset[str]
    links: frozenset[str]
    prefixes: tuple[tuple[str, ...], ...]
    infinitives: dict[str, tuple[str, str]]
    participles: dict[str, str]
    modals: frozenset[str]
    verbs: frozenset[str]
    definite: frozenset[str]
    pronouns: dict[str, frozenset[str]]
    others: frozenset[str]
    ones: frozenset[str]
    enclitics: tuple[str, ...]
    bound: frozenset[str]
    wishers: tuple[tuple[tuple[str, ...], str], ...]
    boths: frozenset[str]
    other_ones: frozenset[tuple[str, str]]
    negations: frozenset[str]
    never: frozenset[str]
    builds: frozenset[str]
    motion: MotionRules
    loose: tuple[tuple[str, str], ...]
    clitic_verbs: frozenset[str]
    sets: dict[str, frozenset[str]]


@lru_cache(maxsize=2)
def load_clause_rules(language: Literal["german", "spanish"]) -> ClauseRules:
    """Return the rules of a language."""
    data = read_table(f"clauses_{language}")
    sets = {name: frozenset(map(fold, words.split())) for name, words in data["sets"].items()}
    infinitives = _list_infinitives(data)
    participles = {
        fold(form): fold(verb)
        for verb, forms in data["participles"].items()
        for form in forms.split()
    }
    for name, asked in data.get("conjugated", {}).items():
        asking = [load_verbs(language).forms[fold(verb)] for verb in asked.split()]
        sets[name] = sets[name].union(*(verb.imperatives for verb in asking))
        said = fold(data["sets"][name].split()[0])
        for verb in asking:
            _add_infinitive(infinitives, said, verb.infinitive, data["halves"].split())
            for form in verb.participles:
                participles.setdefault(form, said)
    verbs_said = frozenset().union(*(sets[name] for name in data["verbs"].split()))
    return ClauseRules(
        frames=tuple(compile_frame(pattern, english, sets) for pattern, english in data["frames"]),
        particles=_sort_phrases(data["particles"]),
        wishes=_fold_words(data["wishes"]),
        links=_fold_words(data["links"]) | {","},
        prefixes=_sort_phrases(_expand(data["prefixes"], sets)),
        infinitives=infinitives,
        participles=participles,
        modals=sets[data["modals"]],
        verbs=verbs_said,
        definite=_fold_words(data["definite"]),
        pronouns={fold(word): _fold_words(said) for word, said in data["pronouns"].items()},
        others=_fold_words(data["others"]),
        ones=_fold_words(data["ones"]),
        enclitics=tuple(data["enclitics"].split()),
        bound=_fold_words(data["bound"]),
        wishers=_list_wishers(data["wishers"]),
        boths=_fold_words(data["boths"]),
        other_ones=frozenset(
            (article, word)
            for article, word in (map(fold, said.split()) for said in data["other_ones"])
        ),
        negations=_fold_words(data["negations"]),
        never=_fold_words(data["never"]),
        builds=_fold_words(data["builds"]),
        motion=load_motion_rules(data["motion"], sets),
        loose=tuple((pattern, english) for pattern, english in data["loose"]),
        clitic_verbs=verbs_said.union(
            infinitives, *(sets[name] for name in data.get("conjugated", {}))
        ),
        sets=sets,
    )


@lru_cache(maxsize=2)
def list_rule_words(language: Literal["german", "spanish"]) -> frozenset[str]:
    """Return the words by which the rules of a language tell what is asked for."""
    rules = load_clause_rules(language)
    said = {word for phrase in (*rules.particles, *rules.prefixes) for word in phrase}
    for frame in rules.frames:
        said.update(*(element.words for element in frame.elements))
    said |= {*rules.infinitives, *rules.participles, *rules.pronouns, *rules.motion.verbs}
    said.update(word for phrase, _ in rules.wishers for word in phrase)
    return frozenset(said | rules.verbs | rules.others)


def match_frame(
    frame: Frame, words: Sequence[str], fits: Callable[[str, int, int], bool]
) -> dict[str, tuple[int, int]] | None:
    """Return the first and the last word but one of each slot, or null when a frame does not fit.

    Args:
        frame: The frame.
        words: Folded words of a clause.
        fits: Whether the words from a first to before a last one are of a kind.
    """
    slots: dict[str, tuple[int, int]] = {}

    def match(element: int, index: int) -> bool:
        if element == len(frame.elements):
            return index == len(words)
        part = frame.elements[element]
        if part.slot:
            for end in range(index + 1, len(words) + 1):
                if fits(part.kind, index, end) and match(element + 1, end):
                    slots[part.slot] = (index, end)
                    return True
        elif index < len(words) and words[index] in part.words and match(element + 1, index + 1):
            return True
        return part.is_optional and match(element + 1, index)

    return slots if match(0, 0) else None


def compile_frame(pattern: str, english: str, sets: dict[str, frozenset[str]]) -> Frame:
    """Return the frame of a pattern.

    Args:
        pattern: The pattern.
        english: What it says.
        sets: Sets of words.
    """
    is_wish, is_weak = pattern.startswith("? "), pattern.startswith("~ ")
    bare = pattern[2:] if is_wish or is_weak else pattern
    elements = tuple(_make_element(part, sets) for part in _ELEMENT.findall(bare))
    needed = tuple(e.words for e in elements if not e.is_optional and not e.slot)
    return Frame(elements, english, is_wish, is_weak, needed)


def _make_element(part: str, sets: dict[str, frozenset[str]]) -> Element:
    is_optional = part.startswith("(")
    part = part.strip("()")
    slot = _SLOT.fullmatch(part)
    if slot is not None:
        return Element(frozenset(), slot["name"], slot["kind"] or "phrase", is_optional)
    words: set[str] = set()
    for choice in re.split(r"[|\s]+", part):
        words |= sets[choice[1:]] if choice.startswith("@") else {fold(choice)}
    return Element(frozenset(words), is_optional=is_optional)


def _expand(phrases: Iterable[str], sets: dict[str, frozenset[str]]) -> list[str]:
    """Return phrases with each word of a set in its place."""
    done: list[str] = []
    for phrase in phrases:
        heads = [""]
        for word in phrase.split()[:_SETS_MAX]:
            choices = sorted(sets[word[1:]]) if word.startswith("@") else [word]
            heads = [f"{head} {choice}".strip() for head in heads for choice in choices]
        done += heads
    return done


def _list_infinitives(data: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Return verbs at the end of a clause: rausnehmen is nimm, and raus at the end."""
    verbs: dict[str, tuple[str, str]] = {}
    for imperative, forms in data["infinitives"].items():
        for form in map(fold, forms.split()):
            verbs[form] = (fold(imperative), "")
            _add_infinitive(verbs, fold(imperative), form, data["halves"].split())
    return verbs


def _add_infinitive(
    verbs: dict[str, tuple[str, str]], imperative: str, form: str, halves: Iterable[str]
) -> None:
    verbs.setdefault(form, (imperative, ""))
    for half in map(fold, halves):
        verbs.setdefault(f"{half}{form}", (imperative, half))
        verbs.setdefault(f"{half}zu{form}", (imperative, half))


def _list_wishers(data: dict[str, list[str]]) -> tuple[tuple[tuple[str, ...], str], ...]:
    """Return phrases that wish, the longest first, each with the word that stands for it."""
    said = [
        (tuple(map(fold, phrase.split())), word)
        for word, phrases in data.items()
        for phrase in phrases
    ]
    return tuple(sorted(said, key=lambda item: (-len(item[0]), item[0])))


def _fold_words(words: str) -> frozenset[str]:
    return frozenset(map(fold, words.split()))


def _sort_phrases(phrases: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    split = {tuple(map(fold, phrase.split())) for phrase in phrases}
    return tuple(sorted(split, key=lambda phrase: (-len(phrase), phrase)))
