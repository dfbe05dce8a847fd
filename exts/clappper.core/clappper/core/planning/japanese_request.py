"""Japanese requests to change a scene as English commands, by the particles of their clauses.

A sentence that names a place to build, or a clause of which asks for no change, is left to the
reading of scenes.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from clappper.core.planning.japanese_phrase import JapaneseSpeaker
from clappper.core.planning.japanese_token import read_numerals
from clappper.core.planning.lexicon import read_table
from clappper.core.planning.translation_lexicon import load_japanese

if TYPE_CHECKING:
    from collections.abc import Mapping

    from clappper.core.planning.translation_lexicon import JapaneseLexicon

__all__ = ["read_japanese_request"]

#: A longer sentence is no request.
_CHARS_MAX, _CLAUSES_MAX = 80, 5
_MACRO = re.compile(r"\{([A-Z]+)\}")
_PART = re.compile(r"\{(?P<how>\w+)(?: (?P<slots>[\w ]+))?\}")
_BREAK = re.compile("[、,]")
#: Numerals before what counts things; other ones are parts of words.
_NUMERALS = re.compile("[一二三四五六七八九十]+(?=[台個脚枚本人名箱基つ缶鉢株秒度倍])")
_LASTS = re.compile(r"film \d")


class _Rules(NamedTuple):
    """How requests are made.

    Attributes:
        frames: Patterns of clauses, and what each says in English.
        fillers: What begins a clause and says nothing.
        degrees: What is said of how much, wherever it stands.
        endings: What ends a clause politely.
    """

    frames: tuple[tuple[re.Pattern[str], str], ...]
    fillers: re.Pattern[str]
    degrees: re.Pattern[str]
    endings: re.Pattern[str]


def read_japanese_request(sentence: str, lexicon: JapaneseLexicon) -> list[str] | None:
    """Return the commands of a sentence, or null when it asks for no change of a scene.

    Args:
        sentence: One sentence, NFKC.
        lexicon: What its forms mean.
    """
    speaker = JapaneseSpeaker(lexicon)
    if not sentence.strip() or len(sentence) > _CHARS_MAX or speaker.names_place(sentence):
        return None
    whole = _read_clause(sentence, speaker)
    if whole is not None:
        return [whole]
    clauses = [clause for clause in _BREAK.split(sentence) if clause.strip()]
    if not 1 < len(clauses) <= _CLAUSES_MAX:
        return None
    said = [_read_clause(clause, speaker) for clause in clauses if _tidy(clause)]
    if any(english is None for english in said):
        return None
    commands = [english for english in dict.fromkeys(said) if english]
    if any(_LASTS.match(english) for english in commands):
        commands = [english for english in commands if not english.endswith("er film")]
    return commands


def _read_clause(clause: str, speaker: JapaneseSpeaker) -> str | None:
    text = _tidy(clause)
    for pattern, english in _load_rules().frames:
        match = pattern.search(text)
        if match is not None and not _BREAK.search(text, match.end()):
            said = _say(english, match.groupdict(), speaker)
            if said is not None:
                return said
    return None


def _say(english: str, slots: Mapping[str, str | None], speaker: JapaneseSpeaker) -> str | None:
    parts: list[str] = []
    end = 0
    for part in _PART.finditer(english):
        how = part["how"]
        if part["slots"] is None:
            said: str | None = slots.get(how) or ""
        else:
            said = speaker.say(how, *(slots.get(name) or "" for name in part["slots"].split()))
        if said is None:
            return None
        parts += [english[end : part.start()], said]
        end = part.end()
    return " ".join("".join([*parts, english[end:]]).split())


def _tidy(clause: str) -> str:
    """Return a clause without what says nothing."""
    rules = _load_rules()
    text = _NUMERALS.sub(
        lambda match: str(read_numerals(match[0], load_japanese().numerals)),
        "".join(clause.split()),
    )
    before = None
    while before != text:
        before = text
        text = rules.fillers.sub("", text)
        text = rules.endings.sub("", text)
    return rules.degrees.sub("", text)


@lru_cache(maxsize=1)
def _load_rules() -> _Rules:
    data = read_table("clauses_japanese")
    macros: dict[str, str] = data["macros"]

    def expand(pattern: str) -> str:
        return _MACRO.sub(lambda match: macros[match[1]], pattern)

    def choose(words: str) -> str:
        forms = sorted((w.strip() for w in words.split(", ")), key=len, reverse=True)
        return "|".join(re.escape(form) for form in forms if form)

    return _Rules(
        frames=tuple((re.compile(expand(p)), english) for p, english in data["frames"]),
        fillers=re.compile(f"^(?:{choose(data['fillers'])})[、,]?"),
        degrees=re.compile(choose(data["degrees"])),
        endings=re.compile(f"(?:{choose(data['endings'])})$"),
    )
