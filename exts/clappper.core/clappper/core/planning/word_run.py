"""The open words of a noun phrase: adjectives and nouns up to the word where grammar ends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clappper.core.planning.inflection import singularize
from clappper.core.planning.lexicon import load_classes, load_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clappper.core.planning.lexer import Token

__all__ = ["WordRun"]

_WORDS_MAX = 12
#: Words that say where a thing is when they stand right behind it: worker center.
_MIDDLES = ("center", "centre", "middle")
_SIDES = ("left", "right", "front", "back", "rear", "north", "south", "east", "west")
_SIZED_ROOM_WORDS = ("ceiling", "aisle", "corridor", "walkway", "gap", "spacing", "wall")


class WordRun:
    """Reads adjectives and nouns from a token on.

    Attributes:
        adjectives: Describing words, lower case, in order.
        nouns: Tokens of the nouns; the last one is the head.
        sizes: Dimension, extent and area tokens among them.
        first: First token of the user's words, or -1 when there is nothing.
        end: One past the last token.
    """

    def __init__(
        self,
        tokens: tuple[Token, ...],
        claimed: Mapping[int, str],
        *,
        is_introduced: bool,
        count: int | None,
    ) -> None:
        """Prepare to read.

        Args:
            tokens: The tokens of the prompt.
            claimed: Tokens that belong to talk about the picture; a phrase ends before them.
            is_introduced: Whether a determiner or a number stands before the words.
            count: That number, or null.
        """
        self.adjectives: list[str] = []
        self.nouns: list[Token] = []
        self.sizes: list[Token] = []
        self.first = -1
        self.end = -1
        self._tokens = tokens
        self._claimed = claimed
        self._is_introduced = is_introduced
        self._count = count
        self._words = load_words()
        self._people = load_classes()["person"].words

    def read(self, index: int) -> None:
        """Read on from a token until the phrase ends."""
        while index < len(self._tokens) and index not in self._claimed:
            token = self._tokens[index]
            is_link = token.norm in ("and", ",", "&")
            if is_link and not self._links_adjectives(index):
                return
            if not is_link:
                is_full = len(self.nouns) + len(self.adjectives) >= _WORDS_MAX
                if is_full or not self._take(token, index):
                    return
                if self.first < 0 and token.norm not in self._words.intensifiers:
                    self.first = index
                self.end = index + 1
            index += 1

    def _take(self, token: Token, index: int) -> bool:
        """Take one token; false where the phrase ends."""
        if token.kind in ("dimension", "extent", "area"):
            self.sizes.append(token)
            return True
        if token.kind in ("length", "measure"):
            return self._take_length(token, index)
        return token.kind == "word" and self._take_word(token, index)

    def _take_length(self, token: Token, index: int) -> bool:
        """Take the size of what follows: a 40 cm box, a 6 m ceiling."""
        if not self._reads_on(index + 1):
            return False
        if singularize(self._tokens[index + 1].norm) in _SIZED_ROOM_WORDS:
            self.sizes.append(token)
        else:
            self.adjectives.append("".join(token.text.lower().split()))
        return True

    def _take_word(self, token: Token, index: int) -> bool:
        word = token.norm
        if self._is_adjective(token):
            return self._take_adjective(token, index)
        if word in self._words.intensifiers and not self.nouns:
            return True
        if word.endswith("ly") and word not in self._words.not_adverbs:
            return not self.nouns
        if word in _MIDDLES and self._is_after_thing() and not self._reads_on(index + 1):
            return False
        is_closed = word in self._words.closed or word.endswith("n't")
        if is_closed or not self._is_nominal(word, index):
            return False
        is_described = word.endswith("ed") and len(word) > 4 and not self.nouns
        if is_described and self._reads_on(index + 1):
            self.adjectives.append(word)
        else:
            self.nouns.append(token)
        return True

    def _take_adjective(self, token: Token, index: int) -> bool:
        reads_on = self._reads_on(index + 1)
        is_spot = token.norm in _SIDES and self._norm(index + 1) in ("wall", "corner")
        if self.nouns and (not reads_on or token.norm.endswith("ed") or is_spot):
            return False
        if token.norm in _SIDES and not reads_on:
            self.nouns.append(token)
        else:
            self.adjectives.append(token.text.lower())
        return True

    def _is_after_thing(self) -> bool:
        head = singularize(self.nouns[-1].norm) if self.nouns else ""
        return any(head in item_class.words for item_class in load_classes().values())

    def _norm(self, index: int) -> str:
        return self._tokens[index].norm if index < len(self._tokens) else ""

    def _is_adjective(self, token: Token) -> bool:
        adjectives = self._words.adjectives
        is_word = token.norm in adjectives or token.text.lower() in adjectives
        return is_word or token.norm[0].isdecimal()

    def _is_nominal(self, word: str, index: int) -> bool:
        """Whether a word that may be a verb is used as a noun here."""
        is_participle = word.endswith(("ing", "ed")) and len(word) > 4
        is_doing = bool(self.nouns) and singularize(self.nouns[-1].norm) in self._people
        if is_participle and (is_doing or word not in self._words.ing_nouns):
            reads_on = self._reads_on(index + 1)
            if word in self._words.actions:
                return not self.nouns and reads_on
            return not self.nouns or (reads_on and not self._ends_in_plural())
        if self._is_next_thing(index):
            return False
        if word == "can":
            return bool(self.nouns) and not self._is_modal(index)
        return word not in self._words.actions or self._is_verb_as_noun(word, index)

    def _is_modal(self, index: int) -> bool:
        """Tell what a worker can do from a trash can: a verb in its base form follows."""
        if index + 1 >= len(self._tokens) or index + 1 in self._claimed:
            return False
        token = self._tokens[index + 1]
        if token.kind != "word" or token.norm.endswith(("ed", "ing")):
            return False
        if token.norm in self._words.adjectives:
            return False
        is_base = token.norm in ("be", "not", "have", "do", "also", "only")
        return is_base or token.norm not in self._words.closed

    def _is_next_thing(self, index: int) -> bool:
        """Tell 2 chairs, whiteboard without its comma from 2 clothes racks."""
        is_counted = (self._count or 0) > 1 and self._ends_in_plural()
        word = self._tokens[index].norm
        return is_counted and word not in self._words.generic_heads and singularize(word) == word

    def _is_verb_as_noun(self, word: str, index: int) -> bool:
        """Tell the display stand from the worker who stands."""
        is_first = not self.nouns and not self.adjectives and not self._is_introduced
        if is_first or singularize(word) not in self._words.noun_verbs:
            return False
        if self.nouns and (self._ends_in_plural() or self._introduces(index + 1)):
            return False
        return not self.nouns or not word.endswith("s") or (self._count or 0) > 1

    def _introduces(self, index: int) -> bool:
        """Whether another noun phrase begins with a number or a determiner."""
        if index >= len(self._tokens):
            return False
        token = self._tokens[index]
        determiners = (self._words.indefinite, self._words.definite, self._words.distributive)
        return token.kind == "number" or any(token.norm in words for words in determiners)

    def _ends_in_plural(self) -> bool:
        return bool(self.nouns) and singularize(self.nouns[-1].norm) != self.nouns[-1].norm

    def _links_adjectives(self, index: int) -> bool:
        """Whether and or a comma stands between adjectives: a big, yellow and rusty forklift."""
        after = index + 1
        if self.nouns or not (self.adjectives or self.sizes) or after >= len(self._tokens):
            return False
        token = self._tokens[after]
        is_describing = (
            token.kind in ("extent", "dimension") or token.norm in self._words.adjectives
        )
        return is_describing and after not in self._claimed

    def _reads_on(self, index: int) -> bool:
        """Whether a token can carry the phrase on: an adjective or an open word."""
        while index < len(self._tokens) and index not in self._claimed:
            word = self._tokens[index].norm
            if self._tokens[index].kind != "word":
                return False
            if word in _SIDES:
                index += 1
                continue
            if word in self._words.adjectives:
                return True
            is_adverb = word.endswith("ly") and word not in self._words.not_adverbs
            is_closed = word in self._words.closed or word in self._words.verbs
            return not is_closed and not is_adverb
        return False
