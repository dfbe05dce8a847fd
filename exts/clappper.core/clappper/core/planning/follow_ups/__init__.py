"""From a sentence about a scene that is there to edits of its plan."""
