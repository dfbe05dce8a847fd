"""Questions in German, Spanish and Japanese as plain English ones.

A form that is known becomes the English question of the same sense, the words of the things in it
looked up where prompts are. A text that asks in another way is a question all the same, with no
words; what asks for a change is none.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from clappper.core.planning.languages.japanese_token import tokenize_japanese
from clappper.core.planning.languages.translate_european import translate_words
from clappper.core.planning.languages.translation_lexicon import fold, load_european, load_japanese
from clappper.core.planning.lexicon import read_table
from clappper.core.planning.llm.text import clean_words
from clappper.core.planning.questions.words import MAX_CHARS

__all__ = ["read_foreign"]

#: A name of a thing, anything, and a place of the scene, as the table of forms abbreviates them.
_THING, _ANY = r"[^.?!;:,、。]{1,50}?", r"[^.?!;:,、。]{0,50}"
_JAPANESE_PLACE = (
    "(?:この)?(?:シーン|部屋|画面|オフィス|事務所|倉庫|会議室|リビング|スタジオ"
    "|庭|場面|この中|中|ここ)"
)
_Forms = tuple[tuple[re.Pattern[str], str], ...]
_MARKS = "?\uff1f\u00bf"
_ENDS = re.compile(r"(?:でしょう|です|ます|ました|の)?(?:か|の|かな)$")
_JAPANESE = re.compile("[\u3041-\u3096\u30a1-\u30fa]")


@dataclass(frozen=True)
class _Language:
    """Forms of questions of a language, each with its English question.

    Attributes:
        fillers: Words that change nothing.
        forms: Known forms.
        marked: Known forms that are questions only with a question mark.
        asking: How other questions begin.
        changing: What no question has that asks for no change.
    """

    fillers: re.Pattern[str]
    forms: _Forms
    marked: _Forms
    asking: re.Pattern[str]
    changing: re.Pattern[str]


def read_foreign(text: str) -> str | None:
    """Return a foreign question in English, empty where its form is not known; null for others."""
    if len(text) > MAX_CHARS:
        return None
    said = unicodedata.normalize("NFKC", clean_words(text, limit=MAX_CHARS))
    is_marked = any(mark in text for mark in _MARKS)
    if _JAPANESE.search(said):
        said = re.sub(r"\s", "", said).strip("?!。、.")
        is_marked = is_marked or said.endswith(("か", "かな"))
        language = _load("japanese")
        said = _ENDS.sub(lambda m: m[0].removesuffix("な").removesuffix("か"), said)
        said = re.sub(rf"^(?:(?:{language.fillers.pattern})[、,]?)+", "", said)
        return _match(said, language, "japanese", is_marked=is_marked)
    folded = fold(said).strip(" ?!.,¿¡")
    for name in ("german", "spanish"):
        language = _load(name)
        plain = re.sub(rf"\b(?:{language.fillers.pattern})\b", " ", folded)
        plain = re.sub(r"\s+", " ", plain).strip(" ?!.,¿¡")
        found = _match(plain, language, name, is_marked=is_marked)
        if found is not None:
            return found
    return None


def _match(said: str, language: _Language, name: str, *, is_marked: bool) -> str | None:
    known = _fill_form(said, language.forms, name)
    if known is not None:
        return known
    if not is_marked or language.changing.search(said):
        return None
    known = _fill_form(said, language.marked, name)
    return "" if known is None and language.asking.fullmatch(said) else known


def _fill_form(said: str, forms: _Forms, name: str) -> str | None:
    """Return the English question of the first form that fits."""
    for pattern, english in forms:
        found = pattern.fullmatch(said)
        if found is not None:
            return _fill(english, found, name)
    return None


def _fill(english: str, found: re.Match[str], name: str) -> str:
    """Return an English question with the things of a foreign one."""
    things = {group.split("_")[0]: words for group, words in found.groupdict().items() if words}
    return re.sub(r"@(\w+)", lambda slot: _translate(things.get(slot[1], ""), name), english)


def _translate(words: str, language: str) -> str:
    """Return the name of a thing in English, as far as its words are known."""
    if language == "japanese":
        tokens = tokenize_japanese(words, load_japanese())
        known = [t for t in tokens if t.kind in ("adjectives", "noun", "place")]
        is_thing = any(token.kind != "adjectives" for token in known)
        return " ".join(token.english for token in known) if is_thing else words
    lexicon = load_european("german" if language == "german" else "spanish")
    return re.sub(r"\s+", " ", translate_words(words, lexicon)).strip(" .,?!").casefold() or words


@lru_cache(maxsize=3)
def _load(name: str) -> _Language:
    table = read_table("questions")[name]
    return _Language(
        fillers=re.compile(table["fillers"]),
        forms=tuple((_compile(form), english) for form, english in table["forms"]),
        marked=tuple((_compile(form), english) for form, english in table["marked"]),
        asking=_compile(table["asking"]),
        changing=re.compile(table["changing"]),
    )


def _compile(form: str) -> re.Pattern[str]:
    """Return the pattern of a form of the table; a thing may stand in several alternatives."""
    number = 0

    def name_group(found: re.Match[str]) -> str:
        nonlocal number
        number += 1
        return f"(?P<{found[1]}_{number}>{_THING})"

    form = form.replace("@S", _JAPANESE_PLACE).replace("…", _ANY)
    return re.compile(re.sub(r"@(thing|a|b)\b", name_group, form, flags=re.ASCII))
