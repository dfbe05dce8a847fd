"""Parts of a Japanese clause in English: things that are there or are not, places, ways, lights."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clappper.core.planning.inflection import singularize
from clappper.core.planning.japanese_token import tokenize_japanese
from clappper.core.planning.lexicon import read_table
from clappper.core.planning.translation_lexicon import say_noun

if TYPE_CHECKING:
    from clappper.core.planning.japanese_token import JapaneseToken
    from clappper.core.planning.translation_lexicon import JapaneseLexicon

__all__ = ["JapaneseSpeaker"]

_CAMERA = "カメラ"
_WAYS = {"奥": "to the back", "後": "to the back", "手前": "to the front", "前": "to the front",
         "左": "to the left", "右": "to the right"}  # fmt: skip
_SIDES = {"右": "to the right", "左": "to the left", "時計": "clockwise",
          "反時計": "counterclockwise"}  # fmt: skip
_LENGTH = re.compile(r"(?P<n>\d+(?:\.\d+)?)(?P<unit>cm|m|メートル)")
_SPACE = re.compile("部屋|室内|空間|スペース|床|全体")
_ALL = re.compile("^(?:全部|全て|すべて)の?|(?:全部|全て|すべて)$")


class JapaneseSpeaker:
    """Says parts of clauses in English."""

    def __init__(self, lexicon: JapaneseLexicon) -> None:
        self._lexicon = lexicon

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
        tokens = tokenize_japanese(text, self._lexicon)
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
        return " ".join(parts) or None

    def _relate(self, relation: str, things: list[str], article: str) -> str:
        if relation == "between" and len(things) > 1:
            return f"between the {things[-2]} and the {things[-1]}"
        return f"{relation} {article} {things[-1]}"

    def _say_things(self, text: str, article: str, *, is_plural: bool) -> str | None:
        """Say a thing, or several that are joined; nothing else may be said with them."""
        things: list[str] = []
        adjectives: list[str] = []
        count = ""
        for token in tokenize_japanese(_ALL.sub("", text), self._lexicon):
            if token.kind == "noun":
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
