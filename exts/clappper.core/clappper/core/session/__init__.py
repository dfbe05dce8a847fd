"""The chat session and its view-model: what any panel shows, without a single widget."""
