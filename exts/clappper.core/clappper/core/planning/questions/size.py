"""Questions about the size of things: how big, which is bigger, does one fit, how do they differ.

Sizes are measured where the file could be read, else those usual for the kind, and told so.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from clappper.core.planning.llm.text import clean_words
from clappper.core.planning.questions.ground import join_words, say_metres
from clappper.core.planning.questions.things import find_assets, read_thing, understand_thing
from clappper.core.planning.questions.words import THING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clappper.core.catalog.models import Asset, AssetMeasure
    from clappper.core.planning.questions.ground import Ground
    from clappper.core.units import Vec3

__all__ = [
    "Sized",
    "answer_difference",
    "answer_size",
    "describe_sized",
    "size_asset",
    "size_assets",
]

#: Most assets whose sizes are told, and hits that are looked through for one of them.
_MAX_ASSETS, _MAX_HITS, _MAX_TAGS = 3, 20, 8
_LENGTHS = {
    "big": "xyz",
    "large": "xyz",
    "small": "xyz",
    "bigger": "xyz",
    "larger": "xyz",
    "smaller": "xyz",
    "tall": "z",
    "high": "z",
    "taller": "z",
    "higher": "z",
    "lower": "z",
    "shorter": "z",
    "wide": "x",
    "wider": "x",
    "narrower": "x",
    "long": "y",
    "longer": "y",
    "deep": "y",
    "deeper": "y",
}
_BIG = "|".join(_LENGTHS)
_HOW_BIG = re.compile(
    rf"how (?:{_BIG}) (?:is|are) (?P<a>{THING})"
    r"|(?:what|which) (?:is|are) the (?:size|dimensions|measurements|width|height|depth|length)s?"
    rf" of (?P<b>{THING})"
    r"|(?:what|which) (?:size|dimensions|height|width) (?:is|are|has|have|do|does)"
    rf" (?P<c>{THING})(?: have)?"
    rf"|(?:what is|describe|tell me about|tell me more about) (?P<d>(?:the|a|an) {THING})(?: like)?"
    rf"|what do(?:es)? (?P<e>{THING}) look like"
)
_DIFFER = re.compile(
    rf"what (?:is|are) the differences? between (?P<a>{THING}) and (?P<b>{THING})"
    rf"|how (?:is|are|does|do) (?P<c>{THING}) (?:different|differ) from (?P<d>{THING})"
    rf"|how do (?P<e>{THING}) and (?P<f>{THING}) differ"
    rf"|what distinguishes (?P<g>{THING}) from (?P<h>{THING})"
    rf"|(?:is|are) (?P<i>{THING}) (?P<than>{_BIG}) than (?P<j>{THING})"
    rf"|(?:which|what) (?:one )?is (?P<or>{_BIG}),? (?P<k>{THING}) or (?P<l>{THING})"
)
_DIFFER_ALL = re.compile(
    rf"what (?:is|are) the differences? between (?P<all>{THING})|how do (?P<these>{THING}) differ"
)


class Sized(NamedTuple):
    """An asset with its size [m]: width x, depth y, height z; null where there is none."""

    asset: Asset
    size_m: Vec3 | None
    is_measured: bool = False
    measure: AssetMeasure | None = None

    @property
    def name(self) -> str:
        """Its name, made harmless."""
        return clean_words(self.asset.name, limit=60)


def size_assets(words: str, ground: Ground) -> list[Sized]:
    """Return the assets that words mean, with their sizes; the first few where there are many."""
    return [size_asset(asset, ground) for asset in find_assets(words, ground)[:_MAX_ASSETS]]


def answer_size(said: str, ground: Ground) -> str | None:
    """Return how large a thing is."""
    found = _HOW_BIG.fullmatch(said)
    words = next((g for g in found.groupdict().values() if g), "") if found else ""
    if not words or read_thing(words) is None:
        return None
    sized = size_assets(words, ground)
    if not sized:
        return None
    if found is not None and (found["d"] or found["e"]):
        return " ".join(f"{describe_sized(one)} {_describe_words(one)}".strip() for one in sized)
    return " ".join(describe_sized(one) for one in sized)


def answer_difference(said: str, ground: Ground) -> str | None:
    """Return how two things differ, by name, size and words of the catalog."""
    found = _DIFFER_ALL.fullmatch(said)
    if found is not None and " and " not in said:
        return _tell_all_apart(found["all"] or found["these"], ground)
    found = _DIFFER.fullmatch(said)
    if found is None:
        return None
    groups = found.groupdict()
    pair = [words for name, words in groups.items() if words and name not in ("than", "or")]
    one, other = (size_assets(words, ground) for words in pair)
    if not one or not other:
        missing = [read_thing(w) for w, sized in zip(pair, (one, other), strict=True) if not sized]
        if None in missing:
            return None
        return f"There is no {join_words((str(m) for m in missing), 'and no')} to compare."
    asked = groups["than"] or groups["or"]
    return _compare(one[0], other[0], asked) if asked else _tell_apart(one, other)


def describe_sized(sized: Sized) -> str:
    """Return the size of an asset in a sentence."""
    if sized.size_m is None:
        return f"The size of {sized.name} is not known."
    width, depth, height = (say_metres(value) for value in sized.size_m.as_tuple())
    how = "measured" if sized.is_measured else "usual for its kind, not measured"
    return f"{sized.name} is {width} wide, {depth} deep and {height} high ({how})."


def size_asset(asset: Asset, ground: Ground) -> Sized:
    """Return an asset with its measured size, else the catalog's."""
    if ground.evidence.measure is not None:
        measure, _ = ground.evidence.measure(asset)
        return Sized(asset, measure.size_m, measure.is_measured, measure)
    for hit in ground.catalog.search(asset.name, limit=_MAX_HITS).hits:
        if asset.asset_id == hit.asset.asset_id:
            return Sized(asset, hit.size_m, hit.is_measured)
    return Sized(asset, None)


