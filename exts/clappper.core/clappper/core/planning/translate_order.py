"""Words of a request in another language, brought into the order its frames are written in.

What says nothing is left out, a verb at the end comes first, and a pronoun that is written onto a
verb stands alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clappper.core.planning.translation_lexicon import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from clappper.core.planning.translate_frame import ClauseRules

__all__ = ["SaidWord", "is_rule_word", "order_clause", "read_words", "split_sentences"]

_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['\u2019-][^\W\d_]+)*|\S")
_ENDS = frozenset(".;!?:\u00bf\u00a1")
#: The word between two lengths, which is also one that says nothing: 8 mal 6.
_TIMES = "mal"


@dataclass(frozen=True)
class SaidWord:
    """A word as it was written, and as it is looked up."""

    text: str
    folded: str


def read_words(text: str) -> list[SaidWord]:
    """Return the words and marks of a text."""
    return [SaidWord(said, fold(said)) for said in _WORD.findall(text)]


def split_sentences(words: Iterable[SaidWord]) -> list[list[SaidWord]]:
    """Return the words of each sentence without its end."""
    sentences: list[list[SaidWord]] = [[]]
    for word in words:
        if word.text in _ENDS:
            sentences.append([])
        else:
            sentences[-1].append(word)
    return [sentence for sentence in sentences if sentence]


def order_clause(words: Sequence[SaidWord], rules: ClauseRules) -> tuple[list[SaidWord], bool]:
    """Return a clause in the order of the frames, and whether it is said to be a wish."""
    is_wish = any(
        word.folded in rules.wishes and (not index or word.folded not in rules.links)
        for index, word in enumerate(words)
    )
    kept = _leave_out_particles(words, rules)
    while kept and kept[0].folded in rules.links:
        kept = kept[1:]
    while kept and kept[-1].folded in rules.links:
        kept = kept[:-1]
    kept, has_prefix = _leave_out_prefix(kept, rules)
    kept = [part for word in kept for part in _split_enclitic(word, rules)]
    return _put_verb_first(kept, rules), is_wish or has_prefix


def _leave_out_particles(words: Sequence[SaidWord], rules: ClauseRules) -> list[SaidWord]:
    kept: list[SaidWord] = []
    index = 0
    while index < len(words):
        length = 0
        for phrase in rules.particles:
            part = words[index : index + len(phrase)]
            if tuple(word.folded for word in part) == phrase:
                length = len(phrase)
                break
        is_times = words[index].folded == _TIMES and index and words[index - 1].text[0].isdecimal()
        is_times = is_times or (words[index].folded == _TIMES and _is_number(words, index + 1))
        if length and not is_times:
            index += length
            continue
        kept.append(words[index])
        index += 1
    return kept


def _is_number(words: Sequence[SaidWord], index: int) -> bool:
    return index < len(words) and words[index].text[0].isdecimal()


def _leave_out_prefix(words: list[SaidWord], rules: ClauseRules) -> tuple[list[SaidWord], bool]:
    """Leave out kannst du: the verb it needs stands at the end of the clause, or follows it."""
    for phrase in rules.prefixes:
        if tuple(word.folded for word in words[: len(phrase)]) == phrase:
            rest = words[len(phrase) :]
            ends = [word.folded for word in (*rest[:1], *rest[-1:])]
            if any(_find_verb(SaidWord(end, end), rules) for end in ends):
                return rest, True
    return words, False


def _find_verb(word: SaidWord, rules: ClauseRules) -> tuple[str, str] | None:
    parts = _split_enclitic(word, rules)
    return rules.infinitives.get(parts[0].folded)


def _split_enclitic(word: SaidWord, rules: ClauseRules) -> list[SaidWord]:
    """Split quítalas into quita and las."""
    if word.folded in rules.verbs or word.folded in rules.infinitives:
        return [word]
    for ending in rules.enclitics:
        stem = word.folded.removesuffix(ending)
        if stem != word.folded and (stem in rules.verbs or stem in rules.infinitives):
            pronoun = ending[2:] if len(ending) > 3 else ending
            return [SaidWord(stem, stem), SaidWord(pronoun, pronoun)]
    return [word]


def _put_verb_first(words: list[SaidWord], rules: ClauseRules) -> list[SaidWord]:
    """Put an infinitive where an imperative stands, and its first half at the end."""
    if not words:
        return words
    passive = _read_passive(words, rules)
    if passive:
        return passive
    for index in (0, len(words) - 1):
        found = rules.infinitives.get(words[index].folded)
        is_alone = not any(
            word.folded in rules.verbs for place, word in enumerate(words) if place != index
        )
        if found is not None and is_alone and len(words) > 1:
            verb, half = found
            rest = [word for place, word in enumerate(words) if place != index]
            tail = [SaidWord(half, half)] if half else []
            return [SaidWord(verb, verb), *rest, *tail]
    return words


def _read_passive(words: list[SaidWord], rules: ClauseRules) -> list[SaidWord]:
    """Read the table shall be moved to the wall as what is to be done."""
    done = next((w for w in words[-2:] if w.folded in rules.participles), None)
    modal = next((w for w in words if w.folded in rules.modals), None)
    if done is None or modal is None or done is words[0]:
        return []
    if done is words[-2:][0] and words[-1].folded not in ("werden", "sein", "ser", "estar"):
        return []
    verb = rules.participles[done.folded]
    said = [word for word in words if word not in (done, modal, words[-1])]
    return [SaidWord(verb, verb), *said]


def is_rule_word(folded: str, words: frozenset[str], rules: ClauseRules) -> bool:
    """Whether a word tells what is asked for, also with a pronoun written onto it."""
    return folded in words or len(_split_enclitic(SaidWord(folded, folded), rules)) > 1
