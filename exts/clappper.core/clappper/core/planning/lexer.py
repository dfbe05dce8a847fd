"""Tokens of a prompt with their places in the text; knows spelling and punctuation, no meaning."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Token", "TokenKind", "Transcript", "clean_speech", "clean_text", "tokenize"]

TokenKind = Literal[
    "word", "number", "length", "duration", "measure", "dimension", "extent", "area", "mark"
]

_LOOKALIKES = str.maketrans(
    {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2032": "'", "\u2033": '"'}
)
_DASHES = re.compile("[\u2010\u2011]")
_LONG_DASHES = re.compile("[\u2012-\u2015]|(?<=\\s)-(?=\\s)|--+")
_SPACES = re.compile(r"[ \t]+")
_LINE_ITEM = re.compile(
    r" ?\n ?(?:(?P<bullet>[-*\u2022\u25aa\u2023+]+|\d{1,2}[.)]) |(?=-?\d|an?\b|[A-Z]))"
)
_ENDS = re.compile(r"(?:\s;)+\s*")
_WITH = re.compile(r"\bw/(o\b)?", re.IGNORECASE)
#: Short forms of words, as notes for a scene have them.
_ABBREVIATIONS = {
    "mtg": "meeting",
    "conf": "conference",
    "rm": "room",
    "whse": "warehouse",
    "wh": "warehouse",
    "bldg": "building",
    "approx": "about",
    "incl": "including",
    "ppl": "people",
    "cam": "camera",
    "bg": "background",
    "fg": "foreground",
    "ea": "each",
    "nite": "night",
    "lite": "light",
    "thru": "through",
    "lvl": "level",
    "i'm": "i am",
    "we're": "we are",
    "iso": "isometric",
    "hr": "hour",
    "dont": "don't",
    "doesnt": "doesn't",
    "isnt": "isn't",
    "arent": "aren't",
    "wasnt": "wasn't",
    "shouldnt": "shouldn't",
    "theyre": "they're",
    "theres": "there's",
    "thx": "thanks",
    "em": "them",
    "ty": "thanks",
    "pls": "please",
    "plz": "please",
}
#: Compass points and sides before a part of the room: on the N wall.
_COMPASS = {"N": "north", "S": "south", "E": "east", "W": "west", "L": "left", "R": "right"}
_AT_CORNER = re.compile(r"\b(NE|NW|SE|SW)\b\.?(?= corner)")
#: A side behind what stands there, at the end of a part of a list: 3 bollards L, 1 forklift mid.
_SIDE_BEHIND = re.compile(r"(?<=[a-z]{3} )(L|R|mid)(?= ?(?:[,;/)\n]|$))")
_AT_COMPASS = re.compile(
    r"\b([NSEWLR])\.?(?= (?:wall|side|corner|end)s?\b)|(?<![\d.] )\b(?P<side>[LR])(?= of\b)"
)
#: Pronouns that stand for people, where the place or the picture is spoken of.
_PEOPLE = (
    (re.compile(r"\b(?:some(?:one|body))\b", re.IGNORECASE), "a person"),
    (
        re.compile(
            r"\b(?:nobody|no[- ]?one)\b(?= (?:should|must|may|can|is|in|inside|at|around|there"
            r"|visible|present|anywhere|to be)\b| ?(?:[.,;!]|$))",
            re.IGNORECASE,
        ),
        "no people",
    ),
)
#: Sides joined by hyphens: a 30-by-20-foot dock.
_HYPHENATED = re.compile(r"\b(\d+)-by-(\d+)(?:-by-(\d+))?-(?=[a-z])", re.IGNORECASE)
#: An area joined by hyphens: an 1,800-square-foot office.
_AREA = re.compile(r"(?<=\d)-(square|sq)-(?=(?:foot|feet|ft|met(?:re|er)s?|m)\b)", re.IGNORECASE)
#: A pause in the middle of a sentence: a desk under... no, beside the window.
_PAUSE = re.compile(r" ?\.{2,}(?= ?[a-z])")
#: Somebody who is told more about right behind: somebody, say a technician.
_SOMEBODY = re.compile(
    r"\bsome(?:one|body),? (?:say|like|maybe|perhaps|e\.g\.|for example),? (?=an? )", re.IGNORECASE
)
#: Feet and inches joined by a hyphen, as on a drawing: 24'-6".
_FEET_INCHES = re.compile(r"(?<=\d)' ?- ?(?=\d+(?:\.\d+)?\")")
#: Sounds and words of somebody who thinks while speaking. Behind a comma they can take something
#: back (two, er, three), so those stay.
_HESITATIONS = re.compile(
    r"\b(?:h+m+|oh yeah|oh yes)\b,? ?|(?<![,.;!?] )\b(?:u+h+|u+m+|erm|e+r)\b,? ?"
    r"|,? ?\b(?:let me (?:think|see)|let'?s see|you know|how (?:do|should|shall) i (?:say|put it)"
    r"|i (?:don't|do not) know(?= ?,))\b,? ?",
    re.IGNORECASE,
)
#: Contractions of would behind words that are no speaker: there'd be six desks.
_WOULD = re.compile(r"\b(there|that|it|this|he|she|they|who|which)'d\b", re.IGNORECASE)
#: A height behind a sign: camera @ 1.8 m.
_AT_SIGN = re.compile(r"(?<=\s)@ ?(?=\d)")
#: Both sides as on a drawing: L + R of the sofa.
_BOTH_SIDES = re.compile(r"\bL ?(?:\+|&|/|and) ?R(?= of\b)|\bR ?(?:\+|&|/|and) ?L(?= of\b)")
_MARK = re.compile(r"[,.;!?](?:\s|$)")
_W = re.compile(r"(?<=[a-z] )w(?= (?:an?|the|\d|[a-z]{3,}))")
_ACROSS = re.compile(r"\b([LR]) ?(?:to|->|-) ?([LR])\b")
#: Marks that are spoken, in a text without any other.
_SPOKEN_MARKS = (
    (re.compile(r" ?\bcomma\b", re.IGNORECASE), ","),
    (re.compile(r" ?\b(?:full stop|period|new (?:line|paragraph))\b", re.IGNORECASE), "."),
)
_SHORT = re.compile(rf"\b({'|'.join(_ABBREVIATIONS)})\b\.?", re.IGNORECASE)
_BLANK_LINE = re.compile(r" ?\n ?\n\s*")
_TOKEN = re.compile(
    r"""
      (?P<keep>\d+(?:st|nd|rd|th|[dDpPkK])\b | \d{4}s\b)
    | (?P<compound>\d+(?:[.,]\d+)?-[^\W\d_]+(?:-[^\W\d_]+)*)
    | (?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?
        | \d+,\d{1,2}(?=\s?(?:mm|cm|m|ft|s|t|kg)\b)
        | \d+(?:\.\d+)?)
    | (?P<times>(?:(?<=\d)|(?<=\d['"]))x(?=\d))
    | (?P<word>[^\W\d_]\w*(?:['-][^\W\d_]\w*)*)
    | (?P<mark>\S)
    """,
    re.VERBOSE,
)
_POSSESSIVE = re.compile(r"(?:'s|')(?=\s|$)")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class Token:
    """One word, number or mark; merged tokens (24, 3 m, 20 x 30 m) carry what they are worth.

    Attributes:
        text: As the user wrote it.
        norm: Lower case, hyphens as spaces, possessive removed; quantities as ``3``, ``3_m``,
            ``3_mm``, ``3_s``, ``3_u``, ``<dimension>``, ``<extent>``, ``<area>``.
        kind: What it is.
        start: First character in the cleaned text.
        end: One past the last character.
        values: A number's value, a length [m], a duration [s], an area [m2], or the two or three
            sides [m] of a dimension.
        note: The word or unit a quantity was said with, the axis of an extent, or empty.
        is_glued: No space stands before it.
    """

    text: str
    norm: str
    kind: TokenKind
    start: int
    end: int
    values: tuple[float, ...] = ()
    note: str = ""
    is_glued: bool = False

    @property
    def value(self) -> float:
        """The first of ``values``."""
        return self.values[0]


@dataclass(frozen=True)
class Transcript:
    """The tokens of a prompt and their normalised line, on which patterns are matched.

    Attributes:
        text: The prompt in English.
        tokens: Its tokens.
        notes: Sentences for the user about how it was read.
        line: The norms of all tokens.
    """

    text: str
    tokens: tuple[Token, ...]
    notes: tuple[str, ...] = ()
    line: str = field(init=False)
    _starts: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        starts = []
        position = 0
        for token in self.tokens:
            starts.append(position)
            position += len(token.norm) + 1
        object.__setattr__(self, "line", " ".join(token.norm for token in self.tokens))
        object.__setattr__(self, "_starts", tuple(starts))

    def find(self, pattern: re.Pattern[str]) -> Iterator[tuple[re.Match[str], range]]:
        """Yield each match in the line with the token indices it covers."""
        for match in pattern.finditer(self.line):
            if match.end() > match.start():
                yield match, self.span(match.start(), match.end())

    def span(self, start: int, end: int) -> range:
        """Return the indices of the tokens between two characters of the line."""
        return range(bisect_right(self._starts, start) - 1, bisect_right(self._starts, end - 1))

    def words(self, start: int, end: int) -> str:
        """Return the user's own words of tokens ``start`` to ``end`` (exclusive), on one line."""
        if start >= end:
            return ""
        return " ".join(self.text[self.tokens[start].start : self.tokens[end - 1].end].split())


def clean_text(text: str) -> str:
    """Return the text with plain quotes and dashes, no control characters, lists as sentences."""
    text = _DASHES.sub("-", unicodedata.normalize("NFKC", text).translate(_LOOKALIKES))
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(c if c == "\n" or unicodedata.category(c)[0] != "C" else " " for c in text)
    text = _BLANK_LINE.sub(" ;\n", _SPACES.sub(" ", text))
    text = _ENDS.sub(" ;\n", _LINE_ITEM.sub(" ;\n", "\n" + text)).removeprefix(" ;\n")
    text = _WITH.sub(lambda match: "without " if match[1] else "with ", text)
    text = _SHORT.sub(lambda match: _ABBREVIATIONS[match[1].lower()], text)
    text = _WOULD.sub(r"\1 would", text)
    text = _BOTH_SIDES.sub("left and right", _AT_SIGN.sub("at ", text))
    text = _FEET_INCHES.sub("'", text)
    text = _PAUSE.sub(",", _AREA.sub(r" \1 ", text))
    text = _SOMEBODY.sub("", text)
    text = _W.sub("with", text)
    text = _ACROSS.sub(lambda match: f"{_COMPASS[match[1]]} to {_COMPASS[match[2]]}", text)
    text = _AT_CORNER.sub(lambda match: f"{_COMPASS[match[1][0]]} {_COMPASS[match[1][1]]}", text)
    text = _SIDE_BEHIND.sub(lambda match: _COMPASS.get(match[1], "middle"), text)
    text = _AT_COMPASS.sub(lambda match: _COMPASS[match[1] or match["side"]], text)
    text = _HYPHENATED.sub(lambda match: f"{' x '.join(filter(None, match.groups()))} ", text)
    for pattern, people in _PEOPLE:
        text = pattern.sub(people, text)
    return _LONG_DASHES.sub(",", text)


def clean_speech(text: str) -> str:
    """Return an English text without the sounds of thinking, with the marks that were spoken."""
    if not _MARK.search(text):
        for pattern, mark in _SPOKEN_MARKS:
            text = pattern.sub(mark, text)
    # Between two marks it leaves one: what is said before and after are two sentences.
    return _HESITATIONS.sub(_pause, text).strip()


def _pause(match: re.Match[str]) -> str:
    return ", " if match.group().startswith(",") and match.group().rstrip().endswith(",") else " "


def tokenize(text: str) -> list[Token]:
    """Return the tokens of a cleaned text; all but white space is in exactly one of them."""
    tokens: list[Token] = []
    for match in _TOKEN.finditer(text):
        raw = match.group()
        norm = raw.lower()
        kind: TokenKind = "word"
        values: tuple[float, ...] = ()
        if match.lastgroup == "number":
            kind = "number"
            plain = raw.replace(",", "") if _GROUPED.fullmatch(raw) else raw.replace(",", ".")
            values = (min(float(plain), 1e9),)
            norm = f"{values[0]:.10g}"
        elif match.lastgroup == "mark":
            kind = "mark"
            norm = "x" if raw == "\u00d7" else raw
        else:
            norm = norm.replace("-", " ")
            norm = (_POSSESSIVE.sub("", norm) or norm) if "'" in norm else norm
        glued = bool(tokens) and tokens[-1].end == match.start()
        tokens.append(Token(raw, norm, kind, match.start(), match.end(), values, is_glued=glued))
    return tokens
