"""Switches of the stand-in and what it did; not part of the real extension."""

#: The one viewport window; None while the extension is off.
window = None
#: False: no viewport is open.
has_viewport = True
#: False: the window is hidden and nothing is drawn.
is_rendering = True
#: Updates between a picture and its file; the file then comes in two parts, one update apart.
flush_updates = 0
#: Pictures are black until the viewport drew its camera so often: shaders, textures.
black_frames = 0
#: Size of every picture whatever is asked: a layout that sets the viewport's size again.
forced_size = None
#: Which rate turns seconds into time codes: "stage" or "timeline" (UNSURE in the real one).
rate_source = "stage"
#: Samples per pixel of a picture.
spp = 2
#: Every picture: path, camera, time code, size.
pictures: list[dict] = []
#: Pictures that are not written yet.
pending = 0

_DEFAULTS = {
    "has_viewport": True,
    "is_rendering": True,
    "flush_updates": 0,
    "black_frames": 0,
    "forced_size": None,
    "rate_source": "stage",
    "spp": 2,
}


def reset():
    """Set every switch to its default and forget the pictures."""
    globals().update(_DEFAULTS)
    pictures.clear()
