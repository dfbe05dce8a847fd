"""The stage that the capture scenarios film, and everything a capture must leave as it was."""

from pxr import Gf, UsdGeom, UsdLux

FORCED = ("/exts/omni.anim.window.timeline/playinRange", "/app/captureFrame/hdr")
MINIBAR = "/exts/omni.kit.timeline.minibar/stay_on_playing"
WATCHED = (MINIBAR, *FORCED, "/persistent/app/viewport/Viewport/fillViewport")


def open_stage(rig):
    """Open a new stage with a few coloured cubes, a camera that moves, and a selected prim."""
    import omni.timeline
    import omni.usd

    context = omni.usd.get_context()
    rig.run(context.new_stage_async())
    stage = context.get_stage()
    UsdGeom.SetStageUpAxis(stage, "Z")
    UsdGeom.SetStageMetersPerUnit(stage, 1.0)
    stage.SetTimeCodesPerSecond(24.0)
    stage.SetStartTimeCode(1)
    stage.SetEndTimeCode(48)
    stage.SetDefaultPrim(UsdGeom.Xform.Define(stage, "/World").GetPrim())
    UsdLux.DomeLight.Define(stage, "/World/Dome").CreateIntensityAttr(1.0)
    for number, colour in enumerate([(0.9, 0.1, 0.1), (0.1, 0.8, 0.2), (0.2, 0.2, 0.9)]):
        cube = UsdGeom.Cube.Define(stage, f"/World/Cube_{number}")
        cube.CreateSizeAttr(1.0)
        cube.CreateDisplayColorAttr([Gf.Vec3f(*colour)])
        cube.AddTranslateOp().Set(Gf.Vec3d(number * 1.5 - 1.5, 0, 0))
    camera = UsdGeom.Camera.Define(stage, "/World/Cam")
    camera.CreateClippingRangeAttr(Gf.Vec2f(0.01, 1000))
    move = camera.AddTranslateOp()
    for time_code in (-24, 96):
        move.Set(Gf.Vec3d(time_code * 0.03 - 0.7, -8, 0), time_code)
    camera.AddRotateXOp().Set(90.0)
    rig.frames(4)
    context.get_selection().set_selected_prim_paths(["/World/Cube_1"], True)
    omni.timeline.get_timeline_interface().set_current_time(0.75)
    rig.frames(4)
    return stage


def snapshot():
    """Return what a capture may change, as plain values."""
    import carb.settings
    import omni.kit.capture.viewport as movie
    import omni.timeline
    import omni.usd
    from omni.kit.viewport.utility import standin as pictures

    settings = carb.settings.get_settings()
    timeline = omni.timeline.get_timeline_interface()
    context = omni.usd.get_context()
    stage = context.get_stage()
    viewport = pictures.window.viewport_api
    instance = movie.extension.capture_instance
    layers = [] if stage is None else [stage.GetRootLayer(), stage.GetSessionLayer()]
    return {
        "selected": list(context.get_selection().get_selected_prim_paths()),
        "time": timeline.get_current_time(),
        "rate": timeline.get_time_codes_per_seconds(),
        "camera": str(viewport.camera_path),
        "resolution": list(viewport.resolution),
        "fill_frame": viewport.fill_frame,
        "engine": [viewport.hydra_engine, viewport.render_mode],
        "options": id(instance.options),
        "callbacks": [
            id(instance.progress_update_fn),
            id(instance.forward_one_frame_fn),
            id(instance.capture_finished_fn),
        ],
        "progress_window": instance.show_default_progress_window,
        "settings": {path: settings.get(path) for path in WATCHED},
        "layers": [layer.ExportToString() for layer in layers],
    }
