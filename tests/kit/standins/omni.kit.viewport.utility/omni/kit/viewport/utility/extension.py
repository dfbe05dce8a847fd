import carb.eventdispatcher
import omni.ext
import omni.kit.app

from . import standin
from .viewport_api import ViewportAPI, ViewportWindow


class ViewportUtilityExtension(omni.ext.IExt):
    """Opens the one viewport and lets it draw once per update."""

    def __init__(self):
        super().__init__()
        self._update = None

    def on_startup(self, ext_id):
        standin.window = ViewportWindow(ViewportAPI())
        self._update = carb.eventdispatcher.get_eventdispatcher().observe_event(
            event_name=omni.kit.app.GLOBAL_EVENT_UPDATE,
            on_event=lambda _: standin.window.viewport_api.draw(),
            observer_name="stand-in viewport",
            order=500,
        )

    def on_shutdown(self):
        self._update = None
        standin.window = None
