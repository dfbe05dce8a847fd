"""A language model that plans with tools over what the catalog has, and how it is reached."""
