"""Prompts in German, Spanish and Japanese as plain English, so that one reader reads them all.

What language a prompt is in is told by its script and its words; an English prompt is returned as
it is. Words that are not known stay as they were written, so that they are named as missing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple

from clappper.core.planning.english import is_english
from clappper.core.planning.languages.translate_clause import translate_clauses
from clappper.core.planning.languages.translate_european import count_known
from clappper.core.planning.languages.translate_frame import list_rule_words, load_clause_rules
from clappper.core.planning.languages.translate_japanese import translate_japanese
from clappper.core.planning.languages.translate_order import is_rule_word
from clappper.core.planning.languages.translation_lexicon import fold, load_european, load_japanese

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Translation", "translate"]

Language = Literal["german", "spanish"]
_LANGUAGES: tuple[Language, ...] = ("german", "spanish")
_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa]")
_IDEOGRAPH = re.compile("[\u4e00-\u9fff]")
_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
#: Foreign words a text must have that also has English ones.
_HITS_MIN = 2
#: One of so many words that are not English must be known.
_SHARE = 3


class Translation(NamedTuple):
    """A text in English, and the language it was in; empty where it was English already."""

    text: str
    language: str = ""


def translate(text: str) -> Translation:
    """Return a cleaned text in English."""
    if _is_japanese(text):
        return Translation(translate_japanese(text, load_japanese()), load_japanese().title)
    language = _detect(text)
    if language is None:
        return Translation(text)
    lexicon = load_european(language)
    return Translation(translate_clauses(text, lexicon, language), lexicon.title)


def _is_japanese(text: str) -> bool:
    """Tell Japanese from Chinese: by its kana, else by a place or thing it is known to write."""
    if _KANA.search(text) or not _IDEOGRAPH.search(text):
        return _KANA.search(text) is not None
    forms = load_japanese().forms
    return any(kind in ("place", "noun") and form in text for form, (kind, _) in forms.items())


def _detect(text: str) -> Language | None:
    """Return the language that knows more of the words than English, or null."""
    said = {word.lower() for word in _WORD.findall(text) if len(word) > 1}
    english = {fold(word) for word in said if is_english(word)}
    foreign = {fold(word) for word in said} - english
    whole = tuple(fold(word) for word in _WORD.findall(text))
    best: Language | None = None
    most = 0
    for language in _LANGUAGES:
        lexicon = load_european(language)
        if len(whole) >= _HITS_MIN and whole in lexicon.words:
            return language
        hits = _count_known(language, foreign)
        own = len(english) - count_known(lexicon, english)
        is_alone = hits == len(foreign) and not own
        is_enough = hits >= _HITS_MIN and hits > own and _SHARE * hits >= len(foreign)
        if hits > most and (is_alone or is_enough):
            best, most = language, hits
    return best


def _count_known(language: Language, words: Iterable[str]) -> int:
    """Return how many words are in the lexicon of a language or ask for a change in it."""
    lexicon, rules = load_european(language), load_clause_rules(language)
    asking = list_rule_words(language)
    return sum(is_rule_word(word, asking, rules) or count_known(lexicon, (word,)) for word in words)
