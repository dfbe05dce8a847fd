"""How ``omni.usd`` behaves; ``args`` names the switches. Asserted in ``test_standins.py``."""

from pathlib import Path

import carb.eventdispatcher
from pxr import Gf, Sdf, Usd, UsdGeom, UsdUtils
from scenario import main


def observe(usd, context):
    """Return two lists that are filled with the names of events, and what keeps them so."""
    types = {int(event): event.name for event in usd.StageEventType}
    by_name, by_stream = [], []
    guards = []
    if hasattr(context, "stage_event_name"):
        dispatcher = carb.eventdispatcher.get_eventdispatcher()
        guards += [
            dispatcher.observe_event(
                event_name=context.stage_event_name(event),
                on_event=lambda _, name=event.name: by_name.append(name),
                observer_name="rig",
            )
            for event in usd.StageEventType
        ]
    stream = context.get_stage_event_stream()
    guards.append(
        stream.create_subscription_to_pop(lambda e: by_stream.append(types[e.type]), name="rig")
    )
    return by_name, by_stream, guards


def take(events):
    """Return and empty a list of events."""
    found = list(events)
    events.clear()
    return found


def run_events(rig, report, usd, context):
    by_name, by_stream, guards = observe(usd, context)
    report["has_names"] = hasattr(context, "stage_event_name")
    prim = context.get_stage().DefinePrim("/Old", "Xform")
    rig.frames(2)
    take(by_name), take(by_stream)
    context.get_selection().set_selected_prim_paths(["/Old"], True)
    report["events_at_once"] = take(by_stream)
    rig.frames(1)
    report["events_selection"] = take(by_name) or take(by_stream)
    take(by_stream)
    stage_id = context.get_stage_id()
    report["stage_in_cache"] = bool(
        UsdUtils.StageCache.Get().Find(Usd.StageCache.Id.FromLongInt(stage_id))
    )
    report["closing_has_stage"] = []
    closing = context.get_stage_event_stream().create_subscription_to_pop(
        lambda e: (
            report["closing_has_stage"].append(context.get_stage() is not None)
            if e.type == int(usd.StageEventType.CLOSING)
            else None
        ),
        name="closing",
    )
    old = context.get_stage
    stage_before = old()
    ok = rig.run(context.new_stage_async())
    report["new"] = list(ok)
    report["is_other_stage"] = context.get_stage() is not stage_before
    del stage_before, closing
    report["old_prim_expired"] = not prim.IsValid()
    report["old_stage_left_cache"] = not UsdUtils.StageCache.Get().Find(
        Usd.StageCache.Id.FromLongInt(stage_id)
    )
    report["selection_after_new"] = context.get_selection().get_selected_prim_paths()
    rig.frames(2)
    report["events_new_by_name"] = take(by_name)
    report["events_new_by_stream"] = take(by_stream)
    guards.clear()
    context.get_stage().DefinePrim("/A")
    context.get_selection().set_selected_prim_paths(["/A"])
    rig.frames(2)
    report["events_after_guards_died"] = [take(by_name), take(by_stream)]


def run_files(rig, report, usd, context):
    from omni.usd import standin

    by_name, by_stream, guards = observe(usd, context)
    folder = report.folder
    report["bare"] = [
        not context.get_stage().GetDefaultPrim(),
        [str(p.GetPath()) for p in context.get_stage().TraverseAll()],
        context.get_stage().HasAuthoredMetadata("metersPerUnit"),
        context.is_new_stage(),
        context.has_pending_edit(),
    ]
    report["save_new"] = list(rig.run(context.save_stage_async()))[:2]
    context.get_stage().DefinePrim("/World", "Xform")
    report["pending_after_edit"] = context.has_pending_edit()
    rig.frames(1)
    take(by_name), take(by_stream)
    before = context.get_stage()
    path = str(folder / "scene.usda")
    ok, error, layers = rig.run(context.save_as_stage_async(path))
    report["save_as"] = [ok, error, [Path(layer).name for layer in layers]]
    report["stage_after_save_as_is_other"] = context.get_stage() is not before
    report["is_new_after_save_as"] = context.is_new_stage()
    report["pending_after_save"] = context.has_pending_edit()
    rig.frames(2)
    report["events_save_as"] = take(by_stream)
    take(by_name)
    rig.run(context.open_stage_async(path))
    context.get_stage().DefinePrim("/World/Box", "Cube")
    standin.save_error = "The disk is full."
    report["save_fails"] = list(rig.run(context.save_stage_async()))
    report["save_fails_sync"] = context.save_stage()
    standin.save_error = ""
    ok, error, layers = rig.run(context.save_stage_async())
    report["save"] = [ok, error, [Path(layer).name for layer in layers]]
    report["box_on_disk"] = "Box" in Path(path).read_text(encoding="utf-8")
    context.get_stage().DefinePrim("/World/Gone", "Cube")
    report["reopen"] = list(rig.run(context.reopen_stage_async()))
    report["gone_after_reopen"] = not context.get_stage().GetPrimAtPath("/World/Gone")
    rig.frames(2)
    take(by_name), take(by_stream)
    kept = context.get_stage()
    report["open_absent"] = rig.run(context.open_stage_async(str(folder / "absent.usda")))[0]
    report["open_absent_sync"] = context.open_stage(str(folder / "absent.usda"))
    report["stage_after_open_absent"] = (
        "same" if context.get_stage() is kept else str(context.get_stage())
    )
    del kept
    rig.frames(2)
    report["events_open_absent"] = take(by_stream)
    rig.run(context.open_stage_async(path))
    report["state"] = context.get_stage_state().name
    report["close"] = list(rig.run(context.close_stage_async()))
    report["closed"] = [
        context.get_stage(),
        context.get_stage_url(),
        context.get_stage_id(),
        context.get_stage_state().name,
        context.can_open_stage(),
        context.can_save_stage(),
        context.can_close_stage(),
    ]
    report["close_twice"] = rig.run(context.close_stage_async())[0]
    report["save_closed"] = list(rig.run(context.save_stage_async()))
    assert guards


