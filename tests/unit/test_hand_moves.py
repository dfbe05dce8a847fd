"""What was done to a scene by hand is taken over, whatever it was, and gives a sound plan."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clappper.core.built_scene import BuiltScene, parse_built_scene
from clappper.core.casting import cast_assets
from clappper.core.errors import StageError
from clappper.core.filming import Format
from clappper.core.hand_moves import take_over
from clappper.core.layout.solver import solve_layout
from clappper.core.planning.models import ScenePlan
from clappper.core.planning.rule_planner import RulePlanner
from clappper.core.sources import open_sources
from clappper.core.stage.clip import Clip
from clappper.core.stage.ground import Spot
from clappper.core.stage.standing import Standing, StandingScene
from support.fake_session import make_certificate

PROMPT = "An office with 4 desks, 4 chairs, 3 boxes on a table and a forklift"
PATH = "/World/Clappper/Scene_001"


def make_scene() -> BuiltScene:
    sources = open_sources(None, ())
    plan = RulePlanner(sources.catalog).plan(PROMPT).plan
    footprints = cast_assets(plan, sources.catalog, sources.resolver).compute_footprints()
    return BuiltScene(
        scene_path=PATH,
        camera_path=f"{PATH}/Cameras/Shot_01",
        plan=plan,
        placements=solve_layout(plan, footprints, seed=0),
        certificate=make_certificate(),
        form=Format(24, 24, 640, 360),
        clip=Clip(1, 24, 1.0),
        spot=Spot(0.0, 0.0, 0.0, needs_floor=True),
        is_alone=True,
        has_lights=True,
        view=(50.0, 1.0, 2.0),
    )


SCENE = make_scene()


def stand(scene: BuiltScene = SCENE) -> StandingScene:
    """Return what is read off the stage as long as nobody did anything."""
    instances = {
        p.id: Standing(p.item, p.asset_id, p.translation_m.as_tuple(), p.yaw_deg, is_upright=True)
        for p in scene.placements.placements
    }
    origin = (scene.spot.x, scene.spot.y, scene.spot.z)
    return StandingScene(instances, origin, is_straight=True, views={"Shot_01": scene.view})


def move(standing: Standing) -> Standing:
    x, y, z = standing.translation_m
    turned_deg = (standing.yaw_deg + 17.0) % 360.0
    return standing._replace(translation_m=(x + 0.3, y, z), yaw_deg=turned_deg)


def test_scene_nobody_touched_stays_as_it_is():
    scene, notes = take_over(SCENE, stand())
    assert scene == SCENE
    assert notes == ()


@given(data=st.data())
def test_any_moves_removals_and_copies_give_a_sound_plan_of_what_stands_there(data):
    now = stand()
    names = sorted(now.instances)
    gone = data.draw(st.sets(st.sampled_from(names), max_size=len(names) - 1), label="gone")
    moved = data.draw(st.sets(st.sampled_from(names)), label="moved")
    copied = data.draw(st.sets(st.sampled_from(names)), label="copied")
    instances = {}
    for name, standing in now.instances.items():
        stands = move(standing) if name in moved else standing
        if name not in gone:
            instances[name] = stands
        if name in copied:
            instances[f"{name}_copy"] = stands
    try:
        scene, notes = take_over(SCENE, now._replace(instances=instances))
    except StageError:
        assert not set(instances) & set(names)
        return

    ScenePlan.model_validate(scene.plan.model_dump())
    placed = {p.id: p for p in scene.placements.placements}
    counts = {item.id: item.count for item in scene.plan.items}
    for item, count in counts.items():
        assert count == sum(p.item == item for p in placed.values())
    for name, placement in placed.items():
        if name in instances:
            assert placement.translation_m.as_tuple() == pytest.approx(
                instances[name].translation_m, abs=1e-3
            )
    if not gone:
        assert set(placed) == set(instances)
    assert bool(notes) == bool(gone or copied or moved)


def test_what_was_put_down_stands_on_the_floor_and_what_was_lifted_where_it_stood():
    now = stand()
    stacked = next(p for p in SCENE.placements.placements if p.support not in ("floor", "wall"))
    standing = now.instances[stacked.id]
    for z, support in ((0.0, "floor"), (standing.translation_m[2], stacked.support)):
        moved = standing._replace(translation_m=(0.5, -2.0, z))
        instances = {**now.instances, stacked.id: moved}
        scene, notes = take_over(SCENE, now._replace(instances=instances))
        placed = next(p for p in scene.placements.placements if p.id == stacked.id)
        assert placed.support == support
        assert placed.translation_m.as_tuple() == (0.5, -2.0, z)
        assert notes == ("1 thing was moved by hand since: that is kept.",)


@pytest.mark.parametrize(
    ("name", "item", "asset_id"),
    [("Linde", "desk", None), ("desk_09", "unicorn", None), ("desk_09", "desk", "nothing")],
)
def test_copies_that_are_not_ours_are_left_alone(name, item, asset_id):
    now = stand()
    desk = next(s for s in now.instances.values() if s.item == "desk")
    foreign = desk._replace(item=item, asset_id=asset_id or desk.asset_id)
    scene, notes = take_over(SCENE, now._replace(instances={**now.instances, name: foreign}))
    assert scene == SCENE
    assert notes == ()


def test_what_is_skewed_is_told_and_what_is_left_of_nothing_is_refused():
    now = stand()
    name, standing = next(iter(now.instances.items()))
    skewed = {**now.instances, name: standing._replace(is_upright=False)}
    scene, notes = take_over(SCENE, now._replace(instances=skewed))
    assert scene == SCENE
    assert notes[0].startswith("1 thing tilted, scaled or taken out of a wall by hand")
    with pytest.raises(StageError, match="Nothing of /World/Clappper/Scene_001 is left"):
        take_over(SCENE, now._replace(instances={}))


def test_text_of_a_scene_is_read_back_equal_wherever_its_prim_is():
    assert parse_built_scene(SCENE.to_text(), PATH) == SCENE
    there = parse_built_scene(SCENE.to_text(), "/Other/Hall")
    assert there == replace(
        SCENE, scene_path="/Other/Hall", camera_path="/Other/Hall/Cameras/Shot_01"
    )


@given(data=st.data())
def test_spoiled_text_of_a_scene_is_refused_with_one_sentence(data):
    text = SCENE.to_text()
    at = data.draw(st.integers(0, len(text) - 1), label="at")
    length = data.draw(st.integers(0, 40), label="length")
    filling = data.draw(st.text(max_size=20), label="filling")
    spoiled = text[:at] + filling + text[at + length :]
    with suppress(StageError):
        assert parse_built_scene(spoiled, PATH).scene_path == PATH
