"""Switches of this stand-in and what tests do from outside; not part of Kit.

A module attribute is a switch; the Kit setting of the same name below ``/exts/omni.usd/standin/``
sets it before the extension starts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import carb.settings
from pxr import Sdf

if TYPE_CHECKING:
    from .context import UsdContext

_SETTINGS = "/exts/omni.usd/standin/"

#: Whether the app has a new stage when the extension has started, or none yet.
has_stage_at_start = True
#: Kit 107 and later name stage events for the dispatcher; Kit 106 has the stream only.
has_stage_event_names = True
#: UNSURE: whether events on the stream come at once or in the next update.
has_late_stream = False
#: UNSURE: whether the stage before stays when another cannot be opened.
keeps_stage_if_open_fails = False
#: UNSURE: whether save-as opens the new file as a new stage object.
reopens_after_save_as = True
#: UNSURE: whether ASSETS_LOADING and ASSETS_LOADED are told.
has_asset_events = True
#: Updates after an edit brought new layers in: first nothing is told, then that they load.
silent_updates = 2
loading_updates = 3
#: What ``get_stage_streaming_status`` answers.
is_streaming = False
#: A sentence makes every save fail with it.
save_error = ""

_SWITCHES = (
    "has_stage_at_start",
    "has_stage_event_names",
    "has_late_stream",
    "keeps_stage_if_open_fails",
    "reopens_after_save_as",
    "has_asset_events",
    "silent_updates",
    "loading_updates",
)


def read_settings() -> None:
    """Take the switches over that are set as Kit settings."""
    settings = carb.settings.get_settings()
    for name in _SWITCHES:
        value = settings.get(_SETTINGS + name)
        if value is not None:
            globals()[name] = value


def has_no_event_names() -> bool:
    """Whether the settings ask for a context as in Kit 106."""
    return carb.settings.get_settings().get(_SETTINGS + "has_stage_event_names") is False


def set_layer_lock_state(context: UsdContext, identifier: str, locked: bool) -> None:
    """Lock or unlock a layer as the Layers window does.

    Kit keeps locks in the root layer's custom data, by the layer's path relative to it. Locking
    the edit target makes the root layer the edit target.
    """
    stage: Any = context.get_stage()
    root = stage.GetRootLayer()
    data = dict(root.customLayerData)
    omni_layer = dict(data.get("omni_layer", {}))
    locks = dict(omni_layer.get("locked", {}))
    locks[lock_key(root, identifier)] = locked
    root.customLayerData = {**data, "omni_layer": {**omni_layer, "locked": locks}}
    if locked and stage.GetEditTarget().GetLayer().identifier == identifier:
        stage.SetEditTarget(root)


def is_layer_locked(context: UsdContext, identifier: str) -> bool:
    """Whether a layer is locked on the context's stage."""
    stage = context.get_stage()
    if stage is None:
        return False
    root = stage.GetRootLayer()
    locks = root.customLayerData.get("omni_layer", {}).get("locked", {})
    return bool(locks.get(lock_key(root, identifier), False))


def lock_key(root: Sdf.Layer, identifier: str) -> str:
    """Return how a layer is named in the custom data."""
    for path in root.subLayerPaths:
        if root.ComputeAbsolutePath(path) == identifier:
            return str(path)
    return identifier
