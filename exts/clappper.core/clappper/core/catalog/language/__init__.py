"""What words, names and paths mean."""
