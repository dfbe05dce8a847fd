"""Tells a whole scene that is described in another language from requests to change one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clappper.core.planning.languages.translate_european import read_pieces
from clappper.core.planning.languages.translate_kind import list_rooms
from clappper.core.planning.languages.translate_slot import join_said

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clappper.core.planning.languages.translate_frame import ClauseRules
    from clappper.core.planning.languages.translate_order import SaidWord
    from clappper.core.planning.languages.translation_lexicon import EuropeanLexicon

__all__ = ["begins_scene", "builds_scene"]

#: What follows the place that a scene is in.
_AFTER = frozenset((",", ":", ".", ";", "with", "(", "\u2013", "-"))
_BEGINS_MAX = 80


def begins_scene(text: str, lexicon: EuropeanLexicon) -> bool:
    """Whether a text begins with a place and goes on with what is in it: Oficina, dos mesas."""
    pieces = [piece for piece in read_pieces(text[:_BEGINS_MAX], lexicon) if piece.text]
    place = next((i for i, piece in enumerate(pieces) if piece.kind == "noun"), None)
    if place is None or place + 1 >= len(pieces) or pieces[place].text not in list_rooms():
        return False
    before = [piece for piece in pieces[:place] if piece.kind != "adjective"]
    after = [piece for piece in pieces[place + 1 :] if piece.kind != "adjective"]
    is_bare = not before or [piece.text for piece in before] == ["a"]
    return is_bare and len(after) > 1 and after[0].text in _AFTER


def builds_scene(
    sentence: Sequence[SaidWord], lexicon: EuropeanLexicon, rules: ClauseRules
) -> bool:
    """Whether a sentence asks for a whole scene: for a place, and to build it."""
    if not any(word.folded in rules.builds for word in sentence):
        return False
    pieces = read_pieces(join_said(sentence), lexicon)
    return any(piece.kind == "noun" and piece.text in list_rooms() for piece in pieces)
