"""What tests do with menus; not part of Kit.

A path is ``Menu/Entry`` or ``Menu/Submenu/Entry``. Ticks are what they were when the menu was last
drawn: an extension that does not refresh its menu shows an old tick, as in Kit.
"""

from __future__ import annotations

from typing import Any

#: Lists of entries that were added, by the name of their menu.
menus: dict[str, list[list[Any]]] = {}
_drawn: dict[str, dict[str, tuple[Any, bool, bool]]] = {}


def draw(name: str) -> None:
    """Ask all entries of a menu for their name, tick and whether they can be clicked."""
    drawn: dict[str, tuple[Any, bool, bool]] = {}

    def add(item: Any, prefix: str) -> None:
        if item.show_fn is not None and not item.show_fn():
            return
        label = item.name_fn() if item.name_fn is not None else item.name
        if not label:
            return
        is_enabled = item.enabled and (item.enable_fn is None or bool(item.enable_fn()))
        is_ticked = bool(item.ticked_fn()) if item.ticked_fn is not None else bool(item.ticked)
        drawn[f"{prefix}/{label}"] = (item, is_ticked, is_enabled)
        for child in item.sub_menu or ():
            add(child, f"{prefix}/{label}")

    for menu in menus.get(name, ()):
        for item in menu:
            add(item, name)
    _drawn[name] = drawn


def paths() -> list[str]:
    """Return the paths of all entries."""
    return sorted(path for drawn in _drawn.values() for path in drawn)


def is_ticked(path: str) -> bool:
    """Whether an entry showed a tick when its menu was last drawn."""
    return _drawn[path.partition("/")[0]][path][1]


def click(path: str) -> None:
    """Click an entry."""
    item, _, is_enabled = _drawn[path.partition("/")[0]][path]
    if not is_enabled:
        return
    if item.onclick_action is not None:
        import omni.kit.actions.core

        omni.kit.actions.core.get_action_registry().execute_action(*item.onclick_action)
    if item.onclick_fn is not None:
        item.onclick_fn()
