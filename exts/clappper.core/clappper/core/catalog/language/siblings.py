"""Which object a file of a folder belongs to, by the suffixes of its name."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple, cast

from clappper.core.catalog.language.words import load_words, singularize

__all__ = ["Sibling", "SiblingKind", "find_sibling"]

SiblingKind = Literal["", "inst", "base", "inst_base", "lod", "collision", "material_variant"]

_SUFFIX = re.compile(
    r"(?:(?P<inst_base>_inst_base)|(?P<inst>_inst)|(?P<base>_base)"
    r"|(?P<lod>[ _.-]?lod[ _.-]?\d{1,2})"
    r"|(?P<collision>[ _.-](?:coll|collision|collider)(?:[ _.-]?\d+)?)"
    r"|(?P<material_variant>[ _.-](?:mat|material|mtl)[ _.-]?\d{1,3}))$",
    re.IGNORECASE,
)
_COLLISION_PREFIX = re.compile(r"^(?:ucx|ubx|usp|ucp)[ _.-]", re.IGNORECASE)
_LAST_TOKEN = re.compile(r"[ _.-]([A-Za-z]+)$")


class Sibling(NamedTuple):
    """A name taken apart into the object's name and what this file of it is."""

    base: str
    kind: SiblingKind


def find_sibling(name: str) -> Sibling:
    """Return the name of the object a file belongs to, and what the file is of it.

    For whoever groups the files of one folder: ``x_inst`` and ``x_lod1`` are files of ``x`` whether
    or not ``x`` is there. ``x_red`` and ``x_mat2`` (kind ``material_variant``) are files of ``x``
    only when ``x`` itself is in the same folder; else they are objects. A collision mesh is never
    placed. Only the last suffix is taken off: ask again for the base of ``x_red_inst``. Numbers and
    letters (``Forklift_B01``, ``Pallet_A2``) tell looks, so they stay.
    """
    suffix = _SUFFIX.search(name)
    if suffix is not None and suffix.start() > 0:
        return Sibling(name[: suffix.start()], cast("SiblingKind", suffix.lastgroup))
    prefix = _COLLISION_PREFIX.search(name)
    if prefix is not None and prefix.end() < len(name):
        return Sibling(name[prefix.end() :], "collision")
    last = _LAST_TOKEN.search(name, 1)
    if last is not None and singularize(last[1].lower()) in load_words().colors:
        return Sibling(name[: last.start()], "material_variant")
    return Sibling(name, "")
