"""Stand-in for ``omni.kit.menu.utils``: entries by menu name; ``standin`` clicks and reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import standin

if TYPE_CHECKING:
    from collections.abc import Callable


class MenuItemDescription:
    """One entry of a menu; an empty name is a separator."""

    def __init__(
        self,
        name: str = "",
        glyph: str = "",
        header: str | None = None,
        appear_after: list[str] | str = "",
        enabled: bool = True,
        ticked: bool = False,
        ticked_value: bool | None = None,
        radio_group: str | None = "",
        sub_menu: list[MenuItemDescription] | None = None,
        hotkey: tuple[int, int] | None = None,
        name_fn: Callable[[], str] | None = None,
        show_fn: Callable[[], bool] | None = None,
        enable_fn: Callable[[], bool] | None = None,
        ticked_fn: Callable[[], bool] | None = None,
        onclick_action: tuple[Any, ...] | None = None,
        unclick_action: tuple[Any, ...] | None = None,
        onclick_fn: Callable[[], None] | None = None,
        unclick_fn: Callable[[], None] | None = None,
        onclick_right_fn: Callable[[], None] | None = None,
        original_svg_color: bool = False,
        original_menu_item: Any = None,
        user: Any = None,
        hotkey_window: str | None = None,
    ) -> None:
        given = dict(locals())
        del given["self"]
        vars(self).update(given)

    def get(self, key: str, default_value: Any = None) -> Any:
        """Return an attribute."""
        return getattr(self, key, default_value)

    def has_action(self) -> bool:
        """Whether a click executes an action."""
        return self.onclick_action is not None


def add_menu_items(
    menu: list[MenuItemDescription],
    name: str,
    menu_index: int = 0,
    can_rebuild_menus: bool = True,
    delegate: Any = None,
) -> list[MenuItemDescription]:
    """Add entries to the menu of this name."""
    standin.menus.setdefault(name, []).append(menu)
    if can_rebuild_menus:
        standin.draw(name)
    return menu


def remove_menu_items(
    menu: list[MenuItemDescription], name: str, can_rebuild_menus: bool = True
) -> None:
    """Remove entries: the very list that was added."""
    lists = standin.menus.get(name, [])
    standin.menus[name] = [known for known in lists if known is not menu]
    if not standin.menus[name]:
        del standin.menus[name]
    if can_rebuild_menus:
        standin.draw(name)


def refresh_menu_items(name: str, immediately: bool | None = None) -> None:
    """Ask the entries of a menu anew whether they are ticked and enabled."""
    standin.draw(name)


def rebuild_menus() -> None:
    """Draw all menus anew."""
    for name in list(standin.menus):
        standin.draw(name)


def get_merged_menus() -> dict[str, Any]:
    """Return the entries of every menu."""
    return {
        name: {"items": [item for menu in lists for item in menu]}
        for name, lists in standin.menus.items()
    }
