"""A request to change a scene as clauses, each with the command it begins with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from clappper.core.planning.camera import read_camera
from clappper.core.planning.lexer import Transcript, tokenize
from clappper.core.planning.lexicon import read_table
from clappper.core.planning.numbers import merge_quantities

if TYPE_CHECKING:
    from clappper.core.planning.lexer import Token

__all__ = ["Clause", "EditWords", "begins_with_command", "load_edit_words", "split_clauses"]

#: Commands about things.
_ON_THINGS = frozenset(("remove", "add", "put", "move", "turn", "swap", "make", "give", "again"))
_ENDS = frozenset(".;!?:")
#: What alone asks for another layout; behind a command again says nothing.
_AGAIN = ("try", "again")
#: What says nothing at the end of a request.
_AFTERTHOUGHTS = [
    words.split() for words in ("after all", "any more", "anymore", "at all", "thanks")
]
#: How many polite phrases and marks before a request are passed over, and the words of one.
_POLITE_MAX, _POLITE_WORDS_MAX = 40, 8
#: Clauses that ask for nothing.
_ANSWERS = frozenset(("no", "yes", "wait", "no wait", "sorry", "hm"))
_LINKS = frozenset((",", "and", "then", "but", "also", "&", "plus", "or"))


@dataclass(frozen=True)
class EditWords:
    """Closed word lists of requests.

    Attributes:
        commands: Phrases that begin a request and what they ask for, by first word, longest first.
        polite: Phrases that ask for nothing, by first word, longest first.
        everything: Words for all there is.
        ordinals: Numbers of first, second and so on.
        which: Words that single out an instance.
        stops: Words no name of a thing goes on with.
        general: Nouns for several kinds of things, with the heads of the nouns each can mean.
    """

    commands: dict[str, tuple[tuple[tuple[str, ...], str], ...]]
    polite: dict[str, tuple[tuple[str, ...], ...]]
    everything: frozenset[str]
    ordinals: dict[str, int]
    which: dict[str, str]
    stops: frozenset[str]
    general: dict[str, frozenset[str]]


@lru_cache(maxsize=1)
def load_edit_words() -> EditWords:
    """Return the word lists, read once from the package data."""
    data = read_table("edits")
    commands: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for command, phrases in data["commands"].items():
        for phrase in phrases:
            words = tuple(phrase.split())
            commands.setdefault(words[0], []).append((words, command))
    polite: dict[str, list[tuple[str, ...]]] = {}
    for phrase in data["polite"]:
        words = tuple(phrase.split())
        polite.setdefault(words[0], []).append(words)
    return EditWords(
        commands={
            first: tuple(sorted(group, key=lambda entry: -len(entry[0])))
            for first, group in commands.items()
        },
        polite={
            first: tuple(sorted(group, key=len, reverse=True)) for first, group in polite.items()
        },
        everything=frozenset(data["everything"]),
        ordinals=data["ordinals"],
        which=data["which"],
        stops=frozenset(data["stops"]),
        general={noun: frozenset(heads) for noun, heads in data["general"].items()},
    )


@dataclass(frozen=True)
class Clause:
    """One request.

    Attributes:
        transcript: Its tokens, without polite words before them.
        command: What its first words ask for, or empty.
        verb: Those words.
    """

    transcript: Transcript
    command: str = ""
    verb: str = ""

    @property
    def line(self) -> str:
        """Its normalised words."""
        return self.transcript.line

    @property
    def tokens(self) -> tuple[Token, ...]:
        """All its tokens."""
        return self.transcript.tokens

    @property
    def rest(self) -> tuple[Token, ...]:
        """Its tokens after the command."""
        return self.tokens[_count_words(self.tokens, len(self.verb.split())) :]

    @property
    def said(self) -> str:
        """The user's own words."""
        return self.transcript.words(0, len(self.tokens))


def split_clauses(transcript: Transcript) -> list[Clause]:
    """Return the requests of a text: sentences, and what and joins when a command follows."""
    tokens = transcript.tokens
    aimed = read_camera(transcript).claimed
    bounds = [0]
    for index, token in enumerate(tokens):
        if token.norm in _ENDS:
            bounds.append(index + 1)
        elif token.norm in _LINKS and tokens[index - 1].norm not in _LINKS | _ENDS:
            start = _skip_links(tokens, index)
            is_picture = start in aimed or (
                start + 1 in aimed and tokens[start].norm in ("a", "the")
            )
            if is_picture or _match_command(tokens[start:]) is not None:
                bounds.append(start)
    spans = [tokens[a:b] for a, b in zip(bounds, [*bounds[1:], len(tokens)], strict=True)]
    clauses = [_make_clause(transcript.text, span) for span in spans]
    return [clause for clause in clauses if clause.tokens and clause.line not in _ANSWERS]


def begins_with_command(text: str, *, of_things: bool = False) -> bool:
    """Whether a text, but for polite words, begins with a verb that asks for something.

    Args:
        text: Words of a request.
        of_things: Whether only verbs count that are done to things.
    """
    tokens = tuple(merge_quantities(tokenize(text)))
    found = _match_command(tokens[_count_polite(tokens) :])
    return found is not None and (not of_things or found[1] in _ON_THINGS)


def _skip_links(tokens: tuple[Token, ...], index: int) -> int:
    while index < len(tokens) and tokens[index].norm in _LINKS:
        index += 1
    return index + _count_polite(tokens[index:])


def _make_clause(text: str, tokens: tuple[Token, ...]) -> Clause:
    start = _count_polite(tokens)
    end = len(tokens)
    while end > start and (tokens[end - 1].norm in _ENDS | _LINKS | {"please", "instead"}):
        end -= 1
    for words in _AFTERTHOUGHTS:
        if end - start > len(words) and [t.norm for t in tokens[end - len(words) : end]] == words:
            end -= len(words)
    if end - start > len(_AGAIN) and tokens[end - 1].norm == _AGAIN[1]:
        end -= 1
    tokens = tokens[start:end]
    found = _match_command(tokens)
    verb, command = found or ((), "")
    return Clause(Transcript(text, tokens), command, " ".join(verb))


def _count_polite(tokens: tuple[Token, ...]) -> int:
    """Return how many tokens at the start ask for nothing."""
    polite = load_edit_words().polite
    start = 0
    for _ in range(_POLITE_MAX):
        head = tokens[start : start + _POLITE_WORDS_MAX]
        if not head:
            break
        found = (_match(head, words) for words in polite.get(_get_first_word(head), ()))
        length = next(filter(None, found), 0)
        if not length and head[0].norm not in ("-", '"', "'", *_LINKS):
            break
        start += length or 1
    return start


def _match_command(tokens: tuple[Token, ...]) -> tuple[tuple[str, ...], str] | None:
    """Return the command a text begins with, and its words."""
    if not tokens:
        return None
    for words, command in load_edit_words().commands.get(_get_first_word(tokens), ()):
        if _match(tokens, words):
            return words, command
    return None


def _get_first_word(tokens: tuple[Token, ...]) -> str:
    return tokens[0].norm.split(" ")[0]


def _match(tokens: tuple[Token, ...], words: tuple[str, ...]) -> int:
    """Return how many tokens say these words from the start on, 0 when they do not."""
    length = _count_words(tokens, len(words))
    said = " ".join(token.norm for token in tokens[:length])
    return length if said == " ".join(words) else 0


def _count_words(tokens: tuple[Token, ...], count: int) -> int:
    """Return how many tokens hold so many words: close-up is one token of two words."""
    length = 0
    while count > 0 and length < len(tokens):
        count -= tokens[length].norm.count(" ") + 1
        length += 1
    return length
