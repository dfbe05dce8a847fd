"""How names are written, whatever they mean: whole spellings, part codes, lengths as digits.

What is in the catalog is found by its own name however that is typed, and ``rack c16`` is the one
with that code.
"""

from __future__ import annotations

import re

from clappper.core.catalog.language.name_words import join_products, strip_sizes
from clappper.core.catalog.language.words import compact, normalize_text

__all__ = ["list_codes", "list_spellings", "strip_vendor"]

#: How one maker ends the names of a series.
_VENDOR = re.compile(r"_pr(?:_v)?_nvd?_\d+$", re.IGNORECASE)
#: A letter or two and digits, or digits as a number of a series: ``c16``, ``006``.
_CODE = re.compile(r"(?<![a-z0-9])(?:[a-z]{1,2}\d{1,4}|0\d{1,3}|\d{3,4})(?![a-z0-9])")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z]{1,2}\d)")
_PRODUCT = re.compile(
    r"(?<![a-z0-9.])\d{1,4}(?:x\d{1,4}){1,2}(?=x?(?:mm|cm|m|in|inch|ft)?(?![a-z0-9]))"
)
#: Longest text that is taken for a name [characters].
_LIMIT = 255


def strip_vendor(name: str) -> str:
    """Return a name without the ending of its maker."""
    return _VENDOR.sub("", name)


def list_spellings(name: str) -> tuple[str, ...]:
    """Return letters and digits of a name: whole, without its maker's ending, without its size."""
    short = strip_vendor(name)
    forms = [compact(normalize_text(form)) for form in (name, short)]
    bare = compact(normalize_text(strip_sizes(short)))
    if any(map(str.isdigit, bare)):  # without a code what is left may be no more than a noun
        forms.append(bare)
    return tuple(dict.fromkeys(filter(None, forms)))


def list_codes(text: str) -> tuple[str, ...]:
    """Return the part codes and products of lengths of a name or query: ``a10``, ``60x40x30``.

    Lengths have no unit and no leading zeros.
    """
    text = _HUMP.sub(" ", strip_vendor(text[:_LIMIT].strip()))
    text = join_products(normalize_text(text).replace("_", " ").lower())
    products = [
        "x".join(str(int(number)) for number in match[0].split("x"))
        for match in _PRODUCT.finditer(text)
    ]
    codes = _CODE.findall(strip_sizes(text))
    return tuple(dict.fromkeys((*products, *codes)))