def run_layers(rig, report, usd, context):
    from omni.usd import standin

    folder = report.folder
    sub = Sdf.Layer.CreateNew(str(folder / "sub.usda"))
    sub.Save()
    root = Sdf.Layer.CreateNew(str(folder / "root.usda"))
    root.subLayerPaths.append("./sub.usda")
    root.Save()
    context.open_stage(root.identifier)
    stage = context.get_stage()
    report["edit_target"] = usd.get_edit_target_identifier(stage) == root.identifier
    usd.set_edit_target_by_identifier(stage, sub.identifier)
    report["edit_target_sub"] = usd.get_edit_target_identifier(stage) == sub.identifier
    stage.DefinePrim("/Other", "Xform")
    report["target_of_foreign_layer"] = usd.set_edit_target_by_identifier(stage, "absent.usda")
    report["locked_before"] = usd.is_layer_locked(context, sub.identifier)
    standin.set_layer_lock_state(context, sub.identifier, True)
    report["locked"] = usd.is_layer_locked(context, sub.identifier)
    report["root_locked"] = usd.is_layer_locked(context, root.identifier)
    report["edit_target_after_lock"] = usd.get_edit_target_identifier(stage) == root.identifier
    report["lock_data"] = dict(root.customLayerData["omni_layer"]["locked"])
    usd.set_edit_target_by_identifier(stage, sub.identifier)
    report["locked_layer_can_be_edited"] = bool(stage.DefinePrim("/Still", "Xform"))
    standin.set_layer_lock_state(context, sub.identifier, False)
    report["unlocked"] = usd.is_layer_locked(context, sub.identifier)
    report["writable"] = usd.is_layer_writable(sub.identifier)
    Path(sub.realPath).chmod(0o444)
    report["writable_read_only"] = usd.is_layer_writable(sub.identifier)
    report["writable_absent"] = usd.is_layer_writable("absent.usda")
    report["pending"] = context.has_pending_edit()
    context.set_pending_edit(False)
    report["pending_set"] = context.has_pending_edit()


def run_functions(rig, report, usd, context):
    context.new_stage()
    stage = context.get_stage()
    stage.SetDefaultPrim(stage.DefinePrim("/World", "Xform"))
    free = usd.get_stage_next_free_path
    stage.DefinePrim("/World/Box", "Xform")
    report["free"] = [
        free(stage, "/World/Tree", False),
        free(stage, "/World/Box", False),
        free(stage, "/Box", True),
        free(stage, "/Box", False),
    ]
    stage.DefinePrim("/World/Box_01", "Xform")
    report["free_next"] = free(stage, Sdf.Path("/World/Box"), False)
    try:
        free(stage, "not a path!", False)
    except ValueError as error:
        report["free_invalid"] = str(error)
    report["identifier"] = usd.make_valid_identifier("3 big boxes")
    xform = UsdGeom.XformCommonAPI(stage.GetPrimAtPath("/World"))
    xform.SetTranslate(Gf.Vec3d(1, 2, 3))
    box = stage.GetPrimAtPath("/World/Box")
    UsdGeom.XformCommonAPI(box).SetTranslate(Gf.Vec3d(1, 0, 0))
    report["world"] = list(usd.get_world_transform_matrix(box).ExtractTranslation())
    report["local"] = list(usd.get_local_transform_matrix(box).ExtractTranslation())
    report["prim_at_path"] = usd.get_prim_at_path(Sdf.Path("/World/Box")).GetName()
    selection = context.get_selection()
    selection.set_selected_prim_paths(["/World/Box", "/World"], True)
    report["selected"] = selection.get_selected_prim_paths()
    selection.set_prim_path_selected("/World", False)
    report["is_selected"] = [
        selection.is_prim_path_selected(path) for path in ("/World", "/World/Box")
    ]
    selection.clear_selected_prim_paths()
    report["cleared"] = selection.get_selected_prim_paths()
    try:
        selection.set_selected_prim_paths([Sdf.Path("/World")], True)
    except TypeError:
        report["paths_must_be_strings"] = True


