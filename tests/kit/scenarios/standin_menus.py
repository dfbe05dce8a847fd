"""How menus and notifications behave; asserted in ``test_standins.py``."""

from scenario import main


def run(rig, report):
    import omni.kit.menu.utils as menus
    import omni.kit.notification_manager as notifications
    from omni.kit.menu.utils import MenuItemDescription, standin

    state = {"shown": False, "clicks": 0}

    def click():
        state["clicks"] += 1
        state["shown"] = not state["shown"]

    items = [
        MenuItemDescription(
            name="Clap", ticked=True, ticked_fn=lambda: state["shown"], onclick_fn=click
        ),
        MenuItemDescription(),
        MenuItemDescription(
            name="More", sub_menu=[MenuItemDescription(name="Test", onclick_fn=click)]
        ),
        MenuItemDescription(name="Off", enable_fn=lambda: False, onclick_fn=click),
        MenuItemDescription(name="Hidden", show_fn=lambda: False),
    ]
    report["added"] = menus.add_menu_items(items, "Window") is items
    report["paths"] = standin.paths()
    standin.click("Window/Clap")
    report["tick_before_refresh"] = standin.is_ticked("Window/Clap")
    menus.refresh_menu_items("Window")
    report["tick_after_refresh"] = standin.is_ticked("Window/Clap")
    standin.click("Window/More/Test")
    standin.click("Window/Off")
    report["clicks"] = state["clicks"]
    report["merged"] = [item.name for item in menus.get_merged_menus()["Window"]["items"]]
    menus.remove_menu_items(list(items), "Window")
    report["after_removing_a_copy"] = len(standin.paths())
    menus.remove_menu_items(items, "Window")
    report["after_removing"] = standin.paths()
    try:
        MenuItemDescription(name="x", onclick=click)
    except TypeError:
        report["unknown_argument"] = True

    status = notifications.NotificationStatus
    report["statuses"] = sorted(member.name for member in status)
    notifications.post_notification("plain")
    shown = notifications.post_notification(
        "asks",
        hide_after_timeout=False,
        status=status.WARNING,
        button_infos=[notifications.NotificationButtonInfo("OK", on_complete=click)],
    )
    shown.button_infos[0].on_complete()
    shown.dismiss()
    report["posted"] = [[n.text, n.status.name, n.dismissed] for n in notifications.standin.posted]
    report["button_clicked"] = state["clicks"] == 3


if __name__ == "__main__":
    main(run)
