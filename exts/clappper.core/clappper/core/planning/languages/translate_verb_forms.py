"""All forms of German and Spanish verbs by rule, from their infinitives and what is irregular.

Forms are folded as words are looked up: lower case, umlauts spelled out, no accents.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from clappper.core.planning.languages.translation_lexicon import fold

__all__ = ["VerbForms", "conjugate_german", "conjugate_spanish"]

#: Beginnings of German verbs whose participle has no ge.
_INSEPARABLE = ("be", "ent", "er", "ver", "zer", "ueber", "unter", "emp", "miss")
#: Ends of German stems that have an e before t and st.
_HARD = re.compile(r"(?:[dt]|[^lrhaeiou][mn])$")
#: A shorter Spanish stem is of a verb that has no rule: ser, ir, ver.
_STEM_MIN = 2
#: Ends of Spanish stems before an e and before an a: colocar is coloque, dirigir dirija.
_BEFORE_E = (("c", "qu"), ("g", "gu"), ("z", "c"))
_BEFORE_A = (("gu", "g"), ("g", "j"), ("c", "zc"))


class VerbForms(NamedTuple):
    """The forms of a verb.

    Attributes:
        infinitive: Its infinitive.
        imperatives: What asks for it: of one, of several, politely, and of all together.
        finite: What tells or wishes it.
        participles: What is done.
    """

    infinitive: str
    imperatives: frozenset[str]
    finite: frozenset[str]
    participles: frozenset[str]


def conjugate_german(infinitive: str, irregular: str = "") -> VerbForms:
    """Return the forms of a German verb without its first half.

    Args:
        infinitive: The infinitive.
        irregular: A stem of the imperative and third person where it is another one, then a
            participle; both may be missing: nimm genommen.
    """
    verb = fold(infinitive)
    stem = re.sub(r"(?:e?n)$", "", verb) if verb[-3:] in ("eln", "ern") else verb[:-2]
    if verb == "tun":
        stem = "tu"
    said = [fold(word) for word in irregular.split()]
    strong = next((word for word in said if not word.endswith("en")), "")
    joined = f"{stem}e" if _HARD.search(stem) else stem
    third = f"{strong or joined}{'' if strong.endswith('t') else 't'}"
    short = f"{stem[:-2]}{stem[-1]}e" if stem.endswith("el") else f"{stem}e"
    imperatives = {strong or stem, short, f"{joined}t"} | ({strong} if strong else set())
    finite = {short, third, f"{joined}st", f"{joined}t", f"{joined}te", f"{joined}ten", verb}
    ge = "" if stem.startswith(_INSEPARABLE) or verb.endswith("ieren") else "ge"
    participle = next((word for word in said if word.endswith("en")), f"{ge}{joined}t")
    endings = ("", "e", "en", "er", "es")
    return VerbForms(
        verb,
        frozenset(imperatives),
        frozenset(finite),
        frozenset(f"{participle}{ending}" for ending in endings),
    )


def conjugate_spanish(infinitive: str, irregular: str = "") -> VerbForms:
    """Return the forms of a Spanish verb without pronouns.

    Args:
        infinitive: The infinitive.
        irregular: Words that are its other stems (``cuelg-``), or forms it has besides.
    """
    verb = fold(infinitive)
    stem, ending = verb[:-2], verb[-2:]
    said = [fold(word) for word in irregular.split()]
    changed = [word.rstrip("-") for word in said if word.endswith("-")]
    own = frozenset(word for word in said if not word.endswith("-"))
    if len(stem) < _STEM_MIN:
        return VerbForms(verb, own, frozenset((verb,)), frozenset())
    imperatives: set[str] = set(own)
    finite: set[str] = set()
    is_ar = ending == "ar"
    for root in {stem, *changed}:
        soft = _soften(root, is_ar=is_ar)
        vowel, wish = ("a", "e") if is_ar else ("e", "a")
        imperatives |= {f"{root}{vowel}", f"{root}{vowel}s", f"{soft}{wish}", f"{soft}{wish}n"}
        imperatives |= {f"{soft}{wish}s", f"{soft}{wish}mos", f"{root}{ending[0]}mos"}
        finite |= {f"{root}o", f"{root}{vowel}n", f"{root}{'aba' if is_ar else 'ia'}"}
    imperatives |= {f"{stem}{ending[0]}d"}
    finite |= {f"{verb}{end}" for end in ("ia", "ian", "iamos", "a", "an", "emos", "e")}
    past = f"{stem}{'ad' if is_ar else 'id'}"
    participles = {f"{past}{end}" for end in ("o", "a", "os", "as")}
    return VerbForms(
        verb, frozenset(imperatives), frozenset(finite | {verb}), frozenset(participles)
    )


def _soften(stem: str, *, is_ar: bool) -> str:
    """Return a stem as it is written before the vowel of a wish."""
    for end, written in _BEFORE_E if is_ar else _BEFORE_A:
        if stem.endswith(end):
            return f"{stem.removesuffix(end)}{written}"
    return stem
