"""Stand-in for ``omni.usd``: contexts with a stage, its events, selection, layers, USD commands.

``standin`` has the switches for what the notes on Kit's API call UNSURE and what tests need to set
from outside. The events go through the kernel's own dispatcher and streams.
"""

from __future__ import annotations

import omni.ext

from . import commands, standin
from .context import UsdContext, UsdContextInitialLoadSet
from .events import StageEventType, StageState
from .functions import (
    get_edit_target_identifier,
    get_local_transform_matrix,
    get_prim_at_path,
    get_stage_next_free_path,
    get_world_transform_matrix,
    is_layer_locked,
    is_layer_writable,
    make_valid_identifier,
    set_edit_target_by_identifier,
)
from .selection import Selection

__all__ = [
    "Selection",
    "StageEventType",
    "StageState",
    "UsdContext",
    "UsdContextInitialLoadSet",
    "create_context",
    "destroy_context",
    "get_context",
    "get_edit_target_identifier",
    "get_local_transform_matrix",
    "get_prim_at_path",
    "get_stage_next_free_path",
    "get_world_transform_matrix",
    "is_layer_locked",
    "is_layer_writable",
    "make_valid_identifier",
    "set_edit_target_by_identifier",
]

_contexts: dict[str, UsdContext] = {}


def get_context(name: str = "") -> UsdContext | None:
    """Return a context, or None before it is there."""
    return _contexts.get(name)


def create_context(name: str = "") -> UsdContext:
    """Return a context of this name, which is made if it is not there."""
    if name not in _contexts:
        _contexts[name] = UsdContext(name)
    return _contexts[name]


def destroy_context(name: str = "") -> bool:
    """Close a context's stage and forget it."""
    context = _contexts.pop(name, None)
    if context is None:
        return False
    context._destroy()
    return True


class UsdExtension(omni.ext.IExt):
    """Makes the default context, with a new stage unless a test wants none."""

    def on_startup(self, ext_id: str) -> None:
        """Make the default context and register the USD commands."""
        standin.read_settings()
        self._commands = omni.kit.commands.register_all_commands_in_module(commands)
        context = create_context()
        if standin.has_stage_at_start:
            context.new_stage()

    def on_shutdown(self) -> None:
        """Close all stages."""
        for name in list(_contexts):
            destroy_context(name)
        omni.kit.commands.unregister_module_commands(self._commands)


if standin.has_no_event_names():
    del UsdContext.stage_event_name
