from __future__ import annotations

import pytest

from clappper.core.planning.models import Environment
from clappper.core.planning.rule_planner import RulePlanner
from support.fake_catalog import FakeCatalog


def read(prompt: str) -> Environment:
    return RulePlanner(FakeCatalog()).plan(prompt).plan.environment


@pytest.mark.parametrize(
    ("prompt", "kind"),
    [
        ("a warehouse", "warehouse"),
        ("a distribution centre", "warehouse"),
        ("in an open-plan office", "office"),
        ("a conference room", "meeting_room"),
        ("a loading bay", "loading_dock"),
        ("a warehouse loading dock", "loading_dock"),
        ("my living room", "living_room"),
        ("the kitchen", "kitchen"),
        ("a store with 3 desks", "shop"),
        ("parking lot", "yard"),
        ("outdoors, 3 cones", "open"),
        ("a factory floor", "warehouse"),
        ("a classroom", "meeting_room"),
        ("a desk in a garage", "warehouse"),
        ("an office chair in a bedroom", "bedroom"),
        ("a warehouse door", "warehouse"),
        ("a meeting table and a whiteboard", "meeting_room"),
        ("3 drums", "warehouse"),
        ("3 cones", "studio"),
    ],
)
def test_read_environment_kind(prompt: str, kind: str) -> None:
    assert read(prompt).kind == kind


@pytest.mark.parametrize(
    ("prompt", "size_m"),
    [
        ("a 20 x 30 m warehouse", (20, 30, 7)),
        ("a 20 x 30 x 5 m warehouse", (20, 30, 5)),
        ("a 20 x 30 warehouse", (20, 30, 7)),
        ("an office, 12 by 8 metres", (12, 8, 3)),
        ("an office of 12 m x 8 m", (12, 8, 3)),
        ("a warehouse, 20 x 30 m, 6 m high", (20, 30, 6)),
        ("a 30 m long and 12 m wide warehouse", (12, 30, 7)),
        ("a warehouse with a ceiling height of 9 m, 20 x 10 m", (20, 10, 9)),
        ("Office. The room is 10 x 6 m.", (10, 6, 3)),
        ("an office, 40 ft by 20 ft", (12.192, 6.096, 3)),
        ("a 48 square metre office", (8, 6, 3)),
        ("a large warehouse", (36, 27, 7)),
        ("a 900 x 30 m warehouse", (500, 30, 7)),
    ],
)
def test_read_environment_size(prompt: str, size_m: tuple[float, float, float]) -> None:
    size = read(prompt).size_m

    assert size is not None
    assert size.as_tuple() == pytest.approx(size_m)


@pytest.mark.parametrize(
    "prompt",
    [
        "a small office",
        "an office with a 2 x 1 m table",
        "an office with 3 shelves 2 m high",
        "a warehouse with 3 m aisles",
    ],
)
def test_read_environment_sizes_of_things_are_not_the_room(prompt: str) -> None:
    assert read(prompt).size_m is None


@pytest.mark.parametrize(
    ("prompt", "style"),
    [
        ("an office. Modern style.", "modern"),
        ("a modern office", "modern"),
        ("an office in a rustic style", "rustic"),
        ("an office in mid-century style", "mid-century"),
        ("Modern and bright. An office.", "modern"),
        ("an office with modern desks", None),
    ],
)
def test_read_environment_style(prompt: str, style: str | None) -> None:
    assert read(prompt).style == style


@pytest.mark.parametrize(
    ("prompt", "density"),
    [
        ("a busy warehouse", "dense"),
        ("a cluttered office", "dense"),
        ("a warehouse full of boxes", "dense"),
        ("an empty office", "sparse"),
        ("a minimal office", "sparse"),
        ("an office with an empty pallet rack", None),
    ],
)
def test_read_environment_density(prompt: str, density: str | None) -> None:
    assert read(prompt).density == density


def test_read_environment_without_walls() -> None:
    assert read("a warehouse without walls").walls == "none"
    assert read("a warehouse").walls is None
