"""From sources of every kind to one index."""
