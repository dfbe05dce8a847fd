"""The options: a plain class with properties, so that a misspelled one is a new attribute.

Setters warn about values they do not like and keep the old one.
"""

from enum import IntEnum

import carb

FILE_TYPES = (".png", ".tga", ".exr", ".mp4")


class CaptureRangeType(IntEnum):
    FRAMES = 0
    SECONDS = 1


class CaptureMovieType(IntEnum):
    SEQUENCE = 0
    SUNSTUDY = 1


class CaptureRenderPreset(IntEnum):
    PATH_TRACE = 0
    RAY_TRACE = 1
    IRAY = 2
    REAL_TIME_PATHTRACING = 3


class CaptureDebugMaterialType(IntEnum):
    SHADED = 0
    WHITE = 1


def _positive(value):
    return value > 0


def _at_least_zero(value):
    return value >= 0


def _anything(value):
    return True


def _is_preset(value):
    return value in list(CaptureRenderPreset)


#: Constructor argument, default, and what its setter accepts.
_ARGUMENTS = (
    ("camera", "camera", _anything),
    ("range_type", CaptureRangeType.FRAMES, lambda value: value in list(CaptureRangeType)),
    ("capture_every_nth_frames", -1, _anything),
    ("fps", 24, _positive),
    ("start_frame", 1, _anything),
    ("end_frame", 48, _anything),
    ("start_time", 0, _anything),
    ("end_time", 2, _anything),
    ("res_width", 1920, _positive),
    ("res_height", 1080, _positive),
    ("render_preset", CaptureRenderPreset.PATH_TRACE, _is_preset),
    ("debug_material_type", CaptureDebugMaterialType.SHADED, _anything),
    ("spp_per_iteration", 1, _positive),
    ("path_trace_spp", 1, _positive),
    ("ptmb_subframes_per_frame", 1, _positive),
    ("ptmb_fso", 0.0, _anything),
    ("ptmb_fsc", 1.0, _anything),
    ("output_folder", "", _anything),
    ("file_name", "Capture", _anything),
    ("file_name_num_pattern", ".####", _anything),
    ("file_type", ".png", lambda value: value in FILE_TYPES),
    ("save_alpha", False, _anything),
    ("hdr_output", False, _anything),
    ("show_pathtracing_single_frame_progress", False, _anything),
    ("preroll_frames", 0, _at_least_zero),
    ("overwrite_existing_frames", False, _anything),
    ("movie_type", CaptureMovieType.SEQUENCE, _anything),
    ("sunstudy_start_time", 0.0, _anything),
    ("sunstudy_current_time", 0.0, _anything),
    ("sunstudy_end_time", 0.0, _anything),
    ("sunstudy_movie_length_in_seconds", 2, _anything),
    ("sunstudy_player", None, _anything),
    ("real_time_settle_latency_frames", 0, _at_least_zero),
    ("renumber_negative_frame_number_from_0", False, _anything),
    ("render_product", "", _anything),
    ("exr_compression_method", "zips", _anything),
    ("mp4_encoding_bitrate", 16777216, _anything),
    ("mp4_encoding_iframe_interval", 60, _positive),
    ("mp4_encoding_preset", "PRESET_DEFAULT", _anything),
    ("mp4_encoding_profile", "H264_PROFILE_HIGH", _anything),
    ("mp4_encoding_rc_mode", "RC_VBR", _anything),
    ("mp4_encoding_rc_target_quality", 0, _anything),
    ("mp4_encoding_video_full_range_flag", False, _anything),
    ("app_level_capture", False, _anything),
    ("animation_fps", -1, _anything),
    ("rt_wait_for_render_resolve_in_seconds", -1, _anything),
    ("early_quit_time_limit_per_frame_in_minutes", -1, _anything),
)
#: The one property that is not spelled like its argument.
_PROPERTY_NAMES = {"capture_every_nth_frames": "capture_every_Nth_frames"}


class CaptureOptions:
    def __init__(self, *args, **kwargs):
        names = [name for name, _, _ in _ARGUMENTS]
        given = dict(zip(names, args, strict=False)) | kwargs
        unknown = set(given) - set(names)
        if unknown:
            raise TypeError(f"__init__() got an unexpected keyword argument {unknown.pop()!r}")
        for name, default, _ in _ARGUMENTS:
            setattr(self, f"_{name}", given.get(name, default))

    def to_dict(self):
        return {name.lstrip("_"): value for name, value in vars(self).items()}

    @classmethod
    def from_dict(cls, options):
        return cls(**options)

    def is_video(self):
        return self.file_type == ".mp4"

    def is_capturing_nth_frames(self):
        return self._capture_every_nth_frames > 0 and not self.is_video()

    def is_capturing_single_frame(self):
        return not self.is_video() and self._capture_every_nth_frames < 0

    def is_capturing_frame(self):
        return self._range_type == CaptureRangeType.FRAMES

    def is_valid(self):
        is_range_good = (
            self._start_frame <= self._end_frame
            if self.is_capturing_frame()
            else self._start_time <= self._end_time
        )
        return bool(
            is_range_good
            and self._camera
            and self._file_name
            and self._fps > 0
            and self._res_width > 0
            and self._res_height > 0
            and self._path_trace_spp > 0
            and self._preroll_frames >= 0
        )


def _make_property(name, accepts):
    def get_value(self):
        return getattr(self, f"_{name}")

    def set_value(self, value):
        if accepts(value):
            setattr(self, f"_{name}", value)
        else:
            carb.log_warn(f"Failed to set {name} to {value}.")

    return property(get_value, set_value)


for _name, _, _accepts in _ARGUMENTS:
    setattr(CaptureOptions, _PROPERTY_NAMES.get(_name, _name), _make_property(_name, _accepts))
