"""An edit gives a sound plan and names exactly what the layout has to change."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clappper.core.errors import PlanRejectedError
from clappper.core.layout.models import Placement, Placements, Room
from clappper.core.planning.edits.apply import apply_edit
from clappper.core.planning.edits.models import CameraChange, PlanEdit, RoomChange
from clappper.core.planning.edits.text import describe_edits
from clappper.core.planning.follow_ups.scene import make_edit
from clappper.core.planning.models import ScenePlan
from clappper.core.units import Vec3
from support.plans import make_item, make_plan, make_relation

#: Forklifts from left to right and from front to back: 2, 1, 3.
FORKLIFTS = [(0.0, 0.0), (-3.0, -4.0), (3.0, 4.0)]


def place(item, number, x, y, z=0.0, support="floor"):
    return Placement(
        id=f"{item}_{number:02d}",
        item=item,
        asset_id=f"id_{item}",
        translation_m=Vec3(x=x, y=y, z=z),
        yaw_deg=0.0,
        support=support,
    )


def make_layout(*placements):
    room = Room(
        kind="warehouse",
        size_m=Vec3(x=20.0, y=20.0, z=5.0),
        walls=(),
        has_ceiling=False,
        wall_thickness_m=0.3,
        openings=(),
    )
    return Placements(seed=3, room=room, placements=placements, violations=())


def make_yard():
    """Return 3 forklifts, and 2 pallets of which the second carries two boxes, one on the other."""
    plan = make_plan(
        "warehouse",
        [make_item("forklift", 3), make_item("pallet", 2), make_item("box", 2)],
        [make_relation("scatter", "forklift"), make_relation("on_top_of", "box", "pallet")],
        camera={"targets": ["forklift", "box"]},
    )
    layout = make_layout(
        *(place("forklift", n + 1, x, y) for n, (x, y) in enumerate(FORKLIFTS)),
        place("pallet", 1, 6.0, 0.0),
        place("pallet", 2, 8.0, 0.0),
        place("box", 1, 8.0, 0.0, 0.15, "pallet_02"),
        place("box", 2, 8.0, 0.0, 0.55, "box_01"),
    )
    return plan, layout


def make_office():
    """Return 3 desks in a row, each with its chair."""
    plan = make_plan(
        "office",
        [make_item("desk", 3), make_item("chair", 3)],
        [
            make_relation("grid", "desk", rows=1, per_row=3),
            make_relation("paired_with", "chair", "desk", side="front"),
            make_relation("facing", "chair", "desk"),
        ],
    )
    layout = make_layout(
        *(place("desk", n, 3.0 * n, 0.0) for n in (1, 2, 3)),
        *(place("chair", n, 3.0 * n, -0.8) for n in (1, 2, 3)),
    )
    return plan, layout


def make_sides():
    """Return a sofa with a plant to its left and a bin to its right."""
    plan = make_plan(
        "living_room",
        [make_item("sofa"), make_item("plant"), make_item("bin")],
        [make_relation("left_of", "plant", "sofa"), make_relation("right_of", "bin", "sofa")],
    )
    layout = make_layout(
        place("sofa", 1, 0.0, 0.0), place("plant", 1, -2.0, 0.0), place("bin", 1, 2.0, 0.0)
    )
    return plan, layout


def get_counts(plan):
    return {item.id: item.count for item in plan.items}


def list_relations(plan):
    return {f"{r.verb} {r.subject} {r.object}" for r in plan.relations}


@pytest.mark.parametrize(
    ("which", "gone"),
    [
        ({"which": "leftmost"}, "forklift_02"),
        ({"which": "rightmost"}, "forklift_03"),
        ({"which": "frontmost"}, "forklift_02"),
        ({"which": "backmost"}, "forklift_03"),
        ({"which": "middle"}, "forklift_01"),
        ({"which": "first"}, "forklift_01"),
        ({"which": "last"}, "forklift_03"),
        ({"which": "index", "index": 2}, "forklift_02"),
        ({"which": "nearest"}, "forklift_02"),
        ({"which": "farthest"}, "forklift_03"),
        ({"which": "nearest", "of": "pallet"}, "forklift_03"),
        ({"count": 1}, "forklift_03"),
    ],
    ids=str,
)
def test_apply_edit_remove_takes_the_one_that_is_meant(which, gone):
    plan, layout = make_yard()
    edited = apply_edit(plan, make_edit("remove", item="forklift", **which), layout)
    assert edited.change.gone == (gone,)
    assert get_counts(edited.plan)["forklift"] == 2


def test_apply_edit_nearest_is_measured_from_the_viewpoint():
    plan, layout = make_yard()
    edit = make_edit("remove", item="forklift", which="nearest")
    edited = apply_edit(plan, edit, layout, viewpoint=(4.0, 5.0))
    assert edited.change.gone == ("forklift_03",)


def test_apply_edit_remove_more_than_there_are_removes_all_and_says_so():
    plan, layout = make_yard()
    edited = apply_edit(plan, make_edit("remove", item="forklift", count=7), layout)
    assert "forklift" not in get_counts(edited.plan)
    assert list_relations(edited.plan) == {"on_top_of box pallet"}
    assert edited.plan.camera.targets == ["box"]
    assert edited.notes == ("There were only 3 forklifts: all are removed.",)


def test_apply_edit_remove_prefers_what_carries_nothing():
    plan, layout = make_yard()
    edited = apply_edit(plan, make_edit("remove", item="pallet", count=1), layout)
    assert edited.change.gone == ("pallet_01",)


def test_apply_edit_remove_takes_along_what_stands_on_it():
    plan, layout = make_yard()
    edit = make_edit("remove", item="pallet", which="index", index=2)
    edited = apply_edit(plan, edit, layout)
    assert set(edited.change.gone) == {"pallet_02", "box_01", "box_02"}
    assert get_counts(edited.plan) == {"forklift": 3, "pallet": 1}


def test_apply_edit_remove_counts_what_stands_not_what_was_asked():
    plan, layout = make_yard()
    items = [i.model_copy(update={"count": 9}) if i.id == "forklift" else i for i in plan.items]
    plan = plan.model_copy(update={"items": items})
    edited = apply_edit(plan, make_edit("remove", item="forklift", count=1), layout)
    assert get_counts(edited.plan)["forklift"] == 2


def test_apply_edit_remove_desk_parts_its_chair_which_stays():
    plan, layout = make_office()
    edited = apply_edit(plan, make_edit("remove", item="desk", count=1), layout)
    assert get_counts(edited.plan) == {"desk": 2, "chair": 2, "chair_2": 1}
    assert edited.change.gone == ("desk_03",)
    assert [(r.id, r.item, r.new_id) for r in edited.change.recast] == [
        ("chair_03", "chair_2", "chair_03")
    ]
    assert not any(r.subject == "chair_2" for r in edited.plan.relations)
    assert edited.notes == ("1 chair is left without a desk.",)


def test_apply_edit_remove_of_all_desks_drops_what_referred_to_them():
    plan, layout = make_office()
    edited = apply_edit(plan, make_edit("remove", item="desk", which="all"), layout)
    assert get_counts(edited.plan) == {"chair": 3}
    assert edited.plan.relations == []
    assert edited.change.recast == ()


def test_apply_edit_add_more_chairs_than_desks_makes_an_item_of_its_own():
    plan, layout = make_office()
    edited = apply_edit(plan, make_edit("add", item="chair", count=2), layout)
    assert get_counts(edited.plan) == {"desk": 3, "chair": 3, "chair_2": 2}
    assert "along_wall chair_2 room" in list_relations(edited.plan)
    again = apply_edit(edited.plan, make_edit("add", item="chair", count=1), layout)
    assert get_counts(again.plan)["chair_2"] == 3


def test_apply_edit_add_new_item_brings_its_relation():
    plan, layout = make_yard()
    edit = make_edit(
        "add",
        item="drum",
        noun="drum",
        count=2,
        asset_ids=["id_drum"],
        relation="near",
        object="pallet",
    )
    edited = apply_edit(plan, edit, layout)
    assert get_counts(edited.plan)["drum"] == 2
    assert "near drum pallet" in list_relations(edited.plan)
    assert edited.plan.title == "Warehouse with 3 forklifts, 2 pallets and 2 boxes"


@pytest.mark.parametrize(
    ("wanted", "gone", "planned"), [(1, 2, 1), (3, 0, None), (5, 0, 5), (0, 3, 0)]
)
def test_apply_edit_set_count_adds_or_takes(wanted, gone, planned):
    plan, layout = make_yard()
    edit = make_edit("set_count", item="forklift", count=wanted)
    if planned is None:
        with pytest.raises(PlanRejectedError, match="3 forklifts already"):
            apply_edit(plan, edit, layout)
        return
    edited = apply_edit(plan, edit, layout)
    assert len(edited.change.gone) == gone
    assert get_counts(edited.plan).get("forklift", 0) == planned


def test_apply_edit_set_count_too_many_is_refused():
    plan, layout = make_yard()
    with pytest.raises(PlanRejectedError, match="too many"):
        apply_edit(plan, make_edit("add", item="forklift", count=1000), layout)


@pytest.mark.parametrize(
    ("side", "shift"),
    [("left", (-1.5, 0.0)), ("right", (1.5, 0.0)), ("front", (0.0, -1.5)), ("back", (0.0, 1.5))],
)
def test_apply_edit_move_goes_as_seen_from_the_south(side, shift):
    plan, layout = make_yard()
    edit = make_edit("move", item="forklift", which="index", index=1, side=side, distance_m=1.5)
    (motion,) = apply_edit(plan, edit, layout).change.motions
    assert (motion.id, motion.x, motion.y, motion.turn_deg) == ("forklift_01", *shift, 0.0)


def test_apply_edit_move_closer_goes_half_way_and_away_goes_back():
    plan, layout = make_yard()
    fields = {"item": "forklift", "which": "index", "index": 1, "object": "pallet"}
    (closer,) = apply_edit(
        plan, make_edit("move", **fields, relation="near"), layout
    ).change.motions
    away = make_edit("move", **fields, relation="far_from", distance_m=2.0)
    (farther,) = apply_edit(plan, away, layout).change.motions
    assert (closer.x, closer.y) == pytest.approx((3.0, 0.0))
    assert (farther.x, farther.y) == pytest.approx((-2.0, 0.0))


def test_apply_edit_move_lets_those_in_front_go_first():
    plan, layout = make_yard()
    edited = apply_edit(plan, make_edit("move", item="forklift", which="all", side="right"), layout)
    assert [m.id for m in edited.change.motions] == ["forklift_03", "forklift_01", "forklift_02"]


def test_apply_edit_move_drops_the_place_that_was_said_before():
    plan, layout = make_yard()
    near = make_edit("relate", item="forklift", which="all", relation="near", object="pallet")
    plan = apply_edit(plan, near, layout).plan
    assert "near forklift pallet" in list_relations(plan)
    moved = apply_edit(plan, make_edit("move", item="forklift", which="all", side="left"), layout)
    assert "near forklift pallet" not in list_relations(moved.plan)


def test_apply_edit_move_of_a_door_says_what_can_be_said():
    plan = make_plan(items=[make_item("door")], relations=[make_relation("in_wall", "door")])
    layout = make_layout(place("door", 1, 0.0, 10.0, support="wall"))
    with pytest.raises(PlanRejectedError, match="say which wall"):
        apply_edit(plan, make_edit("move", item="door", which="all", side="left"), layout)


def test_apply_edit_rotate_to_something_turns_each_the_short_way():
    plan, layout = make_yard()
    edit = make_edit("rotate", item="forklift", which="all", relation="facing", object="pallet")
    edited = apply_edit(plan, edit, layout)
    turns = {m.id: m.turn_deg for m in edited.change.motions}
    # At yaw 0 a thing looks south; the pallets are in the east of forklift 1.
    assert turns["forklift_01"] == pytest.approx(90.0)
    assert all(-180.0 <= turn <= 180.0 for turn in turns.values())
    assert "facing forklift pallet" in list_relations(edited.plan)


def test_apply_edit_rotate_one_of_several_says_nothing_of_the_others():
    plan, layout = make_office()
    edit = make_edit("rotate", item="chair", which="index", index=1, yaw_deg=90.0)
    edited = apply_edit(plan, edit, layout)
    assert [(m.id, m.turn_deg) for m in edited.change.motions] == [("chair_01", 90.0)]
    assert "facing chair desk" not in list_relations(edited.plan)


def test_apply_edit_rotate_some_to_something_parts_them_from_the_item():
    plan, layout = make_yard()
    edit = make_edit("rotate", item="forklift", which="leftmost", count=1, object="pallet")
    edited = apply_edit(plan, edit, layout)
    assert get_counts(edited.plan) == {"forklift": 2, "forklift_2": 1, "pallet": 2, "box": 2}
    assert {"facing forklift_2 pallet", "scatter forklift_2 room"} <= list_relations(edited.plan)
    assert [(r.id, r.item) for r in edited.change.recast] == [("forklift_02", "forklift_2")]
    assert [m.id for m in edited.change.motions] == ["forklift_2_01"]


def test_apply_edit_swap_places_told_by_relations_changes_those():
    plan, layout = make_sides()
    edited = apply_edit(plan, make_edit("swap", item="plant", which="all", object="bin"), layout)
    assert list_relations(edited.plan) == {"left_of bin sofa", "right_of plant sofa"}
    assert set(edited.change.released) == {"plant_01", "bin_01"}


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [
        ("stack", "left_of", {"stack", "left_of"}),
        ("left_of", "line", {"left_of", "line"}),
        ("line", "scatter", {"scatter"}),
        ("left_of", "in_corner", {"in_corner"}),
        ("stack", "in_corner", {"stack", "in_corner"}),
    ],
)
def test_apply_edit_relate_keeps_what_goes_with_it(before, after, kept):
    _, layout = make_yard()
    target = "pallet" if before == "left_of" else "room"
    plan = make_plan(
        "warehouse",
        [make_item("forklift", 3), make_item("pallet", 2)],
        [make_relation(before, "forklift", target)],
    )
    to = "pallet" if after == "left_of" else "room"
    edit = make_edit("relate", item="forklift", which="all", relation=after, object=to)
    relations = apply_edit(plan, edit, layout).plan.relations
    assert {r.verb for r in relations if r.subject == "forklift"} == kept


def test_apply_edit_relate_one_to_the_others_of_its_kind():
    plan, layout = make_office()
    edit = make_edit(
        "relate", item="desk", which="last", count=1, relation="across_from", object="desk"
    )
    edited = apply_edit(plan, edit, layout)
    assert "across_from desk_2 desk" in list_relations(edited.plan)
    whole = make_edit("relate", item="desk", which="all", relation="across_from", object="desk")
    with pytest.raises(PlanRejectedError, match="itself"):
        apply_edit(plan, whole, layout)


def test_apply_edit_swap_for_another_noun_renames_item_and_instances():
    plan, layout = make_yard()
    edit = make_edit("swap", item="pallet", which="all", noun="drum", asset_ids=["id_drum"])
    edited = apply_edit(plan, edit, layout)
    assert get_counts(edited.plan) == {"forklift": 3, "drum": 2, "box": 2}
    assert "on_top_of box drum" in list_relations(edited.plan)
    assert [(r.id, r.new_id, r.asset_id) for r in edited.change.recast] == [
        ("pallet_01", "drum_01", "id_drum"),
        ("pallet_02", "drum_02", "id_drum"),
    ]


def test_apply_edit_swap_of_one_leaves_the_others():
    plan, layout = make_yard()
    edit = make_edit("swap", item="forklift", which="leftmost", noun="drum", asset_ids=["id_drum"])
    edited = apply_edit(plan, edit, layout)
    assert get_counts(edited.plan) == {"forklift": 2, "drum": 1, "pallet": 2, "box": 2}
    assert [r.id for r in edited.change.recast] == ["forklift_02"]


def test_apply_edit_swap_takes_an_asset_that_was_not_there():
    plan, layout = make_yard()
    edit = make_edit("swap", item="pallet", which="all", asset_ids=["id_pallet", "id_other"])
    edited = apply_edit(plan, edit, layout)
    assert {r.asset_id for r in edited.change.recast} == {"id_other"}


def test_apply_edit_swap_places_needs_as_many_of_both():
    plan, layout = make_yard()
    with pytest.raises(PlanRejectedError, match="3 forklifts and 2 pallets"):
        apply_edit(plan, make_edit("swap", item="forklift", which="all", object="pallet"), layout)


def test_apply_edit_relate_some_parts_them_from_the_item():
    plan, layout = make_yard()
    edit = make_edit("relate", item="forklift", count=1, relation="next_to", object="pallet")
    edited = apply_edit(plan, edit, layout)
    assert get_counts(edited.plan)["forklift"] == 2
    assert {"scatter forklift room", "next_to forklift_2 pallet"} <= list_relations(edited.plan)
    assert edited.change.released == ("forklift_01",)


def test_apply_edit_relate_refuses_a_circle():
    plan, layout = make_yard()
    edit = make_edit("relate", item="pallet", which="all", relation="on_top_of", object="box")
    with pytest.raises(PlanRejectedError, match="rests on the pallet itself"):
        apply_edit(plan, edit, layout)


def test_apply_edit_unrelate_takes_a_relation_back():
    plan, layout = make_office()
    edit = make_edit("unrelate", item="chair", relation="facing", object="desk")
    edited = apply_edit(plan, edit, layout)
    assert "facing chair desk" not in list_relations(edited.plan)
    with pytest.raises(PlanRejectedError, match="nothing is changed"):
        apply_edit(edited.plan, edit, layout)


def test_apply_edit_environment_keeps_unnamed_sides_and_releases_what_stands_at_walls():
    plan = make_plan(
        items=[make_item("cabinet"), make_item("forklift")],
        relations=[make_relation("along_wall", "cabinet")],
    )
    layout = make_layout(place("cabinet", 1, 0.0, 9.0), place("forklift", 1, 0.0, 0.0))
    room = dict.fromkeys(RoomChange.model_fields) | {"width_m": 30.0}
    edited = apply_edit(plan, make_edit("environment", room=room), layout)
    assert edited.plan.environment.size_m == Vec3(x=30.0, y=20.0, z=5.0)
    assert edited.change.released == ("cabinet_01",)


def test_apply_edit_camera_shot_forgets_the_height_of_the_shot_before():
    plan, layout = make_yard()
    camera = plan.camera.model_copy(update={"height_m": 4.0})
    change = dict.fromkeys(CameraChange.model_fields) | {"shot": "wide"}
    edit = make_edit("camera", camera=change)
    edited = apply_edit(plan.model_copy(update={"camera": camera}), edit, layout)
    assert (edited.plan.camera.shot, edited.plan.camera.height_m) == ("wide", None)


def test_apply_edit_seed_of_everything_places_all_anew():
    plan, layout = make_yard()
    change = apply_edit(plan, make_edit("seed"), layout).change
    assert (change.is_anew, change.seed) == (True, 4)


@pytest.mark.parametrize("op", ["remove", "move", "rotate", "relate", "set_count"])
def test_apply_edit_unknown_item_says_what_there_is(op):
    plan, layout = make_yard()
    more = {"side": "left", "yaw_deg": 90.0, "relation": "near", "object": "room", "count": 1}
    with pytest.raises(PlanRejectedError, match="no sofa in this scene: it has 3 forklifts"):
        apply_edit(plan, make_edit(op, item="sofa", **more), layout)


def test_describe_edits_says_what_was_done():
    plan, _ = make_yard()
    edits = [
        make_edit("remove", item="forklift", count=2),
        make_edit("move", item="pallet", which="leftmost", side="left", distance_m=2.0),
        make_edit("lighting", mood="golden_hour"),
    ]
    assert describe_edits(edits, plan) == (
        "Removed 2 forklifts. Moved the leftmost pallet 2 m to the left. "
        "The light is now: golden hour."
    )


# ---- the model


def iterate_nodes(schema):
    yield schema
    children = schema.values() if isinstance(schema, dict) else schema
    for child in children:
        if isinstance(child, dict | list):
            yield from iterate_nodes(child)


def test_plan_edit_schema_is_fit_for_strict_endpoints():
    schema = PlanEdit.model_json_schema()
    for node in iterate_nodes(schema):
        if isinstance(node, dict):
            assert "oneOf" not in node
            assert "prefixItems" not in node
            if "properties" in node:
                assert node["additionalProperties"] is False
                assert set(node["required"]) == set(node["properties"])
            kinds = [one for one in node.get("anyOf", []) if one != {"type": "null"}]
            assert len(kinds) <= 1
    fields = [*PlanEdit.model_fields.values(), *RoomChange.model_fields.values()]
    assert all(field.description for field in (*fields, *CameraChange.model_fields.values()))


def test_plan_edit_goes_through_json_unchanged():
    edit = make_edit("remove", item="chair", which="leftmost", count=2)
    assert PlanEdit.model_validate(json.loads(edit.model_dump_json())) == edit


ITEMS = st.sampled_from(["forklift", "pallet", "box", "sofa", "drum", None])
TARGETS = st.sampled_from(["forklift", "pallet", "box", "room", "camera", "sofa", None])
FIELDS = PlanEdit.model_json_schema()["properties"]


def choose(name):
    values = next(one["enum"] for one in FIELDS[name]["anyOf"] if "enum" in one)
    return st.sampled_from([*values, None])


EDITS = st.fixed_dictionaries(
    {
        "op": st.sampled_from(FIELDS["op"]["enum"]),
        "item": ITEMS,
        "noun": st.sampled_from(["forklift", "drum", None]),
        "count": st.one_of(st.none(), st.integers(0, 1000)),
        "asset_ids": st.sampled_from([["id_drum"], ["id_pallet", "id_x"], None]),
        "which": choose("which"),
        "index": st.one_of(st.none(), st.integers(1, 9)),
        "of": TARGETS,
        "relation": choose("relation"),
        "object": TARGETS,
        "object2": ITEMS,
        "side": choose("side"),
        "distance_m": st.one_of(st.none(), st.floats(0, 200)),
        "yaw_deg": st.one_of(st.none(), st.floats(-360, 360)),
        "mood": choose("mood"),
    }
)


@given(st.lists(EDITS, min_size=1, max_size=4))
def test_apply_edit_any_edits_give_a_sound_plan_or_a_refusal(edits):
    plan, layout = make_yard()
    known = {p.id for p in layout.placements}
    for fields in edits:
        edited = None
        with suppress(PlanRejectedError):
            edit = make_edit(**fields)
            edited = apply_edit(plan, edit, layout)
        if edited is None:
            continue
        plan = ScenePlan.model_validate(edited.plan.model_dump(mode="json"))
        assert describe_edits([edit], plan)
        change = edited.change
        named = {*change.gone, *change.released, *(m.id for m in change.motions)}
        assert named | {r.id for r in change.recast} <= known | {r.new_id for r in change.recast}
        assert {r.id for r in change.recast} <= known
        layout = layout.model_copy(
            update={"placements": tuple(p for p in layout.placements if p.id not in change.gone)}
        )
        known = {p.id for p in layout.placements}
