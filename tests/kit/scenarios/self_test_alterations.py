"""Members of Kit altered one after another: the check of the assumptions names each of them."""

import enum
from contextlib import contextmanager

from scenario import main


@contextmanager
def removed(owner, name):
    """Take a member away, as if Kit had dropped it."""
    value = vars(owner)[name]
    delattr(owner, name)
    try:
        yield
    finally:
        setattr(owner, name, value)


@contextmanager
def renamed(owner, name):
    """Give a member another name."""
    value = vars(owner)[name]
    delattr(owner, name)
    setattr(owner, f"{name}_2", value)
    try:
        yield
    finally:
        delattr(owner, f"{name}_2")
        setattr(owner, name, value)


@contextmanager
def replaced(owner, name, value):
    """Put something else in a member's place."""
    old = vars(owner)[name]
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, old)


def make_enum(old, *, without=(), **changes):
    members = {m.name: int(m.value) for m in old if m.name not in without} | changes
    return enum.IntEnum(old.__name__, members)


def list_alterations():
    import omni.kit.capture.viewport as movie
    import omni.kit.commands as commands
    import omni.kit.menu.utils as menus
    import omni.kit.notification_manager as notifications
    import omni.kit.undo as history
    import omni.kit.viewport.utility as viewports
    import omni.timeline as timeline
    import omni.usd as usd

    def execute(command_name, arguments=None):
        return (True, None)

    def describe_item(name="", ticked=False, ticked_fn=None, on_click=None):
        return (name, ticked, ticked_fn, on_click)

    def get_status(self):
        return ("", 0)

    def start(self, options):
        return bool(options)

    movie_options, frames = movie.CaptureOptions, movie.CaptureRangeType
    return {
        "CaptureOptions().capture_every_Nth_frames": removed(
            movie_options, "capture_every_Nth_frames"
        ),
        "CaptureRangeType.FRAMES": replaced(movie, "CaptureRangeType", make_enum(frames, FRAMES=2)),
        "omni.kit.commands:execute": replaced(commands, "execute", execute),
        "get_active_viewport": renamed(viewports, "get_active_viewport"),
        "StageEventType.CLOSING": replaced(
            usd, "StageEventType", make_enum(usd.StageEventType, without=["CLOSING"])
        ),
        "MenuItemDescription": replaced(menus, "MenuItemDescription", describe_item),
        "NotificationStatus.WARNING": replaced(
            notifications,
            "NotificationStatus",
            make_enum(notifications.NotificationStatus, without=["WARNING"]),
        ),
        "save_as_stage_async": renamed(usd.UsdContext, "save_as_stage_async"),
        "omni.kit.undo:undo": renamed(history, "undo"),
        "get_selected_prim_paths": renamed(usd.Selection, "get_selected_prim_paths"),
        # Beyond names: what a call returns, a default, a method's arguments, an object's field.
        "get_stage_loading_status()": replaced(
            usd.UsdContext, "get_stage_loading_status", get_status
        ),
        "CaptureOptions().file_name_num_pattern": replaced(
            movie_options, "file_name_num_pattern", property(lambda self: "_######")
        ),
        "CaptureExtension.get_instance().start": replaced(movie.CaptureExtension, "start", start),
        "set_current_time": renamed(timeline.Timeline, "set_current_time"),
        "get_active_viewport().fill_frame": renamed(viewports.ViewportAPI, "fill_frame"),
    }


def check(rig, folder):
    """Check the assumptions as a step of the self-test does, and return what the report says."""
    from clappper.kit.self_test import SelfTest
    from clappper.kit.self_test_report import write_report

    test = SelfTest(folder, None, on_line=lambda _: None)
    rig.run(test._step("assumptions", test._check_assumptions))
    write_report(test.report)
    return {
        "ok": test.report.is_ok,
        "differing": [[f.target, f.outcome, f.message] for f in test.report.differences],
        "unchecked": [f.target for f in test.report.findings if f.outcome == "unchecked"],
        "count": len(test.report.findings),
        "step": test.report.steps[0].message,
        "page": (folder / "self_test.md").read_text(encoding="utf-8"),
    }


def run(rig, report):
    report["unaltered"] = check(rig, report.folder / "unaltered")
    report["altered"] = {}
    for number, (name, alteration) in enumerate(list_alterations().items()):
        with alteration:
            report["altered"][name] = check(rig, report.folder / str(number))
    report["restored"] = check(rig, report.folder / "restored")

    from omni.kit.capture.viewport import standin as movie

    movie.set_version("1.5")
    report["older_capture"] = check(rig, report.folder / "older_capture")


if __name__ == "__main__":
    main(run, enable=["clappper.kit"])
