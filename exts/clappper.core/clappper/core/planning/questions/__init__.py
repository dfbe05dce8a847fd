"""Questions about scene and catalog, answered by rules."""
