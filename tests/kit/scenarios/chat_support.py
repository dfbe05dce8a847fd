"""What the chat scenarios share: stages to work on, and what is read off them and off the panel."""

import omni.ui as ui

WAREHOUSE = "A warehouse with 2 forklifts and 4 pallets."


def list_layers(stage):
    """Return every layer of the stage as text: session layer, root layer, sublayers."""
    return {layer.identifier: layer.ExportToString() for layer in stage.GetLayerStack()}


def count_instances(stage):
    return sum(
        1 for prim in stage.Traverse() if prim.GetCustomDataByKey("clappper:item") is not None
    )


def read_texts(rig, identifier):
    """Return the texts of all labels below a widget."""
    return [widget.text for widget in _walk(rig.find(identifier)) if isinstance(widget, ui.Label)]


def is_idle(rig):
    return not rig.find("stop").enabled


def send(rig, prompt, seconds=60):
    """Type a prompt, send it and wait until it is over."""
    rig.fill("prompt", prompt)
    rig.click("send")
    rig.until(lambda: is_idle(rig), seconds=seconds, what="request over")
    rig.frames(2)


def place_window(rig):
    """Let the panel fill the app window, so that a picture shows nothing else."""
    window = rig.window("Clappper")
    window.position_x = window.position_y = 0
    window.width, window.height = rig.size
    rig.frames(2)


def make_empty_stage(rig):
    import omni.usd

    rig.run(omni.usd.get_context().new_stage_async())
    return omni.usd.get_context().get_stage()


def make_full_stage(rig):
    """A Y-up centimetre stage with a floor 2 cm above zero and a crate at the origin.

    Its edit target is a sublayer that knows nothing of /World.
    """
    from pxr import Gf, Sdf, Usd, UsdGeom

    stage = make_empty_stage(rig)
    UsdGeom.SetStageUpAxis(stage, UsdGeom.Tokens.y)
    UsdGeom.SetStageMetersPerUnit(stage, 0.01)
    stage.SetTimeCodesPerSecond(24.0)
    stage.SetStartTimeCode(0.0)
    stage.SetEndTimeCode(100.0)
    world = UsdGeom.Xform.Define(stage, "/World")
    stage.SetDefaultPrim(world.GetPrim())
    UsdGeom.Xform.Define(stage, "/World/Hall")
    floor = UsdGeom.Cube.Define(stage, "/World/Hall/Floor")
    floor.CreateSizeAttr(1.0)
    floor.AddTranslateOp().Set(Gf.Vec3d(0.0, -8.0, 0.0))
    floor.AddScaleOp().Set(Gf.Vec3f(6000.0, 20.0, 5000.0))
    crate = UsdGeom.Cube.Define(stage, "/World/Crate")
    crate.CreateSizeAttr(100.0)
    crate.AddTranslateOp().Set(Gf.Vec3d(0.0, 52.0, 0.0))
    sublayer = Sdf.Layer.CreateAnonymous("edits.usda")
    stage.GetRootLayer().subLayerPaths.append(sublayer.identifier)
    stage.SetEditTarget(Usd.EditTarget(sublayer))
    # Anonymous layers live as long as somebody holds them.
    rig.kept_layer = sublayer
    return stage


def _walk(widget):
    yield widget
    for child in ui.Inspector.get_children(widget):
        yield from _walk(child)
