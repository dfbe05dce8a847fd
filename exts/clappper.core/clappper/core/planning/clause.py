"""A prompt as a row of noun phrases and the marks between them: with, near, and, each, not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from clappper.core.planning.arrangement import Arrangement, find_arrangements
from clappper.core.planning.inflection import singularize
from clappper.core.planning.lexicon import RelationPhrase, Words, load_phrases, load_words
from clappper.core.planning.member import MemberView, read_member
from clappper.core.planning.noun_phrase import NounPhrase, read_noun_phrase

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clappper.core.planning.lexer import Token, Transcript

__all__ = ["EXCLUDERS", "Mark", "MarkKind", "read_elements"]

MarkKind = Literal[
    "end", "comma", "join", "or", "but", "with", "relation", "arrangement", "distance", "each",
    "per", "not", "pronoun", "reciprocal", "reflexive", "copula", "create", "place", "verb",
    "joint", "claim",
]  # fmt: skip

#: Verbs that rule out what follows with its article: skip the plants.
EXCLUDERS = ("skip", "ditch", "lose", "forget", "scrap", "drop")
_ENDS = frozenset(".!?;:")
_COMMAS = frozenset(",()/[]{}|")
_EACH_OTHER = (("each", "other"), ("1", "another"))
_CONNECTORS: dict[tuple[str, ...], MarkKind] = {
    ("as", "well", "as"): "join",
    ("as", "well"): "join",
    ("along", "with"): "join",
    ("plus",): "join",
    ("together", "with"): "join",
    ("in", "addition", "to"): "join",
    ("such", "as"): "with",
    ("complete", "with"): "with",
    ("equipped", "with"): "with",
    ("furnished", "with"): "with",
    ("except", "for"): "not",
    ("except",): "not",
    ("everything", "but"): "not",
    ("anything", "but"): "not",
    ("apart", "from"): "not",
    ("free", "of"): "not",
    ("devoid", "of"): "not",
    ("empty", "of"): "not",
    ("leave", "out"): "not",
    ("leaving", "out"): "not",
    ("get", "rid", "of"): "not",
    ("no", "need", "for"): "not",
}
#: What a number says how many there are of what was named: 12 units in total.
_UNITS = ("unit", "units", "pieces", "pcs", "items")
_TOTALS = (
    ("total",),
    ("in", "total"),
    ("altogether",),
    ("overall",),
    ("in", "all"),
    ("all", "told"),
)
#: What a number of the things named before is followed by: and a dozen more by the door.
_MORE = ("more", "others", "extra")
_EXCEPT = ("except", "apart")
#: What tells a place from a time behind before.
_BEFORE_WHAT = frozenset(("it", "them", "him", "her", "each", "every", "all"))
#: Words between a thing and its verb: the others only have a chair.
_LIMITS = frozenset(("only", "just", "also", "then", "simply"))
#: Words by which a relation is one of each of several: five on each.
_EACH_WORDS = frozenset(("each", "every", "either", "both", "all"))
#: Words of the longest relation phrase that is looked back for.
_RELATION_MAX = 5
_NOTHING = frozenset(("empty", "nothing", "bare", "no", "none", "without"))
_CONNECTOR_STARTS = frozenset(words[0] for words in _CONNECTORS)
_OF_THEM = frozenset(("them", "these", "those", "which"))
_REFLEXIVE = frozenset(("itself", "themselves", "himself", "herself"))
_BUT = frozenset(("but", "though", "although", "however", "instead", "then"))


@dataclass(frozen=True)
class Mark:
    """What stands between noun phrases.

    Attributes:
        kind: What it does to the phrases around it.
        start: First token.
        end: One past the last token.
        word: The word itself, or what a claimed token belongs to.
        phrase: The relation phrase, for a relation.
        arrangement: The arrangement, for an arrangement.
        distance_m: A distance said before a relation (3 m from) [m], or null.
        is_bound: A distance is a lower bound (at least 3 m).
    """

    kind: MarkKind
    start: int
    end: int
    word: str = ""
    phrase: RelationPhrase | None = None
    arrangement: Arrangement | None = None
    distance_m: float | None = None
    is_bound: bool = False


def read_elements(transcript: Transcript, claimed: Mapping[int, str]) -> list[NounPhrase | Mark]:
    """Return the phrases and marks of a prompt in order.

    Args:
        transcript: The prompt.
        claimed: Tokens already read as camera, light or format talk, and what they belong to.
    """
    reader = _ElementReader(transcript, claimed)
    elements: list[NounPhrase | Mark] = []
    index = 0
    while index < len(transcript.tokens):
        element = reader.read(index, elements[-1] if elements else None)
        if element is None:
            index += 1
            continue
        elements.append(element)
        index = element.end
    return elements


class _ElementReader:
    """Reads one element at a token; holds what is the same for the whole prompt."""

    def __init__(self, transcript: Transcript, claimed: Mapping[int, str]) -> None:
        self._transcript = transcript
        self._tokens = transcript.tokens
        self._claimed = claimed
        self._arrangements = find_arrangements(transcript)
        self._words: Words = load_words()
        self._view = MemberView(transcript.tokens, claimed, self._begins_clause, self._find_named)
        self._closed_classes: tuple[tuple[MarkKind, frozenset[str]], ...] = (
            ("not", self._words.negations),
            ("or", frozenset(("or",))),
            ("but", _BUT),
            ("join", self._words.joiners),
            ("with", self._words.owners),
            ("copula", self._words.copulas),
            ("reflexive", _REFLEXIVE),
            ("pronoun", self._words.pronouns),
        )

    def read(self, index: int, before: NounPhrase | Mark | None) -> NounPhrase | Mark | None:
        """Return the element that starts at a token, or null when the token says nothing."""
        if index in self._claimed:
            return Mark("claim", index, index + 1, self._claimed[index])
        token = self._tokens[index]
        length = self._count_bare_number(index, before)
        if not length or self._norm(index + 1) == "of":
            member = read_member(self._view, index, before)
            if member is not None:
                return member
        if length:
            count = int(token.value)
            asked = "each" if self._norm(index + length - 1) == "each" else ""
            end = index + length
            return NounPhrase(index, end, "ones", count=count, is_plural=count != 1, asked=asked)
        if token.norm in _ENDS:
            return Mark("end", index, index + 1)
        if token.norm in _COMMAS:
            return Mark("comma", index, index + 1)
        return (
            self._read_connector(index)
            or (None if self._begins_side(index) else self._read_each(index, before))
            or self._read_distance(index)
            or self._read_relation(index, before)
            or self._read_verb(index, before)
            or self._read_word(index, token)
        )

    def _read_connector(self, index: int) -> Mark | None:
        if self._norm(index) not in _CONNECTOR_STARTS:
            return None
        for words, kind in _CONNECTORS.items():
            end = index + len(words)
            if words == tuple(map(self._norm, range(index, end))):
                is_kept = words[0] in _EXCEPT and self._is_after_nothing(index)
                return Mark("with" if is_kept else kind, index, end, " ".join(words))
        return None

    def _is_after_nothing(self, index: int) -> bool:
        """Whether its sentence says that there is nothing: empty except for a desk."""
        while index > 0 and self._norm(index - 1) not in _ENDS:
            index -= 1
            if self._norm(index) in _NOTHING:
                return True
        return False

    def _read_relation(self, index: int, before: NounPhrase | Mark | None) -> Mark | None:
        arrangement = self._arrangements.get(index)
        phrase = self._match_phrase(index)
        end = index + len(phrase.words) if phrase else index
        is_after_noun = isinstance(before, NounPhrase) or (
            before is not None
            and before.kind
            in ("copula", "pronoun", "verb", "place", "arrangement", "each", "comma", "join")
        )
        if arrangement is not None and arrangement[0] >= end:
            spec = arrangement[1]
            if not (
                spec.verb in ("stack", "scatter", "line")
                and not is_after_noun
                and self._is_noun(end=arrangement[0])
            ):
                return Mark("arrangement", index, arrangement[0], arrangement=spec)
        if phrase is None:
            return None
        if (
            phrase.words in (("within",), ("in",))
            and self._is_length(end)
            and self._norm(end + 1) in ("of", "from")
        ):
            near = RelationPhrase(phrase.words, "near", is_inverse=False)
            return Mark("relation", index, end + 2, phrase=near, distance_m=self._tokens[end].value)
        if phrase.words == ("from",) and not (
            isinstance(before, Mark) and before.kind == "distance"
        ):
            return Mark("joint", index, end, "from")
        is_standing = isinstance(before, Mark) and before.kind in ("verb", "place")
        if phrase.words == ("before",) and not (is_standing or self._norm(end) in _BEFORE_WHAT):
            return Mark("joint", index, end, "before")
        return Mark("relation", index, end, " ".join(phrase.words), phrase=phrase)

    def _match_phrase(self, index: int) -> RelationPhrase | None:
        if index >= len(self._tokens):
            return None
        for phrase in load_phrases().get(self._norm(index).split(" ")[0], ()):
            words = tuple(self._norm(i) for i in range(index, index + len(phrase.words)))
            is_free = not any(i in self._claimed for i in range(index, index + len(phrase.words)))
            if words == phrase.words and is_free:
                return phrase
        return None

    def _read_distance(self, index: int) -> Mark | None:
        is_bound = self._norm(index) == "at" and self._norm(index + 1) == "least"
        start = index + 2 if is_bound else index
        if not self._is_length(start):
            return None
        after = self._norm(start + 1)
        if after in (
            "from",
            "away",
            "of",
            "to",
            "left",
            "right",
            "in",
            "behind",
            "off",
            "next",
            "beside",
            "near",
        ):
            return Mark(
                "distance",
                index,
                start + 1,
                distance_m=self._tokens[start].value,
                is_bound=is_bound,
            )
        return None

    def _read_verb(self, index: int, before: NounPhrase | Mark | None) -> Mark | None:
        word = self._norm(index)
        words = self._words
        if word in words.adjectives and word not in words.verbs:
            return None
        is_participle = (
            word.endswith("ing") and word not in words.ing_nouns and isinstance(before, NounPhrase)
        )
        if not is_participle and word not in words.actions:
            return None
        is_modifier = word.endswith(("ing", "ed")) and not isinstance(before, NounPhrase)
        if (
            is_modifier
            and index + 1 not in self._arrangements
            and not self._match_phrase(index + 1)
            and self._is_noun(end=index + 1)
        ):
            return None
        if word in words.owners:
            return None
        if word in words.creators:
            return Mark("create", index, index + 1, word)
        return Mark(
            "place"
            if word in words.placers or word in ("placed", "positioned", "arranged")
            else "verb",
            index,
            index + 1,
            word,
        )

    def _begins_side(self, index: int) -> bool:
        """Whether each belongs to a relation: each side of the door."""
        phrase = self._match_phrase(index)
        return phrase is not None and len(phrase.words) > 1

    def _read_each(self, index: int, before: NounPhrase | Mark | None) -> Mark | None:
        word = self._norm(index)
        pair = (word, self._norm(index + 1))
        if pair in _EACH_OTHER:
            return Mark("reciprocal", index, index + 2)
        if word in ("per", "apiece"):
            return Mark("per" if word == "per" else "each", index, index + 1)
        if word == "for" and pair[1] in self._words.distributive:
            return Mark("per", index, index + 1, word)
        is_all = word in ("all", "both") and pair[1] == "of" and self._norm(index + 2) in _OF_THEM
        if is_all and isinstance(before, Mark) and before.kind == "relation":
            return Mark("each", index, index + 3)
        is_both = word == "both" and pair[1] in self._words.owners
        is_each = word in self._words.distributive
        length = self._count_each(index, pair) if is_each else int(is_both)
        return Mark("each", index, index + length) if length else None

    def _count_each(self, index: int, pair: tuple[str, str]) -> int:
        """Return the tokens of each, each one, every one of them; none where a noun follows."""
        if pair[1] in ("of", "1"):
            length = 3 if pair[1] == "of" else 2
            end = index + length
            if self._norm(end) == "of" and self._norm(end + 1) in _OF_THEM:
                return length + 2
            return length if pair[1] == "1" or self._norm(end - 1) in _OF_THEM else 0
        is_before_one = pair[1] in self._words.indefinite or pair[1] in self._words.owners
        is_alone = pair[0] == "each" and (is_before_one or not self._is_noun(end=index + 1))
        # Each group is one of several rows, piles or groups, though group is a verb too.
        return int(is_alone and singularize(pair[1]) not in self._words.measure_nouns)

    def _read_word(self, index: int, token: Token) -> NounPhrase | Mark | None:
        word = token.norm
        is_zero = token.kind == "number" and token.value < 1 and not token.note
        is_denied = word.endswith("n't") or word == "nothing"
        if is_zero or is_denied or self._is_excluder(index):
            return Mark("not", index, index + 1, word)
        for kind, words in self._closed_classes:
            if word in words:
                return Mark(kind, index, index + 1, word)
        pronoun = self._read_pronoun(index)
        if pronoun is not None:
            return pronoun
        phrase = read_noun_phrase(self._transcript, index, self._claimed)
        if phrase is None and token.kind == "number" and self._norm(index + 1) in _MORE:
            count = int(token.value)
            phrase = NounPhrase(
                index, index + 2, "ones", count=count, is_plural=count != 1, asked="more"
            )
        if phrase is not None:
            return phrase
        is_joint = word in self._words.joints
        return Mark("joint", index, index + 1, word) if is_joint else None

    def _find_named(self, index: int) -> str:
        """Return the head of the noun phrase that begins at a token, or empty."""
        phrase = read_noun_phrase(self._transcript, index, self._claimed)
        return phrase.head if phrase is not None else ""

    def _begins_clause(self, index: int) -> str:
        """Return what is said of a thing from a token on, or empty.

        That is a relation, an arrangement, a verb, with or a copula.
        """
        while self._norm(index) in _LIMITS:
            index += 1
        if index >= len(self._tokens) or index in self._claimed:
            return ""
        word = self._norm(index)
        phrase = self._match_phrase(index)
        if phrase is not None:
            is_each = bool(_EACH_WORDS & {*phrase.words, self._norm(index + len(phrase.words))})
            return "" if is_each else "relation"
        said = {
            "arrangement": index in self._arrangements,
            "with": word in self._words.owners,
            "copula": word in self._words.copulas,
            "verb": word in self._words.verbs or self._read_distance(index) is not None,
        }
        return next((kind for kind, is_said in said.items() if is_said), "")

    def _read_pronoun(self, index: int) -> Mark | None:
        """Read those, this, both and the two where they stand for things by themselves."""
        if self._is_demonstrative(index):
            is_plural = self._norm(index) in ("these", "those")
            return Mark("pronoun", index, index + 1, "them" if is_plural else "it")
        length = self._count_both(index)
        return Mark("pronoun", index, index + length, "them") if length else None

    def _is_demonstrative(self, index: int) -> bool:
        """Whether this or those stands for a thing by itself: behind those a row of drums."""
        if self._norm(index) not in ("this", "that", "these", "those"):
            return False
        after = self._norm(index + 1)
        is_alone = after in ("a", "an") or after in self._words.copulas
        return is_alone and index > 0 and self._match_ending(index) is not None

    def _count_both(self, index: int) -> int:
        """Return the tokens of both or the two that stand for things: a table between the two."""
        length = 2 if self._norm(index) == "the" and self._norm(index + 1) == "2" else 1
        is_both = length == 2 or self._norm(index) == "both"
        is_last = self._norm(index + length) in _ENDS | _COMMAS | {""}
        return length if is_both and is_last and self._match_ending(index) is not None else 0

    def _match_ending(self, index: int) -> RelationPhrase | None:
        """Return the relation phrase that ends right before a token."""
        for start in range(max(0, index - _RELATION_MAX), index):
            phrase = self._match_phrase(start)
            if phrase is not None and start + len(phrase.words) == index:
                return phrase
        return None

    def _is_noun(self, *, end: int) -> bool:
        """Whether a noun phrase without determiner starts at a token."""
        if end >= len(self._tokens) or end in self._claimed or self._tokens[end].kind != "word":
            return False
        word = self._norm(end)
        is_verb = word in self._words.verbs and word not in self._words.adjectives
        if is_verb or word in self._words.copulas:
            return False
        phrase = read_noun_phrase(self._transcript, end, self._claimed)
        return phrase is not None and phrase.determiner == "none"

    def _count_bare_number(self, index: int, before: NounPhrase | Mark | None) -> int:
        """Return the tokens of a number without a noun: or rather 7; pallets, 8 of them."""
        if self._tokens[index].kind != "number" or before is None:
            return 0
        is_last = self._norm(index + 1) in _ENDS | _COMMAS | {""}
        of_what = self._norm(index + 2) if self._norm(index + 1) == "of" else ""
        if isinstance(before, NounPhrase):
            return 3 if of_what == "them" else int(is_last and before.kind == "member")
        if is_last and (before.word in ("correction", "to") or before.kind in ("comma", "with")):
            return 1
        if of_what in ("them", "each"):
            return 3
        is_arranged = index in self._arrangements
        if self._norm(index + 1) == "per" and before.kind == "comma" and not is_arranged:
            return 1
        return self._count_total(index)

    def _count_total(self, index: int) -> int:
        """Return the tokens of a total: 12 units altogether; none where it is no total."""
        after = index + 1 + (self._norm(index + 1) in _UNITS)
        ends = (after + len(words) for words in _TOTALS if self._is_said(after, words))
        return next(ends, index) - index

    def _is_said(self, index: int, words: tuple[str, ...]) -> bool:
        return tuple(map(self._norm, range(index, index + len(words)))) == words

    def _is_excluder(self, index: int) -> bool:
        after = self._norm(index + 1)
        return self._norm(index) in EXCLUDERS and (after in self._words.definite or after == "any")

    def _is_length(self, index: int) -> bool:
        return (
            index < len(self._tokens)
            and self._tokens[index].kind == "length"
            and index not in self._claimed
        )

    def _norm(self, index: int) -> str:
        return self._tokens[index].norm if index < len(self._tokens) else ""
