"""After an edit everything it does not name stands where it stood, to the last digit."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clappper.core.errors import PlanRejectedError
from clappper.core.layout.box import compute_box_gap_m
from clappper.core.layout.solver import solve_layout
from clappper.core.layout.space import make_member
from clappper.core.pipeline import compute_boxes
from clappper.core.planning.edit_models import RoomChange
from clappper.core.planning.edit_scene import make_edit
from clappper.core.relayout import apply_edits
from support.plans import make_footprint, make_footprints, make_item, make_plan, make_relation

FOOTPRINTS = {
    **make_footprints(),
    "id_stool": make_footprint("chair", asset_id="id_stool", width_m=0.5, depth_m=0.5),
    "id_bench": make_footprint("table", asset_id="id_bench", width_m=9.0, depth_m=4.0),
}


def make_scene(size_m=(14.0, 12.0, 3.0)):
    plan = make_plan(
        "office",
        [
            make_item("desk", 4),
            make_item("chair", 4),
            make_item("monitor", 4),
            make_item("table"),
            make_item("plant", 2),
            make_item("person", 2),
        ],
        [
            make_relation("grid", "desk", rows=2, per_row=2),
            make_relation("paired_with", "chair", "desk", side="front"),
            make_relation("facing", "chair", "desk"),
            make_relation("on_top_of", "monitor", "desk"),
            make_relation("in_corner", "plant"),
            make_relation("scatter", "person"),
        ],
        size_m=size_m,
    )
    layout = solve_layout(plan, FOOTPRINTS, seed=0)
    assert layout.violations == ()
    return plan, layout


def change(plan, layout, *edits, seed=None):
    return apply_edits(plan, layout, edits, lambda _: FOOTPRINTS, seed=seed)


def get_poses(layout):
    return {p.id: p for p in layout.placements}


def list_changed(before, after):
    """Return ids that went, came, or stand elsewhere."""
    old, new = get_poses(before), get_poses(after)
    return {i for i in {*old, *new} if old.get(i) != new.get(i)}


def assert_sound(layout):
    members = [make_member(p, FOOTPRINTS) for p in layout.placements]
    boxes = [m.compute_box() for m in members]
    ids = {m.id for m in members}
    assert len(ids) == len(members)
    assert {m.support for m in members} <= {*ids, "floor", "wall"}
    for index, a in enumerate(members):
        for number in range(index):
            b = members[number]
            is_own = {a.item, b.item} == {"chair", "desk"}  # judged by their shapes
            if not is_own and boxes[index].overlaps_height(boxes[number]):
                gap = compute_box_gap_m(boxes[index], boxes[number])
                assert gap >= 0.01 - 1e-5 or a.support == b.id or b.support == a.id, (a.id, b.id)


def test_apply_edits_remove_changes_only_what_goes():
    plan, before = make_scene()
    after = change(plan, before, make_edit("remove", item="plant", count=1))
    assert list_changed(before, after.placements) == {"plant_02"}


def test_apply_edits_remove_desk_takes_its_monitor_and_leaves_its_chair():
    plan, before = make_scene()
    after = change(plan, before, make_edit("remove", item="desk", which="index", index=4))
    gone = set(get_poses(before)) - set(get_poses(after.placements))
    assert {i.rpartition("_")[0] for i in gone} == {"desk", "monitor"}
    chair = get_poses(before)["chair_04"]
    assert get_poses(after.placements)["chair_04"].translation_m == chair.translation_m
    assert [(i.id, i.count) for i in after.plan.items if i.noun == "chair"] == [
        ("chair", 3),
        ("chair_2", 1),
    ]


def test_apply_edits_move_takes_along_what_belongs_to_it():
    plan, before = make_scene()
    edit = make_edit("move", item="desk", which="index", index=1, side="left", distance_m=0.2)
    after = change(plan, before, edit)
    changed = list_changed(before, after.placements)
    assert {i.rpartition("_")[0] for i in changed} == {"desk", "chair", "monitor"}
    assert len(changed) == 3
    old, new = get_poses(before)["desk_01"], get_poses(after.placements)["desk_01"]
    assert new.translation_m.x == pytest.approx(old.translation_m.x - 0.2, abs=1e-6)
    assert_sound(after.placements)


def test_apply_edits_move_into_something_says_how_far_it_went():
    plan, before = make_scene()
    edit = make_edit("move", item="table", which="all", side="left", distance_m=200.0)
    after = change(plan, before, edit)
    assert "in the way" in after.notes[0]
    assert_sound(after.placements)


def test_apply_edits_rotate_turns_in_place():
    plan, before = make_scene()
    after = change(plan, before, make_edit("rotate", item="person", which="all", yaw_deg=90.0))
    assert list_changed(before, after.placements) == {"person_01", "person_02"}
    for number in ("person_01", "person_02"):
        old, new = get_poses(before)[number], get_poses(after.placements)[number]
        assert new.translation_m == old.translation_m
        assert (new.yaw_deg - old.yaw_deg) % 360.0 == pytest.approx(90.0, abs=1e-5)


def test_apply_edits_swap_keeps_the_place_of_what_fits_there():
    plan, before = make_scene()
    edit = make_edit("swap", item="chair", which="all", asset_ids=["id_stool"])
    after = change(plan, before, edit)
    for number in range(1, 5):
        old = get_poses(before)[f"chair_{number:02d}"]
        new = get_poses(after.placements)[f"chair_{number:02d}"]
        assert new == old.model_copy(update={"asset_id": "id_stool"})


def test_apply_edits_swap_for_something_too_large_finds_another_place_or_says_so():
    plan, before = make_scene()
    edit = make_edit("swap", item="plant", which="all", noun="bench", asset_ids=["id_bench"])
    after = change(plan, before, edit)
    placed = [p for p in after.placements.placements if p.item == "bench"]
    short = [i for i in after.placements.violations if i.code == "COUNT_SHORT"]
    assert len(placed) == 2 or short
    assert not list_changed(before, after.placements) & {"table_01", "desk_01", "person_01"}
    assert_sound(after.placements)


def test_apply_edits_exchange_puts_each_where_the_other_stood():
    plan = make_plan("studio", [make_item("table"), make_item("cabinet")], size_m=(14.0, 12.0, 4.0))
    before = solve_layout(plan, FOOTPRINTS, seed=1)
    after = change(plan, before, make_edit("swap", item="table", which="all", object="cabinet"))
    old, new = get_poses(before), get_poses(after.placements)
    for one, other in (("table_01", "cabinet_01"), ("cabinet_01", "table_01")):
        assert new[one].translation_m.x == pytest.approx(old[other].translation_m.x, abs=1e-6)
        assert new[one].translation_m.y == pytest.approx(old[other].translation_m.y, abs=1e-6)
    assert_sound(after.placements)


def test_apply_edits_exchange_that_does_not_fit_is_refused():
    plan = make_plan(
        "office",
        [make_item("table", asset_ids=["id_bench"]), make_item("cabinet")],
        [make_relation("in_corner", "cabinet")],
        size_m=(14.0, 12.0, 4.0),
    )
    before = solve_layout(plan, FOOTPRINTS, seed=0)
    edit = make_edit("swap", item="table", which="all", object="cabinet")
    with pytest.raises(PlanRejectedError, match="table does not fit where the cabinet stands"):
        change(plan, before, edit)


def test_apply_edits_turn_in_a_tight_place_steps_aside():
    plan = make_plan(
        "studio",
        [make_item("table"), make_item("cabinet")],
        [make_relation("next_to", "cabinet", "table")],
        size_m=(12.0, 10.0, 4.0),
    )
    before = solve_layout(plan, FOOTPRINTS, seed=0)
    after = change(plan, before, make_edit("rotate", item="table", which="all", yaw_deg=90.0))
    old, new = get_poses(before), get_poses(after.placements)
    assert (new["table_01"].yaw_deg - old["table_01"].yaw_deg) % 360.0 == pytest.approx(90.0)
    assert list_changed(before, after.placements) == {"table_01"}
    assert_sound(after.placements)


def test_apply_edits_relate_moves_the_item_and_nothing_else():
    plan, before = make_scene()
    edit = make_edit("relate", item="person", which="all", relation="near", object="table")
    after = change(plan, before, edit)
    assert list_changed(before, after.placements) <= {"person_01", "person_02"}
    assert_sound(after.placements)


def test_apply_edits_relate_to_rows_builds_the_pattern_as_one():
    plan = make_plan("warehouse", [make_item("pallet", 6), make_item("forklift")])
    before = solve_layout(plan, FOOTPRINTS, seed=0)
    edit = make_edit("relate", item="pallet", which="all", relation="line", object="room")
    after = change(plan, before, edit)
    assert "forklift_01" not in list_changed(before, after.placements)
    pallets = [p for p in after.placements.placements if p.item == "pallet"]
    assert len({p.translation_m.y for p in pallets}) == 1 or (
        len({p.translation_m.x for p in pallets}) == 1
    )
    assert_sound(after.placements)


def test_apply_edits_chairs_around_a_table_stand_on_both_sides():
    plan, before = make_scene()
    add = make_edit(
        "add",
        item="chair_2",
        noun="chair",
        count=4,
        asset_ids=["id_chair"],
        relation="around",
        object="table",
    )
    after = change(plan, before, add)
    table = get_poses(after.placements)["table_01"]
    sides = {
        p.translation_m.y > table.translation_m.y
        for p in after.placements.placements
        if p.item == "chair_2"
    }
    assert sides == {True, False}
    assert list_changed(before, after.placements) == {f"chair_2_{n:02d}" for n in range(1, 5)}


def test_apply_edits_larger_room_moves_only_what_stands_at_its_walls():
    plan, before = make_scene()
    room = dict.fromkeys(RoomChange.model_fields) | {"width_m": 20.0, "depth_m": 18.0}
    after = change(plan, before, make_edit("environment", room=room))
    assert list_changed(before, after.placements) == {"plant_01", "plant_02"}
    assert after.placements.room.size_m.x == 20.0


def test_apply_edits_removed_door_leaves_no_hole():
    plan = make_plan(
        "loading_dock",
        [make_item("door"), make_item("forklift")],
        [make_relation("in_wall", "door", side="north")],
    )
    before = solve_layout(plan, FOOTPRINTS, seed=0)
    assert any(o.kind == "door" for o in before.room.openings)
    after = change(plan, before, make_edit("remove", item="door", which="all"))
    assert not any(o.kind == "door" for o in after.placements.room.openings)
    assert list_changed(before, after.placements) == {"door_01"}


def test_apply_edits_several_edits_follow_one_another():
    plan, before = make_scene()
    after = change(
        plan,
        before,
        make_edit("remove", item="plant", which="all"),
        make_edit("add", item="person", count=1),
        make_edit("rotate", item="person", which="last", yaw_deg=180.0),
    )
    assert list_changed(before, after.placements) == {"plant_01", "plant_02", "person_03"}


def test_apply_edits_removing_what_went_along_is_no_error():
    plan, before = make_scene()
    after = change(
        plan,
        before,
        make_edit("remove", item="desk", which="all"),
        make_edit("remove", item="monitor", which="all"),
    )
    assert {p.item for p in after.placements.placements} == {"chair", "table", "plant", "person"}


def test_apply_edits_what_faces_the_camera_keeps_facing_it():
    plan, before = make_scene()
    turn = make_edit("rotate", item="person", which="all", relation="facing", object="camera")
    after = change(plan, before, turn)
    assert list_changed(before, after.placements) <= {"person_01", "person_02"}
    assert any(r.verb == "facing" and r.object == "camera" for r in after.plan.relations)


def test_apply_edits_anew_gives_another_layout_of_the_same_things():
    plan, before = make_scene()
    after = change(plan, before, make_edit("seed"))
    assert after.placements.seed == before.seed + 1
    assert set(get_poses(after.placements)) == set(get_poses(before))
    assert list_changed(before, after.placements)


ITEMS = ["desk", "chair", "monitor", "table", "plant", "person"]
EDITS = st.one_of(
    st.builds(
        lambda item, count: make_edit("remove", item=item, count=count),
        st.sampled_from(ITEMS),
        st.integers(1, 3),
    ),
    st.builds(
        lambda item, count: make_edit("set_count", item=item, count=count),
        st.sampled_from(ITEMS),
        st.integers(0, 6),
    ),
    st.builds(
        lambda item, side, way: make_edit(
            "move", item=item, which="leftmost", side=side, distance_m=way
        ),
        st.sampled_from(ITEMS),
        st.sampled_from(["left", "right", "front", "back"]),
        st.floats(0.1, 5.0),
    ),
    st.builds(
        lambda item, yaw: make_edit("rotate", item=item, which="nearest", yaw_deg=yaw),
        st.sampled_from(ITEMS),
        st.floats(-180.0, 180.0),
    ),
    st.builds(
        lambda item, verb: make_edit("relate", item=item, count=1, relation=verb, object="room"),
        st.sampled_from(["plant", "person", "table"]),
        st.sampled_from(["in_corner", "along_wall", "scatter"]),
    ),
)
#: What goes with an item when it is named.
COMPANY = {"desk": {"desk", "chair", "monitor"}, "table": {"table", "chair"}}


@settings(max_examples=25)
@given(st.lists(EDITS, min_size=1, max_size=4))
def test_apply_edits_whatever_is_not_named_keeps_its_place(edits):
    plan, layout = make_scene()
    for edit in edits:
        after = None
        with suppress(PlanRejectedError):
            after = change(plan, layout, edit)
        if after is None:
            continue
        nouns = {i.id: i.noun for i in (*plan.items, *after.plan.items)}
        named = COMPANY.get(nouns[edit.item], {nouns[edit.item]})
        old, new = get_poses(layout), get_poses(after.placements)
        for id_ in list_changed(layout, after.placements):
            item = (new.get(id_) or old[id_]).item
            assert nouns[item] in named, (edit, id_)
        plan, layout = after.plan, after.placements
        assert_sound(layout)
        assert compute_boxes(layout, FOOTPRINTS).keys() == {p.item for p in layout.placements}
