"""After an edit everything it does not name stands where it stood, to the last digit."""

from __future__ import annotations

import math
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clappper.core.errors import PlanRejectedError
from clappper.core.layout.box import compute_box_gap_m
from clappper.core.layout.shot import compute_viewpoint
from clappper.core.layout.solver import solve_layout
from clappper.core.layout.space import compute_boxes, make_member
from clappper.core.layout.wall_item import compute_door_zones
from clappper.core.planning.edits.models import CameraChange, RoomChange
from clappper.core.planning.follow_ups.scene import make_edit
from clappper.core.planning.models import Item, Relation
from clappper.core.relayout import apply_edits, apply_plan
from clappper.core.units import compute_yaw_deg, wrap_turn_deg
from support.plans import make_footprint, make_footprints, make_item, make_plan, make_relation

FOOTPRINTS = {
    **make_footprints(),
    "id_stool": make_footprint("chair", asset_id="id_stool", width_m=0.5, depth_m=0.5),
    "id_bureau": make_footprint("desk", asset_id="id_bureau", height_m=1.0, surface_m=1.0),
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


def compute_distance_m(a, b):
    """Return how far apart two placements stand on the floor [m]."""
    return math.dist(a.translation_m.as_tuple()[:2], b.translation_m.as_tuple()[:2])


def make_camera_edit(shot):
    return make_edit("camera", camera=dict.fromkeys(CameraChange.model_fields) | {"shot": shot})


def make_room_edit(**values):
    return make_edit("environment", room=dict.fromkeys(RoomChange.model_fields) | values)


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


def test_apply_edits_swap_for_something_higher_raises_what_stands_on_each():
    plan, before = make_scene()
    edit = make_edit("swap", item="desk", which="all", asset_ids=["id_bureau"])
    after = change(plan, before, edit)
    monitors = [p for p in after.placements.placements if p.item == "monitor"]
    assert {p.support for p in monitors} == {f"desk_{number:02d}" for number in range(1, 5)}
    assert {p.translation_m.z for p in monitors} == {1.0}
    assert_sound(after.placements)


def test_apply_edits_chairs_that_come_again_go_one_to_each_desk():
    plan, before = make_scene()
    fewer = change(plan, before, make_edit("remove", item="chair", count=3))
    after = change(fewer.plan, fewer.placements, make_edit("add", item="chair", count=3))
    poses = get_poses(after.placements)
    desks = [p for p in poses.values() if p.item == "desk"]
    owners = [
        min(desks, key=lambda desk: compute_distance_m(desk, chair)).id
        for chair in poses.values()
        if chair.item == "chair"
    ]
    assert sorted(owners) == [f"desk_{number:02d}" for number in range(1, 5)]


def test_apply_edits_relate_takes_along_what_belongs_to_it():
    plan, before = make_scene()
    edit = make_edit(
        "relate", item="desk", which="all", relation="along_wall", object="room", side="left"
    )
    after = change(plan, before, edit)
    desks = [p for p in after.placements.placements if p.item == "desk"]
    chairs = [p for p in after.placements.placements if p.item == "chair"]
    assert not {"table_01", "person_01"} & list_changed(before, after.placements)
    for chair in chairs:
        assert min(compute_distance_m(chair, desk) for desk in desks) < 1.2


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
    chairs = [p for p in after.placements.placements if p.item == "chair_2"]
    # As many on one side as on the other.
    assert sum(p.translation_m.x - table.translation_m.x for p in chairs) == pytest.approx(0.0)
    assert sum(p.translation_m.y - table.translation_m.y for p in chairs) == pytest.approx(0.0)
    assert list_changed(before, after.placements) == {f"chair_2_{n:02d}" for n in range(1, 5)}


@pytest.mark.parametrize("index", [1, 2, 6])
def test_apply_edits_chair_that_comes_again_goes_to_the_gap_at_its_table(index):
    plan = make_plan(
        "meeting_room",
        [make_item("table"), make_item("chair", 6)],
        [make_relation("around", "chair", "table")],
        size_m=(8.0, 7.0, 3.0),
    )
    before = solve_layout(plan, FOOTPRINTS, seed=0)
    fewer = change(plan, before, make_edit("remove", item="chair", which="index", index=index))
    after = change(fewer.plan, fewer.placements, make_edit("add", item="chair", count=1))
    old, new = (get_poses(layout)[f"chair_{index:02d}"] for layout in (before, after.placements))
    assert compute_distance_m(old, new) < 0.1
    assert new.yaw_deg == pytest.approx(old.yaw_deg)


def test_apply_edits_smaller_room_moves_only_what_would_stand_outside():
    plan = make_plan(
        "studio",
        [make_item("desk"), make_item("cabinet", 2)],
        [make_relation("centered", "desk"), make_relation("along_wall", "cabinet")],
        size_m=(14.0, 12.0, 3.0),
    )
    before = solve_layout(plan, FOOTPRINTS, seed=0)
    loose = plan.model_copy(update={"relations": plan.relations[:1]})
    after = change(loose, before, make_room_edit(width_m=7.0, depth_m=6.0))
    assert list_changed(before, after.placements) == {"cabinet_01", "cabinet_02"}
    for boxes in compute_boxes(after.placements, FOOTPRINTS).values():
        for x_min, y_min, x_max, y_max in (box.compute_bounds() for box in boxes):
            assert -3.5 <= x_min < x_max <= 3.5
            assert -3.0 <= y_min < y_max <= 3.0


def test_apply_edits_larger_room_moves_only_what_stands_at_its_walls():
    plan, before = make_scene()
    after = change(plan, before, make_room_edit(width_m=20.0, depth_m=18.0))
    assert list_changed(before, after.placements) == {"plant_01", "plant_02"}
    assert after.placements.room.size_m.x == 20.0


@pytest.mark.parametrize(
    "edit",
    [
        make_edit("move", item="cabinet", which="all", object="door", distance_m=9.0),
        make_edit("relate", item="person", which="all", relation="near", object="door"),
        make_edit("relate", item="box", which="all", relation="grid", object="room"),
    ],
    ids=["moved", "placed anew", "as one piece"],
)
def test_apply_edits_floor_before_a_door_stays_free(edit):
    plan = make_plan(
        "loading_dock",
        [make_item("door"), make_item("cabinet"), make_item("person", 4), make_item("box", 9)],
        [make_relation("in_wall", "door", side="north"), make_relation("scatter", "box")],
        size_m=(9.0, 10.0, 5.0),
    )
    before = solve_layout(plan, FOOTPRINTS, seed=0)
    after = change(plan, before, edit).placements
    (zone,) = compute_door_zones(after.room)
    assert list_changed(before, after)
    for item, boxes in compute_boxes(after, FOOTPRINTS).items():
        for box in boxes if item != "door" else ():
            assert not box.overlaps_height(zone) or compute_box_gap_m(box, zone) >= 0.0


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


@pytest.mark.parametrize(
    "edit",
    [make_camera_edit("overhead"), make_room_edit(kind="open"), make_room_edit(walls="none")],
    ids=["seen from above", "another kind", "no walls"],
)
def test_apply_edits_wall_that_something_stands_at_stays(edit):
    relation = make_relation("along_wall", "plant", side="left")
    plan = make_plan("studio", [make_item("plant", 2), make_item("desk")], [relation])
    before = solve_layout(plan, FOOTPRINTS, seed=0)
    after = change(plan, before, edit)
    assert "west" in after.placements.room.walls
    assert list_changed(before, after.placements) == set()


def test_apply_edits_walls_that_nothing_needs_go():
    plan = make_plan("office", [make_item("desk")])
    before = solve_layout(plan, FOOTPRINTS, seed=0)
    assert len(before.room.walls) == 4
    after = change(plan, before, make_room_edit(walls="back"))
    assert after.placements.room.walls == ("north",)
    assert not any("window" in o.id for o in after.placements.room.openings)


@pytest.mark.parametrize("item_id", ["door", "shop_window"])
def test_apply_edits_seen_from_above_doors_stay_whatever_they_are_called(item_id):
    doors = make_item("door", 3, id=item_id)
    plan = make_plan("loading_dock", [doors], [make_relation("in_wall", item_id)])
    before = solve_layout(plan, FOOTPRINTS, seed=0)
    fewer = change(plan, before, make_edit("remove", item=item_id, which="index", index=1))
    after = change(fewer.plan, fewer.placements, make_camera_edit("overhead"))
    assert not after.placements.room.has_ceiling
    assert list_changed(fewer.placements, after.placements) == set()


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


@pytest.mark.parametrize("shot", ["wide", "three_quarter", "high"])
def test_apply_edits_what_faces_the_camera_keeps_facing_it(shot):
    plan, before = make_scene()
    turn = make_edit("rotate", item="person", which="all", relation="facing", object="camera")
    after = change(plan, before, turn, make_camera_edit(shot))
    assert list_changed(before, after.placements) == {"person_01", "person_02"}
    boxes = compute_boxes(after.placements, FOOTPRINTS)
    eye = compute_viewpoint(after.plan, after.placements.room, boxes)
    for person in (get_poses(after.placements)[i] for i in ("person_01", "person_02")):
        at = person.translation_m
        yaw = compute_yaw_deg(eye[0] - at.x, eye[1] - at.y)
        assert abs(wrap_turn_deg(yaw - person.yaw_deg)) <= 30.0


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


def with_counts(plan, **counts):
    """Return a plan with other numbers of some items; 0 takes an item out with its relations."""
    items = [i.model_copy(update={"count": counts.get(i.id, i.count)}) for i in plan.items]
    gone = {i.id for i in items if i.count == 0}
    relations = [r for r in plan.relations if not gone & {r.subject, r.object}]
    items = [i for i in items if i.id not in gone]
    return plan.model_copy(update={"items": items, "relations": relations})


def replan(plan, layout, edited):
    scene = apply_plan(plan, layout, edited, lambda _: FOOTPRINTS)
    assert scene.plan == edited
    ids = [p.id for p in scene.placements.placements]
    assert len(set(ids)) == len(ids)
    assert {p.support for p in scene.placements.placements} <= {*ids, "floor", "wall"}
    return {p.id: p for p in scene.placements.placements}


def test_apply_plan_same_plan_changes_nothing():
    plan, layout = make_scene()
    scene = apply_plan(plan, layout, plan, lambda _: FOOTPRINTS)
    assert scene.placements.placements == layout.placements
    assert scene.placements.room == layout.room


@pytest.mark.parametrize(
    ("counts", "missing"),
    [({"plant": 1}, 1), ({"person": 0}, 2), ({"chair": 2, "plant": 0}, 4)],
    ids=["fewer", "none", "both"],
)
def test_apply_plan_fewer_leaves_the_rest_in_place(counts, missing):
    plan, layout = make_scene()
    before = {p.id: p for p in layout.placements}
    after = replan(plan, layout, with_counts(plan, **counts))
    assert len(after) == len(before) - missing
    assert after == {id_: before[id_] for id_ in after}


def test_apply_plan_desk_that_goes_lets_its_monitor_find_another_place():
    plan, layout = make_scene()
    before = {p.id: p for p in layout.placements}
    after = replan(plan, layout, with_counts(plan, desk=3))
    assert sum(p.item == "desk" for p in after.values()) == 3
    kept = {id_ for id_, p in after.items() if before.get(id_) == p}
    assert {id_ for id_ in after if after[id_].item in ("table", "plant", "person")} <= kept
    assert sum(after[id_].item == "monitor" for id_ in kept) == 3


def test_apply_plan_more_and_new_things_are_placed_beside_what_stands():
    plan, layout = make_scene()
    before = {p.id: p for p in layout.placements}
    more = with_counts(plan, plant=4)
    stool = Item(**{**make_item("chair", 2), "id": "stool", "asset_ids": ["id_stool"]})
    after = replan(plan, layout, more.model_copy(update={"items": [*more.items, stool]}))
    assert {id_: after[id_] for id_ in before} == before
    assert sum(p.item == "stool" for p in after.values()) == 2
    assert sum(p.item == "plant" for p in after.values()) == 4


def test_apply_plan_other_relation_moves_only_what_it_is_about():
    plan, layout = make_scene()
    before = {p.id: p for p in layout.placements}
    relations = [r for r in plan.relations if r.subject != "plant"]
    near = Relation(**make_relation("near", "plant", "table"))
    after = replan(plan, layout, plan.model_copy(update={"relations": [*relations, near]}))
    moved = {id_ for id_ in before if after[id_] != before[id_]}
    assert moved
    assert {before[id_].item for id_ in moved} == {"plant"}


def test_apply_plan_other_asset_is_another_thing_in_the_scene():
    plan, layout = make_scene()
    before = {p.id: p for p in layout.placements}
    items = [
        i.model_copy(update={"asset_ids": ["id_bureau"]}) if i.id == "desk" else i
        for i in plan.items
    ]
    after = replan(plan, layout, plan.model_copy(update={"items": items}))
    assert {p.asset_id for p in after.values() if p.item == "desk"} == {"id_bureau"}
    others = [id_ for id_ in before if before[id_].item in ("table", "plant", "person")]
    assert {id_: after[id_] for id_ in others} == {id_: before[id_] for id_ in others}


def part(which, **more):
    return make_edit("part", item="desk", count=1, which=which, object="desk_9", **more)


def test_apply_edits_part_makes_an_item_of_one_and_what_is_its_own_and_moves_nothing():
    plan, layout = make_scene()
    edited, after, notes = change(plan, layout, part("leftmost"))
    assert {i.id: i.count for i in edited.items if i.noun in ("desk", "chair", "monitor")} == {
        **{"desk": 3, "desk_9": 1},
        **{"chair": 3, "chair_2": 1},
        **{"monitor": 3, "monitor_2": 1},
    }
    own = [(r.verb, r.subject, r.object) for r in edited.relations if r.object == "desk_9"]
    assert sorted(own) == [
        ("facing", "chair_2", "desk_9"),
        ("on_top_of", "monitor_2", "desk_9"),
        ("paired_with", "chair_2", "desk_9"),
    ]
    assert not [r for r in edited.relations if r.subject == "desk_9"]
    stands = [
        sorted((p.translation_m.as_tuple(), p.yaw_deg) for p in x.placements)
        for x in (layout, after)
    ]
    assert stands[0] == stands[1]
    desk = next(p for p in after.placements if p.item == "desk_9")
    assert desk.translation_m.x == min(
        p.translation_m.x for p in after.placements if p.asset_id == desk.asset_id
    )
    assert [p.item for p in after.placements if p.support == desk.id] == ["monitor_2"]
    assert notes == ()
    assert edited.title == "Office with 4 desks, 4 chairs and 4 monitors"
    assert_sound(after)


def test_apply_edits_parted_one_is_what_others_are_put_to():
    plan, layout = make_scene()
    put = make_edit("relate", item="plant", which="all", relation="next_to", object="desk_9")
    edited, after, _ = change(plan, layout, part("rightmost"), put)
    desks = [p for p in after.placements if p.item in ("desk", "desk_9")]
    for plant in (p for p in after.placements if p.item == "plant"):
        assert min(desks, key=lambda p: compute_distance_m(p, plant)).item == "desk_9"
    relations = [(r.verb, r.subject, r.object) for r in edited.relations]
    assert ("next_to", "plant", "desk_9") in relations
    assert_sound(after)


def test_apply_edits_part_of_the_only_one_leaves_its_id_and_is_followed():
    plan, layout = make_scene()
    alone = make_edit("part", item="table", count=1, which="first", object="table_2")
    put = make_edit("relate", item="plant", which="all", relation="next_to", object="table_2")
    edited, _, _ = change(plan, layout, alone, put)
    assert [i.id for i in edited.items] == [i.id for i in plan.items]
    assert [r.object for r in edited.relations if r.subject == "plant"] == ["table"]


@pytest.mark.parametrize("taken", ["desk", "chair", "room", "camera"])
def test_apply_edits_part_with_an_id_that_is_taken_is_refused(taken):
    plan, layout = make_scene()
    edit = make_edit("part", item="desk", count=1, which="first", object=taken)
    with pytest.raises(PlanRejectedError, match="is taken"):
        change(plan, layout, edit)


def test_apply_edits_of_those_alike_in_where_they_stand_the_one_in_front_is_meant():
    plan, layout = make_scene()
    for _ in range(2):
        _, after, _ = change(plan, layout, part("leftmost"))
        desks = [p for p in after.placements if p.item in ("desk", "desk_9")]
        left = min(p.translation_m.x for p in desks)
        column = [p for p in desks if p.translation_m.x - left < 1e-3]
        assert min(column, key=lambda p: p.translation_m.y).item == "desk_9"
        layout = layout.model_copy(update={"placements": layout.placements[::-1]})


def test_apply_edits_emptied_one_keeps_its_place_and_the_others_what_they_carry():
    plan, layout = make_scene()
    empty = make_edit("remove", which="all", relation="on_top_of", object="desk_9")
    edited, after, _ = change(plan, layout, part("leftmost"), empty)
    assert {i.noun: i.count for i in edited.items if i.noun == "monitor"} == {"monitor": 3}
    desk = next(p for p in after.placements if p.item == "desk_9")
    assert desk.id not in {p.support for p in after.placements}
    assert len(after.placements) == len(layout.placements) - 1
    with pytest.raises(PlanRejectedError, match="Nothing stands on it"):
        change(edited, after, make_edit("remove", which="all", object="desk_9"))


def test_apply_edits_part_leaves_what_holds_of_all_desks_as_it_is():
    plan, layout = make_scene()
    far = Relation.model_validate(make_relation("far_from", "person", "desk"))
    plan = plan.model_copy(update={"relations": [*plan.relations, far]})
    edited, after, _ = change(plan, layout, part("leftmost"))
    assert [i.id for i in edited.items if i.noun == "person"] == ["person"]
    assert [r.object for r in edited.relations if r.verb == "far_from"] == ["desk"]
    assert get_poses(after).keys() >= {"person_01", "person_02"}
