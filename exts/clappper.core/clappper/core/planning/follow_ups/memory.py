"""What was spoken of before a request: the things it and him mean when it names nothing itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clappper.core.errors import UsageError
from clappper.core.planning.follow_ups.target import read_phrase
from clappper.core.planning.lexer import Transcript, tokenize
from clappper.core.planning.numbers import merge_quantities
from clappper.core.planning.rule_planner import transcribe
from clappper.core.planning.scene_wish import find_scene_wish
from clappper.core.planning.wording.clause import split_clauses
from clappper.core.planning.wording.sayings import read_sayings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clappper.core.planning.follow_ups.scene import EditScene
    from clappper.core.planning.models import Item
    from clappper.core.planning.wording.clause import Clause

__all__ = ["find_said_before", "recall"]

_USER = "You: "
#: What was done, at the end of a turn that is told in short.
_DONE = re.compile(r" \((?:[a-z]+)\)$")
_MAX_CHARS = 400
#: How many sentences back may tell what is meant.
_MAX_SENTENCES = 6


def find_said_before(history: Sequence[str]) -> tuple[str, ...]:
    """Return the user's last sentences of a conversation, the oldest first.

    Args:
        history: Turns as texts, the oldest first; the user's lines begin with ``You:``.
    """
    said: list[str] = []
    for text in reversed(history):
        if text.startswith(_USER) and len(said) < _MAX_SENTENCES:
            line = text.removeprefix(_USER).split("\n", 1)[0]
            said.append(_DONE.sub("", line).strip())
    return tuple(reversed(said))


def recall(scene: EditScene, sentences: Sequence[str]) -> None:
    """Let a scene know what was spoken of last before a request.

    A sentence that describes a whole scene speaks of too much: what came before it is forgotten.

    Args:
        scene: The scene.
        sentences: What the user said before, the oldest first.
    """
    for sentence in reversed(sentences):
        if not sentence or len(sentence) > _MAX_CHARS:
            continue
        try:
            wish = find_scene_wish(sentence)
            text = transcribe(sentence).text
        except UsageError:
            continue
        if (wish is not None and wish.is_opening) or _recall_one(scene, text):
            return


def _recall_one(scene: EditScene, text: str) -> bool:
    """Take note of what a sentence spoke of, if it names anything that is there."""
    for saying in reversed(read_sayings(text)):
        tokens = tuple(merge_quantities(tokenize(saying.plain)))
        for clause in reversed(split_clauses(Transcript(saying.plain, tokens))):
            part = scene.recalled if scene.recalled[0] else _tell_part(clause)
            named = _list_named(scene, clause)
            if named:
                scene.recalled = part
                scene.last = tuple(item.id for item in named[0])
                scene.last_other = tuple(item.id for item in named[1]) if len(named) > 1 else ()
                scene.is_last_new = clause.command == "add"
                return True
            if _speaks_of_part(clause):
                scene.recalled = part
    return False


def _speaks_of_part(clause: Clause) -> bool:
    """Whether a clause is about some of what was spoken of before it: one of them."""
    words = [token.norm for token in clause.rest[:3]]
    return words[1:] in (["of", "them"], ["of", "those"])


def _tell_part(clause: Clause) -> tuple[str, int | None]:
    """Return what a clause asks for, and of how many: the others are those it leaves."""
    phrase = read_phrase(clause.rest)
    if clause.rest[1:2] and clause.rest[1].norm == "of" and clause.rest[0].kind == "number":
        return clause.command, int(clause.rest[0].value)
    if phrase is None:
        return clause.command, None
    return clause.command, phrase.count or (1 if phrase.determiner == "indefinite" else None)


def _list_named(scene: EditScene, clause: Clause) -> list[list[Item]]:
    """Return the items each noun phrase of a clause names, in its order; new ones are the last."""
    named: list[list[Item]] = []
    tokens = clause.rest
    place = 0
    while place < len(tokens):
        phrase = read_phrase(tokens[place:])
        if phrase is None or phrase.end < 1:
            place += 1
            continue
        items = scene.find(phrase) if phrase.kind == "thing" and phrase.head else []
        if items:
            is_one = phrase.determiner == "indefinite" or phrase.count == 1
            named.append(items[-1:] if is_one else items)
        place += phrase.end if items else 1
    return named
