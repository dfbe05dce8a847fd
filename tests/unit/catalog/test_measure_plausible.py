"""Sizes that no chair has."""

from __future__ import annotations

import pytest

from clappper.core.catalog.language.nouns import OBJECT_CATEGORY, load_nouns
from clappper.core.catalog.language.sizes import make_default_measure
from clappper.core.catalog.measuring.measure_plausible import check_plausible
from clappper.core.units import Vec3
from support.master_index import make_asset


def make_measure(length_m, *, meters_per_unit=1.0, is_measured=True):
    update = {
        "size_m": Vec3(x=length_m, y=length_m / 2, z=length_m / 3),
        "meters_per_unit": meters_per_unit,
        "is_measured": is_measured,
    }
    return make_default_measure(make_asset()).model_copy(update=update)


@pytest.mark.parametrize("category", sorted(load_nouns().categories))
def test_check_plausible_usual_sizes_pass(category):
    usual = max(load_nouns().categories[category].size_m)

    for factor in (0.1, 0.5, 1.0, 3.0, 15.0):
        assert check_plausible(make_measure(usual * factor), category) == []


@pytest.mark.parametrize(
    ("factor", "stated", "meant"),
    [(100.0, 1.0, "centimetres"), (1000.0, 1.0, "millimetres"), (0.01, 0.01, "metres")],
)
def test_check_plausible_wrong_unit_is_named(factor, stated, meant):
    usual = max(load_nouns().categories["chair"].size_m)

    [issue] = check_plausible(make_measure(usual * factor, meters_per_unit=stated), "chair")

    assert (issue.code, issue.severity) == ("UNITS", "warning")
    assert f"in {meant}" in issue.hint
    assert "chair" in issue.message


def test_check_plausible_no_unit_explains_it_is_said_without_one():
    [issue] = check_plausible(make_measure(1e9), "chair")

    assert "Check the file's unit" in issue.hint


@pytest.mark.parametrize("category", [OBJECT_CATEGORY, "no such category"])
def test_check_plausible_expects_nothing_of_unknown_things(category):
    assert check_plausible(make_measure(150.0), category) == []


def test_check_plausible_says_nothing_of_default_sizes():
    assert check_plausible(make_measure(150.0, is_measured=False), "chair") == []
