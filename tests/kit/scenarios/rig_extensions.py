"""The repository itself and its extensions on the rig, switched off and on at run time."""

from scenario import BUNDLE, main


def run(rig, report):
    report["enabled"] = [rig.is_enabled(BUNDLE), rig.is_enabled("clappper.core")]
    core = rig.extensions.get_enabled_extension_id("clappper.core")
    report["folder_of_core"] = rig.extensions.get_extension_path(core)
    rig.disable("clappper.core")
    off = rig.is_enabled("clappper.core")
    rig.enable("clappper.core")
    report["toggled"] = [off, rig.is_enabled("clappper.core")]
    report["absent"] = rig.is_enabled("clappper.absent")


if __name__ == "__main__":
    main(run, enable=[BUNDLE])
