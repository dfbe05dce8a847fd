"""Parts of a Japanese clause in English: things that are there or are not, places, ways, lights."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clappper.core.planning.inflection import singularize
from clappper.core.planning.languages.japanese_camera import read_camera_move
from clappper.core.planning.languages.japanese_token import tokenize_japanese
from clappper.core.planning.languages.translation_lexicon import say_noun
from clappper.core.planning.lexicon import read_table

if TYPE_CHECKING:
    from clappper.core.planning.languages.japanese_token import JapaneseToken
    from clappper.core.planning.languages.translation_lexicon import JapaneseLexicon

__all__ = ["CEILING", "JapaneseSpeaker"]

_CAMERA, CEILING = "カメラ", "天井"
_OTHER = re.compile(
    "もう(?:1|一)(?:つ|台|脚|本|人|個|枚|方)(?=の|$)|もう片方|残り|ほか(?=の|$)|他(?=の|$)|別の"
)
_SIDE_WORDS = {"左": "left", "右": "right", "奥": "back", "手前": "front", "前": "front",
               "後ろ": "back", "真ん中": "middle"}  # fmt: skip
_SIDE = re.compile(f"(?:一番)?(?P<side>{'|'.join(_SIDE_WORDS)})(?:側)?(?:の|にある)(?=.)")
#: Spots that tell how things stand to each other, said before what they stand to.
_SHAPES = ("in a circle", "in a row")
_WAYS = {"奥": "to the back", "後": "to the back", "手前": "to the front", "前": "to the front",
         "左": "to the left", "右": "to the right"}  # fmt: skip
_SIDES = {"右": "to the right", "左": "to the left", "時計": "clockwise",
          "反時計": "counterclockwise"}  # fmt: skip
_LENGTH = re.compile(r"(?P<n>\d+(?:\.\d+)?)(?P<unit>cm|m|メートル)")
_SECONDS = re.compile(r"(?P<n>\d+(?:\.\d+)?)秒")
_SPACE = re.compile("部屋|室内|空間|スペース|床|全体")
_ALL = re.compile("^(?:全部|全て|すべて)の?|(?:全部|全て|すべて)$")


class JapaneseSpeaker:
    """Says parts of clauses in English."""

    def __init__(self, lexicon: JapaneseLexicon) -> None:
        self._lexicon = lexicon
        self.topic = ""
        self.other = ""
        self.place = ""

    def names_place(self, sentence: str) -> bool:
        """Whether a sentence names a place to build, not only the room that is there."""
        tokens = tokenize_japanese(sentence, self._lexicon)
        is_place = any(t.kind == "place" and t.english != "room" for t in tokens)
        is_built = any(t.kind in ("noun", "count") and t.text != _CAMERA for t in tokens)
        return is_place and is_built

    def say(self, how: str, *slots: str) -> str | None:
        """Return slots in English, or null when they are not of the kind.

        Args:
            how: The kind: known, fresh, bare, many, known1, num, aim, loc, way, light or side.
            slots: What was written.
        """
        said: str | None = getattr(self, f"_say_{how}")(*slots)
        return said

    def _say_topic(self, _text: str) -> str | None:
        return f"the {_plural(self.topic)}" if self.topic else None

    def _say_topicnum(self, number: str) -> str | None:
        if not self.topic:
            return None
        return f"{number} {self.topic if number == '1' else _plural(self.topic)}"

    def _say_topicit(self, _text: str) -> str:
        return f"the {_plural(self.topic)}" if self.topic else "it"

    def _say_updown(self, text: str) -> str:
        return "lower" if text in "低下" else "higher"

    def note(self, text: str) -> None:
        """Remember what a clause is about that asks for nothing."""
        tokens = tokenize_japanese(text, self._lexicon)
        nouns = [token.english for token in tokens if token.kind == "noun"]
        self.topic = nouns[0] if nouns else self.topic
        self.other = nouns[1] if len(nouns) > 1 else self.other

    def _say_turnthere(self, text: str) -> str | None:
        """Say that a thing looks at what was spoken of before it."""
        target = self.topic
        thing = self._say_known(text)
        return f"turn {thing} to the {target}" if thing and target else None

    def _say_besideother(self, _text: str) -> str | None:
        """Say that what was spoken of first stands next to what was spoken of second."""
        if not self.topic or not self.other:
            return None
        return f"put the {self.topic} next to the {self.other}"

    def _say_topicbare(self, _text: str) -> str | None:
        return _plural(self.topic) if self.topic else None

    def _say_lr(self, text: str) -> str:
        return _SIDE_WORDS[text]

    def _say_manner(self, text: str) -> str:
        return "slowly" if text else ""

    def _say_eachloc(self, owner: str, where: str) -> str | None:
        return self._say_loc(f"各{owner}の{where}")

    def _say_level(self, metres: str) -> str | None:
        """Say a height of the camera or the ceiling that was spoken of."""
        heights = {_CAMERA: f"camera at {metres} m", CEILING: f"make the room {metres} m high"}
        return heights.get(self.place)

    def _say_more_loc(self, text: str) -> str | None:
        """Say where what was spoken of is to stand."""
        where = self._say_loc(text)
        return f"put the {_plural(self.topic)} {where}" if where and self.topic else None

    def _say_place(self, before: str, text: str) -> str | None:
        """Say a place to change the room to; what it was before must be one, too."""
        for part in (before, text):
            tokens = [t for t in tokenize_japanese(part, self._lexicon) if t.kind != "silent"]
            kinds = [token.kind for token in tokens]
            if kinds.count("place") != 1 or set(kinds) - {"place", "adjectives"}:
                return None
        place = next(t for t in tokens if t.kind == "place")
        adjectives = [t.english for t in tokens if t.kind == "adjectives"]
        return None if place.english == "room" else " ".join(("a", *adjectives, place.english))

    def _say_noun(self, text: str) -> str | None:
        return self._say_things(text, "", is_plural=False)

    def _say_some(self, number: str, text: str) -> str | None:
        return self._say_num(number, text) if number else self._say_fresh(text)

    def _say_dist(self, text: str) -> str:
        length = _LENGTH.search(text)
        return f"{length['n']} {'cm' if length['unit'] == 'cm' else 'm'}" if length else ""

    def _say_cammove(self, text: str) -> str | None:
        """Say how the camera moves, or nothing where it only looks."""
        tokens = tokenize_japanese(text, self._lexicon)
        if not any(token.kind == "moves" for token in tokens):
            return None
        move = read_camera_move(tokens)
        lasts = _SECONDS.search(text)
        return f"{move}. Film {lasts['n']} seconds" if move and lasts else move or None

    def _say_known(self, text: str) -> str | None:
        return self._say_things(text, "the", is_plural=True)

    def _say_known1(self, text: str) -> str | None:
        return self._say_things(text, "the", is_plural=False)

    def _say_fresh(self, text: str) -> str | None:
        return self._say_things(text, "a", is_plural=False)

    def _say_bare(self, text: str) -> str | None:
        tokens = tokenize_japanese(text, self._lexicon)
        if any(token.kind in ("count", "vague") for token in tokens):
            return None
        return self._say_things(text, "", is_plural=False)

    def _say_many(self, text: str) -> str | None:
        return self._say_things(text, "", is_plural=True)

    def _say_num(self, number: str, text: str) -> str | None:
        things = self._say_things(text, "", is_plural=number != "1")
        return None if things is None else f"{number} {things}"

    def _say_aim(self, text: str) -> str | None:
        if text.startswith(_CAMERA):
            return "the camera"
        if text in _SIDES:
            return _SIDES[text].removeprefix("to ")
        if text.startswith("壁"):
            return "the wall"
        return self._say_things(text, "the", is_plural=False)

    def _say_side(self, text: str) -> str:
        return _SIDES.get(text, "")

    def _say_light(self, text: str) -> str:
        lights: dict[str, str] = read_table("clauses_japanese")["lights"]
        forms = sorted(lights, key=len, reverse=True)
        return next(lights[form] for form in forms if text.startswith(form))

    def _say_way(self, text: str) -> str | None:
        tokens = tokenize_japanese(_LENGTH.sub("", text), self._lexicon)
        way = next((said for form, said in _WAYS.items() if form in text), None)
        if way is None or any(token.kind in ("noun", "relations") for token in tokens):
            return None
        length = _LENGTH.search(text)
        if length is None:
            return way
        unit = "cm" if length["unit"] == "cm" else "m"
        return f"{length['n']} {unit} {way}"

    def _say_loc(self, text: str) -> str | None:
        """Say where: next to the sofa, against the wall; nothing of nothing."""
        if not text:
            return ""
        parts: list[str] = []
        things: list[str] = []
        article = "the"
        for token in tokenize_japanese(text, self._lexicon):
            if token.kind == "each":
                article = "each"
            elif token.kind == "noun":
                things.append(token.english)
            elif token.kind == "relations" and things:
                parts.append(self._relate(token.english, things, article))
                things, article = [], "the"
            elif token.kind == "spots":
                parts.append("near the window" if token.text == "窓際" else token.english)
        if things:
            parts.append(f"to {article} {things[-1]}")
        if not parts and _SPACE.search(text):
            parts.append("in the room")
        return " ".join(sorted(parts, key=lambda part: part not in _SHAPES)) or None

    def _relate(self, relation: str, things: list[str], article: str) -> str:
        if relation == "between" and len(things) > 1:
            return f"between the {things[-2]} and the {things[-1]}"
        return f"{relation} {article} {things[-1]}"

    def _say_things(self, text: str, article: str, *, is_plural: bool) -> str | None:
        """Say a thing, or several that are joined; nothing else may be said with them."""
        other = _OTHER.match(text)
        if other is not None:
            return self._say_other(text[other.end() :].removeprefix("の"), is_rest="残" in other[0])
        things: list[str] = []
        side = _SIDE.match(text)
        adjectives = [_SIDE_WORDS[side["side"]]] if side is not None else []
        text = text[side.end() :] if side is not None else text
        count = ""
        for token in tokenize_japanese(_ALL.sub("", text), self._lexicon):
            if token.kind == "noun":
                self.topic = token.english if not things else self.topic
                things.append(self._say_thing(token, count, adjectives, article, is_plural))
                count, adjectives = "", []
            elif token.kind == "adjectives":
                adjectives.append(token.english)
            elif token.kind == "count" and things and not text.startswith(token.text):
                noun = token.english == "1"
                bare = things[-1].removeprefix("the ").removeprefix("a ")
                things[-1] = f"{token.english} {_singular(bare) if noun else _plural(bare)}"
            elif token.kind == "count":
                count = token.english
            elif token.kind not in ("ands", "each"):
                return None
        return " and ".join(things) or None

    def _say_other(self, text: str, *, is_rest: bool) -> str | None:
        """Say the other desk, the other one, or the rest."""
        if not text:
            return "the others" if is_rest else "the other one"
        tokens = tokenize_japanese(text, self._lexicon)
        if [token.kind for token in tokens] == ["count"]:
            return f"the other {tokens[0].english}"
        noun = self._say_things(text, "", is_plural=is_rest)
        return None if noun is None else f"the other {noun}"

    def _say_thing(
        self, token: JapaneseToken, count: str, adjectives: list[str], article: str, is_plural: bool
    ) -> str:
        is_many = count != "1" if count else is_plural
        noun = say_noun(token.english, is_plural=is_many)
        words = (count or article, *adjectives, noun)
        return " ".join(word for word in words if word)


def _singular(noun: str) -> str:
    return singularize(noun)


def _plural(noun: str) -> str:
    return say_noun(_singular(noun), is_plural=True)
