"""Which texts ask for an answer, and their words made plain: no question is a change of the scene.

What only sounds like a question but asks for a change (could you, how about, why not) is none.
"""

from __future__ import annotations

import re

from clappper.core.planning.llm.text import clean_words

__all__ = ["MAX_CHARS", "THING", "is_asking", "plain_question", "simplify"]

#: Longest question [characters].
MAX_CHARS = 300
#: Words in the place of a thing: bounded, so that no text takes long to be told from a question.
THING = r".{1,60}?"

_GREETING = re.compile(
    r"^(?:(?:please|hi|hello|hey|okay|ok|and|so|but|well|now|sorry|excuse me|by the way|um|hm+)\b"
    r"[ ,]*)+"
)
_THANKS = re.compile(r"[\s,]+(?:please|thanks|thank you|again)(?=[ ?.!]*$)")
_CONTRACTIONS = (
    (re.compile(r"\b(what|where|who|how|when|why|which|there|that|it|here)'s\b"), r"\1 is"),
    (re.compile(r"\b(what|where|who|how|why|there|they|you|we)'re\b"), r"\1 are"),
    (re.compile(r"\b(what|where|who|how|you|we|i)'(?:ve)\b"), r"\1 have"),
    (re.compile(r"\b(i|you|we)'d\b"), r"\1 would"),
    (
        re.compile(r"\b(is|are|was|were|do|does|did|have|has|could|would|should)n't\b"),
        r"\1 not",
    ),
    (re.compile(r"\b(?:can't|cannot|can not)\b"), "can not"),
)
_TELL = re.compile(
    r"^(?:(?:can|could|would|will) you (?:please |kindly |quickly )?"
    r"(?:tell|say to|show|remind) (?:me|us)"
    r"|(?:please )?(?:tell|remind|show) (?:me|us)|do you know|do you remember|i wonder|any idea"
    r"|i (?:would like|want|need) to know|i am (?:wondering|curious))(?: again)?,? "
    r"(?=(?:what|which|how|where|who|why)\b)"
)
#: The order of words behind do you know: how big the room is.
_INDIRECT = re.compile(
    r"^(?P<ask>how (?!many|much)\w+|where|who|what (?!is|are|was|does|do|did)\w+(?: \w+)?|what)"
    r" (?P<thing>(?:the|this|a|an|my|our) .{1,60}) (?P<is>is|are)$"
)
_INDIRECT_NUMBER = re.compile(r"(?P<ask>how many .{1,60}?) (?P<thing>there) (?P<is>is|are)")
_FILLERS = re.compile(
    r"\b(?:right now|just now|now|currently|current|at the moment|at present|presently|actually"
    r"|exactly|still|so far|already|really|only|just|also|altogether|in total|precisely|at all"
    r"|anyway|approximately|roughly)\b"
)
_COMMANDS = (
    "add|put|place|make|remove|move|delete|take|turn|rotate|swap|replace|change|set|give|bring|let"
    "|get|insert|scatter|stack|drop|clear|shift|exchange|arrange|build|create|generate|switch|use"
    "|zoom|dolly|orbit|tilt|film|render|keep"
)
#: A command behind a question: the whole is no question only.
_THEN_COMMAND = re.compile(
    r"[.?!;:,]\s+(?:(?:and|then|so|please|if so|if not|otherwise|ok|okay|just|also) )*"
    rf"(?:{_COMMANDS})\b"
)
#: What sounds like a question and proposes a change, or tells one: what we need is a sofa.
_NO_ASKING = re.compile(
    r"(?:what|how) (?:about|if)\b|who cares|what a\b|is there .*\badd\b|why not\b"
    r"|why do not (?:you|we|i) (?!have\b|know\b|see\b|find\b|understand\b)"
    r"|(?:do|would) you (?:think|mind)\b|have you (?:considered|thought|tried)\b"
    r"|(?:is|was|would) (?:it|that) (?:be )?(?:possible|okay|ok|fine|alright) (?:to|for|if)\b"
    r"|(?:are|is) (?:you|we|i|it|they) (?:able|going|supposed|allowed) to\b"
    r"|is there (?:a|any) (?:way|chance|possibility|option)\b"
    r"|(?:what|where|when|how) (?:i|we|they|he|she|it)\b"
)
_ASKING = re.compile(
    r"(?:which|what|who|whose|where|when|why|how (?:many|much|big|large|tall|high|low|wide|broad"
    r"|long|far|deep|small|fast|bright|dark|heavy|come|do|does|did|is|are|was|can i)"
    r"|at what|in what|on what|from where|for how long|with which|with what"
    r"|do you|do we|do i|does|did|have you|have we|have i|has (?:the|any|every)"
    r"|is (?:there|it|this|the|that|any(?:body|one|thing)?|some(?:body|one|thing)|nobody"
    r"|every\w+|one)|are (?:there|they|the|any|all|these|those|both|you|we)"
    r"|(?:was|were) (?:there|it|they|any(?:thing|one|body)?|every\w+|the|some(?:thing|one)|all)"
    r"|list the|tell me|list (?:all|what|which)|show me (?:all|what|which|the list))\b(?!-)"
    r"|(?:list|show me|name) (?:all |me )?.{1,60} (?:(?:that )?you have"
    r"|(?:in|from) (?:the|your|this) (?:catalog|catalogue|library|index|assets?))$"
    r"|help(?: me)?$"
)
#: Asked in a form that is a request with any other words in it; only with a question mark.
_ABLE = re.compile(
    r"(?:can|could|will|would) (?!you\b|we\b|i\b|the camera\b).{1,60}"
    r" (?:fit|(?:get|go|pass|drive|come) through)\b.{0,80}"
    r"|(?:can|could) (?:i|we) (?:choose|pick|select) .{0,20}\b(?:from|between|which|what|how)\b"
    r".{0,80}"
    r"|(?:any|what) (?:assumptions|misses|problems|issues|errors|collisions|warnings)"
    r"|(?:the )?(?:room|camera|film|shot|clip|picture)"
    r" (?:size|height|length|duration|resolution)"
    r"|(?:the )?(?:lens|focal length|frame rate|fps|resolution|duration)"
)


def plain_question(text: str) -> str:
    """Return a text in lower case on one line, without greeting, contractions and end marks."""
    said = _clean(text)
    told = _TELL.sub("", said)
    if told == said:
        return said
    indirect = _INDIRECT.fullmatch(told) or _INDIRECT_NUMBER.fullmatch(told)
    return f"{indirect['ask']} {indirect['is']} {indirect['thing']}" if indirect else told


def simplify(said: str) -> str:
    """Return a plain question without words that change nothing: now, currently, only."""
    return re.sub(r"\s+", " ", _FILLERS.sub("", said)).strip(" ,")


def is_asking(text: str) -> bool:
    """Tell whether a text begins as a question does and asks for no change."""
    if len(text) > MAX_CHARS:
        return False
    whole = clean_words(text, limit=MAX_CHARS).casefold()
    if _NO_ASKING.match(_clean(text)) or _THEN_COMMAND.search(whole):
        return False
    said = plain_question(text)
    is_marked = whole.rstrip(' ."!').endswith("?")
    return bool(_ASKING.match(said) or (is_marked and _ABLE.fullmatch(said)))


def _clean(text: str) -> str:
    said = clean_words(text, limit=MAX_CHARS).casefold().replace("\u2019", "'")
    said = _THANKS.sub("", _GREETING.sub("", said))
    for pattern, words in _CONTRACTIONS:
        said = pattern.sub(words, said)
    return said.strip(" ?.!,\u00bf\u00a1")