def _tell_apart(one: Sequence[Sized], other: Sequence[Sized]) -> str:
    a, b = one[0], other[0]
    if a.asset.asset_id == b.asset.asset_id:
        return f"They are the same asset: {describe_sized(a)}"
    told = [describe_sized(a), describe_sized(b)]
    nouns = clean_words(a.asset.noun, limit=60), clean_words(b.asset.noun, limit=60)
    if nouns[0] != nouns[1]:
        told.insert(0, f"One is of the kind {nouns[0]}, the other of the kind {nouns[1]}.")
    ours, theirs = _list_words(a.asset), _list_words(b.asset)
    for sized, own in ((a, ours - theirs), (b, theirs - ours)):
        if own:
            told.append(f"Only of {sized.name} it is said: {', '.join(sorted(own)[:_MAX_TAGS])}.")
    if ours == theirs and ours:
        told.append(f"Both are tagged {', '.join(sorted(ours)[:_MAX_TAGS])}.")
    return " ".join(told)


def _tell_all_apart(words: str, ground: Ground) -> str | None:
    """Return how assets of one kind differ: those of the scene, else those of the catalog."""
    sized = size_assets(words, ground)
    meaning = understand_thing(words, ground)
    if len(sized) < 2 and meaning is not None:
        sized = [size_asset(asset, ground) for asset in meaning.entry.assets[:2]]
    return _tell_apart(sized[:1], sized[1:]) if len(sized) > 1 else None


def _compare(one: Sized, other: Sized, asked: str) -> str:
    """Return which of two is larger in what was asked, with both sizes."""
    sizes = f"{describe_sized(one)} {describe_sized(other)}"
    if one.size_m is None or other.size_m is None:
        return f"That cannot be told. {sizes}"
    values = [_measure_along(sized.size_m, _LENGTHS[asked]) for sized in (one, other)]
    if values[0] == values[1]:
        return f"Neither: they are the same there. {sizes}"
    is_less = asked in ("small", "smaller", "lower", "shorter", "narrower")
    first = (values[0] < values[1]) == is_less
    return f"{(one if first else other).name} is {asked}. {sizes}"


def _measure_along(size_m: Vec3 | None, axes: str) -> float:
    assert size_m is not None
    result = 1.0
    for axis in axes:
        result *= getattr(size_m, axis)
    return round(result, 4)


def _describe_words(sized: Sized) -> str:
    words = sorted(_list_words(sized.asset))[:_MAX_TAGS]
    noun = clean_words(sized.asset.noun, limit=60)
    tags = f", tagged {', '.join(words)}" if words else ""
    return f"It is of the kind {noun}{tags}."


def _list_words(asset: Asset) -> set[str]:
    return {clean_words(word, limit=40) for word in (*asset.tags, *asset.attributes)} - {""}
