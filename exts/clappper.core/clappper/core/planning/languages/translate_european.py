"""German and Spanish prompts word by word into plain English; unknown words stay as they are."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from clappper.core.planning.languages.translate_mend import mend_english
from clappper.core.planning.languages.translate_verbs import load_verbs
from clappper.core.planning.languages.translation_lexicon import Word, fold, say_noun

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from clappper.core.planning.languages.translation_lexicon import EuropeanLexicon

__all__ = ["Piece", "count_known", "read_pieces", "say_pieces", "translate_words"]

PieceKind = Literal["noun", "adjective", "word", "number", "unknown", "mark", "verb"]
_PIECE = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['\u2019-][^\W\d_]+)*|\S")
_JOINING = ("", "s", "es", "n", "en", "er", "-")
#: How Spanish words for what is being done end; one that is not known says nothing.
_GERUNDS = ("ando", "iendo", "endose", "andose")
_SEVERAL_WORDS = (
    "some",
    "several",
    "many",
    "few",
    "more",
    "all the",
    "without",
    "other",
    "both",
    "a few",
    "a few more",
)
_SINGULAR_WORDS = ("a", "no", "each", "another", "this", "my", "our")
#: Articles that a noun whose singular is its plural has as a plural only.
_PLURAL_ARTICLES = frozenset(
    ("die", "meine", "unsere", "alle", "keine", "seine", "ihre", "los", "las", "unos", "unas")
)
#: Articles of the forms with an s that are no plural: des Kartons, un montacargas.
_SINGULAR_ARTICLES = frozenset(
    (
        *("des", "eines", "meines", "das", "dem", "vom", "un", "una", "el", "la", "del", "al"),
        *("otro", "otra", "este", "esta", "cada", "mi", "nuestro"),
    )
)
_COMPOUND_PART_MIN = 3
#: How Spanish adjectives end.
_DESCRIBING = ("o", "a", "os", "as", "e", "es", "al", "ales")
_SENTENCE_ENDS = frozenset(".!?;:\u00bf\u00a1")
#: Spanish words before a noun and no verb.
_NOUN_FOLLOWS = frozenset(
    ("un", "una", "unos", "unas", "el", "la", "los", "las", "del", "al", "con", "sin", "otra",
     "otro", "mi", "cada", "de")
)  # fmt: skip
#: What follows a number that stands for a thing.
_AFTER_ONE = ("and", "on the ", "to the ", "left of", "right of", "at the ")
_TENS = range(20, 100, 10)


@dataclass(frozen=True)
class Piece:
    """One translated word or mark.

    Attributes:
        text: English, or the user's own word.
        kind: What it is.
        gap: White space before it.
        word: What the lexicon says of a noun, or null.
        said: The last of its words as it is looked up.
    """

    text: str
    kind: PieceKind
    gap: str
    word: Word | None = None
    said: str = ""


def count_known(lexicon: EuropeanLexicon, words: Iterable[str]) -> int:
    """Return how many of some folded words the lexicon knows."""
    verbs = load_verbs("spanish" if lexicon.is_adjective_after else "german")
    return sum(
        _find_word(lexicon, word) is not None or verbs.find(word) is not None for word in words
    )


def translate_words(text: str, lexicon: EuropeanLexicon) -> str:
    """Return a text with every known word and phrase in English.

    Args:
        text: A cleaned prompt.
        lexicon: Its language.
    """
    pieces = [piece for piece in read_pieces(text, lexicon) if piece.text]
    pieces = _merge_numbers(pieces)
    pieces = _say_one(pieces)
    if lexicon.is_adjective_after:
        pieces = _put_adjectives_first(pieces)
        pieces = _put_modifiers_first(pieces)
    else:
        pieces = _read_attributes(pieces, lexicon)
    said = (piece.gap + text for piece, text in zip(pieces, say_pieces(pieces), strict=True))
    return mend_english("".join(said).strip(), is_spanish=lexicon.is_adjective_after)


def read_pieces(text: str, lexicon: EuropeanLexicon) -> list[Piece]:
    """Return the words and phrases of a text, each with what it is."""
    matches = list(_PIECE.finditer(text))
    folded = [fold(match.group()) for match in matches]
    pieces: list[Piece] = []
    index = 0
    while index < len(matches):
        if _begins_relative(lexicon, folded, index):
            index += 2
            continue
        start = matches[index - 1].end() if index else 0
        gap = text[start : matches[index].start()]
        length, word = _match(lexicon, folded, index)
        verb = _read_verb(lexicon, matches[index].group(), pieces) if word is None else None
        if verb is not None:
            pieces.append(replace(verb, gap=gap, said=folded[index]))
        elif word is None:
            raw = _read_decimal(matches[index].group())
            kind: PieceKind = "number" if raw[0].isdecimal() else "unknown"
            is_gerund = folded[index].endswith(_GERUNDS) and lexicon.is_adjective_after
            raw = "" if is_gerund and raw.islower() else raw
            kind = kind if raw[:1].isalnum() else "mark"
            pieces.append(Piece(raw, kind, gap, said=folded[index]))
        else:
            pieces.append(Piece(word.english, word.kind, gap, word, folded[index + length - 1]))
        index += length
    return pieces


def _read_verb(lexicon: EuropeanLexicon, raw: str, before: Sequence[Piece]) -> Piece | None:
    """Read a word that only verbs and what goes with them are; a noun is told by where it stands.

    German writes nouns with a capital, Spanish has an article or a number before them.
    """
    is_spanish = lexicon.is_adjective_after
    verbs = load_verbs("spanish" if is_spanish else "german")
    last = before[-1] if before else None
    is_first = last is None or last.text in _SENTENCE_ENDS
    folded = fold(raw)
    if folded in verbs.others:
        return Piece(verbs.others[folded], "word", "")
    is_noun = raw[:1].isupper() and not is_first
    if is_spanish and last is not None and not is_noun:
        is_noun = last.kind == "number" or last.said in _NOUN_FOLLOWS
    english = None if is_noun else verbs.find(folded)
    return None if english is None else Piece(english, "verb", "")


def _read_decimal(raw: str) -> str:
    """Return a number with a point before its fraction: 2,5 m, 1.200 chairs."""
    if re.fullmatch(r"[1-9]\d{0,2}(?:\.\d{3})+", raw):
        return raw.replace(".", "")
    return re.sub(r"^(\d+),(\d{1,3})$", r"\1.\2", raw)


def _begins_relative(lexicon: EuropeanLexicon, folded: Sequence[str], index: int) -> bool:
    """Tell three people, die near the door stand, from a list: a thing may not follow at once."""
    if (
        folded[index] != ","
        or index + 2 >= len(folded)
        or folded[index + 1] not in lexicon.relatives
    ):
        return False
    word = _match(lexicon, folded, index + 2)[1]
    return word is not None and word.kind == "word"


def _match(lexicon: EuropeanLexicon, folded: Sequence[str], index: int) -> tuple[int, Word | None]:
    """Return the longest phrase that starts at a word, and how many words it has."""
    for length in range(min(lexicon.longest, len(folded) - index), 1, -1):
        word = lexicon.words.get(tuple(folded[index : index + length]))
        if word is not None:
            return length, word
    return 1, _find_word(lexicon, folded[index])


def _find_word(lexicon: EuropeanLexicon, folded: str) -> Word | None:
    """Return what one word is: as listed, an adjective with its ending, a number, a compound."""
    word = lexicon.words.get((folded,))
    if word is not None:
        return word
    english = _find_adjective(lexicon, folded)
    if english is not None:
        return Word(english, "adjective")
    return _read_number(lexicon, folded) or _split_compound(lexicon, folded)


def _find_adjective(lexicon: EuropeanLexicon, folded: str) -> str | None:
    if lexicon.is_adjective_after:
        one = re.sub(r"(?<=[^s])s$", "", folded)
        stems = [one, re.sub(r"a$", "o", one), re.sub(r"e$", "", one)]
    else:
        stems = [folded.removesuffix(ending) for ending in lexicon.endings]
    return next((lexicon.adjectives[stem] for stem in stems if stem in lexicon.adjectives), None)


def _read_number(lexicon: EuropeanLexicon, folded: str) -> Word | None:
    """Read a number in one word with its ones first: vierundzwanzig."""
    ones, und, tens = folded.partition("und")
    if lexicon.is_adjective_after or not und:
        return None
    low = lexicon.words.get(("eins" if ones == "ein" else ones,))
    high = lexicon.words.get((tens,))
    if low is None or high is None or low.kind != "number" or high.kind != "number":
        return None
    is_number = int(high.english) in _TENS and 0 < int(low.english) < 10
    value = int(high.english) + int(low.english)
    return Word(str(value), "number", False, True) if is_number else None


def _split_compound(lexicon: EuropeanLexicon, folded: str) -> Word | None:
    """Read a compound noun by its parts: Holztisch is a wooden table."""
    if not lexicon.modifiers:
        return None
    for cut in range(_COMPOUND_PART_MIN, len(folded) - _COMPOUND_PART_MIN + 1):
        head = lexicon.words.get((folded[cut:],))
        if head is None or head.kind != "noun":
            continue
        part = folded[:cut]
        for joining in _JOINING:
            stem = part.removesuffix(joining) if joining else part
            english = lexicon.modifiers.get(stem)
            noun = lexicon.words.get((stem,))
            if english is None and noun is not None and noun.kind == "noun":
                english = noun.english
            if english is not None:
                return replace(head, english=f"{english} {head.english}")
    return None


def _merge_numbers(pieces: list[Piece]) -> list[Piece]:
    """Read numbers said in several words: treinta y cinco, ciento veinte."""
    merged: list[Piece] = []
    for piece in pieces:
        before = merged[-1] if merged else None
        is_and = before is not None and before.text == "and" and len(merged) > 1
        first = merged[-2] if is_and else before
        if piece.word is None or piece.kind != "number" or first is None or first.word is None:
            merged.append(piece)
            continue
        if first.kind != "number" or not _grows(int(first.text), int(piece.text), is_and=is_and):
            merged.append(piece)
            continue
        del merged[-2 if is_and else -1 :]
        total = str(int(first.text) + int(piece.text))
        merged.append(replace(piece, text=total, gap=first.gap))
    return merged


def _say_one(pieces: list[Piece]) -> list[Piece]:
    """Say one where a number stands for a thing: eine links und eine rechts, nur einem."""
    said = list(pieces)
    for index, piece in enumerate(pieces):
        after = pieces[index + 1] if index + 1 < len(pieces) else None
        is_alone = after is None or after.kind == "mark" or after.text.startswith(_AFTER_ONE)
        if piece.text == "a" and piece.kind == "word" and is_alone:
            said[index] = replace(piece, text="one")
    return said


def _read_attributes(pieces: list[Piece], lexicon: EuropeanLexicon) -> list[Piece]:
    """Tell a bright room from a brighter one: ein heller Raum has no ending of its own."""
    said = list(pieces)
    for index, piece in enumerate(pieces[:-1]):
        stem = piece.said.removesuffix("er")
        is_before_noun = pieces[index + 1].kind == "noun" and piece.kind == "adjective"
        if is_before_noun and stem != piece.said and stem in lexicon.adjectives:
            said[index] = replace(piece, text=lexicon.adjectives[stem])
    return said


def _grows(high: int, low: int, *, is_and: bool) -> bool:
    return (high in _TENS and low < 10) if is_and else (high % 100 == 0 and 0 < low < 100)


def _put_adjectives_first(pieces: list[Piece]) -> list[Piece]:
    """Move adjectives that follow a noun before it: sillas rojas are red chairs."""
    result = list(pieces)
    for index in range(len(result)):
        if result[index].kind != "noun":
            continue
        end = index + 1
        while end < len(result) and _is_adjective(result[end], result[index]):
            end += 1
        noun, adjectives = result[index], result[index + 1 : end]
        if adjectives:
            first = replace(adjectives[0], gap=noun.gap)
            result[index:end] = [first, *adjectives[1:], replace(noun, gap=" ")]
    return result


def _is_adjective(piece: Piece, noun: Piece) -> bool:
    """Whether a word after a noun describes it; one that is not known there does so, too."""
    is_unknown = piece.kind == "unknown" and piece.gap == " " and piece.text.islower()
    is_verb = noun.text == "camera" or not piece.text.endswith(_DESCRIBING)
    return piece.kind == "adjective" or (is_unknown and not is_verb)


def _put_modifiers_first(pieces: list[Piece]) -> list[Piece]:
    """Turn a noun of another noun round: puerta de almacén is a warehouse door."""
    result = list(pieces)
    index = 0
    while index + 2 < len(result):
        noun, link, other = result[index : index + 3]
        if noun.kind == "noun" and link.text == "of" and other.kind == "noun":
            row = noun.text in ("row", "stack", "group", "pair")
            if not row and noun.word is not None:
                joined = replace(noun.word, english=f"{other.text} {noun.text}")
                result[index : index + 3] = [replace(noun, text=joined.english, word=joined)]
                continue
        index += 1
    return result


def say_pieces(pieces: Sequence[Piece]) -> list[str]:
    """Return the English words with each noun in the number that its form and words before tell."""
    return [
        say_noun(piece.text, is_plural=_is_plural(pieces, index))
        if piece.kind == "noun"
        else piece.text
        for index, piece in enumerate(pieces)
    ]


def _is_plural(pieces: Sequence[Piece], index: int) -> bool:
    word = pieces[index].word
    before = index - 1
    while before >= 0 and pieces[before].kind == "adjective":
        before -= 1
    if before >= 0 and pieces[before].text.endswith(" more"):
        return not pieces[before].text.startswith("1 ")
    if before >= 0 and pieces[before].kind == "number":
        return pieces[before].text != "1"
    if word is None or not word.is_plural:
        return False
    article = pieces[before].said if before >= 0 else ""
    is_plural_form = word.is_singular and pieces[index].said.endswith("s")
    if article in _PLURAL_ARTICLES or (is_plural_form and article not in _SINGULAR_ARTICLES):
        return True
    if word.is_singular and (before < 0 or pieces[before].text not in _SEVERAL_WORDS):
        return False
    is_determined = before >= 0 and pieces[before].text.split()[-1] in _SINGULAR_WORDS
    return not word.is_singular or not (is_determined or _is_definite(pieces, before))


def _is_definite(pieces: Sequence[Piece], before: int) -> bool:
    return before >= 0 and pieces[before].text.endswith("the")
