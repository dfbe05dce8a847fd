from enum import IntEnum


class CaptureStatus(IntEnum):
    NONE = 0
    CAPTURING = 1
    PAUSED = 2
    FINISHING = 3
    TO_START_ENCODING = 4
    ENCODING = 5
    CANCELLED = 6
    DONE = 7


class CaptureProgress:
    def __init__(self):
        self.capture_status = CaptureStatus.NONE
        self.total_frames = 0
        self.current_frame_count = 0
        self.total_preroll_frames = 0
        self.prerolled_frames = 0
        self.progress = 0.0
        # The real ones are texts made for people.
        self.elapsed_time = self.estimated_time_remaining = ""
        self.current_frame_time = self.average_frame_time = self.encoding_time = ""

    @property
    def done(self):
        return self.capture_status == CaptureStatus.DONE
