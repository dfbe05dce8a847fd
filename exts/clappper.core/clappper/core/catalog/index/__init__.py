"""The index in SQLite, and how its file is replaced."""
