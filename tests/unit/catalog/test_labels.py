"""Whatever is in the catalog is found by its own name, however that is typed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from clappper.core.catalog.language.labels import list_codes, list_spellings
from clappper.core.catalog.store import open_catalog
from support.master_index import MIXED_PATHS, make_catalog, write_index
from support.sample_index import make_sample_entries

if TYPE_CHECKING:
    from collections.abc import Callable

_VENDOR = re.compile(r"_PR(?:_V)?_NVD?_\d+$", re.IGNORECASE)
_SIZE = re.compile(r"_\d+(?:x\d+)*x?(?:mm|cm|m)(?=_|$)", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z]\d+(?![A-Za-z])|[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+\w*")


def _strip(name: str) -> str:
    return _VENDOR.sub("", name)


def _space(name: str) -> str:
    parts = re.split(r"[\W_]+", _strip(name))
    return " ".join(word for part in parts for word in _WORD.findall(part))


def _join(name: str) -> str:
    return re.sub(r"[\W_]+", "", _strip(name)).lower()


FORMS: dict[str, Callable[[str], str]] = {
    "exact": str,
    "upper": str.upper,
    "without the maker's ending": _strip,
    "spaced": _space,
    "spaced, lower case": lambda name: _space(name).lower(),
    "joined": _join,
    "hyphens": lambda name: _strip(name).replace("_", "-"),
    "asked for": lambda name: f"please show me the {_space(name)}",
}


@pytest.fixture(scope="module")
def catalog(tmp_path_factory):
    path = write_index(tmp_path_factory.mktemp("names") / "index.json", make_sample_entries())
    return open_catalog(path)


@pytest.mark.parametrize("form", FORMS)
def test_search_every_object_is_found_first_by_its_own_name(catalog, form):
    names = {asset.name for asset in catalog.list_assets()}
    missed = []
    for name in sorted(names):
        query = FORMS[form](name)
        hits = catalog.search(query, limit=1).hits
        if not hits or _join(hits[0].asset.name) != _join(name):
            missed.append((name, query, [hit.asset.name for hit in hits]))

    assert len(names) >= 400
    assert len(missed) <= 0.01 * len(names), missed


def test_search_every_code_is_found_without_the_size(catalog):
    names = {asset.name for asset in catalog.list_assets() if _SIZE.search(_strip(asset.name))}
    missed = []
    for name in sorted(names):
        query = _space(_SIZE.sub("", _strip(name)))
        hits = catalog.search(query, limit=1).hits
        if not hits or not _join(hits[0].asset.name).startswith(query.replace(" ", "").lower()):
            missed.append((query, [hit.asset.name for hit in hits]))

    assert len(names) >= 100
    assert len(missed) <= 0.01 * len(names), missed


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("rack a02", "Rack_A02_Loaded_PR_NVD_01"),
        ("A02 rack", "Rack_A02_Loaded_PR_NVD_01"),
        ("industrial shelving a02", "IndustrialSteelShelving_A02_PR_NVD_01"),
        ("forklift c01", "Forklift_C01_PR_V_NVD_01"),
        ("a box a10", "CubeBox_A10_51cm_PR_NVD_01"),
        ("c01", "Forklift_C01_PR_V_NVD_01"),
    ],
)
def test_search_codes_are_words(query, name):
    hits = make_catalog(MIXED_PATHS).search(query, limit=1).hits

    assert [hit.asset.name for hit in hits] == [name]


def test_search_unknown_code_still_finds_the_thing():
    assert make_catalog(MIXED_PATHS).search("forklift z99", limit=5).hits


SIZED = (
    "P/Bins/Bin_A01_10x08x08cm_PR_V_NVD_01.usd",
    "P/Bins/Bin_B01_10x10x10cm_PR_V_NVD_01.usd",
    "P/Containers/Container_A01_31x82x89cm_PR_V_NVD_01.usd",
    "P/Containers/Container_B07_160x120x64cm_PR_V_NVD_01.usd",
    "P/Pallets/Pallet_A01_PR_NVD_01.usd",
    "P/Pallets/Pallet_Asm_A04_120x122x75cm_PR_V_NVD_01.usd",
    "P/Cones/TrafficCone_A01_30cm_PR_V_NVD_01.usd",
    "P/Cones/TrafficCone_A08_91cm_PR_V_NVD_01.usd",
)


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("10x10x10 bin", "Bin_B01_10x10x10cm_PR_V_NVD_01"),
        ("bin 10x8x8", "Bin_A01_10x08x08cm_PR_V_NVD_01"),
        ("160x120x64 container", "Container_B07_160x120x64cm_PR_V_NVD_01"),
        ("container 160 x 120 x 64", "Container_B07_160x120x64cm_PR_V_NVD_01"),
        ("container 160x120x64cm", "Container_B07_160x120x64cm_PR_V_NVD_01"),
        ("pallet 120x122x75", "Pallet_Asm_A04_120x122x75cm_PR_V_NVD_01"),
        ("traffic cone 91cm", "TrafficCone_A08_91cm_PR_V_NVD_01"),
        ("91 cm cone", "TrafficCone_A08_91cm_PR_V_NVD_01"),
        ("cone 0.3m or 30 cm", "TrafficCone_A01_30cm_PR_V_NVD_01"),
    ],
)
def test_search_sizes_are_words_in_any_place(query, name):
    assert make_catalog(SIZED).search(query, limit=1).hits[0].asset.name == name


@pytest.mark.parametrize("query", ["speak no evil", "Speak-No-Evil skull", "a speak no evil"])
def test_search_spaced_words_find_a_run_together_name(query):
    catalog = make_catalog(("P/props/skull_b.usd", "P/props/speaknoevil_skull.usd"))

    assert catalog.search(query, limit=1).hits[0].asset.name == "speaknoevil_skull"


def test_search_size_of_a_twin_counts():
    catalog = make_catalog(
        (
            "A/Cones/HeavyDutyTrafficCone_A02_46cm_PR_V_NVD_01.usd",
            "A/Cones/HeavyDutyTrafficCone_A04_30cm_PR_V_NVD_01.usd",
            "B/props/heavydutytrafficcone_a02/heavydutytrafficcone_a02.usd",
            "B/props/heavydutytrafficcone_a04/heavydutytrafficcone_a04.usd",
        )
    )
    hits = catalog.search("30cm cone", limit=5).hits

    assert [hit.asset.name for hit in hits] == [
        "HeavyDutyTrafficCone_A04_30cm_PR_V_NVD_01",
        "HeavyDutyTrafficCone_A02_46cm_PR_V_NVD_01",
    ]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("CubeBox_A10_51cm_PR_NVD_01", ("a10",)),
        ("CubeBoxA10", ("a10",)),
        ("Bin_A01_10x08x08cm_PR_V_NVD_01", ("10x8x8", "a01")),
        ("LongBox_A02_21x51x11xcm_PR_NVD_01", ("21x51x11", "a02")),
        ("container 160 x 120 \u00d7 64", ("160x120x64",)),
        ("006_mustard_bottle", ("006",)),
        ("3 forklifts", ()),
        ("", ()),
    ],
)
def test_list_codes_gives_codes_and_products(text, codes):
    assert list_codes(text) == codes


def test_list_spellings_leave_no_bare_noun():
    assert list_spellings("Box_91cm") == ("box91cm",)
    assert list_spellings("Rack_C16_PR_NVD_01") == ("rackc16prnvd01", "rackc16")
    assert list_spellings("\u6905\u5b50") == ("\u6905\u5b50",)
    assert list_spellings("_*") == ()
