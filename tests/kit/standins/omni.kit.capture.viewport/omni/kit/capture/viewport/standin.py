"""Switches of the stand-in and what it did; not part of the real extension.

Versions differ in what is there at all; ``set_version`` makes the difference in place.
"""

import sys
from enum import IntEnum

#: end_frame is the frame behind the last one (NVIDIA's own capture guide) instead of the last.
is_end_exclusive = False
#: get_instance() gives None although the extension is enabled.
has_instance = True
#: start() raises, as it does when something it needs is missing.
start_raises = False
#: It captures no frame any more from this one on, counted from 0.
stalls_at = None
#: The first frame's clean-up fails after it let go of its updates: it never becomes DONE.
never_done = False
#: It ends by itself as if cancelled after so many frames.
cancels_at = None
#: It does not hear cancel().
is_deaf = False
#: Numbers of frames whose file never comes.
lost_frames = frozenset()
#: The name of a property that is not there.
missing_option = None
#: Every run: options as a dict, statuses in order, what the settings were while it ran.
runs: list[dict] = []
version = (1, 7)

_DEFAULTS = {
    "is_end_exclusive": False,
    "has_instance": True,
    "start_raises": False,
    "stalls_at": None,
    "never_done": False,
    "cancels_at": None,
    "is_deaf": False,
    "lost_frames": frozenset(),
}


def reset():
    """Set every switch to its default, forget the runs and be 1.7 again."""
    globals().update(_DEFAULTS)
    runs.clear()
    restore_option()
    set_version("1.7")


def set_version(text):
    """Become 1.5 (Kit 106), 1.7 (Kit 107) or 1.8 (Kit 109 and later)."""
    from . import capture_options, extension

    global version  # noqa: PLW0603
    version = tuple(int(part) for part in text.split("."))
    presets = ["PATH_TRACE", "RAY_TRACE", "IRAY", "REAL_TIME_PATHTRACING"]
    if version < (1, 7):
        presets.pop()
    names = IntEnum("CaptureRenderPreset", [(name, i) for i, name in enumerate(presets)])
    capture_options.CaptureRenderPreset = names
    sys.modules[__package__].CaptureRenderPreset = names
    extension.shape_class(version)


def remove_option(name):
    """Take a property off the options class; assigning to it is then silently nothing."""
    from .capture_options import CaptureOptions

    globals()["missing_option"] = (name, vars(CaptureOptions)[name])
    delattr(CaptureOptions, name)


def restore_option():
    """Put the property back that was taken off."""
    from .capture_options import CaptureOptions

    if missing_option is not None:
        setattr(CaptureOptions, *missing_option)
        globals()["missing_option"] = None
