"""Takes the things one can put into a scene, and the common words, out of WordNet's files.

Of each word only the frequent senses stay: those tagged in texts at least a fifth as often as its
commonest, else its first two. Names of single things and scientific names are left out. The layout
of WordNet's files is in its manual page ``wndb(5WN)``.
"""

from __future__ import annotations

import collections
import gzip
from typing import TYPE_CHECKING, NamedTuple

from clappper.core.catalog.language.words import singularize, split_query

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["build_synonyms"]

#: Lexicographer files (``lexnames(5WN)``): animal, artifact, food, object, person, plant.
_THINGS = frozenset({5, 6, 13, 17, 18, 20})
_TOPS = 3
#: Unique beginners that are things; those above them say nothing about what a thing is.
_TOP_WORDS = frozenset({"person", "animal", "plant", "food"})
_SENSES = 2
_TAGGED_SHARE = 0.2
_WORDS_PER_TERM = 3
_INSTANCE = "@i"
_HYPERNYM = "@"


class _Synset(NamedTuple):
    lexicographer_file: int
    terms: tuple[str, ...]  # as WordNet writes them
    parents: tuple[int, ...]
    is_instance: bool


def build_synonyms(folder: Path, out: Path) -> int:
    """Write the compact file and return its number of synsets.

    Two parts with an empty line between: a synset a line (terms joined by ``|``, a tab, the line
    numbers of its parents), then the other common words, one a line. A term of which another
    synset is the commoner sense has a ``~`` before it.

    Args:
        folder: WordNet's ``dict`` folder, with ``data.noun``, ``index.*`` and ``cntlist.rev``.
        out: Gzip file to write; the same input gives the same bytes.
    """
    synsets = dict(_read_synsets(folder / "data.noun"))
    counts = _read_counts(folder / "cntlist.rev")
    genera = {
        term.removeprefix("genus_")
        for synset in synsets.values()
        for term in synset.terms
        if term.startswith("genus_")
    }
    kept: dict[int, dict[str, bool]] = collections.defaultdict(dict)
    for lemma, senses in _read_index(folder / "index.noun"):
        for place, offset in enumerate(_choose_senses(lemma, senses, synsets, counts)):
            term = next(term for term in synsets[offset].terms if term.lower() == lemma)
            words = split_query(term)
            name = " ".join(words)
            is_stable = 0 < len(words) <= _WORDS_PER_TERM and split_query(name) == words
            if is_stable and not _is_scientific(term, genera):
                kept[offset].setdefault(name, place == 0)
    numbers = {offset: number for number, offset in enumerate(sorted(kept))}
    lines = [
        f"{'|'.join(_order(kept[offset], synsets[offset]))}\t"
        f"{' '.join(str(numbers[parent]) for parent in _find_parents(offset, synsets, numbers))}"
        for offset in numbers
    ]
    things = {term for terms in kept.values() for term in terms}
    text = "\n".join([*lines, "", *sorted(_read_common_words(folder, counts) - things), ""])
    out.write_bytes(gzip.compress(text.encode("ascii"), 9, mtime=0))
    return len(lines)


def _read_synsets(path: Path) -> Iterator[tuple[int, _Synset]]:
    for line in _read_lines(path):
        fields = line.partition(" | ")[0].split()
        term_count = int(fields[3], 16)
        terms = tuple(fields[4 : 4 + 2 * term_count : 2])
        pointers = fields[5 + 2 * term_count :]
        kinds = [
            (pointers[index], int(pointers[index + 1])) for index in range(0, len(pointers), 4)
        ]
        yield (
            int(fields[0]),
            _Synset(
                int(fields[1]),
                terms,
                tuple(offset for kind, offset in kinds if kind == _HYPERNYM),
                any(kind == _INSTANCE for kind, _ in kinds),
            ),
        )


def _read_index(path: Path) -> Iterator[tuple[str, list[int]]]:
    """Read each lemma and the offsets of its synsets, commonest sense first."""
    for line in _read_lines(path):
        fields = line.split()
        count = int(fields[2])
        yield fields[0], [int(offset) for offset in fields[-count:]]


def _read_counts(path: Path) -> dict[tuple[str, int], int]:
    """Read how often texts have each sense (from 1) of a noun, and of a word of any kind (0)."""
    counts: collections.Counter[tuple[str, int]] = collections.Counter()
    for line in path.read_text(encoding="ascii").splitlines():
        key, sense, count = line.split()
        lemma, _, rest = key.partition("%")
        counts[lemma, 0] += int(count)
        if rest.startswith("1:"):
            counts[lemma, int(sense)] += int(count)
    return counts


def _read_lines(path: Path) -> Iterator[str]:
    """Read the lines below the licence, which is indented."""
    for line in path.read_text(encoding="ascii").splitlines():
        if not line.startswith("  "):
            yield line


def _choose_senses(
    lemma: str,
    senses: list[int],
    synsets: dict[int, _Synset],
    counts: dict[tuple[str, int], int],
) -> list[int]:
    ranked = [
        (counts.get((lemma, number), 0), offset)
        for number, offset in enumerate(senses, start=1)
        if not synsets[offset].is_instance
    ]
    commonest = max((count for count, _ in ranked), default=0)
    return [
        offset
        for place, (count, offset) in enumerate(ranked)
        if _is_thing(synsets[offset])
        and (place < _SENSES or count > max(0, _TAGGED_SHARE * commonest))
    ]


def _is_thing(synset: _Synset) -> bool:
    return synset.lexicographer_file in _THINGS or (
        synset.lexicographer_file == _TOPS and not _TOP_WORDS.isdisjoint(synset.terms)
    )


def _is_scientific(term: str, genera: set[str]) -> bool:
    first, *rest = term.split("_")
    return (
        first in genera
        or first in {"genus", "family", "order", "class", "phylum", "suborder"}
        or (not rest and first[:1].isupper() and first.endswith(("idae", "aceae", "ales")))
    )


def _order(terms: dict[str, bool], synset: _Synset) -> list[str]:
    """Return the terms as WordNet orders them, marked where this is not their commonest sense."""
    places = [" ".join(split_query(term)) for term in synset.terms]
    return [name if terms[name] else f"~{name}" for name in sorted(terms, key=places.index)]


def _find_parents(
    offset: int, synsets: dict[int, _Synset], numbers: dict[int, int]
) -> dict[int, None]:
    """Return the nearest kept synsets above one."""
    found: dict[int, None] = {}
    for parent in synsets[offset].parents:
        found.update(
            {parent: None} if parent in numbers else _find_parents(parent, synsets, numbers)
        )
    return found


def _read_common_words(folder: Path, counts: dict[tuple[str, int], int]) -> set[str]:
    """Read the single words of any kind that texts have."""
    return {
        singularize(lemma)
        for kind in ("noun", "adj", "verb", "adv")
        for lemma, _ in _read_index(folder / f"index.{kind}")
        if lemma.isalpha() and len(lemma) > 2 and counts.get((lemma, 0))
    }
