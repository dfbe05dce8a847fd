"""The size an asset is taken to have while its file cannot be read."""

from __future__ import annotations

import pytest

from clappper.core.catalog.language.nouns import load_nouns
from clappper.core.catalog.language.sizes import default_size, make_default_measure
from support.master_index import make_asset


@pytest.mark.parametrize(
    ("name", "category", "size_m"),
    [
        ("Tote_B04_60x40x30cm_PR_V_NVD_01", "container", (0.6, 0.4, 0.3)),
        ("TrafficCone_A01_71cm", "cone", (0.36, 0.36, 0.71)),
        ("TrafficCone_A04_142cm", "cone", (0.72, 0.72, 1.42)),
        ("Pallet_1200x800", "pallet", (1.2, 0.8, 0.144)),
        ("Rack_2700x1100x4000", "rack", (2.7, 1.1, 4.0)),
        ("Desk_4ft", "desk", (1.2192, 0.6096, 0.56388)),
        ("WoodCrate_A27_60x50x50m_PR_NV_01", "crate", (0.6, 0.5, 0.5)),
        ("PopUpCone_A01_05cm", "cone", (0.36, 0.36, 0.71)),
        ("Rack_A01_PR_NVD_01", "rack", (2.8, 1.1, 4.0)),
        ("thing", "no such category", (0.5, 0.5, 0.5)),
    ],
)
def test_default_size_name_wins_over_category(name, category, size_m):
    asset = make_asset(f"Pack/{name}.usd", category=category)

    assert default_size(asset).as_tuple() == pytest.approx(size_m, abs=1e-4)


def test_default_measure_says_that_nothing_was_measured():
    assert make_default_measure(make_asset()).is_measured is False


def test_categories_are_of_the_order_of_real_things():
    for category in load_nouns().categories.values():
        assert all(0.01 <= length <= 20.0 for length in category.size_m), category.name
