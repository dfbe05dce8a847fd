"""German, Spanish and Japanese, put as the English that the rules read."""
