"""Japanese requests to change a scene as English commands, by the particles of their clauses.

A sentence that names a place to build, or a clause of which asks for no change, is left to the
reading of scenes.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from clappper.core.planning.inflection import singularize
from clappper.core.planning.languages.japanese_camera import CAMERA
from clappper.core.planning.languages.japanese_phrase import CEILING, JapaneseSpeaker
from clappper.core.planning.languages.japanese_token import read_numerals
from clappper.core.planning.languages.translate_replaced import is_replaced
from clappper.core.planning.languages.translation_lexicon import load_japanese
from clappper.core.planning.lexicon import read_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clappper.core.planning.languages.translation_lexicon import JapaneseLexicon

__all__ = ["read_japanese_request"]

#: A longer sentence is no request.
_CHARS_MAX, _CLAUSES_MAX = 80, 5
_MACRO = re.compile(r"\{([A-Z]+)\}")
_PART = re.compile(r"\{(?P<how>\w+)(?: (?P<slots>[\w ]+))?\}")
_PROPOSAL = re.compile(
    "(?P<verb>置|追加|並べ|足|入れ|増や)[くするてれしたら]*(?:の)?(?:は|って)?どう[^、]*$|(?P<noun>[^いうくるた])(?:は|なんて|とか)どう[^、]*$"
)
#: What takes the place of something, without a verb: 代わりに椅子を1脚.
_INSTEAD = re.compile("^(?:その)?(?:代わり|かわり)に(?P<rest>[^、]*[台個脚枚本人つ])$")
_BREAK = re.compile("[、,]")
#: Numerals before what counts things; other ones are parts of words.
_NUMERALS = re.compile("[一二三四五六七八九十]+(?=[台個脚枚本人名箱基つ缶鉢株秒度倍])")
#: What a reason for a request ends with; after a noun kara is from.
_REASON = re.compile(
    "ので|(?:(?<=[いだるたすん])|(?<=です)|(?<=ます))(?:から|けど|けれど|けれども|が(?=、)|し(?=、))(?!の)"
)
_TE_FORMS = {"置": "いて", "追加": "して", "並べ": "て", "足": "して", "入れ": "て", "増や": "して"}
#: What a frame says of what is wrong, of what only tells something, and of what is spoken of.
_COMPLAINT, _REMARK, _TOPIC = "too ", "remark", "topic "
_ADDED = re.compile(r"add (?:\d+ |an? |another )(?P<noun>[\w -]+?)")
_PUT = re.compile(
    r"put the (?P<noun>[\w -]+?) (?P<where>(?:around|next|in|on|against|near|behind|to"
    r"|at|along|under|between|opposite|left|right|inside|scattered)\b.*)"
)


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


def read_japanese_request(
    sentence: str, lexicon: JapaneseLexicon, speaker: JapaneseSpeaker | None = None
) -> list[str] | None:
    """Return the commands of a sentence, or null when it asks for no change of a scene.

    Args:
        sentence: One sentence, NFKC.
        lexicon: What its forms mean.
        speaker: Who said the sentences before, else nobody.
    """
    speaker = speaker or JapaneseSpeaker(lexicon)
    if not sentence.strip() or len(sentence) > _CHARS_MAX or speaker.names_place(sentence):
        return None
    whole = _read_clause(sentence, speaker)
    if whole is not None and whole.startswith(_TOPIC):
        return None
    body = _load_rules().endings.sub("", sentence)
    if whole is not None and whole != _REMARK and not _REASON.search(body):
        return [whole.removeprefix(_COMPLAINT)]
    clauses = _REASON.sub(r"\g<0>、", sentence).split("、")
    clauses = [part for clause in clauses for part in clause.split(",") if part.strip()]
    if not 1 < len(clauses) <= _CLAUSES_MAX:
        return None if whole in (None, _REMARK) else [str(whole).removeprefix(_COMPLAINT)]
    return _read_clauses(clauses, speaker)


def _read_clauses(clauses: Sequence[str], speaker: JapaneseSpeaker) -> list[str] | None:
    """Return the commands of clauses, or null when one of them is none and no reason for one."""
    commands: list[str] = []
    complaint = topic = ""
    for clause in clauses:
        if not _tidy(clause):
            continue
        english = _read_clause(clause, speaker)
        if english is None and not _REASON.search(clause):
            return None
        if english is None or english == _REMARK:
            speaker.note(clause)
            continue
        if english.startswith("add ") and _REASON.search(clause):
            complaint = english
            continue
        if english.startswith(_COMPLAINT):
            complaint = english.removeprefix(_COMPLAINT)
            continue
        if english.startswith(_TOPIC):
            topic = english.removeprefix(_TOPIC)
            continue
        if complaint.startswith("fewer "):
            english = english.replace("there should be ", "keep only ", 1)
        complaint = ""
        _add(english, commands)
    commands += [complaint] if complaint else []
    is_used = not topic or any(topic in command for command in commands)
    return commands if commands and is_used else None


def _add(english: str, commands: list[str]) -> None:
    """Add a command; one that makes another exact takes its place."""
    last = commands[-1] if commands else ""
    added, put = _ADDED.fullmatch(last), _PUT.fullmatch(english)
    if (
        added is not None
        and put is not None
        and singularize(added["noun"]) == singularize(put["noun"])
    ):
        commands[-1] = f"{last} {put['where']}"
        return
    commands[:] = [said for said in commands if not is_replaced(said, english)]
    if english not in commands:
        commands.append(english)


def _read_clause(clause: str, speaker: JapaneseSpeaker) -> str | None:
    text = _tidy(clause)
    for place in (CAMERA, CEILING):
        speaker.place = place if place in clause else speaker.place
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


def _propose(match: re.Match[str]) -> str:
    """Say a proposal as a request: how about putting it is put it."""
    if match["noun"]:
        return f"{match['noun']}があるといい"
    return f"{match['verb']}{_TE_FORMS[match['verb']]}"


def _tidy(clause: str) -> str:
    """Return a clause without what says nothing."""
    rules = _load_rules()
    text = _NUMERALS.sub(
        lambda match: str(read_numerals(match[0], load_japanese().numerals)),
        "".join(clause.split()),
    )
    text = _PROPOSAL.sub(_propose, text)
    text = _INSTEAD.sub(r"\g<rest>追加して", text)
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
