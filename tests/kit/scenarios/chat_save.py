"""The stage is saved, saved as a file, and exported with everything it is made of."""

from pathlib import Path

from chat_support import WAREHOUSE, is_idle, make_empty_stage, place_window, read_texts, send
from scenario import main


def run(rig, report):
    import omni.usd

    place_window(rig)
    make_empty_stage(rig)
    send(rig, WAREHOUSE)
    lines = report["lines"] = {}

    def press(name, identifier, path=None):
        if path is not None:
            rig.find("path").model.set_value(str(path))
        rig.click(identifier)
        rig.until(lambda: is_idle(rig), seconds=60, what=name)
        rig.frames(2)
        lines[name] = read_texts(rig, "history")[-1]

    press("new_without_file", "save")
    press("nothing_named", "save_as", "  ")
    # As Windows writes it; USD and Kit want forward slashes.
    target = report.folder / "scenes" / "warehouse_test_01"
    target.parent.mkdir()
    press("saved_as", "save_as", str(target).replace("/", "\\"))
    report["url"] = omni.usd.get_context().get_stage_url()
    report["pending_after_save_as"] = omni.usd.get_context().has_pending_edit()
    press("saved", "save")
    (report.folder / "a file").write_text("")
    press("below_a_file", "save_as", report.folder / "a file" / "a.usda")
    press("no_folder_named", "export", "")
    press("exported", "export", report.folder / "collected")
    press("exported_again", "export", report.folder / "collected")
    press("exported_into_a_file", "export", report.folder / "a file")
    report["exported"] = sorted(
        path.relative_to(report.folder).as_posix()
        for path in Path(report.folder / "collected").rglob("*")
        if path.is_file()
    )


if __name__ == "__main__":
    main(run, enable=["clappper.chat"], size=(460, 800))
