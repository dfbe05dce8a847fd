"""Frames and films: requests, manifests, the backend Protocol and MP4 encoding."""
