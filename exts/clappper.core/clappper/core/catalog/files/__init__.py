"""Where files are, and how an index is fetched."""
