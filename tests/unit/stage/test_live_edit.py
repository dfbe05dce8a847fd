"""One scene on an open stage: authored in steps, undone exactly, redone exactly, on any layer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pxr import Sdf, Usd, UsdGeom

from clappper.core.errors import PrimPathConflictError, StageError
from clappper.core.stage.carried import carry_text
from clappper.core.stage.live_edit import LiveEdit, find_edit_problem
from clappper.core.stage.scene_parts import list_units
from support.live_stages import LAYERS, SCENE, LayeredStage, dump, make_scene_layer, run_to_end

#: Steps of iterate_author for the scene of make_scene_layer: the containers, then eight units.
UNITS = 8
RANGE = {"startTimeCode": 1.0, "endTimeCode": 48.0}


def make_edit(live: LayeredStage, **options) -> LiveEdit:
    return LiveEdit(live.stage, make_scene_layer(), SCENE, **options)


def author(live: LayeredStage, **options) -> LiveEdit:
    edit = make_edit(live, **options)
    assert run_to_end(edit.iterate_author()) == UNITS + 1
    return edit


@pytest.mark.parametrize("world_in", [None, *LAYERS])
@pytest.mark.parametrize("target", LAYERS)
@pytest.mark.parametrize("has_range", [False, True], ids=["no_range", "range"])
def test_live_edit_undo_and_redo_are_exact_on_every_layer(target, world_in, has_range):
    live = LayeredStage(world_in=world_in, target=target)
    if has_range:
        live.root.startTimeCode, live.root.endTimeCode = 0.0, 10.0
    before = live.dump()

    edit = author(live, root_metadata={**RANGE, "defaultPrim": "World"})
    after = live.dump()

    assert {n for n in LAYERS if after[n] != before[n]} == {target, "root"}
    assert live.stage.GetPrimAtPath(SCENE.AppendPath("Items/rack/rack_02/asset")).IsDefined()
    assert (live.stage.GetStartTimeCode(), live.stage.GetEndTimeCode()) == (1.0, 48.0)
    for _ in range(3):
        edit.undo()
        assert live.dump() == before
        edit.redo()
        assert live.dump() == after


@pytest.mark.parametrize("target", LAYERS)
def test_live_edit_authored_scene_is_the_dry_run_layer_as_text(target):
    live = LayeredStage(world_in="lower", target=target)
    source = make_scene_layer()
    edit = LiveEdit(live.stage, source, SCENE)

    run_to_end(edit.iterate_author())

    assert dump(live.get(target), SCENE) == dump(source, SCENE)


@pytest.mark.parametrize(
    ("target", "world_in", "specifier", "kind"),
    [
        ("root", None, Sdf.SpecifierDef, "assembly"),
        ("upper", "lower", Sdf.SpecifierOver, None),
        ("session", "root", Sdf.SpecifierOver, None),
        ("lower", "upper", Sdf.SpecifierOver, None),
    ],
)
def test_live_edit_ancestors_are_defined_once(target, world_in, specifier, kind):
    live = LayeredStage(world_in=world_in, target=target)
    author(live)

    world = live.get(target).GetPrimAtPath("/World")
    group = live.get(target).GetPrimAtPath("/World/Clappper")

    assert world.specifier == specifier
    assert (world.GetInfo("kind") if world.HasInfo("kind") else None) == kind
    assert (group.specifier, group.typeName) == (Sdf.SpecifierDef, "Xform")
    assert Usd.ModelAPI(live.stage.GetPrimAtPath(SCENE)).GetKind() == "group"


def test_live_edit_steps_count_and_the_stage_is_whole_between_them():
    live = LayeredStage(world_in="root")
    counts = []
    for step in make_edit(live).iterate_author():
        counts.append(step)
        named = [p for p in live.stage.Traverse() if p.GetPath().HasPrefix(SCENE)]
        assert all(p.IsDefined() for p in named)
    assert counts == [(n, UNITS) for n in range(UNITS + 1)]


@pytest.mark.parametrize("steps", range(UNITS + 2))
@pytest.mark.parametrize("target", ["root", "upper"])
def test_live_edit_stopped_after_any_step_undo_is_exact(target, steps):
    live = LayeredStage(world_in="lower", target=target)
    before = live.dump()
    edit = make_edit(live, root_metadata=RANGE)
    generator = edit.iterate_author()
    run_to_end(generator, steps)

    generator.close()
    edit.undo()

    assert live.dump() == before


@given(
    st.lists(st.one_of(st.integers(0, UNITS + 1), st.just("undo_redo")), min_size=1, max_size=6),
    st.sampled_from(LAYERS),
    st.sampled_from([None, *LAYERS]),
)
def test_live_edit_any_order_of_requests_undo_and_redo_is_exact(plan, target, world_in):
    """A stack as Kit has it: finished edits are adopted, stopped ones undone at once."""
    live = LayeredStage(world_in=world_in, target=target)
    states, stack = [live.dump()], []
    for number, move in enumerate(plan, start=1):
        if move == "undo_redo":
            for edit, state in zip(reversed(stack), reversed(states[:-1]), strict=True):
                edit.undo()
                assert live.dump() == state
            for edit, state in zip(stack, states[1:], strict=True):
                edit.redo()
                assert live.dump() == state
            continue
        path = Sdf.Path(f"/World/Clappper/Scene_{number:03d}")
        edit = LiveEdit(live.stage, make_scene_layer(path), path, root_metadata=RANGE)
        if run_to_end(edit.iterate_author(), move) == UNITS + 1:
            stack.append(edit)
            states.append(live.dump())
        else:
            edit.undo()
            assert live.dump() == states[-1]


def test_live_edit_what_others_put_beside_the_scene_survives_undo_and_redo():
    live = LayeredStage()
    edit = author(live)
    UsdGeom.Cube.Define(live.stage, "/World/Clappper/Mine")
    mine = dump(live.root, Sdf.Path("/World/Clappper/Mine"))

    edit.undo()
    assert not live.stage.GetPrimAtPath(SCENE)
    assert dump(live.root, Sdf.Path("/World/Clappper/Mine")) == mine
    edit.redo()
    assert live.stage.GetPrimAtPath(SCENE)
    edit.undo()

    assert [p.name for p in live.root.GetPrimAtPath("/World/Clappper").nameChildren] == ["Mine"]


def test_live_edit_ancestor_that_somebody_gave_a_property_survives_undo():
    live = LayeredStage()
    edit = author(live)
    UsdGeom.Imageable(live.stage.GetPrimAtPath("/World/Clappper")).MakeInvisible()

    edit.undo()

    assert live.root.GetPropertyAtPath("/World/Clappper.visibility")


def test_live_edit_change_inside_the_scene_comes_back_with_redo():
    live = LayeredStage()
    edit = author(live)
    UsdGeom.Cube.Define(live.stage, SCENE.AppendPath("Items/rack/rack_01/Mine"))
    after = live.dump()

    edit.undo()
    edit.redo()

    assert live.dump() == after


def test_live_edit_time_range_the_user_changed_meanwhile_stays():
    live = LayeredStage()
    live.root.startTimeCode, live.root.endTimeCode = 1.0, 10.0
    edit = author(live, root_metadata={"endTimeCode": 48.0})
    live.stage.SetEndTimeCode(500.0)

    edit.undo()

    assert (live.root.startTimeCode, live.root.endTimeCode) == (1.0, 500.0)


def test_live_edit_locked_root_layer_keeps_its_metadata():
    live = LayeredStage(world_in="root", target="upper")
    before = live.dump()
    live.root.SetPermissionToEdit(False)

    edit = author(live, root_metadata=RANGE)
    assert live.dump()["root"] == before["root"]
    edit.undo()

    assert live.dump() == before
    live.root.SetPermissionToEdit(True)


@pytest.mark.parametrize("action", ["author", "undo", "redo"])
def test_live_edit_layer_is_gone_is_told(action):
    live = LayeredStage(target="upper")
    edit = make_edit(live)
    if action != "author":
        run_to_end(edit.iterate_author())
    if action == "redo":
        edit.undo()
    live.__dict__.clear()

    with pytest.raises(StageError, match="closed"):
        run_to_end(edit.iterate_author()) if action == "author" else getattr(edit, action)()


@pytest.mark.parametrize("action", ["author", "undo", "redo"])
def test_live_edit_layer_locked_meanwhile_is_told_and_works_again_when_unlocked(action):
    live = LayeredStage()
    before = live.dump()
    edit = make_edit(live)
    if action != "author":
        run_to_end(edit.iterate_author())
    if action == "redo":
        edit.undo()
    state = live.dump()
    live.root.SetPermissionToEdit(False)

    with pytest.raises(StageError, match="locked"):
        run_to_end(edit.iterate_author()) if action == "author" else getattr(edit, action)()

    live.root.SetPermissionToEdit(True)
    assert live.dump() == state
    if action == "undo":
        edit.undo()
        assert live.dump() == before


def test_live_edit_layer_locked_between_two_steps_is_told():
    live = LayeredStage()
    before = live.dump()
    edit = make_edit(live)
    generator = edit.iterate_author()
    run_to_end(generator, 3)
    live.root.SetPermissionToEdit(False)
    with pytest.raises(StageError, match="locked"):
        run_to_end(generator)
    live.root.SetPermissionToEdit(True)
    edit.undo()
    assert live.dump() == before


def test_live_edit_redo_twice_is_refused():
    live = LayeredStage()
    edit = author(live)
    with pytest.raises(StageError, match="already"):
        edit.redo()


def test_live_edit_something_at_the_path_meanwhile_is_a_conflict_and_stays():
    live = LayeredStage()
    edit = author(live)
    edit.undo()
    UsdGeom.Cube.Define(live.stage, SCENE)
    state = live.dump()

    with pytest.raises(PrimPathConflictError, match="Scene_001"):
        edit.redo()

    assert live.dump() == state


@pytest.mark.parametrize("in_layer", ["root", "lower"])
def test_live_edit_something_at_the_path_before_is_a_conflict(in_layer):
    live = LayeredStage()
    with Usd.EditContext(live.stage, live.get(in_layer)):
        UsdGeom.Cube.Define(live.stage, SCENE)
    before = live.dump()

    with pytest.raises(PrimPathConflictError, match="Scene_001"):
        run_to_end(make_edit(live).iterate_author())

    assert live.dump() == before


def test_live_edit_ancestor_that_is_only_an_over_is_defined_and_an_over_again_after_undo():
    live = LayeredStage()
    live.stage.OverridePrim("/World/Clappper")
    before = live.dump()

    edit = author(live)
    assert live.stage.GetPrimAtPath(SCENE).IsDefined()
    edit.undo()

    assert live.dump() == before


@pytest.mark.parametrize("target", LAYERS)
@pytest.mark.parametrize("own_rate", [None, 24.0, 30.0], ids=["silent", "24", "30"])
def test_live_edit_camera_keys_stand_at_the_stage_time_codes_on_every_layer(target, own_rate):
    """A layer that counts time otherwise than the stage, or says nothing, is scaled by USD."""
    live = LayeredStage(target=target)
    live.root.timeCodesPerSecond = 60.0
    if own_rate is not None and target != "root":
        live.get(target).timeCodesPerSecond = own_rate
    before = live.dump()

    edit = author(live)

    move = live.stage.GetAttributeAtPath(SCENE.AppendPath("Cameras/Shot_01.xformOp:translate"))
    assert move.GetTimeSamples() == pytest.approx([1.0, 25.0])
    assert move.Get(25.0)[0] == 3.0
    after = live.dump()
    edit.undo()
    assert live.dump() == before
    edit.redo()
    assert live.dump() == after


def test_live_edit_camera_keys_stand_right_where_the_sublayer_has_an_offset():
    live = LayeredStage(target="upper")
    live.root.subLayerOffsets[0] = Sdf.LayerOffset(100.0, 2.0)

    author(live)

    move = live.stage.GetAttributeAtPath(SCENE.AppendPath("Cameras/Shot_01.xformOp:translate"))
    assert move.GetTimeSamples() == pytest.approx([1.0, 25.0])


@pytest.mark.parametrize("target", ["upper", "session"])
def test_live_edit_camera_keys_stand_right_where_the_edit_sets_how_time_is_counted(target):
    live = LayeredStage(target=target)

    author(live, root_metadata={"timeCodesPerSecond": 30.0})

    move = live.stage.GetAttributeAtPath(SCENE.AppendPath("Cameras/Shot_01.xformOp:translate"))
    assert live.stage.GetTimeCodesPerSecond() == 30.0
    assert move.GetTimeSamples() == pytest.approx([1.0, 25.0])


def test_live_edit_keeps_no_stage_open():
    live = LayeredStage(world_in="root")
    edit = author(live)
    identifier = live.root.identifier
    live.__dict__.clear()

    assert Sdf.Layer.Find(identifier) is None
    assert edit.scene_path == SCENE


# --- what cannot be edited ------------------------------------------------------------------------


def test_find_edit_problem_ordinary_layer_has_none():
    for target in LAYERS:
        assert find_edit_problem(LayeredStage(world_in="lower", target=target).stage) == ""


@pytest.mark.parametrize("target", LAYERS)
def test_find_edit_problem_locked_layer_is_refused_with_its_name(target):
    live = LayeredStage(target=target)
    live.get(target).SetPermissionToEdit(False)
    problem = find_edit_problem(live.stage)
    assert "locked" in problem
    assert live.get(target).GetDisplayName() in problem
    with pytest.raises(StageError, match="locked"):
        make_edit(live)
    live.get(target).SetPermissionToEdit(True)


def test_find_edit_problem_muted_layer_is_refused():
    live = LayeredStage(target="upper")
    live.stage.MuteLayer(live.upper.identifier)
    assert "muted" in find_edit_problem(live.stage)
    live.stage.UnmuteLayer(live.upper.identifier)
    assert find_edit_problem(live.stage) == ""


def test_find_edit_problem_variant_is_refused():
    live = LayeredStage(world_in="root")
    variants = live.stage.GetPrimAtPath("/World").GetVariantSets().AddVariantSet("look")
    variants.AddVariant("a")
    variants.SetVariantSelection("a")
    live.stage.SetEditTarget(variants.GetVariantEditTarget())
    assert "variant" in find_edit_problem(live.stage)
    with pytest.raises(StageError, match="variant"):
        make_edit(live)


def test_find_edit_problem_layer_of_a_reference_is_refused():
    live = LayeredStage()
    other = Sdf.Layer.CreateAnonymous("asset.usda")
    Sdf.CreatePrimInLayer(other, "/Asset").specifier = Sdf.SpecifierDef
    prim = UsdGeom.Xform.Define(live.stage, "/World").GetPrim()
    prim.GetReferences().AddReference(other.identifier, "/Asset")
    node = prim.GetPrimIndex().rootNode.children[0]
    live.stage.SetEditTarget(Usd.EditTarget(other, node))
    assert "reference" in find_edit_problem(live.stage)


# --- in place of an older state -------------------------------------------------------------------


def make_carrying_layer(items: dict[str, int], *, light: float = 1.0) -> Sdf.Layer:
    """Return a scene with so many instances of each item, which carries its own names."""
    layer = make_scene_layer()
    stage = Usd.Stage.Open(layer)
    stage.RemovePrim(SCENE.AppendChild("Items"))
    for item, count in items.items():
        for number in range(1, count + 1):
            path = SCENE.AppendPath(f"Items/{item}/{item}_{number:02d}")
            stage.DefinePrim(path, "Xform").SetCustomDataByKey("clappper:item", item)
    UsdGeom.Xformable(stage.DefinePrim(SCENE.AppendPath("Lights/Key"))).AddScaleOp().Set(
        (light, light, light)
    )
    carry_text(layer, SCENE, f"{items} {light}")
    return layer


@pytest.mark.parametrize("target", LAYERS)
@pytest.mark.parametrize(
    "after",
    [
        {"box": 1, "rack": 2, "forklift": 2},  # a new group before the others
        {"forklift": 1, "rack": 3},  # another order
        {"rack": 2},
        {"rack": 2, "forklift": 2},
    ],
)
def test_live_edit_replaces_what_differs_and_undo_and_redo_are_exact(target, after):
    live = LayeredStage(target=target)
    before = make_carrying_layer({"rack": 2, "forklift": 2})
    run_to_end(LiveEdit(live.stage, before, SCENE).iterate_author())
    other = SCENE.ReplaceName("Scene_002")
    run_to_end(LiveEdit(live.stage, make_scene_layer(other), other).iterate_author())
    old = live.dump()

    scene = make_carrying_layer(after, light=2.0)
    edit = LiveEdit(live.stage, scene, SCENE, replaced=[])
    run_to_end(edit.iterate_author())

    new = live.dump()
    for path in (SCENE, SCENE.AppendPath("Lights/Key")):
        spec = live.get(target).GetPrimAtPath(path)
        assert spec.customData == scene.GetPrimAtPath(path).customData
        assert set(spec.properties.keys()) == set(scene.GetPrimAtPath(path).properties.keys())
    names = {p.GetName() for p in live.stage.GetPrimAtPath(f"{SCENE}/Items").GetAllChildren()}
    assert names == set(after)
    for _ in range(2):
        edit.undo()
        assert live.dump() == old
        edit.redo()
        assert live.dump() == new


def test_live_edit_replaces_copies_that_were_taken_over_and_keeps_others():
    live = LayeredStage()
    run_to_end(LiveEdit(live.stage, make_carrying_layer({"rack": 2}), SCENE).iterate_author())
    racks = SCENE.AppendPath("Items/rack")
    for name in ("mine", "foreign"):
        Sdf.CopySpec(live.root, racks.AppendChild("rack_01"), live.root, racks.AppendChild(name))

    edit = LiveEdit(
        live.stage,
        make_carrying_layer({"box": 1}),
        SCENE,
        replaced=[str(racks.AppendChild("mine")), str(racks.AppendChild("rack_01"))],
    )
    run_to_end(edit.iterate_author())

    assert [p.GetName() for p in live.stage.GetPrimAtPath(racks).GetChildren()] == ["foreign"]


def test_live_edit_replaces_nothing_where_nothing_is():
    live = LayeredStage()
    before = live.dump()
    edit = LiveEdit(live.stage, make_carrying_layer({"box": 1}), SCENE, replaced=[])
    with pytest.raises(StageError, match="make the layer it was built in the edit target"):
        run_to_end(edit.iterate_author())
    edit.undo()
    assert live.dump() == before


SCENES = st.lists(
    st.dictionaries(st.sampled_from(["rack", "box", "forklift"]), st.integers(1, 3), min_size=1),
    min_size=2,
    max_size=5,
)


@given(scenes=SCENES, parts=st.lists(st.permutations(["Ceiling", "Walls", "Beams"]), min_size=5))
def test_live_edit_any_changes_are_undone_and_redone_exactly(scenes, parts):
    live = LayeredStage()
    edits, states = [], [live.dump()]
    for number, (items, names) in enumerate(zip(scenes, parts, strict=False)):
        scene = make_carrying_layer(items, light=float(number))
        stage = Usd.Stage.Open(scene)
        for name in names[: 1 + number % 3]:
            UsdGeom.Cube.Define(stage, SCENE.AppendPath(f"Environment/{name}/Mesh"))
        if number % 2:
            root = UsdGeom.Xformable(stage.GetPrimAtPath(SCENE))
            root.ClearXformOpOrder()
            root.GetPrim().RemoveProperty("xformOp:translate")
            root.GetPrim().RemoveProperty("xformOpOrder")
            root.GetPrim().SetDocumentation("At the origin.")
        carry_text(scene, SCENE, str(number))
        edit = LiveEdit(live.stage, scene, SCENE, replaced=[] if edits else None)
        run_to_end(edit.iterate_author())
        edits.append(edit)
        states.append(live.dump())
        root, wanted = (layer.GetPrimAtPath(SCENE) for layer in (live.root, scene))
        assert root.customData == wanted.customData
        assert root.documentation == wanted.documentation
        assert set(root.properties.keys()) == set(wanted.properties.keys())
        for path in list_units(scene, SCENE):
            assert dump(live.root, path) == dump(scene, path)
    for edit, state in zip(reversed(edits), reversed(states[:-1]), strict=True):
        edit.undo()
        assert live.dump() == state
    for edit, state in zip(edits, states[1:], strict=True):
        edit.redo()
        assert live.dump() == state