def run_loading(rig, report, usd, context):
    _, by_stream, guards = observe(usd, context)
    asset = Usd.Stage.CreateNew(str(report.folder / "asset.usda"))
    asset.SetDefaultPrim(asset.DefinePrim("/Asset", "Cube"))
    asset.Save()
    context.new_stage()
    rig.frames(3)
    take(by_stream)
    report["idle"] = context.get_stage_loading_status()[2]
    prim = context.get_stage().DefinePrim("/Ref", "Xform")
    prim.GetReferences().AddReference(asset.GetRootLayer().identifier)
    totals = [context.get_stage_loading_status()[2]]
    for _ in range(8):
        rig.frames()
        totals.append(context.get_stage_loading_status()[2])
    report["totals"] = totals
    report["events_loading"] = [e for e in take(by_stream) if e.startswith("ASSETS")]
    context.get_stage().DefinePrim("/Ref2").GetReferences().AddReference(
        asset.GetRootLayer().identifier
    )
    rig.frames(3)
    report["known_layer"] = context.get_stage_loading_status()[2]
    report["streaming"] = context.get_stage_streaming_status()
    assert guards


def run_commands(rig, report, usd, context):
    import omni.kit.commands as commands
    import omni.kit.undo as undo

    asset = Usd.Stage.CreateNew(str(report.folder / "asset.usda"))
    asset.SetDefaultPrim(asset.DefinePrim("/Asset", "Cube"))
    asset.Save()
    context.new_stage()
    stage = context.get_stage()
    selection = context.get_selection()
    stage.SetDefaultPrim(stage.DefinePrim("/World", "Xform"))
    selection.set_selected_prim_paths(["/World"], True)
    report["create"] = list(commands.execute("CreatePrim", prim_type="Cube"))
    report["create_selects"] = selection.get_selected_prim_paths()
    commands.execute("CreatePrim", prim_type="Cube", select_new_prim=False)
    report["second"] = bool(stage.GetPrimAtPath("/World/Cube_01"))
    undo.undo()
    undo.undo()
    report["created_undone"] = not stage.GetPrimAtPath("/World/Cube")
    report["selection_undone"] = selection.get_selected_prim_paths()
    ok, prim = commands.execute(
        "CreateReference",
        usd_context=context,
        path_to=Sdf.Path("/World/Ref"),
        asset_path=asset.GetRootLayer().identifier,
    )
    report["reference"] = [ok, prim.IsInstanceable(), selection.get_selected_prim_paths()]
    ok, prim = commands.execute(
        "CreateReferenceCommand",
        usd_context=context,
        path_to=Sdf.Path("/World/Plain"),
        asset_path=asset.GetRootLayer().identifier,
        instanceable=False,
        select_prim=False,
    )
    report["plain_reference"] = [ok, prim.IsInstanceable(), selection.get_selected_prim_paths()]
    commands.execute("SelectPrims", old_selected_paths=[], new_selected_paths=["/World"])
    report["select"] = selection.get_selected_prim_paths()
    with Usd.EditContext(stage, stage.GetSessionLayer()):
        stage.OverridePrim("/World/Ref").SetCustomDataByKey("note", "session")

    def read_layers():
        # The order of siblings is not kept.
        return [sorted(layer.ExportToString().splitlines()) for layer in stage.GetLayerStack()]

    before = read_layers()
    commands.execute("DeletePrims", paths=["/World/Ref"])
    report["deleted"] = not stage.GetPrimAtPath("/World/Ref")
    undo.undo()
    report["delete_undone"] = read_layers() == before
    commands.execute("DeletePrims", paths=["/World/Ref"], destructive=False)
    report["deleted_softly"] = [
        bool(stage.GetPrimAtPath("/World/Ref").IsActive()),
        bool(stage.GetSessionLayer().GetPrimAtPath("/World/Ref")),
    ]
    undo.undo()
    report["soft_delete_undone"] = stage.GetPrimAtPath("/World/Ref").IsActive()
    report["create_fails"] = list(commands.execute("CreatePrim", prim_type="Cube", prim_path="?"))


def run_without_stage(rig, report, usd, context):
    report["stage"] = context.get_stage()
    report["state"] = context.get_stage_state().name


def run(rig, report):
    import omni.usd as usd

    globals()[f"run_{report.args[0]}"](rig, report, usd, usd.get_context())


if __name__ == "__main__":
    main(run)
