"""The verbs of requests in German and Spanish: each form in English, and what asks for it.

Every form is made by rule. A word that is a noun or an adjective, too, is read as those.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from clappper.core.planning.languages.translate_verb_forms import (
    VerbForms,
    conjugate_german,
    conjugate_spanish,
)
from clappper.core.planning.languages.translation_lexicon import fold
from clappper.core.planning.lexicon import read_table

if TYPE_CHECKING:
    from collections.abc import Container

__all__ = ["CLITICS", "VerbLexicon", "load_verbs", "split_clitics"]

#: Pronouns that Spanish writes onto a verb, and what they are in English.
CLITICS = {"lo": "it", "la": "it", "los": "them", "las": "them", "le": "", "les": "",
           "me": "", "te": "", "se": "", "nos": ""}  # fmt: skip
_STEM_MIN, _CLITICS_MAX = 2, 2
#: English verbs whose participle is not made by rule.
_PARTICIPLES = {"put": "put", "make": "made", "give": "given", "take": "taken", "leave": "left",
                "keep": "kept", "see": "seen", "build": "built", "swap": "swapped", "show": "shown",
                "hold": "held", "spread": "spread", "undo": "undone"}  # fmt: skip


@dataclass(frozen=True)
class VerbLexicon:
    """The verbs of a language.

    Attributes:
        english: English of each form.
        asking: Forms that pronouns are written onto.
        others: English of small words around them.
        forms: The forms of each verb by its infinitive.
        halves: First halves of verbs, the longest first, and what they say of their own.
        has_clitics: Whether pronouns are written onto verbs.
    """

    english: dict[str, str]
    asking: frozenset[str]
    others: dict[str, str]
    forms: dict[str, VerbForms]
    halves: dict[str, str]
    has_clitics: bool

    def find(self, word: str) -> str | None:
        """Return what a folded form of a verb is in English, or null when it is none."""
        if word in self.english:
            return self.english[word]
        if self.has_clitics:
            stem, pronoun = split_clitics(word, self.asking)
            return f"{self.english[stem]} {CLITICS[pronoun]}".strip() if stem else None
        return self._find_halved(word)

    def _find_halved(self, word: str) -> str | None:
        """Return what is written in one word at the end of its clause: rausnehmen, rauszunehmen."""
        for half, said in self.halves.items():
            rest = word.removeprefix(half)
            verb = rest if rest in self.english else rest.removeprefix("zu")
            if rest != word and verb in self.english:
                return said or self.english[verb]
        return None


@lru_cache(maxsize=2)
def load_verbs(language: Literal["german", "spanish"]) -> VerbLexicon:
    """Return the verbs of a language."""
    data = read_table(f"verbs_{language}")
    conjugate = conjugate_german if language == "german" else conjugate_spanish
    english: dict[str, str] = {fold(form): said for form, said in data["extra"].items()}
    forms: dict[str, VerbForms] = {}
    for said, infinitives in data["verbs"].items():
        for infinitive in infinitives.split():
            verb = conjugate(infinitive, data["irregular"].get(infinitive, ""))
            forms.setdefault(fold(infinitive), verb)
            for form in (*verb.imperatives, *verb.finite):
                english.setdefault(form, said)
            for form in verb.participles:
                english.setdefault(form, _say_participle(said))
    halves = {
        fold(half): said for said, words in data.get("halves", {}).items() for half in words.split()
    }
    asking = frozenset().union(*({*verb.imperatives, verb.infinitive} for verb in forms.values()))
    return VerbLexicon(
        english,
        asking,
        {fold(word): said for word, said in data["others"].items()},
        forms,
        dict(sorted(halves.items(), key=lambda item: -len(item[0]))),
        has_clitics=language == "spanish",
    )


def _say_participle(said: str) -> str:
    verb, _, rest = said.partition(" ")
    done = _PARTICIPLES.get(verb) or (f"{verb}d" if verb.endswith("e") else f"{verb}ed")
    return f"{done} {rest}".strip()


def split_clitics(word: str, verbs: Container[str]) -> tuple[str, str]:
    """Return a verb and the pronoun written onto it that names a thing, else any, or nothing.

    Args:
        word: A folded word: quitamelas is quita and las, apilame is apila and me.
        verbs: Forms that are verbs without a pronoun.
    """
    pronouns: list[str] = []
    stem = word
    while len(pronouns) < _CLITICS_MAX:
        endings = [e for e in CLITICS if stem.endswith(e) and len(stem) - len(e) >= _STEM_MIN]
        if not endings:
            break
        ending = max(endings, key=len)
        stem = stem.removesuffix(ending)
        pronouns.append(ending)
        whole = next((s for s in (stem, f"{stem}s") if s in verbs), "")
        if whole:
            return whole, next((p for p in pronouns if CLITICS[p]), ending)
    return "", ""
