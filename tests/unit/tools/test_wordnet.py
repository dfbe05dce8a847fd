"""The generator of the synonym data, on a hand-made WordNet of a few synsets."""

from __future__ import annotations

import gzip

import pytest

from tools.wordnet.build import build_synonyms

# offset, lexicographer file, n for noun, number of terms, term and id ..., pointers | gloss
DATA = """\
  1 the licence is indented
00000001 06 n 01 furniture 0 000 | things in a room
00000002 06 n 02 seat 0 place_to_sit 0 001 @ 00000001 n 0000 | one sits on it
00000003 06 n 02 sofa 0 couch 0 001 @ 00000002 n 0000 | a long one
00000004 06 n 01 couch 0 000 | a coat of paint
00000005 18 n 01 Chippendale 0 001 @i 00000001 n 0000 | one man
00000006 20 n 02 oak 0 Quercus_alba 0 000 | a tree
00000007 20 n 01 genus_Quercus 0 000 | what botanists say
00000008 07 n 01 comfort 0 000 | no thing
"""
INDEX = """\
  1 the licence is indented
chippendale n 1 0 1 0 00000005
comfort n 1 0 1 1 00000008
couch n 2 0 2 1 00000003 00000004
furniture n 1 0 1 1 00000001
genus_quercus n 1 0 1 0 00000007
oak n 1 0 1 1 00000006
place_to_sit n 1 0 1 0 00000002
quercus_alba n 1 0 1 0 00000006
seat n 1 0 1 1 00000002
sofa n 1 0 1 1 00000003
"""
COUNTS = "couch%1:06:00:: 1 9\ncomfort%1:07:00:: 1 5\nred%3:00:00:: 1 8\n"
ADJECTIVES = "  1 licence\nred a 1 0 1 1 00000009\nrare a 1 0 1 0 00000010\n"


@pytest.fixture
def folder(tmp_path):
    files = {
        "data.noun": DATA, "index.noun": INDEX, "cntlist.rev": COUNTS, "index.adj": ADJECTIVES,
        "index.verb": "", "index.adv": "",
    }  # fmt: skip
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="ascii")
    return tmp_path


def test_build_synonyms_keeps_frequent_senses_of_things_and_common_words(folder):
    out = folder / "synonyms.gz"

    assert build_synonyms(folder, out) == 5
    lines = gzip.decompress(out.read_bytes()).decode().split("\n")
    senses = ["furniture\t", "seat|place to sit\t0", "sofa|couch\t1", "~couch\t", "oak\t"]
    assert lines == [*senses, "", "comfort", "red", ""]


def test_build_synonyms_gives_the_same_bytes_again(folder):
    build_synonyms(folder, folder / "a.gz")
    build_synonyms(folder, folder / "b.gz")

    assert (folder / "a.gz").read_bytes() == (folder / "b.gz").read_bytes()
