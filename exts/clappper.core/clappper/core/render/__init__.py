"""The embedded renderer: Mitsuba 3 with a denoiser behind the CaptureBackend Protocol."""
