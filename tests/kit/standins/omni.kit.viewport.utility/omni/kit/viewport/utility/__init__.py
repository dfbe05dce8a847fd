"""Stand-in for ``omni.kit.viewport.utility`` 2.0: one viewport, drawn by the embedded renderer.

Names, signatures and defaults of the real one; what was removed in 2.0 is not here.
"""

from . import standin
from .capture import CaptureHelper
from .extension import ViewportUtilityExtension
from .viewport_api import ViewportAPI, ViewportWindow

__all__ = [
    "ViewportUtilityExtension",
    "capture_viewport_to_file",
    "get_active_viewport",
    "get_active_viewport_and_window",
    "get_active_viewport_camera_path",
    "get_active_viewport_camera_string",
    "get_active_viewport_window",
    "get_num_viewports",
    "get_viewport_from_window_name",
    "next_viewport_frame_async",
]

_ = ViewportAPI, ViewportWindow


def get_active_viewport_window(window_name=None, usd_context_name="", **kwargs):
    window = standin.window
    if window is None or not standin.has_viewport:
        return None
    is_named = window_name is None or window.name == window_name
    return window if is_named and window.viewport_api.usd_context_name == usd_context_name else None


def get_active_viewport(usd_context_name=""):
    window = get_active_viewport_window(usd_context_name=usd_context_name)
    return window.viewport_api if window else None


def get_active_viewport_and_window(usd_context_name="", window_name=None, **kwargs):
    window = get_active_viewport_window(window_name, usd_context_name)
    return (window.viewport_api, window) if window else (None, None)


def get_viewport_from_window_name(window_name=None):
    window = get_active_viewport_window(window_name)
    return window.viewport_api if window else None


def get_num_viewports(usd_context_name=None):
    return int(get_active_viewport_window(usd_context_name=usd_context_name or "") is not None)


def get_active_viewport_camera_path(usd_context_name=""):
    viewport = get_active_viewport(usd_context_name)
    return viewport.camera_path if viewport else None


def get_active_viewport_camera_string(usd_context_name=""):
    viewport = get_active_viewport(usd_context_name)
    return viewport.camera_path.pathString if viewport else None


def capture_viewport_to_file(
    viewport_api,
    file_path=None,
    is_hdr=False,
    render_product_path=None,
    format_desc=None,
    frame_to_capture=None,
):
    """Schedule a picture of what the viewport shows now; the file comes later."""
    return CaptureHelper(viewport_api, file_path)


async def next_viewport_frame_async(viewport, n_frames=0):
    await viewport.wait_for_rendered_frames(n_frames)
