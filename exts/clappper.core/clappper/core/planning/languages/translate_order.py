"""Words of a request in another language, brought into the order its frames are written in.

What says nothing is left out, a verb at the end comes first, and a pronoun that is written onto a
verb stands alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clappper.core.planning.languages.translate_verbs import split_clitics
from clappper.core.planning.languages.translation_lexicon import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from clappper.core.planning.languages.translate_frame import ClauseRules

__all__ = [
    "SaidWord",
    "is_rule_word",
    "order_clause",
    "read_words",
    "says_wish",
    "split_sentences",
    "tidy_clause",
]

_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['\u2019-][^\W\d_]+)*|\S")
_ENDS = frozenset(".;!?:\u00bf\u00a1")
#: The word between two lengths, which is also one that says nothing: 8 mal 6.
_TIMES = "mal"
#: The word before an infinitive at the end: zu stellen.
_TO = "zu"
_PAIR = 2
#: Words after an imperative said to a stranger, or to all: stellen Sie, stellen wir.
_FORMAL = ("sie", "wir")


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
    is_wish = says_wish(words, rules)
    kept = _leave_out_links(words, rules)
    kept, wisher = _find_wisher(kept, rules)
    kept = tidy_clause(kept, rules)
    kept, has_prefix = _leave_out_prefix(kept, rules)
    kept = [part for word in kept for part in _split_enclitic(word, rules)]
    ordered = _put_verb_first(kept, rules)
    return [*wisher, *ordered], is_wish or has_prefix or bool(wisher)


def says_wish(words: Sequence[SaidWord], rules: ClauseRules) -> bool:
    """Whether a clause is said to be a wish."""
    return any(
        word.folded in rules.wishes and (not index or word.folded not in rules.links)
        for index, word in enumerate(words)
    )


def tidy_clause(words: Sequence[SaidWord], rules: ClauseRules) -> list[SaidWord]:
    """Return a clause without what says nothing."""
    return _leave_out_links(_leave_out_particles(words, rules), rules)


def _leave_out_links(words: Sequence[SaidWord], rules: ClauseRules) -> list[SaidWord]:
    kept = list(words)
    while kept and kept[0].folded in rules.links:
        kept = kept[1:]
    while kept and kept[-1].folded in rules.links:
        kept = kept[:-1]
    return kept


def _find_wisher(
    words: list[SaidWord], rules: ClauseRules
) -> tuple[list[SaidWord], list[SaidWord]]:
    """Return a clause without what about or would be nice, and the word that stands for it."""
    folded = tuple(word.folded for word in words)
    for phrase, word in rules.wishers:
        for start in range(len(folded) - len(phrase) + 1):
            if folded[start : start + len(phrase)] == phrase:
                rest = [*words[:start], *words[start + len(phrase) :]]
                return rest, [SaidWord(word, word)]
    return words, []


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
        if words[index].text != "," or not kept or kept[-1].text != ",":
            kept.append(words[index])
        index += 1
    return kept


def _is_number(words: Sequence[SaidWord], index: int) -> bool:
    return index < len(words) and words[index].text[0].isdecimal()


def _leave_out_prefix(words: list[SaidWord], rules: ClauseRules) -> tuple[list[SaidWord], bool]:
    """Leave out kannst du: the verb it needs stands at the end of the clause, or follows it."""
    for phrase in rules.prefixes:
        if tuple(word.folded for word in words[: len(phrase)]) == phrase:
            rest = _leave_out_links(words[len(phrase) :], rules)
            ends = [word.folded for word in (*rest[:1], *rest[-1:])]
            if any(_find_verb(SaidWord(end, end), rules) for end in ends):
                return rest, True
    return _leave_out_question(words, rules)


def _leave_out_question(words: list[SaidWord], rules: ClauseRules) -> tuple[list[SaidWord], bool]:
    """Leave out kannst du behind the thing that is asked for: den Tisch kannst du wegnehmen."""
    if not words or _find_verb(words[-1], rules) is None:
        return words, False
    pairs = frozenset(phrase for phrase in rules.prefixes if len(phrase) == _PAIR)
    for start in range(1, len(words) - _PAIR):
        if (words[start].folded, words[start + 1].folded) in pairs:
            return [*words[:start], *words[start + _PAIR :]], True
    return words, False


def _find_verb(word: SaidWord, rules: ClauseRules) -> tuple[str, str] | None:
    parts = _split_enclitic(word, rules)
    return rules.infinitives.get(parts[0].folded)


def _split_enclitic(word: SaidWord, rules: ClauseRules) -> list[SaidWord]:
    """Split quítalas into quita and las, and leave out the me of quítame."""
    if word.folded in rules.verbs or word.folded in rules.infinitives or not rules.enclitics:
        return [word]
    stem, pronoun = split_clitics(word.folded, rules.clitic_verbs)
    if not stem:
        return [word]
    is_said = pronoun in rules.enclitics
    return [SaidWord(stem, stem), *([SaidWord(pronoun, pronoun)] if is_said else [])]


def _put_verb_first(words: list[SaidWord], rules: ClauseRules) -> list[SaidWord]:
    """Put an infinitive where an imperative stands, and its first half at the end."""
    if not words:
        return words
    if len(words) > 2 and words[-2].folded == _TO and words[-1].folded in rules.infinitives:
        words = [*words[:-2], words[-1]]
    passive = _read_passive(words, rules)
    if passive:
        return passive
    for index in (0, len(words) - 1):
        if index and _is_noun(words, index, rules):
            continue
        found = rules.infinitives.get(words[index].folded)
        is_alone = not any(
            word.folded in rules.verbs for place, word in enumerate(words) if place != index
        )
        if found is not None and is_alone and len(words) > 1:
            verb, half = found
            rest = [word for place, word in enumerate(words) if place != index]
            if not index and rest[0].folded in _FORMAL and len(rest) > 1:
                rest = rest[1:]
            tail = [SaidWord(half, half)] if half else []
            return [SaidWord(verb, verb), *rest, *tail]
    return words


def _is_noun(words: Sequence[SaidWord], index: int, rules: ClauseRules) -> bool:
    """Tell the rows from to line up: a noun is written with a capital, or has one word before."""
    before = words[index - 1]
    is_determined = before.folded in rules.bound
    return words[index].text[:1].isupper() or is_determined


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
