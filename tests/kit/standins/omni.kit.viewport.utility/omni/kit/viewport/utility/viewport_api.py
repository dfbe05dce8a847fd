"""The viewport's API object: the documented properties, real values behind them."""

import asyncio

import carb.settings
from pxr import Sdf, Usd

from . import standin

PERSPECTIVE = "/OmniverseKit_Persp"


class ViewportAPI:
    """What drawing depends on; ``draw`` is the stand-in's own."""

    def __init__(self):
        self._camera_path = Sdf.Path(PERSPECTIVE)
        self._resolution = (1280, 720)
        self._fill_frame = False
        self._waiting = []
        self.updates_enabled = True
        self.freeze_frame = False
        self.lock_to_render_result = True
        self.resolution_scale = 1.0
        self.hydra_engine = "rtx"
        self.render_mode = "RaytracedLighting"
        self.render_product_path = "/Render/OmniverseKit/HydraTextures/omni_kit_widget_viewport"
        self.frame_info = {"status": None}
        #: Pictures drawn since the camera, the size or the renderer changed.
        self.drawn_frames = 0

    @property
    def id(self):
        return "Viewport"

    @property
    def usd_context_name(self):
        return ""

    @property
    def usd_context(self):
        import omni.usd

        return omni.usd.get_context()

    @property
    def stage(self):
        return self.usd_context.get_stage()

    @property
    def camera_path(self):
        return self._camera_path

    @camera_path.setter
    def camera_path(self, value):
        path = Sdf.Path(str(value))
        if path != self._camera_path:
            self._camera_path, self.drawn_frames = path, 0

    @property
    def resolution(self):
        return self._resolution

    @resolution.setter
    def resolution(self, value):
        width, height = (int(part) for part in value)
        if (width, height) != self._resolution:
            self._resolution, self.drawn_frames = (width, height), 0

    @property
    def full_resolution(self):
        return self._resolution

    @property
    def fill_frame(self):
        return self._fill_frame

    @fill_frame.setter
    def fill_frame(self, value):
        self._fill_frame = bool(value)

    @property
    def drawn_size(self):
        """Size of the picture: filling the window overrules the resolution (stand-in's own)."""
        path = f"/persistent/app/viewport/{self.id}/fillViewport"
        is_filling = self._fill_frame or carb.settings.get_settings().get(path)
        return standin.forced_size or ((640, 360) if is_filling else self._resolution)

    def set_hd_engine(self, engine, mode=None):
        self.hydra_engine, self.render_mode = engine, mode

    @property
    def time(self):
        import omni.timeline

        timeline = omni.timeline.get_timeline_interface()
        rate = self.stage.GetTimeCodesPerSecond()
        if standin.rate_source == "timeline":
            rate = timeline.get_time_codes_per_seconds()
        return Usd.TimeCode(timeline.get_current_time() * rate)

    @property
    def is_drawing(self):
        """Whether pictures come at all (stand-in's own)."""
        return standin.is_rendering and standin.has_viewport and self.updates_enabled

    def draw(self):
        """Deliver one frame to whoever waits (stand-in's own)."""
        if not self.is_drawing:
            return
        self.drawn_frames += 1
        still_waiting = []
        for future, frames in self._waiting:
            if frames > 0:
                still_waiting.append((future, frames - 1))
            elif not future.done():
                future.set_result(None)
        self._waiting = still_waiting

    async def wait_for_rendered_frames(self, additional_frames=0):
        future = asyncio.get_running_loop().create_future()
        self._waiting.append((future, additional_frames))
        await future


class ViewportWindow:
    """A window named as Kit names its first one."""

    def __init__(self, viewport_api):
        self.name = self.title = "Viewport"
        self.viewport_api = viewport_api
        self.visible = True
