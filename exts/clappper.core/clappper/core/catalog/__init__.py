"""What exists: the asset index, its search, real sizes and files."""
