"""Stages to build on, and what of ours stands on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import omni.usd
from pxr import Gf, Sdf, Usd, UsdGeom

from clappper.kit.stage_text import StageText

if TYPE_CHECKING:
    from clappper.chat.tests.driver import PanelDriver

__all__ = ["count_items", "open_empty_stage", "open_full_stage", "replace_stage"]

#: Updates without a change after which Kit has put into a new stage what it wants to.
_QUIET_UPDATES = 20
_MAX_UPDATES = 600


async def replace_stage() -> None:
    """Open a new stage in place of the one that is open."""
    done, error = (await omni.usd.get_context().new_stage_async())[:2]
    assert done, f"no new stage: {error}"


async def open_empty_stage(driver: PanelDriver) -> Usd.Stage:
    """Open a new stage and wait until Kit leaves it alone."""
    await replace_stage()
    stage = omni.usd.get_context().get_stage()
    text = StageText.read(stage)
    for _ in range(0, _MAX_UPDATES, _QUIET_UPDATES):
        await driver.updates(_QUIET_UPDATES)
        if not text.find_difference(stage):
            return stage
        text = StageText.read(stage)
    raise AssertionError(f"Kit keeps changing a new stage: {text.find_difference(stage)}")


async def open_full_stage(driver: PanelDriver) -> tuple[Usd.Stage, Sdf.Layer]:
    """Open a Y-up centimetre stage with a floor 2 cm above zero and a crate in the middle.

    Returns:
        The stage, and its edit target's layer, a sublayer which lives as long as it is held.
    """
    stage = await open_empty_stage(driver)
    UsdGeom.SetStageUpAxis(stage, UsdGeom.Tokens.y)
    UsdGeom.SetStageMetersPerUnit(stage, 0.01)
    stage.SetDefaultPrim(UsdGeom.Xform.Define(stage, "/World").GetPrim())
    _define_cube(stage, "/World/Hall/Floor", centre=(0, -8, 0), size=(6000, 20, 5000))
    _define_cube(stage, "/World/Crate", centre=(0, 52, 0), size=(100, 100, 100))
    layer = Sdf.Layer.CreateAnonymous("edits.usda")
    stage.GetRootLayer().subLayerPaths.append(layer.identifier)
    stage.SetEditTarget(Usd.EditTarget(layer))
    await driver.updates(_QUIET_UPDATES)
    return stage, layer


def count_items(stage: Usd.Stage) -> int:
    """Return how many things of ours stand on a stage."""
    return sum(_is_item(prim) for prim in stage.Traverse())


def _is_item(prim: Any) -> bool:
    return prim.GetCustomDataByKey("clappper:item") is not None


def _define_cube(
    stage: Usd.Stage, path: str, *, centre: tuple[int, int, int], size: tuple[int, int, int]
) -> None:
    """Author a box; centre and size in stage units."""
    cube = UsdGeom.Cube.Define(stage, path)
    cube.CreateSizeAttr(1.0)
    cube.AddTranslateOp().Set(Gf.Vec3d(*centre))
    cube.AddScaleOp().Set(Gf.Vec3f(*size))
