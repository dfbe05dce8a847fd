"""Makes the catalog's synonym data from the files of WordNet 3.0."""
